#include "runtime/Compiled.h"
#include "runtime/Context.h"

#include <cstring>
#include <gtest/gtest.h>
#include <set>

using namespace sconce::rt;

namespace {

struct Compiled : testing::Test {
  sc_context context;

  sc_rt_ref text(const char *data) {
    sc_rt_ref string;
    EXPECT_EQ(sc_rt_string_new(&context, data, static_cast<int64_t>(std::strlen(data)), &string),
              SC_OK);
    return string;
  }
  sc_rt_ref number(int64_t value) {
    sc_rt_ref ref;
    EXPECT_EQ(sc_rt_box_int(&context, value, &ref), SC_OK);
    return ref;
  }
  sc_rt_ref list(std::vector<int64_t> numbers) {
    sc_rt_ref ref;
    EXPECT_EQ(sc_rt_list_new(&context, 2, &ref), SC_OK);
    for (int64_t element : numbers)
      EXPECT_EQ(sc_rt_list_append_int(&context, ref, element), SC_OK);
    return ref;
  }
  std::string str(sc_rt_ref value) {
    sc_rt_ref string;
    EXPECT_EQ(sc_rt_str(&context, value, &string), SC_OK);
    int64_t tag, payload;
    EXPECT_EQ(sc_rt_to_value(&context, string, &tag, &payload), SC_OK);
    return Value::adopt(sc_value{static_cast<uint32_t>(tag), 0, {payload}}).asString();
  }
  std::string message() {
    std::string text = sc_context_message(&context);
    sc_context_clear_error(&context);
    return text;
  }
};

} // namespace

TEST_F(Compiled, MemoryGoesWithTheCall) {
  void *memory = sc_rt_alloc(&context, 100);
  ASSERT_TRUE(memory);
  EXPECT_EQ(sc_rt_alloc(&context, -1), nullptr);
  EXPECT_EQ(sc_rt_alloc_result(&context, -1), nullptr);
  sc_rt_free(&context, memory);
  sc_rt_alloc(&context, 10);
  context.endCall();
  EXPECT_EQ(context.liveAllocations(), 0u);
}

TEST_F(Compiled, RaiseKeepsLocationAndStack) {
  EXPECT_EQ(sc_rt_raise(&context, SC_RAISED, "ValueError", "bad", "m.py:1:2\nforward\nhelper"),
            SC_RAISED);
  EXPECT_STREQ(sc_context_location(&context), "m.py:1:2");
  EXPECT_STREQ(sc_context_stack(&context), "forward\nhelper");
  EXPECT_EQ(message(), "bad");
  EXPECT_EQ(sc_rt_raise(&context, SC_OUT_OF_MEMORY, nullptr, nullptr, nullptr), SC_OUT_OF_MEMORY);
}

TEST_F(Compiled, ListsGrowAndAnswer) {
  sc_rt_ref numbers = list({3, 1, 2});
  int64_t size;
  sc_rt_ref element;
  EXPECT_EQ(sc_rt_list_size(&context, numbers, &size), SC_OK);
  EXPECT_EQ(size, 3);
  EXPECT_EQ(sc_rt_list_get(&context, numbers, -1, &element), SC_OK);
  EXPECT_EQ(str(element), "2");
  EXPECT_EQ(sc_rt_list_get(&context, numbers, 9, &element), SC_RAISED);
  EXPECT_EQ(message(), "list index out of range");
  EXPECT_EQ(sc_rt_list_sort(&context, numbers, 0), SC_OK);
  EXPECT_EQ(str(numbers), "[1, 2, 3]");
  sc_rt_ref part;
  EXPECT_EQ(sc_rt_list_slice(&context, numbers, INT64_MIN, INT64_MIN, -1, &part), SC_OK);
  EXPECT_EQ(str(part), "[3, 2, 1]");
  EXPECT_EQ(sc_rt_list_size(&context, nullptr, &size), SC_RAISED);
  EXPECT_EQ(message(), "expected a value of type list");
}

TEST_F(Compiled, TensorsAreCopiedInAndOut) {
  float data[6] = {0, 1, 2, 3, 4, 5};
  int64_t sizes[2] = {2, 3};
  sc_rt_buffer buffer{data, 2, sizes};
  sc_rt_ref tensor;
  ASSERT_EQ(sc_rt_box(&context, 6, &buffer, &tensor), SC_OK);
  data[0] = 100;
  int64_t extents[2] = {-1, 3};
  void *copy;
  ASSERT_EQ(sc_rt_unbox(&context, tensor, 6, 2, extents, &copy), SC_OK);
  EXPECT_EQ(extents[0], 2);
  EXPECT_EQ(static_cast<float *>(copy)[0], 0);
  ASSERT_EQ(sc_rt_tensor_store(&context, tensor, 6, &buffer), SC_OK);
  EXPECT_EQ(static_cast<float *>(copy)[0], 0);
  ASSERT_EQ(sc_rt_unbox(&context, tensor, 6, 2, extents, &copy), SC_OK);
  EXPECT_EQ(static_cast<float *>(copy)[0], 100);
  EXPECT_EQ(sc_rt_unbox(&context, tensor, 7, 2, extents, &copy), SC_RAISED);
  EXPECT_EQ(message(), "a tensor has dtype float32 where another was compiled");
  int64_t wrong[2] = {-1, 4};
  EXPECT_EQ(sc_rt_unbox(&context, tensor, 6, 2, wrong, &copy), SC_RAISED);
  EXPECT_EQ(message(), "a tensor has shape [2, 3] where [?, 4] was compiled");
  EXPECT_EQ(sc_rt_unbox(&context, number(1), 6, 2, extents, &copy), SC_RAISED);
}

TEST_F(Compiled, BoxesKeepTheirKind) {
  int64_t whole, truth;
  double real;
  sc_rt_ref box;
  EXPECT_EQ(sc_rt_unbox_int(&context, number(7), &whole), SC_OK);
  EXPECT_EQ(whole, 7);
  EXPECT_EQ(sc_rt_box_bool(&context, 5, &box), SC_OK);
  EXPECT_EQ(sc_rt_unbox_bool(&context, box, &truth), SC_OK);
  EXPECT_EQ(truth, 1);
  EXPECT_EQ(sc_rt_unbox_int(&context, box, &whole), SC_RAISED);
  EXPECT_EQ(message(), "expected a value of type int");
  EXPECT_EQ(sc_rt_unbox_float(&context, number(3), &real), SC_OK);
  EXPECT_EQ(real, 3.0);
  EXPECT_EQ(sc_rt_equal(&context, number(3), number(3), &truth), SC_OK);
  EXPECT_EQ(truth, 1);
}

TEST_F(Compiled, DictsAnswerByKey) {
  sc_rt_ref dict, value;
  ASSERT_EQ(sc_rt_dict_new(&context, 5, 2, &dict), SC_OK);
  EXPECT_EQ(sc_rt_dict_set(&context, dict, text("a"), number(1)), SC_OK);
  EXPECT_EQ(sc_rt_dict_get(&context, dict, text("a"), &value), SC_OK);
  EXPECT_EQ(str(value), "1");
  EXPECT_EQ(sc_rt_dict_get(&context, dict, text("b"), &value), SC_RAISED);
  EXPECT_EQ(message(), "KeyError: b");
  EXPECT_EQ(sc_rt_dict_items(&context, dict, &value), SC_OK);
  EXPECT_EQ(str(value), "[(a, 1)]");
}

TEST_F(Compiled, TextAndPrint) {
  std::string printed;
  sc_context_set_print(
      &context,
      [](void *sink, int32_t, const char *data, size_t size) {
        static_cast<std::string *>(sink)->append(data, size);
      },
      &printed);
  sc_rt_ref arguments, result;
  ASSERT_EQ(sc_rt_list_new(&context, 0, &arguments), SC_OK);
  EXPECT_EQ(sc_rt_list_append(&context, arguments, text("x")), SC_OK);
  EXPECT_EQ(sc_rt_list_append(&context, arguments, nullptr), SC_OK);
  EXPECT_EQ(sc_rt_print(&context, arguments), SC_OK);
  EXPECT_EQ(printed, "x None\n");
  EXPECT_EQ(sc_rt_format(&context, text("{}-{}"), arguments, &result), SC_OK);
  EXPECT_EQ(str(result), "x-None");
  ASSERT_EQ(sc_rt_list_new(&context, 0, &arguments), SC_OK);
  EXPECT_EQ(sc_rt_list_append(&context, arguments, text("a")), SC_OK);
  EXPECT_EQ(sc_rt_list_append(&context, arguments, text("b")), SC_OK);
  EXPECT_EQ(sc_rt_string_call(&context, "add", 3, arguments, &result), SC_OK);
  EXPECT_EQ(str(result), "ab");
  EXPECT_EQ(sc_rt_string_call(&context, "undefined", 9, arguments, &result), SC_RAISED);
}

TEST_F(Compiled, RandomNumbersComeFromTheContext) {
  sc_context_manual_seed(&context, 0);
  float data[3];
  int64_t size = 3;
  sc_rt_buffer buffer{data, 1, &size};
  ASSERT_EQ(sc_rt_random(&context, 6, 1, 0, 1, &buffer), SC_OK);
  EXPECT_EQ(data[0], 1.5409960746765137f);
  EXPECT_EQ(sc_rt_random(&context, 6, 99, 0, 1, &buffer), SC_INTERNAL);
  sc_context_clear_error(&context);
  EXPECT_EQ(sc_rt_random_integers(&context, 6, 4, 5, 5, &buffer), SC_RAISED);
  EXPECT_EQ(message(), "random_ expects 'from' to be less than 'to', but got from=5 >= to=5");
}

TEST(CompiledSymbols, NamesAreUnique) {
  std::set<std::string> names;
  for (const CompiledSymbol &symbol : compiledSymbols()) {
    EXPECT_TRUE(symbol.address);
    EXPECT_TRUE(names.insert(symbol.name).second) << symbol.name;
  }
  EXPECT_TRUE(names.contains("sc_rt_alloc") && names.contains("sc_parallel_for"));
}
