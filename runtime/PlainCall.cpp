#include "runtime/PlainCall.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sconce::rt {

//===--- What an entry is ---------------------------------------------------===//

static bool isPlainTensor(const Slot &slot) {
  return slot.kind == Slot::Kind::Tensor && slot.isStatic() && slot.strides.empty();
}

static bool isPlainNumber(const Slot &slot) {
  return slot.kind == Slot::Kind::Int || slot.kind == Slot::Kind::Float ||
         slot.kind == Slot::Kind::Bool;
}

/// The leaves of a result; false where it has another kind.
bool PlainEntry::collect(const Slot &slot) {
  if (isPlainTensor(slot) || isPlainNumber(slot)) {
    results.push_back({&slot, dlpackType(slot.dtype)});
    return true;
  }
  if (slot.kind == Slot::Kind::None || slot.kind == Slot::Kind::Constant)
    return true;
  return (slot.kind == Slot::Kind::List || slot.kind == Slot::Kind::Tuple) &&
         std::all_of(slot.children.begin(), slot.children.end(),
                     [&](const Slot &child) { return collect(child); });
}

PlainEntry::PlainEntry(const Signature &signature) : signature(&signature) {
  for (const Slot &slot : signature.inputs) {
    bool isKnown = slot.kind == Slot::Kind::None || slot.kind == Slot::Kind::Constant;
    if (!isKnown && !isPlainTensor(slot) && !isPlainNumber(slot))
      return;
    inputs.push_back({&slot, dlpackType(slot.dtype)});
  }
  if (!signature.stateIn.empty() || !signature.stateOut.empty() || signature.outputs.size() != 1 ||
      !collect(signature.outputs[0]))
    return;
  plain = inputs.size() <= maxWords && results.size() <= maxWords;
}

/// Whether a tensor without gaps or another order of its dimensions has these extents.
static bool hasExtents(const Slot &slot, size_t rank, const int64_t *sizes, const int64_t *strides) {
  if (rank != slot.sizes.size())
    return false;
  int64_t stride = 1;
  for (size_t dim = rank; dim-- > 0;) {
    if (sizes[dim] != slot.sizes[dim] || (strides && strides[dim] != stride && sizes[dim] != 1))
      return false;
    stride *= sizes[dim];
  }
  return true;
}

//===--- Calling ------------------------------------------------------------===//

static sc_status run(sc_context &context, const EntryPoint &entry, void *workspace, void **arguments, void **results) {
  context.clearError();
  Status status = runEntry(context, entry, workspace, arguments, results);
  context.written.clear();
  context.endCall();
  return status.ok() ? SC_OK : context.fail(std::move(status));
}

bool PlainEntry::call(sc_context &context, const EntryPoint &entry, std::span<const Value> values, Value &result,
                      sc_status &status) const {
  if (values.size() != inputs.size())
    return false;
  std::array<void *, maxWords> arguments, words;
  size_t count = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Slot &slot = *inputs[i].slot;
    const Value &value = values[i];
    switch (slot.kind) {
    case Slot::Kind::Tensor: {
      if (!value.isTensor())
        return false;
      const auto &tensor = *static_cast<const TensorObject *>(value.heap());
      if (!tensor.storage || tensor.sparse || tensor.dtype != slot.dtype ||
          !hasExtents(slot, tensor.sizes.size(), tensor.sizes.data(), tensor.strides.data()))
        return false;
      arguments[count++] = tensor.storage->data() + tensor.offset * itemSize(tensor.dtype);
      break;
    }
    case Slot::Kind::Int:
    case Slot::Kind::Bool:
      if (slot.kind == Slot::Kind::Int ? !value.isInt() : !value.isBool())
        return false;
      arguments[count++] = std::bit_cast<void *>(value.asInt());
      break;
    case Slot::Kind::Float:
      if (!value.isDouble() && !value.isInt())
        return false;
      arguments[count++] = std::bit_cast<void *>(value.toDouble());
      break;
    default: // known
      if (value.tag() != slot.constant.tag() || !equal(value, slot.constant))
        return false;
    }
  }
  std::array<Tensor, maxWords> tensors;
  for (size_t i = 0; i < results.size(); ++i) {
    words[i] = nullptr;
    if (results[i].slot->kind != Slot::Kind::Tensor)
      continue;
    tensors[i] = Tensor::empty(results[i].slot->dtype, results[i].slot->sizes);
    if (!tensors[i])
      return false; // the general way says so
    words[i] = tensors[i].data();
  }
  status = run(context, entry, /*workspace=*/nullptr, arguments.data(), words.data());
  if (status == SC_OK) {
    size_t next = 0;
    result = build(signature->outputs[0], tensors, words.data(), next);
  }
  return true;
}

Value PlainEntry::build(const Slot &slot, std::span<Tensor> tensors, void *const *words, size_t &next) const {
  size_t word = next;
  switch (slot.kind) {
  case Slot::Kind::Tensor:
    ++next;
    return Value::ofTensor(std::move(tensors[word]));
  case Slot::Kind::Int:
    ++next;
    return Value::ofInt(std::bit_cast<int64_t>(words[word]));
  case Slot::Kind::Bool:
    ++next;
    return Value::ofBool((std::bit_cast<int64_t>(words[word]) & 1) != 0);
  case Slot::Kind::Float:
    ++next;
    return Value::ofDouble(std::bit_cast<double>(words[word]));
  case Slot::Kind::None:
    return Value();
  case Slot::Kind::Constant:
    return slot.constant;
  default: {
    std::vector<Value> elements;
    elements.reserve(slot.children.size());
    for (const Slot &child : slot.children)
      elements.push_back(build(child, tensors, words, next));
    return buildAggregate(slot, std::move(elements));
  }
  }
}

bool PlainEntry::fits(const Leaf &leaf, const DLTensor &tensor) const {
  return tensor.device.device_type == kDLCPU && tensor.dtype.code == leaf.dtype.code &&
         tensor.dtype.bits == leaf.dtype.bits && tensor.dtype.lanes == 1 && leaf.dtype.bits != 0 && tensor.ndim >= 0 &&
         hasExtents(*leaf.slot, static_cast<size_t>(tensor.ndim), tensor.shape, tensor.strides);
}

bool PlainEntry::call(sc_context &context, const EntryPoint &entry, const void *const *given, void *const *destinations,
                      void *workspace, sc_status &status) const {
  std::array<void *, maxWords> arguments, words;
  size_t count = 0;
  for (const Leaf &leaf : inputs) {
    switch (leaf.slot->kind) {
    case Slot::Kind::Tensor: {
      const auto &tensor = *static_cast<const DLTensor *>(given[count]);
      if (!fits(leaf, tensor))
        return false;
      arguments[count++] = static_cast<uint8_t *>(tensor.data) + tensor.byte_offset;
      break;
    }
    case Slot::Kind::Int:
      arguments[count] = std::bit_cast<void *>(*static_cast<const int64_t *>(given[count]));
      ++count;
      break;
    case Slot::Kind::Float:
      arguments[count] = std::bit_cast<void *>(*static_cast<const double *>(given[count]));
      ++count;
      break;
    case Slot::Kind::Bool:
      arguments[count] = std::bit_cast<void *>(int64_t(*static_cast<const int32_t *>(given[count]) != 0));
      ++count;
      break;
    default: // known, and not given
      break;
    }
  }
  for (size_t i = 0; i < results.size(); ++i) {
    words[i] = nullptr;
    if (results[i].slot->kind != Slot::Kind::Tensor)
      continue;
    const auto &tensor = *static_cast<const DLTensor *>(destinations[i]);
    if (!fits(results[i], tensor))
      return false;
    words[i] = static_cast<uint8_t *>(tensor.data) + tensor.byte_offset;
  }
  status = run(context, entry, workspace, arguments.data(), words.data());
  if (status != SC_OK)
    return true;
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].slot->kind == Slot::Kind::Bool)
      *static_cast<int32_t *>(destinations[i]) = words[i] != nullptr;
    else if (results[i].slot->kind != Slot::Kind::Tensor)
      *static_cast<void **>(destinations[i]) = words[i];
  }
  return true;
}

} // namespace sconce::rt
