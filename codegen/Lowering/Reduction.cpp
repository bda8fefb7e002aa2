// Lowering of reductions and scans.

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

Type elementTypeOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getElementType(); }

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
  Type elementType = elementTypeOf(op.getX());
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
        Value sofar = arguments[1].getType() == computed ? Value(arguments[1]) : inner.load(arguments[1], elementType);
        Value result = codegen::combine(inner, combiner, sofar, element, elementType);
        if (result.getType() != accumulator)
          result = inner.store(result, elementType);
        linalg::YieldOp::create(nested, loc, result);
      });
  rewriter.replaceOp(op, roundAccumulator(builder, generic.getResult(0), elementType));
  return success();
}

LogicalResult lowerArgReduce(ts::ArgReduceOp op, ts::ArgReduceOp::Adaptor operands,
                             ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = elementTypeOf(op.getX());
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

/// log(exp(a) + exp(b)) without overflow.
Value logAddExp(LoweringBuilder &builder, Value a, Value b) {
  OpBuilder &nested = builder.builder;
  Location loc = builder.loc;
  Value high = arith::MaximumFOp::create(nested, loc, a, b);
  Value low = arith::MinimumFOp::create(nested, loc, a, b);
  Value difference = arith::SubFOp::create(nested, loc, low, high);
  Value sum = arith::AddFOp::create(
      nested, loc, high, math::Log1pOp::create(nested, loc, math::ExpOp::create(nested, loc, difference)));
  // Equal infinities have no difference.
  Value equal = arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::OEQ, a, b);
  Value isInfinite = arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::OEQ,
                                           math::AbsFOp::create(nested, loc, high),
                                           codegen::neutral(builder, Combiner::Min, high.getType()));
  return arith::SelectOp::create(nested, loc, arith::AndIOp::create(nested, loc, equal, isInfinite), high, sum);
}

Value combineScan(LoweringBuilder &builder, ts::ScanKind kind, Value sofar, Value element, Type elementType) {
  switch (kind) {
  case ts::ScanKind::Sum: return codegen::combine(builder, Combiner::Sum, sofar, element, elementType);
  case ts::ScanKind::Prod: return codegen::combine(builder, Combiner::Prod, sofar, element, elementType);
  case ts::ScanKind::Max: return codegen::combine(builder, Combiner::Max, sofar, element, elementType);
  case ts::ScanKind::Min: return codegen::combine(builder, Combiner::Min, sofar, element, elementType);
  case ts::ScanKind::LogSumExp: return logAddExp(builder, sofar, element);
  }
  llvm_unreachable("all kinds are handled");
}

/// Loops over all positions of `x` with `dim` innermost. `body` gets the position and the carried values (tensors, then one
/// running scalar for each of `starts`, which begins anew on each line along `dim`) and returns their next versions.
using LineBody =
    llvm::function_ref<SmallVector<Value>(LoweringBuilder &, ValueRange position, ValueRange tensors, ValueRange running)>;

SmallVector<Value> scanLines(LoweringBuilder &builder, Value x, int64_t dim, ValueRange tensors, ValueRange starts,
                             LineBody body) {
  OpBuilder &b = builder.builder;
  Location loc = builder.loc;
  SmallVector<Value> lower, upper, step;
  SmallVector<OpFoldResult> extents = builder.extents(x);
  for (auto [position, extent] : llvm::enumerate(extents)) {
    if (static_cast<int64_t>(position) == dim)
      continue;
    lower.push_back(builder.index(0));
    upper.push_back(builder.materialize(extent));
    step.push_back(builder.index(1));
  }
  Value length = builder.materialize(extents[dim]);
  auto line = [&](OpBuilder &nested, Location, ValueRange outer, ValueRange carried) -> scf::ValueVector {
    SmallVector<Value> inits(carried);
    llvm::append_range(inits, starts);
    LoweringBuilder inLine(nested, loc);
    auto loop = scf::ForOp::create(
        nested, loc, inLine.index(0), length, inLine.index(1), inits,
        [&](OpBuilder &innermost, Location, Value along, ValueRange iterated) {
          SmallVector<Value> position(outer);
          position.insert(position.begin() + dim, along);
          LoweringBuilder inner(innermost, loc);
          scf::YieldOp::create(innermost, loc,
                               body(inner, position, iterated.take_front(carried.size()),
                                    iterated.drop_front(carried.size())));
        });
    return scf::ValueVector(loop.getResults().take_front(carried.size()));
  };
  if (lower.empty())
    return SmallVector<Value>(line(b, loc, {}, tensors));
  return SmallVector<Value>(scf::buildLoopNest(b, loc, lower, upper, step, tensors, line).results);
}

LogicalResult lowerScan(ts::ScanOp op, ts::ScanOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = elementTypeOf(op.getX());
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() == 0) {
    rewriter.replaceOp(op, x);
    return success();
  }
  // The first element is taken as it is: no start value is neutral for all kinds.
  Value start = builder.number(codegen::computeElementType(elementType), 0);
  Value target = builder.empty(type, builder.extents(x));
  SmallVector<Value> results = scanLines(
      builder, x, op.getDim(), target, start,
      [&](LoweringBuilder &inner, ValueRange position, ValueRange tensors, ValueRange running) -> SmallVector<Value> {
        OpBuilder &nested = inner.builder;
        Value element = inner.load(tensor::ExtractOp::create(nested, inner.loc, x, position), elementType);
        Value combined = combineScan(inner, op.getKind(), running[0], element, elementType);
        Value first = arith::CmpIOp::create(nested, inner.loc, arith::CmpIPredicate::eq, position[op.getDim()],
                                            inner.index(0));
        Value value = arith::SelectOp::create(nested, inner.loc, first, element, combined);
        Value stored = inner.store(value, elementType);
        return {tensor::InsertOp::create(nested, inner.loc, stored, tensors[0], position), value};
      });
  rewriter.replaceOp(op, results.front());
  return success();
}

LogicalResult lowerArgScan(ts::ArgScanOp op, ts::ArgScanOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = elementTypeOf(op.getX());
  auto type = cast<RankedTensorType>(op.getType());
  bool largest = op.getKind() == ts::ExtremumKind::Max;
  if (type.getRank() == 0) {
    rewriter.replaceOp(op, builder.filled(type, {}, builder.integer(0)));
    return success();
  }
  Value start = builder.number(codegen::computeElementType(elementType), 0);
  Value target = builder.empty(type, builder.extents(x));
  SmallVector<Value> results = scanLines(
      builder, x, op.getDim(), target, ValueRange{start, builder.integer(0)},
      [&](LoweringBuilder &inner, ValueRange position, ValueRange tensors, ValueRange running) -> SmallVector<Value> {
        OpBuilder &nested = inner.builder;
        Location loc = inner.loc;
        Value element = inner.load(tensor::ExtractOp::create(nested, loc, x, position), elementType);
        Value along = position[op.getDim()];
        // Of equals the last position is reported: the element replaces the best unless the best beats it.
        Value keeps = codegen::beats(inner, largest, running[0], element, elementType);
        Value notFirst = arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::ne, along, inner.index(0));
        keeps = arith::AndIOp::create(nested, loc, keeps, notFirst);
        Value here = arith::IndexCastOp::create(nested, loc, nested.getI64Type(), along);
        Value best = arith::SelectOp::create(nested, loc, keeps, running[0], element);
        Value where = arith::SelectOp::create(nested, loc, keeps, running[1], here);
        return {tensor::InsertOp::create(nested, loc, where, tensors[0], position), best, where};
      });
  rewriter.replaceOp(op, results.front());
  return success();
}

} // namespace

void codegen::attachReductionLowerings(MLIRContext &context) {
  attachLowering<ts::ArgReduceOp, lowerArgReduce>(context);
  attachLowering<ts::ArgScanOp, lowerArgScan>(context);
  attachLowering<ts::ReduceOp, lowerReduce>(context);
  attachLowering<ts::ScanOp, lowerScan>(context);
}
