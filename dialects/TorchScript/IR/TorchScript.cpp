#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

#include "dialects/TorchScript/IR/TorchScriptDialect.cpp.inc"

#include "dialects/TorchScript/IR/PrimitiveInterfaces.cpp.inc"

namespace sconce::ts {

void TorchScriptDialect::initialize() {
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Cast.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Compare.cpp.inc"
      >();
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
#include "dialects/TorchScript/IR/Convolution.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Create.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Elementwise.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Function.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Index.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Join.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Matmul.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Object.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Pooling.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Random.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Reduction.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Runtime.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Sort.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Special.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Transcendental.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/View.cpp.inc"
      >();
}

Operation *TorchScriptDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  if (llvm::isa<IntegerType, mlir::FloatType>(type))
    return arith::ConstantOp::materialize(builder, value, type, loc);
  return ConstantOp::create(builder, loc, type, value);
}

} // namespace sconce::ts
