// One entry from beginning to end: evaluate, learn what is state or must not be
// merged, evaluate again until nothing new is learned.
#include "lib/Specialize/Specializer.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Binding.h"
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/ImportedProgram.h"
#include "lib/Specialize/InstanceObjects.h"
#include "lib/Specialize/Results.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Written.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

namespace {

/// Evaluations of one entry until its state is settled.
constexpr unsigned maxEvaluations = 64;

/// One evaluation of one entry.
class EntryEvaluation {
public:
  EntryEvaluation(ProgramView &program, llvm::StringRef method, llvm::ArrayRef<ArgumentSpec> arguments, const Options &options,
                  Knowledge &knowledge, OpenExtents &openExtents, mlir::MLIRContext *context)
      : method(method), specs(arguments), knowledge(knowledge), openExtents(openExtents),
        state(knowledge.state.begin(), knowledge.state.end()), eval(program, options, knowledge, context), binding(eval), written(eval, binding) {
    eval.written = &written;
    eval.emitter.onRuntimeCall = [this](mlir::Operation *call) { written.keepAfter(call); };
  }

  LogicalResult run(ts::FuncOp function, const rt::Value &instance);
  bool wantsAnother() const { return again; }
  const WeightTable &weights() const { return eval.weights; }
  SpecializedEntry take(unsigned evaluations);
  Stop stop() const { return eval.stop(); }

private:
  LogicalResult bindInputs(const rt::Value &instance, llvm::SmallVectorImpl<AbstractValue> &arguments);
  LogicalResult finish(const AbstractValue &result);
  LogicalResult giveContents(Results &results);
  LogicalResult giveState(Results &results);
  bool openDifferingExtents();
  bool openDifferingStructure();
  bool openDifferingPointers();
  bool openDifferingTexts();
  bool closeKnownTexts();
  std::optional<ElementShape> runTimeShapeOf(const std::string &path, const rt::Value &value);
  LogicalResult cleanUp();
  bool isScriptObject(const rt::Value &value) const;
  bool isSharedState(const std::string &path, const rt::Value &value);
  void completeState(rt::Value instance);

  llvm::StringRef method;
  llvm::ArrayRef<ArgumentSpec> specs;
  Knowledge &knowledge;
  OpenExtents &openExtents;
  std::vector<std::string> state;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Evaluator eval;
  Binding binding;
  Written written;
  size_t numOfArguments = 0; ///< among the tensors that are bound
  AbstractValue root;
  rt::Value instanceRoot;
  rt::Signature signature;
  std::vector<StateSlot> stateSlots;
  bool again = false;
  bool alwaysRaises = false;
};

} // namespace

static bool holdsObjects(const rt::Value &value) {
  if (value.isList())
    return llvm::any_of(value.asList().elements, holdsObjects);
  if (value.isDict())
    return llvm::any_of(value.asDict().entries(), [](const auto &entry) { return holdsObjects(entry.second); });
  if (value.isTuple())
    return llvm::any_of(value.asTuple().elements, holdsObjects);
  return value.isObject();
}

/// What the declared type says of the elements of a list or dict that holds none: a later call may find some.
static void completeShape(ElementShape &shape) {
  if (shape.kind != ElementShape::List && shape.kind != ElementShape::Dict)
    return;
  ElementShape declared = shapeOfType(shape.type);
  for (auto [part, known] : llvm::zip_equal(shape.parts, declared.parts))
    if (part.kind == ElementShape::Unknown)
      part = known;
}

/// What a list or dict of the instance holds when its structure is run time's; nullopt where it is known.
std::optional<ElementShape> EntryEvaluation::runTimeShapeOf(const std::string &path, const rt::Value &value) {
  auto known = knowledge.runTimeState.find(path);
  // Objects in a list have names of their own, so a version for each structure would not be enough.
  bool mayBeHeld = value.isList() || value.isDict() || value.isString() || isScriptObject(value);
  if (!mayBeHeld || (known == knowledge.runTimeState.end() && !holdsObjects(value) && !isSharedState(path, value)))
    return std::nullopt;
  std::optional<ElementShape> shape = shapeOf(eval, value);
  if (shape && known != knowledge.runTimeState.end())
    shape = joinShapes(*shape, known->second);
  if (shape) {
    completeShape(*shape);
    knowledge.runTimeState[path] = *shape;
  }
  return shape;
}

/// Whether it is an object of a class that is no module: the runtime holds those that are state as a whole.
bool EntryEvaluation::isScriptObject(const rt::Value &value) const {
  ts::ClassOp type = value.isObject() ? eval.program.findClass(value.asObject().className) : ts::ClassOp();
  return type && type.getKind() != ts::ClassKind::Module;
}

/// Whether another attribute that is state holds the same list or dict, or what is in it: they stay one where the runtime holds them.
bool EntryEvaluation::isSharedState(const std::string &path, const rt::Value &value) {
  return llvm::any_of(state, [&](const std::string &other) {
    const rt::Value *held = other == path || isPointer(other) ? nullptr : findAttribute(instanceRoot, other);
    return held && shareContainers(value, *held);
  });
}

/// What shares a container with state is state, too. Attributes of objects that are state as a whole are not state by themselves.
void EntryEvaluation::completeState(rt::Value instance) {
  addSharing(instance, knowledge.state);
  std::vector<std::string> whole;
  for (const std::string &path : knowledge.state)
    if (const rt::Value *value = findAttribute(instance, path); value && isScriptObject(*value))
      whole.push_back(path + ".");
  for (const std::string &path : whole)
    std::erase_if(knowledge.state, [&](const std::string &part) { return llvm::StringRef(part).starts_with(path); });
  state.assign(knowledge.state.begin(), knowledge.state.end());
}

LogicalResult EntryEvaluation::bindInputs(const rt::Value &instance, llvm::SmallVectorImpl<AbstractValue> &arguments) {
  instanceRoot = instance;
  completeState(instance);
  llvm::SmallVector<AbstractValue> inputs;
  for (const ArgumentSpec &spec : specs) {
    rt::Slot slot;
    FailureOr<AbstractValue> value = binding.bind(spec, slot);
    if (failed(value))
      return failure();
    inputs.push_back(*value);
    signature.inputs.push_back(std::move(slot));
  }
  numOfArguments = binding.tensors().size();
  rt::Value object = instance;
  for (const std::string &path : state) {
    const rt::Value *value = findAttribute(object, path);
    rt::Slot slot;
    if (isPointer(path) && knowledge.state.contains(attributeOfPointer(path).str()))
      return eval.unsupported("attribute '" + attributeOfPointer(path) + "' holds objects of the instance as well as others; assign to it one "
                              "kind only, or assign the attributes of the object that it holds");
    if (isPointer(path)) {
      std::optional<int64_t> number = value && value->isInt() ? std::optional(value->asInt()) : numberBehind(object, path);
      assert(number && "a pointer belongs to an attribute that holds one of the instance's objects");
      eval.stateValues[path] = binding.bindPointer(*number, path, slot);
      stateSlots.push_back({path, specFromValue(rt::Value::ofInt(*number))});
      signature.stateIn.push_back(std::move(slot));
      continue;
    }
    std::optional<ElementShape> shape = value ? runTimeShapeOf(path, *value) : std::nullopt;
    FailureOr<AbstractValue> bound = shape ? FailureOr<AbstractValue>(binding.bindRunTimeState(*value, path, *shape, slot))
                                           : binding.bindState(value ? *value : rt::Value(), path, openExtents, slot);
    if (failed(bound))
      return failure();
    eval.stateValues[path] = *bound;
    signature.stateIn.push_back(std::move(slot));
    stateSlots.push_back({path, value ? specFromValue(*value) : ArgumentSpec(), false, shape.has_value()});
  }
  root = eval.bindInstance(instance);
  arguments.push_back(root);
  arguments.append(inputs);
  written.start(state, signature.stateIn, numOfArguments);
  return success();
}

LogicalResult EntryEvaluation::run(ts::FuncOp function, const rt::Value &instance) {
  mlir::MLIRContext *context = eval.emitter.context();
  mlir::OpBuilder builder(context);
  mlir::Location loc = function.getLoc();
  module = mlir::ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  auto entry = mlir::func::FuncOp::create(builder, loc, method, builder.getFunctionType({}, {}));
  entry.addEntryBlock();
  eval.emitter.start(entry);
  llvm::SmallVector<AbstractValue> arguments;
  if (failed(bindInputs(instance, arguments)))
    return failure();
  AbstractValue result;
  if (failed(eval.evaluateEntry(function, arguments, result))) {
    if (eval.stop() == Stop::Restart) {
      again = true;
      return success();
    }
    if (eval.stop() == Stop::Unmergeable)
      return eval.unsupported("the ways through a run-time condition cannot be joined: " + eval.raisedMessage());
    if (eval.stop() != Stop::Raised)
      return failure();
    alwaysRaises = true;
    eval.emitter.ops().setInsertionPointToEnd(&entry.getBody().front());
    result = AbstractValue::none();
  }
  if (knowledge.state.size() != state.size()) {
    again = true;
    return success();
  }
  LogicalResult finished = finish(result);
  again |= failed(finished) && eval.stop() == Stop::Restart;
  return mlir::success(again || mlir::succeeded(finished));
}

LogicalResult EntryEvaluation::giveState(Results &results) {
  for (auto [i, path] : llvm::enumerate(state)) {
    const AbstractValue *value = eval.attributeAt(path);
    rt::Slot slot;
    if (value && failed(results.addState(path, *value, slot)))
      return failure();
    stateSlots[i].written = slot.kind != rt::Slot::Kind::Alias;
    signature.stateOut.push_back(std::move(slot));
  }
  return success();
}

/// Lists and dicts of the arguments that are written.
LogicalResult EntryEvaluation::giveContents(Results &results) {
  std::vector<rt::Slot *> slots;
  std::function<void(rt::Slot &)> collect = [&](rt::Slot &slot) {
    if (slot.kind == rt::Slot::Kind::List || slot.kind == rt::Slot::Kind::Dict)
      slots.push_back(&slot);
    for (rt::Slot &child : slot.children)
      collect(child);
  };
  for (rt::Slot &slot : signature.inputs)
    collect(slot);
  for (auto [i, container] : llvm::enumerate(binding.containers())) {
    bool isWritten = knowledge.writtenArguments.contains(i) || (knowledge.writesHeld && isAtRunTime(container));
    if (!isWritten)
      continue;
    slots[i]->written = true;
    rt::Slot contents;
    if (failed(results.addContents(container, contents)))
      return failure();
    signature.outputs.push_back(std::move(contents));
  }
  return success();
}

/// A state tensor whose extents differ between entry and exit gets run-time
/// extents. True when one was found.
bool EntryEvaluation::openDifferingExtents() {
  bool found = false;
  for (auto [i, path] : llvm::enumerate(state)) {
    const rt::Slot &in = signature.stateIn[i], &out = signature.stateOut[i];
    bool areAlike = in.kind == rt::Slot::Kind::Tensor && out.kind == rt::Slot::Kind::Tensor && in.dtype == out.dtype &&
                    in.sizes.size() == out.sizes.size();
    if (!areAlike)
      continue;
    std::vector<bool> &open = openExtents[{path, 0}];
    open.resize(in.sizes.size());
    for (size_t dim = 0; dim < in.sizes.size(); ++dim)
      if (in.sizes[dim] != out.sizes[dim] && in.sizes[dim] != rt::Slot::dynamic && !open[dim])
        open[dim] = found = true;
  }
  return found;
}

static bool differInStructure(const rt::Slot &in, const rt::Slot &out) {
  using Kind = rt::Slot::Kind;
  if (out.kind == Kind::Text)
    return in.kind == Kind::Constant && in.constant.isString();
  if (in.isHeld() || out.isHeld())
    return (in.kind == Kind::AnyList || in.kind == Kind::AnyDict || in.kind == Kind::List || in.kind == Kind::Dict) &&
           rt::printSlot(in) != rt::printSlot(out);
  if (in.kind != out.kind || !(in.kind == Kind::List || in.kind == Kind::Dict))
    return false;
  if (in.children.size() != out.children.size())
    return true;
  for (size_t i = 0; i < in.children.size(); ++i) {
    bool isKey = in.kind == Kind::Dict && i % 2 == 0;
    if (isKey ? rt::printSlot(in.children[i]) != rt::printSlot(out.children[i]) : differInStructure(in.children[i], out.children[i]))
      return true;
  }
  return false;
}

/// A list or dict whose structure differs between entry and exit becomes one that only run time knows, as does a str that becomes
/// text of run time. True when one was found.
bool EntryEvaluation::openDifferingStructure() {
  bool found = false;
  for (auto [i, path] : llvm::enumerate(state)) {
    const AbstractValue *value = eval.attributeAt(path);
    if (!value || !differInStructure(signature.stateIn[i], signature.stateOut[i]))
      continue;
    std::optional<ElementShape> shape = shapeOf(eval, *value, nullptr);
    auto known = knowledge.runTimeState.find(path);
    if (shape && known != knowledge.runTimeState.end())
      shape = joinShapes(known->second, *shape);
    if (shape)
      completeShape(*shape);
    if (!shape || (known != knowledge.runTimeState.end() && known->second == *shape))
      continue;
    knowledge.runTimeState[path] = *shape;
    found = true;
  }
  return found;
}

/// An attribute that may hold several objects at the exit holds one of them, as run time knows, at the entry. True when one was found.
bool EntryEvaluation::openDifferingPointers() {
  bool found = false;
  for (auto [i, path] : llvm::enumerate(state)) {
    const AbstractValue *value = isPointer(path) ? eval.attributeAt(path) : nullptr;
    if (!value)
      continue;
    llvm::SmallVector<int64_t> numbers = eval.numbersOf(*value);
    auto known = knowledge.runTimePointers.find(path);
    if (known == knowledge.runTimePointers.end() && numbers.size() < 2)
      continue; // There is a version for each.
    std::set<int64_t> &range = knowledge.runTimePointers[path];
    size_t before = range.size();
    range.insert(numbers.begin(), numbers.end());
    found |= range.size() != before;
  }
  return found;
}

/// A str that is another one at the exit is tried as text of run time. True when one was found.
bool EntryEvaluation::openDifferingTexts() {
  bool found = false;
  for (auto [i, path] : llvm::enumerate(state)) {
    const rt::Slot &in = signature.stateIn[i], &out = signature.stateOut[i];
    bool isKnown = in.kind == rt::Slot::Kind::Constant && out.kind == in.kind && in.constant.isString() && out.constant.isString();
    if (!isKnown || in.constant.asString() == out.constant.asString() || knowledge.knownTexts.contains(path))
      continue;
    knowledge.triedTexts.insert(path);
    knowledge.runTimeState[path] = ElementShape{ElementShape::String, {}, {}};
    found = true;
  }
  return found;
}

/// A str that was tried as text of run time, but becomes a known one whatever it was, is known. True when one was found.
bool EntryEvaluation::closeKnownTexts() {
  bool found = false;
  for (auto [i, path] : llvm::enumerate(state)) {
    bool becomesKnown = signature.stateIn[i].kind == rt::Slot::Kind::Text && signature.stateOut[i].kind == rt::Slot::Kind::Constant;
    if (!becomesKnown || !knowledge.triedTexts.erase(path))
      continue;
    knowledge.runTimeState.erase(path);
    knowledge.knownTexts.insert(path);
    found = true;
  }
  return found;
}

LogicalResult EntryEvaluation::finish(const AbstractValue &result) {
  Results results(eval, binding.tensors(), numOfArguments);
  rt::Slot output;
  if (failed(results.add(result, output)))
    return failure();
  signature.outputs.push_back(std::move(output));
  if (!alwaysRaises && failed(giveContents(results)))
    return failure();
  // A call that raises leaves the state as it has written it until then.
  if (!alwaysRaises || written.writesState()) {
    if (failed(giveState(results)))
      return failure();
    bool isOpened = openDifferingStructure();
    isOpened |= openDifferingTexts();
    isOpened |= openDifferingPointers();
    isOpened |= closeKnownTexts();
    if (openDifferingExtents() || isOpened) {
      again = true;
      return success();
    }
  }
  // Arguments that were written are stored back; their slots say so.
  mlir::func::FuncOp entry = eval.emitter.function();
  mlir::OpBuilder &builder = eval.emitter.ops();
  llvm::SmallVector<int64_t> writtenInputs;
  std::vector<rt::Slot *> slots;
  std::function<void(rt::Slot &)> collect = [&](rt::Slot &slot) {
    if (slot.kind == rt::Slot::Kind::Tensor)
      slots.push_back(&slot);
    if (slot.isHeld())
      return;
    for (rt::Slot &child : slot.children)
      collect(child);
  };
  for (rt::Slot &slot : signature.inputs)
    collect(slot);
  for (auto [i, slot] : llvm::enumerate(slots)) {
    StorageNode *storage = binding.tensors()[i]->storage;
    if (!storage->written || storage->input != static_cast<int64_t>(i))
      continue;
    slot->written = true;
    writtenInputs.push_back(i);
    if (failed(results.addStorage(storage)))
      return failure();
  }
  mlir::func::ReturnOp::create(builder, entry.getLoc(), results.values());
  llvm::SmallVector<mlir::Type> types;
  for (mlir::Value value : results.values())
    types.push_back(value.getType());
  entry.setFunctionType(builder.getFunctionType(entry.getBody().front().getArgumentTypes(), types));
  entry->setAttr("ts.signature", builder.getStringAttr(signature.print()));
  if (!writtenInputs.empty())
    entry->setAttr("ts.written_inputs", builder.getDenseI64ArrayAttr(writtenInputs));
  return cleanUp();
}

/// Drops what nothing uses, and what is computed twice. What is left must not take minutes to compile.
LogicalResult EntryEvaluation::cleanUp() {
  mlir::IRRewriter rewriter(eval.emitter.context());
  mlir::DominanceInfo dominance(*module);
  mlir::eliminateCommonSubExpressions(rewriter, dominance, *module);
  (void)mlir::runRegionDCE(rewriter, module->getOperation()->getRegions());
  uint64_t count = 0;
  module->walk([&](mlir::Operation *) { ++count; });
  if (count > eval.options.maxOperations)
    return eval.unsupported("the compiled program would have " + llvm::Twine(count) + " operations, more than " +
                            llvm::Twine(eval.options.maxOperations) +
                            ": it is there once for each of many numbers that only run time knows, or for each iteration of long loops; "
                            "make some of them constants of the model, or interpret it");
  return mlir::verify(*module);
}

SpecializedEntry EntryEvaluation::take(unsigned evaluations) {
  SpecializedEntry entry;
  entry.module = std::move(module);
  entry.signature = signature.print();
  entry.weights = std::move(eval.weights);
  entry.state = std::move(stateSlots);
  entry.statesRaised = written.raised();
  entry.report.steps = eval.stepCount();
  entry.report.maxSteps = eval.options.maxSteps;
  entry.report.versions = eval.versionCount();
  entry.report.maxVersions = eval.options.maxVersions;
  entry.report.splits = eval.splits().vec();
  entry.report.evaluations = evaluations;
  if (alwaysRaises)
    entry.report.alwaysRaises = eval.raisedMessage().str();
  return entry;
}

/// An evaluation that is only tried says nothing of what it cannot do.
static LogicalResult runQuietly(EntryEvaluation &evaluation, ts::FuncOp function, const rt::Value &instance, bool isTried,
                                mlir::MLIRContext *context) {
  if (!isTried)
    return evaluation.run(function, instance);
  mlir::ScopedDiagnosticHandler silence(context, [](mlir::Diagnostic &) { return success(); });
  return evaluation.run(function, instance);
}

FailureOr<SpecializedEntry> specialize::specialize(ProgramView &program, mlir::MLIRContext *context, llvm::StringRef method,
                                                   llvm::ArrayRef<ArgumentSpec> arguments, const Options &options) {
  context->loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect, mlir::tensor::TensorDialect,
                       ts::TorchScriptDialect>();
  rt::Value instance = options.instance.isObject() ? options.instance : program.root();
  if (!instance.isObject())
    return mlir::emitError(mlir::UnknownLoc::get(context)) << "the archive's root is not a module";
  FailureOr<ts::FuncOp> function = program.function(instance.asObject().className + "." + method.str());
  if (failed(function))
    return failure();
  if (!*function)
    return mlir::emitError(mlir::UnknownLoc::get(context)) << "the module has no method '" << method << "'";
  Knowledge knowledge;
  knowledge.state = options.state;
  OpenExtents openExtents;
  for (const auto &[path, open] : options.openExtents)
    openExtents[{path, 0}] = open;
  for (const std::string &path : options.runTimeState)
    knowledge.runTimeState[path] = ElementShape();
  // What an evaluation that is not the last one saw of weights, it has taught those after it.
  WeightTable read;
  for (unsigned evaluations = 1; evaluations <= maxEvaluations; ++evaluations) {
    EntryEvaluation evaluation(program, method, arguments, options, knowledge, openExtents, context);
    if (failed(runQuietly(evaluation, *function, instance, !knowledge.triedTexts.empty(), context))) {
      // A program that cannot do without knowing its strs is evaluated with each that they can be.
      if (knowledge.triedTexts.empty())
        return failure();
      for (const std::string &path : knowledge.triedTexts)
        knowledge.runTimeState.erase(path);
      knowledge.knownTexts.merge(knowledge.triedTexts);
      knowledge.triedTexts.clear();
      continue;
    }
    read.noteRead(evaluation.weights());
    if (evaluation.wantsAnother())
      continue;
    SpecializedEntry entry = evaluation.take(evaluations);
    entry.weights.noteRead(read);
    return entry;
  }
  return mlir::emitError((*function).getLoc()) << "the types of the module's state do not settle";
}

FailureOr<SpecializedEntry> specialize::specialize(import::Program &program, llvm::StringRef method,
                                                   llvm::ArrayRef<ArgumentSpec> arguments, const Options &options) {
  ImportedProgram view(program);
  return specialize(view, &program.context(), method, arguments, options);
}
