// Messages are PyTorch 2.13's.
#include "runtime/Lists.h"
#include "runtime/Dicts.h"
#include "runtime/Format.h"
#include "runtime/Tensor.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::rt;

static Ref<List> ints(std::vector<int64_t> numbers) {
  std::vector<Value> elements;
  for (int64_t number : numbers)
    elements.push_back(Value::ofInt(number));
  return List::create("int", std::move(elements));
}

static std::string text(const Ref<List> &list) { return str(Value::ofList(list)); }

TEST(Lists, IndexFromBothEnds) {
  Ref<List> list = ints({1, 2, 3});
  EXPECT_EQ(lists::get(*list, -1)->asInt(), 3);
  EXPECT_EQ(lists::get(*list, 3).status().message, "list index out of range");
  EXPECT_EQ(lists::get(*list, INT64_MIN).status().message, "list index out of range");
  EXPECT_TRUE(lists::set(*list, -3, Value::ofInt(7)).ok());
  EXPECT_EQ(lists::set(*list, 7, Value()).message, "list index out of range");
  EXPECT_EQ(text(list), "[7, 2, 3]");
}

TEST(Lists, InsertAndRemove) {
  Ref<List> list = ints({1});
  lists::insert(*list, 50, Value::ofInt(3));
  lists::insert(*list, -50, Value::ofInt(0));
  lists::insert(*list, -1, Value::ofInt(2));
  EXPECT_EQ(text(list), "[0, 1, 2, 3]");
  EXPECT_EQ(lists::pop(*list)->asInt(), 3);
  EXPECT_EQ(lists::pop(*list, 5).status().message, "list index out of range");
  EXPECT_EQ(lists::pop(*ints({}), -1).status().message, "pop from empty list");
  EXPECT_TRUE(lists::remove(*list, Value::ofInt(1)).ok());
  EXPECT_EQ(lists::remove(*list, Value::ofInt(9)).message, "list.remove(x): x not in list");
  EXPECT_TRUE(lists::erase(*list, 0).ok());
  EXPECT_EQ(text(list), "[2]");
  lists::extend(*list, *list);
  EXPECT_EQ(text(list), "[2, 2]");
}

TEST(Lists, Search) {
  Ref<List> list = ints({4, 5, 5});
  EXPECT_EQ(*lists::index(*list, Value::ofInt(5)), 1);
  EXPECT_EQ(*lists::count(*list, Value::ofInt(5)), 2);
  EXPECT_TRUE(*lists::contains(*list, Value::ofInt(4)));
  EXPECT_EQ(lists::index(*list, Value::ofInt(9)).status().message, "'9' is not in list");
  EXPECT_EQ(lists::index(*List::create("str"), Value::ofString("a")).status().message,
            "'a' is not in list");
  EXPECT_EQ(lists::index(*List::create("float"), Value::ofDouble(2)).status().message,
            "'2' is not in list");
}

TEST(Lists, TensorsCompareByTheirOnlyElement) {
  Value one = Value::ofTensor(Tensor::scalar(Value::ofInt(1))),
        two = Value::ofTensor(Tensor::scalar(Value::ofInt(2)));
  Ref<List> list = List::create("Tensor", {one, two});
  EXPECT_EQ(*lists::index(*list, Value::ofTensor(Tensor::scalar(Value::ofInt(2)))), 1);
  Value wide = Value::ofTensor(Tensor::zeros(Dtype::Float32, {2}));
  EXPECT_EQ(lists::contains(*List::create("Tensor", {wide}), wide).status().message,
            "Boolean value of Tensor with more than one value is ambiguous");
}

TEST(Lists, Sort) {
  Ref<List> list = ints({3, 1, 2});
  EXPECT_TRUE(lists::sort(*list).ok());
  EXPECT_EQ(text(list), "[1, 2, 3]");
  EXPECT_TRUE(lists::sort(*list, true).ok());
  EXPECT_EQ(text(list), "[3, 2, 1]");
  Ref<List> pairs =
      List::create("Tuple[int, str]", {Value::ofTuple({Value::ofInt(2), Value::ofString("a")}),
                                       Value::ofTuple({Value::ofInt(1), Value::ofString("b")}),
                                       Value::ofTuple({Value::ofInt(1), Value::ofString("a")})});
  EXPECT_TRUE(lists::sort(*pairs).ok());
  EXPECT_EQ(text(pairs), "[(1, a), (1, b), (2, a)]");
  Ref<List> floats = List::create("float");
  for (int i = 0; i < 100; ++i)
    floats->elements.push_back(Value::ofDouble(i % 3 ? i * 7 % 31 : NAN));
  EXPECT_TRUE(lists::sort(*floats).ok());
  EXPECT_FALSE(lists::sort(*List::create("Any", {Value(), Value()})).ok());
  EXPECT_EQ(lists::max(*ints({})).status().message, "max() arg is an empty sequence");
  EXPECT_EQ(lists::min(*ints({3, 1}))->asInt(), 1);
}

TEST(Lists, MakeNewOnes) {
  Ref<List> list = ints({1, 2, 3});
  EXPECT_EQ(str(*lists::slice(*list, std::nullopt, std::nullopt, -1)), "[3, 2, 1]");
  EXPECT_EQ(str(*lists::slice(*list, 5, std::nullopt, 1)), "[]");
  EXPECT_EQ(lists::slice(*list, 0, 1, 0).status().message, "List slice should have non-zero step");
  EXPECT_EQ(str(lists::concatenate(*list, *list)), "[1, 2, 3, 1, 2, 3]");
  EXPECT_EQ(str(*lists::repeat(*list, 2)), "[1, 2, 3, 1, 2, 3]");
  EXPECT_EQ(str(*lists::repeat(*ints({}), -1)), "[]");
  EXPECT_EQ(lists::repeat(*list, -1).status().message, "vector::reserve");
  EXPECT_EQ(lists::repeat(*list, INT64_MAX).status().code, SC_OUT_OF_MEMORY);
}

TEST(Lists, CountUp) {
  EXPECT_EQ(str(*lists::range(3)), "[0, 1, 2]");
  EXPECT_EQ(str(*lists::range(0)), "[]");
  EXPECT_EQ(lists::range(-1).status().message, "vector::reserve");
  EXPECT_EQ(lists::range(INT64_MAX).status().code, SC_OUT_OF_MEMORY);
}

TEST(Lists, NameWhatIsMissing) {
  EXPECT_EQ(lists::index(*List::create("float", {Value::ofDouble(1)}), Value::ofDouble(0.3)).status().message, "'0.3' is not in list");
  EXPECT_EQ(lists::index(*List::create("float"), Value::ofDouble(-0.0)).status().message, "'-0' is not in list");
  EXPECT_EQ(lists::index(*List::create("bool"), Value::ofBool(true)).status().message, "'1' is not in list");
}

TEST(Lists, Compare) {
  EXPECT_TRUE(*lists::equal(*ints({1, 2}), *ints({1, 2})));
  EXPECT_FALSE(*lists::equal(*ints({1}), *ints({1, 2})));
  EXPECT_TRUE(*lists::lessThan(*ints({1}), *ints({1, 2})));
  EXPECT_TRUE(*lists::lessThan(*ints({1, 2}), *ints({2})));
}

TEST(Dicts, Operators) {
  Ref<Dict> dict = Dict::create("str", "int");
  dict->set(Value::ofString("a"), Value::ofInt(1));
  dict->set(Value::ofString("b"), Value::ofInt(2));
  EXPECT_EQ(dicts::get(*dict, Value::ofString("k")).status().message, "KeyError: k");
  EXPECT_EQ(dicts::getOr(*dict, Value::ofString("k"), Value::ofInt(9)).asInt(), 9);
  EXPECT_EQ(dicts::setDefault(*dict, Value::ofString("c"), Value::ofInt(3)).asInt(), 3);
  EXPECT_EQ(str(dicts::keys(*dict)), "[a, b, c]");
  EXPECT_EQ(str(dicts::values(*dict)), "[1, 2, 3]");
  EXPECT_EQ(str(dicts::items(*dict)), "[(a, 1), (b, 2), (c, 3)]");
  EXPECT_EQ(dicts::items(*dict).asList().elementType, "Tuple[str, int]");
  EXPECT_EQ(str(*dicts::popItem(*dict)), "(a, 1)");
  EXPECT_EQ(dicts::pop(*dict, Value::ofString("b"))->asInt(), 2);
  EXPECT_EQ(dicts::popOr(*dict, Value::ofString("b"), Value::ofInt(5)).asInt(), 5);
  EXPECT_EQ(dicts::erase(*dict, Value::ofString("b")).message, "KeyError: b");
  EXPECT_TRUE(dicts::erase(*dict, Value::ofString("c")).ok());
  EXPECT_EQ(dicts::popItem(*dict).status().message, "popitem(): dictionary is empty");
  Result<Value> made = dicts::fromItems(
      *List::create("Tuple[int, int]", {Value::ofTuple({Value::ofInt(1), Value::ofInt(2)})}), "int",
      "int");
  EXPECT_EQ(str(*made), "{1: 2}");
}
