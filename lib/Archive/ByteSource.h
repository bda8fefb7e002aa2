// Where the bytes of an archive come from: memory, a mapped file, or a reader of the caller's.
#ifndef SCONCE_ARCHIVE_BYTESOURCE_H
#define SCONCE_ARCHIVE_BYTESOURCE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace sconce::archive {

/// Bytes and whatever keeps them alive. Copies share.
struct Bytes {
  const uint8_t *data = nullptr;
  size_t size = 0;
  std::shared_ptr<const void> owner;

  llvm::ArrayRef<uint8_t> array() const { return {data, size}; }
  llvm::StringRef text() const { return {reinterpret_cast<const char *>(data), size}; }
};

/// The alignment of owned bytes, and of the payloads that PyTorch writes. Tensors are used in place
/// only where the address is a multiple of it, since compiled code may assume it of weights.
inline constexpr size_t payloadAlignment = 64;

/// Uninitialized memory, aligned to `payloadAlignment`. Null data when there is not enough.
struct OwnedBytes {
  std::shared_ptr<uint8_t> data;
  size_t size = 0;

  Bytes share() const { return {data.get(), size, data}; }
};
OwnedBytes allocateBytes(size_t size);

/// A caller's random access to an archive: returns false when the bytes cannot be had.
struct Reader {
  uint64_t size = 0;
  std::function<bool(uint64_t offset, uint8_t *out, size_t length)> read;
};

/// Immutable bytes of known size. Shared, because tensors may point into it.
class ByteSource {
public:
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource &) = delete;
  ByteSource &operator=(const ByteSource &) = delete;

  /// Maps the file privately: a write to a tensor in place stays in this process. The file must not
  /// be truncated while it is mapped. Fails when it is not a readable regular file.
  [[nodiscard]] static llvm::Expected<std::shared_ptr<ByteSource>> mapFile(llvm::StringRef path);
  /// Memory that `owner` keeps alive; without an owner the caller does, as long as anything read
  /// from it lives. Tensors may use it in place, and whoever changes such a tensor writes to it.
  /// `name` is what messages call it.
  [[nodiscard]] static std::shared_ptr<ByteSource>
  fromMemory(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef name,
             std::shared_ptr<const void> owner = nullptr);
  [[nodiscard]] static std::shared_ptr<ByteSource> fromReader(Reader reader, llvm::StringRef name);

  const std::string &name() const { return sourceName; }
  uint64_t size() const { return sourceSize; }

  /// The bytes at [offset, offset + length), in place where the source is memory, else copied.
  /// Fails when they lie outside the source, cannot be read, or do not fit into memory.
  [[nodiscard]] llvm::Expected<Bytes> read(uint64_t offset, uint64_t length) const;

protected:
  ByteSource(llvm::StringRef name, uint64_t size) : sourceName(name), sourceSize(size) {}
  virtual llvm::Expected<Bytes> readInside(uint64_t offset, size_t length) const = 0;

private:
  std::string sourceName;
  uint64_t sourceSize;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_BYTESOURCE_H
