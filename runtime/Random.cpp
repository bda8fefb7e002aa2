#include "runtime/Random.h"

namespace sconce::rt {
namespace {
constexpr uint32_t upperBit = 0x80000000, lowerBits = 0x7FFFFFFF, matrix = 0x9908B0DF;
constexpr size_t shiftSize = 397;

uint32_t twist(uint32_t u, uint32_t v) {
  return (((u & upperBit) | (v & lowerBits)) >> 1) ^ (v & 1 ? matrix : 0);
}
} // namespace

Ref<Generator> Generator::create(uint64_t seed) {
  return Ref<Generator>::adopt(new Generator(seed));
}

void Generator::continueAs(const Generator &other) {
  currentSeed = other.currentSeed;
  state = other.state;
  position = other.position;
  nextFloatNormal = other.nextFloatNormal;
  nextDoubleNormal = other.nextDoubleNormal;
}

Ref<Generator> Generator::clone() const {
  Ref<Generator> copy = create(currentSeed);
  copy->continueAs(*this);
  return copy;
}

void Generator::manualSeed(uint64_t seed) {
  currentSeed = seed;
  // PyTorch seeds the engine with the lower 32 bits.
  state[0] = static_cast<uint32_t>(seed);
  for (uint32_t i = 1; i < state.size(); ++i)
    state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  position = static_cast<uint32_t>(state.size());
  nextFloatNormal.reset();
  nextDoubleNormal.reset();
}

void Generator::refill() {
  constexpr size_t size = 624;
  for (size_t i = 0; i < size; ++i)
    state[i] = state[(i + shiftSize) % size] ^ twist(state[i], state[(i + 1) % size]);
  position = 0;
}

uint32_t Generator::next32() {
  if (position == state.size())
    refill();
  uint32_t y = state[position++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680;
  y ^= (y << 15) & 0xEFC60000;
  return y ^ (y >> 18);
}

uint64_t Generator::next64() {
  uint64_t upper = next32();
  return upper << 32 | next32();
}

} // namespace sconce::rt
