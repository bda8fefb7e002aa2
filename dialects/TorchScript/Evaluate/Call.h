// One evaluation in progress: arguments by kind, results, and the first problem.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_CALL_H
#define SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_CALL_H

#include "dialects/TorchScript/Evaluate/Evaluate.h"

#include "llvm/ADT/StringMap.h"

#include <optional>

namespace sconce::ts {

class EvalCall {
public:
  EvalCall(llvm::StringRef name, llvm::ArrayRef<EvalArgument> arguments, llvm::SmallVectorImpl<rt::Value> &results,
           rt::Generator *generator)
      : name(name), generator(generator), arguments(arguments), results(results) {}

  const llvm::StringRef name;
  rt::Generator *const generator;

  // Arguments by position. One of another kind is a problem, and gives something empty.
  rt::Tensor tensor(size_t index);
  std::vector<rt::Tensor> tensors(size_t index);
  rt::Value scalar(size_t index);
  int64_t integer(size_t index);
  bool boolean(size_t index);
  /// A list of ints; one int is a list of one.
  std::vector<int64_t> ints(size_t index);
  std::string word(size_t index);
  rt::Dtype dtype(size_t index);
  /// Whether the argument is a tensor (elementwise primitives also take scalars).
  bool isTensor(size_t index) const;
  size_t numArguments() const { return arguments.size(); }

  /// Records a problem unless the condition holds, and returns it.
  bool require(bool condition, const llvm::Twine &problem);
  bool isDim(int64_t dim, const rt::Tensor &tensor);
  /// `count` elements of a dimension from `start` on, `step` apart: whether all are inside. A step whose stride would not fit 64 bits is one that
  /// at most one element takes, or a tensor without elements has: it becomes 1.
  bool isSlice(const rt::Tensor &tensor, int64_t dim, int64_t start, int64_t count, int64_t &step);
  /// Different dimensions of the tensor.
  bool areDims(llvm::ArrayRef<int64_t> dims, const rt::Tensor &tensor);
  /// Whether the product of these extents is a number of steps that the reference takes (2^38: some minutes), so that no window or contraction
  /// over views of small storages runs without end.
  bool isAffordable(llvm::ArrayRef<int64_t> extents);
  bool isGood() const { return problem.empty(); }

  void give(rt::Value value) { results.push_back(std::move(value)); }
  /// An undefined tensor means that there was not enough memory, or that a view would leave its storage.
  void give(rt::Tensor tensor);

  llvm::Error takeError() const;

private:
  llvm::ArrayRef<EvalArgument> arguments;
  llvm::SmallVectorImpl<rt::Value> &results;
  std::string problem;
};

using Evaluator = void (*)(EvalCall &);
using EvaluatorTable = llvm::StringMap<Evaluator>;

// Each family adds its primitives.
void addCastEvaluators(EvaluatorTable &table);
void addConvolutionEvaluators(EvaluatorTable &table);
void addCreateEvaluators(EvaluatorTable &table);
void addElementwiseEvaluators(EvaluatorTable &table);
void addIndexEvaluators(EvaluatorTable &table);
void addJoinEvaluators(EvaluatorTable &table);
void addMatmulEvaluators(EvaluatorTable &table);
void addPoolingEvaluators(EvaluatorTable &table);
void addRandomEvaluators(EvaluatorTable &table);
void addReductionEvaluators(EvaluatorTable &table);
void addSortEvaluators(EvaluatorTable &table);
void addViewEvaluators(EvaluatorTable &table);

} // namespace sconce::ts

#endif
