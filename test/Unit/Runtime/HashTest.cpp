#include "runtime/Hash.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

// The numbers are those of torch 2.13.0 on x86-64.
TEST(Hash, GivesPyTorchsNumbers) {
  EXPECT_EQ(*hashOf(Value::ofInt(-7)), -7);
  EXPECT_EQ(*hashOf(Value::ofDouble(0)), 0);
  EXPECT_EQ(*hashOf(Value::ofDouble(-0.0)), 0);
  EXPECT_EQ(*hashOf(Value::ofString("")), 6142509188972423790);
  EXPECT_EQ(*hashOf(Value::ofString("a")), 4993892634952068459);
  EXPECT_EQ(*hashOf(Value::ofString("hello")), 2762169579135187400);
  EXPECT_EQ(*hashOf(Value::ofString("12345678")), -8332907654791504731);
  EXPECT_EQ(*hashOf(Value::ofString("a longer text of many words")), 7021798435770817239);
  EXPECT_EQ(*hashOf(Value::ofDouble(1.5)), 4982507072649106663);
  EXPECT_EQ(*hashOf(Value::ofDouble(-2.25)), -5744562427035784817);
  EXPECT_EQ(*hashOf(Value::ofDouble(1e300)), -3181759767390440595);
  EXPECT_EQ(*hashOf(Value::ofTuple({Value::ofInt(3), Value::ofString("b"), Value::ofDouble(0.5)})), 1063837766176527306);
  for (auto [device, number] : {std::pair("cpu", 255), {"cpu:0", 0}, {"cuda:1", 65537}, {"meta", 917759}, {"mtia", 1245439}, {"privateuseone:2", 1310722}})
    EXPECT_EQ(*hashOf(Value::ofDevice(device)), number) << device;
}

TEST(Hash, RefusesWhatHasNone) {
  Value nested = Value::ofTuple({Value::ofInt(1), Value::ofList("int", {})});
  EXPECT_EQ(hashOf(nested).status().message, "unhashable type: 'List[int]'");
  EXPECT_EQ(hashOf(Value::ofDict(Dict::create("str", "int"))).status().message, "unhashable type: 'Dict[str, int]'");
}
