/// Between abstract values and what the runtime holds: the second world that
/// specialized IR has beside pure values.
///
/// A list, dict or string whose structure only run time knows is a !ts.ref. The
/// tensors in it are copies as long as nothing writes to a tensor that a
/// container holds; a program that does is evaluated again with
/// `Knowledge::sharesTensors`, and from then on a tensor that is handed over
/// lives in the runtime's memory (StorageNode::handle): each read loads it and
/// each write stores it.
#ifndef SCONCE_LIB_SPECIALIZE_RUNTIMEVALUES_H
#define SCONCE_LIB_SPECIALIZE_RUNTIMEVALUES_H

#include "lib/Specialize/Intrinsics.h"
#include "runtime/Signature.h"

namespace sconce::specialize {

/// The shape that stands for both: an extent that differs is `?`; where kind, dtype or rank differ, one of both. Nullopt where run
/// time could not tell them apart.
std::optional<ElementShape> joinShapes(const ElementShape &a, const ElementShape &b);
/// Of a value, in the state after `changes`; nullopt where no run-time container
/// can hold it.
std::optional<ElementShape> shapeOf(Evaluator &eval, const AbstractValue &value, const Changes *changes);
/// Of all of a list's elements, and of a dict's keys and values.
std::optional<ElementShape> shapeOfElements(Evaluator &eval, const ListNode &list, const Changes *changes);
std::optional<std::pair<ElementShape, ElementShape>> shapesOfEntries(Evaluator &eval, const DictNode &dict, const Changes *changes);

/// Of a value of the runtime; what objects in it hold joins what is known of their classes.
std::optional<ElementShape> shapeOf(Evaluator &eval, const rt::Value &value);
/// The slot of an entry that takes and gives what a shape stands for.
rt::Slot slotOfShape(const ElementShape &shape);

/// The container's reference; one of known structure is handed to the runtime first.
mlir::FailureOr<mlir::Value> referenceOf(Evaluator &eval, ListNode *list);
mlir::FailureOr<mlir::Value> referenceOf(Evaluator &eval, DictNode *dict);
mlir::FailureOr<mlir::Value> referenceOf(Evaluator &eval, ObjectNode *object);
/// A tensor as a reference to its own memory, which the runtime holds from here on.
mlir::FailureOr<mlir::Value> shareTensor(Evaluator &eval, TensorNode *tensor);
/// What a container holds for a value: containers and, where tensors are shared,
/// tensors themselves; a copy of anything else.
mlir::FailureOr<mlir::Value> handOver(Evaluator &eval, const AbstractValue &value);

/// A new tensor on the memory behind a reference.
TensorNode *tensorBehind(Evaluator &eval, mlir::Value reference, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes);
/// The extent of a run-time tensor.
Extent extentBehind(Evaluator &eval, mlir::Value reference, size_t dim);
/// The value behind a reference to something of that shape; `type` is generic IR's, `owner` the container it is from.
mlir::FailureOr<AbstractValue> valueBehind(Evaluator &eval, mlir::Value reference, const ElementShape &shape, mlir::Type type,
                                           Node *owner = nullptr, llvm::StringRef ownerSlot = {});
/// After what is known of a container's elements has grown: tells the container or object that it was read from.
mlir::LogicalResult widenOwner(Evaluator &eval, Node *container);

/// What a static type alone says: all but the dtypes and ranks of tensors.
ElementShape shapeOfType(mlir::Type type);

/// Widens what is known of an attribute of run-time objects.
mlir::LogicalResult widenSlot(Evaluator &eval, ObjectNode *object, llvm::StringRef slot, const ElementShape &shape);
/// Reads and writes an attribute of a run-time object; `type` is its declared type, or null.
mlir::FailureOr<AbstractValue> readSlot(Evaluator &eval, ObjectNode *object, llvm::StringRef slot, mlir::Type type);
mlir::LogicalResult writeSlot(Evaluator &eval, ObjectNode *object, llvm::StringRef slot, const AbstractValue &value);

/// The elements of a run-time list that is unpacked into `count` names; run time checks that it has so many.
mlir::LogicalResult unpackAtRunTime(Evaluator &eval, ListNode *list, size_t count, llvm::SmallVectorImpl<AbstractValue> &elements);

/// A value that is one of several kinds, as only run time knows.
inline bool isUnion(const AbstractValue &value) {
  return value.isReference() && value.asReference()->shape.kind == ElementShape::Union;
}
AbstractValue oneOfKinds(Evaluator &eval, mlir::Value reference, const ElementShape &shape, mlir::Type type);
/// Whether something of a shape is of a generic type (isinstance).
bool isShapeOfType(const ElementShape &shape, mlir::Type type);
/// Of a value of several kinds: a bool.
AbstractValue isInstanceAtRunTime(Evaluator &eval, const AbstractValue &value, llvm::function_ref<bool(const ElementShape &)> matches);
/// A value of several kinds as those that are of a type, as a cast promises.
mlir::FailureOr<AbstractValue> narrow(Evaluator &eval, const AbstractValue &value, mlir::Type type);

/// The reference behind which the runtime holds a container or a string; null where its structure is known.
mlir::Value heldReference(const AbstractValue &value);
/// Whether only run time knows a container's structure or a string's text.
inline bool isAtRunTime(const AbstractValue &value) { return bool(heldReference(value)); }
/// The same of a number, or of anything in a tuple or list. Tensors count as known: they compare by the program's operators.
bool dependsOnRunTime(const AbstractValue &value);
/// Hands the container that an operator works on to the runtime, and evaluates the operator there.
mlir::LogicalResult continueAtRunTime(Call &call);

// Calls of the runtime's functions that give a value.
mlir::Value callForReference(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands);
AbstractValue callForInt(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands);
/// As the runtime gives bools: an int that is not zero.
AbstractValue callForBool(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands);
mlir::Value numberConstant(Evaluator &eval, int64_t value);
/// A text that is passed as its bytes and their number.
mlir::Value textConstant(Evaluator &eval, llvm::StringRef text);

} // namespace sconce::specialize

#endif
