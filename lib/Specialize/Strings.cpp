// Operators on known strings: what they do is runtime/Strings.
#include "lib/Specialize/Strings.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TensorText.h"
#include "lib/Specialize/TypeNames.h"
#include "runtime/Format.h"
#include "runtime/Strings.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;
namespace strings = sconce::rt::strings;

static std::string_view text(const AbstractValue &value) {
  llvm::StringRef text = value.asString();
  return {text.data(), text.size()};
}

static LogicalResult give(Call &call, const std::string &text) { return call.give(call.eval.string(text)); }
static LogicalResult give(Call &call, bool value) { return call.give(AbstractValue::ofBool(value)); }
static LogicalResult give(Call &call, int64_t value) { return call.give(AbstractValue::ofInt(value)); }
static LogicalResult give(Call &call, double value) { return call.give(AbstractValue::ofFloat(value)); }

static LogicalResult give(Call &call, const std::vector<std::string> &parts) {
  llvm::SmallVector<AbstractValue> elements;
  for (const std::string &part : parts)
    elements.push_back(call.eval.string(part));
  return call.give(call.eval.list(ts::StrType::get(call.eval.emitter.context()), elements));
}

template <size_t n> static LogicalResult give(Call &call, const std::array<std::string, n> &parts) {
  for (const std::string &part : parts)
    call.results.push_back(call.eval.string(part));
  return success();
}

template <typename T> static LogicalResult give(Call &call, const rt::Result<T> &result) {
  if (result.ok())
    return give(call, *result);
  llvm::StringRef exceptionClass = result.status().exceptionClass;
  return call.eval.raise("builtins." + (exceptionClass.empty() ? "RuntimeError" : exceptionClass).str(), result.status().message);
}

/// One string in, something known out.
template <auto function> static LogicalResult unary(Call &call) { return give(call, function(text(call.args[0]))); }
template <auto function> static LogicalResult binary(Call &call) { return give(call, function(text(call.args[0]), text(call.args[1]))); }

/// (text, part, start, end)
template <auto function> static LogicalResult search(Call &call) {
  if (llvm::any_of(call.args, dependsOnRunTime))
    return continueAtRunTime(call);
  return give(call, function(text(call.args[0]), text(call.args[1]), call.args[2].asInt(), call.args[3].asInt()));
}

/// (text, width, fill)
template <auto function> static LogicalResult justify(Call &call) {
  if (llvm::any_of(call.args, dependsOnRunTime))
    return continueAtRunTime(call);
  return give(call, function(text(call.args[0]), call.args[1].asInt(), text(call.args[2])));
}

template <auto function> static LogicalResult withInt(Call &call) {
  if (llvm::any_of(call.args, dependsOnRunTime))
    return continueAtRunTime(call);
  return give(call, function(text(call.args[0]), call.args[1].asInt()));
}

template <auto function> static LogicalResult ofInt(Call &call) {
  if (!call.args[0].isKnownInt())
    return continueAtRunTime(call);
  return give(call, function(call.args[0].asInt()));
}

static LogicalResult split(Call &call) {
  std::optional<std::string_view> separator;
  if (call.args[1].isString())
    separator = text(call.args[1]);
  return give(call, strings::split(text(call.args[0]), separator, call.args[2].asInt()));
}

static LogicalResult rsplit(Call &call) { return give(call, strings::rsplit(text(call.args[0]), text(call.args[1]), call.args[2].asInt())); }
static LogicalResult splitLines(Call &call) { return give(call, strings::splitLines(text(call.args[0]), call.args[1].asBool())); }
static LogicalResult replace(Call &call) {
  return give(call, strings::replace(text(call.args[0]), text(call.args[1]), text(call.args[2]), call.args[3].asInt()));
}

static LogicalResult join(Call &call) {
  std::vector<std::string_view> parts;
  if (!llvm::all_of(call.args[1].asList()->elements, [](const AbstractValue &part) { return part.isString(); }))
    return continueAtRunTime(call);
  for (const AbstractValue &part : call.args[1].asList()->elements)
    parts.push_back(text(part));
  return give(call, strings::join(text(call.args[0]), parts));
}

//===----------------------------------------------------------------------===//
// Text of values
//===----------------------------------------------------------------------===//

std::optional<std::string> specialize::textOf(Evaluator &eval, const AbstractValue &value) {
  std::optional<rt::Value> known = eval.toRuntime(value);
  return known ? std::optional(rt::str(*known)) : std::nullopt;
}

/// The arguments from number `from` on; nullopt when only run time knows one.
static std::optional<std::vector<rt::Value>> knownArguments(Call &call, size_t from) {
  std::vector<rt::Value> values;
  for (const AbstractValue &argument : call.args.drop_front(from)) {
    std::optional<rt::Value> value = call.eval.toRuntime(argument);
    if (!value)
      return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

static LogicalResult format(Call &call) {
  std::optional<std::vector<rt::Value>> arguments = knownArguments(call, 1);
  return arguments ? give(call, rt::format(text(call.args[0]), *arguments)) : continueAtRunTime(call);
}

static LogicalResult percentFormat(Call &call) {
  std::optional<std::vector<rt::Value>> arguments = knownArguments(call, 1);
  if (!arguments)
    return continueAtRunTime(call);
  rt::Value argument = arguments->size() == 1 ? arguments->front() : rt::Value::ofTuple(*arguments);
  return give(call, rt::percentFormat(text(call.args[0]), argument));
}

static LogicalResult str(Call &call) {
  const AbstractValue &value = call.args[0];
  if (value.isObject() && call.eval.program.findClass(value.asObject()->className)) {
    mlir::FailureOr<AbstractValue> result = call.eval.runMethod(value, "__str__", {});
    return mlir::failed(result) ? failure() : call.give(*result);
  }
  std::optional<std::string> text = textOf(call.eval, value);
  return text ? give(call, *text) : continueAtRunTime(call);
}

LogicalResult specialize::parseNumber(Call &call, ValueKind kind) {
  if (kind == ValueKind::Int)
    return give(call, strings::toInt(text(call.args[0])));
  if (kind == ValueKind::Float)
    return give(call, strings::toFloat(text(call.args[0])));
  return give(call, !call.args[0].asString().empty());
}

void specialize::addStringIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::bin", ofInt<strings::bin>},
      {"aten::capitalize", unary<strings::capitalize>},
      {"aten::center", justify<strings::center>},
      {"aten::chr", ofInt<strings::chr>},
      {"aten::count", search<strings::count>},
      {"aten::endswith", search<strings::endsWith>},
      {"aten::expandtabs", withInt<strings::expandTabs>},
      {"aten::find", search<strings::find>},
      {"aten::format", format},
      {"aten::hex", ofInt<strings::hex>},
      {"aten::index.str", search<strings::index>},
      {"aten::isalnum", unary<strings::isAlnum>},
      {"aten::isalpha", unary<strings::isAlpha>},
      {"aten::isdecimal", unary<strings::isDigit>},
      {"aten::isdigit", unary<strings::isDigit>},
      {"aten::isidentifier", unary<strings::isIdentifier>},
      {"aten::islower", unary<strings::isLower>},
      {"aten::isnumeric", unary<strings::isDigit>},
      {"aten::isprintable", unary<strings::isPrintable>},
      {"aten::isspace", unary<strings::isSpace>},
      {"aten::istitle", unary<strings::isTitle>},
      {"aten::isupper", unary<strings::isUpper>},
      {"aten::join", join},
      {"aten::ljust", justify<strings::ljust>},
      {"aten::lower", unary<strings::lower>},
      {"aten::lstrip", binary<strings::lstrip>},
      {"aten::oct", ofInt<strings::oct>},
      {"aten::ord", unary<strings::ord>},
      {"aten::partition", binary<strings::partition>},
      {"aten::percentFormat", percentFormat},
      {"aten::replace", replace},
      {"aten::rfind", search<strings::rfind>},
      {"aten::rindex", search<strings::rindex>},
      {"aten::rjust", justify<strings::rjust>},
      {"aten::rpartition", binary<strings::rpartition>},
      {"aten::rsplit", rsplit},
      {"aten::rstrip", binary<strings::rstrip>},
      {"aten::split.str", split},
      {"aten::splitlines", splitLines},
      {"aten::startswith", search<strings::startsWith>},
      {"aten::str", str},
      {"aten::strip", binary<strings::strip>},
      {"aten::swapcase", unary<strings::swapcase>},
      {"aten::title", unary<strings::title>},
      {"aten::upper", unary<strings::upper>},
      {"aten::zfill", withInt<strings::zfill>},
  });
}
