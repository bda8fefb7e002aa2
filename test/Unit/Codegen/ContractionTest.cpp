// Sums of products of all shapes, beside plain loops.

#include "test/Unit/Codegen/Harness.h"

#include <gtest/gtest.h>

using namespace sconce::codegen;

namespace {

std::vector<float> noise(size_t n, uint32_t seed) {
  std::vector<float> values(n);
  for (float &value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(static_cast<int32_t>(seed >> 8) % 2000 - 1000) / 1000.0f;
  }
  return values;
}

struct Case {
  int64_t m, n, k;
  bool transposeA = false, transposeB = false;
  bool dynamic = false, epilogue = false;
  int64_t batch = 1;
  const char *cpu = "";
};

std::string shape(std::vector<int64_t> extents, bool dynamic) {
  std::string text = "tensor<";
  for (int64_t extent : extents)
    text += (dynamic ? std::string("?") : std::to_string(extent)) + "x";
  return text + "f32>";
}

std::string contractionText(const Case &c) {
  std::string a = shape(c.transposeA ? std::vector{c.batch, c.k, c.m} : std::vector{c.batch, c.m, c.k}, c.dynamic);
  std::string b = shape(c.transposeB ? std::vector{c.batch, c.n, c.k} : std::vector{c.batch, c.k, c.n}, c.dynamic);
  std::string r = shape({c.batch, c.m, c.n}, c.dynamic), bias = shape({c.n}, c.dynamic);
  std::string text = "func.func @f(%a: " + a + ", %b: " + b + ", %bias: " + bias + ") -> " + r + " {\n"
                     "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%c2 = arith.constant 2 : index\n%zero = arith.constant 0.0 : f32\n";
  std::string dims;
  if (c.dynamic) {
    text += "%d0 = tensor.dim %a, %c0 : " + a + "\n%d1 = tensor.dim %a, %c" + (c.transposeA ? "2" : "1") + " : " + a +
            "\n%d2 = tensor.dim %b, %c" + (c.transposeB ? "1" : "2") + " : " + b + "\n";
    dims = "(%d0, %d1, %d2)";
  } else {
    dims = "()";
  }
  text += "%e = tensor.empty" + dims + " : " + r + "\n%z = linalg.fill ins(%zero : f32) outs(%e : " + r + ") -> " + r + "\n";
  text += std::string("%m = linalg.generic {indexing_maps = [affine_map<(b, i, j, k) -> ") +
          (c.transposeA ? "(b, k, i)" : "(b, i, k)") + ">, affine_map<(b, i, j, k) -> " +
          (c.transposeB ? "(b, j, k)" : "(b, k, j)") +
          ">, affine_map<(b, i, j, k) -> (b, i, j)>], iterator_types = [\"parallel\", \"parallel\", \"parallel\", \"reduction\"]} ins(%a, %b : " +
          a + ", " + b + ") outs(%z : " + r + ") {\n^bb0(%x: f32, %y: f32, %o: f32):\n%p = arith.mulf %x, %y : f32\n"
          "%s = arith.addf %o, %p : f32\nlinalg.yield %s : f32 } -> " + r + "\n";
  if (!c.epilogue)
    return text + "return %m : " + r + "\n}";
  return text + "%e2 = tensor.empty" + dims + " : " + r +
         "\n%q = linalg.generic {indexing_maps = [affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (j)>, affine_map<(b, i, j) -> (b, i, j)>], "
         "iterator_types = [\"parallel\", \"parallel\", \"parallel\"]} ins(%m, %bias : " + r + ", " + bias + ") outs(%e2 : " + r + ") {\n"
         "^bb0(%x: f32, %y: f32, %o: f32):\n%s = arith.addf %x, %y : f32\n%t = arith.maximumf %s, %zero : f32\nlinalg.yield %t : f32 } -> " + r +
         "\nreturn %q : " + r + "\n}";
}

thread_local const char *cpuOfTest = "";
void useCpu(PipelineOptions &options, EmitOptions &) {
  options.target = llvm::cantFail(TargetInfo::create("", cpuOfTest));
}

void check(const Case &c) {
  SCOPED_TRACE(testing::Message() << c.batch << "x" << c.m << "x" << c.n << "x" << c.k << " " << c.transposeA
                                  << c.transposeB << c.dynamic << c.epilogue << " " << c.cpu);
  cpuOfTest = c.cpu;
  Harness h(contractionText(c), "f", useCpu);
  ASSERT_EQ(h.error(), "");
  auto a = noise(c.batch * c.m * c.k, 1), b = noise(c.batch * c.k * c.n, 2), bias = noise(c.n, 3);
  std::vector<float> out(c.batch * c.m * c.n + 64, 77.0f);
  float *result = out.data();
  if (c.dynamic) {
    std::vector<int64_t> aShape = c.transposeA ? std::vector{c.batch, c.k, c.m} : std::vector{c.batch, c.m, c.k};
    std::vector<int64_t> bShape = c.transposeB ? std::vector{c.batch, c.n, c.k} : std::vector{c.batch, c.k, c.n};
    ASSERT_EQ(h.in(a.data(), aShape).in(b.data(), bShape).in(bias.data(), {c.n}).outSlots(4).call(), 0);
    result = h.result<float *>(0);
    EXPECT_EQ(h.result<int64_t>(2), c.m);
  } else {
    ASSERT_EQ(h.in(a.data()).in(b.data()).in(bias.data()).out(out.data()).call(), 0);
    EXPECT_EQ(out[c.batch * c.m * c.n], 77.0f) << "wrote past the end";
  }
  for (int64_t p = 0; p < c.batch; ++p)
    for (int64_t i = 0; i < c.m; ++i)
      for (int64_t j = 0; j < c.n; ++j) {
        double sum = 0;
        for (int64_t k = 0; k < c.k; ++k)
          sum += double(a[p * c.m * c.k + (c.transposeA ? k * c.m + i : i * c.k + k)]) *
                 b[p * c.k * c.n + (c.transposeB ? j * c.k + k : k * c.n + j)];
        if (c.epilogue)
          sum = std::max(0.0, sum + bias[j]);
        ASSERT_NEAR(result[(p * c.m + i) * c.n + j], sum, 1e-4) << p << " " << i << " " << j;
      }
  if (c.dynamic)
    std::free(result);
}

TEST(Contraction, Shapes) {
  for (bool transposeA : {false, true})
    for (bool transposeB : {false, true})
      for (auto [m, n, k] : std::vector<std::array<int64_t, 3>>{
               {1, 1, 1}, {1, 40, 30}, {40, 1, 30}, {5, 7, 3}, {16, 16, 16}, {14, 32, 64}, {15, 33, 17}, {29, 47, 100}, {64, 100, 8}, {3, 130, 5}, {200, 64, 70}})
        check({m, n, k, transposeA, transposeB});
}

TEST(Contraction, RunTimeExtents) {
  for (bool transposeB : {false, true})
    for (auto [m, n, k] : std::vector<std::array<int64_t, 3>>{{1, 1, 1}, {15, 33, 17}, {40, 32, 9}, {7, 64, 0}, {0, 5, 4}})
      check({m, n, k, false, transposeB, true, true});
}

TEST(Contraction, Epilogue) {
  check({29, 47, 20, false, false, false, true});
  check({100, 64, 20, false, true, false, true});
}

TEST(Contraction, Batches) {
  check({13, 17, 19, false, false, false, true, 5});
  check({13, 17, 19, false, true, false, false, 3});
}

TEST(Contraction, OtherCpus) {
  for (const char *cpu : {"x86-64", "haswell"})
    for (bool transposeB : {false, true}) {
      check({15, 33, 17, false, transposeB, false, true, 1, cpu});
      check({64, 30, 40, false, transposeB, false, false, 2, cpu});
      check({15, 33, 17, false, transposeB, true, true, 1, cpu});
    }
}

TEST(Contraction, Convolution) {
  // NCHW, 3×3, stride 1 and 2, over an input that is padded already.
  struct Conv {
    int64_t n, c, h, f, kernel, stride;
  };
  for (Conv v : {Conv{1, 3, 16, 8, 3, 1}, Conv{2, 5, 9, 20, 3, 1}, Conv{1, 8, 9, 33, 3, 2}, Conv{1, 16, 7, 40, 1, 1}, Conv{2, 4, 30, 6, 5, 2}}) {
    int64_t o = (v.h - v.kernel) / v.stride + 1;
    std::string x = shape({v.n, v.c, v.h, v.h}, false), w = shape({v.f, v.c, v.kernel, v.kernel}, false), r = shape({v.n, v.f, o, o}, false);
    std::string s = std::to_string(v.stride);
    Harness h("func.func @f(%x: " + x + ", %w: " + w + ") -> " + r + " {\n%zero = arith.constant 0.0 : f32\n%e = tensor.empty() : " + r +
              "\n%z = linalg.fill ins(%zero : f32) outs(%e : " + r + ") -> " + r +
              "\n%m = linalg.generic {indexing_maps = [affine_map<(n, f, y, x, c, ky, kx) -> (n, c, y * " + s + " + ky, x * " + s +
              " + kx)>, affine_map<(n, f, y, x, c, ky, kx) -> (f, c, ky, kx)>, affine_map<(n, f, y, x, c, ky, kx) -> (n, f, y, x)>], "
              "iterator_types = [\"parallel\", \"parallel\", \"parallel\", \"parallel\", \"reduction\", \"reduction\", \"reduction\"]} ins(%x, %w : " +
              x + ", " + w + ") outs(%z : " + r + ") {\n^bb0(%a: f32, %b: f32, %o: f32):\n%p = arith.mulf %a, %b : f32\n%t = arith.addf %o, %p : f32\nlinalg.yield %t : f32 } -> " + r +
              "\nreturn %m : " + r + "\n}");
    ASSERT_EQ(h.error(), "");
    auto input = noise(v.n * v.c * v.h * v.h, 5), weight = noise(v.f * v.c * v.kernel * v.kernel, 6);
    std::vector<float> out(v.n * v.f * o * o);
    ASSERT_EQ(h.in(input.data()).in(weight.data()).out(out.data()).call(), 0);
    for (int64_t n = 0; n < v.n; ++n)
      for (int64_t f = 0; f < v.f; ++f)
        for (int64_t y = 0; y < o; ++y)
          for (int64_t x = 0; x < o; ++x) {
            double sum = 0;
            for (int64_t c = 0; c < v.c; ++c)
              for (int64_t ky = 0; ky < v.kernel; ++ky)
                for (int64_t kx = 0; kx < v.kernel; ++kx)
                  sum += double(input[((n * v.c + c) * v.h + y * v.stride + ky) * v.h + x * v.stride + kx]) *
                         weight[((f * v.c + c) * v.kernel + ky) * v.kernel + kx];
            ASSERT_NEAR(out[((n * v.f + f) * o + y) * o + x], sum, 1e-4) << n << " " << f << " " << y << " " << x;
          }
  }
}

} // namespace
