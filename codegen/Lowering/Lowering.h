// Lowering of the ts dialect's primitives to linalg on tensors.

#ifndef SCONCE_CODEGEN_LOWERING_LOWERING_H
#define SCONCE_CODEGEN_LOWERING_LOWERING_H

#include <memory>

namespace mlir {
class DialectRegistry;
class Pass;
} // namespace mlir

namespace sconce::codegen {

/// Attaches the lowering of every family to its primitives when the ts dialect is loaded.
void registerLowerings(mlir::DialectRegistry &registry);

std::unique_ptr<mlir::Pass> createConvertTsToLinalgPass();
/// Registers `convert-ts-to-linalg` for textual pipelines.
void registerLoweringPasses();

} // namespace sconce::codegen

#endif
