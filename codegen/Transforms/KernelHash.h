/// Numbers by which kernels that may be one are found.
#ifndef SCONCE_CODEGEN_TRANSFORMS_KERNELHASH_H
#define SCONCE_CODEGEN_TRANSFORMS_KERNELHASH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace sconce::codegen {

/// Equal for kernels of the same ops in the same order, with the same types and, but for those that `isLeftOpen`, attributes. Operands
/// are left out: they are what a comparison of kernels with equal hashes is about.
llvm::hash_code hashKernel(mlir::func::FuncOp kernel, llvm::function_ref<bool(mlir::Operation *)> isLeftOpen);

} // namespace sconce::codegen

#endif
