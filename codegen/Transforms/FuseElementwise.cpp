// Merges elementwise operations into those that use their results.
//
// Upstream's fusion of two ops is used; its driver is not: it visits every op of the function until nothing changes,
// where one walk in program order is enough, because by the time a consumer is reached its producers are done.
// Requires: linalg on tensors. Ensures: nothing beyond that.

#include "codegen/Transforms/Origins.h"
#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallBitVector.h"
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
  if (auto generic = dyn_cast<linalg::GenericOp>(*op); generic && isSumOfProducts(generic))
    return true;
  return linalg::isaContractionOpInterface(op) || linalg::isaConvolutionOpInterface(op);
}

/// Whether computing an element of `op` again costs less than storing and reading it. What only says where an element is, is no more
/// than the access of another op would compute.
static bool isCheap(linalg::GenericOp op) {
  unsigned count = 0;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (isa<math::MathDialect>(inner.getDialect()) || isa<arith::DivFOp, arith::DivSIOp, arith::RemFOp, arith::RemSIOp>(inner) ||
        inner.getNumRegions() != 0)
      return false;
    bool isPlace = inner.getNumResults() == 1 && inner.getResult(0).getType().isIndex();
    if (!isa<arith::ConstantOp>(inner) && !isPlace)
      ++count;
  }
  return count <= 1;
}

/// Whether the op is all that reads a sum of products, which it is done with in registers.
static bool endsSumOfProducts(linalg::GenericOp op) {
  return llvm::any_of(op.getDpsInputs(), [](Value input) {
    auto sum = input.getDefiningOp<linalg::LinalgOp>();
    return sum && input.hasOneUse() && isContractionOrConvolution(sum);
  });
}

/// Why the producer of `operand` is not merged into its user; null where it is, as that saves more than it costs.
static const char *whyNot(OpOperand &operand) {
  auto consumer = cast<linalg::GenericOp>(operand.getOwner());
  auto producer = operand.get().getDefiningOp<linalg::GenericOp>();
  if (!producer)
    return "it is no loop over elements";
  if (producer.getNumResults() != 1)
    return "it has several results";
  if (producer->getBlock() != consumer->getBlock())
    return "it is outside of the loop or branch";
  if (isContractionOrConvolution(consumer))
    return "a sum of products reads its elements several times";
  if (!consumer.getMatchingIndexingMap(&operand).isProjectedPermutation())
    return "its elements are not read one by one";
  if (producer.getNumDpsInputs() + consumer.getNumDpsInputs() > maxOperands)
    return "together they would read more buffers than addresses stay in registers";
  if (producer.getBody()->getOperations().size() + consumer.getBody()->getOperations().size() > maxBodyOps)
    return "together they would be too long to compile";
  if (!operand.get().hasOneUse() && endsSumOfProducts(producer))
    return "others read it, too, and a sum of products ends with it";
  if (isCheap(producer))
    return linalg::areElementwiseOpsFusable(&operand) ? nullptr : "it is a reduction";
  if (!operand.get().hasOneUse())
    return "others read it, too, and to compute it again costs more than to read it";
  if (producer.getNumLoops() != consumer.getNumLoops())
    return "each of its elements is read several times, and to compute it again costs more than to read it";
  return linalg::areElementwiseOpsFusable(&operand) ? nullptr : "it is a reduction";
}

/// Says for the elementwise producers that were not merged into `op` why.
static void remarkRefusals(linalg::GenericOp op) {
  if (!op.getContext()->getRemarkEngine())
    return;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
    if (!producer || producer.getNumParallelLoops() != producer.getNumLoops())
      continue;
    if (const char *reason = whyNot(*operand))
      remarkNotMerged(op, producer.getLoc(), op.getLoc(), reason);
  }
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

/// Asks for the extents of results where they come from: an op need not run, or be kept beside the one that it is merged into, for
/// its extents alone.
static void resolveExtents(RewriterBase &rewriter, func::FuncOp func) {
  func.walk([&](tensor::DimOp op) {
    std::optional<int64_t> dim = op.getConstantIndex();
    Value source = op.getSource();
    while (auto made = source.getDefiningOp<DestinationStyleOpInterface>())
      source = made.getTiedOpOperand(cast<OpResult>(source))->get();
    if (!dim || source == op.getSource())
      return;
    rewriter.setInsertionPoint(op);
    auto empty = source.getDefiningOp<tensor::EmptyOp>();
    if (empty && empty.getType().isDynamicDim(*dim))
      rewriter.replaceOp(op, empty.getDynamicSize(static_cast<unsigned>(*dim)));
    else
      rewriter.replaceOpWithNewOp<tensor::DimOp>(op, source, op.getIndex());
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

/// Lets the body read each input once: merging leaves two where both ops read the same one.
static void shareEqualInputs(RewriterBase &rewriter, linalg::GenericOp op) {
  SmallVector<OpOperand *> inputs = op.getDpsInputOperands();
  for (auto [i, input] : llvm::enumerate(inputs))
    for (OpOperand *earlier : ArrayRef<OpOperand *>(inputs).take_front(i))
      if (earlier->get() == input->get() && op.getMatchingIndexingMap(earlier) == op.getMatchingIndexingMap(input)) {
        rewriter.replaceAllUsesWith(op.getMatchingBlockArgument(input), op.getMatchingBlockArgument(earlier));
        break;
      }
}

/// Whether the loops of `op` are known from its operands without those that are `dropped`.
static bool coversLoops(linalg::GenericOp op, const llvm::BitVector &dropped) {
  llvm::SmallBitVector covered(op.getNumLoops());
  for (auto [i, map] : llvm::enumerate(op.getIndexingMapsArray()))
    for (AffineExpr expr : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr); dim && !dropped[i])
        covered.set(dim.getPosition());
  return covered.all();
}

/// `op` without the inputs that its body does not read (one that was filled is its value now) and the results that nothing
/// uses: merging keeps the producer's result where it has other users, and those keep reading the producer's own.
static linalg::GenericOp dropUnused(RewriterBase &rewriter, linalg::GenericOp op) {
  shareEqualInputs(rewriter, op);
  unsigned numInputs = op.getNumDpsInputs();
  llvm::BitVector dropped(op->getNumOperands());
  for (OpOperand *input : op.getDpsInputOperands()) {
    dropped[input->getOperandNumber()] = op.getMatchingBlockArgument(input).use_empty();
    if (dropped[input->getOperandNumber()] && !coversLoops(op, dropped))
      dropped.reset(input->getOperandNumber());
  }
  for (OpResult result : op->getResults())
    dropped[numInputs + result.getResultNumber()] = result.use_empty() && op.getRegionOutputArgs()[result.getResultNumber()].use_empty();
  if (dropped.none())
    return op;
  Operation *yield = op.getBody()->getTerminator();
  SmallVector<Value> inputs, outputs, yielded;
  SmallVector<AffineMap> keptMaps;
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned number = operand.getOperandNumber();
    if (dropped[number])
      continue;
    (number < numInputs ? inputs : outputs).push_back(operand.get());
    keptMaps.push_back(op.getMatchingIndexingMap(&operand));
    if (number >= numInputs)
      yielded.push_back(yield->getOperand(number - numInputs));
  }
  rewriter.setInsertionPoint(op);
  auto kept = linalg::GenericOp::create(rewriter, op.getLoc(), TypeRange(ValueRange(outputs)), inputs, outputs, keptMaps,
                                        op.getIteratorTypesArray());
  rewriter.modifyOpInPlace(yield, [&] { yield->setOperands(yielded); });
  op.getBody()->eraseArguments(dropped);
  rewriter.inlineRegionBefore(op.getRegion(), kept.getRegion(), kept.getRegion().begin());
  unsigned next = 0;
  for (OpResult result : op->getResults())
    if (!dropped[numInputs + result.getResultNumber()])
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
      if (whyNot(*operand))
        continue;
      Operation *producer = operand->get().getDefiningOp();
      Location origins = mergeOrigins(producer->getLoc(), op.getLoc());
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
      fused->fusedOp->setLoc(origins);
      op = dropUnused(rewriter, cast<linalg::GenericOp>(fused->fusedOp));
      ++count;
      changed = true;
      break;
    }
  }
  remarkRefusals(dropUnused(rewriter, op));
  return count;
}

namespace {
struct FuseElementwisePass : impl::FuseElementwisePassBase<FuseElementwisePass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    generalize(rewriter, getOperation());
    resolveExtents(rewriter, getOperation());
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
