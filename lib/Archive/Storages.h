// The storages of one pickle: records of raw bytes, read on first use and shared by key.
#ifndef SCONCE_ARCHIVE_STORAGES_H
#define SCONCE_ARCHIVE_STORAGES_H

#include "lib/Archive/Zip.h"
#include "runtime/Tensor.h"
#include "llvm/ADT/DenseSet.h"
#include <map>
#include <tuple>

namespace sconce::archive {

enum class ByteOrder : uint8_t { Little, Big };

/// What a persistent id says about a storage.
struct StorageId {
  llvm::StringRef key;            ///< decimal digits
  std::optional<rt::Dtype> dtype; ///< none for UntypedStorage, whose `numel` counts bytes
  llvm::StringRef location;       ///< "cpu", "cuda:0", "meta"
  int64_t numel = 0;
};

/// A storage and the facts that each of its uses must repeat.
struct SharedStorage {
  rt::Ref<rt::Storage> bytes;
  std::optional<rt::Dtype> dtype;
  int64_t numel = 0;
  bool isMeta = false;
};

class StorageTable {
public:
  /// Reads from the records `directory`/<key> of `zip`, which must outlive the table.
  StorageTable(const Zip &zip, llvm::StringRef directory, ByteOrder order, const Limits &limits)
      : zip(zip), directory(directory), order(order), limits(limits) {}

  /// The index of the storage that `id` names. Everything that is not the CPU's counts as being on
  /// the CPU; storages of the meta device are zeros. Fails when the record is missing or too short,
  /// or the key was used before with another dtype or size.
  [[nodiscard]] llvm::Expected<uint32_t> find(const StorageId &id);
  const SharedStorage &operator[](uint32_t index) const { return list[index]; }
  /// Whether the tensor's zeros stand for data that the archive does not have.
  bool isMeta(const rt::Tensor &tensor) const {
    return metaStorages.contains(tensor.storage().get());
  }
  /// All storages, in an order that follows from the pickle alone: those of records, then copies with lazy bits applied.
  std::vector<rt::Ref<rt::Storage>> all() const;
  /// The place of the copy of a storage that a tensor's lazy bits were applied to; null until it is
  /// made. One copy serves all such tensors, which bounds the work and keeps them aliased.
  rt::Ref<rt::Storage> &lazyCopy(uint32_t storage, rt::Dtype dtype, bool conjugate, bool negate) {
    return lazyCopies[{storage, dtype, conjugate, negate}];
  }

private:
  llvm::Expected<rt::Ref<rt::Storage>> load(const StorageId &id, size_t bytes);
  llvm::Expected<rt::Ref<rt::Storage>> zeros(size_t bytes);

  const Zip &zip;
  std::string directory;
  ByteOrder order;
  const Limits &limits;
  std::vector<SharedStorage> list;
  llvm::StringMap<uint32_t> index;
  llvm::DenseSet<const rt::Storage *> metaStorages;
  std::map<std::tuple<uint32_t, rt::Dtype, bool, bool>, rt::Ref<rt::Storage>> lazyCopies;
};

/// A runtime storage on `bytes`, in place where they are aligned (see `payloadAlignment`), else a
/// copy. Null when there is not enough memory.
[[nodiscard]] rt::Ref<rt::Storage> makeStorage(const Bytes &bytes);

/// Whether every byte is 0 or 1. Compiled code relies on it; PyTorch takes any other byte as true.
bool areBools(llvm::ArrayRef<uint8_t> bytes);
/// Makes every byte 0 or 1.
void cleanBools(uint8_t *data, size_t size);

/// Exchanges the byte order of each element (for complex dtypes, of each part).
void swapElements(uint8_t *data, size_t size, rt::Dtype dtype);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_STORAGES_H
