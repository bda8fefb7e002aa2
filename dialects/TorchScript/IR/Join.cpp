#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Join.cpp.inc"

namespace sconce::ts {

LogicalResult ConcatenateOp::inferTypes(Types &types) {
  if (getXs().empty())
    return emitOpError("expected at least one tensor");
  RankedTensorType first = tensorType(getXs().front());
  int64_t dim = getDim();
  if (failed(checkDim(*this, "dim", dim, first.getRank())))
    return failure();
  Shape shape(first.getShape());
  for (Value x : getXs().drop_front()) {
    RankedTensorType type = tensorType(x);
    bool fits = type.getRank() == first.getRank() && type.getElementType() == first.getElementType();
    for (int64_t i = 0; fits && i < first.getRank(); ++i) {
      int64_t extent = type.getDimSize(i);
      if (i == dim) {
        shape[i] = addExtents(shape[i], extent);
        continue;
      }
      if (ShapedType::isDynamic(shape[i]))
        shape[i] = extent;
      fits = ShapedType::isDynamic(extent) || extent == shape[i];
    }
    if (!fits)
      return emitOpError("expected tensors that differ in dimension ") << dim << " only, got " << first << " and " << type;
  }
  types.push_back(RankedTensorType::get(shape, first.getElementType()));
  return success();
}

OpFoldResult ConcatenateOp::fold(FoldAdaptor) {
  if (getXs().size() == 1 && getXs().front().getType() == getType())
    return getXs().front();
  return {};
}

LogicalResult PadOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX()), value = tensorType(getValue());
  if (failed(checkMixed(*this, "low", getStaticLow(), getLow(), x.getRank())) ||
      failed(checkMixed(*this, "high", getStaticHigh(), getHigh(), x.getRank())))
    return failure();
  if (value.getRank() != 0 || value.getElementType() != x.getElementType())
    return emitOpError("expected a 0-dimensional value of dtype ") << x.getElementType() << ", got " << value;
  Shape shape;
  for (auto [extent, low, high] : llvm::zip_equal(x.getShape(), getStaticLow(), getStaticHigh()))
    shape.push_back(addExtents(addExtents(extent, low), high));
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  auto isZero = [](int64_t amount) { return amount == 0; };
  if (llvm::all_of(getStaticLow(), isZero) && llvm::all_of(getStaticHigh(), isZero) && getX().getType() == getType())
    return getX();
  return {};
}

LogicalResult UpdateSliceOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX()), update = tensorType(getUpdate());
  int64_t dim = getDim();
  if (failed(checkDim(*this, "dim", dim, x.getRank())) ||
      failed(checkMixed(*this, "start", getStaticStart(), getStart(), 1)))
    return failure();
  if (static_cast<int64_t>(getStep()) < 1)
    return emitOpError("expected a positive step, got ") << static_cast<int64_t>(getStep());
  bool fits = update.getRank() == x.getRank() && update.getElementType() == x.getElementType();
  for (int64_t i = 0; fits && i < x.getRank(); ++i)
    fits = i == dim || x.isDynamicDim(i) || update.isDynamicDim(i) || x.getDimSize(i) == update.getDimSize(i);
  if (!fits)
    return emitOpError("expected an update that differs in dimension ") << dim << " only, got " << update << " for " << x;
  int64_t size = update.getDimSize(dim), extent = x.getDimSize(dim);
  if (!ShapedType::isDynamic(size) && !ShapedType::isDynamic(extent) && size > 0) {
    int64_t start = ShapedType::isDynamic(getStaticStart()[0]) ? 0 : getStaticStart()[0];
    if (start >= extent || size - 1 > (extent - 1 - start) / static_cast<int64_t>(getStep()))
      return emitOpError("expected an update inside of dimension ")
             << dim << " with extent " << extent << ", got start " << start << " and size " << size;
  }
  types.push_back(x);
  return success();
}

OpFoldResult UpdateSliceOp::fold(FoldAdaptor) {
  // A static update of the whole dimension leaves nothing of x.
  bool isWhole = getStaticStart()[0] == 0 && getStep() == 1 && getType().hasStaticShape();
  return isWhole && getUpdate().getType() == getType() ? OpFoldResult(getUpdate()) : OpFoldResult();
}

} // namespace sconce::ts
