#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace sconce;
using namespace sconce::ts;

namespace {

/// Which rows are meant when the indexed dimensions stand in front and the others form the rows.
struct IndexedRows {
  std::vector<int64_t> order;   ///< indexed dimensions, then the others
  std::vector<int64_t> sizes;   ///< of the result: S, then the others
  std::vector<int64_t> places;  ///< for each element of S: the row's number
  int64_t rowElements = 1;

  IndexedRows(EvalCall &call, const rt::Tensor &x, const std::vector<int64_t> &dims, const std::vector<rt::Tensor> &indices) {
    if (!call.isGood() || !call.areDims(dims, x) ||
        !call.require(!dims.empty() && dims.size() == indices.size(), "not one index for each dimension"))
      return;
    order = dims;
    sizes = indices[0].sizes();
    for (int64_t i = 0; i < x.rank(); ++i)
      if (!llvm::is_contained(dims, i)) {
        order.push_back(i);
        sizes.push_back(x.size(i));
        rowElements = wrapMul(rowElements, x.size(i)); // wraps only beside an extent of 0
      }
    places.assign(indices[0].numel(), 0);
    for (size_t i = 0; i < dims.size(); ++i) {
      if (!call.require(indices[i].sizes() == indices[0].sizes() && indices[i].dtype() == rt::Dtype::Int64,
                        "indices are not int64 of one shape"))
        return;
      rt::Tensor index = indices[i].contiguous();
      if (!call.require(index.defined(), "not enough memory"))
        return;
      int64_t extent = x.size(dims[i]);
      auto values = elementsOf<int64_t>(index);
      for (size_t s = 0; s < values.size(); ++s) {
        if (!call.require(values[s] >= 0 && values[s] < extent,
                          "index " + llvm::Twine(values[s]) + " is outside of dimension " + llvm::Twine(dims[i])))
          return;
        places[s] = places[s] * extent + values[s];
      }
    }
  }
};

void evaluateIndex(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  IndexedRows rows(call, x, call.ints(1), call.tensors(2));
  if (!call.isGood())
    return;
  rt::Tensor source = x.permute(rows.order).contiguous(), result = rt::Tensor::empty(x.dtype(), rows.sizes);
  if (!call.require(source && result, "not enough memory"))
    return;
  size_t bytes = rows.rowElements * rt::itemSize(x.dtype());
  uint8_t *to = result.dataAs<uint8_t>();
  for (int64_t place : rows.places) {
    if (bytes > 0)
      std::memcpy(to, source.dataAs<uint8_t>() + place * bytes, bytes);
    to += bytes;
  }
  call.give(result);
}

template <typename T> T combine(llvm::StringRef mode, T old, T update) {
  if (mode == "set")
    return update;
  if (mode == "add")
    return plus(old, update);
  if (mode == "mul")
    return times(old, update);
  if constexpr (std::is_same_v<T, ComplexDouble>)
    return old;
  else {
    if (isNan(old) || isNan(update))
      return isNan(old) ? old : update;
    return mode == "amin" ? std::min(old, update) : std::max(old, update);
  }
}

/// Computes with elements of the dtype: each step rounds, as updates are applied one after the other.
template <typename T>
void scatterRows(const IndexedRows &rows, llvm::StringRef mode, const rt::Tensor &target, const rt::Tensor &updates, rt::Dtype dtype) {
  auto to = elementsOf<T>(target), from = elementsOf<T>(updates);
  bool rounds = mode != "set" && dtype != domainOf(dtype);
  rt::Tensor cell = rt::Tensor::empty(dtype, {});
  for (size_t s = 0; s < rows.places.size(); ++s)
    for (int64_t i = 0; i < rows.rowElements; ++i) {
      T &element = to[rows.places[s] * rows.rowElements + i];
      element = combine<T>(mode, element, from[s * rows.rowElements + i]);
      if (!rounds)
        continue;
      if constexpr (std::is_same_v<T, double>) {
        cell.store({}, rt::Value::ofDouble(element));
        element = cell.loadDouble({});
      }
    }
}

void evaluateScatter(EvalCall &call) {
  rt::Tensor x = call.tensor(0), updates = call.tensor(3);
  std::vector<int64_t> dims = call.ints(1);
  std::string mode = call.word(4);
  IndexedRows rows(call, x, dims, call.tensors(2));
  if (!call.isGood() || !call.require(updates.sizes() == rows.sizes && updates.dtype() == x.dtype(), "updates of another shape or dtype"))
    return;
  bool isSet = mode == "set", isKnown = isSet || mode == "add" || mode == "mul" || mode == "amin" || mode == "amax";
  if (!call.require(isKnown, "there is no mode '" + mode + "'"))
    return;
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor target = x.permute(rows.order).clone();
  if (!call.require(target.defined(), "not enough memory"))
    return;
  if (isSet) {
    rt::Tensor source = updates.contiguous();
    if (!call.require(source.defined(), "not enough memory"))
      return;
    size_t bytes = rows.rowElements * rt::itemSize(x.dtype());
    for (size_t s = 0; bytes > 0 && s < rows.places.size(); ++s)
      std::memcpy(target.dataAs<uint8_t>() + rows.places[s] * bytes, source.dataAs<uint8_t>() + s * bytes, bytes);
  } else {
    rt::Tensor wide = widened(target, domain), source = widened(updates, domain);
    if (!call.require(wide && source, "not enough memory"))
      return;
    inDomain(domain, [&](auto zero) { scatterRows<decltype(zero)>(rows, mode, wide, source, x.dtype()); });
    target = narrowed(wide, x.dtype());
  }
  if (!call.require(target.defined(), "not enough memory"))
    return;
  std::vector<int64_t> inverse(rows.order.size());
  for (size_t i = 0; i < rows.order.size(); ++i)
    inverse[rows.order[i]] = i;
  call.give(target.permute(inverse).contiguous());
}

void evaluateNonzero(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  if (!call.isGood())
    return;
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor wide = widened(x, domain);
  if (!call.require(wide.defined(), "not enough memory"))
    return;
  std::vector<int64_t> found;
  int64_t count = 0, flat = 0;
  inDomain(domain, [&](auto zero) {
    auto values = elementsOf<decltype(zero)>(wide);
    rt::forEachIndex(x.sizes(), [&](rt::Index index) {
      if (values[flat++] == decltype(zero)())
        return;
      ++count;
      found.insert(found.end(), index.begin(), index.end());
    });
  });
  rt::Tensor result = rt::Tensor::empty(rt::Dtype::Int64, {count, x.rank()});
  if (!call.require(result.defined(), "not enough memory"))
    return;
  std::copy(found.begin(), found.end(), result.dataAs<int64_t>());
  call.give(result);
}

} // namespace

void ts::addIndexEvaluators(EvaluatorTable &table) {
  table["index"] = evaluateIndex;
  table["nonzero"] = evaluateNonzero;
  table["scatter"] = evaluateScatter;
}
