// The table of contents of the code generator.

#include "codegen/Pipelines/Pipelines.h"

#include "codegen/LLVM/Passes.h"
#include "codegen/Strategies/Passes.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
namespace sconce::codegen {

void buildKernelsPipeline(OpPassManager &passes, const PipelineOptions &options) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(createCSEPass());
  functions.addPass(createHoistChecksPass());
  functions.addPass(createHoistContractionsPass());
  functions.addPass(createFoldScalesPass());
  // What a tile of few accumulators reads is not hidden behind its arithmetic.
  AssignLayoutsPassOptions layouts;
  layouts.copiesArguments = options.target.vectorRegisters < manyRegisters;
  layouts.vectorBits = options.target.vectorBits;
  functions.addPass(createAssignLayoutsPass(layouts));
  if (options.winograd)
    functions.addPass(createWinogradConvolutionsPass());
  JoinGroupsPassOptions joined;
  joined.vectorBits = options.target.vectorBits;
  functions.addPass(createJoinGroupsPass(joined));
  PackWeightsPassOptions panels;
  panels.vectorBits = options.target.vectorBits;
  panels.registers = options.target.vectorRegisters;
  functions.addPass(createPackWeightsPass(panels));
  passes.addPass(createHoistWeightsPass());
  passes.addNestedPass<func::FuncOp>(createFuseElementwisePass());
  passes.addNestedPass<func::FuncOp>(createFuseResultsPass());
  passes.addNestedPass<func::FuncOp>(createGrowConcatenationsPass());
}

void buildBuffersPipeline(OpPassManager &passes, const PipelineOptions &options) {
  passes.addPass(createBindFramePass());
  passes.addPass(createLowerRuntimeCallsPass());
  passes.addNestedPass<func::FuncOp>(createCarryTensorsPass());
  passes.addNestedPass<func::FuncOp>(createBufferizePass());
  passes.addPass(createOutlineKernelsPass());
  passes.addPass(createMergeKernelsPass());
  LowerContractionsPassOptions tiles;
  tiles.vectorBits = options.target.vectorBits;
  tiles.registers = options.target.vectorRegisters;
  tiles.maskedMemory = options.target.hasMaskedMemory;
  tiles.hasFMA = options.target.hasFMA;
  passes.addPass(createLowerContractionsPass(tiles));
  passes.addPass(createDropIntermediatesPass());
  passes.addNestedPass<func::FuncOp>(createPlanBuffersPass());
}

void buildVectorPipeline(OpPassManager &passes, const PipelineOptions &options) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  LowerLoopsPassOptions loops;
  loops.vectorBits = options.target.vectorBits;
  loops.registers = options.target.vectorRegisters;
  loops.maskedMemory = options.target.hasMaskedMemory;
  functions.addPass(createLowerLoopsPass(loops));
  functions.addPass(createExpandComplexPass());
  ExpandMathPassOptions math;
  math.hasFMA = options.target.hasFMA;
  math.hasScale = options.target.hasScale;
  functions.addPass(createExpandMathPass(math));
  ExpandFloatsPassOptions floats;
  floats.hasHalf = options.target.hasHalfConversion;
  functions.addPass(createExpandFloatsPass(floats));
  // What is computed twice would be converted twice.
  functions.addPass(createCSEPass());
  passes.addPass(createShareKernelsPass());
}

void buildLLVMPipeline(OpPassManager &passes, const PipelineOptions &) {
  passes.addPass(createGeneralizeKernelsPass());
  passes.addNestedPass<func::FuncOp>(createFoldViewsPass());
  passes.addPass(createLowerHostPass());
  passes.addPass(createCallLibmPass());
  passes.addNestedPass<func::FuncOp>(createConvertBodiesPass());
  passes.addPass(createConvertFunctionsPass());
}

void buildPipeline(OpPassManager &passes, Stage from, Stage to, const PipelineOptions &options) {
  auto includes = [&](Stage made) { return from < made && made <= to; };
  if (includes(Stage::Kernels))
    buildKernelsPipeline(passes, options);
  if (includes(Stage::Buffers))
    buildBuffersPipeline(passes, options);
  if (includes(Stage::Vector))
    buildVectorPipeline(passes, options);
  if (includes(Stage::LLVM))
    buildLLVMPipeline(passes, options);
}

} // namespace sconce::codegen
