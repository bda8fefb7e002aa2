// Contractions, convolutions and pooling; expected numbers recorded from torch 2.13.

#include "test/Unit/TorchScript/Tensors.h"

using namespace sconce;
using namespace sconce::test;

namespace {

using Ints = std::vector<int64_t>;

/// 0, 1, 2, ... modulo `period`, less `shift`.
rt::Tensor pattern(std::vector<int64_t> sizes, int period, int shift) {
  std::vector<double> values(*rt::checkedNumel(sizes));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>(i % period) - shift;
  return make(Dtype::Float32, std::move(sizes), values);
}

TEST(EvaluateContract, matmulAndBatches) {
  rt::Tensor a = make(Dtype::Float32, {2, 3}, {1, 2, 3, 4, 5, 6}), b = make(Dtype::Float32, {3, 2}, {1, 0, 0, 1, 1, 1});
  expectNumbers(evaluate("contract", a, b, Ints{}, Ints{}, Ints{1}, Ints{0}), {4, 5, 10, 11});
  // b of transposed layout, and an outer product.
  expectNumbers(evaluate("contract", a, a, Ints{}, Ints{}, Ints{1}, Ints{1}), {14, 32, 32, 77});
  rt::Tensor v = make(Dtype::Int64, {2}, {2, 3});
  expectNumbers(evaluate("contract", v, v, Ints{}, Ints{}, Ints{}, Ints{}), {4, 6, 6, 9});
  // Batched over the last dimension of b.
  rt::Tensor x = make(Dtype::Float32, {2, 2}, {1, 2, 3, 4}), y = make(Dtype::Float32, {2, 2}, {5, 6, 7, 8});
  expectNumbers(evaluate("contract", x, y, Ints{0}, Ints{1}, Ints{1}, Ints{0}), {19, 50});
  EXPECT_EQ(numbers(evaluate("contract", rt::Tensor::zeros(Dtype::Float32, {1, 0}), rt::Tensor::zeros(Dtype::Float32, {0, 1}), Ints{},
                             Ints{}, Ints{1}, Ints{0}))[0], 0);
  EXPECT_EQ(problemOf("contract", a, a, Ints{}, Ints{}, Ints{1}, Ints{0}), "evaluating 'ts::contract': contracted extents differ");
}

TEST(EvaluateConvolve, groupsStridePadding) {
  rt::Tensor y = evaluate("convolve", pattern({1, 4, 5, 5}, 7, 3), pattern({6, 2, 3, 3}, 5, 2), Ints{2, 2}, Ints{1, 1}, Ints{1, 1},
                          Ints{1, 1}, Ints{1, 1}, 2);
  EXPECT_EQ(y.sizes(), (Ints{1, 6, 3, 3}));
  expectNumbers(y, {7, -13, -5, -12, -10, 5, 9, 19, -10, -12, 7, 14, 4, 11, -11, 3, -12, 2, 14, 7, -12, 0, -18, 13, -8, -3, -1,
                    -5, 0, 18, -3, -5, -17, 9, -15, 1, 9, 19, -10, -3, -18, 11, -5, 13, 1, 3, -12, 2, -13, 29, 9, 1, -9, -9});
}

/// conv_transpose2d with stride 2, padding 1, output_padding 1: the input spread by 2, the kernel mirrored with its channels swapped.
TEST(EvaluateConvolve, transposed) {
  rt::Tensor w = pattern({2, 3, 3, 3}, 4, 1);
  rt::Tensor mirrored = evaluate("reverse", evaluate("permute", w, Ints{1, 0, 2, 3}), Ints{2, 3});
  rt::Tensor y = evaluate("convolve", pattern({1, 2, 3, 3}, 5, 2), mirrored, Ints{1, 1}, Ints{1, 1}, Ints{2, 2}, Ints{1, 1}, Ints{2, 2}, 1);
  EXPECT_EQ(y.sizes(), (Ints{1, 3, 6, 6}));
  rt::Tensor firstRows = y.slice(1, 0, 1).slice(2, 0, 2);
  expectNumbers(firstRows, {6, -6, -3, 1, -2, 1, -2, 6, -5, 5, -3, -4});
  rt::Tensor lastRow = y.slice(1, 2, 1).slice(2, 5, 1);
  expectNumbers(lastRow, {2, -3, 1, -1, 0, 1});
}

TEST(EvaluateConvolve, negativePaddingCrops) {
  rt::Tensor y = evaluate("convolve", pattern({1, 1, 5}, 9, 0), make(Dtype::Float32, {1, 1, 1}, {1}), Ints{1}, Ints{-1}, Ints{-2}, Ints{1}, Ints{1}, 1);
  expectNumbers(y, {1, 2});
}

TEST(EvaluatePool, maxWithPadding) {
  rt::Tensor x = make(Dtype::Float64, {1, 1, 3, 4}, {3, 1, kNan, 2, 5, 9, 5, 9, 0, -1, -2, -3});
  Ints window{1, 1, 2, 2}, stride{1, 1, 1, 1}, pad{0, 0, 1, 1}, dilation{1, 1, 1, 1};
  expectNumbers(evaluate("pool", x, window, stride, pad, pad, dilation, "max"),
                {3, 3, kNan, kNan, 2, 5, 9, kNan, kNan, 9, 5, 9, 9, 9, 9, 0, 0, -1, -2, -3});
  expectNumbers(evaluate("arg_pool", x, window, stride, pad, pad, dilation, "max"),
                {0, 0, 2, 2, 3, 4, 5, 2, 2, 7, 4, 5, 5, 7, 7, 8, 8, 9, 10, 11});
}

TEST(EvaluatePool, sumAndPlane) {
  rt::Tensor x = pattern({2, 4}, 8, 0);
  Ints one{1, 1}, none{0, 0};
  expectNumbers(evaluate("pool", x, Ints{1, 2}, Ints{1, 2}, none, none, one, "sum"), {1, 5, 9, 13});
  // Only the pooled dimension counts.
  expectNumbers(evaluate("arg_pool", x, Ints{1, 2}, Ints{1, 2}, none, none, one, "max"), {1, 3, 1, 3});
  expectNumbers(evaluate("arg_pool", x, Ints{2, 1}, one, none, none, one, "max"), {1, 1, 1, 1});
}

/// A window far larger than the input, as only hostile code has it.
TEST(EvaluatePool, refusesEndlessWindows) {
  int64_t half = int64_t(1) << 40;
  EXPECT_EQ(problemOf("pool", make(Dtype::Float32, {1}, {1}), Ints{2 * half}, Ints{1}, Ints{half}, Ints{half}, Ints{1}, "max"),
            "evaluating 'ts::pool': more steps than the reference evaluation takes");
}

} // namespace
