/// Transposes square blocks that are held in vector registers.
#ifndef SCONCE_CODEGEN_STRATEGIES_VECTORTRANSPOSE_H
#define SCONCE_CODEGEN_STRATEGIES_VECTORTRANSPOSE_H

#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// Replaces n vectors of n lanes, n a power of two, by the columns of the square that they are.
void transposeInRegisters(mlir::OpBuilder &builder, mlir::Location loc, llvm::MutableArrayRef<mlir::Value> rows);

} // namespace sconce::codegen

#endif
