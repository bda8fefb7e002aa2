// Which overload a call means: the resolved examples of the format's reference, checked against
// PyTorch.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

TEST(Overload, ScalarArguments) {
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.add(x, 1)"), "aten::add.Scalar");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.add(x, True)"), "aten::Int.bool aten::add.Scalar");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.mul(2.5, x)"), "@builtin.mul_float");
  EXPECT_EQ(opsOf("i: int", "float", "torch.add(i, 2.0)"), "aten::add.int_float");
  EXPECT_EQ(opsOf("i: int", "int", "torch.add(i, 2)"), "aten::add.int");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "2 ** x"), "aten::pow.Scalar");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "1 - x"), "@builtin.sub_int");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "1 / x"), "@builtin.div_int");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "1 < x"), "@builtin.lt_int");
  EXPECT_EQ(opsOf("i: int", "float", "2 ** i"), "aten::pow.int");
}

TEST(Overload, Reductions) {
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.max(x, x)"), "aten::max.other");
  EXPECT_EQ(opsOf("x: Tensor", "Tuple[Tensor, Tensor]", "torch.max(x, 1)"), "aten::max.dim tuple");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.max(x, 1).values"), "aten::max.dim tuple");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.sum(0)"), "list aten::sum.dim_IntList");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.sum([0])"), "list aten::sum.dim_IntList");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.mean(1)"), "list aten::mean.dim");
}

TEST(Overload, Conversions) {
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.to(6)"), "aten::to.dtype");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.to(\"cpu\")"), "aten::to.prim_Device");
  EXPECT_EQ(opsOf("x: Tensor", "List[Tensor]", "x.split(2)"), "aten::split.Tensor");
  EXPECT_EQ(opsOf("", "Tensor", "torch.arange(2, 5)"), "aten::arange.start");
}

TEST(Overload, Indexing) {
  EXPECT_EQ(opsOf("x: Tensor, t: Tensor", "Tensor", "torch.index(x, [t])"),
            "list aten::index.Tensor_hacked_twin");
  EXPECT_EQ(opsOf("x: Tensor, t: Tensor", "Tensor",
                  "torch.index(x, annotate(List[Optional[Tensor]], [t]))"),
            "list aten::index.Tensor");
  EXPECT_EQ(opsOf("x: Tensor, t: Tensor", "Tensor", "x[t]"), "list aten::index.Tensor");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x[0, 1:2, None, ..., -1]"),
            "aten::select.int aten::slice.Tensor aten::unsqueeze aten::select.int");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x[[0, 1]]"), "list aten::tensor list aten::index.Tensor");
  EXPECT_EQ(opsOf("l: List[int]", "List[int]", "l[1:]"), "aten::slice.t");
  EXPECT_EQ(opsOf("s: str", "str", "s[0]"), "aten::__getitem__.str");
  EXPECT_EQ(opsOf("d: Dict[str, int]", "int", "d[\"a\"]"), "aten::__getitem__.Dict_str");
}

TEST(Overload, VariadicLists) {
  EXPECT_EQ(opsOf("", "Tensor", "torch.zeros(2, 3)"), "list aten::zeros");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.view(-1, 4)"), "list aten::view");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "x.permute(0, 1)"), "list aten::permute");
  EXPECT_EQ(opsOf("x: Tensor, t: Tuple[int, int]", "Tensor", "x.view(t)"), "list aten::view");
}

TEST(Overload, SelfIsFoundByName) {
  EXPECT_EQ(opsOf("x: Tensor, c: Tensor", "Tensor", "x.where(c, x)"), "aten::where.self");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.relu(input=x)"), "aten::relu");
}

TEST(Overload, DefaultsAreFilledIn) {
  std::string text = textOfBody("x: Tensor", "Tensor", "return torch.conv2d(x, x)");
  EXPECT_NE(text.find("ts.op \"aten::conv2d\"(%x, %x, %0, %3, %6, %9, %10)"), std::string::npos)
      << text;
}

TEST(Overload, NoOverloadFits) {
  std::string error = opsOf("x: Tensor", "Tensor", "torch.add(x, \"a\")");
  EXPECT_NE(error.find("the arguments fit no overload of 'aten::add'"), std::string::npos) << error;
  EXPECT_NE(
      error.find("aten::add.Tensor(Tensor self, Tensor other, *, number alpha=…) -> Tensor: "),
      std::string::npos)
      << error;
}

TEST(Overload, UnknownOperator) {
  std::string error = opsOf("x: Tensor", "Tensor", "ops.mine.frobnicate(x)");
  EXPECT_NE(error.find("unknown operator 'mine::frobnicate'"), std::string::npos) << error;
}
