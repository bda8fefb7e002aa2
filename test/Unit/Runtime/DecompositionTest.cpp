#include "runtime/Decomposition.h"

#include <cmath>
#include <complex>
#include <gtest/gtest.h>

using namespace sconce::rt;
using Number = std::complex<double>;

namespace {

/// A matrix of pseudo-random complex numbers, or of real ones.
Tensor matrix(int64_t m, int64_t n, bool isComplex) {
  Tensor tensor = Tensor::empty(Dtype::Complex128, {1, m, n});
  uint32_t state = 7;
  auto next = [&] {
    state = state * 1664525 + 1013904223;
    return static_cast<double>(state >> 8) / (1 << 23) - 1;
  };
  for (int64_t i = 0; i < m * n; ++i)
    tensor.dataAs<Number>()[i] = {next(), isComplex ? next() : 0};
  return tensor;
}

struct Parts {
  Tensor left, values, right;
  Status status;
  Parts(Decomposition kind, const Tensor &a)
      : left(Tensor::empty(Dtype::Complex128, {1, a.size(1), a.size(1)})), values(Tensor::empty(Dtype::Complex128, {1, a.size(2)})),
        right(Tensor::empty(Dtype::Complex128, {1, a.size(2), a.size(2)})), status(decompose(nullptr, kind, a, left, values, right)) {}
  Number l(int64_t i, int64_t j) const { return left.dataAs<Number>()[i * left.size(1) + j]; }
  Number r(int64_t i, int64_t j) const { return right.dataAs<Number>()[i * right.size(1) + j]; }
  Number value(int64_t i) const { return values.dataAs<Number>()[i]; }
};

} // namespace

TEST(Decomposition, HermitianFromTheLowerTriangle) {
  for (int64_t n : {1, 2, 3, 7, 20}) {
    Tensor a = matrix(n, n, true);
    Parts parts(Decomposition::Hermitian, a);
    ASSERT_TRUE(parts.status.ok());
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j <= i; ++j) {
        Number sum = 0, expected = a.dataAs<Number>()[i * n + j];
        for (int64_t k = 0; k < n; ++k)
          sum += parts.l(i, k) * parts.value(k).real() * std::conj(parts.l(j, k));
        EXPECT_LT(std::abs(sum - (i == j ? Number(expected.real()) : expected)), 1e-12);
      }
    for (int64_t i = 0; i + 1 < n; ++i)
      EXPECT_LE(parts.value(i).real(), parts.value(i + 1).real());
  }
}

TEST(Decomposition, HermitianFromTheUpperTriangle) {
  Tensor a = matrix(4, 4, true), lower = Tensor::empty(Dtype::Complex128, {1, 4, 4});
  for (int64_t i = 0; i < 16; ++i)
    lower.dataAs<Number>()[i] = std::conj(a.dataAs<Number>()[i % 4 * 4 + i / 4]);
  Parts upper(Decomposition::HermitianUpper, a), same(Decomposition::Hermitian, lower);
  for (int64_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(upper.value(k).real(), same.value(k).real(), 1e-12);
    // The vectors differ by a phase only.
    Number product = 0;
    for (int64_t i = 0; i < 4; ++i)
      product += std::conj(upper.l(i, k)) * same.l(i, k);
    EXPECT_NEAR(std::abs(product), 1, 1e-12);
  }
}

TEST(Decomposition, SingularOfTallMatrices) {
  for (auto [m, n] : {std::pair<int64_t, int64_t>(1, 1), {5, 5}, {6, 4}, {20, 20}, {3, 0}}) {
    Tensor a = matrix(m, n, true);
    Parts parts(Decomposition::Singular, a);
    ASSERT_TRUE(parts.status.ok());
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        Number sum = 0;
        for (int64_t k = 0; k < n; ++k)
          sum += parts.l(i, k) * parts.value(k) * std::conj(parts.r(j, k));
        EXPECT_LT(std::abs(sum - a.dataAs<Number>()[i * n + j]), 1e-12);
      }
      for (int64_t j = 0; j < m; ++j) {
        Number sum = 0;
        for (int64_t k = 0; k < m; ++k)
          sum += std::conj(parts.l(k, i)) * parts.l(k, j);
        EXPECT_LT(std::abs(sum - Number(i == j)), 1e-12);
      }
    }
    for (int64_t i = 0; i + 1 < n; ++i)
      EXPECT_GE(parts.value(i).real(), parts.value(i + 1).real());
  }
}

TEST(Decomposition, GeneralVectorsAreEigenvectors) {
  for (bool isComplex : {false, true})
    for (int64_t n : {1, 2, 3, 8, 20}) {
      Tensor a = matrix(n, n, isComplex);
      Parts parts(Decomposition::General, a);
      ASSERT_TRUE(parts.status.ok());
      for (int64_t i = 0; i < n; ++i)
        for (int64_t k = 0; k < n; ++k) {
          Number sum = 0;
          for (int64_t j = 0; j < n; ++j)
            sum += a.dataAs<Number>()[i * n + j] * parts.l(j, k);
          EXPECT_LT(std::abs(sum - parts.value(k) * parts.l(i, k)), 1e-10);
        }
    }
}

TEST(Decomposition, LdlOfAnIndefiniteMatrix) {
  // [0 1; 1 0] needs a block of two: both pivots name row 2.
  Tensor a = Tensor::empty(Dtype::Complex128, {1, 2, 2});
  Number values[] = {0, 1, 1, 0};
  std::copy_n(values, 4, a.dataAs<Number>());
  Parts parts(Decomposition::Ldl, a);
  ASSERT_TRUE(parts.status.ok());
  EXPECT_EQ(parts.value(0), Number(-2));
  EXPECT_EQ(parts.value(1), Number(-2));
  EXPECT_EQ(parts.l(1, 0), Number(1));
}

TEST(Decomposition, RefusesWhatIsNotFinite) {
  Tensor a = matrix(2, 2, false);
  a.dataAs<Number>()[1] = NAN;
  EXPECT_FALSE(Parts(Decomposition::Singular, a).status.ok());
}
