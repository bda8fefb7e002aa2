// The primitives as the operator library sees them: by name, schema and arguments.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_PRIMITIVES_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_PRIMITIVES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <variant>

namespace sconce::ts {

/// One argument of a primitive's schema.
struct PrimitiveParameter {
  enum class Kind { Tensor, TensorList, Int, IntList, Float, Bool, Scalar, String };
  llvm::StringRef name;
  Kind kind;
  /// Must be known at compile time.
  bool isKnown;
};

struct PrimitiveInfo {
  /// Without namespace: "reduce".
  llvm::StringRef name;
  /// "ts::reduce(Tensor x, int[] dims, str kind) -> Tensor".
  llvm::StringRef schema;
  llvm::SmallVector<PrimitiveParameter, 4> parameters;
  unsigned numResults;
};

/// All primitives, in alphabetical order. Does not need a context.
llvm::ArrayRef<PrimitiveInfo> allPrimitives();
/// By name without namespace; `and_`, `or_` and `not_` are also found (Python's keywords). Null when there is none.
const PrimitiveInfo *findPrimitive(llvm::StringRef name);

/// An int that is known, or an i64 value.
struct MixedInt {
  MixedInt(int64_t known) : known(known) {}
  MixedInt(mlir::Value value) : known(0), value(value) {}
  int64_t known;
  mlir::Value value;
};

/// The value of one argument.
class PrimitiveArgument {
public:
  struct Absent {};
  using Values = llvm::SmallVector<mlir::Value, 4>;
  using Ints = llvm::SmallVector<MixedInt, 4>;

  PrimitiveArgument() = default;
  static PrimitiveArgument ofValue(mlir::Value value) { return PrimitiveArgument(value); }
  static PrimitiveArgument ofValues(mlir::ValueRange values) { return PrimitiveArgument(Values(values)); }
  static PrimitiveArgument ofInt(int64_t known) { return PrimitiveArgument(known); }
  static PrimitiveArgument ofFloat(double known) { return PrimitiveArgument(known); }
  static PrimitiveArgument ofBool(bool known) { return PrimitiveArgument(known); }
  static PrimitiveArgument ofString(llvm::StringRef known) { return PrimitiveArgument(known.str()); }
  static PrimitiveArgument ofInts(llvm::ArrayRef<MixedInt> ints) { return PrimitiveArgument(Ints(ints)); }
  static PrimitiveArgument ofInts(llvm::ArrayRef<int64_t> ints) {
    Ints mixed;
    for (int64_t i : ints)
      mixed.push_back(i);
    return PrimitiveArgument(std::move(mixed));
  }

  template <typename T> const T *get() const { return std::get_if<T>(&content); }

private:
  template <typename T> explicit PrimitiveArgument(T content) : content(std::move(content)) {}

  std::variant<Absent, mlir::Value, Values, int64_t, double, bool, std::string, Ints> content;
};

/// Builds `ts.<name>` from its arguments in schema order: known scalars become constants where an operand is wanted, result types are inferred,
/// the operation is verified. Reports at `loc` and fails, with nothing left behind, where the arguments do not fit.
mlir::FailureOr<mlir::Operation *> buildPrimitive(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                                                  llvm::ArrayRef<PrimitiveArgument> arguments);

} // namespace sconce::ts

#endif
