#include "runtime/Element.h"

#include "runtime/SmallFloat.h"

#include <bit>
#include <cstring>
#include <limits>

namespace sconce::rt {
namespace {

template <typename T> T read(const void *element) {
  T value;
  std::memcpy(&value, element, sizeof(T));
  return value;
}

template <typename T> void write(void *element, T value) {
  std::memcpy(element, &value, sizeof(T));
}

/// x86's 32-bit conversion, which PyTorch's casts to int8, int16 and int32 use.
int32_t truncateToInt32(double number) {
  if (!(number > -2147483649.0 && number < 2147483648.0))
    return std::numeric_limits<int32_t>::min();
  return static_cast<int32_t>(number);
}

uint64_t truncateToUInt64(double number) {
  if (number >= 9223372036854775808.0 && number < 18446744073709551616.0)
    return static_cast<uint64_t>(number);
  return static_cast<uint64_t>(truncateToInt64(number));
}

} // namespace

int64_t truncateToInt64(double number) {
  if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0))
    return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(number);
}

double loadDouble(Dtype dtype, const void *element) {
  switch (dtype) {
  case Dtype::Float16:
  case Dtype::Complex32:
    return floatFromHalf(read<uint16_t>(element));
  case Dtype::BFloat16:
    return floatFromBfloat(read<uint16_t>(element));
  case Dtype::Float32:
  case Dtype::Complex64:
    return read<float>(element);
  case Dtype::Float64:
  case Dtype::Complex128:
    return read<double>(element);
  case Dtype::Float8E5M2:
  case Dtype::Float8E4M3FN:
  case Dtype::Float8E5M2FNUZ:
  case Dtype::Float8E4M3FNUZ:
  case Dtype::Float8E8M0FNU:
    return floatFromFloat8(dtype, read<uint8_t>(element));
  case Dtype::UInt64:
    return static_cast<double>(read<uint64_t>(element));
  default:
    return static_cast<double>(loadInt(dtype, element));
  }
}

int64_t loadInt(Dtype dtype, const void *element) {
  switch (dtype) {
  case Dtype::Bool:
    return read<uint8_t>(element) != 0;
  case Dtype::UInt8:
  case Dtype::QUInt8:
    return read<uint8_t>(element);
  case Dtype::Int8:
  case Dtype::QInt8:
    return read<int8_t>(element);
  case Dtype::Int16:
    return read<int16_t>(element);
  case Dtype::UInt16:
    return read<uint16_t>(element);
  case Dtype::Int32:
  case Dtype::QInt32:
    return read<int32_t>(element);
  case Dtype::UInt32:
    return read<uint32_t>(element);
  case Dtype::Int64:
    return read<int64_t>(element);
  case Dtype::UInt64:
    return static_cast<int64_t>(read<uint64_t>(element));
  default:
    return truncateToInt64(loadDouble(dtype, element));
  }
}

std::complex<double> loadComplex(Dtype dtype, const void *element) {
  const char *bytes = static_cast<const char *>(element);
  double real = loadDouble(dtype, element);
  if (!isComplex(dtype))
    return {real, 0};
  return {real, loadDouble(dtype, bytes + itemSize(dtype) / 2)};
}

Value loadNumber(Dtype dtype, const void *element) {
  if (dtype == Dtype::Bool)
    return Value::ofBool(read<uint8_t>(element) != 0);
  if (isComplex(dtype)) {
    std::complex<double> number = loadComplex(dtype, element);
    return Value::ofComplex(number.real(), number.imag());
  }
  if (isFloating(dtype))
    return Value::ofDouble(loadDouble(dtype, element));
  return Value::ofInt(loadInt(dtype, element));
}

void storeDouble(Dtype dtype, void *element, double number) {
  switch (dtype) {
  case Dtype::Bool:
    return write<uint8_t>(element, number != 0);
  case Dtype::UInt8:
  case Dtype::QUInt8:
    return write(element, static_cast<uint8_t>(truncateToInt64(number)));
  case Dtype::Int8:
  case Dtype::QInt8:
    return write(element, static_cast<int8_t>(truncateToInt32(number)));
  case Dtype::Int16:
    return write(element, static_cast<int16_t>(truncateToInt32(number)));
  case Dtype::Int32:
  case Dtype::QInt32:
    return write(element, truncateToInt32(number));
  case Dtype::UInt16:
    return write(element, static_cast<uint16_t>(truncateToInt64(number)));
  case Dtype::UInt32:
    return write(element, static_cast<uint32_t>(truncateToInt64(number)));
  case Dtype::Int64:
    return write(element, truncateToInt64(number));
  case Dtype::UInt64:
    return write(element, truncateToUInt64(number));
  case Dtype::Float16:
    return write(element, halfFromFloat(static_cast<float>(number)));
  case Dtype::BFloat16:
    return write(element, bfloatFromFloat(static_cast<float>(number)));
  case Dtype::Float32:
    return write(element, static_cast<float>(number));
  case Dtype::Float64:
    return write(element, number);
  case Dtype::Complex32:
  case Dtype::Complex64:
  case Dtype::Complex128:
    return storeComplex(dtype, element, {number, 0});
  default:
    return write(element, float8FromFloat(dtype, static_cast<float>(number)));
  }
}

void storeInt(Dtype dtype, void *element, int64_t number) {
  switch (dtype) {
  case Dtype::Bool:
    return write<uint8_t>(element, number != 0);
  case Dtype::UInt8:
  case Dtype::QUInt8:
  case Dtype::Int8:
  case Dtype::QInt8:
    return write(element, static_cast<uint8_t>(number));
  case Dtype::Int16:
  case Dtype::UInt16:
    return write(element, static_cast<uint16_t>(number));
  case Dtype::Int32:
  case Dtype::QInt32:
  case Dtype::UInt32:
    return write(element, static_cast<uint32_t>(number));
  case Dtype::Int64:
  case Dtype::UInt64:
    return write(element, number);
  case Dtype::Float32:
    return write(element, static_cast<float>(number));
  case Dtype::Float16:
    return write(element, halfFromFloat(static_cast<float>(number)));
  case Dtype::BFloat16:
    return write(element, bfloatFromFloat(static_cast<float>(number)));
  default:
    return storeDouble(dtype, element, static_cast<double>(number));
  }
}

void storeComplex(Dtype dtype, void *element, std::complex<double> number) {
  if (dtype == Dtype::Bool)
    return write<uint8_t>(element, number.real() != 0 || number.imag() != 0);
  if (!isComplex(dtype))
    return storeDouble(dtype, element, number.real());
  Dtype part = realPart(dtype);
  storeDouble(part, element, number.real());
  storeDouble(part, static_cast<char *>(element) + itemSize(part), number.imag());
}

void storeNumber(Dtype dtype, void *element, const Value &number) {
  if (number.isComplex())
    return storeComplex(dtype, element, number.asComplex());
  if (number.isDouble())
    return storeDouble(dtype, element, number.asDouble());
  return storeInt(dtype, element, number.toInt());
}

void convertElement(Dtype fromDtype, const void *from, Dtype toDtype, void *to) {
  if (fromDtype == toDtype) {
    std::memcpy(to, from, static_cast<size_t>(itemSize(toDtype)));
    return;
  }
  if (isComplex(fromDtype))
    return storeComplex(toDtype, to, loadComplex(fromDtype, from));
  // uint64 as a float must not pass through int64.
  if (isFloating(fromDtype) || (fromDtype == Dtype::UInt64 && !isIntegral(toDtype, true)))
    return storeDouble(toDtype, to, loadDouble(fromDtype, from));
  storeInt(toDtype, to, loadInt(fromDtype, from));
}

} // namespace sconce::rt
