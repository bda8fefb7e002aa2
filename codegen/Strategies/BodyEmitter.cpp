// An op of the body whose operands are the same in all lanes stays a scalar op; one that counts with the lanes stays a
// scalar while it is added to; all others are cloned with vector types. So an address that depends only on outer loops
// is computed once, and a read at a position that counts is one vector load.

#include "codegen/Strategies/BodyEmitter.h"
#include "codegen/Strategies/VectorTranspose.h"
#include "codegen/Target/TargetInfo.h"
#include "codegen/Transforms/KernelMarks.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
namespace sconce::codegen {

static bool isLaneType(Type type) { return isa<IntegerType, FloatType, IndexType>(type); }

static bool hasVectorForm(Operation *op) {
  if (isa<linalg::IndexOp, linalg::YieldOp, memref::LoadOp, arith::ConstantOp>(op))
    return llvm::all_of(op->getResultTypes(), isLaneType);
  return op->getNumRegions() == 0 && OpTrait::hasElementwiseMappableTraits(op) &&
         llvm::all_of(op->getResultTypes(), isLaneType) && llvm::all_of(op->getOperandTypes(), isLaneType);
}

bool BodyEmitter::canVectorize(linalg::LinalgOp op) {
  return llvm::all_of(*op.getBlock(), [](Operation &inner) { return hasVectorForm(&inner); }) &&
         llvm::all_of(op.getBlock()->getArgumentTypes(), isLaneType);
}

Value makeLaneNumbers(OpBuilder &builder, Location loc, VectorType type) {
  SmallVector<Attribute> numbers;
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane)
    numbers.push_back(builder.getIntegerAttr(type.getElementType(), lane));
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, numbers));
}

Value loadNeighbours(OpBuilder &builder, Location loc, VectorType type, Value buffer, ValueRange place, Value mask) {
  if (!mask)
    return vector::LoadOp::create(builder, loc, type, buffer, place);
  return vector::MaskedLoadOp::create(builder, loc, type, buffer, place, mask, arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));
}

VectorType BodyEmitter::vectorOf(Type element) const { return VectorType::get({at.lanes}, element); }

Value BodyEmitter::allLanes() {
  if (at.mask)
    return at.mask;
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(vectorOf(builder.getI1Type()), true));
}

Value BodyEmitter::widen(LaneValue value) {
  if (at.lanes == 1 || value.kind == LaneValue::Varying)
    return value.value;
  VectorType type = vectorOf(value.value.getType());
  Value base = vector::BroadcastOp::create(builder, loc, type, value.value);
  if (value.kind == LaneValue::Uniform)
    return base;
  Value numbers = makeLaneNumbers(builder, loc, type);
  if (value.kind == LaneValue::CountingDown)
    return arith::SubIOp::create(builder, loc, base, numbers);
  return arith::AddIOp::create(builder, loc, base, numbers);
}

/// The index into the access's flat buffer of lane 0.
Value BodyEmitter::address(const Access &access) {
  Value sum;
  auto add = [&](Value term) { sum = sum ? arith::AddIOp::create(builder, loc, sum, term).getResult() : term; };
  for (auto [loop, stride, position] : llvm::enumerate(access.strides, at.positions)) {
    if (stride.isConstant(0) || !position)
      continue;
    bool isGroups = static_cast<int>(loop) == access.groupLoop;
    if (isGroups && (at.lanes == 1 || at.vectorLoop != access.groupLoop)) {
      // Lanes begin where a group does; a position of its own may be within one.
      Value size = arith::ConstantIndexOp::create(builder, loc, access.groupSize);
      Value member = arith::RemUIOp::create(builder, loc, position, size);
      add(arith::SubIOp::create(builder, loc, position, member));
    } else if (stride.isConstant(1))
      add(position);
    else
      add(arith::MulIOp::create(builder, loc, position, stride.build(builder, loc)));
  }
  if (!access.start.isConstant(0) || !sum)
    add(access.start.build(builder, loc));
  return sum;
}

LaneValue BodyEmitter::load(unsigned index) {
  const Access &access = nest.accesses[index];
  if (!access.flat)
    return {LaneValue::Uniform, access.scalar};
  return loadAt(index, address(access));
}

LaneValue BodyEmitter::loadAt(unsigned index, Value at0) {
  const Access &access = nest.accesses[index];
  Product stride = at.lanes == 1 ? Product(0) : access.strides[at.vectorLoop];
  if (stride.isConstant(0))
    return {LaneValue::Uniform, memref::LoadOp::create(builder, loc, access.flat, at0)};
  VectorType type = vectorOf(access.elementType);
  if (access.groupLoop == at.vectorLoop && access.groupSize > 1) {
    auto numbers = VectorType::get({at.lanes}, builder.getIndexType());
    SmallVector<int64_t> firsts;
    for (int64_t lane = 0; lane < at.lanes; ++lane)
      firsts.push_back(lane / access.groupSize * access.groupSize);
    Value offsets = arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(numbers, firsts));
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    return {LaneValue::Varying, vector::GatherOp::create(builder, loc, type, access.flat, at0, offsets, allLanes(), zero)};
  }
  if (stride.isConstant(1))
    return {LaneValue::Varying, loadNeighbours(builder, loc, type, access.flat, at0, at.mask)};
  if (isReadAsNeighbours(stride))
    return {LaneValue::Varying, loadEvery(stride.factor, type, access.flat, at0)};
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  LaneValue counting{LaneValue::Counting, arith::ConstantIndexOp::create(builder, loc, 0)};
  Value scale = widen({LaneValue::Uniform, stride.build(builder, loc)});
  Value offsets = arith::MulIOp::create(builder, loc, widen(counting), scale);
  return {LaneValue::Varying,
          vector::GatherOp::create(builder, loc, type, access.flat, at0, offsets, allLanes(), zero)};
}

bool isReadAsNeighbours(const Product &stride) {
  constexpr int64_t most = 4; // of more, a gather reads fewer lines
  return stride.isConstant() && stride.factor > 1 && stride.factor <= most;
}

Value BodyEmitter::loadEvery(int64_t step, VectorType type, Value buffer, Value place) {
  // The last vector ends at the last element that is wanted: what is behind it may be past the buffer's end.
  const int64_t lanes = at.lanes;
  auto startOf = [&](int64_t part) { return part == step - 1 && !at.mask ? (lanes - 1) * step + 1 - lanes : part * lanes; };
  Value picked;
  for (int64_t part = 0; part < step; ++part) {
    const int64_t start = startOf(part), end = part == step - 1 ? lanes * step : startOf(part + 1);
    Value mask;
    if (at.mask) {
      SmallVector<int64_t> wanted;
      for (int64_t lane = start; lane < start + lanes; ++lane)
        wanted.push_back(lane % step == 0 ? lane / step : lanes);
      Value none = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(cast<VectorType>(at.mask.getType())));
      mask = vector::ShuffleOp::create(builder, loc, at.mask, none, wanted);
    }
    Value from = builder.createOrFold<arith::AddIOp>(loc, place, arith::ConstantIndexOp::create(builder, loc, start));
    Value read = loadNeighbours(builder, loc, type, buffer, from, mask);
    SmallVector<int64_t> lanesOf;
    for (int64_t lane = 0; lane < lanes; ++lane)
      lanesOf.push_back(lane * step < start ? lane : lane * step < end ? lanes + lane * step - start : vector::ShuffleOp::kPoisonIndex);
    picked = vector::ShuffleOp::create(builder, loc, picked ? picked : read, read, lanesOf);
  }
  return picked;
}

int64_t BodyEmitter::partOfGroup(unsigned index, int64_t member) const { return member / nest.accesses[index].countInPart(); }

Value BodyEmitter::loadGroups(unsigned index, Value place, int64_t member) {
  const Access &access = nest.accesses[index];
  Value groups = loadNeighbours(builder, loc, vectorOf(access.elementType), access.flat, place, at.mask);
  int64_t size = access.groupSize, part = access.countInPart();
  if (size == part)
    return groups;
  SmallVector<int64_t> spread;
  for (int64_t lane = 0; lane < at.lanes; ++lane)
    spread.push_back(lane / size * size + member / part * part + lane % part);
  // Merged with the one that picks, the two would be two anew, of which neither is shared by members.
  return fenceShuffles(builder, loc, vector::ShuffleOp::create(builder, loc, groups, groups, spread));
}

LaneValue BodyEmitter::pickMember(unsigned index, Value groups, int64_t member) {
  int64_t part = nest.accesses[index].countInPart();
  SmallVector<int64_t> picked;
  for (int64_t lane = 0; lane < at.lanes; ++lane)
    picked.push_back(lane / part * part + member % part);
  return {LaneValue::Varying, vector::ShuffleOp::create(builder, loc, groups, groups, picked)};
}

void BodyEmitter::store(unsigned index, LaneValue value) {
  const Access &access = nest.getOutputs()[index];
  Value at0 = address(access);
  if (at.lanes == 1) {
    memref::StoreOp::create(builder, loc, value.value, access.flat, at0);
    return;
  }
  Product stride = access.strides[at.vectorLoop];
  Value vector = widen(value);
  if (stride.isConstant(1) && !at.mask) {
    vector::StoreOp::create(builder, loc, vector, access.flat, at0);
  } else if (stride.isConstant(1)) {
    vector::MaskedStoreOp::create(builder, loc, access.flat, at0, at.mask, vector);
  } else {
    LaneValue counting{LaneValue::Counting, arith::ConstantIndexOp::create(builder, loc, 0)};
    Value scale = widen({LaneValue::Uniform, stride.build(builder, loc)});
    Value offsets = arith::MulIOp::create(builder, loc, widen(counting), scale);
    vector::ScatterOp::create(builder, loc, Type(), access.flat, at0, offsets, allLanes(), vector);
  }
}

LaneValue BodyEmitter::get(Value value) {
  auto found = values.find(value);
  return found == values.end() ? LaneValue{LaneValue::Uniform, value} : found->second;
}

LaneValue BodyEmitter::emitIndex(unsigned originalLoop) {
  LaneValue sum{LaneValue::Uniform, arith::ConstantIndexOp::create(builder, loc, 0)};
  for (auto [d, dim] : llvm::enumerate(nest.dims)) {
    if (dim.original != originalLoop)
      continue;
    bool counts = at.lanes != 1 && static_cast<int>(d) == at.vectorLoop;
    LaneValue position{counts ? LaneValue::Counting : LaneValue::Uniform, at.positions[d]};
    Value step = arith::ConstantIndexOp::create(builder, loc, dim.originalStep);
    if (counts && dim.originalStep != 1)
      position = {LaneValue::Varying, arith::MulIOp::create(builder, loc, widen(position), widen({LaneValue::Uniform, step}))};
    else
      position.value = builder.createOrFold<arith::MulIOp>(loc, position.value, step);
    if (sum.kind == LaneValue::Varying || position.kind == LaneValue::Varying)
      sum = {LaneValue::Varying, arith::AddIOp::create(builder, loc, widen(sum), widen(position))};
    else
      sum = {counts ? LaneValue::Counting : sum.kind, builder.createOrFold<arith::AddIOp>(loc, sum.value, position.value)};
  }
  return sum;
}

/// A read of a buffer at computed indices.
LaneValue BodyEmitter::emitLoad(Operation *op) {
  auto load = cast<memref::LoadOp>(op);
  auto type = cast<MemRefType>(load.getMemRef().getType());
  SmallVector<LaneValue> indices = llvm::map_to_vector(load.getIndices(), [&](Value v) { return get(v); });
  SmallVector<Value> scalars = llvm::map_to_vector(indices, [](LaneValue v) { return v.value; });
  auto isUniform = [](LaneValue v) { return v.kind == LaneValue::Uniform; };
  if (llvm::all_of(indices, isUniform))
    return {LaneValue::Uniform, memref::LoadOp::create(builder, loc, load.getMemRef(), scalars)};
  VectorType vector = vectorOf(type.getElementType());
  if (indices.back().kind == LaneValue::Counting && llvm::all_of(ArrayRef(indices).drop_back(), isUniform) &&
      type.isLastDimUnitStride())
    return {LaneValue::Varying, loadNeighbours(builder, loc, vector, load.getMemRef(), scalars, at.mask)};
  if (indices.back().kind == LaneValue::CountingDown && llvm::all_of(ArrayRef(indices).drop_back(), isUniform) &&
      type.isLastDimUnitStride() && !at.mask) {
    // Backwards: the vector that ends there, turned.
    scalars.back() = arith::SubIOp::create(builder, loc, scalars.back(), arith::ConstantIndexOp::create(builder, loc, at.lanes - 1));
    Value ahead = vector::LoadOp::create(builder, loc, vector, load.getMemRef(), scalars);
    auto turned = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, at.lanes)));
    return {LaneValue::Varying, vector::ShuffleOp::create(builder, loc, ahead, ahead, turned)};
  }
  SmallVector<Product> extents;
  for (int64_t i = 0; i < type.getRank(); ++i)
    extents.push_back(type.isDynamicDim(i) ? Product(memref::DimOp::create(builder, loc, load.getMemRef(), i))
                                           : Product(type.getDimSize(i)));
  SmallVector<Product> strides = *readStrides(builder, loc, load.getMemRef(), extents);
  Value offsets;
  for (auto [index, stride] : llvm::zip_equal(indices, strides)) {
    Value term = arith::MulIOp::create(builder, loc, widen(index), widen({LaneValue::Uniform, stride.build(builder, loc)}));
    offsets = offsets ? arith::AddIOp::create(builder, loc, offsets, term).getResult() : term;
  }
  Value flat = flattenBuffer(builder, loc, load.getMemRef());
  Value start = arith::ConstantIndexOp::create(builder, loc, 0);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(vector));
  return {LaneValue::Varying, vector::GatherOp::create(builder, loc, vector, flat, start, offsets, allLanes(), zero)};
}

/// What `op` makes of operands of which one counts and the others are the same in all lanes: Varying where it is nothing that counts.
static LaneValue::Kind kindOfCount(Operation *op, ArrayRef<LaneValue> operands) {
  const LaneValue *counting = llvm::find_if(operands, [](LaneValue v) { return v.counts(); });
  bool hasOne = llvm::count_if(operands, [](LaneValue v) { return v.kind != LaneValue::Uniform; }) == 1 && counting != operands.end();
  if (!hasOne)
    return LaneValue::Varying;
  if (isa<arith::SubIOp>(op) && counting != operands.begin())
    return counting->kind == LaneValue::Counting ? LaneValue::CountingDown : LaneValue::Counting;
  // Narrower than the address would wrap.
  bool keeps = isa<arith::AddIOp, arith::SubIOp>(op) ||
               (isa<arith::IndexCastOp>(op) && (op->getResult(0).getType().isIndex() || op->getResult(0).getType().isInteger(64)));
  return keeps ? counting->kind : LaneValue::Varying;
}

void BodyEmitter::cloneOp(Operation *op) {
  SmallVector<LaneValue> operands = llvm::map_to_vector(op->getOperands(), [&](Value v) { return get(v); });
  bool uniform = llvm::all_of(operands, [](LaneValue v) { return v.kind == LaneValue::Uniform; });
  LaneValue::Kind kind = uniform ? LaneValue::Uniform : kindOfCount(op, operands);
  IRMapping mapping;
  for (auto [operand, value] : llvm::zip_equal(op->getOperands(), operands))
    mapping.map(operand, kind != LaneValue::Varying ? value.value : widen(value));
  if (!uniform && at.mask && isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op)) {
    // Lanes that are off hold anything, and a division by zero traps.
    Value divisor = mapping.lookup(op->getOperand(1));
    Value one = arith::ConstantOp::create(builder, loc, builder.getOneAttr(divisor.getType()));
    mapping.map(op->getOperand(1), arith::SelectOp::create(builder, loc, at.mask, divisor, one).getResult());
  }
  Operation *clone = builder.clone(*op, mapping);
  for (auto [old, made] : llvm::zip_equal(op->getResults(), clone->getResults())) {
    if (kind == LaneValue::Varying)
      made.setType(vectorOf(made.getType()));
    values[old] = {kind, made};
  }
}

SmallVector<LaneValue> BodyEmitter::evaluate(ArrayRef<LaneValue> arguments, ValueRange wanted) {
  Block &body = *nest.op.getBlock();
  if (wanted.empty())
    wanted = body.getTerminator()->getOperands();
  values.clear();
  for (auto [argument, value] : llvm::zip_equal(body.getArguments(), arguments))
    if (value.value)
      values[argument] = value;
  if (at.lanes == 1) {
    // Scalars: whatever the op is, with its regions.
    IRMapping mapping;
    for (auto &[from, to] : values)
      mapping.map(from, to.value);
    for (Operation &op : body.without_terminator()) {
      if (auto index = dyn_cast<linalg::IndexOp>(op)) {
        mapping.map(index.getResult(), emitIndex(index.getDim()).value);
        continue;
      }
      Operation *clone = builder.clone(op, mapping);
      clone->walk([&](linalg::IndexOp index) {
        index.replaceAllUsesWith(emitIndex(index.getDim()).value);
        index.erase();
      });
    }
    return llvm::map_to_vector(
        wanted, [&](Value v) { return LaneValue{LaneValue::Uniform, mapping.lookupOrDefault(v)}; });
  }
  for (Operation &op : body.without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(op))
      values[index.getResult()] = emitIndex(index.getDim());
    else if (isa<memref::LoadOp>(op))
      values[op.getResult(0)] = emitLoad(&op);
    else
      cloneOp(&op);
  }
  return llvm::map_to_vector(wanted, [&](Value v) { return get(v); });
}

int64_t countInterleaved(linalg::LinalgOp op, unsigned registers) { return hasFunctions(op) && registers < manyRegisters ? 4 : 1; }

} // namespace sconce::codegen
