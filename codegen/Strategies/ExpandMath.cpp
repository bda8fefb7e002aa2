// Turns functions of f32 into arithmetic on vectors, and maxima that need not keep NaN into comparisons.
//
// LLVM would call libm for each lane. Upstream's polynomial approximations do less well at the ends of the range and for
// large angles. What has no form here (f64) stays: it becomes calls of libm.
// Requires: math ops on scalars and vectors. Ensures: nothing beyond that.

#include "codegen/Strategies/Passes.h"
#include "codegen/Strategies/VectorMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "codegen/Strategies/Passes.h.inc"

/// Calls the scalar form of `op` for each lane.
static Value callForEachLane(OpBuilder &builder, Operation *op) {
  auto type = dyn_cast<VectorType>(op->getResult(0).getType());
  if (!type)
    return builder.clone(*op)->getResult(0);
  SmallVector<Value> lanes;
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane) {
    OperationState state(op->getLoc(), op->getName());
    state.addAttributes(op->getAttrs());
    for (Value operand : op->getOperands())
      state.addOperands(vector::ExtractOp::create(builder, op->getLoc(), operand, ArrayRef<int64_t>{lane}).getResult());
    state.addTypes(type.getElementType());
    lanes.push_back(builder.create(state)->getResult(0));
  }
  return vector::FromElementsOp::create(builder, op->getLoc(), type, lanes);
}

/// `fast` where all lanes are in range of it, libm for all of them otherwise.
static Value withFallback(OpBuilder &builder, Operation *op, Value inRange, llvm::function_ref<Value()> fast) {
  Location loc = op->getLoc();
  Value all = inRange;
  if (isa<VectorType>(inRange.getType()))
    all = vector::ReductionOp::create(builder, loc, vector::CombiningKind::AND, inRange);
  auto branch = scf::IfOp::create(builder, loc, op->getResultTypes(), all, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&branch.getThenRegion().front());
    scf::YieldOp::create(builder, loc, fast());
    builder.setInsertionPointToStart(&branch.getElseRegion().front());
    scf::YieldOp::create(builder, loc, callForEachLane(builder, op));
  }
  return branch.getResult(0);
}

/// The number that `value`, or each of its lanes, is.
static std::optional<double> matchNumber(Value value) {
  if (auto broadcast = value.getDefiningOp<vector::BroadcastOp>())
    value = broadcast.getSource();
  FloatAttr number;
  DenseElementsAttr splat;
  if (matchPattern(value, m_Constant(&number)))
    return number.getValueAsDouble();
  if (matchPattern(value, m_Constant(&splat)) && splat.isSplat())
    return splat.getSplatValue<APFloat>().convertToDouble();
  return std::nullopt;
}

/// The x of 1 + e^x, as sigmoids have it; null for other sums.
static Value matchOnePlusExp(arith::AddFOp sum) {
  for (auto [one, other] : {std::pair(sum.getLhs(), sum.getRhs()), std::pair(sum.getRhs(), sum.getLhs())})
    if (auto exp = other.getDefiningOp<math::ExpOp>(); exp && matchNumber(one) == 1.0)
      return exp.getOperand();
  return {};
}

/// x^y for the constants y that models use; null for others.
static Value expandPower(OpBuilder &builder, math::PowFOp op) {
  Value x = op.getLhs();
  std::optional<double> y = matchNumber(op.getRhs());
  if (!y)
    return {};
  Location loc = op.getLoc();
  if (*y == 1.0)
    return x;
  Value square = arith::MulFOp::create(builder, loc, x, x);
  if (*y == 2.0)
    return square;
  if (*y == 3.0)
    return arith::MulFOp::create(builder, loc, square, x);
  return {};
}

/// The greater of two, or any of them where one is NaN: one instruction on most targets. Null where NaN must be kept.
static Value expandMaximum(OpBuilder &builder, arith::MaximumFOp op) {
  if (!bitEnumContainsAll(op.getFastmath(), arith::FastMathFlags::nnan))
    return {};
  Value isGreater = arith::CmpFOp::create(builder, op.getLoc(), arith::CmpFPredicate::OGT, op.getRhs(), op.getLhs());
  return arith::SelectOp::create(builder, op.getLoc(), isGreater, op.getRhs(), op.getLhs());
}

/// What `op` is in other ops; null where it stays.
static Value expand(OpBuilder &builder, Operation *op, const MathTarget &target) {
  if (auto maximum = dyn_cast<arith::MaximumFOp>(op))
    return expandMaximum(builder, maximum);
  if (auto power = dyn_cast<math::PowFOp>(op))
    if (Value product = expandPower(builder, power))
      return product;
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  VectorMath math(builder, op->getLoc(), target);
  Value x = op->getOperand(0);
  if (isa<arith::RemFOp>(op)) {
    if (!element.isF32() && !(element.isF64() && target.hasFMA))
      return {};
    Value y = op->getOperand(1);
    return withFallback(builder, op, math.isNearMultiple(x, y), [&] { return math.fmod(x, y); });
  }
  if (!element.isF32())
    return {};
  auto angleInRange = [&] {
    return arith::CmpFOp::create(builder, op->getLoc(), arith::CmpFPredicate::OLT, math.abs(x),
                                 math.constant(x, VectorMath::trigLimit));
  };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](arith::AddFOp sum) {
        Value power = matchOnePlusExp(sum);
        return power ? math.onePlusExp(power) : Value();
      })
      .Case([&](math::ExpOp) { return math.exp(x); })
      .Case([&](math::Exp2Op) { return math.exp2(x); })
      .Case([&](math::ExpM1Op) { return math.expm1(x); })
      .Case([&](math::LogOp) { return math.log(x); })
      .Case([&](math::Log2Op) { return math.log2(x); })
      .Case([&](math::Log10Op) { return math.log10(x); })
      .Case([&](math::Log1pOp) { return math.log1p(x); })
      .Case([&](math::TanhOp) { return math.tanh(x); })
      .Case([&](math::ErfOp) { return math.erf(x); })
      .Case([&](math::ErfcOp) { return math.erfc(x); })
      .Case([&](math::SinhOp) { return math.sinh(x); })
      .Case([&](math::CoshOp) { return math.cosh(x); })
      .Case([&](math::AsinhOp) { return math.asinh(x); })
      .Case([&](math::AcoshOp) { return math.acosh(x); })
      .Case([&](math::AtanhOp) { return math.atanh(x); })
      .Case([&](math::AsinOp) { return math.asin(x); })
      .Case([&](math::AcosOp) { return math.acos(x); })
      .Case([&](math::AtanOp) { return math.atan(x); })
      .Case([&](math::Atan2Op) { return math.atan2(x, op->getOperand(1)); })
      .Case([&](math::PowFOp) { return math.pow(x, op->getOperand(1)); })
      .Case([&](math::TanOp) { return withFallback(builder, op, angleInRange(), [&] { return math.tan(x); }); })
      .Case([&](math::SinOp) { return withFallback(builder, op, angleInRange(), [&] { return math.sin(x); }); })
      .Case([&](math::CosOp) { return withFallback(builder, op, angleInRange(), [&] { return math.cos(x); }); })
      .Default([](Operation *) { return Value(); });
}

namespace {
struct ExpandMathPass : impl::ExpandMathPassBase<ExpandMathPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<math::MathDialect>(op->getDialect()) || isa<arith::MaximumFOp, arith::AddFOp, arith::RemFOp>(op))
        ops.push_back(op);
    });
    // Readers first: what they take in need not be expanded by itself.
    for (Operation *op : llvm::reverse(ops)) {
      if (isOpTriviallyDead(op)) {
        op->erase();
        continue;
      }
      OpBuilder builder(op);
      Value result = expand(builder, op, {hasFMA, hasScale});
      if (!result)
        continue;
      op->getResult(0).replaceAllUsesWith(result);
      op->erase();
      ++numExpanded;
    }
  }
};
} // namespace
} // namespace sconce::codegen
