//===- CodeStore.cpp - A folder of files by the hash of what they hold ----===//

#include "lib/Driver/CodeStore.h"

#include "lib/Support/Error.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {
/// What a file begins with.
struct Header {
  char magic[8];
  uint64_t size; ///< of what follows
  ContentHash key, checksum;
};
static_assert(sizeof(Header) % 16 == 0);

constexpr char magic[8] = {'s', 'c', 'c', 'o', 'd', 'e', '0', '1'};
constexpr llvm::StringLiteral suffix = ".sccode", temporary = "new-";
/// A temporary file that is older was left behind by a process that is gone.
constexpr time_t temporarySeconds = 3600;

/// A descriptor that is closed at the end.
class File {
public:
  explicit File(int descriptor) : descriptor(descriptor) {}
  ~File() {
    if (descriptor >= 0)
      ::close(descriptor);
  }
  File(const File &) = delete;
  File &operator=(const File &) = delete;
  explicit operator bool() const { return descriptor >= 0; }
  int get() const { return descriptor; }
  int release() { return std::exchange(descriptor, -1); }

private:
  int descriptor;
};
} // namespace

static ContentHash checksumOf(const ContentHash &key, StringRef bytes) {
  llvm::BLAKE3 hasher;
  hasher.update(ArrayRef<uint8_t>(key));
  hasher.update(bytes);
  return hasher.final();
}

static std::string nameOf(const ContentHash &key) { return llvm::toHex(ArrayRef<uint8_t>(key), /*LowerCase=*/true) + suffix.str(); }

/// Whether nobody but this user may have written it.
static bool isOwn(const struct stat &status) { return status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0; }

/// Calls `part`, which is read() or write(), until all is done; false where it cannot be.
template <typename Part, typename Byte> static bool doAll(Part part, int file, Byte *data, size_t size) {
  while (size != 0) {
    ssize_t count = part(file, data, size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    data += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

static bool readAll(int file, char *data, size_t size) { return doAll(::read, file, data, size); }
static bool writeAll(int file, const char *data, size_t size) { return doAll(::write, file, data, size); }

llvm::Expected<std::unique_ptr<CodeStore>> CodeStore::open(StringRef folder, uint64_t maxBytes) {
  auto fail = [&](const std::string &why) {
    return badInput("cannot keep compiled code in this folder: " + why, {.file = folder.str()});
  };
  auto owner = llvm::sys::fs::perms::owner_all;
  if (std::error_code code = llvm::sys::fs::create_directories(folder, /*IgnoreExisting=*/true, owner))
    return fail(code.message());
  int descriptor = ::open(folder.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return fail(std::strerror(errno));
  File guard(descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0)
    return fail(std::strerror(errno));
  if (!isOwn(status))
    return fail("it belongs to another user, or others may write to it (chmod go-w)");
  if (::faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) != 0)
    return fail(std::strerror(errno));
  static std::mutex mutex;
  // A new folder may get the number of one that is gone, but hardly its name as well.
  static std::map<std::tuple<std::string, ino_t, uint64_t>, Counter> counters;
  std::lock_guard<std::mutex> lock(mutex);
  return std::unique_ptr<CodeStore>(new CodeStore(guard.release(), maxBytes, counters[{folder.str(), status.st_ino, maxBytes}]));
}

CodeStore::~CodeStore() { ::close(folder); }

std::unique_ptr<llvm::MemoryBuffer> CodeStore::read(const ContentHash &key) {
  std::string name = nameOf(key);
  // A pipe under that name must not keep the caller waiting.
  File file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || !isOwn(status))
    return nullptr;
  auto drop = [&]() -> std::unique_ptr<llvm::MemoryBuffer> {
    ::unlinkat(folder, name.c_str(), 0);
    return nullptr;
  };
  Header header;
  uint64_t fileSize = static_cast<uint64_t>(status.st_size);
  if (fileSize < sizeof header || !readAll(file.get(), reinterpret_cast<char *>(&header), sizeof header))
    return drop();
  if (std::memcmp(header.magic, magic, sizeof magic) != 0 || header.key != key || header.size != fileSize - sizeof header)
    return drop();
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(header.size, name, llvm::Align(16));
  if (!buffer)
    return nullptr;
  if (!readAll(file.get(), buffer->getBufferStart(), header.size) || checksumOf(key, {buffer->getBufferStart(), header.size}) != header.checksum)
    return drop();
  // It was used just now: others go before it.
  ::futimens(file.get(), nullptr);
  return buffer;
}

void CodeStore::write(const ContentHash &key, StringRef bytes) {
  if (bytes.size() + sizeof(Header) > maxBytes)
    return;
  Header header{{}, bytes.size(), key, checksumOf(key, bytes)};
  std::memcpy(header.magic, magic, sizeof magic);
  static std::atomic<unsigned> number = 0;
  std::string name = nameOf(key);
  std::string fresh = temporary.str() + std::to_string(::getpid()) + "-" + std::to_string(number++);
  // Where a process of that number has left one behind it is in the way until it is old; then this is not kept.
  File file(::openat(folder, fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file) {
    bool isWhole = writeAll(file.get(), reinterpret_cast<const char *>(&header), sizeof header) &&
                   writeAll(file.get(), bytes.data(), bytes.size());
    if (!isWhole || ::renameat(folder, fresh.c_str(), folder, name.c_str()) != 0)
      ::unlinkat(folder, fresh.c_str(), 0);
  }
  if ((unseenBytes -= static_cast<int64_t>(price(bytes.size() + sizeof header))) < 0)
    unseenBytes = evict();
}

int64_t CodeStore::evict() {
  struct Kept {
    std::string name;
    uint64_t price;
    struct timespec used;
  };
  // The descriptor's own position is shared by all who read the folder.
  int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = copy < 0 ? nullptr : ::fdopendir(copy);
  if (!directory) {
    if (copy >= 0)
      ::close(copy);
    return 0;
  }
  std::vector<Kept> files;
  uint64_t total = 0;
  time_t now = ::time(nullptr);
  while (dirent *item = ::readdir(directory)) {
    StringRef name = item->d_name;
    struct stat status {};
    bool isKept = name.ends_with(suffix), isTemporary = name.starts_with(temporary);
    if ((!isKept && !isTemporary) || ::fstatat(folder, item->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
      continue;
    if (isTemporary && now - status.st_mtim.tv_sec > temporarySeconds)
      ::unlinkat(folder, item->d_name, 0);
    if (isTemporary)
      continue;
    files.push_back({name.str(), price(static_cast<uint64_t>(status.st_size)), status.st_mtim});
    total += files.back().price;
  }
  ::closedir(directory);
  // Other processes write, too.
  auto unseen = [&] { return static_cast<int64_t>(std::min(maxBytes - total, maxBytes / 16)); };
  if (total <= maxBytes)
    return unseen();
  std::sort(files.begin(), files.end(), [](const Kept &a, const Kept &b) {
    return std::tie(a.used.tv_sec, a.used.tv_nsec, a.name) < std::tie(b.used.tv_sec, b.used.tv_nsec, b.name);
  });
  // Some room is left, or the next write would have to look again.
  for (const Kept &file : files) {
    if (total <= maxBytes - maxBytes / 16)
      break;
    ::unlinkat(folder, file.name.c_str(), 0);
    total -= file.price;
  }
  return unseen();
}
