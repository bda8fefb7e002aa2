/// What a program has written when it raises: PyTorch leaves it in the arguments and the instance.
#ifndef SCONCE_LIB_SPECIALIZE_WRITTEN_H
#define SCONCE_LIB_SPECIALIZE_WRITTEN_H

#include "lib/Specialize/Binding.h"

namespace sconce::specialize {

/// Hands what was written so far to the runtime (sc_rt_keep_written), where the program raises: results and written arguments are left
/// when the call ends, and then it does not get there.
class Written {
public:
  Written(Evaluator &eval, const Binding &binding) : eval(eval), binding(binding) {}

  /// Arguments and state are as they are now when the call begins; `state` are the paths of the state, `types` what it is bound to.
  void start(llvm::ArrayRef<std::string> state, llvm::ArrayRef<rt::Slot> types, size_t numOfArguments);
  /// Whether something was written so far. Checks of operators, most of which never fail, keep no more than `maxKept` values together.
  bool any(bool isCheck);
  /// Whether an attribute was written so far.
  bool writesState();
  /// Emits the calls.
  mlir::LogicalResult keep();
  /// After a call of the runtime that may fail: emits what keeps what was written when it has.
  void keepAfter(mlir::Operation *call);
  /// The types that the state may be left with by calls that raise, at most `maxRaised`.
  const std::vector<std::vector<rt::Slot>> &raised() const { return statesRaised; }

private:
  struct Kept {
    int64_t place, index; ///< as sc_rt_keep_written takes them
    AbstractValue value;
    StorageNode *storage = nullptr; ///< or the content of this one
  };
  std::vector<Kept> find();
  bool isWritten(size_t container) const;
  mlir::LogicalResult noteState(llvm::ArrayRef<Kept> kept);

  Evaluator &eval;
  const Binding &binding;
  llvm::ArrayRef<std::string> state;
  llvm::ArrayRef<rt::Slot> types;
  size_t numOfArguments = 0;
  std::vector<std::vector<AbstractValue>> stateBefore, containersBefore;
  std::vector<std::vector<rt::Slot>> statesRaised;
  size_t keptByChecks = 0;
  bool isKeeping = false;
};

} // namespace sconce::specialize

#endif
