/// The storages whose bytes specialized IR refers to by number.
#ifndef SCONCE_LIB_SPECIALIZE_WEIGHTS_H
#define SCONCE_LIB_SPECIALIZE_WEIGHTS_H

#include "runtime/Tensor.h"

#include "llvm/ADT/DenseMap.h"

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

private:
  llvm::DenseMap<const rt::Storage *, int64_t> numbers;
  std::vector<rt::Ref<rt::Storage>> list;
};

} // namespace sconce::specialize

#endif
