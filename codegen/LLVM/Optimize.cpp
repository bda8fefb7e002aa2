#include "codegen/LLVM/ToLLVMIR.h"

#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
namespace sconce::codegen {

/// What code that strategies wrote gains from. LLVM's own pipeline is for programs: it takes nearly three times as long, most of it to
/// simplify again after each of many passes what has been simple for long, and the code is no faster. Nothing is unrolled: strategies
/// write out what gains by it, and what LLVM unrolled besides made no model faster and was a third of the code to compile.
static constexpr StringLiteral pipeline =
    "function(sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>),cgscc(inline),"
    "function(loop-mssa(loop-rotate,licm<allowspeculation>),gvn,loop-vectorize,instcombine<no-verify-fixpoint>,simplifycfg,"
    "loop-mssa(licm<allowspeculation>),dse,adce),globaldce";

void optimize(Module &module, TargetMachine &machine, unsigned optLevel) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager sccs;
  ModuleAnalysisManager modules;
  // Below level 2, LLVM's own pipelines run, but for what makes more code.
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = tuning.LoopUnrolling = false;
  PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  ModulePassManager passes;
  if (optLevel < 2)
    passes = builder.buildPerModuleDefaultPipeline(optLevel == 0 ? OptimizationLevel::O0 : OptimizationLevel::O1);
  else
    cantFail(builder.parsePassPipeline(passes, pipeline));
  passes.run(module, modules);
}

} // namespace sconce::codegen
