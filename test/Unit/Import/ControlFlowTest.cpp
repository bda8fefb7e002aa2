// Conditionals, refinement, static conditions and loops.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

static bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

TEST(ControlFlow, AssignedVariablesAreResults) {
  std::string text = textOfBody("c: bool, x: Tensor", "Tensor",
                                "if c:\n  y = torch.neg(x)\nelse:\n  y = torch.abs(x)\nreturn y");
  EXPECT_TRUE(contains(text, "%0 = ts.if %c -> (!ts.tensor) {")) << text;
  EXPECT_TRUE(contains(text, "ts.return %0 : !ts.tensor")) << text;
}

TEST(ControlFlow, TypesOfBranchesUnify) {
  std::string text = textOfBody("c: bool, x: Tensor", "Optional[Tensor]",
                                "if c:\n  y = x\nelse:\n  y = None\nreturn y");
  EXPECT_TRUE(contains(text, "ts.if %c -> (!ts.optional<tensor>)")) << text;
}

TEST(ControlFlow, VariableOfOneBranchIsUnusable) {
  EXPECT_TRUE(
      contains(opsOfBody("c: bool, x: Tensor", "Tensor", "if c:\n  y = x\nelse:\n  pass\nreturn y"),
               "'y' cannot be used: y is not defined in the false branch"));
  EXPECT_TRUE(contains(
      opsOfBody("c: bool, x: Tensor", "Tensor", "if c:\n  y = x\nelse:\n  y = 1\nreturn y"),
      "type mismatch: y is set to type 'Tensor' in the true branch and type 'int'"));
}

TEST(ControlFlow, OuterVariableKeepsItsType) {
  EXPECT_TRUE(contains(
      opsOfBody("c: bool, x: Tensor", "Tensor", "if c:\n  x = \"a\"\nelse:\n  pass\nreturn x"),
      "variable 'x' previously had type 'Tensor', but the value is of type 'str'"));
  // At the same level it may change.
  EXPECT_EQ(opsOfBody("x: Tensor", "int", "x = 1\nreturn x"), "");
}

TEST(ControlFlow, NoneIsRefined) {
  EXPECT_EQ(
      opsOfBody("x: Optional[Tensor]", "Tensor",
                "if x is not None:\n  y = torch.neg(x)\nelse:\n  y = torch.zeros([1])\nreturn y"),
      "aten::__isnot__ if aten::neg list aten::zeros");
  EXPECT_EQ(opsOfBody("x: Optional[Tensor]", "Tensor",
                      "if x is None:\n  x = torch.zeros([1])\nreturn torch.neg(x)"),
            "aten::__is__ if list aten::zeros aten::neg");
  EXPECT_EQ(opsOfBody("x: Optional[Tensor]", "Tensor",
                      "if x is None:\n  raise ValueError(\"no\")\nreturn torch.neg(x)"),
            "aten::__is__ if raise aten::neg");
  EXPECT_EQ(opsOfBody("x: Optional[Tensor]", "Tensor", "assert x is not None\nreturn torch.neg(x)"),
            "aten::__isnot__ if raise aten::neg");
  EXPECT_EQ(opsOfBody("x: Optional[int], y: Optional[int]", "int",
                      "if x is not None and y is not None:\n  return x + y\nreturn 0"),
            "aten::__isnot__ if aten::__isnot__ if aten::add.int");
  EXPECT_EQ(opsOfBody("x: Optional[int]", "int", "return x if x is not None else 0"),
            "aten::__isnot__ if");
}

TEST(ControlFlow, IsInstanceIsRefined) {
  EXPECT_EQ(opsOfBody("x: Union[int, str]", "int",
                      "if isinstance(x, int):\n  return x + 1\nreturn len(x)"),
            "if aten::add.int aten::len.str");
  EXPECT_EQ(opsOfBody("x: Any", "int", "if isinstance(x, int):\n  return x\nreturn 0"), "if");
}

TEST(ControlFlow, StaticConditionsCompileOneSide) {
  EXPECT_EQ(
      opsOfBody("x: Tensor", "Tensor", "if x is None:\n  return nonsense(x)\nreturn torch.neg(x)"),
      "aten::neg");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "if False:\n  x = nonsense(x)\nreturn x"), "");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "if isinstance(x, int):\n  x = nonsense(x)\nreturn x"),
            "");
  EXPECT_EQ(
      opsOfBody("x: Tensor", "Tensor", "if hasattr(x, \"nonsense\"):\n  x = nonsense(x)\nreturn x"),
      "");
  EXPECT_EQ(
      opsOfBody("x: Tensor, c: bool", "Tensor", "if c and False:\n  x = nonsense(x)\nreturn x"),
      "if");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor",
                      "if not torch.jit.is_scripting():\n  x = nonsense(x)\nreturn x"),
            "");
}

TEST(ControlFlow, WhileCarriesVariables) {
  std::string text = textOfBody("n: int", "int", "i = 0\nwhile i < n:\n  i = i + 1\nreturn i");
  EXPECT_TRUE(contains(text, "ts.constant int 9223372036854775807")) << text;
  EXPECT_TRUE(contains(text, "ts.loop %1, %2 iter(%0 : !ts.int) -> (!ts.int)")) << text;
  EXPECT_EQ(opsOfBody("n: int", "int", "i = 0\nwhile i < n:\n  i = i + 1\nreturn i"),
            "aten::lt.int loop aten::add.int aten::lt.int");
}

TEST(ControlFlow, Iterables) {
  EXPECT_EQ(opsOfBody("n: int", "int", "s = 0\nfor i in range(n):\n  s = s + i\nreturn s"),
            "loop aten::add.int");
  EXPECT_EQ(opsOfBody("n: int", "int", "s = 0\nfor i in range(1, n, 2):\n  s = s + i\nreturn s"),
            "aten::__range_length loop aten::__derive_index aten::add.int");
  EXPECT_EQ(opsOfBody("l: List[int]", "int", "s = 0\nfor i in l:\n  s = s + i\nreturn s"),
            "aten::len.t loop aten::__getitem__.t aten::add.int");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "s = x\nfor y in x:\n  s = s + y\nreturn s"),
            "aten::len.Tensor loop aten::select.int aten::add.Tensor");
  EXPECT_EQ(opsOfBody("d: Dict[str, int]", "int", "s = 0\nfor k in d:\n  s = s + d[k]\nreturn s"),
            "aten::keys.str aten::len.t loop aten::__getitem__.t aten::__getitem__.Dict_str "
            "aten::add.int");
  EXPECT_EQ(opsOfBody("t: Tuple[int, float]", "float",
                      "s = 0.\nfor v in t:\n  s = s + float(v)\nreturn s"),
            "aten::Float.Scalar aten::add.float aten::add.float");
  EXPECT_EQ(opsOfBody("a: List[int], b: List[int]", "int",
                      "s = 0\nfor i, j in zip(a, b):\n  s = s + i * j\nreturn s"),
            "aten::len.t aten::len.t list prim::min.self_int loop aten::__getitem__.t "
            "aten::__getitem__.t tuple "
            "aten::mul.int aten::add.int");
  EXPECT_EQ(opsOfBody("a: List[int]", "int",
                      "s = 0\nfor i, j in enumerate(a):\n  s = s + i * j\nreturn s"),
            "aten::len.t loop aten::__getitem__.t tuple aten::mul.int aten::add.int");
}

TEST(ControlFlow, Comprehensions) {
  std::string text = textOfBody("l: List[int]", "List[str]", "return [str(i) for i in l]");
  EXPECT_TRUE(contains(text, "ts.list() : () -> !ts.list<str>")) << text;
  EXPECT_TRUE(contains(text, "aten::append.t")) << text;
  EXPECT_EQ(opsOf("l: List[int]", "Dict[int, str]", "{i: str(i) for i in l}"),
            "aten::len.t loop aten::__getitem__.t aten::str aten::_set_item.int");
}

TEST(ControlFlow, VariablesOfALoopDoNotSurviveIt) {
  EXPECT_TRUE(contains(opsOfBody("n: int", "int", "for i in range(n):\n  y = i\nreturn y"),
                       "undefined value 'y'"));
}

TEST(ControlFlow, AugmentedAssignment) {
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "x += 1\nreturn x"), "aten::add_.Scalar");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "x %= 2\nreturn x"), "aten::fmod_.Scalar");
  EXPECT_EQ(opsOfBody("i: int", "int", "i += 1\nreturn i"), "aten::add.int");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "x[0] += 1\nreturn x"),
            "aten::select.int aten::add_.Scalar");
  EXPECT_EQ(opsOfBody("x: Tensor, m: Tensor", "Tensor", "x[m] *= 2\nreturn x"),
            "list aten::index.Tensor aten::mul_.Scalar aten::index_put_");
  EXPECT_EQ(opsOfBody("l: List[int]", "List[int]", "l[0] += 1\nreturn l"),
            "aten::__getitem__.t aten::add.int aten::_set_item.t");
}

TEST(ControlFlow, SubscriptAssignment) {
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "x[0] = 1.\nreturn x"),
            "aten::select.int prim::dtype prim::device aten::tensor.float aten::copy_");
  EXPECT_EQ(opsOfBody("x: Tensor, m: Tensor", "Tensor", "x[m] = x\nreturn x"),
            "list aten::index_put_");
  EXPECT_EQ(
      opsOfBody("d: Dict[str, int]", "Dict[str, int]", "d[\"a\"] = 1\ndel d[\"b\"]\nreturn d"),
      "aten::_set_item.str aten::Delete.Dict_str");
}

TEST(ControlFlow, Unpacking) {
  EXPECT_EQ(opsOfBody("x: Tensor", "int", "h, w, = torch.size(x)\nreturn h * w"),
            "aten::size aten::mul.int");
  EXPECT_EQ(opsOfBody("x: Tensor", "Tensor", "v, i = torch.max(x, 0)\nreturn v"), "aten::max.dim");
  EXPECT_EQ(opsOfBody("t: Tuple[int, int, int]", "int", "a, *b = t\nreturn b[1]"), "tuple");
  EXPECT_EQ(opsOfBody("a: int, b: int", "int", "a, b = b, a\nreturn a"), "tuple");
}
