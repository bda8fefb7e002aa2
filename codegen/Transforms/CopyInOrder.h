/// Tensors with their dimensions in another order.
#ifndef SCONCE_CODEGEN_TRANSFORMS_COPYINORDER_H
#define SCONCE_CODEGEN_TRANSFORMS_COPYINORDER_H

#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// A copy of `value`, a tensor of a static shape, with dimension order[i] as its i-th; the value itself where that is its own order.
mlir::Value copyInOrder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, llvm::ArrayRef<int64_t> order);

} // namespace sconce::codegen

#endif
