#include "dialects/TorchScript/Evaluate/Call.h"

using namespace sconce;
using namespace sconce::ts;

namespace {

void evaluateConcatenate(EvalCall &call) {
  std::vector<rt::Tensor> xs = call.tensors(0);
  int64_t dim = call.integer(1);
  if (!call.isGood() || !call.require(!xs.empty(), "no tensors") || !call.isDim(dim, xs[0]))
    return;
  std::vector<int64_t> sizes = xs[0].sizes();
  sizes[dim] = 0;
  for (const rt::Tensor &x : xs) {
    std::vector<int64_t> others = x.sizes();
    if (x.rank() == xs[0].rank())
      others[dim] = sizes[dim];
    if (!call.require(others == sizes && x.dtype() == xs[0].dtype(), "tensors differ in more than one dimension") ||
        !call.require(!__builtin_add_overflow(sizes[dim], x.size(dim), &sizes[dim]), "sizes are too large"))
      return;
  }
  rt::Tensor result = rt::Tensor::empty(xs[0].dtype(), sizes);
  if (!call.require(result.defined(), "not enough memory"))
    return;
  int64_t start = 0;
  for (const rt::Tensor &x : xs) {
    result.slice(dim, start, x.size(dim)).copyFrom(x);
    start += x.size(dim);
  }
  call.give(result);
}

/// A tensor with all elements equal to that of a 0-dimensional one.
rt::Tensor filledLike(const rt::Tensor &value, const std::vector<int64_t> &sizes) {
  rt::Tensor result = rt::Tensor::empty(value.dtype(), sizes);
  if (result)
    result.copyFrom(rt::Tensor::view(value.storage(), value.dtype(), value.offset(), sizes, std::vector<int64_t>(sizes.size(), 0)));
  return result;
}

void evaluatePad(EvalCall &call) {
  rt::Tensor x = call.tensor(0), value = call.tensor(3);
  std::vector<int64_t> low = call.ints(1), high = call.ints(2);
  size_t rank = x.rank();
  if (!call.isGood() || !call.require(low.size() == rank && high.size() == rank, "not one padding for each dimension") ||
      !call.require(value.rank() == 0 && value.dtype() == x.dtype(), "the value is not one element of the dtype"))
    return;
  std::vector<int64_t> sizes = x.sizes();
  for (size_t i = 0; i < rank; ++i)
    if (!call.require(low[i] >= 0 && high[i] >= 0, "a padding is negative") ||
        !call.require(!__builtin_add_overflow(sizes[i], low[i], &sizes[i]) && !__builtin_add_overflow(sizes[i], high[i], &sizes[i]),
                      "sizes are too large"))
      return;
  rt::Tensor result = filledLike(value, sizes);
  if (!call.require(result.defined(), "not enough memory"))
    return;
  rt::Tensor inside = result;
  for (size_t i = 0; i < rank; ++i)
    inside = inside.slice(i, low[i], x.size(i));
  inside.copyFrom(x);
  call.give(result);
}

void evaluateUpdateSlice(EvalCall &call) {
  rt::Tensor x = call.tensor(0), update = call.tensor(1);
  int64_t dim = call.integer(2), start = call.integer(3), step = call.integer(4);
  if (!call.isGood() || !call.isDim(dim, x))
    return;
  std::vector<int64_t> sizes = update.sizes();
  if (!call.require(update.rank() == x.rank() && update.dtype() == x.dtype(), "the update is of another rank or dtype"))
    return;
  int64_t size = sizes[dim];
  sizes[dim] = x.size(dim);
  if (!call.require(sizes == x.sizes(), "the update differs in another dimension") || !call.isSlice(x, dim, start, size, step))
    return;
  rt::Tensor result = x.clone();
  if (!call.require(result.defined(), "not enough memory"))
    return;
  result.slice(dim, start, size, step).copyFrom(update);
  call.give(result);
}

} // namespace

void ts::addJoinEvaluators(EvaluatorTable &table) {
  table["concatenate"] = evaluateConcatenate;
  table["pad"] = evaluatePad;
  table["update_slice"] = evaluateUpdateSlice;
}
