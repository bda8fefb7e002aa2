#include "runtime/Format.h"

#include "runtime/Number.h"

#include <algorithm>
#include <cmath>

namespace sconce::rt {
namespace {

/// A C++ stream's 17 digits; a whole number that int64 holds ends in a point.
std::string floatText(double number) {
  if (number >= -9223372036854775808.0 && number < 9223372036854775808.0 &&
      number == std::trunc(number))
    return std::to_string(static_cast<int64_t>(number)) + ".";
  return printDouble(number, 'g', 17);
}

/// The class's name without its modules.
std::string_view unqualified(std::string_view name) {
  size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// The containers around the value that is being written.
struct Around {
  const Around *outer;
  const HeapObject *container;
  int depth;
};

using Write = std::string (*)(const Value &, const Around *);

/// Deeper than Python's own recursion goes.
constexpr int maxDepth = 1000;

/// Writes a container's inside; "..." where it is inside of itself, as in Python.
template <typename Inside>
std::string nested(const Value &value, const Around *around, Inside inside) {
  for (const Around *outer = around; outer; outer = outer->outer)
    if (outer->container == value.heap() || outer->depth >= maxDepth)
      return "...";
  Around here{around, value.heap(), around ? around->depth + 1 : 0};
  return inside(&here);
}

std::string join(const std::vector<Value> &elements, Write write, const Around *around) {
  std::string text;
  for (size_t i = 0; i < elements.size(); ++i)
    text += (i ? ", " : "") + write(elements[i], around);
  return text;
}

std::string listText(const Value &list, Write write, const Around *around) {
  return "[" + nested(list, around, [&](const Around *here) { return join(list.asList().elements, write, here); }) + "]";
}

std::string tupleText(const Value &tuple, Write write, const Around *around) {
  return "(" + nested(tuple, around, [&](const Around *here) { return join(tuple.asTuple().elements, write, here); }) +
         (tuple.asTuple().elements.size() == 1 ? ",)" : ")");
}

std::string dictText(const Value &dict, Write write, const Around *around) {
  return "{" + nested(dict, around, [&](const Around *here) {
           std::string text;
           for (auto &[key, value] : dict.asDict().entries())
             text += (text.empty() ? "" : ", ") + write(key, here) + ": " + write(value, here);
           return text;
         }) + "}";
}

std::string objectText(const Object &object) {
  // PyTorch prints the object's address; ours says no more than the class.
  return "<" + object.className + " object>";
}

} // namespace

static std::string strOf(const Value &value, const Around *around) {
  switch (value.tag()) {
  case SC_NONE:
    return "None";
  case SC_BOOL:
    return value.asBool() ? "True" : "False";
  case SC_INT:
    return std::to_string(value.asInt());
  case SC_DOUBLE:
    return floatText(value.asDouble());
  case SC_COMPLEX: {
    std::complex<double> number = value.asComplex();
    std::string imaginary = floatText(number.imag());
    bool isSigned = imaginary[0] == '-';
    return floatText(number.real()) + (isSigned ? "" : "+") + imaginary + "j";
  }
  case SC_STRING:
    return value.asString();
  case SC_TENSOR:
    return tensorText(value.asTensor());
  case SC_LIST:
    return listText(value, strOf, around);
  case SC_TUPLE:
    return tupleText(value, strOf, around);
  case SC_DICT:
    return dictText(value, strOf, around);
  case SC_OBJECT:
    return objectText(value.asObject());
  case SC_ENUM:
    return "Enum<" + std::string(unqualified(value.asEnum().className)) + "." +
           value.asEnum().name + ">";
  case SC_DEVICE:
    return value.asDevice().text();
  case SC_GENERATOR:
    return "Generator";
  case SC_FUTURE:
    return "Future[" +
           nested(value, around, [&](const Around *here) { return strOf(value.asFuture().result, here); }) + "]";
  case SC_FUNCTION:
    return value.asFunction().name;
  }
  return "";
}

std::string str(const Value &value) { return strOf(value, nullptr); }

//===--- Python's repr ------------------------------------------------------===//

static std::string quotePython(std::string_view text) {
  char quote = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos
                   ? '"'
                   : '\'';
  std::string quoted(1, quote);
  for (char c : text) {
    constexpr char digits[] = "0123456789abcdef";
    if (c == quote || c == '\\')
      quoted += {'\\', c};
    else if (c == '\n')
      quoted += "\\n";
    else if (c == '\r')
      quoted += "\\r";
    else if (c == '\t')
      quoted += "\\t";
    else if (static_cast<unsigned char>(c) < 32 || c == 127)
      quoted += {'\\', 'x', digits[(c >> 4) & 15], digits[c & 15]};
    else
      quoted += c;
  }
  return quoted + quote;
}

/// Python writes the parts of a complex without ".0".
static std::string complexPart(double number) {
  std::string text = printShortest(number);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

static std::string complexRepr(std::complex<double> number) {
  std::string imaginary = complexPart(number.imag());
  if (number.real() == 0 && !std::signbit(number.real()))
    return imaginary + "j";
  return "(" + complexPart(number.real()) + (imaginary[0] == '-' ? "" : "+") + imaginary + "j)";
}

static std::string reprOf(const Value &value, const Around *around);

static std::string namedTupleRepr(const Value &value, const Around *around) {
  const Tuple &tuple = value.asTuple();
  return std::string(unqualified(tuple.className)) + "(" + nested(value, around, [&](const Around *here) {
           std::string text;
           for (size_t i = 0; i < tuple.elements.size(); ++i)
             text += (i ? ", " : "") + (i < tuple.fieldNames.size() ? tuple.fieldNames[i] + "=" : "") +
                     reprOf(tuple.elements[i], here);
           return text;
         }) + ")";
}

static std::string reprOf(const Value &value, const Around *around) {
  switch (value.tag()) {
  case SC_DOUBLE:
    return printShortest(value.asDouble());
  case SC_COMPLEX:
    return complexRepr(value.asComplex());
  case SC_STRING:
    return quotePython(value.asString());
  case SC_TENSOR:
    return tensorRepr(value.asTensor());
  case SC_LIST:
    return listText(value, reprOf, around);
  case SC_TUPLE:
    return value.asTuple().isNamed() ? namedTupleRepr(value, around) : tupleText(value, reprOf, around);
  case SC_DICT:
    return dictText(value, reprOf, around);
  case SC_ENUM:
    return "<" + std::string(unqualified(value.asEnum().className)) + "." + value.asEnum().name +
           ": " + reprOf(value.asEnum().value, around) + ">";
  case SC_DEVICE: {
    const Device &device = value.asDevice();
    return "device(type='" + device.type + "'" +
           (device.index < 0 ? "" : ", index=" + std::to_string(device.index)) + ")";
  }
  default:
    return strOf(value, around);
  }
}

std::string repr(const Value &value) { return reprOf(value, nullptr); }

//===--- print and format strings -------------------------------------------===//

std::string printText(std::span<const Value> values) {
  std::string text;
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? " " : "") + str(values[i]);
  return text + "\n";
}

Result<std::string> format(std::string_view text, std::span<const Value> arguments) {
  std::string result;
  size_t begin = 0, used = 0;
  while (true) {
    size_t place = text.find("{}", begin);
    result += text.substr(begin, place - begin);
    if (place == std::string_view::npos)
      return result;
    if (used == arguments.size())
      return Status::raise("Too few arguments for format string: " + std::string(text));
    result += str(arguments[used++]);
    begin = place + 2;
  }
}

/// PyTorch's name of a value's kind in messages.
static const char *tagKind(const Value &value) {
  switch (value.tag()) {
  case SC_NONE:
    return "None";
  case SC_BOOL:
    return "Bool";
  case SC_INT:
    return "Int";
  case SC_DOUBLE:
    return "Double";
  case SC_COMPLEX:
    return "ComplexDouble";
  case SC_STRING:
    return "String";
  case SC_TENSOR:
    return "Tensor";
  case SC_LIST:
    return "GenericList";
  case SC_TUPLE:
    return "Tuple";
  case SC_DICT:
    return "GenericDict";
  case SC_OBJECT:
    return "Object";
  case SC_ENUM:
    return "Enum";
  case SC_DEVICE:
    return "Device";
  case SC_GENERATOR:
    return "Generator";
  case SC_FUTURE:
    return "Future";
  case SC_FUNCTION:
    return "Object";
  }
  return "";
}

/// Appends one argument for the conversion `key`.
static Status appendConverted(char key, const Value &value, std::string &text) {
  std::string kind = tagKind(value);
  switch (key) {
  case 'd':
  case 'i':
    if (!value.isNumber())
      return Status::raise(std::string("%") + key + " requires a number for formatting, but got " +
                           kind);
    // PyTorch casts a float to int32.
    text += std::to_string(
        value.isInt() ? value.asInt() : std::clamp<int64_t>(value.toInt(), INT32_MIN, INT32_MAX));
    return Status::success();
  case 'e':
  case 'E':
  case 'f':
  case 'F':
    if (!value.isNumber())
      return Status::raise(std::string("%") + key + " requires a number for formatting, but got " +
                           kind);
    // PyTorch casts to float32.
    text += printDouble(static_cast<float>(value.toDouble()), key, 6);
    return Status::success();
  case 'c':
    if (!value.isInt() && !(value.isString() && value.asString().size() == 1))
      return Status::raise("%c requires an int or char for formatting, but got " + kind);
    text += value.isInt() ? std::string(1, static_cast<char>(value.asInt())) : value.asString();
    return Status::success();
  case 's':
    text += str(value);
    return Status::success();
  default:
    return Status::raise(std::string("The specifier %") + key +
                         " is not supported in TorchScript format strings");
  }
}

Result<std::string> percentFormat(std::string_view text, const Value &argument) {
  std::span<const Value> arguments(&argument, 1);
  if (argument.isTuple())
    arguments = argument.asTuple().elements;
  std::string result;
  size_t begin = 0, used = 0;
  while (true) {
    size_t place = text.find('%', begin);
    result += text.substr(begin, place - begin);
    if (place == std::string_view::npos)
      break;
    if (place + 1 >= text.size())
      return Status::raise("Incomplete format specifier");
    begin = place + 2;
    if (text[place + 1] == '%') {
      result += '%';
      continue;
    }
    if (used == arguments.size())
      return Status::raise("Too few arguments for format string");
    if (Status status = appendConverted(text[place + 1], arguments[used++], result); !status.ok())
      return status;
  }
  if (used != arguments.size())
    return Status::raise("Too many arguments for format string");
  return result;
}

} // namespace sconce::rt
