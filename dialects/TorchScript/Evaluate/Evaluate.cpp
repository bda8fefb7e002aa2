#include "dialects/TorchScript/Evaluate/Evaluate.h"

#include "dialects/TorchScript/Evaluate/Call.h"

#include "llvm/ADT/SmallBitVector.h"

using namespace sconce;
using namespace sconce::ts;

//===----------------------------------------------------------------------===//
// EvalCall
//===----------------------------------------------------------------------===//

bool EvalCall::require(bool condition, const llvm::Twine &text) {
  if (!condition && problem.empty())
    problem = text.str();
  return condition;
}

llvm::Error EvalCall::takeError() const {
  if (problem.empty())
    return llvm::Error::success();
  return llvm::createStringError("evaluating 'ts::" + name + "': " + problem);
}

bool EvalCall::isTensor(size_t index) const {
  const rt::Value *value = index < arguments.size() ? arguments[index].get<rt::Value>() : nullptr;
  return value && value->isTensor();
}

rt::Tensor EvalCall::tensor(size_t index) {
  const rt::Value *value = index < arguments.size() ? arguments[index].get<rt::Value>() : nullptr;
  if (!require(value && value->isTensor(), "expected a tensor as argument " + llvm::Twine(index)))
    return rt::Tensor::empty(rt::Dtype::Float32, {});
  rt::Tensor tensor = value->asTensor();
  if (!require(!tensor.isSparse() && tensor.storage(), "expected a dense tensor as argument " + llvm::Twine(index)))
    return rt::Tensor::empty(rt::Dtype::Float32, {});
  return tensor;
}

std::vector<rt::Tensor> EvalCall::tensors(size_t index) {
  const auto *list = index < arguments.size() ? arguments[index].get<std::vector<rt::Tensor>>() : nullptr;
  if (!require(list, "expected tensors as argument " + llvm::Twine(index)))
    return {};
  for (const rt::Tensor &tensor : *list)
    if (!require(tensor && !tensor.isSparse(), "expected dense tensors as argument " + llvm::Twine(index)))
      return {};
  return *list;
}

rt::Value EvalCall::scalar(size_t index) {
  const rt::Value *value = index < arguments.size() ? arguments[index].get<rt::Value>() : nullptr;
  if (!require(value && value->isNumber(), "expected a number as argument " + llvm::Twine(index)))
    return rt::Value::ofInt(0);
  return *value;
}

int64_t EvalCall::integer(size_t index) {
  const rt::Value *value = index < arguments.size() ? arguments[index].get<rt::Value>() : nullptr;
  if (value && value->isInt())
    return value->asInt();
  const auto *list = index < arguments.size() ? arguments[index].get<std::vector<int64_t>>() : nullptr;
  return require(list && list->size() == 1, "expected an int as argument " + llvm::Twine(index)) ? list->front() : 0;
}

bool EvalCall::boolean(size_t index) {
  const rt::Value *value = index < arguments.size() ? arguments[index].get<rt::Value>() : nullptr;
  return require(value && value->isBool(), "expected a bool as argument " + llvm::Twine(index)) && value->asBool();
}

std::vector<int64_t> EvalCall::ints(size_t index) {
  const auto *list = index < arguments.size() ? arguments[index].get<std::vector<int64_t>>() : nullptr;
  return list ? *list : std::vector<int64_t>{integer(index)};
}

std::string EvalCall::word(size_t index) {
  const auto *text = index < arguments.size() ? arguments[index].get<std::string>() : nullptr;
  return require(text, "expected a word as argument " + llvm::Twine(index)) ? *text : std::string();
}

rt::Dtype EvalCall::dtype(size_t index) {
  std::optional<rt::Dtype> dtype = rt::dtypeFromCode(integer(index));
  require(dtype && !rt::isQuantized(*dtype), "expected a dtype as argument " + llvm::Twine(index));
  return dtype.value_or(rt::Dtype::Float32);
}

bool EvalCall::isDim(int64_t dim, const rt::Tensor &tensor) {
  return require(dim >= 0 && dim < tensor.rank(),
                 llvm::Twine(dim) + " is no dimension of rank " + llvm::Twine(tensor.rank()));
}

bool EvalCall::isSlice(const rt::Tensor &tensor, int64_t dim, int64_t start, int64_t count, int64_t &step) {
  int64_t extent = tensor.size(dim), unused;
  bool isInside = step > 0 && start >= 0 && count >= 0 && start <= extent &&
                  (count == 0 || (start < extent && count - 1 <= (extent - 1 - start) / step));
  if (__builtin_mul_overflow(tensor.strides()[dim], step, &unused))
    step = 1;
  return require(isInside, "elements outside of dimension " + llvm::Twine(dim));
}

bool EvalCall::areDims(llvm::ArrayRef<int64_t> dims, const rt::Tensor &tensor) {
  llvm::SmallBitVector seen(tensor.rank());
  for (int64_t dim : dims) {
    if (!isDim(dim, tensor) || !require(!seen.test(dim), "dimension " + llvm::Twine(dim) + " is given twice"))
      return false;
    seen.set(dim);
  }
  return true;
}

bool EvalCall::isAffordable(llvm::ArrayRef<int64_t> extents) {
  int64_t steps = 1;
  bool overflows = false;
  for (int64_t extent : extents) {
    if (extent == 0)
      return true;
    overflows |= __builtin_mul_overflow(steps, extent, &steps);
  }
  return require(!overflows && steps <= int64_t(1) << 38, "more steps than the reference evaluation takes");
}

void EvalCall::give(rt::Tensor tensor) {
  if (require(tensor.defined(), "not enough memory, or elements outside of the storage"))
    give(rt::Value::ofTensor(std::move(tensor)));
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static const EvaluatorTable &evaluators() {
  static const EvaluatorTable table = [] {
    EvaluatorTable all;
    for (auto add : {addCastEvaluators, addConvolutionEvaluators, addCreateEvaluators, addElementwiseEvaluators,
                     addIndexEvaluators, addJoinEvaluators, addMatmulEvaluators, addPoolingEvaluators,
                     addRandomEvaluators, addReductionEvaluators, addSortEvaluators, addViewEvaluators})
      add(all);
    return all;
  }();
  return table;
}

/// Python's keywords have an underscore in the library.
static llvm::StringRef plainName(llvm::StringRef name) {
  return name == "and_" || name == "or_" || name == "not_" ? name.drop_back() : name;
}

bool ts::canEvaluate(llvm::StringRef name) { return evaluators().contains(plainName(name)); }

llvm::Error ts::evaluatePrimitive(llvm::StringRef name, llvm::ArrayRef<EvalArgument> arguments,
                                  llvm::SmallVectorImpl<rt::Value> &results, rt::Generator *generator) {
  auto found = evaluators().find(plainName(name));
  if (found == evaluators().end())
    return llvm::createStringError("there is no primitive 'ts::" + name + "'");
  EvalCall call(name, arguments, results, generator);
  size_t before = results.size();
  found->second(call);
  if (!call.isGood())
    results.truncate(before);
  return call.takeError();
}
