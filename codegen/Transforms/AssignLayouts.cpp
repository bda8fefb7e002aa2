// Chooses the order in which the dimensions of tensors lie in memory.
//
// PyTorch's programs are channels-first. A convolution's register tiles want channels last: lanes run over output channels
// whatever the image's width is, and the reduction reads neighbours. Structured ops read and write any order by their
// indexing maps, so a layout is a permutation of a value's dimensions; it starts at convolutions and spreads to what can
// take part. Where a value meets an op that cannot, a copy changes the order. Where the channels of all convolutions fill lanes badly
// and their rows fill them well, everything stays channels-first.
// The weights of contractions get the order that tiles read them in; that copy depends on nothing else, so it is made once
// (sconce-hoist-weights).
// Requires: linalg on tensors. Ensures: nothing beyond that.

#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/WeightValues.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_ASSIGNLAYOUTSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// Dimension `layout[i]` of the value is the i-th in memory.
using Layout = SmallVector<int64_t>;

Layout identity(int64_t rank) { return llvm::to_vector(llvm::seq<int64_t>(0, rank)); }

/// With fewer channels than this, lanes run over places.
constexpr int64_t fewestChannels = 8;

class LayoutAssigner {
public:
  LayoutAssigner(func::FuncOp func, bool copiesArguments, unsigned vectorBits)
      : func(func), copiesArguments(copiesArguments), vectorBits(vectorBits), builder(func.getContext()), weights(func) {}
  void choose();
  void apply();
  unsigned numChosen() const { return layouts.size(); }

private:
  bool isBetterInRows(linalg::GenericOp op) const;
  void seed(linalg::GenericOp op);
  void assign(Value value, Layout layout);
  void spreadToUsers(Value value);
  void spreadToSources(Value value);

  void rewrite(linalg::GenericOp op);
  void rewrite(tensor::InsertSliceOp op);
  void rewrite(tensor::ExtractSliceOp op);
  void rewrite(tensor::ExpandShapeOp op);
  void rewrite(tensor::CollapseShapeOp op);
  void rewrite(tensor::DimOp op);
  void replace(Operation *op, Operation *made, ArrayRef<int64_t> layout);
  void layOutWeight(linalg::GenericOp op, unsigned operand, bool lanesAreGroups);
  /// The value in the order `wanted` of its dimensions, by a copy where its own is another.
  Value reorder(Value value, ArrayRef<int64_t> wanted);
  Layout layoutOf(Value value) const {
    if (auto it = layouts.find(value); it != layouts.end())
      return it->second;
    return identity(cast<RankedTensorType>(value.getType()).getRank());
  }

  func::FuncOp func;
  bool copiesArguments;
  unsigned vectorBits;
  OpBuilder builder;
  WeightValues weights;
  DenseMap<Value, Layout> layouts;
  SmallVector<Value> worklist;
  DenseMap<Value, SmallVector<std::pair<Layout, Value>>> copies;
};

} // namespace

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

/// Whether the defining op can give its result in another order.
static bool isFlexible(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto insert = dyn_cast_or_null<tensor::InsertSliceOp>(op))
    return insert.getSourceType().getRank() == insert.getType().getRank();
  if (auto extract = dyn_cast_or_null<tensor::ExtractSliceOp>(op))
    return extract.getSourceType().getRank() == extract.getType().getRank();
  return isa_and_nonnull<linalg::GenericOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op);
}

/// [N, channel dimensions, places] with the channels last.
static Layout channelsLast(int64_t rank, int64_t channelDims) {
  Layout layout = {0};
  for (int64_t d = 1 + channelDims; d < rank; ++d)
    layout.push_back(d);
  for (int64_t d = 1; d <= channelDims; ++d)
    layout.push_back(d);
  return layout;
}

/// Groups of this many channels at most are walked beside each other; those of more fill lanes.
constexpr int64_t fewGroupChannels = 8;

/// [N, places, channels, groups], for a convolution of many groups that have few channels each: lanes run over groups, which all
/// operands then have as neighbours. nullopt for other ops, and where vectors hold whole groups, with as many channels in as out:
/// there lanes run over groups and their channels as they are.
static std::optional<Layout> groupsLast(linalg::GenericOp op) {
  auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  if (!channelDims || channelDims.getInt() != 2 || type.isDynamicDim(1) || type.isDynamicDim(2) || type.getDimSize(1) < fewestChannels ||
      type.getDimSize(2) > fewGroupChannels)
    return std::nullopt;
  // The image may lie in another order than its map says already, the weight does not.
  AffineMap image = op.getIndexingMapsArray()[0], weight = op.getIndexingMapsArray()[1];
  std::optional<unsigned> read = weight.getResultPosition(image.getResult(2));
  int64_t channels = type.getDimSize(2);
  if (channels > 1 && llvm::isPowerOf2_64(channels) && read && cast<RankedTensorType>(op.getDpsInputs()[1].getType()).getDimSize(*read) == channels)
    return std::nullopt;
  Layout layout = channelsLast(type.getRank(), 2);
  std::swap(layout[layout.size() - 2], layout.back());
  return layout;
}

/// Whether a convolution's image is an argument whose every element enters many sums.
static bool isReadOften(linalg::GenericOp op) {
  constexpr int64_t manyResults = 1024;
  auto image = cast<RankedTensorType>(op.getDpsInputs()[0].getType());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> shape = op.getStaticLoopRanges();
  int64_t results = 1;
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
    if (iterator == utils::IteratorType::parallel && !maps[0].isFunctionOfDim(loop))
      results *= shape[loop];
  return isa<BlockArgument>(op.getDpsInputs()[0]) && image.hasStaticShape() && image.getDimSize(1) >= fewestChannels &&
         results >= manyResults && image.getNumElements() > image.getDimSize(0) * image.getDimSize(1);
}

/// Whether a convolution's channels fill lanes badly, and the rows of its result well, along which it reads neighbours.
bool LayoutAssigner::isBetterInRows(linalg::GenericOp op) const {
  constexpr double mostBadlyFilled = 0.75, leastGain = 0.15;
  constexpr int64_t manyChannels = 32; // of which Winograd's algorithm makes less work
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  int64_t rank = type.getRank();
  if (op->getAttrOfType<IntegerAttr>(channelDimsAttrName).getInt() != 1 || rank < 3 || !type.hasStaticShape() || !type.getElementType().isIntOrFloat())
    return false;
  int64_t lanes = vectorBits / type.getElementType().getIntOrFloatBitWidth(), channels = type.getDimSize(1), row = 1;
  if (lanes < 2 || channels >= manyChannels)
    return false;
  AffineMap image = op.getIndexingMapsArray()[0], result = op.getIndexingMapsArray()[2];
  for (int64_t d = rank - 1; d >= 2; --d) {
    AffineExpr place = image.getResult(d), loop = result.getResult(d);
    // A step along the row of the result is one of the image; without taps, rows follow each other.
    auto sum = dyn_cast<AffineBinaryOpExpr>(place);
    bool isNeighbour = d == rank - 1 && sum && sum.getKind() == AffineExprKind::Add && (sum.getLHS() == loop || sum.getRHS() == loop);
    if (place != loop && !isNeighbour)
      break;
    row *= type.getDimSize(d);
    if (isNeighbour)
      break;
  }
  double filled = double(channels) / (double(countHalfVectors(channels, lanes) * lanes) / 2);
  double filledByRows = double(row) / double(llvm::alignTo(row, lanes));
  return filled <= mostBadlyFilled && filledByRows >= filled + leastGain;
}

void LayoutAssigner::seed(linalg::GenericOp op) {
  auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName);
  if (std::optional<Layout> layout = groupsLast(op)) {
    assign(op.getResult(0), *layout);
    return;
  }
  auto offer = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    int64_t channels = 1;
    for (int64_t d = 1; d <= channelDims.getInt(); ++d)
      channels = type.isDynamicDim(d) ? fewestChannels : channels * type.getDimSize(d);
    if (channels >= fewestChannels)
      assign(value, channelsLast(type.getRank(), channelDims.getInt()));
  };
  offer(op.getResult(0));
  offer(op.getDpsInputs()[0]);
}

/// The parallel loop that an index moves with; nullopt for none or several.
static std::optional<unsigned> loopOf(linalg::GenericOp op, AffineExpr expr) {
  std::optional<unsigned> found;
  bool several = false;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  expr.walk([&](AffineExpr part) {
    auto dim = dyn_cast<AffineDimExpr>(part);
    if (!dim || iterators[dim.getPosition()] != utils::IteratorType::parallel)
      return;
    several |= found.has_value();
    found = dim.getPosition();
  });
  return several ? std::nullopt : found;
}

/// The layout by which an operand with map `to` is walked as one with map `from` and `layout` is.
static std::optional<Layout> transfer(linalg::GenericOp op, AffineMap from, ArrayRef<int64_t> layout, AffineMap to) {
  auto loops = llvm::map_to_vector(to.getResults(), [&](AffineExpr expr) { return loopOf(op, expr); });
  Layout result;
  for (int64_t d : layout)
    if (std::optional<unsigned> loop = loopOf(op, from.getResult(d)))
      for (auto [place, other] : llvm::enumerate(loops))
        if (other == loop)
          result.push_back(place);
  return result.size() == to.getNumResults() ? std::optional(result) : std::nullopt;
}

static Layout ofExpanded(ArrayRef<ReassociationIndices> groups, ArrayRef<int64_t> collapsed) {
  Layout result;
  for (int64_t d : collapsed)
    result.append(groups[d].begin(), groups[d].end());
  return result;
}

/// nullopt where a group's dimensions do not lie together, in order.
static std::optional<Layout> ofCollapsed(ArrayRef<ReassociationIndices> groups, ArrayRef<int64_t> expanded) {
  Layout result;
  for (size_t place = 0; place < expanded.size();) {
    const auto *group = llvm::find_if(groups, [&](const ReassociationIndices &g) { return g.front() == expanded[place]; });
    if (group == groups.end())
      return std::nullopt;
    for (int64_t d : *group)
      if (place >= expanded.size() || expanded[place++] != d)
        return std::nullopt;
    result.push_back(group - groups.begin());
  }
  return result;
}

void LayoutAssigner::assign(Value value, Layout layout) {
  if (isIdentityPermutation(layout) || !isFlexible(value) || weights.contains(value))
    return;
  // A reshape can give only an order that its operand can have.
  if (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>(); expand && !ofCollapsed(expand.getReassociationIndices(), layout))
    return;
  if (layouts.try_emplace(value, layout).second)
    worklist.push_back(value);
}

/// Sums of products choose for themselves; their operands are walked in several orders anyway.
static bool spreads(linalg::GenericOp op) { return !isSumOfProducts(op); }

void LayoutAssigner::spreadToUsers(Value value) {
  Layout layout = layouts.lookup(value);
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (auto generic = dyn_cast<linalg::GenericOp>(user)) {
      if (!spreads(generic) || !generic.isDpsInput(&use))
        continue;
      for (OpResult result : generic->getResults())
        if (auto next = transfer(generic, generic.getMatchingIndexingMap(&use), layout,
                                 generic.getIndexingMapMatchingResult(result)))
          assign(result, *next);
    } else if (isa<tensor::InsertSliceOp, tensor::ExtractSliceOp>(user)) {
      assign(user->getResult(0), layout);
    } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(user)) {
      assign(expand.getResult(), ofExpanded(expand.getReassociationIndices(), layout));
    } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(user)) {
      if (auto next = ofCollapsed(collapse.getReassociationIndices(), layout))
        assign(collapse.getResult(), *next);
    }
  }
}

void LayoutAssigner::spreadToSources(Value value) {
  Layout layout = layouts.lookup(value);
  Operation *op = value.getDefiningOp();
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    if (!spreads(generic))
      return;
    AffineMap to = generic.getIndexingMapMatchingResult(cast<OpResult>(value));
    for (OpOperand *input : generic.getDpsInputOperands())
      if (auto type = dyn_cast<RankedTensorType>(input->get().getType()); type && type.getRank() == static_cast<int64_t>(layout.size()))
        if (auto next = transfer(generic, to, layout, generic.getMatchingIndexingMap(input)))
          assign(input->get(), *next);
  } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    assign(insert.getSource(), layout);
    assign(insert.getDest(), layout);
  } else if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op)) {
    assign(extract.getSource(), layout);
  } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    if (auto next = ofCollapsed(expand.getReassociationIndices(), layout))
      assign(expand.getSrc(), *next);
  } else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    assign(collapse.getSrc(), ofExpanded(collapse.getReassociationIndices(), layout));
  }
}

void LayoutAssigner::choose() {
  SmallVector<linalg::GenericOp> convolutions;
  func.walk([&](linalg::GenericOp op) {
    if (op->hasAttr(channelDimsAttrName))
      convolutions.push_back(op);
  });
  if (!llvm::all_of(convolutions, [&](linalg::GenericOp op) { return isBetterInRows(op); }))
    for (linalg::GenericOp op : convolutions)
      seed(op);
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    spreadToUsers(value);
    spreadToSources(value);
  }
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

Value LayoutAssigner::reorder(Value value, ArrayRef<int64_t> wanted) {
  Layout layout = layoutOf(value);
  if (ArrayRef(layout) == wanted)
    return value;
  for (auto &[known, copy] : copies[value])
    if (ArrayRef(known) == wanted)
      return copy;
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> logical(layout.size());
  for (auto [place, d] : llvm::enumerate(layout))
    logical[d] = type.getDimSize(place);
  auto wantedType = type.clone(applyPermutation(ArrayRef(logical), wanted));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointAfterValue(value);
  Location loc = value.getLoc();
  SmallVector<Value> extents;
  for (int64_t d : wanted)
    if (ShapedType::isDynamic(logical[d]))
      extents.push_back(tensor::DimOp::create(builder, loc, value, llvm::find(layout, d) - layout.begin()));
  Value made = tensor::EmptyOp::create(builder, loc, wantedType, extents);
  if (auto fill = value.getDefiningOp<linalg::FillOp>()) {
    made = linalg::FillOp::create(builder, loc, fill.value(), made).getResult(0);
  } else if (!value.getDefiningOp<tensor::EmptyOp>()) {
    int64_t rank = layout.size();
    auto mapOf = [&](ArrayRef<int64_t> order) {
      return AffineMap::get(rank, 0, llvm::map_to_vector(order, [&](int64_t d) { return builder.getAffineDimExpr(d); }),
                            builder.getContext());
    };
    made = linalg::GenericOp::create(builder, loc, TypeRange(wantedType), ValueRange(value), ValueRange(made),
                                     {mapOf(layout), mapOf(wanted)},
                                     SmallVector<utils::IteratorType>(rank, utils::IteratorType::parallel),
                                     [](OpBuilder &nested, Location at, ValueRange elements) {
                                       linalg::YieldOp::create(nested, at, elements.front());
                                     })
               .getResult(0);
  }
  copies[value].push_back({Layout(wanted), made});
  return made;
}

/// `made` is `op` in memory order.
void LayoutAssigner::replace(Operation *op, Operation *made, ArrayRef<int64_t> layout) {
  layouts.erase(op->getResult(0));
  layouts[made->getResult(0)] = Layout(layout);
  op->getResult(0).replaceAllUsesWith(made->getResult(0));
  op->erase();
}

static AffineMap permuteResults(AffineMap map, ArrayRef<int64_t> layout) {
  return AffineMap::get(map.getNumDims(), map.getNumSymbols(), applyPermutation(map.getResults(), layout), map.getContext());
}

/// The index of an operand that moves with `loop`.
static AffineExpr placeOf(AffineMap map, unsigned loop) {
  for (AffineExpr expr : map.getResults())
    if (expr.isFunctionOfDim(loop))
      return expr;
  return {};
}

/// Gives a weight of a sum of products the order in which its loops that lanes run over are last.
void LayoutAssigner::layOutWeight(linalg::GenericOp op, unsigned operand, bool lanesAreGroups) {
  OpOperand *input = op.getDpsInputOperand(operand);
  Value weight = input->get();
  auto type = dyn_cast<RankedTensorType>(weight.getType());
  if (!type || type.getRank() < 2 || !weights.contains(weight) || weight.getDefiningOp<linalg::FillOp>())
    return;
  AffineMap map = op.getMatchingIndexingMap(input), other = op.getMatchingIndexingMap(op.getDpsInputOperand(1 - operand));
  if (!map.isProjectedPermutation())
    return;
  // Its free loops, which only it and the result have, and the rows that share it.
  SmallVector<int64_t> shape = op.getStaticLoopRanges();
  auto iterators = op.getIteratorTypesArray();
  auto isParallel = [&](unsigned loop) { return iterators[loop] == utils::IteratorType::parallel; };
  int64_t rows = 1, widest = 1, lanesDim = -1;
  for (unsigned loop = 0; loop < shape.size(); ++loop)
    if (isParallel(loop) && !map.isFunctionOfDim(loop))
      rows *= ShapedType::isDynamic(shape[loop]) ? 64 : shape[loop];
  for (auto [d, expr] : llvm::enumerate(map.getResults())) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    if (isParallel(loop) && !other.isFunctionOfDim(loop) && type.getDimSize(d) > widest) {
      widest = type.getDimSize(d);
      lanesDim = d;
    }
  }
  Layout layout;
  auto append = [&](auto &&belongs) {
    for (auto [d, expr] : llvm::enumerate(map.getResults()))
      if (belongs(cast<AffineDimExpr>(expr).getPosition(), static_cast<int64_t>(d)))
        layout.push_back(d);
  };
  auto isBatch = [&](unsigned loop) { return isParallel(loop) && other.isFunctionOfDim(loop); };
  auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName);
  // One row has columns for lanes where they fill vectors of any target several times, and where it pays to move them: a weight
  // that is read from memory is as fast in any order in which the reduction goes over neighbours, which taps do not.
  constexpr int64_t widestVector = 16, fewestColumns = 64;
  bool hasTaps = channelDims && llvm::any_of(llvm::seq<unsigned>(0, shape.size()), [&](unsigned loop) {
                   return !isParallel(loop) && shape[loop] != 1 && !isa_and_present<AffineDimExpr>(placeOf(other, loop));
                 });
  bool pays = channelDims ? hasTaps : isReadFromCache(op, type);
  if (rows == 1 && (widest < fewestColumns || widest % widestVector != 0 || !pays))
    return;
  bool hasGroups = channelDims && channelDims.getInt() == 2;
  if (lanesDim >= 0 && !lanesAreGroups && (!channelDims || hasGroups || widest >= fewestChannels)) {
    append([&](unsigned loop, int64_t) { return isBatch(loop); });
    // Convolutions walk their taps outside, their channels inside.
    if (channelDims)
      append([&](unsigned loop, int64_t) { return !isParallel(loop) && !isa_and_present<AffineDimExpr>(placeOf(other, loop)); });
    append([&](unsigned, int64_t d) { return d != lanesDim && !llvm::is_contained(layout, d); });
    layout.push_back(lanesDim);
  } else if (channelDims) {
    // Depthwise, or nearly so: lanes run over the groups.
    append([&](unsigned loop, int64_t) { return !isParallel(loop); });
    append([&](unsigned, int64_t d) { return !llvm::is_contained(layout, d) && d != 0; });
    layout.push_back(0);
  } else {
    return;
  }
  if (isIdentityPermutation(layout))
    return;
  input->set(reorder(weight, layout));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps[operand] = permuteResults(map, layout);
  op.setIndexingMapsAttr(builder.getAffineMapArrayAttr(maps));
}

void LayoutAssigner::rewrite(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  // Groups last is no order of the channels that they are part of: the image is copied.
  std::optional<Layout> grouped = groupsLast(op), copied = grouped;
  // An argument lies as the caller has it. Where small tiles read it again for each panel of many result channels, it is worth a copy
  // with its channels, which the sum goes along, as neighbours.
  if (auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName); channelDims && copiesArguments && !grouped && isReadOften(op))
    copied = channelsLast(cast<RankedTensorType>(op.getDpsInputs()[0].getType()).getRank(), channelDims.getInt());
  if (copied) {
    Value image = reorder(op.getDpsInputs()[0], *copied);
    op.getDpsInputOperand(0)->set(image);
    layouts[image] = *copied;
  }
  for (auto [i, input] : llvm::enumerate(op.getDpsInputs()))
    if (auto it = layouts.find(input); it != layouts.end())
      maps[i] = permuteResults(maps[i], it->second);
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    Layout layout = layoutOf(result);
    OpOperand *init = op.getDpsInitOperand(i);
    init->set(reorder(init->get(), layout));
    maps[op.getNumDpsInputs() + i] = permuteResults(maps[op.getNumDpsInputs() + i], layout);
    result.setType(init->get().getType());
  }
  op.setIndexingMapsAttr(builder.getAffineMapArrayAttr(maps));
  if (isSumOfProducts(op))
    for (unsigned operand : {0, 1})
      layOutWeight(op, operand, grouped.has_value());
}

void LayoutAssigner::rewrite(tensor::InsertSliceOp op) {
  Layout layout = layoutOf(op.getResult());
  Value source = op.getSourceType().getRank() == op.getType().getRank()
                     ? reorder(op.getSource(), layout)
                     : reorder(op.getSource(), identity(op.getSourceType().getRank()));
  op.getSourceMutable().assign(source);
  op.getDestMutable().assign(reorder(op.getDest(), layout));
  if (isIdentityPermutation(layout))
    return;
  builder.setInsertionPoint(op);
  auto made = tensor::InsertSliceOp::create(builder, op.getLoc(), source, op.getDest(), applyPermutation(ArrayRef(op.getMixedOffsets()), layout),
                                            applyPermutation(ArrayRef(op.getMixedSizes()), layout), applyPermutation(ArrayRef(op.getMixedStrides()), layout));
  replace(op, made, layout);
}

void LayoutAssigner::rewrite(tensor::ExtractSliceOp op) {
  Layout layout = layoutOf(op.getResult());
  if (op.getSourceType().getRank() != op.getType().getRank())
    layout = identity(op.getSourceType().getRank());
  op.getSourceMutable().assign(reorder(op.getSource(), layout));
  if (isIdentityPermutation(layout))
    return;
  builder.setInsertionPoint(op);
  auto type = op.getType().clone(applyPermutation(op.getType().getShape(), layout));
  auto made = tensor::ExtractSliceOp::create(builder, op.getLoc(), type, op.getSource(), applyPermutation(ArrayRef(op.getMixedOffsets()), layout),
                                             applyPermutation(ArrayRef(op.getMixedSizes()), layout), applyPermutation(ArrayRef(op.getMixedStrides()), layout));
  replace(op, made, layout);
}

/// The groups of a reshape between values of these orders.
static SmallVector<ReassociationIndices> groupsInMemory(ArrayRef<ReassociationIndices> groups, ArrayRef<int64_t> collapsed) {
  SmallVector<ReassociationIndices> result;
  int64_t next = 0;
  for (int64_t d : collapsed) {
    result.emplace_back();
    for (size_t i = 0; i < groups[d].size(); ++i)
      result.back().push_back(next++);
  }
  return result;
}

void LayoutAssigner::rewrite(tensor::ExpandShapeOp op) {
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  Layout layout = layoutOf(op.getResult());
  // Also where there are no dimensions to group: to and from a tensor of one element.
  if (isIdentityPermutation(layout)) {
    op.getSrcMutable().assign(reorder(op.getSrc(), identity(op.getSrcType().getRank())));
    return;
  }
  Layout sourceLayout = *ofCollapsed(groups, layout);
  Value source = reorder(op.getSrc(), sourceLayout);
  builder.setInsertionPoint(op);
  auto made = tensor::ExpandShapeOp::create(builder, op.getLoc(), op.getType().clone(applyPermutation(op.getType().getShape(), layout)), source,
                                            groupsInMemory(groups, sourceLayout), applyPermutation(ArrayRef(op.getMixedOutputShape()), layout));
  replace(op, made, layout);
}

void LayoutAssigner::rewrite(tensor::CollapseShapeOp op) {
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  Layout layout = layoutOf(op.getResult());
  if (isIdentityPermutation(layout)) {
    op.getSrcMutable().assign(reorder(op.getSrc(), identity(op.getSrcType().getRank())));
    return;
  }
  Value source = reorder(op.getSrc(), ofExpanded(groups, layout));
  builder.setInsertionPoint(op);
  auto made = tensor::CollapseShapeOp::create(builder, op.getLoc(), op.getType().clone(applyPermutation(op.getType().getShape(), layout)), source,
                                              groupsInMemory(groups, layout));
  replace(op, made, layout);
}

void LayoutAssigner::rewrite(tensor::DimOp op) {
  auto it = layouts.find(op.getSource());
  std::optional<int64_t> index = op.getConstantIndex();
  if (it == layouts.end())
    return;
  builder.setInsertionPoint(op);
  if (!index) {
    op.getSourceMutable().assign(reorder(op.getSource(), identity(it->second.size())));
    return;
  }
  op.replaceAllUsesWith(tensor::DimOp::create(builder, op.getLoc(), op.getSource(), llvm::find(it->second, *index) - it->second.begin()).getResult());
  op.erase();
}

void LayoutAssigner::apply() {
  SmallVector<Operation *> ops;
  func.walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops)
    llvm::TypeSwitch<Operation *>(op)
        .Case<linalg::GenericOp, tensor::InsertSliceOp, tensor::ExtractSliceOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::DimOp>(
            [&](auto typed) { rewrite(typed); })
        .Default([&](Operation *other) {
          // It knows nothing of layouts.
          for (OpOperand &operand : other->getOpOperands())
            if (layouts.contains(operand.get()))
              operand.set(reorder(operand.get(), identity(layouts[operand.get()].size())));
        });
}

namespace {
struct AssignLayoutsPass : impl::AssignLayoutsPassBase<AssignLayoutsPass> {
  using AssignLayoutsPassBase::AssignLayoutsPassBase;

  void runOnOperation() override {
    LayoutAssigner assigner(getOperation(), copiesArguments, vectorBits);
    assigner.choose();
    numAssigned += assigner.numChosen();
    assigner.apply();
  }
};
} // namespace
} // namespace sconce::codegen
