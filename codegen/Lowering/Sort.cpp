// Lowering of sorting to a call of the runtime.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/RuntimeCalls.h"
#include "codegen/Transforms/RuntimeFunctions.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

static LogicalResult lowerSort(ts::SortOp op, ts::SortOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = cast<RankedTensorType>(op.getX().getType()).getElementType();
  SmallVector<OpFoldResult> extents = builder.extents(x);
  Value values = builder.empty(cast<RankedTensorType>(x.getType()), extents);
  Value indices = builder.empty(cast<RankedTensorType>(op.getIndices().getType()), extents);
  Value k = op.getK().empty() ? builder.integer(op.getStaticK().front()) : operands.getK().front();
  SmallVector<Value> results = codegen::callRuntime(
      builder, "sc_rt_sort",
      {builder.integer(codegen::dtypeCode(elementType)), x, builder.integer(op.getDim()),
       builder.integer(op.getDescending()), builder.integer(static_cast<int64_t>(op.getKind())), k},
      {values, indices});
  rewriter.replaceOp(op, results);
  return success();
}

void codegen::attachSortLowerings(MLIRContext &context) { attachLowering<ts::SortOp, lowerSort>(context); }
