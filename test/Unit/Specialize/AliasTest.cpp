// Writes through views are pure values in specialized IR, and what the interpreter does.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;

TEST(Alias, WriteThroughAView) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor",
                                  "y = torch.clone(x)\n"
                                  "row = torch.select(y, 0, 1)\n"
                                  "_0 = torch.mul_(row, 2)\n"
                                  "return y"));
  std::string text = program.specialized({"2x3xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2,3])->(T6[2,3])") << text;
  EXPECT_EQ(program.count("ts.update_slice"), 1) << text;
  EXPECT_EQ(program.count("ts.runtime_call"), 0) << text;
  EXPECT_EQ(program.interpreted({floats({2, 2}, {1, 2, 3, 4})}), " 1  2\n 6  8\n[ CPUFloatType{2,2} ]");
}

TEST(Alias, AWrittenArgumentIsGivenBack) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "return torch.add_(x, 1)"));
  std::string text = program.specialized({"4xf32"});
  // The result is the argument itself, and the callee writes it.
  EXPECT_EQ(program.entry().signature, "(T6[4]!)->(a0)") << text;
  sconce::rt::Value x = floats({2}, {1, 2});
  EXPECT_EQ(program.interpreted({x}), " 2\n 3\n[ CPUFloatType{2} ]");
  EXPECT_EQ(x.asTensor().dataAs<float>()[1], 3);
}

TEST(Alias, AViewOfAnArgumentIsOneWhereTheCallerWantsIt) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tuple[Tensor, Tensor, Tensor]",
                                  "y = torch.select(torch.t(x), 0, 1)\n"
                                  "return (y, torch.add(y, 1), torch.slice(x, 0, 0, n))"));
  Options options;
  options.viewsOfArguments = true;
  program.specialized({"2x3xf32", "int"}, "forward", options);
  // A view whose extents only run time knows is copied.
  EXPECT_TRUE(contains(program.entry().signature, "->(t(a0[2]@3+1,T6[2],T6[?")) << program.entry().signature;
  program.specialized({"2x3xf32", "int=1"});
  EXPECT_EQ(program.entry().signature, "(T6[2,3],=i1)->(t(T6[2]@3,T6[2],T6[1,3]))");
}

TEST(Alias, AnArgumentThatIsOnlyReadIsNotWritten) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "y = torch.view(x, [4])\nreturn torch.add(y, 1)"));
  program.specialized({"2x2xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2,2])->(T6[4])");
}

TEST(Alias, ExpandedMemoryIsNotWritten) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "return torch.add_(torch.expand(x, [3, 2]), 1)"));
  EXPECT_TRUE(contains(program.interpreted({floats({1, 2}, {1, 2})}), "raised RuntimeError: unsupported operation: more than one element"));
}

TEST(Alias, ListsShareTheirElements) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor",
                                  "y = torch.clone(x)\n"
                                  "xs = [y, y]\n"
                                  "_0 = torch.add_(xs[0], 1)\n"
                                  "return torch.add(xs[1], y)"));
  EXPECT_EQ(program.interpreted({floats({1}, {1})}), " 4\n[ CPUFloatType{1} ]");
  program.specialized({"1xf32"});
  EXPECT_EQ(program.count("ts.box"), 0);
}
