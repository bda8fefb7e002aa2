/// The body of a kernel that runs a chain of groups row by row.
#ifndef SCONCE_CODEGEN_TRANSFORMS_ROWKERNEL_H
#define SCONCE_CODEGEN_TRANSFORMS_ROWKERNEL_H

#include "codegen/Transforms/RowChain.h"
#include "mlir/IR/IRMapping.h"

namespace sconce::codegen {

/// On the loop of a kernel over rows, each of which writes memory of its own.
inline constexpr llvm::StringLiteral rowLoopAttrName = "sconce.rows";

/// Writes the loop over the rows of `chain` at `builder`, with the ops on one row inside. `buffers` has the kernel's own
/// buffer for each of the chain's, but for its locals: a row of these is put on the stack.
void buildRowLoop(mlir::OpBuilder &builder, mlir::Location loc, RowChain &chain, mlir::IRMapping &buffers);

} // namespace sconce::codegen

#endif
