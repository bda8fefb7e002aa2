#include "codegen/LLVM/RuntimeFunctions.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace sconce::codegen {

SmallVector<Value> callRuntime(OpBuilder &builder, func::FuncOp caller, Location loc, StringRef name, Type result,
                               ValueRange arguments) {
  if (!SymbolTable::lookupSymbolIn(caller->getParentOp(), name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(caller);
    auto type = LLVM::LLVMFunctionType::get(result ? result : LLVM::LLVMVoidType::get(builder.getContext()),
                                            SmallVector<Type>(arguments.getTypes()));
    LLVM::LLVMFuncOp::create(builder, caller.getLoc(), name, type);
  }
  auto call = LLVM::CallOp::create(builder, loc, result ? TypeRange(result) : TypeRange(), name, arguments);
  return SmallVector<Value>(call.getResults());
}

int64_t getElementBytes(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * getElementBytes(complex.getElementType());
  return element.isIndex() ? 8 : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

} // namespace sconce::codegen
