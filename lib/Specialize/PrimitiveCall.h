/// An argument of a primitive, as the evaluator gives it.
#ifndef SCONCE_LIB_SPECIALIZE_PRIMITIVECALL_H
#define SCONCE_LIB_SPECIALIZE_PRIMITIVECALL_H

#include "lib/Specialize/AbstractValue.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <variant>

namespace sconce::specialize {

/// A tensor (as an SSA value), a scalar, a word, or a list of ints or tensors.
class PrimitiveOperand {
public:
  using Ints = llvm::SmallVector<Extent, 4>;
  using Values = llvm::SmallVector<mlir::Value, 4>;

  PrimitiveOperand(mlir::Value tensor) : content(tensor) {}
  PrimitiveOperand(const AbstractValue &scalar) : content(scalar) {}
  PrimitiveOperand(int64_t known) : content(AbstractValue::ofInt(known)) {}
  PrimitiveOperand(llvm::StringRef word) : content(word.str()) {}
  PrimitiveOperand(llvm::ArrayRef<Extent> ints) : content(Ints(ints.begin(), ints.end())) {}
  PrimitiveOperand(llvm::ArrayRef<int64_t> ints) {
    Ints list;
    for (int64_t i : ints)
      list.push_back(Extent::ofInt(i));
    content = std::move(list);
  }
  PrimitiveOperand(llvm::ArrayRef<mlir::Value> tensors) : content(Values(tensors.begin(), tensors.end())) {}

  const mlir::Value *tensor() const { return std::get_if<mlir::Value>(&content); }
  const AbstractValue *scalar() const { return std::get_if<AbstractValue>(&content); }
  const std::string *word() const { return std::get_if<std::string>(&content); }
  const Ints *ints() const { return std::get_if<Ints>(&content); }
  const Values *tensors() const { return std::get_if<Values>(&content); }

private:
  std::variant<mlir::Value, AbstractValue, std::string, Ints, Values> content;
};

} // namespace sconce::specialize

#endif
