#include "runtime/Lists.h"

#include "runtime/Format.h"
#include "runtime/Number.h"
#include "runtime/Slice.h"
#include "runtime/Tensor.h"

#include <algorithm>

namespace sconce::rt::lists {
namespace {

constexpr int64_t longest = int64_t(1) << 30;

int64_t sizeOf(const List &list) { return static_cast<int64_t>(list.elements.size()); }

/// The place of an index that may count from the back; fails out of range.
Result<size_t> place(const List &list, int64_t index) {
  int64_t from = index < 0 ? index + sizeOf(list) : index;
  if (from < 0 || from >= sizeOf(list))
    return Status::raise("list index out of range");
  return static_cast<size_t>(from);
}

/// The number in a tensor that is used as one.
Result<Value> onlyNumber(const Tensor &tensor) {
  int64_t count = tensor.numel();
  if (count == 0)
    return Status::raise("Boolean value of Tensor with no values is ambiguous");
  if (count > 1)
    return Status::raise("Boolean value of Tensor with more than one value is ambiguous");
  return tensor.loadNumber(std::vector<int64_t>(tensor.sizes().size(), 0));
}

/// A number as it is, a tensor's only number.
Result<Value> numberOf(const Value &value) {
  return value.isTensor() ? onlyNumber(value.asTensor()) : Result<Value>(value);
}

Result<bool> lessTuples(const std::vector<Value> &a, const std::vector<Value> &b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    Result<bool> isEqual = elementsEqual(a[i], b[i]);
    if (!isEqual)
      return isEqual;
    if (!*isEqual)
      return less(a[i], b[i]);
  }
  return a.size() < b.size();
}

} // namespace

Result<bool> elementsEqual(const Value &a, const Value &b) {
  if (!a.isTensor() && !b.isTensor())
    return rt::equal(a, b);
  Result<Value> left = numberOf(a), right = numberOf(b);
  if (!left || !right)
    return left ? right.status() : left.status();
  return rt::equal(*left, *right);
}

Result<bool> less(const Value &a, const Value &b) {
  if (a.isTensor() && b.isTensor()) {
    Result<Value> left = numberOf(a), right = numberOf(b);
    if (!left || !right)
      return left ? right.status() : left.status();
    return less(*left, *right);
  }
  if (a.isNumber() && b.isNumber() && !a.isComplex() && !b.isComplex()) {
    if (a.isDouble() || b.isDouble())
      return a.toDouble() < b.toDouble();
    return a.asInt() < b.asInt();
  }
  if (a.isString() && b.isString())
    return a.asString() < b.asString();
  if (a.isTuple() && b.isTuple())
    return lessTuples(a.asTuple().elements, b.asTuple().elements);
  if (a.isList() && b.isList())
    return lessTuples(a.asList().elements, b.asList().elements);
  return Status::raise("Only list of Tensors, ints, floats, bools, strs, a User Defined Class that "
                       "defines the __lt__ "
                       "compare method or Tuples of aforementioned types can be sorted");
}

//===--- Elements -----------------------------------------------------------===//

Result<Value> get(const List &list, int64_t index) {
  Result<size_t> at = place(list, index);
  if (!at)
    return at.status();
  return list.elements[*at];
}

Status set(List &list, int64_t index, Value element) {
  Result<size_t> at = place(list, index);
  if (!at)
    return at.status();
  list.elements[*at] = std::move(element);
  return Status::success();
}

void insert(List &list, int64_t index, Value element) {
  int64_t at = std::clamp<int64_t>(index < 0 ? index + sizeOf(list) : index, 0, sizeOf(list));
  list.elements.insert(list.elements.begin() + at, std::move(element));
}

Result<Value> pop(List &list, int64_t index) {
  if (list.elements.empty())
    return Status::raise("pop from empty list");
  Result<size_t> at = place(list, index);
  if (!at)
    return at.status();
  Value element = std::move(list.elements[*at]);
  list.elements.erase(list.elements.begin() + static_cast<int64_t>(*at));
  return element;
}

Status expectLength(const List &list, int64_t count) {
  if (sizeOf(list) == count)
    return Status::success();
  return Status::raise("Expected " + std::to_string(count) + " elements in a list but found " + std::to_string(sizeOf(list)));
}

Status erase(List &list, int64_t index) {
  if (list.elements.empty())
    return Status::raise("pop index out of range");
  Result<size_t> at = place(list, index);
  if (!at)
    return at.status();
  list.elements.erase(list.elements.begin() + static_cast<int64_t>(*at));
  return Status::success();
}

void extend(List &list, const List &other) {
  // By index: `other` may be the list itself.
  size_t count = other.elements.size();
  list.elements.reserve(list.elements.size() + count);
  for (size_t i = 0; i < count; ++i)
    list.elements.push_back(other.elements[i]);
}

void reverse(List &list) { std::reverse(list.elements.begin(), list.elements.end()); }

//===--- Searching ----------------------------------------------------------===//

/// The place of the first equal element, or the size.
static Result<size_t> findElement(const List &list, const Value &element) {
  for (size_t i = 0; i < list.elements.size(); ++i) {
    Result<bool> isEqual = elementsEqual(list.elements[i], element);
    if (!isEqual)
      return isEqual.status();
    if (*isEqual)
      return i;
  }
  return list.elements.size();
}

std::string elementText(const Value &element) {
  if (element.isBool())
    return element.asBool() ? "1" : "0";
  return element.isDouble() ? printDouble(element.asDouble(), 'g', 6) : str(element);
}

Result<int64_t> index(const List &list, const Value &element) {
  Result<size_t> at = findElement(list, element);
  if (!at)
    return at.status();
  if (*at == list.elements.size())
    return Status::raise("'" + elementText(element) + "' is not in list");
  return static_cast<int64_t>(*at);
}

Status remove(List &list, const Value &element) {
  Result<size_t> at = findElement(list, element);
  if (!at)
    return at.status();
  if (*at == list.elements.size())
    return Status::raise("list.remove(x): x not in list");
  list.elements.erase(list.elements.begin() + static_cast<int64_t>(*at));
  return Status::success();
}

Result<int64_t> count(const List &list, const Value &element) {
  int64_t found = 0;
  for (const Value &candidate : list.elements) {
    Result<bool> isEqual = elementsEqual(candidate, element);
    if (!isEqual)
      return isEqual.status();
    found += *isEqual;
  }
  return found;
}

Result<bool> contains(const List &list, const Value &element) {
  Result<size_t> at = findElement(list, element);
  if (!at)
    return at.status();
  return *at != list.elements.size();
}

//===--- Order --------------------------------------------------------------===//

/// A stable merge sort. `isBefore` need not be an order: NaN is in lists too.
template <typename Before> static void mergeSort(std::vector<Value> &elements, Before isBefore) {
  std::vector<Value> merged(elements.size());
  for (size_t width = 1; width < elements.size(); width *= 2) {
    for (size_t begin = 0; begin < elements.size(); begin += 2 * width) {
      size_t middle = std::min(begin + width, elements.size()),
             end = std::min(begin + 2 * width, elements.size());
      size_t left = begin, right = middle;
      for (size_t out = begin; out < end; ++out) {
        bool takeRight =
            left == middle || (right < end && isBefore(elements[right], elements[left]));
        merged[out] = std::move(elements[takeRight ? right++ : left++]);
      }
    }
    std::swap(elements, merged);
  }
}

Status sort(List &list, bool reverse) {
  Status failure;
  std::vector<Value> elements = list.elements;
  mergeSort(elements, [&](const Value &a, const Value &b) {
    Result<bool> isLess = reverse ? less(b, a) : less(a, b);
    if (!isLess && failure.ok())
      failure = isLess.status();
    return isLess && *isLess;
  });
  if (failure.ok())
    list.elements = std::move(elements);
  return failure;
}

static Result<Value> extreme(const List &list, bool wantMax) {
  if (list.elements.empty())
    return Status::raise(wantMax ? "max() arg is an empty sequence"
                                 : "min() arg is an empty sequence");
  Value best = list.elements[0];
  for (const Value &element : list.elements) {
    Result<bool> isBetter = wantMax ? less(best, element) : less(element, best);
    if (!isBetter)
      return isBetter.status();
    if (*isBetter)
      best = element;
  }
  return best;
}

Result<Value> max(const List &list) { return extreme(list, true); }
Result<Value> min(const List &list) { return extreme(list, false); }

//===--- New lists ----------------------------------------------------------===//

Value copy(const List &list) { return Value::ofList(list.elementType, list.elements); }

Result<Value> slice(const List &list, std::optional<int64_t> start, std::optional<int64_t> end,
                    int64_t step) {
  Result<SliceRange> range = sliceRange(sizeOf(list), start, end, step);
  if (!range)
    return range.status();
  std::vector<Value> elements;
  elements.reserve(static_cast<size_t>(range->count));
  for (int64_t i = 0; i < range->count; ++i)
    elements.push_back(list.elements[static_cast<size_t>(range->start + i * range->step)]);
  return Value::ofList(list.elementType, std::move(elements));
}

Value concatenate(const List &a, const List &b) {
  std::vector<Value> elements = a.elements;
  elements.insert(elements.end(), b.elements.begin(), b.elements.end());
  return Value::ofList(a.elementType, std::move(elements));
}

Result<Value> repeat(const List &list, int64_t times) {
  int64_t size;
  if (times < 0 && sizeOf(list) > 0)
    return Status::raise(negativeLength);
  if (__builtin_mul_overflow(sizeOf(list), std::max<int64_t>(times, 0), &size) || size > longest)
    return Status::outOfMemory();
  std::vector<Value> elements;
  elements.reserve(static_cast<size_t>(size));
  for (int64_t i = 0; size > 0 && i < times; ++i)
    elements.insert(elements.end(), list.elements.begin(), list.elements.end());
  return Value::ofList(list.elementType, std::move(elements));
}

Result<Value> range(int64_t size) {
  if (size < 0)
    return Status::raise(negativeLength);
  if (size > longest)
    return Status::outOfMemory();
  std::vector<Value> numbers(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i)
    numbers[static_cast<size_t>(i)] = Value::ofInt(i);
  return Value::ofList("int", std::move(numbers));
}

//===--- Comparison ---------------------------------------------------------===//

Result<bool> equal(const List &a, const List &b) {
  if (a.elements.size() != b.elements.size())
    return false;
  for (size_t i = 0; i < a.elements.size(); ++i) {
    Result<bool> isEqual = elementsEqual(a.elements[i], b.elements[i]);
    if (!isEqual || !*isEqual)
      return isEqual;
  }
  return true;
}

Result<bool> lessThan(const List &a, const List &b) { return lessTuples(a.elements, b.elements); }

} // namespace sconce::rt::lists
