/// Normal numbers. Fewer than 16 come from a scalar Box-Muller that keeps every
/// second draw; 16 or more from uniform numbers in place, in groups of 16. For
/// float32 PyTorch's group works on AVX2 vectors with polynomials of its own
/// (Cephes' logf and sincosf); their operations are repeated here one lane at a
/// time, contracted into the same fused multiply-adds.
#include "runtime/RandomNormal.h"

#include "runtime/Element.h"
#include "runtime/RandomFill.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace sconce::rt {
namespace {

float fma(float a, float b, float c) { return std::fmaf(a, b, c); }

/// Cephes' logf for a positive normal number.
float logPolynomial(float x) {
  constexpr float coefficients[] = {7.0376836292E-2f,  -1.1514610310E-1f, 1.1676998740E-1f,
                                    -1.2420140846E-1f, 1.4249322787E-1f,  -1.6668057665E-1f,
                                    2.0000714765E-1f,  -2.4999993993E-1f, 3.3333331174E-1f};
  uint32_t bits = std::bit_cast<uint32_t>(x);
  float exponent = static_cast<float>(static_cast<int32_t>(bits >> 23) - 0x7F) + 1.0f;
  x = std::bit_cast<float>((bits & 0x807FFFFF) | 0x3F000000);
  bool isSmall = x < 0.707106781186547524f;
  float kept = isSmall ? x : 0.0f;
  x = x - 1.0f;
  exponent = exponent - (isSmall ? 1.0f : 0.0f);
  x = x + kept;
  float z = x * x, y = coefficients[0];
  for (int i = 1; i < 9; ++i)
    y = fma(y, x, coefficients[i]);
  y = y * x;
  y = fma(y, z, exponent * -2.12194440e-4f);
  y = fma(-z, 0.5f, y);
  return fma(exponent, 0.693359375f, x + y);
}

/// Cephes' sincosf for a number from 0 to 2π.
void sincosPolynomial(float x, float &sine, float &cosine) {
  int32_t octant = (static_cast<int32_t>(x * 1.27323954473516f) + 1) & ~1;
  float y = static_cast<float>(octant);
  x = fma(y, -0.78515625f, x);
  x = fma(y, -2.4187564849853515625e-4f, x);
  x = fma(y, -3.77489497744594108e-8f, x);
  float z = x * x;
  float c = fma(2.443315711809948E-005f, z, -1.388731625493765E-003f);
  c = fma(c, z, 4.166664568298827E-002f);
  c = c * z;
  c = fma(c, z, -(z * 0.5f)) + 1.0f;
  float s = fma(-1.9515295891E-4f, z, 8.3321608736E-3f);
  s = fma(s, z, -1.6666654611E-1f);
  s = s * z;
  s = fma(s, x, x);
  bool swap = octant & 2;
  sine = swap ? c : s;
  cosine = swap ? s : c;
  if (octant & 4)
    sine = -sine;
  if (!((octant - 2) & 4))
    cosine = -cosine;
}

void normalGroup(float *data, float mean, float std) {
  for (int j = 0; j < 8; ++j) {
    float radius = std::sqrt(-2.0f * logPolynomial(1.0f - data[j]));
    float sine, cosine;
    sincosPolynomial(static_cast<float>(2.0f * std::numbers::pi) * data[j + 8], sine, cosine);
    data[j] = fma(radius * cosine, std, mean);
    data[j + 8] = fma(radius * sine, std, mean);
  }
}

void normalGroup(double *data, double mean, double std) {
  for (int j = 0; j < 8; ++j) {
    double radius = std::sqrt(-2 * std::log(1 - data[j])),
           theta = 2.0 * std::numbers::pi * data[j + 8];
    data[j] = std::fma(radius * std::cos(theta), std, mean);
    data[j + 8] = std::fma(radius * std::sin(theta), std, mean);
  }
}

/// Groups of 16; a rest that is shorter draws the last 16 anew.
template <typename T, typename Draw>
void fillGroups(T *data, int64_t count, T mean, T std, Draw draw) {
  for (int64_t i = 0; i < count; ++i)
    data[i] = draw();
  for (int64_t i = 0; i + 16 <= count; i += 16)
    normalGroup(data + i, mean, std);
  if (count % 16 == 0)
    return;
  T *last = data + count - 16;
  for (int64_t i = 0; i < 16; ++i)
    last[i] = draw();
  normalGroup(last, mean, std);
}

/// 16-bit floats: groups in float32, each drawn when its turn comes; a rest that
/// is shorter draws the last 16 anew, and nothing before that.
void fillSmallGroups(Generator &generator, const Tensor &tensor, float mean, float std) {
  int64_t count = tensor.numel();
  uint16_t *data = tensor.dataAs<uint16_t>();
  auto group = [&](int64_t start) {
    float numbers[16];
    for (float &number : numbers)
      number = drawUniformFloat(generator, 24);
    normalGroup(numbers, mean, std);
    for (int64_t j = 0; j < 16; ++j)
      storeDouble(tensor.dtype(), data + start + j, numbers[j]);
  };
  for (int64_t i = 0; i + 16 <= count; i += 16)
    group(i);
  if (count % 16 != 0)
    group(count - 16);
}

} // namespace

Tensor viewAsReal(const Tensor &tensor) {
  std::vector<int64_t> sizes = tensor.sizes(), strides = tensor.strides();
  for (int64_t &stride : strides)
    stride *= 2;
  sizes.push_back(2);
  strides.push_back(1);
  return Tensor::view(tensor.storage(), realPart(tensor.dtype()), tensor.offset() * 2,
                      std::move(sizes), std::move(strides));
}

double drawNormal(Generator &generator) {
  if (generator.nextDoubleNormal) {
    double kept = *generator.nextDoubleNormal;
    generator.nextDoubleNormal.reset();
    return kept;
  }
  double u1 = drawUniform(generator), u2 = drawUniform(generator);
  double radius = std::sqrt(-2.0 * std::log1p(-u2)), theta = 2.0 * std::numbers::pi * u1;
  generator.nextDoubleNormal = radius * std::sin(theta);
  return radius * std::cos(theta);
}

void fillNormal(Generator &generator, const Tensor &tensor, double mean, double std) {
  Dtype dtype = tensor.dtype();
  if (isComplex(dtype)) {
    // The parts are drawn as one tensor, each with half of the variance.
    if (Tensor parts = viewAsReal(tensor))
      fillNormal(generator, parts, 0, std / std::sqrt(2.0));
    if (mean != 0)
      forEachIndex(tensor.sizes(), [&](Index index) {
        storeComplex(dtype, tensor.at(index),
                     tensor.loadComplex(index) + std::complex<double>(mean, 0));
      });
    return;
  }
  int64_t count = tensor.numel();
  if (count < 16) {
    int64_t bytes = itemSize(dtype);
    for (int64_t i = 0; i < count; ++i)
      storeDouble(dtype, static_cast<char *>(tensor.data()) + i * bytes,
                  std::fma(drawNormal(generator), std, mean));
  } else if (dtype == Dtype::Float32) {
    fillGroups(tensor.dataAs<float>(), count, static_cast<float>(mean), static_cast<float>(std),
               [&] { return drawUniformFloat(generator, 24); });
  } else if (dtype == Dtype::Float64) {
    fillGroups(tensor.dataAs<double>(), count, mean, std, [&] { return drawUniform(generator); });
  } else {
    fillSmallGroups(generator, tensor, static_cast<float>(mean), static_cast<float>(std));
  }
}

} // namespace sconce::rt
