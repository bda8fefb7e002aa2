/// The loop of a kernel that threads share: its outermost one, each position of which writes memory of its own.
#ifndef SCONCE_CODEGEN_STRATEGIES_SHAREDLOOP_H
#define SCONCE_CODEGEN_STRATEGIES_SHAREDLOOP_H

#include "codegen/Strategies/GroupNest.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace sconce::codegen {

/// On the only loop at the top of a kernel, which goes from 0 by 1: threads may share it.
inline constexpr llvm::StringLiteral sharedLoopAttrName = "sconce.shared";

/// On an argument of a kernel: the shared loop goes from its last position to its first where the argument is not 0.
inline constexpr llvm::StringLiteral backwardsAttrName = "sconce.backwards";

/// Positions that a shared loop should have, so that threads end at about the same time.
inline constexpr int64_t fewestShares = 16;

/// Whether a kernel works so long that threads gain by sharing it.
bool isWorthSharing(mlir::func::FuncOp kernel);

/// The loop over rows of a kernel that runs several groups, null in others; the groups' own loops are not shared.
mlir::scf::ForOp findRowLoop(mlir::func::FuncOp kernel);

/// Makes two loops of loop `d`, whose size is a multiple of `inner`: `d` becomes the inner one of that size. Returns the
/// outer one's number, the last.
unsigned splitLoop(GroupNest &group, unsigned d, int64_t inner);

/// The greatest multiple of `unit` that divides `size` at least `fewestShares` times, or else as often as it can be; 0 when
/// it does not divide it twice.
int64_t shareSize(int64_t size, int64_t unit);

/// Starts the shared loop; the builder is inside then.
mlir::Value openSharedLoop(mlir::OpBuilder &builder, mlir::Location loc, const Product &size);

/// Mirrors the positions of `loop`, whose steps fill its bounds, where the i64 `backwards` is not 0.
void turnLoop(mlir::OpBuilder &builder, mlir::scf::ForOp loop, mlir::Value backwards);

} // namespace sconce::codegen

#endif
