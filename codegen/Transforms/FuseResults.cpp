// Merges elementwise operations into the fast convolutions whose results they read.
//
// What transforms the sums of a tile to its results has them in registers: what follows, a bias, a residual, an activation, is done there.
// Requires: linalg on tensors, elementwise ops merged. Ensures: nothing beyond that.

#include "codegen/Transforms/Origins.h"
#include "codegen/Transforms/Passes.h"
#include "dialects/Winograd/IR/Winograd.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_FUSERESULTSPASS
#include "codegen/Transforms/Passes.h.inc"

/// What is done to an element is written out for each of a tile, 16 times.
static constexpr unsigned mostOps = 8, mostInputs = 4;

/// Why `op`, which reads `result`, is not merged into the convolution that made that; null where it is.
static const char *whyNot(linalg::GenericOp op, OpOperand &read) {
  Value result = read.get();
  AffineMap written = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!result.hasOneUse())
    return "others read it, too";
  if (op->getBlock() != result.getDefiningOp()->getBlock())
    return "it is inside of a loop or branch";
  if (op.getNumResults() != 1 || op.getNumParallelLoops() != op.getNumLoops() || op.getResultTypes().front() != result.getType() ||
      !op.getRegionOutputArgs().front().use_empty())
    return "it makes no element of each";
  if (!written.isPermutation() || op.getMatchingIndexingMap(&read) != written)
    return "its elements are not read one by one";
  if (op.getNumDpsInputs() > mostInputs || op.getBody()->getOperations().size() > mostOps + 1)
    return "what is written out for a tile would be too long";
  for (Operation &inner : op.getBody()->without_terminator())
    if (!isa<arith::ArithDialect>(inner.getDialect()) || isa<arith::DivFOp, arith::RemFOp>(inner))
      return "it is no simple arithmetic";
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto type = dyn_cast<RankedTensorType>(input->get().getType());
    auto isPlace = [](AffineExpr expr) { return isa<AffineDimExpr>(expr) || expr == 0; };
    if (!type || !type.hasStaticShape() || !llvm::all_of(op.getMatchingIndexingMap(input).getResults(), isPlace))
      return "what else it reads is not where its result is";
  }
  return nullptr;
}

/// Makes `convolution`, which may have no region yet, do what `op` does with its result.
template <typename Convolution> static void merge(OpBuilder &builder, Convolution convolution, linalg::GenericOp op, OpOperand &read) {
  builder.setInsertionPoint(op);
  IRMapping mapping;
  auto merged = cast<Convolution>(builder.clone(*convolution, mapping));
  merged->setLoc(mergeOrigins(convolution->getLoc(), op.getLoc()));
  // The loops of the op by the dimensions of the result.
  AffineMap loops = inversePermutation(op.getMatchingIndexingMap(op.getDpsInitOperand(0)));
  SmallVector<AffineMap> maps;
  SmallVector<Value> others;
  Block *body = builder.createBlock(&merged.getFinish());
  mapping.map(op.getMatchingBlockArgument(&read), body->addArgument(getElementTypeOrSelf(read.get().getType()), op.getLoc()));
  for (OpOperand *input : op.getDpsInputOperands()) {
    if (input == &read)
      continue;
    others.push_back(input->get());
    maps.push_back(op.getMatchingIndexingMap(input).compose(loops));
    mapping.map(op.getMatchingBlockArgument(input), body->addArgument(getElementTypeOrSelf(input->get().getType()), op.getLoc()));
  }
  for (Operation &inner : op.getBody()->without_terminator())
    builder.clone(inner, mapping);
  winograd::YieldOp::create(builder, op.getLoc(), mapping.lookupOrDefault(op.getBody()->getTerminator()->getOperand(0)));
  merged.getOthersMutable().assign(others);
  merged.setMapsAttr(builder.getAffineMapArrayAttr(maps));
  op.getResult(0).replaceAllUsesWith(merged->getResult(0));
  op.erase();
  convolution.erase();
}

namespace {
struct FuseResultsPass : impl::FuseResultsPassBase<FuseResultsPass> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    SmallVector<Operation *> convolutions;
    getOperation().walk([&](Operation *op) {
      if (isa<winograd::TransformResultOp, winograd::ConvolveOp>(op))
        convolutions.push_back(op);
    });
    for (Operation *convolution : convolutions)
      for (OpOperand &use : llvm::make_early_inc_range(convolution->getResult(0).getUses())) {
        auto op = dyn_cast<linalg::GenericOp>(use.getOwner());
        if (!op || !op.isDpsInput(&use))
          continue;
        if (const char *reason = whyNot(op, use)) {
          remarkNotMerged(op, convolution->getLoc(), op.getLoc(), reason);
          continue;
        }
        if (auto blocked = dyn_cast<winograd::ConvolveOp>(convolution))
          merge(builder, blocked, op, use);
        else
          merge(builder, cast<winograd::TransformResultOp>(convolution), op, use);
        ++numFused;
        break;
      }
  }
};
} // namespace
} // namespace sconce::codegen
