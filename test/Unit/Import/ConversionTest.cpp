// Conversions that nobody asked for: at arguments, assignments and returns.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

TEST(Conversion, TensorToNumber) {
  EXPECT_EQ(opsOf("x: Tensor", "int", "x"), "aten::IntImplicit");
  EXPECT_EQ(opsOf("x: Tensor", "float", "x"), "aten::FloatImplicit");
  EXPECT_EQ(opsOf("x: Tensor", "number", "annotate(number, x)"), "aten::ScalarImplicit");
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.select(x, 0, x)"),
            "aten::IntImplicit aten::select.int");
}

TEST(Conversion, TensorIsNeverBool) {
  std::string error = opsOf("x: Tensor", "bool", "x");
  EXPECT_NE(error.find("the value is of type 'Tensor'"), std::string::npos) << error;
}

TEST(Conversion, IntIsNoFloatUnlessLiteral) {
  std::string error = opsOf("i: int", "float", "i");
  EXPECT_NE(error.find("the value is of type 'int'"), std::string::npos) << error;
  // The printer writes 1e10 as 10000000000.
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.dropout(x, 10000000000, False)"), "aten::dropout");
  EXPECT_EQ(opsOf("", "List[float]", "[0.5, 10000000000]"), "list");
}

TEST(Conversion, NumberToInt) {
  EXPECT_EQ(opsOf("x: Tensor", "int", "annotate(int, torch.item(x))"),
            "aten::item aten::Int.Scalar");
}

TEST(Conversion, ExplicitCasts) {
  EXPECT_EQ(opsOf("x: Tensor", "int", "int(x)"), "aten::Int.Tensor");
  EXPECT_EQ(opsOf("i: int", "int", "int(i)"), "");
  EXPECT_EQ(opsOf("i: int", "str", "str(i)"), "aten::str");
  EXPECT_EQ(opsOf("l: List[int]", "bool", "bool(l)"), "aten::len.t aten::Bool.int");
}

TEST(Conversion, TupleToList) {
  EXPECT_EQ(opsOf("x: Tensor", "Tensor", "torch.sum(x, (0, 1))"),
            "tuple list aten::sum.dim_IntList");
}

TEST(Conversion, EmptyListFitsEveryListType) {
  EXPECT_EQ(opsOf("", "List[int]", "[]"), "list");
  EXPECT_EQ(opsOf("l: List[int]", "List[int]", "torch.add(l, [])"), "list list aten::add.t");
}

TEST(Conversion, ToListTakesTheAnnotation) {
  std::string text =
      textOfBody("x: Tensor", "List[List[int]]", "return annotate(List[List[int]], x.tolist())");
  EXPECT_NE(text.find("ts.tolist %x : !ts.tensor -> !ts.list<list<int>>"), std::string::npos)
      << text;
}

TEST(Conversion, Literals) {
  std::string text = textOfBody(
      "", "Tuple[float, float, int, str, complex, Device]",
      "return (1e-05, -inf, -9223372036854775808, \"a\\n\", 2.5-3.j, torch.device(\"cpu\"))");
  for (const char *part :
       {"ts.constant float 1.000000e-05", "ts.constant float 0xFFF0000000000000",
        "ts.constant int -9223372036854775808", "ts.constant str \"a\\0A\"",
        "ts.constant complex 2.500000e+00, -3.000000e+00", "ts.constant device \"cpu\""})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}
