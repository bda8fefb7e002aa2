// Loops over tensors that carry them, and go by vectors along the last dimension: what no loop of linalg says, because an element depends
// on one before it or lies where a tensor says.

#ifndef SCONCE_CODEGEN_LOWERING_VECTORLOOPS_H
#define SCONCE_CODEGEN_LOWERING_VECTORLOOPS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace sconce::codegen {

class LoweringBuilder;

/// Whether elements of the ts type `elementType` are in memory as they are computed with, so that vectors of them are loaded and stored.
bool hasVectors(mlir::Type elementType);

/// A loop from `from` to `to` that carries values; `body` returns their next versions.
llvm::SmallVector<mlir::Value>
forEach(LoweringBuilder &builder, mlir::Value from, mlir::Value to, int64_t step, mlir::ValueRange carried,
        llvm::function_ref<llvm::SmallVector<mlir::Value>(LoweringBuilder &, mlir::Value at, mlir::ValueRange carried)> body);

/// Loops over all positions within `extents`, the last innermost, that carry values; `body` returns their next versions.
llvm::SmallVector<mlir::Value> forEachPosition(
    LoweringBuilder &builder, llvm::ArrayRef<mlir::OpFoldResult> extents, mlir::ValueRange carried,
    llvm::function_ref<llvm::SmallVector<mlir::Value>(LoweringBuilder &, mlir::ValueRange position, mlir::ValueRange carried)> body);

/// Cuts `extent` elements into runs of whole vectors of each of `widths`, the widest first, as far as they go. `body` makes the loop of one
/// run and returns the carried values' next versions.
llvm::SmallVector<mlir::Value>
forEachRun(LoweringBuilder &builder, mlir::OpFoldResult extent, llvm::ArrayRef<int64_t> widths, mlir::ValueRange carried,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(int64_t width, mlir::Value from, mlir::Value to,
                                                             mlir::ValueRange carried)> body);

/// `width` elements of `tensor` from `position` on along its last dimension, all of which are inside, as they are in memory.
mlir::Value readVector(LoweringBuilder &builder, mlir::Value tensor, mlir::ValueRange position, int64_t width);
/// `into` with `vector` there.
mlir::Value writeVector(LoweringBuilder &builder, mlir::Value vector, mlir::Value into, mlir::ValueRange position);

} // namespace sconce::codegen

#endif
