// Folding of elementwise primitives.

#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/IR/Matchers.h"

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
    if (operands[0])
      return op->getOperand(isInteger(operands[0], 1) ? 1 : 2);
  }
  if (isa<ConvertOp>(op))
    return op->getOperand(0);
  if (isa<NotOp, NegOp>(op))
    if (Operation *inner = op->getOperand(0).getDefiningOp(); inner && inner->getName() == op->getName())
      return inner->getOperand(0);
  return {};
}

OpFoldResult foldElementwise(Operation *op, ArrayRef<Attribute> operands) {
  Value same = findIdentity(op, operands);
  if (same && same.getType() == op->getResult(0).getType())
    return same;
  return {};
}

} // namespace sconce::ts
