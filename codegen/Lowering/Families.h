// The families of primitives whose lowerings Lowering.cpp registers.

#ifndef SCONCE_CODEGEN_LOWERING_FAMILIES_H
#define SCONCE_CODEGEN_LOWERING_FAMILIES_H

#include "dialects/TorchScript/Interfaces/LowerToLinalg.h"

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sconce::codegen {

void attachCastLowerings(mlir::MLIRContext &context);
void attachConvolutionLowerings(mlir::MLIRContext &context);
void attachCreateLowerings(mlir::MLIRContext &context);
void attachElementwiseLowerings(mlir::MLIRContext &context);
void attachIndexLowerings(mlir::MLIRContext &context);
void attachJoinLowerings(mlir::MLIRContext &context);
void attachMatmulLowerings(mlir::MLIRContext &context);
void attachPoolingLowerings(mlir::MLIRContext &context);
void attachRandomLowerings(mlir::MLIRContext &context);
void attachReductionLowerings(mlir::MLIRContext &context);
void attachScanLowerings(mlir::MLIRContext &context);
void attachSortLowerings(mlir::MLIRContext &context);
void attachViewLowerings(mlir::MLIRContext &context);

/// The external model of `Op` that calls a function `LogicalResult lower(Op, Op::Adaptor operands, rewriter)`.
template <typename Op, auto lower>
struct LoweringModel : ts::LowerToLinalgOpInterface::ExternalModel<LoweringModel<Op, lower>, Op> {
  llvm::LogicalResult lowerToLinalg(mlir::Operation *op, mlir::ValueRange operands,
                                    mlir::ConversionPatternRewriter &rewriter) const {
    auto typed = mlir::cast<Op>(op);
    return lower(typed, typename Op::Adaptor(operands, typed), rewriter);
  }
};

/// Gives `Op` its lowering.
template <typename Op, auto lower> void attachLowering(mlir::MLIRContext &context) {
  Op::template attachInterface<LoweringModel<Op, lower>>(context);
}

} // namespace sconce::codegen

#endif
