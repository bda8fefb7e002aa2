// What the primitives' type inference, verification and folding share.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_INFERENCE_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_INFERENCE_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"

namespace sconce::ts {

using Types = llvm::SmallVectorImpl<mlir::Type>;
using Shape = llvm::SmallVector<int64_t>;

/// Compares the results with inferTypes: equal but for extents that one of the two does not know.
llvm::LogicalResult verifyPrimitive(mlir::Operation *op);

// Result types of elementwise primitives. Operands are all tensors with equal extents, or all scalars.
llvm::LogicalResult inferSameType(mlir::Operation *op, Types &types);    ///< all of one dtype, also the result
llvm::LogicalResult inferRealType(mlir::Operation *op, Types &types);    ///< the dtype of a complex operand's parts
llvm::LogicalResult inferComplexType(mlir::Operation *op, Types &types); ///< the complex dtype with such parts
llvm::LogicalResult inferCompareType(mlir::Operation *op, Types &types); ///< bool
llvm::LogicalResult inferSelectType(mlir::Operation *op, Types &types);  ///< the last operands' dtype
llvm::LogicalResult inferConvertType(mlir::Operation *op, Types &types); ///< attribute `dtype`

/// Folds identities, and operations on constant scalars.
mlir::OpFoldResult foldElementwise(mlir::Operation *op, llvm::ArrayRef<mlir::Attribute> operands);

/// The common extents of tensor types: known where one is. Fails after a diagnostic when two known ones differ.
mlir::FailureOr<Shape> mergeShapes(mlir::Operation *op, mlir::TypeRange types);
/// Checks 0 <= dim < rank.
llvm::LogicalResult checkDim(mlir::Operation *op, llvm::StringRef name, int64_t dim, int64_t rank);
/// Checks that all are dimensions and none is given twice.
llvm::LogicalResult checkDims(mlir::Operation *op, llvm::StringRef name, llvm::ArrayRef<int64_t> dims, int64_t rank);
/// Checks a list with one operand for each run-time entry and no negative known one; `count` < 0: any length.
llvm::LogicalResult checkMixed(mlir::Operation *op, llvm::StringRef name, llvm::ArrayRef<int64_t> statics,
                               mlir::ValueRange dynamic, int64_t count = -1);
/// Checks that a list has `count` entries, all at least `least`.
llvm::LogicalResult checkList(mlir::Operation *op, llvm::StringRef name, llvm::ArrayRef<int64_t> values, int64_t count,
                              int64_t least);

/// The type of an operand that is a tensor by the operation's definition.
inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
/// a + b, unknown where one is.
int64_t addExtents(int64_t a, int64_t b);
/// The product of known extents, or nullopt.
std::optional<int64_t> staticNumel(llvm::ArrayRef<int64_t> shape);
/// Whether the dims are 0, 1, 2, ...
bool isIdentityOrder(llvm::ArrayRef<int64_t> dims);

} // namespace sconce::ts

#endif
