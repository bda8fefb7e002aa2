#include "sconce-c/Sconce.h"

#include <bit>
#include <gtest/gtest.h>
#include <string>

namespace {

/// count() gives the counter and adds one; scale(x, k) multiplies by k.
int32_t countEntry(sc_frame *frame) {
  frame->results[0] = frame->args[0];
  frame->results[1] = std::bit_cast<void *>(std::bit_cast<int64_t>(frame->args[0]) + 1);
  return SC_OK;
}

int32_t scaleEntry(sc_frame *frame) {
  const float *x = static_cast<const float *>(frame->args[0]);
  int64_t size = std::bit_cast<int64_t>(frame->args[1]);
  float *y = static_cast<float *>(frame->results[0]);
  for (int64_t i = 0; i < 2; ++i)
    y[i] = i < size ? x[i] * static_cast<float>(std::bit_cast<double>(frame->args[2])) : 0;
  return SC_OK;
}

const sc_entry entries[] = {
    {"count", "(){i}->(i){i}", countEntry, 0},
    {"scale", "(T6[?],f)->(T6[2])", scaleEntry, 64},
};
const char *const stateNames[] = {"counter"};
void *const stateWords[] = {reinterpret_cast<void *>(10)};
const sc_model model{SC_ABI_MAJOR << 16, 2, "demo", entries, nullptr, "i", stateNames, stateWords, 0, 0, nullptr, nullptr, 0, nullptr};

struct ModelCall : testing::Test {
  sc_context *context = sc_context_create(0);
  sc_instance *instance = sc_instance_create(&model, context);
  ~ModelCall() override {
    sc_instance_destroy(instance);
    sc_context_destroy(context);
  }
  int64_t count(sc_instance *of) {
    sc_value result = sc_none();
    EXPECT_EQ(sc_call(of, context, "count", nullptr, 0, &result), SC_OK)
        << sc_context_message(context);
    return result.as.i;
  }
};

} // namespace

TEST_F(ModelCall, KeepsStatePerInstance) {
  EXPECT_EQ(count(instance), 10);
  EXPECT_EQ(count(instance), 11);
  sc_instance *twin = sc_instance_clone(instance);
  EXPECT_EQ(count(twin), 12);
  EXPECT_EQ(count(instance), 12);
  EXPECT_EQ(sc_instance_reset(instance), SC_OK);
  EXPECT_EQ(count(instance), 10);
  EXPECT_EQ(sc_instance_write(instance, "counter", sc_int(50)), SC_OK);
  EXPECT_EQ(count(instance), 50);
  sc_value value;
  EXPECT_EQ(sc_instance_read(instance, "counter", &value), SC_OK);
  EXPECT_EQ(value.as.i, 51);
  EXPECT_EQ(sc_instance_read(instance, "other", &value), SC_INVALID_ARGUMENT);
  sc_instance_destroy(twin);
}

TEST_F(ModelCall, TakesCallersTensors) {
  float data[4] = {1, 9, 2, 9};
  int64_t shape = 2, stride = 2;
  DLTensor view{data, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &shape, &stride, 0};
  sc_value arguments[] = {sc_tensor_borrow(&view, nullptr, nullptr), sc_double(10)};
  sc_value result = sc_none();
  ASSERT_EQ(sc_call(instance, context, "scale", arguments, 2, &result), SC_OK)
      << sc_context_message(context);
  DLTensor out;
  ASSERT_EQ(sc_tensor_view(result, &out), SC_OK);
  EXPECT_EQ(static_cast<float *>(out.data)[1], 20);
  sc_value_release(arguments[0]);
  sc_value_release(result);
}

TEST_F(ModelCall, ListsWhatWasCompiled) {
  sc_value argument = sc_int(1), result;
  EXPECT_EQ(sc_call(instance, context, "scale", &argument, 1, &result), SC_INVALID_ARGUMENT);
  EXPECT_STREQ(sc_context_message(context),
               "method 'scale' was not compiled for these arguments (expected 2 arguments, "
               "got 1); it was for\n  (T6[?],f)->(T6[2])");
  EXPECT_EQ(sc_call(instance, context, "forward", nullptr, 0, &result), SC_INVALID_ARGUMENT);
  EXPECT_STREQ(sc_context_message(context), "the model has no method 'forward', only count, scale");
}

TEST(Model, RefusesAnotherVersion) {
  sc_context *context = sc_context_create(0);
  sc_model newer = model;
  newer.abi_version = (SC_ABI_MAJOR + 1) << 16;
  EXPECT_EQ(sc_instance_create(&newer, context), nullptr);
  EXPECT_EQ(sc_context_status(context), SC_UNSUPPORTED);
  sc_context_destroy(context);
}

TEST(ValueAbi, BuildsAndReadsContainers) {
  sc_value list = sc_list("str"), text = sc_string("ab", 2);
  EXPECT_EQ(sc_append(list, text), SC_OK);
  EXPECT_EQ(sc_append(text, text), SC_INVALID_ARGUMENT);
  EXPECT_EQ(sc_size(list), 1);
  EXPECT_EQ(sc_size(text), -1);
  sc_value element = sc_get(list, 0);
  size_t size;
  EXPECT_EQ(std::string(sc_string_data(element, &size), 2), "ab");
  EXPECT_EQ(size, 2u);
  EXPECT_EQ(sc_get(list, 1).tag, SC_NONE);
  sc_value dict = sc_dict("str", "int"), key, value;
  EXPECT_EQ(sc_dict_set(dict, text, sc_int(5)), SC_OK);
  EXPECT_EQ(sc_dict_get(dict, text, &value), SC_OK);
  EXPECT_EQ(value.as.i, 5);
  EXPECT_EQ(sc_dict_entry(dict, 0, &key, &value), SC_OK);
  EXPECT_EQ(sc_dict_entry(dict, 1, &key, &value), SC_INVALID_ARGUMENT);
  sc_value pair[] = {list, dict}, tuple = sc_tuple(pair, 2), words = sc_str(tuple);
  EXPECT_EQ(std::string(sc_string_data(words, nullptr)), "([ab], {ab: 5})");
  for (sc_value held : {list, text, element, dict, key, tuple, words})
    sc_value_release(held);
}

TEST(TensorAbi, RefusesWhatItCannotDescribe) {
  int64_t shape[] = {2, -1};
  DLTensor view{nullptr, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
  EXPECT_EQ(sc_tensor_borrow(&view, nullptr, nullptr).tag, SC_NONE);
  view.dtype.bits = 7;
  EXPECT_EQ(sc_tensor_borrow(&view, nullptr, nullptr).tag, SC_NONE);
  EXPECT_EQ(sc_tensor_empty(99, 0, nullptr).tag, SC_NONE);
  EXPECT_EQ(sc_tensor_rank(sc_int(1)), -1);
  EXPECT_EQ(sc_tensor_data(sc_int(1)), nullptr);
}

TEST_F(ModelCall, CallsAnEntryOnTheCallersMemory) {
  float data[2] = {1, 2}, written[2] = {0, 0};
  int64_t shape = 2;
  double factor = 10;
  DLTensor in{data, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &shape, nullptr, 0}, out = in;
  out.data = written;
  const void *arguments[] = {&in, &factor};
  void *results[] = {&out};
  // Without a workspace of the caller's the context has one.
  ASSERT_EQ(sc_call_entry(instance, context, 1, arguments, results, nullptr), SC_OK)
      << sc_context_message(context);
  EXPECT_EQ(written[0], 10);
  EXPECT_EQ(written[1], 20);

  // What does not fit is left alone.
  shape = 3;
  EXPECT_EQ(sc_call_entry(instance, context, 1, arguments, results, nullptr), SC_INVALID_ARGUMENT);
  EXPECT_NE(std::string(sc_context_message(context)).find("result 0"), std::string::npos)
      << sc_context_message(context);
}

TEST_F(ModelCall, CallsAnEntryWithStateOnTheCallersMemory) {
  int64_t first = -1, second = -1;
  void *firstResult[] = {&first}, *secondResult[] = {&second};
  ASSERT_EQ(sc_call_entry(instance, context, 0, nullptr, firstResult, nullptr), SC_OK)
      << sc_context_message(context);
  ASSERT_EQ(sc_call_entry(instance, context, 0, nullptr, secondResult, nullptr), SC_OK);
  EXPECT_EQ(first, 10);
  EXPECT_EQ(second, 11);
  EXPECT_EQ(count(instance), 12);
}
