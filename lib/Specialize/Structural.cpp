// Operations of generic IR other than calls and control flow: literals,
// containers, objects.
#include "lib/Specialize/Coercion.h"
#include "lib/Specialize/InstanceObjects.h"
#include "lib/Specialize/Lists.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TypeNames.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

AbstractValue specialize::literal(Evaluator &eval, mlir::Attribute attribute, mlir::Type type) {
  if (auto flag = llvm::dyn_cast<mlir::BoolAttr>(attribute))
    return AbstractValue::ofBool(flag.getValue());
  if (auto number = llvm::dyn_cast<mlir::IntegerAttr>(attribute))
    return AbstractValue::ofInt(number.getInt());
  if (auto number = llvm::dyn_cast<mlir::FloatAttr>(attribute))
    return AbstractValue::ofFloat(number.getValueAsDouble());
  if (auto text = llvm::dyn_cast<mlir::StringAttr>(attribute))
    return llvm::isa<ts::DeviceType>(type) ? eval.heap.device(text) : eval.heap.string(text);
  auto parts = llvm::dyn_cast<mlir::ArrayAttr>(attribute);
  if (!parts)
    return AbstractValue::none();
  if (llvm::isa<ts::ComplexType>(type) && parts.size() == 2)
    return AbstractValue::ofComplex({llvm::cast<mlir::FloatAttr>(parts[0]).getValueAsDouble(),
                                     llvm::cast<mlir::FloatAttr>(parts[1]).getValueAsDouble()});
  auto listType = llvm::dyn_cast<ts::ListType>(type);
  mlir::Type elementType = listType ? listType.getElementType() : ts::AnyType::get(type.getContext());
  llvm::SmallVector<AbstractValue> elements;
  for (mlir::Attribute part : parts)
    elements.push_back(literal(eval, part, elementType));
  return eval.list(elementType, elements);
}

mlir::FailureOr<AbstractValue> specialize::poolConstant(Evaluator &eval, int64_t index, mlir::Type type) {
  std::optional<rt::Value> value = eval.program.constant(index);
  if (!value)
    return eval.error("the archive has no constant " + llvm::Twine(index));
  AbstractValue constant = eval.fromRuntime(*value, "");
  if (!settleType(eval, constant, type))
    return eval.error("the archive's constant " + llvm::Twine(index) + " holds other values than '" + annotationOf(type) + "' says");
  return constant;
}

LogicalResult Evaluator::evaluateStructural(mlir::Operation *op) {
  return llvm::TypeSwitch<mlir::Operation *, LogicalResult>(op)
      .Case<ts::ConstantOp>([&](ts::ConstantOp op) -> LogicalResult {
        auto name = llvm::isa<ts::DeviceType>(op.getType()) ? llvm::dyn_cast<mlir::StringAttr>(op.getValue()) : mlir::StringAttr();
        if (std::string wrong = name ? checkDeviceName(name) : ""; !wrong.empty())
          return raise("builtins.RuntimeError", wrong);
        set(op.getResult(), literal(*this, op.getValue(), op.getType()));
        return success();
      })
      .Case<ts::PoolConstantOp>([&](ts::PoolConstantOp op) -> LogicalResult {
        mlir::FailureOr<AbstractValue> constant = poolConstant(*this, op.getIndex(), op.getType());
        if (failed(constant))
          return failure();
        set(op.getResult(), *constant);
        return success();
      })
      .Case<ts::UninitializedOp>([&](ts::UninitializedOp op) {
        set(op.getResult(), AbstractValue::uninitialized());
        return success();
      })
      .Case<ts::UncheckedCastOp>([&](ts::UncheckedCastOp op) -> LogicalResult {
        AbstractValue value = get(op.getValue());
        mlir::FailureOr<AbstractValue> narrowed = isUnion(value) ? narrow(*this, value, op.getType()) : value;
        if (failed(narrowed))
          return failure();
        // What has no structure here is checked where it is used.
        bool isOpen = value.isReference() || value.is(ValueKind::Opaque) || value.isUninitialized();
        bool isNumber = llvm::isa<ts::BoolType, ts::IntType, ts::FloatType, ts::ComplexType>(op.getType());
        if (!isOpen && !(isNumber ? isOfType(value, op.getType()) : isOfKind(value, op.getType())))
          return error("'unchecked_cast' got a " + kindName(value) + " where the code says " + annotationOf(op.getType()));
        set(op.getResult(), *narrowed);
        return success();
      })
      .Case<ts::IsInstanceOp>([&](ts::IsInstanceOp op) -> LogicalResult {
        AbstractValue value = get(op.getValue());
        if (isUnion(value)) {
          auto matchesAny = [&](const ElementShape &shape) {
            return llvm::any_of(op.getTypes().getAsValueRange<mlir::TypeAttr>(), [&](mlir::Type type) { return isShapeOfType(shape, type); });
          };
          set(op.getResult(), isInstanceAtRunTime(*this, value, matchesAny));
          return success();
        }
        bool matches = llvm::any_of(op.getTypes().getAsValueRange<mlir::TypeAttr>(),
                                    [&](mlir::Type type) { return isOfType(value, type); });
        set(op.getResult(), AbstractValue::ofBool(matches));
        return success();
      })
      .Default([&](mlir::Operation *op) { return error("'" + op->getName().getStringRef() + "' is not expected here"); });
}

//===----------------------------------------------------------------------===//
// Containers
//===----------------------------------------------------------------------===//

AbstractValue Evaluator::list(mlir::Type elementType, llvm::ArrayRef<AbstractValue> elements) {
  auto *node = heap.create<ListNode>(elementType);
  node->elements.assign(elements.begin(), elements.end());
  return AbstractValue::ofList(node);
}

AbstractValue Evaluator::intList(llvm::ArrayRef<Extent> elements) {
  return list(ts::IntType::get(emitter.context()), elements);
}

AbstractValue Evaluator::tuple(llvm::ArrayRef<AbstractValue> elements) {
  auto *node = heap.create<TupleNode>();
  node->elements.assign(elements.begin(), elements.end());
  return AbstractValue::ofTuple(node);
}

static LogicalResult makeTuple(Evaluator &eval, ts::TupleOp op) {
  auto *node = eval.heap.create<TupleNode>();
  node->elements = eval.getAll(op.getElements());
  if (auto named = llvm::dyn_cast<ts::NamedTupleType>(op.getType())) {
    node->className = named.getName().str();
    for (mlir::StringAttr field : named.getFieldNames())
      node->fieldNames.push_back(field.str());
  }
  eval.set(op.getResult(), AbstractValue::ofTuple(node));
  return success();
}

static LogicalResult makeDict(Evaluator &eval, ts::DictOp op) {
  auto type = llvm::cast<ts::DictType>(op.getType());
  auto *node = eval.heap.create<DictNode>(type.getKeyType(), type.getValueType());
  for (auto [key, value] : llvm::zip(op.getKeys(), op.getValues()))
    if (failed(setDictEntry(eval, node, eval.get(key), eval.get(value))))
      return failure();
  eval.set(op.getResult(), AbstractValue::ofNode(ValueKind::Dict, node));
  return success();
}

static LogicalResult unpackList(Evaluator &eval, ts::ListUnpackOp op) {
  AbstractValue list = eval.get(op.getList());
  llvm::SmallVector<AbstractValue> elements;
  LogicalResult read = list.isList() && isAtRunTime(list) ? unpackAtRunTime(eval, list.asList(), op.getNumResults(), elements)
                                                          : listElements(eval, list, elements);
  if (failed(read))
    return failure();
  if (elements.size() != op.getNumResults())
    return eval.raise("builtins.RuntimeError", "Expected " + llvm::Twine(op.getNumResults()) + " elements in a list but found " +
                                                   llvm::Twine(elements.size()));
  for (auto [result, element] : llvm::zip(op.getResults(), elements))
    eval.set(result, element);
  return success();
}

static LogicalResult indexTuple(Evaluator &eval, ts::TupleIndexOp op) {
  AbstractValue tuple = eval.get(op.getTuple()), index = eval.get(op.getIndex());
  if (!tuple.isTuple())
    return eval.error("a tuple is expected, got " + kindName(tuple));
  const auto &elements = tuple.asTuple()->elements;
  if (!index.isKnownInt()) {
    llvm::SmallVector<AbstractValue> values(elements.begin(), elements.end());
    mlir::FailureOr<AbstractValue> element = selectElement(eval, values, index);
    if (failed(element))
      return failure();
    eval.set(op.getResult(), *element);
    return success();
  }
  int64_t size = elements.size(), place = index.asInt() < 0 ? index.asInt() + size : index.asInt();
  if (place < 0 || place >= size)
    return eval.raise("builtins.IndexError", "tuple index out of range");
  eval.set(op.getResult(), elements[place]);
  return success();
}

static LogicalResult sliceTuple(Evaluator &eval, ts::TupleSliceOp op) {
  AbstractValue tuple = eval.get(op.getTuple());
  if (!tuple.isTuple())
    return eval.error("a tuple is expected, got " + kindName(tuple));
  const auto &elements = tuple.asTuple()->elements;
  int64_t end = std::min<int64_t>(op.getEnd(), elements.size()), begin = std::clamp<int64_t>(op.getBegin(), 0, end);
  eval.set(op.getResult(), eval.tuple(llvm::ArrayRef<AbstractValue>(elements).slice(begin, end - begin)));
  return success();
}

LogicalResult Evaluator::evaluateContainer(mlir::Operation *op) {
  return llvm::TypeSwitch<mlir::Operation *, LogicalResult>(op)
      .Case<ts::ListOp>([&](ts::ListOp op) {
        mlir::Type elementType = llvm::cast<ts::ListType>(op.getType()).getElementType();
        set(op.getResult(), list(elementType, getAll(op.getElements())));
        return success();
      })
      .Case<ts::DictOp>([&](auto op) { return makeDict(*this, op); })
      .Case<ts::TupleOp>([&](auto op) { return makeTuple(*this, op); })
      .Case<ts::ListUnpackOp>([&](auto op) { return unpackList(*this, op); })
      .Case<ts::TupleIndexOp>([&](auto op) { return indexTuple(*this, op); })
      .Case<ts::TupleSliceOp>([&](auto op) { return sliceTuple(*this, op); })
      .Case<ts::TupleUnpackOp>([&](ts::TupleUnpackOp op) -> LogicalResult {
        AbstractValue tuple = get(op.getTuple());
        if (!tuple.isTuple() || tuple.asTuple()->elements.size() != op.getNumResults())
          return error("a tuple of " + llvm::Twine(op.getNumResults()) + " elements is expected, got " + kindName(tuple));
        for (auto [result, element] : llvm::zip(op.getResults(), tuple.asTuple()->elements))
          set(result, element);
        return success();
      })
      .Case<ts::ToListOp>([&](ts::ToListOp op) -> LogicalResult {
        AbstractValue tensor = get(op.getTensor());
        mlir::FailureOr<AbstractValue> result = tensorToList(*this, tensor, op.getType());
        if (failed(result))
          return failure();
        set(op.getResult(), *result);
        return success();
      })
      .Default([&](mlir::Operation *op) { return evaluateStructural(op); });
}

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

static LogicalResult getField(Evaluator &eval, ts::GetAttrOp op, TupleNode *tuple) {
  for (auto [name, element] : llvm::zip(tuple->fieldNames, tuple->elements))
    if (op.getName() == name) {
      eval.set(op.getResult(), element);
      return success();
    }
  return eval.error("the named tuple has no field '" + op.getName() + "'");
}

/// An attribute that the archive gave may be anything: the first read compares it with what the class declares.
static LogicalResult checkAttribute(Evaluator &eval, ObjectNode *object, mlir::StringAttr name, const AbstractValue &value) {
  if (object->isMade || !eval.checkedAttributes.insert({object, name}).second)
    return success();
  ts::ClassOp type = eval.program.findClass(object->className);
  ts::AttributeOp attribute = type ? type.findAttribute(name) : ts::AttributeOp();
  auto fits = [&](const AbstractValue &value) { return settleType(eval, value, attribute.getType()); };
  bool isChoice = value.is(ValueKind::Choice);
  if (!attribute || (isChoice ? llvm::all_of(value.asChoice()->options, [&](const auto &option) { return fits(option.value); }) : fits(value)))
    return success();
  std::string declared = annotationOf(attribute.getType()), actual = annotationOf(typeOf(eval.emitter.context(), value));
  return eval.error("the archive's value of attribute '" + name.getValue() + "' is not of the type '" + declared + "' that class '" +
                    object->className + "' declares: it is a '" + actual + "'" +
                    (actual == declared ? ", but holds values of other types" : ""));
}

static LogicalResult getAttribute(Evaluator &eval, ts::GetAttrOp op, const AbstractValue &object) {
  if (object.isTuple())
    return getField(eval, op, object.asTuple());
  if (!object.isObject())
    return eval.error("an object is expected to have attribute '" + op.getName() + "', got " + kindName(object));
  ts::ClassOp declared = eval.program.findClass(object.asObject()->className);
  ts::AttributeOp attribute = declared ? declared.findAttribute(op.getName()) : ts::AttributeOp();
  if (object.asObject()->reference && !(attribute && attribute.getValue())) {
    mlir::FailureOr<AbstractValue> value = readSlot(eval, object.asObject(), op.getName(), op.getType());
    if (failed(value))
      return failure();
    eval.set(op.getResult(), *value);
    return success();
  }
  if (AbstractValue *slot = object.asObject()->find(op.getName())) {
    if (failed(checkAttribute(eval, object.asObject(), op.getNameAttr(), *slot)))
      return failure();
    eval.set(op.getResult(), *slot);
    return success();
  }
  // Constants of the class are no slots of its objects.
  if (attribute && attribute.getValue()) {
    eval.set(op.getResult(), literal(eval, *attribute.getValue(), attribute.getType()));
    return success();
  }
  return eval.raise("builtins.AttributeError", "'" + object.asObject()->className + "' object has no attribute '" + op.getName() + "'");
}

/// An operation on an object that may be one of several is done on each.
template <typename Op>
static LogicalResult onObject(Evaluator &eval, Op op, LogicalResult (*apply)(Evaluator &, Op, const AbstractValue &)) {
  AbstractValue object = eval.get(op.getObject());
  mlir::Value result = op->getNumResults() ? op->getResult(0) : mlir::Value();
  auto use = [op, apply, result](Evaluator &eval, const AbstractValue &one, Completion done) -> LogicalResult {
    if (failed(apply(eval, op, one)))
      return failure();
    return done(eval, result ? llvm::ArrayRef<AbstractValue>(eval.get(result)) : llvm::ArrayRef<AbstractValue>());
  };
  auto done = [result](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
    if (result)
      eval.set(result, values.front());
    return success();
  };
  if (object.is(ValueKind::Choice))
    return eval.branchOnChoice(op, object, use, done);
  if (isUnion(object))
    return eval.branchOnKind(op, object, op.getObject().getType(), use, done);
  return apply(eval, op, object);
}

static LogicalResult setAttribute(Evaluator &eval, ts::SetAttrOp op, const AbstractValue &object) {
  AbstractValue value = eval.get(op.getValue());
  if (!object.isObject())
    return eval.error("an object is expected to set attribute '" + op.getName() + "' of, got " + kindName(object));
  ObjectNode *node = object.asObject();
  if (failed(eval.prepareWrite(node)))
    return failure();
  if (node->reference)
    return writeSlot(eval, node, op.getName(), value);
  AbstractValue *slot = node->find(op.getName());
  // What changes is which of the instance's submodules it holds, not the submodule. Other objects the runtime holds.
  bool holdsAnother = node->number >= 0 && slot && isModule(eval, value) && !eval.numbersOf(*slot).empty() && !eval.numbersOf(value).empty();
  if (!node->isMade && slot && slot->isTensor() && !(value.isTensor() && value.asTensor()->storage == slot->asTensor()->storage))
    eval.separateState(slot->asTensor()->storage);
  if (!node->isMade)
    eval.knowledge.state.insert(holdsAnother ? pointerTo(node->statePathOf(op.getName())) : node->statePathOf(op.getName()));
  if (slot)
    *slot = value;
  else
    node->slots.emplace_back(op.getName().str(), value);
  return success();
}

static LogicalResult makeEnumMember(Evaluator &eval, ts::EnumMemberOp op) {
  llvm::StringRef className = llvm::cast<ts::EnumType>(op.getType()).getName();
  ts::ClassOp type = eval.program.findClass(className);
  ts::AttributeOp member = type ? type.findAttribute(op.getName()) : ts::AttributeOp();
  if (!member || !member.getValue())
    return eval.error("the enumeration '" + className + "' has no member '" + op.getName() + "'");
  AbstractValue value = literal(eval, *member.getValue(), member.getType());
  eval.set(op.getResult(), AbstractValue::ofNode(ValueKind::Enum, eval.heap.create<EnumNode>(className, op.getName(), value)));
  return success();
}

/// The name or value of a member that only run time knows.
static LogicalResult askMember(Evaluator &eval, const AbstractValue &member, llvm::StringRef callee, mlir::Operation *op) {
  if (!member.isReference() || member.asReference()->shape.kind != ElementShape::Enum)
    return eval.error("an enumeration's member is expected, got a " + kindName(member));
  mlir::Type type = op->getResult(0).getType();
  mlir::FailureOr<AbstractValue> value = valueBehind(eval, callForReference(eval, callee, member.asReference()->value), shapeOfType(type), type);
  if (failed(value))
    return failure();
  eval.set(op->getResult(0), *value);
  return success();
}

LogicalResult Evaluator::evaluateObject(mlir::Operation *op) {
  auto isMember = [&](const AbstractValue &value) { return value.is(ValueKind::Enum); };
  return llvm::TypeSwitch<mlir::Operation *, LogicalResult>(op)
      .Case<ts::GetAttrOp>([&](auto op) { return onObject(*this, op, getAttribute); })
      .Case<ts::SetAttrOp>([&](auto op) { return onObject(*this, op, setAttribute); })
      .Case<ts::CreateObjectOp>([&](ts::CreateObjectOp op) {
        auto *node = heap.create<ObjectNode>(llvm::cast<ts::ClassType>(op.getType()).getName());
        set(op.getResult(), AbstractValue::ofNode(ValueKind::Object, node));
        return success();
      })
      .Case<ts::EnumMemberOp>([&](auto op) { return makeEnumMember(*this, op); })
      .Case<ts::EnumNameOp>([&](ts::EnumNameOp op) -> LogicalResult {
        AbstractValue member = get(op.getMember());
        if (!isMember(member))
          return askMember(*this, member, "sc_rt_enum_name", op);
        set(op.getResult(), string(member.asEnum()->name));
        return success();
      })
      .Case<ts::EnumValueOp>([&](ts::EnumValueOp op) -> LogicalResult {
        AbstractValue member = get(op.getMember());
        if (!isMember(member))
          return askMember(*this, member, "sc_rt_enum_value", op);
        set(op.getResult(), member.asEnum()->value);
        return success();
      })
      .Default([&](mlir::Operation *op) { return evaluateStructural(op); });
}
