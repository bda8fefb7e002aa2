// Lowering of elementwise primitives: one parallel loop whose body is the primitive's own scalar computation.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;

namespace {

LogicalResult lowerElementwise(Operation *op, ValueRange operands, ConversionPatternRewriter &rewriter) {
  auto body = cast<ts::ScalarBodyOpInterface>(op);
  Location loc = op->getLoc();
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type) {
    rewriter.replaceOp(op, body.buildScalar(rewriter, loc, operands));
    return success();
  }
  codegen::LoweringBuilder builder(rewriter, loc);
  Value result = builder.elementwise(
      type.clone(codegen::memoryElementType(type.getElementType())), builder.extents(operands.front()), operands, {},
      [&](OpBuilder &nested, ValueRange arguments) {
        codegen::LoweringBuilder inner(nested, loc);
        SmallVector<Value> scalars;
        for (auto [argument, operand] : llvm::zip_equal(arguments, op->getOperands()))
          scalars.push_back(inner.load(argument, getElementTypeOrSelf(operand.getType())));
        return inner.store(body.buildScalar(nested, loc, scalars), type.getElementType());
      });
  rewriter.replaceOp(op, result);
  return success();
}

/// Every registered operation that computes element by element gets the one lowering.
template <typename... Ops> void attachTo(MLIRContext &context) {
  auto attach = [&]<typename Op>() {
    if constexpr (Op::template hasTrait<ts::ScalarBodyOpInterface::Trait>())
      codegen::attachLowering<Op, [](Op op, typename Op::Adaptor operands, ConversionPatternRewriter &rewriter) {
        return lowerElementwise(op, operands.getOperands(), rewriter);
      }>(context);
  };
  (attach.template operator()<Ops>(), ...);
}

} // namespace

void codegen::attachElementwiseLowerings(MLIRContext &context) {
  attachTo<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Cast.cpp.inc"
      >(context);
  attachTo<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Compare.cpp.inc"
      >(context);
  attachTo<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Elementwise.cpp.inc"
      >(context);
  attachTo<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Special.cpp.inc"
      >(context);
  attachTo<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Transcendental.cpp.inc"
      >(context);
}
