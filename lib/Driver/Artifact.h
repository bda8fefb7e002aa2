//===- Artifact.h - Models compiled ahead of time -------------------------===//
#pragma once

#include "lib/Driver/Errors.h"
#include "runtime/Value.h"
#include "sconce-c/Api.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>
#include <vector>

namespace sconce::driver {

class Session;

struct ArtifactOptions {
  std::vector<std::string> methods = {"forward"};
  /// The types of the arguments, in the command line's spelling; the same for all methods.
  std::vector<std::string> specs;
  /// A file of example arguments instead of `specs`.
  std::string exampleInputs;
  std::string triple, cpu, features;
  /// Prefix of the exported symbols; empty: from the output's name.
  std::string prefix;
  /// Where to write the C header; empty: nowhere.
  std::string header;
  int optLevel = 3;
  /// Stop at this stage and write its text; empty: what the output's extension says.
  std::string stage;
};

/// Compiles methods of a session's program and writes the file that the name's extension asks for (.o .a .so .s .ll .mlir),
/// and the header. Nothing is left half-written.
llvm::Error compileToFile(Session &session, llvm::StringRef output, const ArtifactOptions &options);

/// The text of one method at a stage.
llvm::Expected<std::string> emitStage(Session &session, const ArtifactOptions &options);

/// A shared library of one method, loaded into this process and called through its C interface.
class Artifact {
public:
  /// Compiles for the types of all given calls, links a shared library in a temporary folder and loads it.
  static llvm::Expected<std::unique_ptr<Artifact>> build(Session &session, llvm::StringRef method,
                                                         llvm::ArrayRef<std::vector<rt::Value>> calls);
  ~Artifact();

  llvm::Expected<rt::Value> call(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

private:
  Artifact() = default;
  std::string file, folder;
  void *library = nullptr;
  sc_context *context = nullptr;
  sc_instance *instance = nullptr;
  const sc_api *api = nullptr;
  sc_status (*callFunction)(sc_instance *, sc_context *, const char *, const sc_value *, int64_t, sc_value *) = nullptr;
};

} // namespace sconce::driver
