/// Lists whose length only run time knows, and the tensors that they share with
/// the program: the second world that specialized IR has beside pure values.
///
/// Such a list is a !ts.ref that the runtime holds. Its tensors are copies as
/// long as nothing writes to a tensor that a list holds; a program that does is
/// evaluated again with `Knowledge::sharesTensors`, and from then on a tensor
/// that is handed to a list lives in the runtime's memory (StorageNode::handle):
/// each read loads it and each write stores it.
#ifndef SCONCE_LIB_SPECIALIZE_RUNTIMELISTS_H
#define SCONCE_LIB_SPECIALIZE_RUNTIMELISTS_H

#include "lib/Specialize/Intrinsics.h"

namespace sconce::specialize {

/// The shape that stands for both: an extent that differs is `?`. A null type
/// is of no element yet; nullopt where kind, dtype or rank differ.
std::optional<ElementShape> joinShapes(const ElementShape &a, const ElementShape &b);
/// The shape of all elements of a list; nullopt where no run-time list can hold them.
std::optional<ElementShape> shapeOfElements(Evaluator &eval, const ListNode &list, const Changes *changes);

/// The list's reference; one of known length is handed to the runtime first.
mlir::FailureOr<mlir::Value> referenceOf(Evaluator &eval, ListNode *list);
/// A tensor as a reference to its own memory, which the runtime holds from here on.
mlir::FailureOr<mlir::Value> shareTensor(Evaluator &eval, TensorNode *tensor);
/// What a list holds for this element: the tensor's own memory or a copy of it.
mlir::FailureOr<mlir::Value> handOver(Evaluator &eval, const AbstractValue &element);

/// A new tensor on the memory behind a reference.
TensorNode *tensorBehind(Evaluator &eval, mlir::Value reference, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes);
/// The extent of a run-time tensor.
Extent extentBehind(Evaluator &eval, mlir::Value reference, size_t dim);

} // namespace sconce::specialize

#endif
