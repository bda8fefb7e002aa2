/// The layout of a compiled entry point: what emitted code, the JIT driver and
/// artifacts agree on.
#ifndef SCONCE_C_ENTRY_H
#define SCONCE_C_ENTRY_H

#include "sconce-c/Context.h"
#include "sconce-c/Value.h"

SC_DECLARATIONS_BEGIN

/// What a compiled entry point receives. `args` and `results` are arrays of
/// 8-byte slots in the flat order of the entry's signature (docs/signature.md).
typedef struct sc_frame {
  sc_context *ctx;
  void *workspace;            ///< NAME_workspace bytes, aligned to 64
  const void *const *weights; ///< base address of each weight storage
  void **args;
  void **results;
} sc_frame;

/// A compiled entry point; an sc_status, the message of a failure is in ctx.
typedef int32_t (*sc_entry_fn)(sc_frame *frame);

/// One compiled entry of a model: one method at one signature.
typedef struct sc_entry {
  const char *method;
  const char *signature;
  sc_entry_fn function;
  int64_t workspace; ///< bytes
} sc_entry;

SC_DECLARATIONS_END
#endif
