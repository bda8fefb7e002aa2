// Loops. A loop whose trip count and conditions are known is unrolled, unless it
// is long and carries nothing but tensors, and lists that it only appends tensors
// to: what each iteration appends is a row of a tensor that is carried, and after
// the loop the list has all rows. Of any other, what its body changes is
// found by evaluating the body until nothing new changes; that becomes the
// carried values of an scf.for or scf.while.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/Merger.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;
using mlir::succeeded;

namespace {
/// Iterations evaluated on their own, when a loop's entry and its body's end
/// cannot be one value (a None that becomes a tensor).
constexpr int64_t maxPeeled = 4;
/// Rounds until a loop's state is settled; each makes something more general.
constexpr int maxRounds = 32;
/// A loop that could be unrolled is, below so many iterations.
constexpr int64_t fewestKept = 8;
/// Without sums of products, which end kernels anyway, it is unrolled to this many operations: they fuse.
constexpr int64_t mostFused = 1000;
/// To this many it is unrolled for what is known of the tensors that it appends to lists, where only run time knows their extents.
constexpr int64_t mostForLists = 4000;
} // namespace

namespace sconce::specialize {
/// One loop that stays in the program.
class LoopEvaluation {
public:
  /// With `isChoice` the loop could be unrolled as well: what would not be known of it any more makes `settle` fail.
  LoopEvaluation(Evaluator &eval, ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip, const AbstractValue &condition,
                 llvm::ArrayRef<AbstractValue> carried, bool isChoice = false)
      : eval(eval), op(op), trip(trip), maxTrip(maxTrip), condition(condition), carried(carried), isChoice(isChoice),
        unites(!isChoice && (trip > 0 || eval.residualLoops > 0)) {}
  ~LoopEvaluation() { discard(body); }

  /// Finds what changes; on success `emit` can be called.
  LogicalResult settle();
  /// Makes the residual loop; gives the carried values after it.
  LogicalResult emit(llvm::SmallVectorImpl<AbstractValue> &results);
  /// After a choice that did not settle: whether unrolling would make a long program of nothing but tensors of unknown extents that are
  /// appended to lists, which the runtime holds as well.
  bool isForTheRuntime() const { return forTheRuntime; }

private:
  LogicalResult round(bool &settled);
  bool isSettled() const;
  bool losesKnowledge() const;
  bool isWorthKeeping();
  bool appendsUnknownExtents() const;
  bool letListsGrow();
  bool canCarry(const AbstractValue &element) const;
  bool canCarryGrowth() const;
  /// What an iteration appends to a list.
  llvm::ArrayRef<AbstractValue> appendedTo(ListNode *list) const { return contentAfter(list, &endChanges).elements; }
  LogicalResult startRows(llvm::SmallVectorImpl<mlir::Value> &inits);
  LogicalResult writeRows(mlir::ValueRange rows, llvm::SmallVectorImpl<mlir::Value> &yields);
  LogicalResult readRows(mlir::ValueRange rows);
  /// The argument that a leaf's state at the top of the body is, or null.
  mlir::BlockArgument argumentOf(const Leaf &leaf, bool isLeft, const Changes &changes) const;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> valuesAt(Merger &merger, bool argumentIsLeft, const Changes &changes);
  LogicalResult emitFor(mlir::ValueRange inits, mlir::ValueRange yields, llvm::SmallVectorImpl<mlir::Value> &results);
  LogicalResult emitWhile(mlir::ValueRange inits, mlir::ValueRange yields, llvm::SmallVectorImpl<mlir::Value> &results);
  void discard(Side &side);
  void moveBody(mlir::Block *target, mlir::ValueRange arguments);
  bool keepsReferences();
  AbstractValue nextCondition() const { return body.values.front(); }
  llvm::ArrayRef<AbstractValue> nextCarried() const { return llvm::ArrayRef<AbstractValue>(body.values).drop_front(); }

  Evaluator &eval;
  ts::LoopOp op;
  int64_t trip;
  AbstractValue maxTrip, condition;
  llvm::SmallVector<AbstractValue> carried;
  bool isChoice;
  /// A value that becomes another kind in the first iteration, and no other after it, is better served by an iteration of its own.
  bool unites;
  bool forTheRuntime = false;
  /// Lists of before the loop that each iteration appends to.
  llvm::SetVector<ListNode *> growing;

  // Of the last round: the state at the top of the body, and at its end.
  llvm::SmallVector<mlir::Type> types; ///< of the carried SSA values
  llvm::SmallVector<AbstractValue> topValues;
  Changes topChanges, endChanges;
  Side body;
  uint64_t bodyStart = 0; ///< the heap's youngest node before it
  std::unique_ptr<Merger> merger; ///< of the body's top (left) and end (right)
};
} // namespace sconce::specialize

void LoopEvaluation::discard(Side &side) {
  if (side.block && side.block->getNumArguments() != 0)
    eval.emitter.ranges.removeIndex(side.block->getArgument(0));
  eval.discard(side);
}

LogicalResult LoopEvaluation::round(bool &settled) {
  // The last body's values are asked where they are defined until its merger has built.
  Side lastBody = std::exchange(body, Side());
  std::unique_ptr<Merger> last = std::move(merger);
  uint64_t start = bodyStart = eval.heap.youngest();
  eval.growingLoops += !growing.empty();
  LogicalResult result = eval.evaluateSide(body, [&](Completion done) -> LogicalResult {
    mlir::Block *block = eval.emitter.ops().getInsertionBlock();
    mlir::Location loc = eval.location();
    mlir::Value index = block->addArgument(eval.emitter.ops().getI64Type(), loc);
    eval.emitter.ranges.addIndex(index, trip, maxTrip);
    for (mlir::Type type : types)
      block->addArgument(type, loc);
    // The joined state is made inside the side, so that it is undone with it.
    if (last)
      topValues = last->build(block->getArguments().drop_front());
    else
      topValues = carried;
    for (ListNode *list : growing) {
      eval.heap.mutate(list).elements.clear();
      list->grows = true;
    }
    topChanges = eval.heap.changed();
    llvm::SmallVector<AbstractValue> arguments = {AbstractValue::ofRunTime(index)};
    arguments.append(topValues);
    eval.pushRegion(op.getBody().front(), arguments, std::move(done));
    return success();
  });
  eval.growingLoops -= !growing.empty();
  discard(lastBody);
  endChanges = body.changes;
  if (failed(result))
    return failure();
  if (body.raised)
    return eval.unmergeable("a loop's body always raises");
  merger = std::make_unique<Merger>(eval, op, topChanges, endChanges, start, /*isLoop=*/true);
  merger->inside = body.block;
  merger->unites = unites;
  merger->growing = &growing;
  if (failed(merger->plan(topValues, nextCarried())))
    return failure();
  if (isChoice && losesKnowledge())
    return eval.unmergeable("a loop changes what is known");
  settled = isSettled();
  types.clear();
  for (const Leaf &leaf : merger->leaves())
    types.push_back(leaf.type);
  return success();
}

mlir::BlockArgument LoopEvaluation::argumentOf(const Leaf &leaf, bool isLeft, const Changes &changes) const {
  mlir::Value value;
  const AbstractValue &side = isLeft ? leaf.left : leaf.right;
  if (leaf.storage)
    value = contentAfter(leaf.storage, &changes).value;
  else if (side.isTensor()) {
    const TensorNode &tensor = contentAfter(side.asTensor(), &changes);
    const StorageNode &storage = contentAfter(tensor.storage, &changes);
    if (!tensor.view)
      value = leaf.isShared ? storage.handle : storage.value;
  } else if (side.isList()) {
    value = contentAfter(side.asList(), &changes).reference;
  } else if (side.isDict()) {
    value = contentAfter(side.asDict(), &changes).reference;
  } else if (side.isObject()) {
    value = contentAfter(side.asObject(), &changes).reference;
  } else if (side.isReference()) {
    value = side.asReference()->value;
  } else if (side.is(ValueKind::Choice)) {
    if (side.asChoice()->number.isRunTime())
      value = side.asChoice()->number.asRunTime();
  } else if (side.isRunTime())
    value = side.asRunTime();
  auto argument = llvm::dyn_cast_or_null<mlir::BlockArgument>(value);
  return argument && argument.getOwner() == body.block ? argument : mlir::BlockArgument();
}

/// Whether what the body changes is what its top already has as arguments.
bool LoopEvaluation::isSettled() const {
  llvm::SmallPtrSet<mlir::Value, 8> seen;
  for (const Leaf &leaf : merger->leaves()) {
    mlir::BlockArgument argument = argumentOf(leaf, /*isLeft=*/true, topChanges);
    if (!argument || argument.getArgNumber() == 0 || argument.getType() != leaf.type || !seen.insert(argument).second)
      return false;
    if (leaf.left.isList() && !(contentAfter(leaf.left.asList(), &topChanges).elementShape == leaf.elements))
      return false;
    if (leaf.left.isReference() && !(leaf.left.asReference()->shape == leaf.elements))
      return false;
    if (!leaf.numbers.empty() && eval.numbersOf(leaf.left) != leaf.numbers)
      return false;
    if (leaf.left.isDict()) {
      const DictNode &dict = contentAfter(leaf.left.asDict(), &topChanges);
      if (!(dict.keyShape == leaf.keys && dict.valueShape == leaf.elements))
        return false;
    }
  }
  return true;
}

/// Whether the loop carries, as run-time values, what is known of each iteration when it is unrolled.
bool LoopEvaluation::losesKnowledge() const {
  return !nextCondition().isKnownBool() || llvm::any_of(merger->leaves(), [](const Leaf &leaf) {
    bool isTensor = (leaf.storage && !leaf.isShared) || leaf.left.isTensor();
    return !isTensor && !leaf.left.isRunTime();
  });
}

/// Whether unrolling the settled loop would make a long program for nothing.
bool LoopEvaluation::isWorthKeeping() {
  int64_t operations = 0;
  bool sums = false, losesShapes = false;
  auto isDynamic = [](mlir::Type type) {
    auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  };
  // What no iteration knows, unrolled or not: elements of tensors, what is made of them, and what comes from before the loop.
  llvm::DenseSet<mlir::Value> data;
  auto isData = [&](mlir::Value value) {
    if (data.contains(value) || isDynamic(value.getType()))
      return true;
    bool isInside = body.block->getParent()->isAncestor(value.getParentRegion());
    return !isInside && !llvm::isa<mlir::RankedTensorType>(value.getType()) && !mlir::matchPattern(value, mlir::m_Constant());
  };
  auto isTensor = [](mlir::Type type) { return llvm::isa<mlir::RankedTensorType>(type); };
  body.block->walk<mlir::WalkOrder::PreOrder>([&](mlir::Operation *inner) {
    ++operations;
    sums |= llvm::isa<ts::ContractOp, ts::ConvolveOp>(inner);
    bool reads = llvm::any_of(inner->getOperandTypes(), isTensor) && llvm::none_of(inner->getResultTypes(), isTensor);
    if (reads || llvm::isa<ts::NonzeroOp>(inner) || llvm::any_of(inner->getOperands(), isData))
      data.insert_range(inner->getResults());
    else // An extent that is known in each iteration but not in all.
      losesShapes |= llvm::any_of(inner->getResultTypes(), isDynamic);
  });
  operations *= maxTrip.asInt();
  if (keepsReferences() || losesShapes)
    return false;
  forTheRuntime = operations > mostForLists && appendsUnknownExtents();
  return canCarryGrowth() && (sums || operations > mostFused);
}

/// Whether lists grow by tensors only, of which some have extents that no iteration knows.
bool LoopEvaluation::appendsUnknownExtents() const {
  bool anyUnknown = false;
  for (ListNode *list : growing)
    for (const AbstractValue &element : appendedTo(list)) {
      if (!element.isTensor())
        return false;
      const TensorNode &tensor = contentAfter(element.asTensor(), &endChanges);
      anyUnknown |= !llvm::all_of(tensor.sizes, [](const Extent &size) { return size.isKnownInt(); });
    }
  return anyUnknown && nextCondition().isKnownBool() && nextCondition().asBool();
}

/// Where nothing but the lengths of lists kept a loop from settling: lets it append to them. False where it cannot.
bool LoopEvaluation::letListsGrow() {
  // Lists of the library's functions are their own affair: what they are made of is taken apart at once.
  if (!isChoice || !merger || merger->escapes().empty() || eval.stack.back().isLibrary || eval.knowledge.sharing.contains(op))
    return false;
  for (const Escape &escape : merger->escapes()) {
    if (escape.node->nodeKind != NodeKind::List)
      return false;
    auto *list = static_cast<ListNode *>(escape.node);
    const ListNode &top = contentAfter(list, &topChanges), &end = contentAfter(list, &endChanges);
    bool appends = !top.reference && !end.reference && list->attribute.empty() && end.elements.size() > top.elements.size() &&
                   std::equal(top.elements.begin(), top.elements.end(), end.elements.begin(),
                              [](const AbstractValue &a, const AbstractValue &b) { return a.isIdentical(b); });
    if (!appends || !growing.insert(list))
      return false;
  }
  return true;
}

/// Whether rows of a tensor can stand for what is appended: tensors of one shape, in the usual order, with nothing else to them.
bool LoopEvaluation::canCarry(const AbstractValue &element) const {
  if (!element.isTensor())
    return false;
  const TensorNode &tensor = contentAfter(element.asTensor(), &endChanges);
  // An older tensor that the body writes has one name for what the iterations leave in it.
  bool isOverwritten = tensor.storage->birth <= bodyStart && endChanges.count(tensor.storage);
  return !isOverwritten && !contentAfter(tensor.storage, &endChanges).handle && !tensor.quantizer && !tensor.wrappedNumber &&
         eval.tensors.isContiguous(&tensor) && llvm::all_of(tensor.sizes, [](const Extent &size) { return size.isKnownInt(); });
}

/// Whether what the settled loop appends can be carried, and is worth it.
bool LoopEvaluation::canCarryGrowth() const {
  constexpr size_t mostRows = 8;
  if (growing.empty())
    return true;
  size_t rows = 0;
  for (ListNode *list : growing) {
    if (!llvm::all_of(appendedTo(list), [&](const AbstractValue &element) { return canCarry(element); }))
      return false;
    rows += appendedTo(list).size();
  }
  return rows <= mostRows && nextCondition().isKnownBool() && nextCondition().asBool();
}

LogicalResult LoopEvaluation::settle() {
  for (int i = 0; i < maxRounds; ++i) {
    bool settled = false;
    ++eval.residualLoops;
    LogicalResult evaluated = round(settled);
    --eval.residualLoops;
    if (succeeded(evaluated) && settled)
      return !isChoice || isWorthKeeping() ? success() : eval.unmergeable("a loop is better unrolled");
    if (succeeded(evaluated))
      continue;
    if (eval.stop() == Stop::Unmergeable && letListsGrow()) {
      // The loop begins anew, with lists of which it knows the ends only.
      eval.clearStop();
      merger.reset();
      types.clear();
      continue;
    }
    if (isChoice || eval.stop() != Stop::Unmergeable || !merger || merger->escapes().empty())
      return failure();
    // The runtime holds them from before the loop; the state found so far is of a loop without them.
    llvm::SmallVector<Escape> escapes(merger->escapes());
    eval.clearStop();
    merger.reset();
    types.clear();
    if (failed(handOverAll(eval, escapes)))
      return failure();
  }
  return eval.unmergeable("the values that a loop carries do not settle");
}

/// For each argument, the value of its leaf on the other side, as SSA values of
/// the argument's type. The heap is in that side's state.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> LoopEvaluation::valuesAt(Merger &merger, bool argumentIsLeft, const Changes &changes) {
  llvm::SmallVector<mlir::Value> values(body.block->getNumArguments());
  for (const Leaf &leaf : merger.leaves()) {
    mlir::BlockArgument argument = argumentOf(leaf, argumentIsLeft, changes);
    if (!argument)
      return eval.error("a loop's carried value has no place");
    mlir::FailureOr<mlir::Value> value = merger.materialize(leaf, !argumentIsLeft);
    if (failed(value))
      return failure();
    values[argument.getArgNumber()] =
        llvm::isa<mlir::RankedTensorType>(argument.getType()) ? eval.emitter.cast(*value, argument.getType()) : *value;
  }
  return llvm::SmallVector<mlir::Value>(llvm::drop_begin(values));
}

/// Whether an iteration leaves references or tensors of the runtime behind.
bool LoopEvaluation::keepsReferences() {
  return body.block
      ->walk<mlir::WalkOrder::PreOrder>([](mlir::Operation *op) {
        if (op->hasAttr(raisesAttrName))
          return mlir::WalkResult::skip();
        bool makes = llvm::isa<ts::UnboxOp>(op) ||
                     llvm::any_of(op->getResultTypes(), [](mlir::Type type) { return llvm::isa<ts::RefType>(type); });
        return makes ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
      })
      .wasInterrupted();
}

/// Moves the evaluated body to the end of `target`, with `arguments` in place of
/// its own.
void LoopEvaluation::moveBody(mlir::Block *target, mlir::ValueRange arguments) {
  for (auto [from, to] : llvm::zip_equal(body.block->getArguments(), arguments))
    from.replaceAllUsesWith(to);
  target->getOperations().splice(target->end(), body.block->getOperations());
}

/// The extents of as many rows as there are iterations, each of a tensor's.
static llvm::SmallVector<Extent> rowsOf(const TensorNode &tensor, int64_t count) {
  llvm::SmallVector<Extent> sizes = {Extent::ofInt(count)};
  sizes.append(tensor.sizes.begin(), tensor.sizes.end());
  return sizes;
}

/// Tensors for what the iterations append, which the loop starts from; one for each tensor that an iteration appends.
LogicalResult LoopEvaluation::startRows(llvm::SmallVectorImpl<mlir::Value> &inits) {
  for (ListNode *list : growing)
    for (const AbstractValue &element : appendedTo(list)) {
      const TensorNode &tensor = contentAfter(element.asTensor(), &endChanges);
      AbstractValue zero = eval.emitter.convert(AbstractValue::ofInt(0), scalarKindOf(tensor.dtype));
      llvm::SmallVector<Extent> sizes = rowsOf(tensor, maxTrip.asInt());
      mlir::Value rows = eval.emitter.one("full", {llvm::ArrayRef<Extent>(sizes), zero, static_cast<int64_t>(tensor.dtype)});
      if (!rows)
        return eval.giveUp();
      inits.push_back(rows);
    }
  return success();
}

/// At the body's end, in the heap's state there: writes what was appended to the iteration's rows.
LogicalResult LoopEvaluation::writeRows(mlir::ValueRange rows, llvm::SmallVectorImpl<mlir::Value> &yields) {
  Extent index = Extent::ofRunTime(body.block->getArgument(0));
  size_t next = 0;
  for (ListNode *list : growing)
    for (const AbstractValue &element : appendedTo(list)) {
      llvm::SmallVector<Extent> sizes = rowsOf(*element.asTensor(), 1);
      mlir::Value row = eval.emitter.one("reshape", {eval.tensors.read(element.asTensor()), llvm::ArrayRef<Extent>(sizes)});
      mlir::Value written = eval.emitter.one("update_slice", {rows[next++], row, int64_t(0), index, int64_t(1)});
      if (!written)
        return eval.giveUp();
      yields.push_back(written);
    }
  return success();
}

/// After the loop: the lists have all rows.
LogicalResult LoopEvaluation::readRows(mlir::ValueRange rows) {
  size_t next = 0;
  for (ListNode *list : growing) {
    llvm::SmallVector<AbstractValue> appended(appendedTo(list));
    mlir::ValueRange of = rows.slice(next, appended.size());
    next += appended.size();
    if (failed(eval.prepareWrite(list)))
      return failure();
    for (int64_t i = 0; i < maxTrip.asInt(); ++i)
      for (auto [element, value] : llvm::zip_equal(appended, of)) {
        const TensorNode &like = contentAfter(element.asTensor(), &endChanges);
        mlir::Value row = eval.emitter.one("slice", {value, int64_t(0), Extent::ofInt(i), Extent::ofInt(1), int64_t(1)});
        mlir::Value content = eval.emitter.one("reshape", {row, llvm::ArrayRef<Extent>(like.sizes)});
        if (!content)
          return eval.giveUp();
        TensorNode *tensor = eval.tensors.fresh(content, like.dtype, like.sizes);
        tensor->requiresGrad = like.requiresGrad;
        // What was appended has other names: who writes to it, or to those, needs the loop unrolled.
        for (StorageNode *storage : {tensor->storage, like.storage}) {
          storage->ambiguousAt = op;
          storage->ambiguousInLoop = true;
        }
        list->elements.push_back(AbstractValue::ofTensor(tensor));
      }
  }
  return success();
}

LogicalResult LoopEvaluation::emitFor(mlir::ValueRange inits, mlir::ValueRange yields, llvm::SmallVectorImpl<mlir::Value> &results) {
  mlir::OpBuilder &builder = eval.emitter.ops();
  mlir::Location loc = eval.location();
  auto index = [&](const AbstractValue &value) -> mlir::Value {
    if (value.isKnown())
      return eval.emitter.constant(builder.getIndexAttr(value.asInt()));
    return mlir::arith::IndexCastOp::create(builder, loc, builder.getIndexType(), value.asRunTime());
  };
  auto loop = mlir::scf::ForOp::create(builder, loc, index(AbstractValue::ofInt(trip)), index(maxTrip),
                                       eval.emitter.constant(builder.getIndexAttr(1)), inits);
  mlir::Block *target = loop.getBody();
  if (!target->empty()) // Without carried values the builder ends the body itself.
    target->back().erase();
  mlir::OpBuilder inside = mlir::OpBuilder::atBlockEnd(target);
  llvm::SmallVector<mlir::Value> arguments = {
      mlir::arith::IndexCastOp::create(inside, loc, inside.getI64Type(), loop.getInductionVar())};
  arguments.append(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
  llvm::SmallVector<mlir::Value> ends(yields);
  for (mlir::Value &end : ends) // An argument that is given on as it is.
    if (auto argument = llvm::dyn_cast<mlir::BlockArgument>(end); argument && argument.getOwner() == body.block)
      end = arguments[argument.getArgNumber()];
  moveBody(target, arguments);
  inside.setInsertionPointToEnd(target);
  mlir::scf::YieldOp::create(inside, loc, ends);
  results.assign(loop.getResults().begin(), loop.getResults().end());
  return success();
}

LogicalResult LoopEvaluation::emitWhile(mlir::ValueRange inits, mlir::ValueRange yields, llvm::SmallVectorImpl<mlir::Value> &results) {
  mlir::OpBuilder &builder = eval.emitter.ops();
  mlir::Location loc = eval.location();
  mlir::Type i64 = builder.getI64Type(), i1 = builder.getI1Type();
  mlir::Value limit = eval.emitter.materialize(maxTrip), one = eval.emitter.materialize(AbstractValue::ofInt(1));
  llvm::SmallVector<mlir::Value> starts = {eval.emitter.materialize(AbstractValue::ofInt(trip)), eval.emitter.materialize(condition)};
  starts.append(inits.begin(), inits.end());
  llvm::SmallVector<mlir::Type> carriedTypes = {i64, i1};
  llvm::append_range(carriedTypes, inits.getTypes());
  mlir::Value next = nextCondition().isKnown() ? eval.emitter.materialize(nextCondition()) : nextCondition().asRunTime();
  llvm::SmallVector<mlir::Location> locations(carriedTypes.size(), loc);

  auto loop = mlir::scf::WhileOp::create(builder, loc, carriedTypes, starts);
  mlir::Block *before = builder.createBlock(&loop.getBefore(), {}, carriedTypes, locations);
  mlir::Value inTime = mlir::arith::CmpIOp::create(builder, loc, mlir::arith::CmpIPredicate::slt, before->getArgument(0), limit);
  mlir::Value goesOn = mlir::arith::AndIOp::create(builder, loc, inTime, before->getArgument(1));
  mlir::scf::ConditionOp::create(builder, loc, goesOn, before->getArguments());

  mlir::Block *after = builder.createBlock(&loop.getAfter(), {}, carriedTypes, locations);
  llvm::SmallVector<mlir::Value> arguments = {after->getArgument(0)};
  llvm::append_range(arguments, after->getArguments().drop_front(2));
  auto renamed = [&](mlir::Value value) {
    auto argument = llvm::dyn_cast<mlir::BlockArgument>(value);
    return argument && argument.getOwner() == body.block ? arguments[argument.getArgNumber()] : value;
  };
  llvm::SmallVector<mlir::Value> ends = {renamed(next)};
  for (mlir::Value value : yields)
    ends.push_back(renamed(value));
  moveBody(after, arguments);
  builder.setInsertionPointToEnd(after);
  ends.insert(ends.begin(), mlir::arith::AddIOp::create(builder, loc, after->getArgument(0), one));
  mlir::scf::YieldOp::create(builder, loc, ends);
  builder.setInsertionPointAfter(loop);
  llvm::append_range(results, loop.getResults().drop_front(2));
  return success();
}

LogicalResult LoopEvaluation::emit(llvm::SmallVectorImpl<AbstractValue> &results) {
  mlir::OpBuilder &builder = eval.emitter.ops();
  // At the entry the arguments' places hold what they start from.
  uint64_t start = eval.heap.youngest();
  Merger entry(eval, op, Changes(), topChanges, start, /*isLoop=*/true);
  entry.inside = body.block;
  entry.unites = unites;
  entry.growing = &growing;
  if (failed(entry.plan(carried, topValues)))
    return failure();
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> inits = valuesAt(entry, /*argumentIsLeft=*/false, topChanges);
  if (failed(inits))
    return failure();
  for (const Leaf &leaf : merger->leaves())
    if (leaf.storage && leaf.storage->handle)
      return eval.unsupported("a loop that writes a tensor which becomes an element of a list of run-time length where the loop begins");
  if (failed(startRows(*inits)))
    return failure();
  // At the body's end they hold what the next iteration starts from.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> yields = failure();
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(body.block);
    eval.tensors.enterRegion();
    eval.heap.mark();
    eval.heap.apply(endChanges);
    yields = valuesAt(*merger, /*argumentIsLeft=*/true, topChanges);
    if (succeeded(yields)) {
      llvm::SmallVector<mlir::Value> rows;
      for (mlir::Value start : llvm::drop_begin(*inits, yields->size()))
        rows.push_back(body.block->addArgument(start.getType(), start.getLoc()));
      if (failed(writeRows(rows, *yields)))
        yields = failure();
    }
    eval.heap.rollback();
    eval.tensors.leaveRegion();
  }
  if (failed(yields))
    return failure();
  for (auto [i, init] : llvm::enumerate(*inits)) {
    // A value that the entry has but the body neither changes nor gives.
    if (!init || !(*yields)[i])
      return eval.error("a loop's carried value has no beginning or no end");
  }
  bool keeps = keepsReferences();
  if (keeps) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    eval.emitter.runtimeCall("sc_rt_loop_enter", {}, {});
    builder.setInsertionPointToEnd(body.block);
    for (mlir::Value value : *yields)
      if (llvm::isa<ts::RefType>(value.getType()))
        eval.emitter.runtimeCall("sc_rt_loop_carry", {}, value);
    eval.emitter.runtimeCall("sc_rt_loop_next", {}, {});
  }
  bool isFor = condition.isKnown() && nextCondition().isKnownBool() && nextCondition().asBool();
  size_t rowCount = inits->size() - merger->leaves().size();
  llvm::SmallVector<mlir::Value> values;
  if (failed(isFor ? emitFor(*inits, *yields, values) : emitWhile(*inits, *yields, values)))
    return failure();
  if (keeps)
    eval.emitter.runtimeCall("sc_rt_loop_leave", {}, {});
  // The leaves' order is not that of the arguments.
  llvm::SmallVector<mlir::Value> ordered;
  for (const Leaf &leaf : merger->leaves())
    ordered.push_back(values[argumentOf(leaf, /*isLeft=*/true, topChanges).getArgNumber() - 1]);
  results = merger->build(ordered);
  return readRows(llvm::ArrayRef(values).take_back(rowCount));
}

//===----------------------------------------------------------------------===//
// The machine's part
//===----------------------------------------------------------------------===//

LogicalResult Evaluator::evaluateLoop(ts::LoopOp op) {
  llvm::SmallVector<mlir::Value> results(op.getResults());
  Completion done = [results](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
    for (auto [result, value] : llvm::zip_equal(results, values))
      eval.set(result, value);
    return success();
  };
  return iterate(op, 0, get(op.getMaxTrip()), get(op.getCondition()), getAll(op.getInits()), std::move(done));
}

/// Evaluates the body once; what follows it is the next iteration.
static LogicalResult pushIteration(Evaluator &eval, ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip,
                                   llvm::ArrayRef<AbstractValue> carried, Completion done) {
  llvm::SmallVector<AbstractValue> arguments = {AbstractValue::ofInt(trip)};
  arguments.append(carried.begin(), carried.end());
  eval.pushRegion(op.getBody().front(), arguments, [op, trip, maxTrip, done](Evaluator &eval, llvm::ArrayRef<AbstractValue> ends) {
    return eval.iterate(op, trip + 1, maxTrip, ends.front(), ends.drop_front(), done);
  });
  return success();
}

LogicalResult Evaluator::iterate(ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip, const AbstractValue &condition,
                                 llvm::ArrayRef<AbstractValue> carried, Completion done) {
  bool isOver = trip >= emitter.ranges.mostOf(maxTrip).value_or(INT64_MAX) || (condition.isKnownBool() && !condition.asBool());
  if (isOver)
    return done(*this, carried);
  bool isKnown = maxTrip.isKnownInt() && condition.isKnownBool();
  // A `while` has no number of iterations but the greatest int: it is unrolled until it is over or goes on for too long.
  bool beginsCounted = isKnown && trip == 0 && maxTrip.asInt() != INT64_MAX;
  bool isTooLong = beginsCounted && static_cast<uint64_t>(maxTrip.asInt()) > options.maxUnrolled;
  if (isKnown && !isTooLong && static_cast<uint64_t>(trip) < options.maxUnrolled) {
    if (beginsCounted && maxTrip.asInt() >= fewestKept && !options.interprets) {
      llvm::SmallVector<AbstractValue> results;
      if (succeeded(keepLoop(op, maxTrip, condition, carried, results)))
        return done(*this, results);
      if (stopped != Stop::None)
        return failure();
    }
    return pushIteration(*this, op, trip, maxTrip, carried, std::move(done));
  }
  return evaluateResidualLoop(op, trip, maxTrip, condition, carried, std::move(done));
}

/// Leaves a loop in the program that could be unrolled. Without success and Stop::None it is as if not tried.
LogicalResult Evaluator::keepLoop(ts::LoopOp op, const AbstractValue &maxTrip, const AbstractValue &condition,
                                  llvm::ArrayRef<AbstractValue> carried, llvm::SmallVectorImpl<AbstractValue> &results) {
  Knowledge before = knowledge;
  mlir::Operation *outerOp = current;
  mlir::LocationAttr outerLocation = currentLocation;
  {
    // What is wrong in it is said where it is unrolled.
    mlir::ScopedDiagnosticHandler quiet(emitter.context(), [](mlir::Diagnostic &) { return success(); });
    LoopEvaluation loop(*this, op, /*trip=*/0, maxTrip, condition, carried, /*isChoice=*/true);
    if (succeeded(loop.settle()) && succeeded(loop.emit(results)))
      return success();
    if (loop.isForTheRuntime() && stopped == Stop::Unmergeable) {
      clearStop();
      LoopEvaluation held(*this, op, /*trip=*/0, maxTrip, condition, carried);
      if (succeeded(held.settle()) && succeeded(held.emit(results)))
        return success();
    }
  }
  current = outerOp;
  currentLocation = outerLocation;
  // Attributes that the method writes are so either way.
  bool findsState = stopped == Stop::Restart && knowledge.state.size() != before.state.size();
  before.state = knowledge.state;
  knowledge = std::move(before);
  if (!findsState)
    stopped = Stop::None;
  return failure();
}

/// One iteration on its own, under its condition.
LogicalResult Evaluator::peel(ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip, const AbstractValue &condition,
                              llvm::ArrayRef<AbstractValue> carried, Completion done) {
  llvm::SmallVector<AbstractValue> values(carried.begin(), carried.end());
  AbstractValue runs = emitter.logicalAnd(condition, emitter.compare("lt", AbstractValue::ofInt(trip), maxTrip));
  Way iteration = [op, trip, maxTrip, values](Evaluator &eval, Completion end) {
    return pushIteration(eval, op, trip, maxTrip, values, std::move(end));
  };
  Way finish = [values](Evaluator &eval, Completion end) { return end(eval, values); };
  return branch(op, runs, iteration, finish, std::move(done));
}

LogicalResult Evaluator::evaluateResidualLoop(ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip,
                                              const AbstractValue &condition, llvm::ArrayRef<AbstractValue> carried,
                                              Completion done) {
  llvm::SmallVector<AbstractValue> results;
  LogicalResult evaluated = failure();
  {
    LoopEvaluation loop(*this, op, trip, maxTrip, condition, carried);
    evaluated = loop.settle();
    if (succeeded(evaluated))
      evaluated = loop.emit(results);
  }
  if (succeeded(evaluated))
    return done(*this, results);
  if (stopped != Stop::Unmergeable || trip >= maxPeeled)
    return failure();
  stopped = Stop::None;
  return peel(op, trip, maxTrip, condition, carried, std::move(done));
}
