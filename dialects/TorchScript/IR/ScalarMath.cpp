#include "dialects/TorchScript/IR/ScalarMath.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace sconce::ts {

Value ScalarBuilder::number(Type type, double value) const {
  if (auto complexType = dyn_cast<mlir::ComplexType>(type))
    return complexNumber(complexType, value);
  if (isa<IntegerType>(type))
    return integer(type, static_cast<int64_t>(value));
  // Rounded explicitly: FloatAttr of a double keeps the value only when the type holds it.
  return arith::ConstantOp::create(builder, loc, cast<TypedAttr>(builder.getFloatAttr(type, value)));
}

Value ScalarBuilder::integer(Type type, int64_t value) const {
  return arith::ConstantOp::create(builder, loc, cast<TypedAttr>(builder.getIntegerAttr(type, value)));
}

Value ScalarBuilder::compare(arith::CmpFPredicate predicate, Value a, Value b) const {
  return arith::CmpFOp::create(builder, loc, predicate, a, b);
}

Value ScalarBuilder::compare(arith::CmpIPredicate predicate, Value a, Value b) const {
  return arith::CmpIOp::create(builder, loc, predicate, a, b);
}

Value ScalarBuilder::select(Value condition, Value a, Value b) const {
  return arith::SelectOp::create(builder, loc, condition, a, b);
}

Value ScalarBuilder::real(Value z) const { return mlir::complex::ReOp::create(builder, loc, z); }
Value ScalarBuilder::imag(Value z) const { return mlir::complex::ImOp::create(builder, loc, z); }

Value ScalarBuilder::complex(Value re, Value im) const {
  return mlir::complex::CreateOp::create(builder, loc, mlir::ComplexType::get(re.getType()), re, im);
}

Value ScalarBuilder::timesI(Value z) const {
  Value im = imag(z);
  return complex(arith::NegFOp::create(builder, loc, im), real(z));
}

Value ScalarBuilder::overI(Value z) const {
  Value re = real(z);
  return complex(imag(z), arith::NegFOp::create(builder, loc, re));
}

Value ScalarBuilder::complexNumber(mlir::ComplexType type, double value) const {
  return complex(number(type.getElementType(), value), number(type.getElementType(), 0));
}

std::vector<FloatExpression>
FloatExpression::loop(std::vector<FloatExpression> inits, int64_t limit,
                      llvm::function_ref<Condition(ArrayRef<FloatExpression>)> condition,
                      llvm::function_ref<std::vector<FloatExpression>(ArrayRef<FloatExpression>)> body) {
  const ScalarBuilder &outer = *inits.front().scalar;
  SmallVector<Value> values;
  for (const FloatExpression &init : inits)
    values.push_back(init.value);
  // The last carried value counts down.
  Type i64 = outer.builder.getI64Type();
  values.push_back(outer.integer(i64, limit));

  auto wrap = [](const ScalarBuilder &scalar, ValueRange carried) {
    std::vector<FloatExpression> expressions;
    for (Value value : carried.drop_back())
      expressions.emplace_back(scalar, value);
    return expressions;
  };
  auto before = [&](OpBuilder &builder, Location loc, ValueRange carried) {
    ScalarBuilder scalar{builder, loc};
    Value more = scalar.compare(arith::CmpIPredicate::sgt, carried.back(), scalar.integer(i64, 0));
    Value holds = condition(wrap(scalar, carried)).value;
    scf::ConditionOp::create(builder, loc, scalar.make<arith::AndIOp>({holds, more}), carried);
  };
  auto after = [&](OpBuilder &builder, Location loc, ValueRange carried) {
    ScalarBuilder scalar{builder, loc};
    SmallVector<Value> next;
    for (const FloatExpression &value : body(wrap(scalar, carried)))
      next.push_back(value.value);
    next.push_back(scalar.make<arith::SubIOp>({carried.back(), scalar.integer(i64, 1)}));
    scf::YieldOp::create(builder, loc, next);
  };
  auto types = llvm::to_vector(ValueRange(values).getTypes());
  auto loop = scf::WhileOp::create(outer.builder, outer.loc, types, values, before, after);
  std::vector<FloatExpression> results;
  for (Value value : loop.getResults().drop_back())
    results.emplace_back(outer, value);
  return results;
}

} // namespace sconce::ts
