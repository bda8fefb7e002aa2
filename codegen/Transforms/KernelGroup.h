/// Operations that belong in one kernel because what passes between them need not go through memory.
#ifndef SCONCE_CODEGEN_TRANSFORMS_KERNELGROUP_H
#define SCONCE_CODEGEN_TRANSFORMS_KERNELGROUP_H

#include "codegen/Transforms/BufferRoots.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <vector>

namespace sconce::codegen {

/// A reduction (a sum of products, say), with the op that initializes its result before it and the elementwise op that
/// alone reads its result after it, where there are such. An op that is none of this is the leader of a group of one.
struct KernelGroup {
  mlir::linalg::LinalgOp leader;
  mlir::linalg::FillOp fill;       ///< null, or fills the leader's output
  mlir::linalg::GenericOp epilogue; ///< null, or reads the leader's output
  unsigned epilogueOperand = 0;    ///< which of the epilogue's operands that is
  /// The op after a reduction that could have been the epilogue, and why it is not; or null.
  mlir::linalg::LinalgOp refused;
  const char *refusal = nullptr;

  /// The ops in program order.
  llvm::SmallVector<mlir::linalg::LinalgOp> getOps();
  /// For each loop of the epilogue the loop of the leader that it is.
  llvm::SmallVector<unsigned> getEpilogueLoops();

  /// The group around `leader` in a function before kernels are outlined.
  static KernelGroup collect(mlir::linalg::LinalgOp leader, BufferRoots &roots);
  /// The groups that a kernel was made of, in program order: one, or those of a chain of rows.
  static std::vector<KernelGroup> listOfKernel(mlir::func::FuncOp kernel);
};

/// On the ops of a kernel that several groups make: the number of the op's own.
inline constexpr llvm::StringLiteral groupAttrName = "sconce.group";

/// Whether what reads and writes these buffers may as well run after `op` as before it, or the other way round.
bool commutes(mlir::Operation *op, mlir::ValueRange read, mlir::ValueRange written, BufferRoots &roots);

} // namespace sconce::codegen

#endif
