// How reductions, scans, pools and scatters combine two elements.

#include "codegen/Lowering/Combiner.h"

#include "codegen/Lowering/LoweringBuilder.h"

#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;
using namespace sconce;
using codegen::Combiner;
using codegen::LoweringBuilder;

static Value combineFloats(LoweringBuilder &builder, Combiner combiner, Value a, Value b) {
  OpBuilder &nested = builder.builder;
  // Of equals any: telling zeros apart costs as much as the comparison.
  auto flags = arith::FastMathFlags::nsz;
  switch (combiner) {
  case Combiner::Sum: return arith::AddFOp::create(nested, builder.loc, a, b);
  case Combiner::Prod: return arith::MulFOp::create(nested, builder.loc, a, b);
  case Combiner::MaxNumber: return arith::MaximumFOp::create(nested, builder.loc, a, b, flags | arith::FastMathFlags::nnan);
  case Combiner::Max: return arith::MaximumFOp::create(nested, builder.loc, a, b, flags);
  case Combiner::Min: return arith::MinimumFOp::create(nested, builder.loc, a, b, flags);
  case Combiner::And:
  case Combiner::Or: break;
  }
  llvm_unreachable("the verifier admits no bits of floats");
}

/// Bool counts as unsigned: true is 1, not -1.
static bool comparesUnsigned(Type elementType) { return elementType.isInteger(1) || elementType.isUnsignedInteger(); }

static Value combineIntegers(LoweringBuilder &builder, Combiner combiner, Value a, Value b, Type elementType) {
  OpBuilder &nested = builder.builder;
  Location loc = builder.loc;
  // Sums and products of truth values are truth values, also where they are bytes.
  bool isBool = elementType.isInteger(1), isUnsigned = comparesUnsigned(elementType);
  switch (combiner) {
  case Combiner::Sum:
    if (isBool)
      return arith::OrIOp::create(nested, loc, a, b);
    return arith::AddIOp::create(nested, loc, a, b);
  case Combiner::Prod:
    if (isBool)
      return arith::AndIOp::create(nested, loc, a, b);
    return arith::MulIOp::create(nested, loc, a, b);
  case Combiner::Max:
  case Combiner::MaxNumber:
    if (isUnsigned)
      return arith::MaxUIOp::create(nested, loc, a, b);
    return arith::MaxSIOp::create(nested, loc, a, b);
  case Combiner::Min:
    if (isUnsigned)
      return arith::MinUIOp::create(nested, loc, a, b);
    return arith::MinSIOp::create(nested, loc, a, b);
  case Combiner::And: return arith::AndIOp::create(nested, loc, a, b);
  case Combiner::Or: return arith::OrIOp::create(nested, loc, a, b);
  }
  llvm_unreachable("all combiners are handled");
}

Value codegen::combine(LoweringBuilder &builder, Combiner combiner, Value a, Value b, Type elementType) {
  if (isa<FloatType>(getElementTypeOrSelf(a)))
    return combineFloats(builder, combiner, a, b);
  if (isa<ComplexType>(a.getType())) {
    if (combiner == Combiner::Sum)
      return complex::AddOp::create(builder.builder, builder.loc, a, b);
    return complex::MulOp::create(builder.builder, builder.loc, a, b);
  }
  return combineIntegers(builder, combiner, a, b, elementType);
}

Value codegen::neutral(LoweringBuilder &builder, Combiner combiner, Type elementType) {
  Type type = computeElementType(elementType);
  if (combiner == Combiner::Sum || combiner == Combiner::Or)
    return builder.number(type, 0);
  if (combiner == Combiner::Prod)
    return builder.number(type, 1);
  bool lowest = combiner == Combiner::Max || combiner == Combiner::MaxNumber;
  if (auto floating = dyn_cast<FloatType>(type)) {
    auto infinity = APFloat::getInf(floating.getFloatSemantics(), /*Negative=*/lowest);
    return arith::ConstantOp::create(builder.builder, builder.loc, builder.builder.getFloatAttr(floating, infinity));
  }
  unsigned width = cast<IntegerType>(type).getWidth();
  APInt value = combiner == Combiner::And ? APInt::getAllOnes(width)
                : comparesUnsigned(elementType)
                    ? (lowest ? APInt::getMinValue(width) : APInt::getMaxValue(width))
                    : (lowest ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
  return arith::ConstantOp::create(builder.builder, builder.loc, builder.builder.getIntegerAttr(type, value));
}

Value codegen::beats(LoweringBuilder &builder, bool largest, Value a, Value b, Type elementType) {
  OpBuilder &nested = builder.builder;
  Location loc = builder.loc;
  if (!isa<FloatType>(a.getType())) {
    bool isUnsigned = comparesUnsigned(elementType);
    auto predicate = largest ? (isUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt)
                             : (isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt);
    return arith::CmpIOp::create(nested, loc, predicate, a, b);
  }
  Value better =
      arith::CmpFOp::create(nested, loc, largest ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT, a, b);
  Value aIsNan = arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::UNO, a, a);
  Value bIsNumber = arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::ORD, b, b);
  Value nanWins = arith::AndIOp::create(nested, loc, aIsNan, bIsNumber);
  return arith::OrIOp::create(nested, loc, better, nanWins);
}
