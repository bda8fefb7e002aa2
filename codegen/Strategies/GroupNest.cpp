#include "codegen/Strategies/GroupNest.h"
#include "codegen/Strategies/VectorTranspose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
namespace sconce::codegen {

FailureOr<GroupNest> GroupNest::read(OpBuilder &builder, KernelGroup group, unsigned registers) {
  GroupNest result;
  SmallVector<linalg::LinalgOp> followers;
  SmallVector<SmallVector<unsigned>> loops;
  if (group.epilogue) {
    followers.push_back(cast<linalg::LinalgOp>(group.epilogue.getOperation()));
    loops.push_back(group.getEpilogueLoops());
    result.epilogueOperand = group.epilogueOperand;
  }
  auto nests = readTogether(builder, group.leader, followers, loops);
  if (failed(nests))
    return failure();
  result.nests = std::move(*nests);
  if (group.fill)
    result.initial = group.fill.value();
  if (result.hasEpilogue())
    result.interleave = countInterleaved(result.nests.back().op, registers);
  return result;
}

/// Whether neighbours in memory are along loop `across` and not along the lanes.
static bool liesAcross(const Access &access, int across, int vectorLoop) {
  return across >= 0 && access.strides[across].isConstant(1) && !access.strides[vectorLoop].isConstant(1);
}

bool GroupNest::turnsResults(int across, int vectorLoop) const {
  return llvm::any_of(nests.back().getOutputs(), [&](const Access &access) { return liesAcross(access, across, vectorLoop); });
}

LaneValue GroupNest::loadInitial(BodyEmitter &leader, unsigned index) const {
  if (initial)
    return {LaneValue::Uniform, initial};
  return leader.load(nests.front().op.getNumDpsInputs() + index);
}

SmallVector<LaneValue> GroupNest::finish(OpBuilder &builder, const LanePosition &at, LaneValue value) const {
  if (!hasEpilogue())
    return {value};
  const LoopNest &nest = nests.back();
  BodyEmitter body(builder, nest, at);
  SmallVector<LaneValue> arguments;
  for (BlockArgument element : nest.op.getBlock()->getArguments()) {
    if (element.getArgNumber() == epilogueOperand)
      arguments.push_back(value);
    else
      arguments.push_back(element.use_empty() ? LaneValue{} : body.load(element.getArgNumber()));
  }
  return body.evaluate(arguments);
}

/// Vectors one behind the other; the inverse of part.
static Value join(OpBuilder &builder, Location loc, ArrayRef<Value> vectors) {
  if (vectors.size() == 1)
    return vectors.front();
  size_t half = vectors.size() / 2;
  Value low = join(builder, loc, vectors.take_front(half)), high = join(builder, loc, vectors.drop_front(half));
  int64_t lanes = cast<VectorType>(low.getType()).getNumElements();
  return vector::ShuffleOp::create(builder, loc, low, high, llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
}

static Value part(OpBuilder &builder, Location loc, Value joined, int64_t index, int64_t lanes) {
  return vector::ShuffleOp::create(builder, loc, joined, joined, llvm::to_vector(llvm::seq(index * lanes, (index + 1) * lanes)));
}

std::vector<SmallVector<LaneValue>> GroupNest::finishAll(OpBuilder &builder, ArrayRef<LanePosition> places,
                                                         ArrayRef<LaneValue> values) const {
  std::vector<SmallVector<LaneValue>> results;
  const LoopNest &nest = nests.back();
  Location loc = nest.op.getLoc();
  int64_t lanes = places.front().lanes;
  // Positions are in no order that a wide vector would have, and masks have none.
  bool mayJoin = lanes > 1 && llvm::all_of(places, [&](const LanePosition &at) { return !at.mask && at.lanes == lanes; }) &&
                 llvm::all_of(nest.op.getBlock()->without_terminator(),
                              [](Operation &op) { return op.hasTrait<OpTrait::Elementwise>() || op.hasTrait<OpTrait::ConstantLike>(); });
  int64_t together = mayJoin ? interleave : 1;
  for (; !places.empty(); places = places.drop_front(together), values = values.drop_front(together)) {
    while (together > static_cast<int64_t>(places.size()))
      together /= 2;
    if (together == 1) {
      results.push_back(finish(builder, places.front(), values.front()));
      continue;
    }
    SmallVector<LaneValue> arguments;
    for (BlockArgument element : nest.op.getBlock()->getArguments()) {
      if (element.use_empty()) {
        arguments.push_back({});
        continue;
      }
      SmallVector<Value> parts;
      for (int64_t i = 0; i < together; ++i) {
        BodyEmitter body(builder, nest, places[i]);
        bool isLeader = element.getArgNumber() == epilogueOperand;
        parts.push_back(body.widen(isLeader ? values[i] : body.load(element.getArgNumber())));
      }
      arguments.push_back({LaneValue::Varying, join(builder, loc, parts)});
    }
    LanePosition wide = places.front();
    wide.lanes *= together;
    BodyEmitter body(builder, nest, wide);
    SmallVector<LaneValue> joined = body.evaluate(arguments);
    for (int64_t i = 0; i < together; ++i)
      results.push_back(llvm::map_to_vector(joined, [&](LaneValue value) {
        return LaneValue{LaneValue::Varying, part(builder, loc, body.widen(value), i, lanes)};
      }));
  }
  return results;
}

/// Stores the first `count` lanes.
static void storeLanes(OpBuilder &builder, Location loc, Value vector, Value flat, Value at, int64_t count, bool maskedMemory) {
  auto type = cast<VectorType>(vector.getType());
  int64_t lanes = type.getNumElements();
  if (count == lanes) {
    vector::StoreOp::create(builder, loc, vector, flat, at);
    return;
  }
  if (maskedMemory) {
    auto maskType = VectorType::get({lanes}, builder.getI1Type());
    SmallVector<bool> bits;
    for (int64_t lane = 0; lane < lanes; ++lane)
      bits.push_back(lane < count);
    Value mask = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(maskType, bits));
    vector::MaskedStoreOp::create(builder, loc, flat, at, mask, vector);
    return;
  }
  for (int64_t first = 0, size = lanes / 2; size != 0; size /= 2) {
    if (first + size > count)
      continue;
    Value part = vector::ShuffleOp::create(builder, loc, vector, vector, llvm::to_vector(llvm::seq(first, first + size)));
    Value place = first == 0 ? at : arith::AddIOp::create(builder, loc, at, arith::ConstantIndexOp::create(builder, loc, first)).getResult();
    vector::StoreOp::create(builder, loc, part, flat, place);
    first += size;
  }
}

void GroupNest::storeResults(OpBuilder &builder, ArrayRef<LanePosition> places, int across, unsigned index,
                             ArrayRef<LaneValue> values, bool maskedMemory) const {
  const LoopNest &nest = nests.back();
  Location loc = nest.op.getLoc();
  int64_t lanes = places.front().lanes;
  constexpr int64_t fewestLanes = 4;
  auto isTurned = [&](const Access &access) {
    return lanes >= fewestLanes && !places.front().mask && liesAcross(access, across, places.front().vectorLoop);
  };
  SmallVector<unsigned> outputs = {index};
  if (hasEpilogue())
    outputs = llvm::to_vector(llvm::seq<unsigned>(0, nest.op.getNumDpsInits()));
  if (llvm::none_of(outputs, [&](unsigned output) { return isTurned(nest.getOutputs()[output]); })) {
    // What is finished is stored before the next is begun, which needs fewer registers.
    for (size_t begin = 0; begin < places.size(); begin += interleave) {
      size_t count = std::min<size_t>(interleave, places.size() - begin);
      auto finished = finishAll(builder, places.slice(begin, count), values.slice(begin, count));
      for (auto [at, results] : llvm::zip_equal(places.slice(begin, count), finished))
        for (auto [output, result] : llvm::zip_equal(outputs, results))
          BodyEmitter(builder, nest, at).store(output, result);
    }
    return;
  }
  std::vector<SmallVector<LaneValue>> results = finishAll(builder, places, values);
  for (auto [place, output] : llvm::enumerate(outputs)) {
    const Access &access = nest.getOutputs()[output];
    int64_t next = 0, count = places.size();
    // A square that is nearly empty costs more than it saves.
    for (; isTurned(access) && count - next >= lanes / 4; next += lanes) {
      int64_t rows = std::min(lanes, count - next);
      SmallVector<Value> square;
      for (int64_t row = 0; row < lanes; ++row) {
        int64_t source = next + std::min(row, rows - 1);
        square.push_back(BodyEmitter(builder, nest, places[source]).widen(results[source][place]));
      }
      transposeInRegisters(builder, loc, square);
      Value start = BodyEmitter(builder, nest, places[next]).outputAddress(output);
      Value stride = access.strides[places.front().vectorLoop].build(builder, loc);
      for (auto [lane, vector] : llvm::enumerate(square)) {
        Value offset = builder.createOrFold<arith::MulIOp>(loc, stride, arith::ConstantIndexOp::create(builder, loc, lane));
        storeLanes(builder, loc, vector, access.flat, arith::AddIOp::create(builder, loc, start, offset), rows, maskedMemory);
      }
    }
    for (next = std::min(next, count); next < count; ++next)
      BodyEmitter(builder, nest, places[next]).store(output, results[next][place]);
  }
}

} // namespace sconce::codegen
