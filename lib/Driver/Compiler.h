//===- Compiler.h - From a program and a signature to native code ---------===//
//
// The one place that runs the stages after each other: Specialize, the code generator's pipeline, and the just-in-time
// session or the writer of files.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/Emit/JitSession.h"
#include "codegen/Pipelines/Pipelines.h"
#include "codegen/Pipelines/Stages.h"
#include "lib/Specialize/Specializer.h"
#include "runtime/PlainCall.h"
#include "runtime/Signature.h"
#include "sconce-c/Entry.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sconce::archive {
class Archive;
} // namespace sconce::archive

namespace sconce::import {
class Program;
} // namespace sconce::import

namespace sconce::driver {

/// A call of a kernel in compiled code that marks them.
struct KernelCall {
  std::string name, place; ///< of the TorchScript line: "code/__torch__/model.py:12:4"
  int64_t operations = 0;  ///< of one call, on numbers; 0 where only run time knows
  int64_t bytes = 0;       ///< of the buffers that it is given
};

/// Where the time of making an entry went: what was done, and how long it took.
class StageTimes {
public:
  /// Ends what was done since the last one ended, or since the beginning.
  void end(std::string what);
  /// "evaluate 0.021 s, linalg 0.004 s, …"
  std::string text() const;
  double total() const; ///< seconds

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin = Clock::now();
  std::vector<std::pair<std::string, double>> seconds;
};

/// One method at one signature, callable.
struct CompiledEntry {
  CompiledEntry();
  ~CompiledEntry();

  rt::Signature signature;
  rt::PlainEntry plain;
  sc_entry_fn function = nullptr;
  int64_t workspaceBytes = 0;
  std::vector<const void *> weights;
  /// The attributes that the entry takes as state, in the signature's order, and those of them that it writes.
  std::vector<std::string> statePaths, writtenPaths;
  /// How many attributes were known to be state when the entry was compiled.
  size_t knownState = 0;
  specialize::Report report;
  StageTimes times;

  /// What it was compiled for.
  std::string method;
  std::vector<specialize::ArgumentSpec> arguments;
  /// The tick of the cache at which it was used last.
  std::atomic<uint64_t> lastUse = 0;

  /// With CompileRequest::profile: the calls of kernels, by the number of their mark.
  std::vector<KernelCall> kernels;

  /// What the addresses above point into.
  std::unique_ptr<codegen::JitSession> code;
  /// What was computed from the weights once.
  rt::Ref<rt::Storage> prepared;
  std::vector<rt::Ref<rt::Storage>> storages;
};

/// A compiled entry that is not linked yet: what is kept of it between processes.
struct EntryCode {
  std::string signature;
  std::vector<std::string> statePaths, writtenPaths; ///< see CompiledEntry
  specialize::Report report;
  std::vector<KernelCall> kernels;
  std::vector<rt::Ref<rt::Storage>> storages; ///< the code's weights
  /// Of the weights that its entry for that makes of those, see codegen/Transforms/HoistWeights.
  std::vector<int64_t> preparedBytes;
  codegen::CompiledModule module;
  /// Storages whose bytes were looked at: the code is good for these bytes alone.
  std::vector<const rt::Storage *> readStorages;
  StageTimes times; ///< not kept
};

struct CompileRequest {
  std::string method;
  std::vector<specialize::ArgumentSpec> arguments;
  /// The object that the method is called on.
  rt::Value instance;
  /// Attributes that other methods write.
  std::vector<std::string> statePaths;
  /// Extents of state tensors that are given at run time: a flag for each.
  std::map<std::string, std::vector<bool>> openExtents;
  /// Lists and dicts among the state whose structure run time gives.
  std::set<std::string> runTimeState;
  /// See specialize::Options.
  bool viewsOfArguments = false;
  int optLevel = 3;
  bool winograd = true; ///< see SessionOptions
  /// Kernels mark their ends (rt::Context::startClock).
  bool profile = false;
};

/// A context with the dialects and interfaces of all stages.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// The program of an archive, with the operator library.
llvm::Expected<std::unique_ptr<import::Program>> loadProgram(archive::Archive &archive, mlir::MLIRContext &context);

/// Specializes; `file` is named in errors.
llvm::Expected<specialize::SpecializedEntry> specializeEntry(import::Program &program, llvm::StringRef file,
                                                             const CompileRequest &request);

/// Lowers a module of stage specialized, or of a later one, to a stage of the code generator.
llvm::Error lowerTo(codegen::Stage stage, mlir::ModuleOp module, const codegen::PipelineOptions &options,
                    llvm::StringRef file, codegen::Stage from = codegen::Stage::Specialized);
/// The same from specialized to llvm, a stage at a time: `reached` is called with each, whose time `times` gets if it is not null.
llvm::Error lowerByStages(mlir::ModuleOp module, const codegen::PipelineOptions &options, llvm::StringRef file, StageTimes *times,
                          llvm::function_ref<void(codegen::Stage)> reached);

/// Renames the entry function of a specialized module.
void nameEntry(mlir::ModuleOp module, llvm::StringRef name);

/// Says how many storages a module's weights are in, so that what is computed from them alone is hoisted; and, once the
/// module has passed stage kernels, the bytes of each such weight. The entry `prepareName` computes them.
void countWeights(mlir::ModuleOp module, size_t count, llvm::StringRef prepareName);
std::vector<int64_t> preparedWeights(mlir::ModuleOp module);

/// The machine this runs on.
const codegen::TargetInfo &hostTarget();

/// The processors that this process may use, which compile side by side.
unsigned compileThreads();

/// What compiling an entry cost, and where versions of the rest of the program were made, a line for each.
std::string describeReport(llvm::StringRef method, llvm::ArrayRef<specialize::ArgumentSpec> specs,
                           const specialize::Report &report);

llvm::Expected<EntryCode> compileEntry(import::Program &program, llvm::StringRef file, const CompileRequest &request);

/// Links code into this process and computes what it wants of the weights.
llvm::Expected<std::shared_ptr<CompiledEntry>> linkEntry(EntryCode code, llvm::StringRef file);

} // namespace sconce::driver
