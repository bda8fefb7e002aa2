/// Which loop of a nest runs over vector lanes, and how its reductions are carried.
#ifndef SCONCE_CODEGEN_STRATEGIES_LOOPPLAN_H
#define SCONCE_CODEGEN_STRATEGIES_LOOPPLAN_H

#include "codegen/Strategies/LoopNest.h"
#include <optional>

namespace sconce::codegen {

/// The part of the target that a plan depends on.
struct VectorTarget {
  unsigned bits = 128;
  unsigned registers = 16;
  bool maskedMemory = false;
};

/// How one output is reduced: `combiner(accumulator, contribution)` in any order.
struct Combiner {
  mlir::Operation *op = nullptr;
  mlir::Value contribution; ///< a value of the body
};

struct LoopPlan {
  int vectorLoop = -1; ///< a loop of the nest, or none: scalars
  int64_t lanes = 1;
  int64_t unroll = 1; ///< vectors worked on at once, to hide the latency of what they wait for
  int64_t interleave = 1; ///< vectors that each operation of a body without reductions takes together, for the same end
  /// A parallel loop of which `jam` neighbours are worked on at once, because they share what they read: the windows of a
  /// depthwise convolution or of pooling overlap, and have the same weights. -1: none.
  int jamLoop = -1;
  int64_t jam = 1;
  /// For each reduction loop: how many of its positions are written out one after the other; sharing needs to see them.
  llvm::SmallVector<int64_t> written;
  bool writesAll = false; ///< every position of every reduction is written out
  bool hasGroups = false; ///< lanes run over groups of which an operand has elements, those of each written out (Access::groupSize)
  /// For a vector loop that is a reduction: how each output is combined.
  llvm::SmallVector<Combiner> combiners;

  static LoopPlan make(const LoopNest &nest, const VectorTarget &target);
};

/// How output `index` of `op` is reduced, if its body is one associative and commutative operation on the output's
/// element and something that does not depend on it.
std::optional<Combiner> matchCombiner(mlir::linalg::LinalgOp op, unsigned index);

/// The value that leaves any other unchanged under `combiner`.
mlir::TypedAttr getNeutralElement(mlir::Operation *combiner);

/// Clones `combiner` for two values of one type.
mlir::Value combine(mlir::OpBuilder &builder, mlir::Location loc, mlir::Operation *combiner, mlir::Value a, mlir::Value b);

/// The lanes of `vector` combined to a scalar.
mlir::Value combineLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Operation *combiner, mlir::Value vector);

} // namespace sconce::codegen

#endif
