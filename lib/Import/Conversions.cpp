// Constants, and values under other types.
#include "lib/Import/FunctionEmitter.h"

using namespace mlir;

namespace sconce::import {

mlir::Value FunctionEmitter::castTo(Range range, mlir::Value value, Type type) {
  if (!value || value.getType() == type)
    return value;
  return ts::UncheckedCastOp::create(builder, loc(range), type, value);
}

mlir::Value FunctionEmitter::none(Range range) {
  return ts::ConstantOp::createNone(builder, loc(range));
}

mlir::Value FunctionEmitter::intConstant(Range range, int64_t value) {
  return ts::ConstantOp::create(builder, loc(range), value);
}

mlir::Value FunctionEmitter::boolConstant(Range range, bool value) {
  return ts::ConstantOp::create(builder, loc(range), value);
}

/// The number that stands in the source.
mlir::Value FunctionEmitter::asLiteral(mlir::Value constant) {
  if (names && constant)
    names->literal(constant);
  return constant;
}

/// A cast that says what is known of the value, not only how it is used.
mlir::Value FunctionEmitter::refineTo(Range range, mlir::Value value, Type type) {
  if (!names || !value)
    return castTo(range, value, type);
  // Whoever shows the function sees it in any case.
  value = ts::UncheckedCastOp::create(builder, loc(range), type, value);
  names->keepCast(value);
  return value;
}

mlir::Value FunctionEmitter::strConstant(Range range, StringRef value) {
  return ts::ConstantOp::create(builder, loc(range), value);
}

mlir::Value FunctionEmitter::uninitialized(Range range, Type type) {
  return ts::UninitializedOp::create(builder, loc(range), type);
}

mlir::Value FunctionEmitter::makeList(Range range, Type element, ValueRange values) {
  return ts::ListOp::create(builder, loc(range), ts::ListType::get(context, element), values);
}

mlir::Value FunctionEmitter::makeTuple(Range range, ValueRange values) {
  SmallVector<Type> types(values.getTypes());
  return ts::TupleOp::create(builder, loc(range), ts::TupleType::get(context, types), values);
}

/// A constant's attribute as a value that fits the type `type` of a parameter or class constant.
mlir::Value FunctionEmitter::constant(Range range, Attribute value, Type type) {
  if (isa<UnitAttr>(value))
    return none(range);
  Type wanted = type;
  if (auto optional = dyn_cast<ts::OptionalType>(type))
    wanted = optional.getElementType();
  if (auto list = dyn_cast<ts::ListType>(wanted)) {
    SmallVector<mlir::Value> elements;
    if (auto array = dyn_cast<ArrayAttr>(value))
      for (Attribute element : array)
        elements.push_back(constant(range, element, list.getElementType()));
    else
      elements.push_back(constant(range, value, list.getElementType()));
    return makeList(range, list.getElementType(), elements);
  }
  if (auto types = tupleTypes(wanted)) {
    SmallVector<mlir::Value> elements;
    auto array = dyn_cast<ArrayAttr>(value);
    for (size_t index = 0; array && index < std::min(types->size(), array.size()); ++index)
      elements.push_back(constant(range, array[index], (*types)[index]));
    return ts::TupleOp::create(builder, loc(range), wanted, elements);
  }
  if (auto number = dyn_cast<FloatAttr>(value))
    return ts::ConstantOp::create(builder, loc(range), number.getValueAsDouble());
  if (auto flag = dyn_cast<BoolAttr>(value))
    return boolConstant(range, flag.getValue());
  if (auto number = dyn_cast<IntegerAttr>(value)) {
    if (isa<ts::FloatType>(wanted))
      return ts::ConstantOp::create(builder, loc(range), static_cast<double>(number.getInt()));
    return intConstant(range, number.getInt());
  }
  if (auto text = dyn_cast<StringAttr>(value)) {
    if (isa<ts::DeviceType>(wanted))
      return ts::ConstantOp::createDevice(builder, loc(range), text.getValue());
    if (isa<ts::EnumType>(wanted))
      return ts::EnumMemberOp::create(builder, loc(range), wanted, text.getValue());
    return strConstant(range, text.getValue());
  }
  if (auto parts = dyn_cast<ArrayAttr>(value);
      parts && parts.size() == 2 && isa<FloatAttr>(parts[0]))
    return ts::ConstantOp::createComplex(builder, loc(range),
                                         cast<FloatAttr>(parts[0]).getValueAsDouble(),
                                         cast<FloatAttr>(parts[1]).getValueAsDouble());
  return fail(range, "a default of type '" + spelling(type) + "' is not supported",
              ErrorKind::Unsupported);
}

Argument FunctionEmitter::argument(mlir::Value value, StringRef name) {
  Argument argument{value, name};
  argument.isEmptyList = emptyLists.contains(value);
  argument.isIntLiteral =
      isa<ts::IntType>(value.getType()) && value.getDefiningOp<ts::ConstantOp>();
  return argument;
}

mlir::Value FunctionEmitter::apply(Range range, const Conversion &conversion, mlir::Value value) {
  switch (conversion.kind) {
  case Conversion::Kind::Keep:
    return value;
  case Conversion::Kind::EmptyList:
    return makeList(range, cast<ts::ListType>(conversion.result).getElementType(), {});
  case Conversion::Kind::TupleToList: {
    SmallVector<mlir::Value> elements;
    for (const SugaredValue &element : unpack(range, SugaredValue::simple(value), std::nullopt))
      elements.push_back(element.value);
    return makeList(range, cast<ts::ListType>(conversion.result).getElementType(), elements);
  }
  case Conversion::Kind::Elementwise: {
    SmallVector<SugaredValue> elements = unpack(range, SugaredValue::simple(value), std::nullopt);
    SmallVector<mlir::Value> converted;
    for (auto [element, inner] : llvm::zip(elements, conversion.elements))
      converted.push_back(apply(range, inner, element.value));
    return makeTuple(range, converted);
  }
  case Conversion::Kind::Operator:
    if (conversion.op == "aten::device")
      if (auto literal = value.getDefiningOp<ts::ConstantOp>())
        return ts::ConstantOp::createDevice(builder, loc(range),
                                            cast<StringAttr>(literal.getValue()).getValue());
    return ts::OpOp::create(builder, loc(range), TypeRange{conversion.result}, conversion.op,
                            ValueRange{value})
        .getResult(0);
  case Conversion::Kind::FloatLiteral: {
    auto literal = value.getDefiningOp<ts::ConstantOp>();
    return ts::ConstantOp::create(
        builder, loc(range), static_cast<double>(cast<IntegerAttr>(literal.getValue()).getInt()));
  }
  }
  return value;
}

mlir::Value FunctionEmitter::convert(Range range, mlir::Value value, Type type, const Twine &what) {
  if (!value)
    return {};
  Conversion conversion = planConversion(rules, argument(value), type, Conversions::Literals);
  if (!rules.isSubtype(conversion.result, type))
    return fail(range, what + ", but the value is of type '" + spelling(value.getType()) + "'");
  return apply(range, conversion, value);
}

} // namespace sconce::import
