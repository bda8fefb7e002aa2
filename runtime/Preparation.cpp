#include "runtime/Preparation.h"
#include "runtime/Context.h"

#include <memory>
#include <new>
#include <pthread.h>

namespace sconce::rt {

static size_t aligned(int64_t bytes) { return (static_cast<size_t>(bytes) + 63) / 64 * 64; }

Ref<Storage> prepareWeights(sc_entry_fn prepare, int64_t workspaceBytes, std::span<const int64_t> bytes,
                            std::vector<const void *> &weights, int32_t threads) {
  size_t total = 0;
  for (int64_t size : bytes)
    total += aligned(size);
  Ref<Storage> memory = Storage::allocate(total);
  sc_context context(threads);
  void *workspace = context.workspaceOf(static_cast<size_t>(workspaceBytes));
  if (!memory || !workspace)
    return nullptr;
  std::vector<void *> results;
  size_t offset = 0;
  for (int64_t size : bytes) {
    results.push_back(memory->data() + offset);
    offset += aligned(size);
  }
  sc_frame frame{&context, workspace, weights.data(), nullptr, results.data()};
  int32_t status = prepare(&frame);
  context.endCall();
  if (status != SC_OK)
    return nullptr;
  weights.insert(weights.end(), results.begin(), results.end());
  return memory;
}

static pthread_mutex_t modelsLock = PTHREAD_MUTEX_INITIALIZER;

namespace {
struct Locked {
  Locked() { pthread_mutex_lock(&modelsLock); }
  ~Locked() { pthread_mutex_unlock(&modelsLock); }
};
} // namespace

Ref<ModelWeights> ModelWeights::of(const sc_model &model) {
  Locked lock;
  if (model.memory && model.memory->weights) {
    auto *known = static_cast<ModelWeights *>(model.memory->weights);
    ++known->references;
    return Ref<ModelWeights>::adopt(known);
  }
  std::unique_ptr<ModelWeights> made(new (std::nothrow) ModelWeights(model));
  if (!made)
    return nullptr;
  made->addresses.assign(model.weights, model.weights + model.weight_count);
  if (model.prepared_count != 0) {
    std::span<const int64_t> bytes(model.prepared_bytes, static_cast<size_t>(model.prepared_count));
    made->prepared = prepareWeights(model.prepare, model.prepare_workspace, bytes, made->addresses);
    if (!made->prepared)
      return nullptr;
  }
  if (model.memory)
    model.memory->weights = made.get();
  return Ref<ModelWeights>::adopt(made.release());
}

void ModelWeights::retain() const {
  Locked lock;
  ++references;
}

void ModelWeights::release() const {
  {
    Locked lock;
    if (--references != 0)
      return;
    if (model.memory)
      model.memory->weights = nullptr;
  }
  delete this;
}

} // namespace sconce::rt
