#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Runtime.cpp.inc"

namespace sconce::ts {

LogicalResult CheckOp::inferTypes(Types &) { return success(); }

LogicalResult WeightOp::verify() {
  if (!getType().hasStaticShape())
    return emitOpError("expected known extents, got ") << getType();
  if (static_cast<int64_t>(getStorage()) < 0 || static_cast<int64_t>(getOffset()) < 0)
    return emitOpError("expected a storage and an offset that are not negative");
  if (getStrides() && failed(checkList(*this, "strides", *getStrides(), getType().getRank(), 0)))
    return failure();
  return success();
}

} // namespace sconce::ts
