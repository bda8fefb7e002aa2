/// From the LLVM dialect to LLVM IR, and its optimization.
#ifndef SCONCE_CODEGEN_LLVM_TOLLVMIR_H
#define SCONCE_CODEGEN_LLVM_TOLLVMIR_H

#include "codegen/Target/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include <memory>

namespace mlir {
class DialectRegistry;
}

namespace sconce::codegen {

/// Registers what translation needs with the dialects of `registry`.
void registerLLVMTranslation(mlir::DialectRegistry &registry);

/// Translates a module of the LLVM dialect for `machine`; null, with a diagnostic, when it cannot be.
std::unique_ptr<llvm::Module> translateToLLVMIR(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                const TargetInfo &target, llvm::TargetMachine &machine);

/// Runs LLVM's pipeline at `optLevel` 0 to 3 on code whose loops were vectorized where it pays.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned optLevel);

} // namespace sconce::codegen

#endif
