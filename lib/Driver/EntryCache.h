//===- EntryCache.h - Compiled entries by what they are called with -------===//
#pragma once

#include "runtime/Value.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sconce::driver {

struct CompiledEntry;

/// What became of a session's calls since it was opened.
struct CallCounters {
  uint64_t hits = 0;            ///< calls that found compiled code
  uint64_t compiles = 0;        ///< entries compiled
  uint64_t loads = 0;           ///< entries that were found compiled in the cache on disk
  uint64_t generalisations = 0; ///< of these, for extents or numbers that run time gives
  uint64_t interpreted = 0;     ///< calls that were interpreted
  uint64_t evictions = 0;       ///< entries that went for newer ones
  uint64_t entries = 0;         ///< entries that are there now
};

/// Compiled entries, a bounded number of them: the one that was not used for longest goes, with its code. Several have the
/// same key where the state's types differ. Any thread may use it.
class EntryCache {
public:
  explicit EntryCache(size_t capacity) : capacity(capacity) {}

  /// The entry of that key for which `fits` holds, which is then the most recently used; null where there is none.
  std::shared_ptr<CompiledEntry> find(llvm::StringRef key, llvm::function_ref<bool(const CompiledEntry &)> fits);
  void add(llvm::StringRef key, std::shared_ptr<CompiledEntry> entry);
  /// Drops all: what they took for constant is not any more.
  void clear();

  size_t size() const;
  uint64_t evictions() const;

private:
  struct Slot {
    std::string key;
    std::shared_ptr<CompiledEntry> entry;
  };
  using Slots = std::list<Slot>;

  const size_t capacity;
  mutable std::mutex lock;
  Slots slots; ///< most recently used first
  llvm::StringMap<std::vector<Slots::iterator>> byKey;
  uint64_t evicted = 0;
};

} // namespace sconce::driver
