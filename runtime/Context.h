/// struct sc_context, the state that a call needs besides its values.
#ifndef SCONCE_RUNTIME_CONTEXT_H
#define SCONCE_RUNTIME_CONTEXT_H

#include "runtime/Random.h"
#include "runtime/Status.h"
#include "runtime/Tensor.h"
#include "runtime/ThreadPool.h"
#include "runtime/Value.h"
#include "sconce-c/Context.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sc_context {
  explicit sc_context(int32_t threads = 0);
  ~sc_context();
  sc_context(const sc_context &) = delete;
  sc_context &operator=(const sc_context &) = delete;

  // The last error.
  sconce::rt::Status error;
  std::string location;
  std::string stack;

  /// Keeps the error unless one is there already (the first one counts), and
  /// returns its code.
  sc_status fail(sconce::rt::Status status, std::string_view where = {},
                 std::string_view callStack = {});
  void clearError();

  // Memory for sizes known at run time only; what a call leaves is freed by
  // endCall(). Null when there is not enough.
  void *allocate(size_t bytes);
  void free(void *memory);
  /// Memory for a result: allocate(), but as a storage that outlives the call.
  void *allocateResult(size_t bytes);
  /// Takes a result's storage out of the call; null for any other pointer.
  sconce::rt::Ref<sconce::rt::Storage> releaseResult(void *data);
  /// At least `bytes`, aligned to 64, kept from call to call. Null when there
  /// is not enough memory.
  void *workspaceOf(size_t bytes);

  /// Keeps a value alive until endCall(): compiled code does not count references.
  sconce::rt::HeapObject *keep(sconce::rt::Value value);
  /// The same for a boxed scalar, whose reference it takes over.
  sconce::rt::HeapObject *keepBox(sconce::rt::HeapObject *box);
  /// Memory that compiled code never frees: it goes with the iteration after the one that asked for it, or with the call.
  void *allocateLoose(size_t bytes);

  // Loops of compiled code. What an iteration kept is dead when the next one has ended (what it hands on is copied in
  // between), but for the references that are carried: those outlive as many as carry them.
  void enterLoop();
  /// At an iteration's end, for each reference that the next one gets.
  void carry(sconce::rt::HeapObject *object);
  void endIteration();
  void leaveLoop();

  /// Frees what the call allocated and kept.
  void endCall();
  /// Before a call of code that marks its kernels.
  void startClock();
  /// Ends the time of kernel call `number`.
  void mark(size_t number);
  /// How often a call ran a kernel call of its code, more than once where that is in a loop, and how long that took together.
  struct KernelRuns {
    int64_t runs = 0, nanoseconds = 0;
  };
  /// By a kernel call's number, of the calls since the profile was cleared that one in which it took the least time; without
  /// runs where none ran it.
  const std::vector<KernelRuns> &profile();
  void clearProfile();

  /// Number of allocations that are not freed yet.
  size_t liveAllocations() const { return liveCount; }
  /// Number of references that are kept alive.
  size_t liveReferences() const { return kept.size(); }

  void parallelFor(int64_t size, int64_t grain, sc_range_fn body, void *argument);
  int32_t concurrency() const;

  /// Sends text to print(): stream 1 is stdout, 2 stderr.
  void print(int32_t stream, std::string_view text);

  sconce::rt::Generator &generator() { return *randomGenerator; }
  void setGenerator(sconce::rt::Ref<sconce::rt::Generator> generator);

  /// What a call that raises has written until then (sc_rt_keep_written).
  struct Written {
    int64_t place;
    size_t number;
    sconce::rt::Value value;
  };
  std::vector<Written> written;

  std::unique_ptr<sconce::rt::ThreadPool> pool;
  sc_executor_fn executorFn = nullptr;
  void *executor = nullptr;
  int32_t executorConcurrency = 1;
  sc_print_fn printFn = nullptr;
  void *printSink = nullptr;

private:
  /// Counts the last call.
  void foldProfile();

  /// Precedes each block that allocate() hands out; blocks form a ring.
  struct alignas(64) Block {
    Block *previous;
    Block *next;
    size_t loosePlace = 0; ///< its place in `loose` + 1
  };

  /// A loop that runs: where what it keeps begins, and where what this iteration keeps does.
  struct Loop {
    size_t keptBegin, keptYoung;
    size_t looseBegin, looseYoung;
    std::vector<sconce::rt::Ref<sconce::rt::HeapObject>> carried;
  };

  Block blocks;
  size_t liveCount = 0;
  std::vector<KernelRuns> leastRuns, lastRuns; ///< the least of the calls, and those of the last one
  int64_t lastMark = 0;
  std::vector<sconce::rt::Ref<sconce::rt::HeapObject>> kept;
  std::vector<Block *> loose;
  std::vector<Loop> loops;
  std::vector<sconce::rt::Ref<sconce::rt::Storage>> resultStorages;
  sconce::rt::Ref<sconce::rt::Storage> workspace;
  sconce::rt::Ref<sconce::rt::Generator> randomGenerator;
};

namespace sconce::rt {
using Context = ::sc_context;
}

#endif
