/// What LLVM is told of a loop.
#ifndef SCONCE_CODEGEN_STRATEGIES_LOOPHINTS_H
#define SCONCE_CODEGEN_STRATEGIES_LOOPHINTS_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace sconce::codegen {

/// LLVM does not unroll `loop`: its body fills the registers.
void keepRolled(mlir::scf::ForOp loop);

} // namespace sconce::codegen

#endif
