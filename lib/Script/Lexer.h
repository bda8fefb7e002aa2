// Tokens of TorchScript source. Indentation becomes tokens: a deeper line is `Indent` (in the place
// of the newline before it), a shallower one is `Newline` and as many `Dedent`s.
#ifndef SCONCE_SCRIPT_LEXER_H
#define SCONCE_SCRIPT_LEXER_H

#include "lib/Script/Ast.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace sconce::script {

enum class TokenKind : uint8_t {
  End,
  Error, ///< `Lexer::errorMessage` says what is wrong.
  Newline,
  Indent,
  Dedent,
  Identifier,
  Number,
  String,
  TypeComment, ///< The text `# type:`.
  // Keywords.
  And,
  As,
  Assert,
  Break,
  Class,
  Continue,
  Def,
  Del,
  Elif,
  Else,
  EllipsisWord,
  False,
  For,
  Global,
  If,
  Import,
  In,
  Is,
  IsNot,
  None,
  NoneType,
  Not,
  NotIn,
  Or,
  Pass,
  Raise,
  Return,
  True,
  While,
  With,
  // Brackets and marks.
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  Comma,
  Colon,
  Dot,
  Dots,
  Arrow,
  // Operators.
  Plus,
  Minus,
  Star,
  Slash,
  DoubleSlash,
  Percent,
  At,
  DoubleStar,
  ShiftLeft,
  ShiftRight,
  Ampersand,
  Pipe,
  Caret,
  Tilde,
  EqualEqual,
  NotEqual,
  Less,
  Greater,
  LessEqual,
  GreaterEqual,
  // Assignments.
  Assign,
  PlusAssign,
  MinusAssign,
  StarAssign,
  SlashAssign,
  PercentAssign,
  AmpersandAssign,
  PipeAssign,
  CaretAssign,
  ShiftLeftAssign,
  ShiftRightAssign,
  PowerAssign,
};

/// How a message calls a token of this kind, such as `'('` or `end of line`.
llvm::StringRef describe(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::End;
  SourceRange range;
};

class Lexer {
public:
  explicit Lexer(llvm::StringRef text);

  /// The next token. `End` and `Error` repeat for ever.
  Token next();

  llvm::StringRef text(const Token &token) const {
    return source.slice(token.range.begin, token.range.end);
  }
  /// What is wrong at the `Error` token.
  llvm::StringRef errorMessage() const { return error; }

private:
  bool at(size_t index, char c) const { return index < source.size() && source[index] == c; }
  Token make(TokenKind kind, size_t begin, size_t end);
  Token fail(size_t begin, size_t end, llvm::StringRef message);
  void skipBlanks();
  Token lexLineBreak();
  Token lexWord();
  Token lexNumber();
  Token lexString();
  Token lexOperator();
  bool skipWordAfter(llvm::StringRef word);

  llvm::StringRef source;
  size_t position = 0;
  size_t lineStart = 0;
  uint32_t line = 1;
  unsigned openBrackets = 0;
  unsigned pendingDedents = 0;
  bool atLineStart = true;
  bool failed = false;
  Token failure;
  std::string error;
  llvm::SmallVector<uint32_t, 16> indents{0};
};

/// The length of the number (C syntax, no sign, with an optional `j`) that `text` starts with; 0 if
/// none.
size_t numberLength(llvm::StringRef text);

} // namespace sconce::script

#endif // SCONCE_SCRIPT_LEXER_H
