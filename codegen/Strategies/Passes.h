/// How one kernel becomes loops, vectors and registers.
#ifndef SCONCE_CODEGEN_STRATEGIES_PASSES_H
#define SCONCE_CODEGEN_STRATEGIES_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace sconce::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/Strategies/Passes.h.inc"

} // namespace sconce::codegen

#endif
