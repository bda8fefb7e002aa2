#include "codegen/LLVM/ControlFlow.h"

#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
namespace sconce::codegen {

LogicalResult lowerControlFlow(func::FuncOp func) {
  bool structured = false;
  func.walk([&](Operation *op) {
    structured |= isa<scf::SCFDialect>(op->getDialect());
    return structured ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (!structured)
    return success();
  RewritePatternSet patterns(func.getContext());
  populateSCFToControlFlowConversionPatterns(patterns);
  ConversionTarget target(*func.getContext());
  target.addIllegalDialect<scf::SCFDialect>();
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  return applyPartialConversion(func, target, std::move(patterns));
}

} // namespace sconce::codegen
