#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/IR/ScalarMath.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Elementwise.cpp.inc"

namespace sconce::ts {

/// Whether the operation's elements compare and divide as unsigned: uint8 and bool.
static bool isUnsigned(Operation *op) {
  Type element = elementOrScalar(op->getOperand(op->getNumOperands() - 1).getType());
  return element.isUnsignedInteger() || element.isInteger(1);
}

/// The operation for the kind of the scalars.
template <typename FloatOp, typename IntegerOp, typename ComplexOp>
static Value byKind(const ScalarBuilder &scalar, ValueRange operands) {
  if (isComplex(operands[0]))
    return scalar.make<ComplexOp>(operands);
  return isFloat(operands[0]) ? scalar.make<FloatOp>(operands) : scalar.make<IntegerOp>(operands);
}

template <typename SignedOp, typename UnsignedOp>
static Value bySign(Operation *op, const ScalarBuilder &scalar, ValueRange operands) {
  return isUnsigned(op) ? scalar.make<UnsignedOp>(operands) : scalar.make<SignedOp>(operands);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Value AddOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return byKind<arith::AddFOp, arith::AddIOp, complex::AddOp>({builder, loc}, x);
}

Value SubOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return byKind<arith::SubFOp, arith::SubIOp, complex::SubOp>({builder, loc}, x);
}

Value MulOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return byKind<arith::MulFOp, arith::MulIOp, complex::MulOp>({builder, loc}, x);
}

Value NegOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (isComplex(x[0]))
    return scalar.make<complex::NegOp>(x);
  if (isFloat(x[0]))
    return scalar.make<arith::NegFOp>(x);
  return scalar.make<arith::SubIOp>({scalar.integer(x[0].getType(), 0), x[0]});
}

Value AbsOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (isComplex(x[0]))
    return complex::AbsOp::create(builder, loc, x[0]);
  if (isFloat(x[0]))
    return scalar.make<math::AbsFOp>(x);
  return isUnsigned(*this) ? x[0] : scalar.make<math::AbsIOp>(x);
}

/// The divisor with -1 replaced by 1, and whether it was -1: the lowest integer divided by -1 traps.
static std::pair<Value, Value> withoutMinusOne(const ScalarBuilder &scalar, Value divisor) {
  Type type = divisor.getType();
  Value isMinusOne = scalar.compare(arith::CmpIPredicate::eq, divisor, scalar.integer(type, -1));
  return {scalar.select(isMinusOne, scalar.integer(type, 1), divisor), isMinusOne};
}

/// Quotient of integers, truncated; wraps.
static Value truncatedQuotient(Operation *op, const ScalarBuilder &scalar, Value a, Value b) {
  if (isUnsigned(op))
    return scalar.make<arith::DivUIOp>({a, b});
  auto [divisor, isMinusOne] = withoutMinusOne(scalar, b);
  Value quotient = scalar.make<arith::DivSIOp>({a, divisor});
  Value negated = scalar.make<arith::SubIOp>({scalar.integer(a.getType(), 0), a});
  return scalar.select(isMinusOne, negated, quotient);
}

/// Remainder of integers with the sign of the dividend.
static Value truncatedRemainder(Operation *op, const ScalarBuilder &scalar, Value a, Value b) {
  if (isUnsigned(op))
    return scalar.make<arith::RemUIOp>({a, b});
  // The remainder by 1 is 0, as that by -1.
  return scalar.make<arith::RemSIOp>({a, withoutMinusOne(scalar, b).first});
}

/// Whether a remainder is not zero and of the other sign than the divisor.
static Value isOtherSign(const ScalarBuilder &scalar, Value remainder, Value divisor) {
  if (isFloat(remainder)) {
    Value zero = scalar.number(remainder.getType(), 0);
    Value nonzero = scalar.compare(arith::CmpFPredicate::UNE, remainder, zero);
    Value remainderNegative = scalar.compare(arith::CmpFPredicate::OLT, remainder, zero);
    Value divisorNegative = scalar.compare(arith::CmpFPredicate::OLT, divisor, zero);
    return scalar.make<arith::AndIOp>({nonzero, scalar.make<arith::XOrIOp>({remainderNegative, divisorNegative})});
  }
  Value zero = scalar.integer(remainder.getType(), 0);
  Value nonzero = scalar.compare(arith::CmpIPredicate::ne, remainder, zero);
  Value signs = scalar.make<arith::XOrIOp>({remainder, divisor});
  return scalar.make<arith::AndIOp>({nonzero, scalar.compare(arith::CmpIPredicate::slt, signs, zero)});
}

Value DivOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (isComplex(x[0]))
    return scalar.make<complex::DivOp>(x);
  if (isFloat(x[0]))
    return scalar.make<arith::DivFOp>(x);
  return truncatedQuotient(*this, scalar, x[0], x[1]);
}

/// PyTorch's floor division of floats: exact where fmod is.
static Value floorQuotient(const ScalarBuilder &scalar, Value a, Value b) {
  Type type = a.getType();
  Value zero = scalar.number(type, 0), one = scalar.number(type, 1);
  Value remainder = scalar.make<arith::RemFOp>({a, b});
  Value quotient = scalar.make<arith::DivFOp>({scalar.make<arith::SubFOp>({a, remainder}), b});
  Value less = scalar.make<arith::SubFOp>({quotient, one});
  quotient = scalar.select(isOtherSign(scalar, remainder, b), less, quotient);
  Value floor = scalar.make<math::FloorOp>(quotient);
  Value isFar = scalar.compare(arith::CmpFPredicate::OGT, scalar.make<arith::SubFOp>({quotient, floor}), scalar.number(type, 0.5));
  floor = scalar.select(isFar, scalar.make<arith::AddFOp>({floor, one}), floor);
  Value plain = scalar.make<arith::DivFOp>({a, b});
  Value signedZero = scalar.make<math::CopySignOp>({zero, plain});
  Value isZero = scalar.compare(arith::CmpFPredicate::OEQ, quotient, zero);
  Value result = scalar.select(isZero, signedZero, floor);
  return scalar.select(scalar.compare(arith::CmpFPredicate::OEQ, b, zero), plain, result);
}

Value FloordivOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (isFloat(x[0]))
    return floorQuotient(scalar, x[0], x[1]);
  Value quotient = truncatedQuotient(*this, scalar, x[0], x[1]);
  if (isUnsigned(*this))
    return quotient;
  Value remainder = truncatedRemainder(*this, scalar, x[0], x[1]);
  Value less = scalar.make<arith::SubIOp>({quotient, scalar.integer(quotient.getType(), 1)});
  return scalar.select(isOtherSign(scalar, remainder, x[1]), less, quotient);
}

Value FmodOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isFloat(x[0]) ? scalar.make<arith::RemFOp>(x) : truncatedRemainder(*this, scalar, x[0], x[1]);
}

Value RemainderOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (isFloat(x[0])) {
    Value remainder = scalar.make<arith::RemFOp>(x);
    Value moved = scalar.make<arith::AddFOp>({remainder, x[1]});
    return scalar.select(isOtherSign(scalar, remainder, x[1]), moved, remainder);
  }
  Value remainder = truncatedRemainder(*this, scalar, x[0], x[1]);
  if (isUnsigned(*this))
    return remainder;
  Value moved = scalar.make<arith::AddIOp>({remainder, x[1]});
  return scalar.select(isOtherSign(scalar, remainder, x[1]), moved, remainder);
}

/// Euclid's algorithm on magnitudes.
Value GcdOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  Type type = x[0].getType();
  auto magnitude = [&](Value value) { return isUnsigned(*this) ? value : scalar.make<math::AbsIOp>(value); };
  Value inits[] = {magnitude(x[0]), magnitude(x[1])};
  auto before = [&](OpBuilder &inner, Location at, ValueRange carried) {
    ScalarBuilder step{inner, at};
    scf::ConditionOp::create(inner, at, step.compare(arith::CmpIPredicate::ne, carried[1], step.integer(type, 0)), carried);
  };
  auto after = [&](OpBuilder &inner, Location at, ValueRange carried) {
    ScalarBuilder step{inner, at};
    // Unsigned, as the magnitude of the lowest integer is.
    Value remainder = step.make<arith::RemUIOp>(carried);
    scf::YieldOp::create(inner, at, ValueRange{carried[1], remainder});
  };
  return scf::WhileOp::create(builder, loc, TypeRange{type, type}, inits, before, after).getResult(0);
}

Value SignOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  Type type = x[0].getType();
  if (isFloat(x[0])) {
    Value zero = scalar.number(type, 0);
    Value negative = scalar.select(scalar.compare(arith::CmpFPredicate::OLT, x[0], zero), scalar.number(type, -1), zero);
    return scalar.select(scalar.compare(arith::CmpFPredicate::OGT, x[0], zero), scalar.number(type, 1), negative);
  }
  Value zero = scalar.integer(type, 0), one = scalar.integer(type, 1);
  if (isUnsigned(*this))
    return scalar.select(scalar.compare(arith::CmpIPredicate::ne, x[0], zero), one, zero);
  Value negative = scalar.select(scalar.compare(arith::CmpIPredicate::slt, x[0], zero), scalar.integer(type, -1), zero);
  return scalar.select(scalar.compare(arith::CmpIPredicate::sgt, x[0], zero), one, negative);
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

Value MaximumOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isFloat(x[0]) ? scalar.make<arith::MaximumFOp>(x) : bySign<arith::MaxSIOp, arith::MaxUIOp>(*this, scalar, x);
}

Value MinimumOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isFloat(x[0]) ? scalar.make<arith::MinimumFOp>(x) : bySign<arith::MinSIOp, arith::MinUIOp>(*this, scalar, x);
}

Value FmaxOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isFloat(x[0]) ? scalar.make<arith::MaxNumFOp>(x) : bySign<arith::MaxSIOp, arith::MaxUIOp>(*this, scalar, x);
}

Value FminOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isFloat(x[0]) ? scalar.make<arith::MinNumFOp>(x) : bySign<arith::MinSIOp, arith::MinUIOp>(*this, scalar, x);
}

Value SelectOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.select(x[0], x[1], x[2]);
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

Value AndOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<arith::AndIOp>(x);
}

Value OrOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<arith::OrIOp>(x);
}

Value XorOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<arith::XOrIOp>(x);
}

Value NotOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return scalar.make<arith::XOrIOp>({x[0], scalar.integer(x[0].getType(), -1)});
}

/// The distance brought into range, and whether it was in range (a negative one is large as an unsigned number).
static std::pair<Value, Value> shiftDistance(const ScalarBuilder &scalar, Value distance) {
  Type type = distance.getType();
  Value most = scalar.integer(type, type.getIntOrFloatBitWidth() - 1);
  Value fits = scalar.compare(arith::CmpIPredicate::ule, distance, most);
  return {scalar.select(fits, distance, most), fits};
}

Value ShlOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  auto [distance, fits] = shiftDistance(scalar, x[1]);
  return scalar.select(fits, scalar.make<arith::ShLIOp>({x[0], distance}), scalar.integer(x[0].getType(), 0));
}

Value ShrOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  auto [distance, fits] = shiftDistance(scalar, x[1]);
  if (!isUnsigned(*this))
    return scalar.make<arith::ShRSIOp>({x[0], distance});
  return scalar.select(fits, scalar.make<arith::ShRUIOp>({x[0], distance}), scalar.integer(x[0].getType(), 0));
}

//===----------------------------------------------------------------------===//
// Rounding, signs and parts of floats
//===----------------------------------------------------------------------===//

Value CeilOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::CeilOp>(x);
}

Value FloorOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::FloorOp>(x);
}

Value RoundOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::RoundEvenOp>(x);
}

Value TruncOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::TruncOp>(x);
}

Value CopysignOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::CopySignOp>(x);
}

Value ComplexOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.complex(x[0], x[1]);
}

Value RealOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.real(x[0]);
}

Value ImagOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.imag(x[0]);
}

/// Steps through the bits: one up in magnitude is one more in the integer of the same bits. The 16-bit floats compute in f32, so their
/// step is that of the upper 16 bits for bf16; f16 has no nextafter in PyTorch either.
Value NextafterOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  Type type = x[0].getType();
  Type bitsType = builder.getIntegerType(type.getIntOrFloatBitWidth());
  int64_t ulp = elementOrScalar(getType()).isBF16() ? 1 << 16 : 1;
  Value zero = scalar.number(type, 0);
  Value bits = arith::BitcastOp::create(builder, loc, bitsType, x[0]);
  Value step = scalar.integer(bitsType, ulp);
  Value up = scalar.make<arith::AddIOp>({bits, step}), down = scalar.make<arith::SubIOp>({bits, step});
  // Away from zero when the target is beyond, on this side.
  Value isGreater = scalar.compare(arith::CmpFPredicate::OGT, x[1], x[0]);
  Value isPositive = scalar.compare(arith::CmpFPredicate::OGT, x[0], zero);
  Value isAway = scalar.compare(arith::CmpIPredicate::eq, isGreater, isPositive);
  Value moved = arith::BitcastOp::create(builder, loc, type, scalar.select(isAway, up, down));
  // From zero: the smallest number of the target's sign.
  Value smallest = arith::BitcastOp::create(builder, loc, type, step);
  Value fromZero = scalar.make<math::CopySignOp>({smallest, x[1]});
  Value result = scalar.select(scalar.compare(arith::CmpFPredicate::OEQ, x[0], zero), fromZero, moved);
  result = scalar.select(scalar.compare(arith::CmpFPredicate::OEQ, x[0], x[1]), x[1], result);
  Value isNan = scalar.compare(arith::CmpFPredicate::UNO, x[0], x[1]);
  return scalar.select(isNan, scalar.make<arith::AddFOp>(x), result);
}

} // namespace sconce::ts
