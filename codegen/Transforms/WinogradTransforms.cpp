#include "codegen/Transforms/WinogradTransforms.h"

#include "dialects/Winograd/IR/Winograd.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
namespace sconce::codegen {

namespace {

using Column = SmallVector<Value, 6>;

/// The products with the constant matrices of F(tile × tile, 3 × 3), on elements; WinogradConvolutions.cpp has those of the weights.
class Arithmetic {
public:
  Arithmetic(OpBuilder &builder, Location loc, int64_t tile, int64_t stride) : builder(builder), loc(loc), tile(tile), stride(stride) {}

  Column applyB(const Column &d) { return stride == 2 ? applyStridedB(d) : tile == 2 ? applySmallB(d) : applyLargeB(d); }
  Column applyA(const Column &m) { return stride == 2 ? applyStridedA(m) : tile == 2 ? applySmallA(m) : applyLargeA(m); }

private:
  Column applyStridedB(const Column &d) { return {sub(d[0], d[2]), d[2], sub(d[4], d[2]), d[1], d[3]}; }
  Column applyStridedA(const Column &m) { return {add(add(m[0], m[1]), m[3]), add(add(m[1], m[2]), m[4])}; }
  Column applySmallB(const Column &d) { return {sub(d[0], d[2]), add(d[1], d[2]), sub(d[2], d[1]), sub(d[1], d[3])}; }
  Column applySmallA(const Column &m) { return {add(add(m[0], m[1]), m[2]), sub(sub(m[1], m[2]), m[3])}; }
  Column applyLargeB(const Column &d);
  Column applyLargeA(const Column &m);
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
  Value times(double factor, Value a) {
    return arith::MulFOp::create(builder, loc, arith::ConstantOp::create(builder, loc, FloatAttr::get(a.getType(), factor)), a);
  }

  OpBuilder &builder;
  Location loc;
  int64_t tile, stride;
};

} // namespace

/// Bᵀ d of F(4 × 4, 3 × 3).
Column Arithmetic::applyLargeB(const Column &d) {
  Value low = sub(d[4], times(4, d[2])), high = sub(d[3], times(4, d[1]));
  Value far = sub(d[4], d[2]), twice = times(2, sub(d[3], d[1]));
  return {add(sub(times(4, d[0]), times(5, d[2])), d[4]), add(low, high), sub(low, high), add(far, twice), sub(far, twice),
          add(sub(times(4, d[1]), times(5, d[3])), d[5])};
}

/// Aᵀ m of F(4 × 4, 3 × 3).
Column Arithmetic::applyLargeA(const Column &m) {
  Value sum1 = add(m[1], m[2]), difference1 = sub(m[1], m[2]), sum2 = add(m[3], m[4]), difference2 = sub(m[3], m[4]);
  return {add(add(m[0], sum1), sum2), add(difference1, times(2, difference2)), add(sum1, times(4, sum2)),
          add(add(difference1, times(8, difference2)), m[5])};
}

/// Applies `function` to the columns of a square matrix in row order, and then to the rows of what it makes of them.
static SmallVector<Value> transform(ValueRange elements, int64_t patch, llvm::function_ref<Column(const Column &)> function) {
  SmallVector<Column> columns;
  for (int64_t j = 0; j < patch; ++j) {
    Column column;
    for (int64_t i = 0; i < patch; ++i)
      column.push_back(elements[i * patch + j]);
    columns.push_back(function(column));
  }
  SmallVector<Value> results;
  for (size_t i = 0; i < columns.front().size(); ++i)
    llvm::append_range(results, function(llvm::map_to_vector<6>(columns, [&](const Column &column) { return column[i]; })));
  return results;
}

/// One op over loops of `shape` that reads the elements of a patch from `input` by `maps` and writes `outputs`.
static void makeElementwise(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, Value input, ArrayRef<AffineMap> maps,
                            ArrayRef<Value> outputs, int64_t tile, int64_t stride, Column (Arithmetic::*apply)(const Column &)) {
  SmallVector<AffineMap> allMaps(maps);
  allMaps.append(outputs.size(), builder.getMultiDimIdentityMap(shape.size()));
  linalg::GenericOp::create(builder, loc, SmallVector<Value>(maps.size(), input), outputs, allMaps,
                            SmallVector<utils::IteratorType>(shape.size(), utils::IteratorType::parallel),
                            [&](OpBuilder &nested, Location at, ValueRange elements) {
                              Arithmetic arithmetic(nested, at, tile, stride);
                              auto function = [&](const Column &column) { return (arithmetic.*apply)(column); };
                              linalg::YieldOp::create(nested, at, transform(elements.take_front(maps.size()), winograd::patchOf(tile, stride), function));
                            });
}

/// The view of `buffer` with these positions; without its dimensions of extent 1 that `shape` has not.
static Value makeView(OpBuilder &builder, Location loc, Value buffer, ArrayRef<int64_t> shape, ArrayRef<int64_t> offsets,
                      ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  auto fold = [&](ArrayRef<int64_t> numbers) { return getAsIndexOpFoldResult(builder.getContext(), numbers); };
  auto type = memref::SubViewOp::inferRankReducedResultType(shape, cast<MemRefType>(buffer.getType()), fold(offsets), fold(sizes), fold(strides));
  return memref::SubViewOp::create(builder, loc, type, buffer, fold(offsets), fold(sizes), fold(strides));
}

namespace {

/// The image [n, h, w, c] to [patch, patch, high, wide, n, c].
struct InputModel : bufferization::DstBufferizableOpInterfaceExternalModel<InputModel, winograd::TransformImageOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &operand, const bufferization::AnalysisState &) const {
    return operand.getOperandNumber() == 0;
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const bufferization::BufferizationOptions &options,
                          bufferization::BufferizationState &state) const {
    auto image = bufferization::getBuffer(rewriter, op->getOperand(0), options, state);
    auto points = bufferization::getBuffer(rewriter, op->getOperand(1), options, state);
    if (failed(image) || failed(points))
      return failure();
    ArrayRef<int64_t> shape = cast<MemRefType>(points->getType()).getShape();
    ArrayRef<int64_t> loops = shape.drop_front(2);
    auto transformed = cast<winograd::TransformImageOp>(op);
    const int64_t patch = shape[0], tile = transformed.getTile(), stride = transformed.getStride(), step = tile * stride;
    SmallVector<AffineMap> maps;
    SmallVector<Value> outputs;
    SmallVector<int64_t> sizes(shape), strides(shape.size(), 1);
    sizes[0] = sizes[1] = 1;
    auto dim = [&](unsigned loop) { return rewriter.getAffineDimExpr(loop); };
    for (int64_t p = 0; p < patch * patch; ++p) {
      maps.push_back(AffineMap::get(4, 0, {dim(2), dim(0) * step + p / patch, dim(1) * step + p % patch, dim(3)}, rewriter.getContext()));
      outputs.push_back(makeView(rewriter, op->getLoc(), *points, loops, {p / patch, p % patch, 0, 0, 0, 0}, sizes, strides));
    }
    makeElementwise(rewriter, op->getLoc(), loops, *image, maps, outputs, tile, stride, &Arithmetic::applyB);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, *points);
    return success();
  }
};

/// [patch, patch, high, wide, n, o] to the result [n, h, w, o].
struct OutputModel : bufferization::DstBufferizableOpInterfaceExternalModel<OutputModel, winograd::TransformResultOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &operand, const bufferization::AnalysisState &) const {
    return operand.getOperandNumber() == 0;
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const bufferization::BufferizationOptions &options,
                          bufferization::BufferizationState &state) const {
    auto products = bufferization::getBuffer(rewriter, op->getOperand(0), options, state);
    auto result = bufferization::getBuffer(rewriter, op->getOperand(1), options, state);
    if (failed(products) || failed(result))
      return failure();
    ArrayRef<int64_t> from = cast<MemRefType>(products->getType()).getShape();
    SmallVector<int64_t> loops = {from[4], from[2], from[3], from[5]}; // as the result lies
    auto transformed = cast<winograd::TransformResultOp>(op);
    const int64_t patch = from[0], tile = transformed.getTile(), stride = transformed.getStride();
    SmallVector<AffineMap> maps;
    auto dim = [&](unsigned loop) { return rewriter.getAffineDimExpr(loop); };
    for (int64_t p = 0; p < patch * patch; ++p)
      maps.push_back(AffineMap::get(4, 0,
                                    {rewriter.getAffineConstantExpr(p / patch), rewriter.getAffineConstantExpr(p % patch), dim(1), dim(2),
                                     dim(0), dim(3)},
                                    rewriter.getContext()));
    SmallVector<Value> outputs;
    for (int64_t i = 0; i < tile; ++i)
      for (int64_t j = 0; j < tile; ++j)
        outputs.push_back(makeView(rewriter, op->getLoc(), *result, loops, {0, i, j, 0}, loops, {1, tile, tile, 1}));
    makeElementwise(rewriter, op->getLoc(), loops, *products, maps, outputs, tile, stride, &Arithmetic::applyA);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, *result);
    return success();
  }
};

} // namespace

void registerWinogradTransforms(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, winograd::WinogradDialect *) {
    winograd::TransformImageOp::attachInterface<InputModel>(*context);
    winograd::TransformResultOp::attachInterface<OutputModel>(*context);
  });
}

} // namespace sconce::codegen
