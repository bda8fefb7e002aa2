/// One module, eight threads: the same results as one after the other, without a race (the tsan preset looks).
#include "test/Unit/Driver/Fixtures.h"

#include <thread>

using sconce::Module;
using sconce::Value;
using Floats = std::vector<float>;

template <typename Body> static void onThreads(int count, Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([=] { body(i); });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Concurrency, SignaturesAreCompiledAndCalledAtOnce) {
  // More signatures than the cache keeps, so that threads compile, evict and call.
  Module module = loadFixture("branch_on_sum", {.cacheSize = 2});
  onThreads(8, [&](int thread) {
    for (int round = 0; round < 6; ++round) {
      int64_t size = 1 + (thread + round) % 3;
      sconce::Result<Value> y = module.forward({Value::tensor(Floats(static_cast<size_t>(size), 1), {size})});
      ASSERT_TRUE(y) << y.error().message;
      EXPECT_EQ(elements(*y), Floats(static_cast<size_t>(size), 2));
    }
  });
}

TEST(Concurrency, CallsThatWriteStateTakeTurns) {
  Module module = loadFixture("running_mean");
  Value x = Value::tensor({1, 2, 3}, {1, 3});
  onThreads(8, [&](int) {
    for (int round = 0; round < 5; ++round)
      ASSERT_TRUE(module.forward({x}));
  });
  EXPECT_EQ(module.attribute("count").value().toInt(), 40);
  EXPECT_EQ(elements(module.attribute("mean").value()), Floats({1, 2, 3}));
}

TEST(Concurrency, TextAndCallsDoNotDisturbEachOther) {
  Module module = loadFixture("two_methods");
  onThreads(8, [&](int thread) {
    if (thread % 4 == 0) {
      EXPECT_TRUE(module.graph("decode"));
      EXPECT_TRUE(module.code());
      return;
    }
    auto method = module.get_method(thread % 2 ? "forward" : "decode");
    ASSERT_TRUE(method);
    sconce::Result<Value> y = (*method)({Value::tensor(SC_FLOAT32, {1 + thread % 3, thread % 2 ? 4 : 3})});
    EXPECT_TRUE(y) << y.error().message;
  });
}

TEST(Concurrency, KernelsRunOnTheContextsThreads) {
  Module alone = loadFixture("conv_bn_relu"), many = loadFixture("conv_bn_relu", {.threads = 4});
  Floats data;
  for (int i = 0; i < 2 * 3 * 16 * 16; ++i)
    data.push_back(static_cast<float>(i % 17) - 8);
  Value x = Value::tensor(data, {2, 3, 16, 16});
  EXPECT_EQ(elements(alone.forward({x}).value()), elements(many.forward({x}).value()));
}
