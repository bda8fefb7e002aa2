// Calls of runtime functions that compute tensors.

#ifndef SCONCE_CODEGEN_LOWERING_RUNTIMECALLS_H
#define SCONCE_CODEGEN_LOWERING_RUNTIMECALLS_H

#include "codegen/Lowering/LoweringBuilder.h"

namespace sconce::codegen {

/// A `ts.runtime_call` whose last operands are the tensors that it overwrites: it has one result for each of them, in order.
llvm::SmallVector<mlir::Value> callRuntime(LoweringBuilder &builder, llvm::StringRef callee,
                                           mlir::ValueRange inputs, mlir::ValueRange destinations);

} // namespace sconce::codegen

#endif
