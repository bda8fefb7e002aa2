// Calls of functions, methods and operators.
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/MemoryFormat.h"
#include "lib/Specialize/Primitives.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Twins.h"
#include "lib/Specialize/TypeNames.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

LogicalResult Evaluator::callNamed(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments, Completion done) {
  mlir::FailureOr<ts::FuncOp> function = program.function(name);
  if (failed(function)) {
    stopped = Stop::Error;
    return failure();
  }
  if (!*function)
    return error("there is no function '" + name + "'");
  return call(*function, arguments, std::move(done));
}

LogicalResult Evaluator::callMethod(const AbstractValue &object, llvm::StringRef method,
                                    llvm::ArrayRef<AbstractValue> arguments, Completion done) {
  if (!object.isObject())
    return unsupported("a call of method '" + method + "' on a " + kindName(object));
  llvm::SmallVector<AbstractValue> all = {object};
  all.append(arguments.begin(), arguments.end());
  return callNamed(object.asObject()->className + "." + method.str(), all, std::move(done));
}

bool specialize::isModule(Evaluator &eval, const AbstractValue &value) {
  if (value.is(ValueKind::Choice))
    return true;
  ts::ClassOp declared = value.isObject() ? eval.program.findClass(value.asObject()->className) : ts::ClassOp();
  return declared && declared.getKind() == ts::ClassKind::Module;
}

LogicalResult specialize::giveChoice(Call &call, llvm::ArrayRef<ChoiceNode::Option> options, llvm::StringRef exceptionClass,
                                     const llvm::Twine &message) {
  Emitter &emitter = call.eval.emitter;
  AbstractValue isNone = AbstractValue::ofBool(true);
  for (const ChoiceNode::Option &option : options)
    isNone = emitter.logicalAnd(isNone, emitter.logicalNot(option.condition));
  if (failed(call.eval.require(emitter.logicalNot(isNone), exceptionClass, message)))
    return failure();
  auto *choice = call.eval.heap.create<ChoiceNode>();
  for (const auto &[condition, module] : options) {
    if (!module.is(ValueKind::Choice)) {
      choice->options.push_back({condition, module});
      continue;
    }
    for (const ChoiceNode::Option &inner : module.asChoice()->options)
      choice->options.push_back({emitter.logicalAnd(condition, inner.condition), inner.value});
  }
  return call.give(AbstractValue::ofNode(ValueKind::Choice, choice));
}

/// Gives the single value of a call to the op that asked for it.
static Completion giveTo(mlir::Value result) {
  return [result](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
    eval.set(result, values.front());
    return success();
  };
}

static LogicalResult callFunctionValue(Evaluator &eval, ts::CallValueOp op) {
  AbstractValue callee = eval.get(op.getCallee());
  if (!callee.is(ValueKind::Function))
    return eval.unsupported("a call of a function that only run time knows");
  FunctionNode *function = callee.asFunction();
  llvm::SmallVector<AbstractValue> arguments;
  if (!function->self.isUninitialized())
    arguments.push_back(function->self);
  arguments.append(eval.getAll(op.getArguments()));
  return eval.callNamed(function->name, arguments, giveTo(op.getResult()));
}

LogicalResult Evaluator::branchOnChoice(mlir::Operation *at, const AbstractValue &value, Use use, Completion done, size_t first) {
  ChoiceNode *choice = value.asChoice();
  const auto &[condition, option] = choice->options[first];
  if (first + 1 == choice->options.size())
    return use(*this, option, std::move(done));
  Way take = [use, option = option](Evaluator &eval, Completion end) { return use(eval, option, std::move(end)); };
  Way goOn = [at, value, use, first](Evaluator &eval, Completion end) {
    return eval.branchOnChoice(at, value, use, std::move(end), first + 1);
  };
  return branch(at, condition, take, goOn, std::move(done));
}

LogicalResult Evaluator::evaluateCall(mlir::Operation *op) {
  auto none = AbstractValue::none();
  return llvm::TypeSwitch<mlir::Operation *, LogicalResult>(op)
      .Case<ts::CallOp>([&](auto op) { return callNamed(op.getCallee(), getAll(op.getOperands()), giveTo(op.getResult())); })
      .Case<ts::CallMethodOp>([&](ts::CallMethodOp op) {
        if (AbstractValue object = get(op.getObject()); object.is(ValueKind::Choice))
          return branchOnChoice(
              op, object,
              [method = op.getMethod(), arguments = getAll(op.getArguments())](Evaluator &eval, const AbstractValue &one, Completion done) {
                return eval.callMethod(one, method, arguments, std::move(done));
              },
              giveTo(op.getResult()));
        if (AbstractValue object = get(op.getObject()); isUnion(object))
          return branchOnKind(
              op, object, op.getObject().getType(),
              [method = op.getMethod(), arguments = getAll(op.getArguments()), op](Evaluator &eval, const AbstractValue &one, Completion done) {
                if (!one.is(ValueKind::Choice))
                  return eval.callMethod(one, method, arguments, std::move(done));
                return eval.branchOnChoice(
                    op, one,
                    [method, arguments](Evaluator &eval, const AbstractValue &module, Completion end) {
                      return eval.callMethod(module, method, arguments, std::move(end));
                    },
                    std::move(done));
              },
              giveTo(op.getResult()));
        return callMethod(get(op.getObject()), op.getMethod(), getAll(op.getArguments()), giveTo(op.getResult()));
      })
      .Case<ts::CallValueOp>([&](auto op) { return callFunctionValue(*this, op); })
      .Case<ts::FunctionRefOp>([&](auto op) {
        auto *node = heap.create<FunctionNode>(op.getCallee(), AbstractValue::uninitialized());
        set(op.getResult(), AbstractValue::ofNode(ValueKind::Function, node));
        return success();
      })
      .Case<ts::ForkOp>([&](ts::ForkOp op) {
        mlir::Value result = op.getResult();
        return callNamed(op.getCallee(), getAll(op.getOperands()), [result](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
          auto *future = eval.heap.create<FutureNode>(values.front());
          eval.set(result, AbstractValue::ofNode(ValueKind::Future, future));
          return success();
        });
      })
      .Case<ts::EnterOp>([&](auto op) { return callMethod(get(op.getContext()), "__enter__", {}, giveTo(op.getResult())); })
      .Case<ts::ExitOp>([&](auto op) {
        return callMethod(get(op.getContext()), "__exit__", {none, none, none},
                          [](Evaluator &, llvm::ArrayRef<AbstractValue>) { return success(); });
      })
      .Default([&](mlir::Operation *op) { return evaluateStructural(op); });
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

mlir::Type Call::resultType(unsigned i) const {
  return op && i < op->getNumResults() ? op->getResult(i).getType() : mlir::Type();
}

/// Results of an operator go to the op's results: a library function gives a
/// tuple where the schema has several.
static Completion giveToResults(mlir::Operation *op) {
  return [op](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) -> LogicalResult {
    unsigned count = op->getNumResults();
    if (values.size() == 1 && count > 1 && values[0].isTuple())
      values = values[0].asTuple()->elements;
    if (count == 0)
      return success();
    if (values.size() != count)
      return eval.error("the operator gives " + llvm::Twine(values.size()) + " values where " + llvm::Twine(count) +
                        " are expected");
    for (auto [result, value] : llvm::zip(op->getResults(), values))
      eval.set(result, value);
    return success();
  };
}

/// PyTorch's executor makes scalars of the 0-dim constants that these operators have on the right: they then count as numbers in promotion.
static bool takesConstantAsScalar(llvm::StringRef name) {
  return llvm::is_contained({"aten::add.Tensor", "aten::sub.Tensor", "aten::mul.Tensor", "aten::div.Tensor"}, name);
}

/// Operators that move the integers of a quantized tensor; what they give has its scale and zero point.
static bool movesQuantized(llvm::StringRef base) {
  static const llvm::StringSet<> names = {"alias",   "clone",  "contiguous", "detach",  "expand", "flatten",   "max_pool2d", "narrow",    "permute",
                                          "reshape", "select", "slice",      "squeeze", "t",      "transpose", "unflatten",  "unsqueeze", "view"};
  return names.contains(base);
}

/// Operators that know of quantized tensors, or do not look at elements.
static bool takesQuantized(llvm::StringRef base) {
  static const llvm::StringSet<> names = {"dequantize", "device", "dim",     "dtype",        "int_repr", "is_contiguous", "is_quantized", "layout",
                                          "len",        "numel",  "q_scale", "q_zero_point", "size",     "stride"};
  return names.contains(base);
}

static Completion attachQuantizer(std::shared_ptr<const TensorQuantizer> quantizer, Completion done) {
  return [quantizer, done](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) -> LogicalResult {
    llvm::SmallVector<AbstractValue> results(values);
    for (AbstractValue &value : results)
      if (value.isTensor()) {
        TensorNode *result = eval.tensors.alias(value.asTensor());
        result->quantizer = quantizer;
        value = AbstractValue::ofTensor(result);
      }
    return done(eval, results);
  };
}

/// Operators that do not look at their argument number `i`, or ask what it is.
static bool takesAnyKind(llvm::StringRef base, size_t i) {
  static const llvm::StringSet<> stores = {"_set_item", "append", "count", "__contains__", "index", "insert", "remove", "setdefault"};
  static const llvm::StringSet<> asks = {"__is__", "__isnot__", "format", "print", "str", "warn"};
  return asks.contains(base) || (i > 0 && stores.contains(base));
}

LogicalResult Evaluator::evaluateOperator(ts::OpOp op) {
  llvm::SmallVector<AbstractValue> arguments = getAll(op.getOperands());
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (mlir::Type type = op.getOperand(i).getType(); !isOfKind(argument, type))
      return error("'" + op.getName() + "' got a " + kindName(argument) + " where the code says " + annotationOf(type));
  return applyOperator(op, std::move(arguments), giveToResults(op));
}

LogicalResult Evaluator::applyOperator(ts::OpOp op, llvm::SmallVector<AbstractValue> arguments, Completion whenDone) {
  llvm::StringRef base = op.getName().split("::").second.split('.').first;
  auto withArgument = [op, &arguments](size_t i) -> Use {
    return [op, arguments, i](Evaluator &eval, const AbstractValue &one, Completion done) {
      llvm::SmallVector<AbstractValue> known(arguments);
      known[i] = one;
      return eval.applyOperator(op, std::move(known), std::move(done));
    };
  };
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (argument.is(ValueKind::Choice) && !takesAnyKind(base, i))
      return branchOnChoice(op, argument, withArgument(i), std::move(whenDone));
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (isUnion(argument) && !takesAnyKind(base, i))
      return branchOnKind(op, argument, op.getOperand(i).getType(), withArgument(i), std::move(whenDone));
  if (std::optional<OpenArgument> open = openArgument(op, arguments))
    return applyToEach(op, std::move(arguments), *open, std::move(whenDone));
  // The library asks of each tensor of a list what it is; what works on lists themselves takes any.
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    const AbstractValue *element = argument.isList() ? llvm::find_if(argument.asList()->elements, isUnion) : nullptr;
    if (!element || element == argument.asList()->elements.end() || intrinsics().find(op.getName(), arguments))
      continue;
    return branchOnKind(
        op, *element, argument.asList()->elementType,
        [op, arguments, i = i, several = *element](Evaluator &eval, const AbstractValue &one, Completion done) {
          llvm::SmallVector<AbstractValue> known(arguments);
          auto elements = arguments[i].asList()->elements;
          for (AbstractValue &element : elements)
            if (element.isIdentical(several))
              element = one;
          known[i] = eval.list(arguments[i].asList()->elementType, elements);
          return eval.applyOperator(op, std::move(known), std::move(done));
        },
        std::move(whenDone));
  }
  for (AbstractValue &argument : arguments) {
    if (!argument.isTensor() || !argument.asTensor()->quantizer || takesQuantized(base) || op.getName().starts_with("ts::"))
      continue;
    if (!movesQuantized(base))
      return unsupported("the operator '" + op.getName() + "' on a quantized tensor");
    Completion done = attachQuantizer(argument.asTensor()->quantizer, whenDone);
    TensorNode *integers = tensors.alias(argument.asTensor());
    integers->quantizer = nullptr;
    argument = AbstractValue::ofTensor(integers);
    return callOperator(op.getName(), arguments, op, done);
  }
  if (takesConstantAsScalar(op.getName()) && op.getOperand(1).getDefiningOp<ts::PoolConstantOp>() && arguments[1].isTensor() &&
      arguments[1].asTensor()->rank() == 0) {
    mlir::FailureOr<AbstractValue> number = item(arguments[1].asTensor());
    if (failed(number))
      return failure();
    arguments[1] = AbstractValue::ofTensor(tensors.scalar(*number, /*wrappedNumber=*/true));
  }
  return callOperator(op.getName(), arguments, op, std::move(whenDone));
}

LogicalResult Evaluator::callOperator(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments, mlir::Operation *op,
                                      Completion done) {
  Call call{*this, name, arguments, op, {}, false, done};
  Intrinsic intrinsic = intrinsics().find(name, arguments);
  if (!intrinsic && name.starts_with("ts::"))
    intrinsic = evaluatePrimitiveCall;
  if (intrinsic) {
    if (failed(intrinsic(call)))
      return failure();
    return call.deferred ? success() : done(*this, call.results);
  }
  mlir::FailureOr<ts::FuncOp> function = program.library(name);
  if (failed(function)) {
    stopped = Stop::Error;
    return failure();
  }
  if (*function)
    return this->call(*function, arguments, inMemoryFormat(*this, name, arguments, std::move(done)), /*isLibrary=*/true);
  return callTwin(call);
}

mlir::FailureOr<AbstractValue> Evaluator::runOperator(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) {
  auto result = std::make_shared<AbstractValue>();
  size_t base = stack.size();
  LogicalResult pushed = callOperator(name, arguments, nullptr, [result](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
    *result = values.empty() ? AbstractValue::none() : values.size() == 1 ? values.front() : eval.tuple(values);
    return success();
  });
  if (failed(pushed) || failed(run(base)))
    return failure();
  return *result;
}

mlir::FailureOr<AbstractValue> Evaluator::runMethod(const AbstractValue &object, llvm::StringRef method,
                                                    llvm::ArrayRef<AbstractValue> arguments) {
  auto result = std::make_shared<AbstractValue>();
  size_t base = stack.size();
  LogicalResult pushed = callMethod(object, method, arguments, [result](Evaluator &, llvm::ArrayRef<AbstractValue> values) {
    *result = values.front();
    return success();
  });
  if (failed(pushed) || failed(run(base)))
    return failure();
  return *result;
}
