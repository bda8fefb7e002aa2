// Conditions that only run time knows. Both sides are evaluated from the same
// state and joined. Where they cannot be one value (another rank, a None), the
// rest of what is being run is evaluated once for each side instead.
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/Merger.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;
using mlir::succeeded;

static Completion giveToAll(mlir::ResultRange results) {
  llvm::SmallVector<mlir::Value> all(results.begin(), results.end());
  return [all](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
    for (auto [result, value] : llvm::zip_equal(all, values))
      eval.set(result, value);
    return success();
  };
}

LogicalResult Evaluator::evaluateIf(ts::IfOp op) {
  AbstractValue condition = get(op.getCondition());
  if (!condition.isBool())
    return error("a condition is a bool, got " + kindName(condition));
  auto enter = [](mlir::Block &block) -> Way {
    return [&block](Evaluator &eval, Completion done) {
      eval.pushRegion(block, {}, std::move(done));
      return success();
    };
  };
  return branch(op, condition, enter(op.getThenRegion().front()), enter(op.getElseRegion().front()), giveToAll(op.getResults()));
}

//===----------------------------------------------------------------------===//
// What is known of conditions inside the sides
//===----------------------------------------------------------------------===//

void Evaluator::assume(const AbstractValue &condition, bool value) {
  if (condition.isRunTime())
    assumptions.emplace_back(condition.asRunTime(), value);
}

std::optional<bool> Evaluator::assumed(const AbstractValue &condition) const {
  mlir::Value value = condition.asRunTime();
  bool flip = false;
  while (auto negation = value.getDefiningOp<ts::NotOp>()) {
    value = negation->getOperand(0);
    flip = !flip;
  }
  for (auto [assumption, isTrue] : llvm::reverse(assumptions)) {
    bool flipAssumption = false;
    while (auto negation = assumption.getDefiningOp<ts::NotOp>()) {
      assumption = negation->getOperand(0);
      flipAssumption = !flipAssumption;
    }
    if (assumption == value)
      return isTrue != (flip != flipAssumption);
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Sides
//===----------------------------------------------------------------------===//

unsigned Evaluator::countCalls() const {
  return llvm::count_if(stack, [](const Frame &frame) { return frame.isFunction; });
}

LogicalResult Evaluator::evaluateSide(Side &side, llvm::function_ref<LogicalResult(Completion)> push) {
  side.block = new mlir::Block();
  scratch.push_back(side.block);
  mlir::OpBuilder::InsertionGuard guard(emitter.ops());
  emitter.ops().setInsertionPointToEnd(side.block);
  tensors.enterRegion();
  heap.mark();
  size_t base = stack.size(), knownAssumptions = assumptions.size();
  auto values = std::make_shared<llvm::SmallVector<AbstractValue>>();
  // What the way does before its first frame, such as to branch again, is part of this side, too.
  size_t enclosing = std::exchange(runBase, base);
  LogicalResult result = push([values](Evaluator &, llvm::ArrayRef<AbstractValue> given) {
    values->assign(given.begin(), given.end());
    return success();
  });
  runBase = enclosing;
  if (succeeded(result))
    result = run(base);
  if (failed(result) && stopped == Stop::Raised) {
    side.raised = true;
    stopped = Stop::None;
    result = success();
  }
  if (stack.size() > base)
    stack.resize(base, Frame{});
  callDepth = countCalls();
  assumptions.resize(knownAssumptions);
  side.values = *values;
  side.changes = heap.rollback();
  tensors.leaveRegion();
  return result;
}

/// Drops what a side emitted.
void Evaluator::discard(Side &side) {
  if (!side.block)
    return;
  side.block->dropAllDefinedValueUses();
  side.block->erase();
  side.block = nullptr;
}

static bool hasEffects(mlir::Block &block) {
  return !llvm::all_of(block, [](mlir::Operation &op) { return mlir::isMemoryEffectFree(&op); });
}

LogicalResult Evaluator::yieldLeaves(Merger &merger, Side &side, bool isLeft) {
  mlir::OpBuilder::InsertionGuard guard(emitter.ops());
  emitter.ops().setInsertionPointToEnd(side.block);
  tensors.enterRegion();
  heap.mark();
  heap.apply(side.changes);
  llvm::SmallVector<mlir::Value> yields;
  LogicalResult result = success();
  for (const Leaf &leaf : merger.leaves()) {
    mlir::FailureOr<mlir::Value> value = merger.materialize(leaf, isLeft);
    if (failed(value)) {
      result = stopped == Stop::None ? error("a value at the end of a branch cannot be read") : failure();
      break;
    }
    yields.push_back(*value);
  }
  heap.rollback();
  tensors.leaveRegion();
  if (succeeded(result))
    mlir::scf::YieldOp::create(emitter.ops(), location(), yields);
  return result;
}

LogicalResult Evaluator::joinSides(mlir::Operation *at, const AbstractValue &condition, Side &thenSide, Side &elseSide,
                                   uint64_t start, bool boxes, llvm::SmallVectorImpl<AbstractValue> &joined,
                                   llvm::SmallVectorImpl<Escape> *escapes) {
  Merger merger(*this, at, thenSide.changes, elseSide.changes, start);
  merger.condition = condition;
  merger.boxes = boxes;
  merger.unites = mayEscape(at);
  if (failed(merger.plan(thenSide.values, elseSide.values))) {
    if (escapes)
      escapes->assign(merger.escapes().begin(), merger.escapes().end());
    return failure();
  }
  if (merger.leaves().empty() && !hasEffects(*thenSide.block) && !hasEffects(*elseSide.block)) {
    discard(thenSide);
    discard(elseSide);
    joined = merger.build({});
    return success();
  }
  if (failed(yieldLeaves(merger, thenSide, true)) || failed(yieldLeaves(merger, elseSide, false)))
    return failure();
  llvm::SmallVector<mlir::Type> types;
  for (const Leaf &leaf : merger.leaves())
    types.push_back(leaf.type);
  auto residual = mlir::scf::IfOp::create(emitter.ops(), location(), types, emitter.materialize(condition),
                                          /*addThenBlock=*/false, /*addElseBlock=*/false);
  auto moveInto = [](mlir::Region &region, Side &side) {
    side.block->getParent()->getBlocks().remove(side.block);
    region.push_back(side.block);
    side.block = nullptr;
  };
  moveInto(residual.getThenRegion(), thenSide);
  moveInto(residual.getElseRegion(), elseSide);
  joined = merger.build(residual.getResults());
  return success();
}

/// One side raises: a check stands for it, and the other goes on in its place.
LogicalResult Evaluator::joinAfterRaise(const AbstractValue &condition, Side &thenSide, Side &elseSide,
                                        llvm::SmallVectorImpl<AbstractValue> &joined) {
  Side &raising = thenSide.raised ? thenSide : elseSide, &other = thenSide.raised ? elseSide : thenSide;
  AbstractValue raises = thenSide.raised ? condition : emitter.logicalNot(condition);
  auto last = raising.block->empty() ? ts::CheckOp() : llvm::dyn_cast<ts::CheckOp>(raising.block->back());
  // The block has no terminator yet: its last operation is the check. What only its message needs is computed where it raises.
  bool onlyCheck = last && llvm::all_of(llvm::drop_end(*raising.block), [](mlir::Operation &op) { return mlir::isMemoryEffectFree(&op); }) &&
                   llvm::none_of(last.getValues(), [&](mlir::Value value) { return value.getParentBlock() == raising.block; });
  if (onlyCheck) {
    llvm::SmallVector<Extent> values;
    for (mlir::Value value : last.getValues())
      values.push_back(Extent::ofRunTime(value));
    emitter.check(emitter.logicalNot(raises), last.getMsg(), last.getCls(), values);
    // It raises where the side did, not at the `if`.
    mlir::Block::iterator here = emitter.ops().getInsertionPoint();
    if (here != emitter.ops().getInsertionBlock()->begin())
      if (auto check = llvm::dyn_cast<ts::CheckOp>(*std::prev(here)))
        check->setLoc(last.getLoc());
    discard(raising);
  } else {
    auto residual = mlir::scf::IfOp::create(emitter.ops(), location(), mlir::TypeRange(), emitter.materialize(raises), false, false);
    residual->setAttr(raisesAttrName, emitter.ops().getUnitAttr());
    // A side's block has no parent operation yet that would know the context.
    mlir::OpBuilder atEnd(emitter.ops().getContext());
    atEnd.setInsertionPointToEnd(raising.block);
    mlir::scf::YieldOp::create(atEnd, location());
    raising.block->getParent()->getBlocks().remove(raising.block);
    residual.getThenRegion().push_back(raising.block);
    raising.block = nullptr;
  }
  if (other.raised) {
    mlir::OpBuilder &builder = emitter.ops();
    builder.getInsertionBlock()->getOperations().splice(builder.getInsertionPoint(), other.block->getOperations());
    discard(other);
    stopped = Stop::Raised;
    return failure();
  }
  mlir::OpBuilder &builder = emitter.ops();
  builder.getInsertionBlock()->getOperations().splice(builder.getInsertionPoint(), other.block->getOperations());
  discard(other);
  heap.apply(other.changes);
  assume(raises, false);
  joined = other.values;
  return success();
}

LogicalResult Evaluator::branch(mlir::Operation *at, const AbstractValue &condition, Way thenWay, Way elseWay, Completion done) {
  if (condition.isKnown())
    return (condition.asBool() ? thenWay : elseWay)(*this, std::move(done));
  if (std::optional<bool> value = assumed(condition))
    return (*value ? thenWay : elseWay)(*this, std::move(done));
  std::pair<mlir::Operation *, mlir::Attribute> key = {at, location()};
  if (knowledge.splitIfs.contains(at) || (unmergeableAt.contains(key) && !mayEscape(at)))
    return splitRest(at, condition, thenWay, elseWay, done);
  uint64_t start = heap.youngest();
  Side thenSide, elseSide;
  auto evaluateWay = [&](Side &side, const Way &way, bool isThen) {
    return evaluateSide(side, [&](Completion end) {
      assume(condition, isThen);
      return way(*this, std::move(end));
    });
  };
  LogicalResult result = evaluateWay(thenSide, thenWay, true);
  if (succeeded(result))
    result = evaluateWay(elseSide, elseWay, false);
  llvm::SmallVector<AbstractValue> joined;
  llvm::SmallVector<Escape> escapes;
  if (succeeded(result)) {
    bool raises = thenSide.raised || elseSide.raised;
    result = raises ? joinAfterRaise(condition, thenSide, elseSide, joined)
                    : joinSides(at, condition, thenSide, elseSide, start, /*boxes=*/false, joined, &escapes);
  }
  if (succeeded(result))
    return done(*this, joined);
  discard(thenSide);
  discard(elseSide);
  if (stopped != Stop::Unmergeable)
    return failure();
  // The ends of a loop's body are joined anyway, so what the runtime can hold is handed to it at once.
  if (!escapes.empty() && (mayEscape(at) || knowledge.rebinding.contains(at) || knowledge.sharing.contains(at))) {
    stopped = Stop::None;
    if (failed(handOverAll(*this, escapes)))
      return failure();
    return branch(at, condition, thenWay, elseWay, std::move(done));
  }
  unmergeableAt.insert(key);
  unmergeableReasons[at] = lastMessage;
  return splitRest(at, condition, thenWay, elseWay, done);
}

bool Evaluator::mayEscape(mlir::Operation *at) const {
  constexpr unsigned versionsBeforeEscape = 4;
  return residualLoops > 0 || versions >= versionsBeforeEscape || knowledge.escapingIfs.contains(at);
}

LogicalResult Evaluator::splitRest(mlir::Operation *at, const AbstractValue &condition, const Way &thenWay, const Way &elseWay,
                                   const Completion &done) {
  std::vector<Frame> rest = copyFrames(runBase);
  // All that is left of this run is `done`: what encloses it has the rest.
  if (rest.empty())
    return unmergeable(std::string(lastMessage));
  stopped = Stop::None;
  // Too many versions of what is written later: then the runtime holds what it may be.
  if (versions >= options.maxVersions && knowledge.splitIfs.erase(at)) {
    knowledge.sharing.insert(at);
    knowledge.rebinding.insert(at);
    knowledge.sharesTensors = true;
    return restart();
  }
  if (failed(countVersion(at)))
    return failure();
  Completion end = rest.front().done;
  uint64_t start = heap.youngest();
  Side thenSide, elseSide;
  llvm::SmallVector<Escape> escapes;
  auto evaluateRest = [&](Side &side, const Way &way, bool isThen) {
    return evaluateSide(side, [&](Completion sideEnd) {
      stack.insert(stack.end(), rest.begin(), rest.end());
      // Each side has environments of its own.
      std::vector<Frame> copy = copyFrames(stack.size() - rest.size());
      std::move(copy.begin(), copy.end(), stack.end() - rest.size());
      stack[stack.size() - rest.size()].done = std::move(sideEnd);
      callDepth = countCalls();
      assume(condition, isThen);
      return way(*this, done);
    });
  };
  size_t base = runBase;
  stack.resize(base, Frame{});
  LogicalResult result = evaluateRest(thenSide, thenWay, true);
  if (succeeded(result))
    result = evaluateRest(elseSide, elseWay, false);
  llvm::SmallVector<AbstractValue> joined;
  if (succeeded(result)) {
    bool raises = thenSide.raised || elseSide.raised;
    result = raises ? joinAfterRaise(condition, thenSide, elseSide, joined)
                    : joinSides(at, condition, thenSide, elseSide, start, /*boxes=*/base == 0, joined, &escapes);
  }
  if (succeeded(result))
    return end(*this, joined);
  discard(thenSide);
  discard(elseSide);
  // What the versions end with cannot be one value, but the runtime could hold it from here on.
  if (stopped != Stop::Unmergeable || escapes.empty())
    return failure();
  if (knowledge.escapingIfs.insert(at).second)
    return restart();
  // The sides differ in more than that, so there are two versions all the same.
  stopped = Stop::None;
  stack.insert(stack.end(), rest.begin(), rest.end());
  callDepth = countCalls();
  if (failed(handOverAll(*this, escapes)))
    return failure();
  return splitRest(at, condition, thenWay, elseWay, done);
}
