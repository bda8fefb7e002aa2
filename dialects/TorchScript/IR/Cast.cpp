#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/IR/ScalarMath.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Cast.cpp.inc"

namespace sconce::ts {

LogicalResult BitcastOp::inferTypes(Types &types) {
  RankedTensorType x = tensorType(getX());
  std::optional<rt::Dtype> from = dtypeOf(x.getElementType()), to = dtypeOf(getDtype());
  if (!from || !to)
    return emitOpError("expected dtypes, got ") << x.getElementType() << " and " << getDtype();
  Shape shape(x.getShape());
  int64_t before = rt::itemSize(*from), after = rt::itemSize(*to);
  if (before != after) {
    if (shape.empty())
      return emitOpError("expected dtypes of one size for a 0-dimensional tensor");
    int64_t &last = shape.back();
    if (!ShapedType::isDynamic(last)) {
      int64_t bytes;
      if (llvm::MulOverflow(last, before, bytes) || bytes % after != 0)
        return emitOpError("expected a last dimension of a multiple of ") << after << " bytes, got " << x;
      last = bytes / after;
    }
  }
  types.push_back(RankedTensorType::get(shape, getDtype()));
  return success();
}

OpFoldResult BitcastOp::fold(FoldAdaptor) { return getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult(); }

/// A float as an integer: truncated; what does not fit gives the lowest integer of 32 bits (of 64 for int64 and unsigned targets), of which narrow types keep
/// the low bits, as on x86.
static Value floatToInteger(const ScalarBuilder &scalar, Value x, Type to, bool isUnsigned) {
  unsigned width = to.getIntOrFloatBitWidth();
  unsigned through = width <= 32 && !isUnsigned ? 32 : 64;
  Type wide = scalar.builder.getIntegerType(through);
  // Both bounds are powers of two: exact in every float type.
  double limit = through == 32 ? 2147483648.0 : 9223372036854775808.0;
  Value whole = scalar.make<math::TruncOp>(x);
  Value below = scalar.compare(arith::CmpFPredicate::OLT, whole, scalar.number(x.getType(), limit));
  Value above = scalar.compare(arith::CmpFPredicate::OGE, whole, scalar.number(x.getType(), -limit));
  Value fits = scalar.make<arith::AndIOp>({below, above});
  Value safe = scalar.select(fits, whole, scalar.number(x.getType(), 0));
  Value number = arith::FPToSIOp::create(scalar.builder, scalar.loc, wide, safe);
  int64_t lowest = through == 32 ? std::numeric_limits<int32_t>::min() : std::numeric_limits<int64_t>::min();
  number = scalar.select(fits, number, scalar.integer(wide, lowest));
  return width == through ? number : arith::TruncIOp::create(scalar.builder, scalar.loc, to, number).getResult();
}

/// Integer to integer: the low bits, or extended by its sign.
static Value resizeInteger(const ScalarBuilder &scalar, Value x, Type to, bool isUnsigned) {
  unsigned before = x.getType().getIntOrFloatBitWidth(), after = to.getIntOrFloatBitWidth();
  if (before == after)
    return x;
  if (before > after)
    return arith::TruncIOp::create(scalar.builder, scalar.loc, to, x);
  if (isUnsigned)
    return arith::ExtUIOp::create(scalar.builder, scalar.loc, to, x);
  return arith::ExtSIOp::create(scalar.builder, scalar.loc, to, x);
}

/// A real number to a float type.
static Value toFloat(const ScalarBuilder &scalar, Value x, Type to, bool isUnsigned) {
  if (isa<IntegerType>(x.getType())) {
    if (isUnsigned)
      return arith::UIToFPOp::create(scalar.builder, scalar.loc, to, x);
    return arith::SIToFPOp::create(scalar.builder, scalar.loc, to, x);
  }
  unsigned before = x.getType().getIntOrFloatBitWidth(), after = to.getIntOrFloatBitWidth();
  if (before == after)
    return x;
  if (before > after)
    return arith::TruncFOp::create(scalar.builder, scalar.loc, to, x);
  return arith::ExtFOp::create(scalar.builder, scalar.loc, to, x);
}

static Value isNonzero(const ScalarBuilder &scalar, Value x) {
  if (isFloat(x))
    return scalar.compare(arith::CmpFPredicate::UNE, x, scalar.number(x.getType(), 0));
  return scalar.compare(arith::CmpIPredicate::ne, x, scalar.integer(x.getType(), 0));
}

Value ConvertOp::buildScalar(OpBuilder &builder, Location loc, ValueRange scalars) {
  ScalarBuilder scalar{builder, loc};
  Value x = scalars[0];
  Type fromElement = elementOrScalar(getX().getType()), toElement = getDtype();
  Type to = computeTypeOf(toElement);
  bool isUnsigned = fromElement.isUnsignedInteger() || fromElement.isInteger(1);
  if (auto toComplex = dyn_cast<mlir::ComplexType>(to)) {
    Type part = toComplex.getElementType();
    if (isComplex(x))
      return scalar.complex(toFloat(scalar, scalar.real(x), part, false), toFloat(scalar, scalar.imag(x), part, false));
    return scalar.complex(toFloat(scalar, x, part, isUnsigned), scalar.number(part, 0));
  }
  if (toElement.isInteger(1)) {
    if (!isComplex(x))
      return isNonzero(scalar, x);
    return scalar.make<arith::OrIOp>({isNonzero(scalar, scalar.real(x)), isNonzero(scalar, scalar.imag(x))});
  }
  if (isComplex(x))
    x = scalar.real(x);
  if (isa<mlir::FloatType>(to))
    return toFloat(scalar, x, to, isUnsigned);
  if (isFloat(x))
    return floatToInteger(scalar, x, to, toElement.isUnsignedInteger());
  return resizeInteger(scalar, x, to, isUnsigned);
}

} // namespace sconce::ts
