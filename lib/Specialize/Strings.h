/// Strings. What they do is in runtime/; here it is done on known ones.
#ifndef SCONCE_LIB_SPECIALIZE_STRINGS_H
#define SCONCE_LIB_SPECIALIZE_STRINGS_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// int("12"), float("1.5"), bool("x").
mlir::LogicalResult parseNumber(Call &call, ValueKind kind);
/// PyTorch's str() of a value; nullopt when it is not known.
std::optional<std::string> textOf(Evaluator &eval, const AbstractValue &value);

} // namespace sconce::specialize

#endif
