/// Machine code in memory: what the JIT runs and files are written from.
#ifndef SCONCE_CODEGEN_EMIT_COMPILEDMODULE_H
#define SCONCE_CODEGEN_EMIT_COMPILEDMODULE_H

#include "codegen/Target/TargetInfo.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
}

namespace sconce::codegen {

/// Nanoseconds that threads spent in the parts of LLVM, all together.
struct EmitTimes {
  std::atomic<int64_t> translate = 0, optimize = 0, generate = 0;
};

/// How LLVM compiles.
struct EmitOptions {
  unsigned optLevel = 3;
  /// Threads that compile kernels side by side; 1 compiles on the caller's thread. The code is the same with any number.
  unsigned threads = 1;
  /// One object for everything, as a `.o` file wants it; otherwise kernels may be in objects of their own.
  bool singleObject = false;
  EmitTimes *times = nullptr; ///< added to, where wanted
};

/// An entry point that is in the code under its name.
struct CompiledEntry {
  std::string name;
  int64_t workspace = 0; ///< bytes of memory that a call is given
};

/// Relocatable objects and what is in them.
struct CompiledModule {
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects;
  std::vector<CompiledEntry> entries;
};

/// Compiles a module of stage llvm.
llvm::Expected<CompiledModule> compile(mlir::ModuleOp module, const TargetInfo &target, const EmitOptions &options);

/// What a module of stage llvm can be written as, besides objects.
enum class TextKind { Assembly, LLVMIR, Bitcode };

/// Optimizes a module of stage llvm and writes it as `kind`.
llvm::Expected<std::string> emitText(mlir::ModuleOp module, TextKind kind, const TargetInfo &target,
                                     const EmitOptions &options);

} // namespace sconce::codegen

#endif
