#include "codegen/Transforms/KernelGroup.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
namespace sconce::codegen {

bool commutes(Operation *op, ValueRange read, ValueRange written, BufferRoots &roots) {
  if (isMemoryEffectFree(op) || isa<memref::AllocOp>(op))
    return true;
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface)
    return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  // A body also reads what is no operand, at places that it computes.
  bool isKnown = true;
  for (Region &region : op->getRegions())
    region.walk([&](Operation *inner) {
      if (auto nested = dyn_cast<MemoryEffectOpInterface>(inner))
        nested.getEffects(effects);
      else
        isKnown &= isMemoryEffectFree(inner);
    });
  if (!isKnown)
    return false;
  return llvm::all_of(effects, [&](const MemoryEffects::EffectInstance &effect) {
    Value value = effect.getValue();
    auto overlaps = [&](Value other) { return !value || roots.mayOverlap(value, other); };
    return llvm::none_of(written, overlaps) && (isa<MemoryEffects::Read>(effect.getEffect()) || llvm::none_of(read, overlaps));
  });
}

static bool isReduction(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1 || !op.hasPureBufferSemantics())
    return false;
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  return map.isProjectedPermutation() && map.getNumResults() == op.getNumParallelLoops();
}

/// The fill before `leader` that initializes its output, with nothing between them that it could not run after.
static linalg::FillOp findFill(linalg::LinalgOp leader, BufferRoots &roots) {
  Value output = leader.getDpsInits()[0];
  for (Operation *op = leader->getPrevNode(); op; op = op->getPrevNode()) {
    if (auto fill = dyn_cast<linalg::FillOp>(op); fill && fill.getDpsInits()[0] == output)
      return fill;
    if (!commutes(op, {}, output, roots))
      return {};
  }
  return {};
}

/// Whether `op` takes the elements of `value` one by one, in loops that are the dimensions of `value`.
static bool readsElementwise(linalg::GenericOp op, OpOperand &operand) {
  return op.getNumParallelLoops() == op.getNumLoops() && op.getMatchingIndexingMap(&operand).isPermutation() &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) { return map.isProjectedPermutation(); });
}

/// Finds the op that is the only one to read the leader's output, which is then no longer needed. The leader runs where that
/// op is, so nothing between them may depend on it.
static void findEpilogue(KernelGroup &group, BufferRoots &roots) {
  linalg::LinalgOp leader = group.leader;
  Value output = leader.getDpsInits()[0];
  if (!output.getDefiningOp<memref::AllocOp>())
    return;
  OpOperand *read = nullptr; // by the first that does
  bool isReadByOthers = false;
  for (OpOperand &use : output.getUses()) {
    Operation *user = use.getOwner();
    if (user == leader || user == group.fill || isa<memref::DeallocOp>(user))
      continue;
    auto reader = dyn_cast<linalg::GenericOp>(user);
    bool isCandidate = reader && reader.isDpsInput(&use) && reader.hasPureBufferSemantics() && reader->getBlock() == leader->getBlock();
    isReadByOthers |= !isCandidate || read;
    if (isCandidate && (!read || user->isBeforeInBlock(read->getOwner())))
      read = &use;
  }
  if (!read || read->getOwner()->isBeforeInBlock(leader))
    return;
  auto epilogue = cast<linalg::GenericOp>(read->getOwner());
  auto refuse = [&](const char *reason) {
    group.refused = epilogue;
    group.refusal = reason;
  };
  if (epilogue.getNumParallelLoops() != epilogue.getNumLoops())
    return;
  if (isReadByOthers)
    return refuse("others read it, too");
  if (!readsElementwise(epilogue, *read))
    return refuse("its elements are not read one by one");
  SmallVector<Value> inputs;
  for (Value operand : leader->getOperands())
    if (isa<MemRefType>(operand.getType()))
      inputs.push_back(operand);
  for (Operation *op = leader->getNextNode(); op != epilogue; op = op->getNextNode())
    if (!commutes(op, inputs, output, roots))
      return refuse("what runs between them works on the same memory");
  // The leader still reads its inputs when the first results are written; and reads them more than once.
  for (Value written : epilogue.getDpsInits())
    for (Value input : inputs)
      if (roots.mayOverlap(written, input))
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
  group.fill = findFill(leader, roots);
  findEpilogue(group, roots);
  return group;
}

/// The group that `ops` are.
static KernelGroup recognize(ArrayRef<linalg::LinalgOp> ops) {
  KernelGroup group;
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

std::vector<KernelGroup> KernelGroup::listOfKernel(func::FuncOp kernel) {
  llvm::MapVector<int64_t, SmallVector<linalg::LinalgOp>> ops;
  kernel.walk([&](linalg::LinalgOp op) {
    auto number = op->getAttrOfType<IntegerAttr>(groupAttrName);
    ops[number ? number.getInt() : 0].push_back(op);
  });
  std::vector<KernelGroup> groups;
  for (const auto &numbered : ops)
    groups.push_back(recognize(numbered.second));
  return groups;
}

} // namespace sconce::codegen
