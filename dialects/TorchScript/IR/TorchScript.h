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

#include "dialects/TorchScript/IR/TorchScriptDialect.h.inc"

#include "dialects/TorchScript/IR/AttributesEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/TorchScript/IR/Types.h.inc"

// Classes hold attributes: Object.td declares both, in alphabetical order, which is also order of use.
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

#endif
