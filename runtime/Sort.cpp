#include "runtime/Sort.h"

#include "runtime/Element.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

namespace sconce::rt {
namespace {

/// An element by a number that orders as it does: equal ones have one number, and so have all that are not numbers, the greatest.
template <typename Number> struct Item {
  Number key, place;
};

template <typename Number, typename Float> Number keyOf(Float value) {
  if (std::isnan(value))
    return std::numeric_limits<Number>::max();
  // Of negative ones, the bits below the sign count down. Zeros are one.
  Number bits = std::bit_cast<Number>(value == 0 ? Float(0) : value);
  return bits < 0 ? bits ^ std::numeric_limits<Number>::max() : bits;
}

/// Hoare's selection with the median of three as pivot: the k-th item gets its place.
template <typename Item> void quickSelect(std::vector<Item> &items, int64_t k) {
  int64_t left = 0, right = static_cast<int64_t>(items.size()) - 1;
  auto at = [&](int64_t i) -> Item & { return items[static_cast<size_t>(i)]; };
  auto order = [&](int64_t i, int64_t j) {
    if (at(j).key < at(i).key)
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
      while (at(i).key < pivot.key);
      do
        --j;
      while (pivot.key < at(j).key);
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
template <typename Item> void sortItems(std::vector<Item> &items, SortOrder order) {
  auto isBefore = [](const Item &a, const Item &b) { return a.key < b.key; };
  auto begin = items.begin(), end = items.end();
  int64_t count = static_cast<int64_t>(items.size()), k = std::clamp<int64_t>(order.k, 0, count);
  switch (order.kind) {
  case SortKind::Stable:
    // By their places, which needs no memory.
    std::sort(begin, end, [&](const Item &a, const Item &b) { return a.key < b.key || (a.key == b.key && a.place < b.place); });
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
    quickSelect(items, k);
    break;
  }
}

/// One sort for all lanes: those along `dim`, `inner` of them side by side.
struct Lanes {
  const Tensor &source, &values, &indices;
  int64_t length, inner;
  SortOrder order;

  /// Gives the items of the lane from `base` on their keys, which count down where the order is descending.
  template <typename Number> void makeItems(std::vector<Item<Number>> &items, int64_t base) const {
    const Dtype dtype = source.dtype();
    auto fill = [&](auto read) {
      const Number turned = order.descending ? -1 : 0;
      for (int64_t i = 0; i < length; ++i)
        items[static_cast<size_t>(i)] = {static_cast<Number>(read(base + i * inner) ^ turned), static_cast<Number>(i)};
    };
    auto element = [&](int64_t place) { return static_cast<const char *>(source.data()) + place * itemSize(dtype); };
    if (dtype == Dtype::Float32)
      fill([values = source.dataAs<float>()](int64_t place) -> Number { return keyOf<int32_t>(values[place]); });
    else if (dtype == Dtype::Int32)
      fill([values = source.dataAs<int32_t>()](int64_t place) -> Number { return values[place]; });
    else if (isFloating(dtype))
      fill([&](int64_t place) { return static_cast<Number>(keyOf<int64_t>(loadDouble(dtype, element(place)))); });
    else if (dtype == Dtype::UInt64)
      fill([&](int64_t place) { return static_cast<Number>(loadInt(dtype, element(place)) ^ std::numeric_limits<int64_t>::min()); });
    else
      fill([&](int64_t place) { return static_cast<Number>(loadInt(dtype, element(place))); });
  }

  template <typename Number> void sort(int64_t begin, int64_t end) const {
    std::vector<Item<Number>> items(static_cast<size_t>(length));
    const auto bytes = static_cast<size_t>(itemSize(source.dtype()));
    // The order of the others, which nobody asks for, is not told: there are zeros.
    const bool isTop = order.kind == SortKind::Top || order.kind == SortKind::TopUnsorted;
    const int64_t written = isTop ? std::clamp<int64_t>(order.k, 0, length) : length;
    int64_t *places = indices.dataAs<int64_t>();
    for (int64_t lane = begin; lane < end; ++lane) {
      const int64_t base = lane / inner * inner * length + lane % inner;
      makeItems(items, base);
      sortItems(items, order);
      auto take = [&]<size_t size>(std::integral_constant<size_t, size>) {
        const char *from = static_cast<const char *>(source.data());
        char *to = static_cast<char *>(values.data());
        const size_t each = size ? size : bytes;
        for (int64_t i = 0; i < written; ++i) {
          const int64_t place = items[static_cast<size_t>(i)].place, target = base + i * inner;
          std::memcpy(to + static_cast<size_t>(target) * each, from + static_cast<size_t>(base + place * inner) * each, each);
          places[target] = place;
        }
        for (int64_t i = written; i < length; ++i) {
          std::memset(to + static_cast<size_t>(base + i * inner) * each, 0, each);
          places[base + i * inner] = 0;
        }
      };
      if (bytes == 4)
        take(std::integral_constant<size_t, 4>());
      else if (bytes == 8)
        take(std::integral_constant<size_t, 8>());
      else
        take(std::integral_constant<size_t, 0>());
    }
  }

  void run(int64_t begin, int64_t end) const {
    const Dtype dtype = source.dtype();
    if (length <= std::numeric_limits<int32_t>::max() && (dtype == Dtype::Float32 || dtype == Dtype::Int32))
      sort<int32_t>(begin, end);
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
