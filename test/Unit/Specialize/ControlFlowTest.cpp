// Conditions and loops: taken, merged, split, unrolled, left in the program.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;
using sconce::rt::Value;

TEST(ControlFlow, AKnownConditionLeavesNothing) {
  SourceProgram program(forwardOf("x: Tensor, flag: bool", "Tensor",
                                  "if flag:\n"
                                  "  y = torch.exp(x)\n"
                                  "else:\n"
                                  "  y = torch.tanh(x)\n"
                                  "return y"));
  program.specialized({"4xf32", "bool=true"});
  EXPECT_EQ(program.count("scf.if"), 0);
  EXPECT_EQ(program.count("ts.exp"), 1);
  EXPECT_EQ(program.count("ts.tanh"), 0);
  program.specialized({"4xf32", "bool"});
  EXPECT_EQ(program.count("scf.if"), 1);
  EXPECT_EQ(program.count("ts.exp"), 1);
  EXPECT_EQ(program.count("ts.tanh"), 1);
}

TEST(ControlFlow, SidesOfOtherRankSplitTheRest) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor",
                                  "if bool(torch.gt(torch.sum(x), 0)):\n"
                                  "  y = torch.unsqueeze(x, 0)\n"
                                  "else:\n"
                                  "  y = x\n"
                                  "return torch.exp(y)"));
  std::string text = program.specialized({"4xf32"});
  EXPECT_EQ(program.entry().report.versions, 1u) << text;
  EXPECT_EQ(program.count("ts.exp"), 2) << text;
  EXPECT_EQ(program.entry().signature, "(T6[4])->(R)") << text;
}

TEST(ControlFlow, AssumedConditionsAreNotAskedAgain) {
  SourceProgram program(forwardOf("x: Tensor, flag: bool", "Tensor",
                                  "if flag:\n"
                                  "  if torch.__not__(flag):\n"
                                  "    y = torch.sin(x)\n"
                                  "  else:\n"
                                  "    y = torch.exp(x)\n"
                                  "else:\n"
                                  "  y = x\n"
                                  "return y"));
  std::string text = program.specialized({"4xf32", "bool"});
  EXPECT_EQ(program.count("scf.if"), 1) << text;
  EXPECT_EQ(program.count("ts.sin"), 0) << text;
}

TEST(ControlFlow, ASideThatRaisesIsACheck) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor",
                                  "if bool(torch.gt(torch.sum(x), 3)):\n"
                                  "  ops.prim.RaiseException(\"too large\", \"builtins.ValueError\")\n"
                                  "  y = x\n"
                                  "else:\n"
                                  "  y = torch.add(x, 1)\n"
                                  "return y"));
  std::string text = program.specialized({"2xf32"});
  EXPECT_EQ(program.count("ts.check"), 1) << text;
  EXPECT_EQ(program.count("scf.if"), 0) << text;
  EXPECT_EQ(program.interpreted({floats({2}, {2, 2})}), "raised builtins.ValueError: too large");
  EXPECT_EQ(program.interpreted({floats({1}, {2})}), " 3\n[ CPUFloatType{1} ]");
}

TEST(ControlFlow, ALongLoopOverTensorsStays) {
  std::string body = "h = x\n"
                     "for i in range(%):\n"
                     "  h = torch.tanh(torch.matmul(h, torch.select(w, 0, i)))\n"
                     "return h";
  auto withTrip = [&](const char *trip) { return forwardOf("x: Tensor, w: Tensor", "Tensor", std::string(body).replace(body.find('%'), 1, trip)); };
  SourceProgram many(withTrip("40"));
  std::string text = many.specialized({"2x3xf32", "40x3x3xf32"});
  EXPECT_EQ(many.count("scf.for"), 1) << text;
  EXPECT_EQ(many.count("ts.tanh"), 1) << text;
  SourceProgram few(withTrip("3"));
  text = few.specialized({"2x3xf32", "40x3x3xf32"});
  EXPECT_EQ(few.count("scf.for"), 0) << text;
  EXPECT_EQ(few.count("ts.tanh"), 3) << text;
}

TEST(ControlFlow, ALoopWhoseIterationsAreKnownIsUnrolled) {
  // A number that is folded, an extent that each iteration knows, a list that grows.
  for (const char *step : {"  n = n + 2\n  h = torch.matmul(h, w)\n", "  h = torch.matmul(h, w)\n  n = torch.slice(h, 0, 0, i).numel()\n",
                           "  h = torch.matmul(h, w)\n  l.append(h)\n  n = len(l)\n"}) {
    SourceProgram program(forwardOf("h: Tensor, w: Tensor", "Tuple[Tensor, int]",
                                    "n = 0\n"
                                    "l = annotate(List[Tensor], [])\n"
                                    "for i in range(20):\n" +
                                        std::string(step) + "return (h, n)"));
    std::string text = program.specialized({"2x3xf32", "3x3xf32"});
    EXPECT_EQ(program.count("scf.for"), 0) << step << text;
    EXPECT_EQ(program.count("ts.contract"), 20) << step << text;
  }
}

/// A loop of 20 products whose list `l` the lines `after` use.
static std::string loopThatAppends(const std::string &step, const std::string &after) {
  return forwardOf("h: Tensor, w: Tensor", "Tensor",
                   "l = annotate(List[Tensor], [])\n"
                   "for i in range(20):\n"
                   "  h = torch.matmul(h, w)\n" +
                       step + after + "return y");
}

TEST(ControlFlow, WhatALoopAppendsIsARowOfATensor) {
  // Appended once and in a list of one, twice, through another name, through a tuple, by both sides of a condition.
  for (auto [step, rows] : {std::pair("  l.append(h)\n", 1),
                            {"  l = torch.add_(l, [h])\n", 1},
                            {"  l.append(h)\n  l.append(torch.neg(h))\n", 2},
                            {"  m = l\n  m.append(h)\n", 1},
                            {"  p = (l, h)\n  p[0].append(p[1])\n", 1},
                            {"  if bool(torch.gt(torch.sum(h), 0)):\n    l.append(h)\n  else:\n    l.append(torch.neg(h))\n", 1}}) {
    SourceProgram program(loopThatAppends(step, "y = torch.add(l[3], l[-1])\n"));
    std::string text = program.specialized({"2x3xf32", "3x3xf32"});
    EXPECT_EQ(program.count("scf.for"), 1) << step << text;
    EXPECT_EQ(program.count("ts.contract"), 1) << step << text;
    EXPECT_EQ(program.count("ts.update_slice"), rows) << step << text;
    EXPECT_EQ(program.count("ts.runtime_call"), 0) << step << text;
  }
}

TEST(ControlFlow, RowsOfALoopAreJoinedInPlace) {
  for (auto [join, type] : {std::pair("torch.stack(l, 0)", "tensor<20x2x3xf32>"), {"torch.stack(l, 2)", "tensor<2x3x20xf32>"},
                            {"torch.cat(l, 0)", "tensor<40x3xf32>"}, {"torch.cat(l, 1)", "tensor<2x60xf32>"}}) {
    SourceProgram program(loopThatAppends("  l.append(h)\n", "y = " + std::string(join) + "\n"));
    std::string text = program.specialized({"2x3xf32", "3x3xf32"});
    EXPECT_EQ(program.count("scf.for"), 1) << text;
    EXPECT_EQ(program.count("ts.concatenate"), 0) << text;
    EXPECT_EQ(program.count("ts.slice"), 0) << text;
    EXPECT_TRUE(contains(text, std::string("-> ") + type)) << text;
  }
  // Others than all rows in order are put one after the other.
  SourceProgram program(loopThatAppends("  l.append(h)\n", "y = torch.cat([l[1], l[0]], 0)\n"));
  program.specialized({"2x3xf32", "3x3xf32"});
  EXPECT_EQ(program.count("ts.concatenate"), 1);
}

TEST(ControlFlow, ALoopThatNeedsItsListIsUnrolled) {
  // Reading it, asking for its length, another shape each time, one side only, a number, a tensor with an order of its own; and
  // writing later to what was appended, by whatever name.
  for (auto [step, after] : {std::pair("  l.append(h)\n  h = l[-1]\n", "y = l[0]\n"),
                             {"  l.append(torch.mul(h, len(l)))\n", "y = l[0]\n"},
                             {"  l.append(torch.slice(w, 0, 0, i))\n", "y = l[2]\n"},
                             {"  l.append(torch.t(h))\n", "y = l[2]\n"},
                             {"  l.append(h)\n", "y = l[2].add_(1)\n"},
                             {"  l.append(h)\n", "y = torch.add(h.add_(1), l[-1])\n"},
                             {"  l.append(h)\n  h.add_(1)\n  l.append(w.add_(1))\n", "y = l[2]\n"}}) {
    SourceProgram program(loopThatAppends(step, after));
    std::string text = program.specialized({"2x3xf32", "3x3xf32"});
    EXPECT_FALSE(contains(text, "error:")) << step << text;
    EXPECT_EQ(program.count("scf.for"), 0) << step << after << text;
  }
}

TEST(ControlFlow, AListOfWhatOnlyRunTimeCountsIsTheRuntimesAfterALongLoop) {
  auto chosen = [](int trips, const std::string &count) {
    return forwardOf("x: Tensor, y: Tensor", "Tensor",
                     "found = annotate(List[Tensor], [])\n"
                     "for i in range(" + std::to_string(trips) + "):\n"
                     "  z = torch.select(x, 1, i)\n"
                     "  rows = torch.index(y, annotate(List[Optional[Tensor]], [torch.gt(z, 0.5)]))\n"
                     "  n = " + count + "\n"
                     "  _0 = torch.append(found, torch.slice(torch.cumsum(torch.exp(rows), 0), 0, 0, n))\n"
                     "return torch.cat(found)");
  };
  SourceProgram program(chosen(1000, "ops.prim.min([torch.len(rows), 20])"));
  std::string text = program.specialized({"30x1000xf32", "30x4xf32"});
  ASSERT_FALSE(contains(text, "error")) << text;
  EXPECT_EQ(program.count("scf.for"), 1);
  // What is known of each iteration is kept by unrolling it, and what is short.
  SourceProgram known(chosen(90, "torch.floordiv(i, 4)"));
  known.specialized({"30x90xf32", "30x4xf32"});
  EXPECT_EQ(known.count("ts.nonzero"), 90);
  SourceProgram few(chosen(10, "ops.prim.min([torch.len(rows), 20])"));
  few.specialized({"30x10xf32", "30x4xf32"});
  EXPECT_EQ(few.count("ts.nonzero"), 10);
}

TEST(ControlFlow, AShortPointwiseLoopIsUnrolledToFuse) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor",
                                  "y = x\n"
                                  "for i in range(12):\n"
                                  "  y = torch.mul(torch.sin(y), x)\n"
                                  "return y"));
  std::string text = program.specialized({"4xf32"});
  EXPECT_EQ(program.count("scf.for"), 0) << text;
  EXPECT_EQ(program.count("ts.sin"), 12) << text;
}

TEST(ControlFlow, ARunTimeTripCountIsAFor) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor",
                                  "y = x\n"
                                  "for i in range(n):\n"
                                  "  y = torch.add(y, i)\n"
                                  "return y"));
  std::string text = program.specialized({"4xf32", "int"});
  EXPECT_EQ(program.count("scf.for"), 1) << text;
  EXPECT_EQ(program.count("scf.while"), 0) << text;
  EXPECT_EQ(program.interpreted({floats({1}, {1}), Value::ofInt(4)}), " 7\n[ CPUFloatType{1} ]");
}

TEST(ControlFlow, AnIterationsNumberIsInRange) {
  auto sumRows = [](const char *index) {
    return forwardOf("x: Tensor", "Tensor",
                     "y = torch.select(x, 0, 0)\n"
                     "for i in range(x.size(0)):\n"
                     "  y = torch.add(y, torch.select(x, 0, " +
                         std::string(index) + "))\n"
                                              "return y");
  };
  SourceProgram inside(sumRows("i")), beyond(sumRows("i + 1"));
  std::string text = inside.specialized({"?x4xf32"});
  EXPECT_EQ(inside.count("scf.for"), 1) << text;
  EXPECT_EQ(inside.count("ts.check"), 1) << text; // of row 0
  text = beyond.specialized({"?x4xf32"});
  EXPECT_EQ(beyond.count("ts.check"), 2) << text;
}

TEST(ControlFlow, ARunTimeConditionIsAWhile) {
  SourceProgram program(forwardOf("x: Tensor", "Tuple[Tensor, int]",
                                  "y = x\n"
                                  "n = 0\n"
                                  "_0 = bool(torch.lt(torch.sum(y), 10))\n"
                                  "while _0:\n"
                                  "  y = torch.mul(y, 2)\n"
                                  "  n = torch.add(n, 1)\n"
                                  "  _0 = bool(torch.lt(torch.sum(y), 10))\n"
                                  "return (y, n)"));
  std::string text = program.specialized({"1xf32"});
  EXPECT_EQ(program.count("scf.while"), 1) << text;
  EXPECT_EQ(program.entry().signature, "(T6[1])->(t(T6[1],i))") << text;
  EXPECT_EQ(program.interpreted({floats({1}, {1.5})}), "( 12\n[ CPUFloatType{1} ], 3)");
}

TEST(ControlFlow, AnExtentThatALoopChangesIsARunTimeExtent) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor",
                                  "y = x\n"
                                  "for i in range(n):\n"
                                  "  y = torch.cat([y, x], 0)\n"
                                  "return y"));
  std::string text = program.specialized({"2x3xf32", "int"});
  EXPECT_EQ(program.entry().signature, "(T6[2,3],i)->(T6[?,3])") << text;
}

TEST(ControlFlow, ANoneThatBecomesATensorIsPeeled) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor",
                                  "last = annotate(Optional[Tensor], None)\n"
                                  "y = x\n"
                                  "for i in range(n):\n"
                                  "  if torch.__is__(last, None):\n"
                                  "    y = torch.neg(y)\n"
                                  "  else:\n"
                                  "    y = torch.add(y, unchecked_cast(Tensor, last))\n"
                                  "  last = y\n"
                                  "return y"));
  std::string text = program.specialized({"2xf32", "int"});
  EXPECT_FALSE(contains(text, "error:")) << text;
  EXPECT_EQ(program.count("ts.neg"), 1) << text;
  EXPECT_EQ(program.interpreted({floats({1}, {1}), Value::ofInt(3)}), "-4\n[ CPUFloatType{1} ]");
}

TEST(ControlFlow, AResultWhosePartsCannotBeJoinedIsHeldAsAWhole) {
  // The numbers could be joined alone; the tensors of different ranks need the tuple to be a value of the runtime.
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tuple[int, Tensor]",
                                  "if torch.gt(n, 0):\n"
                                  "  r = (n, x)\n"
                                  "else:\n"
                                  "  r = (2, torch.unsqueeze(x, 0))\n"
                                  "return r"));
  std::string text = program.specialized({"2xf32", "int"});
  EXPECT_FALSE(contains(text, "error:")) << text;
  EXPECT_TRUE(contains(program.entry().signature, "R")) << program.entry().signature;
}

TEST(ControlFlow, ADimensionOfRunTimeIsOneOfThoseThatThereAre) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor", "return torch.flip(x, [n])"));
  std::string text = program.specialized({"2x3xf32", "int"});
  EXPECT_EQ(program.entry().signature, "(T6[2,3],i)->(T6[2,3])") << text;
  EXPECT_EQ(program.count("ts.reverse"), 2) << text;
  EXPECT_EQ(program.entry().report.versions, 0u) << text;
}

TEST(ControlFlow, TooManyCombinationsOfDimensionsAreRefused) {
  SourceProgram program(forwardOf("x: Tensor, n: int", "Tensor", "return torch.permute(x, [n, torch.add(n, 1), torch.add(n, 2), torch.add(n, 3), 4])"));
  EXPECT_FALSE(contains(program.specialized({"1x2x3x1x2xf32", "int"}), "error:"));
  SourceProgram wider(forwardOf("x: Tensor, n: int", "Tensor",
                                "return torch.permute(x, [n, torch.add(n, 1), torch.add(n, 2), torch.add(n, 3), torch.add(n, 4)])"));
  EXPECT_TRUE(contains(wider.specialized({"1x2x3x1x2xf32", "int"}), "more than 64 combinations of them; make some of them constants"));
}
