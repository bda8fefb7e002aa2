// The stack machine itself: frames, steps, calls, and the ways to stop.
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/Coercion.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Written.h"
#include "lib/Support/Error.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;
using mlir::succeeded;

Evaluator::Evaluator(ProgramView &program, const Options &options, Knowledge &knowledge, mlir::MLIRContext *context)
    : emitter(context), tensors(heap, emitter, weights), program(program), options(options), knowledge(knowledge) {
  emitter.currentLocation = [this] { return location(); };
  if (options.interprets)
    tensors.knownLimit = INT64_MAX;
}

mlir::Location Evaluator::location() {
  if (currentLocation)
    return mlir::Location(currentLocation);
  mlir::MLIRContext *context = emitter.context();
  if (stack.empty() || !current)
    return mlir::UnknownLoc::get(context);
  const Frame &frame = stack.back();
  // The library's own lines mean nothing to the program's author.
  if (frame.isLibrary && frame.caller)
    currentLocation = frame.caller;
  else if (frame.caller)
    currentLocation = mlir::CallSiteLoc::get(current->getLoc(), mlir::Location(frame.caller));
  else
    currentLocation = current->getLoc();
  return mlir::Location(currentLocation);
}

mlir::Location Evaluator::operatorLocation() {
  auto op = llvm::dyn_cast<ts::OpOp>(current);
  if (!op)
    return location();
  mlir::Location named = mlir::NameLoc::get(op.getNameAttr(), op.getLoc());
  const Frame &frame = stack.back();
  return frame.caller ? mlir::Location(mlir::CallSiteLoc::get(named, mlir::Location(frame.caller))) : named;
}

AbstractValue Evaluator::get(mlir::Value value) const {
  auto it = stack.back().environment->find(value);
  assert(it != stack.back().environment->end() && "generic IR is in dominance order");
  return it->second;
}

void Evaluator::set(mlir::Value value, const AbstractValue &abstract) { (*stack.back().environment)[value] = abstract; }

llvm::SmallVector<AbstractValue> Evaluator::getAll(mlir::ValueRange values) const {
  llvm::SmallVector<AbstractValue> result;
  for (mlir::Value value : values)
    result.push_back(get(value));
  return result;
}

//===----------------------------------------------------------------------===//
// Stopping
//===----------------------------------------------------------------------===//

/// PyTorch's interpreter passes on what an operator throws as a RuntimeError, whatever it was, except for a NotImplementedError.
static llvm::StringRef classPassedOn(llvm::StringRef exceptionClass) {
  return exceptionClass.ends_with("NotImplementedError") ? "NotImplementedError" : "RuntimeError";
}

LogicalResult Evaluator::raise(llvm::StringRef exceptionClass, const llvm::Twine &message) {
  return raiseAs(classPassedOn(exceptionClass), message);
}

LogicalResult Evaluator::raiseAs(llvm::StringRef exceptionClass, const llvm::Twine &message) {
  return failed(keepWritten()) ? failure() : raiseKept(exceptionClass, message);
}

LogicalResult Evaluator::raiseKept(llvm::StringRef exceptionClass, const llvm::Twine &message, llvm::ArrayRef<Extent> values) {
  lastMessage = message.str();
  lastClass = exceptionClass.str();
  lastLocation = location();
  emitter.check(AbstractValue::ofBool(false), lastMessage, exceptionClass, values);
  stopped = Stop::Raised;
  return failure();
}

LogicalResult Evaluator::unsupported(const llvm::Twine &what) {
  stopped = Stop::Error;
  return mlir::emitError(location()) << what;
}

LogicalResult Evaluator::error(const llvm::Twine &what) {
  stopped = Stop::Error;
  mlir::InFlightDiagnostic diagnostic = mlir::emitError(location()) << what;
  diagnostic.getUnderlyingDiagnostic()->getMetadata().push_back(mlir::DiagnosticArgument(llvm::StringRef(badInputTag)));
  return failure();
}

LogicalResult Evaluator::giveUp() {
  stopped = Stop::Error;
  return failure();
}

LogicalResult Evaluator::unmergeable(const llvm::Twine &why) {
  stopped = Stop::Unmergeable;
  lastMessage = why.str();
  return failure();
}

LogicalResult Evaluator::restart() {
  stopped = Stop::Restart;
  return failure();
}

/// The text with those of the values in their places that are known; the others are left in `values`.
static std::string fillKnown(llvm::StringRef text, llvm::SmallVectorImpl<Extent> &values) {
  std::string filled;
  llvm::SmallVector<Extent> unknown;
  for (const Extent &value : values) {
    auto [before, after] = text.split("{}");
    filled += before.str() + (value.isKnownInt() ? std::to_string(value.asInt()) : "{}");
    if (!value.isKnownInt())
      unknown.push_back(value);
    text = after;
  }
  values.assign(unknown.begin(), unknown.end());
  return filled + text.str();
}

LogicalResult Evaluator::require(const AbstractValue &condition, llvm::StringRef exceptionClass, const llvm::Twine &message,
                                 llvm::ArrayRef<Extent> values) {
  if (condition.isKnown() && condition.asBool())
    return success();
  llvm::SmallVector<Extent> unknown(values);
  std::string text = fillKnown(message.str(), unknown);
  if (condition.isKnown())
    return failed(keepWritten()) ? failure() : raiseKept(classPassedOn(exceptionClass), text, unknown);
  if (!written || !written->any(/*isCheck=*/true)) {
    emitter.check(condition, text, classPassedOn(exceptionClass), unknown);
    return success();
  }
  mlir::OpBuilder::InsertionGuard guard(emitter.ops());
  auto raising = mlir::scf::IfOp::create(emitter.ops(), location(), mlir::TypeRange(), emitter.materialize(emitter.logicalNot(condition)),
                                         /*withElseRegion=*/false);
  raising->setAttr(raisesAttrName, emitter.ops().getUnitAttr());
  emitter.ops().setInsertionPointToStart(&raising.getThenRegion().front());
  tensors.enterRegion();
  LogicalResult kept = written->keep();
  emitter.check(AbstractValue::ofBool(false), text, classPassedOn(exceptionClass), unknown);
  tensors.leaveRegion();
  return kept;
}

LogicalResult Evaluator::keepWritten() {
  return written && written->any(/*isCheck=*/false) ? written->keep() : success();
}

/// "code/__torch__.py:12:2", or nothing.
static std::string placeOf(mlir::Location loc) {
  auto line = loc->findInstanceOf<mlir::FileLineColLoc>();
  if (!line)
    return "";
  return (line.getFilename().strref() + ":" + llvm::Twine(line.getLine()) + ":" + llvm::Twine(line.getColumn())).str();
}

LogicalResult Evaluator::countVersion(mlir::Operation *at) {
  std::string place = placeOf(location());
  std::string reason = unmergeableReasons.lookup(at);
  if (reason.empty())
    reason = "what its ways make different is written later";
  auto same = llvm::find_if(splitPlaces, [&](const Split &split) { return split.place == place && split.reason == reason; });
  if (same != splitPlaces.end())
    ++same->times;
  else
    splitPlaces.push_back({std::move(place), std::move(reason)});
  if (++versions <= options.maxVersions)
    return success();
  return unsupported("the program needs more than " + llvm::Twine(options.maxVersions) +
                     " versions of what follows a run-time condition; raise the limit on versions");
}

//===----------------------------------------------------------------------===//
// Frames
//===----------------------------------------------------------------------===//

LogicalResult Evaluator::call(ts::FuncOp function, llvm::ArrayRef<AbstractValue> arguments, Completion done, bool isLibrary) {
  if (function.isExternal())
    return error("'" + function.getName() + "' is declared but has no body");
  mlir::Block &block = function.getBody().front();
  if (block.getNumArguments() != arguments.size())
    return error("'" + function.getName() + "' takes " + llvm::Twine(block.getNumArguments()) + " arguments, got " +
                 llvm::Twine(arguments.size()));
  if (callDepth >= options.maxCallDepth)
    return unsupported("calls nest deeper than " + llvm::Twine(options.maxCallDepth) + "; recursion is not supported");
  Frame frame{&block, block.begin(), std::make_shared<Environment>(), {}, isLibrary, /*isFunction=*/true, std::move(done)};
  if (!stack.empty()) {
    frame.caller = isLibrary && !stack.back().isLibrary ? operatorLocation() : location();
    // What the library calls is the library's too, unless it came from the program (a method of a class).
    frame.isLibrary |= stack.back().isLibrary;
  }
  for (auto [parameter, argument] : llvm::zip(block.getArguments(), arguments))
    (*frame.environment)[parameter] = argument;
  ++callDepth;
  stack.push_back(std::move(frame));
  return success();
}

void Evaluator::pushRegion(mlir::Block &block, llvm::ArrayRef<AbstractValue> arguments, Completion done) {
  Frame frame = {&block, block.begin(), stack.back().environment, stack.back().caller, stack.back().isLibrary,
                 /*isFunction=*/false, std::move(done)};
  for (auto [parameter, argument] : llvm::zip(block.getArguments(), arguments))
    (*frame.environment)[parameter] = argument;
  stack.push_back(std::move(frame));
}

LogicalResult Evaluator::finishFrame(mlir::Operation *terminator) {
  llvm::SmallVector<AbstractValue> values = getAll(terminator->getOperands());
  Frame finished = std::move(stack.back());
  stack.pop_back();
  currentLocation = {};
  if (finished.isFunction) {
    --callDepth;
    currentLocation = finished.caller;
  }
  return finished.done(*this, values);
}

std::vector<Frame> Evaluator::copyFrames(size_t from) const {
  std::vector<Frame> frames(stack.begin() + from, stack.end());
  llvm::DenseMap<Environment *, std::shared_ptr<Environment>> copies;
  for (Frame &frame : frames) {
    std::shared_ptr<Environment> &copy = copies[frame.environment.get()];
    if (!copy)
      copy = std::make_shared<Environment>(*frame.environment);
    frame.environment = copy;
  }
  return frames;
}

LogicalResult Evaluator::run(size_t base) {
  size_t outerBase = std::exchange(runBase, base);
  mlir::Operation *outerOp = current;
  mlir::LocationAttr outerLocation = currentLocation;
  LogicalResult result = success();
  while (succeeded(result) && stack.size() > base)
    result = step();
  runBase = outerBase;
  if (succeeded(result) || stopped == Stop::Raised || stopped == Stop::Unmergeable) {
    current = outerOp;
    currentLocation = outerLocation;
  }
  return result;
}

LogicalResult Evaluator::step() {
  Frame &frame = stack.back();
  current = &*frame.next;
  currentLocation = {};
  ++frame.next;
  if (++steps > options.maxSteps)
    return unsupported("evaluation takes more than " + llvm::Twine(options.maxSteps) + " steps; raise the limit on steps");
  constexpr uint64_t nanosecondsOfStep = 500;
  if (options.interprets && !spend(nanosecondsOfStep)) {
    stopped = Stop::Abandoned;
    return failure();
  }
  return evaluate(current);
}

LogicalResult Evaluator::evaluateEntry(ts::FuncOp function, llvm::SmallVectorImpl<AbstractValue> &arguments, AbstractValue &result) {
  current = function;
  if (failed(completeArguments(*this, function, arguments)))
    return failure();
  LogicalResult called = call(function, arguments, [&result](Evaluator &, llvm::ArrayRef<AbstractValue> values) {
    result = values.front();
    return success();
  });
  if (failed(called))
    return failure();
  return run(0);
}

//===----------------------------------------------------------------------===//
// Dispatch on the operations of generic IR
//===----------------------------------------------------------------------===//

/// Whether the value is, or holds, a list of which only what the iteration appends is known.
static bool holdsGrowingList(const AbstractValue &value, unsigned depth = 0) {
  constexpr unsigned deepest = 8;
  auto inAny = [&](llvm::ArrayRef<AbstractValue> values) {
    return llvm::any_of(values, [&](const AbstractValue &part) { return holdsGrowingList(part, depth + 1); });
  };
  if (!value.isList() && !value.isTuple() && !value.isDict())
    return false;
  if (depth > deepest)
    return true;
  if (value.isList())
    return value.asList()->grows || inAny(value.asList()->elements);
  if (value.isTuple())
    return inAny(value.asTuple()->elements);
  return llvm::any_of(value.asDict()->entries, [&](const auto &entry) { return holdsGrowingList(entry.second, depth + 1); });
}

/// Whether `op` does anything to a growing list but to append to it or to hand it on.
bool Evaluator::asksGrowingList(mlir::Operation *op) const {
  if (llvm::isa<ts::YieldOp, ts::ReturnOp, ts::LoopOp, ts::CallOp, ts::CallMethodOp, ts::CallValueOp, ts::TupleOp, ts::TupleIndexOp,
                ts::TupleSliceOp, ts::TupleUnpackOp>(op))
    return false;
  llvm::SmallVector<AbstractValue> operands = getAll(op->getOperands());
  llvm::ArrayRef<AbstractValue> asked = operands;
  auto named = llvm::dyn_cast<ts::OpOp>(op);
  bool appends = named && llvm::is_contained({"aten::append", "aten::append.t", "aten::add_.t", "aten::extend.t"}, named.getName());
  if (appends && !asked.empty() && asked.front().isList() && asked.front().asList()->grows)
    asked = asked.drop_front();
  return llvm::any_of(asked, [](const AbstractValue &value) { return holdsGrowingList(value); });
}

LogicalResult Evaluator::evaluate(mlir::Operation *op) {
  if (growingLoops > 0 && asksGrowingList(op))
    return unmergeable("a loop reads a list that it appends to");
  return llvm::TypeSwitch<mlir::Operation *, LogicalResult>(op)
      .Case<ts::OpOp>([&](auto op) { return evaluateOperator(op); })
      .Case<ts::YieldOp, ts::ReturnOp>([&](auto op) { return finishFrame(op); })
      .Case<ts::IfOp>([&](auto op) { return evaluateIf(op); })
      .Case<ts::LoopOp>([&](auto op) { return evaluateLoop(op); })
      .Case<ts::RaiseOp>([&](auto op) { return evaluateRaise(op); })
      .Case<ts::ListOp, ts::DictOp, ts::TupleOp, ts::ListUnpackOp, ts::TupleUnpackOp, ts::TupleIndexOp, ts::TupleSliceOp,
            ts::ToListOp>([&](auto op) { return evaluateContainer(op); })
      .Case<ts::GetAttrOp, ts::SetAttrOp, ts::CreateObjectOp, ts::EnumMemberOp, ts::EnumNameOp, ts::EnumValueOp>(
          [&](auto op) { return evaluateObject(op); })
      .Case<ts::CallOp, ts::CallMethodOp, ts::CallValueOp, ts::ForkOp, ts::FunctionRefOp, ts::EnterOp, ts::ExitOp>(
          [&](auto op) { return evaluateCall(op); })
      .Default([&](mlir::Operation *op) { return evaluateStructural(op); });
}

LogicalResult Evaluator::evaluateRaise(ts::RaiseOp op) {
  AbstractValue message = get(op.getMessage());
  llvm::StringRef exceptionClass;
  if (op.getExceptionClass()) {
    AbstractValue value = get(op.getExceptionClass());
    if (value.isString())
      exceptionClass = value.asString();
  }
  if (exceptionClass.empty()) // As the archive's code raises what has no class of its own.
    exceptionClass = "RuntimeError";
  if (stack.back().isLibrary)
    exceptionClass = classPassedOn(exceptionClass);
  return raiseText(exceptionClass, message);
}

LogicalResult Evaluator::raiseText(const AbstractValue &exceptionClass, const AbstractValue &message) {
  llvm::StringRef knownClass = exceptionClass.isString() ? exceptionClass.asString() : "";
  if (!isAtRunTime(message) && !isAtRunTime(exceptionClass))
    return raiseAs(knownClass, message.isString() ? message.asString() : "");
  mlir::FailureOr<mlir::Value> name = box(*this, exceptionClass), text = failed(name) ? name : box(*this, message);
  if (failed(text) || failed(keepWritten()))
    return failure();
  emitter.runtimeCall("sc_rt_raise_string", {}, {*name, *text});
  return raiseKept(knownClass, "");
}
