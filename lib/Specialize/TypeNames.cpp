#include "lib/Specialize/TypeNames.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Specialize/Heap.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using llvm::StringRef;

/// Splits at the commas outside brackets.
static llvm::SmallVector<StringRef> splitArguments(StringRef text) {
  llvm::SmallVector<StringRef> parts;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '[';
    depth -= text[i] == ']';
    if (text[i] == ',' && depth == 0) {
      parts.push_back(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (StringRef last = text.substr(start).trim(); !last.empty() && last != "()")
    parts.push_back(last);
  return parts;
}

static mlir::Type genericType(mlir::MLIRContext *context, StringRef head, llvm::ArrayRef<mlir::Type> arguments) {
  if (head == "Tuple")
    return ts::TupleType::get(context, arguments);
  if (head == "Union")
    return ts::UnionType::get(context, arguments);
  if (arguments.size() == 2 && head == "Dict")
    return ts::DictType::get(context, arguments[0], arguments[1]);
  if (arguments.size() != 1)
    return ts::AnyType::get(context);
  if (head == "List")
    return ts::ListType::get(context, arguments[0]);
  if (head == "Optional")
    return ts::OptionalType::get(context, arguments[0]);
  if (head == "Future")
    return ts::FutureType::get(context, arguments[0]);
  return ts::AnyType::get(context);
}

mlir::Type specialize::typeFromAnnotation(mlir::MLIRContext *context, StringRef text) {
  text = text.trim();
  if (text.ends_with("]")) {
    auto [head, rest] = text.drop_back().split('[');
    llvm::SmallVector<mlir::Type> arguments;
    for (StringRef part : splitArguments(rest))
      arguments.push_back(typeFromAnnotation(context, part));
    return genericType(context, head, arguments);
  }
  mlir::Type plain = llvm::StringSwitch<mlir::Type>(text)
                         .Case("Tensor", ts::TensorType::get(context))
                         .Case("int", ts::IntType::get(context))
                         .Case("float", ts::FloatType::get(context))
                         .Case("bool", ts::BoolType::get(context))
                         .Case("str", ts::StrType::get(context))
                         .Case("complex", ts::ComplexType::get(context))
                         .Cases({"number", "Scalar"}, ts::NumberType::get(context))
                         .Cases({"None", "NoneType"}, ts::NoneType::get(context))
                         .Case("Device", ts::DeviceType::get(context))
                         .Case("Generator", ts::GeneratorType::get(context))
                         .Default({});
  if (plain)
    return plain;
  if (text.starts_with("__torch__."))
    return ts::ClassType::get(context, text);
  return ts::AnyType::get(context);
}

static std::string joined(llvm::ArrayRef<mlir::Type> types) {
  std::string text;
  for (mlir::Type type : types)
    text += (text.empty() ? "" : ", ") + annotationOf(type);
  return text;
}

std::string specialize::annotationOf(mlir::Type type) {
  return llvm::TypeSwitch<mlir::Type, std::string>(type)
      .Case<ts::TensorType>([](auto) { return "Tensor"; })
      .Case<ts::IntType>([](auto) { return "int"; })
      .Case<ts::FloatType>([](auto) { return "float"; })
      .Case<ts::BoolType>([](auto) { return "bool"; })
      .Case<ts::StrType>([](auto) { return "str"; })
      .Case<ts::ComplexType>([](auto) { return "complex"; })
      .Case<ts::NumberType>([](auto) { return "number"; })
      .Case<ts::NoneType>([](auto) { return "NoneType"; })
      .Case<ts::DeviceType>([](auto) { return "Device"; })
      .Case<ts::GeneratorType>([](auto) { return "Generator"; })
      .Case<ts::ListType>([](auto t) { return "List[" + annotationOf(t.getElementType()) + "]"; })
      .Case<ts::OptionalType>([](auto t) { return "Optional[" + annotationOf(t.getElementType()) + "]"; })
      .Case<ts::FutureType>([](auto t) { return "Future[" + annotationOf(t.getValueType()) + "]"; })
      .Case<ts::DictType>([](auto t) { return "Dict[" + annotationOf(t.getKeyType()) + ", " + annotationOf(t.getValueType()) + "]"; })
      .Case<ts::TupleType>([](auto t) { return "Tuple[" + (t.getTypes().empty() ? "()" : joined(t.getTypes())) + "]"; })
      .Case<ts::UnionType>([](auto t) { return "Union[" + joined(t.getTypes()) + "]"; })
      .Case<ts::ClassType, ts::EnumType, ts::NamedTupleType>([](auto t) { return t.getName().str(); })
      .Default([](mlir::Type) { return "Any"; });
}

mlir::Type specialize::typeOf(mlir::MLIRContext *context, const AbstractValue &value) {
  switch (value.kind()) {
  case ValueKind::None:
    return ts::NoneType::get(context);
  case ValueKind::Bool:
    return ts::BoolType::get(context);
  case ValueKind::Int:
    return ts::IntType::get(context);
  case ValueKind::Float:
    return ts::FloatType::get(context);
  case ValueKind::Complex:
    return ts::ComplexType::get(context);
  case ValueKind::String:
    return ts::StrType::get(context);
  case ValueKind::Device:
    return ts::DeviceType::get(context);
  case ValueKind::Enum:
    return ts::EnumType::get(context, value.asEnum()->className, typeOf(context, value.asEnum()->value));
  case ValueKind::Tensor:
    return ts::TensorType::get(context);
  case ValueKind::List:
    return ts::ListType::get(context, value.asList()->elementType);
  case ValueKind::Dict:
    return ts::DictType::get(context, value.asDict()->keyType, value.asDict()->valueType);
  case ValueKind::Object:
    return ts::ClassType::get(context, value.asObject()->className);
  case ValueKind::Future:
    return ts::FutureType::get(context, typeOf(context, value.asFuture()->result));
  case ValueKind::Tuple: {
    llvm::SmallVector<mlir::Type> types;
    for (const AbstractValue &element : value.asTuple()->elements)
      types.push_back(typeOf(context, element));
    return ts::TupleType::get(context, types);
  }
  default:
    return ts::AnyType::get(context);
  }
}

static bool isRunTimeText(const AbstractValue &value) {
  return value.isReference() && llvm::isa<ts::StrType>(value.asReference()->type);
}

static bool isTupleOf(const AbstractValue &value, llvm::ArrayRef<mlir::Type> types) {
  if (!value.isTuple() || value.asTuple()->elements.size() != types.size())
    return false;
  for (auto [element, type] : llvm::zip(value.asTuple()->elements, types))
    if (!isOfType(element, type))
      return false;
  return true;
}

bool specialize::isOfType(const AbstractValue &value, mlir::Type type) {
  return llvm::TypeSwitch<mlir::Type, bool>(type)
      .Case<ts::AnyType>([](auto) { return true; })
      .Case<ts::TensorType>([&](auto) { return value.isTensor(); })
      .Case<ts::IntType>([&](auto) { return value.isInt(); })
      .Case<ts::FloatType>([&](auto) { return value.isFloat(); })
      .Case<ts::BoolType>([&](auto) { return value.isBool(); })
      .Case<ts::ComplexType>([&](auto) { return value.isComplex(); })
      .Case<ts::NumberType>([&](auto) { return value.isScalar() && !value.isBool(); })
      .Case<ts::StrType>([&](auto) { return value.isString() || isRunTimeText(value); })
      .Case<ts::NoneType>([&](auto) { return value.isNone(); })
      .Case<ts::DeviceType>([&](auto) { return value.is(ValueKind::Device); })
      .Case<ts::GeneratorType>([&](auto) { return value.is(ValueKind::Opaque); })
      .Case<ts::OpaqueType>([&](auto t) {
        if (t.getName() == "AnyListType")
          return value.isList();
        return t.getName() == "AnyTupleType" ? value.isTuple() : value.is(ValueKind::Opaque);
      })
      .Case<ts::FunctionType>([&](auto) { return value.is(ValueKind::Function); })
      .Case<ts::FutureType>([&](auto) { return value.is(ValueKind::Future); })
      .Case<ts::OptionalType>([&](auto t) { return value.isNone() || isOfType(value, t.getElementType()); })
      .Case<ts::UnionType>([&](auto t) {
        return llvm::any_of(t.getTypes(), [&](mlir::Type member) { return isOfType(value, member); });
      })
      .Case<ts::ListType>([&](auto t) {
        return value.isList() && (value.asList()->elementType == t.getElementType() || llvm::isa<ts::AnyType>(t.getElementType()));
      })
      .Case<ts::DictType>([&](auto t) {
        return value.isDict() && value.asDict()->keyType == t.getKeyType() && value.asDict()->valueType == t.getValueType();
      })
      .Case<ts::TupleType>([&](auto t) { return isTupleOf(value, t.getTypes()); })
      .Case<ts::NamedTupleType>([&](auto t) { return value.isTuple() && value.asTuple()->className == t.getName(); })
      .Case<ts::ClassType>([&](auto t) { return value.isObject() && value.asObject()->className == t.getName(); })
      .Case<ts::EnumType>([&](auto t) {
        if (value.isReference())
          return value.asReference()->shape.kind == ElementShape::Enum && value.asReference()->shape.className == t.getName();
        return value.is(ValueKind::Enum) && value.asEnum()->className == t.getName();
      })
      .Default(false);
}

bool specialize::isOfKind(const AbstractValue &value, mlir::Type type) {
  if (value.isReference() && value.asReference()->shape.kind == ElementShape::Union)
    return true; // What it is is asked at run time.
  return llvm::TypeSwitch<mlir::Type, bool>(type)
      .Case<ts::AnyType, ts::UnionType>([](auto) { return true; })
      .Case<ts::IntType, ts::FloatType, ts::BoolType, ts::ComplexType, ts::NumberType>([&](auto) { return value.isScalar(); })
      .Case<ts::OptionalType>([&](auto t) { return value.isNone() || isOfKind(value, t.getElementType()); })
      .Case<ts::ListType>([&](auto) { return value.isList(); })
      .Case<ts::DictType>([&](auto) { return value.isDict(); })
      .Case<ts::TupleType, ts::NamedTupleType>([&](auto) { return value.isTuple(); })
      .Case<ts::ClassType>([&](auto) { return value.isObject() || value.is(ValueKind::Choice); })
      .Default([&](mlir::Type) { return isOfType(value, type); });
}
