// Functions of Python's math module that no instruction and no function of libm is by itself.
#ifndef SCONCE_RUNTIME_MATHFUNCTIONS_H
#define SCONCE_RUNTIME_MATHFUNCTIONS_H

#include "runtime/Status.h"

#include <cstdint>
#include <utility>

namespace sconce::rt::math {

/// Raises for negative numbers; wraps where it does not fit.
Result<int64_t> factorial(int64_t n);
/// x * 2^exponent. As in PyTorch, only the exponent's low 32 bits count.
double ldexp(double x, int64_t exponent);
/// The fraction, in [0.5, 1) but for its sign, and the power of two.
std::pair<double, int64_t> frexp(double x);
/// The fraction and the whole number, both with the sign of x.
std::pair<double, double> modf(double x);

/// divmod() of two floats: quotient and remainder. The divisor is not zero.
std::pair<double, double> divmod(double a, double b);
/// The same of an int and a float, as PyTorch computes it: with the low 32 bits of the int, the float in f32, and the quotient's floor
/// as an int. Raises for a divisor that is zero then, and for a quotient that is no int.
Result<std::pair<double, double>> divmod(int64_t a, double b);
Result<std::pair<double, double>> divmod(double a, int64_t b);

/// What floor() and ceil() give for a whole number; raises where no int64 has it.
Result<int64_t> toInteger(double whole);

} // namespace sconce::rt::math

#endif
