#include "codegen/Lowering/VectorLoops.h"

#include "codegen/Lowering/LoweringBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
namespace sconce::codegen {

bool hasVectors(Type elementType) {
  Type computed = computeElementType(elementType);
  return computed == memoryElementType(elementType) && computed.isIntOrFloat();
}

SmallVector<Value> forEach(LoweringBuilder &builder, Value from, Value to, int64_t step, ValueRange carried,
                           function_ref<SmallVector<Value>(LoweringBuilder &, Value at, ValueRange carried)> body) {
  auto loop = scf::ForOp::create(builder.builder, builder.loc, from, to, builder.index(step), carried,
                                 [&](OpBuilder &nested, Location loc, Value at, ValueRange iterated) {
                                   LoweringBuilder inner(nested, loc);
                                   scf::YieldOp::create(nested, loc, body(inner, at, iterated));
                                 });
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value>
forEachPosition(LoweringBuilder &builder, ArrayRef<OpFoldResult> extents, ValueRange carried,
                function_ref<SmallVector<Value>(LoweringBuilder &, ValueRange position, ValueRange carried)> body) {
  if (extents.empty())
    return body(builder, {}, carried);
  SmallVector<Value> lower(extents.size(), builder.index(0)), step(extents.size(), builder.index(1)), upper;
  for (OpFoldResult extent : extents)
    upper.push_back(builder.materialize(extent));
  auto nest = scf::buildLoopNest(builder.builder, builder.loc, lower, upper, step, carried,
                                 [&](OpBuilder &nested, Location loc, ValueRange position, ValueRange iterated) {
                                   LoweringBuilder inner(nested, loc);
                                   return scf::ValueVector(body(inner, position, iterated));
                                 });
  return SmallVector<Value>(nest.results);
}

SmallVector<Value> forEachRun(LoweringBuilder &builder, OpFoldResult extent, ArrayRef<int64_t> widths, ValueRange carried,
                              function_ref<SmallVector<Value>(int64_t width, Value from, Value to, ValueRange carried)> body) {
  SmallVector<Value> values(carried);
  Value from = builder.index(0), end = builder.materialize(extent);
  for (int64_t width : widths) {
    Value count = builder.builder.createOrFold<arith::DivUIOp>(builder.loc, end, builder.index(width));
    Value to = builder.builder.createOrFold<arith::MulIOp>(builder.loc, count, builder.index(width));
    if (getConstantIntValue(to) && getConstantIntValue(to) == getConstantIntValue(from))
      continue;
    values = body(width, from, to, values);
    from = to;
  }
  return values;
}

Value readVector(LoweringBuilder &builder, Value tensor, ValueRange position, int64_t width) {
  auto type = VectorType::get(width, mlir::cast<RankedTensorType>(tensor.getType()).getElementType());
  return vector::TransferReadOp::create(builder.builder, builder.loc, type, tensor, position, /*padding=*/std::nullopt,
                                        ArrayRef<bool>{true});
}

Value writeVector(LoweringBuilder &builder, Value vector, Value into, ValueRange position) {
  return vector::TransferWriteOp::create(builder.builder, builder.loc, vector, into, position, ArrayRef<bool>{true}).getResult();
}

} // namespace sconce::codegen
