// Early returns, breaks and continues as structured code.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

static bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

TEST(Exit, RestGoesIntoTheOtherBranch) {
  std::string text = textOfBody("c: bool, x: Tensor", "Tensor",
                                "if c:\n  return torch.neg(x)\ny = torch.abs(x)\nreturn y");
  EXPECT_TRUE(contains(text, "%0 = ts.if %c -> (!ts.tensor) {\n"
                             "    %1 = ts.op \"aten::neg\"(%x) : (!ts.tensor) -> !ts.tensor\n"
                             "    ts.yield %1 : !ts.tensor\n"
                             "  } else {\n"
                             "    %1 = ts.op \"aten::abs\"(%x) : (!ts.tensor) -> !ts.tensor\n"
                             "    ts.yield %1 : !ts.tensor\n"
                             "  }\n"
                             "  ts.return %0 : !ts.tensor"))
      << text;
}

TEST(Exit, RestMayChangeTypesOfItsOwnScope) {
  EXPECT_EQ(opsOfBody("c: bool, x: Tensor", "int", "y = x\nif c:\n  return 1\ny = 2\nreturn y"),
            "if");
}

TEST(Exit, NestedReturnNeedsAFlag) {
  std::string text =
      textOfBody("a: bool, b: bool, x: Tensor", "Tensor",
                 "if a:\n  if b:\n    return x\n  x = torch.neg(x)\nreturn torch.abs(x)");
  EXPECT_TRUE(contains(text, "ts.if %a -> (!ts.tensor, !ts.bool, !ts.tensor)")) << text;
  EXPECT_TRUE(contains(text, "ts.if %0#1 -> (!ts.tensor)")) << text;
}

TEST(Exit, RaiseKeepsTheRestFlat) {
  std::string text =
      textOfBody("c: bool, x: Tensor", "Tensor", "if c:\n  raise ValueError(\"no\")\nreturn x");
  EXPECT_TRUE(contains(text, "ts.if %c {")) << text;
  EXPECT_TRUE(contains(text, "builtins.ValueError")) << text;
}

TEST(Exit, RaiseOnlyFunction) {
  std::string text = textOfBody("x: Tensor", "Tensor", "raise ValueError(\"no\")");
  EXPECT_TRUE(contains(text, "ts.uninitialized : !ts.tensor")) << text;
}

TEST(Exit, BreakEndsTheLoop) {
  std::string text = textOfBody(
      "n: int", "int", "s = 0\nfor i in range(n):\n  if i > 3:\n    break\n  s = s + i\nreturn s");
  // The value at the break is carried out; the loop goes on while not left.
  EXPECT_TRUE(contains(text, "-> (!ts.int, !ts.bool)")) << text;
  EXPECT_TRUE(contains(text, "aten::__not__")) << text;
}

TEST(Exit, ContinueKeepsTheCondition) {
  EXPECT_EQ(
      opsOfBody("n: int", "int",
                "s = 0\nfor i in range(n):\n  if i == 3:\n    continue\n  s = s + i\nreturn s"),
      "loop aten::eq.int if aten::add.int");
}

TEST(Exit, WhileConditionIsNotEvaluatedAfterABreak) {
  EXPECT_EQ(opsOfBody("n: int", "int",
                      "i = 0\nwhile i < n:\n  i = i + 1\n  if i == 3:\n    break\nreturn i"),
            "aten::lt.int loop aten::add.int aten::eq.int if if aten::lt.int");
}

TEST(Exit, ReturnFromALoop) {
  std::string text =
      textOfBody("n: int", "int", "for i in range(n):\n  if i == 3:\n    return i\nreturn 0");
  EXPECT_TRUE(contains(text, "-> (!ts.bool, !ts.int)")) << text;
  EXPECT_TRUE(contains(text, "ts.uninitialized : !ts.int")) << text;
}

TEST(Exit, ReturnFromNestedLoops) {
  EXPECT_EQ(
      opsOfBody(
          "n: int", "int",
          "for i in range(n):\n  for j in range(i):\n    if j == 3:\n      return j\nreturn 0"),
      "loop loop aten::eq.int if aten::__not__ aten::__not__ if");
}

TEST(Exit, UnconditionalExits) {
  EXPECT_EQ(opsOfBody("n: int", "int", "while True:\n  n = n + 1\n  break\nreturn n"),
            "loop aten::add.int");
  EXPECT_EQ(opsOfBody("c: bool", "int", "if c:\n  return 1\nelse:\n  return 2"), "if");
}

TEST(Exit, NarrowTypeSurvivesAnExitingBranch) {
  EXPECT_EQ(opsOfBody("n: int, x: Optional[int]", "int",
                      "for i in range(n):\n  if x is None:\n    if i > 1:\n      x = 1\n      "
                      "break\n    x = 2\n"
                      "  else:\n    x = x + 1\nreturn n"),
            "loop aten::__is__ if aten::gt.int if aten::add.int aten::__not__");
}

TEST(Exit, MissingReturn) {
  EXPECT_TRUE(contains(opsOfBody("c: bool", "int", "if c:\n  return 1"),
                       "does not return along all paths"));
  EXPECT_EQ(opsOfBody("c: bool", "None", "if c:\n  return"), "if");
}

TEST(Exit, OutsideOfALoop) {
  EXPECT_TRUE(contains(opsOfBody("", "None", "break"), "'break' outside of a loop"));
}

TEST(Exit, ManyReturnsNestTooDeeply) {
  std::string body;
  for (int i = 0; i < 1000; ++i)
    body += "if n == " + std::to_string(i) + ":\n  return " + std::to_string(i) + "\n";
  EXPECT_TRUE(
      contains(opsOfBody("n: int", "int", body + "return 0"), "the code nests deeper than"));
}
