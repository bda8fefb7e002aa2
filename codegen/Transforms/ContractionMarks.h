/// How sums of products are told from other structured ops, and convolutions from matrix products.
#ifndef SCONCE_CODEGEN_TRANSFORMS_CONTRACTIONMARKS_H
#define SCONCE_CODEGEN_TRANSFORMS_CONTRACTIONMARKS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace sconce::codegen {

/// On the sum of products of a convolution: how many dimensions of the image and the result, after the first, are channels.
inline constexpr llvm::StringLiteral channelDimsAttrName = "sconce.channel_dims";

/// On a sum of products one of whose inputs lies in panels: so many columns of it are neighbours.
inline constexpr llvm::StringLiteral panelWidthAttrName = "sconce.panel_width";

/// Whether the op multiplies its two inputs and adds up.
inline bool isSumOfProducts(mlir::linalg::GenericOp op) {
  return op->hasAttr(channelDimsAttrName) || op->hasAttr(panelWidthAttrName) || mlir::linalg::isaContractionOpInterface(op);
}

} // namespace sconce::codegen

#endif
