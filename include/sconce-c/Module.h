/// Archives compiled just in time, from C. In libsconce.so; models compiled
/// ahead of time do not need it.
#ifndef SCONCE_C_MODULE_H
#define SCONCE_C_MODULE_H

#include "sconce-c/Context.h"
#include "sconce-c/Value.h"

SC_DECLARATIONS_BEGIN

/// A loaded archive with its state. Any number of threads may use one, each
/// with a context of its own; calls of methods that write state take turns.
typedef struct sc_module sc_module;

typedef struct sc_load_options {
  int32_t opt_level;   ///< 0 … 3
  uint64_t cache_size; ///< how many compiled signatures are kept
  /// Not 0: a call of a new signature runs interpreted where that takes less
  /// time than compiling it, which goes on in the background, and what varies
  /// from call to call is compiled for any value. Results then agree within
  /// the tolerance of another order of summation only.
  int32_t tiered;
  /// A folder to keep compiled code in, for this process and later ones to find
  /// it there; NULL or "" keeps none on disk. It is made where there is none,
  /// and must be writable by this user alone, as what is in it will be run.
  const char *cache_folder;
  /// How many bytes its files may have together, oldest go first; 0 is 512 MiB.
  uint64_t cache_bytes;
} sc_load_options;

/// What became of a module's calls since it was loaded.
typedef struct sc_counters {
  uint64_t hits;            ///< calls that found compiled code
  uint64_t compiles;        ///< signatures compiled
  uint64_t loads;           ///< signatures found compiled in the cache folder
  uint64_t generalisations; ///< of these, for any value of what varied
  uint64_t interpreted;     ///< calls that were interpreted
  uint64_t evictions;       ///< signatures whose code went for newer ones
  uint64_t entries;         ///< signatures whose code is there now
} sc_counters;

/// Reads `size` bytes at `offset` into `buffer`; 0 where that fails.
typedef int32_t (*sc_read_fn)(void *reader, uint64_t offset, uint8_t *buffer, size_t size);

/// Loads an archive: a file, which is mapped; memory, which must outlive the
/// module; or `size` bytes through a callback. `options` may be NULL (3, 256,
/// 0 and no folder). NULL on failure, with the error in `context`.
sc_module *sc_module_load(const char *path, const sc_load_options *options, sc_context *context);
sc_module *sc_module_load_memory(const void *data, size_t size, const sc_load_options *options,
                                 sc_context *context);
sc_module *sc_module_load_reader(uint64_t size, sc_read_fn read, void *reader,
                                 const sc_load_options *options, sc_context *context);
void sc_module_destroy(sc_module *module);

/// Calls a method, which is compiled when it meets a signature for the first
/// time. Arguments are borrowed, `*result` holds a reference for the caller.
/// Threads, print() and random numbers are the context's.
sc_status sc_module_call(sc_module *module, sc_context *context, const char *method,
                         const sc_value *arguments, int64_t argument_count, sc_value *result);

/// The TorchScript source of a method, and its graph in PyTorch's notation, as
/// strings with a reference. "layer1.forward" is a submodule's method.
sc_status sc_module_code(sc_module *module, sc_context *context, const char *method,
                         sc_value *text);
sc_status sc_module_graph(sc_module *module, sc_context *context, const char *method,
                          sc_value *text);
/// The names of the methods: a list of strings with a reference.
sc_status sc_module_methods(sc_module *module, sc_context *context, sc_value *names);
/// The attribute at a dotted path ("layer1.weight"), as it is now, with a
/// reference.
sc_status sc_module_attribute(sc_module *module, sc_context *context, const char *path,
                              sc_value *value);
void sc_module_counters(const sc_module *module, sc_counters *counters);
/// Puts the attributes that methods write back to what the archive holds.
sc_status sc_module_reset(sc_module *module, sc_context *context);

SC_DECLARATIONS_END

#endif
