#include "codegen/Transforms/KernelGroup.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
namespace sconce::codegen {

/// Whether `op` can be left where it is when ops around it are brought together: it touches no buffer's contents.
static bool isTransparent(Operation *op) {
  return isMemoryEffectFree(op) || isa<memref::AllocOp>(op);
}

static bool isReduction(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1 || !op.hasPureBufferSemantics())
    return false;
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  return map.isProjectedPermutation() && map.getNumResults() == op.getNumParallelLoops();
}

/// The fill right before `leader` that initializes its output.
static linalg::FillOp findFill(linalg::LinalgOp leader) {
  Value output = leader.getDpsInits()[0];
  for (Operation *op = leader->getPrevNode(); op; op = op->getPrevNode()) {
    if (auto fill = dyn_cast<linalg::FillOp>(op))
      return fill.getDpsInits()[0] == output ? fill : linalg::FillOp();
    if (!isTransparent(op))
      return {};
  }
  return {};
}

/// Whether `op` takes the elements of `value` one by one, in loops that are the dimensions of `value`.
static bool readsElementwise(linalg::GenericOp op, OpOperand &operand) {
  return op.getNumParallelLoops() == op.getNumLoops() && op.getMatchingIndexingMap(&operand).isPermutation() &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) { return map.isProjectedPermutation(); });
}

/// Finds the op right after the leader that is the only one to read its output, which is then no longer needed.
static void findEpilogue(KernelGroup &group, BufferRoots &roots) {
  linalg::LinalgOp leader = group.leader;
  Value output = leader.getDpsInits()[0];
  if (!output.getDefiningOp<memref::AllocOp>())
    return;
  linalg::GenericOp epilogue;
  for (Operation *op = leader->getNextNode(); op && !epilogue; op = op->getNextNode()) {
    epilogue = dyn_cast<linalg::GenericOp>(op);
    if (!epilogue && !isTransparent(op))
      return;
  }
  if (!epilogue || !epilogue.hasPureBufferSemantics())
    return;
  OpOperand *read = nullptr;
  bool isReadByOthers = false;
  for (OpOperand &use : output.getUses()) {
    Operation *user = use.getOwner();
    if (user == epilogue && epilogue.isDpsInput(&use) && !read)
      read = &use;
    else if (user != leader && user != group.fill && !isa<memref::DeallocOp>(user))
      isReadByOthers = true;
  }
  if (!read)
    return;
  auto refuse = [&](const char *reason) {
    group.refused = epilogue;
    group.refusal = reason;
  };
  if (isReadByOthers)
    return refuse("others read it, too");
  if (!readsElementwise(epilogue, *read))
    return refuse("its elements are not read one by one");
  // The leader still reads its inputs when the first results are written; and reads them more than once.
  for (Value written : epilogue.getDpsInits())
    for (Value input : leader->getOperands())
      if (isa<MemRefType>(input.getType()) && roots.mayOverlap(written, input))
        return refuse("the result lies where its inputs do");
  group.epilogue = epilogue;
  group.epilogueOperand = read->getOperandNumber();
}

SmallVector<linalg::LinalgOp> KernelGroup::getOps() {
  SmallVector<linalg::LinalgOp> ops;
  for (Operation *op : {fill ? fill.getOperation() : nullptr, leader.getOperation(),
                        epilogue ? epilogue.getOperation() : nullptr})
    if (op)
      ops.push_back(cast<linalg::LinalgOp>(op));
  return ops;
}

SmallVector<unsigned> KernelGroup::getEpilogueLoops() {
  AffineMap written = leader.getMatchingIndexingMap(leader.getDpsInitOperand(0));
  AffineMap read = epilogue.getMatchingIndexingMap(&epilogue->getOpOperand(epilogueOperand));
  SmallVector<unsigned> loops(epilogue.getNumLoops());
  for (auto [from, to] : llvm::zip_equal(written.getResults(), read.getResults()))
    loops[cast<AffineDimExpr>(to).getPosition()] = cast<AffineDimExpr>(from).getPosition();
  return loops;
}

KernelGroup KernelGroup::collect(linalg::LinalgOp leader, BufferRoots &roots) {
  KernelGroup group;
  group.leader = leader;
  if (!isReduction(leader))
    return group;
  group.fill = findFill(leader);
  findEpilogue(group, roots);
  return group;
}

KernelGroup KernelGroup::ofKernel(func::FuncOp kernel) {
  KernelGroup group;
  SmallVector<linalg::LinalgOp> ops(kernel.getOps<linalg::LinalgOp>());
  for (linalg::LinalgOp op : ops)
    if (isReduction(op) && !group.leader)
      group.leader = op;
  if (!group.leader) {
    if (!ops.empty())
      group.leader = ops.front();
    return group;
  }
  Value output = group.leader.getDpsInits()[0];
  for (linalg::LinalgOp op : ops) {
    if (op == group.leader)
      continue;
    if (auto fill = dyn_cast<linalg::FillOp>(*op); fill && fill.getDpsInits()[0] == output)
      group.fill = fill;
    if (auto generic = dyn_cast<linalg::GenericOp>(*op))
      for (OpOperand &operand : generic->getOpOperands())
        if (operand.get() == output && generic.isDpsInput(&operand)) {
          group.epilogue = generic;
          group.epilogueOperand = operand.getOperandNumber();
        }
  }
  return group;
}

} // namespace sconce::codegen
