/// Memory for tests that shows where compiled code, which no sanitizer instruments, leaves a tensor.
#ifndef SCONCE_RUNTIME_GUARDEDMEMORY_H
#define SCONCE_RUNTIME_GUARDEDMEMORY_H

#include <cstddef>

namespace sconce::rt {

/// Whether tensors and what compiled code allocates are in guarded memory: set by the build option SCONCE_GUARD_MEMORY.
#ifdef SCONCE_GUARD_MEMORY
inline constexpr bool guardsMemory = true;
#else
inline constexpr bool guardsMemory = false;
#endif

/// Memory of `bytes`, aligned to 64, that ends less than 64 bytes before a page which nobody may touch; null where there is none.
void *takeGuardedMemory(size_t bytes);
/// Gives it back. Aborts with a message where the bytes between it and that page have changed.
void giveGuardedMemory(void *memory);

} // namespace sconce::rt

#endif
