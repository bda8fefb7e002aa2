// Statements and declarations.
#include "lib/Script/Parser.h"
#include "lib/Script/ExpressionParser.h"

using namespace llvm;

namespace sconce::script {

/// Functions that return a bool or a pointer return false or null after the first error.
class Parser : public ExpressionParser {
public:
  using ExpressionParser::ExpressionParser;

  bool parseFile();

private:
  bool parseVersionLines();
  Stmt *parseDeclaration();
  Stmt *parseClass();
  Stmt *parseDef(bool isMethod);
  bool parseDecorators(SmallVectorImpl<Expr *> &decorators);
  bool parseParams(SmallVectorImpl<Param> &params);
  bool parseParam(SmallVectorImpl<Param> &params, bool keywordOnly);
  bool parseTypeComment(MutableArrayRef<Param> params, Expr *&returnType, bool isMethod);
  bool parseDefBody(MutableArrayRef<Param> params, Expr *&returnType, bool isMethod, Block &body);

  bool parseBlock(Block &body, bool inClass = false);
  bool parseStatements(Block &body, bool inClass);
  Stmt *parseStatement(bool inClass);
  Stmt *parseSimpleStatement();
  Stmt *parseIf();
  Stmt *parseWhile();
  Stmt *parseFor();
  Stmt *parseWith();
  Stmt *parseReturn();
  Stmt *parseAssert();
  Stmt *parseDelete();
  Stmt *parseGlobal();
  Stmt *parseExpressionStatement();
  Stmt *parseAssignment(Expr *target);
  Stmt *parseAugmented(Expr *target, BinaryOp op);
  bool checkTarget(const Expr *target);
  bool endLine();
};

//===-- Declarations ------------------------------------------------------===//

bool Parser::parseVersionLines() {
  while (is(TokenKind::Identifier) && lexer.text(current) == "op_version_set") {
    advance();
    if (!expect(TokenKind::Assign, "after 'op_version_set'"))
      return false;
    SourceRange range = current.range;
    auto *number = dyn_cast_or_null<IntLiteral>(parseExpr());
    if (failed())
      return false;
    if (!number)
      return fail(range, "expected an integer for 'op_version_set'");
    if (!file.versionSet)
      file.versionSet = number->value;
    if (!is(TokenKind::End) && !expect(TokenKind::Newline, "after 'op_version_set'"))
      return false;
  }
  return true;
}

bool Parser::parseFile() {
  if (!parseVersionLines())
    return false;
  SmallVector<Stmt *, 16> decls;
  while (!is(TokenKind::End)) {
    // What an import names is found through its qualified name anyway.
    if (accept(TokenKind::Import)) {
      while (!is(TokenKind::Newline) && !is(TokenKind::End) && !is(TokenKind::Error))
        advance();
      if (!is(TokenKind::End) && !expect(TokenKind::Newline, "after 'import'"))
        return false;
      continue;
    }
    decls.push_back(parseDeclaration());
    if (!decls.back())
      return false;
  }
  file.decls = file.copy(ArrayRef<Stmt *>(decls));
  return true;
}

Stmt *Parser::parseDeclaration() {
  if (is(TokenKind::Class))
    return parseClass();
  if (is(TokenKind::Def) || (is(TokenKind::At) && options.isLibrary))
    return parseDef(false);
  if (is(TokenKind::At))
    return fail(current.range, "decorators are not part of saved TorchScript code");
  return failExpected("'class' or 'def'");
}

Stmt *Parser::parseClass() {
  SourceRange begin = advance().range;
  Token name = current;
  if (!expect(TokenKind::Identifier, "for a class"))
    return nullptr;
  Expr *superclass = nullptr;
  if (accept(TokenKind::LeftParen)) {
    superclass = parseExpr();
    if (!superclass || !expect(TokenKind::RightParen, "after the superclass"))
      return nullptr;
  }
  Block body;
  if (!parseBlock(body, /*inClass=*/true))
    return nullptr;
  return file.make<ClassStmt>(rangeFrom(begin), lexer.text(name), name.range, superclass, body);
}

bool Parser::parseDecorators(SmallVectorImpl<Expr *> &decorators) {
  while (accept(TokenKind::At)) {
    decorators.push_back(parseExpr());
    if (!decorators.back() || !expect(TokenKind::Newline, "after a decorator"))
      return false;
  }
  return true;
}

Stmt *Parser::parseDef(bool isMethod) {
  SmallVector<Expr *, 2> decorators;
  if (!parseDecorators(decorators))
    return nullptr;
  SourceRange begin = current.range;
  if (!expect(TokenKind::Def, "for a function"))
    return nullptr;
  Token name = current;
  SmallVector<Param, 8> params;
  if (!expect(TokenKind::Identifier, "for a function") || !parseParams(params))
    return nullptr;
  Expr *returnType = nullptr;
  if (accept(TokenKind::Arrow)) {
    returnType = parseExpr();
    if (!returnType)
      return nullptr;
  }
  Block body;
  if (!parseDefBody(params, returnType, isMethod, body))
    return nullptr;
  return file.make<DefStmt>(rangeFrom(begin), lexer.text(name), name.range,
                            file.copy(ArrayRef<Param>(params)), returnType, body,
                            file.copy(ArrayRef<Expr *>(decorators)));
}

bool Parser::parseParams(SmallVectorImpl<Param> &params) {
  if (!expect(TokenKind::LeftParen, "after a function's name"))
    return false;
  bool keywordOnly = false;
  while (!is(TokenKind::RightParen)) {
    if (is(TokenKind::Star)) {
      if (keywordOnly)
        return fail(current.range, "a second '*' among the parameters");
      if (ahead.kind == TokenKind::Identifier)
        return fail(current.range, "TorchScript functions take no '*' parameter");
      advance();
      keywordOnly = true;
    } else if (!parseParam(params, keywordOnly)) {
      return false;
    }
    if (!accept(TokenKind::Comma))
      break;
  }
  return expect(TokenKind::RightParen, "or ',' after a parameter");
}

bool Parser::parseParam(SmallVectorImpl<Param> &params, bool keywordOnly) {
  Token name = current;
  if (!expect(TokenKind::Identifier, "for a parameter"))
    return false;
  Expr *annotation = nullptr;
  Expr *defaultValue = nullptr;
  if (accept(TokenKind::Colon)) {
    annotation = parseExpr();
    if (!annotation)
      return false;
  }
  if (is(TokenKind::Assign)) {
    if (!annotation)
      return fail(current.range, "a parameter with a default value needs a type");
    advance();
    defaultValue = parseExpr();
    if (!defaultValue)
      return false;
  }
  params.push_back(
      {lexer.text(name), annotation, defaultValue, keywordOnly, rangeFrom(name.range)});
  return true;
}

/// `# type: (int, Tensor) -> Tensor`, which gives the types where the declaration has none.
bool Parser::parseTypeComment(MutableArrayRef<Param> params, Expr *&returnType, bool isMethod) {
  SourceRange begin = advance().range;
  if (!expect(TokenKind::LeftParen, "in a type comment"))
    return false;
  SmallVector<Expr *, 8> types;
  while (!is(TokenKind::RightParen)) {
    types.push_back(parseExpr());
    if (!types.back())
      return false;
    if (!accept(TokenKind::Comma))
      break;
  }
  if (!expect(TokenKind::RightParen, "in a type comment"))
    return false;
  // The comment leaves a method's own object out.
  size_t skipped = isMethod && !params.empty() ? 1 : 0;
  if (types.size() != params.size() - skipped)
    return fail(rangeFrom(begin), "type comment has " + Twine(types.size()) + " types for " +
                                      Twine(params.size() - skipped) + " parameters");
  for (auto [param, type] : llvm::zip(params.drop_front(skipped), types))
    param.annotation = type;
  if (accept(TokenKind::Arrow)) {
    returnType = parseExpr();
    if (!returnType)
      return false;
  }
  return expect(TokenKind::Newline, "after a type comment");
}

bool Parser::parseDefBody(MutableArrayRef<Param> params, Expr *&returnType, bool isMethod,
                          Block &body) {
  if (!expect(TokenKind::Colon, "after a function's declaration"))
    return false;
  if (!accept(TokenKind::Indent)) {
    if (is(TokenKind::Newline))
      return failExpected("an indented block");
    Stmt *only = parseStatement(/*inClass=*/false);
    body = file.copy(ArrayRef<Stmt *>(only));
    return only != nullptr;
  }
  if (is(TokenKind::TypeComment) && !parseTypeComment(params, returnType, isMethod))
    return false;
  return parseStatements(body, /*inClass=*/false);
}

//===-- Blocks ------------------------------------------------------------===//

bool Parser::parseBlock(Block &body, bool inClass) {
  return expect(TokenKind::Colon, "before a block") &&
         expect(TokenKind::Indent, "of a block on its own lines") && parseStatements(body, inClass);
}

/// The statements up to the end of the block, whose indentation has been passed.
bool Parser::parseStatements(Block &body, bool inClass) {
  SmallVector<Stmt *, 32> statements;
  do {
    statements.push_back(parseStatement(inClass));
    if (!statements.back())
      return false;
  } while (!accept(TokenKind::Dedent));
  body = file.copy(ArrayRef<Stmt *>(statements));
  return true;
}

Stmt *Parser::parseStatement(bool inClass) {
  Nested level(*this);
  if (!checkNesting())
    return nullptr;
  switch (current.kind) {
  case TokenKind::If: return parseIf();
  case TokenKind::While: return parseWhile();
  case TokenKind::For: return parseFor();
  case TokenKind::With: return parseWith();
  case TokenKind::Def: return parseDef(/*isMethod=*/inClass);
  default: break;
  }
  Stmt *stmt = parseSimpleStatement();
  return stmt && endLine() ? stmt : nullptr;
}

bool Parser::endLine() {
  if (is(TokenKind::Indent))
    return fail(current.range, "the next line is indented without a block to stand in");
  return is(TokenKind::End) || expect(TokenKind::Newline, "after a statement");
}

Stmt *Parser::parseIf() {
  SourceRange begin = current.range;
  SmallVector<IfClause, 4> clauses;
  do {
    SourceRange clauseBegin = advance().range;
    Expr *condition = parseExpr();
    Block body;
    if (!condition || !parseBlock(body))
      return nullptr;
    clauses.push_back({condition, body, rangeFrom(clauseBegin)});
  } while (is(TokenKind::Elif));
  Block orElse;
  if (accept(TokenKind::Else) && !parseBlock(orElse))
    return nullptr;
  return file.make<IfStmt>(rangeFrom(begin), file.copy(ArrayRef<IfClause>(clauses)), orElse);
}

Stmt *Parser::parseWhile() {
  SourceRange begin = advance().range;
  Expr *condition = parseExpr();
  Block body;
  if (!condition || !parseBlock(body))
    return nullptr;
  return file.make<WhileStmt>(rangeFrom(begin), condition, body);
}

Stmt *Parser::parseFor() {
  SourceRange begin = advance().range;
  SourceRange targetsBegin = current.range;
  SmallVector<Expr *, 4> targets;
  bool isTuple = false;
  // A target binds tighter than `in`, which ends it.
  do {
    targets.push_back(parseExpr(4));
    if (!targets.back() || !checkTarget(targets.back()))
      return nullptr;
    if (!accept(TokenKind::Comma))
      break;
    isTuple = true;
  } while (!is(TokenKind::In));
  Expr *target = targets[0];
  if (isTuple)
    target = finish(
        file.make<TupleExpr>(rangeFrom(targetsBegin), file.copy(ArrayRef<Expr *>(targets))),
        {targets});
  if (!target || !expect(TokenKind::In, "after the targets of 'for'"))
    return nullptr;
  Expr *iterable = parseExpr();
  Block body;
  if (!iterable || !parseBlock(body))
    return nullptr;
  return file.make<ForStmt>(rangeFrom(begin), target, iterable, body);
}

Stmt *Parser::parseWith() {
  SourceRange begin = advance().range;
  SmallVector<WithItem, 2> items;
  do {
    SourceRange itemBegin = current.range;
    Expr *context = parseExpr();
    if (!context)
      return nullptr;
    NameExpr *target = nullptr;
    if (accept(TokenKind::As)) {
      Token name = current;
      if (!expect(TokenKind::Identifier, "after 'as'"))
        return nullptr;
      target = file.make<NameExpr>(name.range, lexer.text(name));
    }
    items.push_back({context, target, rangeFrom(itemBegin)});
  } while (accept(TokenKind::Comma));
  Block body;
  if (!parseBlock(body))
    return nullptr;
  return file.make<WithStmt>(rangeFrom(begin), file.copy(ArrayRef<WithItem>(items)), body);
}

//===-- Statements of one line --------------------------------------------===//

Stmt *Parser::parseSimpleStatement() {
  SourceRange range = current.range;
  switch (current.kind) {
  case TokenKind::Return: return parseReturn();
  case TokenKind::Assert: return parseAssert();
  case TokenKind::Del: return parseDelete();
  case TokenKind::Global: return parseGlobal();
  case TokenKind::Break: advance(); return file.make<BreakStmt>(range);
  case TokenKind::Continue: advance(); return file.make<ContinueStmt>(range);
  case TokenKind::Pass: advance(); return file.make<PassStmt>(range);
  case TokenKind::Raise: {
    advance();
    Expr *exception = parseExpr();
    return exception ? file.make<RaiseStmt>(rangeFrom(range), exception) : nullptr;
  }
  case TokenKind::TypeComment:
    return fail(range, "a type comment stands only on the first line of a function's body");
  default: return parseExpressionStatement();
  }
}

Stmt *Parser::parseReturn() {
  SourceRange begin = advance().range;
  Expr *value = nullptr;
  if (!is(TokenKind::Newline) && !is(TokenKind::End)) {
    value = parseExprOrTuple();
    if (!value)
      return nullptr;
  }
  return file.make<ReturnStmt>(rangeFrom(begin), value);
}

Stmt *Parser::parseAssert() {
  SourceRange begin = advance().range;
  Expr *condition = parseExpr();
  Expr *message = nullptr;
  if (condition && accept(TokenKind::Comma)) {
    message = parseExpr();
    condition = message ? condition : nullptr;
  }
  return condition ? file.make<AssertStmt>(rangeFrom(begin), condition, message) : nullptr;
}

Stmt *Parser::parseDelete() {
  SourceRange begin = advance().range;
  SmallVector<Expr *, 2> targets;
  do {
    targets.push_back(parseExpr());
    if (!targets.back())
      return nullptr;
  } while (accept(TokenKind::Comma));
  return file.make<DeleteStmt>(rangeFrom(begin), file.copy(ArrayRef<Expr *>(targets)));
}

Stmt *Parser::parseGlobal() {
  SourceRange begin = advance().range;
  SmallVector<StringRef, 2> names;
  do {
    names.push_back(lexer.text(current));
    if (!expect(TokenKind::Identifier, "after 'global'"))
      return nullptr;
  } while (accept(TokenKind::Comma));
  return file.make<GlobalStmt>(rangeFrom(begin), file.copy(ArrayRef<StringRef>(names)));
}

static std::optional<BinaryOp> augmentedOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::PlusAssign: return BinaryOp::Add;
  case TokenKind::MinusAssign: return BinaryOp::Subtract;
  case TokenKind::StarAssign: return BinaryOp::Multiply;
  case TokenKind::SlashAssign: return BinaryOp::Divide;
  case TokenKind::PercentAssign: return BinaryOp::Modulo;
  case TokenKind::AmpersandAssign: return BinaryOp::BitAnd;
  case TokenKind::PipeAssign: return BinaryOp::BitOr;
  case TokenKind::CaretAssign: return BinaryOp::BitXor;
  case TokenKind::ShiftLeftAssign: return BinaryOp::ShiftLeft;
  case TokenKind::ShiftRightAssign: return BinaryOp::ShiftRight;
  case TokenKind::PowerAssign: return BinaryOp::Power;
  default: return std::nullopt;
  }
}

Stmt *Parser::parseExpressionStatement() {
  Expr *expr = parseExprOrTuple();
  if (!expr)
    return nullptr;
  if (is(TokenKind::Colon) || is(TokenKind::Assign))
    return parseAssignment(expr);
  if (std::optional<BinaryOp> op = augmentedOperator(current.kind))
    return parseAugmented(expr, *op);
  if (isa<StarredExpr>(expr))
    return fail(expr->range, "a starred expression is no statement");
  return file.make<ExprStmt>(expr->range, expr);
}

Stmt *Parser::parseAssignment(Expr *target) {
  Expr *annotation = nullptr;
  if (accept(TokenKind::Colon)) {
    annotation = parseExpr();
    if (!annotation)
      return nullptr;
  }
  SmallVector<Expr *, 2> targets{target};
  Expr *value = nullptr;
  while (accept(TokenKind::Assign)) {
    if (value)
      targets.push_back(value);
    value = parseExprOrTuple();
    if (!value)
      return nullptr;
  }
  if (annotation && targets.size() > 1)
    return fail(annotation->range, "a chained assignment cannot have a type");
  for (const Expr *each : targets)
    if (!checkTarget(each))
      return nullptr;
  return file.make<AssignStmt>(rangeFrom(target->range), file.copy(ArrayRef<Expr *>(targets)),
                               annotation, value);
}

Stmt *Parser::parseAugmented(Expr *target, BinaryOp op) {
  if (!isa<NameExpr, AttributeExpr, SubscriptExpr>(target))
    return fail(target->range, "the target of '" + spelling(op) +
                                   "=' must be a variable, an attribute or a subscript");
  advance();
  Expr *value = parseExprOrTuple();
  return value ? file.make<AugAssignStmt>(rangeFrom(target->range), op, target, value) : nullptr;
}

bool Parser::checkTarget(const Expr *target) {
  if (isa<NameExpr, AttributeExpr, SubscriptExpr>(target))
    return true;
  const auto *tuple = dyn_cast<TupleExpr>(target);
  if (!tuple || tuple->elements.empty())
    return fail(target->range, "cannot assign to " + kindName(target->kind));
  bool sawStar = false;
  for (const Expr *element : tuple->elements) {
    if (const auto *starred = dyn_cast<StarredExpr>(element)) {
      if (sawStar)
        return fail(element->range, "only one target of an assignment can be starred");
      sawStar = true;
      element = starred->operand;
    }
    if (!checkTarget(element))
      return false;
  }
  return true;
}

//===-- Entry points ------------------------------------------------------===//

static Error checkSize(StringRef text, StringRef memberName, const ParseOptions &options) {
  if (text.size() <= std::min<size_t>(options.maxBytes, UINT32_MAX / 2))
    return Error::success();
  Location place;
  place.member = memberName.str();
  return badInput("source text is " + Twine(text.size()) + " bytes long, more than the limit of " +
                      Twine(options.maxBytes),
                  std::move(place));
}

Expected<std::unique_ptr<File>> parseFile(StringRef text, StringRef memberName,
                                          const ParseOptions &options) {
  if (Error error = checkSize(text, memberName, options))
    return std::move(error);
  auto file = std::make_unique<File>(text, memberName);
  Parser parser(*file, options);
  if (!parser.parseFile())
    return parser.takeError();
  return std::move(file);
}

Expected<ExprFile> parseExpression(StringRef text, StringRef memberName,
                                   const ParseOptions &options) {
  if (Error error = checkSize(text, memberName, options))
    return std::move(error);
  auto file = std::make_unique<File>(text, memberName);
  ExpressionParser parser(*file, options);
  Expr *expr = parser.parseExpr();
  if (!expr || !parser.expectEnd())
    return parser.takeError();
  return ExprFile{std::move(file), expr};
}

} // namespace sconce::script
