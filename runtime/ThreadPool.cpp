#include "runtime/ThreadPool.h"

#include <algorithm>
#include <cstdio>
#include <sched.h>

namespace sconce::rt {
namespace {

/// Set on a thread while it runs pieces, so that nested ranges run in place.
thread_local bool insideRange = false;

/// Rounds of polling before a worker sleeps: some ten microseconds, about what
/// waking it costs, so that a model's next kernel finds it awake.
constexpr int spinRounds = 2000;

void pauseThread() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// CPUs of the cgroup's quota, rounded up; 0 when there is none.
int32_t quotaFromCgroup() {
  long long quota = -1, period = 0;
  if (FILE *file = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {
    if (std::fscanf(file, "%lld %lld", &quota, &period) != 2)
      quota = -1;
    std::fclose(file);
  } else if (FILE *v1 = std::fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "r")) {
    if (std::fscanf(v1, "%lld", &quota) != 1)
      quota = -1;
    std::fclose(v1);
    period = 100000;
  }
  if (quota <= 0 || period <= 0)
    return 0;
  return static_cast<int32_t>(std::clamp<long long>((quota + period - 1) / period, 1, 4096));
}

} // namespace

int32_t ThreadPool::availableConcurrency() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int32_t count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
  int32_t quota = quotaFromCgroup();
  return std::max(1, quota > 0 ? std::min(count, quota) : count);
}

ThreadPool::ThreadPool(int32_t workers) {
  threads.reserve(static_cast<size_t>(std::max(workers, 0)));
  // Enough for what kernels keep on the stack, whatever the C library's default is.
  constexpr size_t stackBytes = 2 << 20;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackBytes);
  for (int32_t i = 0; i < workers; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, threadMain, this) != 0)
      break;
    threads.push_back(thread);
  }
  pthread_attr_destroy(&attributes);
}

ThreadPool::~ThreadPool() {
  pthread_mutex_lock(&mutex);
  stopping = true;
  round.fetch_add(1, std::memory_order_release);
  pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&mutex);
  for (pthread_t thread : threads)
    pthread_join(thread, nullptr);
  pthread_cond_destroy(&wake);
  pthread_cond_destroy(&done);
  pthread_mutex_destroy(&mutex);
}

void *ThreadPool::threadMain(void *pool) {
  static_cast<ThreadPool *>(pool)->workerLoop();
  return nullptr;
}

/// Takes pieces until the range is used up.
void ThreadPool::work() {
  insideRange = true;
  while (true) {
    int64_t begin = next.fetch_add(piece, std::memory_order_relaxed);
    if (begin >= end)
      break;
    body(argument, begin, std::min(end, begin + piece));
  }
  insideRange = false;
}

void ThreadPool::workerLoop() {
  uint64_t seen = 0;
  while (true) {
    for (int spin = 0; spin < spinRounds && round.load(std::memory_order_acquire) == seen; ++spin)
      pauseThread();
    pthread_mutex_lock(&mutex);
    while (round.load(std::memory_order_relaxed) == seen)
      pthread_cond_wait(&wake, &mutex);
    seen = round.load(std::memory_order_relaxed);
    bool stop = stopping;
    pthread_mutex_unlock(&mutex);
    if (stop)
      return;
    work();
    pthread_mutex_lock(&mutex);
    if (--busy == 0)
      pthread_cond_signal(&done);
    pthread_mutex_unlock(&mutex);
  }
}

void ThreadPool::run(int64_t size, int64_t grain, sc_range_fn rangeBody, void *rangeArgument) {
  if (size <= 0)
    return;
  grain = std::max<int64_t>(grain, 1);
  if (insideRange || threads.empty() || size <= grain) {
    rangeBody(rangeArgument, 0, size);
    return;
  }
  pthread_mutex_lock(&mutex);
  body = rangeBody;
  argument = rangeArgument;
  end = size;
  // Four pieces a thread even out what the system takes away from one of them.
  // Pieces never depend on timing, so results do not either.
  int64_t pieces = 4 * (static_cast<int64_t>(threads.size()) + 1);
  piece = std::max(grain, size / pieces + (size % pieces != 0));
  next.store(0, std::memory_order_relaxed);
  busy = static_cast<int32_t>(threads.size());
  round.fetch_add(1, std::memory_order_release);
  pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&mutex);
  work();
  pthread_mutex_lock(&mutex);
  while (busy != 0)
    pthread_cond_wait(&done, &mutex);
  pthread_mutex_unlock(&mutex);
}

} // namespace sconce::rt
