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

bool hasFunctions(linalg::LinalgOp op) {
  return llvm::any_of(*op.getBlock(), [](Operation &inner) {
    return isa<math::MathDialect>(inner.getDialect()) && !isa<math::AbsFOp, math::CopySignOp, math::FmaOp, math::SqrtOp>(inner);
  });
}

/// The bytes of a buffer; along a dimension of stride 0 they are the same ones.
static int64_t countBytes(MemRefType type) {
  int64_t elements = 1, offset = 0;
  SmallVector<int64_t> strides;
  bool hasStrides = succeeded(type.getStridesAndOffset(strides, offset));
  for (auto [d, extent] : llvm::enumerate(type.getShape()))
    if (!hasStrides || strides[d] != 0)
      elements *= extent;
  return elements * getElementBytes(type.getElementType());
}

int64_t countBytes(ValueRange buffers) {
  int64_t bytes = 0;
  for (Type type : buffers.getTypes())
    if (auto buffer = dyn_cast<MemRefType>(type))
      bytes += countBytes(buffer);
  return bytes;
}

KernelWork countWork(ArrayRef<linalg::LinalgOp> ops, llvm::function_ref<bool(Value)> isGiven) {
  KernelWork work;
  // What one op leaves for the next stays in registers, mostly.
  SmallPtrSet<Value, 8> seen, written;
  for (linalg::LinalgOp op : ops) {
    for (OpOperand *input : op.getDpsInputOperands())
      if (written.contains(input->get()))
        seen.insert(input->get());
    written.insert_range(op.getDpsInits());
  }
  for (linalg::LinalgOp op : ops) {
    int64_t steps = 1;
    for (int64_t range : op.getStaticLoopRanges()) {
      if (ShapedType::isDynamic(range))
        return {};
      steps *= range;
    }
    work.operations += steps * countOperations(op);
    for (Value operand : op->getOperands())
      if (auto type = dyn_cast<MemRefType>(operand.getType()); type && type.hasStaticShape() && isGiven(operand) && seen.insert(operand).second)
        work.bytes += countBytes(type);
  }
  return work;
}

void recordBuffers(func::FuncOp kernel, ArrayRef<linalg::LinalgOp> ops, llvm::function_ref<bool(Value)> isGiven) {
  SetVector<Value> read, written;
  for (linalg::LinalgOp op : ops) {
    for (OpOperand *input : op.getDpsInputOperands())
      if (isa<MemRefType>(input->get().getType()) && isGiven(input->get()) && !written.contains(input->get()))
        read.insert(input->get());
    for (Value output : op.getDpsInits())
      if (isGiven(output))
        written.insert(output);
  }
  recordBuffers(kernel, read.getArrayRef(), written.getArrayRef());
}

void recordBuffers(func::FuncOp kernel, ValueRange read, ValueRange written) {
  auto typesOf = [&](ValueRange values) {
    return ArrayAttr::get(kernel.getContext(), llvm::map_to_vector(values, [](Value value) -> Attribute { return TypeAttr::get(value.getType()); }));
  };
  kernel->setAttr(readsAttrName, typesOf(read));
  kernel->setAttr(writesAttrName, typesOf(written));
}

void recordPlan(func::FuncOp kernel, ArrayRef<NamedAttribute> choices) {
  if (!kernel->hasAttr(planAttrName))
    kernel->setAttr(planAttrName, DictionaryAttr::get(kernel.getContext(), choices));
}

/// Calls `visit` with each call of a kernel in `entry` and the work of one.
static void forEachKernelCall(func::FuncOp entry, llvm::function_ref<void(func::CallOp, KernelWork)> visit) {
  SymbolTable symbols(entry->getParentOfType<ModuleOp>());
  entry.walk([&](func::CallOp call) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!kernel || !kernel->hasAttr("sconce.kernel"))
      return;
    auto numbers = kernel->getAttrOfType<DenseI64ArrayAttr>(workAttrName);
    visit(call, numbers ? KernelWork{numbers[0], numbers[1]} : KernelWork());
  });
}

std::vector<KernelCall> listKernelCalls(func::FuncOp entry) {
  std::vector<KernelCall> calls;
  forEachKernelCall(entry, [&](func::CallOp call, KernelWork work) { calls.push_back({call.getCallee().str(), call.getLoc(), work}); });
  return calls;
}

std::vector<KernelCall> markKernels(ModuleOp module) {
  std::vector<KernelCall> calls;
  for (auto entry : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
    if (!isBoundEntry(entry))
      continue;
    OpBuilder builder(entry.getContext());
    forEachKernelCall(entry, [&](func::CallOp call, KernelWork work) {
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
