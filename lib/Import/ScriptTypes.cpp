#include "lib/Import/ScriptTypes.h"

#include "lib/Import/TypeRules.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace sconce::import {

Type toGeneric(MLIRContext *context, script::Type type) {
  using script::TypeKind;
  SmallVector<Type> elements;
  for (script::Type element : type.elements())
    elements.push_back(toGeneric(context, element));
  switch (type.kind()) {
  case TypeKind::Any:
    return ts::AnyType::get(context);
  case TypeKind::Enum:
    return ts::EnumType::get(context, type.name(), elements[0]);
  case TypeKind::Tensor:
    return ts::TensorType::get(context);
  case TypeKind::Tuple:
    return ts::TupleType::get(context, elements);
  case TypeKind::NamedTuple: {
    SmallVector<StringAttr> names;
    for (StringRef field : type.fieldNames())
      names.push_back(StringAttr::get(context, field));
    return ts::NamedTupleType::get(context, type.name(), names, elements);
  }
  case TypeKind::List:
    return ts::ListType::get(context, elements[0]);
  case TypeKind::Dict:
    return ts::DictType::get(context, elements[0], elements[1]);
  case TypeKind::Number:
    return ts::NumberType::get(context);
  case TypeKind::Float:
    return ts::FloatType::get(context);
  case TypeKind::Complex:
    return ts::ComplexType::get(context);
  case TypeKind::Future:
  case TypeKind::Await: // Forked and awaited calls run at once, so both are a result.
    return ts::FutureType::get(context, elements[0]);
  case TypeKind::Int:
    return ts::IntType::get(context);
  case TypeKind::None:
    return ts::NoneType::get(context);
  case TypeKind::Str:
    return ts::StrType::get(context);
  case TypeKind::Generator:
    return ts::GeneratorType::get(context);
  case TypeKind::Bool:
    return ts::BoolType::get(context);
  case TypeKind::Optional:
    return optionalOf(elements[0]);
  case TypeKind::TypeVar:
    return typeVariable(context, type.name());
  case TypeKind::Device:
    return ts::DeviceType::get(context);
  case TypeKind::Function:
    return ts::FunctionType::get(context, {}, {});
  case TypeKind::Class:
  case TypeKind::Interface:
    return ts::ClassType::get(context, type.name());
  case TypeKind::Opaque:
    return ts::OpaqueType::get(context, type.name());
  case TypeKind::Union:
    return unionOf(context, elements);
  }
  return ts::AnyType::get(context);
}

Attribute toGeneric(MLIRContext *context, const script::DefaultValue &value) {
  using script::DefaultValue;
  Builder builder(context);
  switch (value.kind) {
  case DefaultValue::None:
    return builder.getUnitAttr();
  case DefaultValue::Bool:
    return builder.getBoolAttr(value.integer);
  case DefaultValue::Int:
    return builder.getI64IntegerAttr(value.integer);
  case DefaultValue::Float:
    return builder.getF64FloatAttr(value.real);
  case DefaultValue::Complex:
    return builder.getArrayAttr({builder.getF64FloatAttr(0), builder.getF64FloatAttr(value.real)});
  case DefaultValue::String:
    return builder.getStringAttr(value.string);
  case DefaultValue::List: {
    SmallVector<Attribute> elements;
    for (const DefaultValue &element : value.elements)
      elements.push_back(toGeneric(context, element));
    return builder.getArrayAttr(elements);
  }
  }
  return {};
}

} // namespace sconce::import
