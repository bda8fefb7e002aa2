#include "codegen/Transforms/WeightValues.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
namespace sconce::codegen {

bool isSumOfProducts(linalg::GenericOp op) { return op->hasAttr(channelDimsAttrName) || linalg::isaContractionOpInterface(op); }

static int64_t countBytes(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() * getElementBytes(type.getElementType()) : 0;
}

WeightValues::WeightValues(func::FuncOp func) {
  // What is much larger than what it is made of is better made anew than kept. Winograd's weights, before they are rounded,
  // are eight times the kernel.
  constexpr int64_t mostGrowth = 8, alwaysKept = 4096;
  for (Operation &op : func.getBody().front()) {
    if (isa<ts::WeightOp>(op)) {
      values.insert(op.getResult(0));
      continue;
    }
    if (!isa<linalg::GenericOp, linalg::FillOp, tensor::EmptyOp, tensor::InsertSliceOp, tensor::ExtractSliceOp, tensor::ExpandShapeOp,
             tensor::CollapseShapeOp, tensor::FromElementsOp, arith::ConstantOp>(op) ||
        !llvm::all_of(op.getOperands(), [&](Value operand) { return contains(operand); }))
      continue;
    if (llvm::any_of(op.getResultTypes(), [](Type type) { return isa<RankedTensorType>(type) && !cast<RankedTensorType>(type).hasStaticShape(); }))
      continue;
    bool usesOthers = false, isHeavy = isa<linalg::GenericOp, tensor::InsertSliceOp>(op), readsComputed = false;
    int64_t bytesRead = 0;
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        usesOthers |= !contains(operand) && !op.isAncestor(operand.getParentRegion()->getParentOp());
    });
    if (usesOthers)
      continue;
    bool readsWeight = false;
    for (Value operand : op.getOperands()) {
      bool isInit = isa<linalg::LinalgOp>(op) && llvm::is_contained(cast<linalg::LinalgOp>(op).getDpsInits(), operand);
      readsComputed |= computed.contains(operand);
      readsWeight |= !isInit && !operand.getDefiningOp<linalg::FillOp>() && !operand.getDefiningOp<arith::ConstantOp>() &&
                     isa<RankedTensorType>(operand.getType());
      bytesRead += isInit ? 0 : countBytes(operand);
    }
    if (isHeavy && op.getNumResults() == 1 && countBytes(op.getResult(0)) > std::max(mostGrowth * bytesRead, alwaysKept))
      continue;
    for (Value result : op.getResults()) {
      values.insert(result);
      if ((isHeavy && readsWeight) || readsComputed)
        computed.insert(result);
    }
  }
}

} // namespace sconce::codegen
