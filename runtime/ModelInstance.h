/// What an sc_instance is.
#ifndef SCONCE_RUNTIME_MODELINSTANCE_H
#define SCONCE_RUNTIME_MODELINSTANCE_H

#include "runtime/Instance.h"
#include "runtime/Preparation.h"
#include "runtime/Signature.h"
#include "sconce-c/Model.h"

#include <memory>

/// The signatures are parsed once, when the instance is made; clones share them.
struct sc_instance {
  const sc_model *model;
  sconce::rt::Ref<sconce::rt::ModelWeights> weights;
  std::shared_ptr<const std::vector<sconce::rt::Signature>> signatures;
  sconce::rt::Instance state;
};

#endif
