#include "test/Unit/Script/TreeText.h"
#include <gtest/gtest.h>

using namespace sconce::script;

TEST(DeclarationTest, readsAPrintedModule) {
  EXPECT_EQ(parsedFile(R"(class Linear(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = []
  weight : Tensor
  __annotations__["0"] = __torch__.a.Conv
  in_features : Final[int] = 3
  def forward(self: __torch__.Linear,
    x: Tensor,
    n: int=2) -> Tensor:
    w = self.weight
    return torch.linear(x, w)
)"),
            "(class Linear <: Module { (= __parameters__ <- [list 'weight' 'bias']) "
            "(= __buffers__ <- [list]) (= weight : Tensor) "
            "(= ([] __annotations__ '0') <- (. (. __torch__ a) Conv)) "
            "(= in_features : ([] Final int) <- 3) "
            "(def forward ( self:(. __torch__ Linear) x:Tensor n:int=2 ) -> Tensor "
            "{ (= w <- (. self weight)) (return (call (. torch linear) x w)) }) })");
}

TEST(DeclarationTest, readsFunctions) {
  EXPECT_EQ(parsedFile("def f(a, b: int, *, c: float=1., d: List[int],) -> None:\n  pass\n"),
            "(def f ( a b:int *c:float=1.0f *d:([] List int) ) -> None { (pass) })");
  EXPECT_EQ(parsedFile("def f(): return 1"), "(def f ( ) { (return 1) })");
  EXPECT_EQ(parsedFile(""), "");
  EXPECT_EQ(parsedFile("class A:\n  pass\ndef f():\n  pass\nclass B:\n  x : int"),
            "(class A { (pass) })\n(def f ( ) { (pass) })\n(class B { (= x : int) })");
}

TEST(DeclarationTest, takesTypesFromAComment) {
  EXPECT_EQ(parsedFile("def f(a, b):\n  # type: (int, Tensor) -> float\n  return a"),
            "(def f ( a:int b:Tensor ) -> float { (return a) })");
  EXPECT_EQ(parsedFile("class A:\n  def f(self, a):\n    # type: (int) -> float\n    return a"),
            "(class A { (def f ( self a:int ) -> float { (return a) }) })");
}

TEST(DeclarationTest, skipsVersionsAndImports) {
  auto file = llvm::cantFail(
      parseFile("op_version_set = 1\nimport __torch__.a.b\nimport x\ndef f():\n  pass\n", "m"));
  EXPECT_EQ(file->opVersionSet(), 1);
  EXPECT_EQ(file->declarations().size(), 1u);
}

TEST(DeclarationTest, acceptsDecoratorsInTheLibraryOnly) {
  llvm::StringRef text = "@op(\"aten::add.Tensor\")\n@inline\ndef f(x: Tensor):\n  return x\n";
  ParseOptions options;
  options.isLibrary = true;
  EXPECT_EQ(parsedFile(text, options),
            "(def f @(call op 'aten::add.Tensor') @inline ( x:Tensor ) { (return x) })");
  EXPECT_NE(parsedFile(text).find("decorators are not part of saved TorchScript code"),
            std::string::npos);
}

TEST(DeclarationTest, findsDeclarationsByName) {
  auto file = llvm::cantFail(parseFile("class A:\n  pass\ndef f():\n  pass\n", "m"));
  EXPECT_TRUE(llvm::isa<ClassStmt>(file->find("A")));
  EXPECT_TRUE(llvm::isa<DefStmt>(file->find("f")));
  EXPECT_EQ(file->find("g"), nullptr);
}
