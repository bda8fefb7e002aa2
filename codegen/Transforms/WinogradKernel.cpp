#include "codegen/Transforms/WinogradKernel.h"
#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/KernelGroup.h"
#include "codegen/Transforms/RowKernel.h"
#include "codegen/Transforms/RuntimeFunctions.h"
#include "codegen/Transforms/WinogradTransforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
namespace sconce::codegen {

namespace {

class LoopBuilder {
public:
  using MakeInner = llvm::function_ref<func::FuncOp(ValueRange arguments)>;

  LoopBuilder(OpBuilder &builder, Location loc, winograd::ConvolveOp op, IRMapping &buffers, MakeInner makeInner)
      : builder(builder), loc(loc), op(op), buffers(buffers), makeInner(makeInner),
        image(cast<MemRefType>(op.getImage().getType())), result(cast<MemRefType>(op.getInto().getType())),
        weights(cast<MemRefType>(op.getWeights().getType())) {}
  WinogradKernel build();

private:
  /// The points of a block, [points, tiles, channels].
  struct Points {
    Value memory;
    MemRefType type;
  };

  Points makePoints(int64_t channels, bool areTilesInner);
  Value findPlace(Value buffer, ArrayRef<int64_t> strides);
  void transformImage(const Points &into);
  void transformSortedImage(const Points &into);
  void multiply(const Points &from, const Points &into);
  void transformResult(const Points &from);
  Value findOther(Value other, AffineMap map);
  Value view(MemRefType type, Value memory) { return putTogether(builder, loc, type, memory); }
  MemRefType strided(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides) {
    return MemRefType::get(shape, result.getElementType(), StridedLayoutAttr::get(builder.getContext(), 0, strides));
  }
  Value memoryOf(Value buffer) { return buffers.lookup(buffer).getDefiningOp()->getOperand(0); }
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value advance(Value memory, int64_t elements) {
    if (!llvm::isInt<32>(elements))
      return advance(memory, result.getElementType(), constant(elements));
    return LLVM::GEPOp::create(builder, loc, memory.getType(), result.getElementType(), memory,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(elements)});
  }
  Value advance(Value memory, Type type, Value elements) {
    Value distance = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), elements);
    return LLVM::GEPOp::create(builder, loc, memory.getType(), type, memory, ArrayRef<LLVM::GEPArg>{distance});
  }
  void addOp(linalg::LinalgOp made) {
    made->setAttr(groupAttrName, builder.getI64IntegerAttr(static_cast<int64_t>(kernel.ops.size())));
    kernel.ops.push_back(made);
  }
  AffineExpr d(unsigned loop) { return builder.getAffineDimExpr(loop); }

  OpBuilder &builder;
  Location loc;
  winograd::ConvolveOp op;
  IRMapping &buffers;
  MakeInner makeInner;
  WinogradKernel kernel;
  MemRefType image, result, weights;
  WinogradMatrices high = makeWinogradMatrices(op.getTile()[0], op.getTaps()[0], 1), wide = makeWinogradMatrices(op.getTile()[1], op.getTaps()[1], 1);
  int64_t tileHigh = op.getTile()[0], tileWide = op.getTile()[1], block = static_cast<int64_t>(op.getBlock());
  int64_t patchHigh = static_cast<int64_t>(high.b.size()), patchWide = static_cast<int64_t>(wide.b.size()), points = patchHigh * patchWide;
  Value number, row, column; ///< of the block's image, its tiles' row, and its first tile in that
};

} // namespace

LoopBuilder::Points LoopBuilder::makePoints(int64_t channels, bool areTilesInner) {
  const int64_t tiles = areTilesInner ? static_cast<int64_t>(llvm::alignTo(block, lineElements)) : block, stride = spacePoints(tiles * channels);
  MemRefType type = areTilesInner ? strided({points, block, channels}, {stride, 1, tiles})
                                  : strided({points, block, channels}, {stride, channels, 1});
  Value bytes = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(points * stride * getElementBytes(type.getElementType())));
  Value memory = LLVM::AllocaOp::create(builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), builder.getI8Type(), bytes, /*alignment=*/64);
  return {memory, type};
}

/// Where the block's part of a buffer begins; `strides` are from one image, row of tiles, and tile to the next.
Value LoopBuilder::findPlace(Value buffer, ArrayRef<int64_t> strides) {
  const Value positions[] = {number, row, column};
  Value place;
  for (auto [position, stride] : llvm::zip_equal(positions, strides)) {
    if (stride == 0)
      continue;
    Value distance = arith::MulIOp::create(builder, loc, position, constant(stride));
    place = place ? arith::AddIOp::create(builder, loc, place, distance).getResult() : distance;
  }
  return place ? advance(memoryOf(buffer), cast<MemRefType>(buffer.getType()).getElementType(), place) : memoryOf(buffer);
}

void LoopBuilder::transformImage(const Points &into) {
  SmallVector<int64_t> strides = image.getStridesAndOffset().first;
  Value from = findPlace(op.getImage(), {strides[0], strides[1] * tileHigh, strides[2] * tileWide});
  const int64_t channels = image.getDimSize(3), stride = into.type.getStridesAndOffset().first[0];
  Value pixels = view(strided({patchHigh, (block - 1) * tileWide + patchWide, channels}, ArrayRef(strides).drop_front()), from);
  SmallVector<AffineMap> maps;
  SmallVector<Value> outputs;
  for (int64_t p = 0; p < points; ++p) {
    maps.push_back(AffineMap::get(2, 0, {builder.getAffineConstantExpr(p / patchWide), d(0) * tileWide + p % patchWide, d(1)}, builder.getContext()));
    outputs.push_back(view(strided({block, channels}, {channels, 1}), advance(into.memory, p * stride)));
  }
  addOp(makeTransform(builder, loc, {block, channels}, SmallVector<Value>(maps.size(), pixels), maps, outputs, high.b, wide.b));
}

/// Over phases of columns and of rows, channels, and tiles, which are neighbours in the image and among the points.
void LoopBuilder::transformSortedImage(const Points &into) {
  const int64_t step = image.getDimSize(3), phases = step / tileWide, channels = image.getDimSize(1);
  SmallVector<int64_t> from = image.getStridesAndOffset().first, to = into.type.getStridesAndOffset().first;
  Value patches = findPlace(op.getImage(), {from[0], from[2] * phases * tileHigh, from[4]});
  MemRefType pixels = strided({phases, phases, channels, block}, {from[2], from[3], from[1], from[4]});
  MemRefType type = strided({phases, phases, channels, block}, {to[2] * phases * channels, to[2] * channels, to[2], 1});
  SmallVector<AffineMap> maps(points, builder.getMultiDimIdentityMap(4));
  SmallVector<Value> inputs, outputs;
  for (int64_t p = 0; p < points; ++p) {
    const int64_t y = p / patchWide * phases, x = p % patchWide * phases;
    inputs.push_back(view(pixels, advance(patches, y * from[2] + x % step * from[3] + x / step * from[4])));
    outputs.push_back(view(type, advance(into.memory, p * to[0])));
  }
  addOp(makeTransform(builder, loc, {phases, phases, channels, block}, inputs, maps, outputs, high.b, wide.b));
}

/// In a kernel of their own, which the constants of the transforms take no registers from.
void LoopBuilder::multiply(const Points &from, const Points &into) {
  SmallVector<Value> arguments = {from.memory, memoryOf(op.getWeights()), into.memory};
  func::FuncOp inner = makeInner(arguments);
  func::CallOp::create(builder, loc, inner, arguments);
  for (unsigned i = 0; i < arguments.size(); ++i)
    inner.setArgAttr(i, "llvm.noalias", builder.getUnitAttr());
  OpBuilder body = OpBuilder::atBlockBegin(&inner.front());
  Value pixels = putTogether(body, loc, from.type, inner.getArgument(0)), taps = putTogether(body, loc, weights, inner.getArgument(1));
  Value sums = putTogether(body, loc, into.type, inner.getArgument(2));
  Value zero = arith::ConstantOp::create(body, loc, FloatAttr::get(result.getElementType(), 0));
  linalg::FillOp::create(body, loc, zero, sums);
  SmallVector<AffineMap> maps = AffineMap::inferFromExprList(
      ArrayRef<SmallVector<AffineExpr, 4>>{{d(0), d(1), d(3)}, {d(0), d(3), d(2)}, {d(0), d(1), d(2)}}, builder.getContext());
  SmallVector<utils::IteratorType> iterators(4, utils::IteratorType::parallel);
  iterators.back() = utils::IteratorType::reduction;
  auto products = linalg::GenericOp::create(body, loc, ValueRange{pixels, taps}, sums, maps, iterators,
                                            [](OpBuilder &nested, Location at, ValueRange elements) {
                                              Value product = arith::MulFOp::create(nested, at, elements[0], elements[1]);
                                              Value sum = arith::AddFOp::create(nested, at, elements[2], product);
                                              linalg::YieldOp::create(nested, at, sum);
                                            });
  func::ReturnOp::create(body, loc);
  kernel.products = products;
}

/// The block's part of what else is read, by `map` of the place in the result.
Value LoopBuilder::findOther(Value other, AffineMap map) {
  auto type = cast<MemRefType>(other.getType());
  const int64_t extents[] = {1, tileHigh, block * tileWide, result.getDimSize(3)}, tiles[] = {1, tileHigh, tileWide, 0};
  SmallVector<int64_t> strides = type.getStridesAndOffset().first, shape(type.getShape());
  int64_t steps[] = {0, 0, 0, 0};
  for (auto [i, expr] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      shape[i] = extents[dim.getPosition()];
      steps[dim.getPosition()] += strides[i] * tiles[dim.getPosition()];
    }
  return view(MemRefType::get(shape, type.getElementType(), StridedLayoutAttr::get(builder.getContext(), 0, strides)),
              findPlace(other, ArrayRef(steps).drop_back()));
}

void LoopBuilder::transformResult(const Points &from) {
  SmallVector<int64_t> strides = result.getStridesAndOffset().first;
  Value into = findPlace(op.getInto(), {strides[0], strides[1] * tileHigh, strides[2] * tileWide});
  const int64_t channels = result.getDimSize(3);
  SmallVector<AffineMap> maps;
  for (int64_t p = 0; p < points; ++p)
    maps.push_back(AffineMap::get(2, 0, {builder.getAffineConstantExpr(p), d(0), d(1)}, builder.getContext()));
  SmallVector<Value> outputs;
  for (int64_t i = 0; i < tileHigh; ++i)
    for (int64_t j = 0; j < tileWide; ++j)
      outputs.push_back(view(strided({block, channels}, {strides[2] * tileWide, strides[3]}), advance(into, i * strides[1] + j * strides[2])));
  Value sums = view(from.type, from.memory);
  std::optional<WinogradFinish> finish;
  if (!op.getFinish().empty()) {
    SmallVector<Value> others;
    for (auto [other, map] : llvm::zip_equal(op.getOthers(), op.getMaps().getAsValueRange<AffineMapAttr>()))
      others.push_back(findOther(other, map));
    auto placeOf = [&](int64_t i, int64_t j) {
      return AffineMap::get(2, 0, {builder.getAffineConstantExpr(0), builder.getAffineConstantExpr(i), d(0) * tileWide + j, d(1)}, builder.getContext());
    };
    finish.emplace(op.getFinish(), others, op.getMaps(), op.getTile(), placeOf, buffers);
  }
  addOp(makeTransform(builder, loc, {block, channels}, SmallVector<Value>(maps.size(), sums), maps, outputs, high.a, wide.a,
                      finish ? &*finish : nullptr));
}

WinogradKernel LoopBuilder::build() {
  const bool isSorted = image.getRank() == 5;
  Points images = makePoints(weights.getDimSize(1), isSorted), sums = makePoints(weights.getDimSize(2), false);
  const int64_t tilesHigh = result.getDimSize(1) / tileHigh, tilesWide = result.getDimSize(2) / tileWide;
  const auto blocksWide = static_cast<int64_t>(llvm::divideCeil(tilesWide, block));
  kernel.blocks = result.getDimSize(0) * tilesHigh * blocksWide;
  for (const Points &local : {images, sums})
    kernel.localBytes += local.type.getNumElements() * getElementBytes(local.type.getElementType());
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(kernel.blocks), constant(1));
  loop->setAttr(rowLoopAttrName, builder.getUnitAttr());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value rows = arith::DivUIOp::create(builder, loc, loop.getInductionVar(), constant(blocksWide));
  column = arith::RemUIOp::create(builder, loc, loop.getInductionVar(), constant(blocksWide));
  column = arith::MulIOp::create(builder, loc, column, constant(block));
  if (tilesWide % block != 0) // The last begins so early that it is whole, and makes some tiles again.
    column = arith::MinUIOp::create(builder, loc, column, constant(tilesWide - block));
  number = arith::DivUIOp::create(builder, loc, rows, constant(tilesHigh));
  row = arith::RemUIOp::create(builder, loc, rows, constant(tilesHigh));
  if (isSorted)
    transformSortedImage(images);
  else
    transformImage(images);
  multiply(images, sums);
  transformResult(sums);
  return kernel;
}

WinogradKernel buildWinogradLoop(OpBuilder &builder, Location loc, winograd::ConvolveOp op, IRMapping &buffers,
                                 llvm::function_ref<func::FuncOp(ValueRange arguments)> makeInner) {
  return LoopBuilder(builder, loc, op, buffers, makeInner).build();
}

} // namespace sconce::codegen
