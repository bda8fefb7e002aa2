//===- CodeCache.h - What was compiled of an archive, between processes ---===//
//
// Compiled entries of one archive in a folder. They are found by everything that their code depends on: the archive's
// structure, method and argument types, the state's types, the options, the target, and the build of the compiler. Of the
// weights code depends on few bytes: those that the evaluator looked at; an entry says which, and is taken where they are
// the same.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "lib/Driver/CodeStore.h"
#include "lib/Driver/Compiler.h"

#include <optional>

namespace sconce::driver {

/// Where compiled code is kept, and how much of it.
struct CodeCacheOptions {
  std::string folder; ///< empty: nowhere
  uint64_t maxBytes = uint64_t(512) << 20;
};

/// What calls are checked against: enough to do without the archive's program.
struct MethodFacts {
  std::string name;
  uint64_t requiredArguments = 0, maxArguments = 0;
};

class CodeCache {
public:
  /// Fails where the folder cannot be used.
  static llvm::Expected<std::unique_ptr<CodeCache>> open(const CodeCacheOptions &options, const archive::Archive &archive);

  /// The methods of the archive's root; none where it was not opened before.
  std::optional<std::vector<MethodFacts>> readMethods();
  void writeMethods(const std::vector<MethodFacts> &methods);

  /// The code for a request, where there is some.
  std::optional<EntryCode> read(const CompileRequest &request);
  /// Keeps the code for a request, where all that it depends on can be said in bytes.
  void write(const CompileRequest &request, const EntryCode &code);

private:
  explicit CodeCache(std::unique_ptr<CodeStore> store) : store(std::move(store)) {}
  std::optional<ContentHash> keyOf(const CompileRequest &request) const;

  std::unique_ptr<CodeStore> store;
  ContentHash structure{};
  std::vector<rt::Ref<rt::Storage>> storages; ///< the archive's
};

/// An entry's code as bytes, and back; none for bytes that no such code has given. Weights are numbers of `storages` where
/// they are among them, else their own bytes.
std::string encodeEntry(const EntryCode &code, llvm::ArrayRef<rt::Ref<rt::Storage>> storages);
std::optional<EntryCode> decodeEntry(std::unique_ptr<llvm::MemoryBuffer> bytes, llvm::ArrayRef<rt::Ref<rt::Storage>> storages);

/// The folder that the environment names: SCONCE_CACHE_DIR where it is set (empty for none), else "sconce" in
/// XDG_CACHE_HOME or in the home directory's .cache; empty where there is none.
std::string cacheFolderOfEnvironment();

} // namespace sconce::driver
