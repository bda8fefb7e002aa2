//===- Artifact.h - A compiled library, loaded ----------------------------===//
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
struct EntryRequest;

/// A method and the arguments of one call.
struct MethodCall {
  std::string method;
  std::vector<rt::Value> arguments;
};

/// A shared library of some methods, loaded into this process and called through its C interface.
class Artifact {
public:
  /// Compiles for the types of all given calls, links a shared library in a temporary folder and loads it.
  static llvm::Expected<std::unique_ptr<Artifact>> build(Session &session, llvm::StringRef method,
                                                         llvm::ArrayRef<std::vector<rt::Value>> calls);
  static llvm::Expected<std::unique_ptr<Artifact>> build(Session &session, llvm::ArrayRef<MethodCall> calls);
  /// The same for given types.
  static llvm::Expected<std::unique_ptr<Artifact>> build(Session &session, llvm::ArrayRef<EntryRequest> requests);
  /// One library of several models, each with a state of its own: the calls of each. Models that cannot be compiled are errors; where
  /// the library cannot be made, all are.
  static std::vector<llvm::Expected<std::unique_ptr<Artifact>>> buildAll(Session &session,
                                                                         llvm::ArrayRef<std::vector<MethodCall>> models);
  ~Artifact();

  llvm::Expected<rt::Value> call(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

  /// Nanoseconds that loading the library and making the instance took.
  int64_t loadTime() const { return loadNanoseconds; }

private:
  struct Library;

  Artifact(std::string file, std::shared_ptr<Library> library);
  llvm::Error open(llvm::StringRef prefix, int threads);

  std::string file;
  std::shared_ptr<Library> library;
  int64_t loadNanoseconds = 0;
  sc_context *context = nullptr;
  sc_instance *instance = nullptr;
  const sc_api *api = nullptr;
  sc_status (*callFunction)(sc_instance *, sc_context *, const char *, const sc_value *, int64_t, sc_value *) = nullptr;
};

} // namespace sconce::driver
