// The interface through which the code generator gives a primitive its lowering.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_INTERFACES_LOWERTOLINALG_H
#define SCONCE_DIALECTS_TORCHSCRIPT_INTERFACES_LOWERTOLINALG_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/Transforms/DialectConversion.h"

#include "dialects/TorchScript/Interfaces/LowerToLinalg.h.inc"

#endif
