/// The body of a kernel that convolves after Winograd, one block of tiles after the other.
#ifndef SCONCE_CODEGEN_TRANSFORMS_WINOGRADKERNEL_H
#define SCONCE_CODEGEN_TRANSFORMS_WINOGRADKERNEL_H

#include "dialects/Winograd/IR/Winograd.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace sconce::codegen {

/// What a kernel was made of, for those who count its work.
struct WinogradKernel {
  llvm::SmallVector<mlir::linalg::LinalgOp> ops; ///< the transforms of one block
  mlir::linalg::LinalgOp products;               ///< of one block, in the inner kernel
  int64_t blocks = 0;
  int64_t localBytes = 0; ///< the points of a block
};

/// Writes the loop over the blocks of `op`, which is on buffers, at `builder`; `buffers` has the kernel's own for each of them. The points of
/// a block are on the stack. The products are a kernel that `makeInner` makes of its arguments' types.
WinogradKernel buildWinogradLoop(mlir::OpBuilder &builder, mlir::Location loc, winograd::ConvolveOp op, mlir::IRMapping &buffers,
                                 llvm::function_ref<mlir::func::FuncOp(mlir::ValueRange arguments)> makeInner);

} // namespace sconce::codegen

#endif
