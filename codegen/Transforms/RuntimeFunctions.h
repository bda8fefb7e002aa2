/// Calls of the runtime's C functions.
#ifndef SCONCE_CODEGEN_TRANSFORMS_RUNTIMEFUNCTIONS_H
#define SCONCE_CODEGEN_TRANSFORMS_RUNTIMEFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// Calls the runtime's function `name` at the insertion point, in `caller`; its type follows from the arguments and
/// `result`, which is null for a function that returns nothing. Declares it in the module if need be, so only passes on
/// modules may call this.
mlir::SmallVector<mlir::Value> callRuntime(mlir::OpBuilder &builder, mlir::func::FuncOp caller, mlir::Location loc,
                                           llvm::StringRef name, mlir::Type result, mlir::ValueRange arguments);

/// On a call: its status is looked at, and a failure ends the entry.
inline constexpr llvm::StringLiteral statusAttrName = "sconce.status";
/// On ts.box and ts.unbox: PyTorch's code of the tensor's dtype, where the element type does not tell.
inline constexpr llvm::StringLiteral dtypeAttrName = "sconce.dtype";

/// The address of a constant of the module that holds `text`, with a zero byte after it. For passes on modules.
mlir::Value getStringAddress(mlir::OpBuilder &builder, mlir::func::FuncOp caller, mlir::Location loc,
                             llvm::StringRef text);

/// PyTorch's code of an element type of the ts dialect.
int64_t dtypeCode(mlir::Type elementType);

/// The bytes of one element in memory.
int64_t getElementBytes(mlir::Type element);

} // namespace sconce::codegen

#endif
