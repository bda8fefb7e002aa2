// Merges elementwise operations into those that use their results.
//
// Upstream's fusion of two ops is used; its driver is not: it visits every op of the function until nothing changes,
// where one walk in program order is enough, because by the time a consumer is reached its producers are done.
// Requires: linalg on tensors. Ensures: nothing beyond that.

#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Iterators.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "codegen/Transforms/Passes.h.inc"

/// A merged body reads at most this many buffers: past it, addresses no longer stay in registers.
static constexpr unsigned maxOperands = 12;
/// And has at most this many operations, to bound the time that one kernel takes to compile.
static constexpr unsigned maxBodyOps = 400;

static bool isContractionOrConvolution(linalg::LinalgOp op) {
  return linalg::isaContractionOpInterface(op) || linalg::isaConvolutionOpInterface(op);
}

/// Whether computing an element of `op` again costs less than storing and reading it.
static bool isCheap(linalg::GenericOp op) {
  unsigned count = 0;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (isa<math::MathDialect>(inner.getDialect()) || isa<arith::DivFOp, arith::DivSIOp, arith::RemFOp, arith::RemSIOp>(inner) ||
        inner.getNumRegions() != 0)
      return false;
    if (!isa<arith::ConstantOp, linalg::IndexOp>(inner))
      ++count;
  }
  return count <= 1;
}

/// Whether merging the producer of `operand` into its user saves more than it costs.
static bool isWorthwhile(OpOperand &operand) {
  auto consumer = cast<linalg::GenericOp>(operand.getOwner());
  auto producer = operand.get().getDefiningOp<linalg::GenericOp>();
  if (!producer || producer.getNumResults() != 1 || producer->getBlock() != consumer->getBlock())
    return false;
  AffineMap map = consumer.getMatchingIndexingMap(&operand);
  if (!map.isProjectedPermutation() || isContractionOrConvolution(consumer))
    return false;
  if (producer.getNumDpsInputs() + consumer.getNumDpsInputs() > maxOperands ||
      producer.getBody()->getOperations().size() + consumer.getBody()->getOperations().size() > maxBodyOps)
    return false;
  bool once = operand.get().hasOneUse() && producer.getNumLoops() == consumer.getNumLoops();
  return once || isCheap(producer);
}

/// Names elementwise ops like linalg.add, linalg.transpose or linalg.map as generic ones.
static void generalize(RewriterBase &rewriter, func::FuncOp func) {
  func.walk([&](linalg::LinalgOp op) {
    if (isa<linalg::GenericOp, linalg::FillOp, linalg::CopyOp>(op) || isContractionOrConvolution(op) || op.hasIndexSemantics())
      return;
    if (op.getNumParallelLoops() != op.getNumLoops() && !isa<linalg::ReduceOp>(op))
      return;
    rewriter.setInsertionPoint(op);
    (void)linalg::generalizeNamedOp(rewriter, op);
  });
}

/// Replaces an input that is one value everywhere by that value.
static void foldFilledInputs(RewriterBase &rewriter, linalg::GenericOp op) {
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument element = op.getMatchingBlockArgument(input);
    auto fill = input->get().getDefiningOp<linalg::FillOp>();
    if (fill && !element.use_empty() && fill.value().getType() == element.getType())
      rewriter.replaceAllUsesWith(element, fill.value());
  }
}

/// `op` without the results that nothing uses: merging keeps the producer's result where it has other users, and those
/// keep reading the producer's own.
static linalg::GenericOp dropUnusedResults(RewriterBase &rewriter, linalg::GenericOp op) {
  Operation *yield = op.getBody()->getTerminator();
  llvm::BitVector unused(op->getNumResults());
  for (OpResult result : op->getResults())
    unused[result.getResultNumber()] = result.use_empty() && op.getRegionOutputArgs()[result.getResultNumber()].use_empty();
  if (unused.none())
    return op;
  unsigned numInputs = op.getNumDpsInputs();
  SmallVector<Value> outputs, yielded;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<AffineMap> keptMaps(maps.begin(), maps.begin() + numInputs);
  llvm::BitVector arguments(op.getBody()->getNumArguments());
  for (unsigned i = 0; i < unused.size(); ++i) {
    arguments[numInputs + i] = unused[i];
    if (unused[i])
      continue;
    outputs.push_back(op.getDpsInits()[i]);
    yielded.push_back(yield->getOperand(i));
    keptMaps.push_back(maps[numInputs + i]);
  }
  rewriter.setInsertionPoint(op);
  auto kept = linalg::GenericOp::create(rewriter, op.getLoc(), TypeRange(ValueRange(outputs)), op.getInputs(), outputs,
                                        keptMaps, op.getIteratorTypesArray());
  rewriter.modifyOpInPlace(yield, [&] { yield->setOperands(yielded); });
  op.getBody()->eraseArguments(arguments);
  rewriter.inlineRegionBefore(op.getRegion(), kept.getRegion(), kept.getRegion().begin());
  unsigned next = 0;
  for (OpResult result : op->getResults())
    if (!unused[result.getResultNumber()])
      rewriter.replaceAllUsesWith(result, kept.getResult(next++));
  rewriter.eraseOp(op);
  return kept;
}

/// Merges producers into `op` until none is left that should be; returns how many were.
static unsigned fuseInto(RewriterBase &rewriter, linalg::GenericOp op) {
  unsigned count = 0;
  for (bool changed = true; changed;) {
    changed = false;
    foldFilledInputs(rewriter, op);
    for (OpOperand *operand : op.getDpsInputOperands()) {
      if (!linalg::areElementwiseOpsFusable(operand) || !isWorthwhile(*operand))
        continue;
      Operation *producer = operand->get().getDefiningOp();
      rewriter.setInsertionPoint(op);
      FailureOr<linalg::ElementwiseOpFusionResult> fused = linalg::fuseElementwiseOps(rewriter, operand);
      if (failed(fused))
        continue;
      for (auto [original, replacement] : fused->replacements)
        rewriter.replaceUsesWithIf(original, replacement,
                                   [&](OpOperand &use) { return use.get().getDefiningOp() != producer; });
      rewriter.eraseOp(op);
      if (producer->use_empty())
        rewriter.eraseOp(producer);
      op = dropUnusedResults(rewriter, cast<linalg::GenericOp>(fused->fusedOp));
      ++count;
      changed = true;
      break;
    }
  }
  return count;
}

namespace {
struct FuseElementwisePass : impl::FuseElementwisePassBase<FuseElementwisePass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    generalize(rewriter, getOperation());
    // Fusion erases producers, which come before the op at hand, and the op itself.
    SmallVector<linalg::GenericOp> consumers;
    getOperation().walk([&](linalg::GenericOp op) { consumers.push_back(op); });
    for (linalg::GenericOp op : consumers)
      numFused += fuseInto(rewriter, op);
    // What was merged, and the initial values that it does not read.
    getOperation().walk<WalkOrder::PostOrder, mlir::ReverseIterator>([&](Operation *op) {
      if (isOpTriviallyDead(op))
        rewriter.eraseOp(op);
    });
  }
};
} // namespace
} // namespace sconce::codegen
