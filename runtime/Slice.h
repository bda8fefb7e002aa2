/// Python's slice arithmetic.
#ifndef SCONCE_RUNTIME_SLICE_H
#define SCONCE_RUNTIME_SLICE_H

#include "runtime/Status.h"

#include <cstdint>
#include <optional>

namespace sconce::rt {

/// The elements start, start + step, … of a sequence: `count` of them.
struct SliceRange {
  int64_t start = 0;
  int64_t step = 1;
  int64_t count = 0;
};

/// `[start:end:step]` of a sequence of `size` elements; fails on a step of 0.
Result<SliceRange> sliceRange(int64_t size, std::optional<int64_t> start,
                              std::optional<int64_t> end, int64_t step);

} // namespace sconce::rt

#endif
