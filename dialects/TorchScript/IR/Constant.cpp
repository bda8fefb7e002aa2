#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;

namespace sconce::ts {

/// `int 5`, `float 1.0`, `bool true`, `str "s"`, `device "cpu"`, `complex 1.0, 2.0`, `none`, or a dense attribute.
static ParseResult parseConstantValue(OpAsmParser &parser, Attribute &value, Type &type) {
  MLIRContext *context = parser.getContext();
  Builder builder(context);
  StringRef word;
  if (failed(parser.parseOptionalKeyword(&word, {"int", "float", "bool", "str", "device", "complex", "none"}))) {
    DenseElementsAttr dense;
    if (parser.parseAttribute(dense))
      return failure();
    value = dense;
    type = dense.getType();
    return success();
  }
  if (word == "none") {
    value = builder.getUnitAttr();
    type = NoneType::get(context);
    return success();
  }
  if (word == "complex") {
    FloatAttr real, imag;
    if (parser.parseAttribute(real, builder.getF64Type()) || parser.parseComma() ||
        parser.parseAttribute(imag, builder.getF64Type()))
      return failure();
    value = builder.getArrayAttr({real, imag});
    type = ComplexType::get(context);
    return success();
  }
  if (word == "int") {
    type = IntType::get(context);
    return parser.parseAttribute(value, builder.getI64Type());
  }
  if (word == "float") {
    type = FloatType::get(context);
    return parser.parseAttribute(value, builder.getF64Type());
  }
  if (word == "bool")
    type = BoolType::get(context);
  else if (word == "str")
    type = StrType::get(context);
  else
    type = DeviceType::get(context);
  return parser.parseAttribute(value);
}

static void printConstantValue(OpAsmPrinter &printer, Operation *, Attribute value, Type type) {
  if (!isa<TorchScriptDialect>(type.getDialect())) {
    printer << value;
    return;
  }
  TorchScriptDialect::printNestedType(printer, type);
  if (isa<UnitAttr>(value))
    return;
  printer << " ";
  if (auto parts = dyn_cast<ArrayAttr>(value))
    llvm::interleaveComma(parts, printer, [&](Attribute part) { printer.printAttributeWithoutType(part); });
  else
    printer.printAttributeWithoutType(value);
}

} // namespace sconce::ts

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Constant.cpp.inc"

namespace sconce::ts {

static bool isF64(Attribute value) {
  auto number = dyn_cast<FloatAttr>(value);
  return number && number.getType().isF64();
}

/// Whether `value` is how a literal of `type` is written down.
static bool isLiteralOf(Attribute value, Type type) {
  if (isa<IntType>(type)) {
    auto number = dyn_cast<IntegerAttr>(value);
    return number && number.getType().isInteger(64);
  }
  if (isa<FloatType>(type))
    return isF64(value);
  if (isa<BoolType>(type))
    return isa<BoolAttr>(value);
  if (isa<StrType, DeviceType>(type))
    return isa<StringAttr>(value);
  if (isa<ComplexType>(type)) {
    auto parts = dyn_cast<ArrayAttr>(value);
    return parts && parts.size() == 2 && llvm::all_of(parts, isF64);
  }
  if (isa<NoneType>(type))
    return isa<UnitAttr>(value);
  auto dense = dyn_cast<DenseElementsAttr>(value);
  return dense && dense.getType() == type;
}

LogicalResult ConstantOp::verify() {
  if (!isLiteralOf(getValue(), getType()))
    return emitOpError("expected a literal of type ") << getType() << ", got " << getValue();
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

void ConstantOp::build(OpBuilder &builder, OperationState &state, int64_t value) {
  build(builder, state, IntType::get(builder.getContext()), builder.getI64IntegerAttr(value));
}
void ConstantOp::build(OpBuilder &builder, OperationState &state, double value) {
  build(builder, state, FloatType::get(builder.getContext()), builder.getF64FloatAttr(value));
}
void ConstantOp::build(OpBuilder &builder, OperationState &state, bool value) {
  build(builder, state, BoolType::get(builder.getContext()), builder.getBoolAttr(value));
}
void ConstantOp::build(OpBuilder &builder, OperationState &state, StringRef value) {
  build(builder, state, StrType::get(builder.getContext()), builder.getStringAttr(value));
}
void ConstantOp::build(OpBuilder &builder, OperationState &state, DenseElementsAttr value) {
  build(builder, state, value.getType(), value);
}

ConstantOp ConstantOp::createNone(OpBuilder &builder, Location loc) {
  return create(builder, loc, NoneType::get(builder.getContext()), builder.getUnitAttr());
}
ConstantOp ConstantOp::createDevice(OpBuilder &builder, Location loc, StringRef name) {
  return create(builder, loc, DeviceType::get(builder.getContext()), builder.getStringAttr(name));
}
ConstantOp ConstantOp::createComplex(OpBuilder &builder, Location loc, double real, double imag) {
  Attribute parts[] = {builder.getF64FloatAttr(real), builder.getF64FloatAttr(imag)};
  return create(builder, loc, ComplexType::get(builder.getContext()), builder.getArrayAttr(parts));
}

} // namespace sconce::ts
