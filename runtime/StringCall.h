/// Operators on strings by name.
#ifndef SCONCE_RUNTIME_STRINGCALL_H
#define SCONCE_RUNTIME_STRINGCALL_H

#include "runtime/Status.h"
#include "runtime/Value.h"

#include <span>
#include <string_view>

namespace sconce::rt {

/// What the operator aten::`name` (without its overload) gives for these arguments, all of them.
Result<Value> callString(std::string_view name, std::span<const Value> arguments);

} // namespace sconce::rt

#endif
