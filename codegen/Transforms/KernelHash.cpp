#include "codegen/Transforms/KernelHash.h"

using namespace mlir;
namespace sconce::codegen {

llvm::hash_code hashKernel(func::FuncOp kernel, llvm::function_ref<bool(Operation *)> isLeftOpen) {
  llvm::hash_code hash = llvm::hash_combine(kernel.getFunctionType(), kernel.getArgAttrsAttr());
  kernel.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(hash, op->getName(), llvm::hash_combine_range(op->getResultTypes().begin(), op->getResultTypes().end()));
    if (!isLeftOpen(op))
      hash = llvm::hash_combine(hash, op->getRawDictionaryAttrs(), op->hashProperties());
  });
  return hash;
}

} // namespace sconce::codegen
