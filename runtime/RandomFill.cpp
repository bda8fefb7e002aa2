#include "runtime/RandomFill.h"

#include "runtime/Element.h"
#include "runtime/RandomNormal.h"

#include <cmath>
#include <cstring>
#include <numbers>

namespace sconce::rt {
namespace {

/// Bits of the dtype's significand.
int significandBits(Dtype dtype) {
  switch (dtype) {
  case Dtype::Float64:
    return 53;
  case Dtype::Float16:
    return 11;
  case Dtype::BFloat16:
    return 8;
  default:
    return 24;
  }
}

/// Stores one draw after the other, in memory order.
template <typename Draw> void fillEach(const Tensor &tensor, Draw draw) {
  int64_t count = tensor.numel(), bytes = itemSize(tensor.dtype());
  char *element = static_cast<char *>(tensor.data());
  for (int64_t i = 0; i < count; ++i, element += bytes)
    draw(static_cast<void *>(element));
}

} // namespace

double drawUniform(Generator &generator) {
  return static_cast<double>(generator.next64() & ((uint64_t(1) << 53) - 1)) * 0x1p-53;
}

float drawUniformFloat(Generator &generator, int bits) {
  return static_cast<float>(generator.next32() & ((1u << bits) - 1)) /
         static_cast<float>(1u << bits);
}

void fillUniform(Generator &generator, const Tensor &tensor, double from, double to) {
  if (isComplex(tensor.dtype())) {
    if (Tensor parts = viewAsReal(tensor))
      fillUniform(generator, parts, from, to);
    return;
  }
  Dtype dtype = tensor.dtype();
  bool isDouble = dtype == Dtype::Float64;
  float low = static_cast<float>(from), high = static_cast<float>(to);
  size_t bytes = static_cast<size_t>(itemSize(dtype));
  char end[8];
  storeDouble(dtype, end, to);
  fillEach(tensor, [&](void *element) {
    storeDouble(dtype, element,
                isDouble ? std::fma(drawUniform(generator), to - from, from)
                         : std::fmaf(drawUniformFloat(generator, 24), high - low, low));
    // The interval is half open: what rounds to its end goes to the beginning.
    if (std::memcmp(element, end, bytes) == 0)
      storeDouble(dtype, element, from);
  });
}

void fillBernoulli(Generator &generator, const Tensor &tensor, double probability) {
  fillEach(tensor, [&](void *element) {
    storeInt(tensor.dtype(), element, drawUniform(generator) < probability);
  });
}

void fillBernoulli(Generator &generator, const Tensor &tensor, const Tensor &probabilities) {
  Tensor flat = probabilities.contiguous();
  if (!flat)
    return;
  int64_t position = 0, bytes = itemSize(flat.dtype());
  bool isDouble = flat.dtype() == Dtype::Float64;
  fillEach(tensor, [&](void *element) {
    double probability =
        loadDouble(flat.dtype(), static_cast<const char *>(flat.data()) + position++ * bytes);
    bool hit = isDouble ? drawUniform(generator) < probability
                        : drawUniformFloat(generator, 24) < static_cast<float>(probability);
    storeInt(tensor.dtype(), element, hit);
  });
}

void fillExponential(Generator &generator, const Tensor &tensor, double lambda) {
  fillEach(tensor, [&](void *element) {
    storeDouble(tensor.dtype(), element, -1.0 / lambda * std::log1p(-drawUniform(generator)));
  });
}

void fillRandomRange(Generator &generator, const Tensor &tensor, int64_t from, int64_t to) {
  uint64_t range = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  // Past 2^28 the remainder of 32 bits would be skewed too much.
  bool isWide = range >= uint64_t(1) << 28;
  fillEach(tensor, [&](void *element) {
    uint64_t bits = isWide ? generator.next64() : generator.next32();
    storeInt(tensor.dtype(), element,
             static_cast<int64_t>(bits % range + static_cast<uint64_t>(from)));
  });
}

void fillRandom(Generator &generator, const Tensor &tensor) {
  Dtype dtype = tensor.dtype();
  bool isWide = dtype == Dtype::Int64 || dtype == Dtype::UInt64 || dtype == Dtype::Float64;
  uint64_t range;
  if (dtype == Dtype::Bool)
    range = 2;
  else if (isFloating(dtype))
    range = (uint64_t(1) << significandBits(dtype)) + 1;
  else
    range = uint64_t(1) << (itemSize(dtype) * 8 - (isSigned(dtype) ? 1 : 0) -
                            (dtype == Dtype::UInt64 ? 1 : 0));
  fillEach(tensor, [&](void *element) {
    uint64_t bits = isWide ? generator.next64() : generator.next32();
    storeInt(dtype, element, static_cast<int64_t>(bits % range));
  });
}

void fillPermutation(Generator &generator, const Tensor &tensor) {
  Dtype dtype = tensor.dtype();
  int64_t count = tensor.numel(), bytes = itemSize(dtype);
  char *base = static_cast<char *>(tensor.data());
  for (int64_t i = 0; i < count; ++i)
    storeInt(dtype, base + i * bytes, i);
  bool isWide = count >= int64_t(UINT32_MAX) / 20;
  for (int64_t i = 0; i + 1 < count; ++i) {
    uint64_t bits = isWide ? generator.next64() : generator.next32();
    int64_t other = i + static_cast<int64_t>(bits % static_cast<uint64_t>(count - i));
    char kept[16];
    convertElement(dtype, base + i * bytes, dtype, kept);
    convertElement(dtype, base + other * bytes, dtype, base + i * bytes);
    convertElement(dtype, kept, dtype, base + other * bytes);
  }
}

void fillGeometric(Generator &generator, const Tensor &tensor, double probability) {
  fillEach(tensor, [&](void *element) {
    storeDouble(tensor.dtype(), element,
                std::ceil(std::log(drawUniform(generator)) / std::log1p(-probability)));
  });
}

void fillCauchy(Generator &generator, const Tensor &tensor, double median, double sigma) {
  fillEach(tensor, [&](void *element) {
    double draw = drawUniform(generator);
    storeDouble(tensor.dtype(), element,
                median + sigma * std::tan(std::numbers::pi * (draw - 0.5)));
  });
}

void fillLogNormal(Generator &generator, const Tensor &tensor, double mean, double std) {
  fillEach(tensor, [&](void *element) {
    storeDouble(tensor.dtype(), element, std::exp(std::fma(drawNormal(generator), std, mean)));
  });
}

} // namespace sconce::rt
