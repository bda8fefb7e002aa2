/// The version of the runtime's ABI.
#ifndef SCONCE_C_VERSION_H
#define SCONCE_C_VERSION_H

#include "sconce-c/Linkage.h"

#include <stdint.h>

SC_DECLARATIONS_BEGIN

/// Counts incompatible changes of layouts or meanings (major) and additions
/// (minor). An artifact works with a runtime of its major version whose minor
/// version is not smaller than its own.
#define SC_ABI_MAJOR 1
#define SC_ABI_MINOR 0

/// The runtime's version: SC_ABI_MAJOR << 16 | SC_ABI_MINOR.
uint32_t sc_abi_version(void);

SC_DECLARATIONS_END
#endif
