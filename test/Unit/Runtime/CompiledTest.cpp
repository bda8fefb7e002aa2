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
  /// A float32 tensor value of these sizes.
  sc_rt_ref tensor(std::vector<int64_t> sizes, std::vector<float> numbers) {
    sc_rt_buffer buffer{numbers.data(), static_cast<int64_t>(sizes.size()), sizes.data()};
    sc_rt_ref ref = nullptr;
    EXPECT_EQ(sc_rt_box(&context, 6, &buffer, &ref), SC_OK);
    return ref;
  }
  sc_rt_ref listOf(std::vector<sc_rt_ref> elements) {
    sc_rt_ref ref;
    EXPECT_EQ(sc_rt_list_new(&context, 0, &ref), SC_OK);
    for (sc_rt_ref element : elements)
      EXPECT_EQ(sc_rt_list_append(&context, ref, element), SC_OK);
    return ref;
  }
  /// A float32 tensor's elements after its sizes: "[2, 1] 3 4".
  std::string elements(sc_rt_ref tensor, int64_t rank) {
    std::vector<int64_t> sizes(static_cast<size_t>(rank), -1);
    void *data;
    if (sc_rt_unbox(&context, tensor, 6, rank, sizes.data(), &data) != SC_OK)
      return message();
    std::string text = "[";
    int64_t count = 1;
    for (size_t dim = 0; dim < sizes.size(); ++dim) {
      text += (dim ? ", " : "") + std::to_string(sizes[dim]);
      count *= sizes[dim];
    }
    text += "]";
    for (int64_t i = 0; i < count; ++i)
      text += " " + std::to_string(static_cast<int>(static_cast<float *>(data)[i]));
    return text;
  }
  /// The operator aten::`name` on strings: its result as text, or the message.
  std::string callString(const char *name, std::vector<sc_rt_ref> arguments) {
    sc_rt_ref result;
    int32_t status = sc_rt_string_call(&context, name, static_cast<int64_t>(std::strlen(name)),
                                       listOf(std::move(arguments)), &result);
    return status == SC_OK ? str(result) : message();
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
  // A size that is no size is the program's error, whatever status compiled code has for it; it learns the line.
  EXPECT_EQ(sc_rt_locate(&context, SC_OUT_OF_MEMORY, "code/a.py:1:2"), SC_RAISED);
  EXPECT_EQ(context.error.message, "Trying to create tensor with negative dimension, or Storage size calculation overflowed");
  EXPECT_EQ(context.location, "code/a.py:1:2");
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

TEST_F(Compiled, RaisePutsNumbersIntoTheMessage) {
  int64_t numbers[] = {-3, 7};
  EXPECT_EQ(sc_rt_raise_numbers(&context, SC_RAISED, "IndexError", "{} of {}", "m.py:1:2", numbers, 2), SC_RAISED);
  EXPECT_STREQ(sc_context_location(&context), "m.py:1:2");
  EXPECT_EQ(message(), "-3 of 7");
}

TEST_F(Compiled, FirstOutsideIsInTheOrderOfElements) {
  int64_t elements[] = {0, 2, 5, -1, 3}, sizes[] = {5}, found = 1;
  sc_rt_buffer buffer{elements, 1, sizes};
  EXPECT_EQ(sc_rt_first_outside(&context, &buffer, 0, 5, &found), SC_OK);
  EXPECT_EQ(found, 5);
  EXPECT_EQ(sc_rt_first_outside(&context, &buffer, 0, 6, &found), SC_OK);
  EXPECT_EQ(found, -1);
  EXPECT_EQ(sc_rt_first_outside(&context, &buffer, -1, 6, &found), SC_OK);
  EXPECT_EQ(found, 0);
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
  EXPECT_EQ(sc_rt_list_expect(&context, numbers, 3), SC_OK);
  EXPECT_EQ(sc_rt_list_expect(&context, numbers, 2), SC_RAISED);
  EXPECT_EQ(message(), "Expected 2 elements in a list but found 3");
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

TEST_F(Compiled, AnIterationIsDeadAfterTheNext) {
  sc_rt_ref before = text("before"), carried = nullptr;
  sc_rt_loop_enter(&context);
  for (int i = 0; i < 1000; ++i) {
    float numbers[4] = {float(i)};
    int64_t sizes[] = {4};
    sc_rt_buffer buffer{numbers, 1, sizes};
    sc_rt_ref tensor, list;
    void *copy = nullptr;
    ASSERT_EQ(sc_rt_box(&context, 6, &buffer, &tensor), SC_OK);
    ASSERT_EQ(sc_rt_unbox(&context, tensor, 6, 1, sizes, &copy), SC_OK);
    ASSERT_EQ(sc_rt_list_new(&context, 0, &list), SC_OK);
    if (i > 0)
      EXPECT_EQ(str(carried), "[" + std::to_string(i - 1) + "]");
    ASSERT_EQ(sc_rt_list_append(&context, list, number(i)), SC_OK);
    // A loop inside.
    sc_rt_loop_enter(&context);
    for (int k = 0; k < 3; ++k) {
      text("inner");
      sc_rt_loop_next(&context);
    }
    sc_rt_loop_leave(&context);
    carried = list;
    sc_rt_loop_carry(&context, carried);
    sc_rt_loop_next(&context);
    EXPECT_LT(context.liveReferences(), 30u);
    EXPECT_LT(context.liveAllocations(), 4u);
  }
  sc_rt_loop_leave(&context);
  EXPECT_EQ(str(carried), "[999]");
  EXPECT_EQ(str(before), "before");
  context.endCall();
  EXPECT_EQ(context.liveReferences(), 0u);
  EXPECT_EQ(context.liveAllocations(), 0u);
}

TEST_F(Compiled, LoopMemoryMayBeFreedEarly) {
  float numbers[2] = {1, 2};
  int64_t sizes[] = {2};
  sc_rt_buffer buffer{numbers, 1, sizes};
  sc_rt_ref tensor;
  void *copy = nullptr;
  ASSERT_EQ(sc_rt_box(&context, 6, &buffer, &tensor), SC_OK);
  sc_rt_loop_enter(&context);
  ASSERT_EQ(sc_rt_unbox(&context, tensor, 6, 1, sizes, &copy), SC_OK);
  sc_rt_free(&context, copy);
  sc_rt_loop_next(&context);
  sc_rt_loop_next(&context);
  sc_rt_loop_leave(&context);
  EXPECT_EQ(context.liveAllocations(), 0u);
}

TEST_F(Compiled, ListsReduceAndCompare) {
  sc_rt_ref result, numbers = list({3, 1, 2}), none = list({});
  int64_t truth;
  ASSERT_EQ(sc_rt_list_extreme(&context, numbers, 1, &result), SC_OK);
  EXPECT_EQ(str(result), "3");
  ASSERT_EQ(sc_rt_list_extreme(&context, numbers, 0, &result), SC_OK);
  EXPECT_EQ(str(result), "1");
  EXPECT_NE(sc_rt_list_extreme(&context, none, 1, &result), SC_OK);
  EXPECT_EQ(message(), "max() arg is an empty sequence");
  ASSERT_EQ(sc_rt_list_sum(&context, numbers, 0, &result), SC_OK);
  EXPECT_EQ(str(result), "6");
  ASSERT_EQ(sc_rt_list_sum(&context, none, 1, &result), SC_OK);
  EXPECT_EQ(str(result), "0.");
  ASSERT_EQ(sc_rt_list_holds(&context, list({0, 1}), 1, &truth), SC_OK);
  EXPECT_EQ(truth, 0);
  ASSERT_EQ(sc_rt_list_holds(&context, list({0, 1}), 0, &truth), SC_OK);
  EXPECT_EQ(truth, 1);
  ASSERT_EQ(sc_rt_list_range(&context, 3, &result), SC_OK);
  EXPECT_EQ(str(result), "[0, 1, 2]");
  ASSERT_EQ(sc_rt_less(&context, list({1, 2}), numbers, &truth), SC_OK);
  EXPECT_EQ(truth, 1);
  ASSERT_EQ(sc_rt_equal(&context, list({3, 1, 2}), numbers, &truth), SC_OK);
  EXPECT_EQ(truth, 1);
  int64_t matrix[] = {1, 2, 3, 4};
  int64_t sizes[] = {2, 2};
  sc_rt_buffer buffer{matrix, 2, sizes};
  sc_rt_ref tensor;
  ASSERT_EQ(sc_rt_box(&context, 4, &buffer, &tensor), SC_OK);
  ASSERT_EQ(sc_rt_list_of_tensor(&context, tensor, "List[List[int]]", 15, &result), SC_OK);
  EXPECT_EQ(str(result), "[[1, 2], [3, 4]]");
  EXPECT_NE(sc_rt_list_of_tensor(&context, tensor, "List[int]", 9, &result), SC_OK);
  EXPECT_EQ(message(), "Output annotation list dimension and runtime tensor dimension must match for tolist()");
}

TEST_F(Compiled, ObjectsHaveAttributes) {
  sc_rt_ref object, value, copy;
  ASSERT_EQ(sc_rt_object_new(&context, "__torch__.P", 11, &object), SC_OK);
  ASSERT_EQ(sc_rt_object_set(&context, object, "xy", 1, number(5)), SC_OK);
  ASSERT_EQ(sc_rt_object_get(&context, object, "x", 1, &value), SC_OK);
  EXPECT_EQ(str(value), "5");
  // Two names, one object.
  sc_rt_ref held;
  ASSERT_EQ(sc_rt_list_of(&context, "__torch__.P", 11, &held), SC_OK);
  ASSERT_EQ(sc_rt_list_append(&context, held, object), SC_OK);
  ASSERT_EQ(sc_rt_list_get(&context, held, 0, &copy), SC_OK);
  ASSERT_EQ(sc_rt_object_set(&context, copy, "x", 1, number(6)), SC_OK);
  ASSERT_EQ(sc_rt_object_get(&context, object, "x", 1, &value), SC_OK);
  EXPECT_EQ(str(value), "6");
  EXPECT_NE(sc_rt_object_get(&context, object, "z", 1, &value), SC_OK);
  EXPECT_EQ(message(), "'__torch__.P' object has no attribute 'z'");
  EXPECT_NE(sc_rt_object_get(&context, number(1), "z", 1, &value), SC_OK);
  EXPECT_EQ(message(), "expected a value of type object");
}

TEST_F(Compiled, KindsAreToldApart) {
  sc_rt_ref member, name, value, tuple, nothing = nullptr;
  ASSERT_EQ(sc_rt_enum_new(&context, "__torch__.C", 11, "RED", 3, number(7), &member), SC_OK);
  ASSERT_EQ(sc_rt_enum_name(&context, member, &name), SC_OK);
  ASSERT_EQ(sc_rt_enum_value(&context, member, &value), SC_OK);
  EXPECT_EQ(str(name) + str(value), "RED7");
  EXPECT_NE(sc_rt_enum_value(&context, number(1), &value), SC_OK);
  EXPECT_EQ(message(), "expected a value of type Enum");
  ASSERT_EQ(sc_rt_named_tuple(&context, list({1, 2}), "__torch__.T", 11, "a,b", 3, &tuple), SC_OK);
  EXPECT_EQ(str(tuple), "(1, 2)");
  EXPECT_EQ(static_cast<Tuple *>(static_cast<HeapObject *>(tuple))->fieldNames, std::vector<std::string>({"a", "b"}));
  auto isKind = [&](sc_rt_ref ref, int64_t kind, int64_t dtype = -1, int64_t rank = -1) {
    int64_t result = -1;
    EXPECT_EQ(sc_rt_is_kind(&context, ref, kind, dtype, rank, &result), SC_OK);
    return result == 1;
  };
  auto isClass = [&](sc_rt_ref ref, const char *className) {
    int64_t result = -1;
    EXPECT_EQ(sc_rt_is_class(&context, ref, className, 11, &result), SC_OK);
    return result == 1;
  };
  EXPECT_TRUE(isKind(nothing, SC_NONE));
  EXPECT_FALSE(isKind(number(0), SC_NONE));
  EXPECT_TRUE(isKind(number(0), SC_INT));
  EXPECT_TRUE(isClass(member, "__torch__.C"));
  EXPECT_TRUE(isClass(tuple, "__torch__.T"));
  EXPECT_FALSE(isClass(tuple, "__torch__.C"));
  float numbers[] = {1, 2};
  int64_t sizes[] = {2};
  sc_rt_buffer buffer{numbers, 1, sizes};
  sc_rt_ref tensor;
  ASSERT_EQ(sc_rt_box(&context, 6, &buffer, &tensor), SC_OK);
  EXPECT_TRUE(isKind(tensor, SC_TENSOR, 6, 1));
  EXPECT_FALSE(isKind(tensor, SC_TENSOR, 6, 2));
  EXPECT_FALSE(isKind(tensor, SC_TENSOR, 7, 1));
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

TEST_F(Compiled, ListsOfTensorsAreConcatenated) {
  sc_rt_ref joined;
  sc_rt_ref parts = listOf({tensor({1, 2}, {1, 2}), tensor({0, 2}, {}), tensor({2, 2}, {3, 4, 5, 6})});
  ASSERT_EQ(sc_rt_list_cat(&context, parts, 0, &joined), SC_OK);
  EXPECT_EQ(elements(joined, 2), "[3, 2] 1 2 3 4 5 6");
  parts = listOf({tensor({2, 1}, {1, 2}), tensor({2, 2}, {3, 4, 5, 6})});
  ASSERT_EQ(sc_rt_list_cat(&context, parts, 1, &joined), SC_OK);
  EXPECT_EQ(elements(joined, 2), "[2, 3] 1 3 4 2 5 6");

  EXPECT_EQ(sc_rt_list_cat(&context, parts, 0, &joined), SC_RAISED);
  EXPECT_EQ(message(), "Sizes of tensors must match except in dimension 0. Expected size 1 but got size 2 for tensor "
                       "number 1 in the list.");
  EXPECT_EQ(sc_rt_list_cat(&context, parts, 2, &joined), SC_RAISED);
  EXPECT_EQ(message(), "Dimension out of range (expected to be in range of [-2, 1], but got 2)");
  EXPECT_EQ(sc_rt_list_cat(&context, listOf({tensor({1}, {1}), tensor({1, 1}, {1})}), 0, &joined), SC_RAISED);
  EXPECT_EQ(message(), "Tensors must have same number of dimensions: got 1 and 2");
  EXPECT_EQ(sc_rt_list_cat(&context, listOf({tensor({1}, {1})}), -1, &joined), SC_RAISED);
  EXPECT_EQ(message(), "Dimension out of range (expected to be in range of [-1, 0], but got -1)");
  EXPECT_EQ(sc_rt_list_cat(&context, list({}), 0, &joined), SC_RAISED);
  EXPECT_EQ(message(), "torch.cat(): expected a non-empty list of Tensors");
  EXPECT_EQ(sc_rt_list_cat(&context, list({1}), 0, &joined), SC_RAISED);
  EXPECT_EQ(message(), "expected dense tensors in a list");
  EXPECT_EQ(sc_rt_list_cat(&context, number(1), 0, &joined), SC_RAISED);
  EXPECT_EQ(message(), "expected a value of type list");
}

TEST_F(Compiled, ListsOfTensorsAreStacked) {
  sc_rt_ref stacked;
  sc_rt_ref parts = listOf({tensor({2}, {1, 2}), tensor({2}, {3, 4}), tensor({2}, {5, 6})});
  ASSERT_EQ(sc_rt_list_stack(&context, parts, 0, &stacked), SC_OK);
  EXPECT_EQ(elements(stacked, 2), "[3, 2] 1 2 3 4 5 6");
  ASSERT_EQ(sc_rt_list_stack(&context, parts, 1, &stacked), SC_OK);
  EXPECT_EQ(elements(stacked, 2), "[2, 3] 1 3 5 2 4 6");
  ASSERT_EQ(sc_rt_list_stack(&context, listOf({tensor({}, {7}), tensor({}, {8})}), 0, &stacked), SC_OK);
  EXPECT_EQ(elements(stacked, 1), "[2] 7 8");

  for (int64_t dim : {int64_t(-1), int64_t(2), INT64_MAX}) {
    EXPECT_EQ(sc_rt_list_stack(&context, parts, dim, &stacked), SC_RAISED);
    EXPECT_EQ(message(), "Dimension out of range (expected to be in range of [-2, 1], but got " + std::to_string(dim) + ")");
  }
  EXPECT_EQ(sc_rt_list_stack(&context, listOf({tensor({1}, {1}), tensor({2}, {1, 2})}), 0, &stacked), SC_RAISED);
  EXPECT_EQ(message(), "stack expects each tensor to be equal size, but got [1] at entry 0 and [2] at entry 1");
  int64_t whole = 5;
  sc_rt_buffer ints{&whole, 0, nullptr};
  sc_rt_ref other;
  ASSERT_EQ(sc_rt_box(&context, 4, &ints, &other), SC_OK);
  EXPECT_EQ(sc_rt_list_stack(&context, listOf({tensor({}, {1}), other}), 0, &stacked), SC_RAISED);
  EXPECT_EQ(message(), "expected tensors of one dtype in a list of run-time length");
  EXPECT_EQ(sc_rt_list_stack(&context, list({}), 0, &stacked), SC_RAISED);
  EXPECT_EQ(message(), "stack expects a non-empty TensorList");
}

TEST_F(Compiled, ViewsShareTheirTensorsMemory) {
  sc_rt_ref base = tensor({2, 3}, {0, 1, 2, 3, 4, 5}), view;
  ASSERT_EQ(sc_rt_tensor_view(&context, base, 1, list({2, 2}), list({3, 1}), &view), SC_OK);
  EXPECT_EQ(elements(view, 2), "[2, 2] 1 2 4 5");
  float written[2] = {7, 8};
  int64_t size = 2;
  sc_rt_buffer buffer{written, 1, &size};
  sc_rt_ref column;
  ASSERT_EQ(sc_rt_tensor_view(&context, base, 2, list({2}), list({3}), &column), SC_OK);
  ASSERT_EQ(sc_rt_tensor_store(&context, column, 6, &buffer), SC_OK);
  EXPECT_EQ(elements(view, 2), "[2, 2] 1 7 4 8");

  struct Wrong {
    int64_t offset;
    std::vector<int64_t> sizes, strides;
  };
  for (const Wrong &wrong : {Wrong{5, {2}, {1}}, Wrong{-1, {1}, {1}}, Wrong{INT64_MAX, {1}, {1}}, Wrong{0, {2}, {-1}},
                             Wrong{0, {-1}, {1}}, Wrong{0, {2, 2}, {1}}, Wrong{0, {2}, {INT64_MAX}}}) {
    EXPECT_EQ(sc_rt_tensor_view(&context, base, wrong.offset, list(wrong.sizes), list(wrong.strides), &view), SC_RAISED);
    EXPECT_EQ(message(), "a view reaches outside of its tensor");
  }
  EXPECT_EQ(sc_rt_tensor_view(&context, base, 0, listOf({text("2")}), list({1}), &view), SC_RAISED);
  EXPECT_EQ(message(), "expected sizes and strides of type int");
  EXPECT_EQ(sc_rt_tensor_view(&context, base, 0, nullptr, list({1}), &view), SC_RAISED);
  EXPECT_EQ(message(), "expected a value of type list");
  EXPECT_EQ(sc_rt_tensor_view(&context, column, 0, list({1}), list({1}), &view), SC_UNSUPPORTED);
  EXPECT_EQ(message(), "a view of a tensor that is not contiguous and that a list of run-time length holds");
  EXPECT_EQ(sc_rt_tensor_view(&context, number(1), 0, list({1}), list({1}), &view), SC_UNSUPPORTED);
}

TEST_F(Compiled, NestedListsBecomeTensors) {
  sc_rt_ref made;
  ASSERT_EQ(sc_rt_list_to_tensor(&context, list({1, 2, 3}), 6, 1, &made), SC_OK);
  EXPECT_EQ(elements(made, 1), "[3] 1 2 3");
  ASSERT_EQ(sc_rt_list_to_tensor(&context, listOf({list({1, 2}), list({3, 4}), list({5, 6})}), 6, 2, &made), SC_OK);
  EXPECT_EQ(elements(made, 2), "[3, 2] 1 2 3 4 5 6");
  ASSERT_EQ(sc_rt_list_to_tensor(&context, list({}), 6, 2, &made), SC_OK);
  EXPECT_EQ(elements(made, 2), "[0, 0]");

  EXPECT_EQ(sc_rt_list_to_tensor(&context, listOf({list({1, 2}), list({3})}), 6, 2, &made), SC_RAISED);
  EXPECT_EQ(message(), "Expected sequence of length 2 at dim 1 (got 1)");
  EXPECT_EQ(sc_rt_list_to_tensor(&context, list({1}), 6, 2, &made), SC_RAISED);
  EXPECT_EQ(message(), "a number where a list is expected");
  EXPECT_EQ(sc_rt_list_to_tensor(&context, listOf({list({1})}), 6, 1, &made), SC_RAISED);
  EXPECT_EQ(message(), "a list where a number is expected");
  EXPECT_EQ(sc_rt_list_to_tensor(&context, listOf({text("1")}), 6, 1, &made), SC_RAISED);
  EXPECT_EQ(message(), "expected a number");
  EXPECT_EQ(sc_rt_list_to_tensor(&context, list({1}), 99, 1, &made), SC_RAISED);
  EXPECT_EQ(message(), "expected a dtype and a number of dimensions");
  EXPECT_EQ(sc_rt_list_to_tensor(&context, list({1}), 6, 0, &made), SC_RAISED);
  EXPECT_EQ(message(), "expected a dtype and a number of dimensions");
  EXPECT_EQ(sc_rt_list_to_tensor(&context, nullptr, 6, 1, &made), SC_RAISED);
  EXPECT_EQ(message(), "a number where a list is expected");
}

TEST_F(Compiled, OperatorsOnStringsByName) {
  EXPECT_EQ(callString("upper", {text("ab")}), "AB");
  EXPECT_EQ(callString("find", {text("abcb"), text("b"), number(2), number(-1)}), "3");
  EXPECT_EQ(callString("split", {text("a,b"), text(","), number(-1)}), "[a, b]");
  EXPECT_EQ(callString("split", {text("a b"), nullptr, number(-1)}), "[a, b]");
  EXPECT_EQ(callString("partition", {text("a=b"), text("=")}), "(a, =, b)");
  EXPECT_EQ(callString("join", {text("-"), listOf({text("a"), text("b")})}), "a-b");
  EXPECT_EQ(callString("slice", {text("abcd"), nullptr, number(-1), number(2)}), "ac");
  EXPECT_EQ(callString("Float", {text("1.5")}), "1.5");

  EXPECT_EQ(callString("undefined", {}), "no operator on strings of that name");
  EXPECT_EQ(callString("upper", {}), "a string's operator got another number of arguments");
  EXPECT_EQ(callString("upper", {text("a"), text("b")}), "a string's operator got another number of arguments");
  EXPECT_EQ(callString("upper", {number(1)}), "a string's operator got an argument of another type");
  EXPECT_EQ(callString("mul", {text("a"), text("2")}), "a string's operator got an argument of another type");
  EXPECT_EQ(callString("join", {text("-"), list({1})}), "a string's operator got an argument of another type");
  EXPECT_EQ(callString("index", {text("a"), text("b"), number(0), number(-1)}), "ValueError: substring not found");
  EXPECT_EQ(callString("Int", {text("x")}), "stoll");
  sc_rt_ref result;
  EXPECT_EQ(sc_rt_string_call(&context, "upper", 5, text("a"), &result), SC_RAISED);
  EXPECT_EQ(message(), "expected a value of type list");
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
