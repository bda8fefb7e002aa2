#include "lib/Specialize/ElementTypes.h"

#include "mlir/IR/MLIRContext.h"

using namespace sconce;
using namespace sconce::specialize;

mlir::Type specialize::elementTypeOf(mlir::MLIRContext *context, rt::Dtype dtype) {
  auto integer = [&](unsigned width, mlir::IntegerType::SignednessSemantics sign = mlir::IntegerType::Signless) {
    return mlir::IntegerType::get(context, width, sign);
  };
  switch (dtype) {
  case rt::Dtype::Bool:
    return integer(1);
  case rt::Dtype::UInt8:
    return integer(8, mlir::IntegerType::Unsigned);
  case rt::Dtype::Int8:
    return integer(8);
  case rt::Dtype::Int16:
    return integer(16);
  case rt::Dtype::Int32:
    return integer(32);
  case rt::Dtype::Int64:
    return integer(64);
  case rt::Dtype::UInt16:
    return integer(16, mlir::IntegerType::Unsigned);
  case rt::Dtype::UInt32:
    return integer(32, mlir::IntegerType::Unsigned);
  case rt::Dtype::UInt64:
    return integer(64, mlir::IntegerType::Unsigned);
  case rt::Dtype::Float16:
    return mlir::Float16Type::get(context);
  case rt::Dtype::BFloat16:
    return mlir::BFloat16Type::get(context);
  case rt::Dtype::Float32:
    return mlir::Float32Type::get(context);
  case rt::Dtype::Float64:
    return mlir::Float64Type::get(context);
  case rt::Dtype::Complex32:
    return mlir::ComplexType::get(mlir::Float16Type::get(context));
  case rt::Dtype::Complex64:
    return mlir::ComplexType::get(mlir::Float32Type::get(context));
  case rt::Dtype::Complex128:
    return mlir::ComplexType::get(mlir::Float64Type::get(context));
  case rt::Dtype::Float8E5M2:
    return mlir::Float8E5M2Type::get(context);
  case rt::Dtype::Float8E4M3FN:
    return mlir::Float8E4M3FNType::get(context);
  case rt::Dtype::Float8E5M2FNUZ:
    return mlir::Float8E5M2FNUZType::get(context);
  case rt::Dtype::Float8E4M3FNUZ:
    return mlir::Float8E4M3FNUZType::get(context);
  case rt::Dtype::Float8E8M0FNU:
    return mlir::Float8E8M0FNUType::get(context);
  case rt::Dtype::QInt8:
  case rt::Dtype::QUInt8:
  case rt::Dtype::QInt32:
    return {};
  }
  return {};
}

std::optional<rt::Dtype> specialize::dtypeOf(mlir::Type type) {
  using rt::Dtype;
  for (Dtype dtype : {Dtype::Bool, Dtype::UInt8, Dtype::Int8, Dtype::Int16, Dtype::Int32, Dtype::Int64, Dtype::UInt16,
                      Dtype::UInt32, Dtype::UInt64, Dtype::Float16, Dtype::BFloat16, Dtype::Float32, Dtype::Float64,
                      Dtype::Complex32, Dtype::Complex64, Dtype::Complex128, Dtype::Float8E5M2, Dtype::Float8E4M3FN,
                      Dtype::Float8E5M2FNUZ, Dtype::Float8E4M3FNUZ, Dtype::Float8E8M0FNU})
    if (elementTypeOf(type.getContext(), dtype) == type)
      return dtype;
  return std::nullopt;
}

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
