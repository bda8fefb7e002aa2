/// From linalg on tensors to a host function that calls kernels on placed buffers.
#ifndef SCONCE_CODEGEN_TRANSFORMS_PASSES_H
#define SCONCE_CODEGEN_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace sconce::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/Transforms/Passes.h.inc"

} // namespace sconce::codegen

#endif
