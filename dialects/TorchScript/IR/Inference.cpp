#include "dialects/TorchScript/IR/Inference.h"

#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace sconce::ts {

LogicalResult verifyPrimitive(Operation *op) {
  SmallVector<Type> expected;
  if (failed(cast<PrimitiveOpInterface>(op).inferTypes(expected)))
    return failure();
  for (auto [index, types] : llvm::enumerate(llvm::zip_equal(expected, op->getResultTypes()))) {
    auto [inferred, actual] = types;
    if (inferred == actual || (getElementTypeOrSelf(inferred) == getElementTypeOrSelf(actual) &&
                               isa<RankedTensorType>(inferred) && isa<RankedTensorType>(actual) &&
                               succeeded(verifyCompatibleShape(inferred, actual))))
      continue;
    return op->emitOpError("expected result #") << index << " of type " << inferred << ", got " << actual;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

FailureOr<Shape> mergeShapes(Operation *op, TypeRange types) {
  Shape shape(cast<RankedTensorType>(types.front()).getShape());
  for (Type type : types.drop_front()) {
    ArrayRef<int64_t> other = cast<RankedTensorType>(type).getShape();
    bool fits = other.size() == shape.size();
    for (size_t i = 0; fits && i < shape.size(); ++i) {
      if (ShapedType::isDynamic(shape[i]))
        shape[i] = other[i];
      fits = ShapedType::isDynamic(other[i]) || shape[i] == other[i];
    }
    if (!fits)
      return op->emitOpError("expected operands of equal shapes, got ") << types.front() << " and " << type;
  }
  return shape;
}

/// The merged shape of all operands with `elementType`, or `elementType` itself where they are scalars.
static LogicalResult inferElementwise(Operation *op, Type elementType, Types &types) {
  TypeRange operands = op->getOperandTypes();
  if (llvm::none_of(operands, llvm::IsaPred<RankedTensorType>)) {
    types.push_back(elementType);
    return success();
  }
  if (!llvm::all_of(operands, llvm::IsaPred<RankedTensorType>))
    return op->emitOpError("expected all operands to be tensors or all to be scalars, got (") << operands << ")";
  FailureOr<Shape> shape = mergeShapes(op, operands);
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, elementType));
  return success();
}

static LogicalResult checkSameDtype(Operation *op, TypeRange operands) {
  for (Type type : operands.drop_front())
    if (elementOrScalar(type) != elementOrScalar(operands.front()))
      return op->emitOpError("expected operands of one dtype, got ")
             << elementOrScalar(operands.front()) << " and " << elementOrScalar(type);
  return success();
}

LogicalResult inferSameType(Operation *op, Types &types) {
  if (failed(checkSameDtype(op, op->getOperandTypes())))
    return failure();
  return inferElementwise(op, elementOrScalar(op->getOperand(0).getType()), types);
}

LogicalResult inferRealType(Operation *op, Types &types) {
  Type element = elementOrScalar(op->getOperand(0).getType());
  if (auto complex = dyn_cast<mlir::ComplexType>(element))
    element = complex.getElementType();
  return inferElementwise(op, element, types);
}

LogicalResult inferComplexType(Operation *op, Types &types) {
  if (failed(checkSameDtype(op, op->getOperandTypes())))
    return failure();
  Type element = elementOrScalar(op->getOperand(0).getType());
  if (!element.isF32() && !element.isF64())
    return op->emitOpError("expected parts of dtype f32 or f64, got ") << element;
  return inferElementwise(op, mlir::ComplexType::get(element), types);
}

LogicalResult inferCompareType(Operation *op, Types &types) {
  if (failed(checkSameDtype(op, op->getOperandTypes())))
    return failure();
  return inferElementwise(op, IntegerType::get(op->getContext(), 1), types);
}

LogicalResult inferSelectType(Operation *op, Types &types) {
  if (failed(checkSameDtype(op, TypeRange(op->getOperandTypes()).drop_front())))
    return failure();
  return inferElementwise(op, elementOrScalar(op->getOperand(1).getType()), types);
}

LogicalResult inferConvertType(Operation *op, Types &types) {
  Type to = op->getAttrOfType<TypeAttr>("dtype").getValue();
  if (!kindOfElement(to))
    return op->emitOpError("expected a dtype to convert to, got ") << to;
  return inferElementwise(op, to, types);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

LogicalResult checkDim(Operation *op, StringRef name, int64_t dim, int64_t rank) {
  if (dim >= 0 && dim < rank)
    return success();
  return op->emitOpError("expected '") << name << "' to be a dimension of rank " << rank << ", got " << dim;
}

LogicalResult checkDims(Operation *op, StringRef name, ArrayRef<int64_t> dims, int64_t rank) {
  llvm::SmallBitVector seen(rank);
  for (int64_t dim : dims) {
    if (failed(checkDim(op, name, dim, rank)))
      return failure();
    if (seen.test(dim))
      return op->emitOpError("expected different dimensions in '") << name << "', got " << dim << " twice";
    seen.set(dim);
  }
  return success();
}

LogicalResult checkMixed(Operation *op, StringRef name, ArrayRef<int64_t> statics, ValueRange dynamic, int64_t count) {
  if (count >= 0 && static_cast<int64_t>(statics.size()) != count)
    return op->emitOpError("expected ") << count << " entries in '" << name << "', got " << statics.size();
  size_t runTime = llvm::count_if(statics, ShapedType::isDynamic);
  if (runTime != dynamic.size())
    return op->emitOpError("expected ") << runTime << " operands for '" << name << "', got " << dynamic.size();
  for (int64_t value : statics)
    if (value < 0 && !ShapedType::isDynamic(value))
      return op->emitOpError("expected no negative entries in '") << name << "', got " << value;
  return success();
}

LogicalResult checkList(Operation *op, StringRef name, ArrayRef<int64_t> values, int64_t count, int64_t least) {
  if (static_cast<int64_t>(values.size()) != count)
    return op->emitOpError("expected ") << count << " entries in '" << name << "', got " << values.size();
  for (int64_t value : values)
    if (value < least)
      return op->emitOpError("expected entries of at least ") << least << " in '" << name << "', got " << value;
  return success();
}

int64_t addExtents(int64_t a, int64_t b) {
  int64_t sum;
  if (ShapedType::isDynamic(a) || ShapedType::isDynamic(b) || llvm::AddOverflow(a, b, sum))
    return ShapedType::kDynamic;
  return sum;
}

std::optional<int64_t> staticNumel(ArrayRef<int64_t> shape) {
  int64_t product = 1;
  for (int64_t extent : shape)
    if (ShapedType::isDynamic(extent) || llvm::MulOverflow(product, extent, product))
      return std::nullopt;
  return product;
}

bool isIdentityOrder(ArrayRef<int64_t> dims) {
  for (auto [i, dim] : llvm::enumerate(dims))
    if (dim != static_cast<int64_t>(i))
      return false;
  return true;
}

} // namespace sconce::ts
