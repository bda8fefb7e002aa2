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

/// Adds `scale * expr` to an access: `expr` is linear in the loops.
static LogicalResult addTerm(Access &access, AffineExpr expr, const Product &scale) {
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
    return success(succeeded(addTerm(access, binary.getLHS(), scale)) &&
                   succeeded(addTerm(access, binary.getRHS(), scale)));
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (expr.getKind() == AffineExprKind::Mul && factor)
    return addTerm(access, binary.getLHS(), scale * Product(factor.getValue()));
  return failure();
}

LogicalResult LoopNest::readAccess(OpBuilder &builder, OpOperand &operand) {
  Location loc = op.getLoc();
  Access access;
  access.strides.assign(dims.size(), Product(0));
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  if (!type) {
    access.scalar = operand.get();
    access.elementType = operand.get().getType();
    accesses.push_back(access);
    return success();
  }
  access.elementType = type.getElementType();
  AffineMap map = op.getMatchingIndexingMap(&operand);
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
    if (failed(addTerm(access, expr, stride)))
      return op.emitOpError("expected indexing maps that are linear, with strides that can be added, got ") << AffineMapAttr::get(map);
  access.flat = flattenBuffer(builder, loc, operand.get());
  accesses.push_back(access);
  return success();
}

void LoopNest::dropUnitLoops() {
  for (unsigned d = dims.size(); d-- > 0;) {
    if (!dims[d].size.isConstant(1) || dims[d].hasIndexUse)
      continue;
    dims.erase(dims.begin() + d);
    for (Access &access : accesses)
      access.strides.erase(access.strides.begin() + d);
  }
}

/// Merges loop `d` with the one after it while every operand moves through both as through one.
void LoopNest::mergeLoops() {
  for (unsigned d = dims.size(); d-- > 1;) {
    LoopDim &outer = dims[d - 1], &inner = dims[d];
    if (outer.isReduction != inner.isReduction || outer.hasIndexUse || inner.hasIndexUse)
      continue;
    bool alike = llvm::all_of(accesses, [&](const Access &access) {
      return access.strides[d - 1] == inner.size * access.strides[d];
    });
    if (!alike)
      continue;
    inner.size = outer.size * inner.size;
    dims.erase(dims.begin() + (d - 1));
    for (Access &access : accesses)
      access.strides.erase(access.strides.begin() + (d - 1));
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

FailureOr<LoopNest> LoopNest::read(OpBuilder &builder, linalg::LinalgOp op) {
  LoopNest nest;
  nest.op = op;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  SmallVector<int64_t> constants = op.getStaticLoopRanges();
  for (unsigned d = 0; d < iterators.size(); ++d) {
    LoopDim dim;
    dim.size = readLoopSize(builder, op, d, constants[d]);
    dim.isReduction = iterators[d] == utils::IteratorType::reduction;
    dim.original = d;
    nest.dims.push_back(dim);
  }
  op.getBlock()->walk([&](linalg::IndexOp index) { nest.dims[index.getDim()].hasIndexUse = true; });
  for (OpOperand &operand : op->getOpOperands())
    if (failed(nest.readAccess(builder, operand)))
      return failure();
  nest.dropUnitLoops();
  nest.mergeLoops();
  return nest;
}

} // namespace sconce::codegen
