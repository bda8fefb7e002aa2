// Folding of elementwise primitives.

#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/Evaluate/Evaluate.h"

using namespace mlir;

namespace sconce::ts {

/// Whether a constant operand is this integer scalar.
static bool isInteger(Attribute value, int64_t expected) {
  auto number = dyn_cast_or_null<IntegerAttr>(value);
  if (!number)
    return false;
  return number.getType().isInteger(1) ? number.getValue().getBoolValue() == (expected != 0) : number.getInt() == expected;
}

/// The operand that an operation gives back unchanged, or null. Numbers: integers only, where identities hold for every value.
static Value findIdentity(Operation *op, ArrayRef<Attribute> operands) {
  auto other = [&](bool holds, unsigned index) { return holds ? op->getOperand(index) : Value(); };
  if (isa<AddOp, OrOp, XorOp>(op)) {
    if (isInteger(operands[0], 0))
      return op->getOperand(1);
    return other(isInteger(operands[1], 0), 0);
  }
  if (isa<SubOp, ShlOp, ShrOp>(op))
    return other(isInteger(operands[1], 0), 0);
  if (isa<MulOp>(op)) {
    if (isInteger(operands[0], 1))
      return op->getOperand(1);
    return other(isInteger(operands[1], 1), 0);
  }
  if (isa<DivOp, FloordivOp>(op))
    return other(isInteger(operands[1], 1), 0);
  if (isa<AndOp, MaximumOp, MinimumOp, OrOp>(op) && op->getOperand(0) == op->getOperand(1))
    return op->getOperand(0);
  if (isa<AndOp>(op) && op->getResult(0).getType().isInteger(1)) {
    if (isInteger(operands[0], 1))
      return op->getOperand(1);
    return other(isInteger(operands[1], 1), 0);
  }
  if (isa<SelectOp>(op)) {
    if (op->getOperand(1) == op->getOperand(2))
      return op->getOperand(1);
    if (isa_and_nonnull<IntegerAttr>(operands[0]))
      return op->getOperand(isInteger(operands[0], 1) ? 1 : 2);
  }
  if (isa<ConvertOp>(op))
    return op->getOperand(0);
  if (isa<NotOp, NegOp>(op))
    if (Operation *inner = op->getOperand(0).getDefiningOp(); inner && inner->getName() == op->getName())
      return inner->getOperand(0);
  return {};
}

/// A constant scalar as a value; None for what is none.
static rt::Value valueOf(Attribute constant) {
  if (auto number = dyn_cast_or_null<IntegerAttr>(constant)) {
    if (number.getType().isInteger(1))
      return rt::Value::ofBool(number.getValue().getBoolValue());
    return number.getType().isInteger(64) ? rt::Value::ofInt(number.getInt()) : rt::Value();
  }
  auto number = dyn_cast_or_null<FloatAttr>(constant);
  return number && number.getType().isF64() ? rt::Value::ofDouble(number.getValueAsDouble()) : rt::Value();
}

/// Computes an operation on constant scalars by its reference evaluation. Null where a result has no attribute, or a divisor is zero: that is
/// for a check at run time to find.
static Attribute evaluateScalars(Operation *op, ArrayRef<Attribute> operands) {
  Type type = op->getResult(0).getType();
  if (!isScalarOf(type, "BIF"))
    return {};
  SmallVector<EvalArgument> arguments;
  for (Attribute operand : operands) {
    rt::Value value = valueOf(operand);
    if (value.isNone())
      return {};
    arguments.push_back(EvalArgument::ofValue(value));
  }
  if (isa<DivOp, FloordivOp, FmodOp, RemainderOp>(op) && isInteger(operands[1], 0))
    return {};
  if (auto convert = dyn_cast<ConvertOp>(op))
    arguments.push_back(EvalArgument::ofInt(static_cast<int64_t>(*dtypeOf(convert.getDtype()))));
  SmallVector<rt::Value> results;
  if (llvm::Error error = evaluatePrimitive(op->getName().stripDialect(), arguments, results)) {
    llvm::consumeError(std::move(error));
    return {};
  }
  if (isa<mlir::FloatType>(type))
    return FloatAttr::get(type, results.front().toDouble());
  return IntegerAttr::get(type, results.front().toInt());
}

OpFoldResult foldElementwise(Operation *op, ArrayRef<Attribute> operands) {
  Value same = findIdentity(op, operands);
  if (same && same.getType() == op->getResult(0).getType())
    return same;
  return evaluateScalars(op, operands);
}

} // namespace sconce::ts
