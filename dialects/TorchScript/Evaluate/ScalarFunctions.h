// What elementwise primitives compute, as functions of numbers.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_SCALARFUNCTIONS_H
#define SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_SCALARFUNCTIONS_H

#include "dialects/TorchScript/Evaluate/Domain.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace sconce::ts {

/// A primitive's function for each domain; null where it has none.
struct UnaryFunction {
  int64_t (*onInts)(int64_t);
  double (*onFloats)(double);
  ComplexDouble (*onComplex)(ComplexDouble);
};
struct BinaryFunction {
  int64_t (*onInts)(int64_t, int64_t);
  double (*onFloats)(double, double);
  ComplexDouble (*onComplex)(ComplexDouble, ComplexDouble);
};

const UnaryFunction *findUnaryFunction(llvm::StringRef name);
const BinaryFunction *findBinaryFunction(llvm::StringRef name);
void forEachUnaryFunction(llvm::function_ref<void(llvm::StringRef)> visit);
void forEachBinaryFunction(llvm::function_ref<void(llvm::StringRef)> visit);

/// nextafter of f16 or bf16.
double nextSmallFloat(rt::Dtype dtype, float from, float to);

} // namespace sconce::ts

#endif
