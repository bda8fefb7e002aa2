// The checksum of zip entries. Every byte of an archive goes through it, so it takes part in how long opening one takes.
#ifndef SCONCE_ARCHIVE_CHECKSUM_H
#define SCONCE_ARCHIVE_CHECKSUM_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace sconce::archive {

/// The CRC-32 that zip and PNG have (polynomial 0x04c11db7, reflected).
uint32_t zipChecksum(llvm::ArrayRef<uint8_t> bytes);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_CHECKSUM_H
