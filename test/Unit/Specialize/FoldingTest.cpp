// What is known is computed at compile time.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;
using sconce::rt::Value;

TEST(Folding, StructureVanishes) {
  SourceProgram program("class Pair(NamedTuple):\n"
                        "  a : Tensor\n"
                        "  b : int\n"
                        "class M(Module):\n"
                        "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n"
                        "    d = {\"k\": torch.exp(x)}\n"
                        "    p = __torch__.Pair(d[\"k\"], torch.len([1, 2, 3]))\n"
                        "    return torch.add(p.a, p.b)\n");
  std::string text = program.specialized({"4xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[4])->(T6[4])") << text;
  EXPECT_EQ(program.count("ts.exp"), 1) << text;
  EXPECT_EQ(program.count("ts.add"), 1) << text;
  EXPECT_EQ(program.count("ts.runtime_call"), 0) << text;
}

TEST(Folding, ShapesAreNumbers) {
  SourceProgram program(forwardOf("x: Tensor", "List[int]", "return torch.size(torch.permute(x, [2, 0, 1]))"));
  program.specialized({"2x3x4xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2,3,4])->(l<int>(=i4,=i2,=i3))");
  program.specialized({"?x3x4xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[?,3,4])->(l<int>(=i4,i,=i3))");
}

TEST(Folding, KnownTensorsAreComputed) {
  SourceProgram program(forwardOf("", "Tensor", "return torch.add(torch.mul(torch.arange(4), 3), 1)"));
  std::string text = program.specialized({});
  EXPECT_EQ(program.count("ts.mul"), 0) << text;
  EXPECT_EQ(program.count("ts.constant"), 1) << text;
  EXPECT_TRUE(contains(text, "dense<[1, 4, 7, 10]>")) << text;
}

TEST(Folding, WeightsAreNamedNotCopied) {
  SourceProgram program("class M(Module):\n"
                        "  __parameters__ = [\"weight\", ]\n"
                        "  weight : Tensor\n"
                        "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n"
                        "    weight = self.weight\n"
                        "    return torch.matmul(x, weight)\n",
                        {{"weight", floats({5, 7}, std::vector<double>(35, 0.5))}});
  std::string text = program.specialized({"3x5xf32"});
  EXPECT_EQ(program.count("ts.weight"), 1) << text;
  EXPECT_FALSE(contains(text, "dense<")) << text;
  EXPECT_EQ(program.count("ts.contract"), 1) << text;
}

TEST(Folding, AKnownTensorOfOneNumberIsThatNumber) {
  // Relu's zeros and the ones of a sigmoid merge into what reads them; a weight would be read from memory.
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "return torch.mul(torch.relu(x), torch.add(torch.zeros([5, 7]), 3))"));
  std::string text = program.specialized({"5x7xf32"});
  EXPECT_EQ(program.count("ts.weight"), 0) << text;
  EXPECT_EQ(program.count("ts.full"), 2) << text;
  SourceProgram counts(forwardOf("x: Tensor", "Tensor", "return torch.mul(x, torch.reshape(torch.arange(35), [5, 7]))"));
  text = counts.specialized({"5x7xf32"});
  EXPECT_EQ(counts.count("ts.weight"), 1) << text;
  EXPECT_EQ(counts.count("ts.full"), 0) << text;
}

TEST(Folding, AnOperatorWithoutAnImplementationIsNamedWithItsLine) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "y = torch.neg(x)\nreturn torch.miopen_depthwise_convolution(y, y, None, [0], [1], [1], 1, False, False)"));
  std::string text = program.specialized({"4xf32"});
  EXPECT_TRUE(contains(text, "error:")) << text;
  EXPECT_TRUE(contains(text, "aten::miopen_depthwise_convolution")) << text;
}

TEST(Folding, TypesPromote) {
  SourceProgram program(forwardOf("x: Tensor, y: Tensor", "Tensor", "return torch.add(x, y)"));
  program.specialized({"4xi32", "4xf16"});
  EXPECT_EQ(program.entry().signature, "(T3[4],T5[4])->(T5[4])");
  program.specialized({"4xi32", "f64"});
  EXPECT_EQ(program.entry().signature, "(T3[4],T7[])->(T7[4])");
}
