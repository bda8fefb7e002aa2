// Turns the tensors of a function into buffers.
//
// The analysis is upstream's. What is left to do around it: bufferization leaves copies of a buffer to itself where it
// computed a value in place, copies between buffers that no memcpy can do, and no releases.
// Requires: no tensor in the function's type, CarryTensors has run. Ensures: no tensor anywhere; memref.copy only
// between contiguous buffers; each memref.alloc of run-time size that is not handed out has one memref.dealloc.

#include "codegen/Transforms/ControlFlowBuffers.h"
#include "codegen/Transforms/FillBorders.h"
#include "codegen/Transforms/Passes.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Bufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/RegionUtils.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_BUFFERIZEPASS
#include "codegen/Transforms/Passes.h.inc"

/// An identity layout where it fits: upstream's default for an unknown buffer has run-time strides.
static bufferization::OneShotBufferizationOptions getOptions() {
  bufferization::OneShotBufferizationOptions options;
  options.allowUnknownOps = true;
  options.unknownTypeConverterFn = [](TensorType type, Attribute space, const bufferization::BufferizationOptions &) {
    return bufferization::getMemRefTypeWithStaticIdentityLayout(type, space);
  };
  return options;
}

/// A branch whose sides leave their tensors in one buffer gives that buffer, so that a copy to it is seen to be one to itself.
static void takeCommonBuffers(func::FuncOp func) {
  func.walk<WalkOrder::PreOrder>([](Operation *op) {
    if (!isa<scf::IfOp, scf::IndexSwitchOp>(op))
      return;
    for (OpResult result : op->getResults()) {
      auto yielded = [&](Region &region) { return region.front().getTerminator()->getOperand(result.getResultNumber()); };
      Value buffer = yielded(op->getRegion(0));
      if (isa<MemRefType>(result.getType()) && !op->isAncestor(buffer.getParentBlock()->getParentOp()) &&
          llvm::all_of(op->getRegions(), [&](Region &region) { return yielded(region) == buffer; }))
        result.replaceAllUsesWith(buffer);
    }
  });
}

/// Folds what bufferization leaves behind: self copies, casts, reads of what was just wrapped, unused loop arguments.
static void cleanUp(func::FuncOp func) {
  MLIRContext *context = func.getContext();
  RewritePatternSet patterns(context);
  memref::CopyOp::getCanonicalizationPatterns(patterns, context);
  memref::CastOp::getCanonicalizationPatterns(patterns, context);
  memref::SubViewOp::getCanonicalizationPatterns(patterns, context);
  memref::DimOp::getCanonicalizationPatterns(patterns, context);
  scf::ForOp::getCanonicalizationPatterns(patterns, context);
  scf::WhileOp::getCanonicalizationPatterns(patterns, context);
  bufferization::ToTensorOp::getCanonicalizationPatterns(patterns, context);
  bufferization::ToBufferOp::getCanonicalizationPatterns(patterns, context);
  // Most ops are in the bodies of elementwise ones, with nothing to be done.
  SmallVector<Operation *> ops;
  func.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op != func)
      ops.push_back(op);
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip() : WalkResult::advance();
  });
  GreedyRewriteConfig config;
  config.setUseTopDownTraversal(true);
  (void)applyOpPatternsGreedily(ops, std::move(patterns), config);
}

/// Turns a copy that is not one run of bytes on both sides into a linalg op.
static void expandStridedCopy(RewriterBase &rewriter, memref::CopyOp copy) {
  auto source = cast<MemRefType>(copy.getSource().getType());
  auto target = cast<MemRefType>(copy.getTarget().getType());
  if (source.getLayout().isIdentity() && target.getLayout().isIdentity())
    return;
  rewriter.setInsertionPoint(copy);
  SmallVector<AffineMap> maps(2, rewriter.getMultiDimIdentityMap(source.getRank()));
  SmallVector<utils::IteratorType> iterators(source.getRank(), utils::IteratorType::parallel);
  linalg::GenericOp::create(rewriter, copy.getLoc(), copy.getSource(), copy.getTarget(), maps, iterators,
                            [](OpBuilder &b, Location loc, ValueRange args) {
                              linalg::YieldOp::create(b, loc, args.front());
                            });
  rewriter.eraseOp(copy);
}

/// Gives each op that overwrites an initial tensor, and each loop that starts from one, its own: where two share it (values are equal,
/// so they were merged), bufferization would fill one buffer and copy it to the other, and look for a way not to for long.
static void unshareInitialTensors(RewriterBase &rewriter, func::FuncOp func) {
  auto unshare = [&](Operation *op, MutableArrayRef<OpOperand> inits) {
    for (OpOperand &init : inits) {
      Operation *made = init.get().getDefiningOp();
      if (!made || !isa<linalg::FillOp, tensor::EmptyOp>(made) || init.get().hasOneUse())
        continue;
      rewriter.setInsertionPoint(op);
      Operation *own = rewriter.clone(*made);
      if (auto fill = dyn_cast<linalg::FillOp>(own))
        if (auto empty = fill.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>()) {
          rewriter.setInsertionPoint(own);
          fill->setOperand(1, rewriter.clone(*empty)->getResult(0));
        }
      init.set(own->getResult(0));
    }
  };
  func.walk([&](Operation *op) {
    if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
      for (OpOperand &init : destination.getDpsInitsMutable())
        unshare(op, init);
    else if (auto loop = dyn_cast<scf::ForOp>(op))
      unshare(op, loop.getInitArgsMutable());
  });
}

/// The tensors whose buffer `value` may take over.
static SmallVector<Value> getTakenOver(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return {};
  Operation *op = result.getOwner();
  unsigned number = result.getResultNumber();
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
    return {destination.getTiedOpOperand(result)->get()};
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return {branch.thenYield().getOperand(number), branch.elseYield().getOperand(number)};
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    return number < loop.getInits().size() ? SmallVector<Value>{loop.getInits()[number]} : SmallVector<Value>();
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return {insert.getDest()};
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return {select.getTrueValue(), select.getFalseValue()};
  if (isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp, tensor::InsertOp>(op))
    return {op->getOperand(isa<tensor::InsertOp>(op) ? 1 : 0)};
  return {};
}

/// Whether `value`, or a tensor that may be in its buffer, is read after `end`, an operation of the function's block.
/// `except` is not followed, and what makes it is no read.
static bool isReadAfter(Value value, Operation *end, Value except) {
  llvm::SmallPtrSet<Value, 8> seen{except};
  SmallVector<Value> open{value};
  while (!open.empty()) {
    Value next = open.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    for (OpOperand &use : next.getUses()) {
      Operation *user = use.getOwner(), *outer = end->getBlock()->findAncestorOpInBlock(*user);
      if (user != except.getDefiningOp() && outer && end->isBeforeInBlock(outer))
        return true;
      for (Value result : isa<scf::YieldOp>(user) ? user->getParentOp()->getResults() : user->getResults())
        if (isa<TensorType>(result.getType()) && llvm::is_contained(getTakenOver(result), next))
          open.push_back(result);
    }
  }
  return false;
}

/// Whether two slices of one tensor have no element in common, as far as their numbers tell.
static bool areDisjoint(tensor::InsertSliceOp a, tensor::InsertSliceOp b) {
  for (unsigned dim = 0; dim < a.getDestType().getRank(); ++dim) {
    auto offsetA = getConstantIntValue(a.getMixedOffsets()[dim]), offsetB = getConstantIntValue(b.getMixedOffsets()[dim]);
    auto sizeA = getConstantIntValue(a.getMixedSizes()[dim]), sizeB = getConstantIntValue(b.getMixedSizes()[dim]);
    auto strideA = getConstantIntValue(a.getMixedStrides()[dim]), strideB = getConstantIntValue(b.getMixedStrides()[dim]);
    if (!offsetA || !offsetB || !sizeA || !sizeB || !strideA || !strideB)
      continue;
    if (*offsetA + (*sizeA - 1) * *strideA < *offsetB || *offsetB + (*sizeB - 1) * *strideB < *offsetA)
      return true;
  }
  return false;
}

namespace {
/// A tensor whose buffer a result takes over, and what is written there from then on.
struct Earlier {
  Value value;
  SmallVector<tensor::InsertSliceOp> inserts;
  bool isRewritten = false; ///< anywhere
};
} // namespace

/// Whether leaving `result` in the caller's buffer overwrites a tensor that is in it by then, and is read after that.
static bool overwritesEarlier(bufferization::MaterializeInDestinationOp result) {
  Value source = result.getSource();
  llvm::SmallPtrSet<Value, 8> seen;
  SmallVector<Earlier> open{{source, {}}};
  while (!open.empty()) {
    Earlier earlier = open.pop_back_val();
    if (!seen.insert(earlier.value).second)
      continue;
    if (earlier.value != source && isReadAfter(earlier.value, result, source))
      return true;
    Operation *op = earlier.value.getDefiningOp();
    if (auto insert = dyn_cast_or_null<tensor::InsertSliceOp>(op)) {
      // What is put in may be computed where it is put, and stays there until something else is written over it.
      bool isKept = !earlier.isRewritten && llvm::all_of(earlier.inserts, [&](auto later) { return areDisjoint(insert, later); });
      if (!isKept && isReadAfter(insert.getSource(), result, source))
        return true;
      earlier.inserts.push_back(insert);
    } else {
      earlier.isRewritten |= !isa_and_nonnull<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp>(op);
    }
    for (Value taken : getTakenOver(earlier.value))
      open.push_back({taken, earlier.inserts, earlier.isRewritten});
  }
  return false;
}

/// A result's buffer is the caller's, and upstream computes in it what the result is made from. It does not see that
/// leaving the result there overwrites that: where an earlier tensor is still read after it, the result is computed
/// elsewhere.
static void separateResults(RewriterBase &rewriter, func::FuncOp func) {
  SmallVector<bufferization::MaterializeInDestinationOp> results(
      func.front().getOps<bufferization::MaterializeInDestinationOp>());
  for (bufferization::MaterializeInDestinationOp result : results) {
    if (!overwritesEarlier(result))
      continue;
    Value source = result.getSource();
    rewriter.setInsertionPoint(result);
    Value own = bufferization::AllocTensorOp::create(rewriter, result.getLoc(), cast<RankedTensorType>(source.getType()),
                                                     ValueRange{}, source);
    rewriter.modifyOpInPlace(result, [&] { result.getSourceMutable().assign(own); });
  }
}

/// The use of an empty tensor that `value` is made from by nothing but overwriting it; null where there is none.
static OpOperand *findEmptyStart(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (isa<tensor::EmptyOp>(op))
      return value.hasOneUse() ? &*value.use_begin() : nullptr;
    if (auto cut = dyn_cast<bufferization::ToTensorOp>(op)) {
      auto before = cut.getBuffer().getDefiningOp<bufferization::ToBufferOp>();
      value = before ? before.getTensor() : Value();
    } else {
      value = isa<tensor::InsertSliceOp, linalg::LinalgOp>(op) ? getTakenOver(value).front() : Value();
    }
    if (!value)
      return nullptr;
  }
  return nullptr;
}

/// Puts each insert of a row behind what it inserts, if that is behind the insert before it: where a cut stands between the two, the
/// value could not be computed in its place.
static void moveToSources(RewriterBase &rewriter, MutableArrayRef<tensor::InsertSliceOp> row) {
  Block *block = row.front()->getBlock();
  auto laterOf = [&](Operation *a, Value operand) {
    Operation *b = operand.getDefiningOp();
    return b && b->getBlock() == block && (!a || a->isBeforeInBlock(b)) ? b : a;
  };
  if (auto start = row.front().getDest().getDefiningOp<tensor::EmptyOp>(); start && start.getDynamicSizes().empty() && start->hasOneUse())
    rewriter.moveOpBefore(start, &block->front());
  for (tensor::InsertSliceOp insert : row) {
    Operation *last = nullptr;
    for (Value operand : insert->getOperands())
      last = laterOf(last, operand);
    if (last && insert.getDest().hasOneUse() && insert.getSourceType().hasStaticShape() && insert.getDestType().hasStaticShape())
      rewriter.moveOpAfter(insert, last);
  }
}

/// Upstream's analysis asks of each write whether it is seen by a read of any other to the same buffer, and looks through all of them
/// for that: its time grows with the fourth power of the slices that are put into one tensor. So a long row of them is cut into
/// short ones, which the analysis does not see to be in one buffer. To it a cut is a write of the whole; where a tensor of before a cut
/// is read after it, there is none.
static void cutLongRows(RewriterBase &rewriter, func::FuncOp func) {
  // A row of 32 takes 0.02 s, one of 64 0.4 s.
  constexpr unsigned mostInserts = 16;
  // Rows by their last results.
  llvm::MapVector<Value, SmallVector<tensor::InsertSliceOp>> rows;
  for (auto insert : func.front().getOps<tensor::InsertSliceOp>()) {
    auto before = rows.find(insert.getDest());
    SmallVector<tensor::InsertSliceOp> row = before == rows.end() ? SmallVector<tensor::InsertSliceOp>() : std::move(before->second);
    row.push_back(insert);
    rows[insert.getResult()] = std::move(row);
  }
  for (auto &[result, row] : rows) {
    if (row.size() <= mostInserts)
      continue;
    moveToSources(rewriter, row);
    Value start = row.front().getDest();
    unsigned length = 0;
    bool isCut = false;
    for (tensor::InsertSliceOp insert : row) {
      if (length++ < mostInserts)
        continue;
      // Before what is inserted, so that it is computed in its place, if it does not itself read from before the cut.
      auto isPlace = [&](Operation *op) {
        return op && op->getPrevNode() && !isReadAfter(start, op->getPrevNode(), insert.getResult());
      };
      Operation *source = insert.getSource().getDefiningOp(), *dest = insert.getDest().getDefiningOp();
      if (source && source->getBlock() == dest->getBlock() && dest->isBeforeInBlock(source) && isPlace(source))
        rewriter.setInsertionPoint(source);
      else if (isPlace(insert))
        rewriter.setInsertionPoint(insert);
      else
        continue;
      Value buffer = bufferization::ToBufferOp::create(
          rewriter, insert.getLoc(), bufferization::getMemRefTypeWithFullyDynamicLayout(insert.getDestType()), insert.getDest());
      start = bufferization::ToTensorOp::create(rewriter, insert.getLoc(), insert.getDestType(), buffer, /*restrict=*/true,
                                                /*writable=*/true);
      rewriter.modifyOpInPlace(insert, [&] { insert.getDestMutable().assign(start); });
      length = 1;
      isCut = true;
    }
    if (!isCut || !result.hasOneUse())
      continue;
    // Upstream computes a result in the caller's buffer where it sees that it begins empty.
    auto written = dyn_cast<bufferization::MaterializeInDestinationOp>(*result.user_begin());
    OpOperand *empty = written ? findEmptyStart(result) : nullptr;
    if (!empty || !isa<MemRefType>(written.getDest().getType()) ||
        !DominanceInfo(func).properlyDominates(written.getDest(), empty->getOwner()))
      continue;
    rewriter.setInsertionPointAfterValue(written.getDest());
    Value own = bufferization::ToTensorOp::create(rewriter, written.getLoc(), empty->get().getType(), written.getDest(),
                                                  /*restrict=*/true, /*writable=*/true);
    rewriter.modifyOpInPlace(empty->getOwner(), [&] { empty->set(own); });
  }
}

/// The slice of an empty tensor that `value` is computed in; null when it is computed elsewhere.
static tensor::ExtractSliceOp findEmptySlice(Value value) {
  while (auto result = dyn_cast<OpResult>(value)) {
    Operation *op = result.getOwner();
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
      return slice.getSource().getDefiningOp<tensor::EmptyOp>() ? slice : tensor::ExtractSliceOp();
    if (auto destination = dyn_cast<DestinationStyleOpInterface>(op))
      value = destination.getTiedOpOperand(result)->get();
    else if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      value = op->getOperand(0);
    else
      return {};
  }
  return {};
}

/// A value that is put into an empty tensor is computed in a slice of that; but where elimination then finds that the tensor is itself
/// put into another, it replaces the one use that it looks at, and value and slice are in two tensors. The slice follows here.
static void joinSlices(RewriterBase &rewriter, func::FuncOp func) {
  SmallVector<tensor::InsertSliceOp> inserts;
  func.walk([&](tensor::InsertSliceOp insert) { inserts.push_back(insert); });
  for (tensor::InsertSliceOp insert : inserts) {
    tensor::ExtractSliceOp slice = findEmptySlice(insert.getSource());
    if (!slice || slice.getSource() == insert.getDest() || slice.getSourceType() != insert.getDestType() ||
        slice.getMixedOffsets() != insert.getMixedOffsets() || slice.getMixedSizes() != insert.getMixedSizes() ||
        slice.getMixedStrides() != insert.getMixedStrides() || failed(moveValueDefinitions(rewriter, insert.getDest(), slice)))
      continue;
    rewriter.modifyOpInPlace(slice, [&] { slice.getSourceMutable().assign(insert.getDest()); });
  }
}

/// Releases run-time sized buffers at the end of the block that makes them.
static void releaseAllocations(func::FuncOp func) {
  OpBuilder builder(func.getContext());
  func.walk([&](memref::AllocOp alloc) {
    if (alloc.getType().hasStaticShape() || alloc->hasAttr("sconce.result") || alloc->hasAttr("sconce.owned"))
      return;
    builder.setInsertionPoint(alloc->getBlock()->getTerminator());
    memref::DeallocOp::create(builder, alloc.getLoc(), alloc);
  });
}

/// Whether the program may find, between two ops, that run-time extents do not fit what `last` is of.
static bool isCheckedBetween(Operation *first, Operation *last) {
  Operation *begin = first, *end = first->getBlock()->findAncestorOpInBlock(*last);
  if (!end) {
    begin = last->getBlock()->findAncestorOpInBlock(*first);
    end = last;
  }
  if (!begin || end->isBeforeInBlock(begin))
    return true;
  for (Operation *op = begin; op != end; op = op->getNextNode())
    if (op->walk([](ts::CheckOp) { return WalkResult::interrupt(); }).wasInterrupted())
      return true;
  return false;
}

/// Has values that are put into others computed there, unless a check whether they fit comes after them.
static LogicalResult computeInPlace(RewriterBase &rewriter, func::FuncOp func) {
  bufferization::OneShotBufferizationOptions options;
  options.allowReturnAllocsFromLoops = true;
  bufferization::OneShotAnalysisState state(func, options);
  if (failed(bufferization::analyzeOp(func, state)))
    return failure();
  auto extract = [](RewriterBase &rewriter, SubsetInsertionOpInterface op, tensor::EmptyOp empty, Operation *user) -> Value {
    auto insert = dyn_cast<tensor::InsertSliceOp>(*op);
    bool isStatic = insert && insert.getDestType().hasStaticShape() && insert.getSourceType().hasStaticShape();
    if (insert && !isStatic && isCheckedBetween(user, insert))
      return {};
    return bufferization::buildSubsetExtraction(rewriter, op, empty, user);
  };
  return bufferization::eliminateEmptyTensors(rewriter, func, state, extract);
}

/// Has values computed where they are put, and inserts the copies that are left. Elimination puts a value into a buffer that a loop
/// carries also where a branch of the loop's body gives it to another, too, and refuses what it has made itself; the tensors are
/// left as they are then.
static LogicalResult insertCopies(RewriterBase &rewriter, func::FuncOp func, const bufferization::OneShotBufferizationOptions &options,
                                  bufferization::BufferizationState &state) {
  OwningOpRef<func::FuncOp> before = func.clone();
  {
    ScopedDiagnosticHandler quiet(func.getContext(), [](Diagnostic &) { return success(); });
    if (succeeded(computeInPlace(rewriter, func))) {
      joinSlices(rewriter, func);
      fillBorders(rewriter, func);
      if (succeeded(bufferization::insertTensorCopies(func, options, state)))
        return success();
    }
  }
  func.getBody().takeBody(before->getBody());
  fillBorders(rewriter, func);
  return bufferization::insertTensorCopies(func, options, state);
}

namespace {
struct BufferizePass : impl::BufferizePassBase<BufferizePass> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    IRRewriter rewriter(&getContext());
    unshareInitialTensors(rewriter, func);
    separateResults(rewriter, func);
    cutLongRows(rewriter, func);
    bufferization::OneShotBufferizationOptions options = getOptions();
    bufferization::BufferizationState state;
    if (failed(insertCopies(rewriter, func, options, state)) || failed(bufferizeControlFlow(rewriter, func, options, state)) ||
        failed(bufferization::bufferizeOp(func, options, state)))
      return signalPassFailure();
    takeCommonBuffers(func);
    cleanUp(func);
    DominanceInfo dominance(func);
    eliminateCommonSubExpressions(rewriter, dominance, func);
    func.walk([&](memref::CopyOp copy) {
      if (copy.getSource() == copy.getTarget())
        rewriter.eraseOp(copy);
      else
        expandStridedCopy(rewriter, copy);
    });
    releaseAllocations(func);
  }
};
} // namespace
} // namespace sconce::codegen
