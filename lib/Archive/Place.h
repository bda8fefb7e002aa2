// How this room's errors name their place: file, record, byte offset.
#ifndef SCONCE_ARCHIVE_PLACE_H
#define SCONCE_ARCHIVE_PLACE_H

#include "lib/Support/Error.h"

namespace sconce::archive {

inline Location place(llvm::StringRef file, llvm::StringRef member = {},
                      std::optional<uint64_t> offset = {}) {
  Location location;
  location.file = file.str();
  location.member = member.str();
  location.offset = offset;
  return location;
}

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_PLACE_H
