// The element types of specialized IR, and how they go with the runtime's dtypes.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_ELEMENTTYPES_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_ELEMENTTYPES_H

#include "runtime/Dtype.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace sconce::ts {

/// B bool, I integer up to 64 bits, F float and C complex that compute, S a dtype that only converts and moves
/// (unsigned integers from 16 bits, 8-bit floats, complex<f16>); '\0' for what is no element type.
char kindOfElement(mlir::Type elementType);

/// Whether `type` is a ranked tensor whose element type is of one of `kinds`.
bool isTensorOf(mlir::Type type, llvm::StringRef kinds);
/// Whether `type` is i1, i64, f64 or complex<f64> and of one of `kinds`.
bool isScalarOf(mlir::Type type, llvm::StringRef kinds);
bool isIndexTensor(mlir::Type type);

/// nullopt for what is no element type.
std::optional<rt::Dtype> dtypeOf(mlir::Type elementType);
/// Null for quantized dtypes.
mlir::Type elementTypeOf(mlir::MLIRContext *context, rt::Dtype dtype);

/// The type in which elements are computed with: f32 for 8- and 16-bit floats (also as parts), signless for unsigned
/// integers, otherwise the type itself.
mlir::Type computeTypeOf(mlir::Type elementType);
/// The scalar type of an element: i1, i64, f64 or complex<f64>.
mlir::Type scalarTypeOf(mlir::Type elementType);

/// A tensor's element type; a scalar itself.
mlir::Type elementOrScalar(mlir::Type type);
/// `like` (a tensor or a scalar) with another element type.
mlir::Type withElement(mlir::Type like, mlir::Type elementType);

} // namespace sconce::ts

#endif
