/// Operators on strings by name, for compiled code whose strings only run time knows.
#include "runtime/StringCall.h"
#include "runtime/Strings.h"

#include <array>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sconce::rt {

/// An argument of C++ type T; false where the value is of another kind.
static bool read(const Value &value, std::string_view &text) {
  if (value.isString())
    text = value.asString();
  return value.isString();
}
static bool read(const Value &value, int64_t &number) {
  if (value.isInt())
    number = value.toInt();
  return value.isInt();
}
static bool read(const Value &value, bool &truth) {
  if (value.isBool())
    truth = value.asBool();
  return value.isBool();
}
template <typename T> static bool read(const Value &value, std::optional<T> &optional) {
  if (value.isNone())
    return true;
  return read(value, optional.emplace());
}
static bool read(const Value &value, std::vector<std::string_view> &texts) {
  if (!value.isList())
    return false;
  for (const Value &element : value.asList().elements)
    if (!read(element, texts.emplace_back()))
      return false;
  return true;
}

static Value wrap(std::string text) { return Value::ofString(std::move(text)); }
static Value wrap(bool truth) { return Value::ofBool(truth); }
static Value wrap(int64_t number) { return Value::ofInt(number); }
static Value wrap(double number) { return Value::ofDouble(number); }
static Value wrap(const std::vector<std::string> &texts) {
  std::vector<Value> elements;
  for (const std::string &text : texts)
    elements.push_back(wrap(text));
  return Value::ofList("str", std::move(elements));
}
template <size_t n> static Value wrap(const std::array<std::string, n> &texts) {
  std::vector<Value> elements;
  for (const std::string &text : texts)
    elements.push_back(wrap(text));
  return Value::ofTuple(std::move(elements));
}
template <typename T> static Result<Value> wrapResult(Result<T> result) {
  if (!result)
    return result.status();
  return wrap(std::move(*result));
}
template <typename T> static Result<Value> wrapResult(T value) { return wrap(std::move(value)); }

using Arguments = std::span<const Value>;

template <typename Return, typename... Parameters, size_t... i>
static Result<Value> apply(Return (*function)(Parameters...), Arguments arguments, std::index_sequence<i...>) {
  if (arguments.size() != sizeof...(Parameters))
    return Status::raise("a string's operator got another number of arguments");
  std::tuple<std::remove_cvref_t<Parameters>...> values;
  if (!(read(arguments[i], std::get<i>(values)) && ...))
    return Status::raise("a string's operator got an argument of another type");
  return wrapResult(function(std::get<i>(values)...));
}

/// The form of a function that takes values.
template <auto function> static Result<Value> call(Arguments arguments) {
  return []<typename Return, typename... Parameters>(Return (*f)(Parameters...), Arguments values) {
    return apply(f, values, std::index_sequence_for<Parameters...>());
  }(function, arguments);
}

static std::string concatenate(std::string_view a, std::string_view b) { return std::string(a) + std::string(b); }
static int64_t size(std::string_view text) { return static_cast<int64_t>(text.size()); }
static std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> parts;
  for (char c : text)
    parts.emplace_back(1, c);
  return parts;
}

struct Named {
  std::string_view name;
  Result<Value> (*function)(Arguments);
};

static constexpr Named functions[] = {
    {"Float", call<strings::toFloat>},
    {"Int", call<strings::toInt>},
    {"StringIndex", call<strings::at>},
    {"__getitem__", call<strings::at>},
    {"add", call<concatenate>},
    {"bin", call<strings::bin>},
    {"capitalize", call<strings::capitalize>},
    {"center", call<strings::center>},
    {"chr", call<strings::chr>},
    {"count", call<strings::count>},
    {"endswith", call<strings::endsWith>},
    {"expandtabs", call<strings::expandTabs>},
    {"find", call<strings::find>},
    {"hex", call<strings::hex>},
    {"index", call<strings::index>},
    {"isalnum", call<strings::isAlnum>},
    {"isalpha", call<strings::isAlpha>},
    {"isdecimal", call<strings::isDigit>},
    {"isdigit", call<strings::isDigit>},
    {"isidentifier", call<strings::isIdentifier>},
    {"islower", call<strings::isLower>},
    {"isnumeric", call<strings::isDigit>},
    {"isprintable", call<strings::isPrintable>},
    {"isspace", call<strings::isSpace>},
    {"istitle", call<strings::isTitle>},
    {"isupper", call<strings::isUpper>},
    {"join", call<strings::join>},
    {"len", call<size>},
    {"list", call<characters>},
    {"ljust", call<strings::ljust>},
    {"lower", call<strings::lower>},
    {"lstrip", call<strings::lstrip>},
    {"mul", call<strings::repeat>},
    {"oct", call<strings::oct>},
    {"ord", call<strings::ord>},
    {"partition", call<strings::partition>},
    {"replace", call<strings::replace>},
    {"rfind", call<strings::rfind>},
    {"rindex", call<strings::rindex>},
    {"rjust", call<strings::rjust>},
    {"rpartition", call<strings::rpartition>},
    {"rsplit", call<strings::rsplit>},
    {"rstrip", call<strings::rstrip>},
    {"slice", call<strings::slice>},
    {"split", call<strings::split>},
    {"splitlines", call<strings::splitLines>},
    {"startswith", call<strings::startsWith>},
    {"strip", call<strings::strip>},
    {"swapcase", call<strings::swapcase>},
    {"title", call<strings::title>},
    {"upper", call<strings::upper>},
    {"zfill", call<strings::zfill>},
};

Result<Value> callString(std::string_view name, Arguments arguments) {
  for (const Named &entry : functions)
    if (entry.name == name)
      return entry.function(arguments);
  return Status::raise("no operator on strings of that name");
}

} // namespace sconce::rt
