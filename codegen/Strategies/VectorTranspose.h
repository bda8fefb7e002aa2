/// Shuffles of vectors: the transpose of square blocks that are held in registers.
#ifndef SCONCE_CODEGEN_STRATEGIES_VECTORTRANSPOSE_H
#define SCONCE_CODEGEN_STRATEGIES_VECTORTRANSPOSE_H

#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// Replaces n vectors of n lanes, n a power of two, by the columns of the square that they are.
void transposeInRegisters(mlir::OpBuilder &builder, mlir::Location loc, llvm::MutableArrayRef<mlir::Value> rows);

/// The same value (of f32 or f64; others are returned), for which LLVM's instruction selection does not look at what it is made of. Of
/// each shuffle it follows all that lead to it, to find one instruction for several.
mlir::Value fenceShuffles(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector);

} // namespace sconce::codegen

#endif
