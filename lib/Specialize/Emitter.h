/// Emission of specialized IR at the machine's insertion point: constants once
/// for each function, integer arithmetic folded where its operands are known.
#ifndef SCONCE_LIB_SPECIALIZE_EMITTER_H
#define SCONCE_LIB_SPECIALIZE_EMITTER_H

#include "lib/Specialize/AbstractValue.h"
#include "lib/Specialize/IntRanges.h"
#include "lib/Specialize/PrimitiveCall.h"
#include "runtime/Dtype.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

#include <functional>

namespace sconce::specialize {

class Emitter {
public:
  explicit Emitter(mlir::MLIRContext *context) : builder(context) {}

  /// Emission goes into `function` from here on.
  void start(mlir::func::FuncOp function);
  mlir::func::FuncOp function() const { return func; }
  mlir::MLIRContext *context() { return builder.getContext(); }
  mlir::OpBuilder &ops() { return builder; }

  /// What comparisons may rely on.
  IntRanges ranges;

  /// Asks for the location of the op being evaluated, when one is needed.
  std::function<mlir::Location()> currentLocation;
  /// Sees each call of the runtime that the program makes.
  std::function<void(mlir::Operation *)> onRuntimeCall;
  mlir::Location location() { return currentLocation(); }

  /// Emits the primitive `ts.<name>`; a diagnostic and failure when the dialect
  /// refuses the operands.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> primitive(llvm::StringRef name, llvm::ArrayRef<PrimitiveOperand> operands);
  /// The same for one result, where operands are right by construction; a null
  /// value after a diagnostic.
  mlir::Value one(llvm::StringRef name, llvm::ArrayRef<PrimitiveOperand> operands);

  /// Tensors one after the other along a dimension. Where they are the rows of one tensor, in order, it is that tensor in another
  /// shape: lists that a loop fills, and those that unbind() gives, are stacked so.
  mlir::FailureOr<mlir::Value> concatenate(llvm::ArrayRef<mlir::Value> parts, int64_t dim);

  /// A constant at the function's start.
  mlir::Value constant(mlir::TypedAttr attribute);
  /// The SSA value of a scalar.
  mlir::Value materialize(const AbstractValue &scalar);
  /// The extent of a ranked tensor: known from its type, or read at run time.
  Extent extentOf(mlir::Value tensor, size_t dim);
  /// `tensor` as a value of a compatible ranked type.
  mlir::Value cast(mlir::Value tensor, mlir::Type type);

  // Arithmetic on ints with Python's meaning.
  Extent add(const Extent &a, const Extent &b);
  Extent sub(const Extent &a, const Extent &b);
  Extent mul(const Extent &a, const Extent &b);
  Extent floorDiv(const Extent &a, const Extent &b); ///< b is not known to be 0
  Extent minimum(const Extent &a, const Extent &b);
  Extent maximum(const Extent &a, const Extent &b);
  /// Comparison by primitive name: eq ne lt le gt ge.
  AbstractValue compare(llvm::StringRef predicate, const Extent &a, const Extent &b);
  /// Booleans.
  AbstractValue logicalNot(const AbstractValue &a);
  AbstractValue logicalAnd(const AbstractValue &a, const AbstractValue &b);
  /// cond ? a : b on scalars of one kind.
  AbstractValue select(const AbstractValue &condition, const AbstractValue &a, const AbstractValue &b);
  /// An elementwise primitive on scalars of one kind, all as SSA values.
  AbstractValue scalarOp(llvm::StringRef name, llvm::ArrayRef<AbstractValue> operands);
  /// A scalar converted to another kind (bool < int < float < complex; a float
  /// to an int truncates, a number to a bool compares with zero).
  AbstractValue convert(const AbstractValue &scalar, ValueKind kind);

  /// ts.check: raises at run time when `condition` is false. Where there are values, each "{}" of the message stands for the next.
  void check(const AbstractValue &condition, llvm::StringRef message, llvm::StringRef exceptionClass, llvm::ArrayRef<Extent> values = {});
  /// ts.runtime_call with operands of any specialized type.
  mlir::Operation *runtimeCall(llvm::StringRef callee, mlir::TypeRange results, mlir::ValueRange operands);

private:
  mlir::Value joinRows(llvm::ArrayRef<mlir::Value> parts, int64_t dim);

  mlir::OpBuilder builder;
  mlir::func::FuncOp func;
  llvm::DenseMap<mlir::Attribute, mlir::Value> constants;
  llvm::DenseMap<std::pair<mlir::Value, size_t>, mlir::Value> argumentExtents;
};

} // namespace sconce::specialize

#endif
