/// Structured control flow to blocks.
#ifndef SCONCE_CODEGEN_LLVM_CONTROLFLOW_H
#define SCONCE_CODEGEN_LLVM_CONTROLFLOW_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace sconce::codegen {

/// Turns the scf ops of `func` into branches.
mlir::LogicalResult lowerControlFlow(mlir::func::FuncOp func);

} // namespace sconce::codegen

#endif
