// The one shape of contractions and convolutions.

#ifndef SCONCE_CODEGEN_LOWERING_SUMOFPRODUCTS_H
#define SCONCE_CODEGEN_LOWERING_SUMOFPRODUCTS_H

#include "codegen/Lowering/LoweringBuilder.h"

namespace sconce::codegen {

/// result[…] = sum over the reduction loops of a[…] * b[…], with the maps of a, b and the result. `type` has the result's
/// shape; 16-bit floats accumulate in f32 and round once. `channelDims` is a convolution's (channelDimsAttrName).
mlir::Value sumOfProducts(LoweringBuilder &builder, mlir::Value a, mlir::Value b, mlir::RankedTensorType type,
                          mlir::Type elementType, llvm::ArrayRef<mlir::OpFoldResult> extents,
                          llvm::ArrayRef<mlir::AffineMap> maps,
                          llvm::ArrayRef<mlir::utils::IteratorType> iterators, int64_t channelDims = 0);

} // namespace sconce::codegen

#endif
