// Attributes that methods write.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;
using sconce::rt::Value;

static const char counter[] = "class M(Module):\n"
                              "  __buffers__ = [\"total\", ]\n"
                              "  total : Tensor\n"
                              "  count : int\n"
                              "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n"
                              "    count = self.count\n"
                              "    self.count = torch.add(count, 1)\n"
                              "    total = self.total\n"
                              "    _0 = torch.add_(total, x)\n"
                              "    return torch.div(total, self.count)\n"
                              "  def peek(self: __torch__.M) -> int:\n"
                              "    return self.count\n";

static std::vector<std::pair<std::string, Value>> slots() { return {{"total", floats({2}, {0, 0})}, {"count", Value::ofInt(0)}}; }

TEST(State, WrittenAttributesAreInputsAndOutputs) {
  SourceProgram program(counter, slots());
  std::string text = program.specialized({"2xf32"});
  EXPECT_TRUE(contains(program.entry().signature, "{")) << program.entry().signature;
  ASSERT_EQ(program.entry().state.size(), 2u) << text;
  EXPECT_EQ(program.entry().state[0].path, "count");
  EXPECT_TRUE(program.entry().state[0].written);
  EXPECT_EQ(program.entry().state[1].path, "total");
  EXPECT_TRUE(program.entry().state[1].written);
}

TEST(State, AnAttributeThatAnotherMethodWritesIsReadAtRunTime) {
  SourceProgram program(counter, slots());
  Options options;
  options.state = {"count", "total"};
  program.specialized({}, "peek", options);
  ASSERT_GE(program.entry().state.size(), 1u);
  EXPECT_EQ(program.entry().state[0].path, "count");
  // Without the knowledge of other methods the attribute is a constant.
  program.specialized({}, "peek");
  EXPECT_EQ(program.entry().signature, "()->(=i0)");
}

TEST(State, TheInterpreterWritesTheInstance) {
  SourceProgram program(counter, slots());
  EXPECT_EQ(program.interpreted({floats({2}, {2, 4})}), " 2\n 4\n[ CPUFloatType{2} ]");
  EXPECT_EQ(program.interpreted({floats({2}, {2, 4})}), " 2\n 4\n[ CPUFloatType{2} ]");
  EXPECT_EQ(program.interpreted({}, "peek"), "2");
  EXPECT_EQ(program.root().asObject().find("total")->asTensor().dataAs<float>()[1], 8);
}

static const char growing[] = "class M(Module):\n"
                              "  __buffers__ = []\n"
                              "  seen : List[Tensor]\n"
                              "  def forward(self: __torch__.M, x: Tensor) -> int:\n"
                              "    _0 = torch.append(self.seen, x)\n"
                              "    return torch.len(self.seen)\n"
                              "  def last(self: __torch__.M) -> Tensor:\n"
                              "    return (self.seen)[-1]\n";

TEST(State, AListThatGrowsIsOneOfAnyLength) {
  SourceProgram program(growing, {{"seen", Value::ofList("Tensor", {})}});
  std::string text = program.specialized({"2xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2]){L<Tensor>(T6[2])}->(i){L<Tensor>(T6[2])}") << text;
  ASSERT_EQ(program.entry().state.size(), 1u);
  EXPECT_TRUE(program.entry().state[0].isAtRunTime);
  // Elements of another extent join those that are there.
  SourceProgram wider(growing, {{"seen", Value::ofList("Tensor", {floats({3}, {1, 2, 3})})}});
  text = wider.specialized({"2xf32"});
  EXPECT_EQ(wider.entry().signature, "(T6[2]){L<Tensor>(T6[?])}->(i){L<Tensor>(T6[?])}") << text;
  // A method that only reads it takes any length, too, once it is known to grow.
  Options options;
  options.state = options.runTimeState = {"seen"};
  text = wider.specialized({}, "last", options);
  EXPECT_EQ(wider.entry().signature, "(){L<Tensor>(T6[3])}->(T6[3]){L<Tensor>(T6[3])}") << text;
}

TEST(State, AMethodThatAlwaysRaisesTakesTheStateOfTheOthers) {
  SourceProgram program("class M(Module):\n"
                        "  __buffers__ = []\n"
                        "  count : int\n"
                        "  def forward(self: __torch__.M) -> int:\n"
                        "    ops.prim.RaiseException(\"no\", \"builtins.ValueError\")\n"
                        "    return self.count\n",
                        {{"count", Value::ofInt(0)}});
  Options options;
  options.state = {"count"};
  program.specialized({}, "forward", options);
  ASSERT_EQ(program.entry().state.size(), 1u);
  EXPECT_EQ(program.entry().state[0].path, "count");
  EXPECT_FALSE(program.entry().state[0].written);
}

static const char raising[] = "class M(Module):\n"
                              "  __buffers__ = []\n"
                              "  count : int\n"
                              "  total : Tensor\n"
                              "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n"
                              "    if bool(torch.lt(torch.sum(x), -10)):\n"
                              "      ops.prim.RaiseException(\"early\", \"builtins.ValueError\")\n"
                              "    else:\n"
                              "      pass\n"
                              "    _0 = torch.add_(x, 1)\n"
                              "    self.count = torch.add(self.count, 1)\n"
                              "    if bool(torch.gt(torch.sum(x), 10)):\n"
                              "      ops.prim.RaiseException(\"late\", \"builtins.ValueError\")\n"
                              "    else:\n"
                              "      pass\n"
                              "    self.total = torch.add(self.total, x)\n"
                              "    return x\n";

TEST(State, WhatWasWrittenIsKeptWhenTheProgramRaises) {
  std::vector<std::pair<std::string, Value>> slots = {{"count", Value::ofInt(0)}, {"total", floats({2}, {0, 0})}};
  SourceProgram program(raising, slots);
  // Where it raises early there is nothing to keep, and then the argument and the count.
  program.specialized({"2xf32"});
  EXPECT_EQ(program.countCalls("sc_rt_keep_written"), 2);
  Value early = floats({2}, {-8, -9}), late = floats({2}, {8, 9});
  EXPECT_EQ(program.interpreted({early}), "raised builtins.ValueError: early");
  EXPECT_EQ(early.asTensor().dataAs<float>()[0], -8);
  EXPECT_EQ(program.root().asObject().find("count")->asInt(), 0);
  EXPECT_EQ(program.interpreted({late}), "raised builtins.ValueError: late");
  EXPECT_EQ(late.asTensor().dataAs<float>()[0], 9);
  EXPECT_EQ(program.root().asObject().find("count")->asInt(), 1);
  EXPECT_EQ(program.root().asObject().find("total")->asTensor().dataAs<float>()[0], 0);
}

static const char submodules[] = "class Stage(Module):\n"
                                 "  factor : float\n"
                                 "  def forward(self: __torch__.Stage, x: Tensor) -> Tensor:\n"
                                 "    return torch.mul(x, self.factor)\n"
                                 "class M(Module):\n"
                                 "  current : __torch__.Stage\n"
                                 "  other : __torch__.Stage\n"
                                 "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n"
                                 "    y = (self.current).forward(x, )\n"
                                 "    self.current = self.other\n"
                                 "    return y\n"
                                 "  def choose(self: __torch__.M, x: Tensor) -> Tensor:\n"
                                 "    if bool(torch.gt(torch.sum(x), 0)):\n"
                                 "      self.current = self.other\n"
                                 "    else:\n"
                                 "      pass\n"
                                 "    return (self.current).forward(x, )\n";

static Value stage(double factor) {
  sconce::rt::Ref<sconce::rt::Object> object = sconce::rt::Object::create("__torch__.Stage");
  object->set("factor", Value::ofDouble(factor));
  return Value::ofObject(object);
}

TEST(State, AnAttributeHoldsTheNumberOfAnotherSubmodule) {
  SourceProgram program(submodules, {{"current", stage(2)}, {"other", stage(3)}});
  std::string text = program.specialized({"2xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2]){=i1}->(T6[2]){=i2}") << text;
  EXPECT_EQ(program.entry().state[0].path, "current@");
  // Later calls find it, and the submodule that was there stays where it is.
  EXPECT_EQ(program.interpreted({floats({1}, {1})}), " 2\n[ CPUFloatType{1} ]");
  EXPECT_EQ(program.interpreted({floats({1}, {1})}), " 3\n[ CPUFloatType{1} ]");
  EXPECT_EQ(program.root().asObject().find("current")->asObject().find("factor")->asDouble(), 2);
  EXPECT_EQ(program.root().asObject().find("current@")->asInt(), 2);
}

TEST(State, WhichSubmoduleAnAttributeHoldsMayBeRunTimes) {
  SourceProgram program(submodules, {{"current", stage(2)}, {"other", stage(3)}});
  std::string text = program.specialized({"2xf32"}, "choose");
  EXPECT_EQ(program.entry().signature, "(T6[2]){u(=i1,=i2)}->(T6[2]){u(=i1,=i2)}") << text;
  EXPECT_EQ(program.entry().report.versions, 0u) << text;
}

TEST(State, TensorsOfHeldObjectsHaveAnyExtents) {
  sconce::rt::Ref<sconce::rt::Object> tally = sconce::rt::Object::create("__torch__.Tally");
  tally->set("seen", floats({2}, {1, 2}));
  SourceProgram program("class Tally:\n"
                        "  seen : Tensor\n"
                        "class M(Module):\n"
                        "  tally : __torch__.Tally\n"
                        "  def forward(self: __torch__.M) -> Tensor:\n"
                        "    return torch.sum((self.tally).seen)\n",
                        {{"tally", Value::ofObject(tally)}});
  Options options;
  options.state = {"tally"};
  std::string text = program.specialized({}, "forward", options);
  EXPECT_EQ(program.entry().signature, "(){R}->(T6[]){R}") << text;
  EXPECT_TRUE(contains(text, "ts.unbox")) << text;
  EXPECT_TRUE(contains(text, "tensor<?xf32>")) << text;
}
