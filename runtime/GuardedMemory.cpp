#include "runtime/GuardedMemory.h"

#ifdef SCONCE_GUARD_MEMORY

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace sconce::rt {

static constexpr size_t page = 4096, alignment = 64;
static constexpr int filler = 0xab;

/// Stands at the start of the page before the memory's first.
struct GuardedHeader {
  size_t bytes, rounded, mapped;
};

void *takeGuardedMemory(size_t bytes) {
  if (bytes > SIZE_MAX / 2)
    return nullptr;
  size_t rounded = std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
  size_t pages = (rounded + page - 1) / page * page, mapped = page + pages + page;
  void *map = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED)
    return nullptr;
  uint8_t *end = static_cast<uint8_t *>(map) + page + pages;
  mprotect(end, page, PROT_NONE);
  *static_cast<GuardedHeader *>(map) = {bytes, rounded, mapped};
  std::memset(end - rounded + bytes, filler, rounded - bytes);
  return end - rounded;
}

void giveGuardedMemory(void *memory) {
  auto *data = static_cast<uint8_t *>(memory);
  auto *header = reinterpret_cast<GuardedHeader *>(reinterpret_cast<uintptr_t>(memory) / page * page - page);
  for (size_t at = header->bytes; at < header->rounded; ++at)
    if (data[at] != filler) {
      std::fprintf(stderr, "memory of %zu bytes was written at byte %zu\n", header->bytes, at);
      std::abort();
    }
  munmap(header, header->mapped);
}

} // namespace sconce::rt

#else

// Never called: callers ask for guardsMemory first.
namespace sconce::rt {
void *takeGuardedMemory(size_t) { return nullptr; }
void giveGuardedMemory(void *) {}
} // namespace sconce::rt

#endif
