//===- CompileReport.h - What became of a model, for --report -------------===//
//
// Kernels with what they were made of, how, and what bounds them; what was not merged and why; memory; time. The stages
// record all this as attributes and remarks (codegen/Transforms/KernelMarks.h); here it becomes text.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/Emit/CompiledModule.h"
#include "codegen/Emit/ModelObject.h"
#include "codegen/Pipelines/Stages.h"
#include "lib/Driver/Compiler.h"

#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sconce::driver {

class CompileReport {
public:
  CompileReport();
  ~CompileReport();

  /// Where the time goes, from the report's making on.
  StageTimes &stageTimes() { return stages; }
  /// Notes what passes say that they did not do, from now on.
  void listen(mlir::MLIRContext &context);
  /// Notes what a module that has reached `stage` tells of the entries of `model`.
  void add(codegen::Stage stage, mlir::ModuleOp module, const codegen::ModelDescription &model, const codegen::TargetInfo &target);
  /// Where the compiler of objects leaves its times.
  codegen::EmitTimes *emitTimes() { return &times; }

  /// A part for each entry, then one for the whole.
  std::string text() const;

private:
  struct Entry;
  /// Texts in the order in which they were said first, with how often each was.
  struct Refusals {
    std::vector<std::string> texts;
    llvm::StringMap<unsigned> times;
  };
  class RemarkKeeper;

  static std::string describe(const Entry &entry);

  std::vector<Entry> entries;
  std::shared_ptr<Refusals> refusals;
  StageTimes stages;
  codegen::EmitTimes times;
};

} // namespace sconce::driver
