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
