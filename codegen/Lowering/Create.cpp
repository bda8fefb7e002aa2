// Lowering of what makes tensors of numbers, and numbers of tensors.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "codegen/Lowering/NumberConversion.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

namespace {

RankedTensorType memoryType(Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  return type.clone(codegen::memoryElementType(type.getElementType()));
}

/// A scalar (i1, i64, f64 or complex<f64>) as an element in memory.
Value toElement(LoweringBuilder &builder, Value scalar, Type elementType) {
  Value computed = codegen::convertNumber(builder, scalar, scalar.getType(), elementType);
  return builder.store(computed, elementType);
}

LogicalResult lowerFull(ts::FullOp op, ts::FullOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Type elementType = cast<RankedTensorType>(op.getType()).getElementType();
  Value element = toElement(builder, operands.getValue(), elementType);
  SmallVector<OpFoldResult> extents = builder.mixed(op.getStaticSizes(), operands.getSizes());
  rewriter.replaceOp(op, builder.filled(memoryType(op.getResult()), extents, element));
  return success();
}

LogicalResult lowerIota(ts::IotaOp op, ts::IotaOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Type elementType = cast<RankedTensorType>(op.getType()).getElementType();
  Value result = builder.fromIndices(
      memoryType(op.getResult()), builder.mixed(op.getStaticSize(), operands.getSize()),
      [&](LoweringBuilder &inner, ValueRange indices) {
        Value integer =
            arith::IndexCastOp::create(inner.builder, inner.loc, inner.builder.getI64Type(), indices.front());
        return toElement(inner, integer, elementType);
      });
  rewriter.replaceOp(op, result);
  return success();
}

LogicalResult lowerTensorOf(ts::TensorOfOp op, ts::TensorOfOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Type elementType = cast<RankedTensorType>(op.getType()).getElementType();
  Value element = toElement(builder, operands.getValue(), elementType);
  rewriter.replaceOpWithNewOp<tensor::FromElementsOp>(op, memoryType(op.getResult()), element);
  return success();
}

LogicalResult lowerItem(ts::ItemOp op, ts::ItemOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Type elementType = cast<RankedTensorType>(op.getX().getType()).getElementType();
  Value element = tensor::ExtractOp::create(rewriter, op.getLoc(), operands.getX(), ValueRange{});
  Value computed = builder.load(element, elementType);
  rewriter.replaceOp(op, codegen::convertNumber(builder, computed, elementType, op.getType()));
  return success();
}

} // namespace

void codegen::attachCreateLowerings(MLIRContext &context) {
  attachLowering<ts::FullOp, lowerFull>(context);
  attachLowering<ts::IotaOp, lowerIota>(context);
  attachLowering<ts::ItemOp, lowerItem>(context);
  attachLowering<ts::TensorOfOp, lowerTensorOf>(context);
}
