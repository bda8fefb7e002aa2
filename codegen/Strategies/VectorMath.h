/// Elementary functions of f32 as arithmetic without branches, for scalars and vectors alike.
///
/// The bounds below are the largest errors found against f64 over all f32 numbers (test/Unit/Codegen/VectorMathTest.cpp
/// measures them), in units of the last place, with fused multiply-add. NaN gives NaN; infinities, zeros and subnormal
/// numbers give what C's functions give.
#ifndef SCONCE_CODEGEN_STRATEGIES_VECTORMATH_H
#define SCONCE_CODEGEN_STRATEGIES_VECTORMATH_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace sconce::codegen {

/// What a target's arithmetic has.
struct MathTarget {
  bool hasFMA = true; ///< without it, multiply-add goes through f64, which is exact enough to keep the bounds
  bool hasScale = false; ///< AVX-512's multiplication by a power of two; the bits are the same without it
};

/// Emits functions of values of one type: f32 or a vector of it, where nothing else is said.
class VectorMath {
public:
  VectorMath(mlir::OpBuilder &builder, mlir::Location loc, MathTarget target) : builder(builder), loc(loc), target(target) {}

  mlir::Value exp(mlir::Value x);   ///< 1 ulp
  mlir::Value onePlusExp(mlir::Value x); ///< 1 + e^x, 5.6 ulp
  mlir::Value exp2(mlir::Value x);  ///< 1.1 ulp
  mlir::Value expm1(mlir::Value x); ///< 2 ulp
  mlir::Value log(mlir::Value x);   ///< 1 ulp
  mlir::Value log2(mlir::Value x);  ///< 2.2 ulp
  mlir::Value log10(mlir::Value x); ///< 2.7 ulp
  mlir::Value log1p(mlir::Value x); ///< 2 ulp
  mlir::Value tanh(mlir::Value x);  ///< 5.3 ulp, never above 1
  mlir::Value erf(mlir::Value x);   ///< 6.1 ulp, never above 1
  mlir::Value erfc(mlir::Value x);  ///< 4.6 ulp
  mlir::Value sinh(mlir::Value x);  ///< 2 ulp
  mlir::Value cosh(mlir::Value x);  ///< 2 ulp
  mlir::Value asinh(mlir::Value x); ///< 3 ulp
  mlir::Value acosh(mlir::Value x); ///< 3 ulp
  mlir::Value atanh(mlir::Value x); ///< 3 ulp
  mlir::Value asin(mlir::Value x);  ///< 2.1 ulp
  mlir::Value acos(mlir::Value x);  ///< 2 ulp
  mlir::Value atan(mlir::Value x);  ///< 2 ulp
  mlir::Value atan2(mlir::Value y, mlir::Value x); ///< 3 ulp
  mlir::Value pow(mlir::Value x, mlir::Value y);   ///< 1 ulp
  /// For |x| up to `trigLimit`: 2 ulp, tan 4.
  mlir::Value sin(mlir::Value x);
  mlir::Value cos(mlir::Value x);
  mlir::Value tan(mlir::Value x);
  static constexpr double trigLimit = 48039.0;
  /// C's fmod, exactly, where `isNearMultiple` holds; also of f64, which needs fused multiply-add.
  mlir::Value fmod(mlir::Value x, mlir::Value y);
  /// Whether the quotient x / y is a finite number whose units a significand holds.
  mlir::Value isNearMultiple(mlir::Value x, mlir::Value y);

  // Building blocks, which callers may use, too.
  mlir::Value constant(mlir::Value like, double number);
  mlir::Value integer(mlir::Value like, int64_t number);
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  mlir::Value abs(mlir::Value x);

private:
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);
  mlir::Value less(mlir::Value a, mlir::Value b);
  mlir::Value clamp(mlir::Value x, double least, double most);
  mlir::Value bits(mlir::Value x);
  mlir::Value fromBits(mlir::Value bits, mlir::Value like);
  /// coefficients[0] * x^(n-1) + … + coefficients[n-1]
  mlir::Value polynomial(mlir::Value x, llvm::ArrayRef<double> coefficients);
  /// x as i * log(2) + f, with `magic` as scale has it.
  struct Power {
    mlir::Value f, i, magic;
  };
  Power splitExp(mlir::Value x);
  bool hasScale(mlir::Type type) const;
  /// x * 2^i, rounded once, for x from 1/2 to 2 and |i| up to 151; `magic` is i + 1.5 * 2^23, whose low bits are i.
  mlir::Value scale(mlir::Value x, mlir::Value i, mlir::Value magic);
  /// 2^(i + more) for a normal number, of which the lowest nine bits of `exponent` are the i.
  mlir::Value powerOfTwo(mlir::Value exponent, int64_t more, mlir::Value like);
  /// log(1 + m) and e, where x = (1 + m) * 2^e with 1 + m in [2/3, 4/3].
  std::pair<mlir::Value, mlir::Value> splitLog(mlir::Value x);
  /// `logarithm` for positive finite x; what C gives for the others.
  mlir::Value fixLog(mlir::Value x, mlir::Value logarithm);
  mlir::Value sqrt(mlir::Value x);
  mlir::Value negate(mlir::Value x);
  mlir::Value copySign(mlir::Value magnitude, mlir::Value sign);
  mlir::Value equal(mlir::Value a, mlir::Value b);
  /// x + x^3 * (coefficients[0] * x^(2n-2) + … + coefficients[n-1])
  mlir::Value oddPolynomial(mlir::Value x, llvm::ArrayRef<double> coefficients);
  /// e^x * 2^shift for x up to `most`, past which it is infinite.
  mlir::Value shiftedExp(mlir::Value x, int64_t shift, double most);
  /// asin(x) for |x| up to 0.5 as a sum: x and what is left.
  std::pair<mlir::Value, mlir::Value> smallAsin(mlir::Value x);
  /// A polynomial in s, whose square is `square`; the highest coefficient first.
  mlir::Value alternating(mlir::Value s, mlir::Value square, llvm::ArrayRef<double> coefficients);
  /// x * numerator(x^2) / denominator(x^2), with x clamped to -most and most, past which the function is 1.
  mlir::Value oddRational(mlir::Value x, double most, llvm::ArrayRef<double> numerator, llvm::ArrayRef<double> denominator);
  /// erf(x) for |x| up to 0.5.
  mlir::Value smallErf(mlir::Value x);
  /// atan(x) for x from 0 to 1.
  mlir::Value smallAtan(mlir::Value x);
  /// sin(x + quarters * pi/2)
  mlir::Value sinShifted(mlir::Value x, int64_t quarters);
  /// What is left of x less the nearest multiple of pi/2, and 1.5 * 2^23 + the number of that.
  std::pair<mlir::Value, mlir::Value> reduceAngle(mlir::Value x);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  MathTarget target;
};

} // namespace sconce::codegen

#endif
