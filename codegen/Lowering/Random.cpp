// Lowering of random draws to calls of the runtime, which keeps the generator.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/NumberConversion.h"
#include "codegen/Lowering/RuntimeCalls.h"
#include "codegen/Transforms/RuntimeFunctions.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

static LogicalResult lowerRandom(ts::RandomOp op, ts::RandomOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  auto resultType = cast<RankedTensorType>(op.getType());
  Type elementType = resultType.getElementType();
  auto type = resultType.clone(codegen::memoryElementType(elementType));
  Value target = builder.empty(type, builder.mixed(op.getStaticSizes(), operands.getSizes()));
  // Bounds of integers are exact in 64 bits, so both parameters go as integers where they are integers.
  bool integers = op.getKind() == ts::RandomKind::Integers;
  Type parameterType = integers ? Type(rewriter.getI64Type()) : Type(rewriter.getF64Type());
  Value a = codegen::convertNumber(builder, operands.getA(), operands.getA().getType(), parameterType);
  Value b = codegen::convertNumber(builder, operands.getB(), operands.getB().getType(), parameterType);
  SmallVector<Value> results = codegen::callRuntime(
      builder, integers ? "sc_rt_random_integers" : "sc_rt_random",
      {builder.integer(codegen::dtypeCode(elementType)), builder.integer(static_cast<int64_t>(op.getKind())), a, b},
      {target});
  rewriter.replaceOp(op, results);
  return success();
}

static LogicalResult lowerRandperm(ts::RandpermOp op, ts::RandpermOp::Adaptor operands,
                                   ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value target =
      builder.empty(cast<RankedTensorType>(op.getType()), builder.mixed(op.getStaticN(), operands.getN()));
  rewriter.replaceOp(op, codegen::callRuntime(builder, "sc_rt_randperm", {}, {target}));
  return success();
}

void codegen::attachRandomLowerings(MLIRContext &context) {
  attachLowering<ts::RandomOp, lowerRandom>(context);
  attachLowering<ts::RandpermOp, lowerRandperm>(context);
}
