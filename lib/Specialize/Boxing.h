/// Values as run-time references (!ts.ref), for what the runtime is given.
#ifndef SCONCE_LIB_SPECIALIZE_BOXING_H
#define SCONCE_LIB_SPECIALIZE_BOXING_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// A copy of a value as a reference.
mlir::FailureOr<mlir::Value> box(Evaluator &eval, const AbstractValue &value);
/// The runtime's code for an element type of generic IR (runtime/Compiled.h).
int64_t elementKindOf(mlir::Type type);
/// A new run-time list or dict of these types of elements.
mlir::Value newList(Evaluator &eval, mlir::Type elementType);
mlir::Value newDict(Evaluator &eval, mlir::Type keyType, mlir::Type valueType);
/// A run-time tuple of a run-time list's elements, with the names of a named one.
mlir::Value tupleOf(Evaluator &eval, mlir::Value elements, const TupleNode &tuple);

} // namespace sconce::specialize

#endif
