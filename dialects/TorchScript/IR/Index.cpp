#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Index.cpp.inc"

namespace sconce::ts {

/// The shape S of the indices, then the dimensions of `x` that are not in `dims`.
static FailureOr<Shape> inferIndexed(Operation *op, RankedTensorType x, ArrayRef<int64_t> dims, ValueRange indices) {
  if (failed(checkDims(op, "dims", dims, x.getRank())))
    return failure();
  if (indices.empty() || indices.size() != dims.size())
    return op->emitOpError("expected one index for each of ") << dims.size() << " dims (at least one), got " << indices.size();
  FailureOr<Shape> shape = mergeShapes(op, indices.getTypes());
  if (failed(shape))
    return failure();
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (!llvm::is_contained(dims, i))
      shape->push_back(x.getDimSize(i));
  return shape;
}

LogicalResult IndexOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  FailureOr<Shape> shape = inferIndexed(*this, x, getDims(), getIndices());
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, x.getElementType()));
  return success();
}

LogicalResult NonzeroOp::inferTypes(Types &types) {
  int64_t shape[] = {ShapedType::kDynamic, tensorType(getX()).getRank()};
  types.push_back(RankedTensorType::get(shape, IntegerType::get(getContext(), 64)));
  return success();
}

LogicalResult ScatterOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  FailureOr<Shape> shape = inferIndexed(*this, x, getDims(), getIndices());
  if (failed(shape))
    return failure();
  auto expected = RankedTensorType::get(*shape, x.getElementType());
  RankedTensorType updates = tensorType(getUpdates());
  if (updates.getElementType() != x.getElementType() || failed(verifyCompatibleShape(expected, updates)))
    return emitOpError("expected updates of type ") << expected << ", got " << updates;
  char kind = kindOfElement(x.getElementType());
  if (getMode() != ScatterMode::Set && (kind == 'S' || (kind == 'C' && getMode() > ScatterMode::Mul)))
    return emitOpError("expected a dtype that computes in mode '")
           << stringifyScatterMode(getMode()) << "', got " << x.getElementType();
  types.push_back(x);
  return success();
}

} // namespace sconce::ts
