/// Fills only what is not overwritten of a padded tensor.
#ifndef SCONCE_CODEGEN_TRANSFORMS_FILLBORDERS_H
#define SCONCE_CODEGEN_TRANSFORMS_FILLBORDERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace sconce::codegen {

/// Where a tensor is filled and a value then put into a box of it, fills the slabs around the box instead. Runs between empty
/// tensor elimination, after which the value is computed in the box, and bufferization.
void fillBorders(mlir::RewriterBase &rewriter, mlir::func::FuncOp func);

} // namespace sconce::codegen

#endif
