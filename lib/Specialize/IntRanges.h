/// What is known of run-time ints that count iterations.
#ifndef SCONCE_LIB_SPECIALIZE_INTRANGES_H
#define SCONCE_LIB_SPECIALIZE_INTRANGES_H

#include "lib/Specialize/AbstractValue.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

namespace sconce::specialize {

/// The numbers of iterations of loops that stay in the program, extents, remainders of constants, and sums of them: an index
/// that is in range in every iteration needs no check.
class IntRanges {
public:
  /// `index` runs from `first` to before `end`.
  void addIndex(mlir::Value index, int64_t first, const AbstractValue &end);
  void removeIndex(mlir::Value index) { indices.erase(index); }
  /// The most that an int is; nullopt where that is not known.
  std::optional<int64_t> mostOf(const AbstractValue &value) const;
  /// Whether an int may be below 0, where none of `extents` is. Counts of elements are taken not to overflow.
  bool mayBeNegative(const AbstractValue &value, llvm::ArrayRef<AbstractValue> extents) const;
  /// What the comparison (eq ne lt le gt ge) always gives; nullopt where that is not known.
  std::optional<bool> compare(llvm::StringRef predicate, const AbstractValue &a, const AbstractValue &b) const;

private:
  struct Range {
    int64_t least, most; ///< both inclusive
  };
  std::optional<Range> rangeOf(mlir::Value value) const;
  std::optional<Range> rangeOf(const AbstractValue &value) const;
  bool mayBeNegative(mlir::Value value, llvm::ArrayRef<AbstractValue> extents) const;
  bool isBelow(const AbstractValue &a, const AbstractValue &b) const;

  struct Index {
    Range range;
    mlir::Value end; ///< what it is below where that is not known; or null
  };
  llvm::DenseMap<mlir::Value, Index> indices;
};

} // namespace sconce::specialize

#endif
