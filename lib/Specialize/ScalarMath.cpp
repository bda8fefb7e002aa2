// Python's math module on numbers: known ones are computed, others become the
// primitive of the same meaning.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/Intrinsics.h"
#include "runtime/MathFunctions.h"

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
  if (a.isComplex() && !complex)
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
  Emitter &emitter = call.eval.emitter;
  if (a.isInt() || a.isBool())
    return call.give(emitter.convert(a, ValueKind::Int));
  if (a.isKnown()) {
    rt::Result<int64_t> whole = rt::math::toInteger(isFloor ? std::floor(a.asFloat()) : std::ceil(a.asFloat()));
    return whole ? call.give(AbstractValue::ofInt(*whole)) : call.eval.raise("builtins.RuntimeError", whole.status().message);
  }
  AbstractValue isInRange = emitter.scalarOp("lt", {emitter.scalarOp("abs", {a}), AbstractValue::ofFloat(0x1p63)});
  if (failed(call.eval.require(isInRange, "builtins.RuntimeError", "Cannot convert float to integer")))
    return mlir::failure();
  return call.give(emitter.convert(emitter.scalarOp(isFloor ? "floor" : "ceil", {a}), ValueKind::Int));
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
  Emitter &emitter = call.eval.emitter;
  return call.give(emitter.scalarOp(primitive, {emitter.convert(a, ValueKind::Float), emitter.convert(b, ValueKind::Float)}));
}

/// A number times and over another one, as `x * factor / divisor` is in C.
static LogicalResult scale(Call &call, double factor, double divisor) {
  Emitter &emitter = call.eval.emitter;
  AbstractValue x = emitter.convert(call.args[0], ValueKind::Float);
  if (x.isKnown())
    return call.give(AbstractValue::ofFloat(x.asFloat() * factor / divisor));
  return call.give(emitter.scalarOp("div", {emitter.scalarOp("mul", {x, AbstractValue::ofFloat(factor)}), AbstractValue::ofFloat(divisor)}));
}

/// A function of the runtime, with one or more results of these kinds.
static LogicalResult callRuntime(Call &call, llvm::StringRef callee, llvm::ArrayRef<ValueKind> operands, llvm::ArrayRef<ValueKind> results) {
  Emitter &emitter = call.eval.emitter;
  llvm::SmallVector<mlir::Value> values;
  for (auto [argument, kind] : llvm::zip_equal(call.args, operands))
    values.push_back(emitter.materialize(emitter.convert(argument, kind)));
  llvm::SmallVector<mlir::Type> types;
  for (ValueKind kind : results)
    types.push_back(scalarTypeOf(emitter.context(), kind));
  for (mlir::Value result : emitter.runtimeCall(callee, types, values)->getResults())
    call.results.push_back(AbstractValue::ofRunTime(result));
  return success();
}

static LogicalResult gamma(Call &call) {
  if (call.args[0].isKnown())
    return call.give(AbstractValue::ofFloat(std::tgamma(call.args[0].toDouble())));
  return callRuntime(call, "sc_rt_math_gamma", ValueKind::Float, ValueKind::Float);
}

/// IEEE's: of the quotient that is rounded to the nearest.
static LogicalResult ieeeRemainder(Call &call) {
  const AbstractValue &a = call.args[0], &b = call.args[1];
  if (a.isKnown() && b.isKnown())
    return call.give(AbstractValue::ofFloat(std::remainder(a.toDouble(), b.toDouble())));
  return callRuntime(call, "sc_rt_math_ieee_remainder", {ValueKind::Float, ValueKind::Float}, ValueKind::Float);
}

static LogicalResult ldexp(Call &call) {
  const AbstractValue &x = call.args[0], &exponent = call.args[1];
  if (x.isKnown() && exponent.isKnown())
    return call.give(AbstractValue::ofFloat(rt::math::ldexp(x.toDouble(), exponent.asInt())));
  return callRuntime(call, "sc_rt_math_ldexp", {ValueKind::Float, ValueKind::Int}, ValueKind::Float);
}

static LogicalResult frexp(Call &call) {
  if (!call.args[0].isKnown())
    return callRuntime(call, "sc_rt_math_frexp", ValueKind::Float, {ValueKind::Float, ValueKind::Int});
  auto [fraction, exponent] = rt::math::frexp(call.args[0].toDouble());
  call.results = {AbstractValue::ofFloat(fraction), AbstractValue::ofInt(exponent)};
  return success();
}

static LogicalResult modf(Call &call) {
  if (!call.args[0].isKnown())
    return callRuntime(call, "sc_rt_math_modf", ValueKind::Float, {ValueKind::Float, ValueKind::Float});
  auto [fraction, whole] = rt::math::modf(call.args[0].toDouble());
  call.results = {AbstractValue::ofFloat(fraction), AbstractValue::ofFloat(whole)};
  return success();
}

static LogicalResult factorial(Call &call) {
  if (!call.args[0].isKnown())
    return callRuntime(call, "sc_rt_math_factorial", ValueKind::Int, ValueKind::Int);
  rt::Result<int64_t> product = rt::math::factorial(call.args[0].asInt());
  return product ? call.give(AbstractValue::ofInt(*product)) : call.eval.raise("builtins.RuntimeError", product.status().message);
}

/// The logarithm of a number to another one as base. A negative real number has none, not even a complex one.
static LogicalResult logarithm(Call &call) {
  if (call.args.size() == 1)
    return apply(call, [](double x) { return std::log(x); }, [](const Complex &x) { return std::log(x); }, "log");
  Emitter &emitter = call.eval.emitter;
  auto logOf = [&](const AbstractValue &x) {
    if (x.isKnown())
      return x.isComplex() ? AbstractValue::ofComplex(std::log(x.asComplex())) : AbstractValue::ofFloat(std::log(x.toDouble()));
    return emitter.scalarOp("log", {x.isComplex() ? x : emitter.convert(x, ValueKind::Float)});
  };
  AbstractValue x = logOf(call.args[0]), base = logOf(call.args[1]);
  if (x.isComplex() && !base.isComplex()) {
    // Part by part: infinities stay what they are.
    if (x.isKnown() && base.isKnown())
      return call.give(AbstractValue::ofComplex(x.asComplex() / base.asFloat()));
    AbstractValue real = emitter.scalarOp("real", {x}), imaginary = emitter.scalarOp("imag", {x});
    return call.give(emitter.scalarOp("complex", {emitter.scalarOp("div", {real, base}), emitter.scalarOp("div", {imaginary, base})}));
  }
  if (x.isKnown() && base.isKnown())
    return call.give(base.isComplex() ? AbstractValue::ofComplex(x.toComplex() / base.asComplex())
                                      : AbstractValue::ofFloat(x.asFloat() / base.asFloat()));
  return call.give(emitter.scalarOp("div", {emitter.convert(x, base.kind()), base}));
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

static LogicalResult polar(Call &call) {
  Emitter &emitter = call.eval.emitter;
  AbstractValue radius = emitter.convert(call.args[0], ValueKind::Float), angle = emitter.convert(call.args[1], ValueKind::Float);
  if (radius.isKnown() && angle.isKnown())
    return call.give(AbstractValue::ofComplex({radius.asFloat() * std::cos(angle.asFloat()), radius.asFloat() * std::sin(angle.asFloat())}));
  AbstractValue real = emitter.scalarOp("mul", {radius, emitter.scalarOp("cos", {angle})});
  return call.give(emitter.scalarOp("complex", {real, emitter.scalarOp("mul", {radius, emitter.scalarOp("sin", {angle})})}));
}

/// That of a real number is 0 or pi, by its sign alone.
static LogicalResult angle(Call &call) {
  const AbstractValue &a = call.args[0];
  Emitter &emitter = call.eval.emitter;
  if (a.isKnown())
    return call.give(AbstractValue::ofFloat(a.isComplex() ? std::arg(a.asComplex()) : std::signbit(a.toDouble()) ? std::numbers::pi : 0));
  if (a.isComplex())
    return call.give(emitter.scalarOp("atan2", {emitter.scalarOp("imag", {a}), emitter.scalarOp("real", {a})}));
  AbstractValue zero = AbstractValue::ofFloat(0), pi = AbstractValue::ofFloat(std::numbers::pi);
  AbstractValue sign = emitter.scalarOp("copysign", {AbstractValue::ofFloat(1), emitter.convert(a, ValueKind::Float)});
  return call.give(emitter.select(emitter.scalarOp("lt", {sign, zero}), pi, zero));
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
      {"aten::degrees", [](Call &call) { return scale(call, 180, std::numbers::pi); }},
      {"aten::erf", SCONCE_REAL_MATH(std::erf(x), "erf")},
      {"aten::erfc", SCONCE_REAL_MATH(std::erfc(x), "erfc")},
      {"aten::exp", SCONCE_MATH(exp, "exp")},
      {"aten::expm1", SCONCE_REAL_MATH(std::expm1(x), "expm1")},
      {"aten::fabs", SCONCE_REAL_MATH(std::fabs(x), "abs")},
      {"aten::factorial", factorial},
      {"aten::floor", toInteger<true>},
      {"aten::frexp", frexp},
      {"aten::gamma", gamma},
      {"aten::gcd", greatestDivisor},
      {"aten::imag", complexPart<false>},
      {"aten::isfinite", isFinite},
      {"aten::isinf", classify<false>},
      {"aten::isnan", classify<true>},
      {"aten::ldexp", ldexp},
      {"aten::lgamma", SCONCE_REAL_MATH(std::lgamma(x), "lgamma")},
      {"aten::log", logarithm},
      {"aten::log10", SCONCE_MATH(log10, "log10")},
      {"aten::log1p", SCONCE_REAL_MATH(std::log1p(x), "log1p")},
      {"aten::mathremainder", ieeeRemainder},
      {"aten::modf", modf},
      {"aten::polar", polar},
      {"aten::radians", [](Call &call) { return scale(call, std::numbers::pi, 180); }},
      {"aten::real", complexPart<true>},
      {"aten::round", roundNumber},
      {"aten::sin", SCONCE_MATH(sin, "sin")},
      {"aten::sinh", SCONCE_MATH(sinh, "sinh")},
      {"aten::sqrt", SCONCE_MATH(sqrt, "sqrt")},
      {"aten::tan", SCONCE_MATH(tan, "tan")},
      {"aten::tanh", SCONCE_MATH(tanh, "tanh")},
  });
}
