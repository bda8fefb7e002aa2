// The second world: lists whose length only run time knows.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;
using sconce::rt::Value;

static const char appending[] = "parts = annotate(List[Tensor], [])\n"
                                "y = x\n"
                                "_0 = bool(torch.lt(torch.sum(y), 10))\n"
                                "while _0:\n"
                                "  _1 = torch.append(parts, y)\n"
                                "  y = torch.add(y, 1)\n"
                                "  _0 = bool(torch.lt(torch.sum(y), 10))\n";

TEST(RuntimeList, IsMadeBeforeTheLoopThatAppends) {
  SourceProgram program(forwardOf("x: Tensor", "int", std::string(appending) + "return torch.len(parts)"));
  std::string text = program.specialized({"2xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2])->(i)") << text;
  EXPECT_EQ(program.countCalls("sc_rt_list_new"), 1) << text;
  EXPECT_EQ(program.countCalls("sc_rt_list_append"), 1) << text;
  EXPECT_LT(text.find("sc_rt_list_new"), text.find("scf.while")) << text;
  EXPECT_GT(text.find("sc_rt_list_append"), text.find("scf.while")) << text;
  EXPECT_EQ(program.interpreted({floats({2}, {1, 2})}), "4");
}

TEST(RuntimeList, HoldsCopiesWhereNothingIsWritten) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", std::string(appending) + "return torch.stack(parts)"));
  std::string text = program.specialized({"2xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[2])->(T6[?,2])") << text;
  EXPECT_EQ(program.countCalls("sc_rt_tensor_store"), 0) << text;
  EXPECT_EQ(program.entry().report.evaluations, 1u) << text;
}

TEST(RuntimeList, SharesMemoryOnceOneIsWritten) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor",
                                  std::string(appending) + "_2 = torch.add_(parts[0], 100)\n"
                                                           "return torch.add(x, parts[0])"));
  std::string text = program.specialized({"2xf32"});
  // The first element is the argument: it is written, too.
  EXPECT_EQ(program.entry().signature, "(T6[2]!)->(T6[2])") << text;
  EXPECT_GE(program.countCalls("sc_rt_tensor_store"), 1) << text;
  EXPECT_GE(program.entry().report.evaluations, 2u) << text;
  EXPECT_EQ(program.interpreted({floats({1}, {1})}), " 202\n[ CPUFloatType{1} ]");
}

TEST(RuntimeList, NumbersAreUnboxed) {
  SourceProgram program(forwardOf("n: int", "int",
                                  "xs = annotate(List[int], [])\n"
                                  "for i in range(n):\n"
                                  "  _0 = torch.append(xs, i)\n"
                                  "return torch.add(xs[0], xs[-1])"));
  std::string text = program.specialized({"int"});
  EXPECT_EQ(program.entry().signature, "(i)->(i)") << text;
  EXPECT_EQ(program.count("ts.unbox"), 2) << text;
}

TEST(RuntimeList, AConditionInTheLoopDoesNotSplitIt) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "int",
                                  "xs = annotate(List[int], [])\n"
                                  "for i in range(n):\n"
                                  "  if bool(torch.gt(torch.sum(x), i)):\n"
                                  "    _0 = torch.append(xs, i)\n"
                                  "  else:\n"
                                  "    pass\n"
                                  "return torch.len(xs)"));
  std::string text = program.specialized({"2xf32", "int"});
  EXPECT_EQ(program.count("scf.for"), 1) << text;
  EXPECT_EQ(program.count("scf.if"), 1) << text;
  EXPECT_EQ(program.countCalls("sc_rt_list_append"), 1) << text;
  EXPECT_EQ(program.entry().report.versions, 0u) << text;
}

TEST(RuntimeList, ARebuiltListIsCarried) {
  SourceProgram program(forwardOf("n: int", "List[int]",
                                  "xs = [7]\n"
                                  "for i in range(n):\n"
                                  "  xs = torch.add(xs, [i])\n"
                                  "return xs"));
  std::string text = program.specialized({"int"});
  EXPECT_EQ(program.entry().signature, "(i)->(R)") << text;
  EXPECT_EQ(program.countCalls("sc_rt_list_concat"), 1) << text;
  EXPECT_EQ(program.interpreted({Value::ofInt(2)}), "[7, 0, 1]");
}

TEST(RuntimeList, UnlikeElementsAreToldApartAtRunTime) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "List[Tensor]",
                                  "xs = [x, torch.unsqueeze(x, 0)]\n"
                                  "for i in range(n):\n"
                                  "  _0 = torch.append(xs, x)\n"
                                  "return xs"));
  EXPECT_FALSE(contains(program.specialized({"2xf32", "int"}), "error:"));
  SourceProgram asking(forwardOf("x: Tensor, n: int", "int",
                                 "xs = [x, torch.unsqueeze(x, 0)]\n"
                                 "for i in range(n):\n"
                                 "  _0 = torch.append(xs, x)\n"
                                 "return torch.dim(xs[1])"));
  std::string text = asking.specialized({"2xf32", "int"});
  EXPECT_EQ(asking.countCalls("sc_rt_is_kind"), 1) << text;
}

TEST(RuntimeList, TensorsOfAnyRankAreHeld) {
  // A rank more with each iteration: there is code for the first few, and what looks into another one raises.
  SourceProgram program(forwardOf("x: Tensor, n: int", "List[Tensor]",
                                  "xs = [x]\n"
                                  "y = x\n"
                                  "for i in range(n):\n"
                                  "  y = torch.unsqueeze(y, 0)\n"
                                  "  _0 = torch.append(xs, y)\n"
                                  "return xs"));
  std::string text = program.specialized({"2xf32", "int"});
  EXPECT_FALSE(contains(text, "error:")) << text;
  EXPECT_EQ(program.entry().report.versions, 0u) << text;
  EXPECT_TRUE(contains(text, "is of none of the few kinds that code is compiled for")) << text;
}

TEST(RuntimeList, WhatRunTimeCannotTellApartIsAnError) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "int",
                                  "xs = annotate(List[Any], [])\n"
                                  "for i in range(n):\n"
                                  "  _0 = torch.append(xs, (i, x))\n"
                                  "  _1 = torch.append(xs, (i,))\n"
                                  "return torch.len(xs)"));
  EXPECT_TRUE(contains(program.specialized({"2xf32", "int"}), "error:"));
}

static const char pointClass[] = "class P:\n"
                                 "  v : int\n"
                                 "  def __init__(self: __torch__.P, v: int) -> NoneType:\n"
                                 "    self.v = v\n"
                                 "    return None\n";

TEST(RuntimeList, HoldsObjectsByReference) {
  SourceProgram program(std::string(pointClass) + forwardOf("n: int", "int",
                                                            "ps = annotate(List[__torch__.P], [])\n"
                                                            "for i in range(n):\n"
                                                            "  p = __torch__.P.__new__(__torch__.P)\n"
                                                            "  _0 = (p).__init__(i, )\n"
                                                            "  _1 = torch.append(ps, p)\n"
                                                            "first = ps[0]\n"
                                                            "first.v = 42\n"
                                                            "return (ps[0]).v"));
  std::string text = program.specialized({"int"});
  EXPECT_EQ(program.entry().signature, "(i)->(i)") << text;
  EXPECT_EQ(program.countCalls("sc_rt_object_new"), 1) << text;
  EXPECT_EQ(program.interpreted({Value::ofInt(3)}), "42");
}

TEST(RuntimeList, HoldsSubmodulesByNumber) {
  auto stage = [](double factor) {
    sconce::rt::Ref<sconce::rt::Object> object = sconce::rt::Object::create("__torch__.Stage");
    object->set("factor", Value::ofDouble(factor));
    return Value::ofObject(object);
  };
  SourceProgram program("class Stage(Module):\n"
                        "  factor : float\n"
                        "  def forward(self: __torch__.Stage, x: float) -> float:\n"
                        "    return torch.mul(x, self.factor)\n"
                        "class M(Module):\n"
                        "  a : __torch__.Stage\n"
                        "  b : __torch__.Stage\n"
                        "  def forward(self: __torch__.M, n: int) -> float:\n"
                        "    xs = [self.a]\n"
                        "    for i in range(n):\n"
                        "      _0 = torch.append(xs, self.b)\n"
                        "    return (xs[-1]).forward(1., )\n",
                        {{"a", stage(2)}, {"b", stage(3)}});
  std::string text = program.specialized({"int"});
  EXPECT_EQ(program.entry().signature, "(i)->(f)") << text;
  EXPECT_EQ(program.countCalls("sc_rt_object_new"), 0) << text;
  EXPECT_EQ(program.count("scf.if"), 1) << text;
}

TEST(RuntimeList, AnObjectOfTheInstanceIsHeldFromTheBeginning) {
  sconce::rt::Ref<sconce::rt::Object> point = sconce::rt::Object::create("__torch__.P");
  point->set("v", Value::ofInt(1));
  SourceProgram program(std::string(pointClass) + "class M(Module):\n"
                                                  "  p : __torch__.P\n"
                                                  "  def forward(self: __torch__.M, n: int) -> int:\n"
                                                  "    ps = annotate(List[__torch__.P], [])\n"
                                                  "    for i in range(n):\n"
                                                  "      _0 = torch.append(ps, self.p)\n"
                                                  "    first = ps[0]\n"
                                                  "    first.v = 42\n"
                                                  "    return (self.p).v\n",
                        {{"p", Value::ofObject(point)}});
  std::string text = program.specialized({"int"});
  EXPECT_EQ(program.entry().signature, "(i){R}->(i){R}") << text;
  EXPECT_EQ(program.entry().state[0].path, "p");
  EXPECT_EQ(program.countCalls("sc_rt_object_set"), 1) << text;
}
