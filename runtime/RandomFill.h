/// Fills tensors with random numbers, bit for bit as PyTorch 2.13's CPU kernels
/// do on a machine with AVX2. Tensors are contiguous; results are rounded to
/// their dtype as PyTorch rounds.
#ifndef SCONCE_RUNTIME_RANDOMFILL_H
#define SCONCE_RUNTIME_RANDOMFILL_H

#include "runtime/Random.h"
#include "runtime/Tensor.h"

namespace sconce::rt {

/// uniform_(from, to); rand() is fillUniform(t, 0, 1). Floating dtypes.
void fillUniform(Generator &generator, const Tensor &tensor, double from, double to);
/// normal_(mean, std); randn() is fillNormal(t, 0, 1). Floating and complex dtypes.
void fillNormal(Generator &generator, const Tensor &tensor, double mean, double std);
/// bernoulli_(p), and with it dropout's masks.
void fillBernoulli(Generator &generator, const Tensor &tensor, double probability);
/// bernoulli(p) of a tensor of probabilities of the same sizes.
void fillBernoulli(Generator &generator, const Tensor &tensor, const Tensor &probabilities);
/// exponential_(lambda).
void fillExponential(Generator &generator, const Tensor &tensor, double lambda);
/// random_(from, to): integers from `from` to `to` - 1; from < to.
void fillRandomRange(Generator &generator, const Tensor &tensor, int64_t from, int64_t to);
/// random_(): all non-negative integers that the dtype holds exactly.
void fillRandom(Generator &generator, const Tensor &tensor);
/// randperm(n) into a tensor of n elements.
void fillPermutation(Generator &generator, const Tensor &tensor);
/// geometric_(p), cauchy_(median, sigma), log_normal_(mean, std).
void fillGeometric(Generator &generator, const Tensor &tensor, double probability);
void fillCauchy(Generator &generator, const Tensor &tensor, double median, double sigma);
void fillLogNormal(Generator &generator, const Tensor &tensor, double mean, double std);

} // namespace sconce::rt

#endif
