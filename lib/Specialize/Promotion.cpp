// Type promotion as torch.result_type has it. Participants rank: tensors with
// dimensions, then 0-dim tensors, then wrapped numbers (Python scalars); a lower
// rank contributes only where its category (bool < integer < float < complex) is
// higher than that of the ranks above it.
#include "lib/Specialize/Promotion.h"
#include "lib/Specialize/Primitives.h"

using namespace sconce;
using namespace sconce::specialize;

namespace {
struct Rank {
  std::optional<rt::Dtype> dtype;
  bool isRefused = false;

  void include(rt::Dtype other) {
    if (!dtype) {
      dtype = other;
      return;
    }
    std::optional<rt::Dtype> joined = rt::promote(*dtype, other);
    isRefused |= !joined;
    dtype = joined ? joined : dtype;
  }
};
} // namespace

/// PyTorch's combine_categories: `higher` decides unless `lower` has a higher category.
static std::optional<rt::Dtype> combine(std::optional<rt::Dtype> higher, std::optional<rt::Dtype> lower) {
  if (!higher || !lower)
    return higher ? higher : lower;
  if (rt::isComplex(*higher))
    return higher;
  if (rt::isFloating(*higher))
    return rt::isComplex(*lower) ? rt::complexOf(*higher) : *higher;
  if (*higher == rt::Dtype::Bool || rt::isFloating(*lower) || rt::isComplex(*lower))
    return rt::promote(*higher, *lower);
  return higher;
}

/// A wrapped float counts as the default dtype, a wrapped complex as its partner.
static rt::Dtype wrappedDtype(rt::Dtype dtype) {
  if (dtype == rt::Dtype::Complex128)
    return rt::Dtype::Complex64;
  return dtype == rt::Dtype::Float64 ? rt::Dtype::Float32 : dtype;
}

std::optional<rt::Dtype> specialize::resultType(llvm::ArrayRef<const TensorNode *> tensors) {
  Rank dimensioned, zeroDim, wrapped;
  for (const TensorNode *tensor : tensors)
    if (tensor->wrappedNumber)
      wrapped.include(wrappedDtype(tensor->dtype));
    else
      (tensor->rank() > 0 ? dimensioned : zeroDim).include(tensor->dtype);
  if (dimensioned.isRefused || zeroDim.isRefused || wrapped.isRefused)
    return std::nullopt;
  return combine(dimensioned.dtype, combine(zeroDim.dtype, wrapped.dtype));
}

mlir::FailureOr<TensorNode *> specialize::convertTensor(Evaluator &eval, TensorNode *tensor, rt::Dtype dtype) {
  if (tensor->dtype == dtype)
    return tensor;
  AbstractValue arguments[] = {AbstractValue::ofTensor(tensor), AbstractValue::ofInt(static_cast<int64_t>(dtype))};
  mlir::FailureOr<AbstractValue> converted = eval.runOperator("ts::convert", arguments);
  if (mlir::failed(converted))
    return mlir::failure();
  return converted->asTensor();
}
