// Python's math module on numbers: known ones are computed, others become the
// primitive of the same meaning.
#include "lib/Specialize/Intrinsics.h"

#include <cmath>
#include <numbers>

using namespace sconce;
using namespace sconce::specialize;
using mlir::LogicalResult;
using mlir::success;
using Complex = std::complex<double>;

/// A float function of one number; `complex` may be null.
static LogicalResult apply(Call &call, double (*real)(double), Complex (*complex)(const Complex &), llvm::StringRef primitive) {
  const AbstractValue &a = call.args[0];
  if (!a.isScalar())
    return call.eval.error("'" + call.name + "' wants a number, got a " + kindName(a));
  if (a.isComplex() && a.isKnown() && complex)
    return call.give(AbstractValue::ofComplex(complex(a.asComplex())));
  if (a.isKnown() && !a.isComplex())
    return call.give(AbstractValue::ofFloat(real(a.toDouble())));
  if (primitive.empty() || (a.isComplex() && !complex))
    return call.eval.unsupported("'" + call.name + "' of a number that only run time knows");
  return call.give(call.eval.emitter.scalarOp(primitive, {a.isComplex() ? a : call.eval.emitter.convert(a, ValueKind::Float)}));
}

#define SCONCE_MATH(function, primitive)                                                                               \
  [](Call &call) {                                                                                                     \
    return apply(call, [](double x) { return std::function(x); }, [](const Complex &x) { return std::function(x); }, primitive); \
  }
#define SCONCE_REAL_MATH(expression, primitive)                                                                        \
  [](Call &call) { return apply(call, [](double x) -> double { return expression; }, nullptr, primitive); }

/// floor and ceil give ints.
template <bool isFloor> static LogicalResult toInteger(Call &call) {
  const AbstractValue &a = call.args[0];
  if (a.isInt() || a.isBool())
    return call.give(call.eval.emitter.convert(a, ValueKind::Int));
  AbstractValue rounded = a.isKnown() ? AbstractValue::ofFloat(isFloor ? std::floor(a.asFloat()) : std::ceil(a.asFloat()))
                                      : call.eval.emitter.scalarOp(isFloor ? "floor" : "ceil", {a});
  return call.give(call.eval.emitter.convert(rounded, ValueKind::Int));
}

/// Half to even; a float.
static LogicalResult roundNumber(Call &call) {
  const AbstractValue &a = call.args[0];
  if (a.isRunTime())
    return call.give(call.eval.emitter.scalarOp("round", {call.eval.emitter.convert(a, ValueKind::Float)}));
  return call.give(AbstractValue::ofFloat(std::nearbyint(a.toDouble())));
}

template <bool isNan> static LogicalResult classify(Call &call) {
  const AbstractValue &a = call.args[0];
  Emitter &emitter = call.eval.emitter;
  if (a.isKnown()) {
    Complex x = a.toComplex();
    bool answer = isNan ? std::isnan(x.real()) || std::isnan(x.imag()) : std::isinf(x.real()) || std::isinf(x.imag());
    return call.give(AbstractValue::ofBool(answer));
  }
  if (a.isInt() || a.isBool())
    return call.give(AbstractValue::ofBool(false));
  if (isNan)
    return call.give(emitter.scalarOp("ne", {a, a}));
  return call.give(emitter.scalarOp("eq", {emitter.scalarOp("abs", {a}), AbstractValue::ofFloat(INFINITY)}));
}

static LogicalResult isFinite(Call &call) {
  const AbstractValue &a = call.args[0];
  if (a.isKnown()) {
    Complex x = a.toComplex();
    return call.give(AbstractValue::ofBool(std::isfinite(x.real()) && std::isfinite(x.imag())));
  }
  if (a.isInt() || a.isBool())
    return call.give(AbstractValue::ofBool(true));
  return call.give(call.eval.emitter.scalarOp("lt", {call.eval.emitter.scalarOp("abs", {a}), AbstractValue::ofFloat(INFINITY)}));
}

/// A float function of two numbers.
static LogicalResult apply2(Call &call, double (*function)(double, double), llvm::StringRef primitive) {
  const AbstractValue &a = call.args[0], &b = call.args[1];
  if (a.isKnown() && b.isKnown())
    return call.give(AbstractValue::ofFloat(function(a.toDouble(), b.toDouble())));
  if (primitive.empty())
    return call.eval.unsupported("'" + call.name + "' of numbers that only run time knows");
  Emitter &emitter = call.eval.emitter;
  return call.give(emitter.scalarOp(primitive, {emitter.convert(a, ValueKind::Float), emitter.convert(b, ValueKind::Float)}));
}

static LogicalResult logarithm(Call &call) {
  if (call.args.size() == 1)
    return apply(call, [](double x) { return std::log(x); }, [](const Complex &x) { return std::log(x); }, "log");
  Emitter &emitter = call.eval.emitter;
  const AbstractValue &x = call.args[0], &base = call.args[1];
  if (x.isKnown() && base.isKnown())
    return call.give(x.isComplex() || base.isComplex() ? AbstractValue::ofComplex(std::log(x.toComplex()) / std::log(base.toComplex()))
                                                       : AbstractValue::ofFloat(std::log(x.toDouble()) / std::log(base.toDouble())));
  AbstractValue a = emitter.scalarOp("log", {emitter.convert(x, ValueKind::Float)});
  return call.give(emitter.scalarOp("div", {a, emitter.scalarOp("log", {emitter.convert(base, ValueKind::Float)})}));
}

static LogicalResult factorial(Call &call) {
  if (!call.args[0].isKnownInt())
    return call.eval.unsupported("the factorial of a number that only run time knows");
  if (call.args[0].asInt() < 0)
    return call.eval.raise("builtins.ValueError", "factorial() not defined for negative values");
  uint64_t result = 1;
  for (int64_t i = 2; i <= std::min<int64_t>(call.args[0].asInt(), 70); ++i)
    result *= static_cast<uint64_t>(i);
  return call.give(AbstractValue::ofInt(static_cast<int64_t>(result)));
}

static LogicalResult greatestDivisor(Call &call) {
  const AbstractValue &a = call.args[0], &b = call.args[1];
  if (!a.isKnown() || !b.isKnown())
    return call.give(call.eval.emitter.scalarOp("gcd", {a, b}));
  uint64_t x = std::abs(a.asInt()), y = std::abs(b.asInt());
  while (y)
    x = std::exchange(y, x % y);
  return call.give(AbstractValue::ofInt(static_cast<int64_t>(x)));
}

static LogicalResult frexp(Call &call) {
  if (!call.args[0].isKnown())
    return call.eval.unsupported("frexp of a number that only run time knows");
  int exponent = 0;
  double fraction = std::frexp(call.args[0].toDouble(), &exponent);
  call.results = {AbstractValue::ofFloat(fraction), AbstractValue::ofInt(exponent)};
  return success();
}

static LogicalResult modf(Call &call) {
  if (!call.args[0].isKnown())
    return call.eval.unsupported("modf of a number that only run time knows");
  double whole = 0, fraction = std::modf(call.args[0].toDouble(), &whole);
  call.results = {AbstractValue::ofFloat(fraction), AbstractValue::ofFloat(whole)};
  return success();
}

static LogicalResult polar(Call &call) {
  if (!call.args[0].isKnown() || !call.args[1].isKnown())
    return call.eval.unsupported("polar of numbers that only run time knows");
  double radius = call.args[0].toDouble(), angle = call.args[1].toDouble();
  return call.give(AbstractValue::ofComplex({radius * std::cos(angle), radius * std::sin(angle)}));
}

static LogicalResult angle(Call &call) {
  const AbstractValue &a = call.args[0];
  if (!a.isKnown())
    return call.eval.unsupported("the angle of a number that only run time knows");
  double result = a.isComplex() ? std::arg(a.asComplex()) : a.toDouble() < 0 ? std::numbers::pi : std::isnan(a.toDouble()) ? NAN : 0;
  return call.give(AbstractValue::ofFloat(result));
}

template <bool isReal> static LogicalResult complexPart(Call &call) {
  const AbstractValue &a = call.args[0];
  if (a.isRunTime())
    return a.isComplex() ? call.give(call.eval.emitter.scalarOp(isReal ? "real" : "imag", {a})) : call.give(isReal ? a : AbstractValue::ofFloat(0));
  return call.give(AbstractValue::ofFloat(isReal ? a.toComplex().real() : a.toComplex().imag()));
}

void specialize::addScalarMathIntrinsics(IntrinsicTable &table) {
  table.addOfValues({
      {"aten::acos", SCONCE_MATH(acos, "acos")},
      {"aten::acosh", SCONCE_MATH(acosh, "acosh")},
      {"aten::angle", angle},
      {"aten::asin", SCONCE_MATH(asin, "asin")},
      {"aten::asinh", SCONCE_MATH(asinh, "asinh")},
      {"aten::atan", SCONCE_MATH(atan, "atan")},
      {"aten::atan2", [](Call &call) { return apply2(call, [](double a, double b) { return std::atan2(a, b); }, "atan2"); }},
      {"aten::atanh", SCONCE_MATH(atanh, "atanh")},
      {"aten::ceil", toInteger<false>},
      {"aten::copysign", [](Call &call) { return apply2(call, [](double a, double b) { return std::copysign(a, b); }, "copysign"); }},
      {"aten::cos", SCONCE_MATH(cos, "cos")},
      {"aten::cosh", SCONCE_MATH(cosh, "cosh")},
      {"aten::degrees", SCONCE_REAL_MATH(x * 180 / std::numbers::pi, "")},
      {"aten::erf", SCONCE_REAL_MATH(std::erf(x), "erf")},
      {"aten::erfc", SCONCE_REAL_MATH(std::erfc(x), "erfc")},
      {"aten::exp", SCONCE_MATH(exp, "exp")},
      {"aten::expm1", SCONCE_REAL_MATH(std::expm1(x), "expm1")},
      {"aten::fabs", SCONCE_REAL_MATH(std::fabs(x), "abs")},
      {"aten::factorial", factorial},
      {"aten::floor", toInteger<true>},
      {"aten::frexp", frexp},
      {"aten::gamma", SCONCE_REAL_MATH(std::tgamma(x), "")},
      {"aten::gcd", greatestDivisor},
      {"aten::imag", complexPart<false>},
      {"aten::isfinite", isFinite},
      {"aten::isinf", classify<false>},
      {"aten::isnan", classify<true>},
      {"aten::ldexp", [](Call &call) { return apply2(call, [](double a, double b) { return std::ldexp(a, static_cast<int>(b)); }, ""); }},
      {"aten::lgamma", SCONCE_REAL_MATH(std::lgamma(x), "lgamma")},
      {"aten::log", logarithm},
      {"aten::log10", SCONCE_MATH(log10, "log10")},
      {"aten::log1p", SCONCE_REAL_MATH(std::log1p(x), "log1p")},
      {"aten::mathremainder", [](Call &call) { return apply2(call, [](double a, double b) { return std::remainder(a, b); }, ""); }},
      {"aten::modf", modf},
      {"aten::polar", polar},
      {"aten::radians", SCONCE_REAL_MATH(x * std::numbers::pi / 180, "")},
      {"aten::real", complexPart<true>},
      {"aten::round", roundNumber},
      {"aten::sin", SCONCE_MATH(sin, "sin")},
      {"aten::sinh", SCONCE_MATH(sinh, "sinh")},
      {"aten::sqrt", SCONCE_MATH(sqrt, "sqrt")},
      {"aten::tan", SCONCE_MATH(tan, "tan")},
      {"aten::tanh", SCONCE_MATH(tanh, "tanh")},
  });
}
