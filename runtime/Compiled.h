/// The functions that compiled code calls.
///
/// Conventions, the same for all of them but sc_rt_alloc, sc_rt_alloc_result,
/// sc_rt_free, sc_rt_locate and sc_rt_raise:
/// - the context comes first, then the operands, then a pointer for each result;
/// - the return value is an sc_status; on failure the context has the message and
///   the results are not written;
/// - int is int64_t, float is double, bool is int64_t 0 or 1, complex is two
///   doubles (real, imaginary);
/// - a tensor is an sc_rt_buffer: contiguous row-major elements; results that are
///   tensors are buffers that the caller has allocated;
/// - a run-time value is a pointer to its heap object, `sc_rt_ref`: null is None,
///   and bool, int and float are boxed. References are borrowed by the callee;
///   those that come back live until the entry's call ends, or of a loop the
///   iteration after the one that made them, so compiled code counts nothing.
#ifndef SCONCE_RUNTIME_COMPILED_H
#define SCONCE_RUNTIME_COMPILED_H

#include "sconce-c/Context.h"

#ifdef __cplusplus
#include <span>
extern "C" {
#endif

typedef void *sc_rt_ref;

typedef struct sc_rt_buffer {
  void *data;
  int64_t rank;
  const int64_t *sizes;
} sc_rt_buffer;

// Memory (CompiledTensors.cpp). Null when there is not enough, or `bytes` is negative.
void *sc_rt_alloc(sc_context *context, int64_t bytes);
void *sc_rt_alloc_result(sc_context *context, int64_t bytes);
void sc_rt_free(sc_context *context, void *memory);

/// Keeps an error and returns its status. `location` is "file:line:column", and
/// from its first line end on the call stack; all strings may be null.
int32_t sc_rt_raise(sc_context *context, int32_t status, const char *exception_class,
                    const char *message, const char *location);
/// The same with each "{}" of the message replaced by the next number.
int32_t sc_rt_raise_numbers(sc_context *context, int32_t status, const char *exception_class, const char *message, const char *location,
                            const int64_t *numbers, int64_t count);
/// Adds where a failed call was made to the error that it left, and returns its status. `location`
/// as of sc_rt_raise.
int32_t sc_rt_locate(sc_context *context, int32_t status, const char *location);
/// Kernel call `number` has ended: what passed since the last mark was its time (Context::startClock).
void sc_rt_mark(sc_context *context, int64_t number);
/// Raises with a message computed at run time.
int32_t sc_rt_raise_string(sc_context *context, sc_rt_ref exception_class, sc_rt_ref message);

/// Whether a function has failed in this call of an entry.
int32_t sc_rt_has_failed(sc_context *context, int64_t *result);
/// Where sc_rt_keep_written puts a value: into the tensor argument, the list or dict of the arguments, or the attribute of the state of
/// a number, each counted as in the signature.
enum { SC_RT_KEEP_ARGUMENT = 0, SC_RT_KEEP_CONTAINER = 1, SC_RT_KEEP_STATE = 2 };
/// Before an entry raises: what it has written until then, which is put there when it has.
int32_t sc_rt_keep_written(sc_context *context, int64_t place, int64_t number, sc_rt_ref value);

// Tensors (CompiledTensors.cpp). `dtype` is an sc_dtype.
/// A new tensor value with a copy of the elements.
int32_t sc_rt_box(sc_context *context, int64_t dtype, const sc_rt_buffer *tensor,
                  sc_rt_ref *result);
/// A copy of a tensor value's elements as they are now. `sizes` holds `rank`
/// expected extents, -1 where any will do, and receives the actual ones; raises
/// where kind, dtype, rank or an extent differs.
int32_t sc_rt_unbox(sc_context *context, sc_rt_ref value, int64_t dtype, int64_t rank,
                    int64_t *sizes, void **data);
/// The first element of an int64 tensor that is less than `low` or not less than `high`; 0 where there is none.
int32_t sc_rt_first_outside(sc_context *context, const sc_rt_buffer *tensor, int64_t low, int64_t high, int64_t *result);
/// Writes the elements into a tensor value of the same sizes, through its view.
int32_t sc_rt_tensor_store(sc_context *context, sc_rt_ref target, int64_t dtype,
                           const sc_rt_buffer *tensor);

/// The extent of a tensor value.
int32_t sc_rt_tensor_size(sc_context *context, sc_rt_ref tensor, int64_t dim, int64_t *result);
/// A view of a contiguous tensor value's memory; `sizes` and `strides` are lists of
/// int, `offset` and strides in elements.
int32_t sc_rt_tensor_view(sc_context *context, sc_rt_ref base, int64_t offset, sc_rt_ref sizes,
                          sc_rt_ref strides, sc_rt_ref *result);

// Random numbers (CompiledTensors.cpp). `kind`: 0 uniform(from, to), 1 normal(mean,
// std), 2 bernoulli(p, -), 3 exponential(rate, -), 5 geometric(p, -), 6 cauchy(median,
// scale), 7 log-normal(mean, std).
int32_t sc_rt_random(sc_context *context, int64_t dtype, int64_t kind, double a, double b,
                     const sc_rt_buffer *result);
/// Integers from `from` to `to` - 1 (kind 4).
int32_t sc_rt_random_integers(sc_context *context, int64_t dtype, int64_t kind, int64_t from,
                              int64_t to, const sc_rt_buffer *result);
/// A permutation of 0 … n-1 as int64.
int32_t sc_rt_randperm(sc_context *context, const sc_rt_buffer *result);
int32_t sc_rt_manual_seed(sc_context *context, int64_t seed);
/// A decomposition (kind as in Decomposition.h) of each matrix of x, all complex128.
int32_t sc_rt_decompose(sc_context *context, int64_t kind, const sc_rt_buffer *x, const sc_rt_buffer *left,
                        const sc_rt_buffer *values, const sc_rt_buffer *right);
/// A sort along `dim`, NaN greatest: values and int64 positions. `kind` is a SortKind of Sort.h, `k` its number.
int32_t sc_rt_sort(sc_context *context, int64_t dtype, const sc_rt_buffer *x, int64_t dim,
                   int64_t descending, int64_t kind, int64_t k, const sc_rt_buffer *values, const sc_rt_buffer *indices);

// Loops (CompiledScalars.cpp): around one, at the end of each iteration for each reference that the next one gets, and after those.
int32_t sc_rt_loop_enter(sc_context *context);
int32_t sc_rt_loop_carry(sc_context *context, sc_rt_ref value);
int32_t sc_rt_loop_next(sc_context *context);
int32_t sc_rt_loop_leave(sc_context *context);

// Scalars as values (CompiledScalars.cpp); unboxing raises on another kind.
int32_t sc_rt_box_int(sc_context *context, int64_t number, sc_rt_ref *result);
int32_t sc_rt_box_float(sc_context *context, double number, sc_rt_ref *result);
int32_t sc_rt_box_bool(sc_context *context, int64_t truth, sc_rt_ref *result);
int32_t sc_rt_box_complex(sc_context *context, double real, double imaginary, sc_rt_ref *result);
int32_t sc_rt_unbox_int(sc_context *context, sc_rt_ref value, int64_t *result);
int32_t sc_rt_unbox_float(sc_context *context, sc_rt_ref value, double *result);
int32_t sc_rt_unbox_bool(sc_context *context, sc_rt_ref value, int64_t *result);
int32_t sc_rt_unbox_complex(sc_context *context, sc_rt_ref value, double *real, double *imaginary);
/// `==` of everything; tensors in lists compare by their one element, others by identity.
int32_t sc_rt_equal(sc_context *context, sc_rt_ref a, sc_rt_ref b, int64_t *result);
/// hash(), with PyTorch's numbers; raises for what has none.
int32_t sc_rt_hash(sc_context *context, sc_rt_ref value, int64_t *result);
/// `<` of numbers, strings, lists and tuples, and of tensors of one element in them.
int32_t sc_rt_less(sc_context *context, sc_rt_ref a, sc_rt_ref b, int64_t *result);
/// Between references and the two words of an sc_value: `R` in signatures. A
/// value that goes out gets a reference of its own.
int32_t sc_rt_from_value(sc_context *context, int64_t tag, int64_t payload, sc_rt_ref *result);
int32_t sc_rt_to_value(sc_context *context, sc_rt_ref value, int64_t *tag, int64_t *payload);

// Functions of numbers (CompiledScalars.cpp, by MathFunctions.h).
int32_t sc_rt_math_gamma(sc_context *context, double x, double *result);
int32_t sc_rt_math_ieee_remainder(sc_context *context, double a, double b, double *result);
int32_t sc_rt_math_factorial(sc_context *context, int64_t n, int64_t *result);
int32_t sc_rt_math_ldexp(sc_context *context, double x, int64_t exponent, double *result);
int32_t sc_rt_math_frexp(sc_context *context, double x, double *fraction, int64_t *exponent);
int32_t sc_rt_math_modf(sc_context *context, double x, double *fraction, double *whole);
int32_t sc_rt_math_divmod(sc_context *context, double a, double b, double *quotient, double *remainder);
int32_t sc_rt_math_divmod_int_float(sc_context *context, int64_t a, double b, double *quotient, double *remainder);
int32_t sc_rt_math_divmod_float_int(sc_context *context, double a, int64_t b, double *quotient, double *remainder);

// Lists and tuples (CompiledLists.cpp). `element_kind`: 0 Any, 1 Tensor, 2 int,
// 3 float, 4 bool, 5 str, 6 complex, 7 List[int], 8 List[float], 9 List[Tensor],
// 10 Optional[Tensor].
int32_t sc_rt_list_new(sc_context *context, int64_t element_kind, sc_rt_ref *result);
int32_t sc_rt_list_size(sc_context *context, sc_rt_ref list, int64_t *result);
/// Raises where a list that is unpacked into `count` names has another length.
int32_t sc_rt_list_expect(sc_context *context, sc_rt_ref list, int64_t count);
int32_t sc_rt_list_append(sc_context *context, sc_rt_ref list, sc_rt_ref element);
int32_t sc_rt_list_append_int(sc_context *context, sc_rt_ref list, int64_t element);
int32_t sc_rt_list_get(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref *result);
int32_t sc_rt_list_set(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref element);
int32_t sc_rt_list_insert(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref element);
int32_t sc_rt_list_pop(sc_context *context, sc_rt_ref list, int64_t index, sc_rt_ref *result);
int32_t sc_rt_list_erase(sc_context *context, sc_rt_ref list, int64_t index);
int32_t sc_rt_list_remove(sc_context *context, sc_rt_ref list, sc_rt_ref element);
int32_t sc_rt_list_extend(sc_context *context, sc_rt_ref list, sc_rt_ref other);
int32_t sc_rt_list_clear(sc_context *context, sc_rt_ref list);
int32_t sc_rt_list_reverse(sc_context *context, sc_rt_ref list);
int32_t sc_rt_list_sort(sc_context *context, sc_rt_ref list, int64_t reverse);
int32_t sc_rt_list_index(sc_context *context, sc_rt_ref list, sc_rt_ref element, int64_t *result);
int32_t sc_rt_list_count(sc_context *context, sc_rt_ref list, sc_rt_ref element, int64_t *result);
int32_t sc_rt_list_contains(sc_context *context, sc_rt_ref list, sc_rt_ref element,
                            int64_t *result);
int32_t sc_rt_list_copy(sc_context *context, sc_rt_ref list, sc_rt_ref *result);
/// `start` and `end` as given; INT64_MIN where left out.
int32_t sc_rt_list_slice(sc_context *context, sc_rt_ref list, int64_t start, int64_t end,
                         int64_t step, sc_rt_ref *result);
int32_t sc_rt_list_concat(sc_context *context, sc_rt_ref a, sc_rt_ref b, sc_rt_ref *result);
/// The greatest or smallest element, as sort() orders; raises for an empty list.
int32_t sc_rt_list_extreme(sc_context *context, sc_rt_ref list, int64_t greatest, sc_rt_ref *result);
/// The sum of numbers; bools count as ints. `kind`: 0 an int, 1 a float, 2 a complex number, also of an empty list.
int32_t sc_rt_list_sum(sc_context *context, sc_rt_ref list, int64_t kind, sc_rt_ref *result);
/// Whether an element is true (a number that is not 0, a string that is not empty): any of them, or all.
int32_t sc_rt_list_holds(sc_context *context, sc_rt_ref list, int64_t all, int64_t *result);
/// 0, 1, … size-1.
int32_t sc_rt_list_range(sc_context *context, int64_t size, sc_rt_ref *result);
/// A tensor's elements as lists nested as deep as its rank.
int32_t sc_rt_list_of_tensor(sc_context *context, sc_rt_ref tensor, const char *type, int64_t size, sc_rt_ref *result);
int32_t sc_rt_list_repeat(sc_context *context, sc_rt_ref list, int64_t times, sc_rt_ref *result);
/// A new tensor of all tensors of a list, along an existing or a new dimension.
int32_t sc_rt_list_cat(sc_context *context, sc_rt_ref list, int64_t dim, sc_rt_ref *result);
int32_t sc_rt_list_stack(sc_context *context, sc_rt_ref list, int64_t dim, sc_rt_ref *result);
/// A new tensor of the numbers of a list, or of lists nested `rank` deep.
int32_t sc_rt_list_to_tensor(sc_context *context, sc_rt_ref list, int64_t dtype, int64_t rank,
                             sc_rt_ref *result);
/// A tuple with the list's elements, and a list with a tuple's.
int32_t sc_rt_tuple_from_list(sc_context *context, sc_rt_ref list, sc_rt_ref *result);
int32_t sc_rt_tuple_get(sc_context *context, sc_rt_ref tuple, int64_t index, sc_rt_ref *result);

/// A named tuple; `fields` are the names of its elements with commas between them.
int32_t sc_rt_named_tuple(sc_context *context, sc_rt_ref list, const char *class_name, int64_t class_size,
                          const char *fields, int64_t fields_size, sc_rt_ref *result);
/// A list of elements of a type in annotation syntax ("Optional[int]").
int32_t sc_rt_list_of(sc_context *context, const char *type, int64_t size, sc_rt_ref *result);

// Objects and enumerations (CompiledObjects.cpp). Names are `size` bytes.
int32_t sc_rt_object_new(sc_context *context, const char *class_name, int64_t size, sc_rt_ref *result);
/// Raises where there is no such attribute.
int32_t sc_rt_object_get(sc_context *context, sc_rt_ref object, const char *slot, int64_t size, sc_rt_ref *result);
int32_t sc_rt_object_set(sc_context *context, sc_rt_ref object, const char *slot, int64_t size, sc_rt_ref value);
int32_t sc_rt_enum_new(sc_context *context, const char *class_name, int64_t class_size, const char *name,
                       int64_t name_size, sc_rt_ref value, sc_rt_ref *result);
int32_t sc_rt_enum_name(sc_context *context, sc_rt_ref member, sc_rt_ref *result);
int32_t sc_rt_enum_value(sc_context *context, sc_rt_ref member, sc_rt_ref *result);
/// Whether a value is of a kind (an sc_tag); a tensor also of a dtype and rank where these are not -1.
int32_t sc_rt_is_kind(sc_context *context, sc_rt_ref value, int64_t kind, int64_t dtype, int64_t rank, int64_t *result);
/// Whether it is an object, named tuple or enumeration's member of a class.
int32_t sc_rt_is_class(sc_context *context, sc_rt_ref value, const char *class_name, int64_t size, int64_t *result);

// Dicts (CompiledDicts.cpp). Kinds as for lists.
/// A dict of types in annotation syntax.
int32_t sc_rt_dict_of(sc_context *context, const char *key_type, int64_t key_size, const char *value_type,
                      int64_t value_size, sc_rt_ref *result);
int32_t sc_rt_dict_new(sc_context *context, int64_t key_kind, int64_t value_kind,
                       sc_rt_ref *result);
int32_t sc_rt_dict_size(sc_context *context, sc_rt_ref dict, int64_t *result);
int32_t sc_rt_dict_set(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref value);
int32_t sc_rt_dict_get(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref *result);
int32_t sc_rt_dict_set_default(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref value,
                               sc_rt_ref *result);
int32_t sc_rt_dict_contains(sc_context *context, sc_rt_ref dict, sc_rt_ref key, int64_t *result);
int32_t sc_rt_dict_erase(sc_context *context, sc_rt_ref dict, sc_rt_ref key);
int32_t sc_rt_dict_pop(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref *result);
int32_t sc_rt_dict_pop_or(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref fallback,
                          sc_rt_ref *result);
int32_t sc_rt_dict_pop_item(sc_context *context, sc_rt_ref dict, sc_rt_ref *result);
int32_t sc_rt_dict_clear(sc_context *context, sc_rt_ref dict);
int32_t sc_rt_dict_update(sc_context *context, sc_rt_ref dict, sc_rt_ref other);
int32_t sc_rt_dict_copy(sc_context *context, sc_rt_ref dict, sc_rt_ref *result);
int32_t sc_rt_dict_keys(sc_context *context, sc_rt_ref dict, sc_rt_ref *result);
int32_t sc_rt_dict_values(sc_context *context, sc_rt_ref dict, sc_rt_ref *result);
int32_t sc_rt_dict_items(sc_context *context, sc_rt_ref dict, sc_rt_ref *result);

// Strings and text (CompiledStrings.cpp).
/// Copies `size` bytes.
int32_t sc_rt_string_new(sc_context *context, const char *data, int64_t size, sc_rt_ref *result);
/// The operator aten::NAME of strings (without an overload) for a list of its arguments, all of
/// them; several results are a tuple.
int32_t sc_rt_string_call(sc_context *context, const char *name, int64_t size, sc_rt_ref arguments,
                          sc_rt_ref *result);
/// str() of any value.
int32_t sc_rt_str(sc_context *context, sc_rt_ref value, sc_rt_ref *result);
/// aten::format with a list of arguments; percentFormat with a value or tuple.
int32_t sc_rt_format(sc_context *context, sc_rt_ref text, sc_rt_ref arguments, sc_rt_ref *result);
int32_t sc_rt_percent_format(sc_context *context, sc_rt_ref text, sc_rt_ref argument,
                             sc_rt_ref *result);
/// print() of a list's elements.
int32_t sc_rt_print(sc_context *context, sc_rt_ref arguments);
/// warnings.warn: to stderr.
int32_t sc_rt_warn(sc_context *context, sc_rt_ref message);

#ifdef __cplusplus
} // extern "C"

namespace sconce::rt {

/// A function that compiled code may call: what a JIT resolves names to.
struct CompiledSymbol {
  const char *name;
  void *address;
};

/// All functions of this header, and sc_parallel_for.
std::span<const CompiledSymbol> compiledSymbols();

} // namespace sconce::rt
#endif
#endif
