#include "runtime/Sort.h"

#include "runtime/Element.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sconce::rt {
namespace {

template <typename Key> struct Item {
  Key key;
  int64_t place;
};

template <typename Key> bool isLess(Key a, Key b) {
  if constexpr (std::is_same_v<Key, double>)
    return a < b || (std::isnan(b) && !std::isnan(a));
  else
    return a < b;
}

/// A key that orders as the element does.
template <typename Key> Key keyOf(Dtype dtype, const void *element) {
  if constexpr (std::is_same_v<Key, double>)
    return loadDouble(dtype, element);
  else
    return static_cast<Key>(loadInt(dtype, element));
}

/// One sort for all lanes: those along `dim`, `inner` of them side by side.
struct Lanes {
  const Tensor &source, &values, &indices;
  int64_t length, inner;
  bool descending;

  template <typename Key> void sort(int64_t begin, int64_t end) const {
    std::vector<Item<Key>> items(static_cast<size_t>(length));
    Dtype dtype = source.dtype();
    int64_t bytes = itemSize(dtype);
    const char *from = static_cast<const char *>(source.data());
    char *to = static_cast<char *>(values.data());
    int64_t *places = indices.dataAs<int64_t>();
    for (int64_t lane = begin; lane < end; ++lane) {
      int64_t base = lane / inner * inner * length + lane % inner;
      for (int64_t i = 0; i < length; ++i)
        items[static_cast<size_t>(i)] = {keyOf<Key>(dtype, from + (base + i * inner) * bytes), i};
      // Equal keys keep their order, by their places.
      std::sort(items.begin(), items.end(), [&](const Item<Key> &a, const Item<Key> &b) {
        bool before = descending ? isLess(b.key, a.key) : isLess(a.key, b.key);
        bool after = descending ? isLess(a.key, b.key) : isLess(b.key, a.key);
        return before || (!after && a.place < b.place);
      });
      for (int64_t i = 0; i < length; ++i) {
        int64_t place = items[static_cast<size_t>(i)].place;
        std::memcpy(to + (base + i * inner) * bytes, from + (base + place * inner) * bytes,
                    static_cast<size_t>(bytes));
        places[base + i * inner] = place;
      }
    }
  }

  void run(int64_t begin, int64_t end) const {
    if (source.dtype() == Dtype::UInt64)
      sort<uint64_t>(begin, end);
    else if (isFloating(source.dtype()))
      sort<double>(begin, end);
    else
      sort<int64_t>(begin, end);
  }
};

} // namespace

Status sortTensor(sc_context *context, const Tensor &source, int64_t dim, bool descending,
                  const Tensor &values, const Tensor &indices) {
  if (isComplex(source.dtype()))
    return Status::raise("Sort currently does not support complex dtypes");
  Tensor dense = source.contiguous();
  if (!dense)
    return Status::outOfMemory();
  int64_t count = source.numel();
  if (count == 0)
    return Status::success();
  Lanes lanes{dense, values,    indices, source.rank() ? source.size(static_cast<size_t>(dim)) : 1,
              1,     descending};
  for (int64_t d = dim + 1; d < source.rank(); ++d)
    lanes.inner *= source.size(static_cast<size_t>(d));
  int64_t laneCount = count / lanes.length;
  if (!context) {
    lanes.run(0, laneCount);
    return Status::success();
  }
  // Some thousand elements for each piece pay for waking a thread.
  int64_t grain = std::max<int64_t>(1, 4096 / lanes.length);
  context->parallelFor(
      laneCount, grain,
      [](void *argument, int64_t begin, int64_t end) {
        static_cast<Lanes *>(argument)->run(begin, end);
      },
      &lanes);
  return Status::success();
}

} // namespace sconce::rt
