/// Reads of the caller's sc_frame, by entry functions whose first argument is a pointer to it.
#ifndef SCONCE_CODEGEN_TRANSFORMS_FRAME_H
#define SCONCE_CODEGEN_TRANSFORMS_FRAME_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// The fields of sc_frame, by their byte offset.
enum class FrameField : int32_t { Context = 0, Workspace = 8, Weights = 16, Args = 24, Results = 32 };

/// Whether `func` is an entry point that has the compiled form: `(!llvm.ptr) -> i32` and public.
bool isBoundEntry(mlir::func::FuncOp func);

/// Reads a field of the frame that `func` was given.
mlir::Value loadFrameField(mlir::OpBuilder &builder, mlir::func::FuncOp func, FrameField field);

/// The address `bytes` after `base`.
mlir::Value offsetPointer(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value base, int64_t bytes);

} // namespace sconce::codegen

#endif
