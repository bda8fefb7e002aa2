// How far the vector forms of elementary functions are from the exact ones.

#include "test/Unit/Codegen/Harness.h"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>

using namespace sconce::codegen;

namespace {

float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// Numbers from all over f32: each exponent, both signs, the special ones.
std::vector<float> sampleFloats() {
  std::vector<float> samples;
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 2039)
    samples.push_back(fromBits(static_cast<uint32_t>(bits)));
  for (float special : {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 1.0f, -1.0f, 0x1p-149f, -0x1p-149f, 0x1p-126f, 88.72283f,
                        88.73f, -87.4f, -103.9f, -104.1f, 3.4e38f, 0.99999994f, 1.0000001f, -0.99999994f, 128.0f, -149.0f, -150.0f})
    samples.push_back(special);
  return samples;
}

std::string mapFunction(const std::string &op) {
  return "func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {\n%c0 = arith.constant 0 : index\n"
         "%n = tensor.dim %x, %c0 : tensor<?xf32>\n%e = tensor.empty(%n) : tensor<?xf32>\n"
         "%r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = [\"parallel\"]} "
         "ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {\n^bb0(%v: f32, %o: f32):\n%y = " + op +
         " %v : f32\nlinalg.yield %y : f32 } -> tensor<?xf32>\nreturn %r : tensor<?xf32>\n}";
}

/// The distance of `value` from `exact` in units of `value`'s last place.
double ulps(float value, double exact) {
  if (std::isnan(exact))
    return std::isnan(value) ? 0 : INFINITY;
  float rounded = static_cast<float>(exact);
  if (std::isinf(rounded) || std::isinf(value)) {
    if (value == rounded)
      return 0;
    // The largest finite number is next to infinity.
    return std::fabs(exact) > 3.4028230607370965e38 && std::fabs(value) > 3.40282e38f ? 1 : INFINITY;
  }
  double unit = std::fabs(rounded) < 0x1p-126 ? 0x1p-149 : std::ldexp(1.0, std::ilogb(rounded) - 23);
  return std::fabs(static_cast<double>(value) - exact) / unit;
}

void checkFunction(const std::string &op, double (*exact)(double), double bound,
                   void (*change)(PipelineOptions &, EmitOptions &) = nullptr, double limit = INFINITY) {
  Harness h(mapFunction(op), "f", change);
  ASSERT_EQ(h.error(), "");
  static const std::vector<float> samples = sampleFloats();
  int64_t n = static_cast<int64_t>(samples.size());
  ASSERT_EQ(h.in(samples.data(), {n}).outSlots(2).call(), 0);
  float *results = h.result<float *>(0);
  double worst = 0;
  float at = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (std::fabs(samples[i]) > limit)
      continue;
    double error = ulps(results[i], exact(samples[i]));
    if (error > worst || (samples[i] == 0 && std::signbit(results[i]) != std::signbit(static_cast<float>(exact(samples[i]))))) {
      worst = std::max(error, samples[i] == 0 && error == 0 ? INFINITY : error);
      at = samples[i];
    }
  }
  EXPECT_LE(worst, bound) << op << " at " << at << " (" << std::hexfloat << at << ")";
  std::printf("%s: %.2f ulp\n", op.c_str(), worst);
  std::free(results);
}

TEST(VectorMath, Exp) { checkFunction("math.exp", std::exp, 1); }
TEST(VectorMath, Exp2) { checkFunction("math.exp2", std::exp2, 1); }
TEST(VectorMath, Expm1) { checkFunction("math.expm1", std::expm1, 2); }
TEST(VectorMath, Log) { checkFunction("math.log", std::log, 1); }
TEST(VectorMath, Log2) { checkFunction("math.log2", std::log2, 2); }
TEST(VectorMath, Log10) { checkFunction("math.log10", std::log10, 2); }
TEST(VectorMath, Log1p) { checkFunction("math.log1p", std::log1p, 2); }
TEST(VectorMath, Tanh) { checkFunction("math.tanh", std::tanh, 2.1); }
TEST(VectorMath, Erf) { checkFunction("math.erf", std::erf, 1.1); }
TEST(VectorMath, Sin) { checkFunction("math.sin", std::sin, 2); }
TEST(VectorMath, Cos) { checkFunction("math.cos", std::cos, 2); }
TEST(VectorMath, LibmFunctions) {
  checkFunction("math.atan", std::atan, 1);
  checkFunction("math.erfc", std::erfc, 4);
  checkFunction("math.sinh", std::sinh, 2);
}

void baseline(PipelineOptions &options, EmitOptions &) {
  options.target = llvm::cantFail(TargetInfo::create("", "x86-64"));
}

TEST(VectorMath, WithoutFusedMultiplyAdd) {
  checkFunction("math.exp", std::exp, 1, baseline);
  checkFunction("math.log", std::log, 1, baseline);
  checkFunction("math.sin", std::sin, 2, baseline);
  checkFunction("math.tanh", std::tanh, 2.1, baseline);
}

std::string convertText(const std::string &from, const std::string &to, const std::string &op) {
  return "func.func @f(%x: tensor<?x" + from + ">) -> tensor<?x" + to + "> {\n%c0 = arith.constant 0 : index\n"
         "%n = tensor.dim %x, %c0 : tensor<?x" + from + ">\n%e = tensor.empty(%n) : tensor<?x" + to + ">\n"
         "%r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = [\"parallel\"]} "
         "ins(%x : tensor<?x" + from + ">) outs(%e : tensor<?x" + to + ">) {\n^bb0(%v: " + from + ", %o: " + to + "):\n%y = arith." + op +
         " %v : " + from + " to " + to + "\nlinalg.yield %y : " + to + " } -> tensor<?x" + to + ">\nreturn %r : tensor<?x" + to + ">\n}";
}

void checkConversions(void (*change)(PipelineOptions &, EmitOptions &)) {
  for (bool brain : {false, true}) {
    std::string name = brain ? "bf16" : "f16";
    Harness widen(convertText(name, "f32", "extf"), "f", change), narrow(convertText("f32", name, "truncf"), "f", change);
    ASSERT_EQ(widen.error(), "");
    ASSERT_EQ(narrow.error(), "");
    std::vector<uint16_t> all(65536);
    for (int i = 0; i < 65536; ++i)
      all[i] = static_cast<uint16_t>(i);
    ASSERT_EQ(widen.in(all.data(), {65536}).outSlots(2).call(), 0);
    float *wide = widen.result<float *>(0);
    for (int i = 0; i < 65536; ++i) {
      float expected;
      if (brain) {
        expected = fromBits(static_cast<uint32_t>(i) << 16);
      } else {
        _Float16 half;
        std::memcpy(&half, &all[i], 2);
        expected = static_cast<float>(half);
      }
      ASSERT_TRUE(wide[i] == expected || (std::isnan(wide[i]) && std::isnan(expected))) << name << " " << i;
    }
    // Every half, and numbers around the ties between neighbours.
    std::vector<float> values(wide, wide + 65536);
    for (int i = 0; i < 65535; ++i) {
      float middle = (wide[i] + wide[i + 1]) / 2;
      for (float value : {middle, std::nextafter(middle, 0.0f), std::nextafter(middle, INFINITY)})
        values.push_back(value);
    }
    for (float value : sampleFloats())
      values.push_back(value);
    ASSERT_EQ(narrow.in(values.data(), {static_cast<int64_t>(values.size())}).outSlots(2).call(), 0);
    uint16_t *small = narrow.result<uint16_t *>(0);
    for (size_t i = 0; i < values.size(); ++i) {
      uint16_t expected;
      if (brain) {
        uint32_t bits;
        std::memcpy(&bits, &values[i], 4);
        expected = std::isnan(values[i]) ? 0 : static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
      } else {
        _Float16 half = static_cast<_Float16>(values[i]);
        std::memcpy(&expected, &half, 2);
      }
      bool isNan = (small[i] & 0x7fff) > (brain ? 0x7f80 : 0x7c00);
      ASSERT_EQ(isNan, std::isnan(values[i])) << name << " " << values[i];
      if (!isNan) {
        ASSERT_EQ(small[i], expected) << name << " " << std::hexfloat << values[i];
      }
    }
    std::free(wide);
    std::free(small);
  }
}

TEST(SmallFloats, ConvertExactly) { checkConversions(nullptr); }
TEST(SmallFloats, ConvertExactlyWithoutInstructions) { checkConversions(baseline); }

} // namespace
