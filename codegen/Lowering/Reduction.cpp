// Lowering of reductions.

#include "codegen/Lowering/Combiner.h"
#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace sconce;
using codegen::Combiner;
using codegen::LoweringBuilder;

namespace {

Combiner combinerOf(ts::ReductionKind kind) {
  switch (kind) {
  case ts::ReductionKind::Sum: return Combiner::Sum;
  case ts::ReductionKind::Prod: return Combiner::Prod;
  case ts::ReductionKind::Max: return Combiner::Max;
  case ts::ReductionKind::Min: return Combiner::Min;
  case ts::ReductionKind::And: return Combiner::And;
  case ts::ReductionKind::Or: return Combiner::Or;
  case ts::ReductionKind::MaxNumber: return Combiner::MaxNumber;
  }
  llvm_unreachable("all kinds are handled");
}

/// The loops of a reduction: all dimensions of the input, those in `dims` reduced.
struct ReductionLoops {
  SmallVector<utils::IteratorType> iterators;
  AffineMap inputMap, resultMap;
  SmallVector<OpFoldResult> resultExtents;

  ReductionLoops(LoweringBuilder &builder, Value x, ArrayRef<int64_t> dims) {
    int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
    SmallVector<AffineExpr> kept;
    for (int64_t dim = 0; dim < rank; ++dim) {
      bool reduced = llvm::is_contained(dims, dim);
      iterators.push_back(reduced ? utils::IteratorType::reduction : utils::IteratorType::parallel);
      if (reduced)
        continue;
      kept.push_back(builder.builder.getAffineDimExpr(dim));
      resultExtents.push_back(builder.extent(x, dim));
    }
    inputMap = builder.builder.getMultiDimIdentityMap(rank);
    resultMap = AffineMap::get(rank, 0, kept, builder.builder.getContext());
  }
};

/// Rounds an accumulator in the compute type to the dtype in memory.
Value roundAccumulator(LoweringBuilder &builder, Value accumulated, Type elementType) {
  auto type = cast<RankedTensorType>(accumulated.getType());
  Type memory = codegen::memoryElementType(elementType);
  if (type.getElementType() == memory)
    return accumulated;
  return builder.elementwise(type.clone(memory), builder.extents(accumulated), accumulated, {},
                             [&](OpBuilder &nested, ValueRange arguments) {
                               return LoweringBuilder(nested, builder.loc).store(arguments[0], elementType);
                             });
}

LogicalResult lowerReduce(ts::ReduceOp op, ts::ReduceOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = getElementTypeOrSelf(op.getX());
  Type computed = codegen::computeElementType(elementType);
  Combiner combiner = combinerOf(op.getKind());
  ReductionLoops loops(builder, x, op.getDims());
  // Floats of 16 bits accumulate in f32; everything else in its type in memory.
  Type accumulator = isa<FloatType, ComplexType>(computed) ? computed : codegen::memoryElementType(elementType);
  auto type = cast<RankedTensorType>(op.getType()).clone(accumulator);
  Value initial = codegen::neutral(builder, combiner, elementType);
  if (initial.getType() != accumulator)
    initial = builder.store(initial, elementType);
  Value start = builder.filled(type, loops.resultExtents, initial);
  auto generic = linalg::GenericOp::create(
      rewriter, op.getLoc(), TypeRange(type), x, start, {loops.inputMap, loops.resultMap}, loops.iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        LoweringBuilder inner(nested, loc);
        Value element = inner.load(arguments[0], elementType);
        // Truth values are combined as the bytes 0 and 1, so that nothing stands between one combination and the next.
        if (element.getType() != accumulator)
          element = inner.store(element, elementType);
        linalg::YieldOp::create(nested, loc, codegen::combine(inner, combiner, arguments[1], element, elementType));
      });
  rewriter.replaceOp(op, roundAccumulator(builder, generic.getResult(0), elementType));
  return success();
}

LogicalResult lowerArgReduce(ts::ArgReduceOp op, ts::ArgReduceOp::Adaptor operands,
                             ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = getElementTypeOrSelf(op.getX());
  bool largest = op.getKind() == ts::ExtremumKind::Max;
  int64_t dim = op.getDim();
  ReductionLoops loops(builder, x, dim);
  auto indexType = cast<RankedTensorType>(op.getType());
  auto valueType = indexType.clone(codegen::memoryElementType(elementType));
  Value lowest = codegen::neutral(builder, largest ? Combiner::Max : Combiner::Min, elementType);
  Value values = builder.filled(valueType, loops.resultExtents, builder.store(lowest, elementType));
  Value positions = builder.filled(indexType, loops.resultExtents, builder.integer(0));
  auto generic = linalg::GenericOp::create(
      rewriter, op.getLoc(), TypeRange{valueType, indexType}, x, ValueRange{values, positions},
      {loops.inputMap, loops.resultMap, loops.resultMap}, loops.iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        LoweringBuilder inner(nested, loc);
        Value element = inner.load(arguments[0], elementType);
        Value best = inner.load(arguments[1], elementType);
        Value wins = codegen::beats(inner, largest, element, best, elementType);
        Value here = arith::IndexCastOp::create(nested, loc, nested.getI64Type(),
                                                linalg::IndexOp::create(nested, loc, dim));
        Value value = arith::SelectOp::create(nested, loc, wins, arguments[0], arguments[1]);
        Value position = arith::SelectOp::create(nested, loc, wins, here, arguments[2]);
        linalg::YieldOp::create(nested, loc, ValueRange{value, position});
      });
  rewriter.replaceOp(op, generic.getResult(1));
  return success();
}

} // namespace

void codegen::attachReductionLowerings(MLIRContext &context) {
  attachLowering<ts::ArgReduceOp, lowerArgReduce>(context);
  attachLowering<ts::ReduceOp, lowerReduce>(context);
}
