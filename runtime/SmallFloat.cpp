#include "runtime/SmallFloat.h"

#include <bit>

namespace sconce::rt {
namespace {

/// A binary float format of at most 16 bits.
struct Format {
  int mantissaBits;
  int bias;
  uint32_t signBit;
  uint32_t largest;  ///< encoding of the largest finite value
  uint32_t infinity; ///< encoding that overflow and infinity give
  uint32_t nan;
  bool signedZero; ///< false: -0 becomes +0 and `nan` carries no sign ("fnuz")
};

constexpr Format half{10, 15, 0x8000, 0x7BFF, 0x7C00, 0x7E00, true};
constexpr Format e5m2{2, 15, 0x80, 0x7B, 0x7C, 0x7F, true};
constexpr Format e4m3fn{3, 7, 0x80, 0x7E, 0x7E, 0x7F, true}; // saturates
constexpr Format e5m2fnuz{2, 16, 0x80, 0x7F, 0x80, 0x80, false};
constexpr Format e4m3fnuz{3, 8, 0x80, 0x7F, 0x80, 0x80, false};

const Format &formatOf(Dtype dtype) {
  switch (dtype) {
  case Dtype::Float8E5M2:
    return e5m2;
  case Dtype::Float8E4M3FN:
    return e4m3fn;
  case Dtype::Float8E5M2FNUZ:
    return e5m2fnuz;
  default:
    return e4m3fnuz;
  }
}

/// `value >> shift`, rounded to nearest even.
uint32_t shiftRounded(uint32_t value, int shift) {
  if (shift > 25)
    return 0;
  uint32_t kept = value >> shift, rest = value & ((1u << shift) - 1), middle = 1u << (shift - 1);
  return kept + (rest > middle || (rest == middle && (kept & 1)));
}

uint32_t encode(const Format &format, float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value), magnitude = bits & 0x7FFFFFFF;
  uint32_t sign = bits >> 31 ? format.signBit : 0;
  if (!format.signedZero && magnitude >= 0x7F800000)
    return format.nan;
  if (magnitude > 0x7F800000)
    return sign | format.nan;
  if (magnitude == 0x7F800000)
    return sign | format.infinity;
  int exponent = static_cast<int>(magnitude >> 23) - 127 + format.bias;
  // Zeros and float's own subnormals are below half of every format's least value.
  uint32_t result = 0;
  if (magnitude >= 0x00800000) {
    uint32_t mantissa = (magnitude & 0x7FFFFF) | 0x800000;
    int shift = 23 - format.mantissaBits;
    if (exponent >= 1)
      result = (static_cast<uint32_t>(exponent - 1) << format.mantissaBits) +
               shiftRounded(mantissa, shift);
    else
      result = shiftRounded(mantissa, shift + 1 - exponent);
  }
  if (result > format.largest)
    return format.signedZero ? sign | format.infinity : format.nan;
  if (result == 0 && !format.signedZero)
    return 0;
  return sign | result;
}

float decode(const Format &format, uint32_t bits) {
  uint32_t sign = bits & format.signBit ? 0x80000000u : 0, magnitude = bits & (format.signBit - 1);
  if (!format.signedZero && bits == format.nan)
    return std::bit_cast<float>(0x7FC00000u);
  if (magnitude > format.largest) {
    bool infinite = magnitude == format.infinity && format.infinity != format.nan;
    uint32_t payload = (magnitude & ((1u << format.mantissaBits) - 1))
                       << (23 - format.mantissaBits);
    return std::bit_cast<float>(sign | (infinite ? 0x7F800000u : 0x7F800000u | payload));
  }
  int exponent = static_cast<int>(magnitude >> format.mantissaBits);
  uint32_t mantissa = magnitude & ((1u << format.mantissaBits) - 1);
  if (exponent == 0) {
    if (mantissa == 0)
      return std::bit_cast<float>(sign);
    while (!(mantissa >> format.mantissaBits)) {
      mantissa <<= 1;
      --exponent;
    }
    ++exponent;
    mantissa &= (1u << format.mantissaBits) - 1;
  }
  uint32_t field = static_cast<uint32_t>(exponent - format.bias + 127);
  return std::bit_cast<float>(sign | field << 23 | mantissa << (23 - format.mantissaBits));
}

/// e8m0: a power of two without sign or zero; halfway rounds up, except among
/// float's subnormals, where the kept bit is even.
uint8_t encodeExponent(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value), exponent = (bits >> 23) & 0xFF;
  if (exponent == 0xFF)
    return 0xFF;
  bool guard = bits & 0x400000, rest = bits & 0x3FFFFF;
  return static_cast<uint8_t>(exponent + (guard && (rest || exponent > 0)));
}

float decodeExponent(uint8_t bits) {
  if (bits == 0xFF)
    return std::bit_cast<float>(0x7FC00000u);
  return std::bit_cast<float>(bits == 0 ? 0x00400000u : static_cast<uint32_t>(bits) << 23);
}

} // namespace

uint16_t halfFromFloat(float value) { return static_cast<uint16_t>(encode(half, value)); }
float floatFromHalf(uint16_t bits) { return decode(half, bits); }

uint16_t bfloatFromFloat(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000)
    return 0x7FC0;
  return static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

float floatFromBfloat(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

uint8_t float8FromFloat(Dtype dtype, float value) {
  if (dtype == Dtype::Float8E8M0FNU)
    return encodeExponent(value);
  return static_cast<uint8_t>(encode(formatOf(dtype), value));
}

float floatFromFloat8(Dtype dtype, uint8_t bits) {
  if (dtype == Dtype::Float8E8M0FNU)
    return decodeExponent(bits);
  return decode(formatOf(dtype), bits);
}

} // namespace sconce::rt
