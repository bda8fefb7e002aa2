#include "lib/Specialize/Folding.h"
#include "dialects/TorchScript/Evaluate/Evaluate.h"
#include "lib/Specialize/ElementwiseLayout.h"
#include "lib/Specialize/Primitives.h"

#include "llvm/ADT/StringSet.h"

using namespace sconce;
using namespace sconce::specialize;

namespace {
/// Elements that operands and results of a folded primitive have at most.
constexpr int64_t maxNumel = 4096;
} // namespace

/// The content of a tensor that is known and small; undefined otherwise.
static rt::Tensor smallContent(Call &call, const AbstractValue &value) {
  return value.isTensor() ? call.eval.tensors.known(value.asTensor(), call.eval.options.interprets ? INT64_MAX : maxNumel)
                          : rt::Tensor();
}

/// A known argument for the reference evaluation; nullopt where it is not known
/// or not small.
static std::optional<ts::EvalArgument> evalArgument(Call &call, const AbstractValue &value, ts::PrimitiveParameter::Kind kind) {
  using Kind = ts::PrimitiveParameter::Kind;
  if (value.isTensor()) {
    rt::Tensor tensor = smallContent(call, value);
    return tensor ? std::optional(ts::EvalArgument::ofTensor(tensor)) : std::nullopt;
  }
  if (value.isString())
    return ts::EvalArgument::ofString(value.asString().str());
  if (value.isList() && !value.asList()->reference && kind == Kind::TensorList) {
    std::vector<rt::Tensor> tensors;
    for (const AbstractValue &element : value.asList()->elements) {
      rt::Tensor tensor = smallContent(call, element);
      if (!tensor)
        return std::nullopt;
      tensors.push_back(tensor);
    }
    return ts::EvalArgument::ofTensors(std::move(tensors));
  }
  if (value.isList() && !value.asList()->reference) {
    std::vector<int64_t> ints;
    for (const AbstractValue &element : value.asList()->elements) {
      if (!element.isKnownInt())
        return std::nullopt;
      ints.push_back(element.asInt());
    }
    return ts::EvalArgument::ofInts(std::move(ints));
  }
  if (!value.isKnown())
    return std::nullopt;
  return ts::EvalArgument::ofValue(*call.eval.toRuntime(value));
}

/// Whether the result of a primitive that makes elements from nothing is small.
static bool makesFew(Call &call, llvm::StringRef name) {
  llvm::SmallVector<AbstractValue> sizes;
  if (name == "iota")
    sizes.push_back(call.args[0]);
  else if (name == "full" && call.args[0].isList())
    sizes.assign(call.args[0].asList()->elements.begin(), call.args[0].asList()->elements.end());
  std::vector<int64_t> known;
  for (const AbstractValue &size : sizes) {
    if (!size.isKnownInt())
      return false;
    known.push_back(size.asInt());
  }
  std::optional<int64_t> numel = rt::checkedNumel(known);
  return numel && (*numel <= maxNumel || call.eval.options.interprets);
}

/// Whether a contraction or convolution of small operands is still small work.
static bool isCheap(llvm::StringRef name) { return name != "contract" && name != "convolve" && name != "pool" && name != "arg_pool"; }

/// Floating-point functions that compiled code approximates, or sums in an order of its own: the reference evaluation gives other last
/// bits. They are left to that code, so that a value has the same bits whether or not it is known here: state is constant to an entry
/// that is compiled just in time and does not write it, and is none ahead of time where another entry does. But for numbers, tensors
/// without dimensions: traced models compute sizes with them (the square root of how many patches there are).
static bool isApproximated(llvm::StringRef name, llvm::ArrayRef<ts::EvalArgument> arguments) {
  static const llvm::StringSet<> functions = {"acos",  "acosh",  "asin",   "asinh",  "atan",    "atan2",  "atanh", "cos",   "cosh",
                                              "digamma", "erf",  "erfc",   "erfinv", "exp",     "exp2",   "expm1", "hypot", "i0",
                                              "i0e",   "i1",     "i1e",    "igamma", "igammac", "lgamma", "log",   "log10", "log1p",
                                              "log2",  "ndtri",  "pow",    "sin",    "sinh",    "tan",    "tanh",  "zeta"};
  bool isAny = functions.contains(name);
  if (name == "reduce" || name == "scan") {
    const std::string *kind = arguments.back().get<std::string>();
    isAny = kind && (*kind == "sum" || *kind == "prod" || *kind == "logsumexp");
  }
  auto isFloatingTensor = [](const ts::EvalArgument &argument) {
    const rt::Value *value = argument.get<rt::Value>();
    if (!value || !value->isTensor() || value->asTensor().rank() == 0)
      return false;
    return rt::isFloating(value->asTensor().dtype()) || rt::isComplex(value->asTensor().dtype());
  };
  return isAny && llvm::any_of(arguments, isFloatingTensor);
}

/// The time that the reference evaluation takes, estimated from how many elements it reads and how often.
static uint64_t estimateNanoseconds(llvm::StringRef name, llvm::ArrayRef<ts::EvalArgument> arguments) {
  constexpr double call = 2000, element = 40, product = 12;
  auto tensorOf = [&](size_t i) {
    const rt::Value *value = i < arguments.size() ? arguments[i].get<rt::Value>() : nullptr;
    return value && value->isTensor() ? value->asTensor() : rt::Tensor();
  };
  auto extentsOf = [](const rt::Tensor &tensor, const std::vector<int64_t> *dims) {
    double extents = 1;
    for (int64_t dim : dims ? *dims : std::vector<int64_t>())
      extents *= dim >= 0 && dim < tensor.rank() ? static_cast<double>(tensor.size(dim)) : 1.0;
    return extents;
  };
  double time = call;
  for (const ts::EvalArgument &argument : arguments) {
    if (const rt::Value *value = argument.get<rt::Value>(); value && value->isTensor())
      time += element * static_cast<double>(value->asTensor().numel());
    if (const auto *tensors = argument.get<std::vector<rt::Tensor>>())
      for (const rt::Tensor &tensor : *tensors)
        time += element * static_cast<double>(tensor.numel());
    if (const auto *sizes = argument.get<std::vector<int64_t>>(); sizes && (name == "full" || name == "random"))
      if (std::optional<int64_t> numel = rt::checkedNumel(*sizes))
        time += element * static_cast<double>(*numel);
  }
  rt::Tensor first = tensorOf(0), second = tensorOf(1);
  if (name == "iota" && arguments[0].get<rt::Value>() && arguments[0].get<rt::Value>()->isInt())
    time += element * static_cast<double>(arguments[0].get<rt::Value>()->asInt());
  if (first && second && name == "contract" && arguments.size() >= 6) {
    // Each element of the one meets all of the other but those of another batch or another summand.
    double shared = extentsOf(second, arguments[3].get<std::vector<int64_t>>()) * extentsOf(second, arguments[5].get<std::vector<int64_t>>());
    time += product * static_cast<double>(first.numel()) * static_cast<double>(second.numel()) / std::max(shared, 1.0);
  } else if (first && second && name == "convolve" && first.rank() > 1) {
    time += product * static_cast<double>(first.numel()) * static_cast<double>(second.numel()) /
            static_cast<double>(std::max<int64_t>(first.size(1), 1));
  } else if (first && name.contains("pool")) {
    if (const auto *window = arguments.size() > 1 ? arguments[1].get<std::vector<int64_t>>() : nullptr)
      for (int64_t extent : *window)
        time *= static_cast<double>(std::max<int64_t>(extent, 1));
  }
  return time >= 1e18 ? UINT64_MAX : static_cast<uint64_t>(time);
}

bool specialize::foldPrimitive(Call &call, const ts::PrimitiveInfo &info) {
  bool isCreation = info.name == "full" || info.name == "iota", isRandom = info.name == "random" || info.name == "randperm";
  bool isAllowed = call.eval.options.interprets || (!isRandom && isCheap(info.name));
  if (!isAllowed || (isCreation && !makesFew(call, info.name)))
    return false;
  llvm::SmallVector<ts::EvalArgument> arguments;
  for (auto [parameter, argument] : llvm::zip(info.parameters, call.args)) {
    std::optional<ts::EvalArgument> known = evalArgument(call, argument, parameter.kind);
    if (!known)
      return false;
    arguments.push_back(std::move(*known));
  }
  if (!call.eval.options.interprets && isApproximated(info.name, arguments))
    return false;
  // Past the limit it is emitted for nothing, and the next step stops.
  if (call.eval.options.interprets && !call.eval.spend(estimateNanoseconds(info.name, arguments)))
    return false;
  llvm::SmallVector<rt::Value> values;
  if (llvm::Error error = ts::evaluatePrimitive(info.name, arguments, values, call.eval.generator)) {
    // What cannot be evaluated is emitted; the dialect says what is wrong with it.
    llvm::consumeError(std::move(error));
    return false;
  }
  for (const rt::Value &value : values) {
    if (!value.isTensor()) {
      call.results.push_back(call.eval.fromRuntime(value, ""));
      continue;
    }
    rt::Tensor tensor = value.asTensor();
    llvm::SmallVector<Extent> sizes;
    for (int64_t size : tensor.sizes())
      sizes.push_back(Extent::ofInt(size));
    llvm::SmallVector<Extent> strides = elementwiseStrides(elementwiseInputs(call, info.name), sizes);
    call.results.push_back(AbstractValue::ofTensor(call.eval.tensors.constant(tensor, strides)));
  }
  return true;
}
