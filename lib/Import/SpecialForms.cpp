// Calls of words that are no functions: annotate, uninitialized, range, fork …
#include "lib/Import/FunctionEmitter.h"

using namespace mlir;

namespace sconce::import {

SugaredValue FunctionEmitter::emitSpecial(const script::CallExpr *call, StringRef word, Type type,
                                          Type hint) {
  auto simple = [](mlir::Value value) { return SugaredValue::simple(value); };
  auto expect = [&](size_t count) -> bool {
    if (call->arguments.size() == count && call->keywords.empty())
      return true;
    return fail(call->range, "'" + word + "' expects " + Twine(count) + " arguments");
  };
  if (word == "print") {
    SmallVector<mlir::Value> values = emitAll(call->arguments);
    if (hasFailed())
      return {};
    ts::OpOp::create(builder, loc(call->range), TypeRange(), "prim::Print", values);
    return simple(none(call->range));
  }
  if (word == "annotate")
    return expect(2) ? emitAnnotate(call) : SugaredValue();
  if (word == "unchecked_cast") {
    Type target = expect(2) ? parseType(call->arguments[0]) : Type();
    mlir::Value value = target ? emitExpr(call->arguments[1]) : mlir::Value();
    return simple(refineTo(call->range, value, target));
  }
  if (word == "uninitialized") {
    Type target = expect(1) ? parseType(call->arguments[0]) : Type();
    return target ? simple(uninitialized(call->range, target)) : SugaredValue();
  }
  if (word == "isinstance" || word == "hasattr")
    return simple(
        valueOf(call->range, word == "hasattr" ? emitHasAttr(call) : emitIsInstance(call)));
  if (word == "getattr")
    return emitGetAttr(call);
  if (word == "tuple")
    return expect(1) ? emitTupleCall(call) : SugaredValue();
  if (word == "list")
    return emitListCall(call, hint);
  if (word == "dict")
    return emitDictCall(call, hint);
  if (word == "range")
    return emitRangeCall(call);
  if (word == "zip" || word == "enumerate")
    return emitIterables(call, word);
  if (word == "fork" || word == "awaitable")
    return emitFork(call);
  if (word == "__new__")
    return expect(1) ? simple(ts::CreateObjectOp::create(builder, loc(call->range), type))
                     : SugaredValue();
  return fail(call->range, "'" + word + "' cannot be called here");
}

SugaredValue FunctionEmitter::emitAnnotate(const script::CallExpr *call) {
  Type type = parseType(call->arguments[0]);
  if (!type)
    return {};
  mlir::Value value = convert(call->range, emitExpr(call->arguments[1], type), type,
                              "the value is annotated with type '" + spelling(type) + "'");
  // None remembers what it might have been.
  if (value &&
      (isa<ts::NoneType>(value.getType()) || isa<ts::UnionType, ts::AnyType, ts::NumberType>(type)))
    value = castTo(call->range, value, type);
  return SugaredValue::simple(value);
}

SugaredValue FunctionEmitter::emitGetAttr(const script::CallExpr *call) {
  auto *name =
      call->arguments.size() >= 2 ? dyn_cast<script::StringLiteral>(call->arguments[1]) : nullptr;
  if (!name || call->arguments.size() > 3 || !call->keywords.empty())
    return fail(call->range, "getattr expects an object, a string literal and perhaps a default");
  SugaredValue object = emitSugared(call->arguments[0]);
  if (!object)
    return {};
  if (call->arguments.size() == 3 && !hasAttribute(object, name->value))
    return emitSugared(call->arguments[2]);
  return attribute(call->range, object, name->value);
}

SugaredValue FunctionEmitter::emitTupleCall(const script::CallExpr *call) {
  SugaredValue iterable = iterableOf(call->range, emitSugared(call->arguments[0]));
  if (!iterable)
    return {};
  std::optional<int64_t> length = staticLength(iterable);
  if (!length)
    return fail(call->range, "the length of the tuple is not known");
  SmallVector<mlir::Value> elements;
  for (int64_t index = 0; index < *length && !hasFailed(); ++index)
    elements.push_back(asValue(call->range, staticElementOf(call->range, iterable, index)));
  return hasFailed() ? SugaredValue() : SugaredValue::simple(makeTuple(call->range, elements));
}

SugaredValue FunctionEmitter::emitListCall(const script::CallExpr *call, Type hint) {
  Range range = call->range;
  if (!call->keywords.empty() || call->arguments.size() > 1)
    return fail(range, "'list' expects at most one argument");
  auto wanted = dyn_cast_or_null<ts::ListType>(hint);
  if (call->arguments.empty()) {
    mlir::Value empty = makeList(range, wanted ? wanted.getElementType() : tensorType(), {});
    if (!wanted)
      emptyLists.insert(empty);
    return SugaredValue::simple(empty);
  }
  SugaredValue argumentValue = emitSugared(call->arguments[0]);
  SugaredValue iterable = argumentValue ? iterableOf(range, argumentValue) : SugaredValue();
  if (!iterable)
    return {};
  if (iterable.is(SugaredValue::Kind::Simple) &&
      isa<ts::ListType, ts::StrType>(iterable.value.getType()))
    return SugaredValue::simple(op(range, "aten::list", {iterable.value}));
  // list(iterable) is [x for x in iterable].
  script::NameExpr element(range, "$element");
  return SugaredValue::simple(
      emitComprehension(range, &element, iterable, nullptr, &element, hint));
}

SugaredValue FunctionEmitter::emitDictCall(const script::CallExpr *call, Type hint) {
  Range range = call->range;
  SmallVector<Argument> positional, keywords;
  if (!gatherArguments(call, positional, keywords))
    return {};
  auto wanted = dyn_cast_or_null<ts::DictType>(hint);
  if (positional.empty()) {
    SmallVector<mlir::Value> keys, values;
    Type valueType = wanted ? wanted.getValueType() : Type();
    for (const Argument &keyword : keywords) {
      keys.push_back(strConstant(range, keyword.name));
      values.push_back(keyword.value);
      if (!wanted)
        valueType = valueType ? rules.unify(valueType, keyword.value.getType(), /*orUnion=*/true)
                              : keyword.value.getType();
    }
    Type type =
        wanted ? Type(wanted)
               : Type(ts::DictType::get(context, strType(), valueType ? valueType : tensorType()));
    return SugaredValue::simple(ts::DictOp::create(builder, loc(range), type, keys, values));
  }
  if (positional.size() == 1 && keywords.empty())
    return callOperator(range, "aten::dict", positional);
  return fail(range, "'dict' of an iterable and keywords is not supported", ErrorKind::Unsupported);
}

SugaredValue FunctionEmitter::emitRangeCall(const script::CallExpr *call) {
  SmallVector<Argument> positional, keywords;
  if (!gatherArguments(call, positional, keywords))
    return {};
  if (positional.empty() || positional.size() > 3 || !keywords.empty())
    return fail(call->range, "'range' expects one to three arguments");
  SugaredValue range{SugaredValue::Kind::Range};
  for (const Argument &bound : positional) {
    mlir::Value value = convert(call->range, bound.value, intType(), "'range' expects ints");
    if (!value)
      return {};
    range.values.push_back(value);
  }
  if (names && range.values.size() == 1) {
    names->skip(); // The reference makes a start and
    names->skip(); // a step in any case.
  }
  if (range.values.size() == 2)
    range.values.push_back(intConstant(call->range, 1));
  return range;
}

SugaredValue FunctionEmitter::emitIterables(const script::CallExpr *call, StringRef word) {
  bool isZip = word == "zip";
  SugaredValue result{isZip ? SugaredValue::Kind::Zip : SugaredValue::Kind::Enumerate};
  const script::Expr *start = nullptr;
  ArrayRef<script::Expr *> sources = call->arguments;
  if (!isZip) {
    if (sources.size() == 2)
      start = sources[1];
    for (const script::KeywordArgument &keyword : call->keywords)
      if (keyword.name == "start" && !start)
        start = keyword.value;
    if (sources.empty() || sources.size() > 2 ||
        (!call->keywords.empty() && call->keywords[0].value != start))
      return fail(call->range, "'enumerate' expects an iterable and perhaps a start");
    sources = sources.take_front(1);
  } else if (sources.empty() || !call->keywords.empty()) {
    return fail(call->range, "'zip' expects iterables");
  }
  for (const script::Expr *source : sources) {
    SugaredValue value = emitSugared(source);
    result.elements.push_back(value ? iterableOf(source->range, value) : SugaredValue());
    if (!result.elements.back())
      return {};
  }
  if (start)
    result.value = convert(start->range, emitExpr(start), intType(),
                           "'enumerate' expects an int to start with");
  return hasFailed() ? SugaredValue() : result;
}

mlir::Value FunctionEmitter::emitToList(Range range, mlir::Value tensor, Type hint) {
  if (!hint)
    return fail(range, "the type of the result of tolist() must be annotated");
  return ts::ToListOp::create(builder, loc(range), hint, tensor);
}

SugaredValue FunctionEmitter::emitFork(const script::CallExpr *call) {
  if (call->arguments.empty())
    return fail(call->range, "expected a function to run");
  SugaredValue callee = emitSugared(call->arguments[0]);
  if (!callee)
    return {};
  SmallVector<Argument> positional, keywords;
  if (!gatherArguments(call, positional, keywords, /*skip=*/1))
    return {};
  if (callee.is(SugaredValue::Kind::Closure)) {
    if (!positional.empty() || !keywords.empty())
      return fail(call->range, "a closure takes no arguments");
    return forkClosure(call->range, *callee.closure, cast<script::NameExpr>(call->callee)->name);
  }
  // A function or method: its call, as a task.
  std::string name = callee.name;
  if (callee.is(SugaredValue::Kind::Method)) {
    name = spelling(callee.value.getType()) + "." + callee.name;
    positional.insert(positional.begin(), argument(callee.value));
  } else if (!callee.is(SugaredValue::Kind::Function)) {
    return fail(call->range, "expected a function to run, found a " + callee.describe());
  }
  const Signature *signature = orFail(program.signature(name));
  if (!signature)
    return {};
  CallArguments arguments{positional, keywords};
  auto match = matchOne(call->range, *signature, arguments);
  if (!match)
    return {};
  SmallVector<mlir::Value> operands = operandsOf(call->range, *match, arguments);
  if (hasFailed())
    return {};
  return SugaredValue::simple(ts::ForkOp::create(
      builder, loc(call->range), ts::FutureType::get(context, signature->results.front()),
      FlatSymbolRefAttr::get(context, name), operands));
}

SugaredValue FunctionEmitter::forkClosure(Range range, const Closure &closure, StringRef word) {
  FunctionSource inner;
  inner.name = source.name + "." + word.str() + std::to_string(closures++);
  inner.file = file;
  inner.def = closure.def;
  inner.self = source.self;
  inner.isLibrary = source.isLibrary;
  inner.usesUpgraders = source.usesUpgraders;
  SmallVector<mlir::Value> operands;
  for (auto &[name, value] : closure.captured) {
    inner.captured[name] = value;
    if (!value.is(SugaredValue::Kind::Simple))
      continue;
    // The closure outlives this function's IR: only the type goes with it.
    operands.push_back(value.value);
    inner.captured[name] = {SugaredValue::Kind::Simple, {}, {}, value.value.getType()};
  }
  std::string name = inner.name;
  program.addSource(std::move(inner));
  const Signature *signature = orFail(program.signature(name));
  if (!signature)
    return {};
  return SugaredValue::simple(ts::ForkOp::create(
      builder, loc(range), ts::FutureType::get(context, signature->results.front()),
      FlatSymbolRefAttr::get(context, name), operands));
}

} // namespace sconce::import
