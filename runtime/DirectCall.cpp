/// sc_call_entry: an entry of static signature on the caller's own memory.
#include "runtime/Entry.h"
#include "runtime/ModelInstance.h"
#include "runtime/Tensor.h"
#include "sconce-c/Tensor.h"

#include <algorithm>

using namespace sconce::rt;

namespace {

/// The leaves of result slots that the caller gives memory for.
void collectLeaves(const Slot &slot, std::vector<const Slot *> &leaves) {
  switch (slot.kind) {
  case Slot::Kind::Tensor:
  case Slot::Kind::Int:
  case Slot::Kind::Float:
  case Slot::Kind::Bool:
    leaves.push_back(&slot);
    break;
  default:
    for (const Slot &child : slot.children)
      collectLeaves(child, leaves);
  }
}

Result<Value> readArgument(const Slot &slot, const void *argument) {
  switch (slot.kind) {
  case Slot::Kind::Int:
    return Value::ofInt(*static_cast<const int64_t *>(argument));
  case Slot::Kind::Float:
    return Value::ofDouble(*static_cast<const double *>(argument));
  case Slot::Kind::Bool:
    return Value::ofBool(*static_cast<const int32_t *>(argument) != 0);
  default: {
    Value tensor =
        Value::adopt(sc_tensor_borrow(static_cast<const DLTensor *>(argument), nullptr, nullptr));
    if (!tensor.isTensor())
      return Status::invalid("an argument is no tensor of a known dtype");
    return tensor;
  }
  }
}

/// The caller's tensor for a result; undefined where it is not what the slot says.
Tensor tensorOf(const Slot &slot, void *result) {
  Value tensor =
      Value::adopt(sc_tensor_borrow(static_cast<const DLTensor *>(result), nullptr, nullptr));
  if (!matchSlot(slot, tensor, "").ok() || !tensor.asTensor().isContiguous())
    return {};
  return tensor.asTensor();
}

/// What the callee writes a result to that is not row-major, before it is copied to the caller's.
struct Detour {
  Tensor written, wanted;
};

Status callDirectly(sc_instance &instance, sc_context &context, int32_t number,
                    const void *const *arguments, void *const *results, void *workspace) {
  const sc_entry &entry = instance.model->entries[number];
  const Signature &signature = (*instance.entries)[static_cast<size_t>(number)].signature;
  std::vector<Value> inputs;
  size_t given = 0;
  for (const Slot &slot : signature.inputs) {
    if (slot.kind == Slot::Kind::Constant || slot.kind == Slot::Kind::None) {
      inputs.push_back(slot.constant);
      continue;
    }
    Result<Value> value = readArgument(slot, arguments[given++]);
    if (!value)
      return value.status();
    inputs.push_back(std::move(*value));
  }
  std::vector<Value> none;
  std::vector<Value> &state = signature.stateIn.empty() ? none : instance.state.state;
  if (Status fits = match(signature, inputs, state); !fits.ok())
    return fits;
  FrameBuilder frame(signature);
  if (Status packed = frame.packArguments(inputs, state); !packed.ok())
    return packed;
  std::vector<const Slot *> leaves;
  for (const Slot &slot : signature.outputs)
    collectLeaves(slot, leaves);
  std::vector<Detour> detours;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i]->kind != Slot::Kind::Tensor) {
      frame.results.push_back(nullptr);
      continue;
    }
    Slot rowMajor = *leaves[i];
    rowMajor.strides.clear();
    Tensor tensor = tensorOf(rowMajor, results[i]);
    if (!tensor)
      return Status::invalid("result " + std::to_string(i) + " must be a contiguous tensor " +
                             printSlot(rowMajor));
    if (!leaves[i]->strides.empty() && leaves[i]->isPermuted()) {
      Tensor memory = Tensor::empty(tensor.dtype(), tensor.sizes());
      Tensor written = memory ? memory.asStrided(tensor.sizes(), leaves[i]->strides, 0) : Tensor();
      if (!written)
        return Status::outOfMemory();
      detours.push_back({written, tensor});
      frame.results.push_back(written.data());
      continue;
    }
    frame.results.push_back(tensor.data());
  }
  if (Status allocated = frame.allocateState(); !allocated.ok())
    return allocated;
  EntryPoint point{entry.function, &signature, entry.workspace, instance.weights->table()};
  if (Status ran = runEntry(context, point, workspace, frame.arguments.data(), frame.results.data()); !ran.ok()) {
    frame.giveWritten(context, state);
    return ran;
  }
  frame.writeBack();
  for (const Detour &detour : detours)
    detour.wanted.copyFrom(detour.written);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i]->kind == Slot::Kind::Bool)
      *static_cast<int32_t *>(results[i]) = frame.results[i] != nullptr;
    else if (leaves[i]->kind != Slot::Kind::Tensor)
      *static_cast<void **>(results[i]) = frame.results[i];
  }
  if (signature.stateOut.empty())
    return Status::success();
  std::vector<Value> newState;
  if (Status unpacked = frame.unpackState(context, leaves.size(), newState); !unpacked.ok())
    return unpacked;
  state = std::move(newState);
  return Status::success();
}

} // namespace

extern "C" sc_status sc_call_entry(sc_instance *instance, sc_context *context, int32_t entry,
                                   const void *const *arguments, void *const *results,
                                   void *workspace) {
  const PlainEntry &plain = (*instance->entries)[static_cast<size_t>(entry)].plain;
  if (sc_status code; plain.isPlain()) {
    const sc_entry &called = instance->model->entries[entry];
    EntryPoint point{called.function, nullptr, called.workspace, instance->weights->table()};
    if (plain.call(*context, point, arguments, results, workspace, code))
      return code;
  }
  context->clearError();
  Status status = callDirectly(*instance, *context, entry, arguments, results, workspace);
  context->endCall();
  if (!status.ok() && sc_context_status(context) == SC_OK)
    context->fail(status);
  return status.code;
}
