#include "dialects/TorchScript/Evaluate/ScalarFunctions.h"

#include "dialects/TorchScript/Evaluate/SpecialFunctions.h"
#include "runtime/SmallFloat.h"

#include "llvm/ADT/StringMap.h"

#include <numeric>

using namespace sconce;
using namespace sconce::ts;

using Z = ComplexDouble;

namespace {

//===----------------------------------------------------------------------===//
// Integers. The library checks divisors; a zero one gives 0 here, so that nothing traps.
//===----------------------------------------------------------------------===//

int64_t truncatedQuotient(int64_t a, int64_t b) { return b == 0 ? 0 : b == -1 ? wrapSub(0, a) : a / b; }
int64_t truncatedRemainder(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }
int64_t floorQuotient(int64_t a, int64_t b) {
  int64_t remainder = truncatedRemainder(a, b);
  return truncatedQuotient(a, b) - (remainder != 0 && (remainder < 0) != (b < 0));
}
int64_t floorRemainder(int64_t a, int64_t b) {
  int64_t remainder = truncatedRemainder(a, b);
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}
int64_t greatestDivisor(int64_t a, int64_t b) {
  uint64_t x = a < 0 ? uint64_t(0) - static_cast<uint64_t>(a) : a, y = b < 0 ? uint64_t(0) - static_cast<uint64_t>(b) : b;
  return static_cast<int64_t>(std::gcd(x, y));
}
int64_t integerPower(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
  int64_t power = 1;
  for (; exponent > 0; exponent >>= 1, base = wrapMul(base, base))
    if (exponent & 1)
      power = wrapMul(power, base);
  return power;
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

/// PyTorch's floor division.
double floorQuotient(double a, double b) {
  if (b == 0)
    return a / b;
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0))
    quotient -= 1;
  if (quotient == 0)
    return std::copysign(0.0, a / b);
  double floor = std::floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}
double floorRemainder(double a, double b) {
  double remainder = std::fmod(a, b);
  return remainder != 0 && (b < 0) != (remainder < 0) ? remainder + b : remainder;
}
double maximum(double a, double b) { return std::isnan(a) || std::isnan(b) ? kNaN : a > b ? a : b; }
double minimum(double a, double b) { return std::isnan(a) || std::isnan(b) ? kNaN : a < b ? a : b; }

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

using Unary = UnaryFunction;
using Binary = BinaryFunction;

/// A function of floats and complex numbers.
#define SCONCE_BOTH(NAME, CALL) {NAME, Unary{nullptr, [](double x) -> double { return CALL; }, [](Z x) -> Z { return CALL; }}}
#define SCONCE_FLOAT(NAME, CALL) {NAME, Unary{nullptr, [](double x) -> double { return CALL; }, nullptr}}

const llvm::StringMap<Unary> &unaryFunctions() {
  static const llvm::StringMap<Unary> table = {
      {"neg", Unary{[](int64_t x) { return wrapSub(0, x); }, [](double x) { return -x; }, [](Z x) { return -x; }}},
      {"abs", Unary{[](int64_t x) { return x < 0 ? wrapSub(0, x) : x; }, [](double x) { return std::fabs(x); }, nullptr}},
      {"sign", Unary{[](int64_t x) -> int64_t { return (x > 0) - (x < 0); }, [](double x) -> double { return (x > 0) - (x < 0); }, nullptr}},
      SCONCE_FLOAT("ceil", std::ceil(x)),
      SCONCE_FLOAT("floor", std::floor(x)),
      SCONCE_FLOAT("round", std::nearbyint(x)),
      SCONCE_FLOAT("trunc", std::trunc(x)),
      SCONCE_BOTH("acos", std::acos(x)),
      SCONCE_BOTH("acosh", std::acosh(x)),
      SCONCE_BOTH("asin", std::asin(x)),
      SCONCE_BOTH("asinh", std::asinh(x)),
      SCONCE_BOTH("atan", std::atan(x)),
      SCONCE_BOTH("atanh", std::atanh(x)),
      SCONCE_BOTH("cos", std::cos(x)),
      SCONCE_BOTH("cosh", std::cosh(x)),
      SCONCE_BOTH("exp", std::exp(x)),
      SCONCE_BOTH("log", std::log(x)),
      SCONCE_BOTH("log10", std::log10(x)),
      SCONCE_BOTH("rsqrt", 1.0 / std::sqrt(x)),
      SCONCE_BOTH("sin", std::sin(x)),
      SCONCE_BOTH("sinh", std::sinh(x)),
      SCONCE_BOTH("sqrt", std::sqrt(x)),
      SCONCE_BOTH("tan", std::tan(x)),
      SCONCE_BOTH("tanh", std::tanh(x)),
      {"exp2", Unary{nullptr, [](double x) { return std::exp2(x); }, [](Z x) { return std::exp(x * std::log(2.0)); }}},
      {"expm1", Unary{nullptr, [](double x) { return std::expm1(x); }, [](Z x) {
                        // exp(a) cos(b) - 1 without cancellation.
                        double half = std::sin(x.imag() / 2), grown = std::exp(x.real());
                        return Z(std::expm1(x.real()) * std::cos(x.imag()) - 2 * half * half, grown * std::sin(x.imag()));
                      }}},
      {"log1p", Unary{nullptr, [](double x) { return std::log1p(x); }, [](Z x) {
                        double a = x.real(), b = x.imag();
                        double magnitude = std::abs(a) < 0.5 && std::abs(b) < 0.5 ? std::log1p(a * (2 + a) + b * b) / 2 : std::log(std::abs(1.0 + x));
                        return Z(magnitude, std::atan2(b, 1 + a));
                      }}},
      {"log2", Unary{nullptr, [](double x) { return std::log2(x); }, [](Z x) { return std::log(x) / std::log(2.0); }}},
      SCONCE_FLOAT("digamma", ts::digamma(x)),
      SCONCE_FLOAT("erf", std::erf(x)),
      SCONCE_FLOAT("erfc", std::erfc(x)),
      SCONCE_FLOAT("erfinv", ts::erfinv(x)),
      SCONCE_FLOAT("i0", ts::i0(x)),
      SCONCE_FLOAT("i0e", ts::i0e(x)),
      SCONCE_FLOAT("i1", ts::i1(x)),
      SCONCE_FLOAT("i1e", ts::i1e(x)),
      SCONCE_FLOAT("lgamma", ts::lgamma(x)),
      SCONCE_FLOAT("ndtri", ts::ndtri(x)),
  };
  return table;
}
#undef SCONCE_BOTH
#undef SCONCE_FLOAT

#define SCONCE_FLOAT2(NAME, CALL) {NAME, Binary{nullptr, [](double a, double b) -> double { return CALL; }, nullptr}}
#define SCONCE_INT2(NAME, CALL) {NAME, Binary{[](int64_t a, int64_t b) -> int64_t { return CALL; }, nullptr, nullptr}}

const llvm::StringMap<Binary> &binaryFunctions() {
  static const llvm::StringMap<Binary> table = {
      {"add", Binary{wrapAdd, [](double a, double b) { return a + b; }, [](Z a, Z b) { return a + b; }}},
      {"sub", Binary{wrapSub, [](double a, double b) { return a - b; }, [](Z a, Z b) { return a - b; }}},
      {"mul", Binary{wrapMul, [](double a, double b) { return a * b; }, [](Z a, Z b) { return a * b; }}},
      {"div", Binary{truncatedQuotient, [](double a, double b) { return a / b; }, [](Z a, Z b) { return a / b; }}},
      {"floordiv", Binary{floorQuotient, floorQuotient, nullptr}},
      {"remainder", Binary{floorRemainder, floorRemainder, nullptr}},
      {"fmod", Binary{truncatedRemainder, [](double a, double b) { return std::fmod(a, b); }, nullptr}},
      {"pow", Binary{integerPower, [](double a, double b) { return std::pow(a, b); }, [](Z a, Z b) { return std::pow(a, b); }}},
      {"maximum", Binary{[](int64_t a, int64_t b) { return a > b ? a : b; }, maximum, nullptr}},
      {"minimum", Binary{[](int64_t a, int64_t b) { return a < b ? a : b; }, minimum, nullptr}},
      {"fmax", Binary{[](int64_t a, int64_t b) { return a > b ? a : b; }, [](double a, double b) { return std::fmax(a, b); }, nullptr}},
      {"fmin", Binary{[](int64_t a, int64_t b) { return a < b ? a : b; }, [](double a, double b) { return std::fmin(a, b); }, nullptr}},
      SCONCE_INT2("and", a & b),
      SCONCE_INT2("or", a | b),
      SCONCE_INT2("xor", a ^ b),
      SCONCE_INT2("gcd", greatestDivisor(a, b)),
      SCONCE_FLOAT2("atan2", std::atan2(a, b)),
      SCONCE_FLOAT2("copysign", std::copysign(a, b)),
      SCONCE_FLOAT2("hypot", std::hypot(a, b)),
      SCONCE_FLOAT2("igamma", ts::igamma(a, b)),
      SCONCE_FLOAT2("igammac", ts::igammac(a, b)),
      SCONCE_FLOAT2("zeta", ts::zeta(a, b)),
  };
  return table;
}
#undef SCONCE_FLOAT2
#undef SCONCE_INT2

template <typename Function> const Function *find(const llvm::StringMap<Function> &table, llvm::StringRef name) {
  auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

} // namespace

const UnaryFunction *ts::findUnaryFunction(llvm::StringRef name) { return find(unaryFunctions(), name); }
const BinaryFunction *ts::findBinaryFunction(llvm::StringRef name) { return find(binaryFunctions(), name); }

void ts::forEachUnaryFunction(llvm::function_ref<void(llvm::StringRef)> visit) {
  for (const auto &entry : unaryFunctions())
    visit(entry.first());
}
void ts::forEachBinaryFunction(llvm::function_ref<void(llvm::StringRef)> visit) {
  for (const auto &entry : binaryFunctions())
    visit(entry.first());
}

double ts::nextSmallFloat(rt::Dtype dtype, float from, float to) {
  bool isHalf = dtype == rt::Dtype::Float16;
  auto pack = [&](float x) { return isHalf ? rt::halfFromFloat(x) : rt::bfloatFromFloat(x); };
  auto unpack = [&](uint16_t bits) { return isHalf ? rt::floatFromHalf(bits) : rt::floatFromBfloat(bits); };
  if (from == 0)
    return unpack((std::signbit(to) ? 0x8000 : 0) | 1);
  // One up in magnitude is one more in the bits.
  bool isAway = (to > from) == (from > 0);
  return unpack(static_cast<uint16_t>(pack(from) + (isAway ? 1 : -1)));
}
