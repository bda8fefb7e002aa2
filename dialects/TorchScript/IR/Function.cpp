#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Function.cpp.inc"

namespace sconce::ts {

void FuncOp::build(OpBuilder &builder, OperationState &state, StringRef name, mlir::FunctionType type,
                   ArrayRef<StringRef> argNames) {
  state.addAttribute(getSymNameAttrName(state.name), builder.getStringAttr(name));
  state.addAttribute(getFunctionTypeAttrName(state.name), TypeAttr::get(type));
  if (!argNames.empty())
    state.addAttribute(getArgNamesAttrName(state.name), builder.getStrArrayAttr(argNames));
  state.addRegion();
}

ParseResult FuncOp::parse(OpAsmParser &parser, OperationState &state) {
  auto buildType = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(inputs, results);
  };
  return function_interface_impl::parseFunctionOp(parser, state, /*allowVariadic=*/false,
                                                  getFunctionTypeAttrName(state.name), buildType,
                                                  getArgAttrsAttrName(state.name), getResAttrsAttrName(state.name));
}

void FuncOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
                                           getArgAttrsAttrName(), getResAttrsAttrName());
}

LogicalResult FuncOp::verify() {
  if (getFunctionType().getNumResults() != 1)
    return emitOpError("expected one result, got ") << getFunctionType().getNumResults();
  for (Type type : llvm::concat<const Type>(getArgumentTypes(), getResultTypes()))
    if (!isa<TorchScriptDialect>(type.getDialect()))
      return emitOpError("expected types of the ts dialect, got ") << type;
  size_t arity = getFunctionType().getNumInputs();
  if (getArgNames() && getArgNames()->size() != arity)
    return emitOpError("expected ") << arity << " names in 'arg_names', got " << getArgNames()->size();
  if (getArgDefaults() && getArgDefaults()->size() != arity)
    return emitOpError("expected ") << arity << " entries in 'arg_defaults', got " << getArgDefaults()->size();
  if (!isExternal() && !getBody().hasOneBlock())
    return emitOpError("expected one block");
  return success();
}

void FuncOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setNameFn) {
  std::optional<ArrayAttr> names = getArgNames();
  if (!names || region.empty() || names->size() != region.getNumArguments())
    return;
  for (auto [argument, name] : llvm::zip(region.getArguments(), names->getAsRange<StringAttr>()))
    setNameFn(argument, name.getValue());
}

LogicalResult ReturnOp::verify() {
  Type expected = (*this)->getParentOfType<FuncOp>().getFunctionType().getResult(0);
  if (getValue().getType() != expected)
    return emitOpError("expected a value of type ") << expected << ", got " << getValue().getType();
  return success();
}

} // namespace sconce::ts
