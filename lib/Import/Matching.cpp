// Schema matching in the order and with the leniency of the reference importer, so that the same
// overload is chosen.
#include "lib/Import/Matching.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace sconce::import {

std::optional<uint64_t> Parameter::poolConstant() const {
  auto *constant = defaultValue ? nullptr : dyn_cast_if_present<script::AttributeExpr>(defaultExpr);
  auto *scope = constant ? dyn_cast<script::NameExpr>(constant->object) : nullptr;
  uint64_t index;
  if (!scope || scope->name != "CONSTANTS" || !constant->name.starts_with("c") || constant->name.drop_front().getAsInteger(10, index))
    return std::nullopt;
  return index;
}

std::string Signature::str() const {
  std::string text = name + "(";
  bool sawKeywordOnly = false;
  for (const Parameter &parameter : parameters) {
    if (&parameter != parameters.data())
      text += ", ";
    if (parameter.keywordOnly && !sawKeywordOnly) {
      text += "*, ";
      sawKeywordOnly = true;
    }
    text += spelling(parameter.type) + " " + parameter.name;
    if (parameter.hasDefault())
      text += "=…";
  }
  if (isVariadic)
    text += parameters.empty() ? "..." : ", ...";
  text += ") -> ";
  if (results.size() == 1)
    return text + spelling(results.front());
  return text + "(" + llvm::join(llvm::map_range(results, spelling), ", ") + ")";
}

const Argument &CallArguments::at(unsigned source) const {
  if (source < positional.size())
    return positional[source];
  source -= positional.size();
  return source < keywords.size() ? keywords[source] : *self;
}

/// The operator that converts `from` to `to` unasked, or empty.
static StringRef implicitOperator(const TypeRules &rules, Type from, Type to) {
  if (isa<ts::TensorType>(from)) {
    if (isa<ts::FloatType>(to))
      return "aten::FloatImplicit";
    if (isa<ts::ComplexType>(to))
      return "aten::ComplexImplicit";
    if (isa<ts::IntType>(to))
      return "aten::IntImplicit";
    if (isa<ts::NumberType>(to))
      return "aten::ScalarImplicit";
  } else if (isa<ts::NumberType>(from)) {
    if (isa<ts::FloatType>(to))
      return "aten::Float.Scalar";
    if (isa<ts::ComplexType>(to))
      return "aten::Complex.Scalar";
    if (isa<ts::IntType>(to))
      return "aten::Int.Scalar";
  } else if (isa<ts::BoolType>(from)) {
    if (isa<ts::FloatType>(to))
      return "aten::Float.bool";
    if (isa<ts::IntType, ts::NumberType>(to))
      return "aten::Int.bool";
  } else if (isa<ts::StrType>(from) && isa<ts::DeviceType>(to)) {
    return "aten::device";
  }
  return {};
}

static Type operatorResult(StringRef op, Type to) {
  // bool to number goes through int.
  return op == "aten::Int.bool" ? Type(ts::IntType::get(to.getContext())) : to;
}

static Conversion planTuple(const TypeRules &rules, Type from, Type to, Conversions allowed) {
  if (rules.isConvertibleToList(from, unwrapOptional(to)))
    return {Conversion::Kind::TupleToList, unwrapOptional(to)};
  auto elements = tupleTypes(from);
  auto wanted = tupleTypes(to);
  if (!wanted || rules.isSubtype(from, to) || elements->size() != wanted->size())
    return {Conversion::Kind::Keep, from};
  Conversion conversion{Conversion::Kind::Elementwise, {}, {}, {}};
  SmallVector<Type> types;
  for (auto [element, type] : llvm::zip(*elements, *wanted)) {
    // Elements have no literal to look at, only a type.
    Conversion inner{Conversion::Kind::Keep, element};
    Type target = isa<ts::NoneType, ts::OptionalType>(element) ? type : unwrapOptional(type);
    if (tupleTypes(element))
      inner = planTuple(rules, element, target, allowed);
    else if (allowed != Conversions::None)
      if (StringRef op = implicitOperator(rules, element, target); !op.empty())
        inner = {Conversion::Kind::Operator, operatorResult(op, target), op};
    types.push_back(inner.result);
    conversion.elements.push_back(std::move(inner));
  }
  conversion.result = ts::TupleType::get(to.getContext(), types);
  return conversion;
}

Conversion planConversion(const TypeRules &rules, const Argument &argument, Type to,
                          Conversions allowed) {
  Type from = argument.value.getType();
  if (auto optional = dyn_cast<ts::OptionalType>(to))
    if (!isa<ts::NoneType, ts::OptionalType>(from))
      to = optional.getElementType();
  if (argument.isEmptyList && isa<ts::ListType>(to))
    return {Conversion::Kind::EmptyList, to};
  if (tupleTypes(from))
    return planTuple(rules, from, to, allowed);
  if (allowed == Conversions::Literals && argument.isIntLiteral && isa<ts::FloatType>(to))
    return {Conversion::Kind::FloatLiteral, to};
  if (allowed != Conversions::None)
    if (StringRef op = implicitOperator(rules, from, to); !op.empty())
      return {Conversion::Kind::Operator, operatorResult(op, to), op};
  return {Conversion::Kind::Keep, from};
}

namespace {

/// One attempt at one signature.
class Matcher {
public:
  Matcher(const TypeRules &rules, const Signature &signature, const CallArguments &call,
          Conversions allowed, bool inputIsSelf, std::string &whyNot)
      : rules(rules), signature(signature), call(call), allowed(allowed), inputIsSelf(inputIsSelf),
        whyNot(whyNot), keywordUsed(call.keywords.size(), false) {}

  std::optional<Match> run();
  /// How many values the reference makes of the arguments that did match.
  unsigned countMade() const;

private:
  bool takeArgument(size_t position);
  bool canBeVariadicList(size_t position) const;
  bool takeRestAsList(const Parameter &parameter);
  bool takeValue(const Parameter &parameter, unsigned source);
  bool takeDefault(const Parameter &parameter);
  std::optional<unsigned> findKeyword(StringRef name) const;
  bool no(const Twine &reason) {
    whyNot = reason.str();
    return false;
  }

  const TypeRules &rules;
  const Signature &signature;
  const CallArguments &call;
  Conversions allowed;
  bool inputIsSelf;
  std::string &whyNot;
  std::vector<bool> keywordUsed;
  bool selfUsed = false;
  unsigned used = 0;
  TypeVariables variables;
  Match match;
};

} // namespace

std::optional<unsigned> Matcher::findKeyword(StringRef name) const {
  for (auto [index, keyword] : llvm::enumerate(call.keywords))
    if (keyword.name == name || (inputIsSelf && name == "self" && keyword.name == "input"))
      return index;
  return std::nullopt;
}

/// Whether `zeros(2, 3)` may stand for `zeros([2, 3])` here.
bool Matcher::canBeVariadicList(size_t position) const {
  const Parameter &parameter = signature.parameters[position];
  bool isLast =
      position + 1 == signature.parameters.size() || signature.parameters[position + 1].keywordOnly;
  auto list = dyn_cast<ts::ListType>(parameter.type);
  if (!isLast || !list || parameter.repeat || hasTypeVariables(list))
    return false;
  Type actual = call.positional[used].value.getType();
  return !isa<ts::ListType>(actual) && !rules.isConvertibleToList(actual, list);
}

bool Matcher::takeRestAsList(const Parameter &parameter) {
  Type list = parameter.type;
  Type element = cast<ts::ListType>(list).getElementType();
  MatchedArgument matched{MatchedArgument::Kind::List, list, &parameter};
  for (; used < call.positional.size(); ++used) {
    Conversion conversion = planConversion(rules, call.positional[used], element, allowed);
    if (!rules.isSubtype(conversion.result, element))
      return no("expected a value of type '" + spelling(element) + "' for argument '" +
                parameter.name + "' but found '" + spelling(call.positional[used].value.getType()) +
                "'");
    matched.sources.push_back(used);
    matched.conversions.push_back(std::move(conversion));
  }
  match.arguments.push_back(std::move(matched));
  return true;
}

bool Matcher::takeValue(const Parameter &parameter, unsigned source) {
  const Argument &argument = call.at(source);
  Type actual = argument.value.getType();
  MatchedArgument matched{MatchedArgument::Kind::Value, parameter.type, &parameter, {source}};
  if (auto list = dyn_cast<ts::ListType>(unwrapOptional(parameter.type));
      list && parameter.repeat && isa<ts::IntType, ts::FloatType>(actual) &&
      list.getElementType() == actual) {
    matched.kind = MatchedArgument::Kind::Repeated;
    matched.type = list;
    match.arguments.push_back(std::move(matched));
    return true;
  }
  if (!rules.bindVariables(parameter.type, actual, variables) &&
      !(argument.isEmptyList && isa<ts::ListType>(parameter.type)))
    return no("argument '" + parameter.name + "' of type '" + spelling(actual) +
              "' does not match '" + spelling(parameter.type) + "'");
  Type concrete = substitute(parameter.type, variables);
  if (!concrete)
    return no("the type variables of argument '" + parameter.name + "' cannot be inferred");
  Conversion conversion = planConversion(rules, argument, concrete, allowed);
  if (!rules.isSubtype(conversion.result, concrete))
    return no("expected a value of type '" + spelling(concrete) + "' for argument '" +
              parameter.name + "' but found '" + spelling(actual) + "'");
  matched.type = concrete;
  matched.conversions.push_back(std::move(conversion));
  match.arguments.push_back(std::move(matched));
  return true;
}

bool Matcher::takeDefault(const Parameter &parameter) {
  if (!parameter.hasDefault())
    return no("argument '" + parameter.name + "' is not given");
  Type concrete = substitute(parameter.type, variables);
  if (!concrete)
    return no("the type variables of argument '" + parameter.name + "' cannot be inferred");
  match.arguments.push_back({MatchedArgument::Kind::Default, concrete, &parameter});
  return true;
}

bool Matcher::takeArgument(size_t position) {
  const Parameter &parameter = signature.parameters[position];
  if (call.self && !selfUsed && parameter.name == "self") {
    selfUsed = true;
    return takeValue(parameter, call.positional.size() + call.keywords.size());
  }
  if (!parameter.keywordOnly && used < call.positional.size()) {
    if (allowed != Conversions::None && canBeVariadicList(position))
      return takeRestAsList(parameter);
    return takeValue(parameter, used++);
  }
  if (auto keyword = findKeyword(parameter.name)) {
    if (keywordUsed[*keyword])
      return no("argument '" + parameter.name + "' is given twice");
    keywordUsed[*keyword] = true;
    return takeValue(parameter, call.positional.size() + *keyword);
  }
  return takeDefault(parameter);
}

/// Defaults, lists of several arguments, and conversions by operators.
unsigned Matcher::countMade() const {
  unsigned count = 0;
  for (const MatchedArgument &argument : match.arguments) {
    count += argument.kind != MatchedArgument::Kind::Value;
    for (const Conversion &conversion : argument.conversions)
      count += conversion.kind == Conversion::Kind::Operator ||
               conversion.kind == Conversion::Kind::EmptyList;
  }
  return count;
}

std::optional<Match> Matcher::run() {
  match.signature = &signature;
  for (size_t position = 0; position < signature.parameters.size(); ++position)
    if (!takeArgument(position))
      return std::nullopt;
  if (call.self && !selfUsed)
    return no("the object is no argument"), std::nullopt;
  if (signature.isVariadic)
    for (; used < call.positional.size(); ++used)
      match.extra.push_back(used);
  if (used < call.positional.size())
    return no("expected at most " + Twine(used) + " arguments but found " +
              Twine(call.positional.size())),
           std::nullopt;
  for (auto [keyword, isUsed] : llvm::zip(call.keywords, keywordUsed))
    if (!isUsed)
      return no("keyword argument '" + keyword.name + "' is unknown"), std::nullopt;
  for (Type result : signature.results) {
    match.results.push_back(substitute(result, variables));
    if (!match.results.back())
      return no("the result type cannot be inferred"), std::nullopt;
  }
  return std::move(match);
}

std::optional<Match> matchSignature(const TypeRules &rules, const Signature &signature,
                                    const CallArguments &call, Conversions allowed,
                                    bool inputIsSelf, std::string &whyNot, unsigned *made) {
  Matcher matcher(rules, signature, call, allowed, inputIsSelf, whyNot);
  auto match = matcher.run();
  if (!match && made)
    *made += matcher.countMade();
  return match;
}

} // namespace sconce::import
