/// Conversions between float and the 8- and 16-bit floats, bit by bit, so that
/// nothing of a compiler's support library is called.
#ifndef SCONCE_RUNTIME_SMALLFLOAT_H
#define SCONCE_RUNTIME_SMALLFLOAT_H

#include "runtime/Dtype.h"

#include <cstdint>

namespace sconce::rt {

/// Rounds to nearest even; overflow gives infinity.
uint16_t halfFromFloat(float value);
float floatFromHalf(uint16_t bits);
uint16_t bfloatFromFloat(float value);
float floatFromBfloat(uint16_t bits);

/// `dtype` is one of the 8-bit floats. Rounds to nearest even; overflow gives
/// infinity where the format has one, else NaN.
uint8_t float8FromFloat(Dtype dtype, float value);
float floatFromFloat8(Dtype dtype, uint8_t bits);

} // namespace sconce::rt

#endif
