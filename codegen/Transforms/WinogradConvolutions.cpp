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
// Along one side alone, in one dimension, by 1×7 taps, or along planes, tiles, patches and points are those of a line: F(6, 3), F(4, 5). More
// taps are groups of four, F(4, 4): each group reads the points of the tiles behind those of the one before, so that the products are a
// convolution along the tiles. At a stride, phases are summed.
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

#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <array>
#include <map>

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_WINOGRADCONVOLUTIONSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// The height or the width of a convolution: of one of its phases, where it has several, and of a group of its taps.
struct Side {
  std::optional<unsigned> dim; ///< of the image; none where that has no such side
  int64_t extent = 1;          ///< of the result
  int64_t taps = 1, stride = 1, tile = 1;
  int64_t dilation = 1; ///< how many phases are images of their own
  int64_t summed = 1;   ///< how many phases are added up
  int64_t groups = 1;   ///< so many times `taps` there are; each group meets the tiles behind those of the one before
  int64_t phases() const { return dilation * summed; }
  int64_t patch() const { return winograd::patchOf(tile, taps, stride); }
  int64_t tiles() const { return static_cast<int64_t>(llvm::divideCeil(extent, tile)); }
  /// Of the image, how many tiles are transformed, and in a phase how many elements these take.
  int64_t tilesRead() const { return tiles() + groups - 1; }
  int64_t extentRead() const { return (tilesRead() - 1) * tile * stride + patch(); }
};

/// One convolution of the right kind, channels last. Along a line: x [n, w, c], weights [t, c, o], result [n, w, o]. On a plane: x [n, h, w, c],
/// weights [t, u, c, o], result [n, h, w, o]. With planes, x [n, z + k - 1, h, w, c], weights [k, t, t, c, o], result [n, z, h, w, o]; where
/// k taps are all, it is that along the height z, and planes are its width. Of a dilated one, n and the sides are those of its phases, the
/// images of every d-th row and column; of one whose phases are summed, c and taps are those of all phases together and of each.
struct Convolution {
  mutable linalg::GenericOp op; ///< a handle; interface methods are not const
  int64_t n, c, o;
  Side high = {}, wide = {};
  bool isChannelsFirst = false; ///< the image, [n, c, h, w]; only of phases that are summed
  bool hasPlanes = false;
  int64_t z = 1, k = 1;
  bool isLine() const { return high.taps == 1 || wide.taps == 1; }
  int64_t points() const { return high.patch() * wide.patch(); }
  int64_t tiles() const { return n * z * high.tiles() * wide.tiles(); }
  int64_t groups() const { return high.groups * wide.groups; }
  int64_t images() const { return n * (z + k - 1); } ///< that are transformed

  static std::optional<Convolution> match(linalg::GenericOp op);
  bool chooseTile();
  bool chooseLine(Side &side);
  bool chooseSquare();
  /// How many tiles, neighbours in a row, should go through all of it before the next; 0: the whole image.
  int64_t chooseBlock() const;
};

/// The factors of `loop` and `tap` in the place that they give, if it is their sum.
static std::optional<std::pair<int64_t, int64_t>> matchPlace(AffineExpr place, unsigned loops, unsigned loop, unsigned tap) {
  SmallVector<int64_t> factors;
  if (failed(getFlattenedAffineExpr(place, loops, 0, &factors)) || factors.size() != loops + 1)
    return std::nullopt;
  std::pair<int64_t, int64_t> found(factors[loop], factors[tap]);
  factors[loop] = factors[tap] = 0;
  if (llvm::any_of(factors, [](int64_t factor) { return factor != 0; }))
    return std::nullopt;
  return found;
}

std::optional<Convolution> Convolution::match(linalg::GenericOp op) {
  auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName);
  const unsigned loops = op.getNumLoops(); // n, o, the result's places, c, taps
  if (!channelDims || channelDims.getInt() != 1 || loops < 5 || loops > 9 || loops % 2 == 0 || !startsFromZero(op))
    return std::nullopt;
  auto image = dyn_cast<RankedTensorType>(op.getDpsInputs()[0].getType()), weights = dyn_cast<RankedTensorType>(op.getDpsInputs()[1].getType());
  auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
  for (RankedTensorType operand : {image, weights, type})
    if (!operand || !operand.hasStaticShape() || !operand.getElementType().isF32())
      return std::nullopt;
  MLIRContext *context = op.getContext();
  const unsigned rank = (loops - 3) / 2, channel = rank + 2;
  auto d = [&](unsigned loop) { return getAffineDimExpr(loop, context); };
  SmallVector<AffineExpr> places = {d(0)}, taps;
  for (unsigned i = 0; i < rank; ++i) {
    places.push_back(d(2 + i));
    taps.push_back(d(channel + 1 + i));
  }
  places.push_back(d(1));
  taps.append({d(channel), d(1)});
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (maps[1] != AffineMap::get(loops, 0, taps, context) || maps[2] != AffineMap::get(loops, 0, places, context) || image.getRank() != rank + 2)
    return std::nullopt;

  Convolution conv{.op = op, .n = type.getDimSize(0), .c = weights.getDimSize(rank), .o = type.getDimSize(rank + 1)};
  // An argument lies as the caller has it.
  conv.isChannelsFirst = maps[0].getResult(1) == d(channel);
  if (maps[0].getResult(0) != d(0) || (!conv.isChannelsFirst && maps[0].getResult(rank + 1) != d(channel)))
    return std::nullopt;
  SmallVector<Side> sides;
  for (unsigned i = 0; i < rank; ++i) {
    Side &side = sides.emplace_back();
    side.dim = (conv.isChannelsFirst ? 2 : 1) + i;
    auto place = matchPlace(maps[0].getResult(*side.dim), loops, 2 + i, channel + 1 + i);
    if (!place)
      return std::nullopt;
    side.extent = type.getDimSize(1 + i);
    side.taps = weights.getDimSize(i);
    side.stride = place->first;
    side.dilation = side.taps == 1 ? 1 : place->second;
    if (side.taps == 1 && (side.stride != 1 || image.getDimSize(*side.dim) != side.extent))
      return std::nullopt;
    if (side.stride < 1 || side.dilation < 1 || (side.stride != 1 && side.dilation != 1))
      return std::nullopt;
  }
  if (rank == 3 && sides[1].taps == 1 && sides[2].taps == 1) {
    sides[1].extent *= sides[2].extent;
    sides[1].dim = std::nullopt;
    sides.pop_back();
  } else if (rank == 3) {
    conv.hasPlanes = true;
    conv.z = sides[0].extent;
    conv.k = sides[0].taps;
    if (llvm::any_of(sides, [](const Side &side) { return side.dilation != 1; }) || sides[0].stride != 1)
      return std::nullopt;
    sides.erase(sides.begin());
  } else if (rank == 1) {
    sides.insert(sides.begin(), Side());
  }
  conv.high = sides[0];
  conv.wide = sides[1];

  // At a stride, phases of a line are summed, as those of more than three taps on a plane are.
  const bool isLine = conv.isLine(), areSummed = isLine || (!conv.hasPlanes && conv.high.taps > 3);
  for (Side *side : {&conv.high, &conv.wide}) {
    if (side->stride != 1 && areSummed) {
      side->summed = std::exchange(side->stride, 1);
      side->taps = static_cast<int64_t>(llvm::divideCeil(side->taps, side->summed));
    }
    conv.c *= side->summed;
    conv.n *= side->dilation;
    side->extent = static_cast<int64_t>(llvm::divideCeil(side->extent, side->dilation));
  }
  if (conv.isChannelsFirst && (isLine || conv.high.summed == 1))
    return std::nullopt;
  return conv;
}

bool Convolution::chooseTile() {
  if (!isLine())
    return chooseSquare();
  return chooseLine(wide.taps == 1 ? high : wide);
}

/// Along a line, the tile that costs least. More than eight points would have ten times the error of a sum; more taps than five are groups of
/// four, each of which meets the tiles of the one before, moved by one. False where the sums are best taken directly.
bool Convolution::chooseLine(Side &side) {
  // In multiply-adds: what a transform costs for each point of a channel, and what splitting phases and joining them does for each element.
  constexpr double perPoint = 5.5, perElement = 2, leastGain = 1.05;
  constexpr int64_t fewestChannels = 32, fewestTiles = 12, mostTaps = 5, tapsOfGroup = 4;
  struct Choice {
    int64_t taps, tile;
  };
  static constexpr Choice choices[] = {{2, 4}, {3, 6}, {3, 4}, {3, 2}, {4, 4}, {4, 2}, {5, 4}, {5, 2}};
  if (c < fewestChannels || o < fewestChannels || hasPlanes)
    return false;
  if (side.taps > mostTaps) {
    side.groups = static_cast<int64_t>(llvm::divideCeil(side.taps, tapsOfGroup));
    side.taps = tapsOfGroup;
  }
  auto weights = cast<RankedTensorType>(op.getDpsInputs()[1].getType());
  double best = double(weights.getNumElements() * side.extent) / leastGain;
  if (side.dilation != 1)
    best -= perElement * double((c + o) * side.extent);
  int64_t tile = 0;
  for (const Choice &choice : choices) {
    if (choice.taps != side.taps || (side.groups != 1 && choice.tile != side.taps))
      continue;
    side.tile = choice.tile;
    const double cost = double(side.patch() * side.tiles()) * (double(side.groups * c * o) + perPoint * double(c + o));
    if (tiles() < fewestTiles || cost >= best)
      continue;
    best = cost;
    tile = choice.tile;
  }
  side.tile = tile;
  return tile != 0;
}

/// On a plane, the same along both sides. False where the sums are best taken directly: few channels leave the transforms dearer than what
/// they save, and few tiles the transformed weights, which are read once for all of them. There are four times as many as of the kernel with
/// large tiles, so small images have small ones. At stride 2, which saves less, there are nearly three times as many. Of four taps, which
/// stand for seven or eight, twelve channels, four phases of three colours, save enough; the sums of very many would have more than 5e-6 of
/// error.
bool Convolution::chooseSquare() {
  struct Choice {
    int64_t taps, stride, tile, fewestChannels, mostChannels, fewestResults, fewestTiles;
  };
  constexpr int64_t any = std::numeric_limits<int64_t>::max();
  static constexpr Choice choices[] = {{3, 1, 4, 32, any, 32, 12},
                                       {3, 1, 2, 32, any, 32, 9},
                                       {3, 2, 2, 48, any, 48, 25},
                                       {4, 1, 4, 12, 128, 32, 12},
                                       {5, 1, 2, 32, any, 32, 12}};
  constexpr int64_t mostDilation = 4; // Phases of more leave few tiles, on most images.
  if (high.taps != wide.taps || high.stride != wide.stride || high.dilation != wide.dilation || high.summed != wide.summed || high.summed > 2 ||
      high.dilation > mostDilation)
    return false;
  for (const Choice &choice : choices) {
    if (choice.taps != high.taps || choice.stride != high.stride || c < choice.fewestChannels || c > choice.mostChannels || o < choice.fewestResults)
      continue;
    high.tile = wide.tile = choice.tile;
    double kept = double(n * z * high.extent * wide.extent) / double(tiles() * high.tile * wide.tile);
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
  if (hasPlanes || groups() != 1 || high.stride != 1 || tileBytes > mostBlockBytes ||
      weightBytes > (pointBytes < uncachedBytes ? fewWeightBytes : mostWeightBytes) || pointBytes < fewestBytes)
    return 0;
  return static_cast<int64_t>(llvm::divideCeil(wide.tiles(), llvm::divideCeil(wide.tiles(), mostBlockBytes / tileBytes)));
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
  Value asImages(Value image);
  Value asTaps(Value weights);
  Value reshape(Value value, ArrayRef<int64_t> shape);
  Value splitPhases(Value image);
  Value sortColumns(Value image);
  Value splitTaps(Value weights);
  Value joinPhases(Value result);
  Value transformImage(Value image);
  Value transformWeights(Value weights, Value table);
  Value multiply(Value images, Value weights);
  Value transformResult(Value products);
  Value convolve(Value image, Value weights, int64_t block);
  Value cutResult(Value whole);
  Value emptyResult() {
    return empty({conv.n * conv.z, conv.high.tiles() * conv.high.tile, conv.wide.tiles() * conv.wide.tile, conv.o}, builder.getF32Type());
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
  int64_t tile[2] = {conv.high.tile, conv.wide.tile}, taps[2] = {conv.high.taps, conv.wide.taps}, stride[2] = {conv.high.stride, conv.wide.stride};
};

} // namespace

/// The image with a border for whole tiles, and a width that is a multiple of `columns`.
Value Rewriter::padImage(int64_t columns) {
  Value image = conv.op.getDpsInputs()[0];
  auto type = cast<RankedTensorType>(image.getType());
  const int64_t rank = type.getRank();
  SmallVector<int64_t> shape(type.getShape());
  for (const Side *side : {&conv.high, &conv.wide})
    if (side->dim)
      shape[*side->dim] = static_cast<int64_t>(llvm::alignTo(std::max(shape[*side->dim], side->extentRead() * side->phases()), side->phases()));
  if (conv.wide.dim)
    shape[*conv.wide.dim] = static_cast<int64_t>(llvm::alignTo(shape[*conv.wide.dim], columns));
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

/// The shape of an image or a result, channels last, in four dimensions, and which ones are together there or here: a line has a height of
/// one, planes are images, or, where only they have taps, the height.
static std::pair<SmallVector<int64_t>, SmallVector<ReassociationIndices>> inFourDims(ArrayRef<int64_t> shape, bool hasPlanes) {
  if (shape.size() == 3)
    return {{shape[0], 1, shape[1], shape[2]}, {{0}, {1, 2}, {3}}};
  if (shape.size() == 4)
    return {SmallVector<int64_t>(shape), {}};
  if (hasPlanes)
    return {{shape[0] * shape[1], shape[2], shape[3], shape[4]}, {{0, 1}, {2}, {3}, {4}}};
  return {{shape[0], shape[1], shape[2] * shape[3], shape[4]}, {{0}, {1}, {2, 3}, {4}}};
}

Value Rewriter::asImages(Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  auto [shape, groups] = inFourDims(type.getShape(), conv.hasPlanes);
  if (type.getRank() == 3)
    return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), image, groups);
  return type.getRank() == 5 ? tensor::CollapseShapeOp::create(builder, loc, type.clone(shape), image, groups).getResult() : image;
}

/// Weights of a line or a plane as [t, u, c, o], of planes as they are.
Value Rewriter::asTaps(Value weights) {
  auto type = cast<RankedTensorType>(weights.getType());
  ArrayRef<int64_t> shape = type.getShape();
  if (type.getRank() == 3)
    return tensor::ExpandShapeOp::create(builder, loc, type.clone({1, shape[0], shape[1], shape[2]}), weights,
                                         ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}});
  if (type.getRank() == 5 && !conv.hasPlanes)
    return tensor::CollapseShapeOp::create(builder, loc, type.clone({shape[0], 1, shape[3], shape[4]}), weights,
                                           ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3}, {4}});
  return weights;
}

/// [n, h * d, w * e, c] to [n * d * e, h, w, c], or, where phases are summed, that or [n, c, h * d, w * e] to [n, h, w, d * e * c].
Value Rewriter::splitPhases(Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  const int64_t high = conv.high.phases(), wide = conv.wide.phases(), height = conv.isChannelsFirst ? 2 : 1;
  int64_t n = type.getDimSize(0), h = type.getDimSize(height) / high, w = type.getDimSize(height + 1) / wide;
  int64_t c = type.getDimSize(conv.isChannelsFirst ? 1 : 3);
  if (conv.isChannelsFirst) {
    Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, c, h, high, w, wide}), image,
                                                ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3}, {4, 5}});
    return tensor::CollapseShapeOp::create(builder, loc, type.clone({n, h, w, conv.c}), copyInOrder(builder, loc, apart, {0, 2, 4, 3, 5, 1}),
                                           ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4, 5}});
  }
  const bool areSummed = conv.high.summed != 1 || conv.wide.summed != 1;
  if (areSummed && high == 1) // They are neighbours as it is.
    return tensor::CollapseShapeOp::create(
        builder, loc, type.clone({n, h, w, conv.c}),
        tensor::ExpandShapeOp::create(builder, loc, type.clone({n, h, w, wide, c}), image, ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3}, {4}}),
        ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4}});
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, h, high, w, wide, c}), image,
                                              ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3, 4}, {5}});
  if (areSummed)
    return tensor::CollapseShapeOp::create(builder, loc, type.clone({n, h, w, conv.c}), copyInOrder(builder, loc, apart, {0, 1, 3, 2, 4, 5}),
                                           ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4, 5}});
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({n * high * wide, h, w, c}),
                                         copyInOrder(builder, loc, apart, {0, 2, 4, 1, 3, 5}),
                                         ArrayRef<ReassociationIndices>{{0, 1, 2}, {3}, {4}, {5}});
}

/// [n, c, h, w] to [n, c, h, r, w / r], where r is how far tiles are apart.
Value Rewriter::sortColumns(Value image) {
  auto type = cast<RankedTensorType>(image.getType());
  const int64_t step = conv.wide.tile * conv.wide.phases(), n = type.getDimSize(0), c = type.getDimSize(1), h = type.getDimSize(2);
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, c, h, type.getDimSize(3) / step, step}), image,
                                              ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4}});
  return copyInOrder(builder, loc, apart, {0, 1, 2, 4, 3});
}

/// The taps along both sides by their number in a group and a phase, [t, u, …, o]: what is between, in this order, are the groups of both
/// sides, their phases, and c. Taps that are missing are zeros.
Value Rewriter::splitTaps(Value weights) {
  auto type = cast<RankedTensorType>(weights.getType());
  const Side &high = conv.high, &wide = conv.wide;
  const int64_t c = type.getDimSize(2);
  auto whole = type.clone({high.groups * high.taps * high.summed, wide.groups * wide.taps * wide.summed, c, conv.o});
  if (type != whole) {
    SmallVector<OpFoldResult> starts(type.getRank(), index(0)), ones(type.getRank(), index(1));
    weights = tensor::InsertSliceOp::create(builder, loc, weights, zeros(whole.getShape(), whole.getElementType()), starts,
                                            getAsIndexOpFoldResult(builder.getContext(), type.getShape()), ones);
  }
  Value apart = tensor::ExpandShapeOp::create(builder, loc,
                                              type.clone({high.groups, high.taps, high.summed, wide.groups, wide.taps, wide.summed, c, conv.o}), weights,
                                              ArrayRef<ReassociationIndices>{{0, 1, 2}, {3, 4, 5}, {6}, {7}});
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({high.taps, wide.taps, conv.groups() * conv.c, conv.o}),
                                         copyInOrder(builder, loc, apart, {1, 4, 0, 3, 2, 5, 6, 7}),
                                         ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4, 5, 6}, {7}});
}

/// [n * d * e, h, w, o] to [n, h * d, w * e, o].
Value Rewriter::joinPhases(Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  const int64_t high = conv.high.dilation, wide = conv.wide.dilation;
  int64_t n = type.getDimSize(0) / (high * wide), h = type.getDimSize(1), w = type.getDimSize(2), o = type.getDimSize(3);
  Value apart = tensor::ExpandShapeOp::create(builder, loc, type.clone({n, high, wide, h, w, o}), result,
                                              ArrayRef<ReassociationIndices>{{0, 1, 2}, {3}, {4}, {5}});
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({n, h * high, w * wide, o}), copyInOrder(builder, loc, apart, {0, 3, 1, 4, 2, 5}),
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
  SmallVector<int64_t> shape = {conv.points(), conv.high.tilesRead(), conv.wide.tilesRead(), conv.images(), conv.c};
  Value points = emptyPoints(shape);
  shape.insert(shape.begin() + 1, conv.wide.patch());
  shape.front() = conv.high.patch();
  Value into = tensor::ExpandShapeOp::create(builder, loc, RankedTensorType::get(shape, builder.getF32Type()), points,
                                             ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}, {4}, {5}});
  return winograd::TransformImageOp::create(builder, loc, into.getType(), image, into, ArrayRef(tile), ArrayRef(taps), ArrayRef(stride));
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
  Type f64 = builder.getF64Type();
  auto makeLine = [&](const Side &side) -> Value {
    SmallVector<Value> factors;
    for (const std::vector<double> &row : makeWinogradMatrices(side.tile, side.taps, side.stride).g)
      for (double factor : row)
        factors.push_back(number(factor, f64));
    return tensor::FromElementsOp::create(builder, loc, RankedTensorType::get({side.patch(), side.taps}, f64), factors);
  };
  // Those of rows and of columns, each with each.
  const bool areSame = ArrayRef<int64_t>{tile[0], taps[0], stride[0]} == ArrayRef<int64_t>{tile[1], taps[1], stride[1]};
  Value rows = makeLine(conv.high), columns = areSame ? rows : makeLine(conv.wide);
  Value into = empty({conv.high.patch(), conv.wide.patch(), conv.high.taps, conv.wide.taps}, f64);
  SmallVector<AffineMap> maps = {AffineMap::get(4, 0, {d(0), d(2)}, builder.getContext()), AffineMap::get(4, 0, {d(1), d(3)}, builder.getContext()),
                                 builder.getMultiDimIdentityMap(4)};
  auto made = linalg::GenericOp::create(builder, loc, TypeRange(into.getType()), ValueRange{rows, columns}, into, maps,
                                        SmallVector<utils::IteratorType>(4, utils::IteratorType::parallel),
                                        [](OpBuilder &nested, Location at, ValueRange elements) {
                                          Value product = arith::MulFOp::create(nested, at, elements[0], elements[1]);
                                          linalg::YieldOp::create(nested, at, product);
                                        });
  return tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({conv.points(), conv.high.taps * conv.wide.taps}, f64), made.getResult(0),
                                         ArrayRef<ReassociationIndices>{{0, 1}, {2, 3}});
}

/// G w Gᵀ as a product of the table and the taps. In double precision: it is done once, and its error would be in every result.
Value Rewriter::transformWeights(Value weights, Value table) {
  Type f32 = builder.getF32Type(), f64 = builder.getF64Type();
  const int64_t tapCount = conv.high.taps * conv.wide.taps, c = conv.groups() * conv.c;
  SmallVector<int64_t> shape = {conv.points(), c, conv.o};
  Value exact;
  if (conv.hasPlanes) {
    shape.insert(shape.begin() + 1, conv.k);
    Value taps = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({conv.k, tapCount, conv.c, conv.o}, f32), weights,
                                                 ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3}, {4}});
    exact = sumOfProducts(table, taps, zeros(shape, f64), 5, 1, {{d(0), d(4)}, {d(1), d(4), d(2), d(3)}, {d(0), d(1), d(2), d(3)}}).getResult(0);
  } else {
    Value taps = tensor::CollapseShapeOp::create(builder, loc, RankedTensorType::get({tapCount, c, conv.o}, f32), weights,
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

/// The sums over channels of V U, [points, tiles, c] × [points, c, o], and over groups and planes: of V, each group of taps reads the tiles
/// behind those of the one before, and each plane of them the planes behind.
Value Rewriter::multiply(Value images, Value weights) {
  struct Position {
    int64_t extent, summed;
  };
  SmallVector<Position> positions;
  if (conv.groups() == 1)
    positions.push_back({conv.high.tiles() * conv.wide.tiles(), 1});
  else
    positions.append({{conv.high.tiles(), conv.high.groups}, {conv.wide.tiles(), conv.wide.groups}});
  if (conv.groups() == 1 && !conv.hasPlanes)
    positions.back().extent *= conv.n;
  else
    positions.append({{conv.n, 1}, {conv.z, conv.k}});
  llvm::erase_if(positions, [](const Position &position) { return position.extent == 1 && position.summed == 1; });

  // Loops: points, positions, o, what is summed at positions, c.
  const unsigned count = positions.size(), summed = llvm::count_if(positions, [](const Position &position) { return position.summed != 1; });
  const unsigned loops = count + summed + 3, o = count + 1, c = loops - 1;
  SmallVector<int64_t> read = {conv.points()}, made = {conv.points()}, taps = {conv.points()};
  SmallVector<AffineExpr> readAt = {d(0)}, tapAt = {d(0)}, madeAt = {d(0)};
  for (auto [i, position] : llvm::enumerate(positions)) {
    read.push_back(position.extent + position.summed - 1);
    made.push_back(position.extent);
    readAt.push_back(d(1 + i));
    madeAt.push_back(d(1 + i));
    if (position.summed == 1)
      continue;
    tapAt.push_back(d(o + tapAt.size()));
    readAt.back() = readAt.back() + tapAt.back();
    taps.push_back(position.summed);
  }
  read.push_back(conv.c);
  taps.append({conv.c, conv.o});
  made.push_back(conv.o);
  readAt.push_back(d(c));
  tapAt.append({d(c), d(o)});
  madeAt.push_back(d(o));
  auto sums = sumOfProducts(reshape(images, read), reshape(weights, taps), zeros(emptyPoints(made)), loops, summed + 1, {readAt, tapAt, madeAt});
  if (summed != 0)
    sums->setAttr(channelDimsAttrName, builder.getI64IntegerAttr(0)); // a convolution along the positions
  return reshape(sums.getResult(0), {conv.high.patch(), conv.wide.patch(), conv.high.tiles(), conv.wide.tiles(), conv.n * conv.z, conv.o});
}

/// The elements of a tensor whose first dimension, or two, are points, in another shape of that kind. Points lie apart: no dimension is one of
/// them and of what they have.
Value Rewriter::reshape(Value value, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  auto target = type.clone(shape);
  if (type == target)
    return value;
  // By way of [points, elements].
  auto split = [&](ArrayRef<int64_t> from) {
    SmallVector<ReassociationIndices> groups(2);
    int64_t product = 1;
    for (auto [i, extent] : llvm::enumerate(from)) {
      groups[product == conv.points() ? 1 : 0].push_back(static_cast<int64_t>(i));
      product *= product == conv.points() ? 1 : extent;
    }
    return groups;
  };
  auto flat = type.clone({conv.points(), type.getNumElements() / conv.points()});
  if (type != flat)
    value = tensor::CollapseShapeOp::create(builder, loc, flat, value, split(type.getShape()));
  if (target != flat)
    value = tensor::ExpandShapeOp::create(builder, loc, target, value, split(shape));
  return value;
}

Value Rewriter::transformResult(Value products) {
  Value into = emptyResult();
  return winograd::TransformResultOp::create(builder, loc, into.getType(), products, into, ValueRange(), ArrayRef(tile), ArrayRef(taps),
                                             ArrayRef(stride), builder.getAffineMapArrayAttr({}));
}

Value Rewriter::convolve(Value image, Value weights, int64_t block) {
  Value into = emptyResult();
  return winograd::ConvolveOp::create(builder, loc, into.getType(), image, weights, into, ValueRange(), ArrayRef(tile), ArrayRef(taps), block,
                                      builder.getAffineMapArrayAttr({}))
      .getResult();
}

/// Of whole tiles, [n, h, w, o], what the convolution makes.
Value Rewriter::cutResult(Value whole) {
  if (conv.high.dilation != 1 || conv.wide.dilation != 1)
    whole = joinPhases(whole);
  auto type = cast<RankedTensorType>(conv.op.getResult(0).getType());
  auto [cut, groups] = inFourDims(type.getShape(), conv.hasPlanes);
  if (cast<RankedTensorType>(whole.getType()).getShape() != ArrayRef(cut)) {
    SmallVector<OpFoldResult> starts(4, index(0)), ones(4, index(1));
    whole = tensor::ExtractSliceOp::create(builder, loc, type.clone(cut), whole, starts, getAsIndexOpFoldResult(builder.getContext(), cut), ones);
  }
  if (type.getRank() == 3)
    return tensor::CollapseShapeOp::create(builder, loc, type, whole, groups);
  return type.getRank() == 5 ? tensor::ExpandShapeOp::create(builder, loc, type, whole, groups).getResult() : whole;
}

void Rewriter::rewrite(Value table) {
  Value weights = conv.op.getDpsInputs()[1];
  if (Operation *made = weights.getDefiningOp(); made && table.getDefiningOp()->isBeforeInBlock(made))
    builder.setInsertionPointAfter(made);
  else
    builder.setInsertionPointAfterValue(table);
  weights = asTaps(weights);
  const bool isSplit = conv.groups() != 1 || conv.high.summed != 1 || conv.wide.summed != 1;
  Value transformed = transformWeights(isSplit ? splitTaps(weights) : weights, table);
  builder.setInsertionPoint(conv.op);
  const int64_t block = conv.chooseBlock();
  const bool isSorted = block != 0 && conv.isChannelsFirst;
  Value image = asImages(padImage(isSorted ? conv.wide.tile * conv.wide.phases() : conv.wide.phases()));
  if (isSorted)
    image = sortColumns(image);
  else if (conv.high.phases() != 1 || conv.wide.phases() != 1)
    image = splitPhases(image);
  Value whole;
  if (block != 0) {
    whole = convolve(image, transformed, block);
  } else {
    whole = transformResult(multiply(transformImage(image), transformed));
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
    std::map<std::array<int64_t, 6>, Value> tables;
    for (const Convolution &conv : found) {
      Value &table = tables[{conv.high.tile, conv.high.taps, conv.high.stride, conv.wide.tile, conv.wide.taps, conv.wide.stride}];
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
