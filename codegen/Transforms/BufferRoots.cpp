#include "codegen/Transforms/BufferRoots.h"
#include "codegen/Transforms/BufferPointer.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
namespace sconce::codegen {

static bool isBuffer(Type type) { return isa<BaseMemRefType, LLVM::LLVMPointerType>(type); }

void BufferRoots::join(Value a, Value b) {
  if (isBuffer(a.getType()) && isBuffer(b.getType()))
    classes.unionSets(a.getAsOpaquePointer(), b.getAsOpaquePointer());
}

/// Joins what enters, passes through and leaves the regions of a loop or branch, slot by slot.
void BufferRoots::add(Operation *op) {
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (BlockArgument argument : block.getArguments())
        if (isBuffer(argument.getType()))
          inOrder.push_back(argument);
  for (Value result : op->getResults())
    if (isBuffer(result.getType()))
      inOrder.push_back(result);

  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (unsigned i = 0; i < loop.getNumResults(); ++i) {
      join(loop.getResult(i), loop.getInitArgs()[i]);
      join(loop.getResult(i), loop.getRegionIterArg(i));
      join(loop.getResult(i), loop.getYieldedValues()[i]);
    }
    return;
  }
  if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    for (auto [init, before, yielded] :
         llvm::zip_equal(loop.getInits(), loop.getBeforeArguments(), loop.getYieldOp().getOperands())) {
      join(init, before);
      join(init, yielded);
    }
    for (auto [result, after, passed] :
         llvm::zip_equal(loop.getResults(), loop.getAfterArguments(), loop.getConditionOp().getArgs())) {
      join(result, after);
      join(result, passed);
    }
    return;
  }
  if (op->getNumRegions() != 0) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        if (Operation *end = block.empty() ? nullptr : &block.back(); end && end->getNumOperands() == op->getNumResults())
          for (auto [result, yielded] : llvm::zip_equal(op->getResults(), end->getOperands()))
            join(result, yielded);
    return;
  }
  // The frame's buffers: each is made of a pointer that was read from a slot of its own.
  if (isPutTogether(op) || isa<LLVM::LoadOp>(op))
    return;
  if (isTakenApart(op) || isa<ViewLikeOpInterface>(op) || isa<LLVM::GEPOp>(op) || isa<arith::SelectOp>(op))
    for (Value operand : op->getOperands())
      join(op->getResult(0), operand);
}

BufferRoots::BufferRoots(func::FuncOp func) {
  func.walk<WalkOrder::PreOrder>([&](Operation *op) { add(op); });
}

bool BufferRoots::mayOverlap(Value a, Value b) {
  return a == b || classes.isEquivalent(a.getAsOpaquePointer(), b.getAsOpaquePointer());
}

SmallVector<Value> BufferRoots::getAliases(Value value) {
  return llvm::to_vector(llvm::make_filter_range(inOrder, [&](Value other) { return mayOverlap(value, other); }));
}

} // namespace sconce::codegen
