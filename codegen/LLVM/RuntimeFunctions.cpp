#include "codegen/LLVM/RuntimeFunctions.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace sconce::codegen {

SmallVector<Value> callRuntime(OpBuilder &builder, Location loc, StringRef name, Type result, ValueRange arguments) {
  auto call = LLVM::CallOp::create(builder, loc, result ? TypeRange(result) : TypeRange(), name, arguments);
  return SmallVector<Value>(call.getResults());
}

int64_t getElementBytes(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * getElementBytes(complex.getElementType());
  return element.isIndex() ? 8 : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

} // namespace sconce::codegen
