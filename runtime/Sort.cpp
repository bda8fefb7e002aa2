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

/// Hoare's selection with the median of three as pivot: the k-th item gets its place.
template <typename Item, typename Before> void quickSelect(std::vector<Item> &items, int64_t k, Before isBefore) {
  int64_t left = 0, right = static_cast<int64_t>(items.size()) - 1;
  auto at = [&](int64_t i) -> Item & { return items[static_cast<size_t>(i)]; };
  auto order = [&](int64_t i, int64_t j) {
    if (isBefore(at(j), at(i)))
      std::swap(at(i), at(j));
  };
  while (left < right) {
    if (right == left + 1)
      return order(left, right);
    std::swap(at(left + (right - left) / 2), at(left + 1));
    order(left + 1, right);
    order(left, right);
    order(left + 1, left);
    int64_t i = left + 1, j = right;
    Item pivot = at(left);
    while (true) {
      do
        ++i;
      while (isBefore(at(i), pivot));
      do
        --j;
      while (isBefore(pivot, at(j)));
      if (j < i)
        break;
      std::swap(at(i), at(j));
    }
    std::swap(at(left), at(j));
    if (j <= k)
      left = i;
    if (j >= k)
      right = j - 1;
  }
}

/// The same library functions as PyTorch's kernels call, for what they do to equal items.
template <typename Item, typename Before> void sortItems(std::vector<Item> &items, SortOrder order, Before isBefore) {
  auto begin = items.begin(), end = items.end();
  int64_t count = static_cast<int64_t>(items.size()), k = std::clamp<int64_t>(order.k, 0, count);
  switch (order.kind) {
  case SortKind::Stable:
    // By their places, which needs no memory.
    std::sort(begin, end, [&](const Item &a, const Item &b) { return isBefore(a, b) || (!isBefore(b, a) && a.place < b.place); });
    break;
  case SortKind::Sort:
    std::sort(begin, end, isBefore);
    break;
  case SortKind::Top:
  case SortKind::TopUnsorted:
    if (k == 0)
      break;
    if (k <= count / 64) {
      std::partial_sort(begin, begin + k, end, isBefore);
    } else {
      std::nth_element(begin, begin + k - 1, end, isBefore);
      if (order.kind == SortKind::Top)
        std::sort(begin, begin + k - 1, isBefore);
    }
    break;
  case SortKind::Kth:
    quickSelect(items, k, isBefore);
    break;
  }
}

/// One sort for all lanes: those along `dim`, `inner` of them side by side.
struct Lanes {
  const Tensor &source, &values, &indices;
  int64_t length, inner;
  SortOrder order;

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
      sortItems(items, order, [&](const Item<Key> &a, const Item<Key> &b) {
        return order.descending ? isLess(b.key, a.key) : isLess(a.key, b.key);
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

Status sortTensor(sc_context *context, const Tensor &source, int64_t dim, SortOrder order,
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
              1,     order};
  for (int64_t d = dim + 1; d < source.rank(); ++d)
    lanes.inner *= source.size(static_cast<size_t>(d));
  // PyTorch sorts long vectors of integers by their digits, which is stable.
  if (order.kind == SortKind::Sort && !order.descending && source.rank() == 1 && count >= 32768 && !isFloating(source.dtype()))
    lanes.order.kind = SortKind::Stable;
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
