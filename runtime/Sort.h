/// Sorting of tensors.
#ifndef SCONCE_RUNTIME_SORT_H
#define SCONCE_RUNTIME_SORT_H

#include "runtime/Context.h"
#include "runtime/Status.h"
#include "runtime/Tensor.h"

namespace sconce::rt {

/// Sorts along `dim` (0 for a scalar), stably, with NaN greater than everything:
/// `values` gets the elements and `indices` (int64) where they were. All of the
/// same sizes; `context` lends its threads and may be null.
Status sortTensor(sc_context *context, const Tensor &source, int64_t dim, bool descending,
                  const Tensor &values, const Tensor &indices);

} // namespace sconce::rt

#endif
