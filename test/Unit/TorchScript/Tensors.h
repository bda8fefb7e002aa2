// Tensors from numbers, and back, for the tests of the reference evaluation.

#ifndef SCONCE_TEST_UNIT_TORCHSCRIPT_TENSORS_H
#define SCONCE_TEST_UNIT_TORCHSCRIPT_TENSORS_H

#include "dialects/TorchScript/Evaluate/Evaluate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sconce::test {

using rt::Dtype;
using ts::EvalArgument;

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInf = std::numeric_limits<double>::infinity();

/// A tensor of these numbers.
inline rt::Tensor make(Dtype dtype, std::vector<int64_t> sizes, const std::vector<double> &numbers) {
  rt::Tensor tensor = rt::Tensor::empty(dtype, sizes);
  size_t next = 0;
  rt::forEachIndex(sizes, [&](rt::Index index) { tensor.store(index, rt::Value::ofDouble(numbers[next++])); });
  return tensor;
}

inline std::vector<double> numbers(const rt::Tensor &tensor) {
  std::vector<double> result;
  rt::forEachIndex(tensor.sizes(), [&](rt::Index index) { result.push_back(tensor.loadDouble(index)); });
  return result;
}

inline EvalArgument arg(rt::Tensor tensor) { return EvalArgument::ofTensor(std::move(tensor)); }
inline EvalArgument arg(int64_t value) { return EvalArgument::ofInt(value); }
inline EvalArgument arg(int value) { return EvalArgument::ofInt(value); }
inline EvalArgument arg(bool value) { return EvalArgument::ofBool(value); }
inline EvalArgument arg(double value) { return EvalArgument::ofValue(rt::Value::ofDouble(value)); }
inline EvalArgument arg(const char *word) { return EvalArgument::ofString(word); }
inline EvalArgument arg(std::vector<int64_t> ints) { return EvalArgument::ofInts(std::move(ints)); }
inline EvalArgument arg(std::vector<rt::Tensor> tensors) { return EvalArgument::ofTensors(std::move(tensors)); }
inline EvalArgument arg(Dtype dtype) { return EvalArgument::ofInt(static_cast<int64_t>(dtype)); }

/// The results of a primitive that must succeed.
template <typename... Arguments> llvm::SmallVector<rt::Value> evaluateAll(llvm::StringRef name, Arguments... arguments) {
  llvm::SmallVector<rt::Value> results;
  EvalArgument list[] = {arg(arguments)...};
  if (llvm::Error error = ts::evaluatePrimitive(name, list, results))
    ADD_FAILURE() << llvm::toString(std::move(error));
  return results;
}

template <typename... Arguments> rt::Tensor evaluate(llvm::StringRef name, Arguments... arguments) {
  llvm::SmallVector<rt::Value> results = evaluateAll(name, arguments...);
  return results.empty() || !results[0].isTensor() ? rt::Tensor::empty(Dtype::Float32, {0}) : results[0].asTensor();
}

/// The message of a primitive that must fail.
template <typename... Arguments> std::string problemOf(llvm::StringRef name, Arguments... arguments) {
  llvm::SmallVector<rt::Value> results;
  EvalArgument list[] = {arg(arguments)...};
  llvm::Error error = ts::evaluatePrimitive(name, list, results);
  EXPECT_TRUE(results.empty() || !error);
  return error ? llvm::toString(std::move(error)) : "no error";
}

/// Equal, or both NaN.
inline void expectNumbers(const rt::Tensor &tensor, const std::vector<double> &expected, double tolerance = 0) {
  std::vector<double> actual = numbers(tensor);
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(actual[i])) << "element " << i;
    else if (tolerance == 0 || std::isinf(expected[i]))
      EXPECT_EQ(actual[i], expected[i]) << "element " << i;
    else
      EXPECT_NEAR(actual[i], expected[i], tolerance * std::max(1.0, std::abs(expected[i]))) << "element " << i;
  }
}

} // namespace sconce::test

#endif
