#include "lib/Specialize/Primitives.h"
#include "dialects/TorchScript/IR/Primitives.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/ElementwiseLayout.h"
#include "lib/Specialize/ExtentChecks.h"
#include "lib/Specialize/Folding.h"

#include "llvm/ADT/StringSet.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::succeeded;
using mlir::success;

/// A list of ints as extents.
static FailureOr<llvm::SmallVector<Extent, 4>> extentsOf(Evaluator &eval, const AbstractValue &list) {
  llvm::SmallVector<Extent, 4> extents;
  if (!list.isList() || list.asList()->reference)
    return eval.unsupported("a list of ints whose length only run time knows");
  for (const AbstractValue &element : list.asList()->elements) {
    if (!element.isInt())
      return eval.error("a list of ints is expected, got a " + kindName(element));
    extents.push_back(element);
  }
  return extents;
}

static FailureOr<llvm::SmallVector<int64_t, 4>> knownInts(Evaluator &eval, const AbstractValue &list) {
  FailureOr<llvm::SmallVector<Extent, 4>> extents = extentsOf(eval, list);
  if (failed(extents))
    return failure();
  llvm::SmallVector<int64_t, 4> ints;
  for (const Extent &extent : *extents) {
    if (!extent.isKnownInt())
      return eval.unsupported("a dimension number that only run time knows");
    ints.push_back(extent.asInt());
  }
  return ints;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

static FailureOr<ViewStep> viewStep(Call &call, llvm::StringRef word) {
  Evaluator &eval = call.eval;
  if (word == "slice") {
    if (!call.args[1].isKnownInt() || !call.args[4].isKnownInt())
      return eval.unsupported("a slice whose dimension or step only run time knows");
    return ViewStep::slice(call.args[1].asInt(), call.args[2], call.args[3], call.args[4].asInt());
  }
  if (word == "view_as_real")
    return ViewStep{ViewKind::ViewAsReal};
  if (word == "view_as_complex")
    return ViewStep{ViewKind::ViewAsComplex};
  if (word == "permute") {
    FailureOr<llvm::SmallVector<int64_t, 4>> dims = knownInts(eval, call.args[1]);
    return failed(dims) ? FailureOr<ViewStep>(failure()) : ViewStep::permute(*dims);
  }
  FailureOr<llvm::SmallVector<Extent, 4>> sizes = extentsOf(eval, call.args[1]);
  if (failed(sizes))
    return failure();
  if (word == "reshape")
    return ViewStep::reshape(*sizes);
  if (word == "broadcast") {
    FailureOr<llvm::SmallVector<int64_t, 4>> dims = knownInts(eval, call.args[2]);
    return failed(dims) ? FailureOr<ViewStep>(failure()) : ViewStep::broadcast(*sizes, *dims);
  }
  FailureOr<llvm::SmallVector<Extent, 4>> strides = extentsOf(eval, call.args[2]);
  if (failed(strides))
    return failure();
  return ViewStep::asStrided(*sizes, *strides, call.args[3]);
}

static bool isInRange(int64_t dim, size_t rank) { return dim >= 0 && dim < static_cast<int64_t>(rank); }

/// A broken library function must not break the compiler.
static bool isWellFormed(const TensorNode *x, const ViewStep &step) {
  switch (step.kind) {
  case ViewKind::Slice:
    return isInRange(step.dims[0], x->rank()) && step.strides[0].asInt() > 0;
  case ViewKind::Permute:
    return step.dims.size() == x->rank() && llvm::all_of(step.dims, [&](int64_t d) { return isInRange(d, x->rank()); });
  case ViewKind::Broadcast:
    return step.dims.size() == x->rank() && llvm::all_of(step.dims, [&](int64_t d) { return isInRange(d, step.sizes.size()); });
  case ViewKind::AsStrided:
    return step.sizes.size() == step.strides.size();
  case ViewKind::ViewAsReal:
    return rt::isComplex(x->dtype);
  case ViewKind::ViewAsComplex:
    return rt::isFloating(x->dtype) && x->rank() > 0 && x->sizes.back().isKnownInt(2);
  default:
    return true;
  }
}

static LogicalResult makeView(Call &call, llvm::StringRef word) {
  FailureOr<ViewStep> step = viewStep(call, word);
  if (failed(step))
    return failure();
  TensorNode *x = call.args[0].asTensor();
  if (!isWellFormed(x, *step))
    return call.eval.error("'ts." + word + "' is called with arguments that do not fit");
  if (step->kind == ViewKind::Broadcast && failed(requireStretchable(call.eval, x, step->sizes, step->dims)))
    return failure();
  if (step->kind == ViewKind::AsStrided && failed(requireInsideStorage(call.eval, x, *step)))
    return failure();
  TensorNode *view = call.eval.tensors.view(x, std::move(*step));
  if (!view) // The dialect has said why.
    return call.eval.error("'ts." + word + "' cannot be built");
  return call.give(AbstractValue::ofTensor(view));
}

static bool isView(llvm::StringRef word) {
  static const llvm::StringSet<> views = {"as_strided", "broadcast", "permute", "reshape", "slice", "view_as_complex", "view_as_real"};
  return views.contains(word);
}

//===----------------------------------------------------------------------===//
// Computation
//===----------------------------------------------------------------------===//

static bool isElementwise(llvm::StringRef word) {
  static const llvm::StringSet<> others = {
      "arg_pool", "arg_reduce", "arg_scan", "check", "concatenate", "contract", "convolve", "copy", "decompose", "dim", "first_outside", "full", "index",
      "iota", "item", "nonzero", "pad", "pool", "random", "randperm", "reduce", "reverse", "scan", "scatter", "sort",
      "tensor_of", "update_slice", "bitcast", "as_strided", "broadcast", "permute", "reshape", "slice", "view_as_complex", "view_as_real"};
  return !others.contains(word);
}

llvm::SmallVector<const TensorNode *> specialize::elementwiseInputs(const Call &call, llvm::StringRef name) {
  llvm::SmallVector<const TensorNode *> inputs;
  if (isElementwise(name))
    for (const AbstractValue &argument : call.args)
      if (argument.isTensor())
        inputs.push_back(argument.asTensor());
  return inputs;
}

/// Arguments of a schema as operands.
static FailureOr<llvm::SmallVector<PrimitiveOperand>> operandsOf(Call &call, const ts::PrimitiveInfo &info) {
  Evaluator &eval = call.eval;
  using Kind = ts::PrimitiveParameter::Kind;
  llvm::SmallVector<PrimitiveOperand> operands;
  for (auto [parameter, argument] : llvm::zip(info.parameters, call.args)) {
    if (parameter.kind == Kind::Tensor) {
      if (!argument.isTensor())
        return eval.error("'ts." + info.name + "' wants a tensor as '" + parameter.name + "', got a " + kindName(argument));
      operands.push_back(eval.tensors.read(argument.asTensor()));
    } else if (parameter.kind == Kind::TensorList) {
      if (!argument.isList() || argument.asList()->reference)
        return eval.unsupported("a list of tensors whose length only run time knows");
      llvm::SmallVector<mlir::Value> values;
      for (const AbstractValue &element : argument.asList()->elements) {
        if (!element.isTensor())
          return eval.error("'ts." + info.name + "' wants tensors as '" + parameter.name + "', got a " + kindName(element));
        values.push_back(eval.tensors.read(element.asTensor()));
      }
      operands.push_back(llvm::ArrayRef<mlir::Value>(values));
    } else if (parameter.kind == Kind::IntList) {
      FailureOr<llvm::SmallVector<Extent, 4>> extents = extentsOf(eval, argument);
      if (failed(extents))
        return failure();
      operands.push_back(llvm::ArrayRef<Extent>(*extents));
    } else if (parameter.kind == Kind::String) {
      if (!argument.isString())
        return eval.error("'ts." + info.name + "' wants a word as '" + parameter.name + "'");
      operands.push_back(argument.asString());
    } else {
      if (!argument.isScalar() || (parameter.isKnown && !argument.isKnown()))
        return eval.unsupported("'" + parameter.name + "' of '" + info.name + "' is known at run time only");
      operands.push_back(argument);
    }
  }
  return operands;
}

/// Extents that the evaluator knows better than a type says.
static llvm::SmallVector<Extent> resultSizes(Call &call, llvm::StringRef word, mlir::Value value) {
  auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
  const TensorNode *like = nullptr;
  static const llvm::StringSet<> sameAsFirst = {"reverse", "scan", "arg_scan", "scatter", "sort", "update_slice", "bitcast"};
  if (isElementwise(word) || sameAsFirst.contains(word))
    for (const AbstractValue &argument : call.args)
      if (argument.isTensor() && !like)
        like = argument.asTensor();
  llvm::SmallVector<Extent> given;
  if (like && static_cast<int64_t>(like->rank()) == type.getRank())
    given.assign(like->sizes.begin(), like->sizes.end());
  else if (word == "full" && call.args[0].isList())
    given.assign(call.args[0].asList()->elements.begin(), call.args[0].asList()->elements.end());
  else if (word == "iota")
    given.push_back(call.args[0]);
  else if (word == "random" && call.args[0].isList())
    given.assign(call.args[0].asList()->elements.begin(), call.args[0].asList()->elements.end());
  else if ((word == "reduce" || word == "arg_reduce") && call.args[0].isTensor()) {
    llvm::SmallVector<int64_t> dims;
    if (call.args[1].isList())
      for (const AbstractValue &dim : call.args[1].asList()->elements)
        dims.push_back(dim.asInt());
    else
      dims.push_back(call.args[1].asInt());
    for (auto [i, size] : llvm::enumerate(call.args[0].asTensor()->sizes))
      if (!llvm::is_contained(dims, static_cast<int64_t>(i)))
        given.push_back(size);
  }
  llvm::SmallVector<Extent> sizes;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    bool useGiven = static_cast<int64_t>(given.size()) == type.getRank() && type.isDynamicDim(i) && given[i].isInt();
    sizes.push_back(useGiven ? given[i] : call.eval.emitter.extentOf(value, i));
  }
  return sizes;
}

static LogicalResult emitPrimitive(Call &call, const ts::PrimitiveInfo &info) {
  if (failed(requireFittingExtents(call, info.name)))
    return failure();
  FailureOr<llvm::SmallVector<PrimitiveOperand>> operands = operandsOf(call, info);
  if (failed(operands))
    return failure();
  if (info.name == "contract" || info.name == "convolve") {
    mlir::Value first = *(*operands)[0].tensor(), second = *(*operands)[1].tensor();
    refineOperands(call.eval.emitter, info.name, call.args, first, second);
    (*operands)[0] = first;
    (*operands)[1] = second;
  }
  FailureOr<llvm::SmallVector<mlir::Value>> values = failure();
  if (info.name == "concatenate") {
    FailureOr<mlir::Value> joined = call.eval.emitter.concatenate(*(*operands)[0].tensors(), (*operands)[1].scalar()->asInt());
    if (succeeded(joined))
      values = llvm::SmallVector<mlir::Value>(1, *joined);
  } else {
    values = call.eval.emitter.primitive(info.name, *operands);
  }
  if (failed(values))
    return call.eval.giveUp();
  llvm::SmallVector<const TensorNode *> inputs = elementwiseInputs(call, info.name);
  for (mlir::Value value : *values) {
    auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
    if (!type) {
      call.results.push_back(AbstractValue::ofRunTime(value));
      continue;
    }
    llvm::SmallVector<Extent> sizes = resultSizes(call, info.name, value);
    llvm::SmallVector<Extent> strides = elementwiseStrides(inputs, sizes);
    call.results.push_back(AbstractValue::ofTensor(call.eval.tensors.fresh(value, *dtypeOf(type.getElementType()), sizes, strides)));
  }
  return success();
}

/// Elementwise operations on 0-dim tensors that hold run-time scalars stay
/// arithmetic on scalars: so does what tracers make of sizes.
static bool computeOnScalars(Call &call, llvm::StringRef word) {
  if (!isElementwise(word))
    return false;
  llvm::SmallVector<AbstractValue> scalars;
  bool someRunTime = false;
  for (const AbstractValue &argument : call.args) {
    if (!argument.isTensor())
      continue;
    const TensorNode *tensor = argument.asTensor();
    AbstractValue scalar = call.eval.tensors.scalarContent(tensor);
    if (!scalar.isScalar() || tensor->dtype != dtypeOfScalar(scalar.kind()))
      return false;
    someRunTime |= scalar.isRunTime();
    scalars.push_back(scalar);
  }
  if (!someRunTime)
    return false;
  AbstractValue result;
  if (word == "convert") {
    auto dtype = rt::dtypeFromCode(call.args[1].isKnownInt() ? call.args[1].asInt() : -1);
    if (!dtype || dtypeOfScalar(scalarKindOf(*dtype)) != *dtype)
      return false;
    result = call.eval.emitter.convert(scalars[0], scalarKindOf(*dtype));
  } else if (scalars.size() == 3) {
    result = call.eval.emitter.select(scalars[0], scalars[1], scalars[2]);
  } else {
    result = call.eval.emitter.scalarOp(word, scalars);
  }
  if (result.isUninitialized())
    return false;
  call.results.push_back(AbstractValue::ofTensor(call.eval.tensors.scalar(result)));
  return true;
}

static LogicalResult evaluateCheck(Call &call) {
  if (!call.args[0].isBool() || !call.args[1].isString() || !call.args[2].isString())
    return call.eval.error("'ts.check' wants a bool and two strings");
  FailureOr<llvm::SmallVector<Extent, 4>> values = extentsOf(call.eval, call.args[3]);
  return failed(values) ? failure() : call.eval.require(call.args[0], call.args[2].asString(), call.args[1].asString(), *values);
}

static LogicalResult evaluateCopy(Call &call) {
  Tensors &tensors = call.eval.tensors;
  TensorNode *x = call.args[0].asTensor();
  if (rt::Tensor known = tensors.unread(x))
    return call.give(AbstractValue::ofTensor(tensors.constant(known)));
  AbstractValue scalar = tensors.scalarContent(x);
  if (!scalar.isUninitialized())
    return call.give(AbstractValue::ofTensor(tensors.scalar(scalar)));
  mlir::Value value = tensors.read(x);
  return value ? call.give(AbstractValue::ofTensor(tensors.fresh(value, x->dtype, x->sizes))) : call.eval.giveUp();
}

static LogicalResult evaluateBitcast(Call &call) {
  TensorNode *x = call.args[0].asTensor();
  std::optional<rt::Dtype> dtype = rt::dtypeFromCode(call.args[1].asInt());
  if (!dtype)
    return call.eval.unsupported("the dtype with code " + llvm::Twine(call.args[1].asInt()));
  ViewStep step{ViewKind::Bitcast};
  step.dtype = *dtype;
  return call.give(AbstractValue::ofTensor(call.eval.tensors.view(x, std::move(step))));
}

FailureOr<AbstractValue> Evaluator::item(TensorNode *tensor) {
  AbstractValue isOne = emitter.compare("eq", tensors.numel(tensor), AbstractValue::ofInt(1));
  std::string count = tensors.numel(tensor).isKnownInt() ? std::to_string(tensors.numel(tensor).asInt()) : "several";
  if (mlir::failed(require(isOne, "builtins.RuntimeError", "a Tensor with " + count + " elements cannot be converted to Scalar")))
    return failure();
  AbstractValue content = tensors.scalarContent(tensor);
  if (!content.isUninitialized())
    return content;
  if (tensor->rank() > 0)
    tensor = tensors.view(tensor, ViewStep::reshape({}));
  if (tensor)
    if (AbstractValue scalar = tensors.scalarContent(tensor); !scalar.isUninitialized())
      return scalar;
  mlir::Value value = tensor ? tensors.read(tensor) : mlir::Value();
  mlir::Value scalar = value ? emitter.one("item", {value}) : value;
  return scalar ? FailureOr<AbstractValue>(AbstractValue::ofRunTime(scalar)) : FailureOr<AbstractValue>(giveUp());
}

LogicalResult specialize::evaluatePrimitiveCall(Call &call) {
  llvm::StringRef word = call.name.drop_front(4);
  const ts::PrimitiveInfo *info = ts::findPrimitive(word);
  if (!info)
    return call.eval.error("there is no primitive '" + call.name + "'");
  word = info->name;
  if (call.args.size() != info->parameters.size())
    return call.eval.error("'ts." + word + "' takes " + llvm::Twine(info->parameters.size()) + " arguments, got " +
                           llvm::Twine(call.args.size()));
  bool isFirstTensor = !call.args.empty() && call.args[0].isTensor();
  if (word == "check")
    return evaluateCheck(call);
  if (isFirstTensor && isView(word))
    return makeView(call, word);
  if (isFirstTensor && word == "copy")
    return evaluateCopy(call);
  if (isFirstTensor && word == "bitcast" && call.args[1].isKnownInt())
    if (auto dtype = rt::dtypeFromCode(call.args[1].asInt()); dtype && rt::itemSize(*dtype) == rt::itemSize(call.args[0].asTensor()->dtype))
      return evaluateBitcast(call);
  if (isFirstTensor && word == "item") {
    FailureOr<AbstractValue> scalar = call.eval.item(call.args[0].asTensor());
    return failed(scalar) ? failure() : call.give(*scalar);
  }
  if (isFirstTensor && word == "dim" && call.args[1].isKnownInt() && isInRange(call.args[1].asInt(), call.args[0].asTensor()->rank()))
    return call.give(call.args[0].asTensor()->sizes[call.args[1].asInt()]);
  if (computeOnScalars(call, word) || foldPrimitive(call, *info))
    return success();
  return emitPrimitive(call, *info);
}
