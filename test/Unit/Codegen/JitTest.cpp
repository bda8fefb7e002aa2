// From linalg on tensors to numbers: the whole code generator.

#include "test/Unit/Codegen/Harness.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::codegen;

namespace {

std::vector<float> ramp(size_t n, float scale = 0.01f) {
  std::vector<float> values(n);
  for (size_t i = 0; i < n; ++i)
    values[i] = scale * static_cast<float>(static_cast<int>(i * 7919 % 201) - 100);
  return values;
}

TEST(Jit, MatmulThenBiasAndRelu) {
  Harness h(R"(
    func.func @f(%a: tensor<5x7xf32>, %b: tensor<7x19xf32>, %bias: tensor<19xf32>) -> tensor<5x19xf32> {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<5x19xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<5x19xf32>) -> tensor<5x19xf32>
      %m = linalg.matmul ins(%a, %b : tensor<5x7xf32>, tensor<7x19xf32>) outs(%z : tensor<5x19xf32>) -> tensor<5x19xf32>
      %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%m, %bias : tensor<5x19xf32>, tensor<19xf32>) outs(%e : tensor<5x19xf32>) {
      ^bb0(%x: f32, %y: f32, %o: f32):
        %s = arith.addf %x, %y : f32
        %t = arith.maximumf %s, %zero : f32
        linalg.yield %t : f32
      } -> tensor<5x19xf32>
      return %r : tensor<5x19xf32>
    })");
  ASSERT_EQ(h.error(), "");
  auto a = ramp(35), b = ramp(133), bias = ramp(19, 0.02f);
  std::vector<float> out(95, NAN);
  EXPECT_EQ(h.in(a.data()).in(b.data()).in(bias.data()).out(out.data()).call(), 0);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 19; ++j) {
      float sum = 0;
      for (int k = 0; k < 7; ++k)
        sum += a[i * 7 + k] * b[k * 19 + j];
      EXPECT_NEAR(out[i * 19 + j], std::max(0.0f, sum + bias[j]), 1e-5f) << i << " " << j;
    }
}

} // namespace
