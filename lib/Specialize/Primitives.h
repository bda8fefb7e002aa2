/// Calls of the primitives of the ts dialect by library code.
#ifndef SCONCE_LIB_SPECIALIZE_PRIMITIVES_H
#define SCONCE_LIB_SPECIALIZE_PRIMITIVES_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// Evaluates `ts::<word>`: a view makes a view; another primitive is computed
/// when its operands are known and small, otherwise emitted.
mlir::LogicalResult evaluatePrimitiveCall(Call &call);
/// The tensors that an elementwise primitive computes from; none for others.
llvm::SmallVector<const TensorNode *> elementwiseInputs(const Call &call, llvm::StringRef name);

} // namespace sconce::specialize

#endif
