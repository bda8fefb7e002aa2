// Views alias their operand; reverse and copy do not.

#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

#include <cstring>

using namespace sconce;
using namespace sconce::ts;

namespace {

bool areSizes(EvalCall &call, const std::vector<int64_t> &sizes) {
  return call.require(rt::checkedNumel(sizes).has_value(), "sizes are negative or too large");
}

/// A view of the same storage.
rt::Tensor viewOf(const rt::Tensor &x, rt::Dtype dtype, std::vector<int64_t> sizes, std::vector<int64_t> strides, int64_t offset) {
  return rt::Tensor::view(x.storage(), dtype, offset, std::move(sizes), std::move(strides));
}

void evaluateSlice(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  int64_t dim = call.integer(1), start = call.integer(2), size = call.integer(3), step = call.integer(4);
  if (!call.isGood() || !call.isDim(dim, x))
    return;
  if (call.isSlice(x, dim, start, size, step))
    call.give(x.slice(dim, start, size, step));
}

void evaluatePermute(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  std::vector<int64_t> dims = call.ints(1);
  if (call.isGood() && call.areDims(dims, x) &&
      call.require(static_cast<int64_t>(dims.size()) == x.rank(), "not all dimensions are given"))
    call.give(x.permute(dims));
}

void evaluateBroadcast(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  std::vector<int64_t> sizes = call.ints(1), dims = call.ints(2);
  if (!call.isGood() || !areSizes(call, sizes) ||
      !call.require(static_cast<int64_t>(dims.size()) == x.rank(), "not one place for each dimension"))
    return;
  std::vector<int64_t> strides(sizes.size(), 0);
  int64_t last = -1;
  for (size_t i = 0; i < dims.size(); ++i) {
    int64_t dim = dims[i];
    if (!call.require(dim > last && dim < static_cast<int64_t>(sizes.size()), "places are not ascending dimensions") ||
        !call.require(x.size(i) == 1 || x.size(i) == sizes[dim], "an extent that is not 1 would stretch"))
      return;
    last = dim;
    strides[dim] = x.size(i) == sizes[dim] ? x.strides()[i] : 0;
  }
  call.give(viewOf(x, x.dtype(), sizes, strides, x.offset()));
}

/// Strides under which the elements keep their order in memory; nullopt when a copy is needed.
std::optional<std::vector<int64_t>> reshapedStrides(const rt::Tensor &x, const std::vector<int64_t> &sizes) {
  if (x.numel() == 0)
    return rt::contiguousStrides(sizes);
  // Runs of dimensions that lie one after the other in memory are taken apart by the new sizes from the last on.
  std::vector<int64_t> strides(sizes.size(), 1);
  int64_t to = static_cast<int64_t>(sizes.size()) - 1;
  int64_t base = x.rank() > 0 ? x.strides().back() : 1, run = 1;
  for (int64_t from = x.rank() - 1; from >= 0; --from) {
    run = wrapMul(run, x.size(from));
    bool isEnd = from == 0 || (x.size(from - 1) != 1 && x.strides()[from - 1] != run * base);
    if (!isEnd)
      continue;
    int64_t taken = 1;
    while (to >= 0 && (taken < run || sizes[to] == 1)) {
      strides[to] = taken * base;
      taken = wrapMul(taken, sizes[to--]);
    }
    if (taken != run)
      return std::nullopt;
    if (from > 0) {
      base = x.strides()[from - 1];
      run = 1;
    }
  }
  return to < 0 || x.rank() == 0 ? std::optional(strides) : std::nullopt;
}

void evaluateReshape(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  std::vector<int64_t> sizes = call.ints(1);
  if (!call.isGood() || !areSizes(call, sizes) ||
      !call.require(*rt::checkedNumel(sizes) == x.numel(), "the number of elements changes"))
    return;
  std::optional<std::vector<int64_t>> strides = reshapedStrides(x, sizes);
  rt::Tensor source = strides ? x : x.contiguous();
  if (call.require(source.defined(), "not enough memory"))
    call.give(viewOf(source, x.dtype(), sizes, strides ? *strides : rt::contiguousStrides(sizes), source.offset()));
}

void evaluateAsStrided(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  std::vector<int64_t> sizes = call.ints(1), strides = call.ints(2);
  int64_t offset = call.integer(3);
  if (call.isGood() && areSizes(call, sizes) &&
      call.require(sizes.size() == strides.size(), "not one stride for each size"))
    call.give(x.asStrided(sizes, strides, offset));
}

void evaluateViewAsReal(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  if (!call.isGood() || !call.require(rt::isComplex(x.dtype()), "only for complex numbers"))
    return;
  std::vector<int64_t> sizes = x.sizes(), strides = x.strides();
  for (int64_t &stride : strides)
    stride = wrapMul(stride, 2); // wraps only beside an extent of 0; the view is refused then
  sizes.push_back(2);
  strides.push_back(1);
  call.give(viewOf(x, rt::realPart(x.dtype()), sizes, strides, x.offset() * 2));
}

void evaluateViewAsComplex(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  bool isFloat = x.dtype() == rt::Dtype::Float16 || x.dtype() == rt::Dtype::Float32 || x.dtype() == rt::Dtype::Float64;
  if (!call.isGood() || !call.require(isFloat, "only for float16, float32 and float64") ||
      !call.require(x.rank() > 0 && x.sizes().back() == 2 && x.strides().back() == 1 && x.offset() % 2 == 0,
                    "the last dimension is not a pair side by side"))
    return;
  std::vector<int64_t> sizes = x.sizes(), strides = x.strides();
  sizes.pop_back();
  strides.pop_back();
  for (int64_t &stride : strides) {
    if (!call.require(stride % 2 == 0, "a stride is not even"))
      return;
    stride /= 2;
  }
  call.give(viewOf(x, rt::complexOf(x.dtype()), sizes, strides, x.offset() / 2));
}

void evaluateCopy(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  if (call.isGood())
    call.give(x.clone());
}

void evaluateReverse(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  std::vector<int64_t> dims = call.ints(1);
  if (!call.isGood() || !call.areDims(dims, x))
    return;
  rt::Tensor result = rt::Tensor::empty(x.dtype(), x.sizes());
  if (!call.require(result.defined(), "not enough memory"))
    return;
  int64_t size = rt::itemSize(x.dtype());
  std::vector<int64_t> mirrored(x.rank());
  uint8_t *to = result.dataAs<uint8_t>();
  rt::forEachIndex(x.sizes(), [&](rt::Index index) {
    mirrored.assign(index.begin(), index.end());
    for (int64_t dim : dims)
      mirrored[dim] = x.size(dim) - 1 - mirrored[dim];
    std::memcpy(to, x.at(mirrored), size);
    to += size;
  });
  call.give(result);
}

} // namespace

void ts::addViewEvaluators(EvaluatorTable &table) {
  table["as_strided"] = evaluateAsStrided;
  table["broadcast"] = evaluateBroadcast;
  table["copy"] = evaluateCopy;
  table["permute"] = evaluatePermute;
  table["reshape"] = evaluateReshape;
  table["reverse"] = evaluateReverse;
  table["slice"] = evaluateSlice;
  table["view_as_complex"] = evaluateViewAsComplex;
  table["view_as_real"] = evaluateViewAsReal;
}
