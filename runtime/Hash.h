/// TorchScript's hash(), with the numbers that PyTorch gives.
#ifndef SCONCE_RUNTIME_HASH_H
#define SCONCE_RUNTIME_HASH_H

#include "runtime/Status.h"
#include "runtime/Value.h"

namespace sconce::rt {

/// Raises for values that cannot be hashed. Tensors and objects hash by identity.
Result<int64_t> hashOf(const Value &value);

} // namespace sconce::rt

#endif
