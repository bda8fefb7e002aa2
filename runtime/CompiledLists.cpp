/// Lists and tuples for compiled code.
#include "runtime/CompiledValues.h"
#include "runtime/Lists.h"

#include <algorithm>

using namespace sconce::rt;

/// Runs `action` on the list behind a reference.
template <typename Action>
static int32_t withList(sc_context *context, sc_rt_ref ref, Action action) {
  List *list = asList(context, ref);
  return list ? action(*list) : static_cast<int32_t>(context->error.code);
}

/// The same on two lists.
template <typename Action>
static int32_t withLists(sc_context *context, sc_rt_ref first, sc_rt_ref second, Action action) {
  List *a = asList(context, first), *b = a ? asList(context, second) : nullptr;
  return b ? action(*a, *b) : static_cast<int32_t>(context->error.code);
}

static int32_t append(sc_context *context, sc_rt_ref list, Value element) {
  return withList(context, list, [&](List &target) -> int32_t {
    target.elements.push_back(std::move(element));
    return SC_OK;
  });
}

static std::string sizesText(const Tensor &tensor) {
  std::string text = "[";
  for (size_t i = 0; i < tensor.sizes().size(); ++i)
    text += (i ? ", " : "") + std::to_string(tensor.sizes()[i]);
  return text + "]";
}

/// Why tensor number `place` cannot be joined with the first; ok when it can.
static Status checkJoin(const Tensor &first, const Tensor &next, size_t place, int64_t dim,
                        bool isStack) {
  if (next.dtype() != first.dtype())
    return Status::raise("expected tensors of one dtype in a list of run-time length");
  int64_t dims = first.rank() + isStack;
  if (dim < 0 || dim >= dims)
    return Status::raise("Dimension out of range (expected to be in range of [" + std::to_string(-dims) + ", " +
                             std::to_string(dims - 1) + "], but got " + std::to_string(dim) + ")");
  if (isStack)
    return next.sizes() == first.sizes()
               ? Status()
               : Status::raise("stack expects each tensor to be equal size, but got " +
                               sizesText(first) + " at entry 0 and " + sizesText(next) +
                               " at entry " + std::to_string(place));
  for (size_t k = 0; k < first.sizes().size() && next.rank() == first.rank(); ++k)
    if (k != static_cast<size_t>(dim) && next.size(k) != first.size(k))
      return Status::raise("Sizes of tensors must match except in dimension " +
                           std::to_string(dim) + ". Expected size " +
                           std::to_string(first.size(k)) + " but got size " +
                           std::to_string(next.size(k)) + " for tensor number " +
                           std::to_string(place) + " in the list.");
  return next.rank() == first.rank()
             ? Status()
             : Status::raise("Tensors must have same number of dimensions: got " +
                             std::to_string(first.rank()) + " and " + std::to_string(next.rank()));
}

/// The numbers of lists nested `rank` deep, and the lengths at each depth.
static Status flatten(const Value &value, size_t rank, size_t depth, std::vector<int64_t> &sizes,
                      std::vector<Value> &numbers) {
  if (depth == rank) {
    numbers.push_back(value);
    return value.isNumber() ? Status()
                            : Status::raise(value.isList() ? "a list where a number is expected" : "expected a number");
  }
  if (!value.isList())
    return Status::raise("a number where a list is expected");
  const std::vector<Value> &elements = value.asList().elements;
  int64_t count = static_cast<int64_t>(elements.size());
  if (depth == sizes.size())
    sizes.push_back(count);
  else if (sizes[depth] != count)
    return Status::raise("Expected sequence of length " + std::to_string(sizes[depth]) + " at dim " +
                             std::to_string(depth) + " (got " + std::to_string(count) + ")");
  for (const Value &element : elements)
    if (Status status = flatten(element, rank, depth + 1, sizes, numbers); !status.ok())
      return status;
  return Status();
}

/// All tensors of a list as one, along dimension `dim`.
static int32_t joinTensors(sc_context *context, sc_rt_ref ref, int64_t dim, bool isStack,
                           sc_rt_ref *result) {
  return withList(context, ref, [&](List &list) -> int32_t {
    if (list.elements.empty())
      return context->fail(Status::raise(isStack ? "stack expects a non-empty TensorList"
                                                 : "torch.cat(): expected a non-empty list of Tensors"));
    int64_t extent = 0;
    for (size_t i = 0; i < list.elements.size(); ++i) {
      if (!list.elements[i].isTensor() || !list.elements[i].asTensor().storage())
        return context->fail(Status::raise("expected dense tensors in a list"));
      Tensor next = list.elements[i].asTensor();
      Status fits = checkJoin(list.elements[0].asTensor(), next, i, dim, isStack);
      if (!fits.ok())
        return context->fail(std::move(fits));
      extent += isStack ? 1 : next.size(static_cast<size_t>(dim));
    }
    Tensor first = list.elements[0].asTensor();
    std::vector<int64_t> sizes = first.sizes();
    if (isStack)
      sizes.insert(sizes.begin() + dim, extent);
    else
      sizes[static_cast<size_t>(dim)] = extent;
    Tensor joined = Tensor::empty(first.dtype(), sizes);
    if (!joined)
      return context->fail(Status::outOfMemory());
    int64_t place = 0;
    for (const Value &element : list.elements) {
      Tensor source = element.asTensor();
      int64_t count = isStack ? 1 : source.size(static_cast<size_t>(dim));
      Tensor part = joined.slice(dim, place, count);
      if (isStack && part) { // Without the dimension that is new.
        std::vector<int64_t> strides = part.strides();
        strides.erase(strides.begin() + dim);
        part = Tensor::view(part.storage(), part.dtype(), part.offset(), source.sizes(), strides);
      }
      if (!part)
        return context->fail(Status::outOfMemory());
      part.copyFrom(source);
      place += count;
    }
    return give(context, result, Value::ofTensor(std::move(joined)));
  });
}

extern "C" {

int32_t sc_rt_list_new(sc_context *context, int64_t element_kind, sc_rt_ref *result) {
  const char *name = kindName(element_kind);
  if (!name)
    return context->fail({SC_INTERNAL, "", "unknown kind of list elements"});
  return give(context, result, Value::ofList(name, {}));
}

int32_t sc_rt_list_of(sc_context *context, const char *type, int64_t size, sc_rt_ref *result) {
  return give(context, result, Value::ofList(std::string(type, static_cast<size_t>(size)), {}));
}

int32_t sc_rt_list_size(sc_context *context, sc_rt_ref list, int64_t *result) {
  return withList(context, list, [&](List &source) -> int32_t {
    *result = static_cast<int64_t>(source.elements.size());
    return SC_OK;
  });
}

int32_t sc_rt_list_append(sc_context *context, sc_rt_ref list, sc_rt_ref element) {
  return append(context, list, valueOf(element));
}
int32_t sc_rt_list_append_int(sc_context *context, sc_rt_ref list, int64_t element) {
  return append(context, list, Value::ofInt(element));
}

int32_t sc_rt_list_get(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref *result) {
  return withList(context, list,
                  [&](List &source) { return give(context, result, lists::get(source, index)); });
}

int32_t sc_rt_list_set(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref element) {
  return withList(context, list, [&](List &target) {
    return finish(context, lists::set(target, index, valueOf(element)));
  });
}

int32_t sc_rt_list_insert(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref element) {
  return withList(context, list, [&](List &target) -> int32_t {
    lists::insert(target, index, valueOf(element));
    return SC_OK;
  });
}

int32_t sc_rt_list_pop(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref *result) {
  return withList(context, list,
                  [&](List &target) { return give(context, result, lists::pop(target, index)); });
}

int32_t sc_rt_list_expect(sc_context *context, sc_rt_ref list, int64_t count) {
  return withList(context, list, [&](List &target) { return finish(context, lists::expectLength(target, count)); });
}

int32_t sc_rt_list_erase(sc_context *context, sc_rt_ref list, int64_t index) {
  return withList(context, list,
                  [&](List &target) { return finish(context, lists::erase(target, index)); });
}

int32_t sc_rt_list_remove(sc_context *context, sc_rt_ref list, sc_rt_ref element) {
  return withList(context, list, [&](List &target) {
    return finish(context, lists::remove(target, valueOf(element)));
  });
}

int32_t sc_rt_list_extend(sc_context *context, sc_rt_ref list, sc_rt_ref other) {
  return withLists(context, list, other, [](List &target, List &source) -> int32_t {
    lists::extend(target, source);
    return SC_OK;
  });
}

int32_t sc_rt_list_clear(sc_context *context, sc_rt_ref list) {
  return withList(context, list, [](List &target) -> int32_t {
    // What the elements hold is released when the list is empty already.
    std::vector<Value> old = std::move(target.elements);
    target.elements.clear();
    return SC_OK;
  });
}

int32_t sc_rt_list_reverse(sc_context *context, sc_rt_ref list) {
  return withList(context, list, [](List &target) -> int32_t {
    lists::reverse(target);
    return SC_OK;
  });
}

int32_t sc_rt_list_sort(sc_context *context, sc_rt_ref list, int64_t reverse) {
  return withList(context, list,
                  [&](List &target) { return finish(context, lists::sort(target, reverse != 0)); });
}

int32_t sc_rt_list_index(sc_context *context, sc_rt_ref list, sc_rt_ref element, int64_t *result) {
  return withList(context, list, [&](List &source) {
    return giveNumber(context, result, lists::index(source, valueOf(element)));
  });
}

int32_t sc_rt_list_count(sc_context *context, sc_rt_ref list, sc_rt_ref element, int64_t *result) {
  return withList(context, list, [&](List &source) {
    return giveNumber(context, result, lists::count(source, valueOf(element)));
  });
}

int32_t sc_rt_list_contains(sc_context *context, sc_rt_ref list, sc_rt_ref element,
                            int64_t *result) {
  return withList(context, list, [&](List &source) {
    return giveNumber(context, result, lists::contains(source, valueOf(element)));
  });
}

int32_t sc_rt_list_copy(sc_context *context, sc_rt_ref list, sc_rt_ref *result) {
  return withList(context, list,
                  [&](List &source) { return give(context, result, lists::copy(source)); });
}

int32_t sc_rt_list_slice(sc_context *context, sc_rt_ref list, int64_t start, int64_t end,
                         int64_t step, sc_rt_ref *result) {
  auto given = [](int64_t bound) {
    return bound == INT64_MIN ? std::nullopt : std::optional(bound);
  };
  return withList(context, list, [&](List &source) {
    return give(context, result, lists::slice(source, given(start), given(end), step));
  });
}

int32_t sc_rt_list_concat(sc_context *context, sc_rt_ref a, sc_rt_ref b, sc_rt_ref *result) {
  return withLists(context, a, b, [&](List &first, List &second) {
    return give(context, result, lists::concatenate(first, second));
  });
}

int32_t sc_rt_list_repeat(sc_context *context, sc_rt_ref list, int64_t times, sc_rt_ref *result) {
  return withList(context, list, [&](List &source) {
    return give(context, result, lists::repeat(source, times));
  });
}

int32_t sc_rt_list_extreme(sc_context *context, sc_rt_ref list, int64_t greatest, sc_rt_ref *result) {
  return withList(context, list, [&](List &source) {
    return give(context, result, greatest ? lists::max(source) : lists::min(source));
  });
}

int32_t sc_rt_list_sum(sc_context *context, sc_rt_ref list, int64_t kind, sc_rt_ref *result) {
  return withList(context, list, [&](List &source) -> int32_t {
    double real = 0, imaginary = 0;
    int64_t whole = 0;
    for (const Value &element : source.elements) {
      if (!element.isNumber())
        return context->fail(Status::raise("expected a list of numbers"));
      real += element.toDouble();
      imaginary += element.toComplex().imag();
      if (kind == 0)
        whole = static_cast<int64_t>(static_cast<uint64_t>(whole) + static_cast<uint64_t>(element.toInt()));
    }
    return give(context, result,
                kind == 2   ? Value::ofComplex(real, imaginary)
                : kind == 1 ? Value::ofDouble(real)
                            : Value::ofInt(whole));
  });
}

int32_t sc_rt_list_holds(sc_context *context, sc_rt_ref list, int64_t all, int64_t *result) {
  auto isTrue = [](const Value &element) {
    return element.isString() ? !element.asString().empty() : element.isNumber() && element.toComplex() != 0.0;
  };
  return withList(context, list, [&](List &source) -> int32_t {
    *result = all ? std::all_of(source.elements.begin(), source.elements.end(), isTrue)
                  : std::any_of(source.elements.begin(), source.elements.end(), isTrue);
    return SC_OK;
  });
}

int32_t sc_rt_list_range(sc_context *context, int64_t size, sc_rt_ref *result) {
  return give(context, result, lists::range(size));
}

/// The elements of a tensor whose index begins with `index`.
static Value nestedLists(const Tensor &tensor, std::vector<int64_t> &index, std::string_view type) {
  size_t dim = index.size();
  if (dim == tensor.sizes().size())
    return tensor.loadNumber(index);
  // "List[List[int]]" holds "List[int]".
  std::string_view inner = type.substr(5, type.size() - 6);
  std::vector<Value> elements;
  index.push_back(0);
  for (; index.back() < tensor.size(dim); ++index.back())
    elements.push_back(nestedLists(tensor, index, inner));
  index.pop_back();
  return Value::ofList(std::string(inner), std::move(elements));
}

int32_t sc_rt_list_of_tensor(sc_context *context, sc_rt_ref tensor, const char *type, int64_t size, sc_rt_ref *result) {
  Value value = valueOf(tensor);
  std::string_view text(type, static_cast<size_t>(size));
  if (!value.isTensor() || !value.asTensor().storage())
    return context->fail(Status::raise("expected a dense tensor"));
  size_t depth = 0;
  for (std::string_view rest = text; rest.starts_with("List["); rest.remove_prefix(5))
    ++depth;
  if (depth != value.asTensor().sizes().size())
    return context->fail(Status::raise("Output annotation list dimension and runtime tensor dimension must match for tolist()"));
  std::vector<int64_t> index;
  return give(context, result, nestedLists(value.asTensor(), index, text));
}

int32_t sc_rt_list_cat(sc_context *context, sc_rt_ref list, int64_t dim, sc_rt_ref *result) {
  return joinTensors(context, list, dim, /*isStack=*/false, result);
}

int32_t sc_rt_list_stack(sc_context *context, sc_rt_ref list, int64_t dim, sc_rt_ref *result) {
  return joinTensors(context, list, dim, /*isStack=*/true, result);
}

int32_t sc_rt_list_to_tensor(sc_context *context, sc_rt_ref list, int64_t dtype, int64_t rank,
                             sc_rt_ref *result) {
  std::optional<Dtype> wanted = dtypeFromCode(dtype);
  if (!wanted || rank < 1)
    return context->fail(Status::raise("expected a dtype and a number of dimensions"));
  std::vector<int64_t> sizes;
  std::vector<Value> numbers;
  if (Status status = flatten(valueOf(list), static_cast<size_t>(rank), 0, sizes, numbers); !status.ok())
    return context->fail(std::move(status));
  sizes.resize(static_cast<size_t>(rank)); // An empty list has no elements that would have a length.
  Tensor tensor = Tensor::empty(*wanted, sizes);
  if (!tensor)
    return context->fail(Status::outOfMemory());
  size_t next = 0;
  forEachIndex(tensor.sizes(), [&](Index index) { tensor.store(index, numbers[next++]); });
  return give(context, result, Value::ofTensor(std::move(tensor)));
}

int32_t sc_rt_tuple_from_list(sc_context *context, sc_rt_ref list, sc_rt_ref *result) {
  return withList(context, list, [&](List &source) {
    return give(context, result, Value::ofTuple(source.elements));
  });
}

int32_t sc_rt_named_tuple(sc_context *context, sc_rt_ref list, const char *class_name, int64_t class_size,
                          const char *fields, int64_t fields_size, sc_rt_ref *result) {
  return withList(context, list, [&](List &source) -> int32_t {
    std::vector<std::string> names;
    std::string_view rest(fields, static_cast<size_t>(fields_size));
    for (size_t i = 0; i < source.elements.size(); ++i) {
      size_t comma = rest.find(',');
      names.emplace_back(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return give(context, result,
                Value::ofTuple(Tuple::create(source.elements, std::string(class_name, static_cast<size_t>(class_size)),
                                             std::move(names))));
  });
}

int32_t sc_rt_tuple_get(sc_context *context, sc_rt_ref tuple, int64_t index, sc_rt_ref *result) {
  Value value = valueOf(tuple);
  if (!value.isTuple())
    return context->fail(Status::raise("expected a value of type tuple"));
  const std::vector<Value> &elements = value.asTuple().elements;
  int64_t size = static_cast<int64_t>(elements.size()), place = index < 0 ? index + size : index;
  if (place < 0 || place >= size)
    return context->fail(Status::raise("tuple index out of range"));
  return give(context, result, elements[static_cast<size_t>(place)]);
}

} // extern "C"
