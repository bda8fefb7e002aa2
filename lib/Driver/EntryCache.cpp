//===- EntryCache.cpp - Compiled entries by what they are called with -----===//

#include "lib/Driver/EntryCache.h"

#include "lib/Driver/Compiler.h"

#include "llvm/ADT/Hashing.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

bool driver::isCompiledFor(const CompiledEntry &entry, StringRef method, ArrayRef<Value> arguments) {
  if (entry.method != method || entry.arguments.size() != arguments.size())
    return false;
  for (size_t i = 0; i < arguments.size(); ++i)
    if (!specialize::isSpecOf(entry.arguments[i], arguments[i]))
      return false;
  return true;
}

/// Never one of the two numbers that the table has for itself.
static uint64_t hashOf(StringRef method, ArrayRef<Value> arguments) {
  uint64_t hash = llvm::hash_value(method);
  for (const Value &argument : arguments)
    hash = llvm::hash_combine(hash, specialize::hashOfSpec(argument));
  return hash >> 1;
}

void EntryCache::touch(CompiledEntry &entry) const {
  entry.lastUse.store(tick.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

/// Whether one fits may depend on the state, which has a lock of its own: ours is not held meanwhile.
std::shared_ptr<CompiledEntry> EntryCache::choose(ArrayRef<std::shared_ptr<CompiledEntry>> candidates, Fits fits) {
  for (const std::shared_ptr<CompiledEntry> &candidate : candidates)
    if (fits(*candidate)) {
      ++tick;
      touch(*candidate);
      return candidate;
    }
  return nullptr;
}

std::shared_ptr<CompiledEntry> EntryCache::find(StringRef method, ArrayRef<Value> arguments, Fits fits) {
  llvm::SmallVector<std::shared_ptr<CompiledEntry>, 4> candidates;
  uint64_t hash = hashOf(method, arguments);
  {
    std::lock_guard<std::mutex> guard(lock);
    if (auto found = byHash.find(hash); found != byHash.end())
      for (Slots::iterator slot : found->second)
        if (isCompiledFor(*slot->entry, method, arguments))
          candidates.push_back(slot->entry);
  }
  return choose(candidates, fits);
}

std::shared_ptr<CompiledEntry> EntryCache::find(StringRef key, Fits fits) {
  llvm::SmallVector<std::shared_ptr<CompiledEntry>, 4> candidates;
  {
    std::lock_guard<std::mutex> guard(lock);
    if (auto found = byKey.find(key); found != byKey.end())
      for (Slots::iterator slot : found->second)
        candidates.push_back(slot->entry);
  }
  return choose(candidates, fits);
}

void EntryCache::add(StringRef key, ArrayRef<Value> arguments, std::shared_ptr<CompiledEntry> entry) {
  Slots gone; // Their code is freed after the lock.
  ++tick;
  touch(*entry);
  uint64_t hash = hashOf(entry->method, arguments);
  std::lock_guard<std::mutex> guard(lock);
  slots.push_front({key.str(), hash, std::move(entry)});
  byKey[key].push_back(slots.begin());
  byHash[hash].push_back(slots.begin());
  while (slots.size() > capacity) {
    auto oldest = slots.begin();
    for (auto slot = slots.begin(); slot != slots.end(); ++slot)
      if (slot->entry->lastUse.load(std::memory_order_relaxed) < oldest->entry->lastUse.load(std::memory_order_relaxed))
        oldest = slot;
    erase(oldest, gone);
    ++evicted;
  }
}

/// With the lock held.
void EntryCache::erase(Slots::iterator slot, Slots &into) {
  auto eraseFrom = [&](auto &map, const auto &key) {
    auto found = map.find(key);
    llvm::erase(found->second, slot);
    if (found->second.empty())
      map.erase(found);
  };
  eraseFrom(byKey, slot->key);
  eraseFrom(byHash, slot->hash);
  into.splice(into.begin(), slots, slot);
  dropped.fetch_add(1, std::memory_order_release);
}

void EntryCache::clear() {
  Slots gone;
  std::lock_guard<std::mutex> guard(lock);
  byKey.clear();
  byHash.clear();
  gone.swap(slots);
  dropped.fetch_add(1, std::memory_order_release);
}

size_t EntryCache::size() const {
  std::lock_guard<std::mutex> guard(lock);
  return slots.size();
}

uint64_t EntryCache::evictions() const {
  std::lock_guard<std::mutex> guard(lock);
  return evicted;
}
