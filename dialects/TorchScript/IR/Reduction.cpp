#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Reduction.cpp.inc"

namespace sconce::ts {

static RankedTensorType withoutDims(RankedTensorType x, ArrayRef<int64_t> dims, Type elementType) {
  Shape shape;
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (!llvm::is_contained(dims, i))
      shape.push_back(x.getDimSize(i));
  return RankedTensorType::get(shape, elementType);
}

/// Checks that elements of `x` can be combined: bools by and, or, max and min, complex numbers by sum and prod.
static LogicalResult checkCombines(Operation *op, RankedTensorType x, StringRef kind) {
  bool isOrder = kind == "max" || kind == "min" || kind == "max_number";
  bool isLogic = kind == "and" || kind == "or";
  bool fits = true;
  switch (kindOfElement(x.getElementType())) {
  case 'B':
    fits = isOrder || isLogic;
    break;
  case 'I':
    fits = !isLogic && kind != "logsumexp";
    break;
  case 'F':
    fits = !isLogic;
    break;
  default:
    fits = !isOrder && !isLogic && kind != "logsumexp";
  }
  if (fits)
    return success();
  return op->emitOpError("expected a dtype for kind '") << kind << "', got " << x.getElementType();
}

LogicalResult ArgReduceOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkDim(*this, "dim", getDim(), x.getRank())))
    return failure();
  if (x.getDimSize(getDim()) == 0)
    return emitOpError("expected at least one element along dimension ") << getDim();
  int64_t dim = getDim();
  types.push_back(withoutDims(x, dim, IntegerType::get(getContext(), 64)));
  return success();
}

LogicalResult ArgScanOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkDim(*this, "dim", getDim(), x.getRank())))
    return failure();
  types.push_back(x.clone(IntegerType::get(getContext(), 64)));
  return success();
}

LogicalResult ReduceOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkDims(*this, "dims", getDims(), x.getRank())) ||
      failed(checkCombines(*this, x, stringifyReductionKind(getKind()))))
    return failure();
  types.push_back(withoutDims(x, getDims(), x.getElementType()));
  return success();
}

OpFoldResult ReduceOp::fold(FoldAdaptor) {
  return getDims().empty() && getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult();
}

LogicalResult ScanOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkDim(*this, "dim", getDim(), x.getRank())) ||
      failed(checkCombines(*this, x, stringifyScanKind(getKind()))))
    return failure();
  types.push_back(x);
  return success();
}

} // namespace sconce::ts
