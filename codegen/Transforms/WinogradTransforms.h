/// How Winograd's transforms become ops on buffers.
#ifndef SCONCE_CODEGEN_TRANSFORMS_WINOGRADTRANSFORMS_H
#define SCONCE_CODEGEN_TRANSFORMS_WINOGRADTRANSFORMS_H

#include "codegen/Transforms/WinogradMatrices.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace sconce::codegen {

/// What is done with the elements of a tile of results before they are written.
class WinogradFinish {
public:
  /// The region of an op on buffers, and the buffers that it reads by `maps` besides. `placeOf` says, by the loops of the transform, where the
  /// element i, j of a tile is in the result [n, h, w, o]. `mapping` has what the region uses from above.
  WinogradFinish(mlir::Region &region, mlir::ValueRange others, mlir::ArrayAttr maps, llvm::ArrayRef<int64_t> tile,
                 llvm::function_ref<mlir::AffineMap(int64_t i, int64_t j)> placeOf, mlir::IRMapping mapping = {});

  /// What the transform reads besides.
  llvm::ArrayRef<mlir::Value> getOperands() const { return operands; }
  llvm::ArrayRef<mlir::AffineMap> getMaps() const { return maps; }
  /// Makes the results of the transform's elements and those of its operands.
  llvm::SmallVector<mlir::Value> apply(mlir::OpBuilder &builder, mlir::ValueRange results, mlir::ValueRange elements) const;

private:
  mlir::Region &region;
  mlir::IRMapping mapping;
  llvm::SmallVector<mlir::Value> operands;
  llvm::SmallVector<mlir::AffineMap> maps;
  /// For each element of a tile, which of the operands the region's arguments are.
  llvm::SmallVector<llvm::SmallVector<unsigned>> arguments;
};

/// One op over loops of `shape` that reads the elements of a patch from `inputs` by `maps`, and writes the product of `high`, them, and `wide`
/// transposed, `finish`ed if that is given, to `outputs`.
mlir::linalg::GenericOp makeTransform(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape, mlir::ValueRange inputs,
                                      llvm::ArrayRef<mlir::AffineMap> maps, llvm::ArrayRef<mlir::Value> outputs, const Matrix &high,
                                      const Matrix &wide, const WinogradFinish *finish = nullptr);

/// Lets the ops of the Winograd dialect be bufferized, where makeWinogradMatrices has the matrices: transforms to one
/// linalg.generic whose operands are the tiles' places in the image and their points.
void registerWinogradTransforms(mlir::DialectRegistry &registry);

} // namespace sconce::codegen

#endif
