// Lowering of joining and padding.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/Padding.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

static LogicalResult lowerConcatenate(ts::ConcatenateOp op, ts::ConcatenateOp::Adaptor operands,
                                      ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  auto resultType = cast<RankedTensorType>(op.getType());
  auto type = resultType.clone(codegen::memoryElementType(resultType.getElementType()));
  int64_t dim = op.getDim();
  AffineExpr s0, s1;
  bindSymbols(rewriter.getContext(), s0, s1);
  // Where each operand begins; the last entry is the whole extent.
  SmallVector<OpFoldResult> begins = {rewriter.getIndexAttr(0)};
  for (Value x : operands.getXs())
    begins.push_back(affine::makeComposedFoldedAffineApply(rewriter, op.getLoc(), s0 + s1,
                                                           {begins.back(), builder.extent(x, dim)}));
  SmallVector<OpFoldResult> extents = builder.extents(operands.getXs().front());
  extents[dim] = begins.back();
  Value result = builder.empty(type, extents);
  SmallVector<OpFoldResult> ones(type.getRank(), rewriter.getIndexAttr(1));
  for (auto [x, begin] : llvm::zip(operands.getXs(), begins)) {
    SmallVector<OpFoldResult> offsets(type.getRank(), rewriter.getIndexAttr(0));
    offsets[dim] = begin;
    result = builder.insertSlice(x, result, offsets, ones);
  }
  rewriter.replaceOp(op, result);
  return success();
}

static LogicalResult lowerPad(ts::PadOp op, ts::PadOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  auto resultType = cast<RankedTensorType>(op.getType());
  Value value = tensor::ExtractOp::create(rewriter, op.getLoc(), operands.getValue(), ValueRange{});
  Value result =
      codegen::pad(builder, operands.getX(), builder.mixed(op.getStaticLow(), operands.getLow()),
                   builder.mixed(op.getStaticHigh(), operands.getHigh()), value);
  rewriter.replaceOp(
      op, builder.cast(result, resultType.clone(codegen::memoryElementType(resultType.getElementType()))));
  return success();
}

void codegen::attachJoinLowerings(MLIRContext &context) {
  attachLowering<ts::ConcatenateOp, lowerConcatenate>(context);
  attachLowering<ts::PadOp, lowerPad>(context);
}
