// What one entry may cost, and the errors past it.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;

TEST(Budget, Steps) {
  SourceProgram program(forwardOf("n: int", "int",
                                  "total = 0\n"
                                  "for i in range(n):\n"
                                  "  total = torch.add(total, i)\n"
                                  "return total"));
  Options options;
  options.maxSteps = 100;
  std::string text = program.specialized({"int=5000"}, "forward", options);
  EXPECT_TRUE(contains(text, "evaluation takes more than 100 steps; raise the limit on steps")) << text;
  EXPECT_TRUE(contains(program.specialized({"int=5000"}), "ts.signature = \"(=i5000)->(=i12497500)\""));
}

TEST(Budget, Unrolling) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor",
                                  "y = x\n"
                                  "for i in range(n):\n"
                                  "  y = torch.add(y, x)\n"
                                  "return y"));
  Options options;
  options.maxUnrolled = 3;
  program.specialized({"4xf32", "int=3"}, "forward", options);
  EXPECT_EQ(program.count("ts.add"), 3);
  EXPECT_EQ(program.count("scf.for"), 0);
  // Past the limit the loop stays.
  program.specialized({"4xf32", "int=9"}, "forward", options);
  EXPECT_EQ(program.count("scf.for"), 1);
}

TEST(Budget, Operations) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor",
                                  "y = x\n"
                                  "for i in range(n):\n"
                                  "  y = torch.mul(torch.add(y, x), x)\n"
                                  "return y"));
  Options options;
  options.maxOperations = 40;
  std::string text = program.specialized({"4xf32", "int=30"}, "forward", options);
  EXPECT_TRUE(contains(text, "operations, more than 40: it is there once for each of many numbers")) << text;
  program.specialized({"4xf32", "int=10"}, "forward", options);
  EXPECT_EQ(program.count("ts.mul"), 10);
}

TEST(Budget, Nesting) {
  const char *grow = "a = annotate(List[Any], [])\n"
                     "for i in range(n):\n"
                     "  b = annotate(List[Any], [])\n"
                     "  _0 = torch.append(b, a)\n"
                     "  a = b\n";
  std::string deep = forwardOf("n: int", "List[Any]", std::string(grow) + "return a");
  EXPECT_TRUE(contains(SourceProgram(deep).specialized({"int=50"}), "ts.signature"));
  std::string refused = "a result that contains itself or nests deeper than 100 levels";
  EXPECT_TRUE(contains(SourceProgram(deep).specialized({"int=200"}), refused));
  EXPECT_TRUE(contains(SourceProgram(deep).interpreted({sconce::rt::Value::ofInt(2000)}),
                       "a value that contains itself or nests deeper than 500 levels"));
  // Past the limit on unrolling its two ends are joined.
  std::string joined = SourceProgram(deep).specialized({"int=30000"});
  EXPECT_TRUE(contains(joined, "a value that contains itself or nests deeper than 500 levels")) << joined;

  const char *itself = "a = annotate(List[Any], [])\n"
                       "_0 = torch.append(a, n)\n"
                       "_1 = torch.append(a, a)\n";
  EXPECT_TRUE(contains(SourceProgram(forwardOf("n: int", "List[Any]", std::string(itself) + "return a")).specialized({"int"}), refused));
  std::string text = SourceProgram(forwardOf("n: int", "NoneType", std::string(itself) + "print(a)\nreturn None")).specialized({"int"});
  EXPECT_TRUE(contains(text, "a value that contains itself or nests deeper than 500 levels")) << text;
  EXPECT_TRUE(contains(SourceProgram(forwardOf("n: int", "int", std::string(itself) + "return torch.len(a)")).specialized({"int"}),
                       "ts.signature"));
}

TEST(Budget, Recursion) {
  SourceProgram program("class M(Module):\n"
                        "  def forward(self: __torch__.M, n: int) -> int:\n"
                        "    return (self).again(n, )\n"
                        "  def again(self: __torch__.M, n: int) -> int:\n"
                        "    return (self).again(n, )\n");
  EXPECT_TRUE(contains(program.specialized({"int=1"}), "recursion is not supported"));
  EXPECT_TRUE(contains(program.interpreted({sconce::rt::Value::ofInt(1)}), "recursion is not supported"));
}

TEST(Budget, Versions) {
  // Each condition gives a tensor of another rank, which what follows must be evaluated for.
  std::string body;
  for (int i = 0; i < 6; ++i)
    body += "if bool(torch.gt(torch.sum(x), " + std::to_string(i) + ")):\n  x = torch.unsqueeze(x, 0)\nelse:\n  pass\n";
  SourceProgram program(forwardOf("x: Tensor", "Tensor", body + "return x"));
  Options options;
  options.maxVersions = 2;
  std::string text = program.specialized({"4xf32"}, "forward", options);
  EXPECT_TRUE(contains(text, "needs more than 2 versions")) << text;
  // A few versions are faster; past those run time tells the ranks apart.
  text = program.specialized({"4xf32"});
  EXPECT_FALSE(contains(text, "error:")) << text;
  EXPECT_LE(program.entry().report.versions, 16u);
  EXPECT_GT(program.countCalls("sc_rt_is_kind"), 0) << text;
}
