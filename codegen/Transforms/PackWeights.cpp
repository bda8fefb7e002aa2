// Lays weights in the panels that register tiles read.
//
// A tile reads a few vectors of neighbouring columns for each step of the reduction. In a matrix [depth, columns] the next
// step's are a whole row further, on another page when there are many columns; in panels [columns / width, depth, width]
// they are next, so that the machine's prefetchers see one stream. The copy depends on the weight alone, so it is made once
// (sconce-hoist-weights).
// Requires: weights of sums of products in the order that sconce-assign-layouts gives them. Ensures: nothing beyond that.

#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/WeightValues.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_PACKWEIGHTSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// A weight of a sum of products whose last dimension is one that only it and the result have.
struct PackedOperand {
  linalg::GenericOp op;
  unsigned operand;
  unsigned columnLoop;
  int64_t width; ///< of a panel

  static std::optional<PackedOperand> match(linalg::GenericOp op, unsigned operand, unsigned vectorBits, unsigned registers);
  void rewrite(OpBuilder &builder);
};

} // namespace

/// Whether tiles of two vectors would split rows of this length in such a way that some have fewer sums than are under way at once,
/// two multiply-adds a cycle: seven pixels are four and three with 16 registers. Those of three vectors have enough.
static bool splitsBadly(int64_t rowLength, unsigned registers) {
  constexpr int64_t vectors = 2, enoughSums = 8;
  const int64_t mostRows = (static_cast<int64_t>(registers) - 1 - vectors) / vectors;
  return rowLength > mostRows && rowLength / llvm::divideCeil(rowLength, mostRows) * vectors < enoughSums;
}

/// The extent of the last loop that moves the operand with map `other` and not the one with map `weight`.
static int64_t findRowLength(linalg::GenericOp op, AffineMap weight, AffineMap other) {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  SmallVector<int64_t> shape = op.getStaticLoopRanges();
  for (AffineExpr expr : llvm::reverse(other.getResults()))
    for (unsigned loop = 0; loop < shape.size(); ++loop)
      if (expr.isFunctionOfDim(loop) && iterators[loop] == utils::IteratorType::parallel && !weight.isFunctionOfDim(loop))
        return ShapedType::isDynamic(shape[loop]) ? 0 : shape[loop];
  return 0;
}

/// The width of a panel: that of a tile that with `rows` leaves enough registers for sums. It divides the columns, or these
/// are so many that the rest, which is a kernel of its own, does not count. 0 where neither is so.
static int64_t chooseWidth(int64_t columns, int64_t lanes, int64_t rows, bool splitsRows) {
  constexpr int64_t fewestPanels = 16;
  if (splitsRows && (columns % (3 * lanes) == 0 || columns >= fewestPanels * 3 * lanes))
    return 3 * lanes;
  if (rows < 8 && columns % (4 * lanes) == 0)
    return 4 * lanes;
  for (int64_t width : {2 * lanes, 3 * lanes})
    if (columns % width == 0)
      return width;
  return columns >= fewestPanels * 2 * lanes ? 2 * lanes : 0;
}

/// The same where lanes run over groups, each of which is read by its own columns alone.
static int64_t chooseGroupWidth(int64_t columns, int64_t lanes) {
  return columns % (2 * lanes) == 0 ? 2 * lanes : columns % lanes == 0 ? lanes : 0;
}

std::optional<PackedOperand> PackedOperand::match(linalg::GenericOp op, unsigned operand, unsigned vectorBits, unsigned registers) {
  // With fewer rows than this nothing is read twice by an op; with less depth a panel is but a few lines.
  constexpr int64_t fewestRows = 4, fewestSteps = 16, typicalExtent = 64;
  AffineMap map = op.getIndexingMapsArray()[operand], other = op.getIndexingMapsArray()[1 - operand];
  auto type = dyn_cast<RankedTensorType>(op.getDpsInputs()[operand].getType());
  if (!type || !type.hasStaticShape() || type.getRank() < 2 || !map.isProjectedPermutation() || !type.getElementType().isIntOrFloat())
    return std::nullopt;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  SmallVector<int64_t> shape = op.getStaticLoopRanges();
  unsigned columnLoop = cast<AffineDimExpr>(map.getResults().back()).getPosition();
  bool hasGroups = findGroupSize(other, columnLoop) != 0;
  if (iterators[columnLoop] != utils::IteratorType::parallel || (other.isFunctionOfDim(columnLoop) && !hasGroups))
    return std::nullopt;
  int64_t rows = 1, steps = 1;
  for (unsigned loop = 0; loop < shape.size(); ++loop) {
    int64_t extent = ShapedType::isDynamic(shape[loop]) ? typicalExtent : shape[loop];
    if (iterators[loop] == utils::IteratorType::reduction)
      steps *= extent;
    else if (!map.isFunctionOfDim(loop))
      rows *= extent;
  }
  Type computed = cast<RankedTensorType>(op.getResult(0).getType()).getElementType();
  if (!computed.isIntOrFloat() || (rows < fewestRows && !(rows == 1 && isReadFromCache(op, type))) || steps < fewestSteps)
    return std::nullopt;
  int64_t lanes = vectorBits / computed.getIntOrFloatBitWidth(), columns = shape[columnLoop];
  int64_t width = hasGroups ? chooseGroupWidth(columns, lanes) : chooseWidth(columns, lanes, rows, splitsBadly(findRowLength(op, map, other), registers));
  AffineMap result = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (width == 0 || width >= columns || !result.isProjectedPermutation() || !result.isFunctionOfDim(columnLoop))
    return std::nullopt;
  return PackedOperand{op, operand, columnLoop, width};
}

/// What `value` copies, with its dimensions in another order: `from` becomes the map from loops to the source's.
static Value lookThroughCopies(Value value, AffineMap &from) {
  while (auto copy = value.getDefiningOp<linalg::GenericOp>()) {
    if (copy.getNumDpsInputs() != 1 || copy->getNumResults() != 1 ||
        copy.getBody()->getTerminator()->getOperand(0) != copy.getBody()->getArgument(0))
      break;
    AffineMap read = copy.getIndexingMapsArray().front(), written = copy.getIndexingMapsArray().back();
    if (!read.isProjectedPermutation() || !written.isPermutation())
      break;
    from = read.compose(inversePermutation(written)).compose(from);
    value = copy.getDpsInputs()[0];
  }
  return value;
}

/// The loops of both operands and the result stay the first, those of the reduction and the columns of a panel follow.
void PackedOperand::rewrite(OpBuilder &builder) {
  OpOperand *input = op.getDpsInputOperand(operand);
  Value weight = input->get();
  auto type = cast<RankedTensorType>(weight.getType());
  AffineMap map = op.getMatchingIndexingMap(input), other = op.getMatchingIndexingMap(op.getDpsInputOperand(1 - operand));
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  auto isBatch = [&](AffineExpr expr) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    return iterators[loop] == utils::IteratorType::parallel && other.isFunctionOfDim(loop);
  };
  // [batch, panel, the rest, column of the panel]
  int64_t last = type.getRank() - 1;
  SmallVector<int64_t> shape;
  SmallVector<AffineExpr> places;
  SmallVector<AffineExpr> source(type.getRank());
  auto append = [&](bool batch) {
    for (int64_t d = 0; d < last; ++d)
      if (isBatch(map.getResult(d)) == batch) {
        source[d] = builder.getAffineDimExpr(shape.size());
        shape.push_back(type.getDimSize(d));
        places.push_back(map.getResult(d));
      }
  };
  append(/*batch=*/true);
  unsigned panelDim = shape.size();
  shape.push_back(llvm::divideCeil(type.getDimSize(last), width));
  places.push_back(map.getResult(last).floorDiv(width));
  append(/*batch=*/false);
  unsigned columnDim = shape.size();
  shape.push_back(width);
  places.push_back(map.getResult(last) % width);

  Location loc = weight.getLoc();
  unsigned rank = shape.size();
  builder.setInsertionPointAfterValue(weight);
  Value packed = tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
  /// Writes `count` panels of `columns` columns from panel `first` on.
  auto pack = [&](int64_t first, int64_t count, int64_t columns) {
    source[last] = (builder.getAffineDimExpr(panelDim) + first) * width + builder.getAffineDimExpr(columnDim);
    SmallVector<AffineMap> maps = {AffineMap::get(rank, 0, source, builder.getContext()), builder.getMultiDimIdentityMap(rank)};
    Value read = lookThroughCopies(weight, maps.front());
    SmallVector<OpFoldResult> offsets(rank, builder.getIndexAttr(0)), sizes = getAsIndexOpFoldResult(builder.getContext(), shape),
                                                                      steps(rank, builder.getIndexAttr(1));
    offsets[panelDim] = builder.getIndexAttr(first);
    sizes[panelDim] = builder.getIndexAttr(count);
    sizes[columnDim] = builder.getIndexAttr(columns);
    bool isAll = count == shape[panelDim] && columns == width;
    Value into = isAll ? packed : tensor::ExtractSliceOp::create(builder, loc, packed, offsets, sizes, steps).getResult();
    auto written = linalg::GenericOp::create(builder, loc, TypeRange(into.getType()), ValueRange(read), into, maps,
                                             SmallVector<utils::IteratorType>(rank, utils::IteratorType::parallel),
                                             [](OpBuilder &nested, Location at, ValueRange elements) {
                                               linalg::YieldOp::create(nested, at, elements.front());
                                             });
    packed = isAll ? written.getResult(0)
                   : tensor::InsertSliceOp::create(builder, loc, written.getResult(0), packed, offsets, sizes, steps).getResult();
  };
  int64_t full = type.getDimSize(last) / width, rest = type.getDimSize(last) % width;
  pack(0, full, width);
  if (rest != 0)
    pack(full, 1, rest);
  input->set(packed);
  if (Operation *copy = weight.getDefiningOp(); copy && isOpTriviallyDead(copy))
    copy->erase();
  SmallVector<AffineMap> opMaps = op.getIndexingMapsArray();
  opMaps[operand] = AffineMap::get(map.getNumDims(), 0, places, builder.getContext());
  op.setIndexingMapsAttr(builder.getAffineMapArrayAttr(opMaps));
  op->setAttr(panelWidthAttrName, builder.getI64IntegerAttr(width));
}

namespace {
struct PackWeightsPass : impl::PackWeightsPassBase<PackWeightsPass> {
  using PackWeightsPassBase::PackWeightsPassBase;

  void runOnOperation() override {
    WeightValues weights(getOperation());
    OpBuilder builder(&getContext());
    SmallVector<PackedOperand> found;
    getOperation().walk([&](linalg::GenericOp op) {
      if (!isSumOfProducts(op))
        return;
      for (unsigned operand : {1, 0})
        if (weights.contains(op.getDpsInputs()[operand]) && !weights.contains(op.getResult(0)))
          if (auto packed = PackedOperand::match(op, operand, vectorBits, registers)) {
            found.push_back(*packed);
            return;
          }
    });
    for (PackedOperand &packed : found) {
      packed.rewrite(builder);
      ++numPacked;
    }
  }
};
} // namespace
} // namespace sconce::codegen
