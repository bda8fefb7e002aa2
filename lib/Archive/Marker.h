// The small text records that say how to read the rest: version and byte order.
#ifndef SCONCE_ARCHIVE_MARKER_H
#define SCONCE_ARCHIVE_MARKER_H

#include "lib/Archive/Storages.h"

namespace sconce::archive {

/// A short text record without the white space around it.
[[nodiscard]] llvm::Expected<std::string> readMarker(const Zip &zip, const ZipEntry &entry);

/// The `byteorder` record; little where it is missing, as before PyTorch 2.1.
[[nodiscard]] llvm::Expected<ByteOrder> readByteOrder(const Zip &zip);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_MARKER_H
