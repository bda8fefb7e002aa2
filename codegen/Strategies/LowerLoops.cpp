// Turns the linalg operations of a kernel into loops over vectors.
//
// LLVM's vectorizer would find many of these loops, but not reductions (it may not reorder them), not with stable
// results between targets, and at a price in compile time. Here the strides of all operands are known, and with them
// which loop the lanes should run along.
// Requires: linalg on buffers of strided layout. Ensures: no linalg op.

#include "codegen/Strategies/BodyEmitter.h"
#include "codegen/Strategies/GroupNest.h"
#include "codegen/Strategies/LoopHints.h"
#include "codegen/Strategies/LoopPlan.h"
#include "codegen/Strategies/Passes.h"
#include "codegen/Strategies/SharedLoop.h"
#include "codegen/Strategies/VectorTranspose.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/Origins.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_LOWERLOOPSPASS
#include "codegen/Strategies/Passes.h.inc"

namespace {

/// A stretch of the vector loop that is worked on in one way.
struct Segment {
  Product begin, end;
  int64_t lanes = 1, unroll = 1;
  bool masked = false;
};

/// Emits the loops of one op.
class NestEmitter {
public:
  NestEmitter(OpBuilder &builder, const GroupNest &group, const LoopPlan &plan, int tileLoop, int sharedLoop,
              const VectorTarget &target)
      : builder(builder), group(group), nest(group.nests.front()), plan(plan), tileLoop(tileLoop), sharedLoop(sharedLoop),
        target(target), loc(nest.op.getLoc()) {
    at.positions.assign(nest.dims.size(), Value());
    counts.assign(nest.dims.size(), 1);
  }
  void emit();

private:
  using Body = llvm::function_ref<void()>;
  using Carried = SmallVector<Value>;
  using CarryingBody = llvm::function_ref<Carried(Carried)>;

  void loopOver(unsigned d, Body body);
  Carried loopOver(unsigned d, const Segment &segment, Carried carried, CarryingBody body);
  void parallelLoops(unsigned next, Body body);
  Carried reductionLoops(unsigned next, Carried carried, CarryingBody body);

  SmallVector<Segment> segments(unsigned d);
  void enter(const Segment &segment, Value position, int64_t part);

  void emitJammed(Body body);
  void emitElements(const Segment &segment);
  void emitTiles(const Segment &segment);
  void emitTile(const Segment &segment, Value begin, int64_t count, int64_t valid);
  void reduceAcrossLanes();
  Carried step(const Segment &segment, Carried carried);
  Carried stepWritten(const Segment &segment, Carried carried);
  Carried stepAcrossLanes(const Segment &segment, Carried carried);
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  unsigned numOutputs() { return nest.op.getNumDpsInits(); }
  bool isVectorReduction() const { return plan.vectorLoop >= 0 && nest.dims[plan.vectorLoop].isReduction; }

  OpBuilder &builder;
  const GroupNest &group;
  const LoopNest &nest; ///< the leader's
  const LoopPlan &plan;
  int tileLoop;   ///< see chooseTileLoop; or none
  int sharedLoop; ///< the outermost one, or none
  const VectorTarget &target;
  Location loc;
  LanePosition at;
  Value vectorPosition;         ///< of the segment's first lane
  Value jamPosition;            ///< of the first of the jammed positions
  SmallVector<int64_t> counts;  ///< for each loop: how many positions are written out from the open one on
};

} // namespace

/// A loop over all of `d`, one position at a time.
void NestEmitter::loopOver(unsigned d, Body body) {
  auto loop = scf::ForOp::create(builder, loc, constant(0), nest.dims[d].size.build(builder, loc), constant(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  at.positions[d] = loop.getInductionVar();
  body();
}

/// A loop over a segment of `d` that carries values. A segment that is one step long needs no loop.
SmallVector<Value> NestEmitter::loopOver(unsigned d, const Segment &segment, Carried carried, CarryingBody body) {
  int64_t step = segment.lanes * segment.unroll;
  if (segment.begin.isConstant() && segment.end.isConstant() && segment.end.factor - segment.begin.factor <= step) {
    if (segment.end.factor <= segment.begin.factor)
      return carried;
    at.positions[d] = constant(segment.begin.factor);
    return body(carried);
  }
  auto loop = scf::ForOp::create(builder, loc, segment.begin.build(builder, loc), segment.end.build(builder, loc),
                                 constant(step), carried);
  if (plan.jamLoop >= 0 && nest.dims[d].isReduction)
    keepRolled(loop);
  OpBuilder::InsertionGuard guard(builder);
  if (carried.empty())
    builder.setInsertionPoint(loop.getBody()->getTerminator());
  else
    builder.setInsertionPointToStart(loop.getBody());
  at.positions[d] = loop.getInductionVar();
  Carried yielded = body(Carried(loop.getRegionIterArgs()));
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, yielded);
  return Carried(loop.getResults());
}

void NestEmitter::parallelLoops(unsigned next, Body body) {
  for (; next < nest.dims.size(); ++next)
    if (!nest.dims[next].isReduction &&
        !llvm::is_contained({plan.vectorLoop, plan.jamLoop, tileLoop, sharedLoop}, static_cast<int>(next)))
      return loopOver(next, [&] { parallelLoops(next + 1, body); });
  body();
}

/// The reduction loops that lanes do not run along, outermost first.
SmallVector<Value> NestEmitter::reductionLoops(unsigned next, Carried carried, CarryingBody body) {
  for (; next < nest.dims.size(); ++next) {
    if (!nest.dims[next].isReduction || static_cast<int>(next) == plan.vectorLoop)
      continue;
    const Product &size = nest.dims[next].size;
    int64_t written = plan.written.empty() ? 1 : plan.written[next];
    int64_t whole = written == 1 ? 0 : size.factor / written * written;
    auto over = [&](Product begin, Product end, int64_t count) {
      counts[next] = count;
      carried = loopOver(next, Segment{begin, end, 1, count, false}, carried,
                         [&](Carried inner) { return reductionLoops(next + 1, inner, body); });
      counts[next] = 1;
    };
    if (written == 1)
      over(Product(0), size, 1);
    if (whole != 0)
      over(Product(0), Product(whole), written);
    if (written != 1 && whole != size.factor)
      over(Product(whole), size, size.factor - whole);
    return carried;
  }
  return body(carried);
}

/// Splits loop `d`: several vectors at once, then single vectors, then what is left under a mask or on scalars.
SmallVector<Segment> NestEmitter::segments(unsigned d) {
  const Product &size = nest.dims[d].size;
  SmallVector<Segment> result;
  Product begin(0);
  auto add = [&](int64_t lanes, int64_t unroll, bool masked) {
    int64_t step = lanes * unroll;
    Product end = size;
    if (!masked && step > 1) {
      if (size.isConstant()) {
        end = Product(size.factor / step * step);
      } else {
        Value all = size.build(builder, loc);
        Value rest = arith::RemUIOp::create(builder, loc, all, constant(step));
        end = Product(arith::SubIOp::create(builder, loc, all, rest).getResult());
      }
    }
    if (!(begin == end) && !(size.isConstant() && end.factor <= begin.factor))
      result.push_back({begin, end, lanes, unroll, masked});
    begin = end;
  };
  if (plan.unroll > 1)
    add(plan.lanes, plan.unroll, false);
  if (plan.interleave > 1 && tileLoop < 0)
    add(plan.lanes * plan.interleave, 1, false);
  add(plan.lanes, 1, false);
  if (size.isConstant() && begin.isConstant() && begin.factor == size.factor)
    return result;
  if (target.maskedMemory)
    add(plan.lanes, 1, true);
  else
    add(1, 1, false);
  return result;
}

/// Puts the emitter at the `part`-th vector of a step at `position`.
void NestEmitter::enter(const Segment &segment, Value position, int64_t part) {
  at.lanes = segment.lanes;
  at.vectorLoop = segment.lanes == 1 ? -1 : plan.vectorLoop;
  at.mask = Value();
  if (plan.vectorLoop < 0)
    return;
  Value start = position;
  if (part != 0)
    start = arith::AddIOp::create(builder, loc, position, constant(part * segment.lanes));
  at.positions[plan.vectorLoop] = start;
  if (!segment.masked)
    return;
  Value left = arith::SubIOp::create(builder, loc, segment.end.build(builder, loc), start);
  // Fewer lanes are left than a vector has, so 32 bits hold the number, and make a mask in one comparison.
  auto type = VectorType::get({segment.lanes}, builder.getI32Type());
  Value count = vector::BroadcastOp::create(builder, loc, type,
                                            arith::IndexCastOp::create(builder, loc, builder.getI32Type(), left));
  at.mask = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, makeLaneNumbers(builder, loc, type), count);
}

/// The outputs' new values at the current reduction position, for each part of the segment.
SmallVector<Value> NestEmitter::step(const Segment &segment, Carried carried) {
  Carried result;
  for (int64_t part = 0; part < segment.unroll; ++part) {
    enter(segment, vectorPosition, part);
    BodyEmitter body(builder, nest, at);
    SmallVector<LaneValue> arguments;
    for (unsigned i = 0; i < nest.op.getNumDpsInputs(); ++i)
      arguments.push_back(nest.op.getBlock()->getArgument(i).use_empty() ? LaneValue{} : body.load(i));
    for (unsigned i = 0; i < numOutputs(); ++i) {
      if (carried.empty()) {
        BlockArgument element = nest.op.getBlock()->getArgument(nest.op.getNumDpsInputs() + i);
        arguments.push_back(element.use_empty() ? LaneValue{} : body.load(nest.op.getNumDpsInputs() + i));
        continue;
      }
      LaneValue::Kind kind = segment.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying;
      arguments.push_back({kind, carried[part * numOutputs() + i]});
    }
    SmallVector<LaneValue> yielded = body.evaluate(arguments);
    for (auto [i, value] : llvm::enumerate(yielded)) {
      if (carried.empty())
        body.store(i, value);
      else
        result.push_back(body.widen(value));
    }
  }
  return result;
}

/// As step, for several neighbours along the jam loop and several positions of reductions, written out: what two of them
/// read at one place is read once. They go in the order in which the operand lies that is read at most places, so that few
/// vectors of it are held at a time; but where lanes run over groups, the members of all go one after the other, so that few
/// vectors of the other operand are.
SmallVector<Value> NestEmitter::stepWritten(const Segment &segment, Carried carried) {
  unsigned numInputs = nest.op.getNumDpsInputs();
  struct Point {
    SmallVector<int64_t> offsets; ///< one for each loop
    int64_t member = 0;           ///< where lanes run over groups
    int64_t place = 0;            ///< of the operand that says the order
    size_t number = 0;            ///< in the order of the loops
  };
  std::vector<Point> points = {{SmallVector<int64_t>(nest.dims.size(), 0)}};
  // The jam loop is the innermost.
  SmallVector<unsigned> order;
  for (unsigned d = 0; d < counts.size(); ++d)
    if (counts[d] > 1 && static_cast<int>(d) != plan.jamLoop)
      order.push_back(d);
  order.push_back(plan.jamLoop);
  for (unsigned d : order) {
    std::vector<Point> next;
    for (const Point &point : points)
      for (int64_t i = 0; i < counts[d]; ++i) {
        next.push_back(point);
        next.back().offsets[d] = i;
      }
    points = std::move(next);
  }
  auto placeOf = [&](unsigned input, const Point &point) {
    int64_t place = 0;
    for (auto [offset, stride] : llvm::zip_equal(point.offsets, nest.accesses[input].strides))
      if (offset != 0)
        place += offset * stride.factor;
    return place;
  };
  // Of the operand whose groups lanes run over: which member of its group a point reads.
  auto memberOf = [&](unsigned input, const Point &point) -> std::optional<int64_t> {
    const Access &access = nest.accesses[input];
    if (segment.lanes == 1 || access.groupSize == 1 || access.groupLoop != plan.vectorLoop || counts[access.memberLoop] != access.groupSize)
      return std::nullopt;
    return point.offsets[access.memberLoop];
  };
  for (auto [number, point] : llvm::enumerate(points)) {
    point.number = number;
    for (unsigned i = 0; i < numInputs; ++i)
      point.member += memberOf(i, point).value_or(0);
  }
  size_t most = 0;
  for (unsigned i = 0; i < numInputs; ++i) {
    if (!nest.accesses[i].flat)
      continue;
    DenseSet<int64_t> places;
    for (const Point &point : points)
      places.insert(placeOf(i, point));
    if (places.size() <= most)
      continue;
    most = places.size();
    for (Point &point : points)
      point.place = placeOf(i, point);
  }
  llvm::sort(points, [](const Point &a, const Point &b) { return std::tie(a.member, a.place, a.number) < std::tie(b.member, b.place, b.number); });

  for (int64_t part = 0; part < segment.unroll; ++part) {
    at.positions[plan.jamLoop] = jamPosition;
    enter(segment, vectorPosition, part);
    BodyEmitter first(builder, nest, at);
    SmallVector<Value> starts(numInputs);
    DenseMap<std::pair<unsigned, int64_t>, LaneValue> read;
    DenseMap<std::pair<int64_t, int64_t>, Value> groups; ///< of the operand whose groups lanes run over, by place and part
    for (const Point &point : points) {
      SmallVector<LaneValue> arguments;
      for (unsigned i = 0; i < numInputs; ++i) {
        if (nest.op.getBlock()->getArgument(i).use_empty() || !nest.accesses[i].flat) {
          arguments.push_back(nest.accesses[i].flat ? LaneValue{} : first.load(i));
          continue;
        }
        if (!starts[i])
          starts[i] = first.address(i);
        auto addressOf = [&](int64_t place) {
          return place == 0 ? starts[i] : arith::AddIOp::create(builder, loc, starts[i], constant(place)).getResult();
        };
        int64_t place = placeOf(i, point);
        LaneValue &value = read[{i, place}];
        if (!value.value) {
          if (std::optional<int64_t> member = memberOf(i, point)) {
            Value &vector = groups[{place - *member, first.partOfGroup(i, *member)}];
            if (!vector)
              vector = first.loadGroups(i, addressOf(place - *member), *member);
            value = first.pickMember(i, vector, *member);
          } else {
            value = first.loadAt(i, addressOf(place));
          }
        }
        arguments.push_back(value);
      }
      LaneValue::Kind kind = segment.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying;
      size_t sums = (part * counts[plan.jamLoop] + point.offsets[plan.jamLoop]) * numOutputs();
      for (unsigned i = 0; i < numOutputs(); ++i)
        arguments.push_back({kind, carried[sums + i]});
      BodyEmitter body(builder, nest, at);
      for (auto [i, value] : llvm::enumerate(body.evaluate(arguments)))
        carried[sums + i] = body.widen(value);
    }
  }
  return carried;
}

/// All of the jam loop, several positions at once.
void NestEmitter::emitJammed(Body body) {
  int64_t size = nest.dims[plan.jamLoop].size.factor, whole = size / plan.jam * plan.jam;
  auto over = [&](int64_t begin, int64_t end, int64_t count) {
    counts[plan.jamLoop] = count;
    loopOver(plan.jamLoop, Segment{Product(begin), Product(end), 1, count, false}, {}, [&](Carried) -> Carried {
      jamPosition = at.positions[plan.jamLoop];
      body();
      return {};
    });
  };
  if (whole != 0)
    over(0, whole, plan.jam);
  if (whole != size)
    over(whole, size, size - whole);
}

/// Everything for the elements that lie in `segment` of the vector loop, which is parallel (or for scalars).
void NestEmitter::emitElements(const Segment &segment) {
  bool reduces = llvm::any_of(nest.dims, [](const LoopDim &dim) { return dim.isReduction; });
  if (!reduces && !group.initial && !group.hasEpilogue()) {
    step(segment, {});
    return;
  }
  int64_t jam = plan.jamLoop < 0 ? 1 : counts[plan.jamLoop];
  auto forEachPlace = [&](llvm::function_ref<void(int64_t)> body) {
    for (int64_t place = 0; place < segment.unroll * jam; ++place) {
      enter(segment, vectorPosition, place / jam);
      if (plan.jamLoop >= 0)
        at.positions[plan.jamLoop] = place % jam == 0 ? jamPosition : arith::AddIOp::create(builder, loc, jamPosition, constant(place % jam));
      body(place);
    }
  };
  Carried accumulators;
  // Outputs do not move with the reduction loops, which have no position yet.
  for (auto [d, dim] : llvm::enumerate(nest.dims))
    if (dim.isReduction)
      at.positions[d] = Value();
  forEachPlace([&](int64_t) {
    BodyEmitter body(builder, nest, at);
    for (unsigned i = 0; i < numOutputs(); ++i)
      accumulators.push_back(body.widen(group.loadInitial(body, i)));
  });
  Carried totals = reductionLoops(0, accumulators, [&](Carried inner) {
    return plan.jamLoop < 0 ? step(segment, inner) : stepWritten(segment, inner);
  });
  LaneValue::Kind kind = segment.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying;
  for (unsigned i = 0; i < numOutputs(); ++i) {
    SmallVector<LanePosition> places;
    SmallVector<LaneValue> values;
    forEachPlace([&](int64_t place) {
      places.push_back(at);
      values.push_back({kind, totals[place * numOutputs() + i]});
      if (place % jam != jam - 1)
        return;
      group.storeResults(builder, places, plan.jamLoop, i, values, target.maskedMemory);
      places.clear();
      values.clear();
    });
  }
}

/// Whether input `index` lies along the tile loop, so that lanes along the vector loop would have to gather it.
static bool isTransposed(const LoopNest &nest, unsigned index, int vectorLoop, int tileLoop) {
  const Access &access = nest.accesses[index];
  return access.flat && access.elementType.isIntOrFloat() && access.elementType.getIntOrFloatBitWidth() >= 8 &&
         access.strides[tileLoop].isConstant(1) && !access.strides[vectorLoop].isConstant(0) &&
         !access.strides[vectorLoop].isConstant(1);
}

/// The tile loop in squares, read along the one loop and written along the other, with what is left at its end.
void NestEmitter::emitTiles(const Segment &segment) {
  const Product &columns = nest.dims[plan.vectorLoop].size;
  if (segment.lanes != plan.lanes || (segment.masked && !columns.isConstant()))
    return loopOver(tileLoop, [&] { emitElements(segment); });
  int64_t size = nest.dims[tileLoop].size.factor, whole = size / plan.lanes * plan.lanes;
  int64_t valid = segment.masked ? columns.factor % plan.lanes : plan.lanes;
  auto over = [&](int64_t begin, int64_t end, int64_t count) {
    loopOver(tileLoop, Segment{Product(begin), Product(end), 1, count, false}, {}, [&](Carried) -> Carried {
      emitTile(segment, at.positions[tileLoop], count, valid);
      return {};
    });
  };
  over(0, whole, plan.lanes);
  if (whole != size)
    over(whole, size, size - whole);
}

/// `count` positions of the tile loop from `begin` on, for a vector of which `valid` lanes count.
void NestEmitter::emitTile(const Segment &segment, Value begin, int64_t count, int64_t valid) {
  unsigned numInputs = nest.op.getNumDpsInputs();
  SmallVector<SmallVector<Value>> columns(numInputs);
  for (unsigned i = 0; i < numInputs; ++i) {
    if (nest.op.getBlock()->getArgument(i).use_empty() || !isTransposed(nest, i, plan.vectorLoop, tileLoop))
      continue;
    LanePosition row = at;
    row.vectorLoop = tileLoop;
    row.lanes = plan.lanes;
    row.mask = Value();
    row.positions[tileLoop] = begin;
    if (count != plan.lanes) {
      SmallVector<bool> counts(plan.lanes, true);
      std::fill(counts.begin() + count, counts.end(), false);
      row.mask = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(VectorType::get({plan.lanes}, builder.getI1Type()), counts));
    }
    for (int64_t lane = 0; lane < plan.lanes; ++lane) {
      row.positions[plan.vectorLoop] = arith::AddIOp::create(builder, loc, vectorPosition, constant(lane));
      // The lanes that do not count hold what one does; they are not stored.
      columns[i].push_back(lane < valid ? BodyEmitter(builder, nest, row).load(i).value : columns[i].back());
    }
    transposeInRegisters(builder, loc, columns[i]);
  }
  for (int64_t position = 0; position < count; ++position) {
    at.positions[tileLoop] = arith::AddIOp::create(builder, loc, begin, constant(position));
    enter(segment, vectorPosition, 0);
    BodyEmitter body(builder, nest, at);
    SmallVector<LaneValue> arguments;
    for (BlockArgument element : nest.op.getBlock()->getArguments()) {
      unsigned i = element.getArgNumber();
      arguments.push_back(element.use_empty()                       ? LaneValue{}
                          : i < numInputs && !columns[i].empty() ? LaneValue{LaneValue::Varying, columns[i][position]}
                                                                 : body.load(i));
    }
    for (auto [i, value] : llvm::enumerate(body.evaluate(arguments)))
      body.store(i, value);
  }
}

/// One step along a vector loop that is a reduction: `carried` has plan.unroll vectors for each output.
SmallVector<Value> NestEmitter::stepAcrossLanes(const Segment &segment, Carried carried) {
  for (int64_t part = 0; part < segment.unroll; ++part) {
    enter(segment, vectorPosition, part);
    BodyEmitter body(builder, nest, at);
    SmallVector<LaneValue> arguments;
    for (unsigned i = 0; i < nest.op.getNumDpsInputs(); ++i)
      arguments.push_back(nest.op.getBlock()->getArgument(i).use_empty() ? LaneValue{} : body.load(i));
    // The combiner is emitted with a neutral element in the place of the output, which is not looked at.
    SmallVector<Value> neutral;
    for (const Combiner &combiner : plan.combiners) {
      neutral.push_back(arith::ConstantOp::create(builder, loc, getNeutralElement(combiner.op)));
      arguments.push_back({LaneValue::Uniform, neutral.back()});
    }
    SmallVector<Value> wanted = llvm::map_to_vector(plan.combiners, [](const Combiner &c) { return c.contribution; });
    SmallVector<Value> contributions =
        llvm::map_to_vector(body.evaluate(arguments, wanted), [&](LaneValue v) { return body.widen(v); });
    for (auto [i, combiner] : llvm::enumerate(plan.combiners)) {
      Value &accumulator = carried[part * numOutputs() + i];
      Value value = contributions[i];
      if (at.mask) {
        Value idle = vector::BroadcastOp::create(builder, loc, value.getType(), neutral[i]);
        value = arith::SelectOp::create(builder, loc, at.mask, value, idle);
      }
      if (segment.lanes == plan.lanes) {
        accumulator = combine(builder, loc, combiner.op, accumulator, value);
        continue;
      }
      // One element on its own goes into lane 0.
      Value lane = vector::ExtractOp::create(builder, loc, accumulator, ArrayRef<int64_t>{0});
      lane = combine(builder, loc, combiner.op, lane, value);
      accumulator = vector::InsertOp::create(builder, loc, lane, accumulator, ArrayRef<int64_t>{0});
    }
  }
  return carried;
}

/// All reductions for one output element, lanes running along a reduction loop.
void NestEmitter::reduceAcrossLanes() {
  Carried accumulators;
  for (int64_t part = 0; part < plan.unroll; ++part)
    for (const Combiner &combiner : plan.combiners) {
      TypedAttr neutral = getNeutralElement(combiner.op);
      auto type = VectorType::get({plan.lanes}, neutral.getType());
      accumulators.push_back(arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, neutral)));
    }
  SmallVector<Segment> parts = segments(plan.vectorLoop);
  Carried totals = reductionLoops(0, accumulators, [&](Carried carried) {
    for (const Segment &segment : parts)
      carried = loopOver(plan.vectorLoop, segment, carried, [&](Carried inner) {
        vectorPosition = at.positions[plan.vectorLoop];
        return stepAcrossLanes(segment, inner);
      });
    return carried;
  });
  for (auto [d, dim] : llvm::enumerate(nest.dims))
    if (dim.isReduction)
      at.positions[d] = Value();
  at.lanes = 1;
  at.vectorLoop = -1;
  at.mask = Value();
  BodyEmitter body(builder, nest, at);
  for (auto [i, combiner] : llvm::enumerate(plan.combiners)) {
    Value sum = totals[i];
    for (int64_t part = 1; part < plan.unroll; ++part)
      sum = combine(builder, loc, combiner.op, sum, totals[part * numOutputs() + i]);
    Value before = group.loadInitial(body, i).value;
    Value after = combine(builder, loc, combiner.op, before, combineLanes(builder, loc, combiner.op, sum));
    group.storeResults(builder, at, /*across=*/-1, i, LaneValue{LaneValue::Uniform, after}, target.maskedMemory);
  }
}

void NestEmitter::emit() {
  OpBuilder::InsertionGuard guard(builder);
  if (sharedLoop >= 0)
    at.positions[sharedLoop] = openSharedLoop(builder, loc, nest.dims[sharedLoop].size);
  if (isVectorReduction())
    return parallelLoops(0, [&] { reduceAcrossLanes(); });
  if (plan.vectorLoop < 0)
    return parallelLoops(0, [&] { emitElements(Segment{Product(0), Product(1), 1, 1, false}); });
  SmallVector<Segment> parts = segments(plan.vectorLoop);
  auto alongLanes = [&](llvm::function_ref<void(const Segment &)> body) {
    for (const Segment &segment : parts)
      loopOver(plan.vectorLoop, segment, {}, [&](Carried) -> Carried {
        vectorPosition = at.positions[plan.vectorLoop];
        body(segment);
        return {};
      });
  };
  parallelLoops(0, [&] {
    // What does not move with the jam loop stays in registers along it, or near, if all of it does; else lanes go in order of memory.
    if (plan.jamLoop >= 0 && (plan.writesAll || plan.hasGroups))
      alongLanes([&](const Segment &segment) { emitJammed([&] { emitElements(segment); }); });
    else if (plan.jamLoop >= 0)
      emitJammed([&] { alongLanes([&](const Segment &segment) { emitElements(segment); }); });
    else
      alongLanes([&](const Segment &segment) { tileLoop >= 0 ? emitTiles(segment) : emitElements(segment); });
  });
}

/// The loop that threads share, -1 for none: one that lanes do not run along and that is long enough, or a part of the one
/// that they do, of `leastLanes` or more.
static int chooseSharedLoop(GroupNest &group, const LoopPlan &plan, int tileLoop, int64_t leastLanes) {
  ArrayRef<LoopDim> dims = group.nests.front().dims;
  int best = -1;
  for (auto [d, dim] : llvm::enumerate(dims)) {
    if (dim.isReduction || llvm::is_contained({plan.vectorLoop, plan.jamLoop, tileLoop}, static_cast<int>(d)))
      continue;
    if (!dim.size.isConstant() || dim.size.factor >= fewestShares)
      return d;
    if (best < 0 || dim.size.factor > dims[best].size.factor)
      best = d;
  }
  if (plan.vectorLoop >= 0)
    if (const LoopDim &dim = dims[plan.vectorLoop]; !dim.isReduction && !dim.hasIndexUse && dim.size.isConstant())
      for (int64_t unit : {plan.lanes * plan.unroll, plan.lanes, group.nests.front().countIndivisible(plan.vectorLoop)})
        if (int64_t inner = shareSize(dim.size.factor, unit);
            inner >= std::max(leastLanes, plan.lanes) && (best < 0 || dim.size.factor / inner > dims[best].size.factor))
          return splitLoop(group, plan.vectorLoop, inner);
  return best >= 0 && dims[best].size.factor >= 2 ? best : -1;
}

/// The loop along which an input lies that lanes would have to gather, -1 for none: squares of the two loops are then read
/// along the one, transposed in registers, and written along the other. A loop of so many squares becomes as long as one; of
/// another, the rest is read under a mask, which is known when this is compiled and so costs nothing on machines without masks, either.
static int chooseTileLoop(GroupNest &group, LoopPlan &plan) {
  constexpr int64_t mostLanes = 16, fewestLanes = 4;
  const LoopNest &nest = group.nests.front();
  if (plan.vectorLoop < 0 || group.hasEpilogue() || group.initial ||
      llvm::any_of(nest.dims, [](const LoopDim &dim) { return dim.isReduction; }) ||
      llvm::any_of(nest.getOutputs(), [&](const Access &access) { return !access.strides[plan.vectorLoop].isConstant(1); }))
    return -1;
  for (auto [d, dim] : llvm::enumerate(nest.dims)) {
    bool isGathered = llvm::any_of(llvm::seq<unsigned>(0, nest.op.getNumDpsInputs()), [&](unsigned i) {
      return isTransposed(nest, i, plan.vectorLoop, d);
    });
    if (!isGathered || static_cast<int>(d) == plan.vectorLoop || dim.hasIndexUse || !dim.size.isConstant())
      continue;
    int64_t lanes = std::min(plan.lanes, mostLanes);
    while (lanes >= fewestLanes && dim.size.factor <= lanes / 2)
      lanes /= 2;
    if (lanes < fewestLanes)
      continue;
    plan.lanes = lanes;
    if (dim.size.factor % lanes == 0)
      splitLoop(group, d, lanes);
    return d;
  }
  return -1;
}

/// Writes out affine.apply, which fusion puts into bodies, as arithmetic.
static void expandAffine(func::FuncOp func) {
  func.walk([](affine::AffineApplyOp apply) {
    OpBuilder builder(apply);
    auto values = affine::expandAffineMap(builder, apply.getLoc(), apply.getAffineMap(), apply.getMapOperands());
    apply.replaceAllUsesWith((*values)[0]);
    apply.erase();
  });
}

/// What reports say of a nest of loops.
static void recordLoops(Builder &builder, func::FuncOp kernel, const LoopNest &nest, const LoopPlan &plan, int sharedLoop) {
  StringRef along = plan.vectorLoop < 0                        ? "scalars"
                    : nest.dims[plan.vectorLoop].isReduction ? "a reduction"
                    : plan.hasGroups                           ? "several groups"
                                                               : "elements";
  recordPlan(kernel, {builder.getNamedAttr("strategy", builder.getStringAttr("loops")), builder.getNamedAttr("along", builder.getStringAttr(along)),
                      builder.getNamedAttr("lanes", builder.getI64IntegerAttr(plan.vectorLoop < 0 ? 1 : plan.lanes)),
                      builder.getNamedAttr("unroll", builder.getI64IntegerAttr(plan.unroll)),
                      builder.getNamedAttr("jam", builder.getI64IntegerAttr(plan.jam)),
                      builder.getNamedAttr("shared", builder.getBoolAttr(sharedLoop >= 0))});
}

namespace {
struct LowerLoopsPass : impl::LowerLoopsPassBase<LowerLoopsPass> {
  using Base::Base;
  void runOnOperation() override {
    VectorTarget target{vectorBits, registers, maskedMemory};
    expandAffine(getOperation());
    scf::ForOp rows = findRowLoop(getOperation());
    if (rows && isWorthSharing(getOperation()))
      rows->setAttr(sharedLoopAttrName, UnitAttr::get(&getContext()));
    for (const KernelGroup &group : KernelGroup::listOfKernel(getOperation()))
      if (group.leader && failed(lower(group, target, /*mayShare=*/!rows)))
        return signalPassFailure();
    // What is left is by itself.
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      KernelGroup alone;
      alone.leader = op;
      if (failed(lower(alone, target, /*mayShare=*/!rows)))
        return signalPassFailure();
    }
  }

  LogicalResult lower(KernelGroup group, const VectorTarget &target, bool mayShare) {
    // An epilogue that runs on scalars only would hold its leader back.
    if (group.epilogue && !BodyEmitter::canVectorize(cast<linalg::LinalgOp>(group.epilogue.getOperation()))) {
      remarkNotMerged(group.epilogue, group.leader.getLoc(), group.epilogue.getLoc(), "it has no vector code");
      group.epilogue = {};
    }
    OpBuilder builder(group.getOps().back());
    FailureOr<GroupNest> nest = GroupNest::read(builder, group, target.registers);
    if (failed(nest))
      return failure();
    LoopPlan plan = LoopPlan::make(nest->nests.front(), target);
    ++(plan.vectorLoop < 0 ? numScalar : numVector);
    int tileLoop = chooseTileLoop(*nest, plan);
    // A kernel that is known to be worth it has many elements to read for each lane, if it has few lanes.
    int64_t leastLanes = getOperation()->hasAttr(workAttrName) ? plan.lanes : 16 * plan.lanes;
    int sharedLoop = mayShare && isWorthSharing(getOperation()) ? chooseSharedLoop(*nest, plan, tileLoop, leastLanes) : -1;
    recordLoops(builder, getOperation(), nest->nests.front(), plan, sharedLoop);
    NestEmitter(builder, *nest, plan, tileLoop, sharedLoop, target).emit();
    for (linalg::LinalgOp op : group.getOps())
      op->erase();
    return success();
  }
};
} // namespace
} // namespace sconce::codegen
