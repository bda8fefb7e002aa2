// Reads and checks a zip's directory, before any content is looked at.
//
// Everything is taken from the central directory; local headers only say where payloads start, and
// must not contradict it. Two readers that disagree about one file are how checks are bypassed, so
// what the format leaves ambiguous (duplicates, overlapping entries, leading bytes) is refused.
#include "lib/Archive/Zip.h"
#include "lib/Archive/ZipFormat.h"
#include "lib/Archive/Place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;
using llvm::support::endian::read64le;

namespace sconce::archive {

/// The parts of the end records that matter.
struct DirectoryEnd {
  uint64_t entries = 0;
  uint64_t size = 0;
  uint64_t offset = 0;
  uint64_t limit = 0; ///< where the directory must have ended
};

class ZipDirectory {
public:
  ZipDirectory(Zip &zip, const Limits &limits)
      : zip(zip), source(*zip.bytes), limits(limits) {}

  Error read();

private:
  Error fail(const Twine &text, std::optional<uint64_t> offset = {}, StringRef member = {}) {
    return badInput(text, place(source.name(), member, offset));
  }
  Expected<uint64_t> findEnd();
  Error readEnd(uint64_t offset, DirectoryEnd &end);
  Error readEnd64(uint64_t locatorOffset, DirectoryEnd &end);
  Error readEntries(const DirectoryEnd &end);
  Error readEntry(ArrayRef<uint8_t> directory, uint64_t &position, uint64_t base);
  Error readSizes64(ArrayRef<uint8_t> extra, ZipEntry &entry, uint64_t at);
  Error checkName(StringRef name, uint64_t at);
  Error checkSizes(const ZipEntry &entry, uint64_t at);
  Error addEntry(StringRef name, ZipEntry entry, uint64_t at);
  Error readLocalHeader(ZipEntry &entry, uint64_t limit);
  Error checkOverlaps();

  Zip &zip;
  const ByteSource &source;
  const Limits &limits;
  uint64_t inflatedTotal = 0;
};

Error ZipDirectory::read() {
  Expected<uint64_t> endOffset = findEnd();
  if (!endOffset)
    return endOffset.takeError();
  DirectoryEnd end;
  if (Error error = readEnd(*endOffset, end))
    return error;
  if (Error error = readEntries(end))
    return error;
  for (ZipEntry &entry : zip.list)
    if (Error error = readLocalHeader(entry, end.offset))
      return error;
  return checkOverlaps();
}

/// Searches the end record from the back: a comment, or junk that was appended, may follow it.
Expected<uint64_t> ZipDirectory::findEnd() {
  uint64_t size = source.size();
  if (size < zip::endSize)
    return fail("expected a zip, the file has only " + Twine(size) + " bytes");
  uint64_t length = std::min(size, zip::endSize + zip::maxComment);
  Expected<Bytes> tail = source.read(size - length, length);
  if (!tail)
    return tail.takeError();
  for (uint64_t i = length - zip::endSize + 1; i-- > 0;)
    if (read32le(tail->data + i) == zip::endSignature &&
        read16le(tail->data + i + 20) <= length - i - zip::endSize)
      return size - length + i;
  return fail("the zip has no end-of-directory record; the file is truncated or damaged");
}

Error ZipDirectory::readEnd(uint64_t offset, DirectoryEnd &end) {
  Expected<Bytes> record = source.read(offset, zip::endSize);
  if (!record)
    return record.takeError();
  const uint8_t *p = record->data;
  uint16_t entriesHere = read16le(p + 8);
  end.entries = read16le(p + 10);
  end.size = read32le(p + 12);
  end.offset = read32le(p + 16);
  end.limit = offset;

  bool has64 = false;
  if (offset >= zip::locator64Size) {
    Expected<Bytes> locator = source.read(offset - zip::locator64Size, 4);
    if (!locator)
      return locator.takeError();
    has64 = read32le(locator->data) == zip::locator64Signature;
  }
  bool needs64 = end.entries == zip::in64Short || end.size == zip::in64 || end.offset == zip::in64;
  if (has64) {
    if (Error error = readEnd64(offset - zip::locator64Size, end))
      return error;
  } else if (needs64) {
    return fail("the zip needs a zip64 record, and has none", offset);
  }
  if ((read16le(p + 4) != 0 && read16le(p + 4) != zip::in64Short) ||
      (read16le(p + 6) != 0 && read16le(p + 6) != zip::in64Short) ||
      (!has64 && entriesHere != end.entries))
    return fail("zips over several disks are not supported", offset);
  if (end.offset > end.limit || end.size > end.limit - end.offset)
    return fail("the zip directory (" + Twine(end.size) + " bytes at " + Twine(end.offset) +
                    ") does not lie before its end record",
                offset);
  return Error::success();
}

/// Where there is a zip64 record its values count; the classic ones must agree or be all ones.
Error ZipDirectory::readEnd64(uint64_t locatorOffset, DirectoryEnd &end) {
  Expected<Bytes> locator = source.read(locatorOffset, zip::locator64Size);
  if (!locator)
    return locator.takeError();
  uint64_t offset = read64le(locator->data + 8);
  if (read32le(locator->data + 4) != 0 || read32le(locator->data + 16) > 1)
    return fail("zips over several disks are not supported", locatorOffset);
  if (offset > locatorOffset || locatorOffset - offset < zip::end64Size)
    return fail("the zip64 record does not lie before its locator", locatorOffset);
  Expected<Bytes> record = source.read(offset, zip::end64Size);
  if (!record)
    return record.takeError();
  const uint8_t *p = record->data;
  if (read32le(p) != zip::end64Signature)
    return fail("expected a zip64 record", offset);
  if (read32le(p + 16) != 0 || read32le(p + 20) != 0 || read64le(p + 24) != read64le(p + 32))
    return fail("zips over several disks are not supported", offset);
  DirectoryEnd large{read64le(p + 32), read64le(p + 40), read64le(p + 48), offset};
  if ((end.entries != zip::in64Short && end.entries != large.entries) ||
      (end.size != zip::in64 && end.size != large.size) ||
      (end.offset != zip::in64 && end.offset != large.offset))
    return fail("the zip64 record contradicts the end-of-directory record", offset);
  end = large;
  return Error::success();
}

Error ZipDirectory::readEntries(const DirectoryEnd &end) {
  if (end.entries == 0)
    return fail("the zip is empty");
  if (end.entries > limits.maxEntries)
    return fail("the zip has " + Twine(end.entries) + " entries, more than the limit of " +
                Twine(limits.maxEntries));
  if (end.entries > end.size / zip::centralSize)
    return fail("the zip directory is too small for " + Twine(end.entries) + " entries",
                end.offset);
  Expected<Bytes> directory = source.read(end.offset, end.size);
  if (!directory)
    return directory.takeError();
  uint64_t position = 0;
  for (uint64_t i = 0; i < end.entries; ++i)
    if (Error error = readEntry(directory->array(), position, end.offset))
      return error;
  return Error::success();
}

Error ZipDirectory::readEntry(ArrayRef<uint8_t> directory, uint64_t &position, uint64_t base) {
  uint64_t at = base + position;
  uint64_t left = directory.size() - position;
  const uint8_t *p = directory.data() + position;
  if (left < zip::centralSize || read32le(p) != zip::centralSignature)
    return fail("expected a zip directory entry", at);
  uint64_t nameLength = read16le(p + 28), extraLength = read16le(p + 30);
  uint64_t length = zip::centralSize + nameLength + extraLength + read16le(p + 32);
  if (left < length)
    return fail("a zip directory entry reaches past the directory", at);
  position += length;

  StringRef name(reinterpret_cast<const char *>(p + zip::centralSize), nameLength);
  if (Error error = checkName(name, at))
    return error;
  uint16_t flags = read16le(p + 8), method = read16le(p + 10);
  if (flags & (zip::flagEncrypted | zip::flagStrongEncryption | zip::flagMaskedHeader))
    return fail("encrypted entries are not supported", at, name);
  if (flags & zip::flagPatch)
    return fail("patch data is not supported", at, name);
  if (method != zip::methodStored && method != zip::methodDeflated)
    return fail("compression method " + Twine(method) +
                    " is not supported; only stored and deflated entries are",
                at, name);
  if (read16le(p + 34) != 0)
    return fail("zips over several disks are not supported", at, name);

  ZipEntry entry;
  entry.method =
      method == zip::methodStored ? ZipEntry::Method::Stored : ZipEntry::Method::Deflated;
  entry.crc = read32le(p + 16);
  entry.compressedSize = read32le(p + 20);
  entry.size = read32le(p + 24);
  entry.headerOffset = read32le(p + 42);
  if (Error error = readSizes64({p + zip::centralSize + nameLength, extraLength}, entry, at))
    return error;
  return addEntry(name, std::move(entry), at);
}

/// Replaces the fields that are all ones by the 64-bit values of the zip64 extra field.
Error ZipDirectory::readSizes64(ArrayRef<uint8_t> extra, ZipEntry &entry, uint64_t at) {
  SmallVector<uint64_t *, 3> wanted;
  for (uint64_t *field : {&entry.size, &entry.compressedSize, &entry.headerOffset})
    if (*field == zip::in64)
      wanted.push_back(field);
  if (wanted.empty())
    return Error::success();
  while (extra.size() >= 4) {
    uint16_t id = read16le(extra.data()), length = read16le(extra.data() + 2);
    extra = extra.drop_front(4);
    if (length > extra.size())
      break;
    if (id == zip::extraZip64) {
      if (length < 8 * wanted.size())
        break;
      for (auto [i, field] : enumerate(wanted))
        *field = read64le(extra.data() + 8 * i);
      return Error::success();
    }
    extra = extra.drop_front(length);
  }
  return fail("a zip directory entry lacks the 64-bit sizes that it announces", at);
}

/// Names become keys, never paths; what a file system could misunderstand is refused still.
Error ZipDirectory::checkName(StringRef name, uint64_t at) {
  if (name.empty())
    return fail("an entry has no name", at);
  const auto *begin = reinterpret_cast<const UTF8 *>(name.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(name.end());
  if (!isLegalUTF8String(&begin, end))
    return fail("an entry's name is not UTF-8", at);
  if (any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; }))
    return fail("an entry's name has a control character or a backslash", at);
  StringRef rest = name;
  rest.consume_back("/"); // a folder's own entry
  SmallVector<StringRef> parts;
  rest.split(parts, '/');
  for (StringRef part : parts)
    if (part.empty() || part == "." || part == "..")
      return fail("the entry name '" + name + "' is not a plain relative path", at);
  return Error::success();
}

Error ZipDirectory::checkSizes(const ZipEntry &entry, uint64_t at) {
  if (entry.method == ZipEntry::Method::Stored) {
    if (entry.size != entry.compressedSize)
      return fail("a stored entry has two sizes, " + Twine(entry.compressedSize) + " and " +
                      Twine(entry.size),
                  at, entry.name);
    return Error::success();
  }
  // A deflate stream makes at most 258 bytes of two bits.
  constexpr uint64_t maxRatio = 1032;
  if (entry.compressedSize == 0 || entry.size / maxRatio > entry.compressedSize)
    return fail(Twine(entry.compressedSize) + " deflated bytes cannot hold " + Twine(entry.size) +
                    " bytes",
                at, entry.name);
  uint64_t byFile = source.size() > UINT64_MAX / limits.maxExpansion
                        ? UINT64_MAX
                        : source.size() * limits.maxExpansion;
  uint64_t cap = std::max(limits.maxInflatedBytes, byFile);
  if (entry.size > cap - inflatedTotal)
    return fail("the zip's deflated entries expand to more than the limit of " + Twine(cap) +
                    " bytes; save the model again with PyTorch, which does not deflate tensors",
                at, entry.name);
  inflatedTotal += entry.size;
  return Error::success();
}

Error ZipDirectory::addEntry(StringRef name, ZipEntry entry, uint64_t at) {
  auto [folder, rest] = name.split('/');
  if (zip.folderName.empty()) {
    if (!name.contains('/'))
      return fail("the first entry, '" + name + "', does not lie in a folder, as every record of "
                                                "an archive does",
                  at);
    zip.folderName = folder.str();
  }
  if (folder != zip.folderName || !name.contains('/'))
    return fail("the entry '" + name + "' does not lie in the folder '" + zip.folderName + "'", at);
  if (name.ends_with("/")) {
    if (entry.size != 0)
      return fail("the folder entry '" + name + "' has contents", at);
    return Error::success();
  }
  entry.name = rest.str();
  if (Error error = checkSizes(entry, at))
    return error;
  if (!zip.index.try_emplace(entry.name, zip.list.size()).second)
    return fail("two entries have this name", at, entry.name);
  zip.list.push_back(std::move(entry));
  return Error::success();
}

/// Finds the payload, which starts after the local header and its own extra field.
Error ZipDirectory::readLocalHeader(ZipEntry &entry, uint64_t limit) {
  std::string fullName = zip.folderName + "/" + entry.name;
  uint64_t at = entry.headerOffset, length = zip::localSize + fullName.size();
  if (at > limit || limit - at < length)
    return fail("the local header does not lie before the zip directory", at, entry.name);
  Expected<Bytes> header = source.read(at, length);
  if (!header)
    return header.takeError();
  const uint8_t *p = header->data;
  if (read32le(p) != zip::localSignature)
    return fail("expected a local header", at, entry.name);
  uint16_t method = entry.method == ZipEntry::Method::Stored ? zip::methodStored
                                                             : zip::methodDeflated;
  if (read16le(p + 26) != fullName.size() ||
      header->text().substr(zip::localSize) != fullName || read16le(p + 8) != method)
    return fail("the local header contradicts the zip directory", at, entry.name);
  uint32_t localCompressed = read32le(p + 18), localSize = read32le(p + 22);
  bool hasSizes = !(read16le(p + 6) & zip::flagDescriptor) && localCompressed != zip::in64 &&
                  localSize != zip::in64;
  if (hasSizes && (localCompressed != entry.compressedSize || localSize != entry.size ||
                   read32le(p + 14) != entry.crc))
    return fail("the local header contradicts the zip directory", at, entry.name);
  entry.dataOffset = at + length + read16le(p + 28);
  if (entry.dataOffset > limit || entry.compressedSize > limit - entry.dataOffset)
    return fail("the contents reach into the zip directory", at, entry.name);
  return Error::success();
}

Error ZipDirectory::checkOverlaps() {
  std::vector<const ZipEntry *> sorted;
  for (const ZipEntry &entry : zip.list)
    sorted.push_back(&entry);
  llvm::sort(sorted, [](const ZipEntry *a, const ZipEntry *b) {
    return a->headerOffset < b->headerOffset;
  });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i - 1]->dataOffset + sorted[i - 1]->compressedSize > sorted[i]->headerOffset)
      return fail("the entry overlaps '" + sorted[i - 1]->name + "'", sorted[i]->headerOffset,
                  sorted[i]->name);
  return Error::success();
}

Expected<Zip> Zip::open(std::shared_ptr<ByteSource> source, const Limits &limits) {
  Zip zip;
  zip.bytes = std::move(source);
  if (Error error = ZipDirectory(zip, limits).read())
    return std::move(error);
  return std::move(zip);
}

const ZipEntry *Zip::find(StringRef name) const {
  auto found = index.find(name);
  return found == index.end() ? nullptr : &list[found->second];
}

} // namespace sconce::archive
