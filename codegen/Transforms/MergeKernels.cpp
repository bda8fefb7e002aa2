// Keeps one of each set of equal kernels.
//
// A deep model repeats its layers: ResNet-50 has 53 convolutions, of which about 20 differ. Each that is not compiled
// is time saved in every stage that follows. Done right after outlining, when a kernel is still one operation.
// Requires: kernels without calls. Ensures: no two kernels are equal up to names and locations.

#include "codegen/Transforms/KernelHash.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_MERGEKERNELSPASS
#include "codegen/Transforms/Passes.h.inc"

static bool areEqual(func::FuncOp a, func::FuncOp b) {
  return a.getFunctionType() == b.getFunctionType() && a.getArgAttrsAttr() == b.getArgAttrsAttr() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                    OperationEquivalence::IgnoreLocations);
}

namespace {
struct MergeKernelsPass : impl::MergeKernelsPassBase<MergeKernelsPass> {
  void runOnOperation() override {
    DenseMap<size_t, SmallVector<func::FuncOp, 1>> byHash;
    DenseMap<StringAttr, func::FuncOp> replacements;
    auto redirectCalls = [&](Operation *of) {
      of->walk([&](func::CallOp call) {
        if (auto found = replacements.find(call.getCalleeAttr().getAttr()); found != replacements.end())
          call.setCallee(found->second.getSymName());
      });
    };
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!kernel->hasAttr("sconce.kernel"))
        continue;
      redirectCalls(kernel); // of kernels inside of it, which come before it
      auto &candidates = byHash[hashKernel(kernel, [](Operation *) { return false; })];
      auto same = llvm::find_if(candidates, [&](func::FuncOp other) { return areEqual(kernel, other); });
      if (same == candidates.end()) {
        candidates.push_back(kernel);
        continue;
      }
      replacements[kernel.getSymNameAttr()] = *same;
      kernel.erase();
      ++numMerged;
    }
    if (!replacements.empty())
      redirectCalls(getOperation());
  }
};
} // namespace
} // namespace sconce::codegen
