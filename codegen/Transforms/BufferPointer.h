/// Buffers as pointers: how a memref is taken apart for a call and put together again.
///
/// Between the frame, the host function and the kernels a buffer is a pointer to its first element, followed by its
/// run-time extents and then its run-time strides as i64 (the strides of an identity layout follow from the extents).
/// Both directions are a `builtin.unrealized_conversion_cast`, which the conversion to the LLVM dialect resolves.
#ifndef SCONCE_CODEGEN_TRANSFORMS_BUFFERPOINTER_H
#define SCONCE_CODEGEN_TRANSFORMS_BUFFERPOINTER_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// The types that `type` is taken apart into: a pointer, then an i64 for each run-time extent and stride.
llvm::SmallVector<mlir::Type> getBufferParts(mlir::MemRefType type);

/// `type` with the same extents and strides, starting at its pointer: offset 0.
mlir::MemRefType dropOffset(mlir::MemRefType type);

/// Takes `buffer` apart. The pointer includes the offset.
llvm::SmallVector<mlir::Value> takeApart(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value buffer);

/// Makes a buffer of `type`, which has offset 0, of what getBufferParts lists.
mlir::Value putTogether(mlir::OpBuilder &builder, mlir::Location loc, mlir::MemRefType type, mlir::ValueRange parts);

/// Whether `op` is a cast made by takeApart or putTogether.
bool isTakenApart(mlir::Operation *op);
bool isPutTogether(mlir::Operation *op);

} // namespace sconce::codegen

#endif
