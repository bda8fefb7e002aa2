// The object that describes a compiled model to the runtime and holds the functions of its C header.

#ifndef SCONCE_CODEGEN_EMIT_MODELOBJECT_H
#define SCONCE_CODEGEN_EMIT_MODELOBJECT_H

#include "codegen/Target/TargetInfo.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace sconce::codegen {

/// How one argument or result of an entry's own C function is passed; results by their address.
enum class DirectKind { Tensor, Int, Float, Bool };

struct DirectParameter {
  DirectKind kind;
  std::string name, description; ///< for the header: "images", "float32[297,1,8,8]"
};

struct ModelEntry {
  std::string method;
  std::string signature;
  std::string symbol; ///< of the compiled entry
  int64_t workspace = 0;
  int64_t liveBytes = 0; ///< the most bytes of it that are in use at one time
  /// The C function `PREFIX_METHOD`; empty where the entry has none (its signature is not static, or it is not the first).
  std::string function;
  std::vector<DirectParameter> parameters, results;
  bool writesState = false;
};

struct ModelDescription {
  std::string prefix;
  std::vector<ModelEntry> entries;
  std::vector<std::string> weights; ///< symbols of the blobs
  /// Weights that the entry `prepare` computes once: the bytes of each.
  std::vector<int64_t> prepared;
  std::string prepare;
  int64_t prepareWorkspace = 0;
  /// The runtime is inside and hidden: PREFIX_api gives its functions.
  bool holdsRuntime = false;
  std::string stateSignature;
  std::vector<std::string> stateNames;
  /// The initial state: numbers, or the symbols of blobs.
  std::vector<std::variant<int64_t, std::string>> stateWords;

  /// The symbols that users of the model see.
  std::vector<std::string> exports() const;
};

/// Emits PREFIX_model (the sc_model), PREFIX_create, PREFIX_call, PREFIX_api where asked for, and each entry's own function.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> emitModelObject(const ModelDescription &model,
                                                                    const TargetInfo &target);

} // namespace sconce::codegen

#endif
