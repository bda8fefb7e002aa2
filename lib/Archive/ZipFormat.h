// Numbers of the zip format (PKWARE APPNOTE 6.3) that reading and writing share.
#ifndef SCONCE_ARCHIVE_ZIPFORMAT_H
#define SCONCE_ARCHIVE_ZIPFORMAT_H

#include <cstdint>

namespace sconce::archive::zip {

inline constexpr uint32_t localSignature = 0x04034b50;
inline constexpr uint32_t centralSignature = 0x02014b50;
inline constexpr uint32_t endSignature = 0x06054b50;
inline constexpr uint32_t end64Signature = 0x06064b50;
inline constexpr uint32_t locator64Signature = 0x07064b50;
inline constexpr uint32_t descriptorSignature = 0x08074b50;

inline constexpr uint64_t localSize = 30;
inline constexpr uint64_t centralSize = 46;
inline constexpr uint64_t endSize = 22;
inline constexpr uint64_t end64Size = 56;
inline constexpr uint64_t locator64Size = 20;
inline constexpr uint64_t maxComment = 0xffff;

inline constexpr uint16_t flagEncrypted = 1u << 0;
inline constexpr uint16_t flagDescriptor = 1u << 3;
inline constexpr uint16_t flagPatch = 1u << 5;
inline constexpr uint16_t flagStrongEncryption = 1u << 6;
inline constexpr uint16_t flagUtf8 = 1u << 11;
inline constexpr uint16_t flagMaskedHeader = 1u << 13;

inline constexpr uint16_t methodStored = 0;
inline constexpr uint16_t methodDeflated = 8;

inline constexpr uint16_t extraZip64 = 0x0001;
/// "FB": the extra field that PyTorch fills with 'Z' up to the next 64-byte boundary.
inline constexpr uint16_t extraPadding = 0x4246;

/// A 16- or 32-bit field with this value has its true value in a zip64 record.
inline constexpr uint16_t in64Short = 0xffff;
inline constexpr uint32_t in64 = 0xffffffff;

} // namespace sconce::archive::zip

#endif // SCONCE_ARCHIVE_ZIPFORMAT_H
