// Operators on lists whose length only run time knows.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/RuntimeValues.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

static ListNode *target(Call &call) { return call.args[0].asList(); }

/// A number argument, or the number that stands for one left out.
static mlir::Value numberOr(Call &call, size_t i, int64_t otherwise) {
  if (i < call.args.size() && call.args[i].isScalar())
    return call.eval.emitter.materialize(call.args[i]);
  return numberConstant(call.eval, otherwise);
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
  if (failed(widenOwner(call.eval, list)))
    return failure();
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
  call.eval.emitter.runtimeCall("sc_rt_list_append", {}, {target(call)->reference, *element});
  return call.give(call.args[0]);
}

static LogicalResult insert(Call &call) {
  FailureOr<mlir::Value> element = newElement(call, call.args[2]);
  if (failed(element))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_list_insert", {}, {target(call)->reference, numberOr(call, 1, 0), *element});
  return success();
}

static LogicalResult setItem(Call &call) {
  FailureOr<mlir::Value> element = newElement(call, call.args[2]);
  if (failed(element))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_list_set", {}, {target(call)->reference, numberOr(call, 1, 0), *element});
  return call.give(call.args[0]);
}

static LogicalResult takeWith(Call &call, llvm::StringRef callee) {
  mlir::Value element = callForReference(call.eval, callee, {target(call)->reference, numberOr(call, 1, -1)});
  FailureOr<AbstractValue> value = valueBehind(call.eval, element, target(call)->elementShape, target(call)->elementType, target(call));
  return failed(value) ? failure() : call.give(*value);
}

LogicalResult specialize::unpackAtRunTime(Evaluator &eval, ListNode *list, size_t count, llvm::SmallVectorImpl<AbstractValue> &elements) {
  eval.emitter.runtimeCall("sc_rt_list_expect", {}, {list->reference, numberConstant(eval, count)});
  for (size_t i = 0; i < count; ++i) {
    mlir::Value element = callForReference(eval, "sc_rt_list_get", {list->reference, numberConstant(eval, i)});
    FailureOr<AbstractValue> value = valueBehind(eval, element, list->elementShape, list->elementType, list);
    if (failed(value))
      return failure();
    elements.push_back(*value);
  }
  return success();
}

static LogicalResult getItem(Call &call) { return takeWith(call, "sc_rt_list_get"); }
static LogicalResult pop(Call &call) { return takeWith(call, "sc_rt_list_pop"); }

static LogicalResult length(Call &call) {
  return call.give(callForInt(call.eval, "sc_rt_list_size", target(call)->reference));
}

static LogicalResult deleteItem(Call &call) {
  call.eval.emitter.runtimeCall("sc_rt_list_erase", {}, {target(call)->reference, numberOr(call, 1, -1)});
  return success();
}

static LogicalResult clear(Call &call) {
  call.eval.emitter.runtimeCall("sc_rt_list_clear", {}, target(call)->reference);
  return success();
}

static LogicalResult reverse(Call &call) {
  call.eval.emitter.runtimeCall("sc_rt_list_reverse", {}, target(call)->reference);
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
  if (failed(widenOwner(call.eval, target(call))))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_list_extend", {}, {target(call)->reference, call.args[1].asList()->reference});
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

/// Sorts it, or a copy of it. Numbers, strings and tuples order themselves.
static LogicalResult sortInPlace(Call &call) {
  call.eval.emitter.runtimeCall("sc_rt_list_sort", {}, {target(call)->reference, numberOr(call, 1, 0)});
  return success();
}
static LogicalResult sorted(Call &call) {
  mlir::Value made = callForReference(call.eval, "sc_rt_list_copy", target(call)->reference);
  call.eval.emitter.runtimeCall("sc_rt_list_sort", {}, {made, numberConstant(call.eval, 0)});
  return giveList(call, made, *target(call));
}

/// An operator that compares the elements with a value.
static FailureOr<AbstractValue> search(Call &call, llvm::StringRef callee) {
  FailureOr<mlir::Value> element = handOver(call.eval, call.args[1]);
  if (failed(element))
    return failure();
  return callForInt(call.eval, callee, {target(call)->reference, *element});
}
static LogicalResult indexOf(Call &call) {
  FailureOr<AbstractValue> place = search(call, "sc_rt_list_index");
  return failed(place) ? failure() : call.give(*place);
}
static LogicalResult countElements(Call &call) {
  FailureOr<AbstractValue> count = search(call, "sc_rt_list_count");
  return failed(count) ? failure() : call.give(*count);
}
static LogicalResult containsElement(Call &call) {
  FailureOr<AbstractValue> found = search(call, "sc_rt_list_contains");
  return failed(found) ? failure() : call.give(call.eval.emitter.compare("ne", *found, AbstractValue::ofInt(0)));
}
static LogicalResult removeElement(Call &call) {
  FailureOr<mlir::Value> element = handOver(call.eval, call.args[1]);
  if (failed(element))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_list_remove", {}, {target(call)->reference, *element});
  return success();
}

static LogicalResult repeat(Call &call) {
  size_t of = call.args[0].isList() ? 0 : 1;
  ListNode *list = call.args[of].asList();
  FailureOr<mlir::Value> source = referenceOf(call.eval, list);
  if (failed(source))
    return failure();
  mlir::Value made = callForReference(call.eval, "sc_rt_list_repeat", {*source, call.eval.emitter.materialize(call.args[1 - of])});
  return giveList(call, made, *list);
}

/// A negative number of times leaves nothing here.
static LogicalResult repeatInPlace(Call &call) {
  mlir::Value list = target(call)->reference;
  Extent times = call.eval.emitter.maximum(call.args[1], Extent::ofInt(0));
  mlir::Value made = callForReference(call.eval, "sc_rt_list_repeat", {list, call.eval.emitter.materialize(times)});
  call.eval.emitter.runtimeCall("sc_rt_list_clear", {}, list);
  call.eval.emitter.runtimeCall("sc_rt_list_extend", {}, {list, made});
  return call.give(call.args[0]);
}

/// max() and min() of a list, or of two.
template <bool isMaximum> static LogicalResult extreme(Call &call) {
  if (call.args.size() == 2 && call.args[1].isList()) {
    FailureOr<mlir::Value> left = handOver(call.eval, call.args[0]), right = failed(left) ? left : handOver(call.eval, call.args[1]);
    if (failed(right))
      return failure();
    AbstractValue less = callForBool(call.eval, "sc_rt_less", {*left, *right});
    AbstractValue yes = call.args[isMaximum ? 1 : 0], no = call.args[isMaximum ? 0 : 1];
    call.deferred = true;
    return call.eval.branch(
        call.op, less, [yes](Evaluator &eval, Completion done) { return done(eval, yes); },
        [no](Evaluator &eval, Completion done) { return done(eval, no); }, call.done);
  }
  mlir::Value best = callForReference(call.eval, "sc_rt_list_extreme", {target(call)->reference, numberConstant(call.eval, isMaximum)});
  FailureOr<AbstractValue> value = valueBehind(call.eval, best, target(call)->elementShape, target(call)->elementType);
  return failed(value) ? failure() : call.give(*value);
}

static LogicalResult sum(Call &call) {
  mlir::Type type = target(call)->elementType;
  int64_t kind = llvm::isa<ts::FloatType>(type) ? 1 : llvm::isa<ts::ComplexType>(type) ? 2 : 0;
  mlir::Value total = callForReference(call.eval, "sc_rt_list_sum", {target(call)->reference, numberConstant(call.eval, kind)});
  bool isInt = llvm::isa<ts::IntType, ts::BoolType>(type);
  mlir::Type result = isInt ? ts::IntType::get(type.getContext()) : type;
  FailureOr<AbstractValue> value = valueBehind(call.eval, total, shapeOfType(result), result);
  return failed(value) ? failure() : call.give(*value);
}

template <bool isAll> static LogicalResult holds(Call &call) {
  return call.give(callForBool(call.eval, "sc_rt_list_holds", {target(call)->reference, numberConstant(call.eval, isAll)}));
}

/// One tensor of a list of them.
static LogicalResult joinTensors(Call &call, bool isStack) {
  auto type = llvm::dyn_cast_or_null<mlir::RankedTensorType>(target(call)->elementShape.valueType());
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
  mlir::Value joined = callForReference(call.eval, isStack ? "sc_rt_list_stack" : "sc_rt_list_cat", {target(call)->reference, numberConstant(call.eval, dim)});
  mlir::Value value = ts::UnboxOp::create(call.eval.emitter.ops(), call.eval.location(), type.clone(sizes), joined);
  return call.give(AbstractValue::ofTensor(call.eval.tensors.fresh(value)));
}
static LogicalResult cat(Call &call) { return joinTensors(call, /*isStack=*/false); }
static LogicalResult stack(Call &call) { return joinTensors(call, /*isStack=*/true); }

void specialize::addRuntimeListIntrinsics(IntrinsicTable &table) {
  table.addAtRunTime(Subject::List, {
      {"aten::Delete.t", deleteItem},
      {"aten::__getitem__.t", getItem},
      {"aten::_set_item.t", setItem},
      {"aten::add.t", concatenate},
      {"aten::add_.t", extendInPlace},
      {"aten::all", holds<true>},
      {"aten::any", holds<false>},
      {"aten::append", append},
      {"aten::cat", cat},
      {"aten::__contains__.float_list", containsElement},
      {"aten::__contains__.int_list", containsElement},
      {"aten::__contains__.str_list", containsElement},
      {"aten::clear.t", clear},
      {"aten::concat", cat},
      {"aten::concatenate", cat},
      {"aten::copy.t", copy},
      {"aten::count.bool", countElements},
      {"aten::count.float", countElements},
      {"aten::count.int", countElements},
      {"aten::count.str", countElements},
      {"aten::extend", extend},
      {"aten::index.list_bool", indexOf},
      {"aten::index.list_float", indexOf},
      {"aten::index.list_int", indexOf},
      {"aten::index.list_str", indexOf},
      {"aten::insert", insert},
      {"aten::len.any", length},
      {"aten::len.t", length},
      {"aten::list.t", copy},
      {"aten::mul.int_list", repeat},
      {"aten::mul.left_t", repeat},
      {"aten::mul.right_", repeat},
      {"aten::mul_.t", repeatInPlace},
      {"aten::pop.t", pop},
      {"aten::remove", removeElement},
      {"aten::reverse.t", reverse},
      {"aten::select.t", getItem},
      {"aten::slice.t", slice},
      {"aten::sort.any", sortInPlace},
      {"aten::sort.bool", sortInPlace},
      {"aten::sort.float", sortInPlace},
      {"aten::sort.int", sortInPlace},
      {"aten::sort.str", sortInPlace},
      {"aten::sorted", sorted},
      {"aten::stack", stack},
      {"aten::sum", sum},
      {"prim::max", extreme<true>},
      {"prim::min", extreme<false>},
  });
}
