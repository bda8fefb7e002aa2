// The polynomials are minimax approximations in the style of N. Juffa's published single-precision functions: few terms,
// evaluated with fused multiply-add, the argument reduced with constants split so that products are exact.

#include "codegen/Strategies/VectorMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
namespace sconce::codegen {

/// The type of `like` with another element type.
static Type withElement(Type like, Type element) {
  if (auto vector = dyn_cast<VectorType>(like))
    return vector.clone(element);
  return element;
}

static Value splat(OpBuilder &builder, Location loc, Type type, TypedAttr element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(vector, Attribute(element)));
  return arith::ConstantOp::create(builder, loc, element);
}

Value VectorMath::constant(Value like, double number) {
  return splat(builder, loc, like.getType(),
               builder.getFloatAttr(getElementTypeOrSelf(like.getType()), number));
}
Value VectorMath::integer(Value like, int64_t number) {
  return splat(builder, loc, withElement(like.getType(), builder.getI32Type()),
               builder.getI32IntegerAttr(static_cast<int32_t>(number)));
}
Value VectorMath::add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
Value VectorMath::sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
Value VectorMath::mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b); }
Value VectorMath::div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b); }
Value VectorMath::abs(Value x) { return math::AbsFOp::create(builder, loc, x); }
Value VectorMath::select(Value condition, Value a, Value b) {
  return arith::SelectOp::create(builder, loc, condition, a, b);
}
Value VectorMath::sqrt(Value x) { return math::SqrtOp::create(builder, loc, x); }
Value VectorMath::negate(Value x) { return arith::NegFOp::create(builder, loc, x); }
Value VectorMath::copySign(Value magnitude, Value sign) { return math::CopySignOp::create(builder, loc, magnitude, sign); }
Value VectorMath::equal(Value a, Value b) {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, a, b);
}
Value VectorMath::less(Value a, Value b) {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, a, b);
}
Value VectorMath::bits(Value x) {
  return arith::BitcastOp::create(builder, loc, withElement(x.getType(), builder.getI32Type()), x);
}
Value VectorMath::fromBits(Value bits, Value like) {
  return arith::BitcastOp::create(builder, loc, like.getType(), bits);
}

Value VectorMath::fma(Value a, Value b, Value c) {
  if (target.hasFMA)
    return math::FmaOp::create(builder, loc, a, b, c);
  Type wide = withElement(a.getType(), builder.getF64Type());
  auto widen = [&](Value v) { return arith::ExtFOp::create(builder, loc, wide, v); };
  return arith::TruncFOp::create(builder, loc, a.getType(), add(mul(widen(a), widen(b)), widen(c)));
}

Value VectorMath::clamp(Value x, double least, double most) {
  // NaN passes both comparisons by.
  Value a = select(less(constant(x, most), x), constant(x, most), x);
  return select(less(a, constant(x, least)), constant(x, least), a);
}

Value VectorMath::polynomial(Value x, ArrayRef<double> coefficients) {
  Value result = constant(x, coefficients.front());
  for (double coefficient : coefficients.drop_front())
    result = fma(result, x, constant(x, coefficient));
  return result;
}

/// 1.5 * 2^23: adding it rounds to an integer, which is then in the low bits.
static constexpr double roundingMagic = 12582912.0;

/// The intrinsic for vectors of `type`; none for others.
static StringRef getScaleIntrinsic(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector || vector.getRank() != 1)
    return {};
  switch (vector.getNumElements()) {
  case 4:
    return "llvm.x86.avx512.mask.scalef.ps.128";
  case 8:
    return "llvm.x86.avx512.mask.scalef.ps.256";
  case 16:
    return "llvm.x86.avx512.mask.scalef.ps.512";
  default:
    return {};
  }
}

bool VectorMath::hasScale(Type type) const { return target.hasScale && !getScaleIntrinsic(type).empty(); }

Value VectorMath::scale(Value x, Value i, Value magic) {
  if (hasScale(x.getType())) {
    StringRef intrinsic = getScaleIntrinsic(x.getType());
    int64_t lanes = cast<VectorType>(x.getType()).getNumElements();
    Value all = arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(builder.getIntegerType(lanes == 16 ? 16 : 8), -1));
    SmallVector<Value> operands = {x, i, x, all};
    constexpr int32_t currentRounding = 4;
    if (lanes == 16)
      operands.push_back(arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(currentRounding)));
    return LLVM::CallIntrinsicOp::create(builder, loc, x.getType(), builder.getStringAttr(intrinsic), operands).getResult(0);
  }
  // By two powers, so that it reaches infinity and the subnormal numbers. Shifting drops all bits of `magic` but those of i.
  Value number = bits(magic);
  Value half = arith::ShRUIOp::create(builder, loc, number, integer(x, 1));
  Value rest = arith::SubIOp::create(builder, loc, number, half);
  return mul(mul(x, powerOfTwo(half, 0, x)), powerOfTwo(rest, 0, x));
}

Value VectorMath::powerOfTwo(Value exponent, int64_t more, Value like) {
  constexpr int64_t bias = 127, mantissaBits = 23;
  Value shifted = arith::ShLIOp::create(builder, loc, exponent, integer(like, mantissaBits));
  return fromBits(arith::AddIOp::create(builder, loc, shifted, integer(like, (bias + more) << mantissaBits)), like);
}

VectorMath::Power VectorMath::splitExp(Value x) {
  Value magic = fma(x, constant(x, 1.442695), constant(x, roundingMagic));
  Value j = sub(magic, constant(x, roundingMagic));
  Value f = fma(j, constant(x, -6.93145752e-1), x);
  return {fma(j, constant(x, -1.42860677e-6), f), j, magic};
}

/// e^f for |f| up to log(2) / 2
static constexpr double expCoefficients[] = {1.37805939e-3, 8.37312452e-3, 4.16695364e-2, 1.66664720e-1, 4.99999851e-1, 1.0, 1.0};

Value VectorMath::shiftedExp(Value x, int64_t shift, double most) {
  // Past these the result is infinite or zero.
  auto [f, j, magic] = splitExp(clamp(x, -104.0, most));
  Value r = polynomial(f, expCoefficients);
  if (shift == 0)
    return scale(r, j, magic);
  Value by = constant(x, static_cast<double>(shift));
  return scale(r, add(j, by), add(magic, by));
}

Value VectorMath::exp(Value x) { return shiftedExp(x, 0, 89.0); }

Value VectorMath::onePlusExp(Value x) {
  // The subnormal numbers are far below what one swallows, and the double of e^f makes one power of two reach infinity.
  Value a = clamp(x, -85.0, 89.0);
  Value magic = fma(a, constant(x, 1.442695), constant(x, roundingMagic));
  // Sigmoids divide by this, so it need not be as exact as exp is. log(2) as one number leaves out 2e-9 for each power of two, which is one
  // unit in the last place at e^20, and four at the largest results; one term less is another unit.
  Value f = fma(sub(magic, constant(x, roundingMagic)), constant(x, -0.693147182464599609375), a);
  Value doubled = polynomial(f, {2 * 8.31250271e-3, 2 * 4.18903314e-2, 2 * 1.66671154e-1, 2 * 4.99992303e-1, 2.0, 2.0});
  return fma(doubled, powerOfTwo(bits(magic), -1, x), constant(x, 1.0));
}

Value VectorMath::exp2(Value x) {
  Value a = clamp(x, -151.0, 129.0);
  Value magic = add(a, constant(x, roundingMagic));
  Value j = sub(magic, constant(x, roundingMagic));
  Value f = sub(a, j); // exact
  // log(2) in two parts keeps 2^f as exact as e^(f * log(2)) is.
  Value high = mul(f, constant(x, 0.693147182464599609375));
  Value low = fma(f, constant(x, 0.693147182464599609375), negate(high));
  low = fma(f, constant(x, -1.904654323148236e-9), low);
  Value r = polynomial(high, {1.37805939e-3, 8.37312452e-3, 4.16695364e-2, 1.66664720e-1, 4.99999851e-1, 1.0});
  // e^(high + low) = 1 + high * r + low, to first order in low
  Value corrected = fma(high, r, low);
  Value one = add(corrected, constant(x, 1.0));
  return scale(one, j, magic);
}

Value VectorMath::expm1(Value x) {
  // Near zero e^x - 1 cancels: a polynomial of its own.
  Value small = polynomial(x, {2.75573192e-7, 2.75573192e-6, 2.48015873e-5, 1.98412698e-4, 1.38888889e-3, 8.33333333e-3, 4.16666667e-2, 1.66666667e-1, 0.5});
  small = fma(mul(x, x), small, x);
  Value large = sub(exp(x), constant(x, 1.0));
  // The sign is the argument's, also that of zero.
  return copySign(select(less(abs(x), constant(x, 0.7)), small, large), x);
}

std::pair<Value, Value> VectorMath::splitLog(Value x) {
  // Subnormal numbers are scaled into the normal ones.
  Value tiny = less(x, constant(x, 1.1754943508222875e-38));
  Value a = select(tiny, mul(x, constant(x, 8388608.0)), x);
  Value shift = select(tiny, constant(x, -23.0), constant(x, 0.0));
  Value e = arith::AndIOp::create(builder, loc,
                                  arith::SubIOp::create(builder, loc, bits(a), integer(x, 0x3f2aaaab)),
                                  integer(x, static_cast<int32_t>(0xff800000)));
  Value m = sub(fromBits(arith::SubIOp::create(builder, loc, bits(a), e), x), constant(x, 1.0));
  Value exponent = arith::SIToFPOp::create(builder, loc, x.getType(), e);
  exponent = fma(exponent, constant(x, 1.1920928955078125e-7), shift);
  Value s = mul(m, m);
  Value r = constant(x, -0.130310059), t = constant(x, 0.140869141);
  r = fma(r, s, constant(x, -0.121483512));
  t = fma(t, s, constant(x, 0.139814854));
  r = fma(r, s, constant(x, -0.166846126));
  t = fma(t, s, constant(x, 0.200120345));
  r = fma(r, s, constant(x, -0.249996200));
  r = fma(t, m, r);
  r = fma(r, m, constant(x, 0.333331972));
  r = fma(r, m, constant(x, -0.5));
  return {fma(r, s, m), exponent};
}

Value VectorMath::fixLog(Value x, Value logarithm) {
  Value zero = constant(x, 0.0), infinity = constant(x, INFINITY);
  Value result = select(less(x, zero), constant(x, NAN), logarithm);
  result = select(equal(x, zero), constant(x, -INFINITY),
                  result);
  // Infinity and NaN are their own logarithms.
  return select(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::ULT, x, infinity), 
                select(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, x, x), x, result), x);
}

Value VectorMath::log(Value x) {
  auto [m, e] = splitLog(x);
  return fixLog(x, fma(e, constant(x, 0.693147182), m));
}

Value VectorMath::log2(Value x) {
  auto [m, e] = splitLog(x);
  // log2(e) in two parts
  Value high = mul(m, constant(x, 1.44269502162933349609375));
  Value low = fma(m, constant(x, 1.44269502162933349609375), negate(high));
  low = fma(m, constant(x, 1.9259629911266175e-8), low);
  return fixLog(x, add(e, add(high, low)));
}

Value VectorMath::log10(Value x) {
  auto [m, e] = splitLog(x);
  Value low = mul(m, constant(x, 0.434294481903251827651));
  low = fma(e, constant(x, -1.4320988898e-8), low); // log10(2) less its leading part
  return fixLog(x, fma(e, constant(x, 0.30103000998497009), low));
}

Value VectorMath::log1p(Value x) {
  Value one = constant(x, 1.0);
  Value u = add(one, x);
  // What rounding 1 + x lost, relative to it.
  Value lost = div(sub(x, sub(u, one)), u);
  Value result = add(log(u), lost);
  // Infinities would cancel; -0 and tiny numbers are their own results.
  Value large = equal(x, constant(x, INFINITY));
  result = select(large, x, result);
  Value pole = equal(x, constant(x, -1.0));
  result = select(pole, constant(x, -INFINITY), result);
  return select(less(abs(x), constant(x, 1e-8)), x, result);
}

Value VectorMath::alternating(Value s, Value square, ArrayRef<double> coefficients) {
  // Even and odd powers by themselves: half as long a chain as Horner's, and half its rounding errors.
  Value parts[2];
  for (auto [i, coefficient] : llvm::enumerate(coefficients)) {
    Value &part = parts[(coefficients.size() - 1 - i) % 2];
    part = part ? fma(part, square, constant(s, coefficient)) : constant(s, coefficient);
  }
  return fma(parts[1], s, parts[0]);
}

Value VectorMath::oddRational(Value x, double most, ArrayRef<double> numerator, ArrayRef<double> denominator) {
  Value a = clamp(x, -most, most);
  Value s = mul(a, a), square = mul(s, s);
  Value ratio = div(mul(a, alternating(s, square, numerator)), alternating(s, square, denominator));
  return clamp(ratio, -1.0, 1.0);
}

Value VectorMath::tanh(Value x) {
  return oddRational(x, 9.0, {1.335330690e-8, 2.060947008e-5, 3.495567245e-3, 1.338101327e-1, 1.0},
                     {7.776654911e-7, 3.285639978e-4, 2.587687783e-2, 4.671434164e-1, 1.0});
}

Value VectorMath::smallErf(Value x) {
  Value p = polynomial(mul(x, x), {-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1});
  return fma(p, x, x);
}

Value VectorMath::erf(Value x) {
  return oddRational(x, 3.92, {2.050118383e-6, 2.848818549e-4, 3.765716217e-3, 5.274926871e-2, 1.904060841e-1, 1.128379226},
                     {3.809115151e-5, 1.162560307e-3, 1.496943273e-2, 1.141096652e-1, 5.020756721e-1, 1.0});
}

std::pair<Value, Value> VectorMath::reduceAngle(Value x) {
  Value magic = fma(x, constant(x, 0.636619747), constant(x, roundingMagic));
  Value j = sub(magic, constant(x, roundingMagic));
  Value r = fma(j, constant(x, -1.57079601), x);
  r = fma(j, constant(x, -3.13916473e-7), r);
  return {fma(j, constant(x, -5.39030253e-15), r), magic};
}

Value VectorMath::sinShifted(Value x, int64_t quarters) {
  auto [r, magic] = reduceAngle(x);
  Value quadrant = arith::AddIOp::create(builder, loc, bits(magic), integer(x, quarters));
  Value s = mul(r, r);
  Value sine = polynomial(s, {2.86567956e-6, -1.98559923e-4, 8.33338592e-3, -1.66666672e-1});
  sine = fma(sine, mul(s, r), r);
  Value cosine = polynomial(s, {2.44677067e-5, -1.38877297e-3, 4.16666567e-2, -0.5, 1.0});
  auto bitSet = [&](int64_t bit) {
    Value masked = arith::AndIOp::create(builder, loc, quadrant, integer(x, bit));
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, masked, integer(x, 0));
  };
  Value result = select(bitSet(1), cosine, sine);
  return select(bitSet(2), negate(result), result);
}

Value VectorMath::sin(Value x) {
  // -0 would lose its sign.
  Value zero = equal(x, constant(x, 0.0));
  return select(zero, x, sinShifted(x, 0));
}
Value VectorMath::cos(Value x) { return sinShifted(x, 1); }

Value VectorMath::oddPolynomial(Value x, ArrayRef<double> coefficients) {
  Value s = mul(x, x);
  return fma(mul(polynomial(s, coefficients), s), x, x);
}

Value VectorMath::tan(Value x) {
  auto [r, magic] = reduceAngle(x);
  Value tangent = oddPolynomial(r, {4.37736837e-3, 8.73673271e-5, 1.08374842e-2, 2.1281559e-2, 5.40600345e-2, 1.3332662e-1, 3.33333492e-1});
  Value odd = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                    arith::AndIOp::create(builder, loc, bits(magic), integer(x, 1)), integer(x, 0));
  Value result = select(odd, div(constant(x, -1.0), tangent), tangent);
  return select(equal(x, constant(x, 0.0)), x, result); // -0 would lose its sign
}

std::pair<Value, Value> VectorMath::smallAsin(Value x) {
  Value s = mul(x, x);
  Value p = polynomial(s, {3.75164747e-2, 1.44385872e-2, 3.18077244e-2, 4.45169546e-2, 7.50050396e-2, 1.66666597e-1});
  return {x, mul(mul(p, s), x)};
}

Value VectorMath::asin(Value x) {
  // asin(x) = pi/2 - 2 * asin(sqrt((1 - x) / 2)), where the polynomial is for small arguments
  Value t = abs(x);
  Value root = sqrt(mul(sub(constant(x, 1.0), t), constant(x, 0.5)));
  Value isSmall = less(t, constant(x, 0.5));
  auto [high, low] = smallAsin(select(isSmall, t, root));
  Value large = fma(high, constant(x, -2.0), constant(x, 1.57079637));
  large = add(large, fma(low, constant(x, -2.0), constant(x, -4.37113883e-8)));
  return copySign(select(isSmall, add(high, low), large), x);
}

Value VectorMath::acos(Value x) {
  Value t = abs(x), negative = less(x, constant(x, 0.0));
  Value root = sqrt(mul(sub(constant(x, 1.0), t), constant(x, 0.5)));
  Value isSmall = less(t, constant(x, 0.5));
  auto [high, low] = smallAsin(select(isSmall, x, root));
  Value y = add(high, low);
  Value middle = sub(constant(x, 1.57079637), add(y, constant(x, 4.37113883e-8)));
  Value twice = add(y, y);
  Value left = sub(constant(x, 3.14159274), add(twice, constant(x, 8.74227766e-8)));
  return select(isSmall, middle, select(negative, left, twice));
}

Value VectorMath::smallAtan(Value x) {
  return oddPolynomial(x, {-1.79361901e-3, 1.09145939e-2, -3.11778244e-2, 5.7957571e-2, -8.40344876e-2, 1.09521851e-1, -1.42642409e-1,
                           1.99985489e-1, -3.33332986e-1});
}

Value VectorMath::atan(Value x) {
  Value t = abs(x), isLarge = less(constant(x, 1.0), t);
  Value y = smallAtan(select(isLarge, div(constant(x, 1.0), t), t));
  Value large = sub(constant(x, 1.57079637), add(y, constant(x, 4.37113883e-8)));
  return copySign(select(isLarge, large, y), x);
}

Value VectorMath::atan2(Value y, Value x) {
  Value ax = abs(x), ay = abs(y), isSteep = less(ax, ay);
  Value low = select(isSteep, ax, ay), high = select(isSteep, ay, ax);
  Value ratio = div(low, high);
  ratio = select(equal(high, constant(x, 0.0)), constant(x, 0.0), ratio);
  ratio = select(equal(low, constant(x, INFINITY)), constant(x, 1.0), ratio);
  Value angle = smallAtan(ratio);
  angle = select(isSteep, sub(constant(x, 1.57079637), add(angle, constant(x, 4.37113883e-8))), angle);
  // Also -0 is to the left.
  Value isLeft = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, bits(x), integer(x, 0));
  angle = select(isLeft, sub(constant(x, 3.14159274), add(angle, constant(x, 8.74227766e-8))), angle);
  Value isNan = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, x, y);
  return select(isNan, add(x, y), copySign(angle, y));
}

Value VectorMath::sinh(Value x) {
  Value t = abs(x);
  Value small = oddPolynomial(t, {2.81695134e-6, 1.98361595e-4, 8.3333496e-3, 1.66666672e-1});
  // Half of e^t, as that itself overflows before the result does.
  Value half = shiftedExp(t, -1, 90.0);
  Value large = sub(half, div(constant(x, 0.25), half));
  return copySign(select(less(t, constant(x, 1.0)), small, large), x);
}

Value VectorMath::cosh(Value x) {
  Value half = shiftedExp(abs(x), -1, 90.0);
  return add(half, div(constant(x, 0.25), half));
}

/// Past it the square of a number and one more is the square.
static constexpr double largeRoot = 16384.0;

Value VectorMath::asinh(Value x) {
  Value t = abs(x), s = mul(t, t), one = constant(x, 1.0);
  Value small = log1p(add(t, div(s, add(one, sqrt(add(s, one))))));
  Value large = add(log(t), constant(x, 0.693147182));
  return copySign(select(less(t, constant(x, largeRoot)), small, large), x);
}

Value VectorMath::acosh(Value x) {
  Value t = sub(x, constant(x, 1.0));
  Value small = log1p(add(t, sqrt(fma(t, t, add(t, t)))));
  Value large = add(log(x), constant(x, 0.693147182));
  Value y = select(less(constant(x, largeRoot), x), large, small);
  return select(less(x, constant(x, 1.0)), constant(x, NAN), y);
}

Value VectorMath::atanh(Value x) {
  Value t = abs(x);
  Value y = mul(log1p(div(add(t, t), sub(constant(x, 1.0), t))), constant(x, 0.5));
  return copySign(y, x);
}

Value VectorMath::erfc(Value x) {
  // e^(-t^2) / (1 + 2t) times a function that varies little, of (t - 4) / (t + 4).
  Value t = abs(x), most = constant(x, 10.5);
  Value a = select(less(most, t), most, t);
  Value p = polynomial(div(sub(a, constant(x, 4.0)), add(a, constant(x, 4.0))),
                       {-6.41966239e-4, -1.13658595e-3, 5.04342746e-3, -1.60243195e-2, 3.72218937e-2, -6.63546622e-2, 9.37213153e-2,
                        -1.01037808e-1, 6.80978298e-2, 1.53796291e-2, -1.39621124e-1, 1.23299515});
  p = div(p, fma(constant(x, 2.0), a, constant(x, 1.0)));
  Value square = mul(a, a), lost = fma(a, a, negate(square));
  Value e = exp(negate(square));
  // e^-(square + lost) to first order in what the square lost
  Value r = mul(p, fma(e, negate(lost), e));
  r = select(less(x, constant(x, 0.0)), sub(constant(x, 2.0), r), r);
  return select(less(t, constant(x, 0.5)), sub(constant(x, 1.0), smallErf(x)), r);
}

Value VectorMath::pow(Value x, Value y) {
  // Through f64, whose logarithm is exact enough for the largest exponents.
  Type wide = withElement(x.getType(), builder.getF64Type()), integers = withElement(x.getType(), builder.getI64Type());
  auto number = [&](double value) { return splat(builder, loc, wide, builder.getF64FloatAttr(value)); };
  auto integer64 = [&](uint64_t value) { return splat(builder, loc, integers, builder.getI64IntegerAttr(static_cast<int64_t>(value))); };
  auto multiplyAdd = [&](Value a, Value b, Value c) -> Value {
    return target.hasFMA ? math::FmaOp::create(builder, loc, a, b, c).getResult() : add(mul(a, b), c);
  };
  auto series = [&](Value at, ArrayRef<double> coefficients) {
    Value sum = number(coefficients.front());
    for (double coefficient : coefficients.drop_front())
      sum = multiplyAdd(sum, at, number(coefficient));
    return sum;
  };
  auto both = [&](Value a, Value b) -> Value { return arith::AndIOp::create(builder, loc, a, b); };
  auto differ = [&](Value a, Value b) -> Value { return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::ONE, a, b); };
  auto asNumber = [&](Value value) -> Value { return arith::BitcastOp::create(builder, loc, wide, value); };
  auto asInteger = [&](Value value) -> Value { return arith::BitcastOp::create(builder, loc, integers, value); };
  Value t = abs(x), one = constant(x, 1.0), infinity = constant(x, INFINITY);
  Value base = arith::ExtFOp::create(builder, loc, wide, t), exponent = arith::ExtFOp::create(builder, loc, wide, y);

  // t = m * 2^e with m between sqrt(1/2) and sqrt(2), and log2(m) of (m - 1) / (m + 1)
  constexpr uint64_t oneBits = 0x3ff0000000000000, rootHalfBits = 0x3fe6a09e667f3bcd, exponentMask = 0xfff0000000000000;
  Value above = arith::AddIOp::create(builder, loc, asInteger(base), integer64(oneBits - rootHalfBits));
  Value field = arith::ShRUIOp::create(builder, loc, above, integer64(52));
  Value e = sub(asNumber(arith::OrIOp::create(builder, loc, field, asInteger(number(0x1p52)))), number(0x1p52 + 1023));
  Value power2 = arith::SubIOp::create(builder, loc, both(above, integer64(exponentMask)), integer64(oneBits));
  Value m = asNumber(arith::SubIOp::create(builder, loc, asInteger(base), power2));
  Value u = div(sub(m, number(1.0)), add(m, number(1.0)));
  Value logarithm = multiplyAdd(u, series(mul(u, u), {0.34077002432669329, 0.41167065985134316, 0.5770836174862034, 0.96179667318196493,
                                                      2.8853900817902041}), e);
  logarithm = select(equal(base, number(0.0)), number(-INFINITY), logarithm);
  logarithm = select(equal(base, number(INFINITY)), number(INFINITY), logarithm);

  // Past these the result is infinite or zero.
  Value product = mul(exponent, logarithm);
  product = select(less(number(200.0), product), number(200.0), product);
  product = select(less(product, number(-200.0)), number(-200.0), product);
  Value magic = add(product, number(0x1.8p52));
  Value fraction = series(sub(product, sub(magic, number(0x1.8p52))),
                          {1.5201922760135635e-05, 0.00015469291051613344, 0.0013333922557290812, 0.0096180272539664428, 0.055504103534577076,
                           0.24022651198155082, 0.69314718072844284, 0.99999999996168254});
  Value raised = arith::AddIOp::create(builder, loc, asInteger(fraction), arith::ShLIOp::create(builder, loc, asInteger(magic), integer64(52)));
  Value result = arith::TruncFOp::create(builder, loc, x.getType(), asNumber(raised));
  result = select(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, x, y), add(x, y), result);

  // Of negative numbers there are integral powers only; odd ones are negative.
  Value size = abs(y), half = mul(y, constant(x, 0.5));
  Value isBroken = differ(math::FloorOp::create(builder, loc, y), y);
  Value isOdd = both(differ(math::FloorOp::create(builder, loc, half), half), less(size, constant(x, 0x1p24)));
  Value isNegative = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, bits(x), integer(x, 0));
  result = select(both(isNegative, isOdd), select(isBroken, result, negate(result)), result);
  Value isFiniteNegative = both(less(x, constant(x, 0.0)), less(t, infinity));
  result = select(both(isFiniteNegative, isBroken), constant(x, NAN), result);
  // 1 to any power and any number to the power 0 are 1, also with NaN; so is -1 to an infinite power.
  Value isOne = arith::OrIOp::create(builder, loc, equal(x, one), equal(y, constant(x, 0.0)));
  isOne = arith::OrIOp::create(builder, loc, isOne, both(equal(t, one), equal(size, infinity)));
  return select(isOne, one, result);
}

Value VectorMath::isNearMultiple(Value x, Value y) {
  double most = getElementTypeOrSelf(x.getType()).isF64() ? 0x1p52 : 0x1p23;
  // False for what is not a number, as the quotient by an infinity or by zero may be.
  Value isNear = less(abs(div(x, y)), constant(x, most));
  return arith::AndIOp::create(builder, loc, isNear, less(abs(y), constant(x, INFINITY)));
}

Value VectorMath::fmod(Value x, Value y) {
  Value a = abs(x), b = abs(y);
  // Rounding can make the quotient the next integer, never less than the one below it: then the remainder is negative, and so is what
  // multiply-add rounds it to. With the right integer the remainder is a number of the type, so it is not rounded.
  Value quotient = math::TruncOp::create(builder, loc, div(a, b));
  Value isTooLarge = less(fma(negate(quotient), b, a), constant(x, 0.0));
  quotient = select(isTooLarge, sub(quotient, constant(x, 1.0)), quotient);
  return copySign(fma(negate(quotient), b, a), x);
}

} // namespace sconce::codegen
