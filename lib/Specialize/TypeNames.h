/// Between generic IR's types and annotation syntax ("List[int]"), and what values are of a type.
#ifndef SCONCE_LIB_SPECIALIZE_TYPENAMES_H
#define SCONCE_LIB_SPECIALIZE_TYPENAMES_H

#include "lib/Specialize/AbstractValue.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Types.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace sconce::specialize {

/// `!ts.any` for what is not understood.
mlir::Type typeFromAnnotation(mlir::MLIRContext *context, llvm::StringRef annotation);
std::string annotationOf(mlir::Type type);
/// The generic type that a value has.
mlir::Type typeOf(mlir::MLIRContext *context, const AbstractValue &value);
/// Whether a value is of a generic type (isinstance).
bool isOfType(const AbstractValue &value, mlir::Type type);
/// Whether a value is what code for the type can work on: its kind fits, whatever its elements are. Types of an archive's
/// code are only claims until this holds.
bool isOfKind(const AbstractValue &value, mlir::Type type);

} // namespace sconce::specialize

#endif
