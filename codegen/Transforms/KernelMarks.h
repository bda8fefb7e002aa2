/// What is known of kernels: what each works and reads, how it was made, and calls that let the runtime take its time.
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

/// On a kernel that another one calls, in a loop of its own: a part of that which has the registers to itself.
inline constexpr llvm::StringLiteral innerAttrName = "sconce.inner";

/// What `ops`, the ones of one kernel, work; bytes are of the buffers that `isGiven` to it.
KernelWork countWork(llvm::ArrayRef<mlir::linalg::LinalgOp> ops, llvm::function_ref<bool(mlir::Value)> isGiven);

/// Whether `op`'s body computes elementary functions, which are long chains of arithmetic with many constants.
bool hasFunctions(mlir::linalg::LinalgOp op);

/// On a kernel: the types of the buffers that it reads and of those that it writes. Their dimensions are in the order in
/// memory, which is what the choice of layouts made of the program's.
inline constexpr llvm::StringLiteral readsAttrName = "sconce.reads", writesAttrName = "sconce.writes";

/// Records what `ops` read and write of what `isGiven` to the kernel.
void recordBuffers(mlir::func::FuncOp kernel, llvm::ArrayRef<mlir::linalg::LinalgOp> ops, llvm::function_ref<bool(mlir::Value)> isGiven);

/// The bytes of these buffers, those of other types left out.
int64_t countBytes(mlir::ValueRange buffers);
void recordBuffers(mlir::func::FuncOp kernel, mlir::ValueRange read, mlir::ValueRange written);

/// On a kernel: what its strategy chose, a dictionary of words and numbers.
inline constexpr llvm::StringLiteral planAttrName = "sconce.plan";

/// Records the choice of a strategy for the first of the kernel's loop nests, which is the one that counts.
void recordPlan(mlir::func::FuncOp kernel, llvm::ArrayRef<mlir::NamedAttribute> choices);

/// On an entry: the most bytes of its buffers that live at one time, which its workspace cannot be smaller than.
inline constexpr llvm::StringLiteral liveBytesAttrName = "sconce.live_bytes";

/// A call of a kernel in an entry. Its location is what it was made of (Origins.h).
struct KernelCall {
  std::string kernel;
  mlir::Location location;
  KernelWork work;
};

/// The calls of kernels in `entry`, of stage buffers or vector, in program order.
std::vector<KernelCall> listKernelCalls(mlir::func::FuncOp entry);

/// Lists the calls of kernels in a module of stage buffers or vector, in program order, and puts a call of
/// `sc_rt_mark(context, number)` behind each.
std::vector<KernelCall> markKernels(mlir::ModuleOp module);

} // namespace sconce::codegen

#endif
