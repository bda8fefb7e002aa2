#include "runtime/Context.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

TEST(Context, KeepsTheFirstError) {
  sc_context context;
  EXPECT_EQ(sc_context_status(&context), SC_OK);
  EXPECT_STREQ(sc_context_message(&context), "");
  EXPECT_EQ(context.fail(Status::raise("first", "ValueError"), "model.py:3:4", "forward"),
            SC_RAISED);
  EXPECT_EQ(context.fail(Status::invalid("second")), SC_RAISED);
  EXPECT_STREQ(sc_context_message(&context), "first");
  EXPECT_STREQ(sc_context_exception_class(&context), "ValueError");
  EXPECT_STREQ(sc_context_location(&context), "model.py:3:4");
  EXPECT_STREQ(sc_context_stack(&context), "forward");
  sc_context_clear_error(&context);
  EXPECT_EQ(sc_context_status(&context), SC_OK);
}

TEST(Context, FreesWhatACallLeaves) {
  sc_context context;
  void *first = context.allocate(100), *second = context.allocate(0);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
  context.free(first);
  context.free(nullptr);
  EXPECT_EQ(context.liveAllocations(), 1u);
  context.keep(Value::ofString("kept"));
  context.endCall();
  EXPECT_EQ(context.liveAllocations(), 0u);
  EXPECT_EQ(context.allocate(SIZE_MAX), nullptr);
}

TEST(Context, ResultsOutliveTheCall) {
  sc_context context;
  void *data = context.allocateResult(16);
  Ref<Storage> storage = context.releaseResult(data);
  context.endCall();
  EXPECT_EQ(storage->data(), data);
  EXPECT_FALSE(context.releaseResult(data));
}

TEST(Context, PrintsThroughTheCallback) {
  sc_context context;
  std::string text;
  sc_context_set_print(
      &context,
      [](void *sink, int32_t stream, const char *data, size_t size) {
        *static_cast<std::string *>(sink) += std::to_string(stream) + std::string(data, size);
      },
      &text);
  context.print(1, "a\n");
  context.print(2, "b");
  EXPECT_EQ(text, "1a\n2b");
}

TEST(Context, UsesTheCallersExecutor) {
  sc_context *context = sc_context_create(0);
  int64_t calls = 0;
  sc_context_set_executor(
      context,
      [](void *executor, int64_t size, int64_t, sc_range_fn body, void *argument) {
        ++*static_cast<int64_t *>(executor);
        body(argument, 0, size / 2);
        body(argument, size / 2, size);
      },
      &calls, 2);
  int64_t sum = 0;
  sc_parallel_for(
      context, 10, 1,
      [](void *argument, int64_t begin, int64_t end) {
        *static_cast<int64_t *>(argument) += end - begin;
      },
      &sum);
  EXPECT_EQ(sum, 10);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(context->concurrency(), 2);
  sc_context_destroy(context);
}
