#include "codegen/Pipelines/Registration.h"

#include "codegen/LLVM/Passes.h"
#include "codegen/LLVM/ToLLVMIR.h"
#include "codegen/Pipelines/Pipelines.h"
#include "codegen/Strategies/Passes.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/StaticSlices.h"
#include "codegen/Transforms/WinogradTransforms.h"
#include "dialects/Winograd/IR/Winograd.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
namespace sconce::codegen {

void registerCodegenDialects(DialectRegistry &registry) {
  registry.insert<affine::AffineDialect, arith::ArithDialect, bufferization::BufferizationDialect, cf::ControlFlowDialect,
                  complex::ComplexDialect, func::FuncDialect, index::IndexDialect, linalg::LinalgDialect,
                  LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect,
                  ub::UBDialect, vector::VectorDialect, winograd::WinogradDialect>();
  registerStaticSlices(registry); // before upstream's models
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerSubsetOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerSubsetOpInterfaceExternalModels(registry);
  vector::registerBufferizableOpInterfaceExternalModels(registry);
  registerWinogradTransforms(registry);
  registerLLVMTranslation(registry);
}

namespace {
/// The target of a pipeline that is named on a command line.
struct TargetOptions : PassPipelineOptions<TargetOptions> {
  Option<std::string> triple{*this, "triple", llvm::cl::desc("target triple; the host's if empty"), llvm::cl::init("")};
  Option<std::string> cpu{*this, "cpu", llvm::cl::desc("CPU; the host's, or the triple's generic one, if empty"),
                          llvm::cl::init("")};
  Option<std::string> features{*this, "features", llvm::cl::desc("CPU features, as +a,-b"), llvm::cl::init("")};
};
} // namespace

/// Registers the pipeline that brings a module from stage linalg to `stage`.
static void registerStage(Stage stage) {
  StringRef name = getStageName(stage);
  PassPipelineRegistration<TargetOptions>(
      ("sconce-to-" + name).str(), ("Bring linalg on tensors to the stage " + name).str(),
      [stage](OpPassManager &passes, const TargetOptions &options) {
        PipelineOptions pipeline;
        llvm::Expected<TargetInfo> target = TargetInfo::create(options.triple, options.cpu, options.features);
        if (!target) {
          llvm::errs() << "sconce: " << llvm::toString(target.takeError()) << "\n";
          return;
        }
        pipeline.target = *target;
        buildPipeline(passes, Stage::Linalg, stage, pipeline);
      });
}

void registerCodegenPasses() {
  registerTransformsPasses();
  registerStrategiesPasses();
  registerLLVMPasses();
  for (Stage stage : {Stage::Kernels, Stage::Buffers, Stage::Vector, Stage::LLVM})
    registerStage(stage);
}

} // namespace sconce::codegen
