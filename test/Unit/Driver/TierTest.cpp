/// Tiers: interpreted while compiling, generalised, bounded.
#include "sconce-c/Module.h"
#include "test/Unit/Driver/Fixtures.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <unistd.h>

using sconce::Counters;
using sconce::Module;
using sconce::Value;
using Floats = std::vector<float>;

namespace {

Floats ones(const std::vector<int64_t> &sizes) {
  int64_t count = 1;
  for (int64_t size : sizes)
    count *= size;
  return Floats(static_cast<size_t>(count), 1);
}

/// branch_on_sum adds 1 to what has a sum above 0.
void expectOneMore(const Module &module, const std::vector<int64_t> &sizes) {
  Floats x = ones(sizes);
  sconce::Result<Value> y = module.forward({Value::tensor(x, sizes)});
  ASSERT_TRUE(y) << y.error().message;
  ASSERT_EQ(y->sizes(), sizes);
  ASSERT_EQ(elements(*y), Floats(x.size(), 2));
}

void waitUntil(const std::function<bool()> &holds) {
  for (int i = 0; i < 3000 && !holds(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(holds());
}

double megabytesResident() {
  long pages = 0, resident = 0;
  std::FILE *file = std::fopen("/proc/self/statm", "r");
  if (file && std::fscanf(file, "%ld %ld", &pages, &resident) != 2)
    resident = 0;
  if (file)
    std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

/// How often a soak test calls: `SCONCE_SOAK=100000` for the whole.
int soakCalls(int usually) {
  const char *text = std::getenv("SCONCE_SOAK");
  return text ? std::atoi(text) : usually;
}

} // namespace

TEST(Tiers, InterpretsUntilCompiledCodeIsThere) {
  Module module = loadFixture("branch_on_sum", {.tiered = true});
  expectOneMore(module, {3});
  EXPECT_EQ(module.counters().interpreted, 1u);
  waitUntil([&] { return module.counters().entries == 1; });
  expectOneMore(module, {3});
  Counters counters = module.counters();
  EXPECT_EQ(counters.interpreted, 1u);
  EXPECT_EQ(counters.hits, 1u);
  EXPECT_EQ(counters.compiles, 1u);
}

TEST(Tiers, WaitsForWhatIsSlowToInterpret) {
  Module module = loadFixture("branch_on_sum", {.tiered = true});
  expectOneMore(module, {3000, 4000});
  EXPECT_EQ(module.counters().interpreted, 0u);
  EXPECT_EQ(module.counters().compiles, 1u);
}

TEST(Tiers, BothTiersSeeTheState) {
  Module module = loadFixture("running_mean", {.tiered = true});
  Value x = Value::tensor({1, 2, 3}, {1, 3});
  for (int64_t call = 1; call <= 40; ++call) {
    sconce::Result<Value> y = module.forward({x});
    ASSERT_TRUE(y) << y.error().message;
    EXPECT_EQ((*y)[1].toInt(), call);
    if (call == 20)
      waitUntil([&] { return module.counters().entries == 1; });
  }
  EXPECT_EQ(module.attribute("count").value().toInt(), 40);
  EXPECT_EQ(elements(module.attribute("mean").value()), Floats({1, 2, 3}));
  Counters counters = module.counters();
  EXPECT_GT(counters.interpreted, 0u);
  EXPECT_GE(counters.hits, 20u);
  module.reset();
  EXPECT_EQ(module.forward({x}).value()[1].toInt(), 1);
}

TEST(Tiers, ExtentsThatVaryAreLeftToRunTime) {
  Module module = loadFixture("branch_on_sum", {.tiered = true});
  for (int64_t size = 2; size < 60; ++size)
    expectOneMore(module, {size, 3});
  waitUntil([&] { return module.counters().generalisations == 1; });
  uint64_t hits = module.counters().hits, compiles = module.counters().compiles;
  EXPECT_LE(compiles, 4u);
  for (int64_t size = 60; size < 80; ++size)
    expectOneMore(module, {size, 3});
  // What broadcasts is apart.
  EXPECT_EQ(module.counters().hits, hits + 20);
  EXPECT_EQ(module.counters().compiles, compiles);
  expectOneMore(module, {1, 3});
  waitUntil([&] { return module.counters().compiles == compiles + 1; });
}

TEST(Tiers, ErrorsAreTheModelsOwn) {
  Module module = loadFixture("raises_on_value", {.tiered = true});
  for (int round = 0; round < 2; ++round) {
    sconce::Result<Value> y = module.forward({Value::tensor({9, 9}, {2})});
    ASSERT_FALSE(y);
    EXPECT_EQ(y.error().code, sconce::ErrorCode::Raised);
    EXPECT_EQ(y.error().exceptionClass, "builtins.ValueError");
    EXPECT_EQ(y.error().message, "too large");
    EXPECT_NE(y.error().location.find("(code/__torch__.py):9:7"), std::string::npos) << y.error().location;
    EXPECT_FALSE(module.forward({}));
    waitUntil([&] { return module.counters().entries == 1; });
  }
}

TEST(Tiers, ThreadsShareBothTiers) {
  Module module = loadFixture("running_mean", {.cacheSize = 2, .tiered = true});
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int64_t round = 0; round < 6; ++round) {
        int64_t rows = 1 + (thread + round) % 4;
        Floats data;
        for (int64_t row = 0; row < rows; ++row)
          data.insert(data.end(), {1, 2, 3});
        ASSERT_TRUE(module.forward({Value::tensor(data, {rows, 3})}));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(module.attribute("count").value().toInt(), 48);
  EXPECT_EQ(elements(module.attribute("mean").value()), Floats({1, 2, 3}));
}

TEST(Tiers, CountersFromC) {
  sc_context *context = sc_context_create(0);
  sc_load_options options = {.opt_level = 1, .cache_size = 4, .tiered = 1, .cache_folder = nullptr, .cache_bytes = 0};
  sc_module *module = sc_module_load(modelPath("branch_on_sum").c_str(), &options, context);
  ASSERT_NE(module, nullptr);
  Floats data = {1, 2, 3};
  int64_t size = 3;
  DLTensor tensor = {data.data(), {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &size, nullptr, 0};
  sc_value x = sc_tensor_borrow(&tensor, nullptr, nullptr), y = sc_none();
  ASSERT_EQ(sc_module_call(module, context, "forward", &x, 1, &y), SC_OK) << sc_context_message(context);
  sc_counters counters;
  sc_module_counters(module, &counters);
  EXPECT_EQ(counters.interpreted, 1u);
  EXPECT_EQ(counters.hits, 0u);
  sc_value_release(x);
  sc_value_release(y);
  sc_module_destroy(module);
  sc_context_destroy(context);
}

/// Random shapes of up to four dimensions: what is compiled, interpreted and remembered for them stays bounded.
TEST(Soak, RandomShapesTakeNoMoreMemory) {
  const int calls = soakCalls(3000);
  Module module = loadFixture("branch_on_sum", {.cacheSize = 8, .tiered = true});
  std::mt19937 random(1);
  double before = 0;
  for (int call = 0; call < calls; ++call) {
    if (call == calls / 3)
      before = megabytesResident();
    std::vector<int64_t> sizes(1 + random() % 4);
    for (int64_t &size : sizes)
      size = 1 + random() % 12;
    expectOneMore(module, sizes);
    if (HasFatalFailure())
      return;
  }
  double after = megabytesResident();
  Counters counters = module.counters();
  std::printf("%d calls: %.1f MB after a third, %.1f MB at the end; hits %llu, compiles %llu, generalisations %llu, "
              "interpreted %llu, evictions %llu\n",
              calls, before, after, static_cast<unsigned long long>(counters.hits),
              static_cast<unsigned long long>(counters.compiles), static_cast<unsigned long long>(counters.generalisations),
              static_cast<unsigned long long>(counters.interpreted), static_cast<unsigned long long>(counters.evictions));
  EXPECT_LE(counters.entries, 8u);
  EXPECT_LT(after, before + 48);
}

/// Without tiers each shape is compiled: code, and what MLIR keeps, must go.
TEST(Soak, EvictedCodeIsFreed) {
  const int calls = soakCalls(24000) / 100;
  Module module = loadFixture("branch_on_sum", {.cacheSize = 4});
  double before = 0;
  for (int call = 0; call < calls; ++call) {
    if (call == calls / 2)
      before = megabytesResident();
    expectOneMore(module, {2 + call});
    if (HasFatalFailure())
      return;
  }
  double after = megabytesResident();
  std::printf("%d compiles: %.1f MB after half, %.1f MB at the end\n", calls, before, after);
  EXPECT_EQ(module.counters().evictions, static_cast<uint64_t>(calls - 4));
  EXPECT_EQ(module.counters().compiles, static_cast<uint64_t>(calls));
  EXPECT_LT(after, before + 32);
}
