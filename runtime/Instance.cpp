#include "runtime/Instance.h"

#include "runtime/Tensor.h"

#include <algorithm>

namespace sconce::rt {
namespace {

class Copier {
public:
  explicit Copier(bool sharesTensors = false) : sharesTensors(sharesTensors) {}

  bool failed = false;

  Value copy(const Value &value) {
    switch (value.tag()) {
    case SC_TENSOR:
    case SC_LIST:
    case SC_TUPLE:
    case SC_DICT:
    case SC_OBJECT:
      break;
    default: // immutable
      return value;
    }
    for (auto &[original, twin] : done)
      if (original == value.heap())
        return twin;
    if (++depth > maxDepth) {
      failed = true;
      return {};
    }
    Value twin = copyHeap(value);
    --depth;
    return twin;
  }

private:
  static constexpr int maxDepth = 1000;

  void remember(const Value &original, const Value &twin) {
    done.emplace_back(original.heap(), twin);
  }

  /// Tensors on one storage stay on one storage.
  Value copyTensor(const Value &value) {
    Tensor tensor = value.asTensor();
    Value twin = value;
    if (tensor.storage()) {
      Ref<Storage> storage = copyStorage(tensor.storage());
      Tensor view =
          Tensor::view(storage, tensor.dtype(), tensor.offset(), tensor.sizes(), tensor.strides());
      failed |= !view;
      if (view) {
        view.get()->requiresGrad = tensor.requiresGrad();
        view.get()->isParameter = tensor.isParameter();
        view.get()->quantizer = tensor.get()->quantizer;
      }
      twin = Value::ofTensor(std::move(view));
    }
    remember(value, twin);
    return twin;
  }

  Ref<Storage> copyStorage(const Ref<Storage> &storage) {
    for (auto &[original, twin] : storages)
      if (original == storage)
        return twin;
    Ref<Storage> twin = Storage::allocate(storage->size());
    if (twin && storage->size())
      std::copy(storage->data(), storage->data() + storage->size(), twin->data());
    storages.emplace_back(storage, twin);
    return twin;
  }

  Value copyHeap(const Value &value) {
    if (value.isTensor())
      return sharesTensors ? value : copyTensor(value);
    if (value.isTuple()) {
      const Tuple &tuple = value.asTuple();
      std::vector<Value> elements;
      for (const Value &element : tuple.elements)
        elements.push_back(copy(element));
      Value twin =
          Value::ofTuple(Tuple::create(std::move(elements), tuple.className, tuple.fieldNames));
      remember(value, twin);
      return twin;
    }
    if (value.isList()) {
      Value twin = Value::ofList(value.asList().elementType, {});
      remember(value, twin);
      for (const Value &element : value.asList().elements)
        twin.asList().elements.push_back(copy(element));
      return twin;
    }
    if (value.isDict()) {
      Value twin = Value::ofDict(Dict::create(value.asDict().keyType, value.asDict().valueType));
      remember(value, twin);
      for (auto &[key, element] : value.asDict().entries())
        twin.asDict().set(key, copy(element));
      return twin;
    }
    Value twin = Value::ofObject(Object::create(value.asObject().className));
    remember(value, twin);
    for (auto &[name, attribute] : value.asObject().slots)
      twin.asObject().slots.emplace_back(name, copy(attribute));
    return twin;
  }

  std::vector<std::pair<const HeapObject *, Value>> done;
  std::vector<std::pair<Ref<Storage>, Ref<Storage>>> storages;
  int depth = 0;
  const bool sharesTensors;
};

} // namespace

Result<std::vector<Value>> deepCopy(std::span<const Value> values) {
  Copier copier;
  std::vector<Value> copies;
  for (const Value &value : values)
    copies.push_back(copier.copy(value));
  if (copier.failed)
    return Status::outOfMemory();
  return copies;
}

Result<Value> deepCopy(const Value &value) {
  Result<std::vector<Value>> copies = deepCopy(std::span(&value, 1));
  if (!copies)
    return copies.status();
  return std::move((*copies)[0]);
}

Result<Value> copyStructure(const Value &value) {
  Copier copier(/*sharesTensors=*/true);
  Value copy = copier.copy(value);
  if (copier.failed)
    return Status::outOfMemory("nested too deep to copy");
  return copy;
}

Result<Instance> Instance::create(std::vector<std::string> names, std::vector<Value> initial) {
  Instance instance;
  if (names.size() != initial.size())
    return Status::invalid("expected one name for each state value");
  instance.slotNames = std::move(names);
  instance.initial = std::move(initial);
  if (Status status = instance.reset(); !status.ok())
    return status;
  return instance;
}

Status Instance::reset() {
  Result<std::vector<Value>> copies = deepCopy(initial);
  if (!copies)
    return copies.status();
  state = std::move(*copies);
  return Status::success();
}

Result<Instance> Instance::clone() const {
  Instance other;
  other.slotNames = slotNames;
  other.initial = initial;
  Result<std::vector<Value>> copies = deepCopy(state);
  if (!copies)
    return copies.status();
  other.state = std::move(*copies);
  return other;
}

const Value *Instance::read(std::string_view name) const {
  for (size_t i = 0; i < slotNames.size(); ++i)
    if (slotNames[i] == name)
      return &state[i];
  return nullptr;
}

Status Instance::write(std::string_view name, Value value) {
  for (size_t i = 0; i < slotNames.size(); ++i)
    if (slotNames[i] == name) {
      state[i] = std::move(value);
      return Status::success();
    }
  return Status::invalid("the model writes no attribute '" + std::string(name) + "'");
}

} // namespace sconce::rt
