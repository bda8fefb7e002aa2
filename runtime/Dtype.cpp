#include "runtime/Dtype.h"

#include <utility>

namespace sconce::rt {
namespace {

struct DtypeFacts {
  Dtype dtype;
  const char *name;
  int8_t bytes;
  char category; ///< b bool, u unsigned, i signed, f float, c complex, q quantized
};

constexpr DtypeFacts facts[] = {
    {Dtype::UInt8, "uint8", 1, 'u'},
    {Dtype::Int8, "int8", 1, 'i'},
    {Dtype::Int16, "int16", 2, 'i'},
    {Dtype::Int32, "int32", 4, 'i'},
    {Dtype::Int64, "int64", 8, 'i'},
    {Dtype::Float16, "float16", 2, 'f'},
    {Dtype::Float32, "float32", 4, 'f'},
    {Dtype::Float64, "float64", 8, 'f'},
    {Dtype::Complex32, "complex32", 4, 'c'},
    {Dtype::Complex64, "complex64", 8, 'c'},
    {Dtype::Complex128, "complex128", 16, 'c'},
    {Dtype::Bool, "bool", 1, 'b'},
    {Dtype::QInt8, "qint8", 1, 'q'},
    {Dtype::QUInt8, "quint8", 1, 'q'},
    {Dtype::QInt32, "qint32", 4, 'q'},
    {Dtype::BFloat16, "bfloat16", 2, 'f'},
    {Dtype::Float8E5M2, "float8_e5m2", 1, 'f'},
    {Dtype::Float8E4M3FN, "float8_e4m3fn", 1, 'f'},
    {Dtype::Float8E5M2FNUZ, "float8_e5m2fnuz", 1, 'f'},
    {Dtype::Float8E4M3FNUZ, "float8_e4m3fnuz", 1, 'f'},
    {Dtype::UInt16, "uint16", 2, 'u'},
    {Dtype::UInt32, "uint32", 4, 'u'},
    {Dtype::UInt64, "uint64", 8, 'u'},
    {Dtype::Float8E8M0FNU, "float8_e8m0fnu", 1, 'f'},
};

const DtypeFacts &factsOf(Dtype dtype) {
  for (const DtypeFacts &fact : facts)
    if (fact.dtype == dtype)
      return fact;
  return facts[0];
}

bool isFloat8(Dtype dtype) { return isFloating(dtype) && itemSize(dtype) == 1; }

bool isWideUnsigned(Dtype dtype) {
  return dtype == Dtype::UInt16 || dtype == Dtype::UInt32 || dtype == Dtype::UInt64;
}

/// Integers: the wider one, or the next wider signed one for uint8 with int8.
Dtype promoteIntegers(Dtype a, Dtype b) {
  if (a == Dtype::Bool)
    return b;
  if (b == Dtype::Bool)
    return a;
  if (a == Dtype::UInt8 || b == Dtype::UInt8) {
    Dtype other = a == Dtype::UInt8 ? b : a;
    return other == Dtype::Int8 ? Dtype::Int16 : other;
  }
  return itemSize(a) >= itemSize(b) ? a : b;
}

/// Floats: the wider one, float32 for float16 with bfloat16.
Dtype promoteFloats(Dtype a, Dtype b) {
  if (itemSize(a) == itemSize(b))
    return Dtype::Float32;
  return itemSize(a) > itemSize(b) ? a : b;
}

} // namespace

std::optional<Dtype> dtypeFromCode(int64_t code) {
  for (const DtypeFacts &fact : facts)
    if (static_cast<int64_t>(fact.dtype) == code)
      return fact.dtype;
  return std::nullopt;
}

std::optional<Dtype> dtypeFromName(std::string_view name) {
  for (const DtypeFacts &fact : facts)
    if (name == fact.name)
      return fact.dtype;
  return std::nullopt;
}

const char *name(Dtype dtype) { return factsOf(dtype).name; }
int64_t itemSize(Dtype dtype) { return factsOf(dtype).bytes; }
bool isComplex(Dtype dtype) { return factsOf(dtype).category == 'c'; }
bool isFloating(Dtype dtype) { return factsOf(dtype).category == 'f'; }
bool isQuantized(Dtype dtype) { return factsOf(dtype).category == 'q'; }

bool isIntegral(Dtype dtype, bool includeBool) {
  char category = factsOf(dtype).category;
  return category == 'i' || category == 'u' || (includeBool && category == 'b');
}

bool isSigned(Dtype dtype) {
  char category = factsOf(dtype).category;
  return category == 'i' || category == 'f' || category == 'c';
}

Dtype realPart(Dtype dtype) {
  switch (dtype) {
  case Dtype::Complex32:
    return Dtype::Float16;
  case Dtype::Complex64:
    return Dtype::Float32;
  case Dtype::Complex128:
    return Dtype::Float64;
  default:
    return dtype;
  }
}

Dtype complexOf(Dtype dtype) {
  if (isComplex(dtype))
    return dtype;
  switch (dtype) {
  case Dtype::Float16:
    return Dtype::Complex32;
  case Dtype::Float64:
    return Dtype::Complex128;
  default:
    return Dtype::Complex64;
  }
}

std::optional<Dtype> promote(Dtype a, Dtype b) {
  if (a == b)
    return a;
  if (isQuantized(a) || isQuantized(b))
    return std::nullopt;
  if (isFloat8(a) || isFloat8(b))
    return std::nullopt;
  if (isWideUnsigned(a) || isWideUnsigned(b)) {
    Dtype other = isWideUnsigned(a) ? b : a;
    return isFloating(other) ? std::optional(other) : std::nullopt;
  }
  if (isComplex(a) || isComplex(b)) {
    if (!isComplex(a))
      std::swap(a, b);
    Dtype part = isComplex(b) ? realPart(b) : b;
    if (!isFloating(part))
      return a;
    // bfloat16 with complex32 needs float32 parts.
    return complexOf(realPart(a) == part ? part : promoteFloats(realPart(a), part));
  }
  if (isFloating(a) || isFloating(b)) {
    if (isFloating(a) && isFloating(b))
      return promoteFloats(a, b);
    return isFloating(a) ? a : b;
  }
  return promoteIntegers(a, b);
}

} // namespace sconce::rt
