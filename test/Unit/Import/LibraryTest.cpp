// Files of the operator library.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

static bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

static std::string addError(llvm::StringRef text) {
  TestProgram program("");
  if (llvm::Error error = program.get().addLibrary("test.py", text))
    return llvm::toString(std::move(error));
  return llvm::toString(program.get().checkLibrary());
}

TEST(Library, OperatorsAndHelpers) {
  TestProgram program("");
  ASSERT_EQ(llvm::toString(program.get().addLibrary(
                "a.py", "@op(\"aten::relu\")\n"
                        "def relu(self: Tensor) -> Tensor:\n"
                        "  return clampBelow(self, 0.)\n"
                        "@op(\"aten::sum\")\n"
                        "def sum(self: Tensor, dtype: Optional[int]=None) -> Tensor:\n"
                        "  return ops.ts.reduce(self, [0], \"sum\")\n")),
            "");
  ASSERT_EQ(llvm::toString(program.get().addLibrary(
                "b.py", "def clampBelow(x: Tensor, low: float) -> Tensor:\n"
                        "  return torch.clamp_min(x, low)\n")),
            "");
  EXPECT_TRUE(program.get().hasLibraryFunction("aten::relu"));
  EXPECT_FALSE(program.get().hasLibraryFunction("aten::add.Tensor"));
  EXPECT_EQ(program.get().librarySchemas(), (std::vector<std::string>{"aten::relu", "aten::sum"}));
  EXPECT_EQ(program.ops("aten::relu"), "@library.clampBelow");
  EXPECT_EQ(program.ops("library.clampBelow"), "aten::clamp_min");
  EXPECT_EQ(program.ops("aten::sum"), "list ts::reduce");
}

TEST(Library, ParametersAreTheSchemas) {
  EXPECT_TRUE(
      contains(addError("@op(\"aten::relu\")\ndef relu(x: Tensor) -> Tensor:\n  return x\n"),
               "expected parameter 'self' of 'aten::relu', found 'x'"));
  EXPECT_TRUE(
      contains(addError("@op(\"aten::relu\")\ndef relu(self: int) -> Tensor:\n  return x\n"),
               "to have type 'Tensor' as in 'aten::relu', found 'int'"));
  EXPECT_TRUE(contains(
      addError("@op(\"aten::relu\")\ndef relu(self: Tensor, y: int) -> Tensor:\n  return x\n"),
      "expected the 1 parameters of"));
  EXPECT_TRUE(
      contains(addError("@op(\"aten::relu\")\ndef relu(self: Tensor) -> int:\n  return 1\n"),
               "expected the result type 'Tensor' of 'aten::relu', found 'int'"));
  EXPECT_TRUE(contains(
      addError(
          "@op(\"aten::add.Tensor\")\n"
          "def add(self: Tensor, other: Tensor, *, alpha: number=2) -> Tensor:\n  return self\n"),
      "the default of parameter 'alpha' is not that of 'aten::add.Tensor'"));
}

TEST(Library, FunctionsAreParsedWhenTheyAreAskedFor) {
  TestProgram program("");
  ASSERT_EQ(llvm::toString(program.get().addLibrary("a.py", "# Two functions.\n"
                                                            "@op(\"aten::relu\")\n"
                                                            "def relu(self: Tensor) -> Tensor:\n"
                                                            "  return same(self)\n"
                                                            "\n"
                                                            "def same(x: Tensor) -> Tensor:\n"
                                                            "  return x\n"
                                                            "def broken(x: Tensor) -> Tensor:\n"
                                                            "  return x +\n")),
            "");
  EXPECT_EQ(program.ops("aten::relu"), "@library.same");
  EXPECT_TRUE(contains(llvm::toString(program.get().checkLibrary()), "a.py:9:"));
  EXPECT_TRUE(contains(addError("class A(Module):\n  pass\n"), "expected a function in a file of the library"));
}

TEST(Library, Names) {
  EXPECT_TRUE(contains(addError("@op(\"aten::nope\")\ndef f(x: Tensor) -> Tensor:\n  return x\n"),
                       "there is no schema 'aten::nope'"));
  EXPECT_TRUE(contains(addError("def f() -> int:\n  return 1\ndef f() -> int:\n  return 2\n"),
                       "helper 'f' is defined twice"));
  EXPECT_TRUE(contains(addError("@inline\ndef f() -> int:\n  return 1\n"), "expected '@op("));
}
