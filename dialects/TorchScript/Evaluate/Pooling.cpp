#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"
#include "dialects/TorchScript/Evaluate/Places.h"

#include <limits>

using namespace sconce;
using namespace sconce::ts;

namespace {

struct Pooling {
  std::vector<WindowAxis> axes;
  std::vector<int64_t> sizes;  ///< of the result
  std::vector<int64_t> window;
  /// The dimensions that flat indices count: whose window is wider than 1, moves or is padded.
  std::vector<bool> isPooled;
  bool isMax = true;

  Pooling(EvalCall &call, const rt::Tensor &x) {
    std::vector<int64_t> stride = call.ints(2), low = call.ints(3), high = call.ints(4), dilation = call.ints(5);
    window = call.ints(1);
    std::string kind = call.word(6);
    if (!call.isGood() || !call.require(kind == "max" || kind == "sum", "there is no kind '" + kind + "'"))
      return;
    isMax = kind == "max";
    size_t rank = x.rank();
    for (const auto *list : {&window, &stride, &low, &high, &dilation})
      if (!call.require(list->size() == rank, "not one entry for each dimension"))
        return;
    for (size_t i = 0; i < rank; ++i) {
      WindowAxis axis{x.size(i), window[i], stride[i], low[i], high[i], dilation[i], 1};
      if (!call.require(axis.window > 0 && axis.stride > 0 && axis.dilation > 0 && axis.padLow >= 0 && axis.padHigh >= 0,
                        "windows, strides and dilations are not positive, or paddings negative"))
        return;
      std::optional<int64_t> places = axis.places();
      if (!call.require(places.has_value(), "sizes are too large"))
        return;
      isPooled.push_back(axis.window != 1 || axis.stride != 1 || axis.padLow != 0 || axis.padHigh != 0);
      axes.push_back(axis);
      sizes.push_back(*places);
    }
  }

  /// Calls `visit(flat, inPlane)` with each element of the window at `place` that lies in the input: its number among all, and among those of the
  /// pooled dimensions alone.
  template <typename Visit> void forEachElement(rt::Index place, Visit visit) const {
    rt::forEachIndex(window, [&](rt::Index k) {
      int64_t flat = 0, inPlane = 0;
      for (size_t i = 0; i < axes.size(); ++i) {
        int64_t at = axes[i].elementAt(place[i], k[i]);
        if (at < 0)
          return;
        flat = flat * axes[i].extent + at;
        if (isPooled[i])
          inPlane = inPlane * axes[i].extent + at;
      }
      visit(flat, inPlane);
    });
  }

  /// The place of the largest element of the window in its plane.
  template <typename T> int64_t largest(llvm::ArrayRef<T> x, rt::Index place) const {
    int64_t best = -1, found = 0;
    forEachElement(place, [&](int64_t flat, int64_t inPlane) {
      if (best >= 0 && !(x[flat] > x[best]) && !isNan(x[flat]))
        return;
      best = flat;
      found = inPlane;
    });
    return found;
  }

  template <typename T> T combined(llvm::ArrayRef<T> x, rt::Index place, T lowest) const {
    T value = isMax ? lowest : T();
    forEachElement(place, [&](int64_t flat, int64_t) {
      if (!isMax)
        value = plus(value, x[flat]);
      else if (x[flat] > value || isNan(x[flat]))
        value = x[flat];
    });
    return value;
  }
};

template <typename T> T lowestOf(rt::Dtype dtype) {
  if constexpr (std::is_same_v<T, double>)
    return -std::numeric_limits<double>::infinity();
  if (!rt::isSigned(dtype))
    return T(0);
  return static_cast<T>(std::numeric_limits<int64_t>::min() >> (64 - rt::itemSize(dtype) * 8));
}

void evaluatePooling(EvalCall &call, bool isArgument) {
  rt::Tensor x = call.tensor(0);
  Pooling pooling(call, x);
  if (!call.isGood() || !call.require(!rt::isComplex(x.dtype()), "not for complex numbers") ||
      !call.require(pooling.isMax || !isArgument, "only for kind 'max'"))
    return;
  std::vector<int64_t> work = pooling.sizes;
  work.insert(work.end(), pooling.window.begin(), pooling.window.end());
  if (!call.isAffordable(work))
    return;
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor wide = widened(x, domain), result = rt::Tensor::empty(isArgument ? rt::Dtype::Int64 : domain, pooling.sizes);
  if (!call.require(wide && result, "not enough memory"))
    return;
  auto run = [&](auto zero) {
    using T = decltype(zero);
    llvm::ArrayRef<T> from = elementsOf<T>(wide);
    int64_t flat = 0;
    rt::forEachIndex(pooling.sizes, [&](rt::Index place) {
      if (isArgument)
        result.dataAs<int64_t>()[flat++] = pooling.largest<T>(from, place);
      else
        result.dataAs<T>()[flat++] = pooling.combined<T>(from, place, lowestOf<T>(x.dtype()));
    });
  };
  if (domain == rt::Dtype::Int64)
    run(int64_t());
  else
    run(double());
  call.give(isArgument ? result : narrowed(result, x.dtype()));
}

} // namespace

void ts::addPoolingEvaluators(EvaluatorTable &table) {
  table["arg_pool"] = [](EvalCall &call) { evaluatePooling(call, /*isArgument=*/true); };
  table["pool"] = [](EvalCall &call) { evaluatePooling(call, /*isArgument=*/false); };
}
