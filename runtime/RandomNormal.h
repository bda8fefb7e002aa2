/// Single draws and views that the fills share.
#ifndef SCONCE_RUNTIME_RANDOMNORMAL_H
#define SCONCE_RUNTIME_RANDOMNORMAL_H

#include "runtime/Random.h"
#include "runtime/Tensor.h"

namespace sconce::rt {

/// 53 bits in [0, 1).
double drawUniform(Generator &generator);
/// The parts of a complex tensor as one more dimension of 2.
Tensor viewAsReal(const Tensor &tensor);
/// The lowest `bits` (at most 24) of one draw, in [0, 1).
float drawUniformFloat(Generator &generator, int bits);
/// Box-Muller in double; every second draw is the cached other half.
double drawNormal(Generator &generator);

} // namespace sconce::rt

#endif
