//===- EntryCache.h - Compiled entries by what they are called with -------===//
#pragma once

#include "runtime/Value.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

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

/// Whether an entry was compiled for just these arguments of the method.
bool isCompiledFor(const CompiledEntry &entry, llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

/// Compiled entries, a bounded number of them: the one that was not used for longest goes, with its code. Several are for the
/// same arguments where the state's types differ. Any thread may use it.
class EntryCache {
public:
  using Fits = llvm::function_ref<bool(const CompiledEntry &)>;

  explicit EntryCache(size_t capacity) : capacity(capacity) {}

  /// The entry that was compiled for just these arguments and for which `fits` holds; null where there is none. Takes no
  /// memory.
  std::shared_ptr<CompiledEntry> find(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments, Fits fits);
  /// The same of the entries that were added under that key.
  std::shared_ptr<CompiledEntry> find(llvm::StringRef key, Fits fits);
  void add(llvm::StringRef key, llvm::ArrayRef<rt::Value> arguments, std::shared_ptr<CompiledEntry> entry);
  /// Drops all: what they took for constant is not any more.
  void clear();

  /// Changes when an entry goes: who keeps one for later calls asks for it again.
  uint64_t generation() const { return dropped.load(std::memory_order_acquire); }
  /// To be called by who uses an entry without finding it here.
  void touch(CompiledEntry &entry) const;

  size_t size() const;
  uint64_t evictions() const;

private:
  struct Slot {
    std::string key;
    uint64_t hash;
    std::shared_ptr<CompiledEntry> entry;
  };
  using Slots = std::list<Slot>;
  using Places = llvm::SmallVector<Slots::iterator, 1>;

  std::shared_ptr<CompiledEntry> choose(llvm::ArrayRef<std::shared_ptr<CompiledEntry>> candidates, Fits fits);
  void erase(Slots::iterator slot, Slots &into);

  const size_t capacity;
  mutable std::mutex lock;
  Slots slots;
  llvm::StringMap<Places> byKey;
  llvm::DenseMap<uint64_t, Places> byHash;
  std::atomic<uint64_t> tick = 1, dropped = 0;
  uint64_t evicted = 0;
};

} // namespace sconce::driver
