// Attaches the lowerings of all families.

#include "codegen/Lowering/Lowering.h"

#include "codegen/Lowering/Families.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/IR/DialectRegistry.h"

void sconce::codegen::registerLowerings(mlir::DialectRegistry &registry) {
  registry.addExtension(+[](mlir::MLIRContext *context, ts::TorchScriptDialect *) {
    attachCastLowerings(*context);
    attachConvolutionLowerings(*context);
    attachCreateLowerings(*context);
    attachElementwiseLowerings(*context);
    attachIndexLowerings(*context);
    attachJoinLowerings(*context);
    attachMatmulLowerings(*context);
    attachPoolingLowerings(*context);
    attachRandomLowerings(*context);
    attachReductionLowerings(*context);
    attachScanLowerings(*context);
    attachSortLowerings(*context);
    attachViewLowerings(*context);
  });
}
