// With carry-less products where the processor has them, some ten bytes a cycle; otherwise zlib's tables, about one.
//
// Bits are coefficients of a polynomial over GF(2), first bit highest, and the checksum is the remainder of their division by P.
// Sixteen bytes A that stand n bits before others contribute A·xⁿ mod P, which is two products of 64 bits by numbers that n alone
// gives: so four of them are folded onto the next sixty-four bytes at once, then into one, and its remainder is taken by
// Barrett's two products. (V. Gopal and others, Fast CRC Computation for Generic Polynomials Using PCLMULQDQ, Intel, 2009.)
#include "lib/Archive/Checksum.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace llvm;

namespace sconce::archive {

#if defined(__x86_64__)
#define SCONCE_CARRYLESS __attribute__((target("pclmul,sse4.1")))

// Powers of x modulo P, bits reflected: for the low and the high half of sixteen bytes.
SCONCE_CARRYLESS static inline __m128i folded(__m128i value, __m128i powers, __m128i onto) {
  __m128i low = _mm_clmulepi64_si128(value, powers, 0x00);
  __m128i high = _mm_clmulepi64_si128(value, powers, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

SCONCE_CARRYLESS static inline __m128i load(const uint8_t *data) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i *>(data));
}

/// Of a multiple of sixteen bytes, sixty-four or more.
SCONCE_CARRYLESS static uint32_t crc32OfBlocks(const uint8_t *data, size_t size) {
  const __m128i over64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  const __m128i over16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  const __m128i over8 = _mm_set_epi64x(0, 0x0163cd6124);
  const __m128i barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
  const __m128i low32 = _mm_set_epi32(0, -1, 0, -1);

  __m128i a = _mm_xor_si128(load(data), _mm_cvtsi32_si128(-1));
  __m128i b = load(data + 16), c = load(data + 32), d = load(data + 48);
  for (data += 64, size -= 64; size >= 64; data += 64, size -= 64) {
    a = folded(a, over64, load(data));
    b = folded(b, over64, load(data + 16));
    c = folded(c, over64, load(data + 32));
    d = folded(d, over64, load(data + 48));
  }
  a = folded(folded(folded(a, over16, b), over16, c), over16, d);
  for (; size >= 16; data += 16, size -= 16)
    a = folded(a, over16, load(data));

  a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, over16, 0x10));
  a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low32), over8, 0x00));
  __m128i quotient = _mm_and_si128(_mm_clmulepi64_si128(_mm_and_si128(a, low32), barrett, 0x10), low32);
  a = _mm_xor_si128(a, _mm_clmulepi64_si128(quotient, barrett, 0x00));
  return ~static_cast<uint32_t>(_mm_extract_epi32(a, 1));
}
#endif

uint32_t zipChecksum(ArrayRef<uint8_t> bytes) {
  uint32_t known = 0;
#if defined(__x86_64__)
  static const bool hasProducts = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  if (hasProducts && bytes.size() >= 64) {
    size_t blocks = bytes.size() / 16 * 16;
    known = crc32OfBlocks(bytes.data(), blocks);
    bytes = bytes.drop_front(blocks);
  }
#endif
  return static_cast<uint32_t>(::crc32_z(known, bytes.data(), bytes.size()));
}

} // namespace sconce::archive
