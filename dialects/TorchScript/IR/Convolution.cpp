#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/IR/Window.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Convolution.cpp.inc"

namespace sconce::ts {

/// Checks the lists and the channels.
static LogicalResult checkConvolve(ConvolveOp op) {
  RankedTensorType x = tensorType(op.getX()), w = tensorType(op.getW());
  if (x.getElementType() != w.getElementType())
    return op.emitOpError("expected operands of one dtype, got ") << x.getElementType() << " and " << w.getElementType();
  if (x.getRank() < 3 || w.getRank() != x.getRank())
    return op.emitOpError("expected operands of equal rank, at least 3, got ") << x.getRank() << " and " << w.getRank();
  int64_t spatial = x.getRank() - 2, groups = op.getGroups();
  int64_t anyPadding = std::numeric_limits<int64_t>::min();
  if (failed(checkList(op, "stride", op.getStride(), spatial, 1)) ||
      failed(checkList(op, "pad_low", op.getPadLow(), spatial, anyPadding)) ||
      failed(checkList(op, "pad_high", op.getPadHigh(), spatial, anyPadding)) ||
      failed(checkList(op, "dilation", op.getDilation(), spatial, 1)) ||
      failed(checkList(op, "input_dilation", op.getInputDilation(), spatial, 1)))
    return failure();
  int64_t inChannels = x.getDimSize(1), groupChannels = w.getDimSize(1), outChannels = w.getDimSize(0), product;
  if (groups < 1 || (!ShapedType::isDynamic(outChannels) && outChannels % groups != 0))
    return op.emitOpError("expected groups that divide the output channels, got ") << groups;
  if (ShapedType::isDynamic(inChannels) || ShapedType::isDynamic(groupChannels))
    return success();
  if (llvm::MulOverflow(groupChannels, groups, product) || product != inChannels)
    return op.emitOpError("expected ") << inChannels << " input channels in " << groups << " groups, got " << groupChannels
                                       << " in each";
  return success();
}

LogicalResult ConvolveOp::inferTypes(Types &types) {
  if (failed(checkConvolve(*this)))
    return failure();
  RankedTensorType x = tensorType(getX()), w = tensorType(getW());
  Shape shape{x.getDimSize(0), w.getDimSize(0)};
  for (int64_t i = 0; i < x.getRank() - 2; ++i) {
    WindowDim dim{w.getDimSize(i + 2), getStride()[i], getPadLow()[i], getPadHigh()[i], getDilation()[i], getInputDilation()[i]};
    std::optional<int64_t> places = windowPlaces(x.getDimSize(i + 2), dim);
    if (!places)
      return emitOpError("expected extents that fit 64 bits");
    shape.push_back(*places);
  }
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

} // namespace sconce::ts
