// Conversion of numbers between dtypes, as PyTorch's casts do it.

#ifndef SCONCE_CODEGEN_LOWERING_NUMBERCONVERSION_H
#define SCONCE_CODEGEN_LOWERING_NUMBERCONVERSION_H

#include "mlir/IR/Value.h"

namespace sconce::codegen {

class LoweringBuilder;

/// Converts `value`, a computed scalar of the ts element type `from`, to the compute type of `to`. Floats truncate toward
/// zero to integers (out of range: through 64 bits, then wrapped, as x86 does it); anything but zero is true; a complex
/// number loses its imaginary part where `to` is real.
mlir::Value convertNumber(LoweringBuilder &builder, mlir::Value value, mlir::Type from, mlir::Type to);

/// Whether a computed scalar of any number type is not zero.
mlir::Value toBool(LoweringBuilder &builder, mlir::Value value);

} // namespace sconce::codegen

#endif
