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

Value VectorMath::scale(Value x, Value i, Value magic) {
  StringRef intrinsic = target.hasScale ? getScaleIntrinsic(x.getType()) : StringRef();
  if (!intrinsic.empty()) {
    int64_t lanes = cast<VectorType>(x.getType()).getNumElements();
    Value all = arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(builder.getIntegerType(lanes == 16 ? 16 : 8), -1));
    SmallVector<Value> operands = {x, i, x, all};
    constexpr int32_t currentRounding = 4;
    if (lanes == 16)
      operands.push_back(arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(currentRounding)));
    return LLVM::CallIntrinsicOp::create(builder, loc, x.getType(), builder.getStringAttr(intrinsic), operands).getResult(0);
  }
  // 2^i as a product of two powers, so that it reaches infinity and the subnormal numbers.
  Value number = arith::SubIOp::create(builder, loc, bits(magic), bits(constant(x, roundingMagic)));
  Value half = arith::ShRSIOp::create(builder, loc, number, integer(x, 1));
  Value rest = arith::SubIOp::create(builder, loc, number, half);
  auto power = [&](Value exponent) {
    Value biased = arith::AddIOp::create(builder, loc, exponent, integer(x, 127));
    return fromBits(arith::ShLIOp::create(builder, loc, biased, integer(x, 23)), x);
  };
  return mul(mul(x, power(half)), power(rest));
}

Value VectorMath::exp(Value x) {
  // Past these the result is infinite or zero; NaN passes both comparisons by.
  Value a = select(less(constant(x, 89.0), x), constant(x, 89.0), x);
  a = select(less(a, constant(x, -104.0)), constant(x, -104.0), a);
  Value magic = fma(a, constant(x, 1.442695), constant(x, roundingMagic));
  Value j = sub(magic, constant(x, roundingMagic));
  Value f = fma(j, constant(x, -6.93145752e-1), a);
  f = fma(j, constant(x, -1.42860677e-6), f);
  Value r = polynomial(f, {1.37805939e-3, 8.37312452e-3, 4.16695364e-2, 1.66664720e-1, 4.99999851e-1, 1.0, 1.0});
  return scale(r, j, magic);
}

Value VectorMath::exp2(Value x) {
  Value a = select(less(constant(x, 129.0), x), constant(x, 129.0), x);
  a = select(less(a, constant(x, -151.0)), constant(x, -151.0), a);
  Value magic = add(a, constant(x, roundingMagic));
  Value j = sub(magic, constant(x, roundingMagic));
  Value f = sub(a, j); // exact
  // log(2) in two parts keeps 2^f as exact as e^(f * log(2)) is.
  Value high = mul(f, constant(x, 0.693147182464599609375));
  Value low = fma(f, constant(x, 0.693147182464599609375), arith::NegFOp::create(builder, loc, high));
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
  return math::CopySignOp::create(builder, loc, select(less(abs(x), constant(x, 0.7)), small, large), x);
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
  result = select(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, x, zero), constant(x, -INFINITY),
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
  Value low = fma(m, constant(x, 1.44269502162933349609375), arith::NegFOp::create(builder, loc, high));
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
  Value large = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, x, constant(x, INFINITY));
  result = select(large, x, result);
  Value pole = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, x, constant(x, -1.0));
  result = select(pole, constant(x, -INFINITY), result);
  return select(less(abs(x), constant(x, 1e-8)), x, result);
}

Value VectorMath::tanh(Value x) {
  Value t = abs(x);
  Value s = mul(x, x);
  Value small = polynomial(s, {1.57394409e-2, -5.23025580e-2, 1.33152187e-1, -3.33327681e-1});
  small = fma(mul(small, s), x, x);
  Value e = exp(add(t, t));
  Value large = sub(constant(x, 1.0), div(constant(x, 2.0), add(e, constant(x, 1.0))));
  return math::CopySignOp::create(builder, loc, select(less(t, constant(x, 0.55)), small, large), x);
}

Value VectorMath::erf(Value x) {
  Value t = abs(x);
  Value s = mul(x, x);
  Value r = fma(constant(x, -1.72853470e-5), t, constant(x, 3.83197126e-4));
  Value u = fma(constant(x, -3.88396438e-3), t, constant(x, 2.42546219e-2));
  r = fma(r, s, u);
  r = fma(r, t, constant(x, -1.06777877e-1));
  r = fma(r, t, constant(x, -6.34846687e-1));
  r = fma(r, t, constant(x, -1.28717512e-1));
  r = fma(r, t, arith::NegFOp::create(builder, loc, t));
  // Infinity minus infinity is avoided: from 4 on erf rounds to 1.
  Value large = sub(constant(x, 1.0), exp(r));
  large = select(less(constant(x, 4.0), t), constant(x, 1.0), large);
  large = math::CopySignOp::create(builder, loc, large, x);
  Value small = polynomial(s, {-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1,
                               1.28379166e-1});
  small = fma(small, x, x);
  return select(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, t, constant(x, 0.927734375)), large, small);
}

Value VectorMath::sinShifted(Value x, int64_t quarters) {
  Value magic = fma(x, constant(x, 0.636619747), constant(x, roundingMagic));
  Value j = sub(magic, constant(x, roundingMagic));
  Value r = fma(j, constant(x, -1.57079601), x);
  r = fma(j, constant(x, -3.13916473e-7), r);
  r = fma(j, constant(x, -5.39030253e-15), r);
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
  return select(bitSet(2), arith::NegFOp::create(builder, loc, result), result);
}

Value VectorMath::sin(Value x) {
  // -0 would lose its sign.
  Value zero = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, x, constant(x, 0.0));
  return select(zero, x, sinShifted(x, 0));
}
Value VectorMath::cos(Value x) { return sinShifted(x, 1); }

} // namespace sconce::codegen
