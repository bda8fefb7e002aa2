#include "runtime/MathFunctions.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace sconce::rt::math {

Result<int64_t> factorial(int64_t n) {
  if (n < 0)
    return Status::raise("factorial() not defined for negative values");
  // From 66 on there are 64 factors of 2.
  uint64_t product = 1;
  for (int64_t i = 2; i <= std::min<int64_t>(n, 66); ++i)
    product *= static_cast<uint64_t>(i);
  return static_cast<int64_t>(product);
}

double ldexp(double x, int64_t exponent) { return std::ldexp(x, static_cast<int32_t>(exponent)); }

std::pair<double, int64_t> frexp(double x) {
  int exponent = 0;
  double fraction = std::frexp(x, &exponent);
  return {fraction, exponent};
}

std::pair<double, double> modf(double x) {
  double whole = 0, fraction = std::modf(x, &whole);
  return {fraction, whole};
}

std::pair<double, double> divmod(double a, double b) {
  double remainder = std::fmod(a, b);
  if (remainder != 0 && (a < 0) != (b < 0))
    remainder += b;
  return {(a - remainder) / b, remainder};
}

static Result<std::pair<double, double>> divmodOfNarrow(float a, float b) {
  if (b == 0)
    return Status::raise("ZeroDivisionError: float divmod()");
  Result<int64_t> quotient = toInteger(std::floor(a / b));
  if (!quotient)
    return quotient.status();
  double whole = static_cast<double>(*quotient);
  return std::pair(whole, static_cast<double>(a) - whole * static_cast<double>(b));
}

Result<std::pair<double, double>> divmod(int64_t a, double b) {
  return divmodOfNarrow(static_cast<float>(static_cast<int32_t>(a)), static_cast<float>(b));
}
Result<std::pair<double, double>> divmod(double a, int64_t b) {
  return divmodOfNarrow(static_cast<float>(a), static_cast<float>(static_cast<int32_t>(b)));
}

Result<int64_t> toInteger(double whole) {
  if (whole >= -0x1p63 && whole < 0x1p63)
    return static_cast<int64_t>(whole);
  return Status::raise("Cannot convert float " + std::to_string(whole) + " to integer");
}

} // namespace sconce::rt::math
