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
SCONCE_FLOAT_AND_COMPLEX(CosOp, CosOp, CosOp)
SCONCE_FLOAT_AND_COMPLEX(ExpOp, ExpOp, ExpOp)
SCONCE_FLOAT_AND_COMPLEX(Expm1Op, ExpM1Op, Expm1Op)
SCONCE_FLOAT_AND_COMPLEX(Log1pOp, Log1pOp, Log1pOp)
SCONCE_FLOAT_AND_COMPLEX(LogOp, LogOp, LogOp)
SCONCE_FLOAT_AND_COMPLEX(SinOp, SinOp, SinOp)
SCONCE_FLOAT_AND_COMPLEX(SqrtOp, SqrtOp, SqrtOp)
SCONCE_FLOAT_AND_COMPLEX(TanOp, TanOp, TanOp)
SCONCE_FLOAT_AND_COMPLEX(TanhOp, TanhOp, TanhOp)
#undef SCONCE_FLOAT_AND_COMPLEX

/// The logarithm of a complex number times a factor.
static Value scaledLog(const ScalarBuilder &scalar, Value z, double factor) {
  Value log = scalar.make<complex::LogOp>(z);
  return scalar.make<complex::MulOp>({log, scalar.number(z.getType(), factor)});
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
// Inverse and hyperbolic functions; of complex numbers by their logarithms
//===----------------------------------------------------------------------===//

/// log(z + sqrt(z^2 + 1)).
static Value complexAsinh(const ScalarBuilder &scalar, Value z) {
  Value square = scalar.make<complex::MulOp>({z, z});
  Value root = scalar.make<complex::SqrtOp>(scalar.make<complex::AddOp>({square, scalar.number(z.getType(), 1)}));
  return scalar.make<complex::LogOp>(scalar.make<complex::AddOp>({z, root}));
}

/// (log(1 + z) - log(1 - z)) / 2.
static Value complexAtanh(const ScalarBuilder &scalar, Value z) {
  Value plus = scalar.make<complex::Log1pOp>(z);
  Value minus = scalar.make<complex::Log1pOp>(scalar.make<complex::NegOp>(z));
  return scalar.make<complex::MulOp>({scalar.make<complex::SubOp>({plus, minus}), scalar.number(z.getType(), 0.5)});
}

/// -i * asinh(i * z).
static Value complexAsin(const ScalarBuilder &scalar, Value z) { return scalar.overI(complexAsinh(scalar, scalar.timesI(z))); }

Value AcosOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (!isComplex(x[0]))
    return scalar.make<math::AcosOp>(x);
  return scalar.make<complex::SubOp>({scalar.number(x[0].getType(), 1.57079632679489661923), complexAsin(scalar, x[0])});
}

Value AcoshOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (!isComplex(x[0]))
    return scalar.make<math::AcoshOp>(x);
  Value one = scalar.number(x[0].getType(), 1);
  Value above = scalar.make<complex::SqrtOp>(scalar.make<complex::AddOp>({x[0], one}));
  Value below = scalar.make<complex::SqrtOp>(scalar.make<complex::SubOp>({x[0], one}));
  return scalar.make<complex::LogOp>(scalar.make<complex::AddOp>({x[0], scalar.make<complex::MulOp>({above, below})}));
}

Value AsinOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? complexAsin(scalar, x[0]) : scalar.make<math::AsinOp>(x);
}

Value AsinhOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? complexAsinh(scalar, x[0]) : scalar.make<math::AsinhOp>(x);
}

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

Value CoshOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  return isComplex(x[0]) ? scalar.make<complex::CosOp>(scalar.timesI(x[0])) : scalar.make<math::CoshOp>(x);
}

Value SinhOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  if (!isComplex(x[0]))
    return scalar.make<math::SinhOp>(x);
  return scalar.overI(scalar.make<complex::SinOp>(scalar.timesI(x[0])));
}

//===----------------------------------------------------------------------===//
// Of two numbers
//===----------------------------------------------------------------------===//

Value Atan2Op::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::Atan2Op>(x);
}

/// Scaled by the larger part, so that nothing overflows; infinite where a part is.
Value HypotOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  ScalarBuilder scalar{builder, loc};
  FloatExpression a = fabs(FloatExpression(scalar, x[0])), b = fabs(FloatExpression(scalar, x[1]));
  FloatExpression large = select(a > b, a, b), small = select(a > b, b, a);
  FloatExpression ratio = small / large;
  FloatExpression length = large * sqrt(1.0 + ratio * ratio);
  double infinity = std::numeric_limits<double>::infinity();
  length = select(large == 0.0, large + small, length);
  return select(a == infinity || b == infinity, a.constant(infinity), length).get();
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
