// Tensors with a border, cropped, or spread out.

#ifndef SCONCE_CODEGEN_LOWERING_PADDING_H
#define SCONCE_CODEGEN_LOWERING_PADDING_H

#include "codegen/Lowering/LoweringBuilder.h"

namespace sconce::codegen {

/// `x` with `low` elements of `value` (in memory) before and `high` after each dimension; negative numbers crop.
mlir::Value pad(LoweringBuilder &builder, mlir::Value x, llvm::ArrayRef<mlir::OpFoldResult> low,
                llvm::ArrayRef<mlir::OpFoldResult> high, mlir::Value value);
/// The same with numbers known now; `x` itself where there is nothing to do.
mlir::Value pad(LoweringBuilder &builder, mlir::Value x, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                mlir::Value value);

/// `x` with `steps[d] - 1` elements of `value` between two elements of dimension d.
mlir::Value spread(LoweringBuilder &builder, mlir::Value x, llvm::ArrayRef<int64_t> steps, mlir::Value value);

/// a * b + c of an extent: folded where it is known.
mlir::OpFoldResult scaleAndAdd(LoweringBuilder &builder, mlir::OpFoldResult a, int64_t b, int64_t c);

/// How many places a window has along a padded extent: (extent - dilation * (window - 1) - 1) / stride + 1.
mlir::OpFoldResult windowCount(LoweringBuilder &builder, mlir::OpFoldResult extent, int64_t window, int64_t dilation,
                               int64_t stride);

} // namespace sconce::codegen

#endif
