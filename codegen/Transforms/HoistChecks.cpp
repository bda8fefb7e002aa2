// Has the program check extents as soon as it knows them.
//
// What reads or writes a tensor relies on the checks before it. But a value may be computed where it is put later, in a slice of a tensor
// whose extents a check behind it compares: a check stands before everything that it could be for.
// Requires: linalg on tensors. Ensures: a check stands right behind what it needs, or behind the last op before it that has effects.

#include "codegen/Transforms/Passes.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_HOISTCHECKSPASS
#include "codegen/Transforms/Passes.h.inc"

/// Whether the op does nothing but raise, or nothing: a check, or a branch that makes a message for one.
static bool onlyRaises(Operation *op) {
  if (isa<ts::CheckOp>(op))
    return true;
  auto branch = dyn_cast<scf::IfOp>(op);
  if (!branch || branch.getNumResults() != 0 || !branch.getElseRegion().empty())
    return false;
  Operation *last = branch.thenBlock()->getTerminator()->getPrevNode();
  return last && isa<ts::CheckOp>(last);
}

/// Arithmetic on numbers, which may move with what needs it.
static bool computesNumbers(Operation *op) {
  return isMemoryEffectFree(op) && op->getNumRegions() == 0 &&
         llvm::all_of(op->getResultTypes(), [](Type type) { return type.isIntOrIndexOrFloat(); });
}

/// The ops of the check's own block that define what it reads.
static void addDefinitions(Operation *op, Block *block, SmallVectorImpl<Operation *> &definitions) {
  llvm::SetVector<Value> read;
  read.insert(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), read);
  for (Value value : read)
    if (Operation *definition = value.getDefiningOp(); definition && definition->getBlock() == block)
      definitions.push_back(definition);
}

static void hoist(Operation *check) {
  Block *block = check->getBlock();
  Operation *barrier = check->getPrevNode();
  while (barrier && isMemoryEffectFree(barrier))
    barrier = barrier->getPrevNode();
  // What moves with the check: arithmetic behind the barrier. All else that it needs stays before it.
  llvm::SetVector<Operation *> moved;
  moved.insert(check);
  SmallVector<Operation *> open;
  addDefinitions(check, block, open);
  while (!open.empty()) {
    Operation *op = open.pop_back_val();
    if (barrier && !barrier->isBeforeInBlock(op))
      continue;
    if (!computesNumbers(op))
      barrier = op;
    else if (moved.insert(op))
      addDefinitions(op, block, open);
  }
  // A barrier that was found late may stand behind some of what was to move.
  SmallVector<Operation *> inOrder;
  for (Operation *op : moved)
    if (!barrier || barrier->isBeforeInBlock(op))
      inOrder.push_back(op);
  llvm::sort(inOrder, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : inOrder) {
    if (barrier)
      op->moveAfter(barrier);
    else
      op->moveBefore(block, block->begin());
    barrier = op;
  }
}

namespace {
struct HoistChecksPass : impl::HoistChecksPassBase<HoistChecksPass> {
  void runOnOperation() override {
    SmallVector<Operation *> checks;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!onlyRaises(op))
        return WalkResult::advance();
      checks.push_back(op);
      return WalkResult::skip();
    });
    for (Operation *check : checks)
      hoist(check);
  }
};
} // namespace
} // namespace sconce::codegen
