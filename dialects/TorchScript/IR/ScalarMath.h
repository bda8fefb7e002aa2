// Expressions over scalars that become arith, math, complex and scf operations.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_SCALARMATH_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_SCALARMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace sconce::ts {

/// Builds scalar operations at one place.
struct ScalarBuilder {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  mlir::Value number(mlir::Type type, double value) const;
  mlir::Value integer(mlir::Type type, int64_t value) const;
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value a, mlir::Value b) const;
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a, mlir::Value b) const;
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) const;
  mlir::Value real(mlir::Value z) const;
  mlir::Value imag(mlir::Value z) const;
  mlir::Value complex(mlir::Value re, mlir::Value im) const;
  /// i * z, and -i * z.
  mlir::Value timesI(mlir::Value z) const;
  mlir::Value overI(mlir::Value z) const;
  /// A complex number with this real part and no imaginary one.
  mlir::Value complexNumber(mlir::ComplexType type, double value) const;

  template <typename Op> mlir::Value make(mlir::ValueRange operands) const {
    return Op::create(builder, loc, operands.front().getType(), operands).getResult();
  }
};

inline bool isComplex(mlir::Value value) { return llvm::isa<mlir::ComplexType>(value.getType()); }
inline bool isFloat(mlir::Value value) { return llvm::isa<mlir::FloatType>(value.getType()); }

/// A float of the generated program, with the operators of C++: lets one template serve the generated code and, over
/// double, the reference evaluation (SpecialFunctions.h).
class FloatExpression {
public:
  FloatExpression(const ScalarBuilder &scalar, mlir::Value value) : scalar(&scalar), value(value) {}

  mlir::Value get() const { return value; }
  FloatExpression constant(double number) const { return {*scalar, scalar->number(value.getType(), number)}; }

  friend FloatExpression operator+(FloatExpression a, FloatExpression b) { return a.make<mlir::arith::AddFOp>(b); }
  friend FloatExpression operator-(FloatExpression a, FloatExpression b) { return a.make<mlir::arith::SubFOp>(b); }
  friend FloatExpression operator*(FloatExpression a, FloatExpression b) { return a.make<mlir::arith::MulFOp>(b); }
  friend FloatExpression operator/(FloatExpression a, FloatExpression b) { return a.make<mlir::arith::DivFOp>(b); }
  friend FloatExpression operator+(FloatExpression a, double b) { return a + a.constant(b); }
  friend FloatExpression operator-(FloatExpression a, double b) { return a - a.constant(b); }
  friend FloatExpression operator*(FloatExpression a, double b) { return a * a.constant(b); }
  friend FloatExpression operator/(FloatExpression a, double b) { return a / a.constant(b); }
  friend FloatExpression operator+(double a, FloatExpression b) { return b.constant(a) + b; }
  friend FloatExpression operator-(double a, FloatExpression b) { return b.constant(a) - b; }
  friend FloatExpression operator*(double a, FloatExpression b) { return b.constant(a) * b; }
  friend FloatExpression operator/(double a, FloatExpression b) { return b.constant(a) / b; }
  friend FloatExpression operator-(FloatExpression a) { return a.make<mlir::arith::NegFOp>(); }

  /// A truth value of the generated program.
  struct Condition {
    const ScalarBuilder *scalar;
    mlir::Value value;
    friend Condition operator&&(Condition a, Condition b) { return {a.scalar, a.scalar->make<mlir::arith::AndIOp>({a.value, b.value})}; }
    friend Condition operator||(Condition a, Condition b) { return {a.scalar, a.scalar->make<mlir::arith::OrIOp>({a.value, b.value})}; }
    friend Condition operator!(Condition a) {
      return {a.scalar, a.scalar->make<mlir::arith::XOrIOp>({a.value, a.scalar->integer(a.value.getType(), 1)})};
    }
  };
  friend Condition operator<(FloatExpression a, FloatExpression b) { return a.compare(mlir::arith::CmpFPredicate::OLT, b); }
  friend Condition operator<=(FloatExpression a, FloatExpression b) { return a.compare(mlir::arith::CmpFPredicate::OLE, b); }
  friend Condition operator>(FloatExpression a, FloatExpression b) { return a.compare(mlir::arith::CmpFPredicate::OGT, b); }
  friend Condition operator>=(FloatExpression a, FloatExpression b) { return a.compare(mlir::arith::CmpFPredicate::OGE, b); }
  friend Condition operator==(FloatExpression a, FloatExpression b) { return a.compare(mlir::arith::CmpFPredicate::OEQ, b); }
  friend Condition operator!=(FloatExpression a, FloatExpression b) { return a.compare(mlir::arith::CmpFPredicate::UNE, b); }
  friend Condition operator<(FloatExpression a, double b) { return a < a.constant(b); }
  friend Condition operator<=(FloatExpression a, double b) { return a <= a.constant(b); }
  friend Condition operator>(FloatExpression a, double b) { return a > a.constant(b); }
  friend Condition operator>=(FloatExpression a, double b) { return a >= a.constant(b); }
  friend Condition operator==(FloatExpression a, double b) { return a == a.constant(b); }

  friend FloatExpression select(Condition c, FloatExpression a, FloatExpression b) {
    return {*a.scalar, a.scalar->select(c.value, a.value, b.value)};
  }
  friend FloatExpression select(Condition c, FloatExpression a, double b) { return select(c, a, a.constant(b)); }
  friend FloatExpression select(Condition c, double a, FloatExpression b) { return select(c, b.constant(a), b); }

  friend FloatExpression fabs(FloatExpression a) { return a.make<mlir::math::AbsFOp>(); }
  friend FloatExpression exp(FloatExpression a) { return a.make<mlir::math::ExpOp>(); }
  friend FloatExpression log(FloatExpression a) { return a.make<mlir::math::LogOp>(); }
  friend FloatExpression log1p(FloatExpression a) { return a.make<mlir::math::Log1pOp>(); }
  friend FloatExpression sqrt(FloatExpression a) { return a.make<mlir::math::SqrtOp>(); }
  friend FloatExpression floor(FloatExpression a) { return a.make<mlir::math::FloorOp>(); }
  friend FloatExpression sin(FloatExpression a) { return a.make<mlir::math::SinOp>(); }
  friend FloatExpression tan(FloatExpression a) { return a.make<mlir::math::TanOp>(); }
  friend FloatExpression erf(FloatExpression a) { return a.make<mlir::math::ErfOp>(); }
  friend FloatExpression erfc(FloatExpression a) { return a.make<mlir::math::ErfcOp>(); }
  friend FloatExpression pow(FloatExpression a, FloatExpression b) { return a.make<mlir::math::PowFOp>(b); }
  friend FloatExpression copysign(FloatExpression a, FloatExpression b) { return a.make<mlir::math::CopySignOp>(b); }

  /// Runs `body` on the carried values while `condition` of them holds, at most `limit` times (an scf.while).
  static std::vector<FloatExpression>
  loop(std::vector<FloatExpression> inits, int64_t limit,
       llvm::function_ref<Condition(llvm::ArrayRef<FloatExpression>)> condition,
       llvm::function_ref<std::vector<FloatExpression>(llvm::ArrayRef<FloatExpression>)> body);

private:
  template <typename Op> FloatExpression make() const { return {*scalar, scalar->make<Op>(value)}; }
  template <typename Op> FloatExpression make(FloatExpression b) const { return {*scalar, scalar->make<Op>({value, b.value})}; }
  Condition compare(mlir::arith::CmpFPredicate predicate, FloatExpression b) const {
    return {scalar, scalar->compare(predicate, value, b.value)};
  }

  const ScalarBuilder *scalar;
  mlir::Value value;
};

} // namespace sconce::ts

#endif
