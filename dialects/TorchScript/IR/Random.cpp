#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Random.cpp.inc"

namespace sconce::ts {

LogicalResult RandomOp::inferTypes(Types &types) {
  if (failed(checkMixed(*this, "sizes", getStaticSizes(), getSizes())))
    return failure();
  if (!kindOfElement(getDtype()))
    return emitOpError("expected a dtype, got ") << getDtype();
  types.push_back(RankedTensorType::get(getStaticSizes(), getDtype()));
  return success();
}

LogicalResult RandpermOp::inferTypes(Types &types) {
  if (failed(checkMixed(*this, "n", getStaticN(), getN(), 1)))
    return failure();
  types.push_back(RankedTensorType::get(getStaticN(), IntegerType::get(getContext(), 64)));
  return success();
}

} // namespace sconce::ts
