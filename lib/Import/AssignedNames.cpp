#include "lib/Import/AssignedNames.h"

using namespace sconce::script;

namespace sconce::import {

void collectTargets(const Expr *target, NameSet &names) {
  if (auto *name = llvm::dyn_cast<NameExpr>(target))
    names.insert(name->name);
  else if (auto *starred = llvm::dyn_cast<StarredExpr>(target))
    collectTargets(starred->operand, names);
  else if (auto *tuple = llvm::dyn_cast<TupleExpr>(target))
    for (const Expr *element : tuple->elements)
      collectTargets(element, names);
}

void collectAssigned(Block block, NameSet &names) {
  for (const Stmt *stmt : block) {
    if (auto *assign = llvm::dyn_cast<AssignStmt>(stmt)) {
      for (const Expr *target : assign->targets)
        collectTargets(target, names);
    } else if (auto *augmented = llvm::dyn_cast<AugAssignStmt>(stmt)) {
      collectTargets(augmented->target, names);
    } else if (auto *conditional = llvm::dyn_cast<IfStmt>(stmt)) {
      for (const IfClause &clause : conditional->clauses)
        collectAssigned(clause.body, names);
      collectAssigned(conditional->orElse, names);
    } else if (auto *loop = llvm::dyn_cast<WhileStmt>(stmt)) {
      collectAssigned(loop->body, names);
    } else if (auto *loop = llvm::dyn_cast<ForStmt>(stmt)) {
      collectTargets(loop->target, names);
      collectAssigned(loop->body, names);
    } else if (auto *with = llvm::dyn_cast<WithStmt>(stmt)) {
      for (const WithItem &item : with->items)
        if (item.target)
          names.insert(item.target->name);
      collectAssigned(with->body, names);
    }
  }
}

namespace {

/// Visits every name that is read below a node.
class NameReader {
public:
  explicit NameReader(NameSet &names) : names(names) {}

  void visit(Block block) {
    for (const Stmt *stmt : block)
      visit(stmt);
  }

private:
  void visit(const Expr *expr);
  void visit(const Stmt *stmt);
  void visitAll(llvm::ArrayRef<Expr *> exprs) {
    for (const Expr *expr : exprs)
      visit(expr);
  }

  NameSet &names;
};

} // namespace

void NameReader::visit(const Expr *expr) {
  if (!expr)
    return;
  if (auto *name = llvm::dyn_cast<NameExpr>(expr)) {
    names.insert(name->name);
  } else if (auto *attribute = llvm::dyn_cast<AttributeExpr>(expr)) {
    visit(attribute->object);
  } else if (auto *call = llvm::dyn_cast<CallExpr>(expr)) {
    visit(call->callee);
    visitAll(call->arguments);
    for (const KeywordArgument &keyword : call->keywords)
      visit(keyword.value);
  } else if (auto *subscript = llvm::dyn_cast<SubscriptExpr>(expr)) {
    visit(subscript->object);
    visitAll(subscript->items);
  } else if (auto *slice = llvm::dyn_cast<SliceExpr>(expr)) {
    visit(slice->start);
    visit(slice->stop);
    visit(slice->step);
  } else if (auto *tuple = llvm::dyn_cast<TupleExpr>(expr)) {
    visitAll(tuple->elements);
  } else if (auto *list = llvm::dyn_cast<ListExpr>(expr)) {
    visitAll(list->elements);
  } else if (auto *dict = llvm::dyn_cast<DictExpr>(expr)) {
    visitAll(dict->keys);
    visitAll(dict->values);
  } else if (auto *comprehension = llvm::dyn_cast<ListComprehension>(expr)) {
    visit(comprehension->element);
    visit(comprehension->iterable);
  } else if (auto *comprehension = llvm::dyn_cast<DictComprehension>(expr)) {
    visit(comprehension->key);
    visit(comprehension->value);
    visit(comprehension->iterable);
  } else if (auto *unary = llvm::dyn_cast<UnaryExpr>(expr)) {
    visit(unary->operand);
  } else if (auto *starred = llvm::dyn_cast<StarredExpr>(expr)) {
    visit(starred->operand);
  } else if (auto *binary = llvm::dyn_cast<BinaryExpr>(expr)) {
    visit(binary->left);
    visit(binary->right);
  } else if (auto *conditional = llvm::dyn_cast<ConditionalExpr>(expr)) {
    visit(conditional->condition);
    visit(conditional->whenTrue);
    visit(conditional->whenFalse);
  }
}

void NameReader::visit(const Stmt *stmt) {
  if (auto *expr = llvm::dyn_cast<ExprStmt>(stmt)) {
    visit(expr->expr);
  } else if (auto *assign = llvm::dyn_cast<AssignStmt>(stmt)) {
    visitAll(assign->targets);
    visit(assign->value);
  } else if (auto *augmented = llvm::dyn_cast<AugAssignStmt>(stmt)) {
    visit(augmented->target);
    visit(augmented->value);
  } else if (auto *result = llvm::dyn_cast<ReturnStmt>(stmt)) {
    visit(result->value);
  } else if (auto *conditional = llvm::dyn_cast<IfStmt>(stmt)) {
    for (const IfClause &clause : conditional->clauses) {
      visit(clause.condition);
      visit(clause.body);
    }
    visit(conditional->orElse);
  } else if (auto *loop = llvm::dyn_cast<WhileStmt>(stmt)) {
    visit(loop->condition);
    visit(loop->body);
  } else if (auto *loop = llvm::dyn_cast<ForStmt>(stmt)) {
    visit(loop->iterable);
    visit(loop->target);
    visit(loop->body);
  } else if (auto *with = llvm::dyn_cast<WithStmt>(stmt)) {
    for (const WithItem &item : with->items)
      visit(item.context);
    visit(with->body);
  } else if (auto *raise = llvm::dyn_cast<RaiseStmt>(stmt)) {
    visit(raise->exception);
  } else if (auto *assertion = llvm::dyn_cast<AssertStmt>(stmt)) {
    visit(assertion->condition);
    visit(assertion->message);
  } else if (auto *deletion = llvm::dyn_cast<DeleteStmt>(stmt)) {
    visitAll(deletion->targets);
  } else if (auto *def = llvm::dyn_cast<DefStmt>(stmt)) {
    visit(def->body);
  }
}

void collectRead(Block block, NameSet &names) { NameReader(names).visit(block); }

} // namespace sconce::import
