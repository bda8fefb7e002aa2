#include "lib/Specialize/Results.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TypeNames.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

LogicalResult Results::addTensor(TensorNode *tensor, rt::Slot &slot, bool isState) {
  const StorageNode *storage = tensor->storage;
  bool isInput = storage->input >= 0 && inputs[storage->input] == tensor && !tensor->view;
  // What is written to an argument is there after the call, but the instance gets a new tensor for its written one.
  bool isReplaced = storage->written && (isState || static_cast<size_t>(storage->input) >= numOfArguments);
  if (isInput && !isReplaced) {
    slot.kind = rt::Slot::Kind::Alias;
    slot.alias = storage->input;
    return success();
  }
  mlir::Value value = eval.tensors.read(tensor);
  if (!value)
    return eval.giveUp();
  slot.kind = rt::Slot::Kind::Tensor;
  slot.dtype = tensor->dtype;
  auto type = tensorTypeOf(eval.emitter.context(), tensor->dtype, tensor->sizes);
  for (int64_t size : type.getShape())
    slot.sizes.push_back(mlir::ShapedType::isDynamic(size) ? rt::Slot::dynamic : size);
  list.push_back(eval.emitter.cast(value, type));
  return success();
}

LogicalResult Results::addStorage(StorageNode *storage) {
  mlir::Value value = eval.tensors.readBase(storage);
  if (!value)
    return eval.giveUp();
  list.push_back(value);
  return success();
}

LogicalResult Results::addScalar(const AbstractValue &value, rt::Slot &slot) {
  if (value.isKnown()) {
    slot.kind = rt::Slot::Kind::Constant;
    slot.constant = *eval.toRuntime(value);
    return success();
  }
  slot.kind = value.isInt()     ? rt::Slot::Kind::Int
              : value.isFloat() ? rt::Slot::Kind::Float
              : value.isBool()  ? rt::Slot::Kind::Bool
                                : rt::Slot::Kind::Complex;
  list.push_back(value.asRunTime());
  return success();
}

LogicalResult Results::addAll(llvm::ArrayRef<AbstractValue> values, rt::Slot &slot, bool isState, unsigned depth) {
  for (const AbstractValue &value : values) {
    rt::Slot child;
    if (failed(add(value, child, isState, depth + 1)))
      return failure();
    slot.children.push_back(std::move(child));
  }
  return success();
}

LogicalResult Results::add(const AbstractValue &value, rt::Slot &slot, bool isState, unsigned depth) {
  if (depth >= static_cast<unsigned>(rt::Signature::maxDepth))
    return eval.unsupported("a result that contains itself or nests deeper than " + llvm::Twine(rt::Signature::maxDepth) + " levels");
  if (value.isScalar())
    return addScalar(value, slot);
  switch (value.kind()) {
  case ValueKind::Uninitialized:
  case ValueKind::None:
    return success();
  case ValueKind::String:
  case ValueKind::Device:
    slot.kind = rt::Slot::Kind::Constant;
    slot.constant = *eval.toRuntime(value);
    return success();
  case ValueKind::Enum:
    slot.kind = rt::Slot::Kind::Enum;
    slot.className = value.asEnum()->className;
    slot.names = {value.asEnum()->name};
    return success();
  case ValueKind::Tensor:
    if (value.asTensor()->quantizer)
      return eval.unsupported("a quantized tensor as a result; dequantize it");
    return addTensor(value.asTensor(), slot, isState);
  case ValueKind::Tuple:
    slot.kind = rt::Slot::Kind::Tuple;
    slot.className = value.asTuple()->className;
    slot.names = value.asTuple()->fieldNames;
    return addAll(value.asTuple()->elements, slot, isState, depth);
  case ValueKind::List:
    if (value.asList()->reference)
      break;
    slot.kind = rt::Slot::Kind::List;
    slot.typeText = annotationOf(value.asList()->elementType);
    return addAll(value.asList()->elements, slot, isState, depth);
  case ValueKind::Dict: {
    if (value.asDict()->reference)
      break;
    slot.kind = rt::Slot::Kind::Dict;
    slot.typeText = annotationOf(value.asDict()->keyType);
    slot.valueType = annotationOf(value.asDict()->valueType);
    for (const auto &[key, element] : value.asDict()->entries)
      if (failed(addAll({key, element}, slot, isState, depth)))
        return failure();
    return success();
  }
  case ValueKind::Object:
    if (value.asObject()->reference)
      break;
    slot.kind = rt::Slot::Kind::Object;
    slot.className = value.asObject()->className;
    for (const auto &[name, attribute] : value.asObject()->slots) {
      slot.names.push_back(name);
      if (failed(addAll(attribute, slot, isState, depth)))
        return failure();
    }
    return success();
  case ValueKind::Future:
    return add(value.asFuture()->result, slot, isState, depth + 1);
  default:
    break;
  }
  mlir::Value reference = heldReference(value);
  if (!reference)
    return eval.unsupported("a " + kindName(value) + " as a result");
  slot.kind = rt::Slot::Kind::Runtime;
  if (std::optional<ElementShape> shape = isState ? shapeOf(eval, value, nullptr) : std::nullopt)
    slot = slotOfShape(*shape);
  list.push_back(reference);
  return success();
}
