#include "lib/Specialize/Interpreter.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/ImportedProgram.h"
#include "lib/Specialize/InstanceObjects.h"
#include "lib/Specialize/Intrinsics.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::success;

namespace {

/// Values of the evaluator as values of the runtime, with identity: a node that
/// came from a heap object is that object, with its new content.
class Exporting {
public:
  explicit Exporting(Evaluator &eval) : eval(eval) {}

  void bind(const rt::Value &value, const AbstractValue &abstract) {
    if (value.isHeap() && abstract.hasNode())
      objects.insert({abstract.node(), value});
    if (abstract.isTensor() && value.asTensor().storage())
      owners.insert({value.asTensor().storage().get(), abstract.asTensor()->storage});
  }

  FailureOr<rt::Value> convert(const AbstractValue &value) {
    Walk walk(eval);
    if (walk.isTooDeep())
      return walk.refuse();
    if (value.isTensor())
      return convertTensor(value.asTensor());
    bool isContainer = value.isList() || value.isDict() || value.isObject() || value.isTuple();
    if (!isContainer) {
      if (value.is(ValueKind::Future))
        return convert(value.asFuture()->result);
      if (std::optional<rt::Value> known = eval.toRuntime(value))
        return *known;
      return eval.unsupported("a " + kindName(value) + " that interpretation does not know");
    }
    auto it = objects.find(value.node());
    if (it != objects.end() && done.contains(value.node()))
      return it->second;
    rt::Value target = it != objects.end() ? it->second : fresh(value);
    objects.insert({value.node(), target});
    done.insert(value.node());
    if (failed(fill(value, target)))
      return failure();
    return target;
  }

  /// Writes to the tensors of the caller and the instance, when nobody needs what they held any more.
  void writeBack() {
    for (const auto &[original, content] : writes)
      original.copyFrom(content);
  }

private:
  static rt::Value fresh(const AbstractValue &value) {
    if (value.isList())
      return rt::Value::ofList("", {});
    if (value.isDict())
      return rt::Value::ofDict(rt::Dict::create("", ""));
    if (value.isObject())
      return rt::Value::ofObject(rt::Object::create(value.asObject()->className));
    return rt::Value::ofTuple(rt::Tuple::create({}, value.asTuple()->className, value.asTuple()->fieldNames));
  }

  mlir::LogicalResult fillAll(llvm::ArrayRef<AbstractValue> from, std::vector<rt::Value> &to) {
    std::vector<rt::Value> values;
    for (const AbstractValue &element : from) {
      FailureOr<rt::Value> converted = convert(element);
      if (failed(converted))
        return failure();
      values.push_back(*converted);
    }
    to = std::move(values);
    return success();
  }

  mlir::LogicalResult fill(const AbstractValue &value, rt::Value &target) {
    if (value.isList())
      return fillAll(value.asList()->elements, target.asList().elements);
    if (value.isTuple())
      return fillAll(value.asTuple()->elements, target.asTuple().elements);
    if (value.isDict()) {
      rt::Ref<rt::Dict> entries = rt::Dict::create("", "");
      for (const auto &[key, element] : value.asDict()->entries) {
        FailureOr<rt::Value> k = convert(key), v = failed(k) ? k : convert(element);
        if (failed(v))
          return failure();
        entries->set(*k, *v);
      }
      target.asDict().clear();
      for (const auto &[key, element] : entries->entries())
        target.asDict().set(key, element);
      return success();
    }
    for (const auto &[name, slot] : value.asObject()->slots) {
      FailureOr<rt::Value> converted = convert(slot);
      if (failed(converted))
        return failure();
      // The instance's submodules stay where they are; what an attribute was assigned is beside it.
      const rt::Value *held = value.asObject()->number >= 0 ? target.asObject().find(name) : nullptr;
      bool holdsObject = held && held->isObject() && slot.isObject() && slot.asObject()->number >= 0 && isModule(eval, slot);
      bool holdsAnother = holdsObject && held->heap() != converted->heap();
      if (holdsAnother || (holdsObject && target.asObject().find(pointerTo(name))))
        target.asObject().set(pointerTo(name), rt::Value::ofInt(slot.asObject()->number));
      if (!holdsObject)
        target.asObject().set(name, *converted);
    }
    return success();
  }

  FailureOr<rt::Value> convertTensor(TensorNode *tensor) {
    rt::Tensor known = eval.tensors.known(tensor);
    if (!known)
      return eval.unsupported("a tensor that interpretation does not know");
    auto it = objects.find(tensor);
    if (it == objects.end())
      it = objects.insert({tensor, rt::Value::ofTensor(ownedBy(tensor->storage, known))}).first;
    else if (tensor->storage->written && done.insert(tensor).second) {
      rt::Tensor original = it->second.asTensor();
      if (original.sizes() == known.sizes() && original.dtype() == known.dtype())
        writes.emplace_back(original, ownedBy(tensor->storage, known));
      else
        it->second = rt::Value::ofTensor(known);
    }
    return it->second;
  }

  /// Contents do not change while they are evaluated, so that storages may have one in common: a copy of a tensor is the
  /// tensor. Outside each has memory of its own, and that of an argument which was written will hold something else.
  rt::Tensor ownedBy(const StorageNode *storage, const rt::Tensor &known) {
    auto owner = owners.insert({known.storage().get(), storage}).first;
    return owner->second == storage ? known : known.clone();
  }

  Evaluator &eval;
  llvm::DenseMap<const rt::Storage *, const StorageNode *> owners;
  llvm::DenseMap<Node *, rt::Value> objects;
  llvm::DenseSet<Node *> done;
  std::vector<std::pair<rt::Tensor, rt::Tensor>> writes;
};

} // namespace

/// The innermost line, and all calls that led there.
static void describePlace(mlir::Location loc, Interpretation &interpretation) {
  llvm::SmallVector<std::string> frames;
  auto add = [&](mlir::Location at) {
    if (auto line = at->findInstanceOf<mlir::FileLineColLoc>())
      frames.push_back((line.getFilename().strref() + ":" + llvm::Twine(line.getLine()) + ":" + llvm::Twine(line.getColumn())).str());
  };
  while (auto call = llvm::dyn_cast<mlir::CallSiteLoc>(loc)) {
    add(call.getCallee());
    loc = call.getCaller();
  }
  add(loc);
  if (frames.empty())
    return;
  interpretation.place = frames.front();
  interpretation.stack = llvm::join(llvm::reverse(frames), "\n");
}

FailureOr<Interpretation> specialize::interpret(import::Program &program, llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments,
                                                const rt::Value &instance, const InterpreterHooks &hooks, const Options &given) {
  mlir::MLIRContext *context = &program.context();
  context->loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, ts::TorchScriptDialect>();
  ImportedProgram view(program);
  rt::Value self = instance.isObject() ? instance : program.root();
  if (!self.isObject())
    return mlir::emitError(mlir::UnknownLoc::get(context)) << "the archive's root is not a module";
  FailureOr<ts::FuncOp> function = view.function(self.asObject().className + "." + method.str());
  if (failed(function))
    return failure();
  Options options = given;
  options.interprets = true;
  options.maxUnrolled = UINT64_MAX;
  Knowledge knowledge;
  Evaluator eval(view, options, knowledge, context);
  eval.generator = hooks.generator;
  eval.print = hooks.print;
  // What little is emitted (checks that raise) goes into a function that nobody sees.
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(function->getLoc());
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockEnd(module->getBody());
  auto entry = mlir::func::FuncOp::create(builder, function->getLoc(), method, builder.getFunctionType({}, {}));
  entry.addEntryBlock();
  eval.emitter.start(entry);

  Exporting exporting(eval);
  llvm::SmallVector<AbstractValue> values = {eval.bindInstance(self)};
  for (const rt::Value &argument : arguments)
    values.push_back(eval.fromRuntime(argument, ""));
  eval.forEachRuntimeObject([&](const rt::Value &value, const AbstractValue &abstract) { exporting.bind(value, abstract); });
  Interpretation interpretation;
  AbstractValue result;
  if (failed(eval.evaluateEntry(*function, values, result))) {
    interpretation.nanoseconds = eval.nanoseconds();
    interpretation.abandoned = eval.stop() == Stop::Abandoned;
    if (interpretation.abandoned)
      return interpretation;
    if (eval.stop() != Stop::Raised)
      return failure();
    describePlace(eval.raisedAt(), interpretation);
    interpretation.raised = true;
    interpretation.exceptionClass = eval.raisedClass().str();
    interpretation.message = eval.raisedMessage().str();
    result = AbstractValue::none();
  }
  interpretation.nanoseconds = eval.nanoseconds();
  if (hooks.mayWrite && !hooks.mayWrite(knowledge.state)) {
    interpretation.abandoned = true;
    return interpretation;
  }
  FailureOr<rt::Value> exported = exporting.convert(result);
  for (const AbstractValue &value : values) // What was written goes back, also when the program has raised.
    if (mlir::succeeded(exported) && failed(exporting.convert(value)))
      return failure();
  if (failed(exported))
    return failure();
  exporting.writeBack();
  interpretation.result = *exported;
  return interpretation;
}
