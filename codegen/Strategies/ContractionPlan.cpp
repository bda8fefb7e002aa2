// The choices are made by an estimate of what a step of the reduction costs against a multiply-add on all lanes of a
// vector in each cycle. The numbers in it were set by measuring matrix products and convolutions (docs/performance.md).

#include "codegen/Strategies/ContractionPlan.h"
#include "codegen/Strategies/SharedLoop.h"
#include "codegen/Target/TargetInfo.h"
#include "codegen/Transforms/ContractionMarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <numeric>

using namespace mlir;
namespace sconce::codegen {

bool TileTarget::hasManyRegisters() const { return registers >= manyRegisters; }

/// An extent that only run time knows is taken to be this.
static constexpr int64_t typicalExtent = 64;

static int64_t sizeOf(const Product &size) { return size.isConstant() ? size.factor : typicalExtent; }

static Operation *matchWiden(Value value) {
  Operation *op = value.getDefiningOp();
  return isa_and_nonnull<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(op) ? op : nullptr;
}

std::optional<SumOfProducts> SumOfProducts::match(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1)
    return std::nullopt;
  Block &body = *op.getBlock();
  SumOfProducts result;
  result.add = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(result.add))
    return std::nullopt;
  for (unsigned side : {0, 1})
    if (result.add->getOperand(side) == body.getArgument(2))
      result.multiply = result.add->getOperand(1 - side).getDefiningOp();
  if (!isa_and_nonnull<arith::MulFOp, arith::MulIOp>(result.multiply))
    return std::nullopt;
  size_t expected = 3; // multiply, add, yield
  bool seen[2] = {false, false};
  for (Value factor : result.multiply->getOperands()) {
    Operation *widen = matchWiden(factor);
    auto element = dyn_cast<BlockArgument>(widen ? widen->getOperand(0) : factor);
    if (!element || element.getOwner() != &body || element.getArgNumber() > 1 || seen[element.getArgNumber()])
      return std::nullopt;
    seen[element.getArgNumber()] = true;
    result.widen[element.getArgNumber()] = widen;
    expected += widen != nullptr;
  }
  if (body.getOperations().size() != expected)
    return std::nullopt;
  return result;
}

/// Sorts the loops by the operands that move with them; false for a loop that is of no such kind.
static bool sortLoops(const LoopNest &nest, ContractionLoops &loops) {
  for (auto [d, dim] : llvm::enumerate(nest.dims)) {
    bool moves[3];
    for (unsigned i : {0, 1, 2})
      moves[i] = !nest.accesses[i].strides[d].isConstant(0);
    if (dim.hasIndexUse || dim.isReduction == moves[2])
      return false;
    if (dim.isReduction)
      loops.reduction.push_back(d);
    else if (moves[0] && moves[1])
      loops.batch.push_back(d);
    else if (moves[0] || moves[1])
      loops.free[moves[1]].push_back(d);
    else
      return false;
  }
  return true;
}

namespace {
/// Weighs tiles for one group.
class TileChooser {
public:
  TileChooser(const LoopNest &nest, const ContractionLoops &loops, const TileTarget &target)
      : nest(nest), loops(loops), target(target) {}

  struct Choice {
    ContractionPlan plan;
    double cost;
  };
  std::optional<Choice> best() const;

private:
  std::optional<Choice> weigh(unsigned wide, unsigned vectorLoop) const;
  void chooseRows(ContractionPlan &plan) const;
  void chooseVectors(ContractionPlan &plan) const;
  const Product &stride(unsigned operand, unsigned loop) const { return nest.accesses[operand].strides[loop]; }
  int64_t size(unsigned loop) const { return sizeOf(nest.dims[loop].size); }
  int64_t product(ArrayRef<unsigned> of) const {
    int64_t result = 1;
    for (unsigned loop : of)
      result *= std::max<int64_t>(size(loop), 1);
    return result;
  }

  const LoopNest &nest;
  const ContractionLoops &loops;
  const TileTarget &target;
};
} // namespace

/// Rows that lie a multiple of this apart in bytes are in the same set of a first-level cache, which holds so many of them.
static constexpr int64_t conflictStride = 4096, cacheWays = 8;

void TileChooser::chooseVectors(ContractionPlan &plan) const {
  int64_t needed = llvm::divideCeil(size(plan.vectorLoop), plan.lanes);
  // Where masks are slow, what is left after whole vectors is a tile of its own.
  if (!target.maskedMemory && stride(plan.wide, plan.vectorLoop).isConstant(1))
    needed = std::max<int64_t>(1, size(plan.vectorLoop) / plan.lanes);
  bool isDynamic = !nest.dims[plan.vectorLoop].size.isConstant();
  int64_t rows = product(loops.free[plan.narrow()]);
  // Few rows need more vectors, so that enough sums are under way at once.
  int64_t wanted = rows >= 6 ? 2 : rows >= 3 ? 4 : 8;
  // Of few registers, so that the rows are not read in two tiles.
  if (rows >= 3 && rows < 6 && !target.hasManyRegisters())
    wanted = 2;
  if (rows >= 6 && needed == 3)
    wanted = 3;
  if (rows >= 4 && rows < 8 && needed % 4 == 0 && target.hasManyRegisters())
    wanted = 4;
  plan.vectors = isDynamic ? wanted : std::min(wanted, needed);
  plan.vectors = std::min<int64_t>(plan.vectors, (target.registers - 1) / 2);
}

void TileChooser::chooseRows(ContractionPlan &plan) const {
  // Accumulators, one vector for each column of vectors, and one for the broadcast element.
  int64_t limit = std::max<int64_t>(1, (target.registers - 1 - plan.vectors) / plan.vectors);
  // The row loop is the longest, or the innermost of those that fill a tile.
  for (unsigned loop : loops.free[plan.narrow()])
    if (plan.rowLoop < 0 || size(loop) >= std::min(limit, size(plan.rowLoop)))
      plan.rowLoop = loop;
  if (plan.rowLoop < 0)
    return;
  const Product &rowStride = stride(plan.narrow(), plan.rowLoop);
  int64_t bytes = nest.accesses[plan.narrow()].elementType.getIntOrFloatBitWidth() / 8;
  if (rowStride.isConstant() && rowStride.factor != 0)
    limit = std::min<int64_t>(limit, cacheWays * (conflictStride / std::gcd(rowStride.factor * bytes, conflictStride)));
  int64_t rows = size(plan.rowLoop);
  plan.rows = rows <= limit ? std::max<int64_t>(rows, 1) : llvm::divideCeil(rows, llvm::divideCeil(rows, limit));
  if (!nest.dims[plan.rowLoop].size.isConstant())
    plan.rows = limit;
  if (plan.rows * 2 > limit || !nest.dims[plan.rowLoop].size.isConstant())
    return;
  // Short rows: a tile spans several.
  for (unsigned loop : loops.free[plan.narrow()])
    if (static_cast<int>(loop) != plan.rowLoop && size(loop) > 1 && nest.dims[loop].size.isConstant())
      plan.outerRowLoop = loop;
  if (plan.outerRowLoop < 0)
    return;
  int64_t most = std::min(limit / plan.rows, size(plan.outerRowLoop));
  plan.outerRows = llvm::divideCeil(size(plan.outerRowLoop), llvm::divideCeil(size(plan.outerRowLoop), most));
}

std::optional<TileChooser::Choice> TileChooser::weigh(unsigned wide, unsigned vectorLoop) const {
  ContractionPlan plan;
  plan.loops = loops;
  plan.wide = wide;
  plan.vectorLoop = vectorLoop;
  Type computed = nest.accesses[2].elementType;
  int64_t fullLanes = target.vectorBits / computed.getIntOrFloatBitWidth();
  plan.lanes = fullLanes;
  if (plan.lanes < 2)
    return std::nullopt;
  int64_t extent = size(vectorLoop);
  while (plan.lanes / 2 >= std::max<int64_t>(extent, 2))
    plan.lanes /= 2;
  chooseVectors(plan);
  chooseRows(plan);

  int64_t rows = product(loops.free[plan.narrow()]), depth = product(loops.reduction);
  double used = double(extent) / (double(countHalfVectors(extent, plan.lanes)) * plan.lanes / 2) * plan.lanes / fullLanes;
  double tile = double(plan.rows * plan.outerRows * plan.vectors);
  double loads = (double(plan.rows * plan.outerRows) + plan.vectors) / tile;
  double step = std::max({1.0, loads, 8.0 / tile}) / std::max(used, 1e-3);

  double packing = 0;
  if (!stride(wide, vectorLoop).isConstant(1)) {
    plan.access = ContractionPlan::Transposed;
    for (unsigned loop : loops.reduction)
      if (stride(wide, loop).isConstant(1))
        plan.depthLoop = loop;
    packing = plan.depthLoop >= 0 ? 0.7 : 1.5;
  } else if (rows >= 4 * plan.rows * plan.outerRows && depth * plan.panelWidth() >= 1024 && extent > plan.panelWidth()) {
    plan.access = ContractionPlan::Copied;
    packing = 0.15;
  }
  bool isTurned = plan.rowLoop >= 0 && stride(2, plan.rowLoop).isConstant(1);
  double storing = stride(2, vectorLoop).isConstant(1) ? 0.1 : isTurned ? 0.4 : 1.5;
  double cost = step + packing * plan.lanes / rows + storing * plan.lanes / depth;
  return Choice{plan, cost};
}

std::optional<TileChooser::Choice> TileChooser::best() const {
  std::optional<Choice> best;
  for (unsigned wide : {1u, 0u})
    for (unsigned loop : llvm::reverse(loops.free[wide]))
      if (auto choice = weigh(wide, loop); choice && (!best || choice->cost < best->cost))
        best = choice;
  return best;
}

/// Where few rows read a large operand from memory, a tile of columns would read a little of each of its rows, on another page each time.
/// Read in whole rows, eight side by side, it comes nearly twice as fast.
static int64_t chooseDepthStep(const LoopNest &nest, const ContractionPlan &plan, const SumOfProducts &body, const TileTarget &target, int64_t uses) {
  constexpr int64_t leastBytes = 3 << 20, leastRowBytes = 2 << 10, mostRows = 4, mostSums = 1 << 15;
  const Access &wide = nest.accesses[plan.wide], &result = nest.accesses[2];
  for (const LoopDim &dim : nest.dims)
    if (!dim.size.isConstant())
      return 0;
  bool isDense = plan.access == ContractionPlan::Direct && !body.widen[0] && !body.widen[1] && wide.elementType == result.elementType &&
                 result.strides[plan.vectorLoop].isConstant(1) && nest.dims[plan.vectorLoop].size.factor % plan.lanes == 0;
  bool hasOneLoopEach = plan.loops.reduction.size() == 1 && plan.loops.free[plan.wide].size() == 1 &&
                        plan.loops.free[plan.narrow()].size() == (plan.rowLoop >= 0 ? 1 : 0);
  if (!isDense || !hasOneLoopEach || (plan.rowLoop >= 0 && nest.dims[plan.rowLoop].size.factor != plan.rows))
    return 0;
  int64_t columns = nest.dims[plan.vectorLoop].size.factor, depth = nest.dims[plan.loops.reduction.front()].size.factor;
  int64_t bytes = wide.elementType.getIntOrFloatBitWidth() / 8;
  if (plan.rows > mostRows || plan.rows * columns > mostSums || columns * bytes < leastRowBytes || uses * columns * depth * bytes < leastBytes)
    return 0;
  // A factor for each row and step is held in a register.
  int64_t factors = target.hasManyRegisters() ? 16 : 8;
  return std::min<int64_t>(8, factors / static_cast<int64_t>(llvm::PowerOf2Ceil(plan.rows)));
}

std::optional<Product> ContractionPlan::flattenDepth(const LoopNest &nest, int64_t step) const {
  Product size(step);
  for (unsigned loop : llvm::reverse(loops.reduction)) {
    if (!(nest.accesses[wide].strides[loop] == size))
      return std::nullopt;
    size = size * nest.dims[loop].size;
  }
  return size;
}

int64_t countSpan(const LoopNest &nest, unsigned operand) {
  int64_t last = 0;
  for (auto [dim, stride] : llvm::zip_equal(nest.dims, nest.accesses[operand].strides))
    last += stride.factor == 0 ? 0 : (dim.size.factor - 1) * stride.factor;
  return last + 1;
}

/// See ContractionPlan::prefetchedBlock. A weight comes from memory, or from a cache that all cores share, whenever a model has read others
/// since the call before. Among many tiles the one that waits does not count, and one alone has nobody who could fetch ahead for it.
static int64_t choosePrefetchedBlock(const LoopNest &nest, const ContractionPlan &plan) {
  constexpr int64_t fewestBytes = 32 << 10, mostTiles = 64, mostBlockBytes = 512 << 10; // two blocks are in the cache
  const Access &wide = nest.accesses[plan.wide];
  if (plan.access != ContractionPlan::Direct || plan.depthStep != 0 || plan.rowLoop < 0)
    return 0;
  for (auto [dim, stride] : llvm::zip_equal(nest.dims, wide.strides))
    if (!stride.isConstant() || (stride.factor != 0 && !dim.size.isConstant()))
      return 0;
  int64_t width = nest.dims[plan.vectorLoop].size.factor, tiles = 1;
  std::optional<Product> depth = plan.flattenDepth(nest, width);
  if (width > plan.panelWidth() || !wide.strides[plan.vectorLoop].isConstant(1) || !depth)
    return 0;
  const int64_t block = depth->factor;
  bool isKnown = true;
  for (unsigned loop : plan.loops.free[plan.narrow()]) {
    bool isRow = static_cast<int>(loop) == plan.rowLoop, isOuterRow = static_cast<int>(loop) == plan.outerRowLoop;
    isKnown &= nest.dims[loop].size.isConstant();
    tiles *= llvm::divideCeil(nest.dims[loop].size.factor, isRow ? plan.rows : isOuterRow ? plan.outerRows : 1);
  }
  int64_t elements = countSpan(nest, plan.wide), bytes = static_cast<int64_t>(wide.elementType.getIntOrFloatBitWidth() / 8);
  bool isWorthIt = elements > block && elements * bytes >= fewestBytes && block * bytes <= mostBlockBytes &&
                   (!isKnown || (tiles > 1 && tiles <= mostTiles));
  return isWorthIt ? block : 0;
}

std::optional<ContractionPlan> ContractionPlan::make(const GroupNest &group, const TileTarget &target, int64_t uses) {
  const LoopNest &nest = group.nests.front();
  if (!SumOfProducts::match(nest.op))
    return std::nullopt;
  for (const Access &access : nest.accesses)
    if (!access.flat || !isa<IntegerType, FloatType>(access.elementType))
      return std::nullopt;
  if (group.hasEpilogue() && !BodyEmitter::canVectorize(group.nests.back().op))
    return std::nullopt;
  ContractionLoops loops;
  if (!sortLoops(nest, loops) || loops.reduction.empty())
    return std::nullopt;
  if (llvm::any_of(nest.accesses, [](const Access &access) { return access.groupSize > 1; }))
    return std::nullopt;
  // Many small products beside each other: lanes run over them.
  constexpr int64_t fewColumns = 16, fewestLanes = 8;
  for (unsigned loop : loops.batch) {
    auto isNeighbour = [&](const Access &access) { return access.strides[loop].isConstant(1); };
    int64_t lanes = target.vectorBits / nest.accesses[2].elementType.getIntOrFloatBitWidth(), columns = 1;
    for (unsigned free : loops.free[1])
      columns *= sizeOf(nest.dims[free].size);
    if (llvm::all_of(nest.accesses, isNeighbour) && sizeOf(nest.dims[loop].size) >= std::min<int64_t>(lanes, fewestLanes) && columns <= fewColumns)
      return std::nullopt;
  }
  auto choice = TileChooser(nest, loops, target).best();
  if (!choice)
    return std::nullopt;
  // With one row there is nothing to share: plain loops read each element once, as well, and along their strides. A tile of
  // columns that are neighbours adds up without crossing lanes, and ends in vectors.
  int64_t rows = 1;
  bool isDynamic = false;
  for (unsigned loop : loops.free[choice->plan.narrow()]) {
    rows *= sizeOf(nest.dims[loop].size);
    isDynamic |= !nest.dims[loop].size.isConstant();
  }
  const ContractionPlan &plan = choice->plan;
  bool readsNeighbours = plan.access == Direct && nest.accesses[2].strides[plan.vectorLoop].isConstant(1) &&
                         sizeOf(nest.dims[plan.vectorLoop].size) % plan.lanes == 0;
  if (rows == 1 && !isDynamic && !readsNeighbours)
    return std::nullopt;
  choice->plan.depthStep = chooseDepthStep(nest, choice->plan, *SumOfProducts::match(nest.op), target, uses);
  choice->plan.prefetchedBlock = choosePrefetchedBlock(nest, choice->plan);
  return choice->plan;
}

/// How much longer the slowest thread works than it would if `tiles` were shared evenly, in ranges of `range` of them; on the
/// average of some numbers of threads. What is left at the end takes as little time as it is small.
static double imbalance(double tiles, int64_t range) {
  double sum = 0;
  for (int64_t threads : {2, 4})
    sum += std::max(1.0, std::ceil(std::ceil(tiles / double(range)) / double(threads)) * double(threads * range) / tiles);
  return sum / 2;
}

/// The columns that a thread reads of each row at least: as many lie on one page, if so many are for each of a few threads.
int64_t ContractionPlan::streamedColumns(int64_t columns) const {
  constexpr int64_t onePage = 1024, fewThreads = 4;
  return std::max(panelWidth(), std::min(onePage, columns / fewThreads / lanes * lanes));
}

void ContractionPlan::share(const LoopNest &nest) {
  constexpr double mostImbalance = 1.0 / 32;
  double least = 0;
  // What is split is read by one thread, the other operand by all of them.
  auto countElements = [&](unsigned operand) {
    int64_t elements = 1;
    for (auto [dim, stride] : llvm::zip_equal(nest.dims, nest.accesses[operand].strides))
      elements *= stride.isConstant(0) ? 1 : sizeOf(dim.size);
    return elements;
  };
  auto offer = [&](unsigned loop) {
    int number = static_cast<int>(loop);
    int64_t extent = sizeOf(nest.dims[loop].size), tile = 1;
    if (loop == vectorLoop)
      tile = depthStep != 0 ? streamedColumns(extent) : panelWidth();
    else if (number == rowLoop)
      tile = rows;
    else if (number == outerRowLoop)
      tile = outerRows;
    double tiles = double(extent) / double(tile);
    if (tiles <= 1 || (sharedLoop >= 0 && least <= 1 + mostImbalance))
      return;
    // What a tile shares with its neighbours stays in a cache along a range, so ranges are long, if that is as even.
    int64_t range = tile == 1 ? 1 : std::max<int64_t>(1, int64_t(tiles) / fewestShares);
    for (int64_t shorter = range; shorter >= 1 && imbalance(tiles, range) > 1 + mostImbalance; --shorter)
      if (imbalance(tiles, shorter) < imbalance(tiles, range))
        range = shorter;
    if (sharedLoop >= 0 && imbalance(tiles, range) >= least)
      return;
    sharedLoop = number;
    sharedStep = range * tile;
    least = imbalance(tiles, range);
  };
  for (unsigned loop : loops.batch)
    offer(loop);
  SmallVector<unsigned, 2> operands = {wide};
  // Rows share what is packed, so they are not for several threads then.
  if (access == Direct)
    operands.insert(countElements(narrow()) > countElements(wide) ? operands.begin() : operands.end(), narrow());
  for (unsigned operand : operands)
    for (unsigned loop : loops.free[operand])
      offer(loop);
}

} // namespace sconce::codegen
