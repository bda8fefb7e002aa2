#include "runtime/Instance.h"

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

  Value copyTensor(const Value &value) {
    Value twin = tensors.copy(value);
    failed |= twin.isNone();
    remember(value, twin);
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
  TensorCopies tensors;
  int depth = 0;
  const bool sharesTensors;
};

} // namespace

Ref<Storage> TensorCopies::copyStorage(const Ref<Storage> &storage) {
  for (auto &[original, twin] : storages)
    if (original == storage || twin == storage)
      return twin;
  Ref<Storage> twin = Storage::allocate(storage->size());
  if (twin && storage->size())
    std::copy(storage->data(), storage->data() + storage->size(), twin->data());
  if (twin)
    storages.emplace_back(storage, twin);
  return twin;
}

Value TensorCopies::copy(const Value &value) {
  Tensor tensor = value.asTensor();
  if (!tensor.storage())
    return value;
  Ref<Storage> storage = copyStorage(tensor.storage());
  if (!storage)
    return {};
  if (storage == tensor.storage())
    return value;
  Tensor view = Tensor::view(storage, tensor.dtype(), tensor.offset(), tensor.sizes(), tensor.strides());
  if (!view)
    return {};
  view.get()->requiresGrad = tensor.requiresGrad();
  view.get()->isParameter = tensor.isParameter();
  view.get()->quantizer = tensor.get()->quantizer;
  return Value::ofTensor(std::move(view));
}

bool TensorCopies::hasOriginal(const Tensor &tensor) const {
  return std::ranges::any_of(storages, [&](const auto &pair) { return pair.first == tensor.storage(); });
}

Status TensorCopies::copyWithin(Value &value) {
  std::vector<const HeapObject *> seen;
  return copyBelow(value, seen) ? Status::success() : Status::outOfMemory();
}

bool TensorCopies::copyBelow(Value &value, std::vector<const HeapObject *> &seen) {
  if (value.isTensor()) {
    Value twin = copy(value);
    bool isCopied = !twin.isNone();
    if (isCopied)
      value = std::move(twin);
    return isCopied;
  }
  if (value.isTuple()) { // What other names it has cannot be told from a copy.
    const Tuple &tuple = value.asTuple();
    std::vector<Value> elements = tuple.elements;
    bool areCopied = std::ranges::all_of(elements, [&](Value &element) { return copyBelow(element, seen); });
    value = Value::ofTuple(Tuple::create(std::move(elements), tuple.className, tuple.fieldNames));
    return areCopied;
  }
  if (!(value.isList() || value.isDict() || value.isObject()) || std::ranges::find(seen, value.heap()) != seen.end())
    return true;
  seen.push_back(value.heap());
  if (value.isList())
    return std::ranges::all_of(value.asList().elements, [&](Value &element) { return copyBelow(element, seen); });
  if (value.isObject())
    return std::ranges::all_of(value.asObject().slots, [&](auto &slot) { return copyBelow(slot.second, seen); });
  for (const auto &[key, element] : value.asDict().entries()) {
    Value twin = element;
    if (!copyBelow(twin, seen))
      return false;
    value.asDict().set(key, std::move(twin));
  }
  return true;
}

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
