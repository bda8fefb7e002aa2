// Makes one loop of a convolution's groups and of the channels of each: its result has the channels in one dimension, so that what follows
// is merged into it.
//
// Few channels of a group fill few lanes, and lanes over groups alone would want the image in another order. Where a group has as many
// channels out as in, and a vector holds whole groups, lanes run over several groups: the results of a vector have their image elements
// in a vector at the same place, as channel c reads channels from c floordiv size * size on. A strategy reads that map as
// Access::groupSize. Of larger groups, groups and channels are found again in the map of the joined loop.
// Requires: convolutions in the order that sconce-assign-layouts gives them. Ensures: nothing beyond that.

#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/CopyInOrder.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_JOINGROUPSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// A convolution whose image lies [..., group, channel] and whose result lies [..., group, channel], with a weight that has loops of its own
/// in any order.
struct GroupedConvolution {
  linalg::GenericOp op;
  unsigned groups, results, members; ///< loops: over groups, over the channels out of one, over those in
  int64_t size = 0;                  ///< channels out of a group
  bool fillsLanes = false;           ///< lanes run over several groups

  static std::optional<GroupedConvolution> match(linalg::GenericOp op, unsigned vectorBits);
  void rewrite(OpBuilder &builder);
};

} // namespace

std::optional<GroupedConvolution> GroupedConvolution::match(linalg::GenericOp op, unsigned vectorBits) {
  auto channelDims = op->getAttrOfType<IntegerAttr>(channelDimsAttrName);
  if (!channelDims || channelDims.getInt() != 2)
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto lastLoops = [&](AffineMap map) -> std::optional<std::pair<unsigned, unsigned>> {
    unsigned rank = map.getNumResults();
    auto outer = dyn_cast<AffineDimExpr>(map.getResult(rank - 2)), inner = dyn_cast<AffineDimExpr>(map.getResult(rank - 1));
    if (!outer || !inner)
      return std::nullopt;
    return std::pair(outer.getPosition(), inner.getPosition());
  };
  auto image = lastLoops(maps[0]), result = lastLoops(maps[2]);
  auto weight = dyn_cast<RankedTensorType>(op.getDpsInputs()[1].getType());
  if (!image || !result || image->first != result->first || !maps[1].isProjectedPermutation() || !weight.hasStaticShape())
    return std::nullopt;
  GroupedConvolution found{.op = op, .groups = image->first, .results = result->second, .members = image->second};
  for (unsigned loop : {found.groups, found.results, found.members})
    if (!maps[1].isFunctionOfDim(loop))
      return std::nullopt;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  found.size = extents[found.results];
  Type element = cast<RankedTensorType>(op.getResult(0).getType()).getElementType();
  int64_t lanes = element.isIntOrFloat() ? vectorBits / element.getIntOrFloatBitWidth() : 0;
  found.fillsLanes = found.size > 1 && extents[found.members] == found.size && found.size < lanes && lanes % found.size == 0 &&
                     extents[found.groups] * found.size >= lanes;
  // More columns than a tile has lie in panels of it (sconce-pack-weights).
  constexpr int64_t mostVectors = 2;
  if (!found.fillsLanes && (found.size < lanes || found.size > mostVectors * lanes))
    return std::nullopt;
  return found;
}

/// The last two dimensions of a tensor as one.
static SmallVector<ReassociationIndices> joinLast(int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t d = 0; d + 1 < rank; ++d)
    groups.push_back({d});
  groups.back().push_back(rank - 1);
  return groups;
}

static Value join(OpBuilder &builder, Location loc, Value value) {
  SmallVector<ReassociationIndices> groups = joinLast(cast<RankedTensorType>(value.getType()).getRank());
  if (auto split = value.getDefiningOp<tensor::ExpandShapeOp>(); split && split.getReassociationIndices() == groups)
    return split.getSrc();
  return tensor::CollapseShapeOp::create(builder, loc, value, groups);
}

/// Where the sum starts, which is the same for all elements if a fill says so.
static Value joinStart(OpBuilder &builder, Location loc, Value start) {
  auto fill = start.getDefiningOp<linalg::FillOp>();
  auto empty = fill ? fill.getOutputs()[0].getDefiningOp<tensor::EmptyOp>() : tensor::EmptyOp();
  if (!empty)
    return join(builder, loc, start);
  SmallVector<OpFoldResult> sizes = empty.getMixedSizes();
  int64_t channels = empty.getType().getShape().take_back(2)[0] * empty.getType().getShape().back();
  sizes.pop_back();
  sizes.back() = builder.getIndexAttr(channels);
  Value joined = tensor::EmptyOp::create(builder, loc, sizes, empty.getType().getElementType());
  return linalg::FillOp::create(builder, loc, fill.value(), joined).getResult(0);
}

void GroupedConvolution::rewrite(OpBuilder &builder) {
  Location loc = op.getLoc();
  builder.setInsertionPoint(op);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  // The channels take the place of the groups among the loops.
  unsigned numLoops = op.getNumLoops() - 1;
  AffineExpr channel = builder.getAffineDimExpr(groups - (groups > results));
  SmallVector<AffineExpr> loops;
  SmallVector<utils::IteratorType> iterators;
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    loops.push_back(loop == results ? channel % size : loop == groups ? channel.floorDiv(size) : builder.getAffineDimExpr(loop - (loop > results)));
    if (loop != results)
      iterators.push_back(iterator);
  }
  auto replaced = [&](ArrayRef<AffineExpr> exprs, AffineExpr last) {
    SmallVector<AffineExpr> made;
    for (AffineExpr expr : exprs)
      made.push_back(expr.replaceDims(loops));
    made.push_back(last);
    return AffineMap::get(numLoops, 0, made, builder.getContext());
  };

  SmallVector<AffineMap> joined = {maps[0].replaceDimsAndSymbols(loops, {}, numLoops, 0), maps[1].replaceDimsAndSymbols(loops, {}, numLoops, 0),
                                   replaced(maps[2].getResults().drop_back(2), channel)};
  Value image = op.getDpsInputs()[0], weight = op.getDpsInputs()[1], start = joinStart(builder, loc, op.getDpsInits()[0]);
  if (fillsLanes) {
    // The weight has its other loops first: taps and channels in.
    SmallVector<int64_t> order;
    SmallVector<AffineExpr> rest;
    for (auto [d, expr] : llvm::enumerate(maps[1].getResults()))
      if (unsigned loop = cast<AffineDimExpr>(expr).getPosition(); loop != groups && loop != results) {
        order.push_back(d);
        rest.push_back(expr);
      }
    for (unsigned loop : {groups, results})
      order.push_back(*maps[1].getResultPosition(builder.getAffineDimExpr(loop)));
    weight = join(builder, loc, copyInOrder(builder, loc, weight, order));
    joined[1] = replaced(rest, channel);
    image = join(builder, loc, image);
    joined[0] = replaced(maps[0].getResults().drop_back(2), channel.floorDiv(size) * size + loops[members]);
  }
  auto made = linalg::GenericOp::create(builder, loc, TypeRange(start.getType()), ValueRange{image, weight}, start, joined, iterators);
  IRMapping mapping;
  op.getRegion().cloneInto(&made.getRegion(), mapping);
  made->setAttr(channelDimsAttrName, builder.getI64IntegerAttr(1));

  SmallVector<ReassociationIndices> last = joinLast(cast<RankedTensorType>(op.getResult(0).getType()).getRank());
  for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(user); collapse && collapse.getReassociationIndices() == last) {
      collapse.getResult().replaceAllUsesWith(made.getResult(0));
      collapse.erase();
    }
  if (!op->use_empty()) {
    Value split = tensor::ExpandShapeOp::create(builder, loc, op.getResult(0).getType(), made.getResult(0), last);
    op.getResult(0).replaceAllUsesWith(split);
  }
  op.erase();
}

namespace {
struct JoinGroupsPass : impl::JoinGroupsPassBase<JoinGroupsPass> {
  using JoinGroupsPassBase::JoinGroupsPassBase;

  void runOnOperation() override {
    OpBuilder builder(&getContext());
    SmallVector<GroupedConvolution> found;
    getOperation().walk([&](linalg::GenericOp op) {
      if (auto convolution = GroupedConvolution::match(op, vectorBits))
        found.push_back(*convolution);
    });
    for (GroupedConvolution &convolution : found) {
      convolution.rewrite(builder);
      ++numJoined;
    }
  }
};
} // namespace
} // namespace sconce::codegen
