// The syntax tree of a TorchScript source file.
//
// Nodes live in the arena of their `File` and are trivially destructible: a tree of any shape is
// freed in one step, and names and strings point into the file's text wherever they can. Every tree
// that the parser returns is at most `ParseOptions::maxNesting` blocks and brackets deep, and no
// expression is deeper than `ParseOptions::maxExpressionDepth`, so recursive visitors are safe.
#ifndef SCONCE_SCRIPT_AST_H
#define SCONCE_SCRIPT_AST_H

#include "lib/Support/Error.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sconce::script {

/// Where a node stands in its file's text: bytes [begin, end), and the line and column (from 1) of
/// `begin`.
struct SourceRange {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t line = 0;
  uint32_t column = 0;
};

enum class NodeKind : uint8_t {
  // Expressions.
  IntLiteral,
  FloatLiteral,
  ComplexLiteral,
  StringLiteral,
  BoolLiteral,
  NoneLiteral,
  Ellipsis,
  Name,
  Attribute,
  Call,
  Subscript,
  Slice,
  Tuple,
  List,
  Dict,
  ListComprehension,
  DictComprehension,
  Unary,
  Starred,
  Binary,
  Conditional,
  LastExpr = Conditional,
  // Statements.
  ExprStmt,
  Assign,
  AugAssign,
  Return,
  If,
  While,
  For,
  With,
  Raise,
  Assert,
  Break,
  Continue,
  Pass,
  Delete,
  Global,
  Def,
  Class,
  LastStmt = Class,
};

/// The word for a kind in messages, such as `list comprehension`.
llvm::StringRef kindName(NodeKind kind);

struct Node {
  NodeKind kind;
  SourceRange range;

protected:
  Node(NodeKind kind, SourceRange range) : kind(kind), range(range) {}
};

//===-- Expressions -------------------------------------------------------===//

struct Expr : Node {
  /// 1 for a leaf, else one more than the deepest operand.
  uint16_t depth = 1;
  static bool classof(const Node *node) { return node->kind <= NodeKind::LastExpr; }

protected:
  using Node::Node;
};

/// `7`, `0x10`, and `-7` (a minus directly before a literal is folded into it).
struct IntLiteral : Expr {
  int64_t value;
  IntLiteral(SourceRange range, int64_t value) : Expr(NodeKind::IntLiteral, range), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::IntLiteral; }
};

/// `1.`, `-1e-05`.
struct FloatLiteral : Expr {
  double value;
  FloatLiteral(SourceRange range, double value)
      : Expr(NodeKind::FloatLiteral, range), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::FloatLiteral; }
};

/// `3.j`: the real part is zero.
struct ComplexLiteral : Expr {
  double imaginary;
  ComplexLiteral(SourceRange range, double imaginary)
      : Expr(NodeKind::ComplexLiteral, range), imaginary(imaginary) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::ComplexLiteral; }
};

/// Adjacent literals are joined and escapes resolved.
struct StringLiteral : Expr {
  llvm::StringRef value;
  StringLiteral(SourceRange range, llvm::StringRef value)
      : Expr(NodeKind::StringLiteral, range), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::StringLiteral; }
};

struct BoolLiteral : Expr {
  bool value;
  BoolLiteral(SourceRange range, bool value) : Expr(NodeKind::BoolLiteral, range), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::BoolLiteral; }
};

/// `None`, and as a type `NoneType`.
struct NoneLiteral : Expr {
  bool isTypeWord; ///< Spelled `NoneType`.
  NoneLiteral(SourceRange range, bool isTypeWord)
      : Expr(NodeKind::NoneLiteral, range), isTypeWord(isTypeWord) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::NoneLiteral; }
};

/// `...` or `Ellipsis`.
struct EllipsisExpr : Expr {
  explicit EllipsisExpr(SourceRange range) : Expr(NodeKind::Ellipsis, range) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Ellipsis; }
};

struct NameExpr : Expr {
  llvm::StringRef name;
  NameExpr(SourceRange range, llvm::StringRef name) : Expr(NodeKind::Name, range), name(name) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Name; }
};

/// `object.name`. `nameRange` is that of the name alone.
struct AttributeExpr : Expr {
  Expr *object;
  llvm::StringRef name;
  SourceRange nameRange;
  AttributeExpr(SourceRange range, Expr *object, llvm::StringRef name, SourceRange nameRange)
      : Expr(NodeKind::Attribute, range), object(object), name(name), nameRange(nameRange) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Attribute; }
};

/// `name=value` in a call.
struct KeywordArgument {
  llvm::StringRef name;
  Expr *value;
  SourceRange range;
};

/// `callee(arguments, keywords)`. A positional argument may be `Starred`, also after a keyword.
struct CallExpr : Expr {
  Expr *callee;
  llvm::ArrayRef<Expr *> arguments;
  llvm::ArrayRef<KeywordArgument> keywords;
  CallExpr(SourceRange range, Expr *callee, llvm::ArrayRef<Expr *> arguments,
           llvm::ArrayRef<KeywordArgument> keywords)
      : Expr(NodeKind::Call, range), callee(callee), arguments(arguments), keywords(keywords) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Call; }
};

/// `object[items]`. Items are expressions, `SliceExpr` or `EllipsisExpr`; at least one.
/// `x[a, b]` has two items, `x[(a, b)]` has one, a tuple.
struct SubscriptExpr : Expr {
  Expr *object;
  llvm::ArrayRef<Expr *> items;
  SubscriptExpr(SourceRange range, Expr *object, llvm::ArrayRef<Expr *> items)
      : Expr(NodeKind::Subscript, range), object(object), items(items) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Subscript; }
};

/// `start:stop:step` in a subscript; each part may be null.
struct SliceExpr : Expr {
  Expr *start;
  Expr *stop;
  Expr *step;
  SliceExpr(SourceRange range, Expr *start, Expr *stop, Expr *step)
      : Expr(NodeKind::Slice, range), start(start), stop(stop), step(step) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Slice; }
};

struct TupleExpr : Expr {
  llvm::ArrayRef<Expr *> elements;
  TupleExpr(SourceRange range, llvm::ArrayRef<Expr *> elements)
      : Expr(NodeKind::Tuple, range), elements(elements) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Tuple; }
};

struct ListExpr : Expr {
  llvm::ArrayRef<Expr *> elements;
  ListExpr(SourceRange range, llvm::ArrayRef<Expr *> elements)
      : Expr(NodeKind::List, range), elements(elements) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::List; }
};

/// `{keys[i]: values[i]}`; both arrays are equally long.
struct DictExpr : Expr {
  llvm::ArrayRef<Expr *> keys;
  llvm::ArrayRef<Expr *> values;
  DictExpr(SourceRange range, llvm::ArrayRef<Expr *> keys, llvm::ArrayRef<Expr *> values)
      : Expr(NodeKind::Dict, range), keys(keys), values(values) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Dict; }
};

/// `element for target in iterable`, with or without brackets: both make a list.
struct ListComprehension : Expr {
  Expr *element;
  Expr *target;
  Expr *iterable;
  bool isEnclosed = false; ///< In brackets or parentheses of its own.
  ListComprehension(SourceRange range, Expr *element, Expr *target, Expr *iterable)
      : Expr(NodeKind::ListComprehension, range), element(element), target(target),
        iterable(iterable) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::ListComprehension; }
};

/// `{key: value for target in iterable}`.
struct DictComprehension : Expr {
  Expr *key;
  Expr *value;
  Expr *target;
  Expr *iterable;
  DictComprehension(SourceRange range, Expr *key, Expr *value, Expr *target, Expr *iterable)
      : Expr(NodeKind::DictComprehension, range), key(key), value(value), target(target),
        iterable(iterable) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::DictComprehension; }
};

enum class UnaryOp : uint8_t { Negate, Not, Invert };

struct UnaryExpr : Expr {
  UnaryOp op;
  Expr *operand;
  UnaryExpr(SourceRange range, UnaryOp op, Expr *operand)
      : Expr(NodeKind::Unary, range), op(op), operand(operand) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Unary; }
};

/// `*operand`, as a target or as an argument.
struct StarredExpr : Expr {
  Expr *operand;
  StarredExpr(SourceRange range, Expr *operand)
      : Expr(NodeKind::Starred, range), operand(operand) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Starred; }
};

enum class BinaryOp : uint8_t {
  Add,
  Subtract,
  Multiply,
  Divide,
  FloorDivide,
  Modulo,
  MatrixMultiply,
  Power,
  ShiftLeft,
  ShiftRight,
  BitAnd,
  BitOr,
  BitXor,
  And,
  Or,
  Equal,
  NotEqual,
  Less,
  Greater,
  LessEqual,
  GreaterEqual,
  In,
  NotIn,
  Is,
  IsNot,
};

/// The operator as it is written, such as `//` or `not in`.
llvm::StringRef spelling(BinaryOp op);
llvm::StringRef spelling(UnaryOp op);

struct BinaryExpr : Expr {
  BinaryOp op;
  Expr *left;
  Expr *right;
  SourceRange opRange;
  BinaryExpr(SourceRange range, BinaryOp op, Expr *left, Expr *right, SourceRange opRange)
      : Expr(NodeKind::Binary, range), op(op), left(left), right(right), opRange(opRange) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Binary; }
};

/// `whenTrue if condition else whenFalse`.
struct ConditionalExpr : Expr {
  Expr *condition;
  Expr *whenTrue;
  Expr *whenFalse;
  ConditionalExpr(SourceRange range, Expr *condition, Expr *whenTrue, Expr *whenFalse)
      : Expr(NodeKind::Conditional, range), condition(condition), whenTrue(whenTrue),
        whenFalse(whenFalse) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Conditional; }
};

//===-- Statements --------------------------------------------------------===//

struct Stmt : Node {
  static bool classof(const Node *node) { return node->kind > NodeKind::LastExpr; }

protected:
  using Node::Node;
};

using Block = llvm::ArrayRef<Stmt *>;

struct ExprStmt : Stmt {
  Expr *expr;
  ExprStmt(SourceRange range, Expr *expr) : Stmt(NodeKind::ExprStmt, range), expr(expr) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::ExprStmt; }
};

/// `targets[0] = targets[1] = … = value`, or `target : annotation [= value]`. There is at least one
/// target. `value` is null only beside an annotation, and an annotation stands only with one
/// target. A target `a, b` is a tuple; targets are names, attributes, subscripts, tuples of
/// targets, and one starred target in a tuple.
struct AssignStmt : Stmt {
  llvm::ArrayRef<Expr *> targets;
  Expr *annotation;
  Expr *value;
  AssignStmt(SourceRange range, llvm::ArrayRef<Expr *> targets, Expr *annotation, Expr *value)
      : Stmt(NodeKind::Assign, range), targets(targets), annotation(annotation), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Assign; }
};

/// `target op= value`. The target is a name, an attribute or a subscript.
struct AugAssignStmt : Stmt {
  BinaryOp op;
  Expr *target;
  Expr *value;
  AugAssignStmt(SourceRange range, BinaryOp op, Expr *target, Expr *value)
      : Stmt(NodeKind::AugAssign, range), op(op), target(target), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::AugAssign; }
};

/// `value` is null for a bare `return`.
struct ReturnStmt : Stmt {
  Expr *value;
  ReturnStmt(SourceRange range, Expr *value) : Stmt(NodeKind::Return, range), value(value) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Return; }
};

/// One `if` or `elif` with its block.
struct IfClause {
  Expr *condition;
  Block body;
  SourceRange range;
};

/// `if` with its `elif`s in order (so a long chain is no deep tree), and the `else` block, if any.
struct IfStmt : Stmt {
  llvm::ArrayRef<IfClause> clauses;
  Block orElse;
  IfStmt(SourceRange range, llvm::ArrayRef<IfClause> clauses, Block orElse)
      : Stmt(NodeKind::If, range), clauses(clauses), orElse(orElse) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::If; }
};

struct WhileStmt : Stmt {
  Expr *condition;
  Block body;
  WhileStmt(SourceRange range, Expr *condition, Block body)
      : Stmt(NodeKind::While, range), condition(condition), body(body) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::While; }
};

/// `for target in iterable`. `for a, b in …` has a tuple as its target.
struct ForStmt : Stmt {
  Expr *target;
  Expr *iterable;
  Block body;
  ForStmt(SourceRange range, Expr *target, Expr *iterable, Block body)
      : Stmt(NodeKind::For, range), target(target), iterable(iterable), body(body) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::For; }
};

/// `context as target`; the target, a name, may be null.
struct WithItem {
  Expr *context;
  NameExpr *target;
  SourceRange range;
};

struct WithStmt : Stmt {
  llvm::ArrayRef<WithItem> items;
  Block body;
  WithStmt(SourceRange range, llvm::ArrayRef<WithItem> items, Block body)
      : Stmt(NodeKind::With, range), items(items), body(body) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::With; }
};

struct RaiseStmt : Stmt {
  Expr *exception;
  RaiseStmt(SourceRange range, Expr *exception)
      : Stmt(NodeKind::Raise, range), exception(exception) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Raise; }
};

/// `message` may be null.
struct AssertStmt : Stmt {
  Expr *condition;
  Expr *message;
  AssertStmt(SourceRange range, Expr *condition, Expr *message)
      : Stmt(NodeKind::Assert, range), condition(condition), message(message) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Assert; }
};

struct BreakStmt : Stmt {
  explicit BreakStmt(SourceRange range) : Stmt(NodeKind::Break, range) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Break; }
};

struct ContinueStmt : Stmt {
  explicit ContinueStmt(SourceRange range) : Stmt(NodeKind::Continue, range) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Continue; }
};

struct PassStmt : Stmt {
  explicit PassStmt(SourceRange range) : Stmt(NodeKind::Pass, range) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Pass; }
};

struct DeleteStmt : Stmt {
  llvm::ArrayRef<Expr *> targets;
  DeleteStmt(SourceRange range, llvm::ArrayRef<Expr *> targets)
      : Stmt(NodeKind::Delete, range), targets(targets) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Delete; }
};

/// Parsed so that the refusal can name it; it has no meaning in TorchScript.
struct GlobalStmt : Stmt {
  llvm::ArrayRef<llvm::StringRef> names;
  GlobalStmt(SourceRange range, llvm::ArrayRef<llvm::StringRef> names)
      : Stmt(NodeKind::Global, range), names(names) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Global; }
};

//===-- Declarations ------------------------------------------------------===//

/// One parameter. Without an annotation it is a Tensor, or the class for a method's first
/// parameter.
struct Param {
  llvm::StringRef name;
  Expr *annotation;   ///< May be null; filled in from a type comment.
  Expr *defaultValue; ///< May be null.
  bool keywordOnly;
  SourceRange range;
};

/// A function, a method, or a closure inside a body.
struct DefStmt : Stmt {
  llvm::StringRef name;
  llvm::ArrayRef<Param> params;
  Expr *returnType; ///< Null when not declared: inferred from the body.
  Block body;
  llvm::ArrayRef<Expr *> decorators; ///< Without the `@`; only in files of the operator library.
  SourceRange nameRange;
  DefStmt(SourceRange range, llvm::StringRef name, SourceRange nameRange,
          llvm::ArrayRef<Param> params, Expr *returnType, Block body,
          llvm::ArrayRef<Expr *> decorators)
      : Stmt(NodeKind::Def, range), name(name), params(params), returnType(returnType), body(body),
        decorators(decorators), nameRange(nameRange) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Def; }
};

/// A class; its body holds `AssignStmt` (attributes, `__parameters__`, constants, enum members),
/// `DefStmt` (methods) and `PassStmt`; what else may stand there is for Import to refuse.
struct ClassStmt : Stmt {
  llvm::StringRef name;
  Expr *superclass; ///< May be null.
  Block body;
  SourceRange nameRange;
  ClassStmt(SourceRange range, llvm::StringRef name, SourceRange nameRange, Expr *superclass,
            Block body)
      : Stmt(NodeKind::Class, range), name(name), superclass(superclass), body(body),
        nameRange(nameRange) {}
  static bool classof(const Node *node) { return node->kind == NodeKind::Class; }
};

/// A parsed file; owns its text and every node.
class File {
public:
  File(llvm::StringRef text, llvm::StringRef memberName)
      : ownedText(text.str()), ownedName(memberName.str()) {}
  File(const File &) = delete;
  File &operator=(const File &) = delete;

  llvm::StringRef text() const { return ownedText; }
  /// The archive's record (or path) that the text came from; the file name in locations.
  llvm::StringRef memberName() const { return ownedName; }

  /// Classes (`ClassStmt`) and functions (`DefStmt`) in the order of the file.
  llvm::ArrayRef<Stmt *> declarations() const { return decls; }
  /// The number of the first `op_version_set = N` line, if there is one.
  std::optional<int64_t> opVersionSet() const { return versionSet; }

  /// The class or function of that name, the last one if there are several; null if there is none.
  Stmt *find(llvm::StringRef name) const;

  /// The place of a node, with its source line.
  Location location(SourceRange range) const;
  /// An error at a node of this file.
  [[nodiscard]] llvm::Error error(SourceRange range, const llvm::Twine &message,
                                  ErrorKind kind = ErrorKind::BadInput) const;

  /// Makes a node or other trivially destructible object in the arena.
  template <typename T, typename... Args> T *make(Args &&...args) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena never runs destructors");
    return new (arena.Allocate<T>()) T(std::forward<Args>(args)...);
  }
  /// Copies elements into the arena.
  template <typename T> llvm::ArrayRef<T> copy(llvm::ArrayRef<T> elements) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena never runs destructors");
    if (elements.empty())
      return {};
    T *to = arena.Allocate<T>(elements.size());
    std::uninitialized_copy(elements.begin(), elements.end(), to);
    return llvm::ArrayRef<T>(to, elements.size());
  }
  llvm::StringRef copy(llvm::StringRef text) { return text.copy(arena); }

private:
  friend class Parser;

  std::string ownedText;
  std::string ownedName;
  llvm::BumpPtrAllocator arena;
  llvm::ArrayRef<Stmt *> decls;
  std::optional<int64_t> versionSet;
};

} // namespace sconce::script

#endif // SCONCE_SCRIPT_AST_H
