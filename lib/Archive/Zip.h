// The zip container of an archive: its checked directory, and the contents of its entries.
#ifndef SCONCE_ARCHIVE_ZIP_H
#define SCONCE_ARCHIVE_ZIP_H

#include "lib/Archive/ByteSource.h"
#include "lib/Archive/Limits.h"
#include "llvm/ADT/StringMap.h"
#include <vector>

namespace sconce::archive {

/// One file of the zip.
struct ZipEntry {
  enum class Method : uint8_t { Stored, Deflated };

  std::string name;            ///< below the folder: "data/0"
  Method method = Method::Stored;
  uint32_t crc = 0;
  uint64_t compressedSize = 0;
  uint64_t size = 0;
  uint64_t headerOffset = 0;   ///< of the local header
  uint64_t dataOffset = 0;     ///< of the payload
};

/// A zip whose directory has been read and checked whole: every entry lies inside the file, none
/// overlaps another, names are unique, relative and below one folder. Reading is thread-safe.
class Zip {
public:
  /// Reads the directory. Fails on anything but a plain single-disk zip of stored and deflated
  /// entries that all lie below the folder of the first one.
  [[nodiscard]] static llvm::Expected<Zip> open(std::shared_ptr<ByteSource> source,
                                                const Limits &limits);

  /// The folder that every entry lies in, without the slash.
  const std::string &folder() const { return folderName; }
  const std::vector<ZipEntry> &entries() const { return list; }
  /// The entry of that name below the folder, or null.
  const ZipEntry *find(llvm::StringRef name) const;
  /// The contents, their checksum verified: in place for stored entries where the source is memory.
  [[nodiscard]] llvm::Expected<Bytes> read(const ZipEntry &entry) const;

  const ByteSource &source() const { return *bytes; }

private:
  friend class ZipDirectory;
  std::shared_ptr<ByteSource> bytes;
  std::string folderName;
  std::vector<ZipEntry> list;
  llvm::StringMap<size_t> index;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_ZIP_H
