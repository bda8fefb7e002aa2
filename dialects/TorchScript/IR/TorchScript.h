// The TorchScript dialect: its types and all its operations.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_TORCHSCRIPT_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_TORCHSCRIPT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/TorchScript/IR/ElementTypes.h"
#include "dialects/TorchScript/IR/Inference.h"
#include "dialects/TorchScript/IR/Syntax.h"

#include "dialects/TorchScript/IR/TorchScriptDialect.h.inc"

#include "dialects/TorchScript/IR/AttributesEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/TorchScript/IR/Types.h.inc"

#include "dialects/TorchScript/IR/PrimitiveInterfaces.h.inc"

// Generic IR.
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Constant.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Container.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/ControlFlow.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Function.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Object.h.inc"

// Specialized IR.
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Cast.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Compare.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Convolution.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Create.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Elementwise.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Index.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Join.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Matmul.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Pooling.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Random.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Reduction.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Runtime.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Sort.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Special.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Transcendental.h.inc"
#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/View.h.inc"

#endif
