/// Weights that a compiled model computes once from others: laid out for its kernels, or factors of them.
#ifndef SCONCE_RUNTIME_PREPARATION_H
#define SCONCE_RUNTIME_PREPARATION_H

#include "runtime/Ref.h"
#include "runtime/Tensor.h"
#include "sconce-c/Model.h"

#include <span>
#include <vector>

namespace sconce::rt {

/// Runs `prepare`, an entry without arguments whose results are tensors of `bytes` bytes, and adds the results'
/// addresses to `weights`, the table that it reads from. The memory is the returned storage's; null where there is not
/// enough. So many threads share the work, see sc_context_create.
Ref<Storage> prepareWeights(sc_entry_fn prepare, int64_t workspaceBytes, std::span<const int64_t> bytes,
                            std::vector<const void *> &weights, int32_t threads = 0);

/// The table of weights of a compiled model, which its instances share. The last one to go frees what was prepared.
class ModelWeights {
public:
  /// The model's; prepares them where no instance has yet. Null where there is not enough memory. For any thread.
  static Ref<ModelWeights> of(const sc_model &model);

  const void *const *table() const { return addresses.data(); }

  void retain() const;
  void release() const;

private:
  explicit ModelWeights(const sc_model &model) : model(model) {}

  const sc_model &model;
  mutable int64_t references = 1; ///< guarded by a lock of all models
  std::vector<const void *> addresses;
  Ref<Storage> prepared;
};

} // namespace sconce::rt

#endif
