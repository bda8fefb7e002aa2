// Lowering of convolutions of any rank, grouped, dilated or transposed, to one linalg.generic over a padded input.

#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/Padding.h"
#include "codegen/Lowering/SumOfProducts.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

namespace {

/// [N, G*C, …] as [N, G, C, …], and the inverse.
Value splitGroups(LoweringBuilder &builder, Value x, int64_t dim, int64_t groups) {
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] /= groups;
  shape.insert(shape.begin() + dim, groups);
  SmallVector<ReassociationIndices> reassociation;
  SmallVector<OpFoldResult> sizes;
  int64_t next = 0;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    ReassociationIndices group = {next++};
    if (d == dim) {
      group.push_back(next++);
      sizes.push_back(builder.builder.getIndexAttr(groups));
      sizes.push_back(builder.builder.getIndexAttr(shape[dim + 1]));
    } else {
      sizes.push_back(builder.extent(x, d));
    }
    reassociation.push_back(group);
  }
  return tensor::ExpandShapeOp::create(builder.builder, builder.loc, type.clone(shape), x, reassociation, sizes);
}

Value mergeGroups(LoweringBuilder &builder, Value x, int64_t dim) {
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t d = 0; d < cast<RankedTensorType>(x.getType()).getRank(); ++d) {
    if (d == dim + 1)
      reassociation.back().push_back(d);
    else
      reassociation.push_back({d});
  }
  return tensor::CollapseShapeOp::create(builder.builder, builder.loc, x, reassociation);
}

/// [C, 1, …] as [C, …].
Value dropOneChannel(LoweringBuilder &builder, Value w) {
  SmallVector<ReassociationIndices> reassociation = {{0, 1}};
  for (int64_t d = 2; d < cast<RankedTensorType>(w.getType()).getRank(); ++d)
    reassociation.push_back({d});
  return tensor::CollapseShapeOp::create(builder.builder, builder.loc, w, reassociation);
}

/// The loops of a convolution: n, [g], o, the places, then c and the kernel; and what they read and write.
struct ConvolutionLoops {
  SmallVector<AffineMap> maps;
  SmallVector<utils::IteratorType> iterators;

  /// A depthwise convolution, whose groups have one channel in and one out: n, c, the places, then the kernel.
  ConvolutionLoops(ts::ConvolveOp op, MLIRContext *context) {
    int64_t spatial = op.getStride().size(), parallel = 2 + spatial, loops = parallel + spatial;
    auto loop = [&](int64_t position) { return getAffineDimExpr(position, context); };
    SmallVector<AffineExpr> x = {loop(0), loop(1)}, w = {loop(1)}, y = {loop(0), loop(1)};
    for (int64_t d = 0; d < spatial; ++d) {
      AffineExpr place = loop(2 + d), tap = loop(parallel + d);
      x.push_back(place * op.getStride()[d] + tap * op.getDilation()[d]);
      w.push_back(tap);
      y.push_back(place);
    }
    maps = {AffineMap::get(loops, 0, x, context), AffineMap::get(loops, 0, w, context), AffineMap::get(loops, 0, y, context)};
    iterators.assign(loops, utils::IteratorType::reduction);
    std::fill_n(iterators.begin(), parallel, utils::IteratorType::parallel);
  }

  ConvolutionLoops(ts::ConvolveOp op, bool grouped, MLIRContext *context) {
    int64_t spatial = op.getStride().size();
    int64_t parallel = 2 + grouped + spatial;
    int64_t loops = parallel + 1 + spatial;
    auto loop = [&](int64_t position) { return getAffineDimExpr(position, context); };
    AffineExpr n = loop(0), o = loop(1 + grouped), c = loop(parallel);
    SmallVector<AffineExpr> x = {n}, w, y;
    if (grouped) {
      x.push_back(loop(1));
      w.push_back(loop(1));
    }
    x.push_back(c);
    w.append({o, c});
    for (int64_t d = 0; d < spatial; ++d) {
      AffineExpr place = loop(2 + grouped + d), tap = loop(parallel + 1 + d);
      x.push_back(place * op.getStride()[d] + tap * op.getDilation()[d]);
      w.push_back(tap);
    }
    for (int64_t d = 0; d < parallel; ++d)
      y.push_back(loop(d));
    maps = {AffineMap::get(loops, 0, x, context), AffineMap::get(loops, 0, w, context),
            AffineMap::get(loops, 0, y, context)};
    iterators.assign(loops, utils::IteratorType::reduction);
    std::fill_n(iterators.begin(), parallel, utils::IteratorType::parallel);
  }
};

LogicalResult lowerConvolve(ts::ConvolveOp op, ts::ConvolveOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX(), w = operands.getW();
  auto resultType = cast<RankedTensorType>(op.getType());
  Type elementType = resultType.getElementType();
  auto wType = cast<RankedTensorType>(w.getType());
  int64_t groups = op.getGroups();
  bool grouped = groups != 1;
  if (grouped && (cast<RankedTensorType>(x.getType()).isDynamicDim(1) || wType.isDynamicDim(0)))
    return op.emitOpError("needs to know the number of channels of a grouped convolution");

  // Dimensions: N and C are neither padded nor spread.
  auto withOuter = [](int64_t outer, ArrayRef<int64_t> spatial) {
    SmallVector<int64_t> all(2, outer);
    llvm::append_range(all, spatial);
    return all;
  };
  Value zero = builder.number(codegen::memoryElementType(elementType), 0);
  x = codegen::spread(builder, x, withOuter(1, op.getInputDilation()), zero);
  x = codegen::pad(builder, x, withOuter(0, op.getPadLow()), withOuter(0, op.getPadHigh()), zero);

  // Groups are a dimension of their own, but for those of one channel: their channel is the group.
  bool isDepthwise = grouped && wType.getDimSize(0) == groups && wType.getDimSize(1) == 1;
  bool hasGroupDim = grouped && !isDepthwise;
  SmallVector<OpFoldResult> extents = {builder.extent(x, 0)};
  SmallVector<int64_t> shape = {resultType.getDimSize(0)};
  if (isDepthwise)
    w = dropOneChannel(builder, w);
  if (hasGroupDim) {
    x = splitGroups(builder, x, 1, groups);
    w = splitGroups(builder, w, 0, groups);
    extents.push_back(rewriter.getIndexAttr(groups));
    shape.push_back(groups);
  }
  extents.push_back(builder.extent(w, hasGroupDim));
  shape.push_back(ShapedType::isDynamic(resultType.getDimSize(1)) ? ShapedType::kDynamic
                                                                  : resultType.getDimSize(1) / (hasGroupDim ? groups : 1));
  for (auto [d, stride] : llvm::enumerate(op.getStride())) {
    if (wType.isDynamicDim(2 + d))
      return op.emitOpError("needs to know the extents of the kernel");
    extents.push_back(codegen::windowCount(builder, builder.extent(x, 2 + hasGroupDim + d), wType.getDimSize(2 + d),
                                           op.getDilation()[d], stride));
    shape.push_back(resultType.getDimSize(2 + d));
  }
  ConvolutionLoops loops = isDepthwise ? ConvolutionLoops(op, rewriter.getContext()) : ConvolutionLoops(op, grouped, rewriter.getContext());
  Value result = codegen::sumOfProducts(builder, x, w, resultType.clone(shape), elementType, extents, loops.maps,
                                        loops.iterators, /*channelDims=*/1 + hasGroupDim);
  if (hasGroupDim)
    result = mergeGroups(builder, result, 1);
  rewriter.replaceOp(op, builder.cast(result, resultType.clone(codegen::memoryElementType(elementType))));
  return success();
}

} // namespace

void codegen::attachConvolutionLowerings(MLIRContext &context) {
  attachLowering<ts::ConvolveOp, lowerConvolve>(context);
}
