/// The order of the code generator's passes.
#ifndef SCONCE_CODEGEN_PIPELINES_PIPELINES_H
#define SCONCE_CODEGEN_PIPELINES_PIPELINES_H

#include "codegen/Pipelines/Stages.h"
#include "codegen/Target/TargetInfo.h"

namespace mlir {
class OpPassManager;
}

namespace sconce::codegen {

/// What shapes the code.
struct PipelineOptions {
  TargetInfo target;
  unsigned optLevel = 3;
  /// 3×3 convolutions may be computed by Winograd's algorithm.
  bool winograd = true;
};

/// Adds the passes that bring a module from stage `from` (Linalg or later) to stage `to` (LLVM or earlier).
void buildPipeline(mlir::OpPassManager &passes, Stage from, Stage to, const PipelineOptions &options);

/// One stage each: what makes it of the stage before.
void buildKernelsPipeline(mlir::OpPassManager &passes, const PipelineOptions &options);
void buildBuffersPipeline(mlir::OpPassManager &passes, const PipelineOptions &options);
void buildVectorPipeline(mlir::OpPassManager &passes, const PipelineOptions &options);
void buildLLVMPipeline(mlir::OpPassManager &passes, const PipelineOptions &options);

} // namespace sconce::codegen

#endif
