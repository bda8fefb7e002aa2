#include "codegen/Transforms/StaticSlices.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SubsetOpInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
namespace sconce::codegen {

/// Whether all of a slice's numbers are constants.
static bool isStatic(OffsetSizeAndStrideOpInterface slice) {
  return !ShapedType::isDynamicShape(slice.getStaticOffsets()) && !ShapedType::isDynamicShape(slice.getStaticSizes()) &&
         !ShapedType::isDynamicShape(slice.getStaticStrides());
}

namespace {
/// Upstream's. The interface below is one of this one's kind and looks for it when it is attached.
struct SubsetModel : SubsetOpInterface::ExternalModel<SubsetModel, tensor::InsertSliceOp> {
  FailureOr<HyperrectangularSlice> getAccessedHyperrectangularSlice(Operation *op) const {
    return HyperrectangularSlice(cast<OffsetSizeAndStrideOpInterface>(op));
  }
};

/// Upstream's, but for the comparison.
struct InsertionModel : SubsetInsertionOpInterface::ExternalModel<InsertionModel, tensor::InsertSliceOp> {
  OpOperand &getSourceOperand(Operation *op) const { return cast<tensor::InsertSliceOp>(op).getSourceMutable(); }
  OpOperand &getDestinationOperand(Operation *op) const { return cast<tensor::InsertSliceOp>(op).getDestMutable(); }

  bool isEquivalentSubset(Operation *op, Value candidate, function_ref<bool(Value, Value)> areEquivalent) const {
    auto insert = cast<tensor::InsertSliceOp>(op);
    auto extract = candidate.getDefiningOp<tensor::ExtractSliceOp>();
    if (!extract || !isStatic(insert) || !isStatic(extract))
      return detail::defaultIsEquivalentSubset(op, candidate, areEquivalent);
    return insert.getStaticOffsets() == extract.getStaticOffsets() && insert.getStaticSizes() == extract.getStaticSizes() &&
           insert.getStaticStrides() == extract.getStaticStrides() && areEquivalent(insert.getDest(), extract.getSource());
  }

  Value buildSubsetExtraction(Operation *op, OpBuilder &builder, Location loc) const {
    auto insert = cast<tensor::InsertSliceOp>(op);
    return tensor::ExtractSliceOp::create(builder, loc, insert.getSourceType(), insert.getDest(), insert.getMixedOffsets(),
                                          insert.getMixedSizes(), insert.getMixedStrides());
  }

  SmallVector<Value> getValuesNeededToBuildSubsetExtraction(Operation *op) const {
    SmallVector<Value> needed(llvm::drop_begin(op->getOperands(), 2));
    needed.push_back(cast<tensor::InsertSliceOp>(op).getDest());
    return needed;
  }
};
} // namespace

void registerStaticSlices(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::InsertSliceOp::attachInterface<SubsetModel, InsertionModel>(*context);
  });
}

} // namespace sconce::codegen
