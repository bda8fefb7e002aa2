// Operators on lists whose length is known. Elements are any abstract values,
// so this works on them directly; what compares and orders elements agrees with
// runtime/Lists.
#include "lib/Specialize/Lists.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Strings.h"
#include "lib/Specialize/TypeNames.h"
#include "runtime/Lists.h"
#include "runtime/Slice.h"
#include "runtime/Strings.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::success;

/// The list that an operator works on; a diagnostic and null otherwise.
static ListNode *listOf(Call &call, size_t i = 0) {
  const AbstractValue &value = call.args[i];
  if (!value.isList()) {
    (void)call.eval.error("'" + call.name + "' wants a list, got a " + kindName(value));
    return nullptr;
  }
  if (value.asList()->reference) {
    (void)call.eval.unsupported("'" + call.name + "' with a list whose length only run time knows");
    return nullptr;
  }
  return value.asList();
}

LogicalResult specialize::listElements(Evaluator &eval, const AbstractValue &list, llvm::SmallVectorImpl<AbstractValue> &elements) {
  if (list.isTuple()) {
    elements.assign(list.asTuple()->elements.begin(), list.asTuple()->elements.end());
    return success();
  }
  if (!list.isList())
    return eval.error("a list is expected, got a " + kindName(list));
  if (list.asList()->reference)
    return eval.unsupported("a list whose length only run time knows");
  elements.assign(list.asList()->elements.begin(), list.asList()->elements.end());
  return success();
}

/// An index from the end made one from the start; nullopt when out of range.
static std::optional<size_t> placeOf(int64_t index, size_t size) {
  int64_t place = index < 0 ? index + static_cast<int64_t>(size) : index;
  if (place < 0 || place >= static_cast<int64_t>(size))
    return std::nullopt;
  return place;
}

/// Which of so many elements a run-time index means, from the front; raises where it means none.
static FailureOr<AbstractValue> placeAtRunTime(Evaluator &eval, size_t count, const AbstractValue &index) {
  Emitter &emitter = eval.emitter;
  AbstractValue size = AbstractValue::ofInt(count);
  AbstractValue inRange = emitter.logicalAnd(emitter.compare("lt", index, size), emitter.compare("ge", index, emitter.sub(AbstractValue::ofInt(0), size)));
  if (failed(eval.require(inRange, "builtins.IndexError", "list index out of range")))
    return failure();
  return emitter.select(emitter.compare("lt", index, AbstractValue::ofInt(0)), emitter.add(index, size), index);
}

FailureOr<AbstractValue> specialize::selectElement(Evaluator &eval, llvm::ArrayRef<AbstractValue> elements, const AbstractValue &index) {
  if (!index.isInt() || elements.empty())
    return eval.unsupported("an element of an empty list at a run-time index");
  Emitter &emitter = eval.emitter;
  FailureOr<AbstractValue> found = placeAtRunTime(eval, elements.size(), index);
  if (failed(found))
    return failure();
  AbstractValue place = *found;
  bool areScalars = llvm::all_of(elements, [&](const AbstractValue &e) { return e.isScalar() && e.kind() == elements[0].kind(); });
  if (areScalars) {
    AbstractValue result = elements.back();
    for (size_t i = elements.size() - 1; i-- > 0;)
      result = emitter.select(emitter.compare("eq", place, AbstractValue::ofInt(i)), elements[i], result);
    return result;
  }
  // Equal tensors: one of a stack of them.
  const TensorNode *first = elements[0].isTensor() ? elements[0].asTensor() : nullptr;
  for (const AbstractValue &element : elements) {
    bool fits = first && element.isTensor() && element.asTensor()->dtype == first->dtype && element.asTensor()->rank() == first->rank();
    for (size_t i = 0; fits && i < first->rank(); ++i)
      fits = element.asTensor()->sizes[i].isIdentical(first->sizes[i]);
    if (!fits)
      return eval.unsupported("an element at a run-time index of a list of unlike values");
  }
  llvm::SmallVector<mlir::Value> rows;
  llvm::SmallVector<Extent> rowSizes = {Extent::ofInt(1)};
  rowSizes.append(first->sizes.begin(), first->sizes.end());
  for (const AbstractValue &element : elements)
    rows.push_back(emitter.one("reshape", {eval.tensors.read(element.asTensor()), llvm::ArrayRef<Extent>(rowSizes)}));
  FailureOr<mlir::Value> stack = emitter.concatenate(rows, 0);
  if (failed(stack))
    return eval.giveUp();
  mlir::Value row = emitter.one("slice", {*stack, int64_t(0), place, int64_t(1), int64_t(1)});
  mlir::Value value = emitter.one("reshape", {row, llvm::ArrayRef<Extent>(first->sizes)});
  if (!value)
    return eval.giveUp();
  return AbstractValue::ofTensor(eval.tensors.fresh(value, first->dtype, first->sizes));
}

//===----------------------------------------------------------------------===//
// Equality and order
//===----------------------------------------------------------------------===//

static FailureOr<AbstractValue> areElementsEqual(Evaluator &eval, llvm::ArrayRef<AbstractValue> a, llvm::ArrayRef<AbstractValue> b) {
  if (a.size() != b.size())
    return AbstractValue::ofBool(false);
  AbstractValue all = AbstractValue::ofBool(true);
  for (auto [x, y] : llvm::zip(a, b)) {
    FailureOr<AbstractValue> equal = areEqual(eval, x, y);
    if (failed(equal))
      return failure();
    all = eval.emitter.logicalAnd(all, *equal);
    if (all.isKnown() && !all.asBool())
      break;
  }
  return all;
}

/// Tensors of one dtype and the same known extents.
static bool areAlike(llvm::ArrayRef<AbstractValue> tensors) {
  const TensorNode *first = tensors.front().asTensor();
  return llvm::all_of(tensors, [&](const AbstractValue &value) {
    const TensorNode *tensor = value.asTensor();
    return tensor->dtype == first->dtype && tensor->rank() == first->rank() &&
           llvm::equal(tensor->sizes, first->sizes, [](const Extent &a, const Extent &b) { return a.isIdentical(b); });
  });
}

FailureOr<AbstractValue> specialize::areEqual(Evaluator &eval, const AbstractValue &a, const AbstractValue &b) {
  if (isAtRunTime(a) || isAtRunTime(b)) {
    FailureOr<mlir::Value> left = handOver(eval, a), right = failed(left) ? left : handOver(eval, b);
    if (failed(right))
      return failure();
    return callForBool(eval, "sc_rt_equal", {*left, *right});
  }
  if (a.isScalar() && b.isScalar())
    return compareScalars(eval, "eq", a, b);
  if (a.kind() != b.kind())
    return AbstractValue::ofBool(false);
  if (a.isList())
    return areElementsEqual(eval, a.asList()->elements, b.asList()->elements);
  if (a.isTuple())
    return areElementsEqual(eval, a.asTuple()->elements, b.asTuple()->elements);
  if (a.isTensor()) {
    FailureOr<AbstractValue> equal = eval.runOperator("aten::eq.Tensor", {a, b});
    return failed(equal) ? equal : eval.runOperator("aten::is_nonzero", {*equal});
  }
  if (a.isDict()) {
    if (a.asDict()->entries.size() != b.asDict()->entries.size())
      return AbstractValue::ofBool(false);
    AbstractValue all = AbstractValue::ofBool(true);
    for (const auto &[key, value] : a.asDict()->entries) {
      auto other = llvm::find_if(b.asDict()->entries, [&](const auto &entry) { return entry.first.isIdentical(key); });
      FailureOr<AbstractValue> equal = other == b.asDict()->entries.end() ? FailureOr<AbstractValue>(AbstractValue::ofBool(false))
                                                                          : areEqual(eval, value, other->second);
      if (failed(equal))
        return failure();
      all = eval.emitter.logicalAnd(all, *equal);
    }
    return all;
  }
  if (a.is(ValueKind::Device)) {
    // Devices of the machine that traced mean this one.
    return AbstractValue::ofBool(a.asString() == b.asString());
  }
  return AbstractValue::ofBool(a.isIdentical(b));
}

/// a < b as Python orders numbers, strings, lists and tuples. Known values only.
static FailureOr<bool> isLess(Evaluator &eval, const AbstractValue &a, const AbstractValue &b) {
  FailureOr<AbstractValue> less = failure();
  if (a.isScalar() && b.isScalar())
    less = compareScalars(eval, "lt", a, b);
  else if (a.isString() && b.isString())
    less = AbstractValue::ofBool(a.asString() < b.asString());
  else if (a.isTensor() && b.isTensor()) {
    less = eval.runOperator("aten::lt.Tensor", {a, b});
    less = failed(less) ? less : eval.runOperator("aten::is_nonzero", {*less});
  } else if (a.isTuple() || a.isList()) {
    llvm::SmallVector<AbstractValue> x, y;
    if (failed(listElements(eval, a, x)) || failed(listElements(eval, b, y)))
      return failure();
    for (auto [p, q] : llvm::zip(x, y)) {
      FailureOr<bool> forward = isLess(eval, p, q), backward = failed(forward) ? forward : isLess(eval, q, p);
      if (failed(backward))
        return failure();
      if (*forward || *backward)
        return *forward;
    }
    return x.size() < y.size();
  } else if (a.isObject()) {
    less = eval.runMethod(a, "__lt__", {b});
  } else {
    return eval.unsupported("an order of values of type " + kindName(a));
  }
  if (failed(less))
    return failure();
  if (!less->isKnownBool())
    return eval.unsupported("an order that only run time knows");
  return less->asBool();
}

FailureOr<AbstractValue> specialize::compareValues(Evaluator &eval, llvm::StringRef predicate, const AbstractValue &a,
                                                   const AbstractValue &b) {
  if (predicate == "eq" || predicate == "ne") {
    FailureOr<AbstractValue> equal = areEqual(eval, a, b);
    if (failed(equal) || predicate == "eq")
      return equal;
    return eval.emitter.logicalNot(*equal);
  }
  bool swap = predicate == "gt" || predicate == "le";
  if (dependsOnRunTime(a) || dependsOnRunTime(b)) {
    FailureOr<mlir::Value> left = handOver(eval, swap ? b : a), right = failed(left) ? left : handOver(eval, swap ? a : b);
    if (failed(right))
      return failure();
    AbstractValue less = callForBool(eval, "sc_rt_less", {*left, *right});
    return predicate == "lt" || predicate == "gt" ? less : eval.emitter.logicalNot(less);
  }
  FailureOr<bool> less = isLess(eval, swap ? b : a, swap ? a : b);
  if (failed(less))
    return failure();
  return AbstractValue::ofBool(*less == (predicate == "lt" || predicate == "gt"));
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// An element at a run-time index: a choice of numbers or of equal tensors, as long as nothing writes to one of them.
static LogicalResult getAnyItem(Call &call, ListNode *list) {
  if (!list->elements.empty() && llvm::all_of(list->elements, [&](const AbstractValue &e) { return isModule(call.eval, e); })) {
    Emitter &emitter = call.eval.emitter;
    AbstractValue size = AbstractValue::ofInt(list->elements.size()), index = call.args[1];
    AbstractValue place = emitter.select(emitter.compare("lt", index, AbstractValue::ofInt(0)), emitter.add(index, size), index);
    llvm::SmallVector<ChoiceNode::Option> options;
    for (auto [i, module] : llvm::enumerate(list->elements))
      options.push_back({emitter.compare("eq", place, AbstractValue::ofInt(i)), module});
    return giveChoice(call, options, "builtins.IndexError", "list index out of range");
  }
  bool areScalars = llvm::all_of(list->elements, [](const AbstractValue &e) { return e.isScalar(); });
  bool areTensors = llvm::all_of(list->elements, [](const AbstractValue &e) { return e.isTensor(); });
  if (list->elements.empty() || !(areScalars || (areTensors && !call.eval.knowledge.sharesTensors && areAlike(list->elements))))
    return continueAtRunTime(call);
  FailureOr<AbstractValue> element = selectElement(call.eval, list->elements, call.args[1]);
  if (failed(element))
    return failure();
  if (areTensors) {
    call.eval.handed.insert(element->asTensor()->storage);
    for (const AbstractValue &one : list->elements)
      call.eval.handed.insert(one.asTensor()->storage);
  }
  return call.give(*element);
}

static LogicalResult getItem(Call &call) {
  if (call.args[0].isString()) {
    if (!call.args[1].isKnownInt())
      return continueAtRunTime(call);
    rt::Result<std::string> character = rt::strings::at(call.args[0].asString().str(), call.args[1].asInt());
    if (!character)
      return call.eval.raise("builtins.RuntimeError", character.status().message);
    return call.give(call.eval.string(*character));
  }
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  if (!call.args[1].isKnownInt())
    return getAnyItem(call, list);
  if (std::optional<size_t> place = placeOf(call.args[1].asInt(), list->elements.size()))
    return call.give(list->elements[*place]);
  return call.eval.raise("builtins.IndexError", "list index out of range");
}

static LogicalResult setItem(Call &call) {
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  Evaluator &eval = call.eval;
  if (failed(eval.prepareWrite(list)))
    return failure();
  if (!call.args[1].isKnownInt()) {
    // Each element is the new value where its place is meant.
    if (!llvm::all_of(list->elements, [&](const AbstractValue &e) { return e.isScalar() && e.kind() == call.args[2].kind(); }))
      return continueAtRunTime(call);
    FailureOr<AbstractValue> place = placeAtRunTime(eval, list->elements.size(), call.args[1]);
    if (failed(place))
      return failure();
    for (auto [i, element] : llvm::enumerate(list->elements))
      element = eval.emitter.select(eval.emitter.compare("eq", *place, AbstractValue::ofInt(i)), call.args[2], element);
    return call.give(call.args[0]);
  }
  std::optional<size_t> place = placeOf(call.args[1].asInt(), list->elements.size());
  if (!place)
    return eval.raise("builtins.IndexError", "list index out of range");
  list->elements[*place] = call.args[2];
  return call.give(call.args[0]);
}

static LogicalResult append(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(call.eval.prepareWrite(list)))
    return failure();
  list->elements.push_back(call.args[1]);
  return call.give(call.args[0]);
}

static LogicalResult insert(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(call.eval.prepareWrite(list)))
    return failure();
  if (!call.args[1].isKnownInt())
    return continueAtRunTime(call);
  int64_t size = list->elements.size(), index = call.args[1].asInt();
  int64_t place = std::clamp<int64_t>(index < 0 ? index + size : index, 0, size);
  list->elements.insert(list->elements.begin() + place, call.args[2]);
  return success();
}

static LogicalResult pop(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(call.eval.prepareWrite(list)))
    return failure();
  if (call.args.size() > 1 && !call.args[1].isKnownInt())
    return continueAtRunTime(call);
  int64_t index = call.args.size() > 1 ? call.args[1].asInt() : -1;
  if (list->elements.empty())
    return call.eval.raise("builtins.IndexError", "pop from empty list");
  std::optional<size_t> place = placeOf(index, list->elements.size());
  if (!place)
    return call.eval.raise("builtins.IndexError", "list index out of range");
  AbstractValue element = list->elements[*place];
  list->elements.erase(list->elements.begin() + *place);
  return call.give(element);
}

static LogicalResult deleteItem(Call &call) {
  if (call.args[0].isList() && !call.args[0].asList()->reference && call.args[0].asList()->elements.empty())
    return call.eval.raise("builtins.IndexError", "pop index out of range"); // PyTorch's words where there is none at all
  if (failed(pop(call)))
    return failure();
  call.results.clear();
  return success();
}

static LogicalResult extend(Call &call) {
  ListNode *list = listOf(call), *other = listOf(call, 1);
  if (!list || !other || failed(call.eval.prepareWrite(list)))
    return failure();
  llvm::SmallVector<AbstractValue> added(other->elements.begin(), other->elements.end());
  list->elements.append(added.begin(), added.end());
  return success();
}

static LogicalResult extendInPlace(Call &call) { return failed(extend(call)) ? failure() : call.give(call.args[0]); }

static LogicalResult clear(Call &call) {
  if (call.args[0].isDict()) {
    if (failed(call.eval.prepareWrite(call.args[0].node())))
      return failure();
    call.args[0].asDict()->entries.clear();
    return success();
  }
  ListNode *list = listOf(call);
  if (!list || failed(call.eval.prepareWrite(list)))
    return failure();
  list->elements.clear();
  return success();
}

static LogicalResult reverse(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(call.eval.prepareWrite(list)))
    return failure();
  std::reverse(list->elements.begin(), list->elements.end());
  return success();
}

/// Whether equality with each element is known before run time.
static bool canFind(const ListNode *list, const AbstractValue &element) {
  return !dependsOnRunTime(element) && llvm::none_of(list->elements, dependsOnRunTime);
}

/// The first place of an equal element. Known answers only.
static FailureOr<std::optional<size_t>> findElement(Evaluator &eval, ListNode *list, const AbstractValue &element) {
  for (auto [i, candidate] : llvm::enumerate(list->elements)) {
    FailureOr<AbstractValue> equal = areEqual(eval, candidate, element);
    if (failed(equal))
      return failure();
    if (!equal->isKnownBool())
      return eval.unsupported("a search in a list for a value that only run time knows");
    if (equal->asBool())
      return std::optional<size_t>(i);
  }
  return std::optional<size_t>();
}

static LogicalResult removeElement(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(call.eval.prepareWrite(list)))
    return failure();
  if (!canFind(list, call.args[1]))
    return continueAtRunTime(call);
  FailureOr<std::optional<size_t>> place = findElement(call.eval, list, call.args[1]);
  if (failed(place))
    return failure();
  if (!*place)
    return call.eval.raise("builtins.RuntimeError", "list.remove(x): x not in list");
  list->elements.erase(list->elements.begin() + **place);
  return success();
}

static LogicalResult indexOf(Call &call) {
  ListNode *list = listOf(call);
  if (list && !canFind(list, call.args[1]))
    return continueAtRunTime(call);
  FailureOr<std::optional<size_t>> place = list ? findElement(call.eval, list, call.args[1]) : FailureOr<std::optional<size_t>>(failure());
  if (failed(place))
    return failure();
  if (!*place)
    return call.eval.raise("builtins.RuntimeError", "'" + rt::lists::elementText(*call.eval.toRuntime(call.args[1])) + "' is not in list");
  return call.give(AbstractValue::ofInt(**place));
}

static LogicalResult countElements(Call &call) {
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  AbstractValue count = AbstractValue::ofInt(0);
  for (const AbstractValue &candidate : list->elements) {
    FailureOr<AbstractValue> equal = areEqual(call.eval, candidate, call.args[1]);
    if (failed(equal))
      return failure();
    count = call.eval.emitter.add(count, call.eval.emitter.convert(*equal, ValueKind::Int));
  }
  return call.give(count);
}

LogicalResult specialize::containsElement(Call &call) {
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  AbstractValue none = AbstractValue::ofBool(true);
  for (const AbstractValue &candidate : list->elements) {
    FailureOr<AbstractValue> equal = areEqual(call.eval, candidate, call.args[1]);
    if (failed(equal))
      return failure();
    none = call.eval.emitter.logicalAnd(none, call.eval.emitter.logicalNot(*equal));
    if (none.isKnown() && !none.asBool())
      break;
  }
  return call.give(call.eval.emitter.logicalNot(none));
}

//===----------------------------------------------------------------------===//
// Whole lists
//===----------------------------------------------------------------------===//

LogicalResult specialize::addSequences(Call &call) {
  if (call.args[0].isString())
    return call.give(call.eval.string((call.args[0].asString() + call.args[1].asString()).str()));
  llvm::SmallVector<AbstractValue> all, more;
  if (failed(listElements(call.eval, call.args[0], all)) || failed(listElements(call.eval, call.args[1], more)))
    return failure();
  all.append(more.begin(), more.end());
  if (call.args[0].isTuple())
    return call.give(call.eval.tuple(all));
  return call.give(call.eval.list(call.args[0].asList()->elementType, all));
}

LogicalResult specialize::repeatSequence(Call &call) {
  bool isFirst = call.args[0].isList() || call.args[0].isString();
  const AbstractValue &sequence = call.args[isFirst ? 0 : 1], &times = call.args[isFirst ? 1 : 0];
  if (!times.isKnownInt())
    return continueAtRunTime(call);
  if (sequence.isString()) {
    rt::Result<std::string> text = rt::strings::repeat(sequence.asString().str(), times.asInt());
    return text ? call.give(call.eval.string(*text)) : call.eval.raise("builtins.RuntimeError", text.status().message);
  }
  llvm::SmallVector<AbstractValue> once, all;
  if (failed(listElements(call.eval, sequence, once)))
    return failure();
  if (times.asInt() < 0 && !once.empty())
    return call.eval.raise("builtins.RuntimeError", rt::lists::negativeLength);
  constexpr int64_t limit = 1 << 24;
  if (times.asInt() > 0 && !once.empty() && times.asInt() > limit / static_cast<int64_t>(once.size()))
    return call.eval.unsupported("a list of more than " + llvm::Twine(limit) + " elements");
  for (int64_t i = 0; i < times.asInt(); ++i)
    all.append(once.begin(), once.end());
  return call.give(call.eval.list(sequence.asList()->elementType, all));
}

static LogicalResult repeatInPlace(Call &call) {
  if (!call.args[1].isKnownInt())
    return continueAtRunTime(call);
  // A negative number of times leaves nothing here.
  AbstractValue arguments[] = {call.args[0], Extent::ofInt(std::max<int64_t>(call.args[1].asInt(), 0))};
  Call repeat{call.eval, call.name, arguments, call.op, {}, false, {}};
  if (failed(repeatSequence(repeat)) || failed(call.eval.prepareWrite(call.args[0].node())))
    return failure();
  call.args[0].asList()->elements = repeat.results[0].asList()->elements;
  return call.give(call.args[0]);
}

static std::optional<int64_t> optionalInt(const AbstractValue &value) {
  return value.isKnownInt() ? std::optional(value.asInt()) : std::nullopt;
}

static LogicalResult slice(Call &call) {
  for (const AbstractValue &bound : call.args.drop_front())
    if (bound.isRunTime())
      return continueAtRunTime(call);
  std::optional<int64_t> start = optionalInt(call.args[1]), end = optionalInt(call.args[2]);
  int64_t step = optionalInt(call.args[3]).value_or(1);
  if (call.args[0].isString()) {
    rt::Result<std::string> text = rt::strings::slice(call.args[0].asString().str(), start, end, step);
    return text ? call.give(call.eval.string(*text)) : call.eval.raise("builtins.RuntimeError", text.status().message);
  }
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  rt::Result<rt::SliceRange> range = rt::sliceRange(list->elements.size(), start, end, step);
  if (!range)
    return call.eval.raise("builtins.RuntimeError", range.status().message);
  llvm::SmallVector<AbstractValue> part;
  for (int64_t i = 0; i < range->count; ++i)
    part.push_back(list->elements[range->start + i * range->step]);
  return call.give(call.eval.list(list->elementType, part));
}

static LogicalResult length(Call &call) {
  const AbstractValue &value = call.args[0];
  if (value.isString())
    return call.give(AbstractValue::ofInt(value.asString().size()));
  if (value.isDict())
    return call.give(AbstractValue::ofInt(value.asDict()->entries.size()));
  if (value.isTuple())
    return call.give(AbstractValue::ofInt(value.asTuple()->elements.size()));
  ListNode *list = listOf(call);
  return list ? call.give(AbstractValue::ofInt(list->elements.size())) : failure();
}

static LogicalResult copyList(Call &call) {
  if (call.args[0].isString()) {
    llvm::SmallVector<AbstractValue> characters;
    for (char c : call.args[0].asString())
      characters.push_back(call.eval.string(llvm::StringRef(&c, 1)));
    return call.give(call.eval.list(typeFromAnnotation(call.eval.emitter.context(), "str"), characters));
  }
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  llvm::SmallVector<AbstractValue> elements(list->elements.begin(), list->elements.end());
  return call.give(call.eval.list(list->elementType, elements));
}

/// Stable insertion by `isLess`, which may evaluate the program's own `__lt__`.
static FailureOr<llvm::SmallVector<AbstractValue>> sorted(Evaluator &eval, llvm::ArrayRef<AbstractValue> elements, bool descending) {
  llvm::SmallVector<AbstractValue> result;
  for (const AbstractValue &element : elements) {
    size_t low = 0, high = result.size();
    while (low < high) {
      size_t middle = (low + high) / 2;
      FailureOr<bool> before = descending ? isLess(eval, result[middle], element) : isLess(eval, element, result[middle]);
      if (failed(before))
        return failure();
      *before ? high = middle : low = middle + 1;
    }
    result.insert(result.begin() + low, element);
  }
  return result;
}

/// How PyTorch writes a type for people: "(int, Dict(int, int))".
static std::string reprOfType(mlir::Type type) {
  if (auto tuple = llvm::dyn_cast<ts::TupleType>(type)) {
    std::string text;
    for (mlir::Type part : tuple.getTypes())
      text += (text.empty() ? "" : ", ") + reprOfType(part);
    return "(" + text + ")";
  }
  if (auto dict = llvm::dyn_cast<ts::DictType>(type))
    return "Dict(" + reprOfType(dict.getKeyType()) + ", " + reprOfType(dict.getValueType()) + ")";
  return llvm::isa<ts::ListType>(type) ? reprOfType(llvm::cast<ts::ListType>(type).getElementType()) + "[]" : annotationOf(type);
}

static bool isSortable(const AbstractValue &value) {
  if (value.isTuple())
    return llvm::all_of(value.asTuple()->elements, isSortable);
  return value.isScalar() || value.isString() || value.isTensor() || value.isObject() || isAtRunTime(value);
}

/// What sort() says of a list of anything before it looks at its elements.
static LogicalResult checkSortable(Call &call, const ListNode &list) {
  if (list.elements.empty() || !call.name.ends_with(".any"))
    return success();
  mlir::MLIRContext *context = call.eval.emitter.context();
  mlir::Type first = typeOf(context, list.elements[0]);
  for (const AbstractValue &element : llvm::drop_begin(list.elements))
    if (mlir::Type other = typeOf(context, element); other != first)
      return call.eval.raise("builtins.RuntimeError", "Only values of same type can be compared. Found " + annotationOf(first) + " and " +
                                                          annotationOf(other));
  if (llvm::all_of(list.elements, isSortable))
    return success();
  return call.eval.raise("builtins.RuntimeError",
                         "Contained elements in " + reprOfType(first) +
                             " are not sortable. Only Int, Bool, Float, String, Tensor, a User Defined Class with __lt__ method defined "
                             "or Tuples of aforementioned types can be sorted");
}

static LogicalResult sortInPlace(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(checkSortable(call, *list)))
    return failure();
  if (llvm::any_of(list->elements, dependsOnRunTime) || (call.args.size() > 1 && call.args[1].isRunTime()))
    return continueAtRunTime(call);
  bool descending = call.args.size() > 1 && call.args[1].isKnownBool() && call.args[1].asBool();
  FailureOr<llvm::SmallVector<AbstractValue>> elements = sorted(call.eval, list->elements, descending);
  if (failed(elements) || failed(call.eval.prepareWrite(list)))
    return failure();
  list->elements.assign(elements->begin(), elements->end());
  return success();
}

static LogicalResult makeSorted(Call &call) {
  ListNode *list = listOf(call);
  if (!list || failed(checkSortable(call, *list)))
    return failure();
  if (llvm::any_of(list->elements, dependsOnRunTime))
    return continueAtRunTime(call);
  FailureOr<llvm::SmallVector<AbstractValue>> elements = sorted(call.eval, list->elements, false);
  return failed(elements) ? failure() : call.give(call.eval.list(list->elementType, *elements));
}

LogicalResult specialize::extremeOfList(Call &call, bool isMaximum) {
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  if (call.args.size() == 2) { // Of two lists: the one that orders so.
    if (dependsOnRunTime(call.args[0]) || dependsOnRunTime(call.args[1]))
      return continueAtRunTime(call);
    FailureOr<bool> less = isLess(call.eval, call.args[0], call.args[1]);
    return failed(less) ? failure() : call.give(call.args[*less == isMaximum ? 1 : 0]);
  }
  if (list->elements.empty())
    return call.eval.raise("builtins.ValueError", isMaximum ? "max() arg is an empty sequence" : "min() arg is an empty sequence");
  bool areInts = llvm::all_of(list->elements, [](const AbstractValue &element) { return element.isInt(); });
  if (!areInts && llvm::any_of(list->elements, dependsOnRunTime))
    return continueAtRunTime(call);
  AbstractValue best = list->elements[0];
  for (const AbstractValue &element : llvm::drop_begin(list->elements)) {
    if (best.isInt() && element.isInt()) {
      best = isMaximum ? call.eval.emitter.maximum(best, element) : call.eval.emitter.minimum(best, element);
      continue;
    }
    FailureOr<bool> less = isMaximum ? isLess(call.eval, best, element) : isLess(call.eval, element, best);
    if (failed(less))
      return failure();
    best = *less ? element : best;
  }
  return call.give(best);
}

static LogicalResult sumOfList(Call &call) {
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  AbstractValue sum = llvm::isa<ts::FloatType>(list->elementType)     ? AbstractValue::ofFloat(0)
                      : llvm::isa<ts::ComplexType>(list->elementType) ? AbstractValue::ofComplex(0)
                                                                      : AbstractValue::ofInt(0);
  for (const AbstractValue &element : list->elements) {
    FailureOr<AbstractValue> next = call.eval.runOperator("aten::add", {sum, element});
    if (failed(next))
      return failure();
    sum = *next;
  }
  return call.give(sum);
}

template <bool isAll> static LogicalResult quantify(Call &call) {
  ListNode *list = listOf(call);
  if (!list)
    return failure();
  AbstractValue result = AbstractValue::ofBool(true);
  for (const AbstractValue &element : list->elements) {
    FailureOr<AbstractValue> truth = element.isString() ? FailureOr<AbstractValue>(AbstractValue::ofBool(!element.asString().empty()))
                                                        : call.eval.truth(element);
    if (failed(truth))
      return failure();
    result = call.eval.emitter.logicalAnd(result, isAll ? *truth : call.eval.emitter.logicalNot(*truth));
  }
  return call.give(isAll ? result : call.eval.emitter.logicalNot(result));
}

static LogicalResult rangeList(Call &call) {
  if (call.args[0].isRunTime()) {
    mlir::Type type = ts::IntType::get(call.eval.emitter.context());
    ElementShape shape{ElementShape::List, ts::ListType::get(type.getContext(), type), {shapeOfType(type)}};
    mlir::Value made = callForReference(call.eval, "sc_rt_list_range", call.eval.emitter.materialize(call.args[0]));
    FailureOr<AbstractValue> list = valueBehind(call.eval, made, shape, shape.type);
    return failed(list) ? failure() : call.give(*list);
  }
  if (!call.args[0].isKnownInt() || call.args[0].asInt() > (1 << 24))
    return call.eval.unsupported("a list of a range of more than 2^24 numbers");
  if (call.args[0].asInt() < 0)
    return call.eval.raise("builtins.RuntimeError", rt::lists::negativeLength);
  llvm::SmallVector<AbstractValue> numbers;
  for (int64_t i = 0; i < call.args[0].asInt(); ++i)
    numbers.push_back(AbstractValue::ofInt(i));
  return call.give(call.eval.intList(numbers));
}

void specialize::addListIntrinsics(IntrinsicTable &table) {
  table.add({
      {"aten::Delete.t", deleteItem},
      {"aten::__contains__.int_list", containsElement},
      {"aten::__contains__.float_list", containsElement},
      {"aten::__contains__.str_list", containsElement},
      {"aten::__getitem__.str", getItem},
      {"aten::__getitem__.t", getItem},
      {"aten::select.t", getItem},
      {"aten::_set_item.t", setItem},
      {"aten::add.t", addSequences},
      {"aten::add_.t", extendInPlace},
      {"aten::append", append},
      {"aten::clear", clear},
      {"aten::copy.t", copyList},
      {"aten::count.Tensor", countElements},
      {"aten::extend", extend},
      {"aten::index.list_Tensor", indexOf},
      {"aten::insert", insert},
      {"aten::len.any", length},
      {"aten::len.t", length},
      {"aten::list", copyList},
      {"aten::mul_.t", repeatInPlace},
      {"aten::pop.t", pop},
      {"aten::remove", removeElement},
      {"aten::reverse.t", reverse},
      {"aten::slice.str", slice},
      {"aten::slice.t", slice},
      {"aten::sort.any", sortInPlace},
      {"aten::sort.Tensor", sortInPlace},
      {"aten::sorted", makeSorted},
      {"prim::StringIndex", getItem},
      {"prim::rangelist", rangeList},
  });
  table.addOfValues({
      {"aten::all", quantify<true>},
      {"aten::any", quantify<false>},
      {"aten::count.bool", countElements},
      {"aten::count.float", countElements},
      {"aten::count.int", countElements},
      {"aten::count.str", countElements},
      {"aten::index.list_bool", indexOf},
      {"aten::index.list_float", indexOf},
      {"aten::index.list_int", indexOf},
      {"aten::index.list_str", indexOf},
      {"aten::len", length},
      {"aten::sort", sortInPlace},
      {"aten::sum", sumOfList},
  });
}
