#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Create.cpp.inc"

namespace sconce::ts {

/// A tensor of `sizes` and the dtype named by an attribute.
static LogicalResult inferSized(Operation *op, ArrayRef<int64_t> sizes, Type elementType, Types &types) {
  if (!kindOfElement(elementType))
    return op->emitOpError("expected a dtype, got ") << elementType;
  types.push_back(RankedTensorType::get(sizes, elementType));
  return success();
}

LogicalResult DimOp::inferTypes(Types &types) {
  if (failed(checkDim(*this, "dim", getDim(), tensorType(getX()).getRank())))
    return failure();
  types.push_back(IntegerType::get(getContext(), 64));
  return success();
}

OpFoldResult DimOp::fold(FoldAdaptor) {
  RankedTensorType x = getX().getType();
  if (x.isDynamicDim(getDim()))
    return {};
  return IntegerAttr::get(getType(), x.getDimSize(getDim()));
}

LogicalResult FirstOutsideOp::inferTypes(Types &types) {
  types.push_back(IntegerType::get(getContext(), 64));
  return success();
}

LogicalResult FullOp::inferTypes(Types &types) {
  if (failed(checkMixed(*this, "sizes", getStaticSizes(), getSizes())))
    return failure();
  return inferSized(*this, getStaticSizes(), getDtype(), types);
}

LogicalResult IotaOp::inferTypes(Types &types) {
  if (failed(checkMixed(*this, "size", getStaticSize(), getSize(), 1)))
    return failure();
  return inferSized(*this, getStaticSize(), getDtype(), types);
}

LogicalResult ItemOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (x.getRank() != 0)
    return emitOpError("expected a 0-dimensional tensor, got ") << x;
  types.push_back(scalarTypeOf(x.getElementType()));
  return success();
}

OpFoldResult ItemOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<TensorOfOp>();
  return inner && inner.getValue().getType() == getType() ? OpFoldResult(inner.getValue()) : OpFoldResult();
}

LogicalResult TensorOfOp::inferTypes(Types &types) {
  types.push_back(RankedTensorType::get({}, getValue().getType()));
  return success();
}

OpFoldResult TensorOfOp::fold(FoldAdaptor) {
  auto inner = getValue().getDefiningOp<ItemOp>();
  return inner && inner.getX().getType() == getType() ? OpFoldResult(inner.getX()) : OpFoldResult();
}

} // namespace sconce::ts
