/// PyTorch's CPU generator (MT19937) and the fills that consume it bit for bit
/// as PyTorch 2.13's CPU kernels do.
#ifndef SCONCE_RUNTIME_RANDOM_H
#define SCONCE_RUNTIME_RANDOM_H

#include "runtime/Value.h"

#include <array>
#include <optional>

namespace sconce::rt {

/// The state of one random stream. One thread at a time.
class Generator : public HeapObject {
public:
  /// PyTorch's seed of a generator that nobody seeded.
  static constexpr uint64_t defaultSeed = 67280421310721;

  explicit Generator(uint64_t seed = defaultSeed) : HeapObject(SC_GENERATOR) { manualSeed(seed); }
  static Ref<Generator> create(uint64_t seed = defaultSeed);

  /// A generator of its own that goes on as this one will.
  Ref<Generator> clone() const;
  /// Goes on as `other` will.
  void continueAs(const Generator &other);

  /// torch.manual_seed: starts the stream anew and forgets cached normals.
  void manualSeed(uint64_t seed);
  uint64_t seed() const { return currentSeed; }

  uint32_t next32();
  /// Two draws, the first one as the upper half.
  uint64_t next64();

  // The other half of a scalar Box-Muller draw, kept for the next one.
  std::optional<float> nextFloatNormal;
  std::optional<double> nextDoubleNormal;

private:
  void refill();

  uint64_t currentSeed = 0;
  std::array<uint32_t, 624> state;
  uint32_t position = 624;
};

} // namespace sconce::rt

#endif
