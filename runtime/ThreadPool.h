/// The worker threads of one context.
#ifndef SCONCE_RUNTIME_THREADPOOL_H
#define SCONCE_RUNTIME_THREADPOOL_H

#include "sconce-c/Context.h"

#include <atomic>
#include <cstdint>
#include <pthread.h>
#include <vector>

namespace sconce::rt {

/// N workers that take pieces of one range at a time; the caller works as well.
/// A range started from inside a piece runs on the thread that starts it.
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
  static void *threadMain(void *pool);
  void work();
  void workerLoop();

  std::vector<pthread_t> threads;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
  pthread_cond_t done = PTHREAD_COND_INITIALIZER;
  bool stopping = false;
  int32_t busy = 0;
  std::atomic<uint64_t> round{0};

  // The current range.
  sc_range_fn body = nullptr;
  void *argument = nullptr;
  int64_t end = 0;
  int64_t piece = 1;
  std::atomic<int64_t> next{0};
};

} // namespace sconce::rt

#endif
