// The calls of a pickle that rebuild tensors.
//
// TorchScript and CPython's pickler agree on dense and quantized tensors; for sparse ones
// TorchScript passes (layout, size, requires_grad, indices…, values, hooks), CPython
// (layout, (indices…, values, size)).
#include "lib/Archive/PickleMachine.h"
#include "lib/Support/Error.h"

using namespace llvm;

namespace sconce::archive {

Error PickleMachine::callTensor(const Global &callee, Arguments arguments) {
  Expected<rt::Tensor> tensor = [&]() -> Expected<rt::Tensor> {
    switch (callee.kind) {
    case GlobalKind::RebuildQTensor:
      return rebuildQuantized(arguments);
    case GlobalKind::RebuildSparseTensor:
      return rebuildSparse(arguments);
    case GlobalKind::RebuildParameter:
      return rebuildParameter(arguments);
    case GlobalKind::RebuildMetaTensor:
      return unsupported("the file holds a tensor on the meta device, which has no data");
    default:
      return rebuildTensor(callee, arguments);
    }
  }();
  if (!tensor)
    return tensor.takeError();
  return pushValue(rt::Value::ofTensor(std::move(*tensor)));
}

/// Hooks are functions; only the absence of them can be read.
Error PickleMachine::checkHooks(const Item &item) {
  if (item.kind == Item::Kind::Value && item.value.isNone())
    return Error::success();
  const Node *dict = nodeOf(item, Node::Kind::Dict);
  if (!dict || dict->value.asDict().size() != 0)
    return badInput("a tensor has backward hooks, which cannot be read");
  return Error::success();
}

/// storage, offset, size, stride: what all strided tensors begin with.
Error PickleMachine::readStrided(Arguments arguments, uint32_t &storage, StridedParts &parts) {
  if (arguments[0].kind != Item::Kind::Storage)
    return badInput("expected a storage as the first argument of a tensor");
  storage = arguments[0].index;
  Expected<int64_t> offset = intOf(arguments[1], "the offset of a tensor");
  if (!offset)
    return offset.takeError();
  Expected<std::vector<int64_t>> sizes = intsOf(arguments[2], "the size of a tensor");
  if (!sizes)
    return sizes.takeError();
  Expected<std::vector<int64_t>> strides = intsOf(arguments[3], "the stride of a tensor");
  if (!strides)
    return strides.takeError();
  parts.offset = *offset;
  parts.sizes = std::move(*sizes);
  parts.strides = std::move(*strides);
  return Error::success();
}

/// The optional dict of lazy bits: {"conj": True} or {"neg": True}.
Error PickleMachine::readLazyBits(const Item &item, StridedParts &parts) {
  if (item.kind == Item::Kind::Value && item.value.isNone())
    return Error::success();
  const Node *dict = nodeOf(item, Node::Kind::Dict);
  if (!dict)
    return badInput("expected a dict as the metadata of a tensor");
  for (auto &[key, value] : dict->value.asDict().entries()) {
    bool isConjugate = key.isString() && key.asString() == "conj";
    bool isNegate = key.isString() && key.asString() == "neg";
    if (!(isConjugate || isNegate) || !value.isBool())
      return badInput("the metadata of a tensor may be the bits 'conj' and 'neg' only");
    (isConjugate ? parts.conjugate : parts.negate) = value.asBool();
  }
  return Error::success();
}

/// v2: (storage, offset, size, stride, requires_grad, hooks[, metadata]);
/// v3 has a dtype after the hooks, for those that have no storage type of their own.
Expected<rt::Tensor> PickleMachine::rebuildTensor(const Global &callee, Arguments arguments) {
  size_t metadata = callee.kind == GlobalKind::RebuildTensorV3 ? 7 : 6;
  if (arguments.size() != metadata && arguments.size() != metadata + 1)
    return wrongArguments(callee);
  uint32_t storage = 0;
  StridedParts parts;
  if (Error error = readStrided(arguments, storage, parts))
    return std::move(error);
  Expected<bool> requiresGrad = boolOf(arguments[4], "requires_grad of a tensor");
  if (!requiresGrad)
    return requiresGrad.takeError();
  parts.requiresGrad = *requiresGrad;
  if (Error error = checkHooks(arguments[5]))
    return std::move(error);
  if (arguments.size() > metadata)
    if (Error error = readLazyBits(arguments[metadata], parts))
      return std::move(error);
  if (callee.kind == GlobalKind::RebuildTensorV3) {
    const Global *dtype = globalOf(arguments[6], GlobalKind::DtypeValue);
    if (!dtype)
      return badInput("expected a dtype for a tensor");
    parts.dtype = static_cast<rt::Dtype>(dtype->code);
  } else if (std::optional<rt::Dtype> dtype = input.storages[storage].dtype) {
    parts.dtype = *dtype;
  } else {
    return badInput("a tensor on an untyped storage has no dtype");
  }
  return makeStrided(input.storages, storage, std::move(parts));
}

/// (storage, offset, size, stride, quantizer, requires_grad, hooks)
Expected<rt::Tensor> PickleMachine::rebuildQuantized(Arguments arguments) {
  if (arguments.size() != 7)
    return badInput("wrong arguments for 'torch._utils._rebuild_qtensor'");
  uint32_t storage = 0;
  StridedParts parts;
  if (Error error = readStrided(arguments, storage, parts))
    return std::move(error);
  if (!input.storages[storage].dtype)
    return badInput("a tensor on an untyped storage has no dtype");
  parts.dtype = *input.storages[storage].dtype;
  Expected<rt::Quantizer> quantizer = readQuantizer(arguments[4]);
  if (!quantizer)
    return quantizer.takeError();
  if (Error error = checkHooks(arguments[6]))
    return std::move(error);
  return makeQuantized(input.storages, storage, std::move(parts), std::move(*quantizer));
}

/// (per_tensor_affine, scale, zero point) or (per_channel_affine, scales, zero points, axis)
Expected<rt::Quantizer> PickleMachine::readQuantizer(const Item &item) {
  const Node *tuple = nodeOf(item, Node::Kind::Tuple);
  const Global *scheme = tuple && !tuple->items.empty()
                             ? globalOf(tuple->items[0], GlobalKind::QScheme)
                             : nullptr;
  if (!scheme)
    return badInput("expected a quantization scheme and its parameters");
  Arguments parts = tuple->items;
  rt::Quantizer quantizer;
  quantizer.scheme = static_cast<rt::QScheme>(scheme->code);
  bool perTensor = quantizer.scheme == rt::QScheme::PerTensorAffine ||
                   quantizer.scheme == rt::QScheme::PerTensorSymmetric;
  if (parts.size() != (perTensor ? 3 : 4))
    return badInput("expected a quantization scheme and its parameters");
  if (perTensor) {
    if (!parts[1].value.isDouble())
      return badInput("expected a float as the scale of a quantized tensor");
    quantizer.scale = parts[1].value.asDouble();
    Expected<int64_t> zeroPoint = intOf(parts[2], "the zero point of a quantized tensor");
    if (!zeroPoint)
      return zeroPoint.takeError();
    quantizer.zeroPoint = *zeroPoint;
    return quantizer;
  }
  Expected<rt::Tensor> scales = tensorOf(parts[1], "the scales of a quantized tensor");
  if (!scales)
    return scales.takeError();
  Expected<rt::Tensor> zeroPoints = tensorOf(parts[2], "the zero points of a quantized tensor");
  if (!zeroPoints)
    return zeroPoints.takeError();
  Expected<int64_t> axis = intOf(parts[3], "the axis of a quantized tensor");
  if (!axis)
    return axis.takeError();
  quantizer.scales = std::move(*scales);
  quantizer.zeroPoints = std::move(*zeroPoints);
  quantizer.axis = *axis;
  return quantizer;
}

Expected<rt::Tensor> PickleMachine::rebuildSparse(Arguments arguments) {
  size_t count = arguments.size();
  if (count == 0)
    return badInput("wrong arguments for 'torch._utils._rebuild_sparse_tensor'");
  Expected<int64_t> layout = intOf(arguments[0], "the layout of a sparse tensor");
  if (!layout)
    return layout.takeError();
  if (*layout != 1 && *layout != 2)
    return unsupported("sparse tensors of layout " + Twine(*layout) +
                       " are not supported; only COO and CSR are");
  if (input.dialect == Dialect::Data) {
    if (count != 2)
      return badInput("wrong arguments for 'torch._utils._rebuild_sparse_tensor'");
    return rebuildSparseData(*layout, arguments[1]);
  }
  if (count != (*layout == 1 ? 6 : 7))
    return badInput("wrong arguments for 'torch._utils._rebuild_sparse_tensor'");
  Expected<std::vector<int64_t>> sizes = intsOf(arguments[1], "the size of a tensor");
  if (!sizes)
    return sizes.takeError();
  Expected<bool> requiresGrad = boolOf(arguments[2], "requires_grad of a tensor");
  if (!requiresGrad)
    return requiresGrad.takeError();
  if (Error error = checkHooks(arguments[count - 1]))
    return std::move(error);
  return finishSparse(*layout, std::move(*sizes), *requiresGrad,
                      arguments.slice(3, count - 4));
}

/// CPython's second argument: (indices, values, size[, is_coalesced]) or (crow, col, values, size).
Expected<rt::Tensor> PickleMachine::rebuildSparseData(int64_t layout, const Item &data) {
  const Node *tuple = nodeOf(data, Node::Kind::Tuple);
  size_t tensors = layout == 1 ? 2 : 3;
  if (!tuple || tuple->items.size() < tensors + 1 || tuple->items.size() > 4)
    return badInput("wrong arguments for 'torch._utils._rebuild_sparse_tensor'");
  Arguments parts = tuple->items;
  Expected<std::vector<int64_t>> sizes = intsOf(parts[tensors], "the size of a tensor");
  if (!sizes)
    return sizes.takeError();
  return finishSparse(layout, std::move(*sizes), false, parts.take_front(tensors));
}

Expected<rt::Tensor> PickleMachine::finishSparse(int64_t layout, std::vector<int64_t> sizes,
                                                 bool requiresGrad, Arguments parts) {
  SmallVector<rt::Tensor, 3> tensors;
  for (const Item &part : parts) {
    Expected<rt::Tensor> tensor = tensorOf(part, "a part of a sparse tensor");
    if (!tensor)
      return tensor.takeError();
    if (input.storages.isMeta(*tensor))
      return unsupported("sparse tensors on the meta device are not supported");
    tensors.push_back(std::move(*tensor));
  }
  for (const rt::Tensor &indices : ArrayRef(tensors).drop_back())
    if (!indices.isSparse())
      sparseWork += static_cast<uint64_t>(indices.numel());
  // Several tensors may share their indices, and each is checked.
  if (sparseWork > input.limits.maxExpandedValues)
    return badInput("the pickle's sparse tensors have more than " +
                    Twine(input.limits.maxExpandedValues) + " indices");
  rt::SparsePayload payload;
  payload.layout = layout == 1 ? rt::Layout::SparseCoo : rt::Layout::SparseCsr;
  if (layout != 1)
    payload.rowPointers = tensors[0];
  payload.indices = tensors[tensors.size() - 2];
  payload.values = tensors.back();
  return makeSparse(std::move(payload), std::move(sizes), requiresGrad);
}

/// (tensor, requires_grad, hooks): another handle, marked as a parameter.
Expected<rt::Tensor> PickleMachine::rebuildParameter(Arguments arguments) {
  if (arguments.size() != 3)
    return badInput("wrong arguments for 'torch._utils._rebuild_parameter'");
  Expected<rt::Tensor> data = tensorOf(arguments[0], "the data of a parameter");
  if (!data)
    return data.takeError();
  Expected<bool> requiresGrad = boolOf(arguments[1], "requires_grad of a tensor");
  if (!requiresGrad)
    return requiresGrad.takeError();
  if (Error error = checkHooks(arguments[2]))
    return std::move(error);
  if (*requiresGrad && !isFloating(data->dtype()) && !isComplex(data->dtype()))
    return badInput(Twine("a tensor of ") + name(data->dtype()) + " cannot require a gradient");
  rt::Tensor parameter = data->alias();
  if (!parameter)
    return badInput("not enough memory for a parameter");
  parameter.get()->requiresGrad = *requiresGrad;
  parameter.get()->isParameter = true;
  return parameter;
}

} // namespace sconce::archive
