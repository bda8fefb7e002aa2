#include "lib/Specialize/RuntimeLists.h"
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/ElementTypes.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

//===----------------------------------------------------------------------===//
// Shapes of elements
//===----------------------------------------------------------------------===//

std::optional<ElementShape> specialize::joinShapes(const ElementShape &a, const ElementShape &b) {
  if (!a.type || !b.type || a.type == b.type)
    return a.type ? a : b;
  auto x = llvm::dyn_cast<mlir::RankedTensorType>(a.type), y = llvm::dyn_cast<mlir::RankedTensorType>(b.type);
  if (!x || !y || x.getElementType() != y.getElementType() || x.getRank() != y.getRank())
    return std::nullopt;
  llvm::SmallVector<int64_t> sizes;
  for (auto [p, q] : llvm::zip(x.getShape(), y.getShape()))
    sizes.push_back(p == q ? p : mlir::ShapedType::kDynamic);
  return ElementShape{x.clone(sizes)};
}

static std::optional<ElementShape> shapeOf(Evaluator &eval, const AbstractValue &element, const Changes *changes) {
  if (element.isScalar())
    return ElementShape{scalarTypeOf(eval.emitter.context(), element.kind())};
  if (!element.isTensor())
    return std::nullopt;
  const TensorNode &tensor = contentAfter(element.asTensor(), changes);
  return ElementShape{tensorTypeOf(eval.emitter.context(), tensor.dtype, tensor.sizes)};
}

std::optional<ElementShape> specialize::shapeOfElements(Evaluator &eval, const ListNode &list, const Changes *changes) {
  if (list.reference)
    return list.elementShape;
  std::optional<ElementShape> shape = ElementShape();
  for (const AbstractValue &element : list.elements) {
    std::optional<ElementShape> next = shapeOf(eval, element, changes);
    shape = next ? joinShapes(*shape, *next) : std::nullopt;
    if (!shape)
      break;
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// From the program to the runtime
//===----------------------------------------------------------------------===//

static mlir::Operation *call(Evaluator &eval, llvm::StringRef callee, mlir::TypeRange results, mlir::ValueRange operands) {
  return eval.emitter.runtimeCall(callee, results, operands);
}

/// A call that gives a reference.
static mlir::Value callForReference(Evaluator &eval, llvm::StringRef callee, mlir::ValueRange operands) {
  return call(eval, callee, ts::RefType::get(eval.emitter.context()), operands)->getResult(0);
}

static mlir::Value number(Evaluator &eval, int64_t value) { return eval.emitter.materialize(AbstractValue::ofInt(value)); }

static mlir::Value intList(Evaluator &eval, llvm::ArrayRef<Extent> numbers) {
  mlir::Value list = callForReference(eval, "sc_rt_list_new", number(eval, elementKindOf(ts::IntType::get(eval.emitter.context()))));
  for (const Extent &extent : numbers)
    call(eval, "sc_rt_list_append_int", {}, {list, eval.emitter.materialize(extent)});
  return list;
}

FailureOr<mlir::Value> specialize::shareTensor(Evaluator &eval, TensorNode *tensor) {
  StorageNode *storage = tensor->storage;
  if (!storage->strides.empty() || tensor->dtype != storage->dtype)
    return eval.unsupported("a tensor that is not contiguous in a list of run-time length whose tensors are written; "
                            "append its .contiguous()");
  if (!storage->handle) {
    if (failed(eval.prepareWrite(storage)))
      return failure();
    mlir::Value base = eval.tensors.readBase(storage);
    if (!base)
      return eval.giveUp();
    mlir::Value handle = ts::BoxOp::create(eval.emitter.ops(), eval.location(), ts::RefType::get(eval.emitter.context()), base);
    eval.tensors.moveBehind(storage, handle);
  }
  if (!tensor->view)
    return storage->handle;
  llvm::SmallVector<Extent> strides = eval.tensors.stridesOf(tensor);
  return callForReference(eval, "sc_rt_tensor_view",
                          {storage->handle, eval.emitter.materialize(tensor->offset), intList(eval, tensor->sizes), intList(eval, strides)});
}

FailureOr<mlir::Value> specialize::handOver(Evaluator &eval, const AbstractValue &element) {
  if (!element.isTensor())
    return box(eval, element);
  if (eval.knowledge.sharesTensors)
    return shareTensor(eval, element.asTensor());
  eval.handed.insert(element.asTensor()->storage);
  return box(eval, element);
}

FailureOr<mlir::Value> specialize::referenceOf(Evaluator &eval, ListNode *list) {
  if (list->reference)
    return list->reference;
  std::optional<ElementShape> shape = shapeOfElements(eval, *list, nullptr);
  if (!shape)
    return eval.unmergeable("a list of unlike values cannot be one of run-time length");
  mlir::Value reference = callForReference(eval, "sc_rt_list_new", number(eval, elementKindOf(list->elementType)));
  for (const AbstractValue &element : list->elements) {
    FailureOr<mlir::Value> value = handOver(eval, element);
    if (failed(value))
      return failure();
    call(eval, "sc_rt_list_append", {}, {reference, *value});
  }
  ListNode &changed = eval.heap.mutate(list);
  changed.elements.clear();
  changed.reference = reference;
  changed.elementShape = *shape;
  return reference;
}

//===----------------------------------------------------------------------===//
// And back
//===----------------------------------------------------------------------===//

Extent specialize::extentBehind(Evaluator &eval, mlir::Value reference, size_t dim) {
  mlir::Type i64 = eval.emitter.ops().getI64Type();
  return Extent::ofRunTime(call(eval, "sc_rt_tensor_size", i64, {reference, number(eval, dim)})->getResult(0));
}

TensorNode *specialize::tensorBehind(Evaluator &eval, mlir::Value reference, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes) {
  TensorNode *tensor = eval.tensors.fresh(mlir::Value(), dtype, sizes);
  tensor->storage->handle = reference;
  return tensor;
}

/// The value behind an element of a list.
static FailureOr<AbstractValue> takeElement(Evaluator &eval, const ListNode &list, mlir::Value element) {
  mlir::Type type = list.elementShape.type;
  if (!type)
    return eval.unsupported("an element of a list of run-time length to which the program appends nothing before this line");
  auto tensorType = llvm::dyn_cast<mlir::RankedTensorType>(type);
  if (!tensorType || !eval.knowledge.sharesTensors) {
    mlir::Value value = ts::UnboxOp::create(eval.emitter.ops(), eval.location(), type, element);
    if (!tensorType)
      return AbstractValue::ofRunTime(value);
    TensorNode *tensor = eval.tensors.fresh(value);
    eval.handed.insert(tensor->storage);
    return AbstractValue::ofTensor(tensor);
  }
  llvm::SmallVector<Extent> sizes;
  for (auto [dim, size] : llvm::enumerate(tensorType.getShape()))
    sizes.push_back(mlir::ShapedType::isDynamic(size) ? extentBehind(eval, element, dim) : Extent::ofInt(size));
  return AbstractValue::ofTensor(tensorBehind(eval, element, *dtypeOf(tensorType.getElementType()), sizes));
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

static ListNode *target(Call &call) { return call.args[0].asList(); }

/// A number argument, or the number that stands for one left out.
static mlir::Value numberOr(Call &call, size_t i, int64_t otherwise) {
  if (i < call.args.size() && call.args[i].isScalar())
    return call.eval.emitter.materialize(call.args[i]);
  return number(call.eval, otherwise);
}

/// Hands a new element over, and widens what is known of the list's elements.
static FailureOr<mlir::Value> newElement(Call &call, const AbstractValue &element) {
  ListNode *list = target(call);
  std::optional<ElementShape> shape = shapeOf(call.eval, element, nullptr);
  shape = shape ? joinShapes(list->elementShape, *shape) : std::nullopt;
  if (!shape)
    return call.eval.unsupported("a " + kindName(element) + " in a list of run-time length whose other elements are of another kind, "
                                 "dtype or rank");
  if (failed(call.eval.prepareWrite(list)))
    return failure();
  list->elementShape = *shape;
  return handOver(call.eval, element);
}

/// A list that the runtime made from `from`.
static LogicalResult giveList(Call &call, mlir::Value reference, const ListNode &from) {
  auto *node = call.eval.heap.create<ListNode>(from.elementType);
  node->reference = reference;
  node->elementShape = from.elementShape;
  return call.give(AbstractValue::ofList(node));
}

static LogicalResult append(Call &call) {
  FailureOr<mlir::Value> element = newElement(call, call.args[1]);
  if (failed(element))
    return failure();
  ::call(call.eval, "sc_rt_list_append", {}, {target(call)->reference, *element});
  return call.give(call.args[0]);
}

static LogicalResult insert(Call &call) {
  FailureOr<mlir::Value> element = newElement(call, call.args[2]);
  if (failed(element))
    return failure();
  ::call(call.eval, "sc_rt_list_insert", {}, {target(call)->reference, numberOr(call, 1, 0), *element});
  return success();
}

static LogicalResult setItem(Call &call) {
  FailureOr<mlir::Value> element = newElement(call, call.args[2]);
  if (failed(element))
    return failure();
  ::call(call.eval, "sc_rt_list_set", {}, {target(call)->reference, numberOr(call, 1, 0), *element});
  return call.give(call.args[0]);
}

static LogicalResult takeWith(Call &call, llvm::StringRef callee) {
  mlir::Value element = callForReference(call.eval, callee, {target(call)->reference, numberOr(call, 1, -1)});
  FailureOr<AbstractValue> value = takeElement(call.eval, *target(call), element);
  return failed(value) ? failure() : call.give(*value);
}
static LogicalResult getItem(Call &call) { return takeWith(call, "sc_rt_list_get"); }
static LogicalResult pop(Call &call) { return takeWith(call, "sc_rt_list_pop"); }

static LogicalResult length(Call &call) {
  mlir::Type i64 = call.eval.emitter.ops().getI64Type();
  return call.give(AbstractValue::ofRunTime(::call(call.eval, "sc_rt_list_size", i64, target(call)->reference)->getResult(0)));
}

static LogicalResult deleteItem(Call &call) {
  ::call(call.eval, "sc_rt_list_erase", {}, {target(call)->reference, numberOr(call, 1, -1)});
  return success();
}

static LogicalResult clear(Call &call) {
  ::call(call.eval, "sc_rt_list_clear", {}, target(call)->reference);
  return success();
}

static LogicalResult reverse(Call &call) {
  ::call(call.eval, "sc_rt_list_reverse", {}, target(call)->reference);
  return success();
}

static LogicalResult copy(Call &call) {
  return giveList(call, callForReference(call.eval, "sc_rt_list_copy", target(call)->reference), *target(call));
}

static LogicalResult slice(Call &call) {
  mlir::Value operands[] = {target(call)->reference, numberOr(call, 1, INT64_MIN), numberOr(call, 2, INT64_MIN), numberOr(call, 3, 1)};
  return giveList(call, callForReference(call.eval, "sc_rt_list_slice", operands), *target(call));
}

/// The two lists' common shape and references, handing one of known length over.
static FailureOr<ElementShape> bothLists(Call &call) {
  if (!call.args[0].isList() || !call.args[1].isList())
    return call.eval.unsupported("'" + call.name + "' of a list of run-time length and a " + kindName(call.args[1]));
  for (size_t i = 0; i < 2; ++i)
    if (failed(referenceOf(call.eval, call.args[i].asList())))
      return failure();
  std::optional<ElementShape> shape = joinShapes(call.args[0].asList()->elementShape, call.args[1].asList()->elementShape);
  if (!shape)
    return call.eval.unsupported("'" + call.name + "' of lists of run-time length whose elements differ in kind, dtype or rank");
  return *shape;
}

static LogicalResult extend(Call &call) {
  FailureOr<ElementShape> shape = bothLists(call);
  if (failed(shape) || failed(call.eval.prepareWrite(target(call))))
    return failure();
  target(call)->elementShape = *shape;
  ::call(call.eval, "sc_rt_list_extend", {}, {target(call)->reference, call.args[1].asList()->reference});
  return success();
}
static LogicalResult extendInPlace(Call &call) { return failed(extend(call)) ? failure() : call.give(call.args[0]); }

static LogicalResult concatenate(Call &call) {
  FailureOr<ElementShape> shape = bothLists(call);
  if (failed(shape))
    return failure();
  mlir::Value both = callForReference(call.eval, "sc_rt_list_concat", {target(call)->reference, call.args[1].asList()->reference});
  if (failed(giveList(call, both, *target(call))))
    return failure();
  call.results.front().asList()->elementShape = *shape;
  return success();
}

/// One tensor of a list of them.
static LogicalResult joinTensors(Call &call, bool isStack) {
  auto type = llvm::dyn_cast_or_null<mlir::RankedTensorType>(target(call)->elementShape.type);
  if (!type)
    return call.eval.unsupported("'" + call.name + "' of a list of run-time length to which the program appends no tensor before this line");
  if (!call.args[1].isKnownInt())
    return call.eval.unsupported("'" + call.name + "' along a dimension that only run time knows");
  int64_t rank = type.getRank() + isStack, dim = call.args[1].asInt() + (call.args[1].asInt() < 0 ? rank : 0);
  if (dim < 0 || dim >= rank)
    return call.eval.raise("builtins.IndexError", "Dimension out of range (expected to be in range of [" + llvm::Twine(-rank) + ", " +
                                                      llvm::Twine(rank - 1) + "], but got " + llvm::Twine(call.args[1].asInt()) + ")");
  llvm::SmallVector<int64_t> sizes(type.getShape());
  if (isStack)
    sizes.insert(sizes.begin() + dim, mlir::ShapedType::kDynamic);
  else
    sizes[dim] = mlir::ShapedType::kDynamic;
  mlir::Value joined = callForReference(call.eval, isStack ? "sc_rt_list_stack" : "sc_rt_list_cat", {target(call)->reference, number(call.eval, dim)});
  mlir::Value value = ts::UnboxOp::create(call.eval.emitter.ops(), call.eval.location(), type.clone(sizes), joined);
  return call.give(AbstractValue::ofTensor(call.eval.tensors.fresh(value)));
}
static LogicalResult cat(Call &call) { return joinTensors(call, /*isStack=*/false); }
static LogicalResult stack(Call &call) { return joinTensors(call, /*isStack=*/true); }

void specialize::addRuntimeListIntrinsics(IntrinsicTable &table) {
  table.addOfRuntimeLists({
      {"aten::Delete.t", deleteItem},
      {"aten::__getitem__.t", getItem},
      {"aten::_set_item.t", setItem},
      {"aten::add.t", concatenate},
      {"aten::add_.t", extendInPlace},
      {"aten::append", append},
      {"aten::cat", cat},
      {"aten::clear", clear},
      {"aten::concat", cat},
      {"aten::concatenate", cat},
      {"aten::copy.t", copy},
      {"aten::extend", extend},
      {"aten::insert", insert},
      {"aten::len", length},
      {"aten::list", copy},
      {"aten::pop.t", pop},
      {"aten::reverse.t", reverse},
      {"aten::slice.t", slice},
      {"aten::stack", stack},
  });
}
