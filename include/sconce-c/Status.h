/// Status codes of every function of the C ABI that can fail.
///
/// A status other than SC_OK leaves its message, the exception class the model
/// raised, the source location and the TorchScript call stack in the sc_context
/// that the call was given (see Context.h).
#ifndef SCONCE_C_STATUS_H
#define SCONCE_C_STATUS_H

#include "sconce-c/Linkage.h"

#include <stdint.h>

SC_DECLARATIONS_BEGIN

typedef enum sc_status {
  SC_OK = 0,
  /// The caller's values do not fit: wrong number, dtype, rank or extent, or a
  /// method or signature that was not compiled.
  SC_INVALID_ARGUMENT = 1,
  /// The model itself raised (raise, assert, or an operator's own check).
  SC_RAISED = 2,
  /// Memory could not be allocated, or a size overflows.
  SC_OUT_OF_MEMORY = 3,
  /// The artifact needs a newer runtime, or a feature that is not there.
  SC_UNSUPPORTED = 4,
  /// A file could not be read, written or mapped.
  SC_IO = 5,
  /// A broken invariant of Sconce's own.
  SC_INTERNAL = 6
} sc_status;

SC_DECLARATIONS_END
#endif
