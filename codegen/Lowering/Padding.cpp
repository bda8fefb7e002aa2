// Tensors with a border, cropped, or spread out.

#include "codegen/Lowering/Padding.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

static OpFoldResult apply(LoweringBuilder &builder, AffineExpr expr, ArrayRef<OpFoldResult> symbols) {
  return affine::makeComposedFoldedAffineApply(builder.builder, builder.loc,
                                               AffineMap::get(0, symbols.size(), expr), symbols);
}

static RankedTensorType typeOf(Value like, ArrayRef<OpFoldResult> sizes) {
  SmallVector<int64_t> shape;
  for (OpFoldResult size : sizes)
    shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
  return RankedTensorType::get(shape, cast<RankedTensorType>(like.getType()).getElementType());
}

OpFoldResult codegen::scaleAndAdd(LoweringBuilder &builder, OpFoldResult a, int64_t b, int64_t c) {
  AffineExpr s0 = builder.builder.getAffineSymbolExpr(0);
  return apply(builder, s0 * b + c, a);
}

OpFoldResult codegen::windowCount(LoweringBuilder &builder, OpFoldResult extent, int64_t window, int64_t dilation,
                                  int64_t stride) {
  AffineExpr s0 = builder.builder.getAffineSymbolExpr(0);
  return apply(builder, (s0 - (dilation * (window - 1) + 1)).floorDiv(stride) + 1, extent);
}

Value codegen::pad(LoweringBuilder &builder, Value x, ArrayRef<OpFoldResult> low, ArrayRef<OpFoldResult> high,
                   Value value) {
  MLIRContext *context = builder.builder.getContext();
  AffineExpr s0, s1, s2;
  bindSymbols(context, s0, s1, s2);
  OpFoldResult zero = builder.builder.getIndexAttr(0);
  auto positive = [&](OpFoldResult amount, bool negate) -> OpFoldResult {
    int64_t sign = negate ? -1 : 1;
    if (auto known = getConstantIntValue(amount))
      return builder.builder.getIndexAttr(std::max<int64_t>(0, sign * *known));
    Value scaled = builder.materialize(apply(builder, s0 * sign, amount));
    return arith::MaxSIOp::create(builder.builder, builder.loc, scaled, builder.index(0)).getResult();
  };
  SmallVector<OpFoldResult> cropOffsets, cropSizes, offsets, sizes, ones;
  bool crops = false;
  for (auto [dim, extent] : llvm::enumerate(builder.extents(x))) {
    OpFoldResult cropLow = positive(low[dim], true), cropHigh = positive(high[dim], true);
    OpFoldResult padLow = positive(low[dim], false), padHigh = positive(high[dim], false);
    crops |= cropLow != zero || cropHigh != zero;
    OpFoldResult kept = apply(builder, s0 - s1 - s2, {extent, cropLow, cropHigh});
    cropOffsets.push_back(cropLow);
    cropSizes.push_back(kept);
    offsets.push_back(padLow);
    sizes.push_back(apply(builder, s0 + s1 + s2, {kept, padLow, padHigh}));
    ones.push_back(builder.builder.getIndexAttr(1));
  }
  Value inner = x;
  if (crops)
    inner = tensor::ExtractSliceOp::create(builder.builder, builder.loc, x, cropOffsets, cropSizes, ones);
  Value border = builder.filled(typeOf(x, sizes), sizes, value);
  return builder.insertSlice(inner, border, offsets, ones);
}

Value codegen::pad(LoweringBuilder &builder, Value x, ArrayRef<int64_t> low, ArrayRef<int64_t> high, Value value) {
  auto isZero = [](int64_t amount) { return amount == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return x;
  return pad(builder, x, getAsIndexOpFoldResult(builder.builder.getContext(), low),
             getAsIndexOpFoldResult(builder.builder.getContext(), high), value);
}

Value codegen::spread(LoweringBuilder &builder, Value x, ArrayRef<int64_t> steps, Value value) {
  if (llvm::all_of(steps, [](int64_t step) { return step == 1; }))
    return x;
  SmallVector<OpFoldResult> extents = builder.extents(x), sizes, offsets, strides;
  for (auto [extent, step] : llvm::zip_equal(extents, steps)) {
    sizes.push_back(scaleAndAdd(builder, extent, step, 1 - step));
    offsets.push_back(builder.builder.getIndexAttr(0));
    strides.push_back(builder.builder.getIndexAttr(step));
  }
  Value border = builder.filled(typeOf(x, sizes), sizes, value);
  return builder.insertSlice(x, border, offsets, strides);
}
