/// The storages whose bytes specialized IR refers to by number.
#ifndef SCONCE_LIB_SPECIALIZE_WEIGHTS_H
#define SCONCE_LIB_SPECIALIZE_WEIGHTS_H

#include "runtime/Tensor.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

#include <vector>

namespace sconce::specialize {

/// `ts.weight {storage = N}` is entry N.
class WeightTable {
public:
  /// The number of a storage, added when it is new.
  int64_t numberOf(const rt::Ref<rt::Storage> &storage) {
    auto [it, isNew] = numbers.insert({storage.get(), static_cast<int64_t>(list.size())});
    if (isNew)
      list.push_back(storage);
    return it->second;
  }
  const std::vector<rt::Ref<rt::Storage>> &storages() const { return list; }

  /// Says that what the IR is depends on the bytes of `storage`: some were looked at. Whoever says so keeps it alive.
  void noteRead(const rt::Storage *storage) { read.insert(storage); }
  void noteRead(const WeightTable &other) { read.insert(other.read.begin(), other.read.end()); }
  /// All storages of which that was said, in order.
  llvm::ArrayRef<const rt::Storage *> readStorages() const { return read.getArrayRef(); }

private:
  llvm::DenseMap<const rt::Storage *, int64_t> numbers;
  std::vector<rt::Ref<rt::Storage>> list;
  llvm::SetVector<const rt::Storage *> read;
};

} // namespace sconce::specialize

#endif
