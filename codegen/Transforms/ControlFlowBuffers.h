/// Gives loops and branches buffers for their tensors.
#ifndef SCONCE_CODEGEN_TRANSFORMS_CONTROLFLOWBUFFERS_H
#define SCONCE_CODEGEN_TRANSFORMS_CONTROLFLOWBUFFERS_H

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace sconce::codegen {

/// Turns the tensors that scf.for, scf.while, scf.if and scf.index_switch carry and yield into buffers, which their bodies read as
/// tensors. Runs between the insertion of copies and bufferization, which then finds the type of any buffer close by. By itself it asks
/// for the types of what a loop carries before it has been at the loop's body, and so follows both sides of each branch in it: n of them
/// in a row take 2^n ways.
/// Requires: what a loop yields is in the buffer of the argument at its place.
mlir::LogicalResult bufferizeControlFlow(mlir::RewriterBase &rewriter, mlir::func::FuncOp func,
                                         const mlir::bufferization::BufferizationOptions &options,
                                         const mlir::bufferization::BufferizationState &state);

} // namespace sconce::codegen

#endif
