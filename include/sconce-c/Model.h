/// Compiled models: what an artifact describes itself with, and the call that
/// takes any method with any values.
#ifndef SCONCE_C_MODEL_H
#define SCONCE_C_MODEL_H

#include "sconce-c/Entry.h"
#include "sconce-c/Version.h"

SC_DECLARATIONS_BEGIN

/// What the runtime keeps for a model; zero at first.
typedef struct sc_model_memory {
  void *weights; ///< with those that were prepared, while there are instances
} sc_model_memory;

/// One model in an object file; emitted as constant data.
typedef struct sc_model {
  uint32_t abi_version; ///< the runtime that it needs: SC_ABI_MAJOR << 16 | SC_ABI_MINOR
  int32_t entry_count;
  const char *name; ///< the prefix
  const sc_entry *entries;
  const void *const *weights; ///< base address of each storage
  /// The state that methods write: slots separated by commas, in the grammar of
  /// signatures; "" where there is none.
  const char *state_signature;
  /// The names of the slots, one for each.
  const char *const *state_names;
  /// Its initial value: the words that `args` would hold for those slots.
  void *const *state_words;
  int32_t weight_count;
  /// Weights that are computed from the others when the first instance is made: their
  /// addresses follow the others' in the table that entries are given.
  int32_t prepared_count;
  const int64_t *prepared_bytes; ///< of each
  sc_entry_fn prepare;           ///< fills them, its results
  int64_t prepare_workspace;     ///< bytes
  sc_model_memory *memory;
} sc_model;

/// A model's state. Stateless models have instances too.
typedef struct sc_instance sc_instance;

/// An instance with the model's initial state. NULL on failure, with the error
/// in `context` (which may be NULL).
sc_instance *sc_instance_create(const sc_model *model, sc_context *context);
void sc_instance_destroy(sc_instance *instance);
/// Back to the initial state.
sc_status sc_instance_reset(sc_instance *instance);
/// A second instance with the current state; NULL when there is no memory.
sc_instance *sc_instance_clone(const sc_instance *instance);
/// The value of an attribute that methods write, with a reference.
sc_status sc_instance_read(const sc_instance *instance, const char *name, sc_value *value);
/// Replaces it; the instance retains the value.
sc_status sc_instance_write(sc_instance *instance, const char *name, sc_value value);

/// Calls a method: the first compiled entry that fits the values is taken.
/// Arguments are borrowed, `*result` holds a reference for the caller. Where
/// none fits, the message lists the signatures that were compiled.
sc_status sc_call(sc_instance *instance, sc_context *context, const char *method,
                  const sc_value *arguments, int64_t argument_count, sc_value *result);

/// Calls the entry of that number, whose signature is static, on the caller's memory: `arguments`
/// holds a DLTensor, int64_t, double or int32_t (bool) for each argument that is not fixed,
/// `results` the same for each result to be written (tensors contiguous), `workspace` the bytes
/// that the entry wants, aligned to 64 (NULL: memory that the context keeps). The functions of a model's C header call this.
sc_status sc_call_entry(sc_instance *instance, sc_context *context, int32_t entry,
                        const void *const *arguments, void *const *results, void *workspace);

SC_DECLARATIONS_END
#endif
