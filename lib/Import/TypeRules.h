// How types of generic IR relate: subtyping, unification, type variables of schemas, and their
// spelling.
#ifndef SCONCE_IMPORT_TYPERULES_H
#define SCONCE_IMPORT_TYPERULES_H

#include "dialects/TorchScript/IR/TorchScript.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <functional>
#include <string>

namespace sconce::import {

/// Bindings of the type variables of one schema during a match.
using TypeVariables = llvm::StringMap<mlir::Type>;

/// The type variable `name` of a schema, as a type that never reaches IR.
mlir::Type typeVariable(mlir::MLIRContext *context, llvm::StringRef name);
/// Whether a type variable occurs in `type`.
bool hasTypeVariables(mlir::Type type);

/// The relations between types. Interfaces are structural, so the class table answers for them.
class TypeRules {
public:
  /// Whether the class (first) has all methods of the interface (second), by qualified names.
  using Implements = std::function<bool(llvm::StringRef, llvm::StringRef)>;

  explicit TypeRules(Implements implements = {}) : implements(std::move(implements)) {}

  /// Whether a value of `type` may stand where `super` is wanted.
  bool isSubtype(mlir::Type type, mlir::Type super) const;

  /// The type of a variable that is `a` on one path and `b` on another; null where there is none.
  /// With `orUnion` the answer is their union at worst.
  mlir::Type unify(mlir::Type a, mlir::Type b, bool orUnion = false) const;
  /// The type that all of `types` unify to, or null.
  mlir::Type unifyAll(llvm::ArrayRef<mlir::Type> types) const;

  /// Binds the type variables in `formal` from the type of an actual argument; false if it cannot
  /// match.
  bool bindVariables(mlir::Type formal, mlir::Type actual, TypeVariables &variables) const;

  /// Whether a value of `type` may become a list of type `list`: a subtype, or a tuple of such
  /// elements.
  bool isConvertibleToList(mlir::Type type, mlir::Type list) const;

private:
  bool isTupleSubtype(mlir::Type type, mlir::Type super) const;

  Implements implements;
};

/// `formal` with its type variables replaced; null if one of them is not bound.
mlir::Type substitute(mlir::Type formal, const TypeVariables &variables);

/// The union of `types` in canonical form: flat, without doubles, Optional where it is one.
mlir::Type unionOf(mlir::MLIRContext *context, llvm::ArrayRef<mlir::Type> types);
/// `type` or None; the type itself where it includes None.
mlir::Type optionalOf(mlir::Type type);
/// The members of a union or optional; the type itself otherwise.
llvm::SmallVector<mlir::Type> membersOf(mlir::Type type);
/// `type` without None; null when nothing else is in it.
mlir::Type withoutNone(mlir::Type type);
/// `T` for `Optional[T]`, otherwise `type`.
mlir::Type unwrapOptional(mlir::Type type);
/// Whether None is a value of `type`.
bool includesNone(mlir::Type type);
/// The element types of a tuple or named tuple; null for other types.
std::optional<llvm::ArrayRef<mlir::Type>> tupleTypes(mlir::Type type);

/// How many types `type` consists of, at most some large number; `known` remembers answers.
unsigned typeSize(mlir::Type type, llvm::DenseMap<mlir::Type, unsigned> &known);

/// The type as annotations spell it, such as `List[Optional[int]]`.
std::string spelling(mlir::Type type);

} // namespace sconce::import

#endif // SCONCE_IMPORT_TYPERULES_H
