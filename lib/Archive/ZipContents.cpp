// The contents of zip entries: in place or inflated, and always with their checksum verified.
#include "lib/Archive/Zip.h"
#include "lib/Archive/Checksum.h"
#include "lib/Archive/Place.h"

#include <zlib.h>

using namespace llvm;

namespace sconce::archive {

/// Inflates a raw deflate stream that must give exactly `out.size` bytes and use all its input.
static bool inflateInto(const Bytes &in, const OwnedBytes &out) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  // zlib counts in 32 bits; larger streams are fed in pieces.
  constexpr size_t piece = size_t(1) << 30;
  const uint8_t *next = in.data;
  size_t inLeft = in.size, outLeft = out.size;
  stream.next_out = out.data.get();
  int status = Z_OK;
  while (status == Z_OK) {
    if (stream.avail_in == 0) {
      stream.next_in = const_cast<uint8_t *>(next);
      stream.avail_in = static_cast<uInt>(std::min(inLeft, piece));
      next += stream.avail_in;
      inLeft -= stream.avail_in;
    }
    if (stream.avail_out == 0) {
      stream.avail_out = static_cast<uInt>(std::min(outLeft, piece));
      outLeft -= stream.avail_out;
    }
    status = ::inflate(&stream, Z_NO_FLUSH); // Z_BUF_ERROR when neither side can move
  }
  bool whole = status == Z_STREAM_END && stream.avail_in == 0 && inLeft == 0 &&
               stream.avail_out == 0 && outLeft == 0;
  ::inflateEnd(&stream);
  return whole;
}

Expected<Bytes> Zip::read(const ZipEntry &entry) const {
  Location where = place(bytes->name(), entry.name);
  Expected<Bytes> stored = bytes->read(entry.dataOffset, entry.compressedSize);
  if (!stored)
    return stored.takeError();
  Bytes contents = *stored;
  if (entry.method == ZipEntry::Method::Deflated) {
    OwnedBytes inflated = allocateBytes(static_cast<size_t>(entry.size));
    if (!inflated.data)
      return badInput("not enough memory for " + Twine(entry.size) + " bytes", where);
    if (!inflateInto(*stored, inflated))
      return badInput("the deflated contents are damaged", where);
    contents = inflated.share();
  }
  if (zipChecksum(contents.array()) != entry.crc)
    return badInput("the contents do not match their checksum; the file is damaged", where);
  return contents;
}

} // namespace sconce::archive
