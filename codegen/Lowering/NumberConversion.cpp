// Conversion of numbers between dtypes, as PyTorch's casts do it.

#include "codegen/Lowering/NumberConversion.h"

#include "codegen/Lowering/LoweringBuilder.h"

#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;
using namespace sconce;
using codegen::LoweringBuilder;

Value codegen::toBool(LoweringBuilder &builder, Value value) {
  Type type = value.getType();
  if (type.isInteger(1))
    return value;
  OpBuilder &b = builder.builder;
  if (isa<ComplexType>(type)) {
    Value real = toBool(builder, complex::ReOp::create(b, builder.loc, value));
    Value imaginary = toBool(builder, complex::ImOp::create(b, builder.loc, value));
    return arith::OrIOp::create(b, builder.loc, real, imaginary);
  }
  if (isa<FloatType>(type))
    return arith::CmpFOp::create(b, builder.loc, arith::CmpFPredicate::UNE, value, builder.number(type, 0));
  return arith::CmpIOp::create(b, builder.loc, arith::CmpIPredicate::ne, value, builder.number(type, 0));
}

static Value toFloat(LoweringBuilder &builder, Value value, bool isUnsigned, FloatType to) {
  Type type = value.getType();
  OpBuilder &b = builder.builder;
  if (type == to)
    return value;
  if (auto from = dyn_cast<FloatType>(type)) {
    if (from.getWidth() < to.getWidth())
      return arith::ExtFOp::create(b, builder.loc, to, value);
    return arith::TruncFOp::create(b, builder.loc, to, value);
  }
  if (isUnsigned)
    return arith::UIToFPOp::create(b, builder.loc, to, value);
  return arith::SIToFPOp::create(b, builder.loc, to, value);
}

static Value toInteger(LoweringBuilder &builder, Value value, bool isUnsigned, IntegerType to) {
  OpBuilder &b = builder.builder;
  if (isa<FloatType>(value.getType())) {
    // Narrow integers are cut from 64 bits, so that 300.0 becomes 44 as uint8.
    value = arith::FPToSIOp::create(b, builder.loc, b.getI64Type(), value);
    isUnsigned = false;
  }
  unsigned width = cast<IntegerType>(value.getType()).getWidth();
  if (width == to.getWidth())
    return value;
  if (width > to.getWidth())
    return arith::TruncIOp::create(b, builder.loc, to, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, builder.loc, to, value);
  return arith::ExtSIOp::create(b, builder.loc, to, value);
}

Value codegen::convertNumber(LoweringBuilder &builder, Value value, Type from, Type to) {
  Type target = computeElementType(to);
  // Bool and the unsigned integers extend with zeros.
  bool isUnsigned = from.isInteger(1) || from.isUnsignedInteger();
  OpBuilder &b = builder.builder;
  if (auto complexType = dyn_cast<ComplexType>(target)) {
    auto part = cast<FloatType>(complexType.getElementType());
    if (value.getType() == target)
      return value;
    Value real = value, imaginary;
    if (isa<ComplexType>(value.getType())) {
      real = complex::ReOp::create(b, builder.loc, value);
      imaginary = toFloat(builder, complex::ImOp::create(b, builder.loc, value), false, part);
    } else {
      imaginary = builder.number(part, 0);
    }
    return complex::CreateOp::create(b, builder.loc, target, toFloat(builder, real, isUnsigned, part), imaginary);
  }
  if (target.isInteger(1))
    return toBool(builder, value);
  if (isa<ComplexType>(value.getType()))
    value = complex::ReOp::create(b, builder.loc, value);
  if (auto floating = dyn_cast<FloatType>(target))
    return toFloat(builder, value, isUnsigned, floating);
  return toInteger(builder, value, isUnsigned, cast<IntegerType>(target));
}
