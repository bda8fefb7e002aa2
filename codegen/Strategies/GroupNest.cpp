#include "codegen/Strategies/GroupNest.h"

using namespace mlir;
namespace sconce::codegen {

FailureOr<GroupNest> GroupNest::read(OpBuilder &builder, KernelGroup group) {
  GroupNest result;
  SmallVector<linalg::LinalgOp> followers;
  SmallVector<SmallVector<unsigned>> loops;
  if (group.epilogue) {
    followers.push_back(cast<linalg::LinalgOp>(group.epilogue.getOperation()));
    loops.push_back(group.getEpilogueLoops());
    result.epilogueOperand = group.epilogueOperand;
  }
  auto nests = readTogether(builder, group.leader, followers, loops);
  if (failed(nests))
    return failure();
  result.nests = std::move(*nests);
  if (group.fill)
    result.initial = group.fill.value();
  return result;
}

LaneValue GroupNest::loadInitial(BodyEmitter &leader, unsigned index) const {
  if (initial)
    return {LaneValue::Uniform, initial};
  return leader.load(nests.front().op.getNumDpsInputs() + index);
}

void GroupNest::storeResult(OpBuilder &builder, const LanePosition &at, unsigned index, LaneValue value) const {
  if (!hasEpilogue()) {
    BodyEmitter(builder, nests.front(), at).store(index, value);
    return;
  }
  const LoopNest &nest = nests.back();
  BodyEmitter body(builder, nest, at);
  SmallVector<LaneValue> arguments;
  for (BlockArgument element : nest.op.getBlock()->getArguments()) {
    if (element.getArgNumber() == epilogueOperand)
      arguments.push_back(value);
    else
      arguments.push_back(element.use_empty() ? LaneValue{} : body.load(element.getArgNumber()));
  }
  for (auto [output, result] : llvm::enumerate(body.evaluate(arguments)))
    body.store(output, result);
}

} // namespace sconce::codegen
