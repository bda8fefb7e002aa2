/// Calls of the runtime's C functions.
#ifndef SCONCE_CODEGEN_LLVM_RUNTIMEFUNCTIONS_H
#define SCONCE_CODEGEN_LLVM_RUNTIMEFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// Calls the runtime's function `name` at the insertion point; its type follows from the arguments and `result`, which
/// is null for a function that returns nothing. The call names the function only: it is declared when functions are
/// converted, so that passes on functions may run side by side.
mlir::SmallVector<mlir::Value> callRuntime(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                                           mlir::Type result, mlir::ValueRange arguments);

/// The bytes of one element in memory.
int64_t getElementBytes(mlir::Type element);

} // namespace sconce::codegen

#endif
