/// What must hold of extents that only run time knows, for a primitive to stay inside its tensors.
#ifndef SCONCE_LIB_SPECIALIZE_EXTENTCHECKS_H
#define SCONCE_LIB_SPECIALIZE_EXTENTCHECKS_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// Has the program raise where run-time extents of the primitive's tensors do not go together: operands of an elementwise operation, of a
/// product, of a convolution, parts that are joined, indices and what is written at them, an input and the window that moves over it. What
/// is known at compile time the library and the dialect have checked. Fails where the program surely raises, or after a diagnostic.
mlir::LogicalResult requireFittingExtents(Call &call, llvm::StringRef primitive);
/// The same for a tensor that is stretched: each extent is 1, or that of the dimension that it goes to.
mlir::LogicalResult requireStretchable(Evaluator &eval, const TensorNode *x, llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<int64_t> dims);

/// The same for a view of any strides: its last element is inside the storage.
mlir::LogicalResult requireInsideStorage(Evaluator &eval, const TensorNode *x, const ViewStep &step);

/// Operands of products and convolutions whose extents the other operand knows, as values of that type; once these have been checked.
void refineOperands(Emitter &emitter, llvm::StringRef primitive, llvm::ArrayRef<AbstractValue> arguments, mlir::Value &first,
                    mlir::Value &second);

} // namespace sconce::specialize

#endif
