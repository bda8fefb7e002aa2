#include "runtime/Value.h"
#include "runtime/Tensor.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::rt;

TEST(Value, HoldsScalarsInPlace) {
  static_assert(sizeof(Value) == 16 && sizeof(sc_value) == 16);
  EXPECT_TRUE(Value().isNone());
  EXPECT_TRUE(Value::ofBool(true).asBool());
  EXPECT_EQ(Value::ofInt(-3).asInt(), -3);
  EXPECT_EQ(Value::ofDouble(1.5).asDouble(), 1.5);
}

TEST(Value, CopiesShareHeapObjects) {
  Value list = Value::ofList("int", {Value::ofInt(1)});
  Value other = list;
  other.asList().elements.push_back(Value::ofInt(2));
  EXPECT_EQ(list.asList().elements.size(), 2u);
  EXPECT_TRUE(list.isSame(other));
  EXPECT_FALSE(list.heap()->isUnique());
  other = Value();
  EXPECT_TRUE(list.heap()->isUnique());
}

TEST(Value, FreesALongChainWithoutRecursion) {
  Value head;
  for (int i = 0; i < 200000; ++i) {
    Ref<Object> node = Object::create("__torch__.Node");
    node->set("next", std::move(head));
    head = Value::ofObject(std::move(node));
  }
  head = Value();
}

TEST(Value, ConvertsNumbersSafely) {
  EXPECT_EQ(Value::ofDouble(-2.9).toInt(), -2);
  EXPECT_EQ(Value::ofDouble(1e300).toInt(), INT64_MIN);
  EXPECT_EQ(Value::ofDouble(NAN).toInt(), INT64_MIN);
  EXPECT_EQ(Value::ofBool(true).toDouble(), 1.0);
  EXPECT_EQ(Value::ofComplex(1, 2).toComplex(), std::complex<double>(1, 2));
}

TEST(Value, EqualityFollowsTorchScript) {
  EXPECT_TRUE(equal(Value::ofInt(1), Value::ofDouble(1)));
  EXPECT_FALSE(equal(Value::ofInt(1), Value::ofString("1")));
  EXPECT_FALSE(equal(Value::ofDouble(NAN), Value::ofDouble(NAN)));
  EXPECT_TRUE(equal(Value::ofTuple({Value::ofInt(1), Value::ofString("a")}),
                    Value::ofTuple({Value::ofInt(1), Value::ofString("a")})));
  EXPECT_FALSE(equal(Value::ofList("int", {}), Value::ofList("int", {Value::ofInt(1)})));
  EXPECT_TRUE(equal(Value::ofDevice("cuda:1"), Value::ofDevice("cuda:1")));
  Value tensor = Value::ofTensor(Tensor::zeros(Dtype::Float32, {2}));
  EXPECT_TRUE(equal(tensor, tensor));
  EXPECT_FALSE(equal(tensor, Value::ofTensor(Tensor::zeros(Dtype::Float32, {2}))));
}

TEST(Value, ObjectsKeepSlotOrder) {
  Ref<Object> object = Object::create("__torch__.M");
  object->set("b", Value::ofInt(1));
  object->set("a", Value::ofInt(2));
  object->set("b", Value::ofInt(3));
  ASSERT_EQ(object->slots.size(), 2u);
  EXPECT_EQ(object->slots[0].first, "b");
  EXPECT_EQ(object->find("b")->asInt(), 3);
  EXPECT_EQ(object->find("c"), nullptr);
}
