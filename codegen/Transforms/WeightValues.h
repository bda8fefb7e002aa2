/// Values that follow from the model's weights alone.
#ifndef SCONCE_CODEGEN_TRANSFORMS_WEIGHTVALUES_H
#define SCONCE_CODEGEN_TRANSFORMS_WEIGHTVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace sconce::codegen {

/// The tensors at the top of a function that are computed from weights and constants and from nothing else.
class WeightValues {
public:
  explicit WeightValues(mlir::func::FuncOp func);
  bool contains(mlir::Value value) const { return values.contains(value); }
  /// Whether computing the value reads a weight and is more than looking at it in another shape.
  bool isComputed(mlir::Value value) const { return computed.contains(value); }
  /// Of what is computed, what is much larger than what it is made of: not worth keeping, but what is made of it may be.
  bool isGrown(mlir::Value value) const { return grown.contains(value); }

private:
  bool isMadeOfWeights(mlir::Operation &op) const;
  void add(mlir::Operation &op);

  llvm::DenseSet<mlir::Value> values, computed;
  llvm::DenseMap<mlir::Value, int64_t> grown; ///< with the bytes that they are made of
};

} // namespace sconce::codegen

#endif
