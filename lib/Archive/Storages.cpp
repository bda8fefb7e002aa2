#include "lib/Archive/Storages.h"
#include "lib/Support/Error.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>
#include <sys/mman.h>

using namespace llvm;

namespace sconce::archive {

rt::Ref<rt::Storage> makeStorage(const Bytes &bytes) {
  auto *data = const_cast<uint8_t *>(bytes.data);
  if (reinterpret_cast<uintptr_t>(data) % payloadAlignment != 0 || bytes.size == 0) {
    rt::Ref<rt::Storage> copy = rt::Storage::allocate(bytes.size);
    if (copy && bytes.size != 0)
      std::memcpy(copy->data(), data, bytes.size);
    return copy;
  }
  using Owner = std::shared_ptr<const void>;
  auto *owner = new Owner(bytes.owner);
  rt::Ref<rt::Storage> storage = rt::Storage::borrow(
      data, bytes.size, [](void *held) { delete static_cast<Owner *>(held); }, owner);
  if (!storage)
    delete owner;
  return storage;
}

void swapElements(uint8_t *data, size_t size, rt::Dtype dtype) {
  size_t width = static_cast<size_t>(itemSize(dtype));
  if (isComplex(dtype))
    width /= 2;
  for (uint8_t *end = data + size / width * width; data != end; data += width)
    std::reverse(data, data + width);
}

bool areBools(ArrayRef<uint8_t> bytes) {
  uint8_t bits = 0;
  for (uint8_t byte : bytes)
    bits |= byte;
  return bits <= 1;
}

void cleanBools(uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; ++i)
    data[i] = data[i] != 0;
}

static bool isDecimal(StringRef key) {
  return !key.empty() && key.size() <= 18 && all_of(key, isDigit);
}

/// The devices that PyTorch has; data of each is read as the CPU's.
static bool isKnownDevice(StringRef location) {
  auto [type, index] = location.split(':');
  if (location.contains(':') && (index.empty() || index.size() > 5 || !all_of(index, isDigit)))
    return false;
  return is_contained({"cpu", "cuda", "hip", "hpu", "ipu", "lazy", "maia", "meta", "mkldnn", "mps",
                       "mtia", "privateuseone", "ve", "vulkan", "xla", "xpu"},
                      type);
}

Expected<uint32_t> StorageTable::find(const StorageId &id) {
  if (!isDecimal(id.key))
    return badInput("expected a storage key of decimal digits, got '" + id.key.take_front(40) +
                    "'");
  if (!isKnownDevice(id.location))
    return badInput("unknown storage location '" + id.location.take_front(40) + "'");
  int64_t bytes;
  if (id.numel < 0 ||
      __builtin_mul_overflow(id.numel, id.dtype ? itemSize(*id.dtype) : 1, &bytes))
    return badInput("storage '" + id.key + "' cannot have " + Twine(id.numel) + " elements");
  bool isMeta = id.location.starts_with("meta");

  auto [slot, isNew] = index.try_emplace(id.key, list.size());
  if (!isNew) {
    const SharedStorage &known = list[slot->second];
    if (known.dtype != id.dtype || known.numel != id.numel || known.isMeta != isMeta)
      return badInput("storage '" + id.key + "' was used before with another dtype or size");
    return slot->second;
  }
  Expected<rt::Ref<rt::Storage>> storage =
      isMeta ? zeros(static_cast<size_t>(bytes)) : load(id, static_cast<size_t>(bytes));
  if (!storage)
    return storage.takeError();
  if (isMeta)
    metaStorages.insert(storage->get());
  list.push_back({std::move(*storage), id.dtype, id.numel, isMeta});
  return slot->second;
}

std::vector<rt::Ref<rt::Storage>> StorageTable::all() const {
  std::vector<rt::Ref<rt::Storage>> storages;
  for (const SharedStorage &storage : list)
    storages.push_back(storage.bytes);
  for (const auto &[bits, copy] : lazyCopies)
    storages.push_back(copy);
  return storages;
}

Expected<rt::Ref<rt::Storage>> StorageTable::load(const StorageId &id, size_t bytes) {
  std::string name = (directory + "/" + id.key).str();
  const ZipEntry *entry = zip.find(name);
  if (!entry && bytes != 0)
    return badInput("the record '" + name + "' of storage '" + id.key + "' is missing");
  Bytes contents;
  if (entry) {
    if (entry->size < bytes)
      return badInput("storage '" + id.key + "' needs " + Twine(bytes) + " bytes, the record '" +
                      name + "' has " + Twine(entry->size));
    Expected<Bytes> read = zip.read(*entry);
    if (!read)
      return read.takeError();
    contents = *read;
    contents.size = bytes;
  }
  bool swaps = order == ByteOrder::Big && bytes != 0;
  if (swaps && !id.dtype)
    return unsupported("untyped storages in a big-endian archive are not supported");
  rt::Ref<rt::Storage> storage = makeStorage(contents);
  swaps = swaps && itemSize(*id.dtype) > 1;
  bool cleans = id.dtype == rt::Dtype::Bool && !areBools(contents.array());
  if (storage && (swaps || cleans)) {
    rt::Ref<rt::Storage> native = rt::Storage::allocate(bytes);
    if (native) {
      std::memcpy(native->data(), storage->data(), bytes);
      if (swaps)
        swapElements(native->data(), bytes, *id.dtype);
      else
        cleanBools(native->data(), bytes);
    }
    storage = native;
  }
  if (!storage)
    return badInput("not enough memory for storage '" + id.key + "' of " + Twine(bytes) + " bytes");
  return storage;
}

/// Zeros in address space only: pages that nobody reads take no memory.
Expected<rt::Ref<rt::Storage>> StorageTable::zeros(size_t bytes) {
  if (bytes > limits.maxMetaBytes)
    return badInput("a meta tensor's storage of " + Twine(bytes) + " bytes exceeds the limit of " +
                    Twine(limits.maxMetaBytes));
  if (bytes == 0)
    return makeStorage({});
  void *address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED)
    return badInput("not enough memory for a meta tensor's storage of " + Twine(bytes) + " bytes");
  std::shared_ptr<const void> owner(address, [bytes](void *start) { ::munmap(start, bytes); });
  return makeStorage({static_cast<const uint8_t *>(address), bytes, std::move(owner)});
}

} // namespace sconce::archive
