/// Arguments as their declared types: what PyTorch converts at a call from Python.
#ifndef SCONCE_LIB_SPECIALIZE_COERCION_H
#define SCONCE_LIB_SPECIALIZE_COERCION_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// A value given for a parameter of `type`: a tensor of one element for a
/// number, an int for a float; containers get their element types. A value that
/// does not fit stays as it is.
mlir::FailureOr<AbstractValue> coerce(Evaluator &eval, const AbstractValue &value, mlir::Type type);
/// Adds the defaults of parameters that were not given (the first is self), and coerces the others; an error where one is of
/// another type than the method declares.
mlir::LogicalResult completeArguments(Evaluator &eval, ts::FuncOp function, llvm::SmallVectorImpl<AbstractValue> &arguments);

/// Whether a value that an archive holds, elements and all, is of a type; if so, its containers are of that type from then on,
/// whatever the archive says of them.
bool settleType(Evaluator &eval, const AbstractValue &value, mlir::Type type);

/// The value of a literal, in the form of ts.constant's attribute; a list of them is an array.
AbstractValue literal(Evaluator &eval, mlir::Attribute attribute, mlir::Type type);

/// An entry of the archive's constant pool, as a value of `type`.
mlir::FailureOr<AbstractValue> poolConstant(Evaluator &eval, int64_t index, mlir::Type type);

/// What is wrong with the name of a device, in PyTorch's words; empty where nothing is.
std::string checkDeviceName(llvm::StringRef text);

} // namespace sconce::specialize

#endif
