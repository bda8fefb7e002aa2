/// What an sc_instance is.
#ifndef SCONCE_RUNTIME_MODELINSTANCE_H
#define SCONCE_RUNTIME_MODELINSTANCE_H

#include "runtime/Instance.h"
#include "runtime/PlainCall.h"
#include "runtime/Preparation.h"
#include "runtime/Signature.h"
#include "sconce-c/Model.h"

#include <memory>

namespace sconce::rt {
struct ModelEntry {
  Signature signature;
  PlainEntry plain;
};
} // namespace sconce::rt

/// The signatures are parsed once, when the instance is made; clones share them.
struct sc_instance {
  const sc_model *model;
  sconce::rt::Ref<sconce::rt::ModelWeights> weights;
  std::shared_ptr<const std::vector<sconce::rt::ModelEntry>> entries;
  sconce::rt::Instance state;
};

#endif
