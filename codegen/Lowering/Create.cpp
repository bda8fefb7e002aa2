// Lowering of what makes tensors of numbers, and numbers of tensors.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "codegen/Lowering/NumberConversion.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

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

LogicalResult lowerFirstOutside(ts::FirstOutsideOp op, ts::FirstOutsideOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  rewriter.replaceOpWithNewOp<ts::RuntimeCallOp>(op, op->getResultTypes(), "sc_rt_first_outside", operands.getOperands());
  return success();
}

/// A small tensor of numbers: its elements as they are in memory.
LogicalResult lowerConstant(ts::ConstantOp op, ts::ConstantOp::Adaptor, ConversionPatternRewriter &rewriter) {
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!elements)
    return rewriter.notifyMatchFailure(op, "not a tensor");
  Type memory = codegen::memoryElementType(elements.getElementType());
  if (memory != elements.getElementType()) {
    unsigned width = memory.getIntOrFloatBitWidth();
    elements = cast<DenseIntElementsAttr>(elements).mapValues(
        memory, [&](const APInt &value) { return value.zextOrTrunc(width); });
  }
  // No constant becomes data of the code: a number everywhere is a fill, others are written one by one.
  LoweringBuilder builder(rewriter, op.getLoc());
  auto type = cast<RankedTensorType>(elements.getType());
  auto element = [&](Attribute value) -> Value {
    if (auto parts = dyn_cast<ArrayAttr>(value))
      return complex::ConstantOp::create(rewriter, op.getLoc(), memory, parts);
    return arith::ConstantOp::create(rewriter, op.getLoc(), cast<TypedAttr>(value));
  };
  if (elements.isSplat() && elements.getNumElements() != 0) {
    rewriter.replaceOp(op, builder.filled(type, getAsIndexOpFoldResult(rewriter.getContext(), type.getShape()),
                                          element(*elements.getValues<Attribute>().begin())));
    return success();
  }
  SmallVector<Value> values;
  for (Attribute value : elements.getValues<Attribute>())
    values.push_back(element(value));
  if (values.empty())
    rewriter.replaceOp(op, builder.empty(type, getAsIndexOpFoldResult(rewriter.getContext(), type.getShape())));
  else
    rewriter.replaceOpWithNewOp<tensor::FromElementsOp>(op, type, values);
  return success();
}

} // namespace

void codegen::attachCreateLowerings(MLIRContext &context) {
  attachLowering<ts::ConstantOp, lowerConstant>(context);
  attachLowering<ts::FirstOutsideOp, lowerFirstOutside>(context);
  attachLowering<ts::FullOp, lowerFull>(context);
  attachLowering<ts::IotaOp, lowerIota>(context);
  attachLowering<ts::ItemOp, lowerItem>(context);
  attachLowering<ts::TensorOfOp, lowerTensorOf>(context);
}
