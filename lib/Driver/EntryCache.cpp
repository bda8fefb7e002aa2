//===- EntryCache.cpp - Compiled entries by what they are called with -----===//

#include "lib/Driver/EntryCache.h"

#include "lib/Driver/Compiler.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::StringRef;

std::shared_ptr<CompiledEntry> EntryCache::find(StringRef key, llvm::function_ref<bool(const CompiledEntry &)> fits) {
  std::vector<std::shared_ptr<CompiledEntry>> candidates;
  {
    std::lock_guard<std::mutex> guard(lock);
    if (auto found = byKey.find(key); found != byKey.end())
      for (Slots::iterator slot : found->second)
        candidates.push_back(slot->entry);
  }
  // Whether one fits may depend on the state, which has a lock of its own: ours is not held meanwhile.
  auto chosen = llvm::find_if(candidates, [&](const auto &entry) { return fits(*entry); });
  if (chosen == candidates.end())
    return nullptr;
  std::lock_guard<std::mutex> guard(lock);
  if (auto found = byKey.find(key); found != byKey.end())
    for (Slots::iterator slot : found->second)
      if (slot->entry == *chosen)
        slots.splice(slots.begin(), slots, slot);
  return *chosen;
}

void EntryCache::add(StringRef key, std::shared_ptr<CompiledEntry> entry) {
  Slots dropped; // Their code is freed after the lock.
  std::lock_guard<std::mutex> guard(lock);
  slots.push_front({key.str(), std::move(entry)});
  byKey[key].push_back(slots.begin());
  while (slots.size() > capacity) {
    Slots::iterator oldest = std::prev(slots.end());
    auto found = byKey.find(oldest->key);
    llvm::erase(found->second, oldest);
    if (found->second.empty())
      byKey.erase(found);
    dropped.splice(dropped.begin(), slots, oldest);
    ++evicted;
  }
}

void EntryCache::clear() {
  Slots dropped;
  std::lock_guard<std::mutex> guard(lock);
  byKey.clear();
  dropped.swap(slots);
}

size_t EntryCache::size() const {
  std::lock_guard<std::mutex> guard(lock);
  return slots.size();
}

uint64_t EntryCache::evictions() const {
  std::lock_guard<std::mutex> guard(lock);
  return evicted;
}
