/// The strides that an entry's signature names for its tensor inputs.
#ifndef SCONCE_CODEGEN_TRANSFORMS_INPUTSTRIDES_H
#define SCONCE_CODEGEN_TRANSFORMS_INPUTSTRIDES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace sconce::codegen {

/// For each tensor slot of the inputs and states in `func`'s attribute `ts.signature`, in order: its element strides,
/// or nothing when it is contiguous. Without the attribute the list is empty: all are contiguous. Emits an error when
/// the strides do not fit the function's tensor arguments.
mlir::FailureOr<llvm::SmallVector<llvm::SmallVector<int64_t>>> readInputStrides(mlir::func::FuncOp func);

} // namespace sconce::codegen

#endif
