// Computes convolutions on tiles of 4×4 or 2×2 results, after Winograd: F(4×4, 3×3), F(2×2, 3×3), and others for larger kernels.
//
// A tile of the image, 6×6 or 4×4, and the kernel are transformed so that the convolution is a product of 36 pairs of numbers for
// each pair of channels instead of 144, or 16 instead of 36; summed over input channels, that is as many matrix products. The error
// grows to some 3e-6 of the result's norm for the larger tiles. Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks"
// (2015); the matrices are in WinogradMatrices.h.
//
// At stride 2, the taps 0 and 2 of a line of 3 meet every other pixel, as a convolution of two taps and stride 1, and the tap 1 those
// between: F(2, 2) and products as they are, 3 + 2 numbers instead of 6, so that a tile of 2×2 results takes 25 instead of 36. Larger
// kernels are as four of half the size at stride 1, one for each phase of rows and columns; the phases are summed over as channels are:
// 7×7 taps are F(4×4, 4×4) of four times the channels, 196 products instead of 784.
//
// A dilated convolution is one of as many images as its taps skip: those of every d-th row and column. One in three dimensions is
// one in two of each plane; the planes are summed over as the channels are.
//
//   V = Bᵀ d B for each tile,  U = G w Gᵀ once,  M[p] = V[p] U[p] for each point p,  y = Aᵀ M A
//
// What transforms the image and the result is an op of the Winograd dialect, which bufferization turns into one that is elementwise over
// channels and tiles (WinogradTransforms.cpp). The weights' is a product with a table, done when the model is loaded.
// Requires: convolutions in the layout that sconce-assign-layouts gives them. Ensures: nothing beyond that.

#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/CopyInOrder.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/WeightValues.h"
#include "codegen/Transforms/WinogradMatrices.h"
#include "dialects/Winograd/IR/Winograd.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_WINOGRADCONVOLUTIONSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// One convolution of the right kind, channels last: x [n, h, w, c], weights [t, t, c, o], result [n, h, w, o], or with planes, x
/// [n, z + k - 1, h, w, c], weights [k, t, t, c, o], result [n, z, h, w, o]. Of a dilated one, n, h and w are those of its phases, the
/// images of every d-th row and column; of one whose phases are summed, c and t are those of all phases together and of each.
struct Convolution {
  mutable linalg::GenericOp op; ///< a handle; interface methods are not const
  int64_t n, h, w, c, o;
  int64_t taps = 3, stride = 1;
  int64_t dilation = 1; ///< how many phases along a side are images of their own
  int64_t summed = 1;   ///< how many phases along a side are added up
  bool isChannelsFirst = false; ///< the image, [n, c, h, w]; only of phases that are summed
  bool hasPlanes = false;
  int64_t z = 1, k = 1;
  int64_t tile = 4;
  int64_t phasesAlongSide() const { return dilation * summed; }
  int64_t patch() const { return winograd::patchOf(tile, taps, stride); }
  int64_t points() const { return patch() * patch(); }
  int64_t tilesHigh() const { return (h + tile - 1) / tile; }
  int64_t tilesWide() const { return (w + tile - 1) / tile; }
  int64_t tiles() const { return n * z * tilesHigh() * tilesWide(); }
  int64_t images() const { return n * (z + k - 1); } ///< that are transformed
  /// Of the image, in phases, for `count` tiles along a side.
  int64_t extentOf(int64_t count) const { return (count - 1) * tile * stride + patch(); }

  static std::optional<Convolution> match(linalg::GenericOp op);
  bool chooseTile();
  /// How many tiles, neighbours in a row, should go through all of it before the next; 0: the whole image.
  int64_t chooseBlock() const;
};

std::optional<Convolution> Convolution::match(linalg::GenericOp op) {
  auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName);
  if (!channelDims || channelDims.getInt() != 1 || (op.getNumLoops() != 7 && op.getNumLoops() != 9) || !startsFromZero(op))
    return std::nullopt;
  MLIRContext *context = op.getContext();
  const unsigned loops = op.getNumLoops(), planes = loops == 9; // n, o, z, h, w, c, k, i, j
  auto d = [&](unsigned loop) { return getAffineDimExpr(loop, context); };
  AffineExpr n = d(0), o = d(1), z = d(2), h = d(2 + planes), w = d(3 + planes), c = d(4 + planes), k = d(6), i = d(loops - 2), j = d(loops - 1);
  auto matches = [&](AffineMap map, AffineExpr plane, ArrayRef<AffineExpr> before, ArrayRef<AffineExpr> after) {
    SmallVector<AffineExpr> results(before);
    if (planes)
      results.push_back(plane);
    results.append(after.begin(), after.end());
    return map == AffineMap::get(loops, 0, results, context);
  };
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  const int64_t mostDilation = planes ? 1 : 4; // Phases of more leave few tiles, on most images.
  int64_t stride = 1, dilation = 1;
  // An argument lies as the caller has it.
  const bool isChannelsFirst = maps[0] == AffineMap::get(loops, 0, {n, c, h * 2 + i, w * 2 + j}, context);
  while (dilation <= mostDilation && !matches(maps[0], z + k, {n}, {h + i * dilation, w + j * dilation, c}))
    ++dilation;
  if (isChannelsFirst || matches(maps[0], z + k, {n}, {h * 2 + i, w * 2 + j, c})) {
    stride = 2;
    dilation = 1;
  }
  if (dilation > mostDilation || !matches(maps[1], k, {}, {i, j, c, o}) || !matches(maps[2], z, {n}, {h, w, o}))
    return std::nullopt;
  auto weights = cast<RankedTensorType>(op.getDpsInputs()[1].getType()), type = cast<RankedTensorType>(op.getResult(0).getType());
  auto image = cast<RankedTensorType>(op.getDpsInputs()[0].getType());
  if (!type.hasStaticShape() || !image.hasStaticShape() || !weights.hasStaticShape() || !type.getElementType().isF32() ||
      !image.getElementType().isF32() || !weights.getElementType().isF32())
    return std::nullopt;
  int64_t taps = weights.getDimSize(planes), summed = 1;
  if (weights.getDimSize(planes + 1) != taps)
    return std::nullopt;
  if (stride == 2 && taps > 3 && !planes) {
    taps = static_cast<int64_t>(llvm::divideCeil(taps, 2));
    summed = 2;
    stride = 1;
  }
  if (isChannelsFirst && summed == 1)
    return std::nullopt;
  return Convolution{.op = op,
                     .n = type.getDimSize(0) * dilation * dilation,
                     .h = static_cast<int64_t>(llvm::divideCeil(type.getDimSize(1 + planes), dilation)),
                     .w = static_cast<int64_t>(llvm::divideCeil(type.getDimSize(2 + planes), dilation)),
                     .c = weights.getDimSize(2 + planes) * summed * summed,
                     .o = type.getDimSize(3 + planes),
                     .taps = taps,
                     .stride = stride,
                     .dilation = dilation,
                     .summed = summed,
                     .isChannelsFirst = isChannelsFirst,
                     .hasPlanes = planes != 0,
                     .z = planes ? type.getDimSize(1) : 1,
                     .k = planes ? weights.getDimSize(0) : 1};
}

/// False where the sums are best taken directly: few channels leave the transforms dearer than what they save, and few tiles the
/// transformed weights, which are read once for all of them. There are four times as many as of the kernel with large tiles,
/// so small images have small ones. At stride 2, which saves less, there are nearly three times as many. Of four taps, which stand for
/// seven or eight, twelve channels, four phases of three colours, save enough; the sums of very many would have more than 5e-6 of error.
bool Convolution::chooseTile() {
  struct Choice {
    int64_t taps, stride, tile, fewestChannels, mostChannels, fewestResults, fewestTiles;
  };
  constexpr int64_t any = std::numeric_limits<int64_t>::max();
  static constexpr Choice choices[] = {{3, 1, 4, 32, any, 32, 12},
                                       {3, 1, 2, 32, any, 32, 9},
                                       {3, 2, 2, 48, any, 48, 25},
                                       {4, 1, 4, 12, 128, 32, 12},
                                       {5, 1, 2, 32, any, 32, 12}};
  for (const Choice &choice : choices) {
    if (choice.taps != taps || choice.stride != stride || c < choice.fewestChannels || c > choice.mostChannels || o < choice.fewestResults)
      continue;
    tile = choice.tile;
    double kept = double(n * z * h * w) / double(tiles() * tile * tile);
    if (tiles() >= choice.fewestTiles && kept > 0.5)
      return true;
  }
  return false;
}

int64_t Convolution::chooseBlock() const {
  // The transformed weights are read again for each block, from a second-level cache, in which the block's points have room beside them
  // (and on the stack). More weights are read from further away, which pays where the points of the whole image would be in no cache. Where
  // these have room in a second-level cache, they are one block.
  constexpr int64_t fewWeightBytes = 256 << 10, mostWeightBytes = 640 << 10, mostBlockBytes = 224 << 10, fewestBytes = 512 << 10,
                    uncachedBytes = 16 << 20, bytes = 4;
  const int64_t weightBytes = points() * c * o * bytes, tileBytes = points() * (c + o) * bytes, pointBytes = tiles() * tileBytes;
  if (hasPlanes || stride != 1 || tileBytes > mostBlockBytes || weightBytes > (pointBytes < uncachedBytes ? fewWeightBytes : mostWeightBytes) ||
      pointBytes < fewestBytes)
    return 0;
  return static_cast<int64_t>(llvm::divideCeil(tilesWide(), llvm::divideCeil(tilesWide(), mostBlockBytes / tileBytes)));
}

/// Builds the ops that take the place of a convolution.
class Rewriter {
public:
  Rewriter(OpBuilder &builder, const Convolution &conv) : builder(builder), conv(conv), loc(conv.op.getLoc()) {}
  /// `table` is what makeTable gave for this size of tiles, taps and stride.
  void rewrite(Value table);
  /// The products of G's elements, [points, taps], for convolutions with this one's size of tiles, taps and stride.
  Value makeTable();

private:
  Value padImage(int64_t columns);
  Value collapsePlanes(Value image);
  Value splitPhases(Value image);
  Value sortColumns(Value image);
  Value splitTaps(Value weights);
  Value joinPhases(Value result);
  Value transformImage(Value image);
  Value transformWeights(Value weights, Value table);
  Value multiply(Value images, Value weights);
  Value multiplyPlanes(Value images, Value weights);
  Value transformResult(Value products);
  Value convolve(Value image, Value weights, int64_t block);
  Value cutResult(Value whole);
  Value emptyResult() {
    return empty({conv.n * conv.z, conv.tilesHigh() * conv.tile, conv.tilesWide() * conv.tile, conv.o}, builder.getF32Type());
  }
  Value number(double value, Type type) { return arith::ConstantOp::create(builder, loc, FloatAttr::get(type, value)); }
  Value empty(ArrayRef<int64_t> shape, Type type) { return tensor::EmptyOp::create(builder, loc, shape, type); }
  Value zeros(Value into) { return linalg::FillOp::create(builder, loc, number(0, getElementTypeOrSelf(into)), into).getResult(0); }
  Value zeros(ArrayRef<int64_t> shape, Type type) { return zeros(empty(shape, type)); }
  Value emptyPoints(ArrayRef<int64_t> shape);
  linalg::GenericOp sumOfProducts(Value a, Value b, Value start, unsigned loops, unsigned reductions,
                                  ArrayRef<ArrayRef<AffineExpr>> operands);
  AffineExpr d(unsigned loop) { return builder.getAffineDimExpr(loop); }
  OpFoldResult index(int64_t value) { return builder.getIndexAttr(value); }

  OpBuilder &builder;
  const Convolution &conv;
  Location loc;
};

} // namespace

/// The image with a border for whole tiles, and a width that is a multiple of `columns`.
Value Rewriter::padImage(int64_t columns) {
  Value image = conv.op.getDpsInputs()[0];
  auto type = cast<RankedTensorType>(image.getType());
  const int64_t rank = type.getRank();
  SmallVector<int64_t> shape(type.getShape());
  const int64_t width = conv.isChannelsFirst ? rank - 1 : rank - 2;
  for (auto [dim, tiles] : {std::pair(width - 1, conv.tilesHigh()), std::pair(width, conv.tilesWide())})
    shape[dim] = static_cast<int64_t>(
        llvm::alignTo(std::max(shape[dim], conv.extentOf(tiles) * conv.phasesAlongSide()), conv.phasesAlongSide()));
  shape[width] = static_cast<int64_t>(llvm::alignTo(shape[width], columns));
  if (type.getShape() == ArrayRef(shape))
    return image;
  Value border = zeros(shape, type.getElementType());
  SmallVector<OpFoldResult> offsets(rank, index(0)), ones(rank, index(1));
  // One border instead of two.
  if (auto insert = image.getDefiningOp<tensor::InsertSliceOp>())
    if (auto fill = insert.getDest().getDefiningOp<linalg::FillOp>(); fill && matchPattern(fill.value(), m_AnyZeroFloat())) {
      image = insert.getSource();
      return tensor::InsertSliceOp::create(builder, loc, image, border, insert.getMixedOffsets(), insert.getMixedSizes(),
                                           insert.getMixedStrides());
    }
  return tensor::InsertSliceOp::create(builder, loc, image, border, offsets, getAsIndexOpFoldResult(builder.getContext(), type.getShape()), ones);
}

/// [n, z, …] to [n * z, …].
Value Rewriter::collapsePlanes(Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  SmallVector<int64_t> shape(type.getShape().drop_front());
  shape[0] *= type.getDimSize(0);
  return tensor::CollapseShapeOp::create(builder, loc, type.clone(shape), image, ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}, {4}});
}

/// [n, h * d, w * d, c] to [n * d * d, h, w, c], or, where phases are summed, that or [n, c, h * d, w * d] to [n, h, w, d * d * c].
Value Rewriter::splitPhases(Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  const int64_t phases = conv.phasesAlongSide(), height = conv.isChannelsFirst ? 2 : 1;
  int64_t n = type.getDimSize(0), h = type.getDimSize(height) / phases, w = type.getDimSize(height + 1) / phases;
  int64_t c = type.getDimSize(conv.isChannelsFirst ? 1 : 3);
  if (conv.isChannelsFirst) {
    Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, c, h, phases, w, phases}), image,
                                                ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3}, {4, 5}});
    return tensor::CollapseShapeOp::create(builder, loc, type.clone({n, h, w, conv.c}), copyInOrder(builder, loc, apart, {0, 2, 4, 3, 5, 1}),
                                           ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4, 5}});
  }
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, h, phases, w, phases, c}), image,
                                              ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3, 4}, {5}});
  if (conv.summed != 1)
    return tensor::CollapseShapeOp::create(builder, loc, type.clone({n, h, w, conv.c}), copyInOrder(builder, loc, apart, {0, 1, 3, 2, 4, 5}),
                                           ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4, 5}});
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({n * phases * phases, h, w, c}),
                                         copyInOrder(builder, loc, apart, {0, 2, 4, 1, 3, 5}),
                                         ArrayRef<ReassociationIndices>{{0, 1, 2}, {3}, {4}, {5}});
}

/// [n, c, h, w] to [n, c, h, r, w / r], where r is how far tiles are apart.
Value Rewriter::sortColumns(Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  const int64_t step = conv.tile * conv.phasesAlongSide(), n = type.getDimSize(0), c = type.getDimSize(1), h = type.getDimSize(2);
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, c, h, type.getDimSize(3) / step, step}), image,
                                              ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4}});
  return copyInOrder(builder, loc, apart, {0, 1, 2, 4, 3});
}

/// [t * d, t * d, c, o], or one tap less, to [t, t, d * d * c, o].
Value Rewriter::splitTaps(Value weights) {
  auto type = cast<RankedTensorType>(weights.getType());
  const int64_t taps = conv.taps, phases = conv.summed, o = conv.o;
  auto whole = type.clone({taps * phases, taps * phases, type.getDimSize(2), o});
  if (type != whole) {
    SmallVector<OpFoldResult> starts(type.getRank(), index(0)), ones(type.getRank(), index(1));
    weights = tensor::InsertSliceOp::create(builder, loc, weights, zeros(whole.getShape(), whole.getElementType()), starts,
                                            getAsIndexOpFoldResult(builder.getContext(), type.getShape()), ones);
  }
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({taps, phases, taps, phases, type.getDimSize(2), o}), weights,
                                              ArrayRef<ReassociationIndices>{{0, 1}, {2, 3}, {4}, {5}});
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({taps, taps, conv.c, o}), copyInOrder(builder, loc, apart, {0, 2, 1, 3, 4, 5}),
                                         ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4}, {5}});
}

/// [n * d * d, h, w, o] to [n, h * d, w * d, o].
Value Rewriter::joinPhases(Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  int64_t n = type.getDimSize(0) / (conv.dilation * conv.dilation), h = type.getDimSize(1), w = type.getDimSize(2), o = type.getDimSize(3);
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, conv.dilation, conv.dilation, h, w, o}), result,
                                              ArrayRef<ReassociationIndices>{{0, 1, 2}, {3}, {4}, {5}});
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({n, h * conv.dilation, w * conv.dilation, o}),
                                         copyInOrder(builder, loc, apart, {0, 3, 1, 4, 2, 5}),
                                         ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3, 4}, {5}});
}

/// A tensor of f32 whose first dimension is the points.
Value Rewriter::emptyPoints(ArrayRef<int64_t> shape) {
  Type f32 = builder.getF32Type();
  int64_t elements = ShapedType::getNumElements(shape.drop_front());
  Value rows = empty({shape.front(), spacePoints(elements)}, f32);
  Value used = tensor::ExtractSliceOp::create(builder, loc, rows, {index(0), index(0)}, {index(shape.front()), index(elements)},
                                              {index(1), index(1)});
  ReassociationIndices inner = llvm::to_vector<2>(llvm::seq<int64_t>(1, shape.size()));
  return tensor::ExpandShapeOp::create(builder, loc, RankedTensorType::get(shape, f32), used, ArrayRef<ReassociationIndices>{{0}, inner});
}

Value Rewriter::transformImage(Value image) {
  Value points = emptyPoints({conv.points(), conv.tilesHigh(), conv.tilesWide(), conv.images(), conv.c});
  Value into = tensor::ExpandShapeOp::create(
      builder, loc,
      RankedTensorType::get({conv.patch(), conv.patch(), conv.tilesHigh(), conv.tilesWide(), conv.images(), conv.c}, builder.getF32Type()), points,
      ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}, {4}, {5}});
  return winograd::TransformImageOp::create(builder, loc, into.getType(), image, into, conv.tile, conv.taps, conv.stride);
}

/// The last of the loops are those of the reduction.
linalg::GenericOp Rewriter::sumOfProducts(Value a, Value b, Value start, unsigned loops, unsigned reductions, ArrayRef<ArrayRef<AffineExpr>> operands) {
  SmallVector<AffineMap> maps =
      llvm::map_to_vector(operands, [&](ArrayRef<AffineExpr> places) { return AffineMap::get(loops, 0, places, builder.getContext()); });
  SmallVector<utils::IteratorType> iterators(loops, utils::IteratorType::parallel);
  std::fill(iterators.end() - reductions, iterators.end(), utils::IteratorType::reduction);
  auto widened = [](OpBuilder &nested, Location at, Value element, Type type) -> Value {
    return element.getType() == type ? element : arith::ExtFOp::create(nested, at, type, element).getResult();
  };
  return linalg::GenericOp::create(builder, loc, TypeRange(start.getType()), ValueRange{a, b}, start, maps, iterators,
                                   [&](OpBuilder &nested, Location at, ValueRange elements) {
                                     Type type = elements[2].getType();
                                     Value product = arith::MulFOp::create(nested, at, widened(nested, at, elements[0], type),
                                                                           widened(nested, at, elements[1], type));
                                     Value sum = arith::AddFOp::create(nested, at, elements[2], product);
                                     linalg::YieldOp::create(nested, at, sum);
                                   });
}

Value Rewriter::makeTable() {
  const Matrix g = makeWinogradMatrices(conv.tile, conv.taps, conv.stride).g;
  Type f64 = builder.getF64Type();
  SmallVector<Value> factors;
  for (const std::vector<double> &row : g)
    for (double factor : row)
      factors.push_back(number(factor, f64));
  Value lines = tensor::FromElementsOp::create(builder, loc, RankedTensorType::get({conv.patch(), conv.taps}, f64), factors);
  // Those of rows and of columns, each with each.
  Value into = empty({conv.patch(), conv.patch(), conv.taps, conv.taps}, f64);
  SmallVector<AffineMap> maps = {AffineMap::get(4, 0, {d(0), d(2)}, builder.getContext()), AffineMap::get(4, 0, {d(1), d(3)}, builder.getContext()),
                                 builder.getMultiDimIdentityMap(4)};
  auto made = linalg::GenericOp::create(builder, loc, TypeRange(into.getType()), ValueRange{lines, lines}, into, maps,
                                        SmallVector<utils::IteratorType>(4, utils::IteratorType::parallel),
                                        [](OpBuilder &nested, Location at, ValueRange elements) {
                                          Value product = arith::MulFOp::create(nested, at, elements[0], elements[1]);
                                          linalg::YieldOp::create(nested, at, product);
                                        });
  return tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({conv.points(), conv.taps * conv.taps}, f64), made.getResult(0),
                                         ArrayRef<ReassociationIndices>{{0, 1}, {2, 3}});
}

/// G w Gᵀ as a product of the table and the taps. In double precision: it is done once, and its error would be in every result.
Value Rewriter::transformWeights(Value weights, Value table) {
  Type f32 = builder.getF32Type(), f64 = builder.getF64Type();
  const int64_t tapCount = conv.taps * conv.taps;
  SmallVector<int64_t> shape = {conv.points(), conv.c, conv.o};
  Value exact;
  if (conv.hasPlanes) {
    shape.insert(shape.begin() + 1, conv.k);
    Value taps = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({conv.k, tapCount, conv.c, conv.o}, f32), weights,
                                                 ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3}, {4}});
    exact = sumOfProducts(table, taps, zeros(shape, f64), 5, 1, {{d(0), d(4)}, {d(1), d(4), d(2), d(3)}, {d(0), d(1), d(2), d(3)}}).getResult(0);
  } else {
    Value taps = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({tapCount, conv.c, conv.o}, f32), weights,
                                                 ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}});
    exact = sumOfProducts(table, taps, zeros(shape, f64), 4, 1, {{d(0), d(3)}, {d(3), d(1), d(2)}, {d(0), d(1), d(2)}}).getResult(0);
  }
  Value into = empty(shape, f32);
  SmallVector<AffineMap> maps(2, builder.getMultiDimIdentityMap(shape.size()));
  return linalg::GenericOp::create(builder, loc, TypeRange(into.getType()), ValueRange(exact), into, maps,
                                   SmallVector<utils::IteratorType>(shape.size(), utils::IteratorType::parallel),
                                   [](OpBuilder &nested, Location at, ValueRange elements) {
                                     Value rounded = arith::TruncFOp::create(nested, at, nested.getF32Type(), elements[0]);
                                     linalg::YieldOp::create(nested, at, rounded);
                                   })
      .getResult(0);
}

/// [points, tiles, c] × [points, c, o].
Value Rewriter::multiply(Value images, Value weights) {
  int64_t tiles = conv.tiles(), points = conv.points();
  Type f32 = builder.getF32Type();
  SmallVector<ReassociationIndices> groups = {{0, 1}, {2, 3, 4}, {5}};
  Value rows = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({points, tiles, conv.c}, f32), images, groups);
  Value products =
      sumOfProducts(rows, weights, zeros(emptyPoints({points, tiles, conv.o})), 4, 1, {{d(0), d(1), d(3)}, {d(0), d(3), d(2)}, {d(0), d(1), d(2)}}).getResult(0);
  auto type = RankedTensorType::get({conv.patch(), conv.patch(), conv.tilesHigh(), conv.tilesWide(), conv.n, conv.o}, f32);
  return tensor::ExpandShapeOp::create(builder, loc, type, products, groups);
}

/// [points, tiles, n, z + k - 1, c] × [points, k, c, o], summed over planes and channels.
Value Rewriter::multiplyPlanes(Value images, Value weights) {
  int64_t tiles = conv.tilesHigh() * conv.tilesWide(), points = conv.points();
  Type f32 = builder.getF32Type();
  SmallVector<ReassociationIndices> groups = {{0, 1}, {2, 3}, {4}, {5}}, planes = {{0}, {1}, {2, 3}, {4}};
  Value rows = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({points, tiles, conv.images(), conv.c}, f32), images, groups);
  rows = tensor::ExpandShapeOp::create(builder, loc, RankedTensorType::get({points, tiles, conv.n, conv.z + conv.k - 1, conv.c}, f32), rows, planes);
  // Loops: points, tiles, n, z, o, and of the sum k, c.
  auto sums = sumOfProducts(rows, weights, zeros(emptyPoints({points, tiles, conv.n, conv.z, conv.o})), 7, 2,
                            {{d(0), d(1), d(2), d(3) + d(5), d(6)}, {d(0), d(5), d(6), d(4)}, {d(0), d(1), d(2), d(3), d(4)}});
  sums->setAttr(channelDimsAttrName, builder.getI64IntegerAttr(0)); // a convolution along the planes
  Value products = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({points, tiles, conv.n * conv.z, conv.o}, f32),
                                                   sums.getResult(0), planes);
  auto type = RankedTensorType::get({conv.patch(), conv.patch(), conv.tilesHigh(), conv.tilesWide(), conv.n * conv.z, conv.o}, f32);
  return tensor::ExpandShapeOp::create(builder, loc, type, products, groups);
}

Value Rewriter::transformResult(Value products) {
  Value into = emptyResult();
  return winograd::TransformResultOp::create(builder, loc, into.getType(), products, into, ValueRange(), conv.tile, conv.taps, conv.stride,
                                             builder.getAffineMapArrayAttr({}));
}

Value Rewriter::convolve(Value image, Value weights, int64_t block) {
  Value into = emptyResult();
  return winograd::ConvolveOp::create(builder, loc, into.getType(), image, weights, into, ValueRange(), conv.tile, conv.taps, block,
                                      builder.getAffineMapArrayAttr({}))
      .getResult();
}

/// Of whole tiles, [n, h, w, o], what the convolution makes.
Value Rewriter::cutResult(Value whole) {
  if (conv.dilation != 1)
    whole = joinPhases(whole);
  auto type = cast<RankedTensorType>(conv.op.getResult(0).getType());
  if (conv.hasPlanes)
    whole = tensor::ExpandShapeOp::create(builder, loc, type.clone({conv.n, conv.z, conv.tilesHigh() * conv.tile, conv.tilesWide() * conv.tile, conv.o}),
                                          whole, ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}, {4}});
  if (whole.getType() == type)
    return whole;
  SmallVector<OpFoldResult> starts(type.getRank(), index(0)), ones(type.getRank(), index(1));
  return tensor::ExtractSliceOp::create(builder, loc, type, whole, starts, getAsIndexOpFoldResult(builder.getContext(), type.getShape()), ones);
}

void Rewriter::rewrite(Value table) {
  Value weights = conv.op.getDpsInputs()[1];
  if (Operation *made = weights.getDefiningOp(); made && table.getDefiningOp()->isBeforeInBlock(made))
    builder.setInsertionPointAfter(made);
  else
    builder.setInsertionPointAfterValue(table);
  Value transformed = transformWeights(conv.summed != 1 ? splitTaps(weights) : weights, table);
  builder.setInsertionPoint(conv.op);
  const int64_t block = conv.chooseBlock();
  const bool isSorted = block != 0 && conv.isChannelsFirst;
  Value image = padImage(isSorted ? conv.tile * conv.phasesAlongSide() : conv.phasesAlongSide());
  if (isSorted)
    image = sortColumns(image);
  else if (conv.phasesAlongSide() != 1)
    image = splitPhases(image);
  if (conv.hasPlanes)
    image = collapsePlanes(image);
  Value whole;
  if (block != 0) {
    whole = convolve(image, transformed, block);
  } else {
    Value points = transformImage(image);
    whole = transformResult(conv.hasPlanes ? multiplyPlanes(points, transformed) : multiply(points, transformed));
  }
  conv.op.getResult(0).replaceAllUsesWith(cutResult(whole));
  conv.op.erase();
}

namespace {
struct WinogradConvolutionsPass : impl::WinogradConvolutionsPassBase<WinogradConvolutionsPass> {
  void runOnOperation() override {
    SmallVector<Convolution> found;
    WeightValues weights(getOperation());
    getOperation().walk([&](linalg::GenericOp op) {
      if (auto conv = Convolution::match(op); conv && conv->chooseTile() && weights.contains(op.getDpsInputs()[1]))
        found.push_back(*conv);
    });
    if (found.empty())
      return;
    OpBuilder builder(&getContext());
    DenseMap<std::tuple<int64_t, int64_t, int64_t>, Value> tables;
    for (const Convolution &conv : found) {
      Value &table = tables[{conv.tile, conv.taps, conv.stride}];
      if (!table) {
        builder.setInsertionPointToStart(&getOperation().getBody().front());
        table = Rewriter(builder, conv).makeTable();
      }
      Rewriter(builder, conv).rewrite(table);
      ++numRewritten;
    }
  }
};
} // namespace
} // namespace sconce::codegen
