/// Threads that work on what is in one context.
#ifndef SCONCE_CODEGEN_LLVM_PARALLELCONTEXT_H
#define SCONCE_CODEGEN_LLVM_PARALLELCONTEXT_H

#include "mlir/IR/MLIRContext.h"

namespace sconce::codegen {

/// Lets several threads use a context while it lives: pass managers then run passes over functions side by side. Contexts are made for
/// one thread, for which uniquing takes no locks; even translating to LLVM IR makes attributes. Not for several threads at once.
class ParallelContext {
public:
  ParallelContext(mlir::MLIRContext &context, bool isParallel) : context(context), isParallel(isParallel) {
    if (isParallel)
      context.enableMultithreading();
  }
  ~ParallelContext() {
    if (isParallel)
      context.disableMultithreading();
  }
  ParallelContext(const ParallelContext &) = delete;
  ParallelContext &operator=(const ParallelContext &) = delete;

private:
  mlir::MLIRContext &context;
  bool isParallel;
};

} // namespace sconce::codegen

#endif
