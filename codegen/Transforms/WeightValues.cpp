#include "codegen/Transforms/WeightValues.h"

#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/OperationInputs.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
namespace sconce::codegen {

static int64_t countBytes(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() * getElementBytes(type.getElementType()) : 0;
}

/// Whether the op can be moved to where weights are prepared, and is computed from them and constants alone.
bool WeightValues::isMadeOfWeights(Operation &op) const {
  if (!isa<linalg::GenericOp, linalg::FillOp, tensor::EmptyOp, tensor::InsertSliceOp, tensor::ExtractSliceOp, tensor::ExpandShapeOp,
           tensor::CollapseShapeOp, tensor::FromElementsOp>(op) &&
      !isa<arith::ArithDialect>(op.getDialect()))
    return false;
  bool isDynamic = llvm::any_of(op.getResultTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  });
  SetVector<Value> inputs;
  collectInputs(&op, inputs);
  return !isDynamic && llvm::all_of(inputs, [&](Value input) { return contains(input) || isGrown(input); });
}

void WeightValues::add(Operation &op) {
  // What is much larger than what it is made of is better made anew than kept. Winograd's weights, before they are rounded,
  // are eight times the kernel. A table of elementary functions costs more to make than to read.
  constexpr int64_t mostGrowth = 8, alwaysKept = 4096, mostOfTable = 16 << 20;
  bool readsComputed = false, readsWeight = false, readsGrown = false;
  int64_t bytesRead = 0;
  SetVector<Value> inputs;
  collectInputs(&op, inputs);
  for (Value operand : inputs) {
    readsComputed |= computed.contains(operand);
    readsGrown |= isGrown(operand);
    bool isInit = isa<linalg::LinalgOp>(op) && llvm::is_contained(cast<linalg::LinalgOp>(op).getDpsInits(), operand);
    if (isInit)
      continue;
    readsWeight |= isa<RankedTensorType>(operand.getType()) && !operand.getDefiningOp<linalg::FillOp>() &&
                   !operand.getDefiningOp<arith::ConstantOp>();
    auto source = grown.find(operand);
    bytesRead += source != grown.end() ? source->second : countBytes(operand);
  }
  bool computes = isa<linalg::GenericOp, tensor::InsertSliceOp>(op);
  bool mayGrow = (computes || readsGrown) && op.getNumResults() == 1;
  const int64_t kept = isa<linalg::LinalgOp>(op) && hasFunctions(cast<linalg::LinalgOp>(op)) ? mostOfTable : alwaysKept;
  if (mayGrow && countBytes(op.getResult(0)) > std::max(mostGrowth * bytesRead, kept)) {
    grown[op.getResult(0)] = bytesRead;
    return;
  }
  values.insert(op.result_begin(), op.result_end());
  if ((computes && readsWeight) || readsComputed || readsGrown)
    computed.insert(op.result_begin(), op.result_end());
}

WeightValues::WeightValues(func::FuncOp func) {
  for (Operation &op : func.getBody().front())
    if (isa<ts::WeightOp>(op))
      values.insert(op.getResult(0));
    else if (isMadeOfWeights(op))
      add(op);
}

} // namespace sconce::codegen
