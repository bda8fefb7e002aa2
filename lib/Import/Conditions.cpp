// Conditions: what is known of them without running anything, and what they say about the types of
// variables.
#include "lib/Import/FunctionEmitter.h"

using namespace mlir;

namespace sconce::import {

FunctionEmitter::Condition FunctionEmitter::known(bool value) {
  Condition condition;
  condition.known = value;
  return condition;
}

mlir::Value FunctionEmitter::valueOf(Range range, const Condition &condition) {
  if (hasFailed())
    return {};
  bool isConstant = condition.value && condition.value.getDefiningOp<ts::ConstantOp>();
  return condition.known && !isConstant ? boolConstant(range, *condition.known) : condition.value;
}

void FunctionEmitter::refine(Range range, const Refinements &refinements) {
  for (const Refinement &refinement : refinements) {
    const Binding *binding = env.find(refinement.name);
    if (!binding || !binding->value.is(SugaredValue::Kind::Simple) ||
        binding->value.value.getType() == refinement.type)
      continue;
    if (names)
      names->load(refinement.name);
    mlir::Value refined = refineTo(range, binding->value.value, refinement.type);
    if (names)
      names->assign(refined, refinement.name, builder.getInsertionBlock());
    if (names && env.findOutside(refinement.name))
      names->load(refinement.name);
    env.set(refinement.name, {SugaredValue::simple(refined), {}, /*isRefinement=*/true});
  }
}

/// What holds where both sets hold.
FunctionEmitter::Refinements FunctionEmitter::both(const Refinements &a, const Refinements &b) {
  Refinements result = a;
  for (const Refinement &refinement : b) {
    auto same = llvm::find_if(
        result, [&](const Refinement &other) { return other.name == refinement.name; });
    if (same == result.end())
      result.push_back(refinement);
    else
      same->type = refinement.type;
  }
  return result;
}

/// What holds where at least one set holds.
FunctionEmitter::Refinements FunctionEmitter::either(const Refinements &a, const Refinements &b) {
  Refinements result;
  for (const Refinement &x : a)
    for (const Refinement &y : b)
      if (x.name == y.name)
        if (Type type = rules.unify(x.type, y.type))
          result.push_back({x.name, type});
  return result;
}

FunctionEmitter::Condition FunctionEmitter::emitCondition(const script::Expr *expr) {
  if (auto *literal = dyn_cast<script::BoolLiteral>(expr))
    return known(literal->value);
  if (auto *unary = dyn_cast<script::UnaryExpr>(expr); unary && unary->op == script::UnaryOp::Not) {
    Condition condition = emitCondition(unary->operand);
    if (hasFailed())
      return {};
    std::swap(condition.whenTrue, condition.whenFalse);
    if (condition.known) {
      condition.known = !*condition.known;
      condition.value = {};
    } else {
      condition.value = op(expr->range, "aten::__not__", {condition.value});
    }
    return condition;
  }
  if (auto *binary = dyn_cast<script::BinaryExpr>(expr)) {
    if (binary->op == script::BinaryOp::And || binary->op == script::BinaryOp::Or)
      return emitLogical(binary);
    if (binary->op == script::BinaryOp::Is || binary->op == script::BinaryOp::IsNot)
      return emitIdentity(binary);
  }
  if (auto *call = dyn_cast<script::CallExpr>(expr))
    if (auto *callee = dyn_cast<script::NameExpr>(call->callee);
        callee && !env.find(callee->name)) {
      if (callee->name == "isinstance")
        return emitIsInstance(call);
      if (callee->name == "hasattr")
        return emitHasAttr(call);
    }
  mlir::Value value = emitExpr(expr);
  return value ? conditionOf(expr->range, value) : Condition();
}

FunctionEmitter::Condition FunctionEmitter::conditionOf(Range range, mlir::Value value) {
  value = toBool(range, value);
  if (!value)
    return {};
  Condition condition;
  condition.value = value;
  if (auto constant = value.getDefiningOp<ts::ConstantOp>())
    condition.known = cast<BoolAttr>(constant.getValue()).getValue();
  return condition;
}

/// `and` and `or`: the right side runs, and is compiled, only where the left one leaves the
/// question open.
FunctionEmitter::Condition FunctionEmitter::emitLogical(const script::BinaryExpr *expr) {
  bool isOr = expr->op == script::BinaryOp::Or;
  Condition left = emitCondition(expr->left);
  if (hasFailed() || left.known == isOr)
    return left;
  const Refinements &open = isOr ? left.whenFalse : left.whenTrue;
  if (left.known) {
    env.push();
    refine(expr->range, open);
    Condition right = emitCondition(expr->right);
    env.pop();
    right.whenTrue =
        isOr ? either(left.whenTrue, right.whenTrue) : both(left.whenTrue, right.whenTrue);
    right.whenFalse =
        isOr ? both(left.whenFalse, right.whenFalse) : either(left.whenFalse, right.whenFalse);
    return right;
  }
  Condition right;
  auto decided = [&] { return boolConstant(expr->range, isOr); };
  auto evaluate = [&] {
    right = emitCondition(expr->right);
    return valueOf(expr->right->range, right);
  };
  Condition result;
  result.value = isOr ? emitChoice(expr->range, left, decided, evaluate, {})
                      : emitChoice(expr->range, left, evaluate, decided, {});
  if (hasFailed())
    return {};
  if (right.known == isOr)
    result.known = isOr;
  result.whenTrue =
      isOr ? either(left.whenTrue, right.whenTrue) : both(left.whenTrue, right.whenTrue);
  result.whenFalse =
      isOr ? both(left.whenFalse, right.whenFalse) : either(left.whenFalse, right.whenFalse);
  return result;
}

FunctionEmitter::Condition FunctionEmitter::emitIdentity(const script::BinaryExpr *expr) {
  bool isIs = expr->op == script::BinaryOp::Is;
  mlir::Value left = emitExpr(expr->left);
  mlir::Value right = left ? emitExpr(expr->right) : mlir::Value();
  if (!right)
    return {};
  bool leftIsNone = isa<ts::NoneType>(left.getType()),
       rightIsNone = isa<ts::NoneType>(right.getType());
  auto isNever = [](mlir::Value value) {
    return !includesNone(value.getType()) && !isa<ts::AnyType>(value.getType());
  };
  if (leftIsNone && rightIsNone)
    return known(isIs);
  if ((leftIsNone && isNever(right)) || (rightIsNone && isNever(left)))
    return known(!isIs);
  Condition condition;
  condition.value = op(expr->range, isIs ? "aten::__is__" : "aten::__isnot__", {left, right});
  if (!condition.value)
    return {};
  auto *name = dyn_cast<script::NameExpr>(rightIsNone ? expr->left : expr->right);
  mlir::Value other = rightIsNone ? left : right;
  if (name && (leftIsNone || rightIsNone) && includesNone(other.getType())) {
    // None itself says nothing new of the variable: it may be assigned where it is None.
    Refinements &present = isIs ? condition.whenFalse : condition.whenTrue;
    present.push_back({name->name, withoutNone(other.getType())});
  }
  return condition;
}

/// The types in the second argument of isinstance: a type, or nested tuples of types.
bool FunctionEmitter::gatherTypes(const script::Expr *expr, SmallVectorImpl<Type> &types) {
  if (auto *tuple = dyn_cast<script::TupleExpr>(expr))
    return llvm::all_of(tuple->elements,
                        [&](const script::Expr *element) { return gatherTypes(element, types); });
  if (auto *name = dyn_cast<script::NameExpr>(expr)) {
    if (name->name == "list" || name->name == "tuple") {
      types.push_back(
          ts::OpaqueType::get(context, name->name == "list" ? "AnyListType" : "AnyTupleType"));
      return true;
    }
  }
  Type type = parseType(expr);
  types.push_back(type);
  return bool(type);
}

FunctionEmitter::Condition FunctionEmitter::emitIsInstance(const script::CallExpr *call) {
  if (call->arguments.size() != 2 || !call->keywords.empty())
    return fail(call->range, "isinstance expects two arguments");
  SmallVector<Type> types;
  if (!gatherTypes(call->arguments[1], types))
    return {};
  mlir::Value value = emitExpr(call->arguments[0]);
  if (!value)
    return {};
  Type actual = value.getType();
  bool always = llvm::any_of(types, [&](Type type) { return rules.isSubtype(actual, type); });
  bool mayBeAnyKind = isa<ts::AnyType>(actual);
  bool maybe = llvm::any_of(types, [&](Type type) {
    if (isa<ts::OpaqueType>(type) && mayBeAnyKind)
      return true;
    return llvm::any_of(membersOf(actual), [&](Type member) {
      return rules.isSubtype(type, member) || rules.isSubtype(member, type);
    });
  });
  Condition condition;
  if (always || !maybe) {
    condition = known(always);
  } else {
    SmallVector<Attribute> tested;
    for (Type type : types)
      tested.push_back(TypeAttr::get(type));
    condition.value = ts::IsInstanceOp::create(builder, loc(call->range), boolType(), value,
                                               builder.getArrayAttr(tested));
  }
  auto *name = dyn_cast<script::NameExpr>(call->arguments[0]);
  if (!name || llvm::any_of(types, [](Type type) { return isa<ts::OpaqueType>(type); }))
    return condition;
  // True: one of the tested types. False: what the static type has besides.
  Type tested = unionOf(context, types);
  if (!always && rules.isSubtype(tested, actual))
    condition.whenTrue.push_back({name->name, tested});
  if (isa<ts::OptionalType, ts::UnionType>(actual)) {
    SmallVector<Type> rest;
    for (Type member : membersOf(actual))
      if (!rules.isSubtype(member, tested))
        rest.push_back(member);
    if (!rest.empty() && rest.size() < membersOf(actual).size())
      condition.whenFalse.push_back({name->name, unionOf(context, rest)});
  }
  return condition;
}

FunctionEmitter::Condition FunctionEmitter::emitHasAttr(const script::CallExpr *call) {
  auto *name =
      call->arguments.size() == 2 ? dyn_cast<script::StringLiteral>(call->arguments[1]) : nullptr;
  if (!name || !call->keywords.empty())
    return fail(call->range, "hasattr expects an object and a string literal");
  SugaredValue object = emitSugared(call->arguments[0]);
  if (!object)
    return {};
  return known(hasAttribute(object, name->value));
}

} // namespace sconce::import
