// How far the vector forms of elementary functions are from the exact ones: on a sample of f32, or, where SCONCE_ALL_FLOATS is
// set, on all 2^32 of them, which takes minutes for each function.

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

/// Calls `check` with the numbers to be checked, part by part.
void forAllSamples(llvm::function_ref<void(const std::vector<float> &)> check) {
  static const std::vector<float> samples = sampleFloats();
  check(samples);
  if (!std::getenv("SCONCE_ALL_FLOATS"))
    return;
  std::vector<float> part(size_t(1) << 22);
  for (uint64_t begin = 0; begin < (uint64_t(1) << 32); begin += part.size()) {
    for (size_t i = 0; i < part.size(); ++i)
      part[i] = fromBits(static_cast<uint32_t>(begin + i));
    check(part);
  }
}

/// `op`: the name of an op on f32, or ops that make %y of %v.
std::string mapFunction(const std::string &op) {
  std::string body = op.find('%') == std::string::npos ? "%y = " + op + " %v : f32" : op;
  return "func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {\n%c0 = arith.constant 0 : index\n"
         "%n = tensor.dim %x, %c0 : tensor<?xf32>\n%e = tensor.empty(%n) : tensor<?xf32>\n"
         "%r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = [\"parallel\"]} "
         "ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {\n^bb0(%v: f32, %o: f32):\n" + body +
         "\nlinalg.yield %y : f32 } -> tensor<?xf32>\nreturn %r : tensor<?xf32>\n}";
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
  double worst = 0;
  float at = 0;
  forAllSamples([&](const std::vector<float> &samples) {
    h.clear();
    ASSERT_EQ(h.in(samples.data(), {static_cast<int64_t>(samples.size())}).outSlots(2).call(), 0);
    float *results = h.result<float *>(0);
    for (size_t i = 0; i < samples.size(); ++i) {
      if (std::fabs(samples[i]) > limit)
        continue;
      double value = exact(samples[i]), error = ulps(results[i], value);
      if (samples[i] == 0 && !std::isnan(value) && std::signbit(results[i]) != std::signbit(static_cast<float>(value)))
        error = INFINITY;
      if (error > worst) {
        worst = error;
        at = samples[i];
      }
    }
    std::free(results);
  });
  EXPECT_LE(worst, bound) << op << " at " << at << " (" << std::hexfloat << at << ")";
  std::printf("%s: %.2f ulp\n", op.c_str(), worst);
}

/// Checks a function of two numbers: each of a coarser sample with each other.
void checkBinary(const std::string &op, double (*exact)(double, double), double bound, void (*change)(PipelineOptions &, EmitOptions &) = nullptr) {
  Harness h("func.func @f(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {\n%c0 = arith.constant 0 : index\n"
            "%n = tensor.dim %x, %c0 : tensor<?xf32>\n%e = tensor.empty(%n) : tensor<?xf32>\n"
            "%r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = [\"parallel\"]} "
            "ins(%x, %y : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {\n^bb0(%v: f32, %w: f32, %o: f32):\n%z = " + op +
                " %v, %w : f32\nlinalg.yield %z : f32 } -> tensor<?xf32>\nreturn %r : tensor<?xf32>\n}",
            "f", change);
  ASSERT_EQ(h.error(), "");
  std::vector<float> numbers;
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 7654321)
    numbers.push_back(fromBits(static_cast<uint32_t>(bits)));
  for (float number : {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 1.0f, -1.0f, 0.5f, -0.5f, 2.0f, -2.0f, 3.0f, -3.0f, 1.5f, -7.0f, 10.0f, 0.1f,
                       0x1p-149f, -0x1p-149f, 0x1p-126f, 0x1p23f, 0x1.8p23f, 0x1.000002p23f, -0x1.000002p23f, 0x1p24f, 3.4e38f, 0.99999994f, 1.0000001f, 87.3f, -0.333f})
    numbers.push_back(number);
  std::vector<float> x, y;
  for (float a : numbers)
    for (float b : numbers) {
      x.push_back(a);
      y.push_back(b);
    }
  // Bases near one have powers of moderate size, as have small exponents.
  for (int i = 0; i < 100000; ++i) {
    x.push_back(std::exp2(static_cast<float>(i % 321 - 160) / 10.0f));
    y.push_back(static_cast<float>(i / 321 - 155) / 17.0f);
  }
  int64_t n = static_cast<int64_t>(x.size());
  ASSERT_EQ(h.in(x.data(), {n}).in(y.data(), {n}).outSlots(2).call(), 0);
  float *results = h.result<float *>(0);
  double worst = 0;
  int64_t at = 0;
  for (int64_t i = 0; i < n; ++i) {
    double value = exact(x[i], y[i]), error = ulps(results[i], value);
    if (!std::isnan(value) && std::signbit(static_cast<float>(value)) != std::signbit(results[i]))
      error = INFINITY;
    if (error > worst) {
      worst = error;
      at = i;
    }
  }
  EXPECT_LE(worst, bound) << op << " at " << std::hexfloat << x[at] << ", " << y[at] << ": " << results[at] << " for " << exact(x[at], y[at]);
  std::printf("%s: %.2f ulp\n", op.c_str(), worst);
  std::free(results);
}

TEST(VectorMath, Exp) { checkFunction("math.exp", std::exp, 1); }
TEST(VectorMath, Exp2) { checkFunction("math.exp2", std::exp2, 1.1); }
TEST(VectorMath, Expm1) { checkFunction("math.expm1", std::expm1, 2); }
TEST(VectorMath, Log) { checkFunction("math.log", std::log, 1); }
TEST(VectorMath, Log2) { checkFunction("math.log2", std::log2, 2.2); }
TEST(VectorMath, Log10) { checkFunction("math.log10", std::log10, 2.7); }
TEST(VectorMath, Log1p) { checkFunction("math.log1p", std::log1p, 2); }
TEST(VectorMath, Tanh) { checkFunction("math.tanh", std::tanh, 5.3); }
TEST(VectorMath, Erf) { checkFunction("math.erf", std::erf, 6.1); }
TEST(VectorMath, Sin) { checkFunction("math.sin", std::sin, 2); }
TEST(VectorMath, Cos) { checkFunction("math.cos", std::cos, 2); }
TEST(VectorMath, Tan) { checkFunction("math.tan", std::tan, 4); }
TEST(VectorMath, Asin) { checkFunction("math.asin", std::asin, 2.1); }
TEST(VectorMath, Acos) { checkFunction("math.acos", std::acos, 2); }
TEST(VectorMath, Atan) { checkFunction("math.atan", std::atan, 2); }
TEST(VectorMath, Sinh) { checkFunction("math.sinh", std::sinh, 2); }
TEST(VectorMath, Cosh) { checkFunction("math.cosh", std::cosh, 2); }
TEST(VectorMath, Asinh) { checkFunction("math.asinh", std::asinh, 3); }
TEST(VectorMath, Acosh) { checkFunction("math.acosh", std::acosh, 3); }
TEST(VectorMath, Atanh) { checkFunction("math.atanh", std::atanh, 3); }
TEST(VectorMath, Erfc) { checkFunction("math.erfc", std::erfc, 4.6); }
TEST(VectorMath, Rsqrt) { checkFunction("math.rsqrt", [](double x) { return 1 / std::sqrt(x); }, 1.5); }
TEST(VectorMath, Atan2) { checkBinary("math.atan2", std::atan2, 3); }
TEST(VectorMath, Fmod) { checkBinary("arith.remf", std::fmod, 0); }
TEST(VectorMath, Pow) { checkBinary("math.powf", std::pow, 1); }

void baseline(PipelineOptions &options, EmitOptions &) {
  options.target = llvm::cantFail(TargetInfo::create("", "x86-64"));
}

/// Fused multiply-add, but no multiplication by a power of two.
void withoutScale(PipelineOptions &options, EmitOptions &) {
  options.target = llvm::cantFail(TargetInfo::create("", "x86-64-v3"));
}

double onePlusExp(double x) { return 1 + std::exp(x); }
constexpr const char *onePlusExpOps = "%one = arith.constant 1.0 : f32\n%e1 = math.exp %v : f32\n%y = arith.addf %one, %e1 : f32";

TEST(VectorMath, OnePlusExp) { checkFunction(onePlusExpOps, onePlusExp, 5.6); }

TEST(VectorMath, WithoutScale) {
  checkFunction("math.exp", std::exp, 1, withoutScale);
  checkFunction("math.exp2", std::exp2, 1.1, withoutScale);
  checkFunction(onePlusExpOps, onePlusExp, 5.6, withoutScale);
  checkFunction("math.erf", std::erf, 6.1, withoutScale);
}

TEST(VectorMath, WithoutFusedMultiplyAdd) {
  checkFunction("math.exp", std::exp, 1, baseline);
  checkFunction(onePlusExpOps, onePlusExp, 5.6, baseline);
  checkFunction("math.log", std::log, 1, baseline);
  checkFunction("math.sin", std::sin, 2, baseline);
  checkFunction("math.tanh", std::tanh, 5.3, baseline);
  checkFunction("math.erfc", std::erfc, 4.6, baseline);
  checkBinary("math.atan2", std::atan2, 3, baseline);
  checkBinary("math.powf", std::pow, 1, baseline);
  checkBinary("arith.remf", std::fmod, 0, baseline);
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
