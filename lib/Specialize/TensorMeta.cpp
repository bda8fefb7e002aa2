// What programs ask about tensors without reading them.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Promotion.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

static TensorNode *tensorOf(Call &call, size_t i = 0) {
  if (i < call.args.size() && call.args[i].isTensor())
    return call.args[i].asTensor();
  (void)call.eval.error("'" + call.name + "' wants a tensor, got a " + kindName(call.args[i]));
  return nullptr;
}

static LogicalResult giveBool(Call &call, bool value) { return call.give(AbstractValue::ofBool(value)); }
static LogicalResult giveInt(Call &call, int64_t value) { return call.give(AbstractValue::ofInt(value)); }

/// The dimension that an argument names; raises out of range.
static mlir::FailureOr<size_t> dimOf(Call &call, const TensorNode *x) {
  if (!call.args[1].isKnownInt())
    return call.eval.unsupported("a dimension number that only run time knows");
  int64_t dim = call.args[1].asInt(), rank = x->rank(), least = rank ? -rank : -1, most = rank ? rank - 1 : 0;
  if (rank == 0)
    return call.eval.raise("builtins.IndexError", "Dimension specified as " + llvm::Twine(dim) + " but tensor has no dimensions");
  if (dim < least || dim > most)
    return call.eval.raise("builtins.IndexError", "Dimension out of range (expected to be in range of [" + llvm::Twine(least) + ", " +
                                                      llvm::Twine(most) + "], but got " + llvm::Twine(dim) + ")");
  return dim < 0 ? dim + rank : dim;
}

static LogicalResult size(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  if (call.args.size() == 1)
    return call.give(call.eval.intList(x->sizes));
  mlir::FailureOr<size_t> dim = dimOf(call, x);
  return failed(dim) ? failure() : call.give(x->sizes[*dim]);
}

static LogicalResult stride(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  llvm::SmallVector<Extent> strides = call.eval.tensors.stridesOf(x);
  if (call.args.size() == 1)
    return call.give(call.eval.intList(strides));
  mlir::FailureOr<size_t> dim = dimOf(call, x);
  return failed(dim) ? failure() : call.give(strides[*dim]);
}

static LogicalResult length(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  if (x->rank() == 0)
    return call.eval.raise("builtins.TypeError", "len() of a 0-d tensor");
  return call.give(x->sizes[0]);
}

static LogicalResult dim(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? giveInt(call, x->rank()) : failure();
}

static LogicalResult numel(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(call.eval.tensors.numel(x)) : failure();
}

static LogicalResult dtype(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  if (!x->quantizer)
    return giveInt(call, static_cast<int64_t>(x->dtype));
  rt::Dtype quantized = x->dtype == rt::Dtype::Int8 ? rt::Dtype::QInt8 : x->dtype == rt::Dtype::UInt8 ? rt::Dtype::QUInt8 : rt::Dtype::QInt32;
  return giveInt(call, static_cast<int64_t>(quantized));
}

static LogicalResult isQuantized(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(AbstractValue::ofBool(x->quantizer != nullptr)) : failure();
}

static LogicalResult itemSize(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? giveInt(call, rt::itemSize(x->dtype)) : failure();
}

static LogicalResult byteCount(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(call.eval.emitter.mul(call.eval.tensors.numel(x), AbstractValue::ofInt(rt::itemSize(x->dtype)))) : failure();
}

static LogicalResult storageOffset(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(x->offset) : failure();
}

static LogicalResult device(Call &call) { return call.give(call.eval.heap.device("cpu")); }

template <bool (*question)(rt::Dtype)> static LogicalResult askDtype(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? giveBool(call, question(x->dtype)) : failure();
}

template <bool answer> static LogicalResult always(Call &call) { return giveBool(call, answer); }

static LogicalResult isSparse(Call &call) {
  return giveBool(call, call.args[0].is(ValueKind::Opaque));
}

static LogicalResult layout(Call &call) { return giveInt(call, call.args[0].is(ValueKind::Opaque) ? 1 : 0); }

/// Whether memory order is channels-last, of two or three spatial dimensions.
static bool isChannelsLast(Evaluator &eval, TensorNode *x, size_t rank) {
  if (x->rank() != rank)
    return false;
  llvm::SmallVector<Extent> strides = eval.tensors.stridesOf(x), sizes;
  llvm::SmallVector<size_t> order = {1};
  for (size_t i = rank - 1; i >= 2; --i)
    order.push_back(i);
  order.push_back(0);
  Extent expected = Extent::ofInt(1);
  for (size_t dim : order) {
    if (!x->sizes[dim].isKnownInt(1)) {
      if (!strides[dim].isIdentical(expected))
        return false;
      expected = eval.emitter.mul(expected, x->sizes[dim]);
    }
  }
  return true;
}

static LogicalResult isContiguous(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  int64_t format = call.args.size() > 1 && call.args[1].isKnownInt() ? call.args[1].asInt() : 0;
  if (format == 2 || format == 3)
    return giveBool(call, isChannelsLast(call.eval, x, format + 2));
  return giveBool(call, call.eval.tensors.isContiguous(x));
}

static LogicalResult isSameSize(Call &call) {
  TensorNode *x = tensorOf(call), *y = tensorOf(call, 1);
  if (!x || !y)
    return failure();
  if (x->rank() != y->rank())
    return giveBool(call, false);
  AbstractValue same = AbstractValue::ofBool(true);
  for (auto [a, b] : llvm::zip(x->sizes, y->sizes))
    same = call.eval.emitter.logicalAnd(same, call.eval.emitter.compare("eq", a, b));
  return call.give(same);
}

static LogicalResult isSetTo(Call &call) {
  TensorNode *x = tensorOf(call), *y = tensorOf(call, 1);
  return x && y ? giveBool(call, x->storage == y->storage && x->view == y->view) : failure();
}

static LogicalResult requiresGrad(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? giveBool(call, x->requiresGrad) : failure();
}

static LogicalResult giveSelf(Call &call) { return call.give(call.args[0]); }
static LogicalResult doNothing(Call &call) { return success(); }

static LogicalResult data(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(AbstractValue::ofTensor(call.eval.tensors.alias(x))) : failure();
}

/// result_type of tensors and scalars.
static LogicalResult resultTypeOf(Call &call) {
  llvm::SmallVector<const TensorNode *> tensors;
  for (const AbstractValue &argument : call.args) {
    if (argument.isScalar())
      tensors.push_back(call.eval.tensors.scalar(argument, /*wrappedNumber=*/true));
    else if (argument.isTensor())
      tensors.push_back(argument.asTensor());
  }
  std::optional<rt::Dtype> dtype = resultType(tensors);
  return dtype ? giveInt(call, static_cast<int64_t>(*dtype)) : call.eval.raise("builtins.RuntimeError", "no common dtype");
}

static LogicalResult promoteTypes(Call &call) {
  std::optional<rt::Dtype> a = rt::dtypeFromCode(call.args[0].asInt()), b = rt::dtypeFromCode(call.args[1].asInt());
  std::optional<rt::Dtype> joined = a && b ? rt::promote(*a, *b) : std::nullopt;
  return joined ? giveInt(call, static_cast<int64_t>(*joined)) : call.eval.raise("builtins.RuntimeError", "no common dtype");
}

static bool isSignedDtype(rt::Dtype dtype) { return rt::isSigned(dtype); }

void specialize::addTensorMetaIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::_is_zerotensor", always<false>},
      {"aten::_version", [](Call &call) { return giveInt(call, 0); }},
      {"aten::data", data},
      {"aten::detach", data},
      {"aten::dim", dim},
      {"aten::element_size", itemSize},
      {"aten::is_complex", askDtype<rt::isComplex>},
      {"aten::is_conj", always<false>},
      {"aten::is_contiguous", isContiguous},
      {"aten::is_floating_point", askDtype<rt::isFloating>},
      {"aten::is_inference", always<false>},
      {"aten::is_leaf", always<true>},
      {"aten::is_neg", always<false>},
      {"aten::is_pinned", always<false>},
      {"aten::is_same_size", isSameSize},
      {"aten::is_set_to", isSetTo},
      {"aten::is_signed", askDtype<isSignedDtype>},
      {"aten::len.Tensor", length},
      {"aten::ndimension", dim},
      {"aten::numel", numel},
      {"aten::output_nr", [](Call &call) { return giveInt(call, 0); }},
      {"aten::promote_types", promoteTypes},
      {"aten::requires_grad_", giveSelf},
      {"aten::result_type", resultTypeOf},
      {"aten::retain_grad", doNothing},
      {"aten::size", size},
      {"aten::storage_offset", storageOffset},
      {"aten::stride", stride},
      {"aten::sym_is_contiguous", isContiguous},
      {"aten::sym_numel", numel},
      {"aten::sym_size", size},
      {"aten::sym_storage_offset", storageOffset},
      {"aten::sym_stride", stride},
      {"prim::data", data},
      {"prim::device", device},
      {"prim::dtype", dtype},
      {"prim::is_cpu", always<true>},
      {"prim::is_cuda", always<false>},
      {"prim::is_ipu", always<false>},
      {"prim::is_maia", always<false>},
      {"prim::is_meta", always<false>},
      {"prim::is_mkldnn", always<false>},
      {"prim::is_mps", always<false>},
      {"prim::is_mtia", always<false>},
      {"prim::is_nested", always<false>},
      {"prim::is_quantized", isQuantized},
      {"prim::is_sparse", isSparse},
      {"prim::is_sparse_csr", always<false>},
      {"prim::is_vulkan", always<false>},
      {"prim::is_xla", always<false>},
      {"prim::is_xpu", always<false>},
      {"prim::itemsize", itemSize},
      {"prim::layout", layout},
      {"prim::name", [](Call &call) { return call.give(AbstractValue::none()); }},
      {"prim::nbytes", byteCount},
      {"prim::ndim", dim},
      {"prim::requires_grad", requiresGrad},
      {"prim::shape", size},
  });
}
