// Turns sums of products into register tiles.
//
// A tile of the result stays in vector registers during the whole reduction; each step reads a few vectors of one operand
// and broadcasts elements of the other. Upstream's vectorizer leaves transposes and shape casts in that inner loop, so
// the tile is written down directly. Matrix products and convolutions differ only in how many loops there are.
// It runs before buffers are placed, because a panel of packed elements is a buffer that the host provides.
// Requires: outlined kernels. Ensures: nothing beyond that; what is not tiled is left for sconce-lower-loops.

#include "codegen/Strategies/ContractionPlan.h"
#include "codegen/Strategies/KernelArguments.h"
#include "codegen/Strategies/LoopHints.h"
#include "codegen/Strategies/Passes.h"
#include "codegen/Strategies/SharedLoop.h"
#include "codegen/Strategies/VectorTranspose.h"
#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/RowKernel.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_LOWERCONTRACTIONSPASS
#include "codegen/Strategies/Passes.h.inc"

namespace {

/// A stretch of a loop that is tiled in one way.
struct Stretch {
  Product begin, end;
  int64_t step = 1;
};

/// Emits the tiles of one contraction.
class ContractionEmitter {
public:
  ContractionEmitter(OpBuilder &builder, const GroupNest &group, const ContractionPlan &plan,
                     const SumOfProducts &body, const TileTarget &target, Value panel, Value sumsBuffer)
      : builder(builder), group(group), nest(group.nests.front()), plan(plan), body(body), target(target),
        panel(panel), sumsBuffer(sumsBuffer), loc(nest.op.getLoc()), positions(nest.dims.size()) {}

  void emit();

private:
  using Body = llvm::function_ref<void()>;
  using Carried = SmallVector<Value>;

  void forEach(ArrayRef<unsigned> loops, Body body);
  void forEach(unsigned loop, const Stretch &stretch, Body body);
  void forEach(const Stretch &stretch, llvm::function_ref<void(Value)> body);
  Stretch clip(const Stretch &stretch);
  SmallVector<Stretch> split(const Product &size, ArrayRef<int64_t> steps);

  void columns();
  void stream();
  void pack(int64_t vectors, Value valid);
  void packDepthBlocks(int64_t vectors, Value valid);
  void packBlock(Value at, Value flat, const Product &rowStep, int64_t count, int64_t vectors, Value valid);
  Value getFlatPosition();
  void rows(int64_t lanes, int64_t vectors, Value valid);
  void findNextBlock();
  void openPrefetch(int64_t rowCount);
  void prefetch(Value flatDepth);
  void tile(int64_t lanes, int64_t vectors, Value valid, int64_t rowCount, int64_t outerCount);
  Carried reduce(size_t depth, Carried sums, int64_t lanes, int64_t vectors, Value valid, int64_t rowCount,
                 int64_t outerCount, Value flatDepth);
  Carried step(Carried sums, int64_t lanes, int64_t vectors, Value valid, int64_t rowCount, int64_t outerCount,
               Value flatDepth);
  bool pairsRows(int64_t lanes, int64_t vectors, Value valid, int64_t count) const;
  Carried pairSums(const Carried &sums, int64_t vectors);
  Carried separateSums(const Carried &sums, int64_t vectors, int64_t count);
  Value concatenate(Value a, Value b);
  Value multiplyAdd(Value a, Value b, Value sum);
  void finishInRows(const Carried &sums, int64_t lanes, int64_t vectors, Value valid, int64_t rowCount, int64_t outerCount);

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b);
  Value scale(Value position, const Product &stride);
  Value address(unsigned operand);
  static int64_t widthOf(Value valid, int64_t lanes, int64_t vector);
  Value maskFor(Value valid, int64_t lanes, int64_t vector);
  Value widen(unsigned operand, Value element);
  LanePosition positionOf(int64_t lanes, int64_t vector, Value valid, int64_t row, int64_t outerRow);
  bool isPacked() const { return plan.access != ContractionPlan::Direct; }

  OpBuilder &builder;
  const GroupNest &group;
  const LoopNest &nest;
  const ContractionPlan &plan;
  const SumOfProducts &body;
  const TileTarget &target;
  Value panel;      ///< a flat buffer, or null
  Value sumsBuffer; ///< a flat buffer for the sums of a tile, or null
  Location loc;
  SmallVector<Value> positions; ///< of each loop that is open
  Value sharedBegin;            ///< where the open range of the shared loop begins

  /// What the open tile prefetches of the block that comes next, where plan.prefetchedBlock says so.
  struct {
    Value block;      ///< where the next block begins
    Value first;      ///< where the tile's part of it begins
    int64_t step = 0; ///< how many elements each step of the reduction goes on
  } ahead;
};

} // namespace

Value ContractionEmitter::add(Value a, Value b) {
  if (!a)
    return b;
  return b ? builder.createOrFold<arith::AddIOp>(loc, a, b) : a;
}

Value ContractionEmitter::scale(Value position, const Product &stride) {
  if (!position || stride.isConstant(0))
    return {};
  if (stride.isConstant(1))
    return position;
  return arith::MulIOp::create(builder, loc, position, stride.build(builder, loc));
}

/// Where operand `operand` is at the open positions.
Value ContractionEmitter::address(unsigned operand) {
  const Access &access = nest.accesses[operand];
  Value sum;
  for (auto [position, stride] : llvm::zip_equal(positions, access.strides))
    sum = add(sum, scale(position, stride));
  if (!sum || !access.start.isConstant(0))
    sum = add(sum, access.start.build(builder, loc));
  return sum;
}

/// The stretches of a loop of `size` that go in `steps`, from the widest to 1 or to what is left.
SmallVector<Stretch> ContractionEmitter::split(const Product &size, ArrayRef<int64_t> steps) {
  SmallVector<Stretch> result;
  Product begin(0);
  for (int64_t step : steps) {
    Product end = size;
    if (size.isConstant()) {
      end = Product(size.factor - (size.factor - begin.factor) % step);
    } else if (step > 1) {
      // A step need not divide the one before it, so what is left is counted from where that one ends.
      Value all = size.build(builder, loc);
      Value left = builder.createOrFold<arith::SubIOp>(loc, all, begin.build(builder, loc));
      Value rest = arith::RemUIOp::create(builder, loc, left, constant(step));
      end = Product(arith::SubIOp::create(builder, loc, all, rest).getResult());
    }
    if (!size.isConstant() || end.factor > begin.factor)
      result.push_back({begin, end, step});
    begin = end;
  }
  if (size.isConstant() && begin.factor < size.factor)
    result.push_back({begin, size, size.factor - begin.factor});
  return result;
}

/// Runs `body` at each step of a stretch; without a loop when there is one step.
void ContractionEmitter::forEach(const Stretch &stretch, llvm::function_ref<void(Value)> body) {
  if (stretch.begin.isConstant() && stretch.end.isConstant() &&
      stretch.end.factor - stretch.begin.factor <= stretch.step)
    return body(constant(stretch.begin.factor));
  auto made = scf::ForOp::create(builder, loc, stretch.begin.build(builder, loc), stretch.end.build(builder, loc),
                                 constant(stretch.step));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(made.getBody());
  body(made.getInductionVar());
}

void ContractionEmitter::forEach(unsigned loop, const Stretch &stretch, Body body) {
  bool isShared = static_cast<int>(loop) == plan.sharedLoop;
  const Product &size = nest.dims[loop].size;
  if (isShared && stretch.step == plan.sharedStep && size.isConstant() && size.factor % stretch.step == 0) {
    positions[loop] = sharedBegin;
    body();
    positions[loop] = Value();
    return;
  }
  forEach(isShared ? clip(stretch) : stretch, [&](Value position) {
    positions[loop] = position;
    body();
  });
  positions[loop] = Value();
}

void ContractionEmitter::forEach(ArrayRef<unsigned> loops, Body body) {
  if (loops.empty())
    return body();
  forEach(loops.front(), Stretch{Product(0), nest.dims[loops.front()].size, 1},
          [&] { forEach(loops.drop_front(), body); });
}

static SmallVector<unsigned> without(ArrayRef<unsigned> loops, ArrayRef<int> taken) {
  SmallVector<unsigned> rest;
  for (unsigned loop : loops)
    if (!llvm::is_contained(taken, static_cast<int>(loop)))
      rest.push_back(loop);
  return rest;
}

void ContractionEmitter::emit() {
  OpBuilder::InsertionGuard guard(builder);
  if (plan.sharedLoop >= 0) {
    Value size = nest.dims[plan.sharedLoop].size.build(builder, loc);
    Value count = builder.createOrFold<arith::CeilDivUIOp>(loc, size, constant(plan.sharedStep));
    sharedBegin = scale(openSharedLoop(builder, loc, Product(count)), Product(plan.sharedStep));
  }
  forEach(plan.loops.batch, [&] {
    forEach(without(plan.loops.free[plan.wide], {static_cast<int>(plan.vectorLoop)}), [&] { plan.depthStep != 0 ? stream() : columns(); });
  });
}

/// What of a stretch of the shared loop lies in the open range of it. Ranges are whole tiles, and what is left after the tiles
/// is in the last one.
Stretch ContractionEmitter::clip(const Stretch &stretch) {
  const Product &size = nest.dims[plan.sharedLoop].size;
  Value begin = sharedBegin, end = add(begin, constant(plan.sharedStep));
  if (!stretch.begin.isConstant(0))
    begin = arith::MaxUIOp::create(builder, loc, begin, stretch.begin.build(builder, loc));
  if (!stretch.end.isConstant() || stretch.end.factor != size.factor || size.factor % plan.sharedStep != 0)
    end = arith::MinUIOp::create(builder, loc, end, stretch.end.build(builder, loc));
  return {Product(begin), Product(end), stretch.step};
}

/// The loop over vectors. What is left at its end is done under a mask, or, where masks are slow, on scalars.
void ContractionEmitter::columns() {
  const Product &size = nest.dims[plan.vectorLoop].size;
  int64_t width = plan.panelWidth();
  bool masks = target.maskedMemory || isPacked();
  SmallVector<int64_t> steps{width};
  if (!masks && size.isConstant() && size.factor % width > plan.lanes)
    steps.push_back(size.factor % width / plan.lanes * plan.lanes);
  if (!masks && plan.vectors > 1)
    steps.push_back(plan.lanes);
  if (!masks && size.isConstant())
    for (int64_t lanes = plan.lanes / 2; lanes > 1; lanes /= 2)
      steps.push_back(lanes);
  if (!masks)
    steps.push_back(1);
  else if (!size.isConstant())
    steps.push_back(0); // one step of the full width
  for (const Stretch &stretch : split(size, ArrayRef(steps).take_while([](int64_t s) { return s != 0; }))) {
    bool isFull = stretch.step == width;
    int64_t lanes = masks ? plan.lanes : std::min(plan.lanes, stretch.step);
    forEach(plan.vectorLoop, stretch, [&] {
      int64_t vectors = llvm::divideCeil(stretch.step, lanes);
      Value valid;
      if (!isFull && lanes > 1 && stretch.step % lanes != 0)
        valid = constant(stretch.step);
      rows(lanes, vectors, valid);
    });
  }
  if (!masks || size.isConstant())
    return;
  // A run-time rest: one more round of the full width, under a mask.
  Value all = size.build(builder, loc);
  Value rest = arith::RemUIOp::create(builder, loc, all, constant(width));
  Product begin(arith::SubIOp::create(builder, loc, all, rest).getResult());
  forEach(plan.vectorLoop, Stretch{begin, size, width}, [&] { rows(plan.lanes, plan.vectors, rest); });
}

/// All columns for a few steps of the reduction, then for the next few: the wide operand is read row by row, some rows at once.
/// The sums are in the panel meanwhile.
void ContractionEmitter::stream() {
  const int64_t lanes = plan.lanes;
  const unsigned depthLoop = plan.loops.reduction.front();
  const Access &wide = nest.accesses[plan.wide];
  const Product &size = nest.dims[plan.vectorLoop].size;
  auto type = VectorType::get({lanes}, wide.elementType);
  auto inColumns = [&](Body body) { forEach(plan.vectorLoop, Stretch{Product(0), size, lanes}, body); };
  auto placeOfSum = [&](int64_t row) { return add(positions[plan.vectorLoop], constant(row * size.factor)); };

  inColumns([&] {
    for (int64_t row = 0; row < plan.rows; ++row) {
      LanePosition at = positionOf(lanes, 0, Value(), row, 0);
      BodyEmitter leader(builder, nest, at);
      vector::StoreOp::create(builder, loc, leader.widen(group.loadInitial(leader, 0)), panel, placeOfSum(row));
    }
  });
  for (const Stretch &stretch : split(nest.dims[depthLoop].size, {plan.depthStep, 1}))
    forEach(stretch, [&](Value depth) {
      SmallVector<SmallVector<Value>> factors(stretch.step);
      for (int64_t d = 0; d < stretch.step; ++d) {
        positions[depthLoop] = add(depth, constant(d));
        Value start = address(plan.narrow());
        for (int64_t row = 0; row < plan.rows; ++row) {
          Value at = row == 0 ? start : add(start, scale(constant(row), nest.accesses[plan.narrow()].strides[plan.rowLoop]));
          Value element = memref::LoadOp::create(builder, loc, nest.accesses[plan.narrow()].flat, at);
          factors[d].push_back(vector::BroadcastOp::create(builder, loc, type, element));
        }
      }
      inColumns([&] {
        SmallVector<Value> sums;
        for (int64_t row = 0; row < plan.rows; ++row)
          sums.push_back(vector::LoadOp::create(builder, loc, type, panel, placeOfSum(row)));
        for (int64_t d = 0; d < stretch.step; ++d) {
          positions[depthLoop] = add(depth, constant(d));
          Value column = vector::LoadOp::create(builder, loc, type, wide.flat, address(plan.wide));
          for (auto [sum, factor] : llvm::zip_equal(sums, factors[d]))
            sum = multiplyAdd(factor, column, sum);
        }
        for (auto [row, sum] : llvm::enumerate(sums))
          vector::StoreOp::create(builder, loc, sum, panel, placeOfSum(static_cast<int64_t>(row)));
      });
      positions[depthLoop] = Value();
    });
  inColumns([&] {
    SmallVector<LanePosition> places;
    SmallVector<LaneValue> values;
    for (int64_t row = 0; row < plan.rows; ++row) {
      places.push_back(positionOf(lanes, 0, Value(), row, 0));
      values.push_back({LaneValue::Varying, vector::LoadOp::create(builder, loc, type, panel, placeOfSum(row))});
    }
    group.storeResults(builder, places, plan.rowLoop, 0, values, target.maskedMemory);
  });
}

/// The lanes of vector number `vector` of a tile of vectors of `lanes`, in which `valid` columns count: as few as cover the rest.
int64_t ContractionEmitter::widthOf(Value valid, int64_t lanes, int64_t vector) {
  constexpr int64_t fewest = 4;
  auto count = valid ? valid.getDefiningOp<arith::ConstantIndexOp>() : arith::ConstantIndexOp();
  if (!count || count.value() >= (vector + 1) * lanes)
    return lanes;
  int64_t rest = static_cast<int64_t>(llvm::PowerOf2Ceil(count.value() - vector * lanes));
  return std::min(lanes, std::max(rest, fewest));
}

/// The mask of vector number `vector` of a tile in which `valid` columns count; null when all lanes do.
Value ContractionEmitter::maskFor(Value valid, int64_t lanes, int64_t vector) {
  if (!valid || lanes == 1)
    return {};
  int64_t width = widthOf(valid, lanes, vector);
  if (auto count = valid.getDefiningOp<arith::ConstantIndexOp>(); count && count.value() >= vector * lanes + width)
    return {};
  auto type = VectorType::get({width}, builder.getI32Type());
  Value left = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), valid);
  Value numbers = makeLaneNumbers(builder, loc, type);
  Value first = arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(vector * lanes));
  left = arith::SubIOp::create(builder, loc, left, first);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, numbers,
                               vector::BroadcastOp::create(builder, loc, type, left));
}

Value ContractionEmitter::widen(unsigned operand, Value element) {
  Operation *conversion = body.widen[operand];
  if (!conversion)
    return element;
  Type type = conversion->getResult(0).getType();
  if (auto vector = dyn_cast<VectorType>(element.getType()))
    type = vector.clone(type);
  IRMapping mapping;
  mapping.map(conversion->getOperand(0), element);
  Operation *clone = builder.clone(*conversion, mapping);
  clone->getResult(0).setType(type);
  return clone->getResult(0);
}

/// Copies the elements of the wide operand for the open columns into the panel, [depth][column].
void ContractionEmitter::pack(int64_t vectors, Value valid) {
  if (plan.access == ContractionPlan::Transposed && plan.depthLoop >= 0)
    return packDepthBlocks(vectors, valid);
  const Access &access = nest.accesses[plan.wide];
  forEach(plan.loops.reduction, [&] {
    Value from = address(plan.wide);
    Value to = arith::MulIOp::create(builder, loc, getFlatPosition(), constant(vectors * plan.lanes));
    for (int64_t v = 0; v < vectors; ++v) {
      int64_t width = widthOf(valid, plan.lanes, v);
      auto type = VectorType::get({width}, access.elementType);
      Value mask = maskFor(valid, plan.lanes, v);
      Product stride = access.strides[plan.vectorLoop];
      Value at = add(from, scale(constant(v * plan.lanes), stride));
      Value read;
      if (!stride.isConstant(1)) {
        auto indexType = VectorType::get({width}, builder.getIndexType());
        Value offsets = arith::MulIOp::create(
            builder, loc, makeLaneNumbers(builder, loc, indexType),
            vector::BroadcastOp::create(builder, loc, indexType, stride.build(builder, loc)));
        if (!mask)
          mask = arith::ConstantOp::create(
              builder, loc, DenseElementsAttr::get(VectorType::get({width}, builder.getI1Type()), true));
        Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
        read = vector::GatherOp::create(builder, loc, type, access.flat, at, offsets, mask, zero);
      } else {
        read = loadNeighbours(builder, loc, type, access.flat, at, mask);
      }
      vector::StoreOp::create(builder, loc, read, panel, add(to, constant(v * plan.lanes)));
    }
  });
}

/// Reads `count` elements along the depth of each column of a block into registers, transposes them and stores them as
/// `count` rows of the panel, each `rowStep`th from number `flat` on. `at` is the block's first element.
void ContractionEmitter::packBlock(Value at, Value flat, const Product &rowStep, int64_t count, int64_t vectors, Value valid) {
  const Access &access = nest.accesses[plan.wide];
  int64_t lanes = plan.lanes;
  auto type = VectorType::get({lanes}, access.elementType);
  Value to = arith::MulIOp::create(builder, loc, flat, constant(vectors * lanes));
  Value mask;
  if (count != lanes) {
    auto numbers = VectorType::get({lanes}, builder.getI32Type());
    Value end = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(numbers, builder.getI32IntegerAttr(count)));
    mask = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, makeLaneNumbers(builder, loc, numbers), end);
  }
  for (int64_t v = 0; v < vectors; ++v) {
    SmallVector<Value> block;
    for (int64_t column = 0; column < lanes; ++column) {
      Value number = constant(v * lanes + column);
      // Columns past the end are read from the last one: their results are not stored.
      if (valid)
        number = builder.createOrFold<arith::MinSIOp>(
            loc, number, builder.createOrFold<arith::SubIOp>(loc, valid, constant(1)));
      Value from = add(at, scale(number, access.strides[plan.vectorLoop]));
      block.push_back(loadNeighbours(builder, loc, type, access.flat, from, mask));
    }
    transposeInRegisters(builder, loc, block);
    for (int64_t d = 0; d < count; ++d) {
      Value row = scale(constant(d * vectors * lanes), rowStep);
      vector::StoreOp::create(builder, loc, block[d], panel, add(add(to, row), constant(v * lanes)));
    }
  }
}

/// Packs blocks of lanes × lanes elements that are transposed in registers; a rest is packed row by row.
void ContractionEmitter::packDepthBlocks(int64_t vectors, Value valid) {
  if (std::optional<Product> size = plan.flattenDepth(nest, 1)) {
    Value start = address(plan.wide);
    for (const Stretch &stretch : split(*size, {plan.lanes, 1}))
      forEach(stretch, [&](Value flat) { packBlock(add(start, flat), flat, Product(1), stretch.step, vectors, valid); });
    return;
  }
  unsigned depthLoop = plan.depthLoop;
  Product rowStep(1);
  for (unsigned loop : llvm::reverse(plan.loops.reduction)) {
    if (loop == depthLoop)
      break;
    rowStep = rowStep * nest.dims[loop].size;
  }
  std::function<void(size_t, Value)> open = [&](size_t level, Value flat) {
    if (level == plan.loops.reduction.size()) {
      // The loop with stride 1 is the innermost here, whatever its place.
      for (const Stretch &stretch : split(nest.dims[depthLoop].size, {plan.lanes, 1}))
        forEach(depthLoop, stretch,
                [&] { packBlock(address(plan.wide), getFlatPosition(), rowStep, stretch.step, vectors, valid); });
      return;
    }
    unsigned loop = plan.loops.reduction[level];
    if (loop == depthLoop)
      return open(level + 1, flat);
    forEach(loop, Stretch{Product(0), nest.dims[loop].size, 1}, [&] { open(level + 1, flat); });
  };
  open(0, Value());
}

/// The number of the open position along the whole reduction.
Value ContractionEmitter::getFlatPosition() {
  Value flat;
  for (unsigned loop : plan.loops.reduction)
    flat = add(scale(flat, nest.dims[loop].size), positions[loop]);
  return flat;
}

static constexpr int64_t lineBytes = 64; ///< of the caches of all targets

/// The block after the one that the open columns read; the same one again at the end.
void ContractionEmitter::findNextBlock() {
  Value here = address(plan.wide), next = add(here, constant(plan.prefetchedBlock));
  Value end = add(nest.accesses[plan.wide].start.build(builder, loc), constant(countSpan(nest, plan.wide)));
  Value isInside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, next, end);
  ahead.block = arith::SelectOp::create(builder, loc, isInside, next, here);
}

/// Finds the open tile's part of the next block: what is to it as the `rowCount` rows of the tile are to all. Where only run time knows
/// how many there are, each tile takes a cache line for each step until all is taken.
void ContractionEmitter::openPrefetch(int64_t rowCount) {
  Value row;
  Product rows(1);
  for (unsigned loop : plan.loops.free[plan.narrow()]) {
    row = add(scale(row, nest.dims[loop].size), positions[loop]);
    rows = rows * nest.dims[loop].size;
  }
  int64_t width = nest.dims[plan.vectorLoop].size.factor, depth = plan.prefetchedBlock / width;
  if (rows.isConstant()) {
    ahead.step = llvm::divideCeil(rowCount * width, rows.factor);
    Value skipped = arith::DivUIOp::create(builder, loc, scale(row, Product(plan.prefetchedBlock)), constant(rows.factor));
    ahead.first = add(ahead.block, skipped);
    return;
  }
  ahead.step = std::min(width, lineBytes / getElementBytes(nest.accesses[plan.wide].elementType));
  Value tiles = arith::DivUIOp::create(builder, loc, row, constant(plan.rows * plan.outerRows));
  Value skipped = scale(tiles, Product(depth * ahead.step));
  ahead.first = add(ahead.block, arith::MinUIOp::create(builder, loc, skipped, constant(plan.prefetchedBlock - depth * ahead.step)));
}

/// What one step of the reduction prefetches.
void ContractionEmitter::prefetch(Value flatDepth) {
  constexpr int64_t secondLevel = 2;
  const Access &access = nest.accesses[plan.wide];
  Value at = add(ahead.first, scale(flatDepth, Product(ahead.step)));
  for (int64_t offset = 0; offset < ahead.step; offset += lineBytes / getElementBytes(access.elementType))
    memref::PrefetchOp::create(builder, loc, access.flat, add(at, constant(offset)), /*isWrite=*/false, secondLevel, /*isDataCache=*/true);
}

/// The loops over the narrow operand, in tiles.
void ContractionEmitter::rows(int64_t lanes, int64_t vectors, Value valid) {
  if (isPacked())
    pack(vectors, valid);
  if (plan.prefetchedBlock != 0)
    findNextBlock();
  unsigned narrow = plan.narrow();
  SmallVector<unsigned> outer = without(plan.loops.free[narrow], {plan.rowLoop, plan.outerRowLoop});
  forEach(outer, [&] {
    if (plan.rowLoop < 0)
      return tile(lanes, vectors, valid, 1, 1);
    SmallVector<int64_t> rowSteps{plan.rows};
    if (!nest.dims[plan.rowLoop].size.isConstant()) {
      if (plan.rows > 4)
        rowSteps.push_back(4);
      rowSteps.push_back(1);
    }
    SmallVector<Stretch> rowStretches = split(nest.dims[plan.rowLoop].size, rowSteps);
    auto inRows = [&](int64_t outerCount) {
      for (const Stretch &stretch : rowStretches)
        forEach(plan.rowLoop, stretch, [&] { tile(lanes, vectors, valid, stretch.step, outerCount); });
    };
    if (plan.outerRowLoop < 0)
      return inRows(1);
    for (const Stretch &stretch : split(nest.dims[plan.outerRowLoop].size, plan.outerRows))
      forEach(plan.outerRowLoop, stretch, [&] { inRows(stretch.step); });
  });
}

/// Where vector `vector` of row `row` of the open tile is.
LanePosition ContractionEmitter::positionOf(int64_t lanes, int64_t vector, Value valid, int64_t row, int64_t outerRow) {
  LanePosition at;
  at.positions = positions;
  at.lanes = lanes == 1 ? 1 : widthOf(valid, lanes, vector);
  at.vectorLoop = lanes == 1 ? -1 : static_cast<int>(plan.vectorLoop);
  at.mask = maskFor(valid, lanes, vector);
  auto advance = [&](int loop, int64_t by) {
    if (by != 0)
      at.positions[loop] = add(at.positions[loop], constant(by));
  };
  advance(plan.vectorLoop, vector * lanes);
  if (plan.rowLoop >= 0)
    advance(plan.rowLoop, row);
  if (plan.outerRowLoop >= 0)
    advance(plan.outerRowLoop, outerRow);
  return at;
}

/// One tile: start values, the reduction, results.
void ContractionEmitter::tile(int64_t lanes, int64_t vectors, Value valid, int64_t rowCount, int64_t outerCount) {
  SmallVector<LanePosition> places;
  for (int64_t outer = 0; outer < outerCount; ++outer)
    for (int64_t row = 0; row < rowCount; ++row)
      for (int64_t v = 0; v < vectors; ++v)
        places.push_back(positionOf(lanes, v, valid, row, outer));
  Carried sums;
  for (const LanePosition &at : places) {
    BodyEmitter leader(builder, nest, at);
    sums.push_back(leader.widen(group.loadInitial(leader, 0)));
  }
  if (plan.prefetchedBlock != 0)
    openPrefetch(rowCount * outerCount);
  const bool isPaired = pairsRows(lanes, vectors, valid, rowCount * outerCount);
  sums = reduce(0, isPaired ? pairSums(sums, vectors) : sums, lanes, vectors, valid, rowCount, outerCount, Value());
  if (isPaired)
    sums = separateSums(sums, vectors, rowCount * outerCount);
  if (sumsBuffer && lanes != 1 && rowCount > 1)
    return finishInRows(sums, lanes, vectors, valid, rowCount, outerCount);
  LaneValue::Kind kind = lanes == 1 ? LaneValue::Uniform : LaneValue::Varying;
  for (int64_t outer = 0; outer < outerCount; ++outer)
    for (int64_t v = 0; v < vectors; ++v) {
      SmallVector<LanePosition> column;
      SmallVector<LaneValue> values;
      for (int64_t row = 0; row < rowCount; ++row) {
        int64_t number = (outer * rowCount + row) * vectors + v;
        column.push_back(places[number]);
        values.push_back({kind, sums[number]});
      }
      group.storeResults(builder, column, plan.rowLoop, 0, values, target.maskedMemory);
    }
}

/// Whether the last vectors of `count` rows, of half the lanes, are those of two rows side by side.
bool ContractionEmitter::pairsRows(int64_t lanes, int64_t vectors, Value valid, int64_t count) const {
  return count > 1 && widthOf(valid, lanes, vectors - 1) * 2 == lanes;
}

Value ContractionEmitter::concatenate(Value a, Value b) {
  int64_t lanes = cast<VectorType>(a.getType()).getNumElements();
  return vector::ShuffleOp::create(builder, loc, a, b, llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
}

/// The sums of each row, in which the last one of an even row is beside that of the row after it.
SmallVector<Value> ContractionEmitter::pairSums(const Carried &sums, int64_t vectors) {
  Carried paired;
  const auto count = static_cast<int64_t>(sums.size()) / vectors;
  for (int64_t row = 0; row < count; ++row) {
    auto own = ArrayRef(sums).slice(row * vectors, vectors);
    llvm::append_range(paired, own.drop_back());
    if (row % 2 == 0)
      paired.push_back(row + 1 < count ? concatenate(own.back(), sums[(row + 2) * vectors - 1]) : own.back());
  }
  return paired;
}

/// What pairSums was given.
SmallVector<Value> ContractionEmitter::separateSums(const Carried &sums, int64_t vectors, int64_t count) {
  Carried separate;
  Value pair;
  size_t next = 0;
  for (int64_t row = 0; row < count; ++row) {
    for (int64_t v = 0; v + 1 < vectors; ++v)
      separate.push_back(sums[next++]);
    if (row % 2 == 0)
      pair = sums[next++];
    if (row % 2 == 0 && row + 1 == count) {
      separate.push_back(pair);
      continue;
    }
    int64_t half = cast<VectorType>(pair.getType()).getNumElements() / 2;
    auto own = llvm::to_vector(llvm::seq<int64_t>(row % 2 * half, (row % 2 + 1) * half));
    separate.push_back(vector::ShuffleOp::create(builder, loc, pair, pair, own));
  }
  return separate;
}

/// Finishes a tile a few rows at a time from memory: the sums fill the registers, and what an elementary function computes for all of them
/// at once would be in memory, too, and its code there once for each.
void ContractionEmitter::finishInRows(const Carried &sums, int64_t lanes, int64_t vectors, Value valid, int64_t rowCount, int64_t outerCount) {
  for (auto [number, sum] : llvm::enumerate(sums))
    vector::StoreOp::create(builder, loc, sum, sumsBuffer, constant(static_cast<int64_t>(number) * lanes));
  // As many as go through the function together.
  int64_t rowStep = std::min<int64_t>(rowCount, llvm::divideCeil(group.interleave, vectors));
  while (rowCount % rowStep != 0)
    --rowStep;
  for (int64_t outer = 0; outer < outerCount; ++outer)
    forEach(Stretch{Product(0), Product(rowCount), rowStep}, [&](Value firstRow) {
      Value firstPlace = arith::MulIOp::create(builder, loc, firstRow, constant(vectors * lanes));
      SmallVector<LanePosition> places;
      SmallVector<LaneValue> values;
      for (int64_t row = 0; row < rowStep; ++row)
        for (int64_t v = 0; v < vectors; ++v) {
          places.push_back(positionOf(lanes, v, valid, row, outer));
          Value &position = places.back().positions[plan.rowLoop];
          position = add(position, firstRow);
          int64_t number = (outer * rowCount + row) * vectors + v;
          Value sum = vector::LoadOp::create(builder, loc, cast<VectorType>(sums[number].getType()), sumsBuffer,
                                             add(firstPlace, constant(number * lanes)));
          values.push_back({LaneValue::Varying, sum});
        }
      group.storeResults(builder, places, /*across=*/-1, 0, values, target.maskedMemory);
    });
}

/// The loops over the reduction from number `depth` on.
SmallVector<Value> ContractionEmitter::reduce(size_t depth, Carried sums, int64_t lanes, int64_t vectors, Value valid,
                                              int64_t rowCount, int64_t outerCount, Value flatDepth) {
  if (depth == plan.loops.reduction.size())
    return step(sums, lanes, vectors, valid, rowCount, outerCount, flatDepth);
  unsigned loop = plan.loops.reduction[depth];
  auto made = scf::ForOp::create(builder, loc, constant(0), nest.dims[loop].size.build(builder, loc), constant(1), sums);
  // The tile fills the registers: unrolled, neighbouring steps would share loads, and spill what they hold.
  keepRolled(made);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(made.getBody());
  positions[loop] = made.getInductionVar();
  Value flat;
  if (isPacked() || plan.prefetchedBlock != 0)
    flat = add(depth == 0 ? Value() : scale(flatDepth, nest.dims[loop].size), positions[loop]);
  Carried inner = reduce(depth + 1, Carried(made.getRegionIterArgs()), lanes, vectors, valid, rowCount, outerCount, flat);
  scf::YieldOp::create(builder, loc, inner);
  positions[loop] = Value();
  return Carried(made.getResults());
}

Value ContractionEmitter::multiplyAdd(Value a, Value b, Value sum) {
  if (isa<arith::MulFOp>(body.multiply)) {
    if (target.hasFMA)
      return math::FmaOp::create(builder, loc, a, b, sum);
    return arith::AddFOp::create(builder, loc, sum, arith::MulFOp::create(builder, loc, a, b));
  }
  return arith::AddIOp::create(builder, loc, sum, arith::MulIOp::create(builder, loc, a, b));
}

/// One step of the reduction for the whole tile.
SmallVector<Value> ContractionEmitter::step(Carried sums, int64_t lanes, int64_t vectors, Value valid,
                                            int64_t rowCount, int64_t outerCount, Value flatDepth) {
  const Access &wide = nest.accesses[plan.wide], &narrow = nest.accesses[plan.narrow()];
  if (plan.prefetchedBlock != 0)
    prefetch(flatDepth);
  SmallVector<Value> columns;
  Value base = isPacked() ? arith::MulIOp::create(builder, loc, flatDepth, constant(vectors * lanes)).getResult()
                          : address(plan.wide);
  for (int64_t v = 0; v < vectors; ++v) {
    Value at = v == 0 ? base : add(base, constant(v * lanes));
    Value read;
    auto type = VectorType::get({lanes == 1 ? 1 : widthOf(valid, lanes, v)}, wide.elementType);
    Value mask = isPacked() ? Value() : maskFor(valid, lanes, v);
    if (lanes == 1)
      read = memref::LoadOp::create(builder, loc, wide.flat, at);
    else
      read = loadNeighbours(builder, loc, type, isPacked() ? panel : wide.flat, at, mask);
    columns.push_back(widen(plan.wide, read));
  }
  Value start = address(plan.narrow());
  const int64_t count = rowCount * outerCount;
  auto loadElement = [&](int64_t number) {
    Value at = start;
    if (int64_t row = number % rowCount)
      at = add(at, scale(constant(row), narrow.strides[plan.rowLoop]));
    if (int64_t outer = number / rowCount)
      at = add(at, scale(constant(outer), narrow.strides[plan.outerRowLoop]));
    return widen(plan.narrow(), memref::LoadOp::create(builder, loc, narrow.flat, at));
  };
  // In as many lanes as each column has.
  SmallVector<Value> elements(count);
  SmallVector<DenseMap<Type, Value>> spread(count);
  auto spreadTo = [&](VectorType type, int64_t number) {
    Value &factor = spread[number][type];
    if (!factor)
      factor = vector::BroadcastOp::create(builder, loc, type.clone(elements[number].getType()), elements[number]);
    return factor;
  };
  const bool isPaired = pairsRows(lanes, vectors, valid, count);
  Value twice, isLower;
  if (isPaired) {
    twice = concatenate(columns.back(), columns.back());
    SmallVector<bool> lower(lanes, false);
    std::fill(lower.begin(), lower.begin() + lanes / 2, true);
    isLower = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(VectorType::get({lanes}, builder.getI1Type()), lower));
  }
  Carried result;
  for (int64_t number = 0; number < count; ++number) {
    const bool isFirst = isPaired && number % 2 == 0 && number + 1 < count, isSecond = isPaired && number % 2 != 0;
    if (!isSecond)
      elements[number] = loadElement(number);
    if (isFirst)
      elements[number + 1] = loadElement(number + 1);
    for (auto [v, column] : llvm::enumerate(columns)) {
      const bool isLast = v + 1 == columns.size();
      if (isLast && isSecond)
        continue;
      if (isLast && isFirst) {
        auto type = cast<VectorType>(twice.getType());
        Value factor = arith::SelectOp::create(builder, loc, isLower, spreadTo(type, number), spreadTo(type, number + 1));
        result.push_back(multiplyAdd(factor, twice, sums[result.size()]));
        continue;
      }
      Value factor = lanes == 1 ? elements[number] : spreadTo(cast<VectorType>(column.getType()), number);
      result.push_back(multiplyAdd(factor, column, sums[result.size()]));
    }
  }
  return result;
}

/// The elements of the panel that `plan` packs into, or has sums in; 0 when it needs none, failure when run time must say.
static FailureOr<int64_t> countPanelElements(const LoopNest &nest, const ContractionPlan &plan) {
  if (plan.depthStep != 0)
    return plan.rows * nest.dims[plan.vectorLoop].size.factor;
  if (plan.access == ContractionPlan::Direct)
    return 0;
  int64_t depth = 1;
  for (unsigned loop : plan.loops.reduction) {
    if (!nest.dims[loop].size.isConstant())
      return failure();
    depth *= nest.dims[loop].size.factor;
  }
  return depth * plan.panelWidth();
}

/// Gives `kernel` and its callers one more buffer, of `elements` elements of `type`; returns it inside the kernel.
static Value addScratch(func::FuncOp kernel, ArrayRef<func::CallOp> calls, int64_t elements, Type type) {
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
  Location loc = kernel.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(kernel.getContext());
  auto buffer = MemRefType::get({elements}, type);
  Builder attributes(kernel.getContext());
  if (failed(kernel.insertArgument(kernel.getNumArguments(), pointer,
                                   attributes.getDictionaryAttr(attributes.getNamedAttr("llvm.noalias", attributes.getUnitAttr())),
                                   loc)))
    return {};
  for (func::CallOp call : calls) {
    OpBuilder host(call);
    Value scratch = memref::AllocOp::create(host, call.getLoc(), buffer);
    call->insertOperands(call->getNumOperands(), takeApart(host, call.getLoc(), scratch));
  }
  Value extent = ub::PoisonOp::create(builder, loc, builder.getI64Type());
  auto flat = MemRefType::get({ShapedType::kDynamic}, type);
  return putTogether(builder, loc, flat, {kernel.getArguments().back(), extent});
}

/// A panel of a thread's own may be this large (include/sconce-c/Context.h says what stack kernels take).
static constexpr int64_t mostStackBytes = 448 << 10;

/// What `kernel` has on the stack already.
static int64_t countStackBytes(func::FuncOp kernel) {
  int64_t bytes = 0;
  for (auto local : kernel.getOps<LLVM::AllocaOp>())
    bytes += cast<IntegerAttr>(local.getArraySize().getDefiningOp<arith::ConstantOp>().getValue()).getInt() *
             getElementBytes(local.getElemType());
  return bytes;
}

/// A buffer on the stack of who runs `kernel`.
static Value makeLocalBuffer(func::FuncOp kernel, int64_t elements, Type type) {
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
  Location loc = kernel.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(kernel.getContext());
  Value count = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(elements));
  Value memory = LLVM::AllocaOp::create(builder, loc, pointer, type, count, /*alignment=*/64);
  Value extent = ub::PoisonOp::create(builder, loc, builder.getI64Type());
  return putTogether(builder, loc, MemRefType::get({ShapedType::kDynamic}, type), {memory, extent});
}

/// What reports say of a tile.
static void recordTile(Builder &builder, func::FuncOp kernel, const ContractionPlan &plan, int64_t panelElements) {
  auto number = [&](StringRef name, int64_t value) { return builder.getNamedAttr(name, builder.getI64IntegerAttr(value)); };
  StringRef access = plan.access == ContractionPlan::Direct   ? "in place"
                     : plan.access == ContractionPlan::Copied ? "copied to panels"
                                                              : "transposed to panels";
  recordPlan(kernel, {builder.getNamedAttr("strategy", builder.getStringAttr("tile")), number("rows", plan.rows),
                      number("outer_rows", plan.outerRows), number("vectors", plan.vectors), number("lanes", plan.lanes),
                      number("depth_step", plan.depthStep), number("prefetched_block", plan.prefetchedBlock),
                      number("wide_operand", plan.wide), builder.getNamedAttr("wide_access", builder.getStringAttr(access)),
                      number("panel_elements", panelElements), builder.getNamedAttr("shared", builder.getBoolAttr(plan.sharedLoop >= 0))});
}

/// Whether most of the work is to read the wide operand, once.
static bool streamsWideOperand(const LoopNest &nest, const ContractionPlan &plan) {
  constexpr int64_t fewRows = 4;
  int64_t rows = 1;
  for (unsigned loop : plan.loops.free[plan.narrow()])
    rows *= nest.dims[loop].size.isConstant() ? nest.dims[loop].size.factor : fewRows + 1;
  return plan.access == ContractionPlan::Direct && rows <= fewRows;
}

/// The loop over positions of the result around all that a kernel does; null where there is none or another beside it.
static scf::ForOp findOnlyLoop(func::FuncOp kernel) {
  scf::ForOp found;
  for (Operation &op : kernel.front().without_terminator()) {
    if (isMemoryEffectFree(&op))
      continue;
    if (found || !isa<scf::ForOp>(op))
      return {};
    found = cast<scf::ForOp>(op);
  }
  return found && found.getNumResults() == 0 ? found : scf::ForOp();
}

/// Lets the kernel walk its outermost loop backwards in every other iteration of the loops that call it: of an operand that is
/// larger than a cache, the part that was read last is still there, and is read first. Walked always in one direction, each
/// part is thrown out just before it is needed.
static bool alternateDirection(func::FuncOp kernel, ArrayRef<func::CallOp> calls) {
  scf::ForOp outermost = findOnlyLoop(kernel);
  if (!outermost)
    return false;
  OpBuilder builder(kernel.getContext());
  Builder attributes(kernel.getContext());
  if (failed(kernel.insertArgument(kernel.getNumArguments(), builder.getI64Type(),
                                   attributes.getDictionaryAttr(attributes.getNamedAttr(backwardsAttrName, attributes.getUnitAttr())),
                                   kernel.getLoc())))
    return false;
  for (func::CallOp call : calls) {
    builder.setInsertionPoint(call);
    Location loc = call.getLoc();
    auto loop = call->getParentOfType<scf::ForOp>();
    Value number = loop ? loop.getInductionVar() : arith::ConstantIndexOp::create(builder, loc, 0);
    if (loop) {
      number = builder.createOrFold<arith::SubIOp>(loc, number, loop.getLowerBound());
      number = builder.createOrFold<arith::DivUIOp>(loc, number, loop.getStep());
    }
    Value isOdd = arith::AndIOp::create(builder, loc, number, arith::ConstantIndexOp::create(builder, loc, 1));
    call->insertOperands(call->getNumOperands(), arith::IndexCastOp::create(builder, loc, builder.getI64Type(), isOdd).getResult());
  }
  // Of a loop that threads share, each mirrors its own part.
  if (outermost->hasAttr(sharedLoopAttrName))
    return true;
  kernel.removeArgAttr(kernel.getNumArguments() - 1, builder.getStringAttr(backwardsAttrName));
  turnLoop(builder, outermost, kernel.getArguments().back());
  return true;
}

namespace {
struct LowerContractionsPass : impl::LowerContractionsPassBase<LowerContractionsPass> {
  using Base::Base;

  void runOnOperation() override {
    TileTarget target{vectorBits, registers, maskedMemory, hasFMA};
    llvm::StringMap<SmallVector<func::CallOp>> calls;
    getOperation().walk([&](func::CallOp call) { calls[call.getCallee()].push_back(call); });
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr("sconce.kernel") && failed(lower(kernel, calls[kernel.getName()], target)))
        return signalPassFailure();
  }

  LogicalResult lower(func::FuncOp kernel, ArrayRef<func::CallOp> calls, const TileTarget &target) {
    for (const KernelGroup &group : KernelGroup::listOfKernel(kernel))
      if (group.leader && SumOfProducts::match(group.leader) && failed(lower(group, kernel, calls, target)))
        return failure();
    return success();
  }

  LogicalResult lower(KernelGroup group, func::FuncOp kernel, ArrayRef<func::CallOp> calls, const TileTarget &target) {
    OpBuilder builder(group.getOps().back());
    Operation *before = builder.getInsertionPoint()->getPrevNode();
    FailureOr<GroupNest> nest = GroupNest::read(builder, group, target.registers);
    if (failed(nest))
      return failure();
    bool repeats = llvm::any_of(calls, [](func::CallOp call) { return call->getParentOfType<scf::ForOp>(); });
    std::optional<ContractionPlan> plan = ContractionPlan::make(*nest, target, repeats ? 1 : static_cast<int64_t>(calls.size()));
    FailureOr<int64_t> elements = plan ? countPanelElements(nest->nests.front(), *plan) : FailureOr<int64_t>(failure());
    bool fitsStack = false;
    const bool isInner = kernel->hasAttr(innerAttrName);
    if (succeeded(elements)) {
      int64_t outerBytes = 0;
      for (func::CallOp call : calls)
        if (isInner)
          outerBytes = std::max(outerBytes, countStackBytes(call->getParentOfType<func::FuncOp>()));
      int64_t bytes = *elements * getElementBytes(nest->nests.front().accesses[plan->wide].elementType);
      fitsStack = bytes + countStackBytes(kernel) + outerBytes <= mostStackBytes;
    }
    // The caller of an inner kernel has no place for a panel.
    if (failed(elements) || (isInner && *elements != 0 && !fitsStack)) {
      // What was read of the nest is not used.
      for (Operation *op = builder.getInsertionPoint()->getPrevNode(); op != before;) {
        Operation *previous = op->getPrevNode();
        if (isOpTriviallyDead(op))
          op->erase();
        op = previous;
      }
      return success();
    }
    Value panel;
    Type panelType = nest->nests.front().accesses[plan->wide].elementType;
    scf::ForOp rows = findRowLoop(kernel);
    if (!rows && fitsStack && isWorthSharing(kernel))
      plan->share(nest->nests.front());
    if (*elements != 0) {
      bool isLocal = rows ? fitsStack : isInner || plan->sharedLoop >= 0;
      panel = isLocal ? makeLocalBuffer(kernel, *elements, panelType) : addScratch(kernel, calls, *elements, panelType);
      // Rows that use one buffer are not for several threads.
      if (rows && !isLocal)
        rows->removeAttr(rowLoopAttrName);
    }
    recordTile(builder, kernel, *plan, *elements);
    SumOfProducts body = *SumOfProducts::match(group.leader);
    Value sumsBuffer;
    if (nest->hasFunctions() && plan->lanes != 1 && plan->depthStep == 0 &&
        !nest->turnsResults(plan->rowLoop, static_cast<int>(plan->vectorLoop)))
      sumsBuffer = makeLocalBuffer(kernel, plan->rows * plan->outerRows * plan->vectors * plan->lanes,
                                   nest->nests.front().getOutputs().front().elementType);
    ContractionEmitter(builder, *nest, *plan, body, target, panel, sumsBuffer).emit();
    for (linalg::LinalgOp op : group.getOps())
      op->erase();
    bool streams = streamsWideOperand(nest->nests.front(), *plan);
    dropUnusedArguments(kernel, calls);
    if (streams && repeats && alternateDirection(kernel, calls))
      ++numAlternating;
    ++numTiled;
    return success();
  }
};
} // namespace
} // namespace sconce::codegen
