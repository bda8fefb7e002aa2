// Strings whose text only run time knows, and text made of values that only run time knows.
#include "lib/Specialize/RuntimeValues.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

/// All arguments from number `from` on as a run-time list.
static FailureOr<mlir::Value> argumentList(Call &call, size_t from) {
  mlir::Value list = callForReference(call.eval, "sc_rt_list_new", numberConstant(call.eval, 0));
  for (const AbstractValue &argument : call.args.drop_front(from)) {
    FailureOr<mlir::Value> value = handOver(call.eval, argument);
    if (failed(value))
      return failure();
    call.eval.emitter.runtimeCall("sc_rt_list_append", {}, {list, *value});
  }
  return list;
}

static LogicalResult giveString(Call &call, mlir::Value reference) {
  auto *node = call.eval.heap.create<ReferenceNode>(reference, ts::StrType::get(call.eval.emitter.context()));
  return call.give(AbstractValue::ofNode(ValueKind::Reference, node));
}

/// A method or function of strings: the runtime finds it by the operator's name.
static LogicalResult callByName(Call &call) {
  llvm::StringRef name = call.name.drop_front(call.name.find("::") + 2);
  name = name.take_until([](char c) { return c == '.'; });
  mlir::Value literal = ts::ConstantOp::create(call.eval.emitter.ops(), call.eval.location(), name);
  FailureOr<mlir::Value> arguments = argumentList(call, 0);
  if (failed(arguments))
    return failure();
  mlir::Value result = callForReference(call.eval, "sc_rt_string_call", {literal, *arguments});
  unsigned count = call.op ? call.op->getNumResults() : 1;
  for (unsigned i = 0; i < count; ++i) {
    mlir::Value part = count == 1 ? result : callForReference(call.eval, "sc_rt_tuple_get", {result, numberConstant(call.eval, i)});
    FailureOr<AbstractValue> value = valueBehind(call.eval, part, ElementShape(), call.resultType(i));
    if (failed(value))
      return failure();
    call.results.push_back(*value);
  }
  return success();
}

static LogicalResult str(Call &call) {
  FailureOr<mlir::Value> value = handOver(call.eval, call.args[0]);
  return failed(value) ? failure() : giveString(call, callForReference(call.eval, "sc_rt_str", *value));
}

static LogicalResult format(Call &call) {
  FailureOr<mlir::Value> text = handOver(call.eval, call.args[0]), values = failed(text) ? text : argumentList(call, 1);
  return failed(values) ? failure() : giveString(call, callForReference(call.eval, "sc_rt_format", {*text, *values}));
}

static LogicalResult percentFormat(Call &call) {
  FailureOr<mlir::Value> text = handOver(call.eval, call.args[0]), value = text;
  if (failed(text))
    return failure();
  if (call.args.size() == 2) {
    value = handOver(call.eval, call.args[1]);
  } else {
    FailureOr<mlir::Value> values = argumentList(call, 1);
    value = failed(values) ? values : callForReference(call.eval, "sc_rt_tuple_from_list", *values);
  }
  return failed(value) ? failure() : giveString(call, callForReference(call.eval, "sc_rt_percent_format", {*text, *value}));
}

void specialize::addRuntimeStringIntrinsics(IntrinsicTable &table) {
  table.addAtRunTime(Subject::Any, {
      {"aten::format", format},
      {"aten::percentFormat", percentFormat},
      {"aten::str", str},
  });
  table.addAtRunTime(Subject::Text, {
      {"aten::Float.str", callByName},
      {"aten::Int.str", callByName},
      {"aten::__getitem__.str", callByName},
      {"aten::add.str", callByName},
      {"aten::bin", callByName},
      {"aten::capitalize", callByName},
      {"aten::center", callByName},
      {"aten::chr", callByName},
      {"aten::count", callByName},
      {"aten::endswith", callByName},
      {"aten::expandtabs", callByName},
      {"aten::find", callByName},
      {"aten::hex", callByName},
      {"aten::index.str", callByName},
      {"aten::isalnum", callByName},
      {"aten::isalpha", callByName},
      {"aten::isdecimal", callByName},
      {"aten::isdigit", callByName},
      {"aten::isidentifier", callByName},
      {"aten::islower", callByName},
      {"aten::isnumeric", callByName},
      {"aten::isprintable", callByName},
      {"aten::isspace", callByName},
      {"aten::istitle", callByName},
      {"aten::isupper", callByName},
      {"aten::join", callByName},
      {"aten::len.str", callByName},
      {"aten::list", callByName},
      {"aten::ljust", callByName},
      {"aten::lower", callByName},
      {"aten::lstrip", callByName},
      {"aten::mul.str", callByName},
      {"aten::oct", callByName},
      {"aten::ord", callByName},
      {"aten::partition", callByName},
      {"aten::replace", callByName},
      {"aten::rfind", callByName},
      {"aten::rindex", callByName},
      {"aten::rjust", callByName},
      {"aten::rpartition", callByName},
      {"aten::rsplit", callByName},
      {"aten::rstrip", callByName},
      {"aten::slice.str", callByName},
      {"aten::split.str", callByName},
      {"aten::splitlines", callByName},
      {"aten::startswith", callByName},
      {"aten::strip", callByName},
      {"aten::swapcase", callByName},
      {"aten::title", callByName},
      {"aten::upper", callByName},
      {"aten::zfill", callByName},
      {"prim::StringIndex", callByName},
  });
}
