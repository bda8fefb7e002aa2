// Types of the Script room as types of generic IR.
#ifndef SCONCE_IMPORT_SCRIPTTYPES_H
#define SCONCE_IMPORT_SCRIPTTYPES_H

#include "lib/Script/Schema.h"
#include "mlir/IR/Attributes.h"
#include "mlir/IR/Types.h"

namespace sconce::import {

/// The type of generic IR. Type variables become `typeVariable`s.
mlir::Type toGeneric(mlir::MLIRContext *context, script::Type type);
/// The default of a schema's argument, in the form of Parameter::defaultValue.
mlir::Attribute toGeneric(mlir::MLIRContext *context, const script::DefaultValue &value);

} // namespace sconce::import

#endif // SCONCE_IMPORT_SCRIPTTYPES_H
