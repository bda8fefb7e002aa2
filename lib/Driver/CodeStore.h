//===- CodeStore.h - A folder of files by the hash of what they hold ------===//
//
// Files of one folder, of bounded size together and of bounded number: the ones that were not used for longest go. Any number
// of processes may use a folder at once: a file is written under another name and then renamed, so that it is whole or not
// there, and its bytes are checked when it is read.
//
// What is in them will be run, so the folder and its files must be the user's own, and nobody else may write to them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace sconce::driver {

/// A hash that says everything that the contents depend on.
using ContentHash = std::array<uint8_t, 32>;

class CodeStore {
public:
  /// Makes the folder where there is none, for the user alone. Fails where it cannot be had, or others may write to it.
  static llvm::Expected<std::unique_ptr<CodeStore>> open(llvm::StringRef folder, uint64_t maxBytes);
  ~CodeStore();
  CodeStore(const CodeStore &) = delete;
  CodeStore &operator=(const CodeStore &) = delete;

  /// The bytes that were written for `key`, at an address that is a multiple of 16; null where there are none. A file that is
  /// damaged is deleted.
  std::unique_ptr<llvm::MemoryBuffer> read(const ContentHash &key);
  /// Keeps bytes, if they can be written and are not more than all files may have together.
  void write(const ContentHash &key, llvm::StringRef bytes);

private:
  using Counter = std::atomic<int64_t>;
  CodeStore(int folder, uint64_t maxBytes, Counter &unseenBytes) : folder(folder), maxBytes(maxBytes), unseenBytes(unseenBytes) {}
  /// What a file takes of maxBytes: a small one as much as though there were 16384 of its kind, so that there are not more, and
  /// looking at all of them stays a matter of milliseconds.
  uint64_t price(uint64_t bytes) const { return std::max(bytes, maxBytes >> 14); }
  /// Deletes what was not used for the longest time until the rest is not too much. Returns how many bytes may be written
  /// before it must be asked again: looking at thousands of files takes longer than writing one.
  int64_t evict();

  const int folder; ///< a descriptor
  const uint64_t maxBytes;
  Counter &unseenBytes; ///< of all stores of the folder in this process: what evict returned, less what was written since
};

} // namespace sconce::driver
