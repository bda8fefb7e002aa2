// Objects that only run time knows, and values of which only run time knows the kind.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TypeNames.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static std::string slotName(const ObjectNode *object, llvm::StringRef slot) { return object->className + "." + slot.str(); }

LogicalResult specialize::widenSlot(Evaluator &eval, ObjectNode *object, llvm::StringRef slot, const ElementShape &shape) {
  std::string name = slotName(object, slot);
  ElementShape &known = eval.knowledge.slotShapes[name];
  std::optional<ElementShape> joined = joinShapes(known, shape);
  if (!joined)
    return eval.unsupported("values of attribute '" + slot + "' of run-time objects of '" + object->className +
                            "' that differ in a way that run time cannot tell");
  if (known == *joined)
    return success();
  known = *joined;
  // What was read before was taken for less than it can be.
  return eval.slotsRead.contains(name) ? eval.restart() : success();
}

FailureOr<AbstractValue> specialize::readSlot(Evaluator &eval, ObjectNode *object, llvm::StringRef slot, mlir::Type type) {
  std::string name = slotName(object, slot);
  eval.slotsRead.insert(name);
  mlir::Value value = callForReference(eval, "sc_rt_object_get", {object->reference, textConstant(eval, slot)});
  return valueBehind(eval, value, eval.knowledge.slotShapes[name], type, object, slot);
}

LogicalResult specialize::writeSlot(Evaluator &eval, ObjectNode *object, llvm::StringRef slot, const AbstractValue &value) {
  std::optional<ElementShape> shape = shapeOf(eval, value, nullptr);
  if (!shape)
    return eval.unsupported("a " + kindName(value) + " in an attribute of an object that only run time knows");
  if (failed(widenSlot(eval, object, slot, *shape)))
    return failure();
  FailureOr<mlir::Value> reference = handOver(eval, value);
  if (failed(reference))
    return failure();
  eval.emitter.runtimeCall("sc_rt_object_set", {}, {object->reference, textConstant(eval, slot), *reference});
  return success();
}

FailureOr<mlir::Value> specialize::referenceOf(Evaluator &eval, ObjectNode *object) {
  if (object->reference)
    return object->reference;
  if (!shapeOf(eval, AbstractValue::ofNode(ValueKind::Object, object), nullptr))
    return eval.unmergeable("an object of '" + object->className + "' cannot be one that only run time knows");
  if (failed(eval.prepareMove(object)))
    return failure();
  if (!object->isMade) { // The runtime holds it from the call's beginning, with what is written to it.
    if (object->path.empty())
      return eval.unsupported("the module itself in a container that only run time knows");
    eval.knowledge.state.insert(llvm::StringRef(object->path).rtrim('.').str());
    return eval.restart();
  }
  auto slots = object->slots;
  ObjectNode &changed = eval.heap.mutate(object);
  changed.reference = callForReference(eval, "sc_rt_object_new", textConstant(eval, object->className));
  changed.slots.clear();
  mlir::Value reference = changed.reference;
  for (const auto &[name, value] : slots)
    if (failed(writeSlot(eval, object, name, value)))
      return failure();
  return reference;
}

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

/// Whether run time finds the value to be of an alternative.
static AbstractValue isOfShape(Evaluator &eval, mlir::Value reference, const ElementShape &shape) {
  if (!shape.className.empty())
    return callForBool(eval, "sc_rt_is_class", {reference, textConstant(eval, shape.className)});
  auto tensor = llvm::dyn_cast_or_null<mlir::RankedTensorType>(shape.valueType());
  int64_t kind = SC_NONE;
  switch (shape.kind) {
  case ElementShape::Value:
    kind = tensor                       ? SC_TENSOR
           : shape.type.isInteger(1)    ? SC_BOOL
           : shape.type.isInteger(64)   ? SC_INT
           : shape.type.isF64()         ? SC_DOUBLE
                                        : SC_COMPLEX;
    break;
  case ElementShape::Numbered:
    kind = SC_INT;
    break;
  case ElementShape::OtherTensor:
    kind = SC_TENSOR;
    break;
  case ElementShape::String:
    kind = SC_STRING;
    break;
  case ElementShape::List:
    kind = SC_LIST;
    break;
  case ElementShape::Dict:
    kind = SC_DICT;
    break;
  case ElementShape::Tuple:
    kind = SC_TUPLE;
    break;
  default:
    break;
  }
  int64_t dtype = tensor ? static_cast<int64_t>(*dtypeOf(tensor.getElementType())) : -1, rank = tensor ? tensor.getRank() : -1;
  return callForBool(eval, "sc_rt_is_kind",
                     {reference, numberConstant(eval, kind), numberConstant(eval, dtype), numberConstant(eval, rank)});
}

static AbstractValue isOfShape(Evaluator &eval, const AbstractValue &value, const ElementShape &shape) {
  return shape.kind == ElementShape::None ? value.asReference()->isNone : isOfShape(eval, value.asReference()->value, shape);
}

AbstractValue specialize::oneOfKinds(Evaluator &eval, mlir::Value reference, const ElementShape &shape, mlir::Type type) {
  auto *node = eval.heap.create<ReferenceNode>(reference, type ? type : ts::AnyType::get(eval.emitter.context()), shape);
  // Asked once, so that a second question is known to have the same answer.
  node->isNone = shape.admits(ElementShape::None) ? isOfShape(eval, reference, ElementShape::none()) : AbstractValue::ofBool(false);
  return AbstractValue::ofNode(ValueKind::Reference, node);
}

AbstractValue specialize::isInstanceAtRunTime(Evaluator &eval, const AbstractValue &value,
                                              llvm::function_ref<bool(const ElementShape &)> matches) {
  llvm::ArrayRef<ElementShape> parts = value.asReference()->shape.parts;
  auto count = llvm::count_if(parts, matches);
  if (count == 0 || static_cast<size_t>(count) == parts.size())
    return AbstractValue::ofBool(count != 0);
  AbstractValue none = AbstractValue::ofBool(true); ///< it is none of those that match
  for (const ElementShape &part : parts)
    if (matches(part))
      none = eval.emitter.logicalAnd(none, eval.emitter.logicalNot(isOfShape(eval, value, part)));
  return eval.emitter.logicalNot(none);
}

FailureOr<AbstractValue> specialize::narrow(Evaluator &eval, const AbstractValue &value, mlir::Type type) {
  const ReferenceNode *reference = value.asReference();
  ElementShape left{ElementShape::Union, {}, {}};
  for (const ElementShape &part : reference->shape.parts)
    if (isShapeOfType(part, type))
      left.parts.push_back(part);
  if (left.parts.empty() || left.parts.size() == reference->shape.parts.size())
    return value;
  if (left.parts.size() == 1)
    return valueBehind(eval, reference->value, left.parts.front(), type);
  return oneOfKinds(eval, reference->value, left, type);
}

/// The alternatives from number `from` on.
static LogicalResult branchOnKinds(Evaluator &eval, mlir::Operation *at, AbstractValue value, mlir::Type type, size_t from, Evaluator::Use use,
                                   Completion done) {
  const ReferenceNode *reference = value.asReference();
  ElementShape shape = reference->shape.parts[from];
  auto take = [=](Evaluator &eval, Completion end) -> LogicalResult {
    FailureOr<AbstractValue> one = valueBehind(eval, reference->value, shape, type);
    return failed(one) ? failure() : use(eval, *one, std::move(end));
  };
  if (from + 1 == reference->shape.parts.size())
    return take(eval, std::move(done));
  auto others = [=](Evaluator &eval, Completion end) { return branchOnKinds(eval, at, value, type, from + 1, use, std::move(end)); };
  return eval.branch(at, isOfShape(eval, value, shape), take, others, std::move(done));
}

LogicalResult Evaluator::branchOnKind(mlir::Operation *at, const AbstractValue &value, mlir::Type type, Use use, Completion done) {
  return branchOnKinds(*this, at, value, type, 0, std::move(use), std::move(done));
}
