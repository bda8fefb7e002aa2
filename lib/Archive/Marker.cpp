#include "lib/Archive/Marker.h"
#include "lib/Archive/Place.h"

using namespace llvm;

namespace sconce::archive {

Expected<std::string> readMarker(const Zip &zip, const ZipEntry &entry) {
  constexpr uint64_t longest = 64;
  if (entry.size > longest)
    return badInput("expected at most " + Twine(longest) + " bytes of text",
                    place(zip.source().name(), entry.name));
  Expected<Bytes> bytes = zip.read(entry);
  if (!bytes)
    return bytes.takeError();
  return bytes->text().trim().str();
}

Expected<ByteOrder> readByteOrder(const Zip &zip) {
  const ZipEntry *entry = zip.find("byteorder");
  if (!entry)
    return ByteOrder::Little;
  Expected<std::string> text = readMarker(zip, *entry);
  if (!text)
    return text.takeError();
  if (*text == "little")
    return ByteOrder::Little;
  if (*text == "big")
    return ByteOrder::Big;
  return badInput("expected the byte order 'little' or 'big'",
                  place(zip.source().name(), entry->name));
}

} // namespace sconce::archive
