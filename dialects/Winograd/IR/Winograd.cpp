#include "dialects/Winograd/IR/Winograd.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

#include "dialects/Winograd/IR/WinogradDialect.cpp.inc"

namespace sconce::winograd {

void WinogradDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Winograd/IR/Winograd.cpp.inc"
      >();
}

/// The shapes of an image or a result, `pixels`, and of its points, which is in `op`'s diagnostic where they do not go together. A patch
/// reaches `overhang` pixels past the tile's own.
static LogicalResult verifyShapes(Operation *op, RankedTensorType pixels, RankedTensorType points, int64_t patch, int64_t step, int64_t overhang) {
  if (pixels.getRank() != 4 || points.getRank() != 6)
    return op->emitOpError("takes pixels of 4 dimensions and points of 6");
  if (!pixels.hasStaticShape() || !points.hasStaticShape() || pixels.getElementType() != points.getElementType())
    return op->emitOpError("takes static shapes of one element type");
  if (points.getDimSize(0) != patch || points.getDimSize(1) != patch)
    return op->emitOpError() << "has " << patch << "x" << patch << " points";
  for (int64_t side : {0, 1})
    if (pixels.getDimSize(1 + side) < points.getDimSize(2 + side) * step + overhang)
      return op->emitOpError("has more tiles than pixels");
  if (pixels.getDimSize(0) != points.getDimSize(4) || pixels.getDimSize(3) != points.getDimSize(5))
    return op->emitOpError("has as many images and channels of points as of pixels");
  return success();
}

MutableOperandRange TransformImageOp::getDpsInitsMutable() { return getIntoMutable(); }

LogicalResult TransformImageOp::verify() {
  const int64_t tile = getTile(), stride = getStride(), patch = patchOf(tile, stride);
  return verifyShapes(*this, cast<RankedTensorType>(getFrom().getType()), cast<RankedTensorType>(getInto().getType()), patch, tile * stride,
                      patch - tile * stride);
}

MutableOperandRange TransformResultOp::getDpsInitsMutable() { return getIntoMutable(); }

LogicalResult TransformResultOp::verify() {
  return verifyShapes(*this, cast<RankedTensorType>(getInto().getType()), cast<RankedTensorType>(getFrom().getType()),
                      patchOf(getTile(), getStride()), getTile(), 0);
}

} // namespace sconce::winograd

#define GET_OP_CLASSES
#include "dialects/Winograd/IR/Winograd.cpp.inc"
