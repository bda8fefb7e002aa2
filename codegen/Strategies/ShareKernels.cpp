// Lets the context's threads share the kernels that have a loop for that.
//
// The kernel becomes a part that runs a range of the loop. What callers call packs the arguments into a record on its
// stack and gives that to the runtime with a function that unpacks it: with no threads, that is called once for all.
// Which positions a thread gets does not change what they compute.
// Requires: kernels of loops and vectors. Ensures: no shared loop that is not in a part.

#include "codegen/Strategies/Passes.h"
#include "codegen/Strategies/SharedLoop.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_SHAREKERNELSPASS
#include "codegen/Strategies/Passes.h.inc"

namespace {

/// The shared loop, if nothing else at the top of `kernel` has an effect.
scf::ForOp findSharedLoop(func::FuncOp kernel) {
  scf::ForOp found;
  for (Operation &op : kernel.front().without_terminator()) {
    if (op.hasAttr(sharedLoopAttrName)) {
      if (found)
        return {};
      found = cast<scf::ForOp>(op);
    } else if (!isMemoryEffectFree(&op) && !isa<LLVM::AllocaOp>(op)) {
      return {};
    }
  }
  return found;
}

/// The function that unpacks a record of `part`'s arguments and runs a range.
LLVM::LLVMFuncOp makeUnpacker(OpBuilder &builder, StringRef name, func::FuncOp part, LLVM::LLVMStructType record) {
  OpBuilder::InsertionGuard guard(builder);
  Location loc = part.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()),
                                          {pointer, builder.getI64Type(), builder.getI64Type()});
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, type, LLVM::Linkage::Internal);
  Block *block = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (auto [i, fieldType] : llvm::enumerate(record.getBody())) {
    Value field = LLVM::GEPOp::create(builder, loc, pointer, record, block->getArgument(0),
                                      ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(i)});
    arguments.push_back(LLVM::LoadOp::create(builder, loc, fieldType, field));
  }
  arguments.append({block->getArgument(1), block->getArgument(2)});
  func::CallOp::create(builder, loc, part, arguments);
  LLVM::ReturnOp::create(builder, loc, ValueRange{});
  return function;
}

/// Replaces the kernel's body by a call of the runtime that runs `part` in ranges.
void shareParts(OpBuilder &builder, func::FuncOp kernel, func::FuncOp part) {
  Location loc = kernel.getLoc();
  scf::ForOp loop = findSharedLoop(kernel);
  SmallVector<Type> types(kernel.getArgumentTypes());
  auto record = LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
  LLVM::LLVMFuncOp unpacker = makeUnpacker(builder, (kernel.getName() + ".range").str(), part, record);

  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  if (failed(kernel.insertArgument(types.size(), pointer, {}, loc)))
    return;
  builder.setInsertionPoint(loop);
  Type i64 = builder.getI64Type();
  Value size = arith::IndexCastOp::create(builder, loc, i64, loop.getUpperBound());
  Value one = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(1));
  Value memory = LLVM::AllocaOp::create(builder, loc, pointer, record, one);
  for (unsigned i = 0; i < types.size(); ++i) {
    Value field = LLVM::GEPOp::create(builder, loc, pointer, record, memory, ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(i)});
    LLVM::StoreOp::create(builder, loc, kernel.getArgument(i), field);
  }
  Value function = LLVM::AddressOfOp::create(builder, loc, unpacker);
  callRuntime(builder, kernel, loc, "sc_parallel_for", Type(), {kernel.getArguments().back(), size, one, function, memory});
  loop.erase();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(kernel.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  kernel->removeAttr("sconce.kernel");
}

struct ShareKernelsPass : impl::ShareKernelsPassBase<ShareKernelsPass> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    llvm::StringMap<SmallVector<func::CallOp>> calls;
    getOperation().walk([&](func::CallOp call) { calls[call.getCallee()].push_back(call); });
    DenseMap<Operation *, Value> contexts; // of the callers
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!kernel->hasAttr("sconce.kernel") || !findSharedLoop(kernel))
        continue;
      builder.setInsertionPoint(kernel);
      auto part = cast<func::FuncOp>(builder.clone(*kernel));
      part.setName((kernel.getName() + ".part").str());
      runRange(builder, part);
      for (func::FuncOp function : {kernel, part})
        for (unsigned i = 0; i < function.getNumArguments(); ++i)
          function.removeArgAttr(i, backwardsAttrName);
      builder.setInsertionPoint(kernel);
      shareParts(builder, kernel, part);
      for (func::CallOp call : calls[kernel.getName()]) {
        auto caller = call->getParentOfType<func::FuncOp>();
        Value &context = contexts[caller];
        if (!context) {
          builder.setInsertionPointToStart(&caller.front());
          context = loadFrameField(builder, caller, FrameField::Context);
        }
        call->insertOperands(call->getNumOperands(), context);
      }
      ++numShared;
    }
  }

  /// Gives `part` two more arguments: where its loop begins and ends.
  void runRange(OpBuilder &builder, func::FuncOp part) {
    scf::ForOp loop = findSharedLoop(part);
    builder.setInsertionPoint(loop);
    auto bound = [&](OpOperand &operand) {
      unsigned place = part.getNumArguments();
      if (succeeded(part.insertArgument(place, builder.getI64Type(), {}, part.getLoc())))
        operand.set(arith::IndexCastOp::create(builder, part.getLoc(), builder.getIndexType(), part.getArgument(place)));
    };
    bound(loop.getLowerBoundMutable());
    bound(loop.getUpperBoundMutable());
    loop->removeAttr(sharedLoopAttrName);
    for (unsigned i = 0; i < part.getNumArguments(); ++i)
      if (part.getArgAttr(i, backwardsAttrName))
        turnLoop(builder, loop, part.getArgument(i));
  }
};
} // namespace
} // namespace sconce::codegen
