#include "lib/Archive/ByteSource.h"
#include "lib/Archive/Place.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace sconce::archive {

OwnedBytes allocateBytes(size_t size) {
  size_t rounded = (size + payloadAlignment - 1) / payloadAlignment * payloadAlignment;
  if (rounded < size)
    return {};
  if (rounded == 0)
    rounded = payloadAlignment;
  void *memory = std::aligned_alloc(payloadAlignment, rounded);
  if (!memory)
    return {};
  return {std::shared_ptr<uint8_t>(static_cast<uint8_t *>(memory), std::free), size};
}

namespace {

class MemorySource final : public ByteSource {
public:
  MemorySource(ArrayRef<uint8_t> bytes, StringRef name, std::shared_ptr<const void> owner)
      : ByteSource(name, bytes.size()), bytes(bytes), owner(std::move(owner)) {}

private:
  Expected<Bytes> readInside(uint64_t offset, size_t length) const override {
    return Bytes{bytes.data() + offset, length, owner};
  }

  ArrayRef<uint8_t> bytes;
  std::shared_ptr<const void> owner;
};

class ReaderSource final : public ByteSource {
public:
  ReaderSource(Reader reader, StringRef name)
      : ByteSource(name, reader.size), reader(std::move(reader)) {}

private:
  Expected<Bytes> readInside(uint64_t offset, size_t length) const override {
    OwnedBytes out = allocateBytes(length);
    if (!out.data)
      return badInput("not enough memory to read " + Twine(length) + " bytes",
                      place(name(), {}, offset));
    if (!reader.read(offset, out.data.get(), length))
      return badInput("the reader could not give " + Twine(length) + " bytes",
                      place(name(), {}, offset));
    return out.share();
  }

  Reader reader;
};

/// A file descriptor that is closed at the end of its scope.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }
};

Error systemError(StringRef what, StringRef path) {
  int code = errno;
  return badInput(what + ": " + std::strerror(code), place(path));
}

} // namespace

Expected<std::shared_ptr<ByteSource>> ByteSource::mapFile(StringRef path) {
  std::string terminated = path.str();
  Descriptor file{::open(terminated.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0)
    return systemError("cannot open the file", path);
  struct stat status;
  if (::fstat(file.number, &status) != 0)
    return systemError("cannot look at the file", path);
  if (!S_ISREG(status.st_mode))
    return badInput("is not a regular file", place(path));
  size_t size = static_cast<size_t>(status.st_size);
  if (size == 0)
    return fromMemory({}, path);
  // Writable and private, so that a model which writes its weights in place writes to its own copy
  // of the page; without a reservation, since hardly any page is ever written.
  void *address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE,
                         file.number, 0);
  if (address == MAP_FAILED)
    return systemError("cannot map the file", path);
  std::shared_ptr<const void> owner(address, [size](void *start) { ::munmap(start, size); });
  return fromMemory({static_cast<const uint8_t *>(address), size}, path, std::move(owner));
}

std::shared_ptr<ByteSource> ByteSource::fromMemory(ArrayRef<uint8_t> bytes, StringRef name,
                                                   std::shared_ptr<const void> owner) {
  return std::make_shared<MemorySource>(bytes, name, std::move(owner));
}

std::shared_ptr<ByteSource> ByteSource::fromReader(Reader reader, StringRef name) {
  return std::make_shared<ReaderSource>(std::move(reader), name);
}

Expected<Bytes> ByteSource::read(uint64_t offset, uint64_t length) const {
  if (offset > size() || length > size() - offset)
    return badInput("expected " + Twine(length) + " bytes, the file ends after " +
                        Twine(offset > size() ? 0 : size() - offset),
                    place(name(), {}, offset));
  return readInside(offset, static_cast<size_t>(length));
}

} // namespace sconce::archive
