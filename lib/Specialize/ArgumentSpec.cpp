// Specs of arguments: from values, and from and to the command line's spelling.
#include "lib/Specialize/Specializer.h"
#include "runtime/Number.h"
#include "runtime/Tensor.h"

#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/bit.h"

#include <fmt/format.h>

#include <array>

using namespace sconce;
using namespace sconce::specialize;
using llvm::StringRef;
using Kind = ArgumentSpec::Kind;

static ArgumentSpec specOfTensor(const rt::Tensor &tensor, const SpecOptions &options) {
  ArgumentSpec spec;
  spec.kind = Kind::Tensor;
  spec.dtype = tensor.dtype();
  spec.sizes = tensor.sizes();
  if (!options.staticShapes)
    spec.sizes.assign(spec.sizes.size(), ArgumentSpec::dynamic);
  else if (!tensor.isContiguous())
    spec.strides = tensor.strides();
  return spec;
}

static ArgumentSpec specOfScalar(const rt::Value &value, Kind runTime, const SpecOptions &options) {
  ArgumentSpec spec;
  spec.kind = options.knownScalars ? Kind::Known : runTime;
  if (options.knownScalars)
    spec.value = value;
  return spec;
}

static void addAll(std::vector<ArgumentSpec> &specs, const std::vector<rt::Value> &values, const SpecOptions &options) {
  for (const rt::Value &value : values)
    specs.push_back(specFromValue(value, options));
}

ArgumentSpec specialize::specFromValue(const rt::Value &value, const SpecOptions &options) {
  ArgumentSpec spec;
  if (value.isTensor() && value.asTensor().storage())
    return specOfTensor(value.asTensor(), options);
  if (value.isInt())
    return specOfScalar(value, Kind::Int, options);
  if (value.isDouble())
    return specOfScalar(value, Kind::Float, options);
  if (value.isBool())
    return specOfScalar(value, Kind::Bool, options);
  if (value.isComplex())
    return specOfScalar(value, Kind::Complex, options);
  if (value.isList()) {
    spec.kind = Kind::List;
    spec.elementType = value.asList().elementType;
    addAll(spec.elements, value.asList().elements, options);
    return spec;
  }
  if (value.isTuple()) {
    spec.kind = Kind::Tuple;
    spec.className = value.asTuple().className;
    spec.fieldNames = value.asTuple().fieldNames;
    addAll(spec.elements, value.asTuple().elements, options);
    return spec;
  }
  if (value.isDict()) {
    spec.kind = Kind::Dict;
    spec.elementType = value.asDict().keyType;
    spec.className = value.asDict().valueType;
    for (const auto &[key, element] : value.asDict().entries()) {
      spec.keys.push_back(key);
      spec.elements.push_back(specFromValue(element, options));
    }
    return spec;
  }
  spec.kind = Kind::Known;
  spec.value = value;
  return spec;
}

static bool areSpecsOf(const std::vector<ArgumentSpec> &specs, const std::vector<rt::Value> &values) {
  return specs.size() == values.size() &&
         std::equal(specs.begin(), specs.end(), values.begin(), [](const ArgumentSpec &spec, const rt::Value &value) { return isSpecOf(spec, value); });
}

bool specialize::isSpecOf(const ArgumentSpec &spec, const rt::Value &value) {
  switch (value.tag()) {
  case SC_TENSOR: {
    const auto &tensor = *static_cast<const rt::TensorObject *>(value.heap());
    if (spec.kind != Kind::Tensor || !tensor.storage || spec.dtype != tensor.dtype || spec.sizes != tensor.sizes)
      return false;
    bool isContiguous = value.asTensor().isContiguous();
    return spec.strides.empty() ? isContiguous : !isContiguous && spec.strides == tensor.strides;
  }
  case SC_LIST:
    // The elements say what the type does, where there are some.
    return spec.kind == Kind::List && (!spec.elements.empty() || spec.elementType == value.asList().elementType) &&
           areSpecsOf(spec.elements, value.asList().elements);
  case SC_TUPLE:
    return spec.kind == Kind::Tuple && spec.className == value.asTuple().className && spec.fieldNames == value.asTuple().fieldNames &&
           areSpecsOf(spec.elements, value.asTuple().elements);
  case SC_NONE:
  case SC_BOOL:
  case SC_INT:
  case SC_DOUBLE:
    return spec.kind == Kind::Known && spec.value.tag() == value.tag() && spec.value.raw().as.i == value.raw().as.i;
  case SC_COMPLEX:
    return spec.kind == Kind::Known && spec.value.isComplex() &&
           llvm::bit_cast<std::array<uint64_t, 2>>(spec.value.asComplex()) == llvm::bit_cast<std::array<uint64_t, 2>>(value.asComplex());
  case SC_STRING:
    return spec.kind == Kind::Known && spec.value.isString() && spec.value.asString() == value.asString();
  default:
    return false;
  }
}

uint64_t specialize::hashOfSpec(const rt::Value &value) {
  auto withAll = [](const std::vector<rt::Value> &elements, uint64_t hash) {
    for (const rt::Value &element : elements)
      hash = llvm::hash_combine(hash, hashOfSpec(element));
    return hash;
  };
  uint64_t tag = static_cast<uint64_t>(value.tag());
  switch (value.tag()) {
  case SC_TENSOR: {
    const auto &tensor = *static_cast<const rt::TensorObject *>(value.heap());
    return llvm::hash_combine(tag, static_cast<int>(tensor.dtype), llvm::hash_combine_range(tensor.sizes.begin(), tensor.sizes.end()));
  }
  case SC_LIST:
    return withAll(value.asList().elements, tag);
  case SC_TUPLE:
    return withAll(value.asTuple().elements, tag);
  case SC_BOOL:
  case SC_INT:
  case SC_DOUBLE:
    return llvm::hash_combine(tag, value.raw().as.i);
  case SC_STRING:
    return llvm::hash_combine(tag, StringRef(value.asString()));
  default:
    return tag;
  }
}

//===----------------------------------------------------------------------===//
// Spelling
//===----------------------------------------------------------------------===//

static constexpr std::pair<StringRef, rt::Dtype> dtypeWords[] = {
    {"i1", rt::Dtype::Bool},         {"bool", rt::Dtype::Bool},      {"u8", rt::Dtype::UInt8},    {"i8", rt::Dtype::Int8},
    {"i16", rt::Dtype::Int16},       {"i32", rt::Dtype::Int32},      {"i64", rt::Dtype::Int64},   {"f16", rt::Dtype::Float16},
    {"bf16", rt::Dtype::BFloat16},   {"f32", rt::Dtype::Float32},    {"f64", rt::Dtype::Float64}, {"c32", rt::Dtype::Complex32},
    {"c64", rt::Dtype::Complex64},   {"c128", rt::Dtype::Complex128}, {"u16", rt::Dtype::UInt16}, {"u32", rt::Dtype::UInt32},
    {"u64", rt::Dtype::UInt64},
};

static std::string spellDtype(rt::Dtype dtype) {
  for (auto [word, candidate] : dtypeWords)
    if (candidate == dtype)
      return word.str();
  return rt::name(dtype);
}

static std::string quoted(StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + "\"";
}

static std::string spellValue(const rt::Value &value) {
  if (value.isNone())
    return "none";
  if (value.isBool())
    return value.asBool() ? "bool=true" : "bool=false";
  if (value.isInt())
    return "int=" + std::to_string(value.asInt());
  if (value.isDouble())
    return "float=" + rt::printShortest(value.asDouble());
  if (value.isComplex())
    return "complex=" + rt::printShortest(value.asComplex().real()) + ":" + rt::printShortest(value.asComplex().imag());
  if (value.isString())
    return "str=" + quoted(value.asString());
  if (value.isDevice())
    return "device=" + value.asDevice().text();
  if (value.isEnum())
    return "enum=" + value.asEnum().className + "." + value.asEnum().name;
  return fmt::format("value={}", static_cast<const void *>(value.heap()));
}

static std::string spellAll(const std::vector<ArgumentSpec> &specs) {
  std::string text;
  for (const ArgumentSpec &spec : specs)
    text += (text.empty() ? "" : ",") + spellArgumentSpec(spec);
  return text;
}

std::string specialize::spellArgumentSpec(const ArgumentSpec &spec) {
  switch (spec.kind) {
  case Kind::Tensor: {
    std::string text;
    for (int64_t size : spec.sizes)
      text += (size == ArgumentSpec::dynamic ? "?" : std::to_string(size)) + "x";
    text += spellDtype(spec.dtype);
    for (size_t i = 0; i < spec.strides.size(); ++i)
      text += (i ? "," : "@") + std::to_string(spec.strides[i]);
    return text;
  }
  case Kind::Int:
    return "int";
  case Kind::Float:
    return "float";
  case Kind::Bool:
    return "bool";
  case Kind::Complex:
    return "complex";
  case Kind::Known:
    return spellValue(spec.value);
  case Kind::List:
    return "list" + (spec.elements.empty() ? ":" + spec.elementType : "") + "<" + spellAll(spec.elements) + ">";
  case Kind::Tuple:
    return "tuple" + (spec.className.empty() ? "" : ":" + spec.className) + "<" + spellAll(spec.elements) + ">";
  case Kind::Dict: {
    std::string text;
    for (size_t i = 0; i < spec.elements.size(); ++i)
      text += (i ? "," : "") + (spec.keys[i].isString() ? quoted(spec.keys[i].asString()) : spellValue(spec.keys[i])) + ":" +
              spellArgumentSpec(spec.elements[i]);
    return "dict<" + text + ">";
  }
  case Kind::RunTime:
    return "any";
  }
  return "any";
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

namespace {
/// A recursive descent over one spec.
class SpecParser {
public:
  explicit SpecParser(StringRef text) : text(text), rest(text) {}

  llvm::Expected<ArgumentSpec> parseAll() {
    llvm::Expected<ArgumentSpec> spec = parse(0);
    if (spec && !rest.trim().empty())
      return error("text after the end");
    return spec;
  }

private:
  llvm::Error error(const llvm::Twine &what) {
    return llvm::createStringError("argument '" + text.str() + "': " + what.str());
  }

  static bool isWord(char c) { return llvm::isAlnum(c) || c == '_' || c == '?' || c == '.' || c == '-' || c == '+'; }

  llvm::Expected<ArgumentSpec> parse(unsigned depth) {
    if (depth > 32)
      return error("nested too deep");
    rest = rest.ltrim();
    StringRef word = rest.take_while(isWord);
    rest = rest.drop_front(word.size());
    if (word == "list" || word == "tuple")
      return parseElements(word == "list" ? Kind::List : Kind::Tuple, depth);
    if (word == "dict")
      return parseDict(depth);
    if (rest.consume_front("="))
      return parseKnown(word);
    ArgumentSpec spec;
    if (word == "none") {
      spec.kind = Kind::Known;
      return spec;
    }
    for (auto [name, kind] : {std::pair<StringRef, Kind>("int", Kind::Int), {"float", Kind::Float}, {"bool", Kind::Bool}, {"complex", Kind::Complex}, {"any", Kind::RunTime}})
      if (word == name) {
        spec.kind = kind;
        return spec;
      }
    return parseTensor(word);
  }

  llvm::Expected<ArgumentSpec> parseElements(Kind kind, unsigned depth) {
    ArgumentSpec spec;
    spec.kind = kind;
    if (rest.consume_front(":")) {
      StringRef type = rest.take_until([](char c) { return c == '<'; });
      (kind == Kind::List ? spec.elementType : spec.className) = type.str();
      rest = rest.drop_front(type.size());
    }
    if (!rest.consume_front("<"))
      return error("expected '<'");
    while (!rest.ltrim().starts_with(">")) {
      llvm::Expected<ArgumentSpec> element = parse(depth + 1);
      if (!element)
        return element;
      spec.elements.push_back(std::move(*element));
      rest = rest.ltrim();
      if (!rest.consume_front(",") && !rest.starts_with(">"))
        return error("expected ',' or '>'");
    }
    rest = rest.ltrim().drop_front();
    if (spec.elementType.empty() && kind == Kind::List)
      spec.elementType = spec.elements.empty() ? "Tensor" : annotation(spec.elements.front());
    return spec;
  }

  /// A string in quotes, or another known value: `int=5`.
  llvm::Expected<rt::Value> parseKey(unsigned depth) {
    if (rest.ltrim().starts_with("\"")) {
      llvm::Expected<std::string> text = parseString();
      return text ? llvm::Expected<rt::Value>(rt::Value::ofString(std::move(*text))) : text.takeError();
    }
    llvm::Expected<ArgumentSpec> key = parse(depth + 1);
    if (!key)
      return key.takeError();
    if (key->kind != Kind::Known)
      return error("expected a known key: a string in quotes, or int=5");
    return key->value;
  }

  llvm::Expected<ArgumentSpec> parseDict(unsigned depth) {
    ArgumentSpec spec;
    spec.kind = Kind::Dict;
    if (!rest.consume_front("<"))
      return error("expected '<'");
    while (!rest.ltrim().starts_with(">")) {
      llvm::Expected<rt::Value> key = parseKey(depth);
      if (!key)
        return key.takeError();
      if (!rest.ltrim().consume_front(":"))
        return error("expected ':'");
      rest = rest.ltrim().drop_front();
      llvm::Expected<ArgumentSpec> element = parse(depth + 1);
      if (!element)
        return element;
      spec.keys.push_back(std::move(*key));
      spec.elements.push_back(std::move(*element));
      rest = rest.ltrim();
      if (!rest.consume_front(",") && !rest.starts_with(">"))
        return error("expected ',' or '>'");
    }
    rest = rest.ltrim().drop_front();
    bool areStrings = spec.keys.empty() || spec.keys.front().isString();
    spec.elementType = areStrings ? "str" : spec.keys.front().isInt() ? "int" : spec.keys.front().isBool() ? "bool" : "float";
    spec.className = spec.elements.empty() ? "Tensor" : annotation(spec.elements.front());
    return spec;
  }

  llvm::Expected<std::string> parseString() {
    rest = rest.ltrim();
    if (!rest.consume_front("\""))
      return error("expected a string in quotes");
    std::string value;
    while (!rest.empty() && rest.front() != '"') {
      if (rest.size() > 1 && rest.front() == '\\')
        rest = rest.drop_front();
      value += rest.front();
      rest = rest.drop_front();
    }
    if (!rest.consume_front("\""))
      return error("a string does not end");
    return value;
  }

  llvm::Expected<ArgumentSpec> parseKnown(StringRef type) {
    ArgumentSpec spec;
    spec.kind = Kind::Known;
    if (type == "str") {
      llvm::Expected<std::string> value = parseString();
      if (!value)
        return value.takeError();
      spec.value = rt::Value::ofString(*value);
      return spec;
    }
    StringRef word = rest.take_while(isWord);
    rest = rest.drop_front(word.size());
    std::string number = word.str();
    if (type == "int")
      if (auto value = rt::parseInt(number)) {
        spec.value = rt::Value::ofInt(*value);
        return spec;
      }
    if (type == "float")
      if (auto value = rt::parseDouble(number)) {
        spec.value = rt::Value::ofDouble(*value);
        return spec;
      }
    if (type == "bool" && (word == "true" || word == "false")) {
      spec.value = rt::Value::ofBool(word == "true");
      return spec;
    }
    if (type == "device") {
      spec.value = rt::Value::ofDevice(number);
      return spec;
    }
    return error("expected a value of type " + type.str());
  }

  llvm::Expected<ArgumentSpec> parseTensor(StringRef word) {
    ArgumentSpec spec;
    spec.kind = Kind::Tensor;
    StringRef sizes = word;
    while (true) {
      auto [size, more] = sizes.split('x');
      if (more.empty() && !sizes.ends_with("x"))
        break;
      int64_t extent = 0;
      if (size == "?")
        extent = ArgumentSpec::dynamic;
      else if (size.getAsInteger(10, extent) || extent < 0)
        return error("expected an extent, got '" + size.str() + "'");
      spec.sizes.push_back(extent);
      sizes = more;
    }
    for (auto [name, dtype] : dtypeWords)
      if (sizes == name) {
        spec.dtype = dtype;
        return parseStrides(std::move(spec));
      }
    return error("expected a type such as 1x3x?x224xf32, int, int=5, list<…> or none");
  }

  llvm::Expected<ArgumentSpec> parseStrides(ArgumentSpec spec) {
    if (!rest.consume_front("@"))
      return spec;
    for (size_t i = 0; i < spec.sizes.size(); ++i) {
      int64_t stride = 0;
      if ((i > 0 && !rest.consume_front(",")) || rest.consumeInteger(10, stride) || stride < 0)
        return error("expected a stride for each extent");
      spec.strides.push_back(stride);
    }
    return spec;
  }

  static std::string annotation(const ArgumentSpec &spec) {
    switch (spec.kind) {
    case Kind::Int:
      return "int";
    case Kind::Float:
      return "float";
    case Kind::Bool:
      return "bool";
    case Kind::Complex:
      return "complex";
    case Kind::List:
      return "List[" + spec.elementType + "]";
    case Kind::Known:
      return spec.value.isInt() ? "int" : spec.value.isDouble() ? "float" : spec.value.isBool() ? "bool" : spec.value.isString() ? "str" : "Any";
    default:
      return "Tensor";
    }
  }

  StringRef text, rest;
};
} // namespace

llvm::Expected<ArgumentSpec> specialize::parseArgumentSpec(StringRef text) { return SpecParser(text).parseAll(); }
