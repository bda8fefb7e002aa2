/// Calls of entries whose arguments and results are tensors of known extents and numbers, and that have no state: most
/// calls of most models. They take no memory but that of new results, no lock, and nothing of the system.
#ifndef SCONCE_RUNTIME_PLAINCALL_H
#define SCONCE_RUNTIME_PLAINCALL_H

#include "runtime/Entry.h"
#include "sconce-c/Tensor.h"

#include <span>
#include <vector>

namespace sconce::rt {

/// What is known of an entry before its calls. The signature must outlive it.
class PlainEntry {
public:
  PlainEntry() = default;
  explicit PlainEntry(const Signature &signature);

  /// Frames of calls lie on the stack, so they have so many arguments and results at most.
  static constexpr size_t maxWords = 64;

  /// Whether the entry is one: the functions below are for those alone.
  bool isPlain() const { return plain; }

  /// Calls it with values. False where one is not what the signature says as it lies there: then nothing has happened, and
  /// the general way makes it fit or says what is wrong. `status` is the call's; the context has the error.
  bool call(sc_context &context, const EntryPoint &entry, std::span<const Value> inputs, Value &result,
            sc_status &status) const;

  /// The same on the caller's own memory, see sc_call_entry.
  bool call(sc_context &context, const EntryPoint &entry, const void *const *arguments, void *const *destinations,
            void *workspace, sc_status &status) const;

private:
  /// A tensor or number among the arguments or results.
  struct Leaf {
    const Slot *slot;
    DLDataType dtype;
  };

  bool collect(const Slot &slot);
  bool fits(const Leaf &leaf, const DLTensor &tensor) const;
  Value build(const Slot &slot, std::span<Tensor> tensors, void *const *words, size_t &next) const;

  bool plain = false;
  const Signature *signature = nullptr;
  std::vector<Leaf> inputs;  ///< as in the signature, constants among them
  std::vector<Leaf> results; ///< in the order of the frame's words
};

} // namespace sconce::rt

#endif
