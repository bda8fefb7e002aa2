// What a program does besides computing: printing, warning, seeding. In program
// order, by calls of the runtime.
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Strings.h"
#include "runtime/Format.h"
#include "runtime/Random.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

/// The values' text when the program is being interpreted; nullopt otherwise.
static std::optional<std::vector<rt::Value>> knownValues(Call &call) {
  std::vector<rt::Value> values;
  if (!call.eval.options.interprets)
    return std::nullopt;
  for (const AbstractValue &argument : call.args) {
    std::optional<rt::Value> value = call.eval.toRuntime(argument);
    if (!value)
      return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

static LogicalResult print(Call &call) {
  if (std::optional<std::vector<rt::Value>> values = knownValues(call)) {
    if (call.eval.print)
      call.eval.print(1, rt::printText(*values));
    return success();
  }
  mlir::FailureOr<mlir::Value> arguments = box(call.eval, call.eval.list(ts::AnyType::get(call.eval.emitter.context()), call.args));
  if (failed(arguments))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_print", {}, *arguments);
  return success();
}

static LogicalResult warn(Call &call) {
  if (std::optional<std::vector<rt::Value>> values = knownValues(call)) {
    if (call.eval.print)
      call.eval.print(2, "UserWarning: " + rt::str(values->front()) + "\n");
    return success();
  }
  mlir::FailureOr<mlir::Value> message = box(call.eval, call.args[0]);
  if (failed(message))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_warn", {}, *message);
  return success();
}

static LogicalResult seed(Call &call) {
  const AbstractValue &number = call.args.back();
  if (!number.isInt())
    return call.eval.unsupported("'" + call.name + "' of a " + kindName(number));
  if (call.eval.generator && number.isKnown()) {
    call.eval.generator->manualSeed(static_cast<uint64_t>(number.asInt()));
    return call.args.size() > 1 ? call.give(call.args[0]) : success();
  }
  call.eval.emitter.runtimeCall("sc_rt_manual_seed", {}, call.eval.emitter.materialize(number));
  return call.args.size() > 1 ? call.give(call.args[0]) : success();
}

/// A generator of its own is the instance's here.
static LogicalResult makeGenerator(Call &call) {
  auto *node = call.eval.heap.create<OpaqueNode>("Generator", rt::Value::none());
  return call.give(AbstractValue::ofNode(ValueKind::Opaque, node));
}

static LogicalResult assertTrue(Call &call) {
  mlir::FailureOr<AbstractValue> truth = call.eval.truth(call.args[0]);
  if (failed(truth))
    return failure();
  llvm::StringRef message = call.args.size() > 1 && call.args[1].isString() ? call.args[1].asString() : "Assertion is failed";
  return call.eval.require(*truth, "builtins.RuntimeError", message);
}

/// prim::RaiseException where it is called as an operator.
static LogicalResult raiseException(Call &call) {
  bool hasClass = call.args.size() > 1 && !call.args[1].isNone();
  return call.eval.raiseText(hasClass ? call.args[1] : call.eval.string(""), call.args[0]);
}

void specialize::addEffectIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::Generator", makeGenerator},
      {"aten::_assert_async", assertTrue},
      {"aten::_assert_scalar", assertTrue},
      {"aten::_print", print},
      {"aten::manual_seed", seed},
      {"aten::warn", warn},
      {"prim::Print", print},
      {"prim::RaiseException", raiseException},
  });
}
