//===- Session.h - A loaded model whose methods are compiled as called ----===//
#pragma once

#include "lib/Driver/Errors.h"
#include "runtime/Signature.h"
#include "runtime/Value.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

typedef struct sc_context sc_context;

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sconce::archive {
class Archive;
class ByteSource;
} // namespace sconce::archive

namespace sconce::import {
class Program;
} // namespace sconce::import

namespace sconce::driver {

struct CompiledEntry;
struct KernelCall;

struct SessionOptions {
  int threads = 0;
  int optLevel = 3;
  size_t cacheSize = 256;
  /// Compiled code marks its kernels, see `profile`.
  bool profile = false;
};

/// A loaded archive and what was compiled of it. Any number of threads may call at once; compiling, and calls of methods
/// that write state, take turns.
class Session {
public:
  static llvm::Expected<std::shared_ptr<Session>> open(llvm::StringRef path, const SessionOptions &options = {});
  static llvm::Expected<std::shared_ptr<Session>> open(std::shared_ptr<archive::ByteSource> source,
                                                       const SessionOptions &options = {});
  ~Session();

  /// Calls a method of the root object with positional arguments, compiling it for their signature when needed. Without a
  /// context of the caller's, one of the session's own serves.
  llvm::Expected<rt::Value> call(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments,
                                 sc_context *context = nullptr);

  /// The same by the reference evaluator, without compiling.
  llvm::Expected<rt::Value> interpret(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);
  /// Fails when there is no such method, listing those there are, or when it does not take that many arguments.
  /// `hint` says where the arguments come from.
  llvm::Error checkCall(llvm::StringRef method, size_t argumentCount, llvm::StringRef hint);

  /// The methods of the root object, in the archive's order.
  llvm::Expected<std::vector<std::string>> methodNames();
  /// The attribute at a dotted path, as it is now.
  llvm::Expected<rt::Value> attribute(llvm::StringRef path);
  /// Puts what methods wrote back to what the archive holds.
  llvm::Error reset();

  const std::string &file() const { return fileName; }
  archive::Archive &archive() { return *modelArchive; }
  /// Keeps other threads from compiling: who holds it may use the archive and the program.
  std::unique_lock<std::mutex> lockProgram() { return std::unique_lock<std::mutex>(compileLock); }
  /// The program; only to be used by one thread at a time.
  import::Program &program() { return *modelProgram; }
  mlir::MLIRContext &context() { return *mlirContext; }
  const SessionOptions &options() const { return sessionOptions; }
  /// The object that methods are called on, with the current state. Its tensors are the session's own, the rest a copy.
  llvm::Expected<rt::Value> instance();

  /// The kernels of the compiled entry for these arguments, by the number of their mark; none without SessionOptions::profile.
  llvm::Expected<std::vector<KernelCall>> kernels(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

  /// Sends the output of print() and warnings to `write` (stream 1 or 2) instead of the process's.
  void setPrint(std::function<void(int stream, llvm::StringRef text)> write);

private:
  Session(const SessionOptions &options);
  llvm::Error checkArguments(llvm::StringRef method, size_t argumentCount, llvm::StringRef hint);
  llvm::Error load(std::unique_ptr<archive::Archive> archive);
  llvm::Expected<std::shared_ptr<CompiledEntry>> find(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);
  llvm::Expected<std::shared_ptr<CompiledEntry>> compile(llvm::StringRef method,
                                                         llvm::ArrayRef<rt::Value> arguments);
  llvm::Expected<rt::Value> run(const CompiledEntry &entry, llvm::ArrayRef<rt::Value> arguments, sc_context *context);
  sc_context *takeContext();
  void giveContext(sc_context *context);
  llvm::Error errorOf(sc_context *context);

  SessionOptions sessionOptions;
  std::string fileName;
  std::unique_ptr<mlir::MLIRContext> mlirContext;
  std::unique_ptr<archive::Archive> modelArchive;
  std::unique_ptr<import::Program> modelProgram;
  llvm::Error copyState(llvm::ArrayRef<std::string> paths);

  /// Weights are shared between both, and with compiled code; what methods write is copied when that is found out.
  rt::Value instanceValue, initialInstance;
  bool ownsTensors = false;
  std::function<void(int, llvm::StringRef)> print;

  /// Compiled entries by method and argument types, most recently used first; several where the state's types differ.
  struct Cached {
    std::string key;
    std::shared_ptr<CompiledEntry> entry;
  };
  std::mutex cacheLock, compileLock, stateLock, contextLock;
  std::list<Cached> cache;
  std::vector<sc_context *> contexts;
  /// Paths of attributes that some compiled method writes.
  std::vector<std::string> statePaths;
  /// Lists and dicts among them whose structure run time gives.
  std::set<std::string> runTimeState;
};

/// A copy that later calls cannot change.
rt::Value snapshot(const rt::Value &value);
/// What Python's print() shows of a value.
std::string printValue(const rt::Value &value);

/// The value at a dotted path below an object; none where there is no such attribute.
rt::Value *findAttribute(rt::Value &object, llvm::StringRef path);

} // namespace sconce::driver
