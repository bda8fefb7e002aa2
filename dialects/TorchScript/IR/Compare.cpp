#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/IR/ScalarMath.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Compare.cpp.inc"

namespace sconce::ts {

/// The comparison for the kind of the scalars; uint8 and bool compare as unsigned.
static Value compare(Operation *op, OpBuilder &builder, Location loc, ValueRange x, arith::CmpFPredicate onFloats,
                     arith::CmpIPredicate onSigned, arith::CmpIPredicate onUnsigned) {
  ScalarBuilder scalar{builder, loc};
  if (isFloat(x[0]))
    return scalar.compare(onFloats, x[0], x[1]);
  Type element = elementOrScalar(op->getOperand(0).getType());
  bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
  return scalar.compare(isUnsigned ? onUnsigned : onSigned, x[0], x[1]);
}

using arith::CmpFPredicate;
using arith::CmpIPredicate;

Value EqOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  if (isComplex(x[0]))
    return complex::EqualOp::create(builder, loc, x[0], x[1]);
  return compare(*this, builder, loc, x, CmpFPredicate::OEQ, CmpIPredicate::eq, CmpIPredicate::eq);
}

Value NeOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  if (isComplex(x[0]))
    return complex::NotEqualOp::create(builder, loc, x[0], x[1]);
  return compare(*this, builder, loc, x, CmpFPredicate::UNE, CmpIPredicate::ne, CmpIPredicate::ne);
}

Value GeOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return compare(*this, builder, loc, x, CmpFPredicate::OGE, CmpIPredicate::sge, CmpIPredicate::uge);
}

Value GtOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return compare(*this, builder, loc, x, CmpFPredicate::OGT, CmpIPredicate::sgt, CmpIPredicate::ugt);
}

Value LeOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return compare(*this, builder, loc, x, CmpFPredicate::OLE, CmpIPredicate::sle, CmpIPredicate::ule);
}

Value LtOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return compare(*this, builder, loc, x, CmpFPredicate::OLT, CmpIPredicate::slt, CmpIPredicate::ult);
}

} // namespace sconce::ts
