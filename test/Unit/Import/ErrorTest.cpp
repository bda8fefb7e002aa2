// What is said of code that cannot be imported: place, line, and whose fault it is.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;
using sconce::ErrorKind;

static std::string errorOf(llvm::StringRef code) { return TestProgram(code).error("__torch__.f"); }
static bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

TEST(Error, PlaceAndLine) {
  std::string error =
      errorOf("def f(x: Tensor) -> Tensor:\n  y = torch.neg(x)\n  return torch.add(y, z)\n");
  EXPECT_TRUE(contains(error, "code/__torch__.py")) << error;
  EXPECT_TRUE(contains(error, ":3:23: undefined value 'z'")) << error;
  EXPECT_TRUE(contains(error, "return torch.add(y, z)")) << error;
  EXPECT_TRUE(contains(error, "in function '__torch__.f'")) << error;
}

TEST(Error, SameErrorAgain) {
  TestProgram program("def f() -> Tensor:\n  return z\n");
  EXPECT_TRUE(contains(program.error("__torch__.f"), "undefined value 'z'"));
  EXPECT_TRUE(contains(program.error("__torch__.f"), "undefined value 'z'"));
}

TEST(Error, OnlyWhenImported) {
  TestProgram program("def f() -> int:\n  return 1\ndef g() -> int:\n  return ops.mine.g()\n");
  EXPECT_EQ(program.error("__torch__.f"), "");
  EXPECT_TRUE(mlir::failed(program.get().function("__torch__.g")));
  EXPECT_EQ(program.get().lastErrorKind(), ErrorKind::Unsupported);
}

TEST(Error, Messages) {
  EXPECT_TRUE(
      contains(errorOf("def g() -> int:\n  return 1\n"), "defines no function '__torch__.f'"));
  EXPECT_TRUE(contains(errorOf("def f(x: Tensor) -> Tensor:\n  return x.nonsense()\n"),
                       "'Tensor' object has no attribute or method 'nonsense'"));
  EXPECT_TRUE(
      contains(errorOf("def f() -> int:\n  return __torch__.g(1, )\ndef g() -> int:\n  return 1\n"),
               "expected at most 0 arguments but found 1"));
  EXPECT_TRUE(contains(errorOf("def f() -> int:\n  return CONSTANTS.c9\n"),
                       "the archive has no constant 'c9'"));
  EXPECT_TRUE(
      contains(errorOf("def f(x: __torch__.Nope) -> int:\n  return 1\n"), "__torch__.Nope"));
  EXPECT_TRUE(contains(errorOf("def f(t: Tuple[int, int]) -> int:\n  return t[2]\n"),
                       "index 2 is out of range for a tuple of length 2"));
  EXPECT_TRUE(contains(errorOf("def f(x: Tensor) -> Tensor:\n  return x[..., x]\n"),
                       "indexing by a tensor after '...' is not possible"));
  EXPECT_TRUE(contains(errorOf("def f(x: Tensor) -> Tensor:\n  return x[1.5]\n"),
                       "a tensor cannot be indexed by a value of type 'float'"));
  EXPECT_TRUE(contains(errorOf("def f(i: int) -> int:\n  for j in i:\n    pass\n  return 1\n"),
                       "'int' object is not iterable"));
  EXPECT_TRUE(contains(errorOf("def f(l: List[int]) -> int:\n  a, *b = l\n  return a\n"),
                       "so it cannot be unpacked here"));
  EXPECT_TRUE(contains(errorOf("def f() -> int:\n  a, b = (1, 2, 3)\n  return a\n"),
                       "expected 2 values to unpack, found 3"));
  EXPECT_TRUE(
      contains(errorOf("def f() -> int:\n  global x\n  return 1\n"), "'global' has no meaning"));
  EXPECT_TRUE(contains(errorOf("def f(x: Tensor) -> Tensor:\n  x.y = 1\n  return x\n"),
                       "cannot set attribute 'y'"));
}

TEST(Error, Classes) {
  EXPECT_TRUE(contains(errorOf("class A(B):\n  pass\ndef f(a: __torch__.A) -> int:\n  return 1\n"),
                       "class inheritance is not supported"));
  EXPECT_TRUE(contains(
      errorOf(
          "class A(NamedTuple):\n  a : __torch__.A\ndef f(a: __torch__.A) -> int:\n  return 1\n"),
      "'__torch__.A' contains itself"));
  EXPECT_TRUE(contains(
      errorOf("class A(Enum):\n  X = 1\n  Y = 2.5\ndef f(a: __torch__.A) -> int:\n  return 1\n"),
      "the values of an enum must be of one type"));
}

TEST(Error, RecursionNeedsADeclaredResult) {
  EXPECT_TRUE(contains(errorOf("def f(n: int):\n  return __torch__.f(n, )\n"),
                       "its result type must be declared"));
  // Import follows no calls, so recursion with a declared result is the evaluator's to refuse.
  EXPECT_EQ(errorOf("def f(n: int) -> int:\n  return __torch__.f(n, )\n"), "");
}

TEST(Error, DeepCodeIsImportedOrRefused) {
  std::string sum = "x";
  for (int i = 0; i < 1000; ++i)
    sum += " + x";
  EXPECT_EQ(errorOf("def f(x: int) -> int:\n  return " + sum + "\n"), "");
  std::string nested, indent = "  ";
  for (int i = 0; i < 200; ++i, indent += " ")
    nested += indent + "if x > " + std::to_string(i) + ":\n";
  EXPECT_EQ(errorOf("def f(x: int) -> int:\n" + nested + indent + "x = 1\n  return x\n"), "");
  std::string calls = "x";
  for (int i = 0; i < 200; ++i)
    calls = "torch.neg(" + calls + ")";
  EXPECT_EQ(errorOf("def f(x: Tensor) -> Tensor:\n  return " + calls + "\n"), "");
}

TEST(Error, GrowthIsBounded) {
  std::string doubling;
  for (int i = 0; i < 100; ++i)
    doubling += "  t = (t, t)\n";
  EXPECT_TRUE(contains(errorOf("def f() -> int:\n  t = (1, 2)\n" + doubling + "  return 1\n"),
                       "a type consists of too many types"));
  std::string loops, indent = "  ";
  for (int i = 0; i < 10; ++i, indent += " ")
    loops += indent + "for a" + std::to_string(i) + " in t:\n";
  EXPECT_TRUE(contains(errorOf("def f() -> int:\n  s = 0\n  t = (1, 2, 3, 4, 5, 6, 7, 8)\n" +
                               loops + indent + "s = s + 1\n  return s\n"),
                       "have too many iterations"));
  EXPECT_TRUE(contains(errorOf("def f() -> int:\n  return __torch__.g()\ndef g(x: "
                               "int=__torch__.g()) -> int:\n  return x\n"),
                       "deep"));
  std::string chain = "class N0(NamedTuple):\n  x : int\n";
  for (int i = 1; i < 1000; ++i)
    chain += "class N" + std::to_string(i) + "(NamedTuple):\n  x : __torch__.N" +
             std::to_string(i - 1) + "\n";
  EXPECT_TRUE(contains(errorOf(chain + "def f(n: __torch__.N999) -> int:\n  return 1\n"),
                       "classes nest too deeply"));
}
