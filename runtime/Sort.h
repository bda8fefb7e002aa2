/// Sorting of tensors.
#ifndef SCONCE_RUNTIME_SORT_H
#define SCONCE_RUNTIME_SORT_H

#include "runtime/Context.h"
#include "runtime/Status.h"
#include "runtime/Tensor.h"

namespace sconce::rt {

/// Which of PyTorch's sorts: they differ in the order of equal elements.
enum class SortKind {
  Stable,
  Sort,        ///< torch.sort without `stable`
  Top,         ///< torch.topk: only the first k are told, zeros are behind them
  TopUnsorted, ///< torch.topk without `sorted`: the first k in any order, and zeros
  Kth,         ///< torch.kthvalue: only the k-th (from 0) is in its place
};

struct SortOrder {
  SortKind kind = SortKind::Stable;
  bool descending = false;
  int64_t k = 0;
};

/// Sorts along `dim` (0 for a scalar), with NaN greater than everything:
/// `values` gets the elements and `indices` (int64) where they were. All of the
/// same sizes; `context` lends its threads and may be null.
Status sortTensor(sc_context *context, const Tensor &source, int64_t dim, SortOrder order,
                  const Tensor &values, const Tensor &indices);

} // namespace sconce::rt

#endif
