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

using Column = SmallVector<Value, 8>;

/// Products of a constant matrix and columns of elements. Where two columns, or two rows, of the matrix differ in signs alone, their sums are
/// shared: as the matrices are made of numbers and their negatives, that halves most of the work.
class Product {
public:
  Product(OpBuilder &builder, Location loc, const Matrix &matrix) : builder(builder), loc(loc), matrix(matrix) {}
  Column apply(const Column &column);

private:
  /// What a row adds up: elements and their factors.
  using Terms = SmallVector<std::pair<double, Value>, 8>;

  void shareColumns(const Column &column);
  std::optional<size_t> findTwin(size_t row) const;
  Value sum(const Terms &terms);
  /// a + factor * b
  Value add(Value a, double factor, Value b);

  OpBuilder &builder;
  Location loc;
  const Matrix &matrix;
  std::vector<Terms> rows;
};

} // namespace

Value Product::add(Value a, double factor, Value b) {
  if (factor == 1)
    return arith::AddFOp::create(builder, loc, a, b);
  if (factor == -1)
    return arith::SubFOp::create(builder, loc, a, b);
  // Fused where the target can: the matrices' numbers are exact, and so would most of the products be.
  auto contract = arith::FastMathFlagsAttr::get(builder.getContext(), arith::FastMathFlags::contract);
  Value constant = arith::ConstantOp::create(builder, loc, FloatAttr::get(b.getType(), factor));
  Value scaled = arith::MulFOp::create(builder, loc, b, constant, contract);
  return arith::AddFOp::create(builder, loc, a, scaled, contract);
}

/// Begins with a term that is an element as it is, if there is one.
Value Product::sum(const Terms &terms) {
  const auto *first = llvm::find_if(terms, [](auto &term) { return term.first == 1; });
  if (first == terms.end())
    first = terms.begin();
  Value result = first->second;
  if (first->first != 1)
    result = arith::MulFOp::create(builder, loc, result, arith::ConstantOp::create(builder, loc, FloatAttr::get(result.getType(), first->first)));
  for (const auto &term : terms)
    if (&term != first)
      result = add(result, term.first, term.second);
  return result;
}

/// Fills `rows`, with a sum and a difference in place of two elements whose factors are equal in all rows but for signs.
void Product::shareColumns(const Column &column) {
  rows.assign(matrix.size(), {});
  std::vector<bool> isDone(column.size());
  auto addColumn = [&](Value element, llvm::function_ref<double(const std::vector<double> &)> factorOf) {
    for (auto [terms, row] : llvm::zip_equal(rows, matrix))
      if (double factor = factorOf(row); factor != 0)
        terms.push_back({factor, element});
  };
  for (size_t p = 0; p < column.size(); ++p) {
    if (isDone[p])
      continue;
    auto isTwin = [&](size_t q) {
      auto count = [&](double sign) { return llvm::count_if(matrix, [&](auto &row) { return row[p] != 0 && row[q] == sign * row[p]; }); };
      auto used = llvm::count_if(matrix, [&](auto &row) { return row[p] != 0 || row[q] != 0; });
      return !isDone[q] && count(1) > 0 && count(-1) > 0 && count(1) + count(-1) == used;
    };
    size_t q = p + 1;
    while (q < column.size() && !isTwin(q))
      ++q;
    if (q == column.size()) {
      addColumn(column[p], [&](const std::vector<double> &row) { return row[p]; });
      continue;
    }
    isDone[q] = true;
    addColumn(add(column[p], 1, column[q]), [&](const std::vector<double> &row) { return row[q] == row[p] ? row[p] : 0; });
    addColumn(add(column[p], -1, column[q]), [&](const std::vector<double> &row) { return row[q] == row[p] ? 0 : row[p]; });
  }
}

/// A later row of the same terms but for signs, of which some differ.
std::optional<size_t> Product::findTwin(size_t row) const {
  for (size_t other = row + 1; other < rows.size(); ++other) {
    if (rows[other].size() != rows[row].size())
      continue;
    auto pairs = llvm::zip_equal(rows[row], rows[other]);
    bool isTwin = llvm::all_of(pairs, [](auto pair) {
      auto [a, b] = pair;
      return a.second == b.second && std::abs(a.first) == std::abs(b.first);
    });
    auto equal = llvm::count_if(pairs, [](auto pair) { return std::get<0>(pair).first == std::get<1>(pair).first; });
    if (isTwin && equal > 0 && equal < static_cast<long>(rows[row].size()))
      return other;
  }
  return {};
}

Column Product::apply(const Column &column) {
  shareColumns(column);
  Column results(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    if (results[row])
      continue;
    std::optional<size_t> twin = findTwin(row);
    if (!twin) {
      results[row] = sum(rows[row]);
      continue;
    }
    Terms same, opposite;
    for (auto [a, b] : llvm::zip_equal(rows[row], rows[*twin]))
      (a.first == b.first ? same : opposite).push_back(a);
    // The last factor is taken out of those that change signs, which is exact for powers of two and leaves one factor less.
    const double factor = opposite.back().first;
    for (auto &term : opposite)
      term.first /= factor;
    Value even = sum(same), odd = sum(opposite);
    results[row] = add(even, factor, odd);
    results[*twin] = add(even, -factor, odd);
  }
  return results;
}

/// The product of `high`, a matrix in row order, and `wide` transposed.
static SmallVector<Value> transform(OpBuilder &builder, Location loc, ValueRange elements, const Matrix &high, const Matrix &wide) {
  SmallVector<Column> columns;
  const size_t width = wide.front().size();
  for (size_t j = 0; j < width; ++j) {
    Column column;
    for (size_t i = 0; i < high.front().size(); ++i)
      column.push_back(elements[i * width + j]);
    columns.push_back(Product(builder, loc, high).apply(column));
  }
  SmallVector<Value> results;
  for (size_t i = 0; i < high.size(); ++i) {
    auto row = llvm::map_to_vector<8>(columns, [&](const Column &column) { return column[i]; });
    llvm::append_range(results, Product(builder, loc, wide).apply(row));
  }
  return results;
}

WinogradFinish::WinogradFinish(Region &region, ValueRange others, ArrayAttr otherMaps, ArrayRef<int64_t> tile,
                               llvm::function_ref<AffineMap(int64_t i, int64_t j)> placeOf, IRMapping mapping)
    : region(region), mapping(std::move(mapping)) {
  auto findOperand = [&](Value other, AffineMap map) {
    // Along a dimension of stride 0 all elements are one, which is read once for the tile.
    SmallVector<int64_t> strides = cast<MemRefType>(other.getType()).getStridesAndOffset().first;
    SmallVector<AffineExpr> places(map.getResults());
    for (auto [place, stride] : llvm::zip_equal(places, strides))
      if (stride == 0)
        place = getAffineConstantExpr(0, map.getContext());
    map = AffineMap::get(map.getNumDims(), 0, places, map.getContext());
    for (unsigned known = 0; known < operands.size(); ++known)
      if (operands[known] == other && maps[known] == map)
        return known;
    operands.push_back(other);
    maps.push_back(map);
    return static_cast<unsigned>(operands.size() - 1);
  };
  for (int64_t i = 0; i < tile[0]; ++i)
    for (int64_t j = 0; j < tile[1]; ++j) {
      SmallVector<unsigned> &own = arguments.emplace_back();
      for (auto [other, map] : llvm::zip_equal(others, otherMaps.getAsValueRange<AffineMapAttr>()))
        own.push_back(findOperand(other, map.compose(placeOf(i, j))));
    }
}

SmallVector<Value> WinogradFinish::apply(OpBuilder &builder, ValueRange results, ValueRange elements) const {
  SmallVector<Value> finished;
  Block &body = region.front();
  for (auto [result, own] : llvm::zip_equal(results, arguments)) {
    IRMapping values = mapping;
    values.map(body.getArgument(0), result);
    for (auto [argument, operand] : llvm::zip_equal(body.getArguments().drop_front(), own))
      values.map(argument, elements[operand]);
    for (Operation &op : body.without_terminator())
      builder.clone(op, values);
    finished.push_back(values.lookupOrDefault(body.getTerminator()->getOperand(0)));
  }
  return finished;
}

linalg::GenericOp makeTransform(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, ValueRange inputs, ArrayRef<AffineMap> maps,
                                ArrayRef<Value> outputs, const Matrix &high, const Matrix &wide, const WinogradFinish *finish) {
  SmallVector<AffineMap> allMaps(maps);
  SmallVector<Value> read(inputs);
  if (finish) {
    llvm::append_range(read, finish->getOperands());
    llvm::append_range(allMaps, finish->getMaps());
  }
  allMaps.append(outputs.size(), builder.getMultiDimIdentityMap(shape.size()));
  return linalg::GenericOp::create(builder, loc, read, outputs, allMaps,
                                   SmallVector<utils::IteratorType>(shape.size(), utils::IteratorType::parallel),
                                   [&](OpBuilder &nested, Location at, ValueRange elements) {
                                     SmallVector<Value> results = transform(nested, at, elements.take_front(maps.size()), high, wide);
                                     if (finish)
                                       results = finish->apply(nested, results, elements.slice(maps.size(), finish->getOperands().size()));
                                     linalg::YieldOp::create(nested, at, results);
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

template <typename Op> WinogradMatrices getMatrices(Op op, unsigned side) {
  return makeWinogradMatrices(op.getTile()[side], op.getTaps()[side], op.getStride()[side]);
}

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
    const int64_t high = shape[0], wide = shape[1];
    const int64_t step[] = {transformed.getTile()[0] * transformed.getStride()[0], transformed.getTile()[1] * transformed.getStride()[1]};
    SmallVector<AffineMap> maps;
    SmallVector<Value> outputs;
    SmallVector<int64_t> sizes(shape), strides(shape.size(), 1);
    sizes[0] = sizes[1] = 1;
    auto dim = [&](unsigned loop) { return rewriter.getAffineDimExpr(loop); };
    for (int64_t p = 0; p < high * wide; ++p) {
      maps.push_back(AffineMap::get(4, 0, {dim(2), dim(0) * step[0] + p / wide, dim(1) * step[1] + p % wide, dim(3)}, rewriter.getContext()));
      outputs.push_back(makeView(rewriter, op->getLoc(), *points, loops, {p / wide, p % wide, 0, 0, 0, 0}, sizes, strides));
    }
    makeTransform(rewriter, op->getLoc(), loops, SmallVector<Value>(maps.size(), *image), maps, outputs, getMatrices(transformed, 0).b,
                  getMatrices(transformed, 1).b);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, *points);
    return success();
  }
};

/// [patch, patch, high, wide, n, o] to the result [n, h, w, o].
struct OutputModel : bufferization::DstBufferizableOpInterfaceExternalModel<OutputModel, winograd::TransformResultOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const bufferization::AnalysisState &) const {
    return !cast<winograd::TransformResultOp>(op).isDpsInit(&operand);
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
    const int64_t high = from[0], wide = from[1];
    ArrayRef<int64_t> tile = transformed.getTile();
    SmallVector<AffineMap> maps;
    auto dim = [&](unsigned loop) { return rewriter.getAffineDimExpr(loop); };
    for (int64_t p = 0; p < high * wide; ++p)
      maps.push_back(AffineMap::get(4, 0,
                                    {rewriter.getAffineConstantExpr(p / wide), rewriter.getAffineConstantExpr(p % wide), dim(1), dim(2),
                                     dim(0), dim(3)},
                                    rewriter.getContext()));
    SmallVector<Value> outputs;
    for (int64_t i = 0; i < tile[0]; ++i)
      for (int64_t j = 0; j < tile[1]; ++j)
        outputs.push_back(makeView(rewriter, op->getLoc(), *result, loops, {0, i, j, 0}, loops, {1, tile[0], tile[1], 1}));
    std::optional<WinogradFinish> finish;
    if (!transformed.getFinish().empty()) {
      SmallVector<Value> others;
      for (Value other : transformed.getOthers()) {
        auto buffer = bufferization::getBuffer(rewriter, other, options, state);
        if (failed(buffer))
          return failure();
        others.push_back(*buffer);
      }
      finish.emplace(transformed.getFinish(), others, transformed.getMaps(), tile, [&](int64_t i, int64_t j) {
        return AffineMap::get(4, 0, {dim(0), dim(1) * tile[0] + i, dim(2) * tile[1] + j, dim(3)}, rewriter.getContext());
      });
    }
    makeTransform(rewriter, op->getLoc(), loops, SmallVector<Value>(maps.size(), *products), maps, outputs, getMatrices(transformed, 0).a,
                  getMatrices(transformed, 1).a, finish ? &*finish : nullptr);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, *result);
    return success();
  }
};

/// The same op on buffers, of which kernels are cut later.
struct ConvolveModel : bufferization::DstBufferizableOpInterfaceExternalModel<ConvolveModel, winograd::ConvolveOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const bufferization::AnalysisState &) const {
    return !cast<winograd::ConvolveOp>(op).isDpsInit(&operand);
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const bufferization::BufferizationOptions &options,
                          bufferization::BufferizationState &state) const {
    auto convolve = cast<winograd::ConvolveOp>(op);
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      auto buffer = bufferization::getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    // A kernel finds its blocks by strides that are known.
    auto hasStrides = [](Value buffer) {
      auto [strides, offset] = cast<MemRefType>(buffer.getType()).getStridesAndOffset();
      return llvm::none_of(strides, ShapedType::isDynamic);
    };
    auto allocate = [&](Value like) -> Value {
      auto type = cast<MemRefType>(like.getType());
      return memref::AllocOp::create(rewriter, op->getLoc(), MemRefType::get(type.getShape(), type.getElementType()));
    };
    const unsigned written = convolve.getIntoMutable().getOperandNumber();
    Value into = buffers[written];
    for (auto [number, buffer] : llvm::enumerate(buffers)) {
      if (hasStrides(buffer))
        continue;
      Value copy = allocate(buffer);
      if (number != written)
        memref::CopyOp::create(rewriter, op->getLoc(), buffer, copy);
      buffer = copy;
    }
    auto made = winograd::ConvolveOp::create(rewriter, op->getLoc(), Type(), buffers[0], buffers[1], buffers[written],
                                             ArrayRef(buffers).drop_front(written + 1), convolve.getTile(), convolve.getTaps(), convolve.getBlock(),
                                             convolve.getMaps());
    rewriter.inlineRegionBefore(convolve.getFinish(), made.getFinish(), made.getFinish().end());
    if (into != buffers[written])
      memref::CopyOp::create(rewriter, op->getLoc(), buffers[written], into);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, into);
    return success();
  }
};

} // namespace

void registerWinogradTransforms(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, winograd::WinogradDialect *) {
    winograd::ConvolveOp::attachInterface<ConvolveModel>(*context);
    winograd::TransformImageOp::attachInterface<InputModel>(*context);
    winograd::TransformResultOp::attachInterface<OutputModel>(*context);
  });
}

} // namespace sconce::codegen
