#include "lib/Specialize/ElementTypes.h"

#include "mlir/IR/MLIRContext.h"

using namespace sconce;
using namespace sconce::specialize;

mlir::RankedTensorType specialize::tensorTypeOf(mlir::MLIRContext *context, rt::Dtype dtype,
                                                llvm::ArrayRef<Extent> sizes) {
  llvm::SmallVector<int64_t> shape;
  for (const Extent &size : sizes)
    shape.push_back(size.isKnownInt() ? size.asInt() : mlir::ShapedType::kDynamic);
  return mlir::RankedTensorType::get(shape, elementTypeOf(context, dtype));
}

mlir::Type specialize::scalarTypeOf(mlir::MLIRContext *context, ValueKind kind) {
  switch (kind) {
  case ValueKind::Bool:
    return mlir::IntegerType::get(context, 1);
  case ValueKind::Int:
    return mlir::IntegerType::get(context, 64);
  case ValueKind::Float:
    return mlir::Float64Type::get(context);
  default:
    assert(kind == ValueKind::Complex && "not a kind of scalar");
    return mlir::ComplexType::get(mlir::Float64Type::get(context));
  }
}

ValueKind specialize::scalarKindOf(rt::Dtype dtype) {
  if (dtype == rt::Dtype::Bool)
    return ValueKind::Bool;
  if (rt::isComplex(dtype))
    return ValueKind::Complex;
  return rt::isFloating(dtype) ? ValueKind::Float : ValueKind::Int;
}

rt::Dtype specialize::dtypeOfScalar(ValueKind kind) {
  switch (kind) {
  case ValueKind::Bool:
    return rt::Dtype::Bool;
  case ValueKind::Int:
    return rt::Dtype::Int64;
  case ValueKind::Float:
    return rt::Dtype::Float64;
  default:
    assert(kind == ValueKind::Complex && "not a kind of scalar");
    return rt::Dtype::Complex128;
  }
}
