/// The Winograd dialect: the parts of fast convolutions that are no sums of products.
#ifndef SCONCE_DIALECTS_WINOGRAD_IR_WINOGRAD_H
#define SCONCE_DIALECTS_WINOGRAD_IR_WINOGRAD_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace sconce::winograd {

/// How many elements of a line of the image a tile of results takes; its points are as many.
inline int64_t patchOf(int64_t tile, int64_t taps, int64_t stride) { return (tile - 1) * stride + taps; }

} // namespace sconce::winograd

#include "dialects/Winograd/IR/WinogradDialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/Winograd/IR/Winograd.h.inc"

#endif
