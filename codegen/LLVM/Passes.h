/// From loops and buffers to the LLVM dialect.
#ifndef SCONCE_CODEGEN_LLVM_PASSES_H
#define SCONCE_CODEGEN_LLVM_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace sconce::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/LLVM/Passes.h.inc"

} // namespace sconce::codegen

#endif
