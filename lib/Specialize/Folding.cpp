#include "lib/Specialize/Folding.h"
#include "dialects/TorchScript/Evaluate/Evaluate.h"
#include "lib/Specialize/ElementwiseLayout.h"
#include "lib/Specialize/Primitives.h"

using namespace sconce;
using namespace sconce::specialize;

namespace {
/// Elements that operands and results of a folded primitive have at most.
constexpr int64_t maxNumel = 4096;
} // namespace

static bool isSmall(const Call &call, const rt::Tensor &tensor) {
  return tensor && (tensor.numel() <= maxNumel || call.eval.options.interprets);
}

/// A known argument for the reference evaluation; nullopt where it is not known
/// or not small.
static std::optional<ts::EvalArgument> evalArgument(Call &call, const AbstractValue &value, ts::PrimitiveParameter::Kind kind) {
  using Kind = ts::PrimitiveParameter::Kind;
  if (value.isTensor()) {
    rt::Tensor tensor = call.eval.tensors.known(value.asTensor());
    return isSmall(call, tensor) ? std::optional(ts::EvalArgument::ofTensor(tensor)) : std::nullopt;
  }
  if (value.isString())
    return ts::EvalArgument::ofString(value.asString().str());
  if (value.isList() && !value.asList()->reference && kind == Kind::TensorList) {
    std::vector<rt::Tensor> tensors;
    for (const AbstractValue &element : value.asList()->elements) {
      rt::Tensor tensor = element.isTensor() ? call.eval.tensors.known(element.asTensor()) : rt::Tensor();
      if (!isSmall(call, tensor))
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
