// Lowering of reading bits as another dtype. Conversions of numbers are elementwise (Elementwise.cpp).

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;

static LogicalResult lowerBitcast(ts::BitcastOp op, ts::BitcastOp::Adaptor operands,
                                  ConversionPatternRewriter &rewriter) {
  codegen::LoweringBuilder builder(rewriter, op.getLoc());
  auto resultType = cast<RankedTensorType>(op.getType());
  auto type = resultType.clone(codegen::memoryElementType(resultType.getElementType()));
  Type from = cast<RankedTensorType>(operands.getX().getType()).getElementType();
  if (from == type.getElementType()) {
    rewriter.replaceOp(op, operands.getX());
    return success();
  }
  if (!from.isIntOrFloat() || !type.getElementType().isIntOrFloat() ||
      from.getIntOrFloatBitWidth() != type.getElementTypeBitWidth())
    return op.emitOpError("has no lowering for dtypes of different width");
  rewriter.replaceOp(op, builder.elementwise(type, builder.extents(operands.getX()), operands.getX(), {},
                                             [&](OpBuilder &nested, ValueRange arguments) -> Value {
                                               return arith::BitcastOp::create(nested, op.getLoc(),
                                                                               type.getElementType(), arguments[0]);
                                             }));
  return success();
}

void codegen::attachCastLowerings(MLIRContext &context) { attachLowering<ts::BitcastOp, lowerBitcast>(context); }
