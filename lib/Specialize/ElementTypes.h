/// Between PyTorch's dtypes and the element types of specialized IR.
#ifndef SCONCE_LIB_SPECIALIZE_ELEMENTTYPES_H
#define SCONCE_LIB_SPECIALIZE_ELEMENTTYPES_H

#include "dialects/TorchScript/IR/ElementTypes.h"
#include "lib/Specialize/AbstractValue.h"
#include "runtime/Dtype.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace sconce::specialize {

using ts::dtypeOf;
using ts::elementTypeOf;

/// The ranked type of these extents; unknown ones are `?`.
mlir::RankedTensorType tensorTypeOf(mlir::MLIRContext *context, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes);
/// i1, i64, f64 or complex<f64> for a kind of scalar.
mlir::Type scalarTypeOf(mlir::MLIRContext *context, ValueKind kind);
/// The kind of scalar that `item` gives.
ValueKind scalarKindOf(rt::Dtype dtype);
/// bool, int64, float64 or complex128: the dtype of a scalar as a tensor.
rt::Dtype dtypeOfScalar(ValueKind kind);

} // namespace sconce::specialize

#endif
