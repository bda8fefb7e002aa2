// Lowers the primitives of specialized TorchScript to linalg on tensors.
//
// Every primitive is replaced by what its LowerToLinalgOpInterface model builds (attached by the families beside this
// file). Here stands only what is common: the types (bool and unsigned integers become bytes), the structure of
// functions and of scf that the new types go through, and the error for a primitive without a lowering.
//
// Requires: the specialized stage's contract (ranked tensors, scalars, primitives).
// Ensures: no ts operation but those that talk to the runtime, no bool or unsigned tensor.

#include "codegen/Lowering/Lowering.h"

#include "codegen/Lowering/LoweringBuilder.h"
#include "codegen/Transforms/RuntimeFunctions.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "dialects/TorchScript/Interfaces/LowerToLinalg.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace sconce::codegen {
#define GEN_PASS_DEF_CONVERTTSTOLINALGPASS
#include "codegen/Lowering/Passes.h.inc"
} // namespace sconce::codegen

using namespace sconce;

namespace {

/// Bool and unsigned tensors become tensors of bytes; scalars stay as they are (bool is i1 in registers).
class MemoryTypeConverter : public TypeConverter {
public:
  MemoryTypeConverter() {
    addConversion([](Type type) { return type; });
    addConversion([](RankedTensorType type) -> Type {
      return type.clone(codegen::memoryElementType(type.getElementType()));
    });
    auto cast = [](OpBuilder &builder, Type type, ValueRange inputs, Location loc) -> Value {
      return UnrealizedConversionCastOp::create(builder, loc, type, inputs).getResult(0);
    };
    addSourceMaterialization(cast);
    addTargetMaterialization(cast);
  }
};

bool isStaticallyEmpty(Type type) {
  return codegen::hasNoElements(type) && cast<RankedTensorType>(type).hasStaticShape();
}

/// Replaces a primitive by what its own model builds; one whose results have no elements, by empty tensors.
struct LowerPrimitive : ConversionPattern {
  LowerPrimitive(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (isMemoryEffectFree(op) && op->getNumResults() != 0 && llvm::all_of(op->getResultTypes(), isStaticallyEmpty)) {
      SmallVector<Value> results;
      for (Type type : op->getResultTypes()) {
        auto tensor = cast<RankedTensorType>(getTypeConverter()->convertType(type));
        results.push_back(tensor::EmptyOp::create(rewriter, op->getLoc(), tensor.getShape(), tensor.getElementType()));
      }
      rewriter.replaceOp(op, results);
      return success();
    }
    if (auto model = dyn_cast<ts::LowerToLinalgOpInterface>(op))
      return model.lowerToLinalg(operands, rewriter);
    return rewriter.notifyMatchFailure(op, "no lowering to linalg is attached");
  }
};

/// Says what a boxed tensor's bytes stand for, which its type will not say any more: PyTorch's code of the dtype.
void noteDtype(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && (tensor.getElementType().isInteger(1) || tensor.getElementType().isUnsignedInteger()))
    op->setAttr(codegen::dtypeAttrName,
                IntegerAttr::get(IntegerType::get(op->getContext(), 64), codegen::dtypeCode(tensor.getElementType())));
}

/// An operation that stays, with converted operand and result types.
struct RetypeRuntimeOp : ConversionPattern {
  RetypeRuntimeOp(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/0, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (op->getNumRegions() != 0 || !isa<ts::TorchScriptDialect>(op->getDialect()) ||
        isa<ts::LowerToLinalgOpInterface>(op))
      return failure();
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), types)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, types, op->getAttrs());
    Operation *retyped = rewriter.create(state);
    if (isa<ts::BoxOp, ts::UnboxOp>(op))
      noteDtype(retyped, isa<ts::BoxOp>(op) ? op->getOperand(0).getType() : op->getResult(0).getType());
    rewriter.replaceOp(op, retyped->getResults());
    return success();
  }
};

/// A cast between extents that are known and not, which specializing leaves where values are joined.
struct RetypeCast : OpConversionPattern<tensor::CastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(tensor::CastOp op, OpAdaptor operands, ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<tensor::CastOp>(op, getTypeConverter()->convertType(op.getType()), operands.getSource());
    return success();
  }
};

struct ConvertTsToLinalgPass : codegen::impl::ConvertTsToLinalgPassBase<ConvertTsToLinalgPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    MemoryTypeConverter converter;
    RewritePatternSet patterns(context);
    patterns.add<LowerPrimitive, RetypeRuntimeOp, RetypeCast>(converter, context);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, converter);
    populateCallOpTypeConversionPattern(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);

    ConversionTarget target(*context);
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns, target);
    target.addDynamicallyLegalOp<func::FuncOp>(
        [&](func::FuncOp op) { return converter.isSignatureLegal(op.getFunctionType()); });
    target.addDynamicallyLegalDialect<ts::TorchScriptDialect>([&](Operation *op) {
      return isRuntimeOp(op) && converter.isLegal(op);
    });
    target.markUnknownOpDynamicallyLegal([&](Operation *op) { return converter.isLegal(op); });
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }

private:
  /// The operations that the code generator hands on to the runtime, strings for its functions among them.
  static bool isRuntimeOp(Operation *op) {
    if (auto literal = dyn_cast<ts::ConstantOp>(op))
      return isa<StringAttr>(literal.getValue());
    return isa<ts::WeightOp, ts::CheckOp, ts::RuntimeCallOp, ts::BoxOp, ts::UnboxOp, ts::LibraryCallOp>(op);
  }
};

} // namespace
