/// What kernels are given.
#ifndef SCONCE_CODEGEN_STRATEGIES_KERNELARGUMENTS_H
#define SCONCE_CODEGEN_STRATEGIES_KERNELARGUMENTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace sconce::codegen {

/// Drops the arguments that `kernel` does not use any more from it and `calls`, which are all of its calls, and the buffers that
/// nobody else uses.
void dropUnusedArguments(mlir::func::FuncOp kernel, llvm::ArrayRef<mlir::func::CallOp> calls);

} // namespace sconce::codegen

#endif
