/// What an entry gives back: its function's results and their slots.
#ifndef SCONCE_LIB_SPECIALIZE_RESULTS_H
#define SCONCE_LIB_SPECIALIZE_RESULTS_H

#include "lib/Specialize/Evaluator.h"
#include "runtime/Signature.h"

namespace sconce::specialize {

class Results {
public:
  /// `isState`: results go into the instance, so an input that was written is a
  /// new value and not an alias.
  Results(Evaluator &eval, llvm::ArrayRef<TensorNode *> inputs) : eval(eval), inputs(inputs) {}

  /// Adds a value's tensors and scalars to the results.
  mlir::LogicalResult add(const AbstractValue &value, rt::Slot &slot, bool isState = false, unsigned depth = 0);
  /// Adds the content of a storage of base shape.
  mlir::LogicalResult addStorage(StorageNode *storage);
  llvm::ArrayRef<mlir::Value> values() const { return list; }

private:
  mlir::LogicalResult addTensor(TensorNode *tensor, rt::Slot &slot, bool isState);
  mlir::LogicalResult addScalar(const AbstractValue &value, rt::Slot &slot);
  mlir::LogicalResult addAll(llvm::ArrayRef<AbstractValue> values, rt::Slot &slot, bool isState, unsigned depth);

  Evaluator &eval;
  llvm::ArrayRef<TensorNode *> inputs;
  llvm::SmallVector<mlir::Value> list;
};

} // namespace sconce::specialize

#endif
