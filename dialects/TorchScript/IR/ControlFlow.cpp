#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/ControlFlow.cpp.inc"

namespace sconce::ts {

/// Checks that `region` yields values of `types`.
static LogicalResult verifyYield(Operation *op, Region &region, StringRef name, ArrayRef<Type> types) {
  Block &block = region.front();
  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield)
    return op->emitOpError("expected the ") << name << " to end in 'ts.yield'";
  if (yield.getOperandTypes() != TypeRange(types))
    return op->emitOpError("expected the ")
           << name << " to yield (" << types << "), got (" << yield.getOperandTypes() << ")";
  return success();
}

void IfOp::build(OpBuilder &builder, OperationState &state, TypeRange results, Value condition, bool withBlocks) {
  build(builder, state, results, condition);
  if (!withBlocks)
    return;
  for (auto &region : state.regions)
    region->emplaceBlock();
}

LogicalResult IfOp::verify() {
  SmallVector<Type> types(getResultTypes());
  if (failed(verifyYield(*this, getThenRegion(), "then region", types)))
    return failure();
  return verifyYield(*this, getElseRegion(), "else region", types);
}

void LoopOp::build(OpBuilder &builder, OperationState &state, Value maxTrip, Value condition, ValueRange inits,
                   TypeRange carriedTypes) {
  build(builder, state, carriedTypes, maxTrip, condition, inits);
  Block &body = state.regions.front()->emplaceBlock();
  body.addArgument(IntType::get(builder.getContext()), state.location);
  for (Type type : carriedTypes)
    body.addArgument(type, state.location);
}

LogicalResult LoopOp::verify() {
  if (getInits().size() != getNumResults())
    return emitOpError("expected as many initial values as results, got ")
           << getInits().size() << " and " << getNumResults();
  SmallVector<Type> types{IntType::get(getContext())};
  llvm::append_range(types, getResultTypes());
  if (getBody().getArgumentTypes() != TypeRange(types))
    return emitOpError("expected block arguments (")
           << types << "), got (" << getBody().getArgumentTypes() << ")";
  types.front() = BoolType::get(getContext());
  return verifyYield(*this, getBody(), "body", types);
}

} // namespace sconce::ts
