#include "dialects/TorchScript/IR/Syntax.h"

#include "dialects/TorchScript/IR/ElementTypes.h"

using namespace mlir;

namespace sconce::ts {

/// `(A, B, …) -> R`.
static ParseResult parseFunctional(OpAsmParser &parser, ArrayRef<Type *> operands, Type &result) {
  SmallVector<Type> types;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLParen() || parser.parseTypeList(types) || parser.parseRParen() || parser.parseArrow() ||
      parser.parseType(result))
    return failure();
  if (types.size() != operands.size())
    return parser.emitError(loc) << "expected " << operands.size() << " operand types, got " << types.size();
  for (auto [operand, type] : llvm::zip_equal(operands, types))
    *operand = type;
  return success();
}

/// Whether the functional form follows. It is looked for by its parenthesis, which no tensor or scalar type begins with.
static bool isFunctionalNext(OpAsmParser &parser) {
  return *parser.getCurrentLocation().getPointer() == '(';
}

static Type boolsLike(Type type) { return withElement(type, IntegerType::get(type.getContext(), 1)); }

ParseResult parseUnaryTypes(OpAsmParser &parser, Type &x, Type &result) {
  if (parser.parseType(x))
    return failure();
  result = x;
  return succeeded(parser.parseOptionalArrow()) ? parser.parseType(result) : success();
}

void printUnaryTypes(OpAsmPrinter &printer, Operation *, Type x, Type result) {
  printer << x;
  if (result != x)
    printer << " -> " << result;
}

ParseResult parseBinaryTypes(OpAsmParser &parser, Type &a, Type &b, Type &result) {
  if (isFunctionalNext(parser))
    return parseFunctional(parser, {&a, &b}, result);
  if (parser.parseType(a))
    return failure();
  b = result = a;
  return success();
}

void printBinaryTypes(OpAsmPrinter &printer, Operation *, Type a, Type b, Type result) {
  if (a == b && a == result)
    printer << a;
  else
    printer << "(" << a << ", " << b << ") -> " << result;
}

ParseResult parseCompareTypes(OpAsmParser &parser, Type &a, Type &b, Type &result) {
  if (isFunctionalNext(parser))
    return parseFunctional(parser, {&a, &b}, result);
  if (parser.parseType(a))
    return failure();
  b = a;
  result = boolsLike(a);
  return success();
}

void printCompareTypes(OpAsmPrinter &printer, Operation *, Type a, Type b, Type result) {
  if (a == b && result == boolsLike(a))
    printer << a;
  else
    printer << "(" << a << ", " << b << ") -> " << result;
}

ParseResult parseSelectTypes(OpAsmParser &parser, Type &cond, Type &a, Type &b, Type &result) {
  if (isFunctionalNext(parser))
    return parseFunctional(parser, {&cond, &a, &b}, result);
  if (parser.parseType(cond) || parser.parseComma() || parser.parseType(a))
    return failure();
  b = result = a;
  return success();
}

void printSelectTypes(OpAsmPrinter &printer, Operation *, Type cond, Type a, Type b, Type result) {
  if (a == b && a == result)
    printer << cond << ", " << a;
  else
    printer << "(" << cond << ", " << a << ", " << b << ") -> " << result;
}

ParseResult parseDtypeOf(OpAsmParser &parser, TypeAttr &dtype, Type &result) {
  if (parser.parseType(result))
    return failure();
  dtype = TypeAttr::get(elementOrScalar(result));
  return success();
}

void printDtypeOf(OpAsmPrinter &printer, Operation *, TypeAttr, Type result) { printer << result; }

} // namespace sconce::ts
