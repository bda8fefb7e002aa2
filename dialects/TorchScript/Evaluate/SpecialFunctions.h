// The special functions, once for the reference evaluation (over double) and for generated code (over expressions that become operations).
//
// T has the operators and elementary functions of double; conditions have && || !, and select(c, a, b) takes the place of branches, since in
// generated code both sides are computed. Written for float64: who computes in float32 widens first, so that one accuracy holds for all.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_SPECIALFUNCTIONS_H
#define SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_SPECIALFUNCTIONS_H

#include "dialects/TorchScript/Evaluate/CephesCoefficients.h"

#include "llvm/ADT/ArrayRef.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace sconce::ts {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kPi = 3.14159265358979323846;

// What generated expressions have as friends, for double.
inline double select(bool condition, double a, double b) { return condition ? a : b; }

/// `number` as a T.
inline double constantLike(double, double number) { return number; }
template <typename T> T constantLike(const T &like, double number) { return like.constant(number); }

template <typename T> using Carried = std::vector<T>;

/// Runs `body` on the carried values while `condition` holds, at most `limit` times.
template <typename T, typename Condition, typename Body>
Carried<T> iterate(Carried<T> carried, int64_t limit, Condition condition, Body body) {
  if constexpr (std::is_same_v<T, double>) {
    for (; limit > 0 && condition(carried); --limit)
      carried = body(carried);
    return carried;
  } else {
    return T::loop(std::move(carried), limit, condition, body);
  }
}

/// A polynomial with its highest power first.
template <typename T, size_t N> T polynomial(T x, const double (&coefficients)[N]) {
  T sum = constantLike(x, coefficients[0]);
  for (size_t i = 1; i < N; ++i)
    sum = sum * x + coefficients[i];
  return sum;
}

/// A Chebyshev series by Clenshaw's recurrence, as Cephes orders it.
template <typename T, size_t N> T chebyshev(T x, const double (&coefficients)[N]) {
  T b0 = constantLike(x, coefficients[0]), b1 = constantLike(x, 0), b2 = b1;
  for (size_t i = 1; i < N; ++i) {
    b2 = b1;
    b1 = b0;
    b0 = x * b1 - b2 + coefficients[i];
  }
  return 0.5 * (b0 - b2);
}

template <typename T> T digamma(T x) {
  using std::floor, std::log, std::tan, std::copysign;
  // Reflected to the positive side, shifted up to 10, then the asymptotic series.
  auto isNegative = x < 0.0;
  T p = select(isNegative, 1.0 - x, x);
  T sum = constantLike(x, 0);
  for (int i = 0; i < 10; ++i) {
    auto isSmall = p < 10.0;
    sum = select(isSmall, sum - 1.0 / p, sum);
    p = select(isSmall, p + 1.0, p);
  }
  T z = 1.0 / (p * p);
  T result = log(p) - 0.5 / p - z * polynomial(z, cephes::digamma) + sum;
  T fraction = x - floor(x);
  result = select(isNegative, result - kPi / tan(kPi * fraction), result);
  result = select(isNegative && fraction == 0.0, constantLike(x, kNaN), result);
  return select(x == 0.0, copysign(constantLike(x, kInfinity), -x), result);
}

template <typename T> T lgamma(T x) {
  using std::floor, std::log, std::sin, std::fabs;
  auto isReflected = x < 0.5;
  T p = select(isReflected, 1.0 - x, x);
  T product = constantLike(x, 1);
  for (int i = 0; i < 10; ++i) {
    auto isSmall = p < 10.0;
    product = select(isSmall, product * p, product);
    p = select(isSmall, p + 1.0, p);
  }
  // Stirling's series.
  const double series[] = {1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12};
  T w = 1.0 / p;
  T result = (p - 0.5) * log(p) - p + 0.91893853320467274178 + w * polynomial(w * w, series) - log(product);
  result = select(p == kInfinity, constantLike(x, kInfinity), result);
  T fraction = x - floor(x);
  T reflected = log(kPi / fabs(sin(kPi * fraction))) - result;
  result = select(isReflected, reflected, result);
  result = select(x <= 0.0 && fraction == 0.0, constantLike(x, kInfinity), result);
  return select(fabs(x) == kInfinity, constantLike(x, kInfinity), result);
}

/// PyTorch's rational approximation and two steps of Newton's method, the latter by erfc in the tails, where erf is too close to 1.
template <typename T> T erfinv(T y) {
  using std::fabs, std::sqrt, std::log, std::exp, std::erf, std::erfc, std::copysign;
  const double a[] = {-0.140543331, 0.914624893, -1.645349621, 0.886226899};
  const double b[] = {0.012229801, -0.329097515, 1.442710462, -2.118377725, 1.0};
  const double c[] = {1.641345311, 3.429567803, -1.624906493, -1.970840454};
  const double d[] = {1.637067800, 3.543889200, 1.0};
  T size = fabs(y), rest = 1.0 - size;
  auto isCentral = size <= 0.7;
  T square = y * y;
  T central = size * polynomial(square, a) / polynomial(square, b);
  T z = sqrt(-log(rest / 2.0));
  T x = select(isCentral, central, polynomial(z, c) / polynomial(z, d));
  for (int i = 0; i < 2; ++i)
    x = x - select(isCentral, erf(x) - size, rest - erfc(x)) / (1.12837916709551257390 * exp(-(x * x)));
  x = select(size == 1.0, constantLike(y, kInfinity), x);
  return select(size > 1.0, constantLike(y, kNaN), copysign(x, y));
}

template <typename T> T i0e(T x) {
  using std::fabs, std::sqrt;
  T size = fabs(x);
  T near = chebyshev(size / 2.0 - 2.0, cephes::i0eNear);
  T far = chebyshev(32.0 / size - 2.0, cephes::i0eFar) / sqrt(size);
  return select(size <= 8.0, near, far);
}

template <typename T> T i0(T x) {
  using std::fabs, std::exp;
  return exp(fabs(x)) * i0e(x);
}

template <typename T> T i1e(T x) {
  using std::fabs, std::sqrt;
  T size = fabs(x);
  T near = size * chebyshev(size / 2.0 - 2.0, cephes::i1eNear);
  T far = chebyshev(32.0 / size - 2.0, cephes::i1eFar) / sqrt(size);
  T result = select(size <= 8.0, near, far);
  return select(x < 0.0, -result, result);
}

template <typename T> T i1(T x) {
  using std::fabs, std::exp;
  return exp(fabs(x)) * i1e(x);
}

template <typename T> T ndtri(T y) {
  using std::sqrt, std::log;
  const double tail = 0.13533528323661269189; // exp(-2)
  auto isUpper = y > 1.0 - tail;
  T p = select(isUpper, 1.0 - y, y);
  T centre = p - 0.5, square = centre * centre;
  T middle = (centre + centre * (square * polynomial(square, cephes::ndtriP0) / polynomial(square, cephes::ndtriQ0))) *
             2.50662827463100050242;
  T x = sqrt(-2.0 * log(p));
  T first = x - log(x) / x, z = 1.0 / x;
  T near = z * polynomial(z, cephes::ndtriP1) / polynomial(z, cephes::ndtriQ1);
  T far = z * polynomial(z, cephes::ndtriP2) / polynomial(z, cephes::ndtriQ2);
  T outer = first - select(x < 8.0, near, far);
  T result = select(p > tail, middle, select(isUpper, outer, -outer));
  result = select(y == 0.0, constantLike(y, -kInfinity), result);
  result = select(y == 1.0, constantLike(y, kInfinity), result);
  return select(y < 0.0 || y > 1.0, constantLike(y, kNaN), result);
}

/// x^a e^-x / gamma(a): what both incomplete gamma functions begin with.
template <typename T> T igammaFactor(T a, T x) {
  using std::exp, std::log;
  return exp(a * log(x) - x - lgamma(a));
}

/// The lower function by its power series, for x up to a or 1.
template <typename T> T igammaSeries(T a, T x) {
  const double epsilon = 1.11022302462515654042e-16;
  T one = constantLike(a, 1);
  // Denominator, term, sum.
  Carried<T> state = iterate<T>(
      {a, one, one}, 10000, [&](llvm::ArrayRef<T> s) { return s[1] > epsilon * s[2]; },
      [&](llvm::ArrayRef<T> s) -> Carried<T> {
        T r = s[0] + 1.0;
        T term = s[1] * x / r;
        return {r, term, s[2] + term};
      });
  return state[2] * igammaFactor(a, x) / a;
}

/// The upper function by its continued fraction (Lentz's method), for x above a and 1.
template <typename T> T igammacFraction(T a, T x) {
  using std::fabs;
  const double epsilon = 1.11022302462515654042e-16, tiny = 1e-300;
  T b = x + 1.0 - a;
  T d = 1.0 / select(b == 0.0, constantLike(b, tiny), b);
  T c = constantLike(a, 1.0 / tiny);
  T zero = constantLike(a, 0), two = constantLike(a, 2);
  // i, b, c, d, h, the last factor.
  Carried<T> state = iterate<T>(
      {zero, b, c, d, d, two}, 10000, [&](llvm::ArrayRef<T> s) { return fabs(s[5] - 1.0) > epsilon; },
      [&](llvm::ArrayRef<T> s) -> Carried<T> {
        T i = s[0] + 1.0;
        T an = -(i * (i - a));
        T bn = s[1] + 2.0;
        T dn = an * s[3] + bn, cn = bn + an / s[2];
        dn = 1.0 / select(fabs(dn) < constantLike(dn, tiny), constantLike(dn, tiny), dn);
        cn = select(fabs(cn) < constantLike(cn, tiny), constantLike(cn, tiny), cn);
        T factor = dn * cn;
        return {i, bn, cn, dn, s[4] * factor, factor};
      });
  return state[4] * igammaFactor(a, x);
}

/// The lower (or upper) regularized incomplete gamma function, by whichever of series and fraction converges.
template <typename T> T igammaEither(T a, T x, bool upper) {
  auto isSeries = x <= 1.0 || x <= a;
  // A harmless place for the one that is not taken keeps its loop short.
  T one = constantLike(a, 1), two = constantLike(a, 2);
  auto isOrdinary = a > 0.0 && x > 0.0 && a < kInfinity && x < kInfinity;
  auto takeSeries = isSeries && isOrdinary;
  auto takeFraction = !isSeries && isOrdinary;
  T series = igammaSeries(select(takeSeries, a, one), select(takeSeries, x, one));
  T fraction = igammacFraction(select(takeFraction, a, one), select(takeFraction, x, two));
  T lower = select(isSeries, series, 1.0 - fraction), higher = select(isSeries, 1.0 - series, fraction);
  T result = upper ? higher : lower;
  T none = constantLike(a, upper ? 1.0 : 0.0), all = constantLike(a, upper ? 0.0 : 1.0), nan = constantLike(a, kNaN);
  // Limits: nothing below x = 0 or of an infinite a, everything below an infinite x or of a = 0.
  result = select(a == 0.0, select(x > 0.0, all, nan), result);
  result = select(x == 0.0, select(a > 0.0, none, nan), result);
  result = select(a == kInfinity, select(x == kInfinity, nan, none), result);
  result = select(x == kInfinity && a < kInfinity, all, result);
  result = select(a < 0.0 || x < 0.0, nan, result);
  return select(a != a || x != x, nan, result);
}

template <typename T> T igamma(T a, T x) { return igammaEither(a, x, false); }
template <typename T> T igammac(T a, T x) { return igammaEither(a, x, true); }

/// Hurwitz's zeta function by the Euler-Maclaurin sum.
template <typename T> T zeta(T x, T q) {
  using std::fabs, std::floor, std::pow;
  const double epsilon = 1.11022302462515654042e-16;
  T isIn = select(x > 1.0, x, constantLike(x, 2));
  T start = select(q > -100000.0, q, constantLike(q, 1));
  T sum = pow(start, -isIn);
  // The next base, the sum, the last term: at least nine terms, until the base is above 9.
  Carried<T> state = iterate<T>(
      {start, sum, sum, constantLike(x, 0)}, 200000,
      [&](llvm::ArrayRef<T> s) { return (s[3] < 9.0 || s[0] <= 9.0) && !(fabs(s[2]) < epsilon * fabs(s[1]) && s[3] > 0.0); },
      [&](llvm::ArrayRef<T> s) -> Carried<T> {
        T base = s[0] + 1.0;
        T term = pow(base, -isIn);
        return {base, s[1] + term, term, s[3] + 1.0};
      });
  T w = state[0], b = state[2];
  auto isDone = fabs(b) < epsilon * fabs(state[1]);
  T tail = state[1] + b * w / (isIn - 1.0) - 0.5 * b;
  T a = constantLike(x, 1);
  double k = 0;
  for (double coefficient : cephes::zeta) {
    a = a * (isIn + k);
    b = b / w;
    tail = tail + a * b / coefficient;
    k += 1;
    a = a * (isIn + k);
    b = b / w;
    k += 1;
  }
  T result = select(isDone, state[1], tail);
  T nan = constantLike(x, kNaN), infinity = constantLike(x, kInfinity);
  result = select(q <= 0.0, select(q == floor(q), infinity, select(x == floor(x), result, nan)), result);
  result = select(x < 1.0, nan, result);
  result = select(x == 1.0, infinity, result);
  return select(x != x || q != q, nan, result);
}

} // namespace sconce::ts

#endif
