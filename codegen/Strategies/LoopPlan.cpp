#include "codegen/Strategies/LoopPlan.h"
#include "codegen/Strategies/BodyEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace sconce::codegen {

static std::optional<arith::AtomicRMWKind> getKind(Operation *op) {
  using Kind = arith::AtomicRMWKind;
  return llvm::TypeSwitch<Operation *, std::optional<Kind>>(op)
      .Case<arith::AddFOp>([](auto) { return Kind::addf; })
      .Case<arith::MulFOp>([](auto) { return Kind::mulf; })
      .Case<arith::MaximumFOp>([](auto) { return Kind::maximumf; })
      .Case<arith::MinimumFOp>([](auto) { return Kind::minimumf; })
      .Case<arith::MaxNumFOp>([](auto) { return Kind::maxnumf; })
      .Case<arith::MinNumFOp>([](auto) { return Kind::minnumf; })
      .Case<arith::AddIOp>([](auto) { return Kind::addi; })
      .Case<arith::MulIOp>([](auto) { return Kind::muli; })
      .Case<arith::MaxSIOp>([](auto) { return Kind::maxs; })
      .Case<arith::MaxUIOp>([](auto) { return Kind::maxu; })
      .Case<arith::MinSIOp>([](auto) { return Kind::mins; })
      .Case<arith::MinUIOp>([](auto) { return Kind::minu; })
      .Case<arith::AndIOp>([](auto) { return Kind::andi; })
      .Case<arith::OrIOp>([](auto) { return Kind::ori; })
      .Case<arith::XOrIOp>([](auto) { return Kind::xori; })
      .Default([](Operation *) { return std::nullopt; });
}

/// Whether `value` is computed from any output element of `op`.
static bool dependsOnOutputs(linalg::LinalgOp op, Value value) {
  SmallVector<Value> worklist{value};
  DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (!seen.insert(current).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(current)) {
      if (argument.getOwner() == op.getBlock() && argument.getArgNumber() >= op.getNumDpsInputs())
        return true;
      continue;
    }
    if (current.getParentBlock() == op.getBlock())
      llvm::append_range(worklist, current.getDefiningOp()->getOperands());
  }
  return false;
}

std::optional<Combiner> matchCombiner(linalg::LinalgOp op, unsigned index) {
  Block &body = *op.getBlock();
  BlockArgument element = body.getArgument(op.getNumDpsInputs() + index);
  Operation *combiner = body.getTerminator()->getOperand(index).getDefiningOp();
  if (!combiner || combiner->getBlock() != &body || !getKind(combiner) || combiner->getNumOperands() != 2 ||
      !combiner->hasOneUse() || !element.hasOneUse())
    return std::nullopt;
  for (unsigned i : {0, 1})
    if (combiner->getOperand(i) == element && !dependsOnOutputs(op, combiner->getOperand(1 - i)))
      return Combiner{combiner, combiner->getOperand(1 - i)};
  return std::nullopt;
}

TypedAttr getNeutralElement(Operation *combiner) {
  OpBuilder builder(combiner->getContext());
  return arith::getIdentityValueAttr(*getKind(combiner), combiner->getResult(0).getType(), builder, combiner->getLoc());
}

Value combine(OpBuilder &builder, Location loc, Operation *combiner, Value a, Value b) {
  IRMapping mapping;
  mapping.map(combiner->getOperand(0), a);
  mapping.map(combiner->getOperand(1), b);
  Operation *clone = builder.clone(*combiner, mapping);
  // Cloning looks operands up by value: `x + x` would map both to one.
  clone->setOperand(0, a);
  clone->setOperand(1, b);
  clone->getResult(0).setType(a.getType());
  return clone->getResult(0);
}

Value combineLanes(OpBuilder &builder, Location loc, Operation *combiner, Value vector) {
  // Halves are combined until one lane is left: the same tree on every target, and no order that must be kept.
  auto type = cast<VectorType>(vector.getType());
  int64_t lanes = type.getNumElements();
  for (; lanes > 1; lanes /= 2) {
    SmallVector<int64_t> low = llvm::to_vector(llvm::seq<int64_t>(0, lanes / 2));
    SmallVector<int64_t> high = llvm::to_vector(llvm::seq<int64_t>(lanes / 2, lanes));
    Value a = vector::ShuffleOp::create(builder, loc, vector, vector, low);
    Value b = vector::ShuffleOp::create(builder, loc, vector, vector, high);
    vector = combine(builder, loc, combiner, a, b);
  }
  return vector::ExtractOp::create(builder, loc, vector, ArrayRef<int64_t>{0});
}

static unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

/// The bits of the widest element that the body works on.
static unsigned getWidestElement(linalg::LinalgOp op) {
  unsigned width = 8;
  for (Type type : op.getBlock()->getArgumentTypes())
    width = std::max(width, widthOf(type));
  for (Operation &inner : op.getBlock()->without_terminator())
    if (!isa<linalg::IndexOp, arith::IndexCastOp, arith::ConstantOp>(inner))
      for (Type type : inner.getResultTypes())
        if (!type.isIndex())
          width = std::max(width, widthOf(type));
  return width;
}

/// What one element costs when lanes run along loop `d`, in loads of a scalar; lanes that stay idle count.
static double estimateCost(const LoopNest &nest, unsigned d, int64_t lanes) {
  double cost = 0.5;
  // A result is stored once for all positions of the reductions.
  double steps = 1;
  for (const LoopDim &dim : nest.dims)
    if (dim.isReduction && dim.size.isConstant())
      steps *= std::max<double>(1, dim.size.factor);
  for (auto [index, access] : llvm::enumerate(nest.accesses)) {
    if (!access.flat || access.strides[d].isConstant(0)) {
      cost += 0.05;
      continue;
    }
    bool isOutput = static_cast<int64_t>(index) >= nest.op.getNumDpsInputs();
    const Product &stride = access.strides[d];
    if (isOutput)
      cost += (stride.isConstant(1) ? 1.0 : 1.1 * lanes) / steps;
    else
      cost += stride.isConstant(1) ? 1.0 : isReadAsNeighbours(stride) ? std::min(1.5 * stride.factor, 0.8 * lanes) : 0.8 * lanes;
  }
  const Product &size = nest.dims[d].size;
  if (!size.isConstant() || size.factor == 0)
    return cost;
  double used = double(size.factor) / (double(llvm::divideCeil(size.factor, lanes)) * lanes);
  return cost / used;
}

/// At how many places `access` is for `count` neighbours along loop `d`, the reductions being written out as `written` says.
static int64_t countPlaces(const Access &access, ArrayRef<int64_t> written, unsigned d, int64_t count) {
  DenseSet<int64_t> places = {0};
  auto spread = [&](unsigned loop, int64_t size) {
    DenseSet<int64_t> next;
    for (int64_t place : places)
      for (int64_t i = 0; i < size; ++i)
        next.insert(place + i * access.strides[loop].factor);
    places = std::move(next);
  };
  spread(d, count);
  for (auto [loop, size] : llvm::enumerate(written))
    if (size > 1)
      spread(loop, size);
  return places.size();
}

/// How many loads the inputs need for these.
static int64_t countLoads(const LoopNest &nest, ArrayRef<int64_t> written, unsigned d, int64_t count) {
  int64_t loads = 0;
  for (const Access &access : ArrayRef(nest.accesses).take_front(nest.op.getNumDpsInputs()))
    if (access.flat)
      loads += countPlaces(access, written, d, count);
  return loads;
}

/// The greatest part of `size`, `most` at the most, by which it is done in as few steps of about the same length.
static int64_t balance(int64_t size, int64_t most) { return llvm::divideCeil(size, llvm::divideCeil(size, most)); }

/// Chooses the loop of which neighbours share what they read, if there is one.
static void chooseJam(LoopPlan &plan, const LoopNest &nest, const VectorTarget &target) {
  // Vectors that are live while a step of the reduction is written out: sums, what all of them are multiplied with, and a
  // few more. More bodies than this take long to compile.
  constexpr int64_t mostJammed = 16, spare = 3, mostBodyOps = 600, mostGroupTaps = 48;
  const Access *groups = llvm::find_if(nest.accesses, [&](const Access &access) {
    return access.groupSize > 1 && access.groupLoop == plan.vectorLoop && access.memberLoop >= 0 && plan.lanes % access.groupSize == 0;
  });
  if (groups == nest.accesses.end())
    groups = nullptr;
  auto isKnown = [&](unsigned d) {
    return !nest.dims[d].hasIndexUse && nest.dims[d].size.isConstant() &&
           llvm::all_of(nest.accesses, [&](const Access &access) { return !access.flat || access.strides[d].isConstant(); });
  };
  SmallVector<int64_t> written(nest.dims.size(), 1);
  int64_t taps = 1, mostTaps = groups ? mostGroupTaps : std::max<int64_t>(2, target.registers * 3 / 8);
  for (unsigned d = nest.dims.size(); d-- > 0;) {
    if (!nest.dims[d].isReduction)
      continue;
    if (!isKnown(d) || (taps != 1 && taps * nest.dims[d].size.factor > mostTaps))
      break;
    written[d] = balance(std::max<int64_t>(nest.dims[d].size.factor, 1), mostTaps);
    taps *= written[d];
    // Where lanes run over groups, one row of taps, so that many neighbours' vectors fit.
    if (written[d] != nest.dims[d].size.factor || (groups && static_cast<int>(d) != groups->memberLoop))
      break;
  }
  // Neighbours must need a good deal less than each by itself.
  constexpr int64_t sample = 4;
  double best = 0.75;
  for (unsigned d = nest.dims.size(); d-- > 0;) {
    if (nest.dims[d].isReduction || static_cast<int>(d) == plan.vectorLoop || !isKnown(d) || nest.dims[d].size.factor < 2)
      continue;
    double needed = double(countLoads(nest, written, d, sample)) / double(sample * countLoads(nest, written, d, 1));
    if (needed >= best)
      continue;
    best = needed;
    plan.jamLoop = d;
  }
  if (plan.jamLoop < 0)
    return;
  plan.hasGroups = groups && written[groups->memberLoop] == groups->groupSize;
  // The members of groups come one after the other: what they are multiplied with as well, and their vectors stay for all of them.
  SmallVector<int64_t> together = written;
  if (plan.hasGroups)
    together[groups->memberLoop] = 1;
  int64_t shared = 0;
  for (const Access &access : ArrayRef(nest.accesses).take_front(nest.op.getNumDpsInputs()))
    if (access.flat && access.strides[plan.jamLoop].isConstant(0))
      shared += plan.hasGroups ? taps / groups->groupSize : taps;
  const bool isSpread = plan.hasGroups && groups->countInPart() < groups->groupSize;
  auto fits = [&](int64_t jam, int64_t unroll) {
    int64_t sums = jam * unroll * nest.op.getNumDpsInits();
    // Vectors that are shuffled once are taken from memory for that.
    if (plan.hasGroups)
      return sums + (isSpread ? countPlaces(*groups, together, plan.jamLoop, jam) : 0) + shared + spare <= target.registers;
    return sums + unroll * shared + spare <= target.registers;
  };
  int64_t bodyOps = nest.op.getBlock()->getOperations().size() * taps;
  int64_t most = std::min(mostJammed, mostBodyOps / bodyOps);
  while (most >= 2 && !fits(most, 1))
    --most;
  if (most < 2) {
    plan.jamLoop = -1;
    plan.hasGroups = false;
    return;
  }
  plan.jam = balance(nest.dims[plan.jamLoop].size.factor, most);
  plan.written = written;
  plan.writesAll = llvm::all_of(llvm::enumerate(nest.dims), [&](auto dim) {
    return !dim.value().isReduction || dim.value().size.isConstant(written[dim.index()]);
  });
  // Enough sums are under way at once with these.
  constexpr int64_t enough = 8;
  while (plan.unroll > 1 && (plan.unroll / 2 * plan.jam >= enough || !fits(plan.jam, plan.unroll)))
    plan.unroll /= 2;
}

LoopPlan LoopPlan::make(const LoopNest &nest, const VectorTarget &target) {
  LoopPlan scalar;
  if (nest.dims.empty() || !BodyEmitter::canVectorize(nest.op))
    return scalar;
  LoopPlan plan;
  for (unsigned i = 0; i < nest.op.getNumDpsInits(); ++i)
    if (auto combiner = matchCombiner(nest.op, i))
      plan.combiners.push_back(*combiner);
  bool reducible = static_cast<int64_t>(plan.combiners.size()) == nest.op.getNumDpsInits();

  int64_t lanes = std::max<int64_t>(2, target.bits / getWidestElement(nest.op));
  double best = 0.5 + nest.accesses.size();
  best *= lanes;
  for (unsigned d = nest.dims.size(); d-- > 0;) {
    if (nest.dims[d].isReduction && !reducible)
      continue;
    int64_t fit = lanes;
    // A loop shorter than a vector takes the vector that covers it.
    if (nest.dims[d].size.isConstant())
      while (fit / 2 >= std::max<int64_t>(nest.dims[d].size.factor, 2))
        fit /= 2;
    double cost = estimateCost(nest, d, fit) * (double(lanes) / fit) + (nest.dims[d].isReduction ? 0.3 : 0);
    if (cost >= best)
      continue;
    best = cost;
    plan.vectorLoop = d;
    plan.lanes = fit;
  }
  if (plan.vectorLoop < 0)
    return scalar;
  bool hasReduction = llvm::any_of(nest.dims, [](const LoopDim &dim) { return dim.isReduction; });
  if (hasReduction && nest.op.getBlock()->getOperations().size() <= 12)
    plan.unroll = 4 / std::min<int64_t>(4, nest.op.getNumDpsInits());
  if (!hasReduction)
    plan.interleave = countInterleaved(nest.op, target.registers);
  const Product &size = nest.dims[plan.vectorLoop].size;
  while (plan.unroll > 1 && size.isConstant() && size.factor < plan.unroll * plan.lanes)
    plan.unroll /= 2;
  if (hasReduction && !nest.dims[plan.vectorLoop].isReduction)
    chooseJam(plan, nest, target);
  return plan;
}

} // namespace sconce::codegen
