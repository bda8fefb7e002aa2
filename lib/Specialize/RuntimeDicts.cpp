// Operators on dicts whose keys only run time knows.
#include "lib/Specialize/RuntimeValues.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

static DictNode *target(Call &call) { return call.args[0].asDict(); }

/// The reference of argument `i`; a container goes to the runtime with it.
static FailureOr<mlir::Value> argument(Call &call, size_t i) { return handOver(call.eval, call.args[i]); }

/// Widens what is known of the dict's entries by one more.
static LogicalResult widen(Call &call, const ElementShape &key, const ElementShape &value) {
  std::optional<ElementShape> keys = joinShapes(target(call)->keyShape, key), values = joinShapes(target(call)->valueShape, value);
  if (!keys || !values)
    return call.eval.unsupported("a dict whose keys only run time knows, with values that differ in kind, dtype or rank");
  if (failed(call.eval.prepareWrite(target(call))))
    return failure();
  target(call)->keyShape = *keys;
  target(call)->valueShape = *values;
  return widenOwner(call.eval, target(call));
}

static LogicalResult widenByArguments(Call &call) {
  std::optional<ElementShape> key = shapeOf(call.eval, call.args[1], nullptr), value = shapeOf(call.eval, call.args[2], nullptr);
  if (!key || !value)
    return call.eval.unsupported("a " + kindName(call.args[value ? 1 : 2]) + " in a dict whose keys only run time knows");
  return widen(call, *key, *value);
}

static LogicalResult giveValue(Call &call, mlir::Value reference) {
  FailureOr<AbstractValue> value = valueBehind(call.eval, reference, target(call)->valueShape, target(call)->valueType, target(call));
  return failed(value) ? failure() : call.give(*value);
}

static LogicalResult giveList(Call &call, mlir::Value reference, mlir::Type elementType, const ElementShape &elements) {
  auto *list = call.eval.heap.create<ListNode>(elementType);
  list->reference = reference;
  list->elementShape = elements;
  return call.give(AbstractValue::ofList(list));
}

static LogicalResult setItem(Call &call) {
  if (failed(widenByArguments(call)))
    return failure();
  FailureOr<mlir::Value> key = argument(call, 1), value = failed(key) ? key : argument(call, 2);
  if (failed(value))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_dict_set", {}, {target(call)->reference, *key, *value});
  return success();
}

static LogicalResult getItem(Call &call) {
  FailureOr<mlir::Value> key = argument(call, 1);
  if (failed(key))
    return failure();
  return giveValue(call, callForReference(call.eval, "sc_rt_dict_get", {target(call)->reference, *key}));
}

static FailureOr<AbstractValue> hasKey(Call &call) {
  FailureOr<mlir::Value> key = argument(call, 1);
  if (failed(key))
    return failure();
  return callForBool(call.eval, "sc_rt_dict_contains", {target(call)->reference, *key});
}

static LogicalResult contains(Call &call) {
  FailureOr<AbstractValue> found = hasKey(call);
  return failed(found) ? failure() : call.give(*found);
}

/// The value, or the default, or None.
static LogicalResult get(Call &call) {
  FailureOr<AbstractValue> found = hasKey(call);
  if (failed(found))
    return failure();
  AbstractValue dict = call.args[0], key = call.args[1], otherwise = call.args.size() > 2 ? call.args[2] : AbstractValue::none();
  call.deferred = true;
  return call.eval.branch(
      call.op, *found,
      [dict, key](Evaluator &eval, Completion done) { return eval.callOperator("aten::__getitem__", {dict, key}, nullptr, std::move(done)); },
      [otherwise](Evaluator &eval, Completion done) { return done(eval, otherwise); }, call.done);
}

static LogicalResult deleteItem(Call &call) {
  FailureOr<mlir::Value> key = argument(call, 1);
  if (failed(key) || failed(call.eval.prepareWrite(target(call))))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_dict_erase", {}, {target(call)->reference, *key});
  return success();
}

static LogicalResult pop(Call &call) {
  FailureOr<mlir::Value> key = argument(call, 1);
  if (failed(key) || failed(call.eval.prepareWrite(target(call))))
    return failure();
  if (call.args.size() < 3)
    return giveValue(call, callForReference(call.eval, "sc_rt_dict_pop", {target(call)->reference, *key}));
  FailureOr<mlir::Value> otherwise = argument(call, 2);
  if (failed(otherwise))
    return failure();
  return giveValue(call, callForReference(call.eval, "sc_rt_dict_pop_or", {target(call)->reference, *key, *otherwise}));
}

static LogicalResult setDefault(Call &call) {
  if (failed(widenByArguments(call)))
    return failure();
  FailureOr<mlir::Value> key = argument(call, 1), value = failed(key) ? key : argument(call, 2);
  if (failed(value))
    return failure();
  return giveValue(call, callForReference(call.eval, "sc_rt_dict_set_default", {target(call)->reference, *key, *value}));
}

static LogicalResult update(Call &call) {
  if (!call.args[1].isDict())
    return call.eval.error("update() wants a dict, got a " + kindName(call.args[1]));
  if (failed(referenceOf(call.eval, target(call))) || failed(referenceOf(call.eval, call.args[1].asDict())))
    return failure();
  const DictNode *other = call.args[1].asDict();
  if (failed(widen(call, other->keyShape, other->valueShape)))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_dict_update", {}, {target(call)->reference, other->reference});
  return success();
}

static LogicalResult clear(Call &call) {
  if (failed(call.eval.prepareWrite(target(call))))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_dict_clear", {}, target(call)->reference);
  return success();
}

static LogicalResult length(Call &call) { return call.give(callForInt(call.eval, "sc_rt_dict_size", target(call)->reference)); }

static LogicalResult keys(Call &call) {
  return giveList(call, callForReference(call.eval, "sc_rt_dict_keys", target(call)->reference), target(call)->keyType, target(call)->keyShape);
}

static LogicalResult values(Call &call) {
  return giveList(call, callForReference(call.eval, "sc_rt_dict_values", target(call)->reference), target(call)->valueType,
                  target(call)->valueShape);
}

static ElementShape shapeOfItem(const DictNode &dict) { return {ElementShape::Tuple, {}, {dict.keyShape, dict.valueShape}}; }

static LogicalResult items(Call &call) {
  mlir::Type type = ts::TupleType::get(call.eval.emitter.context(), {target(call)->keyType, target(call)->valueType});
  return giveList(call, callForReference(call.eval, "sc_rt_dict_items", target(call)->reference), type, shapeOfItem(*target(call)));
}

static LogicalResult popItem(Call &call) {
  if (failed(call.eval.prepareWrite(target(call))))
    return failure();
  mlir::Value item = callForReference(call.eval, "sc_rt_dict_pop_item", target(call)->reference);
  mlir::Type type = ts::TupleType::get(call.eval.emitter.context(), {target(call)->keyType, target(call)->valueType});
  FailureOr<AbstractValue> value = valueBehind(call.eval, item, shapeOfItem(*target(call)), type);
  return failed(value) ? failure() : call.give(*value);
}

static LogicalResult copy(Call &call) {
  auto *made = call.eval.heap.create<DictNode>(target(call)->keyType, target(call)->valueType);
  made->reference = callForReference(call.eval, "sc_rt_dict_copy", target(call)->reference);
  made->keyShape = target(call)->keyShape;
  made->valueShape = target(call)->valueShape;
  return call.give(AbstractValue::ofNode(ValueKind::Dict, made));
}

/// dict() of a list of pairs.
static LogicalResult ofPairs(Call &call) {
  const ListNode *pairs = call.args[0].asList();
  auto type = llvm::dyn_cast_or_null<ts::DictType>(call.resultType());
  mlir::Type any = ts::AnyType::get(call.eval.emitter.context());
  auto *made = call.eval.heap.create<DictNode>(type ? type.getKeyType() : any, type ? type.getValueType() : any);
  if (failed(referenceOf(call.eval, made)))
    return failure();
  call.eval.emitter.runtimeCall("sc_rt_dict_update", {}, {made->reference, pairs->reference});
  if (pairs->elementShape.kind == ElementShape::Tuple) {
    made->keyShape = pairs->elementShape.parts[0];
    made->valueShape = pairs->elementShape.parts[1];
  }
  return call.give(AbstractValue::ofNode(ValueKind::Dict, made));
}

void specialize::addRuntimeDictIntrinsics(IntrinsicTable &table) {
  table.addAtRunTime(Subject::List, {{"aten::dict", ofPairs}});
  table.addAtRunTime(Subject::Dict, {
      {"aten::Delete", deleteItem},
      {"aten::__contains__", contains},
      {"aten::__getitem__", getItem},
      {"aten::_set_item", setItem},
      {"aten::clear", clear},
      {"aten::copy", copy},
      {"aten::dict", copy},
      {"aten::get", get},
      {"aten::items", items},
      {"aten::keys", keys},
      {"aten::len", length},
      {"aten::pop", pop},
      {"aten::popitem", popItem},
      {"aten::setdefault", setDefault},
      {"aten::update", update},
      {"aten::values", values},
  });
}
