// Computes for all iterations of a loop at once what each multiplies its own row of a tensor by.
//
// A recurrent net multiplies the input of each step by weights that are the same in all, and only then adds what depends on
// the step before. One product of a row reads all weights for two operations on each; a product of all rows reads them once for
// every tile of rows. PyTorch's own recurrent layers are written so; loops of programs are not.
// Requires: linalg on tensors. Ensures: nothing beyond that.

#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_HOISTCONTRACTIONSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// A sum of products in a loop that reads row i of a tensor in iteration i, and nothing else that the loop makes.
struct RowProduct {
  scf::ForOp loop;
  linalg::GenericOp op;
  unsigned moving; ///< the operand that is the row
  Value rows;      ///< all of them, in the first dimension
  bool dropsDim;   ///< whether the operand is the row without that dimension
  int64_t count;   ///< of iterations

  static std::optional<RowProduct> match(scf::ForOp loop, linalg::GenericOp op);
  void rewrite(OpBuilder &builder);
};

} // namespace

/// The value through conversions between index and integer.
static Value withoutCasts(Value value) {
  while (auto cast = value.getDefiningOp<arith::IndexCastOp>())
    value = cast.getIn();
  return value;
}

/// Whether the reshape drops the first of its operand's dimensions, which is 1, and nothing else. (Of several extents of 1, any may
/// be called the one that goes.)
static bool dropsFirstDim(tensor::CollapseShapeOp op) {
  return op.getSrcType().getRank() > 1 && op.getType().getShape() == op.getSrcType().getShape().drop_front();
}

std::optional<RowProduct> RowProduct::match(scf::ForOp loop, linalg::GenericOp op) {
  std::optional<int64_t> begin = getConstantIntValue(loop.getLowerBound()), end = getConstantIntValue(loop.getUpperBound()),
                         step = getConstantIntValue(loop.getStep());
  auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
  constexpr int64_t fewestRows = 4, mostElements = 1 << 24;
  if (begin != 0 || step != 1 || !end || *end < fewestRows || !type || !type.hasStaticShape() || *end * type.getNumElements() > mostElements)
    return std::nullopt;
  auto fill = op.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  if (!fill || !isSumOfProducts(op) || op->hasAttr(channelDimsAttrName))
    return std::nullopt;
  Operation *start = fill.value().getDefiningOp();
  if (!start || !(isa<arith::ConstantOp>(start) || loop.isDefinedOutsideOfLoop(fill.value())))
    return std::nullopt;
  for (unsigned moving : {0, 1}) {
    Value operand = op.getDpsInputs()[moving];
    if (!loop.isDefinedOutsideOfLoop(op.getDpsInputs()[1 - moving]))
      continue;
    auto collapse = operand.getDefiningOp<tensor::CollapseShapeOp>();
    auto slice = (collapse ? collapse.getSrc() : operand).getDefiningOp<tensor::ExtractSliceOp>();
    if (!slice || (collapse && !dropsFirstDim(collapse)) || !loop.isDefinedOutsideOfLoop(slice.getSource()) ||
        slice.getSourceType().getRank() != slice.getType().getRank() || !slice.getSourceType().hasStaticShape() || !slice.hasUnitStride())
      continue;
    // Row i is all of place i of the first dimension.
    SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
    auto place = dyn_cast<Value>(offsets.front());
    bool isRow = place && withoutCasts(place) == loop.getInductionVar() && slice.getType().getDimSize(0) == 1 &&
                 slice.getType().getShape().drop_front() == slice.getSourceType().getShape().drop_front();
    if (isRow && slice.getSourceType().getDimSize(0) >= *end)
      return RowProduct{loop, op, moving, slice.getSource(), bool(collapse), *end};
  }
  return std::nullopt;
}

static SmallVector<OpFoldResult> indexAttrs(OpBuilder &builder, ArrayRef<int64_t> numbers) {
  return llvm::map_to_vector(numbers, [&](int64_t number) -> OpFoldResult { return builder.getIndexAttr(number); });
}

/// The shape with one more dimension before it.
static SmallVector<int64_t> behind(int64_t first, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> result = {first};
  result.append(shape.begin(), shape.end());
  return result;
}

/// {0, 1}, {2}, ...: how a tensor of `rank` dimensions becomes one without the first, which is 1, or the other way round.
static SmallVector<ReassociationIndices> firstTwoTogether(int64_t rank) {
  SmallVector<ReassociationIndices> groups = {{0, 1}};
  for (int64_t d = 2; d < rank; ++d)
    groups.push_back({d});
  return groups;
}

void RowProduct::rewrite(OpBuilder &builder) {
  Location loc = op.getLoc();
  builder.setInsertionPoint(loop);
  // [iteration, a row's own dimensions]
  auto rowsType = cast<RankedTensorType>(rows.getType());
  if (rowsType.getDimSize(0) != count) {
    SmallVector<int64_t> shape = behind(count, rowsType.getShape().drop_front());
    rows = tensor::ExtractSliceOp::create(builder, loc, rowsType.clone(shape), rows, indexAttrs(builder, SmallVector<int64_t>(shape.size(), 0)),
                                          indexAttrs(builder, shape), indexAttrs(builder, SmallVector<int64_t>(shape.size(), 1)));
    rowsType = rowsType.clone(shape);
  }
  if (!dropsDim) {
    SmallVector<int64_t> shape = behind(count, behind(1, rowsType.getShape().drop_front()));
    rows = tensor::ExpandShapeOp::create(builder, loc, rowsType.clone(shape), rows, firstTwoTogether(shape.size()));
  }
  SmallVector<Value> inputs(op.getDpsInputs());
  inputs[moving] = rows;
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  SmallVector<int64_t> shape = behind(count, type.getShape());
  Value start = cast<linalg::FillOp>(op.getDpsInits()[0].getDefiningOp()).value();
  if (!loop.isDefinedOutsideOfLoop(start))
    start = builder.clone(*start.getDefiningOp())->getResult(0);
  Value empty = tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
  Value init = linalg::FillOp::create(builder, loc, start, empty).getResult(0);

  SmallVector<AffineMap> maps;
  for (auto [i, map] : llvm::enumerate(op.getIndexingMapsArray())) {
    AffineMap shifted = map.shiftDims(1);
    SmallVector<AffineExpr> places(shifted.getResults());
    if (i != 1 - moving) // the row and the result
      places.insert(places.begin(), builder.getAffineDimExpr(0));
    maps.push_back(AffineMap::get(map.getNumDims() + 1, 0, places, builder.getContext()));
  }
  SmallVector<utils::IteratorType> iterators(op.getIteratorTypesArray());
  iterators.insert(iterators.begin(), utils::IteratorType::parallel);
  auto all = linalg::GenericOp::create(builder, loc, TypeRange(init.getType()), inputs, init, maps, iterators);
  IRMapping mapping;
  op.getRegion().cloneInto(&all.getRegion(), mapping);

  builder.setInsertionPoint(op);
  SmallVector<OpFoldResult> offsets = indexAttrs(builder, SmallVector<int64_t>(shape.size(), 0));
  offsets.front() = loop.getInductionVar();
  SmallVector<int64_t> one = behind(1, type.getShape());
  Value row = tensor::ExtractSliceOp::create(builder, loc, type.clone(one), all.getResult(0), offsets, indexAttrs(builder, one),
                                             indexAttrs(builder, SmallVector<int64_t>(shape.size(), 1)));
  Value result = tensor::CollapseShapeOp::create(builder, loc, type, row, firstTwoTogether(shape.size()));
  op.getResult(0).replaceAllUsesWith(result);
  op.erase();
}

namespace {
struct HoistContractionsPass : impl::HoistContractionsPassBase<HoistContractionsPass> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    SmallVector<scf::ForOp> loops; // inner ones first: what they give up, the outer ones may
    getOperation().walk<WalkOrder::PostOrder>([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      // What stands in a branch may not be wanted in all iterations.
      for (auto op : llvm::make_early_inc_range(loop.getBody()->getOps<linalg::GenericOp>()))
        if (auto product = RowProduct::match(loop, op)) {
          product->rewrite(builder);
          ++numHoisted;
        }
  }
};
} // namespace
} // namespace sconce::codegen
