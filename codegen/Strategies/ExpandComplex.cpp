// Turns functions of complex numbers into arithmetic and functions on their parts.
//
// The conversion to LLVM knows sums and products only. It comes before the functions of real numbers are expanded,
// because those of complex numbers are made of them.
// Requires: complex ops on scalars. Ensures: of the complex dialect, only what makes a number of parts and takes it apart.

#include "codegen/Strategies/Passes.h"

#include "mlir/Conversion/ComplexToStandard/ComplexToStandard.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_EXPANDCOMPLEXPASS
#include "codegen/Strategies/Passes.h.inc"

static bool isOnlyParts(Operation *op) {
  return isa<complex::CreateOp, complex::ReOp, complex::ImOp, complex::ConstantOp, complex::BitcastOp>(op);
}

namespace {
struct ExpandComplexPass : impl::ExpandComplexPassBase<ExpandComplexPass> {
  using Base::Base;
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    WalkResult found = getOperation().walk([](Operation *op) {
      return isa<complex::ComplexDialect>(op->getDialect()) && !isOnlyParts(op) ? WalkResult::interrupt()
                                                                               : WalkResult::advance();
    });
    if (!found.wasInterrupted())
      return;
    RewritePatternSet patterns(context);
    populateComplexToStandardConversionPatterns(patterns);
    ConversionTarget target(*context);
    target.addDynamicallyLegalDialect<complex::ComplexDialect>(isOnlyParts);
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
} // namespace sconce::codegen
