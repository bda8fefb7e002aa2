#include "runtime/ThreadPool.h"

#include <atomic>
#include <gtest/gtest.h>
#include <vector>

using namespace sconce::rt;

static void increment(void *argument, int64_t begin, int64_t end) {
  auto &counts = *static_cast<std::vector<std::atomic<int>> *>(argument);
  for (int64_t i = begin; i < end; ++i)
    ++counts[static_cast<size_t>(i)];
}

TEST(ThreadPool, CoversEveryIndexOnce) {
  for (int workers : {0, 1, 3}) {
    ThreadPool pool(workers);
    for (int64_t size : {0, 1, 7, 1000})
      for (int64_t grain : {0, 1, 64, 5000}) {
        std::vector<std::atomic<int>> counts(static_cast<size_t>(size));
        pool.run(size, grain, increment, &counts);
        for (auto &count : counts)
          EXPECT_EQ(count, 1);
      }
  }
}

TEST(ThreadPool, RunsNestedRangesInPlace) {
  ThreadPool pool(2);
  struct Nested {
    ThreadPool &pool;
    std::atomic<int64_t> sum{0};
  } nested{pool};
  auto outer = [](void *argument, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      static_cast<Nested *>(argument)->pool.run(
          10, 1, [](void *a, int64_t b, int64_t e) { static_cast<Nested *>(a)->sum += e - b; },
          argument);
  };
  pool.run(100, 1, outer, &nested);
  EXPECT_EQ(nested.sum, 1000);
}

TEST(ThreadPool, SurvivesManyShortRanges) {
  ThreadPool pool(2);
  std::vector<std::atomic<int>> counts(64);
  for (int round = 0; round < 2000; ++round)
    pool.run(64, 1, increment, &counts);
  for (auto &count : counts)
    EXPECT_EQ(count, 2000);
}

TEST(ThreadPool, FindsAtLeastOneProcessor) { EXPECT_GE(ThreadPool::availableConcurrency(), 1); }
