// Drops the buffers between a reduction and the op that is merged into its kernel.
//
// The reduction's result passes from one to the other in registers, so the buffer that it would lie in is never touched; but it
// would take its place in the workspace while the kernel runs. Kernels that became tiles have dropped theirs.
// Requires: outlined kernels, before buffers are placed. Ensures: nothing beyond that.

#include "codegen/Strategies/BodyEmitter.h"
#include "codegen/Strategies/KernelArguments.h"
#include "codegen/Strategies/Passes.h"
#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/KernelGroup.h"

#include "mlir/Dialect/UB/IR/UBOps.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_DROPINTERMEDIATESPASS
#include "codegen/Strategies/Passes.h.inc"

/// The cast of a pointer that `kernel` is given to the buffer between its two ops, if only those use it.
static Operation *findIntermediate(func::FuncOp kernel) {
  std::vector<KernelGroup> groups = KernelGroup::listOfKernel(kernel);
  if (groups.size() != 1)
    return nullptr; // A chain of rows keeps on the stack what passes between its ops.
  KernelGroup &group = groups.front();
  if (!group.leader || !group.fill || !group.epilogue || !BodyEmitter::canVectorize(cast<linalg::LinalgOp>(group.epilogue.getOperation())))
    return nullptr;
  Operation *cast = group.leader.getDpsInits()[0].getDefiningOp();
  if (!cast || !isPutTogether(cast) || !isa<BlockArgument>(cast->getOperand(0)))
    return nullptr;
  bool isTheirs = llvm::all_of(cast->getUsers(), [&](Operation *user) { return llvm::is_contained(group.getOps(), user); });
  return isTheirs ? cast : nullptr;
}

namespace {
struct DropIntermediatesPass : impl::DropIntermediatesPassBase<DropIntermediatesPass> {
  void runOnOperation() override {
    llvm::StringMap<SmallVector<func::CallOp>> calls;
    getOperation().walk([&](func::CallOp call) { calls[call.getCallee()].push_back(call); });
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      Operation *cast = kernel->hasAttr("sconce.kernel") ? findIntermediate(kernel) : nullptr;
      if (!cast)
        continue;
      OpBuilder builder(cast);
      cast->setOperand(0, ub::PoisonOp::create(builder, cast->getLoc(), cast->getOperand(0).getType()));
      dropUnusedArguments(kernel, calls[kernel.getName()]);
      ++numDropped;
    }
  }
};
} // namespace
} // namespace sconce::codegen
