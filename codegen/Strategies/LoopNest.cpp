#include "codegen/Strategies/LoopNest.h"
#include "codegen/Transforms/BufferPointer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/UB/IR/UBOps.h"

using namespace mlir;
namespace sconce::codegen {

bool Product::operator==(const Product &other) const {
  if (factor == 0 || other.factor == 0)
    return factor == other.factor;
  return factor == other.factor && values == other.values;
}

Product Product::operator*(const Product &other) const {
  Product result(factor * other.factor);
  if (result.factor == 0)
    return result;
  result.values = values;
  llvm::append_range(result.values, other.values);
  llvm::sort(result.values, [](Value a, Value b) { return a.getAsOpaquePointer() < b.getAsOpaquePointer(); });
  return result;
}

Value Product::build(OpBuilder &builder, Location loc) const {
  if (isConstant())
    return arith::ConstantIndexOp::create(builder, loc, factor);
  Value result;
  // Factors are multiplied in the order in which they were made, so that the text is the same in every run.
  SmallVector<Value> ordered(values.begin(), values.end());
  llvm::sort(ordered, [](Value a, Value b) {
    Operation *x = a.getDefiningOp(), *y = b.getDefiningOp();
    if (!x || !y || x == y)
      return !x && y;
    return x->getBlock() == y->getBlock() && x->isBeforeInBlock(y);
  });
  for (Value value : ordered)
    result = result ? arith::MulIOp::create(builder, loc, result, value).getResult() : value;
  if (factor == 1)
    return result;
  return arith::MulIOp::create(builder, loc, result, arith::ConstantIndexOp::create(builder, loc, factor));
}

Value flattenBuffer(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  auto flat = MemRefType::get({ShapedType::kDynamic}, type.getElementType());
  if (Operation *made = buffer.getDefiningOp(); made && isPutTogether(made)) {
    // Nothing asks a flat buffer for its extent.
    Value extent = ub::PoisonOp::create(builder, loc, builder.getI64Type());
    return putTogether(builder, loc, flat, {made->getOperand(0), extent});
  }
  SmallVector<Value> parts = takeApart(builder, loc, buffer);
  Value extent = ub::PoisonOp::create(builder, loc, builder.getI64Type());
  return putTogether(builder, loc, flat, {parts.front(), extent});
}

FailureOr<SmallVector<Product>> readStrides(OpBuilder &builder, Location loc, Value buffer, ArrayRef<Product> extents) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Product> strides(type.getRank(), Product(1));
  if (type.getLayout().isIdentity()) {
    for (int64_t i = type.getRank() - 2; i >= 0; --i)
      strides[i] = strides[i + 1] * extents[i + 1];
    return strides;
  }
  SmallVector<int64_t> constants;
  int64_t offset;
  if (failed(type.getStridesAndOffset(constants, offset)))
    return failure();
  memref::ExtractStridedMetadataOp metadata;
  for (auto [stride, constant, index] : llvm::zip_equal(strides, constants, llvm::seq<unsigned>(0, constants.size()))) {
    if (!ShapedType::isDynamic(constant)) {
      stride = Product(constant);
      continue;
    }
    if (!metadata)
      metadata = memref::ExtractStridedMetadataOp::create(builder, loc, buffer);
    stride = Product(metadata.getStrides()[index]);
  }
  return strides;
}

/// Adds `scale * expr` to an access: `expr` is linear in the loops, which are `dims`.
static LogicalResult addTerm(Access &access, AffineExpr expr, const Product &scale, ArrayRef<LoopDim> dims) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    Product &stride = access.strides[dim.getPosition()];
    if (stride.isConstant(0))
      stride = scale;
    else if (stride.values == scale.values)
      stride.factor += scale.factor;
    else
      return failure();
    return success();
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    Product term = scale * Product(constant.getValue());
    if (access.start.isConstant(0))
      access.start = term;
    else if (access.start.values == term.values)
      access.start.factor += term.factor;
    else if (!term.isConstant(0))
      return failure();
    return success();
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return failure();
  if (expr.getKind() == AffineExprKind::Add)
    return success(succeeded(addTerm(access, binary.getLHS(), scale, dims)) &&
                   succeeded(addTerm(access, binary.getRHS(), scale, dims)));
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (expr.getKind() == AffineExprKind::Mul && factor)
    return addTerm(access, binary.getLHS(), scale * Product(factor.getValue()), dims);
  // Groups: a panel of columns has whole ones.
  if (auto groups = dyn_cast<AffineDimExpr>(binary.getLHS());
      groups && factor && expr.getKind() == AffineExprKind::FloorDiv && scale.isConstant(factor.getValue()) &&
      dims[groups.getPosition()].size.isConstant() && dims[groups.getPosition()].size.factor > factor.getValue() &&
      dims[groups.getPosition()].size.factor % factor.getValue() == 0 && access.groupLoop < 0 &&
      access.strides[groups.getPosition()].isConstant(0)) {
    access.groupSize = factor.getValue();
    access.groupLoop = groups.getPosition();
    access.strides[groups.getPosition()] = Product(1);
    return success();
  }
  // The position in a panel: the loop over a panel's columns does not leave it.
  auto dim = dyn_cast<AffineDimExpr>(binary.getLHS());
  if (!dim || !factor || !dims[dim.getPosition()].size.isConstant() || dims[dim.getPosition()].size.factor > factor.getValue())
    return failure();
  if (expr.getKind() == AffineExprKind::FloorDiv)
    return success();
  if (expr.getKind() == AffineExprKind::Mod)
    return addTerm(access, dim, scale, dims);
  return failure();
}

LogicalResult LoopNest::readAccesses(OpBuilder &builder) {
  Location loc = op.getLoc();
  SmallVector<AffineExpr> positions(op.getNumLoops());
  for (auto [d, dim] : llvm::enumerate(dims))
    if (dim.original < positions.size()) {
      AffineExpr part = getAffineDimExpr(d, op.getContext()) * dim.originalStep;
      positions[dim.original] = positions[dim.original] ? positions[dim.original] + part : part;
    }
  for (OpOperand &operand : op->getOpOperands()) {
    Access access;
    access.strides.assign(dims.size(), Product(0));
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type) {
      access.scalar = operand.get();
      access.elementType = operand.get().getType();
      accesses.push_back(access);
      continue;
    }
    access.elementType = type.getElementType();
    AffineMap map = op.getMatchingIndexingMap(&operand).replaceDimsAndSymbols(positions, {}, dims.size(), 0);
    SmallVector<Product> extents;
    for (auto [expr, index] : llvm::zip_equal(map.getResults(), llvm::seq<int64_t>(0, type.getRank()))) {
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        extents.push_back(dims[dim.getPosition()].size);
      else if (type.isDynamicDim(index))
        extents.push_back(Product(memref::DimOp::create(builder, loc, operand.get(), index)));
      else
        extents.push_back(Product(type.getDimSize(index)));
    }
    FailureOr<SmallVector<Product>> strides = readStrides(builder, loc, operand.get(), extents);
    if (failed(strides))
      return op.emitOpError("expected a strided buffer, got ") << type;
    for (auto [expr, stride] : llvm::zip_equal(map.getResults(), *strides))
      if (failed(addTerm(access, expr, stride, dims)))
        return op.emitOpError("expected indexing maps that are linear, with strides that can be added, got ")
               << AffineMapAttr::get(map);
    for (auto [loop, dim] : llvm::enumerate(dims))
      if (access.groupLoop >= 0 && dim.isReduction && dim.size.isConstant(access.groupSize) && access.strides[loop].isConstant(1))
        access.memberLoop = loop;
    access.flat = flattenBuffer(builder, loc, operand.get());
    accesses.push_back(access);
  }
  return success();
}

/// Drops loop `d` from all nests.
static void dropLoop(MutableArrayRef<LoopNest> nests, unsigned d) {
  for (LoopNest &nest : nests) {
    nest.dims.erase(nest.dims.begin() + d);
    for (Access &access : nest.accesses) {
      access.strides.erase(access.strides.begin() + d);
      for (int *loop : {&access.groupLoop, &access.memberLoop})
        *loop -= *loop > static_cast<int>(d);
    }
  }
}

/// Whether a stride is certainly the longer one: a product of more extents.
static bool isLonger(const Product &a, const Product &b) {
  return a.values.size() != b.values.size() ? a.values.size() > b.values.size() : a.factor > b.factor;
}

/// Puts the loops in the order of memory: the parallel ones as the first output lies, then the reductions as the inputs do.
static void sortLoops(MutableArrayRef<LoopNest> nests) {
  const LoopNest &leader = nests.front();
  unsigned numInputs = leader.op.getNumDpsInputs();
  auto strideOf = [&](unsigned d) {
    if (!leader.dims[d].isReduction)
      return leader.accesses.size() > numInputs && leader.accesses[numInputs].flat ? leader.accesses[numInputs].strides[d] : Product(0);
    Product longest(0);
    for (const Access &access : ArrayRef(leader.accesses).take_front(numInputs))
      if (access.flat && isLonger(access.strides[d], longest))
        longest = access.strides[d];
    return longest;
  };
  SmallVector<unsigned> order = llvm::to_vector(llvm::seq<unsigned>(0, leader.dims.size()));
  llvm::sort(order, [&](unsigned a, unsigned b) {
    if (leader.dims[a].isReduction != leader.dims[b].isReduction)
      return leader.dims[b].isReduction;
    Product strideA = strideOf(a), strideB = strideOf(b);
    return isLonger(strideA, strideB) || (!isLonger(strideB, strideA) && a < b);
  });
  auto sorted = [&](auto &values) {
    auto copy = values;
    for (auto [to, from] : llvm::enumerate(order))
      values[to] = copy[from];
  };
  for (LoopNest &nest : nests) {
    sorted(nest.dims);
    for (Access &access : nest.accesses) {
      sorted(access.strides);
      for (int *loop : {&access.groupLoop, &access.memberLoop})
        if (*loop >= 0)
          *loop = llvm::find(order, static_cast<unsigned>(*loop)) - order.begin();
    }
  }
}

/// Loops that run once.
static void dropUnitLoops(MutableArrayRef<LoopNest> nests) {
  for (unsigned d = nests.front().dims.size(); d-- > 0;)
    if (const LoopDim &dim = nests.front().dims[d]; dim.size.isConstant(1) && !dim.hasIndexUse)
      dropLoop(nests, d);
}

/// Merges each loop with the one after it where every operand moves through both as through one.
static void mergeLoops(MutableArrayRef<LoopNest> nests) {
  for (unsigned d = nests.front().dims.size(); d-- > 1;) {
    LoopDim outer = nests.front().dims[d - 1], inner = nests.front().dims[d];
    if (outer.isReduction != inner.isReduction || outer.hasIndexUse || inner.hasIndexUse)
      continue;
    bool alike = llvm::all_of(nests, [&](const LoopNest &nest) {
      return llvm::all_of(nest.accesses, [&](const Access &access) {
        return access.strides[d - 1] == inner.size * access.strides[d];
      });
    });
    if (!alike)
      continue;
    for (LoopNest &nest : nests)
      nest.dims[d].size = outer.size * inner.size;
    dropLoop(nests, d - 1);
  }
}

/// The size of loop `d`: constant where any operand says so.
static Product readLoopSize(OpBuilder &builder, linalg::LinalgOp op, unsigned d, int64_t constant) {
  if (!ShapedType::isDynamic(constant))
    return Product(constant);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [index, expr] : llvm::enumerate(map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr); dim && dim.getPosition() == d)
        return Product(memref::DimOp::create(builder, op.getLoc(), operand.get(), index));
  }
  return Product(1);
}

/// Makes two loops of each that an operand of `op` divides: those over its panels come last. `dims` are the op's loops.
static LogicalResult splitPanels(linalg::LinalgOp op, SmallVectorImpl<LoopDim> &dims) {
  SmallVector<int64_t> widths(dims.size());
  bool agree = true;
  for (AffineMap map : op.getIndexingMapsArray()) {
    // Groups are whole in a panel: they do not divide the loop (addTerm).
    DenseSet<AffineExpr> groups;
    map.walkExprs([&](AffineExpr expr) {
      if (auto product = dyn_cast<AffineBinaryOpExpr>(expr); product && expr.getKind() == AffineExprKind::Mul)
        if (auto quotient = dyn_cast<AffineBinaryOpExpr>(product.getLHS()); quotient && quotient.getRHS() == product.getRHS())
          groups.insert(quotient);
    });
    map.walkExprs([&](AffineExpr expr) {
      if (groups.contains(expr))
        return;
      auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
      auto dim = dyn_cast_or_null<AffineDimExpr>(binary ? binary.getLHS() : AffineExpr());
      if (!dim || (expr.getKind() != AffineExprKind::FloorDiv && expr.getKind() != AffineExprKind::Mod))
        return;
      auto width = dyn_cast<AffineConstantExpr>(binary.getRHS());
      int64_t &known = widths[dim.getPosition()];
      agree &= width && (known == 0 || known == width.getValue());
      known = width ? width.getValue() : known;
    });
  }
  for (auto [d, width] : llvm::enumerate(widths)) {
    bool isConstant = dims[d].size.isConstant();
    if (width == 0 || (isConstant && dims[d].size.factor <= width))
      continue;
    agree &= isConstant && dims[d].size.factor % width == 0;
    LoopDim panels = dims[d];
    panels.size = Product(dims[d].size.factor / width);
    panels.originalStep = width;
    dims[d].size = Product(width);
    dims.push_back(panels);
  }
  return success(agree);
}

int64_t Access::countInPart() const {
  return std::min<int64_t>(groupSize, std::max<int64_t>(1, 128 / elementType.getIntOrFloatBitWidth()));
}

int64_t LoopNest::countIndivisible(unsigned d) const {
  int64_t count = 1;
  for (const Access &access : accesses)
    if (access.groupLoop == static_cast<int>(d))
      count = std::max(count, access.groupSize);
  return count;
}

FailureOr<std::vector<LoopNest>> readTogether(OpBuilder &builder, linalg::LinalgOp leader,
                                              ArrayRef<linalg::LinalgOp> followers,
                                              ArrayRef<SmallVector<unsigned>> loops) {
  std::vector<LoopNest> nests(1 + followers.size());
  SmallVector<utils::IteratorType> iterators = leader.getIteratorTypesArray();
  SmallVector<int64_t> constants = leader.getStaticLoopRanges();
  for (auto [n, follower] : llvm::enumerate(followers))
    for (auto [loop, constant] : llvm::zip_equal(loops[n], linalg::LinalgOp(follower).getStaticLoopRanges()))
      if (!ShapedType::isDynamic(constant))
        constants[loop] = constant;
  SmallVector<LoopDim> dims(iterators.size());
  for (auto [d, dim] : llvm::enumerate(dims)) {
    dim.size = readLoopSize(builder, leader, d, constants[d]);
    dim.isReduction = iterators[d] == utils::IteratorType::reduction;
    dim.original = d;
  }
  if (failed(splitPanels(leader, dims)))
    return leader.emitOpError("expected loops that their operands' panels divide");
  auto loopOf = [&](size_t n, unsigned own) { return n == 0 ? own : loops[n - 1][own]; };
  for (auto [n, nest] : llvm::enumerate(nests)) {
    nest.op = n == 0 ? leader : followers[n - 1];
    nest.op.getBlock()->walk([&](linalg::IndexOp index) {
      for (LoopDim &dim : dims)
        dim.hasIndexUse |= dim.original == loopOf(n, index.getDim());
    });
  }
  for (auto [n, nest] : llvm::enumerate(nests)) {
    nest.dims = dims;
    for (auto [dim, leaders] : llvm::zip_equal(nest.dims, dims)) {
      dim.original = ~0u;
      for (unsigned own = 0; own < nest.op.getNumLoops(); ++own)
        if (loopOf(n, own) == leaders.original)
          dim.original = own;
    }
    if (failed(nest.readAccesses(builder)))
      return failure();
  }
  dropUnitLoops(nests);
  sortLoops(nests);
  mergeLoops(nests);
  return nests;
}

FailureOr<LoopNest> LoopNest::read(OpBuilder &builder, linalg::LinalgOp op) {
  FailureOr<std::vector<LoopNest>> nests = readTogether(builder, op, {}, {});
  if (failed(nests))
    return failure();
  return std::move(nests->front());
}

} // namespace sconce::codegen
