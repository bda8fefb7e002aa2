// Lowering of views and copies: slices, permutations, broadcasts, reshapes, strided reads.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

namespace {

RankedTensorType memoryType(Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  return type.clone(codegen::memoryElementType(type.getElementType()));
}

/// Offsets, sizes and strides of a slice of one dimension.
struct SliceGeometry {
  SmallVector<OpFoldResult> offsets, sizes, strides;

  template <typename Op>
  SliceGeometry(LoweringBuilder &builder, Op op, typename Op::Adaptor operands, Value base) {
    int64_t rank = cast<RankedTensorType>(base.getType()).getRank();
    offsets.assign(rank, builder.builder.getIndexAttr(0));
    strides.assign(rank, builder.builder.getIndexAttr(1));
    sizes = builder.extents(base);
    int64_t dim = op.getDim();
    offsets[dim] = builder.mixed(op.getStaticStart(), operands.getStart()).front();
    strides[dim] = builder.builder.getIndexAttr(op.getStep());
  }
};

LogicalResult lowerSlice(ts::SliceOp op, ts::SliceOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  SliceGeometry slice(builder, op, operands, operands.getX());
  slice.sizes[op.getDim()] = builder.mixed(op.getStaticSize(), operands.getSize()).front();
  Value result = tensor::ExtractSliceOp::create(rewriter, op.getLoc(), operands.getX(), slice.offsets, slice.sizes,
                                                slice.strides);
  rewriter.replaceOp(op, builder.cast(result, memoryType(op.getResult())));
  return success();
}

LogicalResult lowerUpdateSlice(ts::UpdateSliceOp op, ts::UpdateSliceOp::Adaptor operands,
                               ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  SliceGeometry slice(builder, op, operands, operands.getX());
  rewriter.replaceOp(op, builder.insertSlice(operands.getUpdate(), operands.getX(), slice.offsets, slice.strides));
  return success();
}

LogicalResult lowerPermute(ts::PermuteOp op, ts::PermuteOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  ArrayRef<int64_t> dims = op.getDims();
  SmallVector<AffineExpr> exprs(dims.size());
  SmallVector<OpFoldResult> extents;
  for (auto [position, dim] : llvm::enumerate(dims)) {
    exprs[dim] = rewriter.getAffineDimExpr(position);
    extents.push_back(builder.extent(operands.getX(), dim));
  }
  auto map = AffineMap::get(dims.size(), 0, exprs, rewriter.getContext());
  Value result = builder.elementwise(memoryType(op.getResult()), extents, operands.getX(), map,
                                     [](OpBuilder &, ValueRange arguments) { return arguments[0]; });
  rewriter.replaceOp(op, result);
  return success();
}

/// Stretches extents of 1. Where only run time knows whether an extent is 1, the element is read at index 0 or at its own.
LogicalResult lowerBroadcast(ts::BroadcastOp op, ts::BroadcastOp::Adaptor operands,
                             ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  auto from = cast<RankedTensorType>(x.getType());
  RankedTensorType to = memoryType(op.getResult());
  SmallVector<OpFoldResult> extents = builder.mixed(op.getStaticSizes(), operands.getSizes());
  SmallVector<AffineExpr> exprs;
  bool stretchesAtRunTime = false;
  for (auto [dim, target] : llvm::enumerate(op.getDims())) {
    bool stretches = from.getDimSize(dim) == 1 && to.getDimSize(target) != 1;
    exprs.push_back(stretches ? rewriter.getAffineConstantExpr(0) : rewriter.getAffineDimExpr(target));
    stretchesAtRunTime |= from.isDynamicDim(dim);
  }
  if (!stretchesAtRunTime) {
    auto map = AffineMap::get(to.getRank(), 0, exprs, rewriter.getContext());
    rewriter.replaceOp(op, builder.elementwise(to, extents, x, map,
                                               [](OpBuilder &, ValueRange arguments) { return arguments[0]; }));
    return success();
  }
  SmallVector<Value> isOne(from.getRank());
  for (int64_t dim = 0; dim < from.getRank(); ++dim)
    if (from.isDynamicDim(dim))
      isOne[dim] = arith::CmpIOp::create(rewriter, op.getLoc(), arith::CmpIPredicate::eq,
                                         builder.materialize(builder.extent(x, dim)), builder.index(1));
  Value result = builder.fromIndices(to, extents, [&](LoweringBuilder &inner, ValueRange indices) -> Value {
    SmallVector<Value> source;
    for (auto [dim, target] : llvm::enumerate(op.getDims())) {
      if (from.getDimSize(dim) == 1)
        source.push_back(inner.index(0));
      else if (isOne[dim])
        source.push_back(arith::SelectOp::create(inner.builder, inner.loc, isOne[dim], inner.index(0), indices[target]));
      else
        source.push_back(indices[target]);
    }
    return tensor::ExtractOp::create(inner.builder, inner.loc, x, source);
  });
  rewriter.replaceOp(op, result);
  return success();
}

Value flatten(LoweringBuilder &builder, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() == 1)
    return x;
  if (type.getRank() == 0) {
    auto flat = RankedTensorType::get({1}, type.getElementType());
    return tensor::ExpandShapeOp::create(builder.builder, builder.loc, flat, x, ArrayRef<ReassociationIndices>{});
  }
  ReassociationIndices all(llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
  return tensor::CollapseShapeOp::create(builder.builder, builder.loc, x, ArrayRef<ReassociationIndices>{all});
}

LogicalResult lowerReshape(ts::ReshapeOp op, ts::ReshapeOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  auto from = cast<RankedTensorType>(x.getType());
  RankedTensorType to = memoryType(op.getResult());
  // Of several run-time extents, each may be another one than before.
  if (from == to && llvm::count_if(to.getShape(), ShapedType::isDynamic) <= 1 && !llvm::is_contained(to.getShape(), 0)) {
    rewriter.replaceOp(op, x);
    return success();
  }
  // A change that only splits or only merges dimensions is one operation; any other goes through one dimension.
  if (from.hasStaticShape() && to.hasStaticShape() && from.getNumElements() != 0 && from.getRank() != to.getRank()) {
    if (auto groups = getReassociationIndicesForReshape(from, to)) {
      if (from.getRank() > to.getRank())
        rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(op, to, x, *groups);
      else
        rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(op, to, x, *groups);
      return success();
    }
  }
  Value flat = flatten(builder, x);
  if (to.getRank() == 0) {
    Value single = builder.cast(flat, RankedTensorType::get({1}, to.getElementType()));
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(op, to, single, ArrayRef<ReassociationIndices>{});
    return success();
  }
  if (to.getRank() == 1) {
    rewriter.replaceOp(op, builder.cast(flat, to));
    return success();
  }
  ReassociationIndices all(llvm::to_vector(llvm::seq<int64_t>(0, to.getRank())));
  auto flatType = RankedTensorType::get(
      {to.hasStaticShape() ? to.getNumElements() : ShapedType::kDynamic}, to.getElementType());
  flat = builder.cast(flat, flatType);
  SmallVector<OpFoldResult> sizes = builder.mixed(op.getStaticSizes(), operands.getSizes());
  for (auto [dim, size] : llvm::enumerate(sizes)) {
    if (!to.isDynamicDim(dim))
      size = rewriter.getIndexAttr(to.getDimSize(dim));
    else
      size = builder.materialize(size);
  }
  rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(op, to, flat, ArrayRef<ReassociationIndices>{all}, sizes);
  return success();
}

LogicalResult lowerAsStrided(ts::AsStridedOp op, ts::AsStridedOp::Adaptor operands,
                             ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value flat = flatten(builder, operands.getX());
  SmallVector<Value> strides;
  for (OpFoldResult stride : builder.mixed(op.getStaticStrides(), operands.getStrides()))
    strides.push_back(builder.materialize(stride));
  Value offset = builder.materialize(builder.mixed(op.getStaticOffset(), operands.getOffset()).front());
  Value result = builder.fromIndices(
      memoryType(op.getResult()), builder.mixed(op.getStaticSizes(), operands.getSizes()),
      [&](LoweringBuilder &inner, ValueRange indices) -> Value {
        Value position = offset;
        for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
          Value step = arith::MulIOp::create(inner.builder, inner.loc, index, stride);
          position = arith::AddIOp::create(inner.builder, inner.loc, position, step);
        }
        return tensor::ExtractOp::create(inner.builder, inner.loc, flat, position);
      });
  rewriter.replaceOp(op, result);
  return success();
}

LogicalResult lowerViewAsReal(ts::ViewAsRealOp op, ts::ViewAsRealOp::Adaptor operands,
                              ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  SmallVector<OpFoldResult> extents = builder.extents(x);
  extents.push_back(rewriter.getIndexAttr(2));
  Value result = builder.fromIndices(
      memoryType(op.getResult()), extents, [&](LoweringBuilder &inner, ValueRange indices) -> Value {
        Value number = tensor::ExtractOp::create(inner.builder, inner.loc, x, indices.drop_back());
        Value first = arith::CmpIOp::create(inner.builder, inner.loc, arith::CmpIPredicate::eq, indices.back(),
                                            inner.index(0));
        Value real = complex::ReOp::create(inner.builder, inner.loc, number);
        Value imaginary = complex::ImOp::create(inner.builder, inner.loc, number);
        return arith::SelectOp::create(inner.builder, inner.loc, first, real, imaginary);
      });
  rewriter.replaceOp(op, result);
  return success();
}

LogicalResult lowerViewAsComplex(ts::ViewAsComplexOp op, ts::ViewAsComplexOp::Adaptor operands,
                                 ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  RankedTensorType type = memoryType(op.getResult());
  SmallVector<OpFoldResult> extents = builder.extents(x);
  extents.pop_back();
  Value result = builder.fromIndices(type, extents, [&](LoweringBuilder &inner, ValueRange indices) -> Value {
    SmallVector<Value> position(indices);
    position.push_back(inner.index(0));
    Value real = tensor::ExtractOp::create(inner.builder, inner.loc, x, position);
    position.back() = inner.index(1);
    Value imaginary = tensor::ExtractOp::create(inner.builder, inner.loc, x, position);
    return complex::CreateOp::create(inner.builder, inner.loc, type.getElementType(), real, imaginary);
  });
  rewriter.replaceOp(op, result);
  return success();
}

/// Values are pure here: a copy is its operand, and bufferization copies where a buffer would be overwritten.
LogicalResult lowerCopy(ts::CopyOp op, ts::CopyOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  rewriter.replaceOp(op, operands.getX());
  return success();
}

LogicalResult lowerReverse(ts::ReverseOp op, ts::ReverseOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  SmallVector<OpFoldResult> extents = builder.extents(x);
  SmallVector<Value> last(extents.size());
  for (int64_t dim : op.getDims())
    last[dim] = arith::SubIOp::create(rewriter, op.getLoc(), builder.materialize(extents[dim]), builder.index(1));
  Value result = builder.fromIndices(
      memoryType(op.getResult()), extents, [&](LoweringBuilder &inner, ValueRange indices) -> Value {
        SmallVector<Value> source(indices);
        for (int64_t dim : op.getDims())
          source[dim] = arith::SubIOp::create(inner.builder, inner.loc, last[dim], indices[dim]);
        return tensor::ExtractOp::create(inner.builder, inner.loc, x, source);
      });
  rewriter.replaceOp(op, result);
  return success();
}

LogicalResult lowerDim(ts::DimOp op, ts::DimOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value extent = builder.materialize(builder.extent(operands.getX(), op.getDim()));
  rewriter.replaceOpWithNewOp<arith::IndexCastOp>(op, op.getType(), extent);
  return success();
}

} // namespace

void codegen::attachViewLowerings(MLIRContext &context) {
  attachLowering<ts::AsStridedOp, lowerAsStrided>(context);
  attachLowering<ts::BroadcastOp, lowerBroadcast>(context);
  attachLowering<ts::CopyOp, lowerCopy>(context);
  attachLowering<ts::DimOp, lowerDim>(context);
  attachLowering<ts::PermuteOp, lowerPermute>(context);
  attachLowering<ts::ReshapeOp, lowerReshape>(context);
  attachLowering<ts::ReverseOp, lowerReverse>(context);
  attachLowering<ts::SliceOp, lowerSlice>(context);
  attachLowering<ts::UpdateSliceOp, lowerUpdateSlice>(context);
  attachLowering<ts::ViewAsComplexOp, lowerViewAsComplex>(context);
  attachLowering<ts::ViewAsRealOp, lowerViewAsReal>(context);
}
