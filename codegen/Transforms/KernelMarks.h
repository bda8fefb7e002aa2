/// Measuring of kernels: what each works, and calls that let the runtime take its time.
#ifndef SCONCE_CODEGEN_TRANSFORMS_KERNELMARKS_H
#define SCONCE_CODEGEN_TRANSFORMS_KERNELMARKS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <string>
#include <vector>

namespace sconce::codegen {

/// What one run of a kernel works; 0 where only run time knows.
struct KernelWork {
  int64_t operations = 0; ///< on numbers: a multiply-add is two
  int64_t bytes = 0;      ///< of the buffers that it is given, each once
};

/// On a kernel: its KernelWork as two numbers.
inline constexpr llvm::StringLiteral workAttrName = "sconce.work";

/// What `ops`, the ones of one kernel, work.
KernelWork countWork(llvm::ArrayRef<mlir::linalg::LinalgOp> ops);

/// A call of a kernel in an entry.
struct KernelCall {
  std::string kernel;
  mlir::Location location;
  KernelWork work;
};

/// Lists the calls of kernels in a module of stage buffers or vector, in program order, and puts a call of
/// `sc_rt_mark(context, number)` behind each.
std::vector<KernelCall> markKernels(mlir::ModuleOp module);

} // namespace sconce::codegen

#endif
