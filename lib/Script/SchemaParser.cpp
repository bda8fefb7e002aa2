// The schema language. It is read character by character: a schema is one short line, and 4,000 of
// them are parsed one at a time, when a model first names one.
#include "lib/Script/Lexer.h"
#include "lib/Script/Literal.h"
#include "lib/Script/Schema.h"
#include "lib/Support/Error.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace llvm;

namespace sconce::script {

namespace {
/// How deep types and defaults may nest.
constexpr unsigned maxDepth = 32;

/// A type with what stands around it in an argument.
struct AnnotatedType {
  Type type;
  unsigned fixedSize = 0;
  AliasSet alias;
  AliasSet elementAlias;
};

/// Functions return false after the first error.
class SchemaParser {
public:
  SchemaParser(TypeContext &context, StringRef text) : context(context), text(text) {}

  bool parse(Schema &schema);
  bool parseType(AnnotatedType &out);
  bool expectEnd();
  Error takeError();

private:
  bool fail(const Twine &message);
  void skipBlanks();
  bool accept(StringRef mark);
  bool expect(StringRef mark);
  StringRef acceptWord(bool withDots = false);

  bool parseName(Schema &schema);
  bool parseArguments(Schema &schema);
  bool parseArgument(SchemaArgument &argument);
  bool parseReturns(Schema &schema);
  bool parseReturnList(std::vector<SchemaArgument> &returns);
  bool parseBaseType(AnnotatedType &out);
  bool parseNamedType(StringRef word, Type &out);
  bool parseTypeList(SmallVectorImpl<Type> &types);
  bool parseSuffixes(AnnotatedType &out);
  bool parseAlias(AliasSet &alias);
  bool parseAliasSets(SmallVectorImpl<std::string> &sets);
  bool parseDefault(DefaultValue &value);
  bool parseDefaultNumber(DefaultValue &value);
  bool parseDefaultString(DefaultValue &value);
  bool parseDefaultList(DefaultValue &value);

  TypeContext &context;
  StringRef text;
  size_t position = 0;
  unsigned depth = 0;
  unsigned freshAliases = 0;
  std::string problem;
};
} // namespace

bool SchemaParser::fail(const Twine &message) {
  if (problem.empty())
    problem = message.str();
  return false;
}

Error SchemaParser::takeError() {
  Location place;
  place.member = "schema";
  place.line = 1;
  place.column = position + 1;
  place.sourceLine = text.str();
  return badInput(problem, std::move(place));
}

void SchemaParser::skipBlanks() {
  while (position < text.size() && (text[position] == ' ' || text[position] == '\t'))
    ++position;
}

bool SchemaParser::accept(StringRef mark) {
  skipBlanks();
  if (!text.substr(position).starts_with(mark))
    return false;
  position += mark.size();
  return true;
}

bool SchemaParser::expect(StringRef mark) {
  return accept(mark) || fail("expected '" + mark + "'");
}

bool SchemaParser::expectEnd() {
  skipBlanks();
  return position == text.size() || fail("unexpected text behind the end");
}

StringRef SchemaParser::acceptWord(bool withDots) {
  skipBlanks();
  size_t first = position;
  while (position < text.size() && (isAlnum(text[position]) || text[position] == '_' ||
                                    (withDots && text[position] == '.' && position > first)))
    ++position;
  return text.slice(first, position);
}

//===-- Schema ------------------------------------------------------------===//

bool SchemaParser::parse(Schema &schema) {
  return parseName(schema) && parseArguments(schema) && expect("->") && parseReturns(schema) &&
         expectEnd();
}

bool SchemaParser::parseName(Schema &schema) {
  StringRef word = acceptWord();
  if (word.empty())
    return fail("expected the name of an operator");
  schema.name = word.str();
  if (accept("::")) {
    word = acceptWord();
    if (word.empty())
      return fail("expected a name behind the namespace");
    schema.name += "::" + word.str();
  }
  if (accept(".")) {
    schema.overload = acceptWord().str();
    if (schema.overload.empty())
      return fail("expected the name of an overload");
  }
  return true;
}

bool SchemaParser::parseArguments(Schema &schema) {
  if (!expect("("))
    return false;
  bool keywordOnly = false;
  if (accept(")"))
    return true;
  do {
    if (accept("...")) {
      schema.isVariadic = true;
      break;
    }
    if (accept("*")) {
      if (keywordOnly)
        return fail("a second '*' among the arguments");
      keywordOnly = true;
      continue;
    }
    SchemaArgument argument;
    argument.keywordOnly = keywordOnly;
    if (!parseArgument(argument))
      return false;
    if (argument.name.empty())
      argument.name = "_" + std::to_string(schema.arguments.size());
    schema.arguments.push_back(std::move(argument));
  } while (accept(","));
  return expect(")");
}

bool SchemaParser::parseArgument(SchemaArgument &argument) {
  AnnotatedType annotated;
  if (!parseType(annotated))
    return false;
  argument.type = annotated.type;
  argument.alias = std::move(annotated.alias);
  argument.elementAlias = std::move(annotated.elementAlias);
  argument.fixedSize = annotated.fixedSize;
  argument.name = acceptWord().str();
  if (!accept("="))
    return true;
  argument.defaultValue.emplace();
  return parseDefault(*argument.defaultValue);
}

bool SchemaParser::parseReturns(Schema &schema) {
  if (accept("...")) {
    schema.hasVariadicReturns = true;
    return true;
  }
  size_t start = position;
  if (accept("(")) {
    if (!parseReturnList(schema.returns))
      return false;
    skipBlanks();
    // `(int, int)[]` is one return: a list of tuples.
    if (position == text.size())
      return true;
    position = start;
    schema.returns.clear();
  }
  schema.returns.emplace_back();
  return parseArgument(schema.returns.back());
}

bool SchemaParser::parseReturnList(std::vector<SchemaArgument> &returns) {
  if (accept(")"))
    return true;
  do {
    returns.emplace_back();
    if (!parseArgument(returns.back()))
      return false;
  } while (accept(","));
  return expect(")");
}

//===-- Types -------------------------------------------------------------===//

bool SchemaParser::parseType(AnnotatedType &out) {
  if (++depth > maxDepth)
    return fail("type is nested more than " + Twine(maxDepth) + " levels deep");
  bool done = parseBaseType(out) && parseSuffixes(out);
  --depth;
  return done;
}

bool SchemaParser::parseBaseType(AnnotatedType &out) {
  if (accept("(")) {
    SmallVector<Type, 4> members;
    if (!parseTypeList(members))
      return false;
    out.type = context.tuple(members);
  } else {
    StringRef word = acceptWord(/*withDots=*/true);
    if (word.empty())
      return fail("expected a type");
    if (!parseNamedType(word, out.type))
      return false;
  }
  return parseAlias(out.alias);
}

/// Types up to `)`, whose `(` has been passed. What they say about aliases is dropped.
bool SchemaParser::parseTypeList(SmallVectorImpl<Type> &types) {
  if (accept(")"))
    return true;
  do {
    AnnotatedType member;
    if (!parseType(member))
      return false;
    types.push_back(member.type);
    acceptWord(); // Tuple members may have names.
  } while (accept(","));
  return expect(")");
}

static Type plainType(TypeContext &context, StringRef word) {
  return StringSwitch<Type>(word)
      .Case("Tensor", context.tensor)
      .Cases({"Scalar", "number"}, context.number)
      .Cases({"int", "SymInt", "DeviceIndex", "ScalarType"}, context.intType)
      .Cases({"Layout", "MemoryFormat", "QScheme"}, context.intType)
      .Cases({"float", "SymFloat"}, context.floatType)
      .Cases({"bool", "SymBool"}, context.boolType)
      .Case("complex", context.complexType)
      .Cases({"str", "Dimname"}, context.str)
      .Case("Device", context.device)
      .Case("Generator", context.generator)
      .Case("Any", context.any)
      .Cases({"NoneType", "None"}, context.none)
      .Case("Future", context.future(context.any))
      .Case("Await", context.await(context.any))
      .Default(Type());
}

bool SchemaParser::parseNamedType(StringRef word, Type &out) {
  bool hasParameters = StringSwitch<bool>(word)
                           .Cases({"Dict", "Union", "Future", "Await", "RRef"}, true)
                           .Default(false);
  if (hasParameters && accept("(")) {
    SmallVector<Type, 4> types;
    if (!parseTypeList(types))
      return false;
    size_t wanted = word == "Dict" ? 2 : word == "Union" ? types.size() : 1;
    if (types.size() != wanted || types.empty())
      return fail("wrong number of parameters of '" + word + "'");
    out = word == "Dict"     ? context.dict(types[0], types[1])
          : word == "Union"  ? context.unionOf(types)
          : word == "Future" ? context.future(types[0])
          : word == "Await"  ? context.await(types[0])
                             : context.opaque("RRef");
    return true;
  }
  out = plainType(context, word);
  if (out)
    return true;
  if (word.starts_with("__torch__."))
    out = context.classType(word);
  else if (isLower(word[0]))
    out = context.typeVar(word);
  else
    out = context.opaque(word);
  return true;
}

/// `[]`, `[2]` and `?`, each with the alias set of what it makes.
bool SchemaParser::parseSuffixes(AnnotatedType &out) {
  unsigned count = 0;
  while (true) {
    bool isList = accept("[");
    if (!isList && !accept("?"))
      return true;
    if (++count > maxDepth)
      return fail("type is nested more than " + Twine(maxDepth) + " levels deep");
    if (isList) {
      StringRef size = acceptWord();
      out.fixedSize = 0;
      if (!size.empty() && size.getAsInteger(10, out.fixedSize))
        return fail("expected a list size");
      if (!expect("]"))
        return false;
    }
    out.type = isList ? context.list(out.type) : context.optional(out.type);
    // An optional is no memory of its own: its set is that of what it holds, but stays with the
    // element where it was written there.
    if (!out.alias.empty())
      out.elementAlias = std::move(out.alias);
    out.alias = {};
    if (!parseAlias(out.alias))
      return false;
  }
}

bool SchemaParser::parseAlias(AliasSet &alias) {
  // Only directly behind the type: a blank ends it.
  if (position < text.size() && text[position] == '!') {
    ++position;
    alias.isWrite = true;
    alias.before.push_back("$" + std::to_string(freshAliases++));
    return true;
  }
  if (position >= text.size() || text[position] != '(')
    return true;
  ++position;
  if (!parseAliasSets(alias.before))
    return false;
  alias.isWrite = accept("!");
  if (accept("->") && !parseAliasSets(alias.after))
    return false;
  return expect(")");
}

bool SchemaParser::parseAliasSets(SmallVectorImpl<std::string> &sets) {
  do {
    if (accept("*")) {
      sets.push_back("*");
      continue;
    }
    StringRef word = acceptWord();
    if (word.empty())
      return fail("expected an alias set");
    sets.push_back(word.str());
  } while (accept("|"));
  return true;
}

//===-- Default values ----------------------------------------------------===//

/// Words that stand for numbers of enumerations.
static std::optional<int64_t> wordValue(StringRef word) {
  return StringSwitch<std::optional<int64_t>>(word)
      .Cases({"contiguous_format", "strided", "uint8"}, 0)
      .Cases({"Mean", "preserve_format", "int8"}, 1)
      .Cases({"Sum", "channels_last", "int16"}, 2)
      .Case("int32", 3)
      .Cases({"int64", "long"}, 4)
      .Case("float16", 5)
      .Cases({"float32", "float"}, 6)
      .Cases({"float64", "double"}, 7)
      .Default(std::nullopt);
}

bool SchemaParser::parseDefault(DefaultValue &value) {
  skipBlanks();
  if (position >= text.size())
    return fail("expected a default value");
  char c = text[position];
  if (c == '[')
    return parseDefaultList(value);
  if (c == '"' || c == '\'')
    return parseDefaultString(value);
  if (c == '-' || c == '.' || isDigit(c))
    return parseDefaultNumber(value);
  StringRef word = acceptWord();
  if (word == "None")
    return true;
  if (word == "True" || word == "False") {
    value.kind = DefaultValue::Bool;
    value.integer = word == "True";
  } else if (word == "inf" || word == "nan") {
    value.kind = DefaultValue::Float;
    value.real = word == "inf" ? HUGE_VAL : NAN;
  } else if (std::optional<int64_t> number = wordValue(word)) {
    value.kind = DefaultValue::Int;
    value.integer = *number;
  } else {
    return fail("expected a default value");
  }
  return true;
}

bool SchemaParser::parseDefaultNumber(DefaultValue &value) {
  bool negative = accept("-");
  if (negative && accept("inf")) {
    value.kind = DefaultValue::Float;
    value.real = -HUGE_VAL;
    return true;
  }
  size_t length = numberLength(text.substr(position));
  std::optional<Number> number;
  if (length != 0)
    number = parseNumber(text.substr(position, length));
  if (!number || (number->kind == Number::Int && !negative && number->integer > INT64_MAX))
    return fail("expected a number");
  position += length;
  value.kind = number->kind == Number::Int     ? DefaultValue::Int
               : number->kind == Number::Float ? DefaultValue::Float
                                               : DefaultValue::Complex;
  value.integer = static_cast<int64_t>(negative ? 0 - number->integer : number->integer);
  value.real = negative ? -number->real : number->real;
  if (value.kind == DefaultValue::Int)
    value.real = 0;
  return true;
}

bool SchemaParser::parseDefaultString(DefaultValue &value) {
  char quote = text[position];
  size_t end = position + 1;
  while (end < text.size() && text[end] != quote)
    end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size())
    return fail("string is not closed");
  SmallString<32> content;
  size_t errorOffset = 0;
  StringRef escape = unescapeString(text.slice(position, end + 1), content, errorOffset);
  if (!escape.empty())
    return fail(escape);
  position = end + 1;
  value.kind = DefaultValue::String;
  value.string = content.str().str();
  return true;
}

bool SchemaParser::parseDefaultList(DefaultValue &value) {
  value.kind = DefaultValue::List;
  if (++depth > maxDepth)
    return fail("default value is nested more than " + Twine(maxDepth) + " levels deep");
  expect("[");
  if (!accept("]")) {
    do {
      value.elements.emplace_back();
      if (!parseDefault(value.elements.back()))
        return false;
    } while (accept(","));
    if (!expect("]"))
      return false;
  }
  --depth;
  return true;
}

//===-- Entry points ------------------------------------------------------===//

Expected<std::unique_ptr<Schema>> parseSchema(TypeContext &context, StringRef text) {
  auto schema = std::make_unique<Schema>();
  SchemaParser parser(context, text);
  if (!parser.parse(*schema))
    return parser.takeError();
  return std::move(schema);
}

Expected<Type> parseSchemaType(TypeContext &context, StringRef text) {
  SchemaParser parser(context, text);
  AnnotatedType annotated;
  if (!parser.parseType(annotated) || !parser.expectEnd())
    return parser.takeError();
  return annotated.type;
}

} // namespace sconce::script
