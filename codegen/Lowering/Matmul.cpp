// Lowering of contractions to one linalg.generic: batch dimensions, those of a, those of b, then what is summed over.

#include "codegen/Lowering/Combiner.h"
#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "codegen/Lowering/RuntimeCalls.h"
#include "codegen/Lowering/SumOfProducts.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

static LogicalResult lowerContract(ts::ContractOp op, ts::ContractOp::Adaptor operands,
                                   ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value a = operands.getA(), b = operands.getB();
  SmallVector<AffineExpr> aExprs(cast<RankedTensorType>(a.getType()).getRank());
  SmallVector<AffineExpr> bExprs(cast<RankedTensorType>(b.getType()).getRank());
  SmallVector<OpFoldResult> extents;
  int64_t loops = 0;
  for (auto [aDim, bDim] : llvm::zip_equal(op.getABatch(), op.getBBatch())) {
    aExprs[aDim] = bExprs[bDim] = rewriter.getAffineDimExpr(loops++);
    extents.push_back(builder.extent(a, aDim));
  }
  auto takeFree = [&](Value tensor, SmallVector<AffineExpr> &exprs, ArrayRef<int64_t> contracted) {
    for (auto [dim, expr] : llvm::enumerate(exprs)) {
      if (expr || llvm::is_contained(contracted, static_cast<int64_t>(dim)))
        continue;
      expr = rewriter.getAffineDimExpr(loops++);
      extents.push_back(builder.extent(tensor, dim));
    }
  };
  takeFree(a, aExprs, op.getAContract());
  takeFree(b, bExprs, op.getBContract());
  int64_t parallel = loops;
  for (auto [aDim, bDim] : llvm::zip_equal(op.getAContract(), op.getBContract()))
    aExprs[aDim] = bExprs[bDim] = rewriter.getAffineDimExpr(loops++);

  SmallVector<utils::IteratorType> iterators(loops, utils::IteratorType::reduction);
  std::fill_n(iterators.begin(), parallel, utils::IteratorType::parallel);
  MLIRContext *context = rewriter.getContext();
  SmallVector<AffineMap> maps = {AffineMap::get(loops, 0, aExprs, context), AffineMap::get(loops, 0, bExprs, context),
                                 codegen::mapToFirstLoops(context, loops, parallel)};
  Type elementType = cast<RankedTensorType>(op.getType()).getElementType();
  rewriter.replaceOp(op, codegen::sumOfProducts(builder, a, b, cast<RankedTensorType>(op.getType()), elementType,
                                                extents, maps, iterators));
  return success();
}

static LogicalResult lowerDecompose(ts::DecomposeOp op, ts::DecomposeOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  OpFoldResult batch = builder.extent(x, 0), m = builder.extent(x, 1), n = builder.extent(x, 2);
  auto make = [&](Value like, ArrayRef<OpFoldResult> extents) { return builder.empty(cast<RankedTensorType>(like.getType()), extents); };
  Value left = make(op.getLeft(), {batch, m, m}), values = make(op.getValues(), {batch, n}), right = make(op.getRight(), {batch, n, n});
  rewriter.replaceOp(op, codegen::callRuntime(builder, "sc_rt_decompose", {builder.integer(static_cast<int64_t>(op.getKind())), x},
                                              {left, values, right}));
  return success();
}

void codegen::attachMatmulLowerings(MLIRContext &context) {
  attachLowering<ts::ContractOp, lowerContract>(context);
  attachLowering<ts::DecomposeOp, lowerDecompose>(context);
}
