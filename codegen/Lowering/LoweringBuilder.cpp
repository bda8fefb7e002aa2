// What lowerings of primitives share: types as they are in memory, extents, elementwise loops.

#include "codegen/Lowering/LoweringBuilder.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace sconce;

Type codegen::memoryElementType(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return type;
  unsigned width = integer.getWidth() == 1 ? 8 : integer.getWidth();
  return IntegerType::get(type.getContext(), width);
}

Type codegen::computeElementType(Type type) {
  if (type.isF16() || type.isBF16())
    return Float32Type::get(type.getContext());
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), integer.getWidth());
  if (auto complex = dyn_cast<ComplexType>(type))
    return ComplexType::get(computeElementType(complex.getElementType()));
  return type;
}

bool codegen::hasNoElements(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && llvm::is_contained(tensor.getShape(), 0);
}

AffineMap codegen::mapToFirstLoops(MLIRContext *context, unsigned loops, unsigned count) {
  ArrayRef<AffineExpr> all = AffineMap::getMultiDimIdentityMap(loops, context).getResults();
  return AffineMap::get(loops, 0, all.take_front(count), context);
}

namespace sconce::codegen {

Value LoweringBuilder::index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

Value LoweringBuilder::integer(int64_t value, unsigned width) {
  return arith::ConstantIntOp::create(builder, loc, value, width);
}

Value LoweringBuilder::number(Type type, double value) {
  if (auto complex = dyn_cast<ComplexType>(type)) {
    Value real = number(complex.getElementType(), value);
    Value imaginary = number(complex.getElementType(), 0);
    return complex::CreateOp::create(builder, loc, type, real, imaginary);
  }
  if (auto floating = dyn_cast<FloatType>(type))
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(floating, value));
  return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(type, static_cast<int64_t>(value)));
}

Value LoweringBuilder::toIndex(Value i64) {
  if (i64.getType().isIndex())
    return i64;
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), i64);
}

OpFoldResult LoweringBuilder::extent(Value tensor, int64_t dim) {
  return tensor::getMixedSize(builder, loc, tensor, dim);
}

SmallVector<OpFoldResult> LoweringBuilder::extents(Value tensor) { return tensor::getMixedSizes(builder, loc, tensor); }

SmallVector<OpFoldResult> LoweringBuilder::mixed(ArrayRef<int64_t> statics, ValueRange dynamic) {
  SmallVector<OpFoldResult> result;
  auto next = dynamic.begin();
  for (int64_t extent : statics) {
    if (!ShapedType::isDynamic(extent)) {
      result.push_back(builder.getIndexAttr(extent));
      continue;
    }
    Value value = *next++;
    IntegerAttr constant;
    if (matchPattern(value, m_Constant(&constant)))
      result.push_back(builder.getIndexAttr(constant.getInt()));
    else
      result.push_back(toIndex(value));
  }
  return result;
}

Value LoweringBuilder::materialize(OpFoldResult index) { return getValueOrCreateConstantIndexOp(builder, loc, index); }

Value LoweringBuilder::empty(RankedTensorType type, ArrayRef<OpFoldResult> extents) {
  // What the type knows wins over what the extents know, so that the result has exactly this type.
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, extent] : llvm::enumerate(extents)) {
    if (!type.isDynamicDim(dim))
      sizes.push_back(builder.getIndexAttr(type.getDimSize(dim)));
    else
      sizes.push_back(materialize(extent));
  }
  SmallVector<Value> dynamic;
  for (OpFoldResult size : sizes)
    if (auto value = dyn_cast<Value>(size))
      dynamic.push_back(value);
  return tensor::EmptyOp::create(builder, loc, type, dynamic);
}

Value LoweringBuilder::filled(RankedTensorType type, ArrayRef<OpFoldResult> extents, Value scalar) {
  return linalg::FillOp::create(builder, loc, scalar, empty(type, extents)).getResult(0);
}

Value LoweringBuilder::elementwise(RankedTensorType type, ArrayRef<OpFoldResult> extents, ValueRange inputs,
                                   ArrayRef<AffineMap> maps, Body body) {
  int64_t rank = type.getRank();
  SmallVector<AffineMap> allMaps(maps);
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  allMaps.resize(inputs.size(), identity);
  allMaps.push_back(identity);
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  Value out = empty(type, extents);
  auto generic = linalg::GenericOp::create(
      builder, loc, TypeRange(type), inputs, out, allMaps, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        Value result = body(nested, arguments.drop_back());
        linalg::YieldOp::create(nested, nestedLoc, result);
      });
  return generic.getResult(0);
}

Value LoweringBuilder::fromIndices(RankedTensorType type, ArrayRef<OpFoldResult> extents, IndexedBody body) {
  return elementwise(type, extents, {}, {}, [&](OpBuilder &nested, ValueRange) {
    SmallVector<Value> indices;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      indices.push_back(linalg::IndexOp::create(nested, loc, dim));
    LoweringBuilder inner(nested, loc);
    return body(inner, indices);
  });
}

Value LoweringBuilder::load(Value inMemory, Type elementType) {
  Type computed = computeElementType(elementType);
  if (inMemory.getType() == computed)
    return inMemory;
  if (computed.isInteger(1))
    return arith::TruncIOp::create(builder, loc, computed, inMemory);
  if (isa<FloatType>(computed))
    return arith::ExtFOp::create(builder, loc, computed, inMemory);
  auto part = cast<ComplexType>(computed).getElementType();
  Value real = complex::ReOp::create(builder, loc, inMemory);
  Value imaginary = complex::ImOp::create(builder, loc, inMemory);
  return complex::CreateOp::create(builder, loc, computed, arith::ExtFOp::create(builder, loc, part, real),
                                   arith::ExtFOp::create(builder, loc, part, imaginary));
}

Value LoweringBuilder::store(Value computed, Type elementType) {
  Type memory = memoryElementType(elementType);
  if (computed.getType() == memory)
    return computed;
  if (computed.getType().isInteger(1))
    return arith::ExtUIOp::create(builder, loc, memory, computed);
  if (isa<FloatType>(memory))
    return arith::TruncFOp::create(builder, loc, memory, computed);
  auto part = mlir::cast<ComplexType>(memory).getElementType();
  Value real = complex::ReOp::create(builder, loc, computed);
  Value imaginary = complex::ImOp::create(builder, loc, computed);
  return complex::CreateOp::create(builder, loc, memory, arith::TruncFOp::create(builder, loc, part, real),
                                   arith::TruncFOp::create(builder, loc, part, imaginary));
}

Value LoweringBuilder::insertSlice(Value x, Value into, ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> strides) {
  // An empty slice may begin at the end, where the op's verifier wants an element.
  if (hasNoElements(x.getType()))
    return into;
  return tensor::InsertSliceOp::create(builder, loc, x, into, offsets, extents(x), strides);
}

Value LoweringBuilder::cast(Value tensor, Type type) {
  if (tensor.getType() == type)
    return tensor;
  return tensor::CastOp::create(builder, loc, type, tensor);
}

} // namespace sconce::codegen
