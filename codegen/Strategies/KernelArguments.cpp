#include "codegen/Strategies/KernelArguments.h"
#include "codegen/Transforms/BufferPointer.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
namespace sconce::codegen {

void dropUnusedArguments(func::FuncOp kernel, ArrayRef<func::CallOp> calls) {
  Block &entry = kernel.front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(entry)))
    if (isOpTriviallyDead(&op))
      op.erase();
  for (unsigned i = kernel.getNumArguments(); i-- > 0;) {
    if (!kernel.getArgument(i).use_empty())
      continue;
    if (failed(kernel.eraseArgument(i)))
      return;
    for (func::CallOp call : calls) {
      Operation *made = call->getOperand(i).getDefiningOp();
      call->eraseOperand(i);
      if (!made || !isTakenApart(made) || !isOpTriviallyDead(made))
        continue;
      Operation *buffer = made->getOperand(0).getDefiningOp();
      made->erase();
      while (isa_and_nonnull<memref::SubViewOp>(buffer) && isOpTriviallyDead(buffer)) {
        Operation *view = buffer;
        buffer = view->getOperand(0).getDefiningOp();
        view->erase();
      }
      auto alloc = dyn_cast_or_null<memref::AllocOp>(buffer);
      if (!alloc || !llvm::all_of(alloc->getUsers(), llvm::IsaPred<memref::DeallocOp>))
        continue;
      for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
        user->erase();
      alloc.erase();
    }
  }
}

} // namespace sconce::codegen
