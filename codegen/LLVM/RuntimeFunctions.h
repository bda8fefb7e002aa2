/// Calls of the runtime's C functions.
#ifndef SCONCE_CODEGEN_LLVM_RUNTIMEFUNCTIONS_H
#define SCONCE_CODEGEN_LLVM_RUNTIMEFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// Calls the runtime's function `name` at the insertion point, in `caller`; its type follows from the arguments and
/// `result`, which is null for a function that returns nothing. Declares it in the module if need be, so only passes on
/// modules may call this.
mlir::SmallVector<mlir::Value> callRuntime(mlir::OpBuilder &builder, mlir::func::FuncOp caller, mlir::Location loc,
                                           llvm::StringRef name, mlir::Type result, mlir::ValueRange arguments);

/// The bytes of one element in memory.
int64_t getElementBytes(mlir::Type element);

} // namespace sconce::codegen

#endif
