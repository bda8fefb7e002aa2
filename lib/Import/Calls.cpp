// Calls of functions, methods, classes and operators.
#include "lib/Import/FunctionEmitter.h"

#include "lib/Import/NestingGuard.h"

using namespace mlir;

namespace sconce::import {

SugaredValue FunctionEmitter::emitCall(const script::CallExpr *expr, Type hint) {
  SugaredValue callee = emitSugared(expr->callee);
  if (!callee)
    return {};
  if (callee.is(SugaredValue::Kind::Special)) {
    if (callee.value) // x.tolist()
      return SugaredValue::simple(emitToList(expr->range, callee.value, hint));
    return emitSpecial(expr, callee.name, callee.type, hint);
  }
  SmallVector<Argument> positional, keywords;
  if (!gatherArguments(expr, positional, keywords))
    return {};
  return call(expr->range, callee, positional, keywords);
}

bool FunctionEmitter::gatherArguments(const script::CallExpr *expr,
                                      SmallVectorImpl<Argument> &positional,
                                      SmallVectorImpl<Argument> &keywords, size_t skip) {
  for (mlir::Value value : emitAll(expr->arguments.drop_front(skip)))
    positional.push_back(argument(value));
  if (hasFailed())
    return false;
  for (const script::KeywordArgument &keyword : expr->keywords) {
    mlir::Value value = emitExpr(keyword.value);
    if (!value)
      return false;
    keywords.push_back(argument(value, keyword.name));
  }
  return true;
}

SugaredValue FunctionEmitter::call(Range range, const SugaredValue &callee,
                                   ArrayRef<Argument> positional, ArrayRef<Argument> keywords) {
  using Kind = SugaredValue::Kind;
  switch (callee.kind) {
  case Kind::Builtin: {
    if (!callee.value)
      return callOperator(range, callee.name, positional, keywords);
    Argument self = argument(callee.value);
    return callOperator(range, callee.name, positional, keywords, &self);
  }
  case Kind::Cast:
    if (positional.size() == 1 && keywords.empty()) {
      mlir::Value value = positional[0].value;
      if (names)
        names->skip();
      if (rules.isSubtype(value.getType(), callee.type))
        return SugaredValue::simple(value);
      if (isa<ts::BoolType>(callee.type) &&
          isa<ts::ListType, ts::DictType, ts::StrType>(value.getType())) {
        mlir::Value length = op(range, "aten::len", {value});
        return length ? SugaredValue::simple(op(range, "aten::Bool", {length})) : SugaredValue();
      }
    }
    [[fallthrough]];
  case Kind::Magic:
    if (!positional.empty() && !callee.magic.empty())
      if (auto object = dyn_cast<ts::ClassType>(positional[0].value.getType())) {
        const ClassInfo *info = orFail(program.classInfo(object.getName()));
        if (!info)
          return {};
        if (info->findMethod(callee.magic))
          return callMethod(range, positional[0].value, callee.magic, positional.drop_front(),
                            keywords);
      }
    return callOperator(range, callee.name, positional, keywords);
  case Kind::Function:
    return callFunction(range, callee.name, positional, keywords);
  case Kind::Method:
    return callMethod(range, callee.value, callee.name, positional, keywords);
  case Kind::Class:
    return construct(range, callee, positional, keywords);
  case Kind::ExceptionClass: {
    // The message of several arguments is that of the first ones joined, as in the reference.
    SugaredValue exception = SugaredValue::named(Kind::Exception, callee.name);
    mlir::Value message =
        callee.name == "AssertionError" ? strConstant(range, "AssertionError: ") : mlir::Value();
    for (const Argument &part : positional) {
      mlir::Value text = part.value;
      if (!isa<ts::StrType>(text.getType()))
        text = op(range, "aten::str", {text});
      message = message && text ? op(range, "aten::add", {message, text}) : text;
      if (!message)
        return {};
    }
    exception.value = message;
    return exception;
  }
  case Kind::Simple: {
    if (auto object = dyn_cast<ts::ClassType>(callee.value.getType())) {
      const ClassInfo *info = orFail(program.classInfo(object.getName()));
      if (!info)
        return {};
      StringRef method = info->findMethod("__call__") ? "__call__" : "forward";
      if (info->findMethod(method))
        return callMethod(range, callee.value, method, positional, keywords);
    }
    if (auto function = dyn_cast<ts::FunctionType>(callee.value.getType());
        function && function.getResult()) {
      SmallVector<mlir::Value> operands;
      for (const Argument &argument : positional)
        operands.push_back(argument.value);
      if (keywords.empty() && operands.size() == function.getInputs().size())
        return SugaredValue::simple(ts::CallValueOp::create(
            builder, loc(range), function.getResult(), callee.value, operands));
    }
    return fail(range, "'" + spelling(callee.value.getType()) + "' object cannot be called");
  }
  default:
    return fail(range, "a " + callee.describe() + " cannot be called");
  }
}

std::optional<Match> FunctionEmitter::matchOne(Range range, const Signature &signature,
                                               const CallArguments &call) {
  std::string whyNot;
  for (Conversions allowed : {Conversions::Implicit, Conversions::Literals})
    if (auto match = matchSignature(rules, signature, call, allowed, /*inputIsSelf=*/false, whyNot))
      return match;
  fail(range, "the arguments do not fit '" + signature.str() + "': " + whyNot);
  return std::nullopt;
}

SugaredValue FunctionEmitter::callFunction(Range range, StringRef name,
                                           ArrayRef<Argument> positional,
                                           ArrayRef<Argument> keywords) {
  const Signature *signature = orFail(program.signature(name));
  if (!signature)
    return {};
  CallArguments call{positional, keywords};
  auto match = matchOne(range, *signature, call);
  if (!match)
    return {};
  SmallVector<mlir::Value> operands = operandsOf(range, *match, call);
  if (hasFailed())
    return {};
  if (names)
    names->function();
  return SugaredValue::simple(ts::CallOp::create(builder, loc(range), signature->results.front(),
                                                 FlatSymbolRefAttr::get(context, name), operands));
}

SugaredValue FunctionEmitter::callMethod(Range range, mlir::Value object, StringRef name,
                                         ArrayRef<Argument> positional,
                                         ArrayRef<Argument> keywords) {
  auto type = dyn_cast<ts::ClassType>(object.getType());
  if (!type)
    return fail(range, "'" + spelling(object.getType()) + "' object has no method '" + name + "'");
  const ClassInfo *info = orFail(program.classInfo(type.getName()));
  if (!info)
    return {};
  if (!info->findMethod(name))
    return fail(range, "'" + info->name + "' object has no method '" + name + "'");
  const Signature *signature = orFail(program.signature(info->name + "." + name.str()));
  if (!signature)
    return {};
  SmallVector<Argument> all{argument(object)};
  llvm::append_range(all, positional);
  CallArguments call{all, keywords};
  auto match = matchOne(range, *signature, call);
  if (!match)
    return {};
  SmallVector<mlir::Value> operands = operandsOf(range, *match, call);
  if (hasFailed())
    return {};
  return SugaredValue::simple(
      ts::CallMethodOp::create(builder, loc(range), signature->results.front(), operands[0], name,
                               ArrayRef<mlir::Value>(operands).drop_front()));
}

SugaredValue FunctionEmitter::construct(Range range, const SugaredValue &callee,
                                        ArrayRef<Argument> positional,
                                        ArrayRef<Argument> keywords) {
  const ClassInfo *info = orFail(program.classInfo(callee.name));
  if (!info)
    return {};
  if (info->kind == ts::ClassKind::NamedTuple) {
    Signature fields{info->name};
    for (const ClassInfo::Attribute &field : info->attributes) {
      Parameter parameter{field.name, field.type};
      parameter.defaultValue = field.value;
      fields.parameters.push_back(parameter);
    }
    fields.results = {info->type};
    CallArguments call{positional, keywords};
    auto match = matchOne(range, fields, call);
    if (!match)
      return {};
    SmallVector<mlir::Value> operands = operandsOf(range, *match, call);
    if (hasFailed())
      return {};
    return SugaredValue::simple(ts::TupleOp::create(builder, loc(range), info->type, operands));
  }
  if (info->kind != ts::ClassKind::Class || info->isNative)
    return fail(range, "'" + info->name + "' cannot be constructed in code",
                ErrorKind::Unsupported);
  mlir::Value object = ts::CreateObjectOp::create(builder, loc(range), info->type);
  if (info->findMethod("__init__"))
    callMethod(range, object, "__init__", positional, keywords);
  else if (!positional.empty() || !keywords.empty())
    return fail(range, "class '" + info->name + "' has no '__init__' that takes arguments");
  return hasFailed() ? SugaredValue() : SugaredValue::simple(object);
}

//===-- Operators
//---------------------------------------------------------------------------------===//

mlir::Value FunctionEmitter::op(Range range, StringRef name, ArrayRef<mlir::Value> operands) {
  SmallVector<Argument> arguments;
  for (mlir::Value operand : operands) {
    if (!operand)
      return {};
    arguments.push_back(argument(operand));
  }
  SugaredValue result = callOperator(range, name, arguments);
  return result ? asValue(range, result) : mlir::Value();
}

SugaredValue FunctionEmitter::callOperator(Range range, StringRef name,
                                           ArrayRef<Argument> positional,
                                           ArrayRef<Argument> keywords, const Argument *self) {
  if (name == "aten::is_scripting" && positional.empty() && keywords.empty())
    return SugaredValue::simple(boolConstant(range, true));
  auto candidates = program.operators().candidates(
      name, source.usesUpgraders ? program.version() : OperatorTable::currentVersion);
  if (!candidates)
    return fail(candidates.takeError());
  if (candidates->empty())
    return fail(range, "unknown operator '" + name + "'", ErrorKind::Unsupported);
  CallArguments call{positional, keywords, self};
  bool isAten = name.starts_with("aten::");
  std::string reasons;
  for (Conversions allowed : {Conversions::None, Conversions::Implicit, Conversions::Literals}) {
    if (allowed == Conversions::None && candidates->size() == 1)
      continue;
    reasons.clear();
    for (const Candidate &candidate : *candidates) {
      std::string whyNot;
      unsigned made = 0;
      auto match =
          matchSignature(rules, *candidate.signature, call, allowed, isAten, whyNot, &made);
      if (!match) {
        if (names)
          names->skip(made);
        reasons += "\n  " + candidate.signature->str() + ": " + whyNot;
        continue;
      }
      if (candidate.function.empty())
        return emitOperator(range, *match, call);
      SmallVector<mlir::Value> operands = operandsOf(range, *match, call);
      const Signature *signature =
          hasFailed() ? nullptr : orFail(program.signature(candidate.function));
      if (!signature)
        return {};
      return SugaredValue::simple(
          ts::CallOp::create(builder, loc(range), signature->results.front(),
                             FlatSymbolRefAttr::get(context, candidate.function), operands));
    }
  }
  return fail(range, "the arguments fit no overload of '" + name + "':" + reasons);
}

SmallVector<mlir::Value> FunctionEmitter::operandsOf(Range range, const Match &match,
                                                     const CallArguments &call) {
  SmallVector<mlir::Value> operands;
  for (const MatchedArgument &matched : match.arguments) {
    switch (matched.kind) {
    case MatchedArgument::Kind::Value:
      operands.push_back(apply(range, matched.conversions[0], call.at(matched.sources[0]).value));
      break;
    case MatchedArgument::Kind::Repeated: {
      mlir::Value value = call.at(matched.sources[0]).value;
      SmallVector<mlir::Value> repeated(matched.parameter->repeat, value);
      operands.push_back(makeList(range, value.getType(), repeated));
      break;
    }
    case MatchedArgument::Kind::List: {
      SmallVector<mlir::Value> elements;
      for (auto [source, conversion] : llvm::zip(matched.sources, matched.conversions))
        elements.push_back(apply(range, conversion, call.at(source).value));
      operands.push_back(
          makeList(range, cast<ts::ListType>(matched.type).getElementType(), elements));
      break;
    }
    case MatchedArgument::Kind::Default:
      operands.push_back(emitDefault(range, *match.signature, *matched.parameter, matched.type));
      break;
    }
    if (hasFailed())
      return {};
  }
  for (unsigned extra : match.extra)
    operands.push_back(call.at(extra).value);
  return operands;
}

mlir::Value FunctionEmitter::emitDefault(Range range, const Signature &signature,
                                         const Parameter &parameter, Type type) {
  if (parameter.defaultValue) {
    Attribute value = parameter.defaultValue;
    if (names)
      names->inDefault(true);
    // `int[2] padding=0` repeats its default.
    auto list = dyn_cast<ts::ListType>(unwrapOptional(type));
    if (list && parameter.repeat && !isa<ArrayAttr, UnitAttr>(value))
      value = builder.getArrayAttr(SmallVector<Attribute>(parameter.repeat, value));
    mlir::Value made = constant(range, value, type);
    if (names) {
      names->inDefault(false);
      if (made && made.getDefiningOp<ts::ListOp>())
        names->defaultList(made);
    }
    return made;
  }
  NestingGuard guard(*this, range);
  if (hasFailed())
    return {};
  // Other defaults are evaluated at each call, among the names of the file they stand in.
  Environment saved = std::move(env);
  env = Environment();
  env.push();
  const script::File *calling = std::exchange(file, fileOf(signature));
  mlir::Value value = emitExpr(parameter.defaultExpr, type);
  if (value)
    value = convert(parameter.defaultExpr->range, value, type,
                    "parameter '" + parameter.name + "' is of type '" + spelling(type) + "'");
  file = calling;
  env = std::move(saved);
  return value;
}

SugaredValue FunctionEmitter::emitOperator(Range range, const Match &match,
                                           const CallArguments &call) {
  SmallVector<mlir::Value> operands = operandsOf(range, match, call);
  if (hasFailed())
    return {};
  const Signature &signature = *match.signature;
  if (signature.name == "prim::RaiseException") {
    mlir::Value cls = operands.size() > 1 && !isa<ts::NoneType>(operands[1].getType())
                          ? operands[1]
                          : mlir::Value();
    auto raise = ts::RaiseOp::create(builder, loc(range), operands[0], cls);
    if (names && !cls && operands.size() > 1)
      names->raised(raise, operands[1]);
    return SugaredValue::simple(none(range));
  }
  if (signature.name == "aten::device")
    if (auto literal = operands[0].getDefiningOp<ts::ConstantOp>())
      return SugaredValue::simple(ts::ConstantOp::createDevice(
          builder, loc(range), cast<StringAttr>(literal.getValue()).getValue()));
  auto emitted = ts::OpOp::create(builder, loc(range), match.results, signature.name, operands);
  if (match.results.empty())
    return SugaredValue::simple(none(range));
  if (match.results.size() == 1)
    return SugaredValue::simple(emitted.getResult(0));
  if (names)
    names->skip();
  SugaredValue pack{SugaredValue::Kind::Pack};
  llvm::append_range(pack.values, emitted.getResults());
  pack.type = ts::TupleType::get(context, match.results);
  if (!signature.resultNames.empty()) {
    SmallVector<StringAttr> names;
    for (const std::string &name : signature.resultNames)
      names.push_back(builder.getStringAttr(name));
    // Named as the operator: the reference leaves such a type without a name.
    StringRef plain = StringRef(signature.name).split("::").second.split('.').first;
    pack.type = ts::NamedTupleType::get(context, ("torch.return_types." + plain).str(), names,
                                        match.results);
  }
  return pack;
}

} // namespace sconce::import
