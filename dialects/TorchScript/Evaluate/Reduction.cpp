#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

#include <algorithm>
#include <limits>

using namespace sconce;
using namespace sconce::ts;

namespace {

/// Larger (or smaller) of two, NaN if either is.
template <typename T> T extreme(bool isMax, T a, T b) {
  if constexpr (std::is_same_v<T, ComplexDouble>)
    return a;
  else {
    if (isNan(a) || isNan(b))
      return isNan(a) ? a : b;
    return isMax ? std::max(a, b) : std::min(a, b);
  }
}

/// The extreme values of an integer dtype, in int64; of floats infinities.
template <typename T> T extremeOf(rt::Dtype dtype, bool isLowest) {
  if constexpr (std::is_same_v<T, int64_t>) {
    if (dtype == rt::Dtype::Bool)
      return isLowest ? 0 : 1;
    int64_t unused = 64 - rt::itemSize(dtype) * 8;
    if (!rt::isSigned(dtype))
      return isLowest ? 0 : static_cast<int64_t>(std::numeric_limits<uint64_t>::max() >> unused);
    int64_t highest = std::numeric_limits<int64_t>::max() >> unused;
    return isLowest ? -highest - 1 : highest;
  } else if constexpr (std::is_same_v<T, double>)
    return isLowest ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  else
    return T();
}

template <typename T> struct Combiner {
  llvm::StringRef kind;
  T identity;

  Combiner(llvm::StringRef kind, rt::Dtype dtype) : kind(kind), identity() {
    if (kind == "prod" || kind == "and")
      identity = T(1);
    else if (kind == "max" || kind == "min")
      identity = extremeOf<T>(dtype, kind == "max");
    else if (kind == "logsumexp")
      identity = extremeOf<T>(dtype, true);
  }

  T operator()(T a, T b) const {
    switch (kind.front()) {
    case 's':
      return plus(a, b);
    case 'p':
      return times(a, b);
    case 'm':
      return extreme(kind == "max", a, b);
    case 'a':
      return T(a != T() && b != T());
    case 'o':
      return T(a != T() || b != T());
    default:
      break;
    }
    if constexpr (std::is_same_v<T, double>) {
      if (std::isnan(a) || std::isnan(b))
        return a + b;
      double high = std::max(a, b), low = std::min(a, b);
      return std::isinf(high) && high == low ? high : high + std::log1p(std::exp(low - high));
    }
    return a;
  }
};

bool isCombining(EvalCall &call, llvm::StringRef kind, rt::Dtype dtype, bool isScan) {
  bool isOrder = kind == "max" || kind == "min", isLogic = !isScan && (kind == "and" || kind == "or");
  bool isLog = isScan && kind == "logsumexp";
  bool isArithmetic = kind == "sum" || kind == "prod";
  bool fits = dtype == rt::Dtype::Bool ? isOrder || isLogic
              : rt::isComplex(dtype)   ? isArithmetic
                                       : isOrder || isArithmetic || (isLog && rt::isFloating(dtype));
  return call.require(fits, "no kind '" + kind + "' for " + rt::name(dtype));
}

void evaluateReduce(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  std::vector<int64_t> dims = call.ints(1);
  std::string kind = call.word(2);
  if (kind == "max_number") // may give what `max` gives
    kind = "max";
  if (!call.isGood() || !call.areDims(dims, x) || !isCombining(call, kind, x.dtype(), /*isScan=*/false))
    return;
  // Kept dimensions in front: each result combines one run.
  std::vector<int64_t> order, sizes;
  for (int64_t i = 0; i < x.rank(); ++i)
    if (!llvm::is_contained(dims, i)) {
      order.push_back(i);
      sizes.push_back(x.size(i));
    }
  order.insert(order.end(), dims.begin(), dims.end());
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor wide = widened(x.permute(order), domain), result = rt::Tensor::empty(domain, sizes);
  if (!call.require(wide && result, "not enough memory"))
    return;
  inDomain(domain, [&](auto zero) {
    using T = decltype(zero);
    Combiner<T> combine(kind, x.dtype());
    auto from = elementsOf<T>(wide), to = elementsOf<T>(result);
    size_t run = 1;
    for (int64_t dim : dims)
      run *= x.size(dim);
    for (size_t i = 0; i < to.size(); ++i) {
      T value = combine.identity;
      for (size_t j = 0; j < run; ++j)
        value = combine(value, from[i * run + j]);
      to[i] = value;
    }
  });
  call.give(narrowed(result, x.dtype()));
}

void evaluateScan(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  int64_t dim = call.integer(1);
  std::string kind = call.word(2);
  if (!call.isGood() || !call.isDim(dim, x) || !isCombining(call, kind, x.dtype(), /*isScan=*/true))
    return;
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor result = widened(x, domain);
  if (result.defined() && result.storage().get() == x.storage().get())
    result = result.clone();
  if (!call.require(result.defined(), "not enough memory"))
    return;
  Split split(x.sizes(), dim);
  inDomain(domain, [&](auto zero) {
    using T = decltype(zero);
    Combiner<T> combine(kind, x.dtype());
    auto values = elementsOf<T>(result);
    for (int64_t outer = 0; outer < split.outer; ++outer)
      for (int64_t i = 1; i < split.extent; ++i)
        for (int64_t inner = 0; inner < split.inner; ++inner) {
          int64_t at = (outer * split.extent + i) * split.inner + inner;
          values[at] = combine(values[at - split.inner], values[at]);
        }
  });
  call.give(narrowed(result, x.dtype()));
}

bool isExtremum(EvalCall &call, llvm::StringRef kind, rt::Dtype dtype) {
  return call.require((kind == "max" || kind == "min") && !rt::isComplex(dtype), "no kind '" + kind + "' for " + rt::name(dtype));
}

/// Walks along a dimension and keeps the place of the extreme: the first of equals and the first NaN, or (`takesLast`) the last of both.
template <typename T, typename Visit>
void walkExtremes(llvm::ArrayRef<T> values, const Split &split, bool isMax, bool takesLast, Visit visit) {
  for (int64_t outer = 0; outer < split.outer; ++outer)
    for (int64_t inner = 0; inner < split.inner; ++inner) {
      auto at = [&](int64_t i) { return values[(outer * split.extent + i) * split.inner + inner]; };
      int64_t best = 0;
      for (int64_t i = 0; i < split.extent; ++i) {
        T value = at(i), held = at(best);
        bool isBetter = isMax ? value > held : value < held;
        if (isNan(held) ? takesLast && isNan(value) : isNan(value) || isBetter || (takesLast && value == held))
          best = i;
        visit(outer, i, inner, best);
      }
    }
}

void evaluateExtremum(EvalCall &call, bool isScan) {
  rt::Tensor x = call.tensor(0);
  int64_t dim = call.integer(1);
  std::string kind = call.word(2);
  if (!call.isGood() || !call.isDim(dim, x) || !isExtremum(call, kind, x.dtype()) ||
      !call.require(isScan || x.size(dim) > 0, "no elements along dimension " + llvm::Twine(dim)))
    return;
  rt::Dtype domain = domainOf(x.dtype());
  std::vector<int64_t> sizes = x.sizes();
  if (!isScan)
    sizes.erase(sizes.begin() + dim);
  rt::Tensor wide = widened(x, domain), result = rt::Tensor::empty(rt::Dtype::Int64, sizes);
  if (!call.require(wide && result, "not enough memory"))
    return;
  Split split(x.sizes(), dim);
  auto to = elementsOf<int64_t>(result);
  auto store = [&](int64_t outer, int64_t i, int64_t inner, int64_t best) {
    to[isScan ? (outer * split.extent + i) * split.inner + inner : outer * split.inner + inner] = best;
  };
  if (domain == rt::Dtype::Int64)
    walkExtremes<int64_t>(elementsOf<int64_t>(wide), split, kind == "max", isScan, store);
  else
    walkExtremes<double>(elementsOf<double>(wide), split, kind == "max", isScan, store);
  call.give(result);
}

} // namespace

void ts::addReductionEvaluators(EvaluatorTable &table) {
  table["arg_reduce"] = [](EvalCall &call) { evaluateExtremum(call, /*isScan=*/false); };
  table["arg_scan"] = [](EvalCall &call) { evaluateExtremum(call, /*isScan=*/true); };
  table["reduce"] = evaluateReduce;
  table["scan"] = evaluateScan;
}
