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

/// Whether the shapes of an image or a result, `pixels`, and of its points go together.
template <typename Op> static LogicalResult verifyShapes(Op op, RankedTensorType pixels, RankedTensorType points, bool isImage) {
  if (pixels.getRank() != 4 || points.getRank() != 6)
    return op.emitOpError("takes pixels of 4 dimensions and points of 6");
  if (!pixels.hasStaticShape() || !points.hasStaticShape() || pixels.getElementType() != points.getElementType())
    return op.emitOpError("takes static shapes of one element type");
  int64_t patch[2];
  for (int64_t side : {0, 1})
    patch[side] = patchOf(op.getTile()[side], op.getTaps()[side], op.getStride()[side]);
  if (points.getDimSize(0) != patch[0] || points.getDimSize(1) != patch[1])
    return op.emitOpError() << "has " << patch[0] << "x" << patch[1] << " points";
  for (int64_t side : {0, 1}) {
    const int64_t step = op.getTile()[side] * (isImage ? op.getStride()[side] : 1), overhang = isImage ? patch[side] - step : 0;
    if (pixels.getDimSize(1 + side) < points.getDimSize(2 + side) * step + overhang)
      return op.emitOpError("has more tiles than pixels");
  }
  if (pixels.getDimSize(0) != points.getDimSize(4) || pixels.getDimSize(3) != points.getDimSize(5))
    return op.emitOpError("has as many images and channels of points as of pixels");
  return success();
}

/// What `op` does with each element of its result, of four dimensions, if it does.
static LogicalResult verifyFinish(Operation *op, Region &finish, ValueRange others, ArrayAttr maps, Type element) {
  if (finish.empty())
    return others.empty() ? success() : op->emitOpError("has a region for what it reads besides");
  if (maps.size() != others.size() || finish.getNumArguments() != others.size() + 1 || finish.getArgument(0).getType() != element)
    return op->emitOpError("has a map for each of what it reads besides, and an argument for each of it behind that for an element");
  for (auto [other, attr, argument] : llvm::zip_equal(others, maps.getAsValueRange<AffineMapAttr>(), finish.getArguments().drop_front())) {
    auto type = cast<ShapedType>(other.getType());
    auto isPlace = [](AffineExpr expr) { return isa<AffineDimExpr>(expr) || expr == 0; };
    if (!type.hasStaticShape() || type.getElementType() != argument.getType() || attr.getNumInputs() != 4 ||
        static_cast<int64_t>(attr.getNumResults()) != type.getRank() || !llvm::all_of(attr.getResults(), isPlace))
      return op->emitOpError("has maps of four dimensions to places of static shapes");
  }
  auto yield = dyn_cast<YieldOp>(finish.front().back());
  if (!yield || yield.getValue().getType() != element)
    return op->emitOpError("has a region that yields an element");
  return success();
}

MutableOperandRange TransformImageOp::getDpsInitsMutable() { return getIntoMutable(); }

LogicalResult TransformImageOp::verify() {
  return verifyShapes(*this, cast<RankedTensorType>(getFrom().getType()), cast<RankedTensorType>(getInto().getType()), /*isImage=*/true);
}

MutableOperandRange TransformResultOp::getDpsInitsMutable() { return getIntoMutable(); }

LogicalResult TransformResultOp::verify() {
  if (failed(verifyFinish(*this, getFinish(), getOthers(), getMaps(), getResult().getType().getElementType())))
    return failure();
  return verifyShapes(*this, cast<RankedTensorType>(getInto().getType()), cast<RankedTensorType>(getFrom().getType()), /*isImage=*/false);
}

MutableOperandRange ConvolveOp::getDpsInitsMutable() { return getIntoMutable(); }

void ConvolveOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

LogicalResult ConvolveOp::verify() {
  auto image = cast<ShapedType>(getImage().getType()), weights = cast<ShapedType>(getWeights().getType());
  auto result = cast<ShapedType>(getInto().getType());
  if (isa<RankedTensorType>(result) ? getResultTypes() != TypeRange(result) : getNumResults() != 0)
    return emitOpError("has a result of its type if that is a tensor");
  ArrayRef<int64_t> tile = getTile();
  const int64_t patch[] = {patchOf(tile[0], getTaps()[0], 1), patchOf(tile[1], getTaps()[1], 1)};
  for (ShapedType type : {image, weights, result})
    if (!type.hasStaticShape() || type.getElementType() != result.getElementType())
      return emitOpError("takes static shapes of one element type");
  const bool isSorted = image.getRank() == 5;
  if ((image.getRank() != 4 && !isSorted) || weights.getRank() != 3 || result.getRank() != 4)
    return emitOpError("takes images of 4 or 5 dimensions and weights of 3");
  if (weights.getDimSize(0) != patch[0] * patch[1])
    return emitOpError() << "has " << patch[0] << "x" << patch[1] << " points";
  const int64_t phases = isSorted ? image.getDimSize(3) / tile[1] : 1;
  const int64_t pixels[] = {image.getDimSize(isSorted ? 2 : 1), isSorted ? image.getDimSize(3) * image.getDimSize(4) : image.getDimSize(2)};
  if (isSorted && phases * tile[1] != image.getDimSize(3))
    return emitOpError("has columns sorted by whole tiles");
  for (int64_t side : {0, 1}) {
    if (result.getDimSize(1 + side) % tile[side] != 0)
      return emitOpError("makes whole tiles");
    if (pixels[side] < (result.getDimSize(1 + side) + patch[side] - tile[side]) * phases)
      return emitOpError("has more tiles than pixels");
  }
  if (static_cast<int64_t>(getBlock()) > result.getDimSize(2) / tile[1])
    return emitOpError("has blocks that are longer than a row of tiles");
  const int64_t channels = isSorted ? image.getDimSize(1) * phases * phases : image.getDimSize(3);
  if (image.getDimSize(0) != result.getDimSize(0) || channels != weights.getDimSize(1) || result.getDimSize(3) != weights.getDimSize(2))
    return emitOpError("has as many images and channels in operands and result");
  return verifyFinish(*this, getFinish(), getOthers(), getMaps(), result.getElementType());
}

} // namespace sconce::winograd

#define GET_OP_CLASSES
#include "dialects/Winograd/IR/Winograd.cpp.inc"
