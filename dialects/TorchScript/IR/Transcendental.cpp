#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/IR/ScalarMath.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Transcendental.cpp.inc"

namespace sconce::ts {

// Functions that both dialects have.
#define SCONCE_FLOAT_AND_COMPLEX(OP, FLOAT, COMPLEX)                                                                    \
  Value OP::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {                                              \
    ScalarBuilder scalar{builder, loc};                                                                                \
    return isComplex(x[0]) ? scalar.make<complex::COMPLEX>(x) : scalar.make<math::FLOAT>(x);                           \
  }
SCONCE_FLOAT_AND_COMPLEX(ExpOp, ExpOp, ExpOp)
SCONCE_FLOAT_AND_COMPLEX(Expm1Op, ExpM1Op, Expm1Op)
SCONCE_FLOAT_AND_COMPLEX(Log1pOp, Log1pOp, Log1pOp)
SCONCE_FLOAT_AND_COMPLEX(SqrtOp, SqrtOp, SqrtOp)
SCONCE_FLOAT_AND_COMPLEX(TanOp, TanOp, TanOp)
SCONCE_FLOAT_AND_COMPLEX(TanhOp, TanhOp, TanhOp)
#undef SCONCE_FLOAT_AND_COMPLEX

/// Not complex.log: that folds log(exp(z)) to z, whose imaginary part may lie beyond pi.
static Value complexLog(const ScalarBuilder &scalar, Value z) {
  Value length = complex::AbsOp::create(scalar.builder, scalar.loc, z);
  Value angle = scalar.make<math::Atan2Op>({scalar.imag(z), scalar.real(z)});
  return scalar.complex(scalar.make<math::LogOp>(length), angle);
}

Value LogOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? complexLog(scalar, x[0]) : scalar.make<math::LogOp>(x);
}

/// The logarithm of a complex number times a factor; part by part, so that an infinite one leaves the other as it is.
static Value scaledLog(const ScalarBuilder &scalar, Value z, double factor) {
  Value log = complexLog(scalar, z);
  auto scaled = [&](Value x) { return scalar.make<arith::MulFOp>({x, scalar.number(x.getType(), factor)}); };
  return scalar.complex(scaled(scalar.real(log)), scaled(scalar.imag(log)));
}

Value Exp2Op::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (!isComplex(x[0]))
    return scalar.make<math::Exp2Op>(x);
  return scalar.make<complex::ExpOp>(scalar.make<complex::MulOp>({x[0], scalar.number(x[0].getType(), 0.69314718055994530942)}));
}

Value Log2Op::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? scaledLog(scalar, x[0], 1.44269504088896340736) : scalar.make<math::Log2Op>(x);
}

Value Log10Op::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? scaledLog(scalar, x[0], 0.43429448190325182765) : scalar.make<math::Log10Op>(x);
}

Value RsqrtOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  Value one = scalar.number(x[0].getType(), 1);
  if (isComplex(x[0]))
    return scalar.make<complex::DivOp>({one, scalar.make<complex::SqrtOp>(x)});
  return scalar.make<arith::DivFOp>({one, scalar.make<math::SqrtOp>(x)});
}

//===----------------------------------------------------------------------===//
// Circular and hyperbolic functions and their inverses
//===----------------------------------------------------------------------===//

namespace {
/// The two parts of a complex number.
struct Parts {
  FloatExpression re, im;
  Value get(const ScalarBuilder &scalar) const { return scalar.complex(re.get(), im.get()); }
};
} // namespace

static Parts partsOf(const ScalarBuilder &scalar, Value z) {
  return {FloatExpression(scalar, scalar.real(z)), FloatExpression(scalar, scalar.imag(z))};
}

template <typename Op> static FloatExpression apply(const ScalarBuilder &scalar, FloatExpression x) {
  return {scalar, scalar.make<Op>(x.get())};
}

static FloatExpression atan2(const ScalarBuilder &scalar, FloatExpression y, FloatExpression x) {
  return {scalar, scalar.make<math::Atan2Op>({y.get(), x.get()})};
}

/// sqrt(a^2 + b^2), scaled by the larger so that nothing overflows; infinite where a part is.
static FloatExpression hypot(FloatExpression x, FloatExpression y) {
  FloatExpression a = fabs(x), b = fabs(y);
  FloatExpression large = select(a > b, a, b), small = select(a > b, b, a);
  FloatExpression ratio = small / large;
  FloatExpression length = large * sqrt(1.0 + ratio * ratio);
  double infinity = std::numeric_limits<double>::infinity();
  length = select(large == 0.0, large + small, length);
  return select(a == infinity || b == infinity, a.constant(infinity), length);
}

/// The square root whose real part is not negative. The sign of an imaginary zero tells the side of the cut.
static Parts root(Parts z) {
  FloatExpression half = sqrt((fabs(z.re) + hypot(z.re, z.im)) * 0.5);
  FloatExpression other = select(half == 0.0, half, fabs(z.im) / (half * 2.0));
  FloatExpression zero = half.constant(0);
  return {select(z.re >= zero, half, other), copysign(select(z.re >= zero, other, half), z.im)};
}

// W. Kahan, "Branch Cuts for Complex Elementary Functions": exact near the cuts and where logarithms would cancel.

static Parts complexAsin(const ScalarBuilder &scalar, Parts z) {
  Parts a = root({1.0 - z.re, -z.im}), b = root({1.0 + z.re, z.im});
  return {atan2(scalar, z.re, a.re * b.re - a.im * b.im), apply<math::AsinhOp>(scalar, a.re * b.im - a.im * b.re)};
}

static Parts complexAcos(const ScalarBuilder &scalar, Parts z) {
  Parts a = root({1.0 - z.re, -z.im}), b = root({1.0 + z.re, z.im});
  return {atan2(scalar, a.re, b.re) * 2.0, apply<math::AsinhOp>(scalar, b.re * a.im - b.im * a.re)};
}

static Parts complexAcosh(const ScalarBuilder &scalar, Parts z) {
  Parts a = root({z.re - 1.0, z.im}), b = root({z.re + 1.0, z.im});
  return {apply<math::AsinhOp>(scalar, a.re * b.re + a.im * b.im), atan2(scalar, a.im, b.re) * 2.0};
}

/// -i * asin(i * z).
static Parts complexAsinh(const ScalarBuilder &scalar, Parts z) {
  Parts asin = complexAsin(scalar, {-z.im, z.re});
  return {asin.im, -asin.re};
}

/// (log(1 + z) - log(1 - z)) / 2.
static Value complexAtanh(const ScalarBuilder &scalar, Value z) {
  Value plus = scalar.make<complex::Log1pOp>(z);
  Value minus = scalar.make<complex::Log1pOp>(scalar.make<complex::NegOp>(z));
  return scalar.make<complex::MulOp>({scalar.make<complex::SubOp>({plus, minus}), scalar.number(z.getType(), 0.5)});
}

/// A product with a function that may be infinite; a factor that is zero makes it zero.
static FloatExpression timesZero(FloatExpression large, FloatExpression factor) { return select(factor == 0.0, factor, large * factor); }

static Parts complexSinh(const ScalarBuilder &scalar, Parts z) {
  FloatExpression cosine = apply<math::CosOp>(scalar, z.im);
  return {apply<math::SinhOp>(scalar, z.re) * cosine, timesZero(apply<math::CoshOp>(scalar, z.re), sin(z.im))};
}

static Parts complexCosh(const ScalarBuilder &scalar, Parts z) {
  FloatExpression cosine = apply<math::CosOp>(scalar, z.im);
  return {apply<math::CoshOp>(scalar, z.re) * cosine, timesZero(apply<math::SinhOp>(scalar, z.re), sin(z.im))};
}

/// -i * sinh(i * z).
static Parts complexSin(const ScalarBuilder &scalar, Parts z) {
  Parts sinh = complexSinh(scalar, {-z.im, z.re});
  return {sinh.im, -sinh.re};
}

static Parts complexCos(const ScalarBuilder &scalar, Parts z) { return complexCosh(scalar, {-z.im, z.re}); }

#define SCONCE_FLOAT_AND_PARTS(OP, FLOAT, COMPLEX)                                                                      \
  Value OP::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {                                              \
    ScalarBuilder scalar{builder, loc};                                                                                \
    return isComplex(x[0]) ? COMPLEX(scalar, partsOf(scalar, x[0])).get(scalar) : scalar.make<math::FLOAT>(x);         \
  }
SCONCE_FLOAT_AND_PARTS(AcosOp, AcosOp, complexAcos)
SCONCE_FLOAT_AND_PARTS(AcoshOp, AcoshOp, complexAcosh)
SCONCE_FLOAT_AND_PARTS(AsinOp, AsinOp, complexAsin)
SCONCE_FLOAT_AND_PARTS(AsinhOp, AsinhOp, complexAsinh)
SCONCE_FLOAT_AND_PARTS(CosOp, CosOp, complexCos)
SCONCE_FLOAT_AND_PARTS(CoshOp, CoshOp, complexCosh)
SCONCE_FLOAT_AND_PARTS(SinOp, SinOp, complexSin)
SCONCE_FLOAT_AND_PARTS(SinhOp, SinhOp, complexSinh)
#undef SCONCE_FLOAT_AND_PARTS

Value AtanOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (!isComplex(x[0]))
    return scalar.make<math::AtanOp>(x);
  return scalar.overI(complexAtanh(scalar, scalar.timesI(x[0])));
}

Value AtanhOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? complexAtanh(scalar, x[0]) : scalar.make<math::AtanhOp>(x);
}

//===----------------------------------------------------------------------===//
// Of two numbers
//===----------------------------------------------------------------------===//

Value Atan2Op::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::Atan2Op>(x);
}

Value HypotOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return hypot(FloatExpression(scalar, x[0]), FloatExpression(scalar, x[1])).get();
}

/// Powers of integers by squaring: as many steps as the exponent has bits.
static Value integerPower(const ScalarBuilder &scalar, Value base, Value exponent, bool isUnsigned) {
  Type type = base.getType();
  Value zero = scalar.integer(type, 0), one = scalar.integer(type, 1);
  Value inits[] = {one, base, exponent};
  auto before = [&](OpBuilder &inner, Location at, ValueRange carried) {
    ScalarBuilder step{inner, at};
    arith::CmpIPredicate isLeft = isUnsigned ? arith::CmpIPredicate::ne : arith::CmpIPredicate::sgt;
    scf::ConditionOp::create(inner, at, step.compare(isLeft, carried[2], zero), carried);
  };
  auto after = [&](OpBuilder &inner, Location at, ValueRange carried) {
    ScalarBuilder step{inner, at};
    Value isOdd = step.compare(arith::CmpIPredicate::ne, step.make<arith::AndIOp>({carried[2], one}), zero);
    Value power = step.select(isOdd, step.make<arith::MulIOp>({carried[0], carried[1]}), carried[0]);
    Value square = step.make<arith::MulIOp>({carried[1], carried[1]});
    Value half = step.make<arith::ShRUIOp>({carried[2], one});
    scf::YieldOp::create(inner, at, ValueRange{power, square, half});
  };
  auto loop = scf::WhileOp::create(scalar.builder, scalar.loc, TypeRange{type, type, type}, inits, before, after);
  Value power = loop.getResult(0);
  if (isUnsigned)
    return power;
  // Negative exponents: 1 to 1, -1 to 1 or -1, others to 0.
  Value minusOne = scalar.integer(type, -1);
  Value isOdd = scalar.compare(arith::CmpIPredicate::ne, scalar.make<arith::AndIOp>({exponent, one}), zero);
  Value ofMinusOne = scalar.select(isOdd, minusOne, one);
  Value reciprocal = scalar.select(scalar.compare(arith::CmpIPredicate::eq, base, minusOne), ofMinusOne, zero);
  reciprocal = scalar.select(scalar.compare(arith::CmpIPredicate::eq, base, one), one, reciprocal);
  return scalar.select(scalar.compare(arith::CmpIPredicate::slt, exponent, zero), reciprocal, power);
}

Value PowOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (isFloat(x[0]))
    return scalar.make<math::PowFOp>(x);
  if (isComplex(x[0]))
    return scalar.make<complex::PowOp>(x);
  return integerPower(scalar, x[0], x[1], elementOrScalar(getA().getType()).isUnsignedInteger());
}

} // namespace sconce::ts
