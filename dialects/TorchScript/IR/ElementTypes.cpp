#include "dialects/TorchScript/IR/ElementTypes.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using sconce::rt::Dtype;

namespace sconce::ts {

char kindOfElement(Type type) {
  std::optional<Dtype> dtype = type ? dtypeOf(type) : std::nullopt;
  if (!dtype)
    return '\0';
  switch (*dtype) {
  case Dtype::Bool:
    return 'B';
  case Dtype::UInt8:
  case Dtype::Int8:
  case Dtype::Int16:
  case Dtype::Int32:
  case Dtype::Int64:
    return 'I';
  case Dtype::Float16:
  case Dtype::BFloat16:
  case Dtype::Float32:
  case Dtype::Float64:
    return 'F';
  case Dtype::Complex64:
  case Dtype::Complex128:
    return 'C';
  default:
    return 'S';
  }
}

static bool isOf(Type elementType, StringRef kinds) {
  char kind = kindOfElement(elementType);
  return kind != '\0' && kinds.contains(kind);
}

bool isTensorOf(Type type, StringRef kinds) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isOf(tensor.getElementType(), kinds);
}

bool isScalarOf(Type type, StringRef kinds) {
  return !isa<RankedTensorType>(type) && isOf(type, kinds) && scalarTypeOf(type) == type;
}

bool isIndexTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isInteger(64);
}

static std::optional<Dtype> dtypeOfInteger(IntegerType type) {
  if (type.isUnsigned())
    switch (type.getWidth()) {
    case 8:
      return Dtype::UInt8;
    case 16:
      return Dtype::UInt16;
    case 32:
      return Dtype::UInt32;
    case 64:
      return Dtype::UInt64;
    default:
      return std::nullopt;
    }
  if (!type.isSignless())
    return std::nullopt;
  switch (type.getWidth()) {
  case 1:
    return Dtype::Bool;
  case 8:
    return Dtype::Int8;
  case 16:
    return Dtype::Int16;
  case 32:
    return Dtype::Int32;
  case 64:
    return Dtype::Int64;
  default:
    return std::nullopt;
  }
}

std::optional<Dtype> dtypeOf(Type type) {
  using Result = std::optional<Dtype>;
  return llvm::TypeSwitch<Type, Result>(type)
      .Case([](IntegerType integer) { return dtypeOfInteger(integer); })
      .Case([](Float16Type) -> Result { return Dtype::Float16; })
      .Case([](BFloat16Type) -> Result { return Dtype::BFloat16; })
      .Case([](Float32Type) -> Result { return Dtype::Float32; })
      .Case([](Float64Type) -> Result { return Dtype::Float64; })
      .Case([](Float8E5M2Type) -> Result { return Dtype::Float8E5M2; })
      .Case([](Float8E4M3FNType) -> Result { return Dtype::Float8E4M3FN; })
      .Case([](Float8E5M2FNUZType) -> Result { return Dtype::Float8E5M2FNUZ; })
      .Case([](Float8E4M3FNUZType) -> Result { return Dtype::Float8E4M3FNUZ; })
      .Case([](Float8E8M0FNUType) -> Result { return Dtype::Float8E8M0FNU; })
      .Case([](mlir::ComplexType complex) -> Result {
        if (complex.getElementType().isF16())
          return Dtype::Complex32;
        if (complex.getElementType().isF32())
          return Dtype::Complex64;
        if (complex.getElementType().isF64())
          return Dtype::Complex128;
        return std::nullopt;
      })
      .Default([](Type) -> Result { return std::nullopt; });
}

Type elementTypeOf(MLIRContext *context, Dtype dtype) {
  auto integer = [&](unsigned width) { return IntegerType::get(context, width); };
  auto unsignedInteger = [&](unsigned width) { return IntegerType::get(context, width, IntegerType::Unsigned); };
  switch (dtype) {
  case Dtype::Bool:
    return integer(1);
  case Dtype::Int8:
    return integer(8);
  case Dtype::Int16:
    return integer(16);
  case Dtype::Int32:
    return integer(32);
  case Dtype::Int64:
    return integer(64);
  case Dtype::UInt8:
    return unsignedInteger(8);
  case Dtype::UInt16:
    return unsignedInteger(16);
  case Dtype::UInt32:
    return unsignedInteger(32);
  case Dtype::UInt64:
    return unsignedInteger(64);
  case Dtype::Float16:
    return Float16Type::get(context);
  case Dtype::BFloat16:
    return BFloat16Type::get(context);
  case Dtype::Float32:
    return Float32Type::get(context);
  case Dtype::Float64:
    return Float64Type::get(context);
  case Dtype::Complex32:
    return mlir::ComplexType::get(Float16Type::get(context));
  case Dtype::Complex64:
    return mlir::ComplexType::get(Float32Type::get(context));
  case Dtype::Complex128:
    return mlir::ComplexType::get(Float64Type::get(context));
  case Dtype::Float8E5M2:
    return Float8E5M2Type::get(context);
  case Dtype::Float8E4M3FN:
    return Float8E4M3FNType::get(context);
  case Dtype::Float8E5M2FNUZ:
    return Float8E5M2FNUZType::get(context);
  case Dtype::Float8E4M3FNUZ:
    return Float8E4M3FNUZType::get(context);
  case Dtype::Float8E8M0FNU:
    return Float8E8M0FNUType::get(context);
  case Dtype::QInt8:
  case Dtype::QUInt8:
  case Dtype::QInt32:
    return {};
  }
  return {};
}

Type computeTypeOf(Type type) {
  if (auto complex = dyn_cast<mlir::ComplexType>(type))
    return mlir::ComplexType::get(computeTypeOf(complex.getElementType()));
  if (auto number = dyn_cast<mlir::FloatType>(type))
    return number.getWidth() < 32 ? Float32Type::get(type.getContext()) : type;
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), integer.getWidth());
  return type;
}

Type scalarTypeOf(Type type) {
  MLIRContext *context = type.getContext();
  if (isa<mlir::ComplexType>(type))
    return mlir::ComplexType::get(Float64Type::get(context));
  if (isa<mlir::FloatType>(type))
    return Float64Type::get(context);
  return IntegerType::get(context, type.isInteger(1) ? 1 : 64);
}

Type elementOrScalar(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getElementType() : type;
}

Type withElement(Type like, Type elementType) {
  if (auto tensor = dyn_cast<RankedTensorType>(like))
    return tensor.clone(elementType);
  return elementType;
}

} // namespace sconce::ts
