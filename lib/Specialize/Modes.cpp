// Questions about the mode of execution, which for inference have one answer,
// and operators that do nothing here.
#include "lib/Specialize/Coercion.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/RuntimeValues.h"
#include "runtime/Hash.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::LogicalResult;
using mlir::success;

template <bool answer> static LogicalResult giveBool(Call &call) { return call.give(AbstractValue::ofBool(answer)); }
template <int64_t answer> static LogicalResult giveInt(Call &call) { return call.give(AbstractValue::ofInt(answer)); }
static LogicalResult giveFirst(Call &call) { return call.give(call.args[0]); }
static LogicalResult doNothing(Call &call) { return success(); }
static LogicalResult giveNone(Call &call) { return call.give(AbstractValue::none()); }
static LogicalResult giveCpu(Call &call) { return call.give(call.eval.string("DEFAULT")); }

static LogicalResult giveSecond(Call &call) { return call.give(call.args[1]); }

/// Programs ask of a profiler's record only whether there is one.
static LogicalResult giveRecord(Call &call) {
  return call.give(AbstractValue::ofNode(ValueKind::Object, call.eval.heap.create<ObjectNode>("__torch__.torch.classes.profiler._RecordFunction")));
}

/// A device value from a name and perhaps an index.
static LogicalResult makeDevice(Call &call) {
  if (call.args[0].is(ValueKind::Device))
    return call.give(call.args[0]);
  if (!call.args[0].isString())
    return call.eval.unsupported("a device whose name only run time knows");
  std::string name = call.args[0].asString().str();
  if (call.args.size() > 1 && call.args[1].isKnownInt())
    name += ":" + std::to_string(call.args[1].asInt());
  if (std::string wrong = checkDeviceName(name); !wrong.empty())
    return call.eval.raise("builtins.RuntimeError", wrong);
  return call.give(call.eval.heap.device(name));
}

static LogicalResult deviceType(Call &call) { return call.give(call.eval.string(call.args[0].asString().split(':').first)); }

static LogicalResult deviceIndex(Call &call) {
  int64_t index = 0;
  llvm::StringRef text = call.args[0].asString().split(':').second;
  return call.give(text.empty() || text.getAsInteger(10, index) ? AbstractValue::none() : AbstractValue::ofInt(index));
}

static LogicalResult unwrapOptional(Call &call) {
  if (call.args[0].isNone())
    return call.eval.raise("builtins.RuntimeError", "Unwrapping null optional");
  return call.give(call.args[0]);
}

static LogicalResult wait(Call &call) {
  if (call.args[0].is(ValueKind::Future))
    return call.give(call.args[0].asFuture()->result);
  return call.give(call.args[0]);
}

static LogicalResult makeFuture(Call &call) {
  return call.give(AbstractValue::ofNode(ValueKind::Future, call.eval.heap.create<FutureNode>(call.args[0])));
}

static LogicalResult doNotSupport(Call &call) { return call.eval.unsupported("the operator '" + call.name + "' is not supported: there are no gradients"); }

/// An identity number of an object: equal for the same object only.
static LogicalResult identity(Call &call) {
  return call.give(AbstractValue::ofInt(call.args[0].isNone() ? 0 : static_cast<int64_t>(call.args[0].node()->birth)));
}

/// hash(): equal values have equal ones. A tensor's is that of the tensor, whatever is in it.
static LogicalResult hash(Call &call) {
  const AbstractValue &argument = call.args[0];
  if (argument.isInt())
    return call.give(argument);
  if (argument.isTensor())
    return identity(call);
  std::optional<rt::Value> value = call.eval.toRuntime(argument);
  if (!value) {
    mlir::FailureOr<mlir::Value> reference = handOver(call.eval, argument);
    return mlir::failed(reference) ? mlir::failure() : call.give(callForInt(call.eval, "sc_rt_hash", *reference));
  }
  rt::Result<int64_t> number = rt::hashOf(*value);
  return number ? call.give(AbstractValue::ofInt(*number)) : call.eval.raise("builtins.RuntimeError", number.status().message);
}

/// Whether a run-time key is the name of a module in a container; none where it cannot be.
static std::optional<mlir::FailureOr<AbstractValue>> isNamed(Evaluator &eval, const AbstractValue &key, llvm::StringRef name) {
  if (!key.isInt())
    return eval.runOperator("aten::eq.str", {key, eval.string(name)});
  int64_t number;
  if (name.getAsInteger(10, number))
    return std::nullopt;
  return mlir::FailureOr<AbstractValue>(eval.emitter.compare("eq", key, AbstractValue::ofInt(number)));
}

/// A module of a container of modules, by name or position.
static LogicalResult moduleAt(Call &call) {
  const AbstractValue &key = call.args[1];
  if (!call.args[0].isObject())
    return call.eval.error("a container of modules is expected, got a " + kindName(call.args[0]));
  ObjectNode *container = call.args[0].asObject();
  auto raise = [&](llvm::Twine which) {
    return call.eval.raise("builtins.RuntimeError", container->className + " does not have a field with " + which);
  };
  if (key.isString() || key.isKnownInt()) {
    std::string name = key.isString() ? key.asString().str() : std::to_string(key.asInt());
    AbstractValue *module = container->find(name);
    return module ? call.give(*module) : raise("name '" + name + "'");
  }
  llvm::SmallVector<ChoiceNode::Option> options;
  for (const auto &[name, module] : container->slots) {
    std::optional<mlir::FailureOr<AbstractValue>> is = module.isObject() ? isNamed(call.eval, key, name) : std::nullopt;
    if (is && mlir::failed(*is))
      return mlir::failure();
    if (is)
      options.push_back({**is, module});
  }
  return giveChoice(call, options, "builtins.RuntimeError", container->className + " does not have a field with that name");
}

void specialize::addModeIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::_assert_tensor_metadata", doNothing},
      {"aten::_autocast_to_full_precision", giveFirst},
      {"aten::_get_cpu_capability", giveCpu},
      {"aten::_get_tracing_state", giveBool<false>},
      {"aten::_nnpack_available", giveBool<false>},
      {"aten::_unwrap_optional", unwrapOptional},
      {"aten::_use_cudnn_rnn_flatten_weight", giveBool<false>},
      {"aten::backward", doNotSupport},
      {"aten::cpu", giveFirst},
      {"aten::device", makeDevice},
      {"aten::get_autocast_dtype", giveInt<15>},
      {"aten::get_device", giveInt<-1>},
      {"aten::grad", doNotSupport},
      {"aten::has_torch_function", giveBool<false>},
      {"aten::hash.generic", hash},
      {"aten::is_autocast_cpu_enabled", giveBool<false>},
      {"aten::is_autocast_enabled", giveBool<false>},
      {"aten::is_grad_enabled", giveBool<false>},
      {"aten::is_scripting", giveBool<true>},
      {"aten::is_vulkan_available", giveBool<false>},
      {"aten::set_grad_enabled", doNothing},
      {"aten::wait", wait},
      {"prim::ModuleContainerIndex", moduleAt},
      {"prim::TimePoint", giveInt<0>},
      {"prim::awaitable_nowait", makeFuture},
      {"prim::awaitable_wait", wait},
      {"prim::grad", giveNone},
      {"prim::id", identity},
      {"prim::index", deviceIndex},
      {"prim::type", deviceType},
      {"prim::unchecked_cast", giveFirst},
      {"prim::unchecked_unwrap_optional", giveFirst},
      {"profiler::_call_end_callbacks_on_jit_fut", giveSecond},
      {"profiler::_record_function_enter", giveNone},
      {"profiler::_record_function_enter_new", giveRecord},
      {"profiler::_record_function_exit", doNothing},
  });
}
