/// How a sum of products is tiled: which loop runs over vector lanes, what is held in registers, what is packed.
#ifndef SCONCE_CODEGEN_STRATEGIES_CONTRACTIONPLAN_H
#define SCONCE_CODEGEN_STRATEGIES_CONTRACTIONPLAN_H

#include "codegen/Strategies/GroupNest.h"
#include <optional>

namespace sconce::codegen {

/// The part of the target that a tile depends on.
struct TileTarget {
  unsigned vectorBits = 128;
  unsigned registers = 16;
  bool maskedMemory = false;
  bool hasFMA = true;

  bool hasManyRegisters() const;
};

/// The loops of a contraction by which operands move with them. Matrix products, batched or not, tensor products and
/// convolutions of any kind are all of this form: a convolution's output positions and taps are but more loops.
struct ContractionLoops {
  llvm::SmallVector<unsigned> batch;     ///< both operands and the result
  llvm::SmallVector<unsigned> free[2];   ///< operand 0 or 1, and the result
  llvm::SmallVector<unsigned> reduction; ///< summed over
};

/// A tile of the result that is held in vector registers during the whole reduction: `rows` positions of the narrow
/// operand's loops, each element of which is broadcast, times `vectors` vectors of the wide operand's.
struct ContractionPlan {
  /// How vectors of the wide operand are read.
  enum Wide {
    Direct, ///< where they are
    Copied, ///< packed into a panel, vector by vector
    Transposed, ///< packed into a panel: neighbours in memory are along a reduction loop
  };
  ContractionLoops loops;
  unsigned wide = 1;       ///< the operand that is read in vectors, 0 or 1
  Wide access = Direct;
  unsigned vectorLoop = 0; ///< a free loop of the wide operand
  int depthLoop = -1;      ///< Transposed: the reduction loop with stride 1
  int rowLoop = -1;        ///< a free loop of the narrow operand; -1: it has none
  int outerRowLoop = -1;   ///< another one, when the row loop is shorter than a tile
  int64_t lanes = 1, vectors = 1, rows = 1, outerRows = 1;
  int64_t depthStep = 0;  ///< 0: a tile goes through the whole reduction; else all columns go through so many steps of it at a time
  /// The elements that all tiles of the same columns read of the wide operand, where they lie in one piece and come from memory: then
  /// each of these tiles prefetches a part of the next piece, for the first one there not to wait for it. 0: nothing is prefetched.
  int64_t prefetchedBlock = 0;
  int sharedLoop = -1;    ///< the outermost one, which threads share; -1: none
  int64_t sharedStep = 1; ///< how far along it one position of the threads' range goes, whole tiles
  unsigned narrow() const { return 1 - wide; }
  int64_t panelWidth() const { return lanes * vectors; }

  /// Null when the group is no contraction, or is better off as plain loops. `uses`: how many operands of these types go
  /// through it before one comes again, that may be in a cache since then.
  static std::optional<ContractionPlan> make(const GroupNest &group, const TileTarget &target, int64_t uses);
  /// How many elements the whole reduction goes over in the wide operand, `step` for each of its steps, if those of one step follow
  /// those of the step before.
  std::optional<Product> flattenDepth(const LoopNest &nest, int64_t step) const;
  /// Chooses the shared loop.
  void share(const LoopNest &nest);

private:
  int64_t streamedColumns(int64_t columns) const;
};

/// How many elements lie between the first and the last that the nest reads of an operand, both counted; its strides, and the extents of
/// the loops that move it, are constants.
int64_t countSpan(const LoopNest &nest, unsigned operand);

/// A product of inputs 0 and 1 of an op, each widened first or not, added to the output: the multiplication and the
/// addition of its body.
struct SumOfProducts {
  mlir::Operation *multiply = nullptr, *add = nullptr;
  mlir::Operation *widen[2] = {nullptr, nullptr}; ///< a conversion of the input's elements, or null

  static std::optional<SumOfProducts> match(mlir::linalg::LinalgOp op);
};

} // namespace sconce::codegen

#endif
