/// The worker threads of one context.
#ifndef SCONCE_RUNTIME_THREADPOOL_H
#define SCONCE_RUNTIME_THREADPOOL_H

#include "sconce-c/Context.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <pthread.h>
#include <vector>

namespace sconce::rt {

/// N workers that take parts of one range at a time; the caller works as well.
/// Ranges are started by one thread at a time; one that is started from inside
/// a part runs on the thread that starts it.
class ThreadPool {
public:
  /// Starts up to `workers` threads (fewer where the system refuses).
  explicit ThreadPool(int32_t workers);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int32_t size() const { return static_cast<int32_t>(threads.size()); }
  void run(int64_t size, int64_t grain, sc_range_fn body, void *argument);

  /// Threads that the process may keep busy: affinity and cgroup quota.
  static int32_t availableConcurrency();

private:
  /// What is left of a range that was cut into units. It is one word, so that
  /// a part is taken in one step; the round tells one range from the next.
  struct Units {
    uint32_t round;
    uint16_t begin, end;
    uint64_t pack() const { return uint64_t(round) << 32 | uint64_t(begin) << 16 | end; }
    static Units unpack(uint64_t word) {
      return {static_cast<uint32_t>(word >> 32), static_cast<uint16_t>(word >> 16), static_cast<uint16_t>(word)};
    }
  };
  struct Range {
    sc_range_fn body = nullptr;
    void *argument = nullptr;
    int64_t size = 0, units = 0;
    /// Where unit `unit` begins; no two differ in size by more than one.
    int64_t position(int64_t unit) const { return unit * (size / units) + std::min(unit, size % units); }
  };

  static void *threadMain(void *pool);
  void work(bool isCaller);
  void workerLoop();
  bool hasWork() const;

  std::vector<pthread_t> threads;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
  pthread_cond_t done = PTHREAD_COND_INITIALIZER;
  bool stopping = false;
  std::atomic<int32_t> sleepers{0};
  std::atomic<bool> callerSleeps{false};

  Range range;                     ///< changed by the caller, when all units of the last are finished
  std::atomic<uint64_t> open{0};   ///< Units that nobody took
  std::atomic<int64_t> finished{0}; ///< units
};

} // namespace sconce::rt

#endif
