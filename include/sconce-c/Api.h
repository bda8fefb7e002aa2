/// The runtime's functions as a table, for programs that reach a runtime inside
/// a shared library: only the model's own symbols are visible there, and
/// PREFIX_api() gives the table. Several libraries, each with its own runtime,
/// can so be used side by side.
///
/// Where SC_API names a table, the functions of the C ABI are called through
/// it: with `#define SC_API digits_api()`, which the header of a compiled
/// library does, `sc_context_create(0)` is `digits_api()->context_create(0)`.
#ifndef SCONCE_C_API_H
#define SCONCE_C_API_H

#include "sconce-c/Model.h"
#include "sconce-c/Tensor.h"

SC_DECLARATIONS_BEGIN

/// Members are named as the functions without `sc_`; new ones are added at the
/// end, so that `table_size` tells which are there.
typedef struct sc_api {
  uint32_t version;    ///< SC_ABI_MAJOR << 16 | SC_ABI_MINOR
  uint32_t table_size; ///< in bytes

  // Version.h
  uint32_t (*abi_version)(void);

  // Value.h
  void (*value_retain)(sc_value value);
  void (*value_release)(sc_value value);
  sc_value (*none)(void);
  sc_value (*bool_)(int value);
  sc_value (*int_)(int64_t value);
  sc_value (*double_)(double value);
  sc_value (*complex_)(double real, double imag);
  sc_value (*string)(const char *data, size_t size);
  sc_value (*list)(const char *element_type);
  sc_value (*tuple)(const sc_value *elements, size_t size);
  sc_value (*dict)(const char *key_type, const char *value_type);
  sc_value (*device)(const char *text);
  const char *(*string_data)(sc_value string, size_t *size);
  sc_status (*complex_get)(sc_value complex, double *real, double *imag);
  int64_t (*size)(sc_value container);
  sc_value (*get)(sc_value container, int64_t index);
  sc_status (*append)(sc_value list, sc_value element);
  sc_status (*dict_set)(sc_value dict, sc_value key, sc_value value);
  sc_status (*dict_get)(sc_value dict, sc_value key, sc_value *value);
  sc_status (*dict_entry)(sc_value dict, int64_t index, sc_value *key, sc_value *value);
  sc_status (*attribute)(sc_value object, const char *name, sc_value *value);
  sc_value (*str)(sc_value value);

  // Tensor.h
  sc_value (*tensor_empty)(int32_t dtype, int32_t rank, const int64_t *sizes);
  sc_value (*tensor_borrow)(const DLTensor *tensor, sc_release_fn release, void *owner);
  sc_status (*tensor_view)(sc_value tensor, DLTensor *view);
  void *(*tensor_data)(sc_value tensor);
  int32_t (*tensor_dtype)(sc_value tensor);
  int32_t (*tensor_rank)(sc_value tensor);
  const int64_t *(*tensor_sizes)(sc_value tensor);
  const int64_t *(*tensor_strides)(sc_value tensor);
  sc_value (*tensor_contiguous)(sc_value tensor);
  DLManagedTensor *(*tensor_to_dlpack)(sc_value tensor);
  sc_value (*tensor_from_dlpack)(DLManagedTensor *tensor);

  // Context.h
  sc_context *(*context_create)(int32_t threads);
  void (*context_destroy)(sc_context *context);
  void (*context_set_executor)(sc_context *context, sc_executor_fn run, void *executor,
                               int32_t concurrency);
  void (*context_set_print)(sc_context *context, sc_print_fn print, void *sink);
  void (*context_manual_seed)(sc_context *context, uint64_t seed);
  sc_status (*context_status)(const sc_context *context);
  const char *(*context_message)(const sc_context *context);
  const char *(*context_exception_class)(const sc_context *context);
  const char *(*context_location)(const sc_context *context);
  const char *(*context_stack)(const sc_context *context);
  void (*context_clear_error)(sc_context *context);
  void (*parallel_for)(sc_context *context, int64_t size, int64_t grain, sc_range_fn body,
                       void *argument);

  // Model.h
  sc_instance *(*instance_create)(const sc_model *model, sc_context *context);
  void (*instance_destroy)(sc_instance *instance);
  sc_status (*instance_reset)(sc_instance *instance);
  sc_instance *(*instance_clone)(const sc_instance *instance);
  sc_status (*instance_read)(const sc_instance *instance, const char *name, sc_value *value);
  sc_status (*instance_write)(sc_instance *instance, const char *name, sc_value value);
  sc_status (*call)(sc_instance *instance, sc_context *context, const char *method,
                    const sc_value *arguments, int64_t argument_count, sc_value *result);
  sc_status (*call_entry)(sc_instance *instance, sc_context *context, int32_t entry,
                          const void *const *arguments, void *const *results, void *workspace);
} sc_api;

/// The table of the runtime that this is linked with.
const sc_api *sc_runtime_api(void);

SC_DECLARATIONS_END

#endif
