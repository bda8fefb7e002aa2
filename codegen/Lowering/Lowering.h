// Lowering of the ts dialect's primitives to linalg on tensors.

#ifndef SCONCE_CODEGEN_LOWERING_LOWERING_H
#define SCONCE_CODEGEN_LOWERING_LOWERING_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace sconce::codegen {

/// Attaches the lowering of every family to its primitives when the ts dialect is loaded.
void registerLowerings(mlir::DialectRegistry &registry);

#define GEN_PASS_DECL
#include "codegen/Lowering/Passes.h.inc"

/// `registerLoweringPasses` registers `convert-ts-to-linalg` for textual pipelines.
#define GEN_PASS_REGISTRATION
#include "codegen/Lowering/Passes.h.inc"

} // namespace sconce::codegen

#endif
