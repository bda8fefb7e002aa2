/// sc_context: what a call needs besides its values. The error of the last call
/// that failed, the threads, the allocator for sizes only known at run time,
/// where print() goes, and the random generator. One context serves one call at
/// a time; two contexts never wait for each other.
#ifndef SCONCE_C_CONTEXT_H
#define SCONCE_C_CONTEXT_H

#include "sconce-c/Value.h"

SC_DECLARATIONS_BEGIN

typedef struct sc_context sc_context;

/// Runs `body(argument, begin, end)` over parts of a range.
typedef void (*sc_range_fn)(void *argument, int64_t begin, int64_t end);
/// A caller's executor: it must call `body` so that every index of [0, size) is
/// covered exactly once, in pieces of `grain` or more where it can, and return
/// when all calls have returned. Its threads need 1 MB of stack, as callers do.
typedef void (*sc_executor_fn)(void *executor, int64_t size, int64_t grain, sc_range_fn body,
                               void *argument);
/// Receives the text of print() and warn(): `stream` 1 is stdout, 2 is stderr.
typedef void (*sc_print_fn)(void *sink, int32_t stream, const char *text, size_t size);

/// A context whose calls run on `threads` threads, the caller's and a pool of
/// its own: 0 and 1 run everything on the caller's thread and start nothing, -1
/// takes what the machine's cgroup quota and affinity allow. NULL when there is no memory.
sc_context *sc_context_create(int32_t threads);
void sc_context_destroy(sc_context *context);

/// Uses the caller's executor instead of threads of the context's own.
void sc_context_set_executor(sc_context *context, sc_executor_fn run, void *executor,
                             int32_t concurrency);
/// Where print() goes; stdout when never set.
void sc_context_set_print(sc_context *context, sc_print_fn print, void *sink);
/// torch.manual_seed on the context's generator. The initial seed is
/// 67280421310721, PyTorch's.
void sc_context_manual_seed(sc_context *context, uint64_t seed);

/// The last error; all pointers are valid until the next call on the context
/// and never NULL.
sc_status sc_context_status(const sc_context *context);
const char *sc_context_message(const sc_context *context);
/// The Python class that the model raised, such as "ValueError"; "" if none.
const char *sc_context_exception_class(const sc_context *context);
/// "code/__torch__/model.py:12:4"; "" if not known.
const char *sc_context_location(const sc_context *context);
/// The TorchScript call stack, innermost frame last, one frame a line.
const char *sc_context_stack(const sc_context *context);
void sc_context_clear_error(sc_context *context);

/// Runs `body` over [0, size) on the context's threads; see sc_executor_fn.
void sc_parallel_for(sc_context *context, int64_t size, int64_t grain, sc_range_fn body,
                     void *argument);

SC_DECLARATIONS_END
#endif
