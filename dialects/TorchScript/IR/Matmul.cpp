#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Matmul.cpp.inc"

namespace sconce::ts {

/// Checks that dimensions go together pairwise, and gives their extents.
static LogicalResult pairDims(Operation *op, StringRef what, RankedTensorType a, RankedTensorType b,
                              ArrayRef<int64_t> aDims, ArrayRef<int64_t> bDims, Shape &extents) {
  if (aDims.size() != bDims.size())
    return op->emitOpError("expected as many ") << what << " dimensions of both operands, got " << aDims.size() << " and "
                                                << bDims.size();
  for (auto [aDim, bDim] : llvm::zip_equal(aDims, bDims)) {
    int64_t aExtent = a.getDimSize(aDim), bExtent = b.getDimSize(bDim);
    if (!ShapedType::isDynamic(aExtent) && !ShapedType::isDynamic(bExtent) && aExtent != bExtent)
      return op->emitOpError("expected equal extents of ") << what << " dimensions, got " << aExtent << " and " << bExtent;
    extents.push_back(ShapedType::isDynamic(aExtent) ? bExtent : aExtent);
  }
  return success();
}

static void appendFree(RankedTensorType type, ArrayRef<int64_t> bound, Shape &shape) {
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (!llvm::is_contained(bound, i))
      shape.push_back(type.getDimSize(i));
}

LogicalResult ContractOp::inferTypes(Types &types) {
  RankedTensorType a = tensorType(getA()), b = tensorType(getB());
  if (a.getElementType() != b.getElementType())
    return emitOpError("expected operands of one dtype, got ") << a.getElementType() << " and " << b.getElementType();
  SmallVector<int64_t> aBound(getABatch()), bBound(getBBatch());
  llvm::append_range(aBound, getAContract());
  llvm::append_range(bBound, getBContract());
  if (failed(checkDims(*this, "a_batch and a_contract", aBound, a.getRank())) ||
      failed(checkDims(*this, "b_batch and b_contract", bBound, b.getRank())))
    return failure();
  Shape shape, contracted;
  if (failed(pairDims(*this, "batch", a, b, getABatch(), getBBatch(), shape)) ||
      failed(pairDims(*this, "contracted", a, b, getAContract(), getBContract(), contracted)))
    return failure();
  appendFree(a, aBound, shape);
  appendFree(b, bBound, shape);
  types.push_back(RankedTensorType::get(shape, a.getElementType()));
  return success();
}

LogicalResult DecomposeOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (x.getRank() != 3 || !cast<mlir::ComplexType>(x.getElementType()).getElementType().isF64())
    return emitOpError("expected matrices of complex128 in a batch, got ") << x;
  int64_t batch = x.getDimSize(0), m = x.getDimSize(1), n = x.getDimSize(2);
  bool isKnown = !ShapedType::isDynamic(m) && !ShapedType::isDynamic(n);
  if (isKnown && (m < n || (m != n && getKind() != DecompositionKind::Singular)))
    return emitOpError("expected ") << (m < n ? "as many rows as columns" : "square matrices") << ", got " << m << " by " << n;
  types.push_back(x.clone({batch, m, m}));
  types.push_back(x.clone({batch, n}));
  types.push_back(x.clone({batch, n, n}));
  return success();
}

} // namespace sconce::ts
