// How reductions, scans, pools and scatters combine two elements.

#ifndef SCONCE_CODEGEN_LOWERING_COMBINER_H
#define SCONCE_CODEGEN_LOWERING_COMBINER_H

#include "mlir/IR/Value.h"

namespace sconce::codegen {

class LoweringBuilder;

enum class Combiner { Sum, Prod, Max, Min, And, Or, MaxNumber };

/// Combines two computed scalars, or vectors of such, of the ts element type `elementType`. Max and Min propagate NaN, MaxNumber gives any
/// of the two where one is; which zero of the two a zero is, is not said; sums and products of bool are or and and.
mlir::Value combine(LoweringBuilder &builder, Combiner combiner, mlir::Value a, mlir::Value b, mlir::Type elementType);

/// The computed scalar that leaves any other as it is.
mlir::Value neutral(LoweringBuilder &builder, Combiner combiner, mlir::Type elementType);

/// Whether `a` comes before `b` in a search for the largest (or smallest): NaN comes before everything but NaN.
mlir::Value beats(LoweringBuilder &builder, bool largest, mlir::Value a, mlir::Value b, mlir::Type elementType);

} // namespace sconce::codegen

#endif
