/// Memory, errors, tensors, random numbers and sorting for compiled code.
#include "runtime/CompiledValues.h"
#include "runtime/Decomposition.h"
#include "runtime/Element.h"
#include "runtime/Format.h"
#include "runtime/RandomFill.h"
#include "runtime/Sort.h"

#include <cstring>

using namespace sconce::rt;

static std::string_view textOf(const char *text) { return text ? text : ""; }

static std::string shapeText(std::span<const int64_t> sizes) {
  std::string text = "[";
  for (size_t i = 0; i < sizes.size(); ++i)
    text += (i ? ", " : "") + (sizes[i] < 0 ? std::string("?") : std::to_string(sizes[i]));
  return text + "]";
}

/// A tensor over a buffer's memory; undefined with an error when that fails.
static Tensor tensorOver(sc_context *context, int64_t dtype, const sc_rt_buffer *buffer) {
  std::optional<Dtype> known = dtypeFromCode(dtype);
  std::vector<int64_t> sizes(buffer->sizes, buffer->sizes + buffer->rank);
  std::optional<int64_t> count = checkedNumel(sizes);
  Tensor tensor;
  if (known && count) {
    Ref<Storage> storage =
        Storage::borrow(buffer->data, static_cast<size_t>(*count * itemSize(*known)));
    std::vector<int64_t> strides = contiguousStrides(sizes);
    tensor = Tensor::view(std::move(storage), *known, 0, std::move(sizes), std::move(strides));
  }
  if (!tensor)
    context->fail(Status::outOfMemory());
  return tensor;
}

/// The numbers of a list; false where another value is among them.
static bool readInts(const List &list, std::vector<int64_t> &numbers) {
  for (const Value &element : list.elements) {
    if (!element.isInt())
      return false;
    numbers.push_back(element.asInt());
  }
  return true;
}

/// What `allocate` gave, or null after saying why. Compiled code gives -1 where an extent is negative or the bytes do not fit 64 bits.
static void *checkedMemory(sc_context *context, int64_t bytes, void *memory) {
  if (bytes < 0)
    context->fail(Status::raise("Trying to create tensor with negative dimension, or Storage size calculation overflowed"));
  else if (!memory)
    context->fail(Status::outOfMemory());
  return memory;
}

extern "C" {

void *sc_rt_alloc(sc_context *context, int64_t bytes) {
  return checkedMemory(context, bytes, bytes < 0 ? nullptr : context->allocate(static_cast<size_t>(bytes)));
}
void *sc_rt_alloc_result(sc_context *context, int64_t bytes) {
  return checkedMemory(context, bytes, bytes < 0 ? nullptr : context->allocateResult(static_cast<size_t>(bytes)));
}
void sc_rt_free(sc_context *context, void *memory) { context->free(memory); }

int32_t sc_rt_raise(sc_context *context, int32_t status, const char *exception_class,
                    const char *message, const char *location) {
  if (!context->error.ok())
    return sc_rt_locate(context, context->error.code, location);
  std::string_view place = textOf(location);
  size_t lineEnd = place.find('\n');
  std::string_view stack =
      lineEnd == std::string_view::npos ? std::string_view() : place.substr(lineEnd + 1);
  Status error{status == SC_OK ? SC_RAISED : static_cast<sc_status>(status),
               std::string(textOf(exception_class)), std::string(textOf(message))};
  return context->fail(std::move(error), place.substr(0, lineEnd), stack);
}

int32_t sc_rt_raise_numbers(sc_context *context, int32_t status, const char *exception_class, const char *message, const char *location,
                            const int64_t *numbers, int64_t count) {
  std::vector<Value> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(Value::ofInt(numbers[i]));
  Result<std::string> text = format(textOf(message), values);
  return sc_rt_raise(context, status, exception_class, text ? text->c_str() : message, location);
}

int32_t sc_rt_locate(sc_context *context, int32_t status, const char *location) {
  if (!context->error.ok())
    status = context->error.code; // what failed may have said more than compiled code knows
  std::string_view place = textOf(location);
  if (!context->location.empty() || place.empty())
    return status;
  size_t lineEnd = place.find('\n');
  context->location = place.substr(0, lineEnd);
  if (lineEnd != std::string_view::npos)
    context->stack = place.substr(lineEnd + 1);
  return status;
}

void sc_rt_mark(sc_context *context, int64_t number) { context->mark(static_cast<size_t>(number)); }

int32_t sc_rt_raise_string(sc_context *context, sc_rt_ref exception_class, sc_rt_ref message) {
  Value name = valueOf(exception_class), text = valueOf(message);
  return context->fail(Status::raise(text.isString() ? text.asString() : "",
                                     name.isString() ? name.asString() : ""));
}

int32_t sc_rt_has_failed(sc_context *context, int64_t *result) {
  *result = !context->error.ok();
  return SC_OK;
}

int32_t sc_rt_keep_written(sc_context *context, int64_t place, int64_t number, sc_rt_ref value) {
  context->written.push_back({place, static_cast<size_t>(number), valueOf(value)});
  return SC_OK;
}

int32_t sc_rt_box(sc_context *context, int64_t dtype, const sc_rt_buffer *tensor,
                  sc_rt_ref *result) {
  Tensor borrowed = tensorOver(context, dtype, tensor);
  if (!borrowed)
    return context->error.code;
  Tensor copy = borrowed.clone();
  if (!copy)
    return context->fail(Status::outOfMemory());
  return give(context, result, Value::ofTensor(std::move(copy)));
}

int32_t sc_rt_first_outside(sc_context *context, const sc_rt_buffer *tensor, int64_t low, int64_t high, int64_t *result) {
  Tensor borrowed = tensorOver(context, SC_INT64, tensor);
  if (!borrowed)
    return context->error.code;
  *result = borrowed.firstOutside(low, high);
  return SC_OK;
}

int32_t sc_rt_unbox(sc_context *context, sc_rt_ref value, int64_t dtype, int64_t rank,
                    int64_t *sizes, void **data) {
  Value held = valueOf(value);
  if (!held.isTensor() || !held.asTensor().storage())
    return context->fail(Status::raise("expected a dense tensor"));
  Tensor tensor = held.asTensor();
  if (static_cast<int64_t>(tensor.dtype()) != dtype)
    return context->fail(Status::raise(std::string("a tensor has dtype ") + name(tensor.dtype()) +
                                       " where another was compiled"));
  std::span<int64_t> expected(sizes, static_cast<size_t>(rank));
  bool fits = tensor.rank() == rank;
  for (size_t dim = 0; fits && dim < expected.size(); ++dim)
    fits = expected[dim] < 0 || expected[dim] == tensor.size(dim);
  if (!fits)
    return context->fail(Status::raise("a tensor has shape " + shapeText(tensor.sizes()) +
                                       " where " + shapeText(expected) + " was compiled"));
  void *memory = context->allocateLoose(static_cast<size_t>(tensor.numel() * itemSize(tensor.dtype())));
  if (!memory)
    return context->fail(Status::outOfMemory());
  sc_rt_buffer buffer{memory, rank, tensor.sizes().data()};
  Tensor copy = tensorOver(context, dtype, &buffer);
  if (!copy)
    return context->error.code;
  copy.copyFrom(tensor);
  std::copy(tensor.sizes().begin(), tensor.sizes().end(), sizes);
  *data = memory;
  return SC_OK;
}

int32_t sc_rt_tensor_store(sc_context *context, sc_rt_ref target, int64_t dtype,
                           const sc_rt_buffer *tensor) {
  Value held = valueOf(target);
  Tensor source = tensorOver(context, dtype, tensor);
  if (!source)
    return context->error.code;
  if (!held.isTensor() || !held.asTensor().storage() || held.asTensor().sizes() != source.sizes())
    return context->fail(Status::raise("a tensor is written with another shape than it has"));
  held.asTensor().copyFrom(source);
  return SC_OK;
}

int32_t sc_rt_tensor_size(sc_context *context, sc_rt_ref tensor, int64_t dim, int64_t *result) {
  Value held = valueOf(tensor);
  if (!held.isTensor() || dim < 0 || dim >= held.asTensor().rank())
    return context->fail(Status::raise("expected a tensor of another rank"));
  *result = held.asTensor().size(static_cast<size_t>(dim));
  return SC_OK;
}

int32_t sc_rt_tensor_view(sc_context *context, sc_rt_ref base, int64_t offset, sc_rt_ref sizes,
                          sc_rt_ref strides, sc_rt_ref *result) {
  Value held = valueOf(base);
  List *extents = asList(context, sizes), *steps = extents ? asList(context, strides) : nullptr;
  if (!steps)
    return context->error.code;
  if (!held.isTensor() || !held.asTensor().storage() || !held.asTensor().isContiguous())
    return context->fail({SC_UNSUPPORTED, "", "a view of a tensor that is not contiguous and that "
                                              "a list of run-time length holds"});
  std::vector<int64_t> sizeNumbers, strideNumbers;
  if (!readInts(*extents, sizeNumbers) || !readInts(*steps, strideNumbers))
    return context->fail(Status::raise("expected sizes and strides of type int"));
  Tensor tensor = held.asTensor();
  int64_t start;
  Tensor view;
  if (offset >= 0 && !__builtin_add_overflow(tensor.offset(), offset, &start))
    view = Tensor::view(tensor.storage(), tensor.dtype(), start, std::move(sizeNumbers), std::move(strideNumbers));
  if (!view)
    return context->fail(Status::raise("a view reaches outside of its tensor"));
  return give(context, result, Value::ofTensor(std::move(view)));
}

int32_t sc_rt_random(sc_context *context, int64_t dtype, int64_t kind, double a, double b,
                     const sc_rt_buffer *result) {
  Tensor tensor = tensorOver(context, dtype, result);
  if (!tensor)
    return context->error.code;
  Generator &generator = context->generator();
  switch (kind) {
  case 0:
    fillUniform(generator, tensor, a, b);
    return SC_OK;
  case 1:
    fillNormal(generator, tensor, a, b);
    return SC_OK;
  case 2:
    fillBernoulli(generator, tensor, a);
    return SC_OK;
  case 3:
    fillExponential(generator, tensor, a);
    return SC_OK;
  case 5:
    fillGeometric(generator, tensor, a);
    return SC_OK;
  case 6:
    fillCauchy(generator, tensor, a, b);
    return SC_OK;
  case 7:
    fillLogNormal(generator, tensor, a, b);
    return SC_OK;
  default:
    return context->fail(
        {SC_INTERNAL, "", "unknown kind of random numbers: " + std::to_string(kind)});
  }
}

int32_t sc_rt_random_integers(sc_context *context, int64_t dtype, int64_t, int64_t from, int64_t to,
                              const sc_rt_buffer *result) {
  Tensor tensor = tensorOver(context, dtype, result);
  if (!tensor)
    return context->error.code;
  if (from >= to)
    return context->fail(Status::raise(
        "random_ expects 'from' to be less than 'to', but got from=" + std::to_string(from) +
        " >= to=" + std::to_string(to)));
  fillRandomRange(context->generator(), tensor, from, to);
  return SC_OK;
}

int32_t sc_rt_randperm(sc_context *context, const sc_rt_buffer *result) {
  Tensor tensor = tensorOver(context, static_cast<int64_t>(Dtype::Int64), result);
  if (!tensor)
    return context->error.code;
  fillPermutation(context->generator(), tensor);
  return SC_OK;
}

int32_t sc_rt_manual_seed(sc_context *context, int64_t seed) {
  context->generator().manualSeed(static_cast<uint64_t>(seed));
  return SC_OK;
}

int32_t sc_rt_decompose(sc_context *context, int64_t kind, const sc_rt_buffer *x, const sc_rt_buffer *left,
                        const sc_rt_buffer *values, const sc_rt_buffer *right) {
  int64_t dtype = static_cast<int64_t>(Dtype::Complex128);
  Tensor source = tensorOver(context, dtype, x), first = tensorOver(context, dtype, left);
  Tensor middle = tensorOver(context, dtype, values), last = tensorOver(context, dtype, right);
  if (!source || !first || !middle || !last)
    return context->error.code;
  return finish(context, decompose(context, static_cast<Decomposition>(kind), source, first, middle, last));
}

int32_t sc_rt_sort(sc_context *context, int64_t dtype, const sc_rt_buffer *x, int64_t dim,
                   int64_t descending, int64_t kind, int64_t k, const sc_rt_buffer *values,
                   const sc_rt_buffer *indices) {
  Tensor source = tensorOver(context, dtype, x), sorted = tensorOver(context, dtype, values);
  Tensor places = tensorOver(context, static_cast<int64_t>(Dtype::Int64), indices);
  if (!source || !sorted || !places)
    return context->error.code;
  return finish(context, sortTensor(context, source, dim, {static_cast<SortKind>(kind), descending != 0, k}, sorted, places));
}

} // extern "C"
