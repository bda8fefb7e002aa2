// The classic algorithms, as LAPACK orders their steps (names of its routines
// are in the comments): reflections to a condensed form, then rotations.
#include "runtime/Decomposition.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sconce::rt {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon() / 2, kTiny = std::numeric_limits<double>::min();

/// Plain arithmetic: std::complex would call a compiler's support library.
struct ComplexNumber {
  double re = 0, im = 0;
  ComplexNumber() = default;
  ComplexNumber(double re, double im = 0) : re(re), im(im) {}
  ComplexNumber conj() const { return {re, -im}; }
  double abs() const { return std::hypot(re, im); }
  /// |re| + |im|, LAPACK's cabs1.
  double size() const { return std::fabs(re) + std::fabs(im); }
};
ComplexNumber operator+(ComplexNumber a, ComplexNumber b) { return {a.re + b.re, a.im + b.im}; }
ComplexNumber operator-(ComplexNumber a, ComplexNumber b) { return {a.re - b.re, a.im - b.im}; }
ComplexNumber operator*(ComplexNumber a, ComplexNumber b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
ComplexNumber operator/(ComplexNumber a, ComplexNumber b) {
  // Scaled by the larger part of b, so that its square does not overflow.
  if (std::fabs(b.re) >= std::fabs(b.im)) {
    double ratio = b.im / b.re, scale = b.re + b.im * ratio;
    return {(a.re + a.im * ratio) / scale, (a.im - a.re * ratio) / scale};
  }
  double ratio = b.re / b.im, scale = b.re * ratio + b.im;
  return {(a.re * ratio + a.im) / scale, (a.im * ratio - a.re) / scale};
}
ComplexNumber squareRoot(ComplexNumber z) {
  double length = z.abs();
  if (length == 0)
    return {};
  double half = std::sqrt((length + std::fabs(z.re)) / 2), other = std::fabs(z.im) / (2 * half);
  ComplexNumber root = z.re >= 0 ? ComplexNumber(half, other) : ComplexNumber(other, half);
  return std::signbit(z.im) ? root.conj() : root;
}

using Vector = std::vector<double>;

struct Matrix {
  int64_t rows, columns;
  std::vector<ComplexNumber> elements;
  Matrix(int64_t rows, int64_t columns) : rows(rows), columns(columns), elements(static_cast<size_t>(rows * columns)) {}
  ComplexNumber &operator()(int64_t i, int64_t j) { return elements[static_cast<size_t>(i * columns + j)]; }
  static Matrix identity(int64_t n) {
    Matrix one(n, n);
    for (int64_t i = 0; i < n; ++i)
      one(i, i) = 1;
    return one;
  }
};

/// H = I - tau v v^H with v = 1 at `start` and zero before it.
struct Reflection {
  int64_t start = 0;
  ComplexNumber tau = {};
  std::vector<ComplexNumber> v = {};

  /// The reflection (zlarfg) that takes x to (beta, 0, …): H^H x = beta e1. x becomes that.
  static Reflection of(int64_t start, std::vector<ComplexNumber> x, double &beta) {
    Reflection reflection{start, {}, std::move(x)};
    std::vector<ComplexNumber> &v = reflection.v;
    double rest = 0;
    for (size_t i = 1; i < v.size(); ++i)
      rest = std::hypot(rest, v[i].abs());
    ComplexNumber head = v[0];
    beta = head.re;
    if (rest != 0 || head.im != 0) {
      beta = -std::copysign(std::hypot(head.abs(), rest), head.re);
      reflection.tau = {(beta - head.re) / beta, -head.im / beta};
      ComplexNumber scale = ComplexNumber(1) / (head - ComplexNumber(beta));
      for (size_t i = 1; i < v.size(); ++i)
        v[i] = v[i] * scale;
    }
    v[0] = 1;
    return reflection;
  }

  /// (I - t v v^H) a, on columns from `from` on.
  void applyLeft(Matrix &a, ComplexNumber t, int64_t from = 0) const {
    for (int64_t j = from; j < a.columns; ++j) {
      ComplexNumber sum;
      for (size_t i = 0; i < v.size(); ++i)
        sum = sum + v[i].conj() * a(start + static_cast<int64_t>(i), j);
      sum = t * sum;
      for (size_t i = 0; i < v.size(); ++i)
        a(start + static_cast<int64_t>(i), j) = a(start + static_cast<int64_t>(i), j) - v[i] * sum;
    }
  }
  /// a (I - t v v^H), on rows from `from` on.
  void applyRight(Matrix &a, ComplexNumber t, int64_t from = 0) const {
    for (int64_t i = from; i < a.rows; ++i) {
      ComplexNumber sum;
      for (size_t j = 0; j < v.size(); ++j)
        sum = sum + a(i, start + static_cast<int64_t>(j)) * v[j];
      sum = sum * t;
      for (size_t j = 0; j < v.size(); ++j)
        a(i, start + static_cast<int64_t>(j)) = a(i, start + static_cast<int64_t>(j)) - sum * v[j].conj();
    }
  }
};

/// H1 H2 … as a matrix.
Matrix product(const std::vector<Reflection> &reflections, int64_t n) {
  Matrix q = Matrix::identity(n);
  for (size_t i = reflections.size(); i-- > 0;)
    reflections[i].applyLeft(q, reflections[i].tau);
  return q;
}

struct Rotation {
  double c = 1, s = 0;
  /// The rotation that takes (f, g) to (r, 0) (dlartg).
  static Rotation of(double f, double g, double &r) {
    if (g == 0) {
      r = f;
      return {};
    }
    if (f == 0) {
      r = std::fabs(g);
      return {0, std::copysign(1.0, g)};
    }
    r = std::copysign(std::hypot(f, g), f);
    return {std::fabs(f) / std::fabs(r), g / r};
  }
  /// Of columns j and j + 1.
  void turn(Matrix &z, int64_t j) const {
    for (int64_t i = 0; i < z.rows; ++i) {
      ComplexNumber a = z(i, j), b = z(i, j + 1);
      z(i, j) = {c * a.re + s * b.re, c * a.im + s * b.im};
      z(i, j + 1) = {c * b.re - s * a.re, c * b.im - s * a.im};
    }
  }
};

void swapColumns(Matrix &z, int64_t i, int64_t j) {
  for (int64_t k = 0; k < z.rows; ++k)
    std::swap(z(k, i), z(k, j));
}

//===----------------------------------------------------------------------===//
// Hermitian
//===----------------------------------------------------------------------===//

/// Eigenvalues and vector of [a b; b c] (dlaev2): r1 is the larger in size.
Rotation symmetricPair(double a, double b, double c, double &r1, double &r2) {
  double sum = a + c, gap = a - c, twice = b + b, root = std::hypot(gap, twice);
  double large = std::fabs(a) > std::fabs(c) ? a : c, small = std::fabs(a) > std::fabs(c) ? c : a;
  int sign1 = sum < 0 ? -1 : 1;
  if (sum == 0) {
    r1 = root / 2;
    r2 = -root / 2;
  } else {
    r1 = (sum + sign1 * root) / 2;
    r2 = large / r1 * small - b / r1 * b;
  }
  int sign2 = gap >= 0 ? 1 : -1;
  double cs = gap + sign2 * root;
  Rotation rotation;
  if (std::fabs(cs) > std::fabs(twice)) {
    double cotangent = -twice / cs;
    rotation.s = 1 / std::sqrt(1 + cotangent * cotangent);
    rotation.c = cotangent * rotation.s;
  } else if (twice != 0) {
    double tangent = -cs / twice;
    rotation.c = 1 / std::sqrt(1 + tangent * tangent);
    rotation.s = tangent * rotation.c;
  }
  if (sign1 == sign2)
    rotation = {-rotation.s, rotation.c};
  return rotation;
}

/// Implicit QL or QR on a tridiagonal matrix (zsteqr), whichever end is smaller; turns the columns of z along.
bool solveTridiagonal(Vector &d, Vector &e, Matrix &z) {
  int64_t n = static_cast<int64_t>(d.size()), steps = 0;
  auto D = [&](int64_t i) -> double & { return d[static_cast<size_t>(i)]; };
  auto E = [&](int64_t i) -> double & { return e[static_cast<size_t>(i)]; };
  auto isSmall = [&](int64_t i) {
    return E(i) * E(i) <= kEpsilon * kEpsilon * std::fabs(D(i)) * std::fabs(D(i + 1)) + kTiny;
  };
  for (int64_t first = 0; first < n;) {
    if (first > 0)
      E(first - 1) = 0;
    int64_t last = first;
    while (last < n - 1 && E(last) != 0 && std::fabs(E(last)) > std::sqrt(std::fabs(D(last))) * std::sqrt(std::fabs(D(last + 1))) * kEpsilon)
      ++last;
    if (last < n - 1)
      E(last) = 0;
    int64_t l = first, end = last, next = last + 1;
    if (end != l && std::fabs(D(end)) < std::fabs(D(l)))
      std::swap(l, end);
    // `step` leads from l to end; the entry of e between i and i + step is at min(i, i + step).
    int64_t step = end >= l ? 1 : -1;
    auto between = [&](int64_t i) -> double & { return E(step > 0 ? i : i - 1); };
    while ((end - l) * step >= 0) {
      int64_t m = l;
      while (m != end && !isSmall(step > 0 ? m : m - 1))
        m += step;
      if (m != end)
        between(m) = 0;
      if (m == l) {
        l += step;
        continue;
      }
      if (m == l + step) {
        int64_t low = std::min(l, m);
        double r1, r2;
        Rotation rotation = symmetricPair(D(low), E(low), D(low + 1), r1, r2);
        rotation.turn(z, low);
        D(low) = r1;
        D(low + 1) = r2;
        E(low) = 0;
        l += 2 * step;
        continue;
      }
      if (++steps > 30 * n)
        return false;
      double p = D(l), g = (D(l + step) - p) / (2 * between(l)), r = std::hypot(g, 1.0);
      g = D(m) - p + between(l) / (g + std::copysign(r, g));
      double s = 1, c = 1;
      p = 0;
      for (int64_t i = m - step; (i - l) * step >= 0; i -= step) {
        double f = s * between(i), b = c * between(i);
        Rotation rotation = Rotation::of(g, f, r);
        c = rotation.c;
        s = rotation.s;
        if (i != m - step)
          between(i + step) = r;
        g = D(i + step) - p;
        r = (D(i) - g) * s + 2 * c * b;
        p = s * r;
        D(i + step) = g + p;
        g = c * r - b;
        Rotation{c, step > 0 ? -s : s}.turn(z, std::min(i, i + step));
      }
      D(l) -= p;
      between(l) = g;
    }
    first = next;
  }
  for (int64_t i = 0; i + 1 < n; ++i) {
    int64_t k = std::min_element(d.begin() + i, d.end()) - d.begin();
    if (k != i) {
      std::swap(D(i), D(k));
      swapColumns(z, i, k);
    }
  }
  return true;
}

/// The upper triangle is reduced from its other end, which gives the vectors other signs.
bool hermitian(Matrix a, bool isUpper, Matrix &left, Vector &values) {
  int64_t n = a.rows;
  auto turnAround = [](Matrix &matrix) { std::reverse(matrix.elements.begin(), matrix.elements.end()); };
  if (isUpper)
    turnAround(a);
  values.assign(static_cast<size_t>(n), 0);
  Vector e(static_cast<size_t>(n), 0);
  for (int64_t i = 0; i < n; ++i) {
    a(i, i).im = 0;
    for (int64_t j = i + 1; j < n; ++j)
      a(i, j) = a(j, i).conj();
  }
  std::vector<Reflection> reflections;
  for (int64_t i = 0; i + 1 < n; ++i) {
    std::vector<ComplexNumber> column;
    for (int64_t k = i + 1; k < n; ++k)
      column.push_back(a(k, i));
    Reflection reflection = Reflection::of(i + 1, std::move(column), e[static_cast<size_t>(i)]);
    // H^H a H leaves the first rows and columns as they are.
    reflection.applyLeft(a, reflection.tau.conj());
    reflection.applyRight(a, reflection.tau);
    reflections.push_back(std::move(reflection));
  }
  for (int64_t i = 0; i < n; ++i)
    values[static_cast<size_t>(i)] = a(i, i).re;
  left = product(reflections, n);
  if (isUpper) {
    turnAround(left);
    std::reverse(values.begin(), values.end());
    std::reverse(e.begin(), e.begin() + std::max<int64_t>(n - 1, 0));
  }
  return solveTridiagonal(values, e, left);
}

//===----------------------------------------------------------------------===//
// Singular
//===----------------------------------------------------------------------===//

/// The singular values of [f g; 0 h] (dlas2), the smaller first.
std::pair<double, double> singularPair(double f, double g, double h) {
  double fa = std::fabs(f), ga = std::fabs(g), ha = std::fabs(h), low = std::min(fa, ha), high = std::max(fa, ha);
  if (low == 0)
    return {0, std::hypot(high, ga)};
  double as = 1 + low / high, at = (high - low) / high;
  if (ga < high) {
    double au = ga / high, c = 2 / (std::hypot(as, au) + std::hypot(at, au));
    return {low * c, high / c};
  }
  double au = high / ga;
  if (au == 0)
    return {low * high / ga, ga};
  double c = 1 / (std::hypot(1, as * au) + std::hypot(1, at * au));
  return {2 * (low * c) * au, ga / (c + c)};
}

/// The SVD of [f g; 0 h] (dlasv2): the larger value first.
void singularTriangle(double f, double g, double h, double &small, double &large, Rotation &right, Rotation &left) {
  double ft = f, ht = h, fa = std::fabs(f), ha = std::fabs(h), ga = std::fabs(g);
  bool isSwapped = ha > fa;
  int greatest = isSwapped ? 3 : 1;
  if (isSwapped) {
    std::swap(ft, ht);
    std::swap(fa, ha);
  }
  double cl = 1, sl = 0, cr = 1, sr = 0;
  if (ga == 0) {
    small = ha;
    large = fa;
  } else if (ga > fa && fa / ga < kEpsilon) {
    greatest = 2;
    large = ga;
    small = ha > 1 ? fa / (ga / ha) : fa / ga * ha;
    sl = ht / g;
    sr = 1;
    cr = ft / g;
  } else {
    if (ga > fa)
      greatest = 2;
    double d = fa - ha, l = d == fa ? 1 : d / fa, m = g / ft, t = 2 - l, s = std::hypot(t, m);
    double r = l == 0 ? std::fabs(m) : std::hypot(l, m), a = (s + r) / 2;
    small = ha / a;
    large = fa * a;
    if (m == 0)
      t = l == 0 ? std::copysign(2, ft) * std::copysign(1, g) : g / std::copysign(d, ft) + m / t;
    else
      t = (m / (s + t) + m / (r + l)) * (1 + a);
    l = std::hypot(t, 2);
    cr = 2 / l;
    sr = t / l;
    cl = (cr + sr * m) / a;
    sl = ht / ft * sr / a;
  }
  left = isSwapped ? Rotation{sr, cr} : Rotation{cl, sl};
  right = isSwapped ? Rotation{sl, cl} : Rotation{cr, sr};
  auto sign = [](double x) { return std::copysign(1.0, x); };
  double turned = greatest == 1   ? sign(right.c) * sign(left.c) * sign(f)
                  : greatest == 2 ? sign(right.s) * sign(left.c) * sign(g)
                                  : sign(right.s) * sign(left.s) * sign(h);
  large = std::copysign(large, turned);
  small = std::copysign(small, turned * sign(f) * sign(h));
}

/// QR sweeps on an upper bidiagonal matrix (dbdsqr) with diagonal d; u and v are turned along.
bool solveBidiagonal(Vector &d, Vector &e, Matrix &u, Matrix &v) {
  int64_t n = static_cast<int64_t>(d.size()), m = n - 1, oldFirst = -1, oldLast = -1, steps = 0;
  auto D = [&](int64_t i) -> double & { return d[static_cast<size_t>(i)]; };
  auto E = [&](int64_t i) -> double & { return e[static_cast<size_t>(i)]; };
  double size = static_cast<double>(n);
  double tolerance = std::clamp(std::pow(kEpsilon, -0.125), 10.0, 100.0) * kEpsilon, mu = std::fabs(D(0)), least = mu;
  for (int64_t i = 1; i < n && least != 0; ++i) {
    mu = std::fabs(D(i)) * (mu / (mu + std::fabs(E(i - 1))));
    least = std::min(least, mu);
  }
  double threshold = std::max(tolerance * least / std::sqrt(size), 6.0 * size * size * kTiny);
  bool isDown = true;
  while (m > 0) {
    if (steps > 6 * n * n)
      return false;
    double largest = std::fabs(D(m));
    int64_t ll = m - 1;
    for (; ll >= 0 && std::fabs(E(ll)) > threshold; --ll)
      largest = std::max({largest, std::fabs(D(ll)), std::fabs(E(ll))});
    if (ll >= 0)
      E(ll) = 0;
    if (ll == m - 1) {
      --m;
      continue;
    }
    ++ll;
    if (ll == m - 1) {
      Rotation left, right;
      double small, large;
      singularTriangle(D(ll), E(ll), D(m), small, large, right, left);
      D(ll) = large;
      E(ll) = 0;
      D(m) = small;
      right.turn(v, ll);
      left.turn(u, ll);
      m -= 2;
      continue;
    }
    if (ll > oldLast || m < oldFirst)
      isDown = std::fabs(D(ll)) >= std::fabs(D(m));
    // Entries that the values do not feel are dropped, from the end that the sweep starts at.
    bool isCut = false;
    double smallest = 0;
    int64_t far = isDown ? m - 1 : ll;
    if (std::fabs(E(far)) <= tolerance * std::fabs(D(isDown ? m : ll))) {
      E(far) = 0;
      continue;
    }
    mu = smallest = std::fabs(D(isDown ? ll : m));
    for (int64_t k = 0; k < m - ll && !isCut; ++k) {
      int64_t at = isDown ? ll + k : m - 1 - k;
      if (std::fabs(E(at)) <= tolerance * mu) {
        E(at) = 0;
        isCut = true;
      } else {
        mu = std::fabs(D(isDown ? at + 1 : at)) * (mu / (mu + std::fabs(E(at))));
        smallest = std::min(smallest, mu);
      }
    }
    if (isCut)
      continue;
    oldFirst = ll;
    oldLast = m;
    double shift = 0;
    if (size * tolerance * (smallest / largest) > std::max(kEpsilon, 0.01 * tolerance)) {
      double from = std::fabs(D(isDown ? ll : m));
      shift = isDown ? singularPair(D(m - 1), E(m - 1), D(m)).first : singularPair(D(ll), E(ll), D(ll + 1)).first;
      if (from > 0 && (shift / from) * (shift / from) < kEpsilon)
        shift = 0;
    }
    steps += m - ll;
    double r;
    if (shift == 0 && isDown) {
      Rotation now, old;
      for (int64_t i = ll; i < m; ++i) {
        now = Rotation::of(D(i) * now.c, E(i), r);
        if (i > ll)
          E(i - 1) = old.s * r;
        old = Rotation::of(old.c * r, D(i + 1) * now.s, D(i));
        now.turn(v, i);
        old.turn(u, i);
      }
      double h = D(m) * now.c;
      D(m) = h * old.c;
      E(m - 1) = h * old.s;
    } else if (shift == 0) {
      Rotation now, old;
      for (int64_t i = m; i > ll; --i) {
        now = Rotation::of(D(i) * now.c, E(i - 1), r);
        if (i < m)
          E(i) = old.s * r;
        old = Rotation::of(old.c * r, D(i - 1) * now.s, D(i));
        Rotation{now.c, -now.s}.turn(u, i - 1);
        Rotation{old.c, -old.s}.turn(v, i - 1);
      }
      double h = D(ll) * now.c;
      D(ll) = h * old.c;
      E(ll) = h * old.s;
    } else if (isDown) {
      double f = (std::fabs(D(ll)) - shift) * (std::copysign(1, D(ll)) + shift / D(ll)), g = E(ll);
      for (int64_t i = ll; i < m; ++i) {
        Rotation right = Rotation::of(f, g, r);
        if (i > ll)
          E(i - 1) = r;
        f = right.c * D(i) + right.s * E(i);
        E(i) = right.c * E(i) - right.s * D(i);
        g = right.s * D(i + 1);
        D(i + 1) *= right.c;
        Rotation left = Rotation::of(f, g, D(i));
        f = left.c * E(i) + left.s * D(i + 1);
        D(i + 1) = left.c * D(i + 1) - left.s * E(i);
        if (i < m - 1) {
          g = left.s * E(i + 1);
          E(i + 1) *= left.c;
        }
        right.turn(v, i);
        left.turn(u, i);
      }
      E(m - 1) = f;
    } else {
      double f = (std::fabs(D(m)) - shift) * (std::copysign(1, D(m)) + shift / D(m)), g = E(m - 1);
      for (int64_t i = m; i > ll; --i) {
        Rotation right = Rotation::of(f, g, r);
        if (i < m)
          E(i) = r;
        f = right.c * D(i) + right.s * E(i - 1);
        E(i - 1) = right.c * E(i - 1) - right.s * D(i);
        g = right.s * D(i - 1);
        D(i - 1) *= right.c;
        Rotation left = Rotation::of(f, g, D(i));
        f = left.c * E(i - 1) + left.s * D(i - 1);
        D(i - 1) = left.c * D(i - 1) - left.s * E(i - 1);
        if (i > ll + 1) {
          g = left.s * E(i - 2);
          E(i - 2) *= left.c;
        }
        Rotation{right.c, -right.s}.turn(u, i - 1);
        Rotation{left.c, -left.s}.turn(v, i - 1);
      }
      E(ll) = f;
    }
    if (double &end = E(isDown ? m - 1 : ll); std::fabs(end) <= threshold)
      end = 0;
  }
  return true;
}

bool singular(Matrix a, Matrix &left, Vector &values, Matrix &right) {
  int64_t n = a.columns;
  values.assign(static_cast<size_t>(n), 0);
  Vector e(static_cast<size_t>(n), 0);
  std::vector<Reflection> fromLeft, fromRight;
  for (int64_t i = 0; i < n; ++i) {
    std::vector<ComplexNumber> column, row;
    for (int64_t k = i; k < a.rows; ++k)
      column.push_back(a(k, i));
    fromLeft.push_back(Reflection::of(i, std::move(column), values[static_cast<size_t>(i)]));
    fromLeft.back().applyLeft(a, fromLeft.back().tau.conj(), i);
    if (i + 1 == n)
      break;
    for (int64_t k = i + 1; k < n; ++k)
      row.push_back(a(i, k).conj());
    fromRight.push_back(Reflection::of(i + 1, std::move(row), e[static_cast<size_t>(i)]));
    fromRight.back().applyRight(a, fromRight.back().tau, i);
  }
  left = product(fromLeft, a.rows);
  right = product(fromRight, n);
  if (n == 0)
    return true;
  if (!solveBidiagonal(values, e, left, right))
    return false;
  for (int64_t i = 0; i < n; ++i)
    if (double &value = values[static_cast<size_t>(i)]; value < 0) {
      value = -value;
      for (int64_t k = 0; k < n; ++k)
        right(k, i) = ComplexNumber() - right(k, i);
    }
  for (int64_t i = n - 1; i > 0; --i) {
    // The last of the smallest goes last.
    int64_t least = 0;
    for (int64_t k = 1; k <= i; ++k)
      if (values[static_cast<size_t>(k)] <= values[static_cast<size_t>(least)])
        least = k;
    if (least == i)
      continue;
    std::swap(values[static_cast<size_t>(i)], values[static_cast<size_t>(least)]);
    swapColumns(left, i, least);
    swapColumns(right, i, least);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// General
//===----------------------------------------------------------------------===//

/// Multiplies row i of h from column `from`, column i of h to row `to`, and column i of z, to make an entry real.
void rephase(Matrix &h, Matrix &z, int64_t i, ComplexNumber phase, int64_t from, int64_t to) {
  for (int64_t j = from; j < h.columns; ++j)
    h(i, j) = h(i, j) * phase;
  for (int64_t j = 0; j <= to; ++j)
    h(j, i) = h(j, i) * phase.conj();
  for (int64_t j = 0; j < z.rows; ++j)
    z(j, i) = z(j, i) * phase.conj();
}

/// The shift of a QR step on rows l … i (zlahqr): the eigenvalue of the last block of two that is nearer to its end.
ComplexNumber shiftOf(Matrix &h, int64_t l, int64_t i, int64_t round) {
  if (round % 20 == 0)
    return h(i, i) + ComplexNumber(0.75 * std::fabs(h(i, i - 1).re));
  if (round % 10 == 0)
    return h(l, l) + ComplexNumber(0.75 * std::fabs(h(l + 1, l).re));
  ComplexNumber t = h(i, i), u = squareRoot(h(i - 1, i)) * squareRoot(h(i, i - 1));
  double s = u.size();
  if (s == 0)
    return t;
  ComplexNumber x = ComplexNumber(0.5) * (h(i - 1, i - 1) - t);
  double sx = x.size();
  s = std::max(s, sx);
  ComplexNumber xs = x / ComplexNumber(s), us = u / ComplexNumber(s), y = ComplexNumber(s) * squareRoot(xs * xs + us * us);
  if (sx > 0 && x.re / sx * y.re + x.im / sx * y.im < 0)
    y = ComplexNumber() - y;
  return t - u * (u / (x + y));
}

bool isNegligible(Matrix &h, int64_t k) {
  double below = h(k, k - 1).size(), least = kTiny * (static_cast<double>(h.rows) / kEpsilon);
  if (below <= least)
    return true;
  double around = h(k - 1, k - 1).size() + h(k, k).size();
  if (std::fabs(h(k, k - 1).re) > 2 * kEpsilon * around)
    return false;
  double ab = std::max(below, h(k - 1, k).size()), ba = std::min(below, h(k - 1, k).size());
  double aa = std::max(h(k, k).size(), (h(k - 1, k - 1) - h(k, k)).size());
  double bb = std::min(h(k, k).size(), (h(k - 1, k - 1) - h(k, k)).size()), s = aa + ab;
  return ba * (ab / s) <= std::max(least, 2 * kEpsilon * (bb * (aa / s)));
}

/// Schur form of an upper Hessenberg matrix: h becomes triangular, z is turned along.
bool solveHessenberg(Matrix &h, Matrix &z) {
  int64_t n = h.rows;
  for (int64_t i = 1; i < n; ++i)
    if (h(i, i - 1).im != 0) {
      ComplexNumber phase = h(i, i - 1).conj() / ComplexNumber(h(i, i - 1).abs());
      double length = h(i, i - 1).abs();
      rephase(h, z, i, phase, i, std::min(n - 1, i + 1));
      h(i, i - 1) = length;
    }
  for (int64_t i = n - 1; i >= 0;) {
    int64_t l = 0, round = 0;
    while (true) {
      for (l = i; l > 0 && !isNegligible(h, l); --l) {
      }
      if (l > 0)
        h(l, l - 1) = {};
      if (l >= i)
        break;
      if (++round > 30 * std::max<int64_t>(10, n))
        return false;
      ComplexNumber t = shiftOf(h, l, i, round), first, second;
      int64_t m = i - 1;
      for (;; --m) {
        ComplexNumber apart = h(m, m) - t;
        double below = h(m + 1, m).re, s = apart.size() + std::fabs(below);
        first = apart / ComplexNumber(s);
        second = below / s;
        if (m == l)
          break;
        double above = h(m, m - 1).re;
        if (std::fabs(above) * std::fabs(second.re) <= 2 * kEpsilon * (first.size() * (h(m, m).size() + h(m + 1, m + 1).size())))
          break;
      }
      for (int64_t k = m; k < i; ++k) {
        double beta;
        if (k > m) {
          first = h(k, k - 1);
          second = h(k + 1, k - 1);
        }
        Reflection reflection = Reflection::of(k, {first, second}, beta);
        if (k > m) {
          h(k, k - 1) = beta;
          h(k + 1, k - 1) = {};
        }
        ComplexNumber t1 = reflection.tau, v2 = reflection.v[1];
        reflection.applyLeft(h, t1.conj(), k);
        int64_t lastRow = std::min(k + 2, i);
        for (int64_t j = 0; j < n; ++j) {
          ComplexNumber sum = t1 * (z(j, k) + v2 * z(j, k + 1));
          z(j, k) = z(j, k) - sum;
          z(j, k + 1) = z(j, k + 1) - sum * v2.conj();
          if (j > lastRow)
            continue;
          sum = t1 * (h(j, k) + v2 * h(j, k + 1));
          h(j, k) = h(j, k) - sum;
          h(j, k + 1) = h(j, k + 1) - sum * v2.conj();
        }
        if (k == m && m > l) {
          // The step began below the top of the block: its first entry is made real again.
          ComplexNumber phase = ComplexNumber(1) - t1;
          phase = phase / ComplexNumber(phase.abs());
          h(m + 1, m) = h(m + 1, m) * phase.conj();
          if (m + 2 <= i)
            h(m + 2, m + 1) = h(m + 2, m + 1) * phase;
          for (int64_t j = m; j <= i; ++j) {
            if (j == m + 1)
              continue;
            for (int64_t c = j + 1; c < n; ++c)
              h(j, c) = h(j, c) * phase;
            for (int64_t r = 0; r < j; ++r)
              h(r, j) = h(r, j) * phase.conj();
            for (int64_t r = 0; r < n; ++r)
              z(r, j) = z(r, j) * phase.conj();
          }
        }
      }
      if (ComplexNumber below = h(i, i - 1); below.im != 0) {
        double length = below.abs();
        ComplexNumber phase = (below / ComplexNumber(length)).conj();
        h(i, i - 1) = length;
        rephase(h, z, i, phase, i + 1, i - 1);
      }
    }
    i = l - 1;
  }
  return true;
}

bool general(Matrix a, Matrix &left, std::vector<ComplexNumber> &values) {
  int64_t n = a.rows;
  std::vector<Reflection> reflections;
  for (int64_t i = 0; i + 2 < n; ++i) {
    std::vector<ComplexNumber> column;
    for (int64_t k = i + 1; k < n; ++k)
      column.push_back(a(k, i));
    double beta;
    Reflection reflection = Reflection::of(i + 1, std::move(column), beta);
    reflection.applyRight(a, reflection.tau);
    reflection.applyLeft(a, reflection.tau.conj(), i);
    for (int64_t k = i + 2; k < n; ++k)
      a(k, i) = {};
    reflections.push_back(std::move(reflection));
  }
  Matrix z = product(reflections, n);
  if (!solveHessenberg(a, z))
    return false;
  values.clear();
  double norm = 0;
  for (int64_t i = 0; i < n; ++i) {
    values.push_back(a(i, i));
    for (int64_t j = i; j < n; ++j)
      norm = std::max(norm, a(i, j).size());
  }
  // Vectors of the triangle by substitution, then in the original space, of length 1 and with a real greatest part.
  left = Matrix(n, n);
  double least = std::max(2 * kEpsilon * norm, kTiny);
  for (int64_t k = 0; k < n; ++k) {
    std::vector<ComplexNumber> x(static_cast<size_t>(n));
    x[static_cast<size_t>(k)] = 1;
    for (int64_t i = k - 1; i >= 0; --i) {
      ComplexNumber sum;
      for (int64_t j = i + 1; j <= k; ++j)
        sum = sum + a(i, j) * x[static_cast<size_t>(j)];
      ComplexNumber gap = a(i, i) - values[static_cast<size_t>(k)];
      if (gap.size() < least)
        gap = least;
      x[static_cast<size_t>(i)] = (ComplexNumber() - sum) / gap;
    }
    double length = 0, greatest = -1;
    ComplexNumber lead = 1;
    for (int64_t i = 0; i < n; ++i) {
      ComplexNumber sum;
      for (int64_t j = 0; j <= k; ++j)
        sum = sum + z(i, j) * x[static_cast<size_t>(j)];
      left(i, k) = sum;
      length = std::hypot(length, sum.abs());
      if (sum.abs() > greatest) {
        greatest = sum.abs();
        lead = sum;
      }
    }
    ComplexNumber scale = lead.conj() / ComplexNumber(greatest * length);
    for (int64_t i = 0; i < n; ++i)
      left(i, k) = left(i, k) * scale;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// L D L^T
//===----------------------------------------------------------------------===//

/// Bunch and Kaufman's pivoting on the lower triangle (zsytf2, zhetf2).
void factorSymmetric(Matrix &a, bool isHermitian, std::vector<ComplexNumber> &pivots) {
  int64_t n = a.rows;
  auto flip = [&](ComplexNumber z) { return isHermitian ? z.conj() : z; };
  auto sizeOf = [&](int64_t i) { return isHermitian ? std::fabs(a(i, i).re) : a(i, i).size(); };
  /// The greatest entry of a column of the trailing matrix off its diagonal, below `k`.
  auto greatest = [&](int64_t column, int64_t k) {
    int64_t at = -1;
    double size = 0;
    for (int64_t i = k; i < n; ++i)
      if (double here = i < column ? a(column, i).size() : i > column ? a(i, column).size() : -1; here > size || (at < 0 && i != column)) {
        at = i;
        size = here;
      }
    return std::pair(at, size);
  };
  const double alpha = (1 + std::sqrt(17.0)) / 8;
  pivots.assign(static_cast<size_t>(n), {});
  for (int64_t k = 0; k < n;) {
    int64_t step = 1, pivot = k;
    double here = sizeOf(k);
    auto [row, below] = k + 1 < n ? greatest(k, k + 1) : std::pair<int64_t, double>(k, 0);
    if (here < alpha * below) {
      double across = greatest(row, k).second;
      if (here >= alpha * below * (below / across)) {
        // The diagonal will do.
      } else {
        pivot = row;
        step = sizeOf(row) >= alpha * across ? 1 : 2;
      }
    }
    if (int64_t other = k + step - 1; std::max(here, below) != 0 && pivot != other) {
      for (int64_t i = pivot + 1; i < n; ++i)
        std::swap(a(i, other), a(i, pivot));
      for (int64_t i = other + 1; i < pivot; ++i) {
        ComplexNumber moved = flip(a(i, other));
        a(i, other) = flip(a(pivot, i));
        a(pivot, i) = moved;
      }
      a(pivot, other) = flip(a(pivot, other));
      std::swap(a(other, other), a(pivot, pivot));
      if (step == 2)
        std::swap(a(k + 1, k), a(pivot, k));
    }
    if (isHermitian)
      for (int64_t i = k; i < std::min(n, k + step); ++i)
        a(i, i).im = 0;
    if (step == 1 && std::max(here, below) != 0) {
      ComplexNumber inverse = ComplexNumber(1) / a(k, k);
      for (int64_t j = k + 1; j < n; ++j) {
        ComplexNumber scaled = flip(a(j, k)) * inverse;
        for (int64_t i = j; i < n; ++i)
          a(i, j) = a(i, j) - a(i, k) * scaled;
      }
      for (int64_t i = k + 1; i < n; ++i)
        a(i, k) = a(i, k) * inverse;
    } else if (step == 2) {
      ComplexNumber d21 = a(k + 1, k), d12 = flip(d21), determinant = a(k, k) * a(k + 1, k + 1) - d21 * d12;
      for (int64_t j = k + 2; j < n; ++j) {
        // Row j of L is (a_jk, a_jk+1) D^-1.
        ComplexNumber first = (a(j, k) * a(k + 1, k + 1) - a(j, k + 1) * d21) / determinant;
        ComplexNumber second = (a(j, k + 1) * a(k, k) - a(j, k) * d12) / determinant;
        for (int64_t i = j; i < n; ++i)
          a(i, j) = a(i, j) - a(i, k) * flip(first) - a(i, k + 1) * flip(second);
        a(j, k) = first;
        a(j, k + 1) = second;
        if (isHermitian)
          a(j, j).im = 0;
      }
    }
    for (int64_t i = k; i < k + step; ++i)
      pivots[static_cast<size_t>(i)] = static_cast<double>(step == 1 ? pivot + 1 : -(pivot + 1));
    k += step;
  }
}

void store(const Tensor &to, int64_t index, const Matrix &from) {
  if (to.numel() > 0)
    std::copy(from.elements.begin(), from.elements.end(), to.dataAs<ComplexNumber>() + index * from.rows * from.columns);
}

} // namespace

Status decompose(sc_context *, Decomposition kind, const Tensor &source, const Tensor &left, const Tensor &values,
                 const Tensor &right) {
  int64_t batch = source.size(0), m = source.size(1), n = source.size(2);
  for (int64_t index = 0; index < batch; ++index) {
    Matrix a(m, n), u = Matrix::identity(m), v = Matrix::identity(n);
    std::copy_n(source.dataAs<ComplexNumber>() + index * m * n, m * n, a.elements.begin());
    Vector numbers;
    std::vector<ComplexNumber> results;
    bool isFinite = std::all_of(a.elements.begin(), a.elements.end(), [](ComplexNumber z) { return std::isfinite(z.re) && std::isfinite(z.im); });
    bool isLdl = kind == Decomposition::Ldl || kind == Decomposition::HermitianLdl;
    if (isLdl) {
      factorSymmetric(a, kind == Decomposition::HermitianLdl, results);
      u = a;
    }
    bool isDone = isLdl || (isFinite && (kind == Decomposition::Hermitian || kind == Decomposition::HermitianUpper
                                   ? hermitian(std::move(a), kind == Decomposition::HermitianUpper, u, numbers)
                               : kind == Decomposition::General ? general(std::move(a), u, results)
                                                                : singular(std::move(a), u, numbers, v)));
    if (!isDone)
      return Status::raise("linalg: The algorithm failed to converge because the input matrix is ill-conditioned, contains "
                           "non-finite values or has too many repeated values");
    results.insert(results.end(), numbers.begin(), numbers.end());
    store(left, index, u);
    std::copy_n(results.begin(), n, values.dataAs<ComplexNumber>() + index * n);
    store(right, index, v);
  }
  return Status::success();
}

} // namespace sconce::rt
