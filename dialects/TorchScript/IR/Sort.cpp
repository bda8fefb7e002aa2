#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Sort.cpp.inc"

namespace sconce::ts {

LogicalResult SortOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  if (failed(checkDim(*this, "dim", getDim(), x.getRank())) || failed(checkMixed(*this, "k", getStaticK(), getK(), 1)))
    return failure();
  types.push_back(x);
  types.push_back(x.clone(IntegerType::get(getContext(), 64)));
  return success();
}

} // namespace sconce::ts
