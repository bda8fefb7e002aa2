#include "runtime/ThreadPool.h"

#include <algorithm>
#include <cstdio>
#include <sched.h>

namespace sconce::rt {
namespace {

/// Set on a thread while it runs pieces, so that nested ranges run in place.
thread_local bool insideRange = false;

/// Rounds of polling before a thread sleeps: some hundred microseconds, so that a worker is awake for the next kernel that is
/// shared, after some that are not. Waking it costs a system call and some ten microseconds.
constexpr int spinRounds = 8000;

/// Units that a range is counted in, for each thread: the least that a thread takes.
constexpr int64_t unitsPerThread = 32;

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

/// Takes parts of the range until it is used up: the caller from the front and workers from the back, so that a core finds in
/// its caches what it wrote of the kernel before. Parts become smaller towards the end, so that all end at about one time.
void ThreadPool::work(bool isCaller) {
  insideRange = true;
  uint64_t seen = open.load(std::memory_order_acquire);
  while (true) {
    Units left = Units::unpack(seen);
    int64_t count = left.end - left.begin;
    if (count <= 0)
      break;
    int64_t taken = std::max<int64_t>(1, count / (2 * (size() + 1)));
    Units rest = left;
    (isCaller ? rest.begin : rest.end) += static_cast<uint16_t>(isCaller ? taken : -taken);
    // Only who has taken a part reads what it is of: the caller waits for all parts before it changes that.
    if (!open.compare_exchange_weak(seen, rest.pack(), std::memory_order_acq_rel, std::memory_order_acquire))
      continue;
    seen = rest.pack();
    int64_t first = isCaller ? left.begin : rest.end, all = range.units;
    range.body(range.argument, range.position(first), range.position(first + taken));
    // The caller may start another range from here on.
    if (finished.fetch_add(taken) + taken == all && callerSleeps.load()) {
      pthread_mutex_lock(&mutex);
      pthread_cond_signal(&done);
      pthread_mutex_unlock(&mutex);
    }
  }
  insideRange = false;
}

bool ThreadPool::hasWork() const {
  Units left = Units::unpack(open.load());
  return left.begin < left.end;
}

void ThreadPool::workerLoop() {
  while (true) {
    for (int spin = 0; spin < spinRounds && !hasWork(); ++spin)
      pauseThread();
    if (!hasWork()) {
      pthread_mutex_lock(&mutex);
      sleepers.fetch_add(1);
      if (!hasWork() && !stopping)
        pthread_cond_wait(&wake, &mutex);
      sleepers.fetch_sub(1);
      bool stop = stopping;
      pthread_mutex_unlock(&mutex);
      if (stop)
        return;
    }
    work(/*isCaller=*/false);
  }
}

void ThreadPool::run(int64_t size, int64_t grain, sc_range_fn body, void *argument) {
  if (size <= 0)
    return;
  int64_t units = std::min({size / std::max<int64_t>(grain, 1), unitsPerThread * (this->size() + 1), int64_t(UINT16_MAX)});
  if (insideRange || threads.empty() || units < 2) {
    body(argument, 0, size);
    return;
  }
  range = {body, argument, size, units};
  finished.store(0, std::memory_order_relaxed);
  Units all = Units::unpack(open.load(std::memory_order_relaxed));
  open.store(Units{all.round + 1, 0, static_cast<uint16_t>(units)}.pack());
  // A worker that is about to sleep has counted itself, or sees the range.
  if (sleepers.load() != 0) {
    pthread_mutex_lock(&mutex);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&mutex);
  }
  work(/*isCaller=*/true);
  for (int spin = 0; spin < spinRounds && finished.load() != units; ++spin)
    pauseThread();
  if (finished.load() == units)
    return;
  pthread_mutex_lock(&mutex);
  callerSleeps.store(true);
  while (finished.load() != units)
    pthread_cond_wait(&done, &mutex);
  callerSleeps.store(false);
  pthread_mutex_unlock(&mutex);
}

} // namespace sconce::rt
