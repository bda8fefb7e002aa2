#include "test/Unit/Script/TreeText.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace sconce::script {

static std::string orNone(const Expr *expr) { return expr ? treeText(expr) : "_"; }

template <typename Range> static std::string joined(const Range &range) {
  std::string out;
  for (const auto *each : range)
    out += " " + treeText(each);
  return out;
}

static std::string callText(const CallExpr *call) {
  std::string out = "(call " + treeText(call->callee) + joined(call->arguments);
  for (const KeywordArgument &keyword : call->keywords)
    out += " " + keyword.name.str() + "=" + treeText(keyword.value);
  return out + ")";
}

static std::string dictText(const DictExpr *dict) {
  std::string out = "{";
  for (auto [key, value] : llvm::zip(dict->keys, dict->values))
    out += " " + treeText(key) + ":" + treeText(value);
  return out + " }";
}

std::string treeText(const Expr *expr) {
  switch (expr->kind) {
  case NodeKind::IntLiteral: return std::to_string(cast<IntLiteral>(expr)->value);
  case NodeKind::FloatLiteral: return fmt::format("{:#}f", cast<FloatLiteral>(expr)->value);
  case NodeKind::ComplexLiteral: return fmt::format("{}j", cast<ComplexLiteral>(expr)->imaginary);
  case NodeKind::StringLiteral: return ("'" + cast<StringLiteral>(expr)->value + "'").str();
  case NodeKind::BoolLiteral: return cast<BoolLiteral>(expr)->value ? "True" : "False";
  case NodeKind::NoneLiteral: return cast<NoneLiteral>(expr)->isTypeWord ? "NoneType" : "None";
  case NodeKind::Ellipsis: return "...";
  case NodeKind::Name: return cast<NameExpr>(expr)->name.str();
  case NodeKind::Attribute: {
    const auto *attribute = cast<AttributeExpr>(expr);
    return "(. " + treeText(attribute->object) + " " + attribute->name.str() + ")";
  }
  case NodeKind::Call: return callText(cast<CallExpr>(expr));
  case NodeKind::Subscript: {
    const auto *subscript = cast<SubscriptExpr>(expr);
    return "([] " + treeText(subscript->object) + joined(subscript->items) + ")";
  }
  case NodeKind::Slice: {
    const auto *slice = cast<SliceExpr>(expr);
    return "(: " + orNone(slice->start) + " " + orNone(slice->stop) + " " +
           orNone(slice->step) + ")";
  }
  case NodeKind::Tuple: return "(tuple" + joined(cast<TupleExpr>(expr)->elements) + ")";
  case NodeKind::List: return "[list" + joined(cast<ListExpr>(expr)->elements) + "]";
  case NodeKind::Dict: return dictText(cast<DictExpr>(expr));
  case NodeKind::ListComprehension: {
    const auto *list = cast<ListComprehension>(expr);
    return "(listcomp " + treeText(list->element) + " " + treeText(list->target) + " " +
           treeText(list->iterable) + ")";
  }
  case NodeKind::DictComprehension: {
    const auto *dict = cast<DictComprehension>(expr);
    return "(dictcomp " + treeText(dict->key) + " " + treeText(dict->value) + " " +
           treeText(dict->target) + " " + treeText(dict->iterable) + ")";
  }
  case NodeKind::Unary: {
    const auto *unary = cast<UnaryExpr>(expr);
    return "(" + spelling(unary->op).str() + " " + treeText(unary->operand) + ")";
  }
  case NodeKind::Starred: return "(* " + treeText(cast<StarredExpr>(expr)->operand) + ")";
  case NodeKind::Binary: {
    const auto *binary = cast<BinaryExpr>(expr);
    return "(" + spelling(binary->op).str() + " " + treeText(binary->left) + " " +
           treeText(binary->right) + ")";
  }
  case NodeKind::Conditional: {
    const auto *conditional = cast<ConditionalExpr>(expr);
    return "(? " + treeText(conditional->condition) + " " + treeText(conditional->whenTrue) + " " +
           treeText(conditional->whenFalse) + ")";
  }
  default: return "not an expression";
  }
}

static std::string blockText(Block body) { return "{" + joined(body) + " }"; }

static std::string ifText(const IfStmt *stmt) {
  std::string out = "(if";
  for (const IfClause &clause : stmt->clauses)
    out += " " + treeText(clause.condition) + " " + blockText(clause.body);
  return out + (stmt->orElse.empty() ? "" : " else " + blockText(stmt->orElse)) + ")";
}

static std::string withText(const WithStmt *stmt) {
  std::string out = "(with";
  for (const WithItem &item : stmt->items)
    out += " " + treeText(item.context) + (item.target ? " as " + treeText(item.target) : "");
  return out + " " + blockText(stmt->body) + ")";
}

static std::string assignText(const AssignStmt *stmt) {
  std::string out = "(=" + joined(stmt->targets);
  if (stmt->annotation)
    out += " : " + treeText(stmt->annotation);
  return out + (stmt->value ? " <- " + treeText(stmt->value) : "") + ")";
}

static std::string defText(const DefStmt *def) {
  std::string out = "(def " + def->name.str();
  for (const Expr *decorator : def->decorators)
    out += " @" + treeText(decorator);
  out += " (";
  for (const Param &param : def->params) {
    out += (param.keywordOnly ? " *" : " ") + param.name.str();
    out += param.annotation ? ":" + treeText(param.annotation) : "";
    out += param.defaultValue ? "=" + treeText(param.defaultValue) : "";
  }
  out += " )";
  if (def->returnType)
    out += " -> " + treeText(def->returnType);
  return out + " " + blockText(def->body) + ")";
}

static std::string classText(const ClassStmt *stmt) {
  return "(class " + stmt->name.str() +
         (stmt->superclass ? " <: " + treeText(stmt->superclass) : "") + " " +
         blockText(stmt->body) + ")";
}

std::string treeText(const Stmt *stmt) {
  switch (stmt->kind) {
  case NodeKind::ExprStmt: return treeText(cast<ExprStmt>(stmt)->expr);
  case NodeKind::Assign: return assignText(cast<AssignStmt>(stmt));
  case NodeKind::AugAssign: {
    const auto *augmented = cast<AugAssignStmt>(stmt);
    return "(" + spelling(augmented->op).str() + "= " + treeText(augmented->target) + " " +
           treeText(augmented->value) + ")";
  }
  case NodeKind::Return: return "(return " + orNone(cast<ReturnStmt>(stmt)->value) + ")";
  case NodeKind::If: return ifText(cast<IfStmt>(stmt));
  case NodeKind::While:
    return "(while " + treeText(cast<WhileStmt>(stmt)->condition) + " " +
           blockText(cast<WhileStmt>(stmt)->body) + ")";
  case NodeKind::For:
    return "(for " + treeText(cast<ForStmt>(stmt)->target) + " " +
           treeText(cast<ForStmt>(stmt)->iterable) + " " +
           blockText(cast<ForStmt>(stmt)->body) + ")";
  case NodeKind::With: return withText(cast<WithStmt>(stmt));
  case NodeKind::Raise: return "(raise " + treeText(cast<RaiseStmt>(stmt)->exception) + ")";
  case NodeKind::Assert:
    return "(assert " + treeText(cast<AssertStmt>(stmt)->condition) + " " +
           orNone(cast<AssertStmt>(stmt)->message) + ")";
  case NodeKind::Break: return "(break)";
  case NodeKind::Continue: return "(continue)";
  case NodeKind::Pass: return "(pass)";
  case NodeKind::Delete: return "(del" + joined(cast<DeleteStmt>(stmt)->targets) + ")";
  case NodeKind::Global: return "(global " + llvm::join(cast<GlobalStmt>(stmt)->names, " ") + ")";
  case NodeKind::Def: return defText(cast<DefStmt>(stmt));
  case NodeKind::Class: return classText(cast<ClassStmt>(stmt));
  default: return "not a statement";
  }
}

static std::string errorText(Error error) { return "error: " + toString(std::move(error)); }

std::string parsedExpr(StringRef text) {
  Expected<ExprFile> parsed = parseExpression(text, "m");
  return parsed ? treeText(parsed->expr) : errorText(parsed.takeError());
}

std::string parsedFile(StringRef text, const ParseOptions &options) {
  Expected<std::unique_ptr<File>> file = parseFile(text, "m", options);
  if (!file)
    return errorText(file.takeError());
  std::string out;
  for (const Stmt *stmt : (*file)->declarations())
    out += (out.empty() ? "" : "\n") + treeText(stmt);
  return out;
}

std::string parsedBody(StringRef lines) {
  std::string text = "def f():\n";
  SmallVector<StringRef, 16> split;
  lines.split(split, '\n');
  for (StringRef line : split)
    text += ("  " + line + "\n").str();
  Expected<std::unique_ptr<File>> file = parseFile(text, "m");
  if (!file)
    return errorText(file.takeError());
  std::string out;
  for (const Stmt *stmt : cast<DefStmt>((*file)->declarations()[0])->body)
    out += (out.empty() ? "" : "\n") + treeText(stmt);
  return out;
}

} // namespace sconce::script
