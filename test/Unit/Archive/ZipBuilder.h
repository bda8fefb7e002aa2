// Builds zips byte by byte, right or wrong.
#ifndef SCONCE_TEST_UNIT_ARCHIVE_ZIPBUILDER_H
#define SCONCE_TEST_UNIT_ARCHIVE_ZIPBUILDER_H

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>
#include <zlib.h>

namespace sconce::archive {

inline void putInt(std::string &out, uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i)
    out += static_cast<char>(value >> (8 * i));
}

/// Overwrites `width` bytes of a finished zip.
inline void patch(std::string &bytes, size_t offset, uint64_t value, unsigned width) {
  std::string field;
  putInt(field, value, width);
  bytes.replace(offset, width, field);
}

inline std::string deflated(const std::string &text) {
  std::string out(text.size() + 100, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class ZipBuilder {
public:
  /// `name` includes the folder.
  ZipBuilder &add(const std::string &name, const std::string &contents, bool deflates = false) {
    Entry entry{name, deflates ? deflated(contents) : contents, contents.size(),
                static_cast<uint16_t>(deflates ? 8 : 0),
                static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef *>(contents.data()),
                                            static_cast<uInt>(contents.size()))),
                bytes.size()};
    localOffsets.push_back(bytes.size());
    putInt(bytes, 0x04034b50, 4);
    putInt(bytes, 20, 2);
    putInt(bytes, usesDescriptors ? 0x0808 : 0x0800, 2);
    putInt(bytes, entry.method, 2);
    putInt(bytes, 0, 4);
    putInt(bytes, usesDescriptors ? 0 : entry.crc, 4);
    putInt(bytes, usesDescriptors ? 0 : entry.data.size(), 4);
    putInt(bytes, usesDescriptors ? 0 : entry.size, 4);
    putInt(bytes, name.size(), 2);
    size_t padding = aligns ? (64 - (bytes.size() + 2 + name.size() + 4) % 64) % 64 : 0;
    putInt(bytes, aligns ? padding + 4 : 0, 2);
    bytes += name;
    if (aligns) {
      bytes += "FB";
      putInt(bytes, padding, 2);
      bytes += std::string(padding, 'Z');
    }
    bytes += entry.data;
    if (usesDescriptors) {
      putInt(bytes, 0x08074b50, 4);
      putInt(bytes, entry.crc, 4);
      putInt(bytes, entry.data.size(), 4);
      putInt(bytes, entry.size, 4);
    }
    entries.push_back(entry);
    return *this;
  }

  /// The directory and end records. Offsets of the parts are left in the members below.
  std::string finish() {
    directoryOffset = bytes.size();
    for (const Entry &entry : entries) {
      centralOffsets.push_back(bytes.size());
      putInt(bytes, 0x02014b50, 4);
      putInt(bytes, 0, 2);
      putInt(bytes, 20, 2);
      putInt(bytes, usesDescriptors ? 0x0808 : 0x0800, 2);
      putInt(bytes, entry.method, 2);
      putInt(bytes, 0, 4);
      putInt(bytes, entry.crc, 4);
      putInt(bytes, uses64 ? 0xffffffff : entry.data.size(), 4);
      putInt(bytes, uses64 ? 0xffffffff : entry.size, 4);
      putInt(bytes, entry.name.size(), 2);
      putInt(bytes, uses64 ? 28 : 0, 2);
      putInt(bytes, 0, 8); // comment, disk, internal attributes, half of the external ones
      putInt(bytes, 0, 2);
      putInt(bytes, uses64 ? 0xffffffff : entry.offset, 4);
      bytes += entry.name;
      if (uses64) {
        putInt(bytes, 1, 2);
        putInt(bytes, 24, 2);
        putInt(bytes, entry.size, 8);
        putInt(bytes, entry.data.size(), 8);
        putInt(bytes, entry.offset, 8);
      }
    }
    size_t size = bytes.size() - directoryOffset;
    if (uses64) {
      end64Offset = bytes.size();
      putInt(bytes, 0x06064b50, 4);
      putInt(bytes, 44, 8);
      putInt(bytes, 45, 2);
      putInt(bytes, 45, 2);
      putInt(bytes, 0, 8);
      putInt(bytes, entries.size(), 8);
      putInt(bytes, entries.size(), 8);
      putInt(bytes, size, 8);
      putInt(bytes, directoryOffset, 8);
      locatorOffset = bytes.size();
      putInt(bytes, 0x07064b50, 4);
      putInt(bytes, 0, 4);
      putInt(bytes, end64Offset, 8);
      putInt(bytes, 1, 4);
    }
    endOffset = bytes.size();
    putInt(bytes, 0x06054b50, 4);
    putInt(bytes, 0, 4);
    putInt(bytes, uses64 ? 0xffff : entries.size(), 2);
    putInt(bytes, uses64 ? 0xffff : entries.size(), 2);
    putInt(bytes, uses64 ? 0xffffffff : size, 4);
    putInt(bytes, uses64 ? 0xffffffff : directoryOffset, 4);
    putInt(bytes, 0, 2);
    return bytes;
  }

  bool uses64 = false;
  bool usesDescriptors = false;
  bool aligns = false;
  std::string bytes;
  std::vector<size_t> localOffsets, centralOffsets;
  size_t directoryOffset = 0, end64Offset = 0, locatorOffset = 0, endOffset = 0;

private:
  struct Entry {
    std::string name;
    std::string data;
    size_t size;
    uint16_t method;
    uint32_t crc;
    size_t offset;
  };
  std::vector<Entry> entries;
};

} // namespace sconce::archive

#endif // SCONCE_TEST_UNIT_ARCHIVE_ZIPBUILDER_H
