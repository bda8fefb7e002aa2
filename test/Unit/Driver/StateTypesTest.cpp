#include "lib/Driver/StateTypes.h"

#include "runtime/Instance.h"
#include "runtime/Tensor.h"

#include <gtest/gtest.h>

using namespace sconce;
using namespace sconce::driver;
using rt::Value;

static rt::Signature parse(const char *text) {
  rt::Result<rt::Signature> signature = rt::Signature::parse(text);
  EXPECT_TRUE(signature) << text;
  return signature ? *signature : rt::Signature();
}

static std::vector<std::string> after(const char *text) {
  std::vector<std::string> all;
  for (const StateTypes &types : typesAfter(parse(text))) {
    std::string line;
    for (const rt::Slot &slot : types)
      line += (line.empty() ? "" : " ") + rt::printSlot(slot);
    all.push_back(line);
  }
  return all;
}

TEST(StateTypes, ResolvesWhatIsHandedThrough) {
  EXPECT_EQ(after("(T6[2],t(T4[3],i)){T6[5],n}->(i){a2,a1}"), std::vector<std::string>({"T6[5] T4[3]"}));
}

TEST(StateTypes, TakesAFlagForEitherOfItsValues) {
  EXPECT_EQ(after("(){=b0,i}->(){b,i}"), std::vector<std::string>({"=b0 i", "=b1 i"}));
  EXPECT_EQ(after("(){=b0}->(){=b1}"), std::vector<std::string>({"=b1"}));
}

TEST(StateTypes, AcceptsWhatAnEntryCanTake) {
  auto fits = [](const char *taken, const char *given) {
    return accepts(*rt::parseSlots(taken), *rt::parseSlots(given));
  };
  EXPECT_TRUE(fits("T6[?,3],i", "T6[4,3],i"));
  EXPECT_FALSE(fits("T6[4,3],i", "T6[?,3],i"));
  EXPECT_FALSE(fits("T6[3]", "T7[3]"));
  EXPECT_FALSE(fits("n", "T6[3]"));
  EXPECT_TRUE(fits("R", "l<int>(i,i)"));
  EXPECT_FALSE(fits("l<int>(i)", "l<int>(i,i)"));
  EXPECT_FALSE(fits("=b0", "=b1"));
  EXPECT_TRUE(fits("L<int>(i)", "l<int>(i,i)"));
  EXPECT_TRUE(fits("L<int>(i)", "L<int>()"));
  EXPECT_FALSE(fits("L<int>()", "L<int>(i)"));
  EXPECT_TRUE(fits("L<Tensor>(u(T6[?],T6[?,?]))", "L<Tensor>(T6[3,4])"));
  EXPECT_FALSE(fits("L<Tensor>(T6[?])", "L<Tensor>(u(T6[?],T6[?,?]))"));
  EXPECT_TRUE(fits("D<str,int>(s,i)", "d<str,int>(=s\"a\":i)"));
  EXPECT_FALSE(fits("D<str,int>()", "d<str,int>(=s\"a\":i)"));
}

TEST(StateTypes, MakesAnInstanceOfTheTypes) {
  rt::Ref<rt::Object> object = rt::Object::create("__torch__.M");
  object->set("h", Value());
  object->set("n", Value::ofInt(7));
  std::map<std::string, std::vector<bool>> open;
  std::set<std::string> atRunTime;
  std::optional<Value> made =
      instanceOf(*rt::parseSlots("T6[?,3]"), {"h"}, *rt::copyStructure(Value::ofObject(object)), open, atRunTime);
  ASSERT_TRUE(made);
  EXPECT_TRUE(atRunTime.empty());
  EXPECT_EQ(made->asObject().find("h")->asTensor().rank(), 2u);
  EXPECT_EQ(made->asObject().find("n")->asInt(), 7);
  EXPECT_EQ(open["h"], std::vector<bool>({true, false}));
  // The model's own is as it was, and what only run time knows has no instance.
  EXPECT_TRUE(object->find("h")->isNone());
  EXPECT_FALSE(instanceOf(*rt::parseSlots("R"), {"h"}, Value::ofObject(object), open, atRunTime));
}

TEST(StateTypes, MakesListsOfAnyLengthWithAnElementOfEachKind) {
  rt::Ref<rt::Object> object = rt::Object::create("__torch__.M");
  object->set("h", Value());
  object->set("d", Value());
  std::map<std::string, std::vector<bool>> open;
  std::set<std::string> atRunTime;
  std::optional<Value> made = instanceOf(*rt::parseSlots("L<Any>(u(n,i,s)),D<str,Tensor>(s,u(T6[?],T6[?,?]))"), {"h", "d"},
                                         Value::ofObject(object), open, atRunTime);
  ASSERT_TRUE(made);
  EXPECT_EQ(atRunTime, std::set<std::string>({"d", "h"}));
  EXPECT_EQ(made->asObject().find("h")->asList().elements.size(), 3u);
  EXPECT_EQ(made->asObject().find("d")->asDict().size(), 2u);
}
