// Precedence climbing with PyTorch's own table, which differs from Python's: `and` and `or` share a
// level, `~` binds as loosely as `not`, and a prefix operator is accepted wherever an operand is.
#include "lib/Script/ExpressionParser.h"
#include "lib/Script/Literal.h"
#include "llvm/ADT/SmallString.h"

using namespace llvm;

namespace sconce::script {

ExpressionParser::ExpressionParser(File &file, const ParseOptions &options)
    : file(file), options(options), lexer(file.text()) {
  current = lexer.next();
  ahead = lexer.next();
}

Token ExpressionParser::advance() {
  Token passed = current;
  lastEnd = passed.range.end;
  current = ahead;
  ahead = lexer.next();
  return passed;
}

bool ExpressionParser::accept(TokenKind kind) {
  if (!is(kind))
    return false;
  advance();
  return true;
}

bool ExpressionParser::expect(TokenKind kind, const char *context) {
  if (accept(kind))
    return true;
  failExpected(describe(kind) + Twine(" ") + context);
  return false;
}

bool ExpressionParser::expectEnd() {
  while (accept(TokenKind::Newline))
    ;
  return is(TokenKind::End) || failExpected("end of text");
}

bool ExpressionParser::checkNesting() {
  if (nesting <= options.maxNesting)
    return true;
  fail(current.range, "code is nested more than " + Twine(options.maxNesting) + " levels deep");
  return false;
}

Failure ExpressionParser::fail(SourceRange range, const Twine &message) {
  if (!problem)
    problem.emplace(file.error(range, message));
  return {};
}

Failure ExpressionParser::failExpected(const Twine &what) {
  if (is(TokenKind::Error))
    return fail(current.range, lexer.errorMessage());
  std::string got = describe(current.kind).str();
  StringRef text = lexer.text(current);
  if (is(TokenKind::Identifier))
    got = ("'" + text.take_front(64) + "'").str();
  else if (is(TokenKind::Number))
    got = "number " + text.take_front(64).str();
  return fail(current.range, "expected " + what + ", got " + got);
}

Expr *ExpressionParser::finish(Expr *node, std::initializer_list<ArrayRef<Expr *>> operands) {
  unsigned deepest = 0;
  for (ArrayRef<Expr *> group : operands)
    for (const Expr *operand : group)
      if (operand)
        deepest = std::max<unsigned>(deepest, operand->depth);
  if (deepest >= std::min(options.maxExpressionDepth, 0xFFFFu))
    return fail(node->range, "expression is more than " + Twine(options.maxExpressionDepth) +
                                 " operations deep");
  node->depth = deepest + 1;
  return node;
}

//===-- Operators ---------------------------------------------------------===//

namespace {
/// How tightly the operators bind. Higher binds tighter; equal ones group to the left.
enum Precedence : unsigned {
  AnyPrecedence = 0,
  ConditionalPrecedence = 1,
  LogicalPrecedence = 2,
  NotPrecedence = 3,
  ComparePrecedence = 4,
  ShiftPrecedence = 8,
  AddPrecedence = 9,
  MultiplyPrecedence = 10,
  PowerPrecedence = 11,
};

struct Operator {
  BinaryOp op;
  unsigned precedence;
};
} // namespace

static std::optional<Operator> binaryOperator(TokenKind kind) {
  using K = TokenKind;
  switch (kind) {
  case K::And: return Operator{BinaryOp::And, LogicalPrecedence};
  case K::Or: return Operator{BinaryOp::Or, LogicalPrecedence};
  case K::In: return Operator{BinaryOp::In, ComparePrecedence};
  case K::NotIn: return Operator{BinaryOp::NotIn, ComparePrecedence};
  case K::Is: return Operator{BinaryOp::Is, ComparePrecedence};
  case K::IsNot: return Operator{BinaryOp::IsNot, ComparePrecedence};
  case K::Less: return Operator{BinaryOp::Less, ComparePrecedence};
  case K::Greater: return Operator{BinaryOp::Greater, ComparePrecedence};
  case K::LessEqual: return Operator{BinaryOp::LessEqual, ComparePrecedence};
  case K::GreaterEqual: return Operator{BinaryOp::GreaterEqual, ComparePrecedence};
  case K::EqualEqual: return Operator{BinaryOp::Equal, ComparePrecedence};
  case K::NotEqual: return Operator{BinaryOp::NotEqual, ComparePrecedence};
  case K::Pipe: return Operator{BinaryOp::BitOr, 5};
  case K::Caret: return Operator{BinaryOp::BitXor, 6};
  case K::Ampersand: return Operator{BinaryOp::BitAnd, 7};
  case K::ShiftLeft: return Operator{BinaryOp::ShiftLeft, ShiftPrecedence};
  case K::ShiftRight: return Operator{BinaryOp::ShiftRight, ShiftPrecedence};
  case K::Plus: return Operator{BinaryOp::Add, AddPrecedence};
  case K::Minus: return Operator{BinaryOp::Subtract, AddPrecedence};
  case K::Star: return Operator{BinaryOp::Multiply, MultiplyPrecedence};
  case K::Slash: return Operator{BinaryOp::Divide, MultiplyPrecedence};
  case K::DoubleSlash: return Operator{BinaryOp::FloorDivide, MultiplyPrecedence};
  case K::Percent: return Operator{BinaryOp::Modulo, MultiplyPrecedence};
  case K::At: return Operator{BinaryOp::MatrixMultiply, MultiplyPrecedence};
  case K::DoubleStar: return Operator{BinaryOp::Power, PowerPrecedence};
  default: return std::nullopt;
  }
}

Expr *ExpressionParser::parseExpr(unsigned precedence) {
  Nested level(*this);
  if (!checkNesting())
    return nullptr;
  Expr *left = parsePrefix();
  return left ? parseBinary(left, precedence) : nullptr;
}

/// Extends `left` by operators that bind tighter than `precedence`.
Expr *ExpressionParser::parseBinary(Expr *left, unsigned precedence) {
  while (left) {
    if (is(TokenKind::If) || is(TokenKind::For)) {
      if (precedence >= ConditionalPrecedence)
        return left;
      left = is(TokenKind::If) ? parseConditional(left, ConditionalPrecedence - 1)
                               : parseComprehension(left);
      continue;
    }
    std::optional<Operator> found = binaryOperator(current.kind);
    if (!found || found->precedence <= precedence)
      return left;
    Token mark = advance();
    bool groupsRight = found->op == BinaryOp::Power;
    Expr *right = parseExpr(found->precedence - (groupsRight ? 1 : 0));
    if (!right)
      return nullptr;
    SourceRange range = rangeFrom(left->range);
    left = finish(file.make<BinaryExpr>(range, found->op, left, right, mark.range), {left, right});
  }
  return nullptr;
}

Expr *ExpressionParser::parseConditional(Expr *whenTrue, unsigned precedence) {
  advance();
  Expr *condition = parseExpr();
  if (!condition || !expect(TokenKind::Else, "in a conditional expression"))
    return nullptr;
  Expr *whenFalse = parseExpr(precedence);
  if (!whenFalse)
    return nullptr;
  SourceRange range = rangeFrom(whenTrue->range);
  return finish(file.make<ConditionalExpr>(range, condition, whenTrue, whenFalse),
                {condition, whenTrue, whenFalse});
}

Expr *ExpressionParser::parseComprehension(Expr *element) {
  advance();
  // Only what may stand on the left of an assignment: the `in` is not an operator here.
  Expr *target = parseExpr(ComparePrecedence);
  if (!target || !expect(TokenKind::In, "in a comprehension"))
    return nullptr;
  Expr *iterable = parseExpr();
  if (!iterable)
    return nullptr;
  SourceRange range = rangeFrom(element->range);
  return finish(file.make<ListComprehension>(range, element, target, iterable),
                {element, target, iterable});
}

Expr *ExpressionParser::parsePrefix() {
  switch (current.kind) {
  case TokenKind::Not:
  case TokenKind::Tilde:
  case TokenKind::Minus:
  case TokenKind::Star: return parseUnary();
  default: return parsePostfix();
  }
}

Expr *ExpressionParser::parseUnary() {
  Token mark = advance();
  if (mark.kind == TokenKind::Minus)
    negatedNumber = current.range.begin;
  bool loose = mark.kind == TokenKind::Not || mark.kind == TokenKind::Tilde;
  Expr *operand = parseExpr(loose ? NotPrecedence : MultiplyPrecedence);
  if (!operand)
    return nullptr;
  if (mark.kind == TokenKind::Minus) {
    if (Expr *folded = negateLiteral(mark.range, operand))
      return folded;
    if (unsignedMinimum)
      return fail(unsignedMinimum->range, "integer does not fit 64 bits");
  }
  if (failed())
    return nullptr;
  SourceRange range = rangeFrom(mark.range);
  if (mark.kind == TokenKind::Star)
    return finish(file.make<StarredExpr>(range, operand), {operand});
  UnaryOp op = mark.kind == TokenKind::Minus ? UnaryOp::Negate
               : mark.kind == TokenKind::Not ? UnaryOp::Not
                                             : UnaryOp::Invert;
  return finish(file.make<UnaryExpr>(range, op, operand), {operand});
}

/// Folds a minus into the literal behind it; null if the operand is none (or is negative already).
Expr *ExpressionParser::negateLiteral(SourceRange minus, Expr *operand) {
  SourceRange range = rangeFrom(minus);
  if (auto *literal = dyn_cast<IntLiteral>(operand)) {
    if (unsignedMinimum == operand)
      unsignedMinimum = nullptr;
    else if (literal->value == INT64_MIN)
      return fail(range, "integer does not fit 64 bits");
    else
      literal->value = -literal->value;
  } else if (auto *literal = dyn_cast<FloatLiteral>(operand)) {
    literal->value = -literal->value;
  } else if (auto *literal = dyn_cast<ComplexLiteral>(operand)) {
    literal->imaginary = -literal->imaginary;
  } else {
    return nullptr;
  }
  operand->range = range;
  return operand;
}

//===-- Postfixes ---------------------------------------------------------===//

Expr *ExpressionParser::parsePostfix() {
  Expr *expr = parseAtom();
  while (expr) {
    if (accept(TokenKind::Dot)) {
      if (!is(TokenKind::Identifier))
        return failExpected("an attribute's name after '.'");
      Token name = advance();
      SourceRange range = rangeFrom(expr->range);
      expr = finish(file.make<AttributeExpr>(range, expr, lexer.text(name), name.range), {expr});
    } else if (is(TokenKind::LeftParen)) {
      expr = parseCall(expr);
    } else if (is(TokenKind::LeftBracket)) {
      expr = parseSubscript(expr);
    } else {
      return expr;
    }
  }
  return nullptr;
}

Expr *ExpressionParser::parseCall(Expr *callee) {
  advance();
  SmallVector<Expr *, 8> arguments;
  SmallVector<KeywordArgument, 4> keywords;
  SmallVector<Expr *, 4> keywordValues;
  while (!is(TokenKind::RightParen)) {
    if (is(TokenKind::Identifier) && ahead.kind == TokenKind::Assign) {
      Token name = advance();
      advance();
      Expr *value = parseExpr();
      if (!value)
        return nullptr;
      keywords.push_back({lexer.text(name), value, rangeFrom(name.range)});
      keywordValues.push_back(value);
    } else {
      arguments.push_back(parseExpr());
      if (!arguments.back())
        return nullptr;
    }
    if (!accept(TokenKind::Comma))
      break;
  }
  if (!expect(TokenKind::RightParen, "or ',' after an argument"))
    return nullptr;
  return finish(file.make<CallExpr>(rangeFrom(callee->range), callee,
                                    file.copy(ArrayRef<Expr *>(arguments)),
                                    file.copy(ArrayRef<KeywordArgument>(keywords))),
                {callee, arguments, keywordValues});
}

Expr *ExpressionParser::parseSubscript(Expr *object) {
  advance();
  SmallVector<Expr *, 4> items;
  do {
    items.push_back(parseSubscriptItem());
    if (!items.back())
      return nullptr;
  } while (accept(TokenKind::Comma) && !is(TokenKind::RightBracket));
  if (!expect(TokenKind::RightBracket, "or ',' after a subscript"))
    return nullptr;
  return finish(file.make<SubscriptExpr>(rangeFrom(object->range), object,
                                         file.copy(ArrayRef<Expr *>(items))),
                {object, items});
}

Expr *ExpressionParser::parseSubscriptItem() {
  SourceRange begin = current.range;
  Expr *parts[3] = {};
  if (!is(TokenKind::Colon)) {
    parts[0] = parseExpr();
    if (!parts[0] || !is(TokenKind::Colon))
      return parts[0];
  }
  auto partIsEmpty = [&] {
    return is(TokenKind::Colon) || is(TokenKind::Comma) || is(TokenKind::RightBracket);
  };
  for (unsigned i = 1; i < 3 && accept(TokenKind::Colon); ++i)
    if (!partIsEmpty()) {
      parts[i] = parseExpr();
      if (!parts[i])
        return nullptr;
    }
  return finish(file.make<SliceExpr>(rangeFrom(begin), parts[0], parts[1], parts[2]), {parts});
}

//===-- Atoms -------------------------------------------------------------===//

Expr *ExpressionParser::parseAtom() {
  switch (current.kind) {
  case TokenKind::Number: return parseNumberLiteral();
  case TokenKind::String: return parseStringLiteral();
  case TokenKind::LeftParen: return parseParenthesized();
  case TokenKind::LeftBracket: return parseList();
  case TokenKind::LeftBrace: return parseDict();
  default: break;
  }
  SourceRange range = current.range;
  switch (current.kind) {
  case TokenKind::Identifier: {
    Token name = advance();
    return file.make<NameExpr>(range, lexer.text(name));
  }
  case TokenKind::True:
  case TokenKind::False: return file.make<BoolLiteral>(range, advance().kind == TokenKind::True);
  case TokenKind::None:
  case TokenKind::NoneType:
    return file.make<NoneLiteral>(range, advance().kind == TokenKind::NoneType);
  case TokenKind::Dots:
  case TokenKind::EllipsisWord: advance(); return file.make<EllipsisExpr>(range);
  default: return failExpected("an expression");
  }
}

Expr *ExpressionParser::parseNumberLiteral() {
  Token token = advance();
  std::optional<Number> number = parseNumber(lexer.text(token));
  if (!number)
    return fail(token.range, "integer does not fit 64 bits or is no C integer");
  switch (number->kind) {
  case Number::Float: return file.make<FloatLiteral>(token.range, number->real);
  case Number::Complex: return file.make<ComplexLiteral>(token.range, number->real);
  case Number::Int: break;
  }
  auto *literal =
      file.make<IntLiteral>(token.range, static_cast<int64_t>(number->integer));
  if (number->integer <= static_cast<uint64_t>(INT64_MAX))
    return literal;
  if (token.range.begin != negatedNumber)
    return fail(token.range, "integer does not fit 64 bits");
  unsignedMinimum = literal;
  return literal;
}

Expr *ExpressionParser::parseStringLiteral() {
  SourceRange begin = current.range;
  StringRef raw = lexer.text(current);
  bool isPlain = ahead.kind != TokenKind::String && !raw.contains('\\');
  StringRef value;
  if (isPlain) {
    advance();
    value = stripQuotes(raw);
  } else {
    SmallString<128> joined;
    while (is(TokenKind::String)) {
      Token token = advance();
      size_t errorOffset = 0;
      StringRef problem = unescapeString(lexer.text(token), joined, errorOffset);
      if (!problem.empty()) {
        SourceRange at = token.range;
        // In a string over several lines the place is that of its start.
        if (!lexer.text(token).take_front(errorOffset).contains('\n')) {
          at.begin += errorOffset;
          at.column += errorOffset;
        }
        return fail(at, problem);
      }
    }
    value = file.copy(StringRef(joined));
  }
  return file.make<StringLiteral>(rangeFrom(begin), value);
}

Expr *ExpressionParser::parseParenthesized() {
  SourceRange begin = advance().range;
  if (accept(TokenKind::RightParen))
    return file.make<TupleExpr>(rangeFrom(begin), ArrayRef<Expr *>());
  Expr *inner = parseExprOrTuple();
  if (!inner || !expect(TokenKind::RightParen, "after a parenthesized expression"))
    return nullptr;
  if (isa<TupleExpr>(inner))
    inner->range = rangeFrom(begin);
  if (auto *comprehension = dyn_cast<ListComprehension>(inner))
    comprehension->isEnclosed = true;
  return inner;
}

Expr *ExpressionParser::parseList() {
  SourceRange begin = advance().range;
  SmallVector<Expr *, 8> elements;
  while (!is(TokenKind::RightBracket)) {
    elements.push_back(parseExpr());
    if (!elements.back())
      return nullptr;
    if (!accept(TokenKind::Comma))
      break;
  }
  if (!expect(TokenKind::RightBracket, "or ',' after a list element"))
    return nullptr;
  SourceRange range = rangeFrom(begin);
  for (Expr *element : elements) {
    auto *comprehension = dyn_cast<ListComprehension>(element);
    if (!comprehension || comprehension->isEnclosed)
      continue;
    if (elements.size() != 1)
      return fail(range, "expected a single list comprehension within '[' and ']'");
    comprehension->range = range;
    comprehension->isEnclosed = true;
    return comprehension;
  }
  return finish(file.make<ListExpr>(range, file.copy(ArrayRef<Expr *>(elements))), {elements});
}

Expr *ExpressionParser::parseDict() {
  SourceRange begin = advance().range;
  SmallVector<Expr *, 8> keys, values;
  if (!is(TokenKind::RightBrace)) {
    do {
      keys.push_back(parseExpr());
      if (!keys.back() || !expect(TokenKind::Colon, "after a dict key"))
        return nullptr;
      values.push_back(parseExpr());
      if (!values.back())
        return nullptr;
    } while (accept(TokenKind::Comma));
  }
  if (!expect(TokenKind::RightBrace, "or ',' after a dict value"))
    return nullptr;
  SourceRange range = rangeFrom(begin);
  // The comprehension has been read as the value's.
  auto *single = keys.size() == 1 ? dyn_cast<ListComprehension>(values[0]) : nullptr;
  if (single && !single->isEnclosed)
    return finish(file.make<DictComprehension>(range, keys[0], single->element, single->target,
                                               single->iterable),
                  {keys, values});
  return finish(file.make<DictExpr>(range, file.copy(ArrayRef<Expr *>(keys)),
                                    file.copy(ArrayRef<Expr *>(values))),
                {keys, values});
}

/// Whether an expression cannot begin with this token, so that a comma before it was a trailing
/// one.
static bool endsTuple(TokenKind kind) {
  switch (kind) {
  case TokenKind::Newline:
  case TokenKind::End:
  case TokenKind::RightParen:
  case TokenKind::Colon:
  case TokenKind::Assign: return true;
  default: return kind >= TokenKind::PlusAssign;
  }
}

Expr *ExpressionParser::parseExprOrTuple() {
  Expr *first = parseExpr();
  if (!first || !is(TokenKind::Comma))
    return first;
  SmallVector<Expr *, 8> elements{first};
  while (accept(TokenKind::Comma) && !endsTuple(current.kind)) {
    elements.push_back(parseExpr());
    if (!elements.back())
      return nullptr;
  }
  return finish(
      file.make<TupleExpr>(rangeFrom(first->range), file.copy(ArrayRef<Expr *>(elements))),
      {elements});
}

} // namespace sconce::script
