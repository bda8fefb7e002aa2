/// The loops of a group of operations that make one kernel.
#ifndef SCONCE_CODEGEN_STRATEGIES_GROUPNEST_H
#define SCONCE_CODEGEN_STRATEGIES_GROUPNEST_H

#include "codegen/Strategies/BodyEmitter.h"
#include "codegen/Strategies/LoopNest.h"
#include "codegen/Transforms/KernelGroup.h"
#include "codegen/Transforms/KernelMarks.h"

namespace sconce::codegen {

/// The leader's nest and the epilogue's over the same loops, and what the leader's result starts from.
struct GroupNest {
  std::vector<LoopNest> nests; ///< the leader's, then the epilogue's if there is one
  mlir::Value initial;               ///< a scalar that fills the leader's output; null: what is in memory
  unsigned epilogueOperand = 0;
  int64_t interleave = 1; ///< vectors that the epilogue takes at once

  /// `registers`: vectors that the target holds.
  static mlir::FailureOr<GroupNest> read(mlir::OpBuilder &builder, KernelGroup group, unsigned registers);

  bool hasEpilogue() const { return nests.size() > 1; }
  /// Whether the epilogue computes elementary functions.
  bool hasFunctions() const { return hasEpilogue() && codegen::hasFunctions(nests.back().op); }
  /// Whether an output of the epilogue lies along loop `across` and not along `vectorLoop`, so that storeResults turns squares.
  bool turnsResults(int across, int vectorLoop) const;
  /// What output `index` of the leader starts from.
  LaneValue loadInitial(BodyEmitter &leader, unsigned index) const;
  /// Stores `values`, the leader's result `index` at `places`; with an epilogue, what that makes of them. The places follow each other
  /// along loop `across`, or are one and `across` is -1. Where that is the order in which an output lies, and the lanes are not, squares
  /// are transposed in registers instead of scattering lanes.
  void storeResults(mlir::OpBuilder &builder, llvm::ArrayRef<LanePosition> places, int across, unsigned index,
                    llvm::ArrayRef<LaneValue> values, bool maskedMemory) const;

private:
  /// finish for each of `places`.
  std::vector<llvm::SmallVector<LaneValue>> finishAll(mlir::OpBuilder &builder, llvm::ArrayRef<LanePosition> places,
                                                      llvm::ArrayRef<LaneValue> values) const;
  /// The values of the outputs at a position: of one of the leader's, or of the epilogue's.
  llvm::SmallVector<LaneValue> finish(mlir::OpBuilder &builder, const LanePosition &at, LaneValue value) const;
};

} // namespace sconce::codegen

#endif
