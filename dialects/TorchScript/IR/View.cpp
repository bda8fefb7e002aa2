#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/View.cpp.inc"

namespace sconce::ts {

LogicalResult AsStridedOp::inferTypes(Types &types) {
  int64_t rank = getStaticSizes().size();
  if (failed(checkMixed(*this, "sizes", getStaticSizes(), getSizes())) ||
      failed(checkMixed(*this, "strides", getStaticStrides(), getStrides(), rank)) ||
      failed(checkMixed(*this, "offset", getStaticOffset(), getOffset(), 1)))
    return failure();
  types.push_back(RankedTensorType::get(getStaticSizes(), tensorType(getX()).getElementType()));
  return success();
}

LogicalResult BroadcastOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  ArrayRef<int64_t> sizes = getStaticSizes(), dims = getDims();
  if (failed(checkMixed(*this, "sizes", sizes, getSizes())) || failed(checkDims(*this, "dims", dims, sizes.size())))
    return failure();
  if (static_cast<int64_t>(dims.size()) != x.getRank())
    return emitOpError("expected ") << x.getRank() << " entries in 'dims', got " << dims.size();
  if (!llvm::is_sorted(dims))
    return emitOpError("expected ascending 'dims'");
  for (auto [extent, dim] : llvm::zip_equal(x.getShape(), dims))
    if (extent != 1 && !ShapedType::isDynamic(extent) && !ShapedType::isDynamic(sizes[dim]) && extent != sizes[dim])
      return emitOpError("expected an extent of 1 or ") << sizes[dim] << " for dimension " << dim << ", got " << extent;
  types.push_back(RankedTensorType::get(sizes, x.getElementType()));
  return success();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor) {
  if (isIdentityOrder(getDims()) && getType() == getX().getType() && getType().hasStaticShape())
    return getX();
  return {};
}

LogicalResult CopyOp::inferTypes(Types &types) {
  types.push_back(getX().getType());
  return success();
}

OpFoldResult CopyOp::fold(FoldAdaptor) { return getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult(); }

LogicalResult PermuteOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkDims(*this, "dims", getDims(), x.getRank())))
    return failure();
  if (static_cast<int64_t>(getDims().size()) != x.getRank())
    return emitOpError("expected ") << x.getRank() << " entries in 'dims', got " << getDims().size();
  Shape shape;
  for (int64_t dim : getDims())
    shape.push_back(x.getDimSize(dim));
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

OpFoldResult PermuteOp::fold(FoldAdaptor) {
  if (isIdentityOrder(getDims()) && getType() == getX().getType())
    return getX();
  auto inner = getX().getDefiningOp<PermuteOp>();
  if (!inner)
    return {};
  SmallVector<int64_t> dims;
  for (int64_t dim : getDims())
    dims.push_back(inner.getDims()[dim]);
  getXMutable().assign(inner.getX());
  setDims(dims);
  return getResult();
}

LogicalResult ReshapeOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkMixed(*this, "sizes", getStaticSizes(), getSizes())))
    return failure();
  std::optional<int64_t> before = staticNumel(x.getShape()), after = staticNumel(getStaticSizes());
  if (before && after && before != after)
    return emitOpError("expected sizes of ") << *before << " elements, got " << *after;
  types.push_back(RankedTensorType::get(getStaticSizes(), x.getElementType()));
  return success();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  // Equal types with at most one run-time extent are the same extents.
  bool known = llvm::count_if(getStaticSizes(), ShapedType::isDynamic) <= 1 && !llvm::is_contained(getStaticSizes(), 0);
  if (known && getType() == getX().getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ReshapeOp>()) {
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return {};
}

LogicalResult ReverseOp::inferTypes(Types &types) {
  if (failed(checkDims(*this, "dims", getDims(), tensorType(getX()).getRank())))
    return failure();
  types.push_back(getX().getType());
  return success();
}

OpFoldResult ReverseOp::fold(FoldAdaptor) {
  RankedTensorType x = getX().getType();
  if (x == getType() && llvm::all_of(getDims(), [&](int64_t dim) { return x.getDimSize(dim) == 1; }))
    return getX();
  return {};
}

LogicalResult SliceOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  int64_t dim = getDim();
  if (failed(checkDim(*this, "dim", dim, x.getRank())) ||
      failed(checkMixed(*this, "start", getStaticStart(), getStart(), 1)) ||
      failed(checkMixed(*this, "size", getStaticSize(), getSize(), 1)))
    return failure();
  int64_t step = getStep(), start = getStaticStart()[0], size = getStaticSize()[0], extent = x.getDimSize(dim);
  if (step < 1)
    return emitOpError("expected a positive step, got ") << static_cast<int64_t>(step);
  if (!ShapedType::isDynamic(size) && !ShapedType::isDynamic(extent) && size > 0) {
    // The last element is at start + (size - 1) * step.
    int64_t least = ShapedType::isDynamic(start) ? 0 : start;
    if (least >= extent || size - 1 > (extent - 1 - least) / step)
      return emitOpError("expected elements inside of dimension ")
             << dim << " with extent " << extent << ", got start " << least << ", size " << size << ", step " << step;
  }
  Shape shape(x.getShape());
  shape[dim] = size;
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  RankedTensorType x = getX().getType();
  bool isWhole = getStaticStart()[0] == 0 && getStep() == 1 && !x.isDynamicDim(getDim()) &&
                 getStaticSize()[0] == x.getDimSize(getDim());
  return isWhole && x == getType() ? OpFoldResult(getX()) : OpFoldResult();
}

LogicalResult ViewAsComplexOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (!isa<Float16Type, Float32Type, Float64Type>(x.getElementType()))
    return emitOpError("expected a tensor of f16, f32 or f64, got ") << x;
  if (x.getRank() == 0 || (!x.isDynamicDim(x.getRank() - 1) && x.getShape().back() != 2))
    return emitOpError("expected a last dimension of extent 2, got ") << x;
  types.push_back(RankedTensorType::get(x.getShape().drop_back(), mlir::ComplexType::get(x.getElementType())));
  return success();
}

LogicalResult ViewAsRealOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  auto complex = dyn_cast<mlir::ComplexType>(x.getElementType());
  if (!complex)
    return emitOpError("expected a tensor of complex numbers, got ") << x;
  Shape shape(x.getShape());
  shape.push_back(2);
  types.push_back(RankedTensorType::get(shape, complex.getElementType()));
  return success();
}

} // namespace sconce::ts
