#include "lib/Import/FunctionEmitter.h"

#include "lib/Import/NestingGuard.h"

using namespace mlir;

namespace sconce::import {

FunctionEmitter::FunctionEmitter(Program &program, const FunctionSource &source, ValueNames *names)
    : program(program), source(source), names(names), rules(program.rules()),
      context(&program.context()), file(source.file), builder(context, names) {}

FunctionEmitter::~FunctionEmitter() {
  if (failure)
    llvm::consumeError(std::move(*failure));
}

FunctionEmitter::Failure FunctionEmitter::fail(Range range, const Twine &text, ErrorKind kind) {
  return fail(file->error(range, text, kind));
}

FunctionEmitter::Failure FunctionEmitter::fail(llvm::Error error) {
  if (failure)
    llvm::consumeError(std::move(error));
  else
    failure.emplace(std::move(error));
  return {};
}

mlir::Location FunctionEmitter::loc(Range range) {
  return FileLineColLoc::get(context, file->memberName(), range.line, range.column);
}

Type FunctionEmitter::parseType(const script::Expr *expr) {
  return orFail(program.parseType(expr, *file));
}

llvm::Expected<ts::FuncOp> FunctionEmitter::emit() {
  auto signature = program.makeSignature(source);
  if (!signature)
    return signature.takeError();
  declaredResult = (*signature)->results.empty() ? Type() : (*signature)->results.front();

  SmallVector<Type> types;
  SmallVector<StringRef> argNames;
  SmallVector<Attribute> defaults;
  bool hasDefaults = false;
  for (const Parameter &parameter : (*signature)->parameters) {
    types.push_back(parameter.type);
    argNames.push_back(parameter.name);
    Attribute value = parameter.defaultValue;
    // Unit means no default here, so None is its type.
    if (value && isa<UnitAttr>(value))
      value = TypeAttr::get(noneType());
    else if (std::optional<uint64_t> index = parameter.poolConstant())
      value = builder.getDictionaryAttr(builder.getNamedAttr("pool_constant", builder.getI64IntegerAttr(*index)));
    hasDefaults |= bool(value);
    defaults.push_back(value ? value : Attribute(builder.getUnitAttr()));
  }

  Region body;
  Block *entry = builder.createBlock(&body);
  for (Type type : types)
    entry->addArgument(type, loc(source.def->range));
  if (names) {
    names->begin(entry);
    for (auto [name, argument] : llvm::zip(argNames, entry->getArguments()))
      names->parameter(argument, name);
  }
  if (!emitBody(entry, **signature)) {
    llvm::Error error = std::move(*failure);
    failure.reset();
    return std::move(error);
  }

  builder.setInsertionPointToEnd(program.module().getBody());
  Type result = cast<ts::ReturnOp>(entry->getTerminator()).getValue().getType();
  auto function = ts::FuncOp::create(builder, loc(source.def->range), source.name,
                                     builder.getFunctionType(types, result), argNames);
  if (hasDefaults)
    function.setArgDefaultsAttr(builder.getArrayAttr(defaults));
  function.getBody().takeBody(body);
  return function;
}

bool FunctionEmitter::checkSize(Range range, Type type) {
  if (typeSize(type, program.typeSizes) <= program.options().maxTypeSize)
    return true;
  return fail(range, "a type consists of too many types", ErrorKind::Unsupported);
}

bool FunctionEmitter::emitBody(Block *entry, const Signature &signature) {
  env.push();
  for (auto &[name, value] : source.captured)
    if (!value.is(SugaredValue::Kind::Simple))
      env.set(name, {value});
  env.push();
  for (auto [parameter, argument] : llvm::zip(signature.parameters, entry->getArguments()))
    env.set(parameter.name, {SugaredValue::simple(argument)});

  Flow flow = emitBlock(source.def->body);
  if (hasFailed())
    return false;
  Range end = source.def->range;
  if (flow.kind != Flow::Exits && declaredResult && !includesNone(declaredResult) &&
      !isa<ts::AnyType>(declaredResult))
    return fail(end, "function '" + source.def->name +
                         "' does not return along all paths, but its result is '" +
                         spelling(declaredResult) + "'");
  bool givesNone = !flow.result || isa<ts::NoneType>(flow.result.getType());
  if (flow.kind == Flow::MayExit && givesNone)
    flow = {};
  else if (flow.kind == Flow::MayExit)
    flow = emitUnlessExited(end, flow, [&] {
      Flow exit{Flow::Exits};
      exit.result = none(end);
      return exit;
    });
  if (hasFailed())
    return false;
  Value result = flow.result;
  if (!result)
    result = flow.kind == Flow::Exits
                 ? uninitialized(end, declaredResult ? declaredResult : noneType())
                 : none(end);
  if (names)
    names->finish();
  if (declaredResult)
    result = castTo(end, result, declaredResult);
  ts::ReturnOp::create(builder, loc(end), result);
  return true;
}

} // namespace sconce::import
