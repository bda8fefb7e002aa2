/// Kernel groups that work on each other's results row by row: softmax, normalizations, attention.
///
/// What they are made of, reductions and elementwise ops, cannot be merged into one loop nest, as the second reads a row
/// only when the first has read all of it. One row after the other, though, what passes between them stays in a cache.
#ifndef SCONCE_CODEGEN_TRANSFORMS_ROWCHAIN_H
#define SCONCE_CODEGEN_TRANSFORMS_ROWCHAIN_H

#include "codegen/Transforms/KernelGroup.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace sconce::codegen {

/// Groups that may run one after the other for the first row, then for the second, and so on. A row is what one position
/// of the leading dimensions of the buffers that pass between them has; rows are numbered as they lie there.
struct RowChain {
  llvm::SmallVector<KernelGroup> groups; ///< in program order
  int64_t rows = 1;
  int64_t block = 1; ///< so many neighbours are worked on together
  int64_t span = 1;  ///< each so many rows are cut into blocks of their own, the last of which begins so early that it is whole
  /// The loops of each op whose positions number the row, outermost first.
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<unsigned>> loops;
  /// Allocations that only these groups use: one block of rows of each is enough.
  llvm::SmallVector<mlir::Value> locals;

  int64_t countBlocks() const { return rows / span * ((span + block - 1) / block); }
  /// The bytes of a block of rows of each local buffer, together.
  int64_t countLocalBytes() const;
};

/// Sorts groups, which are in program order, into chains; most are one of their own.
std::vector<RowChain> collectRowChains(llvm::ArrayRef<KernelGroup> groups, BufferRoots &roots);

/// The whole buffer that `buffer` is, whatever its dimensions.
mlir::Value dropReshapes(mlir::Value buffer);

/// Whether row after row of `buffer`, read through `map`, is run after run of its memory; `loops` number the row.
bool isRowByRow(mlir::Value buffer, mlir::AffineMap map, llvm::ArrayRef<unsigned> loops);

} // namespace sconce::codegen

#endif
