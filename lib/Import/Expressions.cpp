// Expressions that are not calls, subscripts or attributes.
#include "lib/Import/FunctionEmitter.h"
#include "lib/Import/GlobalNames.h"
#include "lib/Import/NestingGuard.h"

using namespace mlir;

namespace sconce::import {

StringRef SugaredValue::describe() const {
  switch (kind) {
  case Kind::Invalid:
    return "undefined value";
  case Kind::Simple:
  case Kind::Pack:
    return "value";
  case Kind::Special:
  case Kind::Builtin:
  case Kind::Magic:
  case Kind::Cast:
    return "builtin function";
  case Kind::Namespace:
  case Kind::OperatorRoot:
  case Kind::Constants:
  case Kind::Scope:
    return "namespace";
  case Kind::Function:
    return "function";
  case Kind::Method:
    return "method";
  case Kind::Class:
  case Kind::ExceptionClass:
    return "class";
  case Kind::Exception:
    return "exception";
  case Kind::Range:
  case Kind::Zip:
  case Kind::Enumerate:
    return "iterable";
  case Kind::Closure:
    return "closure";
  }
  return "value";
}

mlir::Value FunctionEmitter::emitExpr(const script::Expr *expr, Type hint) {
  SugaredValue sugared = emitSugared(expr, hint);
  return sugared ? asValue(expr->range, sugared) : mlir::Value();
}

SmallVector<mlir::Value> FunctionEmitter::emitAll(ArrayRef<script::Expr *> exprs) {
  SmallVector<mlir::Value> values;
  for (const script::Expr *expr : exprs) {
    if (auto *starred = dyn_cast<script::StarredExpr>(expr)) {
      for (const SugaredValue &element :
           unpack(expr->range, emitSugared(starred->operand), std::nullopt))
        values.push_back(asValue(expr->range, element));
    } else {
      values.push_back(emitExpr(expr));
    }
    if (hasFailed())
      return {};
  }
  return values;
}

mlir::Value FunctionEmitter::asValue(Range range, const SugaredValue &sugared) {
  using Kind = SugaredValue::Kind;
  if (hasFailed())
    return {};
  switch (sugared.kind) {
  case Kind::Simple:
    return sugared.value;
  case Kind::Pack:
    return ts::TupleOp::create(builder, loc(range), sugared.type, sugared.values);
  case Kind::Function: {
    const Signature *signature = orFail(program.signature(sugared.name));
    if (!signature)
      return {};
    SmallVector<Type> inputs;
    for (const Parameter &parameter : signature->parameters)
      inputs.push_back(parameter.type);
    return ts::FunctionRefOp::create(
        builder, loc(range), ts::FunctionType::get(context, inputs, signature->results.front()),
        FlatSymbolRefAttr::get(context, sugared.name));
  }
  default:
    return fail(range, "a " + sugared.describe() + " cannot be used as a value");
  }
}

SmallVector<SugaredValue> FunctionEmitter::unpack(Range range, const SugaredValue &value,
                                                  std::optional<size_t> count) {
  SmallVector<SugaredValue> elements;
  if (hasFailed())
    return elements;
  if (value.is(SugaredValue::Kind::Pack)) {
    for (mlir::Value element : value.values)
      elements.push_back(SugaredValue::simple(element));
    return elements;
  }
  mlir::Value simple = asValue(range, value);
  if (!simple)
    return elements;
  Operation *unpacked = nullptr;
  if (auto types = tupleTypes(simple.getType())) {
    if (auto tuple = simple.getDefiningOp<ts::TupleOp>())
      for (auto [element, type] : llvm::zip(tuple.getElements(), *types))
        elements.push_back(SugaredValue::simple(castTo(range, element, type)));
    else
      unpacked = ts::TupleUnpackOp::create(builder, loc(range), *types, simple);
  } else if (auto list = dyn_cast<ts::ListType>(simple.getType())) {
    if (!count) {
      fail(range, "the number of a list's elements is not known, so it cannot be unpacked here");
      return elements;
    }
    SmallVector<Type> types(*count, list.getElementType());
    unpacked = ts::ListUnpackOp::create(builder, loc(range), types, simple);
  } else if (isa<ts::TensorType>(simple.getType()) && count) {
    for (size_t index = 0; index < *count; ++index)
      elements.push_back(SugaredValue::simple(
          op(range, "aten::select", {simple, intConstant(range, 0), intConstant(range, index)})));
  } else {
    fail(range, "a value of type '" + spelling(simple.getType()) + "' cannot be unpacked");
  }
  if (unpacked)
    for (mlir::Value element : unpacked->getResults())
      elements.push_back(SugaredValue::simple(element));
  return elements;
}

SugaredValue FunctionEmitter::resolveName(Range range, StringRef name) {
  if (const Binding *binding = env.find(name)) {
    if (!binding->error.empty())
      return fail(range, "'" + name + "' cannot be used: " + binding->error);
    if (names && binding->value.is(SugaredValue::Kind::Simple))
      names->load(name, binding->value.value);
    return binding->value;
  }
  if (source.isLibrary)
    if (StringRef helper = program.libraryHelper(name); !helper.empty())
      return SugaredValue::named(SugaredValue::Kind::Function, helper);
  if (SugaredValue global = globalName(context, name))
    return global;
  if (std::optional<double> number = floatName(name))
    return SugaredValue::simple(
        constant(range, builder.getF64FloatAttr(*number), ts::FloatType::get(context)));
  if (name == "infj" || name == "nanj") {
    Attribute parts[] = {builder.getF64FloatAttr(0),
                         builder.getF64FloatAttr(*floatName(name.drop_back()))};
    return SugaredValue::simple(
        constant(range, builder.getArrayAttr(parts), ts::ComplexType::get(context)));
  }
  return fail(range, "undefined value '" + name + "'");
}

SugaredValue FunctionEmitter::emitSugared(const script::Expr *expr, Type hint) {
  using script::NodeKind;
  DepthGuard guard(*this, expr->range);
  if (hasFailed())
    return {};
  auto simple = [](mlir::Value value) { return SugaredValue::simple(value); };
  switch (expr->kind) {
  case NodeKind::IntLiteral:
    return simple(asLiteral(intConstant(expr->range, cast<script::IntLiteral>(expr)->value)));
  case NodeKind::FloatLiteral:
  case NodeKind::ComplexLiteral:
  case NodeKind::StringLiteral:
  case NodeKind::BoolLiteral:
  case NodeKind::NoneLiteral: {
    Attribute value = program.literal(expr);
    Type type = isa<FloatAttr>(value)    ? Type(ts::FloatType::get(context))
                : isa<ArrayAttr>(value)  ? Type(ts::ComplexType::get(context))
                : isa<StringAttr>(value) ? strType()
                : isa<BoolAttr>(value)   ? boolType()
                                         : noneType();
    mlir::Value made = constant(expr->range, value, type);
    return simple(isa<ts::FloatType>(type) ? asLiteral(made) : made);
  }
  case NodeKind::Ellipsis:
    return fail(expr->range, "'...' can stand only in a subscript");
  case NodeKind::Name:
    return resolveName(expr->range, cast<script::NameExpr>(expr)->name);
  case NodeKind::Attribute: {
    auto *select = cast<script::AttributeExpr>(expr);
    SugaredValue base = emitSugared(select->object);
    return base ? attribute(expr->range, base, select->name) : SugaredValue();
  }
  case NodeKind::Call:
    return emitCall(cast<script::CallExpr>(expr), hint);
  case NodeKind::Subscript:
    return simple(emitSubscript(cast<script::SubscriptExpr>(expr), hint));
  case NodeKind::Slice:
    return fail(expr->range, "a slice can stand only in a subscript");
  case NodeKind::Tuple:
    return simple(emitTuple(cast<script::TupleExpr>(expr), hint));
  case NodeKind::List:
    return simple(emitList(cast<script::ListExpr>(expr), hint));
  case NodeKind::Dict:
    return simple(emitDict(cast<script::DictExpr>(expr), hint));
  case NodeKind::ListComprehension: {
    auto *comprehension = cast<script::ListComprehension>(expr);
    SugaredValue iterable = emitSugared(comprehension->iterable);
    return iterable ? simple(emitComprehension(expr->range, comprehension->target, iterable,
                                               nullptr, comprehension->element, hint))
                    : SugaredValue();
  }
  case NodeKind::DictComprehension: {
    auto *comprehension = cast<script::DictComprehension>(expr);
    SugaredValue iterable = emitSugared(comprehension->iterable);
    return iterable ? simple(emitComprehension(expr->range, comprehension->target, iterable,
                                               comprehension->key, comprehension->value, hint))
                    : SugaredValue();
  }
  case NodeKind::Unary:
    return simple(emitUnary(cast<script::UnaryExpr>(expr)));
  case NodeKind::Starred:
    return fail(expr->range, "a starred expression can stand only in a call or a target");
  case NodeKind::Binary:
    return simple(emitBinary(cast<script::BinaryExpr>(expr)));
  case NodeKind::Conditional: {
    auto *choice = cast<script::ConditionalExpr>(expr);
    Condition condition = emitCondition(choice->condition);
    if (hasFailed())
      return {};
    return simple(emitChoice(
        expr->range, condition, [&] { return emitExpr(choice->whenTrue, hint); },
        [&] { return emitExpr(choice->whenFalse, hint); }, hint));
  }
  default:
    return fail(expr->range, "a " + script::kindName(expr->kind) + " is no expression");
  }
}

//===-- Operators
//---------------------------------------------------------------------------------===//

mlir::Value FunctionEmitter::emitUnary(const script::UnaryExpr *expr) {
  if (expr->op == script::UnaryOp::Not) {
    Condition condition = emitCondition(expr);
    return valueOf(expr->range, condition);
  }
  bool isNegate = expr->op == script::UnaryOp::Negate;
  mlir::Value operand = emitExpr(expr->operand);
  if (!operand)
    return {};
  if (auto constantOp = operand.getDefiningOp<ts::ConstantOp>(); constantOp && isNegate) {
    if (names)
      names->skip(); // The negation, which the reference folds.
    if (auto number = dyn_cast<FloatAttr>(constantOp.getValue()))
      return constant(expr->range, builder.getF64FloatAttr(-number.getValueAsDouble()),
                      operand.getType());
    if (auto number = dyn_cast<IntegerAttr>(constantOp.getValue());
        number && isa<ts::IntType>(operand.getType()))
      return intConstant(expr->range,
                         static_cast<int64_t>(0 - static_cast<uint64_t>(number.getInt())));
  }
  SugaredValue callee =
      SugaredValue::named(SugaredValue::Kind::Magic, isNegate ? "aten::neg" : "aten::bitwise_not");
  callee.magic = isNegate ? "__neg__" : "__invert__";
  return asValue(expr->range, call(expr->range, callee, {argument(operand)}, {}));
}

namespace {
struct BinaryOperator {
  StringRef name;
  StringRef method; ///< What a class defines for it; empty if it cannot.
};
} // namespace

static BinaryOperator operatorOf(script::BinaryOp op) {
  using script::BinaryOp;
  switch (op) {
  case BinaryOp::Add:
    return {"aten::add", "__add__"};
  case BinaryOp::Subtract:
    return {"aten::sub", "__sub__"};
  case BinaryOp::Multiply:
    return {"aten::mul", "__mul__"};
  case BinaryOp::Divide:
    return {"aten::div", "__truediv__"};
  case BinaryOp::FloorDivide:
    return {"aten::floordiv", ""};
  case BinaryOp::Modulo:
    return {"aten::remainder", "__mod__"};
  case BinaryOp::MatrixMultiply:
    return {"aten::matmul", ""};
  case BinaryOp::Power:
    return {"aten::pow", "__pow__"};
  case BinaryOp::ShiftLeft:
    return {"aten::__lshift__", "__lshift__"};
  case BinaryOp::ShiftRight:
    return {"aten::__rshift__", "__rshift__"};
  case BinaryOp::BitAnd:
    return {"aten::__and__", "__and__"};
  case BinaryOp::BitOr:
    return {"aten::__or__", "__or__"};
  case BinaryOp::BitXor:
    return {"aten::__xor__", "__xor__"};
  case BinaryOp::Equal:
    return {"aten::eq", "__eq__"};
  case BinaryOp::NotEqual:
    return {"aten::ne", "__ne__"};
  case BinaryOp::Less:
    return {"aten::lt", "__lt__"};
  case BinaryOp::Greater:
    return {"aten::gt", "__gt__"};
  case BinaryOp::LessEqual:
    return {"aten::le", "__le__"};
  case BinaryOp::GreaterEqual:
    return {"aten::ge", "__ge__"};
  case BinaryOp::In:
  case BinaryOp::NotIn:
    return {"aten::__contains__", "__contains__"};
  default:
    return {};
  }
}

/// `2.5-3.j`, as the printer writes complex constants; null if the operands are no such literals.
static ArrayAttr foldComplex(script::BinaryOp op, mlir::Value left, mlir::Value right) {
  auto real = left.getDefiningOp<ts::ConstantOp>(),
       imaginary = right.getDefiningOp<ts::ConstantOp>();
  if (!real || !imaginary || !isa<ts::FloatType>(left.getType()) ||
      !isa<ts::ComplexType>(right.getType()) ||
      (op != script::BinaryOp::Add && op != script::BinaryOp::Subtract))
    return {};
  auto parts = cast<ArrayAttr>(imaginary.getValue());
  double sign = op == script::BinaryOp::Add ? 1 : -1;
  auto value = [](Attribute part) { return cast<FloatAttr>(part).getValueAsDouble(); };
  Builder builder(left.getContext());
  Attribute folded[] = {builder.getF64FloatAttr(value(real.getValue()) + sign * value(parts[0])),
                        builder.getF64FloatAttr(sign * value(parts[1]))};
  return builder.getArrayAttr(folded);
}

mlir::Value FunctionEmitter::emitBinary(const script::BinaryExpr *expr) {
  using script::BinaryOp;
  if (expr->op == BinaryOp::And || expr->op == BinaryOp::Or || expr->op == BinaryOp::Is ||
      expr->op == BinaryOp::IsNot) {
    Condition condition = emitCondition(expr);
    return valueOf(expr->range, condition);
  }
  mlir::Value left = emitExpr(expr->left);
  mlir::Value right = left ? emitExpr(expr->right) : left;
  if (!right)
    return {};
  if (ArrayAttr folded = foldComplex(expr->op, left, right))
    return constant(expr->range, folded, right.getType());
  if (expr->op == BinaryOp::Modulo && isa<ts::StrType>(left.getType()))
    return op(expr->range, "aten::percentFormat", {left, right});
  if (expr->op == BinaryOp::Add && tupleTypes(left.getType()) && tupleTypes(right.getType())) {
    SmallVector<mlir::Value> elements;
    for (mlir::Value tuple : {left, right})
      for (const SugaredValue &element :
           unpack(expr->range, SugaredValue::simple(tuple), std::nullopt))
        elements.push_back(element.value);
    return makeTuple(expr->range, elements);
  }
  bool isContains = expr->op == BinaryOp::In || expr->op == BinaryOp::NotIn;
  if (isContains)
    std::swap(left, right);
  BinaryOperator name = operatorOf(expr->op);
  SugaredValue callee = SugaredValue::named(SugaredValue::Kind::Magic, name.name);
  callee.magic = name.method.str();
  mlir::Value result =
      asValue(expr->range, call(expr->range, callee, {argument(left), argument(right)}, {}));
  if (result && expr->op == BinaryOp::NotIn)
    result = op(expr->range, "aten::__not__", {toBool(expr->range, result)});
  return result;
}

mlir::Value FunctionEmitter::toBool(Range range, mlir::Value value) {
  if (isa<ts::BoolType>(value.getType())) {
    if (names)
      names->skip();
    return value;
  }
  mlir::Value result =
      asValue(range, call(range, globalName(context, "bool"), {argument(value)}, {}));
  if (result && !isa<ts::BoolType>(result.getType()))
    return fail(range,
                "expected a condition of type 'bool', found '" + spelling(result.getType()) + "'");
  return result;
}

//===-- Containers
//--------------------------------------------------------------------------------===//

/// The member of a hint that a literal of some kind of container can have.
template <typename T> static T containerHint(Type hint) {
  if (!hint)
    return {};
  for (Type member : membersOf(hint))
    if (auto container = dyn_cast<T>(member))
      return container;
  return {};
}

mlir::Value FunctionEmitter::emitTuple(const script::TupleExpr *expr, Type hint) {
  SmallVector<mlir::Value> values;
  auto hints = hint ? tupleTypes(unwrapOptional(hint)) : std::nullopt;
  bool hasStarred =
      llvm::any_of(expr->elements, [](auto *element) { return isa<script::StarredExpr>(element); });
  if (!hints || hasStarred || hints->size() != expr->elements.size()) {
    values = emitAll(expr->elements);
  } else {
    for (auto [element, type] : llvm::zip(expr->elements, *hints))
      values.push_back(emitExpr(element, type));
  }
  return hasFailed() ? mlir::Value() : makeTuple(expr->range, values);
}

mlir::Value FunctionEmitter::emitList(const script::ListExpr *expr, Type hint) {
  auto list = containerHint<ts::ListType>(hint);
  Type element = list ? list.getElementType() : Type();
  SmallVector<mlir::Value> values;
  if (element &&
      llvm::none_of(expr->elements, [](auto *item) { return isa<script::StarredExpr>(item); }))
    for (const script::Expr *item : expr->elements)
      values.push_back(emitExpr(item, element));
  else
    values = emitAll(expr->elements);
  if (hasFailed())
    return {};
  if (values.empty()) {
    mlir::Value empty = makeList(expr->range, element ? element : tensorType(), {});
    if (!element)
      emptyLists.insert(empty);
    return empty;
  }
  auto isIntLiteral = [&](mlir::Value value) { return argument(value).isIntLiteral; };
  auto isFloat = [](mlir::Value value) { return isa<ts::FloatType>(value.getType()); };
  if (!element && llvm::any_of(values, isFloat) && llvm::all_of(values, [&](mlir::Value value) {
        return isFloat(value) || isIntLiteral(value);
      }))
    element = ts::FloatType::get(context);
  if (!element)
    for (mlir::Value value : values)
      element = element ? rules.unify(element, value.getType(), /*orUnion=*/true) : value.getType();
  for (auto [value, item] : llvm::zip(values, expr->elements)) {
    // The printer writes floats of 1e10 up to 1e17 as ints.
    if (isa<ts::FloatType>(element) && isIntLiteral(value))
      value = apply(item->range, {Conversion::Kind::FloatLiteral, element}, value);
    if (!rules.isSubtype(value.getType(), element))
      return fail(item->range, "expected a list element of type '" + spelling(element) +
                                   "', found '" + spelling(value.getType()) + "'");
  }
  return makeList(expr->range, element, values);
}

mlir::Value FunctionEmitter::emitDict(const script::DictExpr *expr, Type hint) {
  auto dict = containerHint<ts::DictType>(hint);
  Type keyType = dict ? dict.getKeyType() : Type(), valueType = dict ? dict.getValueType() : Type();
  SmallVector<mlir::Value> keys, values;
  for (auto [key, value] : llvm::zip(expr->keys, expr->values)) {
    keys.push_back(emitExpr(key, keyType));
    if (hasFailed())
      return {};
    values.push_back(emitExpr(value, valueType));
    if (hasFailed())
      return {};
  }
  if (!dict) {
    keyType = keys.empty() ? strType() : keys.front().getType();
    for (mlir::Value value : values)
      valueType =
          valueType ? rules.unify(valueType, value.getType(), /*orUnion=*/true) : value.getType();
    if (!valueType)
      valueType = tensorType();
  }
  for (auto [index, key] : llvm::enumerate(keys)) {
    if (!rules.isSubtype(key.getType(), keyType))
      return fail(expr->keys[index]->range, "expected a dict key of type '" + spelling(keyType) +
                                                "', found '" + spelling(key.getType()) + "'");
    if (!rules.isSubtype(values[index].getType(), valueType))
      return fail(expr->values[index]->range, "expected a dict value of type '" +
                                                  spelling(valueType) + "', found '" +
                                                  spelling(values[index].getType()) + "'");
  }
  return ts::DictOp::create(builder, loc(expr->range),
                            ts::DictType::get(context, keyType, valueType), keys, values);
}

} // namespace sconce::import
