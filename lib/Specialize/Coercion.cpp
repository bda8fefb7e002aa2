#include "lib/Specialize/Coercion.h"
#include "lib/Specialize/TypeNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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

std::string specialize::checkDeviceName(llvm::StringRef text) {
  static constexpr llvm::StringRef types = "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, "
                                           "hpu, mtia, privateuseone";
  if (text.empty())
    return "Device string must not be empty";
  auto isDigit = [](char c) { return llvm::isDigit(c); };
  auto isWord = [](char c) { return llvm::isAlpha(c) || c == '_'; };
  llvm::StringRef type = text.take_while(isWord), index = text.drop_front(type.size());
  bool isIndex = index.consume_front(":") ? !index.empty() && llvm::all_of(index, isDigit) && (index == "0" || index.front() != '0')
                                          : index.empty();
  if (type.empty() || !isIndex)
    return ("Invalid device string: '" + text + "'").str();
  llvm::SmallVector<llvm::StringRef> known;
  types.split(known, ", ");
  if (!llvm::is_contained(known, type))
    return ("Expected one of " + types + " device type at start of device string: " + text).str();
  return "";
}

FailureOr<AbstractValue> specialize::coerce(Evaluator &eval, const AbstractValue &value, mlir::Type type) {
  return llvm::TypeSwitch<mlir::Type, FailureOr<AbstractValue>>(type)
      .Case<ts::IntType>([&](auto) { return coerceScalar(eval, value, ValueKind::Int); })
      .Case<ts::FloatType>([&](auto) { return coerceScalar(eval, value, ValueKind::Float); })
      .Case<ts::BoolType>([&](auto) { return coerceScalar(eval, value, ValueKind::Bool); })
      .Case<ts::ComplexType>([&](auto) { return coerceScalar(eval, value, ValueKind::Complex); })
      .Case<ts::NumberType>([&](auto) { return value.isTensor() ? eval.item(value.asTensor()) : FailureOr<AbstractValue>(value); })
      .Case<ts::DeviceType>([&](auto) -> FailureOr<AbstractValue> {
        if (!value.isString())
          return value;
        if (std::string wrong = checkDeviceName(value.asString()); !wrong.empty())
          return eval.raise("builtins.RuntimeError", wrong);
        return eval.heap.device(value.asString());
      })
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

/// Whether an argument, elements and all, is of a parameter's type. Values of unknown structure are checked where they are used.
static bool agrees(const AbstractValue &value, mlir::Type type) {
  auto allAgree = [](llvm::ArrayRef<AbstractValue> elements, mlir::Type elementType) {
    return llvm::all_of(elements, [&](const AbstractValue &element) { return agrees(element, elementType); });
  };
  return value.isReference() ||
         llvm::TypeSwitch<mlir::Type, bool>(type)
             .Case<ts::OptionalType>([&](auto t) { return value.isNone() || agrees(value, t.getElementType()); })
             .Case<ts::UnionType>([&](auto t) {
               return llvm::any_of(t.getTypes(), [&](mlir::Type member) { return agrees(value, member); });
             })
             .Case<ts::ListType>([&](auto t) { return value.isList() && allAgree(value.asList()->elements, t.getElementType()); })
             .Case<ts::DictType>([&](auto t) {
               return value.isDict() && llvm::all_of(value.asDict()->entries, [&](const auto &entry) {
                        return agrees(entry.first, t.getKeyType()) && agrees(entry.second, t.getValueType());
                      });
             })
             .Case<ts::TupleType, ts::NamedTupleType>([&](auto t) {
               return value.isTuple() && value.asTuple()->elements.size() == t.getTypes().size() &&
                      llvm::all_of(llvm::zip(value.asTuple()->elements, t.getTypes()),
                                   [](const auto &pair) { return agrees(std::get<0>(pair), std::get<1>(pair)); });
             })
             .Case<ts::NumberType>([&](auto) { return value.isScalar(); })
             .Case<ts::ClassType>([&](auto) { return value.isObject(); })
             .Default([&](mlir::Type) { return isOfType(value, type); });
}

/// Whether an object may stand where a class is declared. Interfaces and classes of PyTorch's own are left to their uses.
static bool isObjectOf(Evaluator &eval, const AbstractValue &value, ts::ClassType type) {
  if (!value.isObject() || value.asObject()->className == type.getName())
    return value.isObject();
  ts::ClassOp declared = eval.program.findClass(type.getName());
  return !declared || declared.getKind() == ts::ClassKind::Interface;
}

/// Gives containers the types that they are declared with; they have agreed with them.
static void retype(const AbstractValue &value, mlir::Type type) {
  llvm::TypeSwitch<mlir::Type>(type)
      .Case<ts::OptionalType>([&](auto t) { retype(value, t.getElementType()); })
      .Case<ts::ListType>([&](auto t) {
        if (!value.isList())
          return;
        value.asList()->elementType = t.getElementType();
        for (const AbstractValue &element : value.asList()->elements)
          retype(element, t.getElementType());
      })
      .Case<ts::DictType>([&](auto t) {
        if (!value.isDict())
          return;
        value.asDict()->keyType = t.getKeyType();
        value.asDict()->valueType = t.getValueType();
        for (const auto &entry : value.asDict()->entries)
          retype(entry.second, t.getValueType());
      })
      .Case<ts::TupleType, ts::NamedTupleType>([&](auto t) {
        if (value.isTuple())
          for (auto [element, elementType] : llvm::zip(value.asTuple()->elements, t.getTypes()))
            retype(element, elementType);
      });
}

bool specialize::settleType(Evaluator &eval, const AbstractValue &value, mlir::Type type) {
  // What is only passed around (a sparse tensor, a generator) says so where it is used.
  bool fits = value.is(ValueKind::Opaque) ||
              llvm::TypeSwitch<mlir::Type, bool>(type)
                  .Case<ts::OptionalType>([&](auto t) { return value.isNone() || settleType(eval, value, t.getElementType()); })
                  .Case<ts::ClassType>([&](auto t) { return isObjectOf(eval, value, t); })
                  .Case<ts::FunctionType, ts::OpaqueType>([](auto) { return true; })
                  .Default([&](mlir::Type) { return agrees(value, type); });
  if (fits)
    retype(value, type);
  return fits;
}

static mlir::LogicalResult checkArgument(Evaluator &eval, ts::FuncOp function, unsigned i, const AbstractValue &value) {
  mlir::Type type = function.getArgumentTypes()[i];
  if (agrees(value, type))
    return mlir::success();
  std::optional<mlir::ArrayAttr> names = function.getArgNames();
  std::string name = names && i < names->size() ? llvm::cast<mlir::StringAttr>((*names)[i]).str() : llvm::itostr(i);
  return eval.error(function.getName().rsplit('.').second + "() Expected a value of type '" + annotationOf(type) + "' for argument '" +
                    name + "' but instead found type '" + annotationOf(typeOf(eval.emitter.context(), value)) + "'");
}

mlir::LogicalResult specialize::completeArguments(Evaluator &eval, ts::FuncOp function, llvm::SmallVectorImpl<AbstractValue> &arguments) {
  size_t wanted = function.getArgumentTypes().size();
  std::optional<mlir::ArrayAttr> defaults = function.getArgDefaults();
  for (size_t i = arguments.size(); i < wanted; ++i) {
    mlir::Attribute value = defaults && i < defaults->size() ? (*defaults)[i] : mlir::Attribute();
    mlir::Type type = function.getArgumentTypes()[i];
    if (!value || llvm::isa<mlir::UnitAttr>(value))
      return eval.error("the method takes " + llvm::Twine(wanted - 1) + " arguments, got " + llvm::Twine(arguments.size() - 1));
    if (auto entry = llvm::dyn_cast<mlir::DictionaryAttr>(value)) {
      FailureOr<AbstractValue> constant = poolConstant(eval, entry.getAs<mlir::IntegerAttr>("pool_constant").getInt(), type);
      if (failed(constant))
        return failure();
      arguments.push_back(*constant);
    } else {
      arguments.push_back(literal(eval, value, type));
    }
  }
  for (size_t i = 1; i < std::min(wanted, arguments.size()); ++i) {
    FailureOr<AbstractValue> coerced = coerce(eval, arguments[i], function.getArgumentTypes()[i]);
    if (failed(coerced))
      return failure();
    arguments[i] = *coerced;
    if (failed(checkArgument(eval, function, i, *coerced)))
      return failure();
  }
  if (arguments.size() > wanted)
    return eval.error("the method takes " + llvm::Twine(wanted - 1) + " arguments, got " + llvm::Twine(arguments.size() - 1));
  return mlir::success();
}
