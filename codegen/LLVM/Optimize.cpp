#include "codegen/LLVM/ToLLVMIR.h"

#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
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

/// The one lane that a constant mask has; nullopt where it has none or several, or is no constant.
static std::optional<unsigned> findOnlyLane(Value *mask) {
  auto *lanes = dyn_cast<Constant>(mask);
  std::optional<unsigned> found;
  for (unsigned lane = 0; lanes && lane < cast<FixedVectorType>(mask->getType())->getNumElements(); ++lane) {
    Constant *bit = lanes->getAggregateElement(lane);
    if (bit && bit->isNullValue())
      continue;
    if (!bit || !bit->isOneValue() || found)
      return std::nullopt;
    found = lane;
  }
  return found;
}

/// Stores an element where a mask has but one lane. LLVM does that itself, too, but where it has taken a truncation into the store, it writes
/// the element as wide as it was before that, over what lies behind it.
static void storeOnlyLanes(Module &module) {
  SmallVector<IntrinsicInst *> stores;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<IntrinsicInst>(&instruction); call && call->getIntrinsicID() == Intrinsic::masked_store)
        stores.push_back(call);
  for (IntrinsicInst *store : stores) {
    Value *vector = store->getArgOperand(0), *base = store->getArgOperand(1), *mask = store->getArgOperand(2);
    std::optional<unsigned> lane = findOnlyLane(mask);
    if (!lane)
      continue;
    IRBuilder<> builder(store);
    Value *element = builder.CreateExtractElement(vector, *lane);
    uint64_t bytes = module.getDataLayout().getTypeAllocSize(element->getType());
    Align align = commonAlignment(store->getParamAlign(1).valueOrOne(), *lane * bytes);
    builder.CreateAlignedStore(element, builder.CreateConstGEP1_32(element->getType(), base, *lane), align);
    store->eraseFromParent();
  }
}

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
  // Code generation folds masks at every level: what will be a constant has to be one here.
  if (optLevel == 0)
    cantFail(builder.parsePassPipeline(passes, "default<O0>,function(instsimplify)"));
  else if (optLevel == 1)
    passes = builder.buildPerModuleDefaultPipeline(OptimizationLevel::O1);
  else
    cantFail(builder.parsePassPipeline(passes, pipeline));
  passes.run(module, modules);
  storeOnlyLanes(module);
}

} // namespace sconce::codegen
