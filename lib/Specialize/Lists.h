/// Lists (and what they share with strings and tuples), for the operations of
/// generic IR that work on them.
#ifndef SCONCE_LIB_SPECIALIZE_LISTS_H
#define SCONCE_LIB_SPECIALIZE_LISTS_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// The elements of a list (or tuple) of known length.
mlir::LogicalResult listElements(Evaluator &eval, const AbstractValue &list, llvm::SmallVectorImpl<AbstractValue> &elements);
/// The element at a run-time index, one of scalars or of equally shaped tensors.
mlir::FailureOr<AbstractValue> selectElement(Evaluator &eval, llvm::ArrayRef<AbstractValue> elements, const AbstractValue &index);
/// Sets a dict's entry.
mlir::LogicalResult setDictEntry(Evaluator &eval, DictNode *dict, const AbstractValue &key, const AbstractValue &value);
/// tensor.tolist() of a generic type.
mlir::FailureOr<AbstractValue> tensorToList(Evaluator &eval, const AbstractValue &tensor, mlir::Type type);

/// eq, ne, lt … on values that are neither two numbers nor two strings.
mlir::FailureOr<AbstractValue> compareValues(Evaluator &eval, llvm::StringRef predicate, const AbstractValue &a,
                                             const AbstractValue &b);
/// The same on two numbers.
mlir::FailureOr<AbstractValue> compareScalars(Evaluator &eval, llvm::StringRef predicate, const AbstractValue &a,
                                              const AbstractValue &b);
/// Equality of any two values, as containers look for it.
mlir::FailureOr<AbstractValue> areEqual(Evaluator &eval, const AbstractValue &a, const AbstractValue &b);

// Intrinsics that arithmetic sends on.
mlir::LogicalResult addSequences(Call &call);
mlir::LogicalResult repeatSequence(Call &call);
mlir::LogicalResult extremeOfList(Call &call, bool isMaximum);
mlir::LogicalResult evaluateTruth(Call &call);
mlir::LogicalResult containsElement(Call &call);

} // namespace sconce::specialize

#endif
