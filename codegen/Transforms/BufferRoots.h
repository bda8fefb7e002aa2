/// Which memory a buffer of a function may be: views, branches and loops seen through.
#ifndef SCONCE_CODEGEN_TRANSFORMS_BUFFERROOTS_H
#define SCONCE_CODEGEN_TRANSFORMS_BUFFERROOTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace sconce::codegen {

/// Classes of memrefs (and of the pointers that are made of them) in one function that may be the same memory. Two
/// values of different classes never overlap: allocations, the caller's inputs and its result buffers are each a class.
class BufferRoots {
public:
  explicit BufferRoots(mlir::func::FuncOp func);
  /// Learns of an operation that was made since.
  void add(mlir::Operation *op);

  /// Whether `a` and `b` may share bytes.
  bool mayOverlap(mlir::Value a, mlir::Value b);
  /// All values that may be (part of) the memory of `value`, in the order of the function.
  llvm::SmallVector<mlir::Value> getAliases(mlir::Value value);

private:
  void join(mlir::Value a, mlir::Value b);

  llvm::EquivalenceClasses<void *> classes;
  llvm::SmallVector<mlir::Value> inOrder;
};

} // namespace sconce::codegen

#endif
