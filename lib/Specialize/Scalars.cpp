// Arithmetic and comparison of bools, ints, floats and complex numbers, and
// conversions between them. `aten::add` here is Python's `+` of whatever is no
// tensor: strings and lists are sent on to their own files.
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Lists.h"
#include "lib/Specialize/Strings.h"
#include "lib/Specialize/TypeNames.h"
#include "runtime/MathFunctions.h"

#include <cmath>

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

namespace {
enum class Arithmetic { Add, Sub, Mul, Div, FloorDiv, Remainder, Fmod, Pow, Minimum, Maximum };
} // namespace

static ValueKind commonKind(const AbstractValue &a, const AbstractValue &b) {
  return std::max({a.kind(), b.kind(), ValueKind::Int});
}

static int64_t wrap(uint64_t bits) { return static_cast<int64_t>(bits); }

static int64_t floorDivide(int64_t a, int64_t b) {
  if (b == -1)
    return wrap(-static_cast<uint64_t>(a));
  int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

static int64_t integerPower(int64_t base, int64_t exponent) {
  uint64_t result = 1, factor = static_cast<uint64_t>(base);
  for (; exponent > 0; exponent >>= 1, factor *= factor)
    if (exponent & 1)
      result *= factor;
  return wrap(result);
}

static AbstractValue ofInts(Arithmetic op, int64_t a, int64_t b) {
  uint64_t x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
  switch (op) {
  case Arithmetic::Add:
    return AbstractValue::ofInt(wrap(x + y));
  case Arithmetic::Sub:
    return AbstractValue::ofInt(wrap(x - y));
  case Arithmetic::Mul:
    return AbstractValue::ofInt(wrap(x * y));
  case Arithmetic::FloorDiv:
    return AbstractValue::ofInt(floorDivide(a, b));
  case Arithmetic::Remainder:
    return AbstractValue::ofInt(wrap(x - static_cast<uint64_t>(floorDivide(a, b)) * y));
  case Arithmetic::Pow:
    return AbstractValue::ofInt(b < 0 ? (a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0) : integerPower(a, b));
  case Arithmetic::Minimum:
    return AbstractValue::ofInt(std::min(a, b));
  case Arithmetic::Maximum:
    return AbstractValue::ofInt(std::max(a, b));
  case Arithmetic::Div:
    return AbstractValue::ofFloat(static_cast<double>(a) / static_cast<double>(b));
  case Arithmetic::Fmod:
    return AbstractValue::ofFloat(std::fmod(static_cast<double>(a), static_cast<double>(b)));
  }
  return {};
}

static double ofFloats(Arithmetic op, double a, double b) {
  switch (op) {
  case Arithmetic::Add:
    return a + b;
  case Arithmetic::Sub:
    return a - b;
  case Arithmetic::Mul:
    return a * b;
  case Arithmetic::Div:
    return a / b;
  case Arithmetic::FloorDiv:
    return std::floor(a / b);
  case Arithmetic::Remainder:
    return std::fmod(b + std::fmod(a, b), b);
  case Arithmetic::Fmod:
    return std::fmod(a, b);
  case Arithmetic::Pow:
    return std::pow(a, b);
  case Arithmetic::Minimum:
    return a < b ? a : b;
  case Arithmetic::Maximum:
    return a > b ? a : b;
  }
  return 0;
}

static FailureOr<AbstractValue> ofComplexes(Evaluator &eval, Arithmetic op, std::complex<double> a, std::complex<double> b) {
  switch (op) {
  case Arithmetic::Add:
    return AbstractValue::ofComplex(a + b);
  case Arithmetic::Sub:
    return AbstractValue::ofComplex(a - b);
  case Arithmetic::Mul:
    return AbstractValue::ofComplex(a * b);
  case Arithmetic::Div:
    return AbstractValue::ofComplex(a / b);
  case Arithmetic::Pow:
    return AbstractValue::ofComplex(std::pow(a, b));
  default:
    return eval.unsupported("this operator on complex numbers");
  }
}

static llvm::StringRef primitiveName(Arithmetic op) {
  switch (op) {
  case Arithmetic::Add:
    return "add";
  case Arithmetic::Sub:
    return "sub";
  case Arithmetic::Mul:
    return "mul";
  case Arithmetic::Div:
    return "div";
  case Arithmetic::FloorDiv:
    return "floordiv";
  case Arithmetic::Remainder:
    return "remainder";
  case Arithmetic::Fmod:
    return "fmod";
  case Arithmetic::Pow:
    return "pow";
  case Arithmetic::Minimum:
    return "minimum";
  case Arithmetic::Maximum:
    return "maximum";
  }
  return {};
}

static FailureOr<AbstractValue> runTimeArithmetic(Evaluator &eval, Arithmetic op, const AbstractValue &a, const AbstractValue &b,
                                                  ValueKind kind) {
  Emitter &emitter = eval.emitter;
  if (kind == ValueKind::Int) {
    AbstractValue x = emitter.convert(a, kind), y = emitter.convert(b, kind);
    switch (op) {
    case Arithmetic::Add:
      return emitter.add(x, y);
    case Arithmetic::Sub:
      return emitter.sub(x, y);
    case Arithmetic::Mul:
      return emitter.mul(x, y);
    case Arithmetic::FloorDiv:
      return emitter.floorDiv(x, y);
    case Arithmetic::Minimum:
      return emitter.minimum(x, y);
    case Arithmetic::Maximum:
      return emitter.maximum(x, y);
    default:
      break;
    }
  }
  // These differ from the tensor operators of the same names.
  if (kind == ValueKind::Float) {
    AbstractValue x = emitter.convert(a, kind), y = emitter.convert(b, kind);
    switch (op) {
    case Arithmetic::FloorDiv:
      return emitter.scalarOp("floor", {emitter.scalarOp("div", {x, y})});
    case Arithmetic::Remainder:
      return emitter.scalarOp("fmod", {emitter.scalarOp("add", {y, emitter.scalarOp("fmod", {x, y})}), y});
    case Arithmetic::Minimum:
      return emitter.select(emitter.scalarOp("lt", {x, y}), x, y);
    case Arithmetic::Maximum:
      return emitter.select(emitter.scalarOp("gt", {x, y}), x, y);
    default:
      break;
    }
  }
  AbstractValue result = emitter.scalarOp(primitiveName(op), {emitter.convert(a, kind), emitter.convert(b, kind)});
  if (result.isUninitialized())
    return eval.error("arithmetic on run-time numbers failed");
  return result;
}

/// Python's arithmetic on two numbers; `wantsFloat` for operators whose result
/// is never an int.
static FailureOr<AbstractValue> arithmetic(Evaluator &eval, Arithmetic op, const AbstractValue &a, const AbstractValue &b,
                                           bool wantsFloat = false) {
  if (!a.isScalar() || !b.isScalar())
    return eval.error("arithmetic on a " + kindName(a) + " and a " + kindName(b));
  ValueKind kind = commonKind(a, b);
  bool isDivision = op == Arithmetic::FloorDiv || op == Arithmetic::Remainder;
  if (kind == ValueKind::Int && isDivision) {
    AbstractValue notZero = eval.emitter.compare("ne", eval.emitter.convert(b, ValueKind::Int), AbstractValue::ofInt(0));
    if (failed(eval.require(notZero, "builtins.RuntimeError", op == Arithmetic::FloorDiv ? "division by 0" : "modulo by zero")))
      return failure();
  }
  if (kind == ValueKind::Int && (wantsFloat || op == Arithmetic::Div || op == Arithmetic::Fmod))
    kind = ValueKind::Float;
  if (a.isRunTime() || b.isRunTime())
    return runTimeArithmetic(eval, op, a, b, kind);
  if (kind == ValueKind::Complex)
    return ofComplexes(eval, op, a.toComplex(), b.toComplex());
  if (kind == ValueKind::Float)
    return AbstractValue::ofFloat(ofFloats(op, a.toDouble(), b.toDouble()));
  return ofInts(op, a.asInt(), b.asInt());
}

/// Zero has no reciprocal, so no negative power.
static LogicalResult requirePower(Evaluator &eval, const AbstractValue &base, const AbstractValue &exponent) {
  if (!base.isScalar() || !exponent.isScalar() || commonKind(base, exponent) == ValueKind::Complex)
    return success();
  AbstractValue zero = AbstractValue::ofFloat(0);
  FailureOr<AbstractValue> isNegative = compareScalars(eval, "lt", exponent, zero);
  if (failed(isNegative) || (isNegative->isKnown() && !isNegative->asBool()))
    return isNegative;
  FailureOr<AbstractValue> isZero = compareScalars(eval, "eq", base, zero);
  if (failed(isZero))
    return failure();
  Emitter &emitter = eval.emitter;
  return eval.require(emitter.logicalNot(emitter.logicalAnd(*isZero, *isNegative)), "builtins.RuntimeError", "0.0 cannot be raised to a negative power");
}

template <Arithmetic op> static LogicalResult evaluateArithmetic(Call &call) {
  if (op == Arithmetic::Add && (call.args[0].isString() || call.args[0].isList() || call.args[0].isTuple()))
    return addSequences(call);
  if (op == Arithmetic::Mul && (call.args[0].isList() || call.args[1].isList() || call.args[0].isString()))
    return repeatSequence(call);
  if ((op == Arithmetic::Minimum || op == Arithmetic::Maximum) && call.args[0].isList())
    return extremeOfList(call, op == Arithmetic::Maximum);
  // pow(int, int) is a float, but for the overload that says otherwise.
  bool wantsFloat = op == Arithmetic::Pow && call.name != "aten::pow.int_to_int";
  if (wantsFloat && failed(requirePower(call.eval, call.args[0], call.args[1])))
    return failure();
  FailureOr<AbstractValue> result = arithmetic(call.eval, op, call.args[0], call.args[1], wantsFloat);
  return failed(result) ? failure() : call.give(*result);
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

template <typename T> static bool compareKnown(llvm::StringRef predicate, const T &a, const T &b) {
  if (predicate == "eq")
    return a == b;
  if (predicate == "ne")
    return a != b;
  if (predicate == "lt")
    return a < b;
  if (predicate == "le")
    return a <= b;
  return predicate == "gt" ? a > b : a >= b;
}

FailureOr<AbstractValue> specialize::compareScalars(Evaluator &eval, llvm::StringRef predicate, const AbstractValue &a,
                                                    const AbstractValue &b) {
  ValueKind kind = commonKind(a, b);
  bool isEquality = predicate == "eq" || predicate == "ne";
  if (a.isKnown() && b.isKnown()) {
    if (kind == ValueKind::Complex)
      return AbstractValue::ofBool((a.toComplex() == b.toComplex()) == (predicate == "eq"));
    if (kind == ValueKind::Float)
      return AbstractValue::ofBool(compareKnown(predicate, a.toDouble(), b.toDouble()));
    return AbstractValue::ofBool(compareKnown(predicate, a.asInt(), b.asInt()));
  }
  if (a.isBool() && b.isBool() && isEquality) {
    const AbstractValue &known = a.isKnown() ? a : b, &other = a.isKnown() ? b : a;
    if (known.isKnown())
      return known.asBool() == (predicate == "eq") ? other : eval.emitter.logicalNot(other);
    return eval.emitter.scalarOp(predicate, {a, b});
  }
  AbstractValue x = eval.emitter.convert(a, kind), y = eval.emitter.convert(b, kind);
  AbstractValue result = kind == ValueKind::Int ? eval.emitter.compare(predicate, x, y) : eval.emitter.scalarOp(predicate, {x, y});
  if (result.isUninitialized())
    return eval.error("comparison of run-time numbers failed");
  return result;
}

template <char a, char b> static LogicalResult evaluateCompare(Call &call) {
  const char predicate[] = {a, b, 0};
  const AbstractValue &left = call.args[0], &right = call.args[1];
  FailureOr<AbstractValue> result = failure();
  if (left.isScalar() && right.isScalar())
    result = compareScalars(call.eval, predicate, left, right);
  else if (left.isString() && right.isString())
    result = AbstractValue::ofBool(compareKnown<llvm::StringRef>(predicate, left.asString(), right.asString()));
  else
    result = compareValues(call.eval, predicate, left, right);
  return failed(result) ? failure() : call.give(*result);
}

/// `is`: the same object; None is None.
static LogicalResult evaluateIs(Call &call) {
  const AbstractValue &a = call.args[0], &b = call.args[1];
  bool same = a.isIdentical(b);
  if (a.isTuple() && b.isTuple())
    same = a.asTuple() == b.asTuple();
  bool isNot = call.name.starts_with("aten::__isnot__");
  for (auto [x, y] : {std::pair(a, b), std::pair(b, a)})
    if (x.isReference() && x.asReference()->shape.kind == ElementShape::Union && y.isNone()) {
      const AbstractValue &isNone = x.asReference()->isNone;
      return call.give(isNot ? call.eval.emitter.logicalNot(isNone) : isNone);
    }
  return call.give(AbstractValue::ofBool(same != isNot));
}

//===----------------------------------------------------------------------===//
// Logic and bits
//===----------------------------------------------------------------------===//

static LogicalResult evaluateNot(Call &call) {
  FailureOr<AbstractValue> truth = call.eval.truth(call.args[0]);
  return failed(truth) ? failure() : call.give(call.eval.emitter.logicalNot(*truth));
}

enum class Bits { And, Or, Xor };

template <Bits op> static LogicalResult evaluateBits(Call &call) {
  AbstractValue a = call.args[0], b = call.args[1];
  if (!a.isScalar() || !b.isScalar())
    return call.eval.error("bits of a " + kindName(a) + " and a " + kindName(b));
  bool areBools = a.isBool() && b.isBool();
  a = call.eval.emitter.convert(a, areBools ? ValueKind::Bool : ValueKind::Int);
  b = call.eval.emitter.convert(b, a.kind());
  if (a.isKnown() && b.isKnown()) {
    int64_t bits = op == Bits::And ? (a.asInt() & b.asInt()) : op == Bits::Or ? (a.asInt() | b.asInt()) : (a.asInt() ^ b.asInt());
    return call.give(areBools ? AbstractValue::ofBool(bits) : AbstractValue::ofInt(bits));
  }
  llvm::StringRef name = op == Bits::And ? "and" : op == Bits::Or ? "or" : "xor";
  return call.give(call.eval.emitter.scalarOp(name, {a, b}));
}

template <bool isLeft> static LogicalResult evaluateShift(Call &call) {
  const AbstractValue &a = call.args[0], &b = call.args[1];
  if (!a.isKnown() || !b.isKnown())
    return call.give(call.eval.emitter.scalarOp(isLeft ? "shl" : "shr", {a, b}));
  int64_t by = b.asInt();
  if (by < 0 || by > 63)
    return call.give(AbstractValue::ofInt(isLeft || a.asInt() >= 0 ? 0 : -1));
  return call.give(AbstractValue::ofInt(isLeft ? wrap(static_cast<uint64_t>(a.asInt()) << by) : a.asInt() >> by));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

template <ValueKind kind> static LogicalResult evaluateConversion(Call &call) {
  const AbstractValue &value = call.args[0];
  if (value.isString())
    return parseNumber(call, kind);
  if (value.isNone() && kind == ValueKind::Bool)
    return call.give(AbstractValue::ofBool(false));
  if (!value.isScalar())
    return call.eval.error("a number is expected, got " + kindName(value));
  if (kind == ValueKind::Bool)
    return evaluateTruth(call);
  return call.give(call.eval.emitter.convert(value, kind));
}

/// complex(real, imag), of numbers and tensors of one element.
static LogicalResult evaluateComplex(Call &call) {
  Emitter &emitter = call.eval.emitter;
  llvm::SmallVector<AbstractValue> parts;
  for (const AbstractValue &argument : call.args) {
    FailureOr<AbstractValue> number = argument.isTensor() ? call.eval.item(argument.asTensor()) : FailureOr<AbstractValue>(argument);
    if (failed(number))
      return failure();
    // PyTorch takes the low 32 bits of an int.
    if (call.args.size() == 2 && argument.isInt())
      for (llvm::StringRef shift : {"aten::__lshift__.int", "aten::__rshift__.int"}) {
        number = call.eval.runOperator(shift, {*number, AbstractValue::ofInt(32)});
        if (failed(number))
          return failure();
      }
    parts.push_back(emitter.convert(*number, call.args.size() == 1 ? ValueKind::Complex : ValueKind::Float));
  }
  if (parts.size() == 1)
    return call.give(parts[0]);
  if (parts[0].isKnown() && parts[1].isKnown())
    return call.give(AbstractValue::ofComplex({parts[0].asFloat(), parts[1].asFloat()}));
  return call.give(emitter.scalarOp("complex", parts));
}

LogicalResult specialize::evaluateTruth(Call &call) {
  FailureOr<AbstractValue> truth = call.eval.truth(call.args[0]);
  return failed(truth) ? failure() : call.give(*truth);
}

FailureOr<AbstractValue> Evaluator::truth(const AbstractValue &value) {
  if (value.isScalar())
    return emitter.convert(value, ValueKind::Bool);
  if (value.isTensor()) {
    FailureOr<AbstractValue> element = item(value.asTensor());
    return failed(element) ? FailureOr<AbstractValue>(failure()) : emitter.convert(*element, ValueKind::Bool);
  }
  return error("a " + kindName(value) + " has no truth value");
}

static LogicalResult evaluateNegation(Call &call) {
  const AbstractValue &a = call.args[0];
  if (!a.isKnown())
    return call.give(call.eval.emitter.scalarOp("neg", {a.isBool() ? call.eval.emitter.convert(a, ValueKind::Int) : a}));
  if (a.isFloat())
    return call.give(AbstractValue::ofFloat(-a.asFloat()));
  if (a.isComplex())
    return call.give(AbstractValue::ofComplex(-a.asComplex()));
  return call.give(AbstractValue::ofInt(wrap(-static_cast<uint64_t>(a.asInt()))));
}

static LogicalResult evaluateAbs(Call &call) {
  const AbstractValue &a = call.args[0];
  if (!a.isKnown())
    return call.give(call.eval.emitter.scalarOp("abs", {a}));
  if (a.isFloat())
    return call.give(AbstractValue::ofFloat(std::fabs(a.asFloat())));
  if (a.isComplex())
    return call.give(AbstractValue::ofFloat(std::abs(a.asComplex())));
  return call.give(AbstractValue::ofInt(a.asInt() < 0 ? wrap(-static_cast<uint64_t>(a.asInt())) : a.asInt()));
}

/// Length of range(lo, hi, step).
static LogicalResult evaluateRangeLength(Call &call) {
  Emitter &emitter = call.eval.emitter;
  const AbstractValue &lo = call.args[0], &hi = call.args[1], &step = call.args[2];
  AbstractValue notZero = emitter.compare("ne", step, AbstractValue::ofInt(0));
  if (failed(call.eval.require(notZero, "builtins.RuntimeError", "range() arg 3 must not be zero")))
    return failure();
  AbstractValue zero = AbstractValue::ofInt(0), one = AbstractValue::ofInt(1);
  auto up = [&] { return emitter.maximum(zero, emitter.floorDiv(emitter.sub(emitter.add(hi, emitter.sub(step, one)), lo), step)); };
  auto down = [&] { return emitter.maximum(zero, emitter.floorDiv(emitter.sub(emitter.add(hi, emitter.add(step, one)), lo), step)); };
  if (step.isKnownInt())
    return call.give(step.asInt() > 0 ? up() : down());
  return call.give(emitter.select(emitter.compare("gt", step, zero), up(), down()));
}

static LogicalResult evaluateDeriveIndex(Call &call) {
  Emitter &emitter = call.eval.emitter;
  return call.give(emitter.add(call.args[1], emitter.mul(call.args[0], call.args[2])));
}

/// Of two floats, or of an int and a float.
static LogicalResult divmodOfFloats(Call &call) {
  const AbstractValue &a = call.args[0], &b = call.args[1];
  if (a.isRunTime() || b.isRunTime()) {
    llvm::StringRef callee = a.isInt() ? "sc_rt_math_divmod_int_float" : b.isInt() ? "sc_rt_math_divmod_float_int" : "sc_rt_math_divmod";
    mlir::Type type = call.eval.emitter.ops().getF64Type();
    mlir::Value left = call.eval.emitter.materialize(a), right = call.eval.emitter.materialize(b);
    mlir::Operation *op = call.eval.emitter.runtimeCall(callee, {type, type}, {left, right});
    call.results = {AbstractValue::ofRunTime(op->getResult(0)), AbstractValue::ofRunTime(op->getResult(1))};
    return success();
  }
  using Pair = std::pair<double, double>;
  rt::Result<Pair> result = a.isInt()   ? rt::math::divmod(a.asInt(), b.asFloat())
                            : b.isInt() ? rt::math::divmod(a.asFloat(), b.asInt())
                                        : rt::Result<Pair>(rt::math::divmod(a.asFloat(), b.asFloat()));
  if (!result)
    return call.eval.raise("builtins.RuntimeError", result.status().message);
  call.results = {AbstractValue::ofFloat(result->first), AbstractValue::ofFloat(result->second)};
  return success();
}

static LogicalResult evaluateDivmod(Call &call) {
  bool isInt = commonKind(call.args[0], call.args[1]) == ValueKind::Int;
  FailureOr<AbstractValue> fits = compareScalars(call.eval, "ne", call.args[1], isInt ? AbstractValue::ofInt(0) : AbstractValue::ofFloat(0));
  if (failed(fits) ||
      failed(call.eval.require(*fits, "builtins.RuntimeError",
                               isInt ? "ZeroDivisionError: integer division or modulo by zero" : "ZeroDivisionError: float divmod()")))
    return failure();
  if (!isInt)
    return divmodOfFloats(call);
  FailureOr<AbstractValue> quotient = arithmetic(call.eval, Arithmetic::FloorDiv, call.args[0], call.args[1]);
  FailureOr<AbstractValue> rest = failed(quotient) ? quotient : arithmetic(call.eval, Arithmetic::Remainder, call.args[0], call.args[1]);
  if (failed(rest))
    return failure();
  call.results = {*quotient, *rest};
  return success();
}

/// Rounds toward zero, as C's `/`.
static LogicalResult evaluateTruncatingDivision(Call &call) {
  AbstractValue notZero = call.eval.emitter.compare("ne", call.args[1], AbstractValue::ofInt(0));
  if (failed(call.eval.require(notZero, "builtins.RuntimeError", "division by 0")))
    return failure();
  if (call.args[0].isKnown() && call.args[1].isKnown() && call.args[1].asInt() != -1)
    return call.give(AbstractValue::ofInt(call.args[0].asInt() / call.args[1].asInt()));
  return call.give(call.eval.emitter.scalarOp("div", {call.args[0], call.args[1]}));
}

static LogicalResult evaluateIfThenElse(Call &call) {
  FailureOr<AbstractValue> condition = call.eval.truth(call.args[0]);
  if (failed(condition))
    return failure();
  if (condition->isKnown())
    return call.give(condition->asBool() ? call.args[1] : call.args[2]);
  if (call.args[1].isScalar() && call.args[1].kind() == call.args[2].kind())
    return call.give(call.eval.emitter.select(*condition, call.args[1], call.args[2]));
  AbstractValue yes = call.args[1], no = call.args[2];
  call.deferred = true;
  return call.eval.branch(
      call.op, *condition, [yes](Evaluator &eval, Completion done) { return done(eval, yes); },
      [no](Evaluator &eval, Completion done) { return done(eval, no); }, call.done);
}

void specialize::addScalarIntrinsics(IntrinsicTable &table) {
  table.addOfValues({
      {"aten::Bool", evaluateConversion<ValueKind::Bool>},
      {"aten::Float", evaluateConversion<ValueKind::Float>},
      {"aten::Int", evaluateConversion<ValueKind::Int>},
      {"aten::__and__", evaluateBits<Bits::And>},
      {"aten::__derive_index", evaluateDeriveIndex},
      {"aten::__lshift__", evaluateShift<true>},
      {"aten::__or__", evaluateBits<Bits::Or>},
      {"aten::__range_length", evaluateRangeLength},
      {"aten::__round_to_zero_floordiv", evaluateTruncatingDivision},
      {"aten::__rshift__", evaluateShift<false>},
      {"aten::__xor__", evaluateBits<Bits::Xor>},
      {"aten::add", evaluateArithmetic<Arithmetic::Add>},
      {"aten::div", evaluateArithmetic<Arithmetic::Div>},
      {"aten::divmod", evaluateDivmod},
      {"aten::eq", evaluateCompare<'e', 'q'>},
      {"aten::floordiv", evaluateArithmetic<Arithmetic::FloorDiv>},
      {"aten::fmod", evaluateArithmetic<Arithmetic::Fmod>},
      {"aten::ge", evaluateCompare<'g', 'e'>},
      {"aten::gt", evaluateCompare<'g', 't'>},
      {"aten::le", evaluateCompare<'l', 'e'>},
      {"aten::lt", evaluateCompare<'l', 't'>},
      {"aten::mul", evaluateArithmetic<Arithmetic::Mul>},
      {"aten::ne", evaluateCompare<'n', 'e'>},
      {"aten::neg", evaluateNegation},
      {"aten::pow", evaluateArithmetic<Arithmetic::Pow>},
      {"aten::remainder", evaluateArithmetic<Arithmetic::Remainder>},
      {"aten::sub", evaluateArithmetic<Arithmetic::Sub>},
      {"prim::IfThenElse", evaluateIfThenElse},
      {"prim::abs", evaluateAbs},
      {"prim::max", evaluateArithmetic<Arithmetic::Maximum>},
      {"prim::min", evaluateArithmetic<Arithmetic::Minimum>},
  });
  table.add({
      {"aten::Complex", evaluateComplex},
      {"aten::__is__", evaluateIs},
      {"aten::__isnot__", evaluateIs},
      {"aten::__not__", evaluateNot},
  });
}
