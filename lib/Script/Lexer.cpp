#include "lib/Script/Lexer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace sconce::script {

StringRef describe(TokenKind kind) {
  static constexpr const char *names[] = {
      "end of file", "invalid text", "end of line", "indentation", "end of block", "a name",
      "a number",    "a string",     "type comment",
      // Keywords.
      "'and'", "'as'", "'assert'", "'break'", "'class'", "'continue'", "'def'", "'del'", "'elif'",
      "'else'", "'Ellipsis'", "'False'", "'for'", "'global'", "'if'", "'import'", "'in'", "'is'",
      "'is not'", "'None'", "'NoneType'", "'not'", "'not in'", "'or'", "'pass'", "'raise'",
      "'return'", "'True'", "'while'", "'with'",
      // Brackets and marks.
      "'('", "')'", "'['", "']'", "'{'", "'}'", "','", "':'", "'.'", "'...'", "'->'",
      // Operators.
      "'+'", "'-'", "'*'", "'/'", "'//'", "'%'", "'@'", "'**'", "'<<'", "'>>'", "'&'", "'|'", "'^'",
      "'~'", "'=='", "'!='", "'<'", "'>'", "'<='", "'>='",
      // Assignments.
      "'='", "'+='", "'-='", "'*='", "'/='", "'%='", "'&='", "'|='", "'^='", "'<<='", "'>>='",
      "'**='"};
  static_assert(std::size(names) == static_cast<size_t>(TokenKind::PowerAssign) + 1);
  return names[static_cast<size_t>(kind)];
}

static bool isWordStart(char c) { return isAlpha(c) || c == '_'; }
static bool isWordPart(char c) { return isAlnum(c) || c == '_'; }
static bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

size_t numberLength(StringRef text) {
  size_t i = 0, size = text.size();
  auto digits = [&](bool (*isPart)(char)) {
    size_t first = i;
    while (i < size && isPart(text[i]))
      ++i;
    return i - first;
  };
  auto isHex = [](char c) { return isHexDigit(c); };
  auto isDecimal = [](char c) { return isDigit(c); };
  bool hex = size > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
             (isHexDigit(text[2]) || (text[2] == '.' && size > 3 && isHexDigit(text[3])));
  if (hex)
    i = 2;
  size_t count = hex ? digits(isHex) : digits(isDecimal);
  if (i < size && text[i] == '.') {
    ++i;
    count += hex ? digits(isHex) : digits(isDecimal);
  }
  if (count == 0)
    return 0;
  // An exponent counts only with a digit: `1else` is a number and a word.
  if (i < size && (text[i] | 0x20) == (hex ? 'p' : 'e')) {
    size_t mark = i++;
    if (i < size && (text[i] == '+' || text[i] == '-'))
      ++i;
    if (digits(isDecimal) == 0)
      i = mark;
  }
  if (i < size && text[i] == 'j')
    ++i;
  return i;
}

Lexer::Lexer(StringRef text) : source(text) {
  // The first line obeys the rule for all lines: no text at file level is indented.
  Token first = lexLineBreak();
  if (first.kind == TokenKind::Indent)
    fail(first.range.end, first.range.end, "unexpected indentation");
}

Token Lexer::make(TokenKind kind, size_t begin, size_t end) {
  Token token;
  token.kind = kind;
  token.range = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end), line,
                 static_cast<uint32_t>(begin - lineStart + 1)};
  return token;
}

Token Lexer::fail(size_t begin, size_t end, StringRef message) {
  if (!failed) {
    failed = true;
    error = message.str();
    failure = make(TokenKind::Error, begin, end);
  }
  return failure;
}

static bool isTypeComment(StringRef rest) {
  return rest.starts_with("# type:") && !rest.drop_front(7).ltrim(' ').starts_with("ignore");
}

void Lexer::skipBlanks() {
  while (position < source.size()) {
    char c = source[position];
    if (isBlank(c) || (c == '\n' && openBrackets != 0)) {
      ++position;
    } else if (c == '\\') {
      size_t after = position + 1;
      if (at(after, '\r'))
        ++after;
      if (!at(after, '\n'))
        return;
      position = after + 1;
      c = '\n';
    } else if (c == '#' && !isTypeComment(source.substr(position))) {
      position = std::min(source.find('\n', position), source.size());
    } else {
      return;
    }
    if (c == '\n') {
      ++line;
      lineStart = position;
    }
  }
}

/// Passes blank and comment lines up to the next line with text, and compares its indentation with
/// that of the blocks around it. `position` stands behind the newline (or at the end of the text).
Token Lexer::lexLineBreak() {
  Token token = make(TokenKind::Newline, position, position);
  size_t indent = 0;
  while (true) {
    size_t first = position;
    while (position < source.size() && isBlank(source[position]))
      ++position;
    indent = position - first;
    if (position < source.size() && source[position] == '#' &&
        !isTypeComment(source.substr(position)))
      position = std::min(source.find('\n', position), source.size());
    if (position == source.size()) {
      indent = 0;
      break;
    }
    if (source[position] != '\n')
      break;
    lineStart = ++position;
    ++line;
  }
  atLineStart = true;
  if (indent > indents.back()) {
    indents.push_back(indent);
    token.kind = TokenKind::Indent;
    token.range.end = position;
    return token;
  }
  while (indent < indents.back()) {
    indents.pop_back();
    ++pendingDedents;
  }
  if (indent != indents.back())
    return fail(position, position, "indentation matches no block around this line");
  return token;
}

Token Lexer::next() {
  if (failed)
    return failure;
  if (pendingDedents != 0) {
    --pendingDedents;
    return make(TokenKind::Dedent, position, position);
  }
  skipBlanks();
  if (position >= source.size()) {
    position = source.size();
    if (atLineStart || openBrackets != 0)
      return make(TokenKind::End, position, position);
    return lexLineBreak();
  }
  char c = source[position];
  if (c == '\n') {
    Token mark = make(TokenKind::Newline, position, position + 1);
    lineStart = ++position;
    ++line;
    Token token = lexLineBreak();
    if (token.kind != TokenKind::Error)
      token.range = mark.range;
    return token;
  }
  atLineStart = false;
  if (isWordStart(c))
    return lexWord();
  if (isDigit(c) || (c == '.' && position + 1 < source.size() && isDigit(source[position + 1])))
    return lexNumber();
  if (c == '\'' || c == '"')
    return lexString();
  return lexOperator();
}

static TokenKind keywordKind(StringRef word) {
  if (word.size() < 2 || word.size() > 8)
    return TokenKind::Identifier;
  return StringSwitch<TokenKind>(word)
      .Case("and", TokenKind::And)
      .Case("as", TokenKind::As)
      .Case("assert", TokenKind::Assert)
      .Case("break", TokenKind::Break)
      .Case("class", TokenKind::Class)
      .Case("continue", TokenKind::Continue)
      .Case("def", TokenKind::Def)
      .Case("del", TokenKind::Del)
      .Case("elif", TokenKind::Elif)
      .Case("else", TokenKind::Else)
      .Case("Ellipsis", TokenKind::EllipsisWord)
      .Case("False", TokenKind::False)
      .Case("for", TokenKind::For)
      .Case("global", TokenKind::Global)
      .Case("if", TokenKind::If)
      .Case("import", TokenKind::Import)
      .Case("in", TokenKind::In)
      .Case("is", TokenKind::Is)
      .Case("None", TokenKind::None)
      .Case("NoneType", TokenKind::NoneType)
      .Case("not", TokenKind::Not)
      .Case("or", TokenKind::Or)
      .Case("pass", TokenKind::Pass)
      .Case("raise", TokenKind::Raise)
      .Case("return", TokenKind::Return)
      .Case("True", TokenKind::True)
      .Case("while", TokenKind::While)
      .Case("with", TokenKind::With)
      .Default(TokenKind::Identifier);
}

/// Passes blanks and `word` if that is what follows: `is not` and `not in` are one token.
bool Lexer::skipWordAfter(StringRef word) {
  size_t i = position;
  while (i < source.size() && (source[i] == ' ' || source[i] == '\t'))
    ++i;
  size_t end = i + word.size();
  if (i == position || !source.substr(i).starts_with(word) ||
      (end < source.size() && isWordPart(source[end])))
    return false;
  position = end;
  return true;
}

Token Lexer::lexWord() {
  size_t begin = position;
  while (position < source.size() && isWordPart(source[position]))
    ++position;
  TokenKind kind = keywordKind(source.slice(begin, position));
  if (kind == TokenKind::Is && skipWordAfter("not"))
    kind = TokenKind::IsNot;
  else if (kind == TokenKind::Not && skipWordAfter("in"))
    kind = TokenKind::NotIn;
  return make(kind, begin, position);
}

Token Lexer::lexNumber() {
  size_t begin = position;
  position += numberLength(source.substr(begin));
  return make(TokenKind::Number, begin, position);
}

Token Lexer::lexString() {
  size_t begin = position;
  char quote = source[begin];
  bool triple = at(begin + 1, quote) && at(begin + 2, quote);
  size_t i = begin + (triple ? 3 : 1);
  Token token = make(TokenKind::String, begin, begin);
  while (true) {
    // One long run of ordinary characters is the usual content.
    while (i < source.size() && source[i] != quote && source[i] != '\\' && source[i] != '\n')
      ++i;
    if (i >= source.size())
      return fail(begin, begin + 1, "string is not closed");
    if (source[i] == '\\') {
      if (i + 1 >= source.size())
        return fail(begin, begin + 1, "string is not closed");
      ++i;
    } else if (source[i] == quote && (!triple || (at(i + 1, quote) && at(i + 2, quote)))) {
      position = i + (triple ? 3 : 1);
      token.range.end = position;
      return token;
    } else if (source[i] == '\n' && !triple) {
      return fail(begin, begin + 1, "string is not closed before the end of the line");
    }
    if (source[i] == '\n') {
      ++line;
      lineStart = i + 1;
    }
    ++i;
  }
}

Token Lexer::lexOperator() {
  using K = TokenKind;
  size_t begin = position;
  auto take = [&](K kind, size_t length) {
    position = begin + length;
    return make(kind, begin, position);
  };
  // A mark alone, before `=`, doubled, and doubled before `=`; `Error` where there is no such
  // token.
  auto family = [&](K single, K assign, K twice = K::Error, K twiceAssign = K::Error) {
    if (twice != K::Error && at(begin + 1, source[begin])) {
      if (twiceAssign != K::Error && at(begin + 2, '='))
        return take(twiceAssign, 3);
      return take(twice, 2);
    }
    if (assign != K::Error && at(begin + 1, '='))
      return take(assign, 2);
    return take(single, 1);
  };
  auto close = [&](K kind) {
    openBrackets -= openBrackets == 0 ? 0 : 1;
    return take(kind, 1);
  };
  auto open = [&](K kind) {
    ++openBrackets;
    return take(kind, 1);
  };
  switch (source[begin]) {
  case '(': return open(K::LeftParen);
  case '[': return open(K::LeftBracket);
  case '{': return open(K::LeftBrace);
  case ')': return close(K::RightParen);
  case ']': return close(K::RightBracket);
  case '}': return close(K::RightBrace);
  case ',': return take(K::Comma, 1);
  case ':': return take(K::Colon, 1);
  case '~': return take(K::Tilde, 1);
  case '@': return take(K::At, 1);
  case '.': return at(begin + 1, '.') && at(begin + 2, '.') ? take(K::Dots, 3) : take(K::Dot, 1);
  case '-':
    if (at(begin + 1, '>'))
      return take(K::Arrow, 2);
    return family(K::Minus, K::MinusAssign);
  case '+': return family(K::Plus, K::PlusAssign);
  case '*': return family(K::Star, K::StarAssign, K::DoubleStar, K::PowerAssign);
  case '/': return family(K::Slash, K::SlashAssign, K::DoubleSlash);
  case '%': return family(K::Percent, K::PercentAssign);
  case '&': return family(K::Ampersand, K::AmpersandAssign);
  case '|': return family(K::Pipe, K::PipeAssign);
  case '^': return family(K::Caret, K::CaretAssign);
  case '<': return family(K::Less, K::LessEqual, K::ShiftLeft, K::ShiftLeftAssign);
  case '>': return family(K::Greater, K::GreaterEqual, K::ShiftRight, K::ShiftRightAssign);
  case '=': return at(begin + 1, '=') ? take(K::EqualEqual, 2) : take(K::Assign, 1);
  case '!':
    if (at(begin + 1, '='))
      return take(K::NotEqual, 2);
    break;
  case '#': return take(K::TypeComment, 7);
  default: break;
  }
  char c = source[begin];
  if (c >= 0x20 && c < 0x7f)
    return fail(begin, begin + 1, std::string("unexpected character '") + c + "'");
  return fail(begin, begin + 1, "unexpected byte 0x" + utohexstr(static_cast<uint8_t>(c)));
}

} // namespace sconce::script
