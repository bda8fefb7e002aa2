// Writes zips as PyTorch does: stored entries whose payloads begin on 64-byte boundaries.
#ifndef SCONCE_ARCHIVE_ZIPWRITER_H
#define SCONCE_ARCHIVE_ZIPWRITER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace sconce::archive {

class ZipWriter {
public:
  /// Writes to `os` from its current position on, which becomes offset 0 of the zip.
  ZipWriter(llvm::raw_ostream &os, llvm::StringRef folder) : os(os), folder(folder) {}

  void add(llvm::StringRef name, llvm::ArrayRef<uint8_t> contents);
  void add(llvm::StringRef name, llvm::StringRef contents) {
    add(name, llvm::ArrayRef(reinterpret_cast<const uint8_t *>(contents.data()), contents.size()));
  }
  /// A hash of the names and contents so far.
  uint64_t digest() const { return hash; }
  /// Writes the directory; nothing may be added afterwards.
  void finish();

private:
  struct Entry {
    std::string name;
    uint32_t crc;
    uint64_t size;
    uint64_t offset;
  };
  void write(const std::string &bytes);

  llvm::raw_ostream &os;
  std::string folder;
  std::vector<Entry> entries;
  uint64_t position = 0;
  uint64_t hash = 0xcbf29ce484222325;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_ZIPWRITER_H
