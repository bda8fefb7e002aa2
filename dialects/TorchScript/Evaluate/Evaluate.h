// The reference evaluation of primitives: constant folder, interpreter, and what compiled code is tested against.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_EVALUATE_H
#define SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_EVALUATE_H

#include "runtime/Tensor.h"
#include "runtime/Value.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <variant>
#include <vector>

namespace sconce::ts {

/// One argument of a primitive, all known.
class EvalArgument {
public:
  struct Absent {};

  EvalArgument() = default;
  /// A tensor, or a scalar (bool, int, double, complex).
  static EvalArgument ofValue(rt::Value value) { return EvalArgument(std::move(value)); }
  static EvalArgument ofTensor(rt::Tensor tensor) { return ofValue(rt::Value::ofTensor(std::move(tensor))); }
  static EvalArgument ofTensors(std::vector<rt::Tensor> tensors) { return EvalArgument(std::move(tensors)); }
  static EvalArgument ofInt(int64_t value) { return ofValue(rt::Value::ofInt(value)); }
  static EvalArgument ofBool(bool value) { return ofValue(rt::Value::ofBool(value)); }
  static EvalArgument ofInts(std::vector<int64_t> values) { return EvalArgument(std::move(values)); }
  static EvalArgument ofString(std::string text) { return EvalArgument(std::move(text)); }

  template <typename T> const T *get() const { return std::get_if<T>(&content); }

private:
  template <typename T> explicit EvalArgument(T content) : content(std::move(content)) {}

  std::variant<Absent, rt::Value, std::vector<rt::Tensor>, std::vector<int64_t>, std::string> content;
};

/// Computes `ts::<name>` from its arguments in schema order. Views (slice, permute, broadcast, reshape, as_strided, bitcast, view_as_real,
/// view_as_complex) alias their operand; all others give fresh contiguous tensors. Elementwise primitives of scalars give a scalar. Arguments are
/// checked, so that no call reads or writes out of bounds. Random primitives need the generator.
llvm::Error evaluatePrimitive(llvm::StringRef name, llvm::ArrayRef<EvalArgument> arguments,
                              llvm::SmallVectorImpl<rt::Value> &results, rt::Generator *generator = nullptr);

/// Whether evaluatePrimitive knows the name.
bool canEvaluate(llvm::StringRef name);

} // namespace sconce::ts

#endif
