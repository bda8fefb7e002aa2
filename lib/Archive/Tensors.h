// Tensors from the parts that a pickle gives, each checked: views, quantized and sparse tensors.
#ifndef SCONCE_ARCHIVE_TENSORS_H
#define SCONCE_ARCHIVE_TENSORS_H

#include "lib/Archive/Storages.h"

namespace sconce::archive {

/// The arguments of `_rebuild_tensor_v2` and its relatives.
struct StridedParts {
  rt::Dtype dtype = rt::Dtype::Float32;
  int64_t offset = 0; ///< elements
  std::vector<int64_t> sizes;
  std::vector<int64_t> strides; ///< elements
  bool requiresGrad = false;
  bool conjugate = false; ///< lazy bits: the elements are to be read conjugated or negated
  bool negate = false;
};

// The errors of these functions have no place; the caller knows it.

/// A view of a storage of `table`; with a lazy bit, of a copy that the bit was applied to.
[[nodiscard]] llvm::Expected<rt::Tensor> makeStrided(StorageTable &table, uint32_t storage,
                                                     StridedParts parts);
/// A view of a quantized storage.
[[nodiscard]] llvm::Expected<rt::Tensor> makeQuantized(StorageTable &table, uint32_t storage,
                                                       StridedParts parts, rt::Quantizer quantizer);
/// A sparse tensor of the payload's layout. Takes time for each index of the payload.
[[nodiscard]] llvm::Expected<rt::Tensor> makeSparse(rt::SparsePayload payload,
                                                    std::vector<int64_t> sizes, bool requiresGrad);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_TENSORS_H
