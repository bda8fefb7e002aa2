#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace sconce::ts;

// Types inside types of this dialect are of this dialect and are written without `!ts.`.

static ParseResult parseNestedType(AsmParser &parser, Type &type) {
  return TorchScriptDialect::parseNestedType(parser, type);
}

static void printNestedType(AsmPrinter &printer, Type type) { TorchScriptDialect::printNestedType(printer, type); }

/// Parses `type, type, …` up to, not including, the closing bracket of `delimiter`.
static ParseResult parseNestedTypes(AsmParser &parser, SmallVectorImpl<Type> &types) {
  return parser.parseCommaSeparatedList([&] { return parseNestedType(parser, types.emplace_back()); });
}

static void printNestedTypes(AsmPrinter &printer, ArrayRef<Type> types) {
  llvm::interleaveComma(types, printer, [&](Type type) { printNestedType(printer, type); });
}

#define GET_TYPEDEF_CLASSES
#include "dialects/TorchScript/IR/Types.cpp.inc"

namespace sconce::ts {

void TorchScriptDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/TorchScript/IR/Types.cpp.inc"
      >();
}

ParseResult TorchScriptDialect::parseNestedType(AsmParser &parser, Type &type) {
  StringRef mnemonic;
  SMLoc loc = parser.getCurrentLocation();
  OptionalParseResult result = generatedTypeParser(parser, &mnemonic, type);
  if (result.has_value())
    return *result;
  return parser.emitError(loc) << "expected a type of the ts dialect without '!ts.', got '" << mnemonic << "'";
}

void TorchScriptDialect::printNestedType(AsmPrinter &printer, Type type) {
  [[maybe_unused]] LogicalResult printed = generatedTypePrinter(type, printer);
  assert(succeeded(printed) && "nested types are verified to be of the ts dialect");
}

//===----------------------------------------------------------------------===//
// Verification: types inside types
//===----------------------------------------------------------------------===//

static LogicalResult verifyNested(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<Type> types) {
  for (Type type : types)
    if (!isa<TorchScriptDialect>(type.getDialect()))
      return emitError() << "expected a type of the ts dialect, got " << type;
  return success();
}

LogicalResult DictType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type key, Type value) {
  return verifyNested(emitError, {key, value});
}
LogicalResult EnumType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, StringRef, Type value) {
  return verifyNested(emitError, value);
}
LogicalResult FunctionType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<Type> inputs,
                                   Type result) {
  if (!result)
    return inputs.empty() ? success() : LogicalResult(emitError() << "expected a result type with the input types");
  return success(succeeded(verifyNested(emitError, inputs)) && succeeded(verifyNested(emitError, result)));
}
LogicalResult FutureType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type value) {
  return verifyNested(emitError, value);
}
LogicalResult ListType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type element) {
  return verifyNested(emitError, element);
}
LogicalResult NamedTupleType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, StringRef name,
                                     ArrayRef<StringAttr> fieldNames, ArrayRef<Type> types) {
  if (fieldNames.size() != types.size())
    return emitError() << "expected as many field names as types, got " << fieldNames.size() << " and " << types.size();
  return verifyNested(emitError, types);
}
LogicalResult OptionalType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type element) {
  return verifyNested(emitError, element);
}
LogicalResult TupleType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<Type> types) {
  return verifyNested(emitError, types);
}
LogicalResult UnionType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<Type> types) {
  return verifyNested(emitError, types);
}

//===----------------------------------------------------------------------===//
// Syntax of the types whose parameters are lists
//===----------------------------------------------------------------------===//

/// `function`, or `function<(T, …) -> T>`.
Type FunctionType::parse(AsmParser &parser) {
  if (failed(parser.parseOptionalLess()))
    return get(parser.getContext(), {}, Type());
  SmallVector<Type> inputs;
  Type result;
  auto parseInput = [&] { return TorchScriptDialect::parseNestedType(parser, inputs.emplace_back()); };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, parseInput) || parser.parseArrow() ||
      TorchScriptDialect::parseNestedType(parser, result) || parser.parseGreater())
    return {};
  return get(parser.getContext(), inputs, result);
}

void FunctionType::print(AsmPrinter &printer) const {
  if (!getResult())
    return;
  printer << "<(";
  printNestedTypes(printer, getInputs());
  printer << ") -> ";
  printNestedType(printer, getResult());
  printer << ">";
}

/// `named_tuple<"name", ["field", …], [T, …]>`.
Type NamedTupleType::parse(AsmParser &parser) {
  std::string name;
  SmallVector<StringAttr> fieldNames;
  SmallVector<Type> types;
  auto parseName = [&]() -> ParseResult {
    std::string field;
    if (parser.parseString(&field))
      return failure();
    fieldNames.push_back(StringAttr::get(parser.getContext(), field));
    return success();
  };
  auto parseType = [&] { return TorchScriptDialect::parseNestedType(parser, types.emplace_back()); };
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseString(&name) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseName) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseType) || parser.parseGreater())
    return {};
  return parser.getChecked<NamedTupleType>(loc, parser.getContext(), name, fieldNames, types);
}

void NamedTupleType::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printString(getName());
  printer << ", [";
  llvm::interleaveComma(getFieldNames(), printer, [&](StringAttr field) { printer.printString(field.getValue()); });
  printer << "], [";
  printNestedTypes(printer, getTypes());
  printer << "]>";
}

/// `tuple<T, …>`, which may be empty.
Type TupleType::parse(AsmParser &parser) {
  SmallVector<Type> types;
  auto parseType = [&] { return TorchScriptDialect::parseNestedType(parser, types.emplace_back()); };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater, parseType))
    return {};
  return get(parser.getContext(), types);
}

void TupleType::print(AsmPrinter &printer) const {
  printer << "<";
  printNestedTypes(printer, getTypes());
  printer << ">";
}

} // namespace sconce::ts
