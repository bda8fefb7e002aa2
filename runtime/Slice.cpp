#include "runtime/Slice.h"

namespace sconce::rt {

/// An end of a slice, counted from the back when negative, moved into range.
static int64_t clampBound(int64_t bound, int64_t size, bool backward) {
  if (bound < 0) {
    bound += size;
    if (bound < 0)
      return backward ? -1 : 0;
  } else if (bound >= size) {
    return backward ? size - 1 : size;
  }
  return bound;
}

Result<SliceRange> sliceRange(int64_t size, std::optional<int64_t> start,
                              std::optional<int64_t> end, int64_t step) {
  if (step == 0)
    return Status::raise("List slice should have non-zero step");
  if (step == INT64_MIN) // so that -step exists
    step = -INT64_MAX;
  bool backward = step < 0;
  SliceRange range;
  range.step = step;
  range.start = clampBound(start.value_or(backward ? INT64_MAX : 0), size, backward);
  // An end left out going backward lies before the first element.
  int64_t stop = end || !backward ? clampBound(end.value_or(INT64_MAX), size, backward) : -1;
  if (backward && stop < range.start)
    range.count = (range.start - stop - 1) / -step + 1;
  else if (!backward && range.start < stop)
    range.count = (stop - range.start - 1) / step + 1;
  return range;
}

} // namespace sconce::rt
