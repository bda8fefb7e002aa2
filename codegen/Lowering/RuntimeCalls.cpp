// Calls of runtime functions that compute tensors.

#include "codegen/Lowering/RuntimeCalls.h"

#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;

int64_t codegen::dtypeCode(Type elementType) {
  if (auto integer = dyn_cast<IntegerType>(elementType)) {
    switch (integer.getWidth()) {
    case 1: return 11;
    case 8: return integer.isUnsigned() ? 0 : 1;
    case 16: return integer.isUnsigned() ? 27 : 2;
    case 32: return integer.isUnsigned() ? 28 : 3;
    default: return integer.isUnsigned() ? 29 : 4;
    }
  }
  if (auto complex = dyn_cast<ComplexType>(elementType))
    return complex.getElementType().isF64() ? 10 : complex.getElementType().isF32() ? 9 : 8;
  if (elementType.isF64())
    return 7;
  if (elementType.isF16())
    return 5;
  return elementType.isBF16() ? 15 : 6;
}

SmallVector<Value> codegen::callRuntime(LoweringBuilder &builder, StringRef callee, ValueRange inputs,
                                        ValueRange destinations) {
  SmallVector<Value> operands(inputs);
  llvm::append_range(operands, destinations);
  auto call = ts::RuntimeCallOp::create(builder.builder, builder.loc, destinations.getTypes(),
                                        builder.builder.getStringAttr(callee), operands);
  return SmallVector<Value>(call.getResults());
}
