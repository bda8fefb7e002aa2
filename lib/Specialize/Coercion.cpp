#include "lib/Specialize/Coercion.h"
#include "lib/Specialize/TypeNames.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;

static FailureOr<AbstractValue> coerceScalar(Evaluator &eval, const AbstractValue &value, ValueKind kind) {
  FailureOr<AbstractValue> scalar = value.isTensor() ? eval.item(value.asTensor()) : FailureOr<AbstractValue>(value);
  if (failed(scalar) || !scalar->isScalar() || scalar->kind() == kind)
    return scalar;
  bool widens = scalar->kind() < kind && !(kind == ValueKind::Int && !value.isTensor());
  return widens || value.isTensor() ? eval.emitter.convert(*scalar, kind) : *scalar;
}

/// The element type of a container of which only the elements are known.
static mlir::Type commonType(Evaluator &eval, llvm::ArrayRef<AbstractValue> elements) {
  mlir::MLIRContext *context = eval.emitter.context();
  mlir::Type common;
  for (const AbstractValue &element : elements) {
    mlir::Type type = typeOf(context, element);
    if (common && common != type)
      return ts::AnyType::get(context);
    common = type;
  }
  return common ? common : ts::TensorType::get(context);
}

static FailureOr<AbstractValue> coerceList(Evaluator &eval, ListNode *list, mlir::Type elementType) {
  for (AbstractValue &element : list->elements) {
    FailureOr<AbstractValue> coerced = elementType ? coerce(eval, element, elementType) : element;
    if (failed(coerced))
      return failure();
    element = *coerced;
  }
  list->elementType = elementType ? elementType : commonType(eval, list->elements);
  return AbstractValue::ofList(list);
}

static FailureOr<AbstractValue> coerceDict(Evaluator &eval, DictNode *dict, ts::DictType type) {
  llvm::SmallVector<AbstractValue> keys, values;
  for (auto &[key, value] : dict->entries) {
    FailureOr<AbstractValue> k = type ? coerce(eval, key, type.getKeyType()) : key;
    FailureOr<AbstractValue> v = type && mlir::succeeded(k) ? coerce(eval, value, type.getValueType()) : value;
    if (failed(k) || failed(v))
      return failure();
    key = *k;
    value = *v;
    keys.push_back(key);
    values.push_back(value);
  }
  dict->keyType = type ? type.getKeyType() : commonType(eval, keys);
  dict->valueType = type ? type.getValueType() : commonType(eval, values);
  return AbstractValue::ofNode(ValueKind::Dict, dict);
}

static FailureOr<AbstractValue> coerceTuple(Evaluator &eval, TupleNode *tuple, llvm::ArrayRef<mlir::Type> types) {
  for (auto [i, element] : llvm::enumerate(tuple->elements)) {
    FailureOr<AbstractValue> coerced = coerce(eval, element, i < types.size() ? types[i] : ts::AnyType::get(eval.emitter.context()));
    if (failed(coerced))
      return failure();
    element = *coerced;
  }
  return AbstractValue::ofTuple(tuple);
}

/// A value for which nothing is declared: containers find out what they hold.
static FailureOr<AbstractValue> coerceToAny(Evaluator &eval, const AbstractValue &value) {
  if (value.isList()) {
    for (AbstractValue &element : value.asList()->elements)
      if (failed(coerceToAny(eval, element)))
        return failure();
    return coerceList(eval, value.asList(), {});
  }
  if (value.isDict()) {
    for (auto &entry : value.asDict()->entries)
      if (failed(coerceToAny(eval, entry.second)))
        return failure();
    return coerceDict(eval, value.asDict(), {});
  }
  return value.isTuple() ? coerceTuple(eval, value.asTuple(), {}) : value;
}

FailureOr<AbstractValue> specialize::coerce(Evaluator &eval, const AbstractValue &value, mlir::Type type) {
  return llvm::TypeSwitch<mlir::Type, FailureOr<AbstractValue>>(type)
      .Case<ts::IntType>([&](auto) { return coerceScalar(eval, value, ValueKind::Int); })
      .Case<ts::FloatType>([&](auto) { return coerceScalar(eval, value, ValueKind::Float); })
      .Case<ts::BoolType>([&](auto) { return coerceScalar(eval, value, ValueKind::Bool); })
      .Case<ts::ComplexType>([&](auto) { return coerceScalar(eval, value, ValueKind::Complex); })
      .Case<ts::NumberType>([&](auto) { return value.isTensor() ? eval.item(value.asTensor()) : FailureOr<AbstractValue>(value); })
      .Case<ts::TensorType>([&](auto) {
        return value.isScalar() ? FailureOr<AbstractValue>(AbstractValue::ofTensor(eval.tensors.scalar(value))) : value;
      })
      .Case<ts::OptionalType>([&](auto t) { return value.isNone() ? FailureOr<AbstractValue>(value) : coerce(eval, value, t.getElementType()); })
      .Case<ts::ListType>([&](auto t) {
        if (value.isTuple() && value.asTuple()->className.empty()) // As PyTorch takes any sequence.
          return coerceList(eval, eval.list(t.getElementType(), value.asTuple()->elements).asList(), t.getElementType());
        return value.isList() ? coerceList(eval, value.asList(), t.getElementType()) : FailureOr<AbstractValue>(value);
      })
      .Case<ts::DictType>([&](auto t) { return value.isDict() ? coerceDict(eval, value.asDict(), t) : FailureOr<AbstractValue>(value); })
      .Case<ts::TupleType>([&](auto t) { return value.isTuple() ? coerceTuple(eval, value.asTuple(), t.getTypes()) : FailureOr<AbstractValue>(value); })
      .Case<ts::NamedTupleType>([&](ts::NamedTupleType t) -> FailureOr<AbstractValue> {
        if (!value.isTuple())
          return value;
        TupleNode *tuple = value.asTuple();
        tuple->className = t.getName().str();
        tuple->fieldNames.clear();
        for (mlir::StringAttr name : t.getFieldNames())
          tuple->fieldNames.push_back(name.str());
        return coerceTuple(eval, tuple, t.getTypes());
      })
      .Default([&](mlir::Type) { return coerceToAny(eval, value); });
}

/// The defaults of parameters that were not given.
static AbstractValue defaultOf(Evaluator &eval, mlir::Attribute attribute, mlir::Type type) {
  if (auto flag = llvm::dyn_cast<mlir::BoolAttr>(attribute))
    return AbstractValue::ofBool(flag.getValue());
  if (auto number = llvm::dyn_cast<mlir::IntegerAttr>(attribute))
    return AbstractValue::ofInt(number.getInt());
  if (auto number = llvm::dyn_cast<mlir::FloatAttr>(attribute))
    return AbstractValue::ofFloat(number.getValueAsDouble());
  if (auto text = llvm::dyn_cast<mlir::StringAttr>(attribute))
    return eval.string(text);
  if (auto list = llvm::dyn_cast<mlir::ArrayAttr>(attribute)) {
    llvm::SmallVector<AbstractValue> elements;
    for (mlir::Attribute element : list)
      elements.push_back(defaultOf(eval, element, type));
    auto listType = llvm::dyn_cast<ts::ListType>(type);
    return eval.list(listType ? listType.getElementType() : ts::AnyType::get(type.getContext()), elements);
  }
  return AbstractValue::none();
}

mlir::LogicalResult specialize::completeArguments(Evaluator &eval, ts::FuncOp function, llvm::SmallVectorImpl<AbstractValue> &arguments) {
  size_t wanted = function.getArgumentTypes().size();
  std::optional<mlir::ArrayAttr> defaults = function.getArgDefaults();
  for (size_t i = arguments.size(); i < wanted; ++i) {
    mlir::Attribute value = defaults && i < defaults->size() ? (*defaults)[i] : mlir::Attribute();
    if (!value)
      return eval.error("the method takes " + llvm::Twine(wanted - 1) + " arguments, got " + llvm::Twine(arguments.size() - 1));
    arguments.push_back(defaultOf(eval, value, function.getArgumentTypes()[i]));
  }
  for (size_t i = 1; i < std::min(wanted, arguments.size()); ++i) {
    FailureOr<AbstractValue> coerced = coerce(eval, arguments[i], function.getArgumentTypes()[i]);
    if (failed(coerced))
      return failure();
    arguments[i] = *coerced;
  }
  if (arguments.size() > wanted)
    return eval.error("the method takes " + llvm::Twine(wanted - 1) + " arguments, got " + llvm::Twine(arguments.size() - 1));
  return mlir::success();
}
