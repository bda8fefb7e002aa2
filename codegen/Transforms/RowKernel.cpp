#include "codegen/Transforms/RowKernel.h"
#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
namespace sconce::codegen {

namespace {

class RowLoopBuilder {
public:
  RowLoopBuilder(OpBuilder &builder, Location loc, RowChain &chain, IRMapping &buffers)
      : builder(builder), loc(loc), chain(chain), buffers(buffers) {}
  void build();

private:
  /// A row of a buffer of the chain: `positions` are those of its dimensions, null where all of it is taken.
  struct Row {
    Value whole;
    SmallVector<Value> positions;
    Value made;
  };

  int64_t countRowBytes(Value buffer) const;
  Value findFirst(Value number);
  Value makeLocal(Value buffer);
  ArrayRef<Value> getPositions(ArrayRef<int64_t> extents);
  Value getRow(Value buffer, AffineMap map, ArrayRef<unsigned> loops, ArrayRef<Value> positions);
  void clone(linalg::LinalgOp op, int64_t group);
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  OpBuilder &builder;
  Location loc;
  RowChain &chain;
  IRMapping &buffers;
  DenseMap<Value, Value> locals; ///< the memory of a block of rows of each
  Value first;                   ///< the number of the block's first row
  std::vector<std::pair<SmallVector<int64_t>, SmallVector<Value>>> positionsByExtents;
  std::vector<Row> rows;
};

} // namespace

int64_t RowLoopBuilder::countRowBytes(Value buffer) const {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getNumElements() / chain.rows * getElementBytes(type.getElementType());
}

/// The number of the first row of block `number`.
Value RowLoopBuilder::findFirst(Value number) {
  if (chain.block == 1)
    return number;
  Value blocks = constant(llvm::divideCeil(chain.span, chain.block));
  Value start = arith::MulIOp::create(builder, loc, arith::RemUIOp::create(builder, loc, number, blocks), constant(chain.block));
  if (chain.span % chain.block != 0)
    start = arith::MinUIOp::create(builder, loc, start, constant(chain.span - chain.block));
  Value span = arith::MulIOp::create(builder, loc, arith::DivUIOp::create(builder, loc, number, blocks), constant(chain.span));
  return arith::AddIOp::create(builder, loc, span, start);
}

Value RowLoopBuilder::makeLocal(Value buffer) {
  Value bytes = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(countRowBytes(buffer) * chain.block));
  return LLVM::AllocaOp::create(builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), builder.getI8Type(), bytes, /*alignment=*/64);
}

/// Where the block of rows begins in loops of these extents.
ArrayRef<Value> RowLoopBuilder::getPositions(ArrayRef<int64_t> extents) {
  for (auto &[known, positions] : positionsByExtents)
    if (ArrayRef(known) == extents)
      return positions;
  SmallVector<Value> positions(extents.size());
  Value rest = first;
  for (size_t i = extents.size(); i-- > 1;) {
    positions[i] = arith::RemUIOp::create(builder, loc, rest, constant(extents[i]));
    rest = arith::DivUIOp::create(builder, loc, rest, constant(extents[i]));
  }
  if (!positions.empty())
    positions[0] = rest;
  return positionsByExtents.emplace_back(SmallVector<int64_t>(extents), std::move(positions)).second;
}

/// The part of `buffer` that an op reaches through `map` in this block of rows.
Value RowLoopBuilder::getRow(Value buffer, AffineMap map, ArrayRef<unsigned> loops, ArrayRef<Value> positions) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Value> places(type.getRank());
  SmallVector<int64_t> shape(type.getShape());
  for (auto [d, expr] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (const unsigned *loop = llvm::find(loops, dim.getPosition()); loop != loops.end()) {
        places[d] = positions[loop - loops.begin()];
        shape[d] = loop == &loops.back() ? chain.block : 1;
      }
  for (Row &row : rows)
    if (row.whole == buffer && row.positions == places)
      return row.made;

  auto [strides, offset] = type.getStridesAndOffset();
  int64_t bytes = getElementBytes(type.getElementType());
  Value memory = locals.lookup(dropReshapes(buffer));
  if (!memory) {
    memory = buffers.lookup(buffer).getDefiningOp()->getOperand(0);
    Value start;
    auto advance = [&](Value position, int64_t by) {
      Value step = arith::MulIOp::create(builder, loc, position, constant(by));
      start = start ? arith::AddIOp::create(builder, loc, start, step).getResult() : step;
    };
    if (isRowByRow(buffer, map, loops)) {
      advance(first, countRowBytes(buffer));
    } else {
      for (auto [place, stride] : llvm::zip_equal(places, strides))
        if (place && stride != 0)
          advance(place, stride * bytes);
    }
    if (start) {
      Value distance = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), start);
      memory = LLVM::GEPOp::create(builder, loc, memory.getType(), builder.getI8Type(), memory, ArrayRef<LLVM::GEPArg>{distance});
    }
  }
  // What is one long may have any stride: that of a whole buffer makes equal kernels equal.
  for (int64_t d = type.getRank() - 1; d >= 0; --d)
    if (shape[d] == 1)
      strides[d] = d + 1 < type.getRank() ? strides[d + 1] * shape[d + 1] : 1;
  auto rowType = dropOffset(MemRefType::get(shape, type.getElementType(), StridedLayoutAttr::get(builder.getContext(), 0, strides)));
  Value made = putTogether(builder, loc, rowType, memory);
  rows.push_back({buffer, places, made});
  return made;
}

void RowLoopBuilder::clone(linalg::LinalgOp op, int64_t group) {
  ArrayRef<unsigned> loops = chain.loops[op];
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  SmallVector<Value> positions(getPositions(llvm::map_to_vector(loops, [&](unsigned loop) { return ranges[loop]; })));
  SmallVector<Value> operands;
  for (OpOperand &operand : op->getOpOperands())
    operands.push_back(isa<MemRefType>(operand.get().getType())
                           ? getRow(operand.get(), op.getMatchingIndexingMap(&operand), loops, positions)
                           : buffers.lookupOrDefault(operand.get()));
  Operation *made = builder.clone(*op, buffers);
  made->setOperands(operands);
  made->setAttr(groupAttrName, builder.getI64IntegerAttr(group));
  made->walk([&](linalg::IndexOp index) {
    const unsigned *loop = llvm::find(loops, index.getDim());
    if (loop == loops.end())
      return;
    OpBuilder inside(index->getContext());
    inside.setInsertionPointAfter(index);
    auto moved = arith::AddIOp::create(inside, index.getLoc(), index, positions[loop - loops.begin()]);
    index.getResult().replaceAllUsesExcept(moved, moved);
  });
}

void RowLoopBuilder::build() {
  for (Value local : chain.locals)
    locals[local] = makeLocal(local);
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(chain.countBlocks()), constant(1));
  loop->setAttr(rowLoopAttrName, builder.getUnitAttr());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  first = findFirst(loop.getInductionVar());
  for (auto [i, group] : llvm::enumerate(chain.groups))
    for (linalg::LinalgOp op : group.getOps())
      clone(op, i);
}

void buildRowLoop(OpBuilder &builder, Location loc, RowChain &chain, IRMapping &buffers) {
  RowLoopBuilder(builder, loc, chain, buffers).build();
}

} // namespace sconce::codegen
