/// TorchScript's list operators.
#ifndef SCONCE_RUNTIME_LISTS_H
#define SCONCE_RUNTIME_LISTS_H

#include "runtime/Status.h"
#include "runtime/Value.h"

#include <optional>

namespace sconce::rt::lists {

/// `==` of two elements as list operators see it: tensors compare by value and
/// must have one element.
Result<bool> elementsEqual(const Value &a, const Value &b);
/// `<` of numbers, strings, tuples and one-element tensors; raises for others.
Result<bool> less(const Value &a, const Value &b);

Result<Value> get(const List &list, int64_t index);
Status set(List &list, int64_t index, Value element);
/// Inserts before `index`, which is moved into range.
void insert(List &list, int64_t index, Value element);
Result<Value> pop(List &list, int64_t index = -1);
Status erase(List &list, int64_t index);
Status remove(List &list, const Value &element);
/// Raises unless a list that is unpacked has `count` elements.
Status expectLength(const List &list, int64_t count);
void extend(List &list, const List &other);
void reverse(List &list);

Result<int64_t> index(const List &list, const Value &element);
Result<int64_t> count(const List &list, const Value &element);
Result<bool> contains(const List &list, const Value &element);

/// Stable, as `less` orders; descending when `reverse`.
Status sort(List &list, bool reverse = false);
Result<Value> max(const List &list);
Result<Value> min(const List &list);

// New lists; the element type is the first one's.
Value copy(const List &list);
Result<Value> slice(const List &list, std::optional<int64_t> start, std::optional<int64_t> end,
                    int64_t step);
Value concatenate(const List &a, const List &b);
/// Out of memory where the result would have more than 2^30 elements.
/// Raises where the length would be negative, as for PyTorch's lists.
Result<Value> repeat(const List &list, int64_t times);
/// [0, 1, …, size - 1]; raises likewise.
Result<Value> range(int64_t size);
/// What PyTorch raises for lists of negative length.
inline constexpr const char *negativeLength = "vector::reserve";
/// An element in the message that no such one is in a list: streamed as a plain C++ value.
std::string elementText(const Value &element);

/// Element by element; tensors must have one element each.
Result<bool> equal(const List &a, const List &b);
/// Lexicographic order.
Result<bool> lessThan(const List &a, const List &b);

} // namespace sconce::rt::lists

#endif
