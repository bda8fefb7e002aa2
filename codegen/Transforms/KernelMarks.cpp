#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
namespace sconce::codegen {

/// The arithmetic of one execution of a body.
static int64_t countOperations(linalg::LinalgOp op) {
  int64_t count = 0;
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (inner.getNumResults() == 0 || !getElementTypeOrSelf(inner.getResult(0)).isIntOrFloat())
      continue;
    if (isa<arith::ConstantOp, arith::ExtFOp, arith::TruncFOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, linalg::IndexOp>(inner))
      continue;
    if (isa<arith::ArithDialect, math::MathDialect>(inner.getDialect()))
      ++count;
  }
  return count;
}

KernelWork countWork(ArrayRef<linalg::LinalgOp> ops) {
  KernelWork work;
  SmallPtrSet<Value, 8> seen;
  for (linalg::LinalgOp op : ops) {
    int64_t steps = 1;
    for (int64_t range : op.getStaticLoopRanges()) {
      if (ShapedType::isDynamic(range))
        return {};
      steps *= range;
    }
    work.operations += steps * countOperations(op);
    for (Value operand : op->getOperands())
      if (auto type = dyn_cast<MemRefType>(operand.getType()); type && type.hasStaticShape() && seen.insert(operand).second)
        work.bytes += type.getNumElements() * getElementBytes(type.getElementType());
  }
  return work;
}

std::vector<KernelCall> markKernels(ModuleOp module) {
  std::vector<KernelCall> calls;
  SymbolTable symbols(module);
  for (auto entry : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
    if (!isBoundEntry(entry))
      continue;
    OpBuilder builder(entry.getContext());
    entry.walk([&](func::CallOp call) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!kernel || !kernel->hasAttr("sconce.kernel"))
        return;
      KernelWork work;
      if (auto numbers = kernel->getAttrOfType<DenseI64ArrayAttr>(workAttrName))
        work = {numbers[0], numbers[1]};
      builder.setInsertionPointToStart(&entry.front());
      Value context = loadFrameField(builder, entry, FrameField::Context);
      builder.setInsertionPointAfter(call);
      Value number = arith::ConstantOp::create(builder, call.getLoc(), builder.getI64IntegerAttr(calls.size()));
      callRuntime(builder, entry, call.getLoc(), "sc_rt_mark", Type(), {context, number});
      calls.push_back({call.getCallee().str(), call.getLoc(), work});
    });
  }
  return calls;
}

} // namespace sconce::codegen
