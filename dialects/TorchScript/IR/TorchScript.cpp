#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

#include "dialects/TorchScript/IR/TorchScriptDialect.cpp.inc"

namespace sconce::ts {

void TorchScriptDialect::initialize() {
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Constant.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Container.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/ControlFlow.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Function.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Object.cpp.inc"
      >();
}

Operation *TorchScriptDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  if (llvm::isa<IntegerType, mlir::FloatType>(type))
    return arith::ConstantOp::materialize(builder, value, type, loc);
  return ConstantOp::create(builder, loc, type, value);
}

} // namespace sconce::ts
