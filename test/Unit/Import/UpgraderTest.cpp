// What operators meant in older archives.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

static std::string methodOps(llvm::StringRef expression, int64_t version) {
  std::string code = "class A(Module):\n"
                     "  __parameters__ = []\n"
                     "  __buffers__ = []\n"
                     "  def f(self: __torch__.A, x: Tensor) -> Tensor:\n"
                     "    return " +
                     expression.str() + "\n";
  return TestProgram(code, version).ops("__torch__.A.f");
}

TEST(Upgrader, Division) {
  EXPECT_EQ(methodOps("torch.div(x, 2)", 3), "@upgrade.div_Scalar_0_3");
  EXPECT_EQ(methodOps("torch.div(x, 2)", 4), "aten::div.Scalar");
  EXPECT_EQ(methodOps("torch.div(x, x, rounding_mode=\"trunc\")", 3),
            "@upgrade.div_Tensor_mode_0_3");
}

TEST(Upgrader, OnlyInMethods) {
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.div(x, 2)", 3), "aten::div.Scalar");
}

TEST(Upgrader, ChangedSchemas) {
  EXPECT_EQ(methodOps("torch.gelu(x)", 9), "@upgrade.gelu_0_9");
  EXPECT_EQ(methodOps("torch.linspace(0, 1)", 7), "@upgrade.linspace_0_7");
  EXPECT_EQ(methodOps("torch.full([2], 1)", 4), "list @upgrade.full_0_4");
}

TEST(Upgrader, BodiesImport) {
  TestProgram program("");
  for (const sconce::script::Upgrader &upgrader : program.get().operators().allUpgraders())
    EXPECT_EQ(program.error(OperatorTable::upgraderName(upgrader)), "");
}
