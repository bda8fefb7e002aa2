// Lowering of scans: each element is combined with those before it along a dimension.
//
// Lines that lie beside each other are scanned side by side, in the lanes of vectors. A line along the innermost dimension is scanned
// vector by vector: within one by steps of 1, 2 and 4 lanes, so that only one combination in eight elements waits for the one before.

#include "codegen/Lowering/Combiner.h"
#include "codegen/Lowering/Families.h"
#include "codegen/Lowering/LoweringBuilder.h"
#include "codegen/Lowering/VectorLoops.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace sconce;
using codegen::Combiner;
using codegen::forEach;
using codegen::forEachPosition;
using codegen::forEachRun;
using codegen::hasVectors;
using codegen::LoweringBuilder;
using codegen::readVector;
using codegen::writeVector;

namespace {

/// `scalar` in all lanes where `like` is a vector, else as it is.
Value splatLike(LoweringBuilder &builder, Value scalar, Value like) {
  auto vector = dyn_cast<VectorType>(like.getType());
  return vector ? vector::BroadcastOp::create(builder.builder, builder.loc, vector, scalar).getResult() : scalar;
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
                                           splatLike(builder, codegen::neutral(builder, Combiner::Min, getElementTypeOrSelf(a)), a));
  return arith::SelectOp::create(nested, loc, arith::AndIOp::create(nested, loc, equal, isInfinite), high, sum);
}

/// What a scan of elements of a type combines, and how; of scalars as of vectors.
class Combination {
public:
  Combination(ts::ScanKind kind, Type elementType) : kind(kind), elementType(elementType) {
    running = codegen::computeElementType(elementType);
    // A line may be long: PyTorch sums f32 in f64, too.
    if (running.isF32() && (kind == ts::ScanKind::Sum || kind == ts::ScanKind::Prod))
      running = Float64Type::get(elementType.getContext());
  }

  /// What any line begins with.
  Value start(LoweringBuilder &builder) const {
    if (kind == ts::ScanKind::LogSumExp)
      return codegen::neutral(builder, Combiner::Max, running);
    return codegen::neutral(builder, combiner(), isa<IntegerType>(running) ? elementType : running);
  }

  Value combine(LoweringBuilder &builder, Value sofar, Value element) const {
    if (kind == ts::ScanKind::LogSumExp)
      return logAddExp(builder, sofar, element);
    return codegen::combine(builder, combiner(), sofar, element, elementType);
  }

  /// An element, or a vector of such as `hasVectors` has, as it is in memory as what is combined, and back.
  Value widen(LoweringBuilder &builder, Value element) const {
    if (!isa<VectorType>(element.getType()))
      element = builder.load(element, elementType);
    Type type = cloneLike(element, running);
    return element.getType() == type ? element : arith::ExtFOp::create(builder.builder, builder.loc, type, element).getResult();
  }
  Value narrow(LoweringBuilder &builder, Value value) const {
    Type type = cloneLike(value, codegen::computeElementType(elementType));
    if (value.getType() != type)
      value = arith::TruncFOp::create(builder.builder, builder.loc, type, value);
    return isa<VectorType>(type) ? value : builder.store(value, elementType);
  }

private:
  static Type cloneLike(Value like, Type element) {
    auto vector = dyn_cast<VectorType>(like.getType());
    return vector ? Type(vector.clone(element)) : element;
  }

  Combiner combiner() const {
    switch (kind) {
    case ts::ScanKind::Sum: return Combiner::Sum;
    case ts::ScanKind::Prod: return Combiner::Prod;
    case ts::ScanKind::Max: return Combiner::Max;
    case ts::ScanKind::Min: return Combiner::Min;
    case ts::ScanKind::LogSumExp: break;
    }
    llvm_unreachable("log-sum-exp is no reduction");
  }

  ts::ScanKind kind;
  Type elementType, running;
};

/// Scans a tensor along a dimension into another one, both given as `position`s whose other dimensions are set.
class VectorScan {
public:
  VectorScan(const Combination &combination, Value x, int64_t dim) : combination(combination), x(x), dim(dim) {}

  /// One line along the last dimension.
  Value scanLine(LoweringBuilder &builder, SmallVector<Value> position, Value target) const {
    Value start = combination.start(builder);
    return forEachRun(builder, builder.extent(x, dim), {lanes, 1}, {target, start},
                      [&](int64_t width, Value from, Value to, ValueRange carried) -> SmallVector<Value> {
                        Value sofar = splat(builder, carried[1], width);
                        auto results = forEach(builder, from, to, width, {carried[0], sofar},
                                               [&](LoweringBuilder &inner, Value at, ValueRange now) -> SmallVector<Value> {
                                                 position[dim] = at;
                                                 Value prefix = scanLanes(inner, read(inner, position, width));
                                                 Value all = combination.combine(inner, now[1], prefix);
                                                 Value last = spreadLast(inner, prefix);
                                                 return {write(inner, all, now[0], position),
                                                         combination.combine(inner, now[1], last)};
                                               });
                        return {results[0], vector::ExtractOp::create(builder.builder, builder.loc, results[1], ArrayRef<int64_t>{0})};
                      })
        .front();
  }

  /// All lines that begin at elements of the last dimension.
  Value scanLines(LoweringBuilder &builder, SmallVector<Value> position, Value target) const {
    Value start = combination.start(builder), zero = builder.index(0), length = builder.materialize(builder.extent(x, dim));
    int64_t last = position.size() - 1;
    auto scanColumns = [&](LoweringBuilder &inner, int64_t width, Value column, Value into) {
      position[last] = column;
      return forEach(inner, zero, length, 1, {into, splat(inner, start, width)},
                     [&](LoweringBuilder &step, Value at, ValueRange now) -> SmallVector<Value> {
                       position[dim] = at;
                       Value all = combination.combine(step, now[1], read(step, position, width));
                       return {write(step, all, now[0], position), all};
                     })
          .front();
    };
    return forEachRun(builder, builder.extent(x, last), {4 * lanes, lanes, 1}, target,
                      [&](int64_t width, Value from, Value to, ValueRange carried) {
                        return forEach(builder, from, to, width, carried,
                                       [&](LoweringBuilder &inner, Value column, ValueRange now) -> SmallVector<Value> {
                                         return {scanColumns(inner, width, column, now.front())};
                                       });
                      })
        .front();
  }

private:
  /// As many f64 as the widest vectors hold.
  static constexpr int64_t lanes = 8;

  Value splat(LoweringBuilder &builder, Value scalar, int64_t width) const {
    return vector::BroadcastOp::create(builder.builder, builder.loc, VectorType::get(width, scalar.getType()), scalar);
  }
  Value read(LoweringBuilder &builder, ValueRange position, int64_t width) const {
    return combination.widen(builder, readVector(builder, x, position, width));
  }
  Value write(LoweringBuilder &builder, Value values, Value into, ValueRange position) const {
    return writeVector(builder, combination.narrow(builder, values), into, position);
  }

  /// Combines each lane with those before it.
  Value scanLanes(LoweringBuilder &builder, Value values) const {
    int64_t width = cast<VectorType>(values.getType()).getNumElements();
    for (int64_t step = 1; step < width; step *= 2) {
      // The first lanes have none at this distance. Shifting in what is neutral would become an expansion by a mask, which is slow.
      SmallVector<int64_t> from;
      SmallVector<bool> hasBefore;
      for (int64_t lane = 0; lane < width; ++lane) {
        from.push_back(std::max<int64_t>(lane - step, 0));
        hasBefore.push_back(lane >= step);
      }
      Value before = vector::ShuffleOp::create(builder.builder, builder.loc, values, values, from);
      Value mask = arith::ConstantOp::create(builder.builder, builder.loc, builder.builder.getBoolVectorAttr(hasBefore));
      values = arith::SelectOp::create(builder.builder, builder.loc, mask, combination.combine(builder, before, values), values);
    }
    return values;
  }
  Value spreadLast(LoweringBuilder &builder, Value values) const {
    int64_t width = cast<VectorType>(values.getType()).getNumElements();
    return vector::ShuffleOp::create(builder.builder, builder.loc, values, values, SmallVector<int64_t>(width, width - 1));
  }

  const Combination &combination;
  Value x;
  int64_t dim;
};

/// Loops over the positions in all dimensions but those of `inner`, which `body` sets.
Value forEachOuter(LoweringBuilder &builder, Value x, ArrayRef<int64_t> inner, Value target,
                   llvm::function_ref<Value(LoweringBuilder &, SmallVector<Value> position, Value target)> body) {
  int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  SmallVector<int64_t> outer;
  SmallVector<OpFoldResult> extents;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(inner, dim)) {
      outer.push_back(dim);
      extents.push_back(builder.extent(x, dim));
    }
  return forEachPosition(builder, extents, target,
                         [&](LoweringBuilder &within, ValueRange at, ValueRange carried) -> SmallVector<Value> {
                           SmallVector<Value> position(rank);
                           for (auto [dim, index] : llvm::zip_equal(outer, at))
                             position[dim] = index;
                           return {body(within, position, carried.front())};
                         })
      .front();
}

/// Loops over all elements of `x`, those of a line along `dim` innermost. `body` gets the position and what is carried, which is the
/// target and then, anew on each line, `starts`, and returns their next versions.
Value forEachOnLines(LoweringBuilder &builder, Value x, int64_t dim, Value target, ValueRange starts,
                     llvm::function_ref<SmallVector<Value>(LoweringBuilder &, ValueRange position, ValueRange carried)> body) {
  Value length = builder.materialize(builder.extent(x, dim));
  return forEachOuter(builder, x, {dim}, target, [&](LoweringBuilder &line, SmallVector<Value> position, Value into) {
    SmallVector<Value> carried{into};
    llvm::append_range(carried, starts);
    return forEach(line, line.index(0), length, 1, carried, [&](LoweringBuilder &inner, Value at, ValueRange now) {
             position[dim] = at;
             return body(inner, position, now);
           })
        .front();
  });
}

LogicalResult lowerScan(ts::ScanOp op, ts::ScanOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getRank() == 0) {
    rewriter.replaceOp(op, x);
    return success();
  }
  int64_t dim = op.getDim(), last = type.getRank() - 1;
  Combination combination(op.getKind(), getElementTypeOrSelf(op.getX()));
  Value target = builder.empty(type, builder.extents(x));
  if (hasVectors(getElementTypeOrSelf(op.getX()))) {
    VectorScan scan(combination, x, dim);
    auto scanFrom = [&](LoweringBuilder &inner, SmallVector<Value> position, Value into) {
      return dim == last ? scan.scanLine(inner, position, into) : scan.scanLines(inner, position, into);
    };
    rewriter.replaceOp(op, forEachOuter(builder, x, {dim, last}, target, scanFrom));
    return success();
  }
  rewriter.replaceOp(op, forEachOnLines(builder, x, dim, target, combination.start(builder),
                                        [&](LoweringBuilder &inner, ValueRange position, ValueRange carried) -> SmallVector<Value> {
    Value element = combination.widen(inner, tensor::ExtractOp::create(inner.builder, inner.loc, x, position));
    Value value = combination.combine(inner, carried[1], element);
    return {tensor::InsertOp::create(inner.builder, inner.loc, combination.narrow(inner, value), carried[0], position), value};
  }));
  return success();
}

LogicalResult lowerArgScan(ts::ArgScanOp op, ts::ArgScanOp::Adaptor operands, ConversionPatternRewriter &rewriter) {
  LoweringBuilder builder(rewriter, op.getLoc());
  Value x = operands.getX();
  Type elementType = getElementTypeOrSelf(op.getX());
  auto type = cast<RankedTensorType>(op.getType());
  bool largest = op.getKind() == ts::ExtremumKind::Max;
  if (type.getRank() == 0) {
    rewriter.replaceOp(op, builder.filled(type, {}, builder.integer(0)));
    return success();
  }
  Value start = builder.number(codegen::computeElementType(elementType), 0);
  Value target = builder.empty(type, builder.extents(x));
  Value scanned = forEachOnLines(
      builder, x, op.getDim(), target, {start, builder.integer(0)},
      [&](LoweringBuilder &inner, ValueRange position, ValueRange carried) -> SmallVector<Value> {
        OpBuilder &nested = inner.builder;
        Location loc = inner.loc;
        Value element = inner.load(tensor::ExtractOp::create(nested, loc, x, position), elementType);
        Value along = position[op.getDim()];
        // Of equals the last position is reported: the element replaces the best unless the best beats it.
        Value keeps = codegen::beats(inner, largest, carried[1], element, elementType);
        Value notFirst = arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::ne, along, inner.index(0));
        keeps = arith::AndIOp::create(nested, loc, keeps, notFirst);
        Value here = arith::IndexCastOp::create(nested, loc, nested.getI64Type(), along);
        Value best = arith::SelectOp::create(nested, loc, keeps, carried[1], element);
        Value where = arith::SelectOp::create(nested, loc, keeps, carried[2], here);
        return {tensor::InsertOp::create(nested, loc, where, carried[0], position), best, where};
      });
  rewriter.replaceOp(op, scanned);
  return success();
}

} // namespace

void codegen::attachScanLowerings(MLIRContext &context) {
  attachLowering<ts::ArgScanOp, lowerArgScan>(context);
  attachLowering<ts::ScanOp, lowerScan>(context);
}
