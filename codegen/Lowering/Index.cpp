// Lowering of reading and writing at positions that tensors hold.

#include "codegen/Lowering/Combiner.h"
#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/NumberConversion.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "codegen/Lowering/VectorLoops.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;
using codegen::Combiner;
using codegen::forEachPosition;
using codegen::LoweringBuilder;

namespace {

RankedTensorType memoryType(Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  return type.clone(codegen::memoryElementType(type.getElementType()));
}

int64_t rankOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getRank(); }

/// The position in x of an element of the result: the indexed dimensions from the indices, the others as they come.
SmallVector<Value> sourcePosition(LoweringBuilder &builder, int64_t rank, ArrayRef<int64_t> dims, ValueRange indices,
                                  ValueRange others) {
  SmallVector<Value> position(rank);
  for (auto [dim, index] : llvm::zip_equal(dims, indices))
    position[dim] = arith::IndexCastOp::create(builder.builder, builder.loc, builder.builder.getIndexType(), index);
  auto next = others.begin();
  for (Value &at : position)
    if (!at)
      at = *next++;
  return position;
}

LogicalResult lowerIndex(ts::IndexOp op, ts::IndexOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  if (operands.getIndices().empty()) {
    rewriter.replaceOp(op, x);
    return success();
  }
  int64_t rank = rankOf(x), indexRank = rankOf(operands.getIndices().front());
  SmallVector<OpFoldResult> extents = builder.extents(operands.getIndices().front());
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(op.getDims(), dim))
      extents.push_back(builder.extent(x, dim));
  int64_t loops = extents.size();
  AffineMap indexMap = codegen::mapToFirstLoops(rewriter.getContext(), loops, indexRank);
  SmallVector<AffineMap> maps(operands.getIndices().size(), indexMap);
  Value result = builder.elementwise(
      memoryType(op.getResult()), extents, operands.getIndices(), maps, [&](OpBuilder &nested, ValueRange arguments) {
        LoweringBuilder inner(nested, op.getLoc());
        SmallVector<Value> others;
        for (int64_t loop = indexRank; loop < loops; ++loop)
          others.push_back(linalg::IndexOp::create(nested, op.getLoc(), loop));
        SmallVector<Value> position = sourcePosition(inner, rank, op.getDims(), arguments, others);
        return Value(tensor::ExtractOp::create(nested, op.getLoc(), x, position));
      });
  rewriter.replaceOp(op, result);
  return success();
}

std::optional<Combiner> combinerOf(ts::ScatterMode mode) {
  switch (mode) {
  case ts::ScatterMode::Set: return std::nullopt;
  case ts::ScatterMode::Add: return Combiner::Sum;
  case ts::ScatterMode::Mul: return Combiner::Prod;
  case ts::ScatterMode::AMin: return Combiner::Min;
  case ts::ScatterMode::AMax: return Combiner::Max;
  }
  llvm_unreachable("all modes are handled");
}

/// What is at a target of updates once an update is combined with what was there; both as they are in memory.
Value combineUpdate(LoweringBuilder &builder, std::optional<Combiner> combiner, Value update, function_ref<Value()> readOld,
                    Type elementType) {
  if (!combiner)
    return update;
  if (isa<VectorType>(update.getType()))
    return codegen::combine(builder, *combiner, readOld(), update, elementType);
  Value old = builder.load(readOld(), elementType);
  return builder.store(codegen::combine(builder, *combiner, old, builder.load(update, elementType), elementType), elementType);
}

/// The rows of a table that a scatter puts somewhere, where nothing else wants them put together first.
struct GatheredRows {
  Value table, indices;

  static std::optional<GatheredRows> match(ts::ScatterOp op, ConversionPatternRewriter &rewriter) {
    auto gather = op.getUpdates().getDefiningOp<ts::IndexOp>();
    if (!gather || !gather->hasOneUse() || gather.getDims() != ArrayRef<int64_t>{0} || rankOf(gather.getIndices().front()) != 1 ||
        op.getIndices().empty() || rankOf(op.getIndices().front()) != 1)
      return std::nullopt;
    return GatheredRows{rewriter.getRemappedValue(gather.getX()), rewriter.getRemappedValue(gather.getIndices().front())};
  }

  /// The position in the table of an element at `position` of the rows put together.
  SmallVector<Value> positionOf(LoweringBuilder &builder, ValueRange position) const {
    Value row = tensor::ExtractOp::create(builder.builder, builder.loc, indices, position.front());
    SmallVector<Value> result(position);
    result.front() = arith::IndexCastOp::create(builder.builder, builder.loc, builder.builder.getIndexType(), row);
    return result;
  }
};

/// One update after the other, in row-major order of the updates: of equal positions the last one wins. Where updates are of rows, those
/// are vectors, which are read where they come from.
LogicalResult lowerScatter(ts::ScatterOp op, ts::ScatterOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX(), updates = operands.getUpdates();
  Type elementType = cast<RankedTensorType>(op.getType()).getElementType();
  int64_t rank = rankOf(x), indexRank = operands.getIndices().empty() ? 0 : rankOf(operands.getIndices().front());
  std::optional<Combiner> combiner = combinerOf(op.getMode());
  auto readIndices = [&](LoweringBuilder &inner, ValueRange position) {
    SmallVector<Value> indices;
    for (Value index : operands.getIndices())
      indices.push_back(tensor::ExtractOp::create(inner.builder, inner.loc, index, position.take_front(indexRank)));
    return indices;
  };
  SmallVector<OpFoldResult> extents = builder.extents(updates);
  bool updatesRows = static_cast<int64_t>(extents.size()) > indexRank && !llvm::is_contained(op.getDims(), rank - 1);
  if (updatesRows && codegen::hasVectors(elementType)) {
    std::optional<GatheredRows> gathered = GatheredRows::match(op, rewriter);
    if (gathered)
      updates = gathered->table;
    auto scatterRow = [&](LoweringBuilder &row, ValueRange outer, ValueRange carried) -> SmallVector<Value> {
      SmallVector<Value> indices = readIndices(row, outer), position(outer);
      position.push_back(row.index(0));
      SmallVector<Value> source = gathered ? gathered->positionOf(row, position) : position;
      SmallVector<Value> target = sourcePosition(row, rank, op.getDims(), indices, ValueRange(position).drop_front(indexRank));
      return codegen::forEachRun(row, extents.back(), {16, 1}, carried, [&](int64_t width, Value from, Value to, ValueRange start) {
        return codegen::forEach(row, from, to, width, start, [&](LoweringBuilder &inner, Value at, ValueRange now) -> SmallVector<Value> {
          source.back() = target.back() = at;
          Value update = combineUpdate(inner, combiner, codegen::readVector(inner, updates, source, width),
                                       [&] { return codegen::readVector(inner, now.front(), target, width); }, elementType);
          return {codegen::writeVector(inner, update, now.front(), target)};
        });
      });
    };
    rewriter.replaceOp(op, forEachPosition(builder, ArrayRef(extents).drop_back(), x, scatterRow).front());
    return success();
  }
  SmallVector<Value> results = forEachPosition(
      builder, extents, x, [&](LoweringBuilder &inner, ValueRange position, ValueRange carried) -> SmallVector<Value> {
        SmallVector<Value> indices = readIndices(inner, position);
        SmallVector<Value> target = sourcePosition(inner, rank, op.getDims(), indices, position.drop_front(indexRank));
        auto extract = [&](Value from, ValueRange at) -> Value { return tensor::ExtractOp::create(inner.builder, inner.loc, from, at); };
        Value update = combineUpdate(inner, combiner, extract(updates, position), [&] { return extract(carried[0], target); }, elementType);
        return {tensor::InsertOp::create(inner.builder, inner.loc, update, carried[0], target)};
      });
  rewriter.replaceOp(op, results.front());
  return success();
}

Value isNonzero(LoweringBuilder &builder, Value x, ValueRange position, Type elementType) {
  Value element = tensor::ExtractOp::create(builder.builder, builder.loc, x, position);
  return codegen::toBool(builder, builder.load(element, elementType));
}

/// Counts first, then writes the positions in row-major order. Every position is written, over the one before unless that
/// was counted, so that no branch stands between the loop and the tensor it carries; the last row is for what comes
/// after the last that counts.
LogicalResult lowerNonzero(ts::NonzeroOp op, ts::NonzeroOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Location loc = op.getLoc();
  Value x = operands.getX();
  Type elementType = cast<RankedTensorType>(op.getX().getType()).getElementType();
  SmallVector<OpFoldResult> extents = builder.extents(x);
  auto count = [&](LoweringBuilder &inner, ValueRange position, Value before) -> Value {
    Value one = arith::IndexCastUIOp::create(inner.builder, loc, inner.builder.getIndexType(),
                                             isNonzero(inner, x, position, elementType));
    return arith::AddIOp::create(inner.builder, loc, before, one);
  };
  Value total = forEachPosition(builder, extents, builder.index(0),
                                [&](LoweringBuilder &inner, ValueRange position, ValueRange carried) {
                                  return SmallVector<Value>{count(inner, position, carried[0])};
                                })
                    .front();
  auto type = cast<RankedTensorType>(op.getType());
  Value rows = arith::AddIOp::create(rewriter, loc, total, builder.index(1));
  OpFoldResult rank = rewriter.getIndexAttr(rankOf(x)), zero = rewriter.getIndexAttr(0), one = rewriter.getIndexAttr(1);
  Value target = builder.empty(type, {rows, rank});
  Value written = forEachPosition(builder, extents, {target, builder.index(0)},
                                  [&](LoweringBuilder &inner, ValueRange position, ValueRange carried) {
                                    Value row = carried[0];
                                    for (auto [dim, at] : llvm::enumerate(position)) {
                                      Value number = arith::IndexCastOp::create(inner.builder, loc, rewriter.getI64Type(), at);
                                      row = tensor::InsertOp::create(inner.builder, loc, number, row,
                                                                     ValueRange{carried[1], inner.index(dim)});
                                    }
                                    return SmallVector<Value>{row, count(inner, position, carried[1])};
                                  })
                      .front();
  rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(op, type, written, ArrayRef<OpFoldResult>{zero, zero},
                                                      ArrayRef<OpFoldResult>{total, rank}, ArrayRef<OpFoldResult>{one, one});
  return success();
}

} // namespace

void codegen::attachIndexLowerings(MLIRContext &context) {
  attachLowering<ts::IndexOp, lowerIndex>(context);
  attachLowering<ts::NonzeroOp, lowerNonzero>(context);
  attachLowering<ts::ScatterOp, lowerScatter>(context);
}
