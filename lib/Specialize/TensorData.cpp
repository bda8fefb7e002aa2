// Between tensors and Python's numbers and lists.
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Lists.h"
#include "lib/Specialize/Promotion.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TensorText.h"
#include "lib/Specialize/TypeNames.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

//===----------------------------------------------------------------------===//
// Tensors to numbers
//===----------------------------------------------------------------------===//

template <ValueKind kind> static LogicalResult itemAs(Call &call) {
  if (!call.args[0].isTensor())
    return call.eval.error("'" + call.name + "' wants a tensor, got a " + kindName(call.args[0]));
  FailureOr<AbstractValue> scalar = call.eval.item(call.args[0].asTensor());
  if (failed(scalar))
    return failure();
  return call.give(kind == ValueKind::None ? *scalar : call.eval.emitter.convert(*scalar, kind));
}

/// A tensor where the code wants a number: it has no dimensions.
template <ValueKind kind> static LogicalResult implicitItem(Call &call) {
  if (call.args[0].isTensor() && call.args[0].asTensor()->rank() != 0)
    return call.eval.raise("builtins.RuntimeError", "Cannot input a tensor of dimension other than 0 as a scalar argument");
  if (kind == ValueKind::Int && call.args[0].isTensor() && scalarKindOf(call.args[0].asTensor()->dtype) > ValueKind::Int)
    return call.eval.raise("builtins.RuntimeError", "Cannot input a tensor of type " + scalarTypeName(call.args[0].asTensor()->dtype) +
                                                        " as an integral argument");
  return itemAs<kind>(call);
}

static LogicalResult isNonzero(Call &call) {
  TensorNode *x = call.args[0].asTensor();
  Extent numel = call.eval.tensors.numel(x);
  if (!numel.isKnownInt(1) && numel.isKnownInt())
    return call.eval.raise("builtins.RuntimeError", numel.isKnownInt(0) ? "Boolean value of Tensor with no values is ambiguous"
                                                                        : "Boolean value of Tensor with more than one value is ambiguous");
  FailureOr<AbstractValue> scalar = call.eval.item(x);
  return failed(scalar) ? failure() : call.give(call.eval.emitter.convert(*scalar, ValueKind::Bool));
}

/// The depth of nested lists that a type has, and the scalar inside.
static std::pair<unsigned, mlir::Type> listDepth(mlir::Type type) {
  unsigned depth = 0;
  while (auto list = llvm::dyn_cast<ts::ListType>(type)) {
    type = list.getElementType();
    ++depth;
  }
  return {depth, type};
}

static bool isOfDtype(mlir::Type scalar, rt::Dtype dtype) {
  ValueKind kind = scalarKindOf(dtype);
  return (llvm::isa<ts::BoolType>(scalar) && kind == ValueKind::Bool) || (llvm::isa<ts::IntType>(scalar) && kind == ValueKind::Int) ||
         (llvm::isa<ts::FloatType>(scalar) && kind == ValueKind::Float) || (llvm::isa<ts::ComplexType>(scalar) && kind == ValueKind::Complex);
}

/// The dtype that stands for numbers of a type.
static llvm::StringRef annotatedDtype(mlir::Type scalar) {
  if (llvm::isa<ts::BoolType>(scalar))
    return "Bool";
  if (llvm::isa<ts::IntType>(scalar))
    return "Long";
  return llvm::isa<ts::ComplexType>(scalar) ? "ComplexFloat" : "Float";
}

static FailureOr<AbstractValue> nestedLists(Evaluator &eval, TensorNode *x, mlir::Type type) {
  auto list = llvm::dyn_cast<ts::ListType>(type);
  if (!list)
    return eval.item(x);
  if (!x->sizes[0].isKnownInt())
    return eval.unsupported("tolist() of a tensor whose extents only run time knows");
  llvm::SmallVector<AbstractValue> elements;
  for (int64_t i = 0; i < x->sizes[0].asInt(); ++i) {
    TensorNode *row = eval.tensors.view(x, ViewStep::slice(0, Extent::ofInt(i), Extent::ofInt(1), 1));
    row = eval.tensors.view(row, ViewStep::reshape(llvm::ArrayRef<Extent>(x->sizes).drop_front()));
    FailureOr<AbstractValue> element = nestedLists(eval, row, list.getElementType());
    if (failed(element))
      return failure();
    elements.push_back(*element);
  }
  return eval.list(list.getElementType(), elements);
}

FailureOr<AbstractValue> specialize::tensorToList(Evaluator &eval, const AbstractValue &value, mlir::Type type) {
  if (!value.isTensor())
    return eval.error("tolist() wants a tensor, got a " + kindName(value));
  TensorNode *x = value.asTensor();
  auto [depth, scalar] = listDepth(type);
  if (!isOfDtype(scalar, x->dtype))
    return eval.raise("builtins.RuntimeError", "Output annotation element type and runtime tensor element type must match for tolist(): " +
                                                   annotatedDtype(scalar) + " vs " + scalarTypeName(x->dtype));
  if (depth != x->rank())
    return eval.raise("builtins.RuntimeError", "Output annotation list dimension and runtime tensor dimension must match for tolist()");
  Extent numel = eval.tensors.numel(x);
  // A long list is no better known by its elements.
  if (depth > 0 && (!numel.isKnownInt() || numel.asInt() > 4096) && !eval.options.interprets) {
    FailureOr<mlir::Value> tensor = box(eval, value);
    if (failed(tensor))
      return failure();
    return valueBehind(eval, callForReference(eval, "sc_rt_list_of_tensor", {*tensor, textConstant(eval, annotationOf(type))}),
                       shapeOfType(type), type);
  }
  return nestedLists(eval, x, type);
}

static LogicalResult tensorToIntList(Call &call) {
  FailureOr<AbstractValue> list = tensorToList(call.eval, call.args[0], ts::ListType::get(call.eval.emitter.context(), ts::IntType::get(call.eval.emitter.context())));
  return failed(list) ? failure() : call.give(*list);
}

//===----------------------------------------------------------------------===//
// Numbers to tensors
//===----------------------------------------------------------------------===//

/// Flattens nested lists; the extents must agree.
static LogicalResult flatten(Evaluator &eval, const AbstractValue &value, size_t depth, llvm::SmallVectorImpl<int64_t> &sizes,
                             llvm::SmallVectorImpl<AbstractValue> &numbers) {
  if (!value.isList()) {
    if (value.isScalar()) {
      numbers.push_back(value);
      return success();
    }
    if (value.isTensor()) { // A list of tensors of one element counts as their numbers.
      FailureOr<AbstractValue> number = eval.item(value.asTensor());
      if (failed(number))
        return failure();
      numbers.push_back(*number);
      return success();
    }
    return eval.unsupported("a tensor made of values of type " + kindName(value));
  }
  if (value.asList()->reference)
    return eval.unsupported("a tensor made of a list whose length only run time knows");
  int64_t count = value.asList()->elements.size();
  if (depth == sizes.size())
    sizes.push_back(count);
  else if (sizes[depth] != count)
    return eval.raise("builtins.RuntimeError", "Expected sequence of length " + llvm::Twine(sizes[depth]) + " at dim " +
                                                 llvm::Twine(depth) + " (got " + llvm::Twine(count) + ")");
  for (const AbstractValue &element : value.asList()->elements)
    if (failed(flatten(eval, element, depth + 1, sizes, numbers)))
      return failure();
  return success();
}

static rt::Dtype inferredDtype(ValueKind kind) {
  switch (kind) {
  case ValueKind::Bool:
    return rt::Dtype::Bool;
  case ValueKind::Int:
    return rt::Dtype::Int64;
  case ValueKind::Float:
    return rt::Dtype::Float32;
  default:
    return rt::Dtype::Complex64;
  }
}

/// The dtype that a list of no numbers still has.
static ValueKind kindOfElements(mlir::Type type) {
  auto [depth, scalar] = listDepth(type);
  if (llvm::isa<ts::BoolType>(scalar))
    return ValueKind::Bool;
  if (llvm::isa<ts::IntType>(scalar))
    return ValueKind::Int;
  return llvm::isa<ts::ComplexType>(scalar) ? ValueKind::Complex : ValueKind::Float;
}

static FailureOr<TensorNode *> stackOfScalars(Evaluator &eval, llvm::ArrayRef<AbstractValue> numbers, llvm::ArrayRef<Extent> sizes,
                                              rt::Dtype dtype) {
  llvm::SmallVector<mlir::Value> parts;
  llvm::SmallVector<Extent> one = {Extent::ofInt(1)};
  int64_t code = static_cast<int64_t>(dtype);
  for (const AbstractValue &number : numbers)
    parts.push_back(eval.emitter.one("full", {llvm::ArrayRef<Extent>(one), number, code}));
  mlir::Value all = parts.size() == 1 ? parts[0] : eval.emitter.one("concatenate", {llvm::ArrayRef<mlir::Value>(parts), int64_t(0)});
  if (all && sizes.size() != 1)
    all = eval.emitter.one("reshape", {all, sizes});
  if (!all)
    return eval.giveUp();
  return eval.tensors.fresh(all, dtype, sizes);
}

static bool holdsRunTimeList(const AbstractValue &value) {
  return value.isList() && (value.asList()->reference || llvm::any_of(value.asList()->elements, holdsRunTimeList));
}

/// Of numbers in a list, or nested lists, whose length only run time knows.
static LogicalResult makeTensorAtRunTime(Call &call, rt::Dtype dtype) {
  Evaluator &eval = call.eval;
  FailureOr<mlir::Value> list = handOver(eval, call.args[0]);
  if (failed(list))
    return failure();
  int64_t rank = listDepth(typeOf(eval.emitter.context(), call.args[0])).first;
  mlir::Value made = callForReference(
      eval, "sc_rt_list_to_tensor", {*list, numberConstant(eval, static_cast<int64_t>(dtype)), numberConstant(eval, rank)});
  llvm::SmallVector<int64_t> sizes(rank, mlir::ShapedType::kDynamic);
  mlir::Type type = mlir::RankedTensorType::get(sizes, elementTypeOf(eval.emitter.context(), dtype));
  mlir::Value value = ts::UnboxOp::create(eval.emitter.ops(), eval.location(), type, made);
  return call.give(AbstractValue::ofTensor(eval.tensors.fresh(value)));
}

static LogicalResult makeTensor(Call &call) {
  Evaluator &eval = call.eval;
  const AbstractValue &data = call.args[0];
  if (data.isTensor() && call.name.starts_with("aten::as_tensor")) {
    if (call.args.size() < 2 || !call.args[1].isKnownInt())
      return call.give(data);
    std::optional<rt::Dtype> wanted = rt::dtypeFromCode(call.args[1].asInt());
    if (!wanted)
      return eval.unsupported("the dtype with code " + llvm::Twine(call.args[1].asInt()));
    FailureOr<TensorNode *> converted = convertTensor(eval, data.asTensor(), *wanted);
    return failed(converted) ? failure() : call.give(AbstractValue::ofTensor(*converted));
  }
  llvm::SmallVector<int64_t> sizes;
  llvm::SmallVector<AbstractValue> numbers;
  bool isAtRunTime = holdsRunTimeList(data);
  if (!isAtRunTime && failed(flatten(eval, data, 0, sizes, numbers)))
    return failure();
  ValueKind kind = data.isList() ? kindOfElements(typeOf(eval.emitter.context(), data)) : ValueKind::Bool;
  for (const AbstractValue &number : numbers)
    kind = numbers.size() == 1 && !data.isList() ? number.kind() : std::max(kind, number.kind());
  rt::Dtype dtype = inferredDtype(kind);
  if (call.args.size() > 1 && call.args[1].isKnownInt()) {
    std::optional<rt::Dtype> wanted = rt::dtypeFromCode(call.args[1].asInt());
    if (!wanted)
      return eval.unsupported("the dtype with code " + llvm::Twine(call.args[1].asInt()));
    dtype = *wanted;
  }
  if (isAtRunTime)
    return makeTensorAtRunTime(call, dtype);
  bool areKnown = llvm::all_of(numbers, [](const AbstractValue &number) { return number.isKnown(); });
  if (!areKnown && sizes.empty() && dtypeOfScalar(numbers[0].kind()) == dtype)
    return call.give(AbstractValue::ofTensor(eval.tensors.scalar(numbers[0])));
  if (!areKnown) {
    llvm::SmallVector<Extent> extents;
    for (int64_t size : sizes)
      extents.push_back(Extent::ofInt(size));
    FailureOr<TensorNode *> tensor = stackOfScalars(eval, numbers, extents, dtype);
    return failed(tensor) ? failure() : call.give(AbstractValue::ofTensor(*tensor));
  }
  rt::Tensor tensor = rt::Tensor::empty(dtype, std::vector<int64_t>(sizes.begin(), sizes.end()));
  if (!tensor)
    return eval.unsupported("a tensor that does not fit into memory");
  size_t next = 0;
  rt::forEachIndex(tensor.sizes(), [&](rt::Index index) { tensor.store(index, *eval.toRuntime(numbers[next++])); });
  return call.give(AbstractValue::ofTensor(eval.tensors.constant(tensor)));
}

/// prim::NumToTensor: a 0-dim tensor of bool, int64, float64 or complex128.
static LogicalResult numToTensor(Call &call) {
  return call.give(AbstractValue::ofTensor(call.eval.tensors.scalar(call.args[0])));
}

/// `einsum(a, [0, 1], b, [1, 2], [0, 2])`: the numbers are letters, A to Z and then a to z; an ellipsis does not come this way.
static LogicalResult einsumOfSublists(Call &call) {
  Evaluator &eval = call.eval;
  std::string equation;
  llvm::SmallVector<AbstractValue> tensors;
  for (const AbstractValue &argument : call.args) {
    if (argument.isTensor()) {
      equation += tensors.empty() ? "" : ",";
      tensors.push_back(argument);
      continue;
    }
    if (!argument.isList())
      return eval.raise("builtins.RuntimeError", "einsum(): expected operands and lists of subscripts in turn");
    if (tensors.size() * 2 < call.args.size() && &argument == &call.args.back())
      equation += "->";
    for (const AbstractValue &label : argument.asList()->elements) {
      if (!label.isKnownInt() || label.asInt() < 0 || label.asInt() >= 52)
        return eval.raise("builtins.RuntimeError", "einsum(): not all subscripts are in the range [0, 52)");
      equation += static_cast<char>(label.asInt() < 26 ? 'A' + label.asInt() : 'a' + label.asInt() - 26);
    }
  }
  call.deferred = true;
  AbstractValue arguments[] = {eval.string(equation), eval.list(ts::TensorType::get(eval.emitter.context()), tensors), AbstractValue::none()};
  return eval.callOperator("aten::einsum", arguments, call.op, call.done);
}

void specialize::addTensorDataIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::Bool.Tensor", isNonzero},
      {"aten::ComplexImplicit", itemAs<ValueKind::Complex>},
      {"aten::Float.Tensor", itemAs<ValueKind::Float>},
      {"aten::FloatImplicit", implicitItem<ValueKind::Float>},
      {"aten::Int.Tensor", itemAs<ValueKind::Int>},
      {"aten::IntImplicit", implicitItem<ValueKind::Int>},
      {"aten::ScalarImplicit", implicitItem<ValueKind::None>},
      {"aten::_list_to_tensor", makeTensor},
      {"aten::einsum.sublist", einsumOfSublists},
      {"aten::_local_scalar_dense", itemAs<ValueKind::None>},
      {"aten::_tensor_to_list", tensorToIntList},
      {"aten::as_tensor", makeTensor},
      {"aten::is_nonzero", isNonzero},
      {"aten::item", itemAs<ValueKind::None>},
      {"aten::tensor", makeTensor},
      {"prim::NumToTensor", numToTensor},
  });
}
