/// What an entry gives back: its function's results and their slots.
#ifndef SCONCE_LIB_SPECIALIZE_RESULTS_H
#define SCONCE_LIB_SPECIALIZE_RESULTS_H

#include "lib/Specialize/Evaluator.h"
#include "runtime/Signature.h"

namespace sconce::specialize {

class Results {
public:
  /// `inputs` are the tensors that the entry is given, those of its arguments first.
  Results(Evaluator &eval, llvm::ArrayRef<TensorNode *> inputs, size_t numOfArguments)
      : eval(eval), inputs(inputs), numOfArguments(numOfArguments) {}

  /// Adds a value's tensors and scalars to the results. `isState`: they go into the instance, so an argument that was
  /// written is a new value and not an alias.
  mlir::LogicalResult add(const AbstractValue &value, rt::Slot &slot, bool isState = false, unsigned depth = 0);
  /// Adds the attribute of the instance at a path.
  mlir::LogicalResult addState(llvm::StringRef path, const AbstractValue &value, rt::Slot &slot);
  /// Adds what a list or dict of the arguments holds in the end.
  mlir::LogicalResult addContents(const AbstractValue &container, rt::Slot &slot);
  /// Adds the content of a storage of base shape.
  mlir::LogicalResult addStorage(StorageNode *storage);
  llvm::ArrayRef<mlir::Value> values() const { return list; }

private:
  TensorNode *asItLies(TensorNode *tensor, rt::Slot &slot);
  bool addView(const TensorNode *tensor, rt::Slot &slot) const;
  mlir::LogicalResult addTensor(TensorNode *tensor, rt::Slot &slot, bool isState);
  mlir::LogicalResult addScalar(const AbstractValue &value, rt::Slot &slot);
  mlir::LogicalResult addHeld(const AbstractValue &value, rt::Slot &slot, bool isState);
  mlir::LogicalResult addContainer(const AbstractValue &value, rt::Slot &slot, bool isState, unsigned depth);
  mlir::LogicalResult addAll(llvm::ArrayRef<AbstractValue> values, rt::Slot &slot, bool isState, unsigned depth);

  Evaluator &eval;
  llvm::ArrayRef<TensorNode *> inputs;
  size_t numOfArguments;
  llvm::SmallVector<mlir::Value> list;
};

} // namespace sconce::specialize

#endif
