// Decides which buffer holds a tensor that a loop carries or a branch yields.
//
// Bufferization refuses a loop whose yielded tensor is not in the buffer of the loop's argument, unless it may return
// allocations from loops, which then nobody owns. So the choice is made here, on tensors, where it can be stated:
//  - the shape stays (static, or tied to the argument through destinations): the value is copied to where the argument
//    is, unless it is made there, write by write. Values that live in another carried tensor's buffer are copied out
//    first, as all are assigned at once.
//  - the shape changes: the loop carries a memref that it owns. Each iteration makes a new one and releases the old.
// Requires: tensors, before bufferization. Ensures: every tensor that scf.for and scf.while yield is written in place
// into the matching argument or is a materialize_in_destination on it; no scf op has a result tensor of run-time shape
// that is not so.

#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_CARRYTENSORSPASS
#include "codegen/Transforms/Passes.h.inc"

/// The operand whose buffer (and shape) `value` takes over, if its producer is written in destination style.
static Value getDestination(OpResult value) {
  Operation *op = value.getOwner();
  if (auto destinations = dyn_cast<DestinationStyleOpInterface>(op))
    return destinations.getTiedOpOperand(value)->get();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return loop.getInitArgs()[value.getResultNumber()];
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return cast.getSource();
  return {};
}

/// Whether `value` has the shape of `argument` because it is made of it, write by write.
static bool isTiedTo(Value value, Value argument) {
  SmallVector<Value> worklist{value};
  llvm::SmallPtrSet<Value, 8> seen;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (current == argument || !seen.insert(current).second)
      continue;
    auto result = dyn_cast<OpResult>(current);
    if (!result)
      return false;
    if (auto branch = dyn_cast<scf::IfOp>(result.getOwner())) {
      worklist.push_back(branch.thenYield().getOperand(result.getResultNumber()));
      worklist.push_back(branch.elseYield().getOperand(result.getResultNumber()));
      continue;
    }
    Value destination = getDestination(result);
    if (!destination || destination.getType() != current.getType())
      return false;
    worklist.push_back(destination);
  }
  return true;
}

/// Whether `use` runs before `op` whenever both run, or never in the same pass as it.
static bool runsBefore(Operation *use, Operation *op) {
  for (Operation *at = op; at; at = at->getParentOp()) {
    Operation *ancestor = at->getBlock()->findAncestorOpInBlock(*use);
    if (ancestor)
      return ancestor == at ? isa<scf::IfOp, scf::IndexSwitchOp>(at) : ancestor->isBeforeInBlock(at);
  }
  return false;
}

/// Whether every write on the way from `argument` to `value` may go into the argument's buffer: nothing reads the old
/// contents later. Requires that `value` is tied to `argument`.
static bool isUpdatedInPlace(Value value, Value argument) {
  while (value != argument) {
    auto result = cast<OpResult>(value);
    Value destination = getDestination(result);
    if (!destination) // a branch
      return false;
    bool last = llvm::all_of(destination.getUses(), [&](OpOperand &use) {
      return use.getOwner() == result.getOwner() ? llvm::count(use.getOwner()->getOperands(), destination) == 1
                                                 : runsBefore(use.getOwner(), result.getOwner());
    });
    if (!last)
      return false;
    value = destination;
  }
  return true;
}

/// Whether the buffer of `value` may be one of those that hold `arguments`: it is reached through ops that make views
/// or write in place. Ops that compute their result in fresh memory end the search.
static bool mayLiveIn(Value value, const DenseSet<Value> &arguments) {
  SmallVector<Value> worklist{value};
  DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (!isa<RankedTensorType>(current.getType()) || !seen.insert(current).second)
      continue;
    if (arguments.contains(current))
      return true;
    auto result = dyn_cast<OpResult>(current);
    if (!result)
      continue;
    Operation *op = result.getOwner();
    if (isa<tensor::EmptyOp, bufferization::AllocTensorOp, tensor::GenerateOp, tensor::FromElementsOp>(op))
      continue;
    if (isa<DestinationStyleOpInterface>(op) || isa<scf::ForOp>(op)) {
      worklist.push_back(getDestination(result));
      continue;
    }
    if (op->getNumRegions() != 0) {
      for (Region &region : op->getRegions())
        for (Block &block : region)
          llvm::append_range(worklist, block.getTerminator()->getOperands());
    }
    llvm::append_range(worklist, op->getOperands());
  }
  return false;
}

namespace {
/// Rewrites the loops and branches of one function.
class Carrier {
public:
  explicit Carrier(func::FuncOp func) : func(func), builder(func.getContext()) {}

  void run();
  unsigned numCopied = 0, numOwned = 0;

private:
  void carry(scf::ForOp loop);
  void carry(scf::WhileOp loop);
  scf::WhileOp forwardArguments(scf::WhileOp loop);
  void branch(Operation *op);
  void carryOwned(Block &block, Operation *terminator, OpOperand &operand, unsigned index, Type memref);
  void yieldOwned(Operation *op, unsigned index, Type memref);
  void separateSides(OpResult value, Value argument);
  void copyFromSides(scf::IfOp branch);
  void yieldIntoArguments(Operation *yield, MutableArrayRef<OpOperand> yielded, ValueRange arguments);

  Value allocateLike(Value tensor);
  Value moveToOwned(Value tensor);

  func::FuncOp func;
  OpBuilder builder;
  /// Buffers to release before the terminators of these blocks.
  SmallVector<std::pair<Value, Block *>> releases;
};
} // namespace

Value Carrier::allocateLike(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> extents;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      extents.push_back(tensor::DimOp::create(builder, tensor.getLoc(), tensor, dim));
  auto memref = MemRefType::get(type.getShape(), type.getElementType());
  auto alloc = memref::AllocOp::create(builder, tensor.getLoc(), memref, extents);
  // Its release is placed here; nobody else may.
  alloc->setAttr("sconce.owned", builder.getUnitAttr());
  return alloc;
}

/// A new buffer at the insertion point that holds `tensor`.
Value Carrier::moveToOwned(Value tensor) {
  Value memref = allocateLike(tensor);
  auto copy = bufferization::MaterializeInDestinationOp::create(builder, tensor.getLoc(), TypeRange{}, tensor, memref);
  copy.setRestrict(true);
  copy.setWritable(true);
  return memref;
}

static bool isDynamicTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.hasStaticShape();
}

/// Whether the contents of `argument` are only needed before `branch`, in it, or by the sides that leave result `number` as it was.
static bool endsIn(Value argument, scf::IfOp branch, unsigned number) {
  return llvm::all_of(argument.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<scf::YieldOp>(user) && user->getParentOp() == branch)
      return use.getOperandNumber() == number;
    // What makes a view of it, or writes to it, may be read later.
    auto isPlain = [](Type type) { return !isa<ShapedType>(type); };
    auto destination = dyn_cast<DestinationStyleOpInterface>(user);
    bool onlyReads = user->getNumRegions() == 0 || isa<linalg::LinalgOp>(user);
    onlyReads &= destination ? destination.isDpsInput(&use) : llvm::all_of(user->getResultTypes(), isPlain) && !user->hasTrait<OpTrait::IsTerminator>();
    return onlyReads && (runsBefore(user, branch) || branch->isProperAncestor(user));
  });
}

/// `value` is what a branch gives, and a loop's argument becomes. Where the argument is not needed any more, each side that gives something
/// else puts it there: what the sides give is not one buffer then, as bufferization would take it to be.
void Carrier::separateSides(OpResult value, Value argument) {
  auto branch = cast<scf::IfOp>(value.getOwner());
  unsigned number = value.getResultNumber();
  OpBuilder::InsertionGuard guard(builder);
  bool isPlace = value.hasOneUse() && endsIn(argument, branch, number);
  for (scf::YieldOp yield : {branch.thenYield(), branch.elseYield()}) {
    OpOperand &operand = yield->getOpOperand(number);
    Value side = operand.get();
    if (isTiedTo(side, argument))
      continue;
    builder.setInsertionPoint(yield);
    if (isPlace && !mayLiveIn(side, {argument}))
      operand.set(bufferization::MaterializeInDestinationOp::create(builder, yield.getLoc(), side, argument).getResult());
  }
}

/// Bufferization takes what the sides of a branch give for one buffer, and a write to a loop's argument that one of them gives for a
/// write to the other. So unless the result is in the argument's place anyway, such a side gives a copy.
void Carrier::copyFromSides(scf::IfOp branch) {
  DenseSet<Value> arguments;
  for (Operation *loop = branch->getParentOp(); loop && loop != func; loop = loop->getParentOp())
    if (isa<scf::ForOp, scf::WhileOp>(loop))
      for (Region &region : loop->getRegions())
        for (Value argument : region.front().getArguments())
          if (isa<RankedTensorType>(argument.getType()))
            arguments.insert(argument);
  for (OpResult result : branch->getResults()) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!type || !type.hasStaticShape() || llvm::any_of(arguments, [&](Value argument) { return isTiedTo(result, argument); }))
      continue;
    for (scf::YieldOp yield : {branch.thenYield(), branch.elseYield()}) {
      OpOperand &operand = yield->getOpOperand(result.getResultNumber());
      if (!mayLiveIn(operand.get(), arguments))
        continue;
      builder.setInsertionPoint(yield);
      operand.set(result.use_empty() ? tensor::EmptyOp::create(builder, yield.getLoc(), type.getShape(), type.getElementType()).getResult()
                                     : bufferization::AllocTensorOp::create(builder, yield.getLoc(), type, ValueRange{}, operand.get()).getResult());
    }
  }
}

/// Copies each tensor operand of the terminator `yield` to the buffer of the argument at its place.
void Carrier::yieldIntoArguments(Operation *yield, MutableArrayRef<OpOperand> yielded, ValueRange arguments) {
  DenseSet<Value> tensors;
  for (Value argument : arguments)
    if (isa<RankedTensorType>(argument.getType()))
      tensors.insert(argument);
  builder.setInsertionPoint(yield);
  Location loc = yield->getLoc();
  for (auto [operand, argument] : llvm::zip_equal(yielded, arguments)) {
    Value value = operand.get();
    if (!tensors.contains(argument) || value == argument || isTiedTo(value, argument))
      continue;
    if (auto result = dyn_cast<OpResult>(value); result && isa<scf::IfOp>(result.getOwner()))
      separateSides(result, argument);
    if (!isTiedTo(value, argument) && mayLiveIn(value, tensors))
      operand.set(bufferization::AllocTensorOp::create(builder, loc, cast<RankedTensorType>(value.getType()),
                                                       ValueRange{}, value));
  }
  DenseMap<Value, Value> places;
  for (auto [operand, argument] : llvm::zip_equal(yielded, arguments)) {
    if (!tensors.contains(argument) || operand.get() == argument ||
        (isTiedTo(operand.get(), argument) && isUpdatedInPlace(operand.get(), argument)))
      continue;
    // What goes to several arguments is made in the first one's buffer and read from there: a copy that the value itself were still
    // read after would be one in the middle of its life.
    Value &placed = places.try_emplace(operand.get(), operand.get()).first->second;
    placed = bufferization::MaterializeInDestinationOp::create(builder, loc, placed, argument).getResult();
    operand.set(placed);
    ++numCopied;
  }
}

/// Gives `block`'s argument `index` the type `memref` and reads its tensor from it at the start of the block.
static Value makeBufferArgument(OpBuilder &builder, Block &block, unsigned index, Type memref) {
  BlockArgument argument = block.getArgument(index);
  Type tensor = argument.getType();
  builder.setInsertionPointToStart(&block);
  argument.setType(memref);
  auto read = bufferization::ToTensorOp::create(builder, argument.getLoc(), tensor, argument, /*restrict=*/true);
  argument.replaceAllUsesExcept(read, read);
  return argument;
}

void Carrier::carry(scf::ForOp loop) {
  Block &body = *loop.getBody();
  auto yield = cast<scf::YieldOp>(body.getTerminator());
  for (unsigned i = 0; i < loop.getInitArgs().size(); ++i) {
    BlockArgument argument = loop.getRegionIterArg(i);
    if (!isDynamicTensor(argument.getType()) || isTiedTo(yield.getOperand(i), argument))
      continue;
    ++numOwned;
    builder.setInsertionPoint(loop);
    Value init = moveToOwned(loop.getInitArgs()[i]);
    loop.getInitArgsMutable()[i].set(init);
    carryOwned(body, yield, yield.getResultsMutable()[i], argument.getArgNumber(), init.getType());
    yieldOwned(loop, i, init.getType());
  }
  yieldIntoArguments(yield, yield->getOpOperands(), loop.getRegionIterArgs());
}

/// What a slot holds before the first time it is written; nothing reads it.
static Value makePlaceholder(OpBuilder &builder, Location loc, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return ub::PoisonOp::create(builder, loc, type);
  SmallVector<Value> extents;
  for (int64_t i = 0, e = tensor.getNumDynamicDims(); i < e; ++i)
    extents.push_back(arith::ConstantIndexOp::create(builder, loc, 0));
  return tensor::EmptyOp::create(builder, loc, tensor, extents);
}

/// Makes a loop whose condition forwards exactly its arguments: what else it forwards becomes an argument, too.
scf::WhileOp Carrier::forwardArguments(scf::WhileOp loop) {
  scf::ConditionOp condition = loop.getConditionOp();
  if (llvm::equal(condition.getArgs(), loop.getBeforeArguments()))
    return loop;
  Location loc = loop.getLoc();
  builder.setInsertionPoint(loop);
  SmallVector<Value> inits(loop.getInits());
  for (Type type : loop.getResultTypes())
    inits.push_back(makePlaceholder(builder, loc, type));
  auto widened = scf::WhileOp::create(builder, loc, TypeRange(ValueRange(inits)), inits);
  widened->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  size_t numArguments = loop.getInits().size();

  widened.getBefore().takeBody(loop.getBefore());
  Block &before = widened.getBefore().front();
  for (Type type : loop.getResultTypes())
    before.addArgument(type, loc);
  SmallVector<Value> forwarded(before.getArguments().take_front(numArguments));
  llvm::append_range(forwarded, condition.getArgs());
  condition.getArgsMutable().assign(forwarded);

  widened.getAfter().takeBody(loop.getAfter());
  Block &after = widened.getAfter().front();
  for (size_t i = 0; i < numArguments; ++i)
    after.insertArgument(i, inits[i].getType(), loc);
  auto yield = cast<scf::YieldOp>(after.getTerminator());
  yield.getResultsMutable().append(after.getArguments().drop_front(numArguments));

  loop.replaceAllUsesWith(widened.getResults().drop_front(numArguments));
  loop.erase();
  return widened;
}

void Carrier::carry(scf::WhileOp loop) {
  loop = forwardArguments(loop);
  Block &before = *loop.getBeforeBody(), &after = *loop.getAfterBody();
  scf::ConditionOp condition = loop.getConditionOp();
  scf::YieldOp yield = loop.getYieldOp();
  for (unsigned i = 0; i < loop.getInits().size(); ++i) {
    Type tensor = loop.getInits()[i].getType();
    if (!isDynamicTensor(tensor) || (isTiedTo(condition.getArgs()[i], before.getArgument(i)) &&
                                     isTiedTo(yield.getOperand(i), after.getArgument(i))))
      continue;
    ++numOwned;
    builder.setInsertionPoint(loop);
    Value init = moveToOwned(loop.getInits()[i]);
    loop.getInitsMutable()[i].set(init);
    carryOwned(before, condition, condition.getArgsMutable()[i], i, init.getType());
    carryOwned(after, yield, yield.getResultsMutable()[i], i, init.getType());
    yieldOwned(loop, i, init.getType());
  }
  yieldIntoArguments(condition, condition->getOpOperands().drop_front(), before.getArguments());
  yieldIntoArguments(yield, yield->getOpOperands(), after.getArguments());
}

/// Gives argument `index` of a loop's block, and what `terminator` passes on in `operand`, the type `memref`.
void Carrier::carryOwned(Block &block, Operation *terminator, OpOperand &operand, unsigned index, Type memref) {
  bool unchanged = operand.get() == block.getArgument(index);
  Value old = makeBufferArgument(builder, block, index, memref);
  builder.setInsertionPoint(terminator);
  if (unchanged) {
    operand.set(old);
    return;
  }
  operand.set(moveToOwned(operand.get()));
  releases.emplace_back(old, &block);
}

/// Gives result `index` of `op` the type `memref`; it is released at the end of the block.
void Carrier::yieldOwned(Operation *op, unsigned index, Type memref) {
  OpResult result = op->getResult(index);
  Type tensor = result.getType();
  result.setType(memref);
  builder.setInsertionPointAfter(op);
  auto read = bufferization::ToTensorOp::create(builder, op->getLoc(), tensor, result, /*restrict=*/true);
  result.replaceAllUsesExcept(read, read);
  releases.emplace_back(result, op->getBlock());
}

/// Gives each branch of `op` a new buffer for a tensor of run-time shape that it yields.
void Carrier::branch(Operation *op) {
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    if (!isDynamicTensor(op->getResult(i).getType()))
      continue;
    ++numOwned;
    Type memref;
    for (Region &region : op->getRegions()) {
      Operation *yield = region.front().getTerminator();
      builder.setInsertionPoint(yield);
      Value owned = moveToOwned(yield->getOperand(i));
      yield->setOperand(i, owned);
      memref = owned.getType();
    }
    yieldOwned(op, i, memref);
  }
}

void Carrier::run() {
  SmallVector<Operation *> loopsAndBranches;
  func.walk([&](Operation *op) {
    if (isa<scf::ForOp, scf::WhileOp, scf::IfOp, scf::IndexSwitchOp>(op))
      loopsAndBranches.push_back(op);
  });
  for (Operation *op : loopsAndBranches) {
    if (auto loop = dyn_cast<scf::ForOp>(op))
      carry(loop);
    else if (auto loop = dyn_cast<scf::WhileOp>(op))
      carry(loop);
    else
      branch(op);
  }
  func.walk([&](scf::IfOp branch) { copyFromSides(branch); });
  // Last, so that no copy is put after the release of what it reads.
  for (auto [memref, block] : releases) {
    builder.setInsertionPoint(block->getTerminator());
    memref::DeallocOp::create(builder, memref.getLoc(), memref);
  }
}

namespace {
struct CarryTensorsPass : impl::CarryTensorsPassBase<CarryTensorsPass> {
  void runOnOperation() override {
    Carrier carrier(getOperation());
    carrier.run();
    numCopied += carrier.numCopied;
    numOwned += carrier.numOwned;
  }
};
} // namespace
} // namespace sconce::codegen
