// Lowering of windows that move over a tensor.

#include "codegen/Lowering/Combiner.h"
#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/Padding.h"
#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;
using codegen::Combiner;
using codegen::LoweringBuilder;

namespace {

/// The loops of a pool: the places of the window, then its taps. A tensor of the window's shape that is never read tells
/// linalg the extents of the taps.
struct PoolLoops {
  SmallVector<AffineMap> maps;
  SmallVector<utils::IteratorType> iterators;
  SmallVector<OpFoldResult> extents;
  /// The dimensions along which the window is wider than 1, and their taps' loops.
  SmallVector<int64_t> taps;
  Value window;

  template <typename Op> PoolLoops(LoweringBuilder &builder, Op op, Value padded) {
    MLIRContext *context = builder.builder.getContext();
    auto type = cast<RankedTensorType>(padded.getType());
    int64_t rank = type.getRank();
    SmallVector<int64_t> windowShape;
    for (int64_t d = 0; d < rank; ++d) {
      extents.push_back(codegen::windowCount(builder, builder.extent(padded, d), op.getWindow()[d],
                                             op.getDilation()[d], op.getStride()[d]));
      if (op.getWindow()[d] == 1)
        continue;
      taps.push_back(d);
      windowShape.push_back(op.getWindow()[d]);
    }
    int64_t loops = rank + taps.size();
    SmallVector<AffineExpr> x, windowExprs;
    for (int64_t d = 0; d < rank; ++d)
      x.push_back(getAffineDimExpr(d, context) * op.getStride()[d]);
    for (auto [position, d] : llvm::enumerate(taps)) {
      AffineExpr tap = getAffineDimExpr(rank + position, context);
      x[d] = x[d] + tap * op.getDilation()[d];
      windowExprs.push_back(tap);
    }
    maps = {AffineMap::get(loops, 0, x, context), AffineMap::get(loops, 0, windowExprs, context)};
    resultMap = codegen::mapToFirstLoops(context, loops, rank);
    iterators.assign(loops, utils::IteratorType::reduction);
    std::fill_n(iterators.begin(), rank, utils::IteratorType::parallel);
    window = builder.empty(RankedTensorType::get(windowShape, builder.builder.getI8Type()), {});
  }

  AffineMap resultMap;
};

Value padForPool(LoweringBuilder &builder, Value x, ArrayRef<int64_t> low, ArrayRef<int64_t> high, Combiner combiner,
                 Type elementType) {
  Value border = builder.store(codegen::neutral(builder, combiner, elementType), elementType);
  return codegen::pad(builder, x, low, high, border);
}

LogicalResult lowerPool(ts::PoolOp op, ts::PoolOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  auto resultType = cast<RankedTensorType>(op.getType());
  Type elementType = resultType.getElementType();
  Combiner combiner = op.getKind() == ts::PoolKind::Max ? Combiner::Max : Combiner::Sum;
  Value x = padForPool(builder, operands.getX(), op.getPadLow(), op.getPadHigh(), combiner, elementType);
  PoolLoops loops(builder, op, x);
  Type computed = codegen::computeElementType(elementType);
  Type memory = codegen::memoryElementType(elementType);
  Type accumulator = isa<FloatType>(computed) ? computed : memory;
  auto type = resultType.clone(accumulator);
  Value initial = codegen::neutral(builder, combiner, elementType);
  Value start =
      builder.filled(type, loops.extents, accumulator == computed ? initial : builder.store(initial, elementType));
  auto generic = linalg::GenericOp::create(
      rewriter, op.getLoc(), TypeRange(type), ValueRange{x, loops.window}, start,
      {loops.maps[0], loops.maps[1], loops.resultMap}, loops.iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        LoweringBuilder inner(nested, loc);
        Value element = inner.load(arguments[0], elementType);
        Value sofar = accumulator == computed ? Value(arguments[2]) : inner.load(arguments[2], elementType);
        Value result = codegen::combine(inner, combiner, sofar, element, elementType);
        linalg::YieldOp::create(nested, loc, accumulator == computed ? result : inner.store(result, elementType));
      });
  Value result = generic.getResult(0);
  if (accumulator != memory)
    result = builder.elementwise(resultType.clone(memory), loops.extents, result, {},
                                 [&](OpBuilder &nested, ValueRange arguments) {
                                   return LoweringBuilder(nested, op.getLoc()).store(arguments[0], elementType);
                                 });
  rewriter.replaceOp(op, result);
  return success();
}

LogicalResult lowerArgPool(ts::ArgPoolOp op, ts::ArgPoolOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Type elementType = cast<RankedTensorType>(op.getX().getType()).getElementType();
  auto positionType = cast<RankedTensorType>(op.getType());
  int64_t rank = positionType.getRank();
  Value x = padForPool(builder, operands.getX(), op.getPadLow(), op.getPadHigh(), Combiner::Max, elementType);
  PoolLoops loops(builder, op, x);
  // The plane: from the first dimension that the window is wider than, moves along or is padded in.
  int64_t first = rank;
  for (int64_t d = rank - 1; d >= 0; --d)
    if (op.getWindow()[d] != 1 || op.getStride()[d] != 1 || op.getPadLow()[d] != 0 || op.getPadHigh()[d] != 0)
      first = d;
  SmallVector<Value> planeExtents;
  for (int64_t d = first; d < rank; ++d)
    planeExtents.push_back(builder.materialize(builder.extent(operands.getX(), d)));

  auto valueType = positionType.clone(codegen::memoryElementType(elementType));
  Value lowest = builder.store(codegen::neutral(builder, Combiner::Max, elementType), elementType);
  Value values = builder.filled(valueType, loops.extents, lowest);
  Value positions = builder.filled(positionType, loops.extents, builder.integer(-1));
  auto generic = linalg::GenericOp::create(
      rewriter, op.getLoc(), TypeRange{valueType, positionType}, ValueRange{x, loops.window},
      ValueRange{values, positions}, {loops.maps[0], loops.maps[1], loops.resultMap, loops.resultMap},
      loops.iterators, [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        LoweringBuilder inner(nested, loc);
        Value element = inner.load(arguments[0], elementType);
        Value best = inner.load(arguments[2], elementType);
        // The first tap inside is taken whatever it is; NaN replaces everything, also another NaN.
        Value wins = codegen::beats(inner, true, element, best, elementType);
        if (isa<FloatType>(element.getType())) {
          Value isNan = arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::UNO, element, element);
          wins = arith::OrIOp::create(nested, loc, wins, isNan);
        }
        Value none = arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::eq, arguments[3], inner.integer(-1));
        Value flat = inner.index(0);
        Value inside = inner.integer(1, 1);
        for (int64_t d = first; d < rank; ++d) {
          Value at = arith::MulIOp::create(nested, loc, linalg::IndexOp::create(nested, loc, d),
                                           inner.index(op.getStride()[d]));
          if (auto *tap = llvm::find(loops.taps, d); tap != loops.taps.end()) {
            Value index = linalg::IndexOp::create(nested, loc, rank + (tap - loops.taps.begin()));
            at = arith::AddIOp::create(
                nested, loc, at, arith::MulIOp::create(nested, loc, index, inner.index(op.getDilation()[d])));
          }
          at = arith::SubIOp::create(nested, loc, at, inner.index(op.getPadLow()[d]));
          Value extent = planeExtents[d - first];
          Value within = arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::ult, at, extent);
          inside = arith::AndIOp::create(nested, loc, inside, within);
          flat = arith::AddIOp::create(nested, loc, arith::MulIOp::create(nested, loc, flat, extent), at);
        }
        wins = arith::AndIOp::create(nested, loc, inside, arith::OrIOp::create(nested, loc, wins, none));
        Value here = arith::IndexCastOp::create(nested, loc, nested.getI64Type(), flat);
        Value value = arith::SelectOp::create(nested, loc, wins, arguments[0], arguments[2]);
        Value position = arith::SelectOp::create(nested, loc, wins, here, arguments[3]);
        linalg::YieldOp::create(nested, loc, ValueRange{value, position});
      });
  rewriter.replaceOp(op, generic.getResult(1));
  return success();
}

} // namespace

void codegen::attachPoolingLowerings(MLIRContext &context) {
  attachLowering<ts::ArgPoolOp, lowerArgPool>(context);
  attachLowering<ts::PoolOp, lowerPool>(context);
}
