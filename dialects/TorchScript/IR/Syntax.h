// Custom directives of the primitives' assembly formats.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_SYNTAX_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_SYNTAX_H

#include "mlir/IR/OpImplementation.h"

namespace sconce::ts {

/// `T` when operand and result are of one type, else `T -> R`.
mlir::ParseResult parseUnaryTypes(mlir::OpAsmParser &parser, mlir::Type &x, mlir::Type &result);
void printUnaryTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Type x, mlir::Type result);

/// `T` when all are of one type, else `(A, B) -> R`.
mlir::ParseResult parseBinaryTypes(mlir::OpAsmParser &parser, mlir::Type &a, mlir::Type &b, mlir::Type &result);
void printBinaryTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Type a, mlir::Type b, mlir::Type result);

/// `T` when both operands are of one type and the result is its bools, else `(A, B) -> R`.
mlir::ParseResult parseCompareTypes(mlir::OpAsmParser &parser, mlir::Type &a, mlir::Type &b, mlir::Type &result);
void printCompareTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Type a, mlir::Type b, mlir::Type result);

/// `C, T` when values and result are of one type, else `(C, A, B) -> R`.
mlir::ParseResult parseSelectTypes(mlir::OpAsmParser &parser, mlir::Type &cond, mlir::Type &a, mlir::Type &b,
                                   mlir::Type &result);
void printSelectTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Type cond, mlir::Type a, mlir::Type b,
                      mlir::Type result);

/// The result's type, whose element type is the attribute.
mlir::ParseResult parseDtypeOf(mlir::OpAsmParser &parser, mlir::TypeAttr &dtype, mlir::Type &result);
void printDtypeOf(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::TypeAttr dtype, mlir::Type result);

} // namespace sconce::ts

#endif
