// Operators on dicts whose keys are known.
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Lists.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Strings.h"
#include "lib/Specialize/TypeNames.h"
#include "runtime/Strings.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

using Entries = std::vector<std::pair<AbstractValue, AbstractValue>>;

static DictNode *dictOf(Call &call) {
  if (call.args[0].isDict())
    return call.args[0].asDict();
  (void)call.eval.error("'" + call.name + "' wants a dict, got a " + kindName(call.args[0]));
  return nullptr;
}

/// The entry of a key; `end` when there is none. Keys compare by value, tensors
/// by identity.
static FailureOr<Entries::iterator> findEntry(Evaluator &eval, DictNode *dict, const AbstractValue &key) {
  for (auto it = dict->entries.begin(); it != dict->entries.end(); ++it) {
    if (it->first.isIdentical(key))
      return it;
    if (!key.isScalar() || !it->first.isScalar())
      continue;
    FailureOr<AbstractValue> equal = areEqual(eval, it->first, key);
    if (failed(equal))
      return failure();
    if (!equal->isKnownBool())
      return eval.unsupported("a dict's key that only run time knows");
    if (equal->asBool())
      return it;
  }
  return dict->entries.end();
}

/// Whether only run time knows which entry a key is that of.
static bool isUndecided(const DictNode *dict, const AbstractValue &key) {
  if (llvm::any_of(dict->entries, [&](const auto &entry) { return entry.first.isIdentical(key); }))
    return false;
  return !dict->entries.empty() &&
         (dependsOnRunTime(key) || llvm::any_of(dict->entries, [&](const auto &entry) { return dependsOnRunTime(entry.first); }));
}

LogicalResult specialize::setDictEntry(Evaluator &eval, DictNode *dict, const AbstractValue &key, const AbstractValue &value) {
  AbstractValue target = AbstractValue::ofNode(ValueKind::Dict, dict);
  // Which entry is meant only run time knows: the runtime takes the dict over.
  if (!dict->reference && isUndecided(dict, key) && failed(handOver(eval, target)))
    return failure();
  if (dict->reference)
    return failure(mlir::failed(eval.runOperator("aten::_set_item", {target, key, value})));
  FailureOr<Entries::iterator> entry = findEntry(eval, dict, key);
  if (failed(entry) || failed(eval.prepareWrite(dict)))
    return failure();
  if (*entry != dict->entries.end())
    (*entry)->second = value;
  else
    dict->entries.emplace_back(key, value);
  return success();
}

static LogicalResult raiseKeyError(Call &call) {
  return call.eval.raise("RuntimeError", "KeyError: " + llvm::Twine(textOf(call.eval, call.args[1]).value_or("key")));
}

/// What an operator does on a dict and a key: with the value of its entry, or null where there is none.
using OfEntry = LogicalResult (*)(Call &call, DictNode *dict, const AbstractValue *value);

/// Which of a dict's modules a run-time key means; none where its values are no modules, or its keys not known either.
static FailureOr<llvm::SmallVector<ChoiceNode::Option>> modulesOf(Evaluator &eval, DictNode *dict, const AbstractValue &key) {
  llvm::SmallVector<ChoiceNode::Option> options;
  if (dict->reference || !llvm::all_of(dict->entries, [&](const auto &entry) { return isModule(eval, entry.second) && !entry.first.isRunTime(); }))
    return options;
  for (const auto &[known, module] : dict->entries) {
    FailureOr<AbstractValue> is = eval.runOperator(known.isString() ? "aten::eq.str" : "aten::eq.int", {key, known});
    if (failed(is))
      return failure();
    options.push_back({*is, module});
  }
  return options;
}

/// The intrinsic that finds the entry; it asks the runtime where only that knows which one is meant.
template <OfEntry function> static LogicalResult ofEntry(Call &call) {
  DictNode *dict = dictOf(call);
  if (!dict)
    return failure();
  if (isUndecided(dict, call.args[1]))
    return continueAtRunTime(call);
  FailureOr<Entries::iterator> entry = findEntry(call.eval, dict, call.args[1]);
  if (failed(entry))
    return failure();
  if (*entry == dict->entries.end())
    return function(call, dict, nullptr);
  AbstractValue value = (*entry)->second;
  return function(call, dict, &value);
}

static LogicalResult getItem(Call &call, DictNode *, const AbstractValue *value) { return value ? call.give(*value) : raiseKeyError(call); }

/// Of modules, which the runtime does not hold, one is chosen.
static LogicalResult getItemOrModule(Call &call) {
  DictNode *dict = dictOf(call);
  if (!dict)
    return failure();
  if (!isUndecided(dict, call.args[1]))
    return ofEntry<getItem>(call);
  FailureOr<llvm::SmallVector<ChoiceNode::Option>> modules = modulesOf(call.eval, dict, call.args[1]);
  if (failed(modules))
    return failure();
  return modules->empty() ? continueAtRunTime(call) : giveChoice(call, *modules, "RuntimeError", "KeyError: key");
}

static LogicalResult get(Call &call, DictNode *, const AbstractValue *value) {
  if (value)
    return call.give(*value);
  return call.give(call.args.size() > 2 ? call.args[2] : AbstractValue::none());
}

static LogicalResult setItem(Call &call) {
  DictNode *dict = dictOf(call);
  return dict ? setDictEntry(call.eval, dict, call.args[1], call.args[2]) : failure();
}

static LogicalResult hasKey(Call &call, DictNode *, const AbstractValue *value) { return call.give(AbstractValue::ofBool(value)); }
static LogicalResult contains(Call &call) {
  if (call.args[0].isString())
    return call.give(AbstractValue::ofBool(rt::strings::contains(call.args[0].asString().str(), call.args[1].asString().str())));
  return call.args[0].isList() ? containsElement(call) : ofEntry<hasKey>(call);
}

/// Takes an entry out; `pop` gives its value or the default, `del` nothing.
template <bool gives> static LogicalResult take(Call &call, DictNode *dict, const AbstractValue *value) {
  if (!value)
    return call.args.size() > 2 ? call.give(call.args[2]) : raiseKeyError(call);
  if (failed(call.eval.prepareWrite(dict)))
    return failure();
  FailureOr<Entries::iterator> entry = findEntry(call.eval, dict, call.args[1]);
  if (failed(entry))
    return failure();
  dict->entries.erase(*entry);
  return gives ? call.give(*value) : success();
}

static LogicalResult popItem(Call &call) {
  DictNode *dict = dictOf(call);
  if (!dict || failed(call.eval.prepareWrite(dict)))
    return failure();
  if (dict->entries.empty())
    return call.eval.raise("builtins.KeyError", "popitem(): dictionary is empty");
  auto [key, value] = dict->entries.front();
  dict->entries.erase(dict->entries.begin());
  return call.give(call.eval.tuple({key, value}));
}

static LogicalResult setDefault(Call &call, DictNode *dict, const AbstractValue *value) {
  if (value)
    return call.give(*value);
  if (failed(call.eval.prepareWrite(dict)))
    return failure();
  dict->entries.emplace_back(call.args[1], call.args[2]);
  return call.give(call.args[2]);
}

static LogicalResult update(Call &call) {
  DictNode *dict = dictOf(call);
  if (!dict)
    return failure();
  if (!call.args[1].isDict())
    return call.eval.error("update() wants a dict, got a " + kindName(call.args[1]));
  Entries added = call.args[1].asDict()->entries;
  if (llvm::any_of(added, [&](const auto &entry) { return isUndecided(dict, entry.first); }))
    return continueAtRunTime(call);
  for (const auto &[key, value] : added)
    if (failed(setDictEntry(call.eval, dict, key, value)))
      return failure();
  return success();
}

/// A list with something of each entry.
template <typename Part> static LogicalResult giveParts(Call &call, mlir::Type type, const DictNode *dict, Part part) {
  llvm::SmallVector<AbstractValue> parts;
  for (const auto &[key, value] : dict->entries)
    parts.push_back(part(key, value));
  return call.give(call.eval.list(type, parts));
}

static LogicalResult keys(Call &call) {
  DictNode *dict = dictOf(call);
  return dict ? giveParts(call, dict->keyType, dict, [](auto &key, auto &) { return key; }) : failure();
}

static LogicalResult values(Call &call) {
  DictNode *dict = dictOf(call);
  return dict ? giveParts(call, dict->valueType, dict, [](auto &, auto &value) { return value; }) : failure();
}

static LogicalResult items(Call &call) {
  DictNode *dict = dictOf(call);
  if (!dict)
    return failure();
  mlir::Type type = ts::TupleType::get(call.eval.emitter.context(), {dict->keyType, dict->valueType});
  return giveParts(call, type, dict, [&](auto &key, auto &value) { return call.eval.tuple({key, value}); });
}

/// dict(), of another dict or of (key, value) tuples.
static LogicalResult makeDict(Call &call) {
  mlir::MLIRContext *context = call.eval.emitter.context();
  if (call.args.size() == 1 && call.args[0].isDict()) {
    auto *copy = call.eval.heap.create<DictNode>(call.args[0].asDict()->keyType, call.args[0].asDict()->valueType);
    copy->entries = call.args[0].asDict()->entries;
    return call.give(AbstractValue::ofNode(ValueKind::Dict, copy));
  }
  mlir::Type keyType = ts::AnyType::get(context), valueType = keyType;
  if (auto type = llvm::dyn_cast_or_null<ts::DictType>(call.resultType())) {
    keyType = type.getKeyType();
    valueType = type.getValueType();
  }
  auto *dict = call.eval.heap.create<DictNode>(keyType, valueType);
  llvm::SmallVector<AbstractValue> items;
  if (!call.args.empty() && failed(listElements(call.eval, call.args[0], items)))
    return failure();
  for (const AbstractValue &item : items) {
    if (!item.isTuple() || item.asTuple()->elements.size() != 2)
      return call.eval.error("dict() wants pairs");
    if (failed(setDictEntry(call.eval, dict, item.asTuple()->elements[0], item.asTuple()->elements[1])))
      return failure();
  }
  return call.give(AbstractValue::ofNode(ValueKind::Dict, dict));
}

void specialize::addDictIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::Delete", ofEntry<take<false>>},
      {"aten::__contains__", contains},
      {"aten::__getitem__", getItemOrModule},
      {"aten::_set_item", setItem},
      {"aten::dict", makeDict},
      {"aten::get", ofEntry<get>},
      {"aten::items", items},
      {"aten::keys", keys},
      {"aten::popitem", popItem},
      {"aten::setdefault", ofEntry<setDefault>},
      {"aten::update", update},
  });
  table.add({
      {"aten::copy.Dict_Tensor", makeDict},   {"aten::copy.Dict_bool", makeDict}, {"aten::copy.Dict_complex", makeDict},
      {"aten::copy.Dict_float", makeDict},    {"aten::copy.Dict_int", makeDict},  {"aten::copy.Dict_str", makeDict},
      {"aten::pop", ofEntry<take<true>>},                     {"aten::values.Tensor", values},    {"aten::values.bool", values},
      {"aten::values.complex", values},       {"aten::values.float", values},     {"aten::values.int", values},
      {"aten::values.str", values},
  });
}
