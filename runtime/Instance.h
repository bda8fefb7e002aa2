/// An instance of a model: the values of the attributes that its methods write.
#ifndef SCONCE_RUNTIME_INSTANCE_H
#define SCONCE_RUNTIME_INSTANCE_H

#include "runtime/Status.h"
#include "runtime/Tensor.h"
#include "runtime/Value.h"

#include <span>
#include <string>
#include <vector>

namespace sconce::rt {

/// A copy that shares nothing mutable: tensors, lists, dicts and objects are
/// copied, and what was one object stays one. None of it where memory runs out.
Result<Value> deepCopy(const Value &value);
/// The same for several values that may share.
Result<std::vector<Value>> deepCopy(std::span<const Value> values);

/// A copy of lists, dicts, tuples and objects that shares the tensors.
Result<Value> copyStructure(const Value &value);

/// Tensors with memory of their own: what shares memory goes on sharing it, also with what was copied before.
class TensorCopies {
public:
  /// The copy of a tensor; None where memory runs out. A copy's copy is the copy.
  Value copy(const Value &tensor);
  /// Whether the tensor is on memory of which there is a copy.
  bool hasOriginal(const Tensor &tensor) const;
  /// Copies the tensors that a value holds; lists, dicts and objects stay what they are.
  Status copyWithin(Value &value);

private:
  Ref<Storage> copyStorage(const Ref<Storage> &storage);
  bool copyBelow(Value &value, std::vector<const HeapObject *> &seen);

  std::vector<std::pair<Ref<Storage>, Ref<Storage>>> storages;
};

/// State slots by name, with what they were at the start.
class Instance {
public:
  static Result<Instance> create(std::vector<std::string> names, std::vector<Value> initial);

  /// Back to the initial values.
  Status reset();
  /// An instance of its own with the current values.
  Result<Instance> clone() const;

  size_t size() const { return state.size(); }
  const std::vector<std::string> &names() const { return slotNames; }
  /// The slot's value, or null where there is none of that name.
  const Value *read(std::string_view name) const;
  /// Replaces the slot's value.
  Status write(std::string_view name, Value value);

  /// The current values, in the order of the signature's state slots.
  std::vector<Value> state;

private:
  std::vector<std::string> slotNames;
  std::vector<Value> initial;
};

} // namespace sconce::rt

#endif
