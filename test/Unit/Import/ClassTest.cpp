// Classes, modules, interfaces, named tuples and enumerations.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;
namespace ts = sconce::ts;

static bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

static const char *const classes = R"py(
class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = ["mean", ]
  weight : Tensor
  mean : Tensor
  training : bool
  __annotations__["0"] = __torch__.Leaf
  sizes : Final[Tuple[int, int]] = (1, 2)
  def forward(self: __torch__.Net,
    x: Tensor,
    n: int=2) -> Tensor:
    _0 = getattr(self, "0")
    weight = self.weight
    return (_0).forward(torch.add(x, weight), n, )
  def use(self: __torch__.Net, i: int, x: Tensor) -> Tensor:
    m : __torch__.Step = self[i]
    return (m).forward(x, i, )
class Leaf(Module):
  __parameters__ = []
  __buffers__ = []
  count : int
  def forward(self: __torch__.Leaf,
    x: Tensor,
    n: int) -> Tensor:
    self.count = torch.add(self.count, n)
    return __torch__.double(x, )
class Step(ModuleInterface):
  def forward(self: __torch__.Step,
    x: Tensor,
    n: int) -> Tensor:
    pass
class Pair(NamedTuple):
  x : Tensor
  n : int
class Color(Enum):
  RED = 1
  BLUE = 2
class Acc:
  total : float
  def __init__(self: __torch__.Acc, start: float) -> NoneType:
    self.total = start
    return None
  def __add__(self: __torch__.Acc, other: float) -> __torch__.Acc:
    self.total = self.total + other
    return self
class Stateful(Module):
  __parameters__ = []
  __buffers__ = []
  x : Tensor
  def __getstate__(self: __torch__.Stateful) -> Tensor:
    return self.x
  def __setstate__(self: __torch__.Stateful, state: Tensor) -> NoneType:
    self.x = state
    return None
def double(x: Tensor) -> Tensor:
  return x * 2
def hook() -> Tensor:
  f = __torch__.double
  return f(torch.ones([2]), )
def pair(x: Tensor) -> int:
  p = __torch__.Pair(x, 3)
  a, b, = p
  return p.n + b
def color(c: __torch__.Color) -> str:
  if c == __torch__.Color.RED:
    return c.name
  return str(c.value)
def acc() -> float:
  a = __torch__.Acc.__new__(__torch__.Acc)
  _0 = (a).__init__(1., )
  b = a + 2.
  return b.total
def step(s: __torch__.Step, x: Tensor) -> Tensor:
  return (s).forward(x, 1, )
def asStep(l: __torch__.Leaf, x: Tensor) -> Tensor:
  return __torch__.step(l, x, )
def notStep(l: __torch__.Acc, x: Tensor) -> Tensor:
  return __torch__.step(l, x, )
)py";

TEST(Class, Declaration) {
  TestProgram program(classes);
  const ClassInfo *net = llvm::cantFail(program.get().classInfo("__torch__.Net"));
  EXPECT_EQ(net->kind, ts::ClassKind::Module);
  ASSERT_EQ(net->attributes.size(), 4u);
  EXPECT_TRUE(net->findAttribute("weight")->isParameter);
  EXPECT_TRUE(net->findAttribute("mean")->isBuffer);
  EXPECT_EQ(spelling(net->findAttribute("0")->type), "__torch__.Leaf");
  EXPECT_EQ(net->constants.size(), 1u);
  EXPECT_FALSE(net->needsSetState());
  std::string text;
  llvm::raw_string_ostream os(text);
  program.get().module().print(os);
  EXPECT_TRUE(contains(text, "ts.class @__torch__.Net module {")) << text;
  EXPECT_TRUE(contains(text, "ts.attribute \"weight\" : !ts.tensor {parameter}")) << text;
}

TEST(Class, SetState) {
  TestProgram program(classes);
  EXPECT_TRUE(llvm::cantFail(program.get().classInfo("__torch__.Stateful"))->needsSetState());
  EXPECT_EQ(program.error("__torch__.Stateful.__setstate__"), "");
}

TEST(Class, MethodsAndAttributes) {
  TestProgram program(classes);
  std::string text = program.text("__torch__.Net.forward");
  EXPECT_TRUE(contains(text, "arg_defaults = [unit, unit, 2]")) << text;
  EXPECT_TRUE(contains(text, "ts.get_attr %self[\"0\"]")) << text;
  EXPECT_TRUE(contains(text, "ts.call_method %0 \"forward\"")) << text;
  EXPECT_EQ(program.ops("__torch__.Leaf.forward"), "aten::add.int @__torch__.double");
}

TEST(Class, FunctionsAreValues) {
  TestProgram program(classes);
  EXPECT_EQ(program.ops("__torch__.hook"), "list aten::ones @__torch__.double");
}

TEST(Class, NamedTuple) {
  TestProgram program(classes);
  std::string text = program.text("__torch__.pair");
  EXPECT_TRUE(contains(text, "!ts.named_tuple<\"__torch__.Pair\", [\"x\", \"n\"], [tensor, int]>"))
      << text;
}

TEST(Class, Enum) {
  TestProgram program(classes);
  std::string text = program.text("__torch__.color");
  EXPECT_TRUE(contains(text, "ts.enum_member \"RED\" : !ts.enum<\"__torch__.Color\", int>"))
      << text;
  EXPECT_TRUE(contains(text, "ts.op \"aten::eq.enum\"")) << text;
  EXPECT_TRUE(contains(text, "ts.enum_name")) << text;
}

TEST(Class, Construction) {
  TestProgram program(classes);
  std::string text = program.text("__torch__.acc");
  EXPECT_TRUE(contains(text, "ts.create_object : !ts.class<\"__torch__.Acc\">")) << text;
  EXPECT_TRUE(contains(text, "ts.call_method %0 \"__init__\"")) << text;
  EXPECT_TRUE(contains(text, "ts.call_method %0 \"__add__\"")) << text;
}

TEST(Class, InterfacesAreStructural) {
  TestProgram program(classes);
  EXPECT_EQ(program.error("__torch__.asStep"), "");
  EXPECT_TRUE(
      contains(program.error("__torch__.notStep"), "expected a value of type '__torch__.Step'"));
  std::string text = program.text("__torch__.Net.use");
  EXPECT_TRUE(contains(text, "ts.op \"prim::ModuleContainerIndex.list\"")) << text;
}

TEST(Class, EverythingImports) {
  TestProgram program(classes);
  std::string errors = llvm::toString(program.get().importAll());
  EXPECT_TRUE(contains(errors, "__torch__.Step")) << errors;
  EXPECT_EQ(errors.find('\n', errors.find("in function")), std::string::npos)
      << "only notStep fails: " << errors;
}

TEST(Class, Closures) {
  TestProgram program("def f(x: Tensor, n: int) -> Tensor:\n"
                      "  def __forked_function():\n"
                      "    return torch.add(x, n)\n"
                      "  fut = fork(__forked_function)\n"
                      "  return torch.wait(fut)\n");
  std::string text = program.text("__torch__.f");
  EXPECT_TRUE(contains(
      text, "ts.fork @__torch__.f.fork0(%x, %n) : (!ts.tensor, !ts.int) -> !ts.future<tensor>"))
      << text;
  EXPECT_EQ(program.ops("__torch__.f.fork0"), "aten::add.Scalar");
}

TEST(Class, With) {
  TestProgram program("class Guard:\n"
                      "  n : int\n"
                      "  def __enter__(self: __torch__.Guard) -> int:\n"
                      "    return self.n\n"
                      "  def __exit__(self: __torch__.Guard, a: Any, b: Any, c: Any) -> NoneType:\n"
                      "    return None\n"
                      "def f(g: __torch__.Guard) -> int:\n"
                      "  with g as n:\n"
                      "    return n + 1\n");
  std::string text = program.text("__torch__.f");
  EXPECT_TRUE(contains(text, "ts.enter %g")) << text;
  EXPECT_TRUE(contains(text, "ts.exit %g")) << text;
}
