#include "lib/Script/Ast.h"

using namespace llvm;

namespace sconce::script {

StringRef kindName(NodeKind kind) {
  static constexpr const char *names[] = {
      "integer", "float", "complex number", "string", "bool", "None", "'...'", "name", "attribute",
      "call", "subscript", "slice", "tuple", "list", "dict", "list comprehension",
      "dict comprehension", "unary operator", "starred expression", "binary operator",
      "conditional expression",
      // Statements.
      "expression", "assignment", "augmented assignment", "'return'", "'if'", "'while'", "'for'",
      "'with'", "'raise'", "'assert'", "'break'", "'continue'", "'pass'", "'del'", "'global'",
      "function", "class"};
  static_assert(std::size(names) == static_cast<size_t>(NodeKind::LastStmt) + 1);
  return names[static_cast<size_t>(kind)];
}

StringRef spelling(BinaryOp op) {
  static constexpr const char *names[] = {"+", "-",  "*",   "/",  "//", "%",  "@", "**", "<<",
                                          ">>", "&", "|",   "^",  "and", "or", "==", "!=", "<",
                                          ">", "<=", ">=",  "in", "not in", "is", "is not"};
  static_assert(std::size(names) == static_cast<size_t>(BinaryOp::IsNot) + 1);
  return names[static_cast<size_t>(op)];
}

StringRef spelling(UnaryOp op) {
  switch (op) {
  case UnaryOp::Negate: return "-";
  case UnaryOp::Not: return "not";
  case UnaryOp::Invert: return "~";
  }
  llvm_unreachable("every operator is spelled above");
}

static StringRef declaredName(const Stmt *stmt) {
  if (const auto *def = dyn_cast<DefStmt>(stmt))
    return def->name;
  return cast<ClassStmt>(stmt)->name;
}

Stmt *File::find(StringRef name) const {
  for (Stmt *stmt : llvm::reverse(decls))
    if (declaredName(stmt) == name)
      return stmt;
  return nullptr;
}

Location File::location(SourceRange range) const {
  StringRef whole = text();
  size_t begin = std::min<size_t>(range.begin, whole.size());
  size_t first = whole.take_front(begin).rfind('\n');
  first = first == StringRef::npos ? 0 : first + 1;
  size_t last = std::min(whole.find('\n', begin), whole.size());
  Location place;
  place.member = ownedName;
  place.line = range.line;
  place.column = range.column;
  // A line can be as long as the file; the message shows a window around the column.
  if (last - first < 4096)
    place.sourceLine = whole.slice(first, last).rtrim('\r').str();
  return place;
}

Error File::error(SourceRange range, const Twine &message, ErrorKind kind) const {
  return makeError(kind, message, location(range));
}

} // namespace sconce::script
