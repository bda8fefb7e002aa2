#include "lib/Specialize/Results.h"
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/InstanceObjects.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TypeNames.h"
#include "lib/Specialize/Views.h"

#include "llvm/ADT/Sequence.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

namespace {
/// Elements of the memory of a result that is mostly gaps: a part of a tensor that PyTorch keeps whole is not worth more.
constexpr int64_t maxReach = 1 << 22;
} // namespace

static bool haveSameShape(const TensorNode &a, const TensorNode &b) {
  return a.dtype == b.dtype && a.sizes.size() == b.sizes.size() &&
         llvm::all_of(llvm::zip(a.sizes, b.sizes), [](auto pair) { return std::get<0>(pair).isIdentical(std::get<1>(pair)); });
}

/// Notes PyTorch's strides of a tensor that is not row-major; the tensor that is written where the result's memory is row-major.
/// Extents and strides that only run time knows have no place in a slot.
TensorNode *Results::asItLies(TensorNode *tensor, rt::Slot &slot) {
  bool areKnown = llvm::all_of(tensor->sizes, [](const Extent &size) { return size.isKnownInt() && size.asInt() > 0; }) &&
                  llvm::all_of(tensor->strides, [](const Extent &stride) { return stride.isKnownInt() && stride.asInt() >= 0; });
  if (!areKnown || tensor->strides.empty())
    return tensor;
  rt::Slot strided;
  for (auto [size, stride] : llvm::zip_equal(tensor->sizes, tensor->strides)) {
    strided.sizes.push_back(size.asInt());
    strided.strides.push_back(stride.asInt());
  }
  if (strided.strides == rt::contiguousStrides(strided.sizes))
    return tensor;
  int64_t reach = 1, numel = 1;
  for (auto [size, stride] : llvm::zip_equal(strided.sizes, strided.strides)) {
    reach += (size - 1) * stride;
    numel *= size;
  }
  if (reach > maxReach && reach / 4 > numel)
    return tensor;
  slot.sizes = strided.sizes;
  slot.strides = strided.strides;
  if (!slot.isPermuted())
    return tensor;
  auto dims = llvm::seq<int64_t>(0, tensor->rank());
  llvm::SmallVector<int64_t> order(dims.begin(), dims.end());
  llvm::sort(order, [&](int64_t a, int64_t b) { return std::pair(-slot.strides[a], a) < std::pair(-slot.strides[b], b); });
  return eval.tensors.view(tensor, ViewStep::permute(order));
}

/// Names the argument that `tensor` is a view of, and where it lies in it, if it is one and all that is known.
bool Results::addView(const TensorNode *tensor, rt::Slot &slot) const {
  const StorageNode *storage = tensor->storage;
  if (!eval.options.viewsOfArguments || storage->input < 0 || static_cast<size_t>(storage->input) >= numOfArguments || tensor->dtype != storage->dtype)
    return false;
  auto isKnown = [](const Extent &extent) { return extent.isKnownInt() && extent.asInt() >= 0; };
  const TensorNode *argument = inputs[storage->input];
  if (!isKnown(tensor->offset) || !llvm::all_of(tensor->sizes, isKnown) || !llvm::all_of(tensor->strides, isKnown) ||
      !llvm::all_of(argument->sizes, isKnown))
    return false;
  slot.kind = rt::Slot::Kind::Alias;
  slot.alias = storage->input;
  rt::Slot::View view;
  for (const Extent &size : tensor->sizes)
    view.sizes.push_back(size.asInt());
  for (const Extent &stride : tensor->strides)
    view.strides.push_back(stride.asInt());
  if (view.strides.empty())
    view.strides = rt::contiguousStrides(view.sizes);
  view.offset = tensor->offset.asInt();
  slot.view = std::move(view);
  return true;
}

LogicalResult Results::addTensor(TensorNode *tensor, rt::Slot &slot, bool isState) {
  const StorageNode *storage = tensor->storage;
  // detach() and the like give another tensor of the same memory, for which the argument itself stands.
  bool isInput = storage->input >= 0 && !tensor->view && haveSameShape(*inputs[storage->input], *tensor);
  // What is written to an argument is there after the call, but the instance gets a new tensor for its written one.
  bool isReplaced = storage->written && (isState || static_cast<size_t>(storage->input) >= numOfArguments);
  if (isInput && !isReplaced) {
    slot.kind = rt::Slot::Kind::Alias;
    slot.alias = storage->input;
    return success();
  }
  if (!isState && addView(tensor, slot))
    return success();
  slot.kind = rt::Slot::Kind::Tensor;
  slot.dtype = tensor->dtype;
  tensor = asItLies(tensor, slot);
  mlir::Value value = eval.tensors.read(tensor);
  if (!value)
    return eval.giveUp();
  auto type = tensorTypeOf(eval.emitter.context(), tensor->dtype, tensor->sizes);
  for (int64_t size : slot.sizes.empty() ? type.getShape() : llvm::ArrayRef<int64_t>())
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

LogicalResult Results::addContainer(const AbstractValue &value, rt::Slot &slot, bool isState, unsigned depth) {
  if (isAtRunTime(value))
    return addHeld(value, slot, isState);
  if (value.isList()) {
    slot.kind = rt::Slot::Kind::List;
    slot.typeText = annotationOf(value.asList()->elementType);
    return addAll(value.asList()->elements, slot, isState, depth);
  }
  slot.kind = rt::Slot::Kind::Dict;
  slot.typeText = annotationOf(value.asDict()->keyType);
  slot.valueType = annotationOf(value.asDict()->valueType);
  for (const auto &[key, element] : value.asDict()->entries)
    if (failed(addAll({key, element}, slot, isState, depth)))
      return failure();
  return success();
}

LogicalResult Results::addContents(const AbstractValue &container, rt::Slot &slot) {
  return addContainer(container, slot, /*isState=*/false, /*depth=*/0);
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
  case ValueKind::Dict: {
    int64_t argument = value.isList() ? value.asList()->argument : value.asDict()->argument;
    if (argument >= 0 && !isState) {
      slot.kind = rt::Slot::Kind::Same;
      slot.alias = argument;
      return success();
    }
    return addContainer(value, slot, isState, depth);
  }
  case ValueKind::Object:
    // What attributes hold may be one object under several names, which the runtime keeps one.
    if (isState && !isModule(eval, value) && shapeOf(eval, value, nullptr) && failed(referenceOf(eval, value.asObject())))
      return failure();
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
  return addHeld(value, slot, isState);
}

LogicalResult Results::addState(llvm::StringRef path, const AbstractValue &value, rt::Slot &slot) {
  if (!isPointer(path))
    return add(value, slot, /*isState=*/true);
  llvm::SmallVector<int64_t> numbers = eval.numbersOf(value);
  if (numbers.empty())
    return eval.unsupported("attribute '" + attributeOfPointer(path) + "' holds an object that the program makes where it held one of the "
                            "instance; assign its attributes instead");
  AbstractValue number = eval.numberOf(value);
  if (number.isKnown())
    return addScalar(number, slot);
  slot.kind = rt::Slot::Kind::Union;
  for (int64_t one : numbers) {
    slot.children.emplace_back().kind = rt::Slot::Kind::Constant;
    slot.children.back().constant = rt::Value::ofInt(one);
  }
  mlir::FailureOr<mlir::Value> reference = box(eval, number);
  if (failed(reference))
    return failure();
  list.push_back(*reference);
  return success();
}

/// What only run time knows.
LogicalResult Results::addHeld(const AbstractValue &value, rt::Slot &slot, bool isState) {
  mlir::Value reference = heldReference(value);
  if (!reference)
    return eval.unsupported("a " + kindName(value) + " as a result");
  slot.kind = rt::Slot::Kind::Runtime;
  if (std::optional<ElementShape> shape = isState ? shapeOf(eval, value, nullptr) : std::nullopt)
    if (rt::Slot held = slotOfShape(*shape); held.isHeld())
      slot = std::move(held);
  list.push_back(reference);
  return success();
}
