#include "runtime/Instance.h"
#include "runtime/Tensor.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

TEST(DeepCopy, CopiesTensorsAndKeepsSharing) {
  Tensor base = Tensor::zeros(Dtype::Float32, {4});
  Value list =
      Value::ofList("Tensor", {Value::ofTensor(base), Value::ofTensor(base.slice(0, 1, 2))});
  Value pair = Value::ofTuple({list, list});
  Result<Value> copy = deepCopy(pair);
  ASSERT_TRUE(copy);
  auto &elements = copy->asTuple().elements;
  EXPECT_TRUE(elements[0].isSame(elements[1]));
  EXPECT_FALSE(elements[0].isSame(list));
  Tensor whole = elements[0].asList().elements[0].asTensor(),
         part = elements[0].asList().elements[1].asTensor();
  part.store({{0}}, Value::ofInt(5));
  EXPECT_EQ(whole.loadInt({{1}}), 5);
  EXPECT_EQ(base.loadInt({{1}}), 0);
}

TEST(DeepCopy, HandlesACycle) {
  Ref<Object> object = Object::create("__torch__.Node");
  Value value = Value::ofObject(object);
  object->set("self", value);
  Result<Value> copy = deepCopy(value);
  ASSERT_TRUE(copy);
  EXPECT_TRUE(copy->asObject().find("self")->isSame(*copy));
  object->set("self", Value());
  copy->asObject().set("self", Value());
}

TEST(TensorCopies, KeepContainersAndWhatSharesMemory) {
  Tensor base = Tensor::zeros(Dtype::Int64, {3});
  Value list = Value::ofList("Tensor", {Value::ofTensor(base)}), other = list;
  Value part = Value::ofTensor(base.slice(0, 1, 2));
  TensorCopies copies;
  ASSERT_TRUE(copies.copyWithin(list).ok());
  EXPECT_TRUE(list.isSame(other));
  Tensor copied = list.asList().elements[0].asTensor();
  EXPECT_NE(copied.storage(), base.storage());
  // Later, and once more.
  ASSERT_TRUE(copies.copyWithin(part).ok());
  ASSERT_TRUE(copies.copyWithin(list).ok());
  EXPECT_EQ(list.asList().elements[0].asTensor().storage(), copied.storage());
  part.asTensor().store({{0}}, Value::ofInt(5));
  EXPECT_EQ(copied.loadInt({{1}}), 5);
  EXPECT_EQ(base.loadInt({{1}}), 0);
}

TEST(Instance, ResetsReadsWritesAndClones) {
  Result<Instance> instance = Instance::create(
      {"cache", "count"}, {Value::ofTensor(Tensor::zeros(Dtype::Int64, {1})), Value::ofInt(0)});
  ASSERT_TRUE(instance);
  instance->state[0].asTensor().store({{0}}, Value::ofInt(7));
  EXPECT_TRUE(instance->write("count", Value::ofInt(3)).ok());
  EXPECT_EQ(instance->write("other", Value()).message, "the model writes no attribute 'other'");
  Result<Instance> twin = instance->clone();
  ASSERT_TRUE(twin);
  EXPECT_TRUE(instance->reset().ok());
  EXPECT_EQ(instance->read("cache")->asTensor().loadInt({{0}}), 0);
  EXPECT_EQ(instance->read("count")->asInt(), 0);
  EXPECT_EQ(twin->read("cache")->asTensor().loadInt({{0}}), 7);
  EXPECT_EQ(twin->read("count")->asInt(), 3);
  EXPECT_EQ(twin->read("other"), nullptr);
}

TEST(CopyStructure, CopiesContainersAndSharesTensors) {
  Tensor tensor = Tensor::zeros(Dtype::Float32, {4});
  Value list = Value::ofList("Tensor", {Value::ofTensor(tensor)});
  Result<Value> copy = copyStructure(list);
  ASSERT_TRUE(copy);
  EXPECT_FALSE(copy->isSame(list));
  EXPECT_TRUE(copy->asList().elements[0].isSame(list.asList().elements[0]));
}
