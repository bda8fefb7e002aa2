#include "lib/Script/Schema.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace sconce::script {

bool AliasSet::intersects(const AliasSet &other) const {
  return llvm::any_of(before, [&](const std::string &set) {
    return set == "*" || llvm::is_contained(other.before, set) ||
           llvm::is_contained(other.before, "*");
  });
}

bool DefaultValue::operator==(const DefaultValue &other) const {
  return kind == other.kind && integer == other.integer && real == other.real &&
         string == other.string && elements == other.elements;
}

std::optional<unsigned> Schema::argumentIndex(StringRef argumentName) const {
  for (auto [index, argument] : llvm::enumerate(arguments))
    if (argument.name == argumentName)
      return index;
  return std::nullopt;
}

bool Schema::isMutating() const {
  return llvm::any_of(arguments, [](const SchemaArgument &argument) {
    return argument.alias.isWrite || argument.elementAlias.isWrite;
  });
}

bool Schema::hasNamedReturns() const {
  return returns.size() > 1 &&
         llvm::all_of(returns, [](const SchemaArgument &each) { return !each.name.empty(); });
}

//===-- Text --------------------------------------------------------------===//

static std::string aliasText(const AliasSet &alias) {
  if (alias.empty())
    return "";
  std::string out = "(" + llvm::join(alias.before, "|") + (alias.isWrite ? "!" : "");
  if (!alias.after.empty())
    out += " -> " + llvm::join(alias.after, "|");
  return out + ")";
}

/// Floats as PyTorch writes them: 17 digits, and a dot where they are integral.
static std::string floatText(double value) {
  std::string out = fmt::format("{:.17g}", value);
  if (StringRef(out).find_first_of(".en") == StringRef::npos)
    out += '.';
  return out;
}

static std::string quoted(StringRef text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
    case '\\':
    case '\'':
    case '"': out += {'\\', c}; break;
    case '\n': out += "\\n"; break;
    case '\t': out += "\\t"; break;
    case '\f': out += "\\f"; break;
    case '\v': out += "\\v"; break;
    case '\r': out += "\\r"; break;
    default: out += c; break;
    }
  }
  return out + '"';
}

static std::string defaultText(const DefaultValue &value) {
  switch (value.kind) {
  case DefaultValue::None: return "None";
  case DefaultValue::Bool: return value.integer ? "True" : "False";
  case DefaultValue::Int: return std::to_string(value.integer);
  case DefaultValue::Float: return floatText(value.real);
  case DefaultValue::Complex: return floatText(value.real) + "j";
  case DefaultValue::String: return quoted(value.string);
  case DefaultValue::List: break;
  }
  std::string out = "[";
  for (auto [index, element] : llvm::enumerate(value.elements))
    out += (index == 0 ? "" : ", ") + defaultText(element);
  return out + "]";
}

static std::string argumentText(const SchemaArgument &argument) {
  Type type = argument.type;
  std::string out;
  if (type.is(TypeKind::List)) {
    out = type.element().schemaText() + aliasText(argument.elementAlias);
    out += argument.fixedSize ? "[" + std::to_string(argument.fixedSize) + "]" : "[]";
  } else if (type.is(TypeKind::Optional)) {
    Type inner = type.element();
    // The size of an optional list stands inside: `int[2]?`.
    if (inner.is(TypeKind::List) && argument.fixedSize)
      out = inner.element().schemaText() + "[" + std::to_string(argument.fixedSize) + "]";
    else
      out = inner.schemaText();
    out += aliasText(argument.elementAlias) + "?";
  } else {
    out = type.schemaText();
  }
  out += aliasText(argument.alias);
  if (!argument.name.empty())
    out += " " + argument.name;
  if (argument.defaultValue)
    out += "=" + defaultText(*argument.defaultValue);
  return out;
}

std::string Schema::str() const {
  std::string out = fullName() + "(";
  bool sawKeyword = false;
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    out += index == 0 ? "" : ", ";
    if (argument.keywordOnly && !sawKeyword) {
      out += "*, ";
      sawKeyword = true;
    }
    out += argumentText(argument);
  }
  if (isVariadic)
    out += arguments.empty() ? "..." : ", ...";
  out += ") -> ";
  if (hasVariadicReturns)
    return out + "...";
  // A single return that is a tuple keeps its parentheses apart from those of several returns.
  std::string single = returns.size() == 1 ? argumentText(returns[0]) : "";
  if (!single.empty() && single[0] != '(')
    return out + single;
  out += "(";
  for (auto [index, each] : llvm::enumerate(returns))
    out += (index == 0 ? "" : ", ") + argumentText(each);
  return out + ")";
}

} // namespace sconce::script
