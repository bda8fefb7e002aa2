/// Clones the body of a structured op for one element, or for a vector of neighbouring elements at once.
#ifndef SCONCE_CODEGEN_STRATEGIES_BODYEMITTER_H
#define SCONCE_CODEGEN_STRATEGIES_BODYEMITTER_H

#include "codegen/Strategies/LoopNest.h"

namespace sconce::codegen {

/// A value of the body: the same in all lanes, counting up or down by one from lane to lane, or a vector.
struct LaneValue {
  enum Kind { Uniform, Counting, CountingDown, Varying } kind = Uniform;
  mlir::Value value; ///< a scalar for all but Varying: that of lane 0

  bool counts() const { return kind == Counting || kind == CountingDown; }
};

/// Where a body is evaluated.
struct LanePosition {
  llvm::SmallVector<mlir::Value> positions; ///< one for each loop of the nest; of lane 0 for the vector loop
  int vectorLoop = -1;                      ///< the loop that the lanes run along
  int64_t lanes = 1;                        ///< 1: scalars
  mlir::Value mask;                         ///< vector of i1, or null: all lanes
};

/// The constant vector 0, 1, 2, … of `type`.
mlir::Value makeLaneNumbers(mlir::OpBuilder &builder, mlir::Location loc, mlir::VectorType type);

/// Reads neighbours from `place` on, those of the lanes in `mask` where that is not null.
mlir::Value loadNeighbours(mlir::OpBuilder &builder, mlir::Location loc, mlir::VectorType type, mlir::Value buffer, mlir::ValueRange place, mlir::Value mask);

/// Whether elements so far apart are picked from vectors of all that lie between them.
bool isReadAsNeighbours(const Product &stride);

/// Emits the body of `nest.op` at one position.
class BodyEmitter {
public:
  BodyEmitter(mlir::OpBuilder &builder, const LoopNest &nest, const LanePosition &at)
      : builder(builder), nest(nest), at(at), loc(nest.op.getLoc()) {}
  /// The position must outlive it.
  BodyEmitter(mlir::OpBuilder &builder, const LoopNest &nest, LanePosition &&at) = delete;

  /// Reads operand `index` of the op.
  LaneValue load(unsigned index);
  /// Reads operand `index`, a buffer, at another place than where it is.
  LaneValue loadAt(unsigned index, mlir::Value place);
  /// Reads operand `index`, whose groups the lanes run over (Access::groupSize), from their first members at `place` on: a vector in
  /// which each 128 bits have a part of their group, the one that `member` is in.
  mlir::Value loadGroups(unsigned index, mlir::Value place, int64_t member);
  /// Which part of its group that is; members of one part share the vector.
  int64_t partOfGroup(unsigned index, int64_t member) const;
  /// In each lane of such a vector element `member` of the lane's group.
  LaneValue pickMember(unsigned index, mlir::Value groups, int64_t member);
  /// Where operand `index`, a buffer, is: the index into its flat buffer of lane 0.
  mlir::Value address(unsigned index) { return address(nest.accesses[index]); }
  mlir::Value outputAddress(unsigned index) { return address(nest.getOutputs()[index]); }
  /// Writes `value` to output `index`.
  void store(unsigned index, LaneValue value);
  /// What the values `wanted` of the body (those it yields, when none are named) are when its arguments are
  /// `arguments`; those that the body does not use may be null.
  llvm::SmallVector<LaneValue> evaluate(llvm::ArrayRef<LaneValue> arguments, mlir::ValueRange wanted = {});
  /// The value as a vector of all lanes (or a scalar, when there is one lane).
  mlir::Value widen(LaneValue value);

  /// Whether `op`'s body has a vector form.
  static bool canVectorize(mlir::linalg::LinalgOp op);

private:
  mlir::Value address(const Access &access);
  LaneValue get(mlir::Value value);
  void cloneOp(mlir::Operation *op);
  /// Each step-th element from `place` on.
  mlir::Value loadEvery(int64_t step, mlir::VectorType type, mlir::Value buffer, mlir::Value place);
  LaneValue emitIndex(unsigned originalLoop);
  LaneValue emitLoad(mlir::Operation *load);
  mlir::VectorType vectorOf(mlir::Type element) const;
  mlir::Value allLanes();

  mlir::OpBuilder &builder;
  const LoopNest &nest;
  const LanePosition &at;
  mlir::Location loc;
  llvm::DenseMap<mlir::Value, LaneValue> values;
};

/// How many vectors each operation of `op`'s body should take at once: a few registers do not hold the constants of elementary
/// functions, so that each vector would load them anew, and the processor's window is full of one chain.
int64_t countInterleaved(mlir::linalg::LinalgOp op, unsigned registers);

} // namespace sconce::codegen

#endif
