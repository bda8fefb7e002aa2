// Operators by rule. Some half of ATen's schemas are another one's in-place,
// out= or scalar form; what they do follows from the functional form:
//
//   X_(self, …)      = write(self, convert(X(self, …), self.dtype))
//   X.out(…, out)    = the same into out, which takes the result's sizes
//   X.Scalar(…, s)   = X.Tensor(…, s as a wrapped number)
//   __iX__(self, …)  = as X_ of __X__
//   X(self, …)       = X_(clone(self), …), where the library has only X_
//   prims::X(…)      = aten::X(…), where the types of their arguments are equal
#include "lib/Specialize/Twins.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Promotion.h"
#include "lib/Specialize/TensorText.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

namespace {
struct OperatorName {
  std::string base;     ///< "aten::add_"
  std::string overload; ///< "Tensor", or empty
  std::string full() const { return overload.empty() ? base : base + "." + overload; }
};
} // namespace

static OperatorName splitName(llvm::StringRef name) {
  size_t dot = name.find('.', name.find("::") + 2);
  if (dot == llvm::StringRef::npos)
    return {name.str(), ""};
  return {name.take_front(dot).str(), name.drop_front(dot + 1).str()};
}

/// A Scalar where the other has a Tensor, both perhaps optional.
static bool wrapsScalar(mlir::Type from, mlir::Type to) {
  auto strip = [](mlir::Type type) {
    auto optional = llvm::dyn_cast<ts::OptionalType>(type);
    return optional ? optional.getElementType() : type;
  };
  return llvm::isa<ts::NumberType>(strip(from)) && llvm::isa<ts::TensorType>(strip(to));
}

static bool isImplemented(ProgramView &program, llvm::StringRef name) {
  return intrinsics().has(name) || program.hasLibrary(name);
}

/// Whether arguments of `from` can be given to `to` when its scalars become
/// 0-dim tensors where tensors are wanted.
static bool fitsWithWrapping(llvm::ArrayRef<SchemaArgument> from, llvm::ArrayRef<SchemaArgument> to) {
  if (from.size() != to.size())
    return false;
  for (auto [f, t] : llvm::zip(from, to)) {
    bool wraps = wrapsScalar(f.type, t.type);
    bool sameNames = f.name == t.name || wraps || f.type == t.type;
    if (!sameNames || (f.type != t.type && !wraps))
      return false;
  }
  return true;
}

/// The overload of the operator that takes tensors where this one takes scalars.
static std::optional<std::string> tensorOverload(ProgramView &program, llvm::StringRef name) {
  auto arguments = program.schemaArguments(name);
  if (!arguments)
    return std::nullopt;
  for (const std::string &candidate : program.overloads(splitName(name).base)) {
    if (candidate == name || !isImplemented(program, candidate))
      continue;
    auto wanted = program.schemaArguments(candidate);
    if (wanted && fitsWithWrapping(*arguments, *wanted))
      return candidate;
  }
  return std::nullopt;
}

static LogicalResult callWithWrappedScalars(Call &call, llvm::StringRef target) {
  auto given = call.eval.program.schemaArguments(call.name), wanted = call.eval.program.schemaArguments(target);
  llvm::SmallVector<AbstractValue> arguments(call.args.begin(), call.args.end());
  for (auto [argument, from, to] : llvm::zip(arguments, *given, *wanted))
    if (argument.isScalar() && wrapsScalar(from.type, to.type))
      argument = AbstractValue::ofTensor(call.eval.tensors.scalar(argument, /*wrappedNumber=*/true));
  return call.eval.callOperator(target, arguments, call.op, call.done);
}

static bool haveSameSizes(const TensorNode *a, const TensorNode *b) {
  return a->rank() == b->rank() &&
         llvm::all_of(llvm::zip(a->sizes, b->sizes), [](auto pair) { return std::get<0>(pair).isIdentical(std::get<1>(pair)); });
}

/// PyTorch's canCast.
static bool canCast(rt::Dtype from, rt::Dtype to) {
  if (rt::isComplex(from) && !rt::isComplex(to))
    return false;
  if (rt::isFloating(from) && rt::isIntegral(to, /*includeBool=*/true))
    return false;
  return from == rt::Dtype::Bool || to != rt::Dtype::Bool;
}

static LogicalResult checkCast(Evaluator &eval, const TensorNode *result, const TensorNode *target) {
  if (canCast(result->dtype, target->dtype))
    return success();
  return eval.raise("builtins.RuntimeError", "result type " + llvm::Twine(scalarTypeName(result->dtype)) +
                                                 " can't be cast to the desired output type " + scalarTypeName(target->dtype));
}

/// Writes a functional form's result into `self`.
static LogicalResult writeInPlace(Evaluator &eval, TensorNode *self, TensorNode *result) {
  if (result->storage == self->storage) {
    // A view operator's in-place form changes what `self` views.
    if (failed(eval.prepareWrite(self)))
      return failure();
    eval.tensors.become(self, result);
    return success();
  }
  if (!haveSameSizes(self, result)) {
    AbstractValue fits = AbstractValue::ofBool(self->rank() == result->rank());
    for (auto [a, b] : llvm::zip(self->sizes, result->sizes))
      fits = eval.emitter.logicalAnd(fits, eval.emitter.compare("eq", a, b));
    if (failed(eval.require(fits, "builtins.RuntimeError",
                            "output with shape " + sizesText(self) + " doesn't match the broadcast shape " + sizesText(result))))
      return failure();
  }
  if (failed(checkCast(eval, result, self)))
    return failure();
  mlir::FailureOr<TensorNode *> converted = convertTensor(eval, result, self->dtype);
  if (failed(converted))
    return failure();
  return eval.writeTensor(self, *converted);
}

static LogicalResult callInPlace(Call &call, llvm::StringRef functional) {
  AbstractValue self = call.args.front();
  Completion done = call.done;
  return call.eval.callOperator(functional, call.args, nullptr,
                                [self, done](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) -> LogicalResult {
                                  if (values.size() != 1 || !values[0].isTensor() || !self.isTensor())
                                    return eval.error("an in-place operator works on a tensor");
                                  if (failed(writeInPlace(eval, self.asTensor(), values[0].asTensor())))
                                    return failure();
                                  return done(eval, self);
                                });
}

static LogicalResult writeOut(Evaluator &eval, TensorNode *out, TensorNode *result) {
  if (failed(checkCast(eval, result, out)))
    return failure();
  mlir::FailureOr<TensorNode *> converted = convertTensor(eval, result, out->dtype);
  if (failed(converted))
    return failure();
  if (haveSameSizes(out, *converted))
    return eval.writeTensor(out, *converted);
  // Resized: what else viewed the old storage keeps the old elements.
  if (failed(eval.prepareWrite(out)))
    return failure();
  mlir::FailureOr<AbstractValue> copy = AbstractValue::ofTensor(*converted);
  if (*converted == result)
    copy = eval.runOperator("ts::copy", *copy);
  if (failed(copy))
    return failure();
  eval.tensors.become(out, copy->asTensor());
  return success();
}

static bool hasTwinOrIsImplemented(ProgramView &program, llvm::StringRef name) {
  return isImplemented(program, name) || hasTwin(program, name);
}

/// What says where and as what a factory makes its result: outputs say it themselves.
static bool isOfNewTensors(const SchemaArgument &argument) {
  return llvm::is_contained({"dtype", "layout", "device", "pin_memory"}, argument.name);
}

namespace {
/// The functional form of an out= form.
struct Functional {
  std::string name;
  size_t outputs = 0;
  /// For each argument of the functional form, that of the out= form; nullopt for those of new tensors.
  llvm::SmallVector<std::optional<size_t>> sources = {};
};
} // namespace

/// Where the arguments of `wanted` are in `given`, if only those of new tensors are missing.
static std::optional<llvm::SmallVector<std::optional<size_t>>> findSources(llvm::ArrayRef<SchemaArgument> given,
                                                                           llvm::ArrayRef<SchemaArgument> wanted) {
  llvm::SmallVector<std::optional<size_t>> sources;
  size_t next = 0;
  for (const SchemaArgument &argument : wanted) {
    if (next < given.size() && given[next].name == argument.name && given[next].type == argument.type)
      sources.push_back(next++);
    else if (isOfNewTensors(argument))
      sources.push_back(std::nullopt);
    else
      return std::nullopt;
  }
  if (next != given.size())
    return std::nullopt;
  return sources;
}

/// The overload that has the same arguments without the outputs, which come last.
static std::optional<Functional> functionalOfOut(ProgramView &program, llvm::StringRef name) {
  auto arguments = program.schemaArguments(name);
  if (!arguments || arguments->empty() || !arguments->back().isOutput)
    return std::nullopt;
  auto inputs = llvm::ArrayRef<SchemaArgument>(*arguments).take_while([](const SchemaArgument &each) { return !each.isOutput; });
  std::optional<Functional> found;
  for (const std::string &candidate : program.overloads(splitName(name).base)) {
    auto wanted = program.schemaArguments(candidate);
    if (!wanted || (!wanted->empty() && wanted->back().isOutput) || !hasTwinOrIsImplemented(program, candidate))
      continue;
    auto sources = findSources(inputs, *wanted);
    if (sources && (!found || sources->size() < found->sources.size()))
      found = Functional{candidate, arguments->size() - inputs.size(), std::move(*sources)};
  }
  return found;
}

/// Writes results into outputs; lists of tensors element by element.
static LogicalResult writeOutputs(Evaluator &eval, llvm::ArrayRef<AbstractValue> outs, llvm::ArrayRef<AbstractValue> values) {
  if (values.size() == 1 && outs.size() > 1 && values[0].isTuple())
    values = values[0].asTuple()->elements;
  if (values.size() != outs.size())
    return eval.error("an out= operator gives as many results as outputs");
  for (auto [out, value] : llvm::zip(outs, values)) {
    if (out.isList() && value.isList()) {
      if (failed(writeOutputs(eval, out.asList()->elements, value.asList()->elements)))
        return failure();
      continue;
    }
    if (!out.isTensor() || !value.isTensor())
      return eval.error("an out= operator works on tensors");
    if (failed(writeOut(eval, out.asTensor(), value.asTensor())))
      return failure();
  }
  return success();
}

static LogicalResult callOut(Call &call, const Functional &functional) {
  llvm::SmallVector<AbstractValue> outs(call.args.take_back(functional.outputs)), arguments;
  auto wanted = call.eval.program.schemaArguments(functional.name);
  for (auto [source, argument] : llvm::zip(functional.sources, *wanted)) {
    bool isDtype = !source && argument.name == "dtype" && outs[0].isTensor();
    arguments.push_back(source    ? call.args[*source]
                        : isDtype ? AbstractValue::ofInt(static_cast<int64_t>(outs[0].asTensor()->dtype))
                                  : AbstractValue::none());
  }
  Completion done = call.done;
  return call.eval.callOperator(functional.name, arguments, nullptr,
                                [outs, done](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) -> LogicalResult {
                                  if (failed(writeOutputs(eval, outs, values)))
                                    return failure();
                                  return done(eval, outs);
                                });
}

/// X by X_ on a copy.
static LogicalResult callOnCopy(Call &call, llvm::StringRef inPlace) {
  TensorNode *self = call.args.front().asTensor();
  mlir::Value value = call.eval.tensors.read(self);
  if (!value)
    return call.eval.error("the tensor cannot be read");
  llvm::SmallVector<AbstractValue> arguments(call.args.begin(), call.args.end());
  rt::Tensor known = call.eval.tensors.known(self);
  arguments[0] = AbstractValue::ofTensor(known ? call.eval.tensors.constant(known.clone())
                                               : call.eval.tensors.fresh(value, self->dtype, self->sizes));
  return call.eval.callOperator(inPlace, arguments, call.op, call.done);
}

namespace {
/// The rule that makes one operator of another.
struct Twin {
  enum class Rule { None, InPlace, Wrapped, Out, OnCopy, Same } rule = Rule::None;
  std::string target = {};
  Functional functional = {};
};
} // namespace

/// The overload of `base` whose arguments have the types of `name`'s.
static std::optional<std::string> overloadWithTypesOf(ProgramView &program, llvm::StringRef name, llvm::StringRef base) {
  auto arguments = program.schemaArguments(name);
  if (!arguments)
    return std::nullopt;
  for (const std::string &candidate : program.overloads(base)) {
    auto wanted = program.schemaArguments(candidate);
    bool isSame = wanted && wanted->size() == arguments->size() && isImplemented(program, candidate) &&
                  llvm::all_of(llvm::zip(*arguments, *wanted), [](auto pair) { return std::get<0>(pair).type == std::get<1>(pair).type; });
    if (isSame)
      return candidate;
  }
  return std::nullopt;
}

/// The functional form of an in-place operator: the overload of the same name, or else the one with the same arguments.
static std::optional<std::string> functionalOfInPlace(ProgramView &program, const OperatorName &inPlace) {
  llvm::StringRef base = inPlace.base;
  size_t start = base.find("::") + 2;
  OperatorName functional{base.drop_back().str(), inPlace.overload};
  if (base.ends_with("__")) {
    if (!base.drop_front(start).starts_with("__i"))
      return std::nullopt;
    functional.base = (base.take_front(start) + "__" + base.drop_front(start + 3)).str();
  }
  // One of that name that takes no tensor is another operator (ldexp of two numbers).
  auto wanted = program.schemaArguments(functional.full()), given = program.schemaArguments(inPlace.full());
  bool isFunctional = !wanted || !given || wanted->empty() || given->empty() || wanted->front().type == given->front().type;
  if (isFunctional && (isImplemented(program, functional.full()) || tensorOverload(program, functional.full())))
    return functional.full();
  return overloadWithTypesOf(program, inPlace.full(), functional.base);
}

static Twin findTwin(ProgramView &program, llvm::StringRef fullName, bool takesTensor) {
  OperatorName name = splitName(fullName);
  llvm::StringRef base = name.base;
  bool isInPlace = base.ends_with("_");
  if (isInPlace)
    if (std::optional<std::string> functional = functionalOfInPlace(program, name))
      return {Twin::Rule::InPlace, *functional};
  if (std::optional<std::string> target = tensorOverload(program, fullName))
    return {Twin::Rule::Wrapped, *target};
  if (base.starts_with("prims::"))
    if (std::optional<std::string> same = overloadWithTypesOf(program, fullName, ("aten::" + base.drop_front(7)).str()))
      return {Twin::Rule::Same, *same};
  if (std::optional<Functional> functional = functionalOfOut(program, fullName))
    return {Twin::Rule::Out, functional->name, *functional};
  if (isInPlace || !takesTensor)
    return {};
  if (OperatorName inPlace{name.base + "_", name.overload}; isImplemented(program, inPlace.full()))
    return {Twin::Rule::OnCopy, inPlace.full()};
  if (base.ends_with("_copy"))
    if (OperatorName view{base.drop_back(5).str(), name.overload}; isImplemented(program, view.full()))
      return {Twin::Rule::Same, view.full()};
  return {};
}

bool specialize::hasTwin(ProgramView &program, llvm::StringRef name) {
  return findTwin(program, name, /*takesTensor=*/true).rule != Twin::Rule::None;
}

LogicalResult specialize::callTwin(Call &call) {
  call.deferred = true;
  bool takesTensor = !call.args.empty() && call.args.front().isTensor();
  Twin twin = findTwin(call.eval.program, call.name, takesTensor);
  switch (twin.rule) {
  case Twin::Rule::InPlace:
    return callInPlace(call, twin.target);
  case Twin::Rule::Wrapped:
    return callWithWrappedScalars(call, twin.target);
  case Twin::Rule::Out:
    return callOut(call, twin.functional);
  case Twin::Rule::OnCopy:
    return callOnCopy(call, twin.target);
  case Twin::Rule::Same:
    return call.eval.callOperator(twin.target, call.args, call.op, call.done);
  case Twin::Rule::None:
    break;
  }
  return call.eval.unsupported("the operator '" + call.name + "' is not supported");
}
