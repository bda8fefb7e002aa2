// Converts the body of a function to the LLVM dialect.
//
// Upstream has a pass for each dialect; each would walk the module again. One conversion with all patterns does it at
// once, and on functions side by side, because kernels and bound entries take and return LLVM types only.
// Requires: no tensors, no linalg. Ensures: only LLVM ops, func.call and func.return in the body.

#include "codegen/LLVM/ControlFlow.h"
#include "codegen/LLVM/Passes.h"
#include "codegen/Transforms/BufferPointer.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ComplexToLLVM/ComplexToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_CONVERTBODIESPASS
#include "codegen/LLVM/Passes.h.inc"

namespace {

/// A buffer made of a pointer, extents and strides: its descriptor.
struct LowerPutTogether : ConvertOpToLLVMPattern<UnrealizedConversionCastOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(UnrealizedConversionCastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isPutTogether(op))
      return rewriter.notifyMatchFailure(op, "makes no buffer");
    Location loc = op.getLoc();
    auto type = cast<MemRefType>(op.getResult(0).getType());
    ValueRange parts = adaptor.getOperands();
    Type descriptorType = getTypeConverter()->convertType(type);
    if (!descriptorType)
      return rewriter.notifyMatchFailure(op, "element type has no LLVM form");
    auto descriptor = MemRefDescriptor::poison(rewriter, loc, descriptorType);
    descriptor.setAllocatedPtr(rewriter, loc, parts[0]);
    descriptor.setAlignedPtr(rewriter, loc, parts[0]);
    descriptor.setConstantOffset(rewriter, loc, 0);
    unsigned next = 1;
    auto constant = [&](int64_t value) {
      return LLVM::ConstantOp::create(rewriter, loc, getIndexType(), rewriter.getIndexAttr(value));
    };
    SmallVector<Value> sizes;
    for (int64_t extent : type.getShape())
      sizes.push_back(ShapedType::isDynamic(extent) ? parts[next++] : constant(extent).getResult());
    SmallVector<Value> strides(sizes.size());
    if (type.getLayout().isIdentity()) {
      Value running = constant(1);
      for (int64_t i = sizes.size() - 1; i >= 0; --i) {
        strides[i] = running;
        if (i != 0)
          running = LLVM::MulOp::create(rewriter, loc, running, sizes[i]);
      }
    } else {
      auto [fixed, offset] = type.getStridesAndOffset();
      for (auto [stride, value] : llvm::zip_equal(fixed, strides))
        value = ShapedType::isDynamic(stride) ? parts[next++] : constant(stride).getResult();
    }
    for (auto [i, size, stride] : llvm::enumerate(sizes, strides)) {
      descriptor.setSize(rewriter, loc, i, size);
      descriptor.setStride(rewriter, loc, i, stride);
    }
    rewriter.replaceOp(op, Value(descriptor));
    return success();
  }
};

/// The pointer, extents and strides of a buffer.
struct LowerTakenApart : ConvertOpToLLVMPattern<UnrealizedConversionCastOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(UnrealizedConversionCastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isTakenApart(op))
      return rewriter.notifyMatchFailure(op, "takes no buffer apart");
    Location loc = op.getLoc();
    auto source = cast<MemRefType>(op.getOperand(0).getType());
    MemRefType type = dropOffset(source);
    MemRefDescriptor descriptor(adaptor.getOperands()[0]);
    SmallVector<Value> parts{descriptor.bufferPtr(rewriter, loc, *getTypeConverter(), source)};
    for (auto [i, extent] : llvm::enumerate(type.getShape()))
      if (ShapedType::isDynamic(extent))
        parts.push_back(descriptor.size(rewriter, loc, i));
    if (!type.getLayout().isIdentity()) {
      auto [strides, offset] = type.getStridesAndOffset();
      for (auto [i, stride] : llvm::enumerate(strides))
        if (ShapedType::isDynamic(stride))
          parts.push_back(descriptor.stride(rewriter, loc, i));
    }
    rewriter.replaceOp(op, parts);
    return success();
  }
};

/// A buffer with dimensions split, as another look at the same memory. Upstream's form knows one run-time extent in each
/// split dimension; here the op says all of them.
struct LowerExpandShape : OpRewritePattern<memref::ExpandShapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(memref::ExpandShapeOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto source = memref::ExtractStridedMetadataOp::create(rewriter, loc, op.getSrc());
    SmallVector<OpFoldResult> from = source.getConstifiedMixedStrides(), sizes = op.getMixedOutputShape();
    SmallVector<OpFoldResult> strides(sizes.size(), rewriter.getIndexAttr(1));
    AffineExpr s0, s1;
    bindSymbols(rewriter.getContext(), s0, s1);
    for (auto [stride, group] : llvm::zip_equal(from, op.getReassociationIndices()))
      for (int64_t dim : llvm::reverse(group)) {
        strides[dim] = stride;
        stride = affine::makeComposedFoldedAffineApply(rewriter, loc, s0 * s1, {stride, sizes[dim]});
      }
    // The type is kept, as it says that copies are of one run of bytes; so what it leaves open is a value.
    auto [known, knownOffset] = op.getResultType().getStridesAndOffset();
    OpFoldResult offset = asIn(rewriter, loc, knownOffset, source.getConstifiedMixedOffset());
    for (auto [stride, constant] : llvm::zip_equal(strides, known))
      stride = asIn(rewriter, loc, constant, stride);
    for (auto [size, constant] : llvm::zip_equal(sizes, op.getResultType().getShape()))
      size = asIn(rewriter, loc, constant, size);
    rewriter.replaceOpWithNewOp<memref::ReinterpretCastOp>(op, op.getResultType(), source.getBaseBuffer(), offset, sizes, strides);
    return success();
  }

private:
  static OpFoldResult asIn(PatternRewriter &rewriter, Location loc, int64_t known, OpFoldResult value) {
    if (!ShapedType::isDynamic(known))
      return rewriter.getIndexAttr(known);
    return getValueOrCreateConstantIndexOp(rewriter, loc, value);
  }
};

/// A vector of a buffer's neighbours, or of what is a stride apart.
struct LowerTransferRead : OpRewritePattern<vector::TransferReadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(vector::TransferReadOp op, PatternRewriter &rewriter) const override {
    if (hasUnitStride(op)) {
      rewriter.replaceOpWithNewOp<vector::LoadOp>(op, op.getVectorType(), op.getBase(), op.getIndices());
      return success();
    }
    SmallVector<Value> lanes;
    for (int64_t lane = 0; lane < op.getVectorType().getNumElements(); ++lane)
      lanes.push_back(memref::LoadOp::create(rewriter, op.getLoc(), op.getBase(), moveBy(rewriter, op, lane)));
    rewriter.replaceOpWithNewOp<vector::FromElementsOp>(op, op.getVectorType(), lanes);
    return success();
  }

  static bool hasUnitStride(VectorTransferOpInterface op) {
    auto [strides, offset] = cast<MemRefType>(op.getBase().getType()).getStridesAndOffset();
    return strides.back() == 1;
  }
  /// Where `lane` is.
  static SmallVector<Value> moveBy(PatternRewriter &rewriter, VectorTransferOpInterface op, int64_t lane) {
    SmallVector<Value> indices(op.getIndices());
    Value by = arith::ConstantIndexOp::create(rewriter, op.getLoc(), lane);
    indices.back() = arith::AddIOp::create(rewriter, op.getLoc(), indices.back(), by);
    return indices;
  }
};

struct LowerTransferWrite : OpRewritePattern<vector::TransferWriteOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(vector::TransferWriteOp op, PatternRewriter &rewriter) const override {
    if (LowerTransferRead::hasUnitStride(op)) {
      rewriter.replaceOpWithNewOp<vector::StoreOp>(op, op.getVector(), op.getBase(), op.getIndices());
      return success();
    }
    for (int64_t lane = 0; lane < op.getVectorType().getNumElements(); ++lane) {
      Value element = vector::ExtractOp::create(rewriter, op.getLoc(), op.getVector(), ArrayRef<int64_t>{lane});
      memref::StoreOp::create(rewriter, op.getLoc(), element, op.getBase(), LowerTransferRead::moveBy(rewriter, op, lane));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// Making all these patterns costs more than applying them to a kernel, so it is done once for all functions.
struct Conversion {
  explicit Conversion(MLIRContext *context) : options(context), converter(context, options), target(*context) {
    // Ours goes first: upstream's reads the strides of a split buffer when it meets a view of one.
    RewritePatternSet first(context);
    first.add<LowerExpandShape, LowerTransferRead, LowerTransferWrite>(context);
    split = FrozenRewritePatternSet(std::move(first));
    RewritePatternSet second(context);
    memref::populateExpandStridedMetadataPatterns(second);
    memref::populateExpandOpsPatterns(second);
    // Offsets and strides of views are computed by affine maps.
    populateAffineToStdConversionPatterns(second);
    arith::populateCeilFloorDivExpandOpsPatterns(second);
    expansions = FrozenRewritePatternSet(std::move(second));
    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    populateComplexToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns, /*approximateLog1p=*/false);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    patterns.add<LowerPutTogether, LowerTakenApart>(converter, /*benefit=*/10);
    conversions = FrozenRewritePatternSet(std::move(patterns));
    target.addLegalOp<func::CallOp, func::ReturnOp>();
    target.addIllegalOp<UnrealizedConversionCastOp>();
    target.markOpRecursivelyLegal<func::CallOp>();
    // The region of a function is converted, not the op.
    target.addLegalOp<func::FuncOp>();
  }

  LowerToLLVMOptions options;
  LLVMTypeConverter converter;
  LLVMConversionTarget target;
  FrozenRewritePatternSet split, expansions, conversions;
};

struct ConvertBodiesPass : impl::ConvertBodiesPassBase<ConvertBodiesPass> {
  LogicalResult initialize(MLIRContext *context) override {
    conversion = std::make_shared<const Conversion>(context);
    return success();
  }

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isDeclaration())
      return;
    if (failed(lowerControlFlow(func)) || failed(expand(func)) ||
        failed(applyFullConversion(func, conversion->target, conversion->conversions)))
      return signalPassFailure();
  }

  /// Rewrites ops that have no direct LLVM form into those that have.
  LogicalResult expand(func::FuncOp func) {
    bool needed = false;
    func.walk([&](Operation *op) {
      needed |= isa<memref::SubViewOp, memref::ExpandShapeOp, memref::CollapseShapeOp, memref::ReshapeOp,
                    arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp, vector::TransferReadOp, vector::TransferWriteOp>(op);
      return needed ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (!needed)
      return success();
    if (failed(applyPatternsGreedily(func, conversion->split)))
      return failure();
    return applyPatternsGreedily(func, conversion->expansions);
  }

private:
  /// Shared with the pass's copies for other threads.
  std::shared_ptr<const Conversion> conversion;
};
} // namespace
} // namespace sconce::codegen
