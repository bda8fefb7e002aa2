// Hostile input: deep, long and cut short.
#include "test/Unit/Script/TreeText.h"
#include <gtest/gtest.h>

using namespace sconce::script;
using llvm::StringRef;

static std::string repeated(StringRef text, unsigned count) {
  std::string out;
  for (unsigned i = 0; i < count; ++i)
    out += text;
  return out;
}

static bool failsWith(const std::string &result, StringRef message) {
  return StringRef(result).starts_with("error: ") && StringRef(result).contains(message);
}

TEST(LimitTest, boundsNesting) {
  for (StringRef open : {"(", "[", "{0:", "f(", "x[", "not ", "-", "~", "2**",
                         "a if b else ", "[a for b in "})
    EXPECT_TRUE(failsWith(parsedExpr(repeated(open, 100000)), "nested more than 256 levels"))
        << open.str();
  EXPECT_EQ(parsedExpr(repeated("(", 200) + "a" + repeated(")", 200)), "a");
}

TEST(LimitTest, boundsBlocks) {
  std::string text = "def f():\n";
  for (unsigned i = 1; i < 2000; ++i)
    text += std::string(i, ' ') + "if a:\n";
  EXPECT_TRUE(failsWith(parsedFile(text), "nested more than 256 levels"));
}

TEST(LimitTest, boundsExpressionDepth) {
  for (StringRef more : {" + a", ".a", "[0]", "(a)", " and a"})
    EXPECT_TRUE(failsWith(parsedExpr("a" + repeated(more, 100000)),
                          "more than 1024 operations deep"))
        << more.str();
  EXPECT_FALSE(StringRef(parsedExpr("a" + repeated(" + a", 1000))).starts_with("error"));
}

TEST(LimitTest, allowsWideTrees) {
  std::string text = "if a:\n  b";
  text += repeated("\nelif a:\n  b", 5000);
  EXPECT_FALSE(StringRef(parsedBody(text)).starts_with("error"));
  EXPECT_FALSE(StringRef(parsedExpr("[" + repeated("1, ", 100000) + "]")).starts_with("error"));
}

TEST(LimitTest, boundsLength) {
  ParseOptions options;
  options.maxBytes = 10;
  EXPECT_TRUE(failsWith(parsedFile("def f():\n  pass\n", options), "more than the limit of 10"));
}

TEST(LimitTest, survivesEveryPrefix) {
  StringRef text = "class A(Module):\n  x : int\n  def f(self, a: List[int]=[1], *, b: str=\"q\\n\"):\n"
                   "    # type: (List[int], str) -> int\n    if a is not None and -1. < 2:\n"
                   "      x, *y = {1: 2}, [i for i in z]\n    elif ~x[1:2, ...]:\n      pass\n"
                   "    else:\n      raise E('''m''')\n    return f(a, k=1) if b else (3,)\n";
  for (size_t length = 0; length <= text.size(); ++length)
    parsedFile(text.take_front(length));
  EXPECT_FALSE(StringRef(parsedFile(text)).starts_with("error")) << parsedFile(text);
}
