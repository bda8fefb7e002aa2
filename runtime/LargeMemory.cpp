#include "runtime/LargeMemory.h"

#include <cstdlib>
#include <pthread.h>
#include <sys/mman.h>

namespace sconce::rt {

namespace {
constexpr size_t largePage = size_t(1) << 21;

/// What was given back and not taken again, oldest first.
struct Kept {
  static constexpr size_t mostBlocks = 16, mostBytes = size_t(64) << 20;
  struct Block {
    void *memory;
    size_t capacity;
  };
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  Block blocks[mostBlocks];
  size_t count = 0, bytes = 0;
  bool isClosed = false;

  Block removeAt(size_t index);
};
} // namespace

Kept::Block Kept::removeAt(size_t index) {
  Block block = blocks[index];
  --count;
  for (size_t i = index; i < count; ++i)
    blocks[i] = blocks[i + 1];
  bytes -= block.capacity;
  return block;
}

static Kept kept;

/// Frees all when the library is unloaded or the process ends; storages that are held until then are given back after this. It is
/// no destructor, which would need C++'s runtime.
[[gnu::destructor]] static void freeKept() {
  pthread_mutex_lock(&kept.lock);
  while (kept.count != 0)
    std::free(kept.removeAt(kept.count - 1).memory);
  kept.isClosed = true;
  pthread_mutex_unlock(&kept.lock);
}

void *takeLargeMemory(size_t bytes, size_t &capacity) {
  pthread_mutex_lock(&kept.lock);
  for (size_t i = kept.count; i-- > 0;)
    if (kept.blocks[i].capacity >= bytes && kept.blocks[i].capacity - bytes <= bytes / 4) {
      Kept::Block block = kept.removeAt(i);
      pthread_mutex_unlock(&kept.lock);
      capacity = block.capacity;
      return block.memory;
    }
  pthread_mutex_unlock(&kept.lock);
  void *memory = nullptr;
  if (posix_memalign(&memory, largePage, bytes) != 0)
    return nullptr;
#ifdef MADV_HUGEPAGE
  (void)madvise(memory, bytes / largePage * largePage, MADV_HUGEPAGE); // a wish
#endif
  capacity = bytes;
  return memory;
}

void giveLargeMemory(void *memory, size_t capacity) {
  if (!keepsLargeMemory || capacity > Kept::mostBytes)
    return std::free(memory);
  void *freed[Kept::mostBlocks];
  size_t numFreed = 0;
  pthread_mutex_lock(&kept.lock);
  bool isKept = !kept.isClosed;
  if (isKept) {
    while (kept.count == Kept::mostBlocks || kept.bytes + capacity > Kept::mostBytes)
      freed[numFreed++] = kept.removeAt(0).memory;
    kept.blocks[kept.count++] = {memory, capacity};
    kept.bytes += capacity;
  }
  pthread_mutex_unlock(&kept.lock);
  for (size_t i = 0; i < numFreed; ++i)
    std::free(freed[i]);
  if (!isKept)
    std::free(memory);
}

} // namespace sconce::rt
