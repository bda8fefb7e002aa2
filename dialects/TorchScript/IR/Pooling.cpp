#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/IR/Window.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Pooling.cpp.inc"

namespace sconce::ts {

/// The shape that a pooling operation's window gives.
template <typename PoolingOp> static FailureOr<Shape> inferPooled(PoolingOp op) {
  RankedTensorType x = tensorType(op.getX());
  int64_t rank = x.getRank();
  if (failed(checkList(op, "window", op.getWindow(), rank, 1)) || failed(checkList(op, "stride", op.getStride(), rank, 1)) ||
      failed(checkList(op, "pad_low", op.getPadLow(), rank, 0)) || failed(checkList(op, "pad_high", op.getPadHigh(), rank, 0)) ||
      failed(checkList(op, "dilation", op.getDilation(), rank, 1)))
    return failure();
  Shape shape;
  for (int64_t i = 0; i < rank; ++i) {
    WindowDim dim{op.getWindow()[i], op.getStride()[i], op.getPadLow()[i], op.getPadHigh()[i], op.getDilation()[i], 1};
    std::optional<int64_t> places = windowPlaces(x.getDimSize(i), dim);
    if (!places)
      return op.emitOpError("expected extents that fit 64 bits");
    shape.push_back(*places);
  }
  return shape;
}

LogicalResult ArgPoolOp::inferTypes(Types &types) {
  if (getKind() != PoolKind::Max)
    return emitOpError("expected kind 'max'");
  FailureOr<Shape> shape = inferPooled(*this);
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, IntegerType::get(getContext(), 64)));
  return success();
}

LogicalResult PoolOp::inferTypes(Types &types) {
  FailureOr<Shape> shape = inferPooled(*this);
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, tensorType(getX()).getElementType()));
  return success();
}

} // namespace sconce::ts
