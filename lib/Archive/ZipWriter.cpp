#include "lib/Archive/ZipWriter.h"
#include "lib/Archive/ByteSource.h"
#include "lib/Archive/Checksum.h"
#include "lib/Archive/ZipFormat.h"

#include "llvm/Support/Endian.h"

using namespace llvm;

namespace sconce::archive {

/// Little-endian fields one after the other.
template <typename T> static void put(std::string &out, T value) {
  char bytes[sizeof(T)];
  support::endian::write<T, endianness::little>(bytes, value);
  out.append(bytes, sizeof(T));
}

static uint32_t classic(uint64_t value) {
  return value < zip::in64 ? static_cast<uint32_t>(value) : zip::in64;
}

/// The zip64 extra field for those of the values that need it.
static std::string extra64(ArrayRef<uint64_t> values) {
  std::string fields, extra;
  for (uint64_t value : values)
    if (value >= zip::in64)
      put<uint64_t>(fields, value);
  if (fields.empty())
    return extra;
  put<uint16_t>(extra, zip::extraZip64);
  put<uint16_t>(extra, static_cast<uint16_t>(fields.size()));
  return extra + fields;
}

void ZipWriter::write(const std::string &bytes) {
  os << bytes;
  position += bytes.size();
}

void ZipWriter::add(StringRef name, ArrayRef<uint8_t> contents) {
  Entry entry{(folder + "/" + name).str(),
              zipChecksum(contents), contents.size(), position};
  for (unsigned char c : entry.name)
    hash = (hash ^ c) * 0x100000001b3;
  hash = (hash ^ entry.crc ^ entry.size << 32) * 0x100000001b3;

  std::string extra = extra64({entry.size, entry.size});
  // The padding is an extra field too; it has a header of 4 bytes.
  uint64_t start = position + zip::localSize + entry.name.size() + extra.size() + 4;
  uint16_t padding = static_cast<uint16_t>(-start % payloadAlignment);
  put<uint16_t>(extra, zip::extraPadding);
  put<uint16_t>(extra, padding);
  extra.append(padding, 'Z');

  std::string header;
  put<uint32_t>(header, zip::localSignature);
  put<uint16_t>(header, entry.size < zip::in64 ? 20 : 45); // version needed: 4.5 has zip64
  put<uint16_t>(header, zip::flagUtf8);
  put<uint16_t>(header, zip::methodStored);
  put<uint32_t>(header, 0); // time and date, as PyTorch leaves them
  put<uint32_t>(header, entry.crc);
  put<uint32_t>(header, classic(entry.size));
  put<uint32_t>(header, classic(entry.size));
  put<uint16_t>(header, static_cast<uint16_t>(entry.name.size()));
  put<uint16_t>(header, static_cast<uint16_t>(extra.size()));
  write(header + entry.name + extra);
  os.write(reinterpret_cast<const char *>(contents.data()), contents.size());
  position += contents.size();
  entries.push_back(std::move(entry));
}

void ZipWriter::finish() {
  uint64_t start = position;
  for (const Entry &entry : entries) {
    std::string extra = extra64({entry.size, entry.size, entry.offset});
    std::string record;
    put<uint32_t>(record, zip::centralSignature);
    put<uint16_t>(record, 0);
    put<uint16_t>(record, extra.empty() ? 20 : 45);
    put<uint16_t>(record, zip::flagUtf8);
    put<uint16_t>(record, zip::methodStored);
    put<uint32_t>(record, 0);
    put<uint32_t>(record, entry.crc);
    put<uint32_t>(record, classic(entry.size));
    put<uint32_t>(record, classic(entry.size));
    put<uint16_t>(record, static_cast<uint16_t>(entry.name.size()));
    put<uint16_t>(record, static_cast<uint16_t>(extra.size()));
    put<uint16_t>(record, 0); // comment
    put<uint16_t>(record, 0); // disk
    put<uint16_t>(record, 0); // internal attributes
    put<uint32_t>(record, 0); // external attributes
    put<uint32_t>(record, classic(entry.offset));
    write(record + entry.name + extra);
  }
  uint64_t size = position - start, end = position;
  std::string record;
  // Always with the zip64 records, as PyTorch does.
  put<uint32_t>(record, zip::end64Signature);
  put<uint64_t>(record, zip::end64Size - 12);
  put<uint16_t>(record, 45);
  put<uint16_t>(record, 45);
  put<uint32_t>(record, 0);
  put<uint32_t>(record, 0);
  put<uint64_t>(record, entries.size());
  put<uint64_t>(record, entries.size());
  put<uint64_t>(record, size);
  put<uint64_t>(record, start);
  put<uint32_t>(record, zip::locator64Signature);
  put<uint32_t>(record, 0);
  put<uint64_t>(record, end);
  put<uint32_t>(record, 1);
  uint16_t count = entries.size() < zip::in64Short ? static_cast<uint16_t>(entries.size())
                                                   : zip::in64Short;
  put<uint32_t>(record, zip::endSignature);
  put<uint32_t>(record, 0); // disks
  put<uint16_t>(record, count);
  put<uint16_t>(record, count);
  put<uint32_t>(record, classic(size));
  put<uint32_t>(record, classic(start));
  put<uint16_t>(record, 0); // comment
  write(record);
}

} // namespace sconce::archive
