// The expression half of the parser, and the token stream under both halves. Internal to
// lib/Script.
#ifndef SCONCE_SCRIPT_EXPRESSIONPARSER_H
#define SCONCE_SCRIPT_EXPRESSIONPARSER_H

#include "lib/Script/Lexer.h"
#include "lib/Script/Parser.h"
#include "llvm/ADT/SmallVector.h"

namespace sconce::script {

/// What a parse function returns after an error: false, or no node.
struct Failure {
  operator bool() const { return false; }
  template <typename T> operator T *() const { return nullptr; }
};

/// Parse functions return null after the first error, which `takeError` hands over.
class ExpressionParser {
public:
  ExpressionParser(File &file, const ParseOptions &options);

  /// Any expression but an unparenthesized tuple.
  Expr *parseExpr(unsigned precedence = 0);
  /// An expression, or several with commas: a tuple. One trailing comma makes a tuple too.
  Expr *parseExprOrTuple();
  /// Expects that nothing but line ends follows.
  bool expectEnd();

  bool failed() const { return static_cast<bool>(problem); }
  [[nodiscard]] llvm::Error takeError() { return std::move(*problem); }

protected:
  /// Counts one level of recursion for as long as it lives.
  class Nested {
  public:
    explicit Nested(ExpressionParser &parser) : parser(parser) { ++parser.nesting; }
    ~Nested() { --parser.nesting; }
    Nested(const Nested &) = delete;

  private:
    ExpressionParser &parser;
  };

  bool is(TokenKind kind) const { return current.kind == kind; }
  /// Moves on, and returns the token left behind.
  Token advance();
  bool accept(TokenKind kind);
  bool expect(TokenKind kind, const char *context);
  /// False, with an error, when recursion is too deep.
  bool checkNesting();
  /// Records the first error.
  Failure fail(SourceRange range, const llvm::Twine &message);
  /// "expected `what`, got <the current token>".
  Failure failExpected(const llvm::Twine &what);

  /// The range from `begin`'s start to the end of the last token passed.
  SourceRange rangeFrom(SourceRange begin) const {
    return {begin.begin, lastEnd, begin.line, begin.column};
  }
  /// Sets the depth of a node from its operands (null ones are skipped) and checks the limit.
  Expr *finish(Expr *node, std::initializer_list<llvm::ArrayRef<Expr *>> operands);

  File &file;
  const ParseOptions &options;
  Lexer lexer;
  Token current;
  Token ahead;
  uint32_t lastEnd = 0;

private:
  Expr *parsePrefix();
  Expr *parseUnary();
  Expr *parseBinary(Expr *left, unsigned precedence);
  Expr *parseConditional(Expr *whenTrue, unsigned precedence);
  Expr *parseComprehension(Expr *element);
  Expr *parsePostfix();
  Expr *parseAtom();
  Expr *parseNumberLiteral();
  Expr *parseStringLiteral();
  Expr *parseParenthesized();
  Expr *parseList();
  Expr *parseDict();
  Expr *parseCall(Expr *callee);
  Expr *parseSubscript(Expr *object);
  Expr *parseSubscriptItem();
  /// Null without an error if the operand is no literal.
  Expr *negateLiteral(SourceRange minus, Expr *operand);

  std::optional<llvm::Error> problem;
  unsigned nesting = 0;
  /// Where the token behind the last unary minus begins.
  uint32_t negatedNumber = UINT32_MAX;
  /// A literal 9223372036854775808, good only if the minus before it is folded into it.
  Expr *unsignedMinimum = nullptr;
};

} // namespace sconce::script

#endif // SCONCE_SCRIPT_EXPRESSIONPARSER_H
