// The one shape of contractions and convolutions.

#include "codegen/Lowering/SumOfProducts.h"

#include "codegen/Lowering/Combiner.h"
#include "codegen/Transforms/ContractionMarks.h"

#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

static Value multiply(OpBuilder &builder, Location loc, Value a, Value b) {
  if (isa<FloatType>(a.getType()))
    return arith::MulFOp::create(builder, loc, a, b);
  if (isa<ComplexType>(a.getType()))
    return complex::MulOp::create(builder, loc, a, b);
  if (a.getType().isInteger(1))
    return arith::AndIOp::create(builder, loc, a, b);
  return arith::MulIOp::create(builder, loc, a, b);
}

Value codegen::sumOfProducts(LoweringBuilder &builder, Value a, Value b, RankedTensorType type, Type elementType,
                             ArrayRef<OpFoldResult> extents, ArrayRef<AffineMap> maps,
                             ArrayRef<utils::IteratorType> iterators, int64_t channelDims) {
  Type computed = computeElementType(elementType);
  Type memory = memoryElementType(elementType);
  Type accumulator = isa<FloatType, ComplexType>(computed) ? computed : memory;
  auto accumulatorType = type.clone(accumulator);
  Value start = builder.filled(accumulatorType, extents, builder.number(accumulator, 0));
  auto generic = linalg::GenericOp::create(
      builder.builder, builder.loc, TypeRange(accumulatorType), ValueRange{a, b}, start, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        LoweringBuilder inner(nested, loc);
        Value product = multiply(nested, loc, inner.load(arguments[0], elementType),
                                 inner.load(arguments[1], elementType));
        Value sofar = accumulator == memory && accumulator != computed ? inner.load(arguments[2], elementType)
                                                                       : Value(arguments[2]);
        Value sum = codegen::combine(inner, Combiner::Sum, sofar, product, elementType);
        // Tiles multiply and add in one step, rounding once, where the target can; loops of other shape do as well.
        for (Value value : {product, sum})
          if (isa_and_nonnull<arith::MulFOp, arith::AddFOp>(value.getDefiningOp()))
            value.getDefiningOp()->setAttr("fastmath", arith::FastMathFlagsAttr::get(nested.getContext(), arith::FastMathFlags::contract));
        if (sum.getType() != accumulator)
          sum = inner.store(sum, elementType);
        linalg::YieldOp::create(nested, loc, sum);
      });
  if (channelDims != 0)
    generic->setAttr(channelDimsAttrName, builder.builder.getI64IntegerAttr(channelDims));
  Value result = generic.getResult(0);
  if (accumulator == memory)
    return result;
  return builder.elementwise(type.clone(memory), extents, result, {}, [&](OpBuilder &nested, ValueRange arguments) {
    return LoweringBuilder(nested, builder.loc).store(arguments[0], elementType);
  });
}
