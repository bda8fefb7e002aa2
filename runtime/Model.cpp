/// include/sconce-c/Model.h: instances, and the call that takes any values.
#include "sconce-c/Model.h"

#include "runtime/Entry.h"
#include "runtime/ModelInstance.h"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <string_view>

using namespace sconce::rt;

namespace {

/// Reads the model's initial state from the words of a frame's arguments.
class StateReader {
public:
  explicit StateReader(void *const *words) : words(words) {}

  Result<Value> read(const Slot &slot) {
    using Kind = Slot::Kind;
    switch (slot.kind) {
    case Kind::None:
      return Value();
    case Kind::Tensor:
      return readTensor(slot);
    case Kind::Int:
      return Value::ofInt(next<int64_t>());
    case Kind::Bool:
      return Value::ofBool(next<int64_t>() != 0);
    case Kind::Float:
      return Value::ofDouble(next<double>());
    case Kind::Complex: {
      double real = next<double>();
      return Value::ofComplex(real, next<double>());
    }
    case Kind::Constant:
      return slot.constant;
    case Kind::Enum:
      return Value::ofEnum(EnumMember::create(slot.className, slot.names[0], Value()));
    case Kind::Runtime:
    case Kind::Text:
    case Kind::AnyList:
    case Kind::AnyDict:
    case Kind::Union:
    case Kind::Alias:
      return Status::invalid("a model's initial state cannot be '" + printSlot(slot) + "'");
    case Kind::Same:
      if (static_cast<size_t>(slot.alias) >= containers.size() || containers[static_cast<size_t>(slot.alias)].isNone())
        return Status::invalid("a model's initial state names a list, dict or object that was not there before");
      return containers[static_cast<size_t>(slot.alias)];
    default:
      return readAggregate(slot);
    }
  }

private:
  template <typename T> T next() {
    static_assert(sizeof(T) == sizeof(void *));
    return std::bit_cast<T>(*words++);
  }

  Result<Value> readTensor(const Slot &slot) {
    Tensor tensor = borrowTensor(slot, words);
    words += slot.argumentWords();
    if (!tensor)
      return Status::outOfMemory();
    return Value::ofTensor(std::move(tensor));
  }

  Result<Value> readAggregate(const Slot &slot) {
    size_t number = containers.size();
    bool canBeShared = slot.kind != Slot::Kind::Tuple;
    if (canBeShared)
      containers.emplace_back();
    std::vector<Value> elements;
    for (const Slot &child : slot.children) {
      Result<Value> element = read(child);
      if (!element)
        return element;
      elements.push_back(std::move(*element));
    }
    Value value = buildAggregate(slot, std::move(elements));
    if (canBeShared)
      containers[number] = value;
    return value;
  }

  void *const *words;
  std::vector<Value> containers; ///< in the order in which they begin: what `Same` counts
};

Result<sc_instance> makeInstance(const sc_model *model) {
  if (model->abi_version >> 16 != SC_ABI_MAJOR || (model->abi_version & 0xFFFF) > SC_ABI_MINOR)
    return Status{SC_UNSUPPORTED, "", "the model needs another version of the runtime"};
  std::shared_ptr<std::vector<ModelEntry>> entries(new std::vector<ModelEntry>);
  for (int32_t i = 0; i < model->entry_count; ++i) {
    Result<Signature> signature = Signature::parse(model->entries[i].signature);
    if (!signature)
      return signature.status();
    entries->push_back({std::move(*signature), {}});
  }
  for (ModelEntry &entry : *entries)
    entry.plain = PlainEntry(entry.signature);
  Result<std::vector<Slot>> slots =
      parseSlots(model->state_signature ? model->state_signature : "");
  if (!slots)
    return slots.status();
  std::vector<std::string> names;
  std::vector<Value> values;
  StateReader reader(model->state_words);
  for (size_t i = 0; i < slots->size(); ++i) {
    Result<Value> value = reader.read((*slots)[i]);
    if (!value)
      return value.status();
    names.push_back(model->state_names[i]);
    values.push_back(std::move(*value));
  }
  Result<Instance> state = Instance::create(std::move(names), std::move(values));
  if (!state)
    return state.status();
  Ref<ModelWeights> weights = ModelWeights::of(*model);
  if (!weights)
    return Status::outOfMemory();
  return sc_instance{model, std::move(weights), std::move(entries), std::move(*state)};
}

/// What to say when no entry fits.
Status noEntry(const sc_instance &instance, std::string_view method,
               const std::string &lastReason) {
  std::string compiled, methods;
  for (int32_t i = 0; i < instance.model->entry_count; ++i) {
    const sc_entry &entry = instance.model->entries[i];
    methods += (methods.empty() ? "" : ", ") + std::string(entry.method);
    if (entry.method == method)
      compiled += std::string("\n  ") + entry.signature;
  }
  if (compiled.empty())
    return Status::invalid("the model has no method '" + std::string(method) + "', only " +
                           methods);
  return Status::invalid("method '" + std::string(method) +
                         "' was not compiled for these arguments (" + lastReason + "); it was for" +
                         compiled);
}

Status call(sc_instance &instance, sc_context &context, std::string_view method,
            std::span<const Value> arguments, Value &result) {
  std::string reason;
  int32_t chosen = -1;
  int best = -1;
  for (int32_t i = 0; i < instance.model->entry_count; ++i) {
    const sc_entry &entry = instance.model->entries[i];
    const auto &[signature, plain] = (*instance.entries)[static_cast<size_t>(i)];
    if (entry.method != method)
      continue;
    EntryPoint point{entry.function, &signature, entry.workspace, instance.weights->table()};
    if (sc_status code; plain.isPlain() && plain.call(context, point, arguments, result, code))
      return code == SC_OK ? Status::success() : context.error;
    // An entry whose method touches no state has no slots for it.
    std::vector<Value> none;
    std::vector<Value> &state = signature.stateIn.empty() ? none : instance.state.state;
    if (Status fits = match(signature, arguments, state); !fits.ok()) {
      reason = fits.message;
      continue;
    }
    // The arguments' strides come first: what the state is like is the model's own affair.
    int fit = 2 * hasStrides(signature.inputs, arguments) + hasStrides(signature.stateIn, state);
    if (fit > best) {
      best = fit;
      chosen = i;
    }
    if (fit == 3)
      break;
  }
  if (chosen < 0)
    return noEntry(instance, method, reason);
  const sc_entry &entry = instance.model->entries[chosen];
  const Signature &signature = (*instance.entries)[static_cast<size_t>(chosen)].signature;
  std::vector<Value> none, outputs;
  std::vector<Value> &state = signature.stateIn.empty() ? none : instance.state.state;
  EntryPoint point{entry.function, &signature, entry.workspace, instance.weights->table()};
  if (Status status = callEntry(context, point, arguments, state, outputs); !status.ok())
    return status;
  result = outputs.size() == 1 ? std::move(outputs[0]) : Value::ofTuple(std::move(outputs));
  return Status::success();
}

} // namespace

extern "C" {

sc_instance *sc_instance_create(const sc_model *model, sc_context *context) {
  Result<sc_instance> instance = makeInstance(model);
  sc_instance *created = instance ? new (std::nothrow) sc_instance(std::move(*instance)) : nullptr;
  if (!created && context) {
    context->clearError();
    context->fail(instance ? Status::outOfMemory() : instance.status());
  }
  return created;
}

void sc_instance_destroy(sc_instance *instance) { delete instance; }

sc_status sc_instance_reset(sc_instance *instance) { return instance->state.reset().code; }

sc_instance *sc_instance_clone(const sc_instance *instance) {
  Result<Instance> state = instance->state.clone();
  if (!state)
    return nullptr;
  return new (std::nothrow) sc_instance{instance->model, instance->weights, instance->entries, std::move(*state)};
}

sc_status sc_instance_read(const sc_instance *instance, const char *name, sc_value *value) {
  const Value *held = instance->state.read(name);
  if (!held)
    return SC_INVALID_ARGUMENT;
  *value = Value(*held).take();
  return SC_OK;
}

sc_status sc_instance_write(sc_instance *instance, const char *name, sc_value value) {
  return instance->state.write(name, Value::share(value)).code;
}

sc_status sc_call(sc_instance *instance, sc_context *context, const char *method,
                  const sc_value *arguments, int64_t argument_count, sc_value *result) {
  context->clearError();
  // Few arguments need no memory of their own.
  std::array<Value, 8> few;
  std::vector<Value> many;
  std::span<Value> values(few.data(), static_cast<size_t>(argument_count));
  if (values.size() > few.size()) {
    many.resize(values.size());
    values = many;
  }
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = Value::share(arguments[i]);
  Value output;
  Status status = call(*instance, *context, method, values, output);
  if (!status.ok()) {
    context->fail(status);
    return status.code;
  }
  *result = output.take();
  return SC_OK;
}

} // extern "C"
