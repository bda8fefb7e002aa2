#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Container.cpp.inc"

namespace sconce::ts {

/// The element types of a tuple or named tuple.
static ArrayRef<Type> elementTypes(Type type) {
  if (auto named = dyn_cast<NamedTupleType>(type))
    return named.getTypes();
  return cast<TupleType>(type).getTypes();
}

LogicalResult TupleOp::verify() {
  size_t expected = elementTypes(getType()).size();
  if (getElements().size() != expected)
    return emitOpError("expected ") << expected << " elements for " << getType() << ", got " << getElements().size();
  return success();
}

LogicalResult TupleSliceOp::verify() {
  int64_t size = elementTypes(getTuple().getType()).size();
  int64_t begin = getBegin(), end = getEnd();
  if (begin < 0 || begin > end || end > size)
    return emitOpError("expected 0 <= begin <= end <= ") << size << ", got begin " << begin << " and end " << end;
  ArrayRef<Type> expected = elementTypes(getTuple().getType()).slice(begin, end - begin);
  if (elementTypes(getType()) != expected)
    return emitOpError("expected the element types of the slice, got ") << getType();
  return success();
}

LogicalResult TupleUnpackOp::verify() {
  size_t expected = elementTypes(getTuple().getType()).size();
  if (getNumResults() != expected)
    return emitOpError("expected ") << expected << " results for " << getTuple().getType() << ", got " << getNumResults();
  return success();
}

} // namespace sconce::ts
