/// How sums of products are told from other structured ops, and convolutions from matrix products.
#ifndef SCONCE_CODEGEN_TRANSFORMS_CONTRACTIONMARKS_H
#define SCONCE_CODEGEN_TRANSFORMS_CONTRACTIONMARKS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace sconce::codegen {

/// On the sum of products of a convolution: how many dimensions of the image and the result, after the first, are channels.
inline constexpr llvm::StringLiteral channelDimsAttrName = "sconce.channel_dims";

/// On a sum of products one of whose inputs lies in panels: so many columns of it are neighbours.
inline constexpr llvm::StringLiteral panelWidthAttrName = "sconce.panel_width";

/// Whether the op multiplies its two inputs and adds up.
inline bool isSumOfProducts(mlir::linalg::GenericOp op) {
  return op->hasAttr(channelDimsAttrName) || op->hasAttr(panelWidthAttrName) || mlir::linalg::isaContractionOpInterface(op);
}

/// The size of the groups that an operand with this map is read by along `loop`, of which each position reads those of its own group
/// (sconce-join-groups); 0 where it has none.
inline int64_t findGroupSize(mlir::AffineMap map, unsigned loop) {
  int64_t size = 0;
  map.walkExprs([&](mlir::AffineExpr expr) {
    auto part = mlir::dyn_cast<mlir::AffineBinaryOpExpr>(expr);
    if (part && part.getKind() == mlir::AffineExprKind::FloorDiv && part.getLHS() == mlir::getAffineDimExpr(loop, map.getContext()))
      if (auto divisor = mlir::dyn_cast<mlir::AffineConstantExpr>(part.getRHS()))
        size = divisor.getValue();
  });
  return size;
}

/// How many halves of vectors `count` neighbours take: what is left may be one half, which two rows share.
inline int64_t countHalfVectors(int64_t count, int64_t lanes) {
  int64_t rest = count % lanes;
  return 2 * (count / lanes) + (rest == 0 ? 0 : rest > lanes / 4 && rest <= lanes / 2 ? 1 : 2);
}

/// Whether the op's result begins as zeros.
inline bool startsFromZero(mlir::linalg::GenericOp op) {
  auto start = op.getDpsInits()[0].getDefiningOp<mlir::linalg::FillOp>();
  return start && mlir::matchPattern(start.value(), mlir::m_AnyZeroFloat());
}

/// Whether a weight that the op reads only once, for its one row, is worth an order of its own: it is read again from a cache,
/// by the next iteration of a loop or, where it is small, by the next call. Any other comes from memory, and any order is as fast.
inline bool isReadFromCache(mlir::linalg::GenericOp op, mlir::RankedTensorType weight) {
  constexpr int64_t mostKeptBits = 256 * 1024 * 8;
  return op->getParentOfType<mlir::LoopLikeOpInterface>() ||
         (weight.hasStaticShape() && weight.getElementType().isIntOrFloat() &&
          weight.getNumElements() * weight.getElementType().getIntOrFloatBitWidth() <= mostKeptBits);
}

} // namespace sconce::codegen

#endif
