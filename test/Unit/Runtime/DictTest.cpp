#include "runtime/Tensor.h"
#include "runtime/Value.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

TEST(Dict, KeepsInsertionOrderAcrossErase) {
  Ref<Dict> dict = Dict::create("int", "int");
  for (int i = 0; i < 100; ++i)
    dict->set(Value::ofInt(i * 7), Value::ofInt(i));
  for (int i = 0; i < 100; i += 2)
    EXPECT_TRUE(dict->erase(Value::ofInt(i * 7)));
  EXPECT_FALSE(dict->erase(Value::ofInt(0)));
  dict->set(Value::ofInt(0), Value::ofInt(1000));
  EXPECT_EQ(dict->size(), 51u);
  auto entries = dict->entries();
  EXPECT_EQ(entries.front().first.asInt(), 7);
  EXPECT_EQ(entries.back().first.asInt(), 0);
  EXPECT_EQ(dict->find(Value::ofInt(99 * 7))->asInt(), 99);
  EXPECT_EQ(dict->find(Value::ofInt(2 * 7)), nullptr);
}

TEST(Dict, ReplacingKeepsThePlace) {
  Ref<Dict> dict = Dict::create("str", "int");
  dict->set(Value::ofString("a"), Value::ofInt(1));
  dict->set(Value::ofString("b"), Value::ofInt(2));
  dict->set(Value::ofString("a"), Value::ofInt(3));
  EXPECT_EQ(dict->size(), 2u);
  EXPECT_EQ(dict->entries()[0].second.asInt(), 3);
}

TEST(Dict, SurvivesManyInsertsAndErases) {
  Ref<Dict> dict = Dict::create("int", "int");
  for (int i = 0; i < 5000; ++i) {
    dict->set(Value::ofInt(i), Value::ofInt(i));
    if (i >= 10)
      EXPECT_TRUE(dict->erase(Value::ofInt(i - 10)));
  }
  EXPECT_EQ(dict->size(), 10u);
  dict->clear();
  EXPECT_EQ(dict->size(), 0u);
  EXPECT_EQ(dict->find(Value::ofInt(4999)), nullptr);
}

TEST(Dict, TakesEveryKindOfKey) {
  Ref<Dict> dict = Dict::create("Any", "int");
  Value tensor = Value::ofTensor(Tensor::zeros(Dtype::Float32, {1}));
  Value keys[] = {Value::ofBool(false),   Value::ofInt(7),
                  Value::ofDouble(2.5),   Value::ofComplex(1, 2),
                  Value::ofString("k"),   tensor,
                  Value::ofDevice("cpu"), Value::ofTuple({Value::ofInt(1)})};
  for (size_t i = 0; i < std::size(keys); ++i)
    dict->set(keys[i], Value::ofInt(static_cast<int64_t>(i)));
  for (size_t i = 0; i < std::size(keys); ++i)
    EXPECT_EQ(dict->find(keys[i])->asInt(), static_cast<int64_t>(i));
  EXPECT_EQ(dict->find(Value::ofDouble(-0.0))->asInt(), 0);
}
