#include "codegen/Transforms/WinogradMatrices.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace sconce::codegen;

namespace {

std::vector<double> multiply(const Matrix &matrix, const std::vector<double> &vector) {
  std::vector<double> result;
  for (const std::vector<double> &row : matrix) {
    double sum = 0;
    for (size_t i = 0; i < vector.size(); ++i)
      sum += row.at(i) * vector[i];
    result.push_back(sum);
  }
  return result;
}

struct Kind {
  int64_t tile, taps, stride;
};

class WinogradMatricesTest : public testing::TestWithParam<Kind> {};

TEST_P(WinogradMatricesTest, ConvolvesALine) {
  const auto [tile, taps, stride] = GetParam();
  const WinogradMatrices matrices = makeWinogradMatrices(tile, taps, stride);
  const size_t points = matrices.g.size();
  ASSERT_EQ(points, static_cast<size_t>((tile - 1) * stride + taps));
  ASSERT_EQ(matrices.b.size(), points);
  ASSERT_EQ(matrices.a.size(), static_cast<size_t>(tile));
  std::mt19937 random(1);
  std::uniform_real_distribution<double> numbers(-1, 1);
  std::vector<double> line(points), kernel(taps);
  for (std::vector<double> *values : {&line, &kernel})
    for (double &value : *values)
      value = numbers(random);
  std::vector<double> products = multiply(matrices.b, line), weights = multiply(matrices.g, kernel);
  for (size_t p = 0; p < points; ++p)
    products[p] *= weights[p];
  std::vector<double> results = multiply(matrices.a, products);
  for (int64_t i = 0; i < tile; ++i) {
    double expected = 0;
    for (int64_t k = 0; k < taps; ++k)
      expected += line[i * stride + k] * kernel[k];
    EXPECT_NEAR(results[i], expected, 1e-13) << "result " << i;
  }
}

TEST_P(WinogradMatricesTest, TransformsAreExactInF32) {
  const auto [tile, taps, stride] = GetParam();
  const WinogradMatrices matrices = makeWinogradMatrices(tile, taps, stride);
  for (const Matrix *matrix : {&matrices.a, &matrices.b})
    for (const std::vector<double> &row : *matrix)
      for (double number : row)
        EXPECT_EQ(number, static_cast<double>(static_cast<float>(number)));
}

INSTANTIATE_TEST_SUITE_P(Kinds, WinogradMatricesTest,
                         testing::Values(Kind{4, 3, 1}, Kind{2, 3, 1}, Kind{2, 3, 2}, Kind{4, 4, 1}, Kind{2, 5, 1}, Kind{3, 4, 1}),
                         [](const testing::TestParamInfo<Kind> &info) {
                           return "Tile" + std::to_string(info.param.tile) + "Taps" + std::to_string(info.param.taps) + "Stride" +
                                  std::to_string(info.param.stride);
                         });

} // namespace
