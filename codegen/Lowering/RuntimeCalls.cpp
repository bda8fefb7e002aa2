// Calls of runtime functions that compute tensors.

#include "codegen/Lowering/RuntimeCalls.h"

#include "dialects/TorchScript/IR/TorchScript.h"

using namespace mlir;
using namespace sconce;

SmallVector<Value> codegen::callRuntime(LoweringBuilder &builder, StringRef callee, ValueRange inputs,
                                        ValueRange destinations) {
  SmallVector<Value> operands(inputs);
  llvm::append_range(operands, destinations);
  auto call = ts::RuntimeCallOp::create(builder.builder, builder.loc, destinations.getTypes(),
                                        builder.builder.getStringAttr(callee), operands);
  return SmallVector<Value>(call.getResults());
}
