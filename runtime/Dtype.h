/// Element types of tensors, with PyTorch's ScalarType codes.
#ifndef SCONCE_RUNTIME_DTYPE_H
#define SCONCE_RUNTIME_DTYPE_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace sconce::rt {

enum class Dtype : int8_t {
  UInt8 = 0,
  Int8 = 1,
  Int16 = 2,
  Int32 = 3,
  Int64 = 4,
  Float16 = 5,
  Float32 = 6,
  Float64 = 7,
  Complex32 = 8,
  Complex64 = 9,
  Complex128 = 10,
  Bool = 11,
  QInt8 = 12,
  QUInt8 = 13,
  QInt32 = 14,
  BFloat16 = 15,
  Float8E5M2 = 23,
  Float8E4M3FN = 24,
  Float8E5M2FNUZ = 25,
  Float8E4M3FNUZ = 26,
  UInt16 = 27,
  UInt32 = 28,
  UInt64 = 29,
  Float8E8M0FNU = 44,
};

/// The dtype of a ScalarType code; nullopt for codes that Sconce does not have.
std::optional<Dtype> dtypeFromCode(int64_t code);
/// The dtype of a name, "float32" or "int64" (no "torch." prefix).
std::optional<Dtype> dtypeFromName(std::string_view name);

/// PyTorch's name without "torch.": "float32".
const char *name(Dtype dtype);
/// Bytes of one element.
int64_t itemSize(Dtype dtype);

bool isComplex(Dtype dtype);
/// float16, bfloat16, float32, float64 and the 8-bit floats.
bool isFloating(Dtype dtype);
/// Signed and unsigned integers; bool only if `includeBool`.
bool isIntegral(Dtype dtype, bool includeBool = false);
bool isQuantized(Dtype dtype);
/// Floats, complex and signed integers.
bool isSigned(Dtype dtype);

/// The float dtype of a complex one's parts (complex64 → float32); itself otherwise.
Dtype realPart(Dtype dtype);
/// The complex dtype with parts of the given float dtype (float64 → complex128,
/// float16 → complex32, others complex64).
Dtype complexOf(Dtype dtype);

/// torch.promote_types; nullopt where PyTorch raises: two different dtypes of
/// which one is a float8, quantized, or a uint16…uint64 beside a non-float.
std::optional<Dtype> promote(Dtype a, Dtype b);

} // namespace sconce::rt

#endif
