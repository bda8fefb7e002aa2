/// Reads and writes single elements of any dtype, converting as PyTorch does:
/// floats to ints truncate (out of range: the lowest int, then wrapped to the
/// width), 16- and 8-bit floats go through float, complex to real drops the
/// imaginary part.
#ifndef SCONCE_RUNTIME_ELEMENT_H
#define SCONCE_RUNTIME_ELEMENT_H

#include "runtime/Dtype.h"
#include "runtime/Value.h"

#include <complex>
#include <cstdint>

namespace sconce::rt {

double loadDouble(Dtype dtype, const void *element);
int64_t loadInt(Dtype dtype, const void *element);
std::complex<double> loadComplex(Dtype dtype, const void *element);
/// A bool, int, double or complex value, by the dtype's category.
Value loadNumber(Dtype dtype, const void *element);

void storeDouble(Dtype dtype, void *element, double number);
void storeInt(Dtype dtype, void *element, int64_t number);
void storeComplex(Dtype dtype, void *element, std::complex<double> number);
void storeNumber(Dtype dtype, void *element, const Value &number);

/// Converts one element; `from` and `to` may be the same dtype.
void convertElement(Dtype fromDtype, const void *from, Dtype toDtype, void *to);

/// Truncates; NaN and what does not fit give the lowest int64.
int64_t truncateToInt64(double number);

} // namespace sconce::rt

#endif
