// The three kinds of numbers that the reference computes in: every dtype's elements widen to one of them.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_DOMAIN_H
#define SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_DOMAIN_H

#include "runtime/Tensor.h"

#include "llvm/ADT/ArrayRef.h"

#include <cmath>
#include <complex>

namespace sconce::ts {

using ComplexDouble = std::complex<double>;

/// int64 for bools and integers, float64 for floats, complex128 for complex numbers.
inline rt::Dtype domainOf(rt::Dtype dtype) {
  if (rt::isComplex(dtype))
    return rt::Dtype::Complex128;
  return rt::isFloating(dtype) ? rt::Dtype::Float64 : rt::Dtype::Int64;
}

/// Whether primitives compute with the dtype; others (unsigned integers from 16 bits, 8-bit floats, complex32) convert and move.
inline bool computes(rt::Dtype dtype) {
  switch (dtype) {
  case rt::Dtype::Bool:
  case rt::Dtype::UInt8:
  case rt::Dtype::Int8:
  case rt::Dtype::Int16:
  case rt::Dtype::Int32:
  case rt::Dtype::Int64:
  case rt::Dtype::Float16:
  case rt::Dtype::BFloat16:
  case rt::Dtype::Float32:
  case rt::Dtype::Float64:
  case rt::Dtype::Complex64:
  case rt::Dtype::Complex128:
    return true;
  default:
    return false;
  }
}

/// The elements in row-major order as numbers of a domain; undefined when there is not enough memory.
inline rt::Tensor widened(const rt::Tensor &tensor, rt::Dtype domain) {
  return tensor.dtype() == domain ? tensor.contiguous() : tensor.convert(domain);
}

/// The elements of a contiguous tensor.
template <typename T> llvm::MutableArrayRef<T> elementsOf(const rt::Tensor &tensor) {
  return {tensor.dataAs<T>(), static_cast<size_t>(tensor.numel())};
}

/// Rounds a result of the float64 domain to `dtype` as its kernels do: f16 and bf16 by way of f32.
inline rt::Tensor narrowed(const rt::Tensor &wide, rt::Dtype dtype) {
  return wide.defined() && wide.dtype() != dtype ? wide.convert(dtype) : wide;
}

/// Calls `body` with a value of the C++ type of the domain.
template <typename Body> auto inDomain(rt::Dtype domain, Body &&body) {
  if (domain == rt::Dtype::Int64)
    return body(int64_t());
  if (domain == rt::Dtype::Float64)
    return body(double());
  return body(ComplexDouble());
}

// Arithmetic that wraps, for int64.
inline int64_t wrapAdd(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }
inline int64_t wrapSub(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b)); }
inline int64_t wrapMul(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b)); }

template <typename T> T plus(T a, T b) {
  if constexpr (std::is_same_v<T, int64_t>)
    return wrapAdd(a, b);
  else
    return a + b;
}
template <typename T> T times(T a, T b) {
  if constexpr (std::is_same_v<T, int64_t>)
    return wrapMul(a, b);
  else
    return a * b;
}

/// Whether `a` comes before `b` where NaN is the greatest; never for complex numbers.
template <typename T> bool isLess(T a, T b) {
  if constexpr (std::is_same_v<T, double>)
    return std::isnan(b) ? !std::isnan(a) : a < b;
  else if constexpr (std::is_same_v<T, int64_t>)
    return a < b;
  else
    return false;
}
template <typename T> bool isNan(T a) {
  if constexpr (std::is_same_v<T, double>)
    return std::isnan(a);
  else
    return false;
}

/// Extents before, along and after a dimension.
struct Split {
  int64_t outer = 1, extent = 1, inner = 1;
  Split(const std::vector<int64_t> &sizes, int64_t dim) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      int64_t &product = static_cast<int64_t>(i) < dim ? outer : static_cast<int64_t>(i) == dim ? extent : inner;
      product = wrapMul(product, sizes[i]); // wraps only beside an extent of 0
    }
    if (outer == 0 || inner == 0)
      outer = inner = 0;
  }
};

} // namespace sconce::ts

#endif
