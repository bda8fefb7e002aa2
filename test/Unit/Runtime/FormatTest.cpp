// Expected texts are PyTorch 2.13's.
#include "runtime/Format.h"

#include <gtest/gtest.h>
#include <limits>

using namespace sconce::rt;

namespace {

Tensor floats(std::vector<int64_t> sizes, std::vector<double> values,
              Dtype dtype = Dtype::Float32) {
  Tensor tensor = Tensor::empty(dtype, std::move(sizes));
  size_t next = 0;
  forEachIndex(tensor.sizes(), [&](Index index) {
    tensor.store(index, Value::ofDouble(values[next++ % values.size()]));
  });
  return tensor;
}

Tensor counting(std::vector<int64_t> sizes, Dtype dtype = Dtype::Float32) {
  Tensor tensor = Tensor::empty(dtype, std::move(sizes));
  int64_t next = 0;
  forEachIndex(tensor.sizes(), [&](Index index) { tensor.store(index, Value::ofInt(next++)); });
  return tensor;
}

} // namespace

TEST(Str, WritesScalars) {
  EXPECT_EQ(str(Value()), "None");
  EXPECT_EQ(str(Value::ofBool(true)), "True");
  EXPECT_EQ(str(Value::ofInt(-7)), "-7");
  EXPECT_EQ(str(Value::ofDouble(1)), "1.");
  EXPECT_EQ(str(Value::ofDouble(-0.0)), "0.");
  EXPECT_EQ(str(Value::ofDouble(0.1)), "0.10000000000000001");
  EXPECT_EQ(str(Value::ofDouble(1e16)), "10000000000000000.");
  EXPECT_EQ(str(Value::ofDouble(1e19)), "1e+19");
  EXPECT_EQ(str(Value::ofDouble(1e-5)), "1.0000000000000001e-05");
  EXPECT_EQ(str(Value::ofDouble(std::numeric_limits<double>::infinity())), "inf");
  EXPECT_EQ(str(Value::ofComplex(1, 2)), "1.+2.j");
  EXPECT_EQ(str(Value::ofComplex(1.5, -2)), "1.5-2.j");
}

TEST(Str, WritesContainers) {
  Ref<Dict> dict = Dict::create("str", "Optional[int]");
  dict->set(Value::ofString("a"), Value());
  dict->set(Value::ofString("b"), Value::ofInt(1));
  EXPECT_EQ(str(Value::ofDict(dict)), "{a: None, b: 1}");
  EXPECT_EQ(str(Value::ofList("str", {Value::ofString("a"), Value::ofString("b'c")})), "[a, b'c]");
  EXPECT_EQ(str(Value::ofTuple({Value::ofInt(1)})), "(1,)");
  EXPECT_EQ(str(Value::ofTuple({Value::ofInt(1), Value::ofString("x")})), "(1, x)");
  EXPECT_EQ(str(Value::ofDevice("cuda:1")), "cuda:1");
  EXPECT_EQ(str(Value::ofEnum(EnumMember::create("__torch__.models.E", "A", Value::ofInt(1)))),
            "Enum<E.A>");
}

TEST(Str, WritesDotsForWhatContainsItself) {
  Value list = Value::ofList("Any", {Value::ofInt(1)});
  list.asList().elements.push_back(list);
  EXPECT_EQ(str(list), "[1, [...]]");
  EXPECT_EQ(repr(Value::ofTuple({list, list})), "([1, [...]], [1, [...]])");
  list.asList().elements.clear(); // or it would never be freed
  Value chain = Value::ofList("Any", {});
  for (int i = 0; i < 100000; ++i)
    chain = Value::ofList("Any", {chain});
  std::string text = str(chain);
  EXPECT_TRUE(text.starts_with("[[") && text.find("[...]") != std::string::npos);
}

TEST(TensorText, WritesNumbersAndType) {
  EXPECT_EQ(tensorText(floats({}, {1.5})), "1.5\n[ CPUFloatType{} ]");
  EXPECT_EQ(tensorText(floats({2}, {1.5, 2.25})), " 1.5000\n 2.2500\n[ CPUFloatType{2} ]");
  EXPECT_EQ(tensorText(floats({2}, {1, 1e10})), " 1.0000e+00\n 1.0000e+10\n[ CPUFloatType{2} ]");
  EXPECT_EQ(tensorText(floats({2}, {1e-8, 2e-8})),
            "1e-08 *\n 1.0000\n 2.0000\n[ CPUFloatType{2} ]");
  EXPECT_EQ(tensorText(counting({2, 3}, Dtype::Int64)), " 0  1  2\n 3  4  5\n[ CPULongType{2,3} ]");
  EXPECT_EQ(tensorText(counting({0, 3})), "[ CPUFloatType{0,3} ]");
  EXPECT_EQ(tensorText(counting({2, 1, 2})),
            "(1,.,.) = \n 0  1\n\n(2,.,.) = \n 2  3\n[ CPUFloatType{2,1,2} ]");
}

TEST(TensorText, BreaksWideMatrices) {
  std::string text = tensorText(counting({1, 40}));
  EXPECT_EQ(text.substr(0, 24), "Columns 1 to 20  0   1  ");
  EXPECT_NE(text.find("\n\nColumns 21 to 40 20  21"), std::string::npos) << text;
}

TEST(TensorText, DescribesQuantizedAndSparse) {
  Tensor quantized = counting({2}, Dtype::QUInt8);
  auto quantizer = std::make_shared<Quantizer>();
  quantizer->scale = 0.5;
  quantizer->zeroPoint = 0;
  quantized.get()->quantizer = quantizer;
  EXPECT_EQ(tensorText(quantized), " 0.0000\n 0.5000\n[ QuantizedCPUQUInt8Type{2}, qscheme: "
                                   "per_tensor_affine, scale: 0.5, zero_point: 0 ]");
  EXPECT_EQ(tensorRepr(quantized),
            "tensor([0.0000, 0.5000], size=(2,), dtype=torch.quint8,\n"
            "       quantization_scheme=torch.per_tensor_affine, scale=0.5, zero_point=0)");
}

TEST(TensorRepr, WritesAsPython) {
  EXPECT_EQ(tensorRepr(floats({}, {1.5})), "tensor(1.5000)");
  EXPECT_EQ(tensorRepr(counting({2, 2})), "tensor([[0., 1.],\n        [2., 3.]])");
  EXPECT_EQ(tensorRepr(counting({2}, Dtype::Int32)), "tensor([0, 1], dtype=torch.int32)");
  EXPECT_EQ(tensorRepr(floats({2}, {1e-8, 1})), "tensor([1.0000e-08, 1.0000e+00])");
  EXPECT_EQ(tensorRepr(counting({0})), "tensor([])");
  EXPECT_EQ(tensorRepr(counting({0, 2}, Dtype::Int64)),
            "tensor([], size=(0, 2), dtype=torch.int64)");
  EXPECT_EQ(tensorRepr(floats({2}, {1, 0}, Dtype::Bool)), "tensor([ True, False])");
  EXPECT_EQ(tensorRepr(counting({2000}, Dtype::Int64)),
            "tensor([   0,    1,    2,  ..., 1997, 1998, 1999])");
  EXPECT_EQ(tensorRepr(floats({1}, {2}, Dtype::Complex64)), "tensor([2.+0.j])");
}

TEST(Repr, QuotesAsPython) {
  EXPECT_EQ(repr(Value::ofString("a'b")), "\"a'b\"");
  EXPECT_EQ(repr(Value::ofString("a\n\\")), "'a\\n\\\\'");
  EXPECT_EQ(repr(Value::ofDouble(0.1)), "0.1");
  EXPECT_EQ(repr(Value::ofComplex(0, 2)), "2j");
  EXPECT_EQ(repr(Value::ofTuple(Tuple::create({Value::ofInt(1)}, "__torch__.P", {"a"}))), "P(a=1)");
}

TEST(FormatText, ReplacesBracesInOrder) {
  Value arguments[] = {Value::ofString("abc"), Value::ofInt(3)};
  EXPECT_EQ(*format("{:.2f} {}", arguments), "{:.2f} abc");
  EXPECT_EQ(*format("{}{} {}", std::vector<Value>(3, Value::ofInt(1))), "11 1");
  EXPECT_EQ(format("{} {} {}", arguments).status().message,
            "Too few arguments for format string: {} {} {}");
  EXPECT_EQ(printText(arguments), "abc 3\n");
}

TEST(FormatText, PercentKnowsPyTorchsConversions) {
  Value third = Value::ofDouble(1.0 / 3);
  EXPECT_EQ(*percentFormat("%s %f %e %d%%", Value::ofTuple({third, third, third, third})),
            "0.33333333333333331 0.333333 3.333333e-01 0%");
  auto message = [](const char *text, Value argument) {
    return percentFormat(text, argument).status().message;
  };
  Value text = Value::ofString("abc");
  EXPECT_EQ(message("%d", text), "%d requires a number for formatting, but got String");
  EXPECT_EQ(message("%c", text), "%c requires an int or char for formatting, but got String");
  EXPECT_EQ(message("%s %s", text), "Too few arguments for format string");
  EXPECT_EQ(message("%s", Value::ofTuple({text, text})), "Too many arguments for format string");
  EXPECT_EQ(message("%5d", text),
            "The specifier %5 is not supported in TorchScript format strings");
  EXPECT_EQ(message("100%", text), "Incomplete format specifier");
}
