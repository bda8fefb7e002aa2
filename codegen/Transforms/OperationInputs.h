/// What an operation is computed from.
#ifndef SCONCE_CODEGEN_TRANSFORMS_OPERATIONINPUTS_H
#define SCONCE_CODEGEN_TRANSFORMS_OPERATIONINPUTS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SetVector.h"

namespace sconce::codegen {

/// Adds the op's operands, and the values from outside it that its regions use.
void collectInputs(mlir::Operation *op, llvm::SetVector<mlir::Value> &inputs);

} // namespace sconce::codegen

#endif
