#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/ElementTypes.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

mlir::Value specialize::callForReference(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands) {
  return eval.emitter.runtimeCall(callee, ts::RefType::get(eval.emitter.context()), operands)->getResult(0);
}

AbstractValue specialize::callForInt(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands) {
  return AbstractValue::ofRunTime(eval.emitter.runtimeCall(callee, eval.emitter.ops().getI64Type(), operands)->getResult(0));
}

AbstractValue specialize::callForBool(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands) {
  return eval.emitter.compare("ne", callForInt(eval, callee, operands), AbstractValue::ofInt(0));
}

mlir::Value specialize::numberConstant(Evaluator &eval, int64_t value) { return eval.emitter.materialize(AbstractValue::ofInt(value)); }

mlir::Value specialize::textConstant(Evaluator &eval, llvm::StringRef text) {
  return ts::ConstantOp::create(eval.emitter.ops(), eval.location(), text);
}

//===----------------------------------------------------------------------===//
// From the program to the runtime
//===----------------------------------------------------------------------===//

static mlir::Value intList(Evaluator &eval, llvm::ArrayRef<Extent> numbers) {
  mlir::Value list =
      callForReference(eval, "sc_rt_list_new", numberConstant(eval, elementKindOf(ts::IntType::get(eval.emitter.context()))));
  for (const Extent &extent : numbers)
    eval.emitter.runtimeCall("sc_rt_list_append_int", {}, {list, eval.emitter.materialize(extent)});
  return list;
}

FailureOr<mlir::Value> specialize::shareTensor(Evaluator &eval, TensorNode *tensor) {
  StorageNode *storage = tensor->storage;
  bool areKnown = llvm::all_of(storage->strides, [](const Extent &stride) { return stride.isKnownInt(); });
  if (!areKnown || tensor->dtype != storage->dtype)
    return eval.unsupported("a tensor whose strides only run time knows, or a view as another dtype, that the runtime holds and that is "
                            "written; use its .contiguous()");
  auto viewOf = [&](mlir::Value memory, const Extent &offset, llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides) {
    return callForReference(eval, "sc_rt_tensor_view",
                            {memory, eval.emitter.materialize(offset), intList(eval, sizes), intList(eval, strides)});
  };
  if (!storage->handle) {
    if (failed(eval.prepareWrite(storage)))
      return failure();
    mlir::Value base = eval.tensors.readBase(storage);
    if (!base)
      return eval.giveUp();
    bool isStrided = !storage->strides.empty();
    if (isStrided) {
      ViewShape shape{storage->dtype, storage->sizes, storage->strides, Extent::ofInt(0)};
      base = eval.emitter.one("permute", {base, llvm::ArrayRef<int64_t>(memoryOrder(shape))});
    }
    mlir::Value memory = ts::BoxOp::create(eval.emitter.ops(), eval.location(), ts::RefType::get(eval.emitter.context()), base);
    if (isStrided)
      eval.tensors.moveBehind(storage, viewOf(memory, Extent::ofInt(0), storage->sizes, storage->strides), memory);
    else
      eval.tensors.moveBehind(storage, memory);
  }
  if (!tensor->view)
    return storage->handle;
  llvm::SmallVector<Extent> strides = eval.tensors.stridesOf(tensor);
  return viewOf(storage->memory ? storage->memory : storage->handle, tensor->offset, tensor->sizes, strides);
}

FailureOr<mlir::Value> specialize::handOver(Evaluator &eval, const AbstractValue &value) {
  if (value.isList())
    return referenceOf(eval, value.asList());
  if (value.isDict())
    return referenceOf(eval, value.asDict());
  if (value.isObject() && !isModule(eval, value))
    return referenceOf(eval, value.asObject());
  if (value.isTuple()) {
    mlir::Value list = callForReference(eval, "sc_rt_list_new", numberConstant(eval, 0));
    for (const AbstractValue &element : value.asTuple()->elements) {
      FailureOr<mlir::Value> part = handOver(eval, element);
      if (failed(part))
        return failure();
      eval.emitter.runtimeCall("sc_rt_list_append", {}, {list, *part});
    }
    return tupleOf(eval, list, *value.asTuple());
  }
  if (!value.isTensor())
    return box(eval, value);
  if (eval.knowledge.sharesTensors)
    return shareTensor(eval, value.asTensor());
  eval.handed.insert(value.asTensor()->storage);
  return box(eval, value);
}

FailureOr<mlir::Value> specialize::referenceOf(Evaluator &eval, ListNode *list) {
  if (list->reference)
    return list->reference;
  if (list->grows)
    return eval.unmergeable("a list that a loop appends to goes to the runtime");
  std::optional<ElementShape> shape = shapeOfElements(eval, *list, nullptr);
  if (!shape)
    return eval.unmergeable("a list of unlike values cannot be one of run-time length");
  if (failed(eval.prepareMove(list)))
    return failure();
  mlir::Value reference = newList(eval, list->elementType);
  llvm::SmallVector<AbstractValue> elements(list->elements.begin(), list->elements.end());
  for (const AbstractValue &element : elements) {
    FailureOr<mlir::Value> value = handOver(eval, element);
    if (failed(value))
      return failure();
    eval.emitter.runtimeCall("sc_rt_list_append", {}, {reference, *value});
  }
  ListNode &changed = eval.heap.mutate(list);
  changed.elements.clear();
  changed.reference = reference;
  changed.elementShape = *shape;
  return reference;
}

FailureOr<mlir::Value> specialize::referenceOf(Evaluator &eval, DictNode *dict) {
  if (dict->reference)
    return dict->reference;
  auto shapes = shapesOfEntries(eval, *dict, nullptr);
  if (!shapes)
    return eval.unmergeable("a dict of unlike values cannot be one whose keys only run time knows");
  if (failed(eval.prepareMove(dict)))
    return failure();
  mlir::Value reference = newDict(eval, dict->keyType, dict->valueType);
  auto entries = dict->entries;
  for (const auto &[key, value] : entries) {
    FailureOr<mlir::Value> k = handOver(eval, key), v = failed(k) ? k : handOver(eval, value);
    if (failed(v))
      return failure();
    eval.emitter.runtimeCall("sc_rt_dict_set", {}, {reference, *k, *v});
  }
  DictNode &changed = eval.heap.mutate(dict);
  changed.entries.clear();
  changed.reference = reference;
  std::tie(changed.keyShape, changed.valueShape) = *shapes;
  return reference;
}

//===----------------------------------------------------------------------===//
// And back
//===----------------------------------------------------------------------===//

Extent specialize::extentBehind(Evaluator &eval, mlir::Value reference, size_t dim) {
  return callForInt(eval, "sc_rt_tensor_size", {reference, numberConstant(eval, dim)});
}

TensorNode *specialize::tensorBehind(Evaluator &eval, mlir::Value reference, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes) {
  TensorNode *tensor = eval.tensors.fresh(mlir::Value(), dtype, sizes);
  tensor->storage->handle = reference;
  return tensor;
}

static AbstractValue unbox(Evaluator &eval, mlir::Value reference, mlir::Type type) {
  mlir::Value value = ts::UnboxOp::create(eval.emitter.ops(), eval.location(), type, reference);
  auto tensorType = llvm::dyn_cast<mlir::RankedTensorType>(type);
  if (!tensorType)
    return AbstractValue::ofRunTime(value);
  TensorNode *tensor = eval.tensors.fresh(value);
  eval.handed.insert(tensor->storage);
  return AbstractValue::ofTensor(tensor);
}

LogicalResult specialize::widenOwner(Evaluator &eval, Node *container) {
  bool isList = container->nodeKind == NodeKind::List;
  Node *owner = isList ? static_cast<ListNode *>(container)->owner : static_cast<DictNode *>(container)->owner;
  if (!owner)
    return success();
  AbstractValue value = isList ? AbstractValue::ofList(static_cast<ListNode *>(container)) : AbstractValue::ofNode(ValueKind::Dict, container);
  std::optional<ElementShape> shape = shapeOf(eval, value, nullptr);
  auto widen = [&](ElementShape &known) {
    if (std::optional<ElementShape> joined = shape ? joinShapes(known, *shape) : std::nullopt)
      known = *joined;
  };
  if (owner->nodeKind == NodeKind::Object) {
    llvm::StringRef slot = isList ? static_cast<ListNode *>(container)->ownerSlot : static_cast<DictNode *>(container)->ownerSlot;
    return shape ? widenSlot(eval, static_cast<ObjectNode *>(owner), slot, *shape) : success();
  }
  if (owner->nodeKind == NodeKind::List)
    widen(eval.heap.mutate(static_cast<ListNode *>(owner)).elementShape);
  else
    widen(eval.heap.mutate(static_cast<DictNode *>(owner)).valueShape);
  return widenOwner(eval, owner);
}

FailureOr<AbstractValue> specialize::valueBehind(Evaluator &eval, mlir::Value reference, const ElementShape &known, mlir::Type type,
                                                 Node *owner, llvm::StringRef ownerSlot) {
  ElementShape shape = known.kind == ElementShape::Unknown && type ? shapeOfType(type) : known;
  switch (shape.kind) {
  case ElementShape::Unknown:
    // All that the program gives before this line is known, so the container is empty, and to ask for an element raises.
    return eval.raise("builtins.RuntimeError", "a value is read from a list, dict or object to which the program gives none before");
  case ElementShape::Numbered:
    return eval.choice(unbox(eval, reference, scalarTypeOf(eval.emitter.context(), ValueKind::Int)), shape.numbers);
  case ElementShape::OtherTensor:
    return eval.raise("builtins.RuntimeError", "a tensor whose rank or dtype changes as the program runs is used, and is of none of the few "
                                               "kinds that code is compiled for; give it the same rank each time");
  case ElementShape::None:
    return AbstractValue::none();
  case ElementShape::Enum:
    return AbstractValue::ofNode(ValueKind::Reference, eval.heap.create<ReferenceNode>(reference, shape.type, shape));
  case ElementShape::Union:
    return oneOfKinds(eval, reference, shape, type);
  case ElementShape::Object: {
    auto *object = eval.heap.create<ObjectNode>(shape.className);
    object->reference = reference;
    return AbstractValue::ofNode(ValueKind::Object, object);
  }
  case ElementShape::Value: {
    auto tensorType = llvm::dyn_cast<mlir::RankedTensorType>(shape.type);
    if (!tensorType || !eval.knowledge.sharesTensors)
      return unbox(eval, reference, shape.type);
    llvm::SmallVector<Extent> sizes;
    for (auto [dim, size] : llvm::enumerate(tensorType.getShape()))
      sizes.push_back(mlir::ShapedType::isDynamic(size) ? extentBehind(eval, reference, dim) : Extent::ofInt(size));
    return AbstractValue::ofTensor(tensorBehind(eval, reference, *dtypeOf(tensorType.getElementType()), sizes));
  }
  case ElementShape::String:
    return AbstractValue::ofNode(ValueKind::Reference,
                                 eval.heap.create<ReferenceNode>(reference, ts::StrType::get(eval.emitter.context())));
  case ElementShape::List: {
    auto *list = eval.heap.create<ListNode>(llvm::cast<ts::ListType>(shape.type).getElementType());
    list->reference = reference;
    list->elementShape = shape.parts[0];
    list->owner = owner;
    list->ownerSlot = ownerSlot;
    return AbstractValue::ofList(list);
  }
  case ElementShape::Dict: {
    auto dictType = llvm::cast<ts::DictType>(shape.type);
    auto *dict = eval.heap.create<DictNode>(dictType.getKeyType(), dictType.getValueType());
    dict->reference = reference;
    dict->keyShape = shape.parts[0];
    dict->valueShape = shape.parts[1];
    dict->owner = owner;
    dict->ownerSlot = ownerSlot;
    return AbstractValue::ofNode(ValueKind::Dict, dict);
  }
  case ElementShape::Tuple: {
    auto tupleType = llvm::dyn_cast_or_null<ts::TupleType>(type);
    auto namedType = llvm::dyn_cast_or_null<ts::NamedTupleType>(type);
    llvm::ArrayRef<mlir::Type> types = tupleType ? tupleType.getTypes() : namedType ? namedType.getTypes() : llvm::ArrayRef<mlir::Type>();
    llvm::SmallVector<AbstractValue> elements;
    for (auto [i, part] : llvm::enumerate(shape.parts)) {
      mlir::Value element = callForReference(eval, "sc_rt_tuple_get", {reference, numberConstant(eval, i)});
      FailureOr<AbstractValue> value = valueBehind(eval, element, part, i < types.size() ? types[i] : mlir::Type());
      if (failed(value))
        return failure();
      elements.push_back(*value);
    }
    AbstractValue tuple = eval.tuple(elements);
    tuple.asTuple()->className = shape.className;
    tuple.asTuple()->fieldNames = shape.fieldNames;
    return tuple;
  }
  }
  llvm_unreachable("all kinds are handled");
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

mlir::Value specialize::heldReference(const AbstractValue &value) {
  if (value.isList())
    return value.asList()->reference;
  if (value.isDict())
    return value.asDict()->reference;
  if (value.isObject())
    return value.asObject()->reference;
  return value.isReference() ? value.asReference()->value : mlir::Value();
}

bool specialize::dependsOnRunTime(const AbstractValue &value) {
  if (value.isRunTime() || isAtRunTime(value))
    return true;
  if (value.isTuple())
    return llvm::any_of(value.asTuple()->elements, dependsOnRunTime);
  return value.isList() && llvm::any_of(value.asList()->elements, dependsOnRunTime);
}

LogicalResult specialize::continueAtRunTime(Call &call) {
  Intrinsic intrinsic = intrinsics().findAtRunTime(call.name, call.args);
  if (!intrinsic)
    return call.eval.unsupported("'" + call.name + "' with values that only run time knows");
  if (call.args[0].isList() || call.args[0].isDict())
    if (failed(handOver(call.eval, call.args[0])))
      return failure();
  return intrinsic(call);
}
