// The interpreter: programs with everything known.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;
using sconce::rt::Value;

TEST(Interpreter, NumbersAsPython) {
  SourceProgram program(forwardOf("a: int, b: int", "Tuple[int, int, float, float]",
                                  "return (torch.floordiv(a, b), torch.remainder(a, b), torch.div(a, b), torch.pow(2, 10))"));
  EXPECT_EQ(program.interpreted({Value::ofInt(-7), Value::ofInt(2)}), "(-4, 1, -3.5, 1024.)");
}

TEST(Interpreter, Strings) {
  SourceProgram program(forwardOf("s: str", "str", "return torch.format(\"{}-{}\", torch.upper(s), torch.len(s))"));
  EXPECT_EQ(program.interpreted({Value::ofString("abc")}), "ABC-3");
}

TEST(Interpreter, ListsKeepTheirIdentity) {
  SourceProgram program(forwardOf("xs: List[int]", "List[int]",
                                  "ys = xs\n"
                                  "_0 = torch.append(ys, 4)\n"
                                  "return xs"));
  Value xs = Value::ofList("int", {Value::ofInt(1)});
  EXPECT_EQ(program.interpreted({xs}), "[1, 4]");
  // What the program does to its argument is seen by the caller.
  EXPECT_EQ(xs.asList().elements.size(), 2u);
}

TEST(Interpreter, Exceptions) {
  SourceProgram program(forwardOf("xs: List[int], i: int", "int", "return xs[i]"));
  Value xs = Value::ofList("int", {Value::ofInt(7)});
  EXPECT_EQ(program.interpreted({xs, Value::ofInt(-1)}), "7");
  EXPECT_EQ(program.interpreted({xs, Value::ofInt(1)}), "raised RuntimeError: list index out of range");
}

TEST(Interpreter, Prints) {
  SourceProgram program(forwardOf("x: int", "NoneType", "print(\"x is\", x)\nreturn None"));
  EXPECT_EQ(program.interpreted({Value::ofInt(3)}), "None");
  EXPECT_EQ(program.printed, "x is 3\n");
}

TEST(Interpreter, LoopsLongerThanAnyBudgetOfUnrolling) {
  SourceProgram program(forwardOf("n: int", "int",
                                  "total = 0\n"
                                  "for i in range(n):\n"
                                  "  total = torch.add(total, i)\n"
                                  "return total"));
  EXPECT_EQ(program.interpreted({Value::ofInt(30000)}), "449985000");
}

TEST(Interpreter, TensorsOfAnySize) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "return torch.sum(torch.mul(x, x))"));
  EXPECT_EQ(program.interpreted({floats({100, 100}, std::vector<double>(10000, 2))}), "40000\n[ CPUFloatType{} ]");
}

TEST(Interpreter, WritesReachTheirTensorAndNoCopyOfIt) {
  SourceProgram program(forwardOf("x: Tensor, y: Tensor", "Tuple[Tensor, Tensor]",
                                  "before = torch.clone(x)\n"
                                  "_0 = torch.copy_(x, y)\n"
                                  "_1 = torch.copy_(y, before)\n"
                                  "return (x, before)"));
  Value x = floats({1}, {1}), y = floats({1}, {2});
  EXPECT_EQ(program.interpreted({x, y}), "( 2\n[ CPUFloatType{1} ],  1\n[ CPUFloatType{1} ])");
  EXPECT_EQ(y.asTensor().dataAs<float>()[0], 1);
}

TEST(Interpreter, CopiesOfStridedTensorsAreKnown) {
  SourceProgram program(forwardOf("x: Tensor", "Tuple[List[int], Tensor]",
                                  "y = torch.clone(torch.t(x))\n"
                                  "_0 = torch.mul_(y, 2)\n"
                                  "return (torch.stride(y), torch.select(y, 0, 1))"));
  EXPECT_EQ(program.interpreted({floats({2, 2}, {1, 2, 3, 4})}), "([1, 2],  4\n 8\n[ CPUFloatType{2} ])");
}

TEST(Interpreter, ShapesThatDoNotBroadcastAreNamedFromTheLastDimensionOn) {
  SourceProgram sum(forwardOf("n: int, m: int", "Tensor", "return torch.add(torch.zeros([n, m]), torch.zeros([m, n]))"));
  EXPECT_EQ(sum.interpreted({Value::ofInt(3), Value::ofInt(4)}),
            "raised RuntimeError: The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1");
  // The operator of lists has them the other way round in PyTorch.
  SourceProgram shapes(forwardOf("a: List[int], b: List[int]", "List[int]", "return torch.broadcast_shapes(torch.Size(a), b)"));
  auto list = [](int64_t x, int64_t y) { return Value::ofList("int", {Value::ofInt(x), Value::ofInt(y)}); };
  EXPECT_EQ(shapes.interpreted({list(3, 1), list(1, 4)}), "[3, 4]");
  EXPECT_EQ(shapes.interpreted({list(3, 4), list(4, 3)}),
            "raised RuntimeError: The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1");
}

TEST(Interpreter, OperatorsSayWhatTheyDoNotTake) {
  struct Case {
    llvm::StringRef expression, message;
  } cases[] = {
      {"torch.zeros([n])", "zeros: Dimension size must be non-negative."},
      {"torch.eye(n)", "n must be greater or equal to 0, got -3"},
      {"torch.reshape(torch.ones([6]), [n, 2])", "invalid shape dimension -3 at index 0 of shape [-3, 2]"},
      {"torch.reshape(torch.ones([6]), [0, -1])", "shape '[0, -1]' is invalid for input of size 6"},
      {"torch.permute(torch.ones([2, 3]), [0, 0])", "permute(): duplicate dims are not allowed."},
      {"torch.expand(torch.ones([2, 3]), [7, 7])",
       "The expanded size of the tensor (7) must match the existing size (3) at non-singleton dimension 1.  Target sizes: [7, 7].  Tensor sizes: [2, 3]"},
      {"torch.narrow(torch.ones([4, 5]), 0, n * 3, 3)", "start out of range (expected to be in range of [-4, 4], but got -9)"},
      {"torch.unfold(torch.ones([6]), 0, n, 1)", "size is -3 but must be >= 0"},
      {"torch.outer(torch.ones([2, 3]), torch.ones([2]))", "outer: Expected 1-D argument self, but got 2-D"},
      {"torch.quantile(torch.ones([2], dtype=4), 0.5)", "quantile() input tensor must be either float or double dtype"},
      {"torch.norm(torch.ones([2], dtype=4))", "norm(): input dtype should be either floating point or complex. Got Long instead."},
      {"torch.one_hot(torch.arange(5), 3)", "Class values must be smaller than num_classes."},
      {"torch.one_hot(torch.arange(n, 2), 3)", "Class values must be non-negative."},
      {"torch.max_pool2d(torch.ones([1, 3, 3, 3]), [9, 9])", "Given input size: (3x3x3). Calculated output size: (3x0x0). Output size is too small"},
      {"torch.conv2d(torch.ones([1, 2, 7, 9]), torch.ones([3, 2, 8, 8]))",
       "Calculated padded input size per channel: (7 x 9). Kernel size: (8 x 8). Kernel size can't be greater than actual input size"},
      {"torch.addmm(torch.ones([2, 3]), torch.ones([2, 4]), torch.ones([4, 2]))",
       "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"},
      {"torch.floor_divide(torch.arange(3), torch.arange(3))", "ZeroDivisionError"},
      {"torch.remainder(torch.arange(3), 0)", "ZeroDivisionError"},
      {"torch.tensor(torch.pow(0., n))", "0.0 cannot be raised to a negative power"},
      {"torch.tensor((torch.divmod(n, 0))[0])", "ZeroDivisionError: integer division or modulo by zero"},
      {"torch.to(torch.ones([2]), torch.device(\"foo\"))",
       "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, "
       "privateuseone device type at start of device string: foo"},
      {"torch.einsum(\"ijk->i\", [torch.ones([2, 3])])",
       "einsum(): the number of subscripts in the equation (3) does not match the number of dimensions (2) for operand 0 and no ellipsis was given"},
      {"torch.where(torch.ones([2]), torch.ones([2]), torch.ones([2]))",
       "where expected condition to be a boolean tensor, but got a tensor with dtype Float"},
      {"torch.pad(torch.ones([2]), [1])", "Padding length must be divisible by 2"},
      {"torch.cross_entropy_loss(torch.ones([2, 3]), torch.arange(3))", "Expected input batch_size (2) to match target batch_size (3)."},
      {"torch.add_(torch.ones([2, 3], dtype=4), torch.ones([4, 2, 3]))", "output with shape [2, 3] doesn't match the broadcast shape [4, 2, 3]"},
  };
  for (auto [expression, message] : cases) {
    SourceProgram program(forwardOf("n: int", "Tensor", ("return " + expression).str()));
    EXPECT_EQ(program.interpreted({Value::ofInt(-3)}), ("raised RuntimeError: " + message).str()) << expression.str();
  }
}

TEST(Interpreter, NamesOfDevices) {
  SourceProgram declared(forwardOf("d: Device", "Device", "return d"));
  EXPECT_EQ(declared.interpreted({Value::ofString("cuda:12")}), "cuda:12");
  EXPECT_EQ(declared.interpreted({Value::ofString("")}), "raised RuntimeError: Device string must not be empty");
  SourceProgram made(forwardOf("s: str", "Device", "return torch.device(s)"));
  for (const char *wrong : {"cpu:", "cpu:01", "cpu:-1", "cpu 0", "a:b:c"})
    EXPECT_EQ(made.interpreted({Value::ofString(wrong)}), "raised RuntimeError: Invalid device string: '" + std::string(wrong) + "'");
  EXPECT_TRUE(contains(made.interpreted({Value::ofString("CPU")}), "privateuseone device type at start of device string: CPU"));
}

TEST(Interpreter, DefaultsOfTheConstantPool) {
  SourceProgram program(forwardOf("x: Tensor, y: Tensor=CONSTANTS.c0", "Tensor", "return torch.add(x, y)"), {}, {floats({2}, {1, 2})});
  EXPECT_EQ(program.interpreted({floats({2}, {10, 20})}), program.interpreted({floats({2}, {10, 20}), floats({2}, {1, 2})}));
  EXPECT_EQ(program.interpreted({}), "error: the method takes 2 arguments, got 0");
}
