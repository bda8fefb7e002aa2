// Turns the tensors of a function into buffers.
//
// The analysis is upstream's. What is left to do around it: bufferization leaves copies of a buffer to itself where it
// computed a value in place, copies between buffers that no memcpy can do, and no releases.
// Requires: no tensor in the function's type, CarryTensors has run. Ensures: no tensor anywhere; memref.copy only
// between contiguous buffers; each memref.alloc of run-time size that is not handed out has one memref.dealloc.

#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

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
  GreedyRewriteConfig config;
  config.setUseTopDownTraversal(true);
  config.setMaxIterations(4);
  (void)applyPatternsGreedily(func, std::move(patterns), config);
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

/// Gives each op that overwrites an initial tensor one of its own: where two share it (values are equal, so they were
/// merged), bufferization would fill one buffer and copy it to the other.
static void unshareInitialTensors(RewriterBase &rewriter, func::FuncOp func) {
  func.walk([&](DestinationStyleOpInterface op) {
    for (OpOperand &init : op.getDpsInitsMutable()) {
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
  });
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

namespace {
struct BufferizePass : impl::BufferizePassBase<BufferizePass> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    IRRewriter rewriter(&getContext());
    unshareInitialTensors(rewriter, func);
    if (failed(bufferization::eliminateEmptyTensors(rewriter, func)))
      return signalPassFailure();
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotBufferize(func, getOptions(), state)))
      return signalPassFailure();
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
