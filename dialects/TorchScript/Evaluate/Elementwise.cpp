// Elementwise primitives: one scalar function for each domain.

#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"
#include "dialects/TorchScript/Evaluate/ScalarFunctions.h"

#include <algorithm>

using namespace sconce;
using namespace sconce::ts;

namespace {

/// The operands of an elementwise call as tensors of one shape; scalars become 0-dimensional.
struct Operands {
  std::vector<rt::Tensor> tensors;
  bool areScalars = false;

  /// Reads the arguments and checks that shapes and, from `sameFrom` on, dtypes are equal.
  Operands(EvalCall &call, size_t count, size_t sameFrom = 0) {
    areScalars = !call.isTensor(0);
    for (size_t i = 0; i < count; ++i)
      tensors.push_back(areScalars ? rt::Tensor::scalar(call.scalar(i)) : call.tensor(i));
    for (size_t i = 0; i < count; ++i) {
      call.require(tensors[i].defined(), "not enough memory");
      call.require(tensors[i].defined() && tensors[i].sizes() == tensors[0].sizes(), "operands have different shapes");
      if (call.isGood() && i > sameFrom)
        call.require(tensors[i].dtype() == tensors[sameFrom].dtype(), "operands have different dtypes");
    }
  }

  /// Gives a tensor, or the number in it.
  void give(EvalCall &call, const rt::Tensor &result) const {
    if (!areScalars || !result.defined())
      return call.give(result);
    call.give(result.loadNumber({}));
  }
};

/// Applies `function` to the elements of tensors of one domain; the result is of domain `Result`.
template <typename T, typename Result, typename Function>
rt::Tensor apply(const std::vector<rt::Tensor> &operands, Function function) {
  constexpr rt::Dtype domain = std::is_same_v<Result, int64_t>  ? rt::Dtype::Int64
                               : std::is_same_v<Result, double> ? rt::Dtype::Float64
                                                                : rt::Dtype::Complex128;
  rt::Tensor result = rt::Tensor::empty(domain, operands[0].sizes());
  rt::Tensor a = widened(operands[0], domainOf(operands[0].dtype()));
  rt::Tensor b = operands.size() > 1 ? widened(operands[1], domainOf(operands[1].dtype())) : a;
  if (!result || !a || !b)
    return {};
  auto to = elementsOf<Result>(result);
  auto x = elementsOf<T>(a), y = elementsOf<T>(b);
  for (size_t i = 0; i < to.size(); ++i) {
    if constexpr (std::is_invocable_v<Function, T, T>)
      to[i] = function(x[i], y[i]);
    else
      to[i] = function(x[i]);
  }
  return result;
}

/// The function of an entry for a domain.
template <typename T, typename Entry> auto functionFor(const Entry &entry) {
  if constexpr (std::is_same_v<T, int64_t>)
    return entry.onInts;
  else if constexpr (std::is_same_v<T, double>)
    return entry.onFloats;
  else
    return entry.onComplex;
}

template <typename Entry> void evaluateSameType(EvalCall &call, const Entry *entry, size_t count) {
  Operands operands(call, count);
  if (!call.isGood())
    return;
  rt::Dtype dtype = operands.tensors[0].dtype();
  inDomain(domainOf(dtype), [&](auto zero) {
    using T = decltype(zero);
    auto function = functionFor<T>(*entry);
    if (call.require(function, "not for " + llvm::Twine(rt::name(dtype))))
      operands.give(call, narrowed(apply<T, T>(operands.tensors, function), dtype));
  });
}

void evaluateUnary(EvalCall &call) { evaluateSameType(call, findUnaryFunction(call.name), 1); }

void evaluateBinary(EvalCall &call) {
  llvm::StringRef name = call.name;
  evaluateSameType(call, findBinaryFunction(name.ends_with("_") ? name.drop_back() : name), 2);
}

void evaluateCompare(EvalCall &call) {
  Operands operands(call, 2);
  if (!call.isGood())
    return;
  inDomain(domainOf(operands.tensors[0].dtype()), [&](auto zero) {
    using T = decltype(zero);
    llvm::StringRef name = call.name;
    bool isEquality = name == "eq" || name == "ne";
    if (!call.require(isEquality || !std::is_same_v<T, ComplexDouble>, "not for complex numbers"))
      return;
    auto compare = [&](T a, T b) -> int64_t {
      if (isEquality)
        return (name == "eq") == (a == b);
      if constexpr (!std::is_same_v<T, ComplexDouble>)
        return name == "lt" ? a < b : name == "le" ? a <= b : name == "gt" ? a > b : a >= b;
      return 0;
    };
    operands.give(call, narrowed(apply<T, int64_t>(operands.tensors, compare), rt::Dtype::Bool));
  });
}

void evaluateSelect(EvalCall &call) {
  Operands operands(call, 3, /*sameFrom=*/1);
  if (!call.isGood() || !call.require(operands.tensors[0].dtype() == rt::Dtype::Bool, "the condition is not bool"))
    return;
  rt::Tensor condition = operands.tensors[0].contiguous(), a = operands.tensors[1].contiguous();
  rt::Tensor result = operands.tensors[2].clone();
  if (!call.require(condition && a && result, "not enough memory"))
    return;
  int64_t size = rt::itemSize(a.dtype());
  const uint8_t *taken = condition.dataAs<uint8_t>(), *from = a.dataAs<uint8_t>();
  uint8_t *to = result.dataAs<uint8_t>();
  for (int64_t i = 0, count = result.numel(); i < count; ++i)
    if (taken[i])
      std::copy_n(from + i * size, size, to + i * size);
  operands.give(call, result);
}

/// not of a bool is not the complement of its bits.
void evaluateNot(EvalCall &call) {
  Operands operands(call, 1);
  if (!call.isGood())
    return;
  rt::Dtype dtype = operands.tensors[0].dtype();
  if (!call.require(rt::isIntegral(dtype, true), "not for " + llvm::Twine(rt::name(dtype))))
    return;
  auto complement = [&](int64_t a) -> int64_t { return dtype == rt::Dtype::Bool ? !a : ~a; };
  operands.give(call, narrowed(apply<int64_t, int64_t>(operands.tensors, complement), dtype));
}

/// Shifts depend on the width of the dtype.
void evaluateShift(EvalCall &call) {
  Operands operands(call, 2);
  if (!call.isGood())
    return;
  rt::Dtype dtype = operands.tensors[0].dtype();
  if (!call.require(rt::isIntegral(dtype), "not for " + llvm::Twine(rt::name(dtype))))
    return;
  int64_t width = rt::itemSize(dtype) * 8;
  bool isLeft = call.name == "shl";
  auto shift = [&](int64_t a, int64_t distance) -> int64_t {
    bool fits = distance >= 0 && distance < width;
    if (isLeft)
      return fits ? static_cast<int64_t>(static_cast<uint64_t>(a) << distance) : 0;
    return a >> (fits ? distance : 63);
  };
  operands.give(call, narrowed(apply<int64_t, int64_t>(operands.tensors, shift), dtype));
}

/// The next float of the dtype itself, not of its domain.
void evaluateNextafter(EvalCall &call) {
  Operands operands(call, 2);
  if (!call.isGood())
    return;
  rt::Dtype dtype = operands.tensors[0].dtype();
  if (!call.require(rt::isFloating(dtype), "not for " + llvm::Twine(rt::name(dtype))))
    return;
  auto next = [&](double a, double b) -> double {
    if (dtype == rt::Dtype::Float64)
      return std::nextafter(a, b);
    float from = static_cast<float>(a), to = static_cast<float>(b);
    if (dtype == rt::Dtype::Float32 || std::isnan(from) || std::isnan(to) || from == to)
      return std::nextafterf(from, to);
    return nextSmallFloat(dtype, from, to);
  };
  operands.give(call, narrowed(apply<double, double>(operands.tensors, next), dtype));
}

void evaluateComplex(EvalCall &call) {
  Operands operands(call, 2);
  if (!call.isGood())
    return;
  rt::Dtype dtype = operands.tensors[0].dtype();
  if (!call.require(dtype == rt::Dtype::Float32 || dtype == rt::Dtype::Float64, "not for " + llvm::Twine(rt::name(dtype))))
    return;
  auto join = [](double re, double im) { return ComplexDouble(re, im); };
  operands.give(call, narrowed(apply<double, ComplexDouble>(operands.tensors, join), rt::complexOf(dtype)));
}

/// abs, real and imag of complex numbers; abs of others.
void evaluateParts(EvalCall &call) {
  if (call.isTensor(0) ? !rt::isComplex(call.tensor(0).dtype()) : !call.scalar(0).isComplex()) {
    if (call.require(call.name == "abs", "only for complex numbers"))
      evaluateUnary(call);
    return;
  }
  Operands operands(call, 1);
  if (!call.isGood())
    return;
  llvm::StringRef name = call.name;
  auto part = [&](ComplexDouble z) { return name == "real" ? z.real() : name == "imag" ? z.imag() : std::abs(z); };
  operands.give(call, narrowed(apply<ComplexDouble, double>(operands.tensors, part), rt::realPart(operands.tensors[0].dtype())));
}

} // namespace

void ts::addElementwiseEvaluators(EvaluatorTable &table) {
  forEachUnaryFunction([&](llvm::StringRef name) { table[name] = evaluateUnary; });
  forEachBinaryFunction([&](llvm::StringRef name) { table[name] = evaluateBinary; });
  for (llvm::StringRef name : {"eq", "ne", "lt", "le", "gt", "ge"})
    table[name] = evaluateCompare;
  for (llvm::StringRef name : {"abs", "real", "imag"})
    table[name] = evaluateParts;
  table["complex"] = evaluateComplex;
  table["nextafter"] = evaluateNextafter;
  table["not"] = evaluateNot;
  table["select"] = evaluateSelect;
  table["shl"] = table["shr"] = evaluateShift;
}
