#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace sconce;
using namespace sconce::ts;

namespace {

/// The order of each run along the last dimension.
template <typename T> void sortRuns(llvm::ArrayRef<T> values, llvm::MutableArrayRef<int64_t> order, size_t run, bool descending) {
  for (size_t start = 0; start + run <= values.size() && run > 0; start += run) {
    auto places = order.slice(start, run);
    std::iota(places.begin(), places.end(), 0);
    std::sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
      T x = values[start + a], y = values[start + b];
      bool isFirst = descending ? isLess(y, x) : isLess(x, y), isSecond = descending ? isLess(x, y) : isLess(y, x);
      // Equals keep their order.
      return isFirst || (!isSecond && a < b);
    });
  }
}

void evaluateSort(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  int64_t dim = call.integer(1);
  bool descending = call.boolean(2);
  if (!call.isGood() || !call.isDim(dim, x) || !call.require(!rt::isComplex(x.dtype()), "not for complex numbers"))
    return;
  // The dimension goes last, so that each run lies side by side.
  std::vector<int64_t> order(x.rank());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[dim], order.back());
  rt::Tensor runs = x.permute(order).contiguous();
  if (!call.require(runs.defined(), "not enough memory"))
    return;
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor wide = widened(runs, domain), places = rt::Tensor::empty(rt::Dtype::Int64, runs.sizes());
  rt::Tensor sorted = rt::Tensor::empty(x.dtype(), runs.sizes());
  if (!call.require(wide && places && sorted, "not enough memory"))
    return;
  size_t run = x.size(dim), size = rt::itemSize(x.dtype());
  auto to = elementsOf<int64_t>(places);
  if (domain == rt::Dtype::Int64)
    sortRuns<int64_t>(elementsOf<int64_t>(wide), to, run, descending);
  else
    sortRuns<double>(elementsOf<double>(wide), to, run, descending);
  for (size_t i = 0; i < to.size(); ++i)
    std::memcpy(sorted.dataAs<uint8_t>() + i * size, runs.dataAs<uint8_t>() + (i / run * run + to[i]) * size, size);
  // Swapping two dimensions is its own inverse.
  call.give(sorted.permute(order).contiguous());
  call.give(places.permute(order).contiguous());
}

} // namespace

void ts::addSortEvaluators(EvaluatorTable &table) { table["sort"] = evaluateSort; }
