#include "codegen/Transforms/ControlFlowBuffers.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using bufferization::BufferLikeType;
namespace sconce::codegen {
namespace {

/// Goes through a function in the order of the program, so that what comes before an op has its buffer when the op asks for its type.
class ControlFlowBufferizer {
public:
  ControlFlowBufferizer(RewriterBase &rewriter, const bufferization::BufferizationOptions &options,
                        const bufferization::BufferizationState &state)
      : rewriter(rewriter), options(options), state(state) {}

  LogicalResult visit(Region &region);

private:
  LogicalResult visit(scf::ForOp loop);
  LogicalResult visit(scf::WhileOp loop);
  LogicalResult visitBranch(Operation *branch);

  /// The type of the buffer that holds `operands`, of which one is taken; a null type on failure.
  BufferLikeType typeOf(ArrayRef<OpOperand *> operands);
  /// Gives those of `operands` that are tensors, and the arguments of a block that they are passed to, buffers; their numbers.
  FailureOr<SmallVector<unsigned>> passBuffers(MutableArrayRef<OpOperand> operands, Block::BlockArgListType arguments);
  void setOperand(OpOperand &operand, Type buffer);
  void setArgument(BlockArgument argument, Type buffer);
  void setResult(OpResult result, Type buffer);
  /// `value` becomes a buffer, and is read as the tensor it was at the insertion point.
  void setType(Value value, Type buffer);

  RewriterBase &rewriter;
  const bufferization::BufferizationOptions &options;
  const bufferization::BufferizationState &state;
};

} // namespace

BufferLikeType ControlFlowBufferizer::typeOf(ArrayRef<OpOperand *> operands) {
  BufferLikeType common;
  for (OpOperand *operand : operands) {
    FailureOr<BufferLikeType> type = bufferization::getBufferType(operand->get(), options, state);
    if (failed(type))
      return {};
    if (common && common != *type)
      return cast<BufferLikeType>(bufferization::getMemRefTypeWithFullyDynamicLayout(cast<TensorType>(operand->get().getType()),
                                                                                     cast<BaseMemRefType>(*type).getMemorySpace()));
    common = *type;
  }
  return common;
}

void ControlFlowBufferizer::setType(Value value, Type buffer) {
  Type tensor = value.getType();
  value.setType(buffer);
  auto read = bufferization::ToTensorOp::create(rewriter, value.getLoc(), tensor, value, /*restrict=*/true, /*writable=*/true);
  rewriter.replaceAllUsesExcept(value, read, read);
}

void ControlFlowBufferizer::setArgument(BlockArgument argument, Type buffer) {
  rewriter.setInsertionPointToStart(argument.getOwner());
  setType(argument, buffer);
}

void ControlFlowBufferizer::setResult(OpResult result, Type buffer) {
  rewriter.setInsertionPointAfter(result.getOwner());
  setType(result, buffer);
}

void ControlFlowBufferizer::setOperand(OpOperand &operand, Type buffer) {
  rewriter.setInsertionPoint(operand.getOwner());
  Value own = bufferization::ToBufferOp::create(rewriter, operand.getOwner()->getLoc(), buffer, operand.get());
  rewriter.modifyOpInPlace(operand.getOwner(), [&] { operand.set(own); });
}

FailureOr<SmallVector<unsigned>> ControlFlowBufferizer::passBuffers(MutableArrayRef<OpOperand> operands, Block::BlockArgListType arguments) {
  SmallVector<unsigned> numbers;
  for (auto [i, operand, argument] : llvm::enumerate(operands, arguments)) {
    if (!isa<TensorType>(operand.get().getType()))
      continue;
    BufferLikeType type = typeOf({&operand});
    if (!type)
      return failure();
    setOperand(operand, type);
    setArgument(argument, type);
    numbers.push_back(i);
  }
  return numbers;
}

LogicalResult ControlFlowBufferizer::visit(scf::ForOp loop) {
  FailureOr<SmallVector<unsigned>> carried = passBuffers(loop.getInitArgsMutable(), loop.getRegionIterArgs());
  if (failed(carried) || failed(visit(loop.getRegion())))
    return failure();
  for (unsigned i : *carried) {
    Type type = loop.getInitArgs()[i].getType();
    setOperand(loop.getBody()->getTerminator()->getOpOperand(i), type);
    setResult(loop->getResult(i), type);
  }
  return success();
}

LogicalResult ControlFlowBufferizer::visit(scf::WhileOp loop) {
  scf::ConditionOp condition = loop.getConditionOp();
  FailureOr<SmallVector<unsigned>> carried = passBuffers(loop.getInitsMutable(), loop.getBeforeArguments());
  if (failed(carried) || failed(visit(loop.getBefore())))
    return failure();
  FailureOr<SmallVector<unsigned>> forwarded = passBuffers(condition.getArgsMutable(), loop.getAfterArguments());
  if (failed(forwarded) || failed(visit(loop.getAfter())))
    return failure();
  for (unsigned i : *carried)
    setOperand(loop.getYieldOp()->getOpOperand(i), loop.getInits()[i].getType());
  for (unsigned i : *forwarded)
    setResult(loop->getResult(i), condition.getArgs()[i].getType());
  return success();
}

LogicalResult ControlFlowBufferizer::visitBranch(Operation *branch) {
  for (Region &region : branch->getRegions())
    if (failed(visit(region)))
      return failure();
  for (OpResult result : branch->getResults()) {
    if (!isa<TensorType>(result.getType()))
      continue;
    SmallVector<OpOperand *> sides;
    for (Region &region : branch->getRegions())
      sides.push_back(&region.front().getTerminator()->getOpOperand(result.getResultNumber()));
    BufferLikeType type = typeOf(sides);
    if (!type)
      return failure();
    for (OpOperand *side : sides)
      setOperand(*side, type);
    setResult(result, type);
  }
  return success();
}

LogicalResult ControlFlowBufferizer::visit(Region &region) {
  for (Block &block : region)
    for (Operation &op : llvm::make_early_inc_range(block)) {
      LogicalResult done = success();
      if (auto loop = dyn_cast<scf::ForOp>(op))
        done = visit(loop);
      else if (auto loop = dyn_cast<scf::WhileOp>(op))
        done = visit(loop);
      else if (isa<scf::IfOp, scf::IndexSwitchOp>(op))
        done = visitBranch(&op);
      if (failed(done))
        return failure();
    }
  return success();
}

LogicalResult bufferizeControlFlow(RewriterBase &rewriter, func::FuncOp func, const bufferization::BufferizationOptions &options,
                                   const bufferization::BufferizationState &state) {
  return ControlFlowBufferizer(rewriter, options, state).visit(func.getBody());
}

} // namespace sconce::codegen
