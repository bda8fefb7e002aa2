/// Primitives computed at compile time.
#ifndef SCONCE_LIB_SPECIALIZE_FOLDING_H
#define SCONCE_LIB_SPECIALIZE_FOLDING_H

#include "dialects/TorchScript/IR/Primitives.h"
#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// Computes a primitive whose operands are known and small; false when it is to
/// be emitted instead.
bool foldPrimitive(Call &call, const ts::PrimitiveInfo &info);

} // namespace sconce::specialize

#endif
