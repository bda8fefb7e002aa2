/// Calls compiled entry points with values: matches them against a signature,
/// packs them into an sc_frame and unpacks what comes back.
#ifndef SCONCE_RUNTIME_ENTRY_H
#define SCONCE_RUNTIME_ENTRY_H

#include "runtime/Context.h"
#include "runtime/Signature.h"
#include "runtime/Tensor.h"
#include "sconce-c/Entry.h"

#include <span>

namespace sconce::rt {

/// Whether a value fits a slot; the status says where and why not
/// ("argument 0: expected dtype float32, got int64").
Status matchSlot(const Slot &slot, const Value &value, const std::string &where);
/// Whether inputs and state fit the signature.
Status match(const Signature &signature, std::span<const Value> inputs,
             std::span<const Value> state);

/// Whether no tensor of the inputs or the state, which match, would have to be copied for its strides: `reshape` of a copy may alias
/// where that of the tensor copies, so that a method compiled for other strides may write elsewhere. One of run-time extents is taken
/// whatever its strides.
bool hasStrides(const std::vector<Slot> &slots, std::span<const Value> values);

/// The tensor of a slot whose words in a frame's arguments these are, its address and its run-time extents. It borrows the memory;
/// undefined without memory for itself.
Tensor borrowTensor(const Slot &slot, void *const *words);

/// The list, tuple, dict or object of a slot, from its children's values.
Value buildAggregate(const Slot &slot, std::vector<Value> elements);

/// The frame of one call and what it must keep alive.
class FrameBuilder {
public:
  explicit FrameBuilder(const Signature &signature) : signature(signature) {}

  /// Fills in `args` from values that match.
  Status packArguments(std::span<const Value> inputs, std::span<const Value> state);
  /// Allocates results of known size and fills in their destinations.
  Status allocateResults();
  /// The same for the new state alone: the caller has filled in the outputs' destinations.
  Status allocateState();
  /// Copies tensors that the callee wrote back into arguments that were copied.
  void writeBack();
  /// Gives the lists and dicts of the arguments that the callee wrote their new contents, which `outputs` has behind the results.
  void giveContents(std::vector<Value> &outputs);
  /// After a call that raised: gives the arguments and the state what the callee had written until then.
  void giveWritten(sc_context &context, std::vector<Value> &state);
  /// Builds the results' values; `stateOut` gets the new state.
  Status unpackResults(sc_context &context, std::vector<Value> &outputs,
                       std::vector<Value> &stateOut);

  /// Builds the new state's values alone; `word` is the first of them.
  Status unpackState(sc_context &context, size_t word, std::vector<Value> &stateOut);

  std::vector<void *> arguments;
  std::vector<void *> results;

private:
  struct Argument {
    Value original;
    Tensor passed;
    bool written;
  };

  Status packSlot(const Slot &slot, const Value &value);
  Status packTensor(const Slot &slot, const Tensor &tensor);
  Status allocateSlot(const Slot &slot);
  Status unpackSlot(const Slot &slot, sc_context &context, size_t &word, Value &value);
  Status unpackTensor(const Slot &slot, sc_context &context, size_t &word, Value &value);
  static Status unpackView(const Slot &slot, const Argument &argument, Value &value);
  Status unpackAggregate(const Slot &slot, sc_context &context, size_t &word, Value &value);
  void pushInt(int64_t number);
  void pushDouble(double number);
  int64_t resultInt(size_t word) const;
  double resultDouble(size_t word) const;

  const Signature &signature;
  std::vector<Argument> tensors; ///< flat order, what `a<k>` counts
  std::vector<std::pair<const Slot *, Value>> containers; ///< of the arguments, what `A<k>` counts
  std::vector<Tensor> destinations;
  size_t nextDestination = 0;
};

/// What callEntry needs to know about a compiled entry.
struct EntryPoint {
  sc_entry_fn function = nullptr;
  const Signature *signature = nullptr;
  int64_t workspaceBytes = 0;
  const void *const *weights = nullptr;
};

/// Runs an entry on a frame of these words, in the context's memory where `workspace` is null.
Status runEntry(sc_context &context, const EntryPoint &entry, void *workspace, void **arguments, void **results);

/// Matches, packs, calls and unpacks. `state` is replaced on success; when the program raises, what it wrote until then is in it. On
/// failure the context holds the error too.
Status callEntry(sc_context &context, const EntryPoint &entry, std::span<const Value> inputs,
                 std::vector<Value> &state, std::vector<Value> &outputs);

} // namespace sconce::rt

#endif
