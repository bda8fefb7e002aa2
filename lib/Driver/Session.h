//===- Session.h - A loaded model whose methods are compiled as called ----===//
#pragma once

#include "lib/Driver/CodeCache.h"
#include "lib/Driver/EntryCache.h"
#include "lib/Driver/Errors.h"
#include "lib/Driver/ModelState.h"
#include "lib/Driver/Workshop.h"
#include "lib/Specialize/Specializer.h"
#include "runtime/Value.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

typedef struct sc_context sc_context;

namespace sconce::archive {
class ByteSource;
} // namespace sconce::archive

namespace sconce::driver {

struct CompiledEntry;
struct CompileRequest;
struct KernelCall;
class Tiers;

struct SessionOptions {
  int threads = 0;
  int optLevel = 3;
  /// 3×3 convolutions may be computed by Winograd's algorithm.
  bool winograd = true;
  size_t cacheSize = 256;
  /// Compiled code marks its kernels, see `profile`.
  bool profile = false;
  /// Run new signatures interpreted while they are compiled, and leave to run time what varies between calls. Results then
  /// agree within tolerance only, as the reference evaluation sums in another order.
  bool tiered = false;
  /// Compiled code is kept here between processes, and found.
  CodeCacheOptions disk = {};
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
  /// The same for calls whose arguments were read from files of inputs.
  llvm::Error checkInputs(llvm::StringRef method, llvm::ArrayRef<std::vector<rt::Value>> calls);

  /// The methods of the root object, in the archive's order.
  llvm::Expected<std::vector<std::string>> methodNames();
  /// The attribute at a dotted path, as it is now.
  llvm::Expected<rt::Value> attribute(llvm::StringRef path);
  /// Puts what methods wrote back to what the archive holds.
  llvm::Error reset();
  CallCounters counters() const;
  /// Called with the report of each entry that is compiled, by the thread that compiled it.
  void setReport(std::function<void(const std::string &text)> write) { writeReport = std::move(write); }
  void report(llvm::StringRef method, llvm::ArrayRef<specialize::ArgumentSpec> specs, const specialize::Report &report,
              const std::string &times = "");

  const std::string &file() const { return fileName; }
  archive::Archive &archive() { return *modelArchive; }
  /// Keeps other threads from compiling: who holds it may use the archive and the program. Fails where the archive holds
  /// no program.
  llvm::Expected<std::unique_lock<std::mutex>> lockProgram();
  /// The program; only to be used by one thread at a time, while it holds what lockProgram() gives, or when the session was
  /// opened without a cache on disk, alone.
  import::Program &program() { return workshop.program(); }
  mlir::MLIRContext &context() { return workshop.context(); }
  const SessionOptions &options() const { return sessionOptions; }
  /// The object that methods are called on, with the current state. Its tensors are the session's own, the rest a copy.
  llvm::Expected<rt::Value> instance();

  /// The kernels of the compiled entry for these arguments, by the number of their mark; none without SessionOptions::profile.
  llvm::Expected<std::vector<KernelCall>> kernels(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

  /// Sends the output of print() and warnings to `write` (stream 1 or 2) instead of the process's.
  void setPrint(std::function<void(int stream, llvm::StringRef text)> write);

private:
  friend class Tiers;
  using EntryOrError = llvm::Expected<std::shared_ptr<CompiledEntry>>;
  using Specs = std::vector<specialize::ArgumentSpec>;

  Session(const SessionOptions &options);
  llvm::Error checkArguments(llvm::StringRef method, size_t argumentCount, llvm::StringRef hint);
  /// Imports the program where that was put off; for who holds the lock of compiling.
  llvm::Error openProgram();
  llvm::Error setStates();
  llvm::Expected<std::vector<MethodFacts>> findMethods();
  llvm::Error load(std::unique_ptr<archive::Archive> archive);

  /// What a call under way has for itself; between calls it waits for the next one, which may be on another thread.
  struct CallMemory {
    sc_context *context = nullptr; ///< made when a call has none of the caller's
    /// What the last call ran, when the cache was of that generation: most often it is what the next one wants.
    std::shared_ptr<CompiledEntry> entry;
    uint64_t generation = 0;
  };

  llvm::Expected<rt::Value> call(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments, sc_context &context,
                                 CallMemory &memory);
  /// The entry of that key in the cache that takes the arguments and the state as it is.
  std::shared_ptr<CompiledEntry> findCompiled(llvm::StringRef key, llvm::ArrayRef<rt::Value> arguments);
  bool fitsState(const CompiledEntry &entry, llvm::ArrayRef<rt::Value> arguments);
  /// Compiles for the specs and puts the entry into the cache, unless it is there already.
  EntryOrError compile(llvm::StringRef key, llvm::StringRef method, const Specs &specs, llvm::ArrayRef<rt::Value> arguments);
  EntryOrError compileOnce(llvm::StringRef method, const Specs &specs, llvm::ArrayRef<rt::Value> arguments);
  /// From the cache on disk; null where it has none that fits.
  std::shared_ptr<CompiledEntry> loadEntry(const CompileRequest &request, llvm::ArrayRef<rt::Value> arguments);
  /// Calls compiled code; nothing where the state does not fit any more.
  llvm::Expected<std::optional<rt::Value>> run(const CompiledEntry &entry, llvm::ArrayRef<rt::Value> arguments,
                                               sc_context &context, bool mayRefuse);
  /// Interprets a call in `place`; nothing where the estimated time is beyond, and then nothing has happened.
  llvm::Expected<std::optional<rt::Value>> interpretIn(Workshop &place, llvm::StringRef method,
                                                       llvm::ArrayRef<rt::Value> arguments, sc_context &context,
                                                       uint64_t maxNanoseconds = UINT64_MAX);
  CallMemory *takeMemory();
  void giveMemory(CallMemory *memory);
  /// The memory's own context; null where there is not enough memory for one.
  sc_context *contextOf(CallMemory &memory);
  llvm::Error errorOf(sc_context &context);

  SessionOptions sessionOptions;
  std::string fileName;
  std::unique_ptr<archive::Archive> modelArchive;
  Workshop workshop;
  std::unique_ptr<CodeCache> disk; ///< may be null
  std::vector<MethodFacts> methods;
  ModelState state;
  std::function<void(int, llvm::StringRef)> print;
  std::function<void(const std::string &)> writeReport;

  std::mutex compileLock, memoryLock;
  EntryCache cache;
  /// One that waits for a call, for which that takes no lock, and the others.
  std::atomic<CallMemory *> nextMemory = nullptr;
  std::vector<CallMemory *> memories;
  /// Lists and dicts of the state whose structure run time gives; with the lock of compiling.
  std::set<std::string> runTimeState;
  struct {
    std::atomic<uint64_t> hits = 0, compiles = 0, loads = 0, generalisations = 0, interpreted = 0;
  } count;
  /// Null where the session has no tiers. Goes first: it compiles in the background.
  std::unique_ptr<Tiers> tiers;
};

/// A copy that later calls cannot change.
rt::Value snapshot(const rt::Value &value);
/// What Python's print() shows of a value.
std::string printValue(const rt::Value &value);

} // namespace sconce::driver
