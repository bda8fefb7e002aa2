#include "runtime/Entry.h"
#include "runtime/Compiled.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sconce::rt {

static_assert(sizeof(void *) == 8, "frames have words of 8 bytes");

//===--- Packing ------------------------------------------------------------===//

void FrameBuilder::pushInt(int64_t number) { arguments.push_back(std::bit_cast<void *>(number)); }
void FrameBuilder::pushDouble(double number) { arguments.push_back(std::bit_cast<void *>(number)); }

Status FrameBuilder::packTensor(const Slot &slot, const Tensor &tensor) {
  Tensor passed = tensor;
  if (slot.strides.empty())
    passed = tensor.contiguous();
  else if (tensor.strides() != slot.strides) {
    int64_t reach = 1;
    for (size_t dim = 0; dim < slot.sizes.size(); ++dim)
      reach += (std::max<int64_t>(tensor.size(dim), 1) - 1) * slot.strides[dim];
    Tensor whole = Tensor::empty(tensor.dtype(), {reach});
    passed = whole ? whole.asStrided(tensor.sizes(), slot.strides, 0) : Tensor();
    if (passed)
      passed.copyFrom(tensor);
  }
  if (!passed)
    return Status::outOfMemory();
  arguments.push_back(passed.data());
  for (size_t dim = 0; dim < slot.sizes.size(); ++dim)
    if (slot.sizes[dim] == Slot::dynamic)
      pushInt(tensor.size(dim));
  tensors.push_back({Value::ofTensor(tensor), passed, slot.written});
  return Status::success();
}

Status FrameBuilder::packSlot(const Slot &slot, const Value &value) {
  using Kind = Slot::Kind;
  switch (slot.kind) {
  case Kind::Tensor:
    return packTensor(slot, value.asTensor());
  case Kind::Int:
  case Kind::Bool:
    pushInt(value.asInt());
    return Status::success();
  case Kind::Float:
    pushDouble(value.toDouble());
    return Status::success();
  case Kind::Complex:
    pushDouble(value.toComplex().real());
    pushDouble(value.toComplex().imag());
    return Status::success();
  case Kind::Runtime:
  case Kind::Text:
  case Kind::AnyList:
  case Kind::AnyDict:
  case Kind::Union:
    pushInt(value.raw().tag);
    pushInt(value.raw().as.i);
    return Status::success();
  case Kind::List:
  case Kind::Tuple: {
    const auto &elements =
        slot.kind == Kind::List ? value.asList().elements : value.asTuple().elements;
    for (size_t i = 0; i < slot.children.size(); ++i)
      if (Status status = packSlot(slot.children[i], elements[i]); !status.ok())
        return status;
    return Status::success();
  }
  case Kind::Dict: {
    auto entries = value.asDict().entries();
    for (size_t i = 0; i < entries.size(); ++i)
      if (Status status = packSlot(slot.children[2 * i + 1], entries[i].second); !status.ok())
        return status;
    return Status::success();
  }
  case Kind::Object:
    for (size_t i = 0; i < slot.children.size(); ++i)
      if (Status status = packSlot(slot.children[i], *value.asObject().find(slot.names[i]));
          !status.ok())
        return status;
    return Status::success();
  default:
    return Status::success();
  }
}

Status FrameBuilder::packArguments(std::span<const Value> inputs, std::span<const Value> state) {
  arguments.reserve(signature.argumentWords());
  for (size_t i = 0; i < inputs.size(); ++i)
    if (Status status = packSlot(signature.inputs[i], inputs[i]); !status.ok())
      return status;
  for (size_t i = 0; i < inputs.size(); ++i)
    collectContainers(signature.inputs[i], inputs[i], containers);
  for (size_t i = 0; i < state.size(); ++i)
    if (Status status = packSlot(signature.stateIn[i], state[i]); !status.ok())
      return status;
  return Status::success();
}

void FrameBuilder::writeBack() {
  for (const Argument &argument : tensors)
    if (Tensor original = argument.original.asTensor();
        argument.written && !argument.passed.isSame(original))
      original.copyFrom(argument.passed);
}

/// The caller's list or dict stays the same one.
static void replaceContents(const Value &container, const Value &contents) {
  if (container.isList() && contents.isList()) {
    container.asList().elements = contents.asList().elements;
  } else if (container.isDict() && contents.isDict()) {
    container.asDict().clear();
    for (const auto &[key, value] : contents.asDict().entries())
      container.asDict().set(key, value);
  }
}

void FrameBuilder::giveContents(std::vector<Value> &outputs) {
  size_t count = 0;
  for (const auto &[slot, container] : containers)
    count += slot->written;
  size_t results = outputs.size() - std::min(count, outputs.size()), next = results;
  for (const auto &[slot, container] : containers)
    if (slot->written && next < outputs.size())
      replaceContents(container, outputs[next++]);
  outputs.resize(results);
}

void FrameBuilder::giveWritten(sc_context &context, std::vector<Value> &state) {
  if (context.written.empty())
    return;
  writeBack();
  for (const sc_context::Written &written : context.written) {
    if (written.place == SC_RT_KEEP_CONTAINER && written.number < containers.size())
      replaceContents(containers[written.number].second, written.value);
    else if (written.place == SC_RT_KEEP_STATE && written.number < state.size())
      state[written.number] = written.value;
  }
  context.written.clear();
}

//===--- Results ------------------------------------------------------------===//

Status FrameBuilder::allocateSlot(const Slot &slot) {
  if (slot.kind != Slot::Kind::Tensor) {
    if (slot.children.empty() || slot.isHeld()) {
      results.resize(results.size() + slot.resultWords());
      return Status::success();
    }
    for (const Slot &child : slot.children)
      if (Status status = allocateSlot(child); !status.ok())
        return status;
    return Status::success();
  }
  if (!slot.isStatic()) {
    results.resize(results.size() + slot.resultWords());
    return Status::success();
  }
  Tensor tensor = Tensor::empty(slot.dtype, slot.sizes);
  if (tensor && !slot.strides.empty() && slot.isPermuted()) {
    // The same bytes seen through a permutation of the extents.
    tensor = Tensor::view(tensor.storage(), slot.dtype, 0, slot.sizes, slot.strides);
    if (!tensor)
      return Status::invalid("a result's strides do not fit its extents: " + printSlot(slot));
  }
  if (!tensor)
    return Status::outOfMemory();
  results.push_back(tensor.data());
  destinations.push_back(std::move(tensor));
  return Status::success();
}

Status FrameBuilder::allocateResults() {
  results.reserve(signature.resultWords());
  for (const Slot &slot : signature.outputs)
    if (Status status = allocateSlot(slot); !status.ok())
      return status;
  return allocateState();
}

Status FrameBuilder::allocateState() {
  for (const Slot &slot : signature.stateOut)
    if (Status status = allocateSlot(slot); !status.ok())
      return status;
  return Status::success();
}

int64_t FrameBuilder::resultInt(size_t word) const { return std::bit_cast<int64_t>(results[word]); }
double FrameBuilder::resultDouble(size_t word) const {
  return std::bit_cast<double>(results[word]);
}

/// A result with the strides that its slot says: a copy in memory that reaches as far where these leave gaps or overlap.
static Tensor layOut(const Slot &slot, const Tensor &tensor) {
  if (slot.strides.empty() || tensor.strides() == slot.strides)
    return tensor;
  int64_t reach = 1;
  for (size_t dim = 0; dim < slot.sizes.size(); ++dim)
    reach += (slot.sizes[dim] - 1) * slot.strides[dim];
  Tensor memory = Tensor::empty(slot.dtype, {reach});
  Tensor view = memory ? memory.asStrided(slot.sizes, slot.strides, 0) : Tensor();
  if (!view)
    return {};
  // What lies in the gaps would be seen in the storage.
  std::memset(memory.data(), 0, memory.storage()->size());
  view.copyFrom(tensor);
  return view;
}

/// A tensor whose extents the callee found: its memory goes over to a storage.
Status FrameBuilder::unpackTensor(const Slot &slot, sc_context &context, size_t &word,
                                  Value &value) {
  if (slot.isStatic()) {
    ++word;
    Tensor tensor = layOut(slot, destinations[nextDestination++]);
    if (!tensor)
      return Status::outOfMemory();
    value = Value::ofTensor(std::move(tensor));
    return Status::success();
  }
  void *data = results[word++];
  std::vector<int64_t> sizes = slot.sizes;
  for (int64_t &size : sizes)
    if (size == Slot::dynamic)
      size = resultInt(word++);
  Ref<Storage> storage = context.releaseResult(data);
  std::vector<int64_t> strides = slot.strides.empty() ? contiguousStrides(sizes) : slot.strides;
  Tensor tensor =
      Tensor::view(std::move(storage), slot.dtype, 0, std::move(sizes), std::move(strides));
  if (!tensor)
    return {SC_INTERNAL, "", "a result's memory does not fit its extents"};
  value = Value::ofTensor(std::move(tensor));
  return Status::success();
}

Value buildAggregate(const Slot &slot, std::vector<Value> elements) {
  switch (slot.kind) {
  case Slot::Kind::List:
    return Value::ofList(slot.typeText, std::move(elements));
  case Slot::Kind::Tuple:
    return Value::ofTuple(Tuple::create(std::move(elements), slot.className, slot.names));
  case Slot::Kind::Dict: {
    Ref<Dict> dict = Dict::create(slot.typeText, slot.valueType);
    for (size_t i = 0; i + 1 < elements.size(); i += 2)
      dict->set(elements[i], elements[i + 1]);
    return Value::ofDict(std::move(dict));
  }
  default: {
    Ref<Object> object = Object::create(slot.className);
    for (size_t i = 0; i < elements.size(); ++i)
      object->set(slot.names[i], std::move(elements[i]));
    return Value::ofObject(std::move(object));
  }
  }
}

Status FrameBuilder::unpackAggregate(const Slot &slot, sc_context &context, size_t &word,
                                     Value &value) {
  std::vector<Value> elements(slot.children.size());
  for (size_t i = 0; i < elements.size(); ++i)
    if (Status status = unpackSlot(slot.children[i], context, word, elements[i]); !status.ok())
      return status;
  value = buildAggregate(slot, std::move(elements));
  return Status::success();
}

/// What lies otherwise than the entry takes it was copied; its views are of the copy.
Status FrameBuilder::unpackView(const Slot &slot, const Argument &argument, Value &value) {
  if (!slot.view) {
    value = argument.original;
    return Status::success();
  }
  const Tensor &whole = argument.passed;
  Tensor view = Tensor::view(whole.storage(), whole.dtype(), whole.offset() + slot.view->offset, slot.view->sizes, slot.view->strides);
  if (!view)
    return {SC_INTERNAL, "", "a result that is a view of an argument does not lie in it"};
  value = Value::ofTensor(std::move(view));
  return Status::success();
}

Status FrameBuilder::unpackSlot(const Slot &slot, sc_context &context, size_t &word, Value &value) {
  using Kind = Slot::Kind;
  switch (slot.kind) {
  case Kind::None:
    value = Value::none();
    return Status::success();
  case Kind::Tensor:
    return unpackTensor(slot, context, word, value);
  case Kind::Int:
    value = Value::ofInt(resultInt(word++));
    return Status::success();
  case Kind::Bool:
    value = Value::ofBool((resultInt(word++) & 1) != 0);
    return Status::success();
  case Kind::Float:
    value = Value::ofDouble(resultDouble(word++));
    return Status::success();
  case Kind::Complex:
    value = Value::ofComplex(resultDouble(word), resultDouble(word + 1));
    word += 2;
    return Status::success();
  case Kind::Constant:
    value = slot.constant;
    return Status::success();
  case Kind::Enum:
    value = Value::ofEnum(EnumMember::create(slot.className, slot.names[0], Value()));
    return Status::success();
  case Kind::Runtime:
  case Kind::Text:
  case Kind::AnyList:
  case Kind::AnyDict:
  case Kind::Union: {
    sc_value raw{static_cast<uint32_t>(resultInt(word)), 0, {resultInt(word + 1)}};
    value = Value::adopt(raw);
    word += 2;
    return Status::success();
  }
  case Kind::Alias:
    if (static_cast<size_t>(slot.alias) >= tensors.size())
      return {SC_INTERNAL, "", "a result names a tensor argument that does not exist"};
    return unpackView(slot, tensors[static_cast<size_t>(slot.alias)], value);
  case Kind::Same:
    if (static_cast<size_t>(slot.alias) >= containers.size())
      return {SC_INTERNAL, "", "a result names a list or dict of the arguments that does not exist"};
    value = containers[static_cast<size_t>(slot.alias)].second;
    return Status::success();
  case Kind::List:
  case Kind::Tuple:
  case Kind::Dict:
  case Kind::Object:
    return unpackAggregate(slot, context, word, value);
  }
  return {SC_INTERNAL, "", "unknown kind of slot"};
}

Status FrameBuilder::unpackResults(sc_context &context, std::vector<Value> &outputs,
                                   std::vector<Value> &stateOut) {
  size_t word = 0;
  outputs.assign(signature.outputs.size(), Value());
  for (size_t i = 0; i < outputs.size(); ++i)
    if (Status status = unpackSlot(signature.outputs[i], context, word, outputs[i]); !status.ok())
      return status;
  return unpackState(context, word, stateOut);
}

Status FrameBuilder::unpackState(sc_context &context, size_t word, std::vector<Value> &stateOut) {
  stateOut.assign(signature.stateOut.size(), Value());
  for (size_t i = 0; i < stateOut.size(); ++i)
    if (Status status = unpackSlot(signature.stateOut[i], context, word, stateOut[i]); !status.ok())
      return status;
  return Status::success();
}

//===--- Calling ------------------------------------------------------------===//

/// The words of a frame's arguments that are one tensor.
struct TensorWords {
  const Slot *slot;
  void **words;
};

Tensor borrowTensor(const Slot &slot, void *const *words) {
  void *data = *words++;
  std::vector<int64_t> sizes = slot.sizes;
  for (int64_t &size : sizes)
    if (size == Slot::dynamic)
      size = std::bit_cast<int64_t>(*words++);
  std::vector<int64_t> strides = slot.strides.empty() ? contiguousStrides(sizes) : slot.strides;
  int64_t reach = 1;
  for (size_t dim = 0; dim < sizes.size(); ++dim)
    reach += (std::max<int64_t>(sizes[dim], 1) - 1) * strides[dim];
  Ref<Storage> memory = Storage::borrow(data, static_cast<size_t>(reach * itemSize(slot.dtype)));
  return memory ? Tensor::view(std::move(memory), slot.dtype, 0, std::move(sizes), std::move(strides)) : Tensor();
}

static void collectTensors(const Slot &slot, void **&words, std::vector<TensorWords> &tensors) {
  if (slot.kind == Slot::Kind::Tensor)
    tensors.push_back({&slot, words});
  if (slot.kind == Slot::Kind::Tensor || slot.isHeld() || slot.children.empty()) {
    words += slot.argumentWords();
    return;
  }
  for (const Slot &child : slot.children)
    collectTensors(child, words, tensors);
}

/// Gives tensor arguments what an entry that raised had written to them.
static void giveWrittenTensors(const sc_context &context, const EntryPoint &entry, void **arguments) {
  std::vector<TensorWords> tensors;
  for (const Slot &slot : entry.signature->inputs)
    collectTensors(slot, arguments, tensors);
  for (const sc_context::Written &written : context.written) {
    if (written.place != SC_RT_KEEP_ARGUMENT || written.number >= tensors.size() || !written.value.isTensor())
      continue;
    Tensor target = borrowTensor(*tensors[written.number].slot, tensors[written.number].words);
    if (target && target.sizes() == written.value.asTensor().sizes())
      target.copyFrom(written.value.asTensor());
  }
}

Status runEntry(sc_context &context, const EntryPoint &entry, void *workspace, void **arguments, void **results) {
  if (!workspace)
    workspace = context.workspaceOf(static_cast<size_t>(std::max<int64_t>(entry.workspaceBytes, 0)));
  if (!workspace)
    return Status::outOfMemory("not enough memory for a workspace of " + std::to_string(entry.workspaceBytes) + " bytes");
  sc_frame frame{&context, workspace, entry.weights, arguments, results};
  context.written.clear();
  int32_t code = entry.function(&frame);
  if (code == SC_OK)
    return Status::success();
  if (!context.written.empty())
    giveWrittenTensors(context, entry, arguments);
  return context.error.ok() ? Status{static_cast<sc_status>(code), "", "the entry failed without a message"} : context.error;
}

/// Everything between matching and the end of the call.
static Status callMatched(sc_context &context, const EntryPoint &entry,
                          std::span<const Value> inputs, std::vector<Value> &state,
                          std::vector<Value> &outputs) {
  FrameBuilder builder(*entry.signature);
  if (Status status = builder.packArguments(inputs, state); !status.ok())
    return status;
  if (Status status = builder.allocateResults(); !status.ok())
    return status;
  Status ran = runEntry(context, entry, /*workspace=*/nullptr, builder.arguments.data(), builder.results.data());
  if (!ran.ok()) {
    builder.giveWritten(context, state);
    return ran;
  }
  builder.writeBack();
  std::vector<Value> newState;
  if (Status status = builder.unpackResults(context, outputs, newState); !status.ok())
    return status;
  builder.giveContents(outputs);
  if (!entry.signature->stateOut.empty())
    state = std::move(newState);
  return Status::success();
}

Status callEntry(sc_context &context, const EntryPoint &entry, std::span<const Value> inputs,
                 std::vector<Value> &state, std::vector<Value> &outputs) {
  context.clearError();
  Status status = match(*entry.signature, inputs, state);
  if (status.ok())
    status = callMatched(context, entry, inputs, state, outputs);
  context.endCall();
  if (!status.ok())
    context.fail(status);
  return status;
}

} // namespace sconce::rt
