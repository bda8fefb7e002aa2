// What an argument's specification leaves open, and what results are.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;

TEST(Signature, Spellings) {
  for (const char *text : {"2x3xf32", "?x3xf32", "f32", "int", "int=5", "float", "bool=true", "none", "list<2xf32,3xf32>",
                           "tuple<2xf32,int>", "dict<\"k\":2xf32>", "dict<int=3:f32,int=4:int>", "any"}) {
    llvm::Expected<ArgumentSpec> spec = parseArgumentSpec(text);
    ASSERT_TRUE(bool(spec)) << text << ": " << llvm::toString(spec.takeError());
    EXPECT_EQ(spellArgumentSpec(*spec), text);
  }
  for (const char *text : {"", "2x", "2x3", "xf32", "-1xf32", "int=", "int=x", "list<2xf32", "2xf33", "99999999999999999999xf32"}) {
    llvm::Expected<ArgumentSpec> spec = parseArgumentSpec(text);
    EXPECT_FALSE(bool(spec)) << text;
    llvm::consumeError(spec.takeError());
  }
}

TEST(Signature, SpecsOfValues) {
  namespace rt = sconce::rt;
  using rt::Value;
  rt::Tensor matrix = rt::Tensor::zeros(rt::Dtype::Float32, {2, 3});
  Value tensor = Value::ofTensor(matrix), strided = Value::ofTensor(matrix.permute(std::vector<int64_t>{1, 0}));
  Value other = Value::ofTensor(rt::Tensor::zeros(rt::Dtype::Float32, {3, 2})), whole = Value::ofTensor(rt::Tensor::zeros(rt::Dtype::Int64, {2, 3}));
  auto list = [](std::vector<Value> elements) { return Value::ofList("Tensor", std::move(elements)); };
  std::vector<Value> values = {tensor, strided, other, whole, Value(), Value::ofInt(1), Value::ofInt(2), Value::ofBool(true),
                               Value::ofDouble(1), Value::ofComplex(1, 0), Value::ofString("a"), Value::ofString("b"), list({tensor}),
                               list({other}), list({}), Value::ofList("int", {}), Value::ofTuple({tensor}), Value::ofTuple({tensor, tensor})};
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = 0; j < values.size(); ++j)
      EXPECT_EQ(isSpecOf(specFromValue(values[i]), values[j]), i == j) << i << " " << j;
  // Another tensor of the same type, and what a value of the same spec hashes to.
  Value again = Value::ofTensor(rt::Tensor::zeros(rt::Dtype::Float32, {2, 3}));
  EXPECT_TRUE(isSpecOf(specFromValue(list({tensor})), list({again})));
  EXPECT_EQ(hashOfSpec(list({tensor})), hashOfSpec(list({again})));
  EXPECT_NE(hashOfSpec(tensor), hashOfSpec(other));
  EXPECT_NE(hashOfSpec(Value::ofInt(1)), hashOfSpec(Value::ofInt(2)));
  // What a command line leaves open is no value's.
  EXPECT_FALSE(isSpecOf(*parseArgumentSpec("?x3xf32"), tensor));
  EXPECT_FALSE(isSpecOf(*parseArgumentSpec("int"), Value::ofInt(1)));
}

TEST(Signature, ScalarsAreRunTimeValuesUnlessFixed) {
  SourceProgram program(forwardOf("x: Tensor, a: float", "Tensor", "return torch.mul(x, a)"));
  program.specialized({"4xf32", "float"});
  EXPECT_EQ(program.entry().signature, "(T6[4],f)->(T6[4])");
  program.specialized({"4xf32", "float=2.5"});
  EXPECT_EQ(program.entry().signature, "(T6[4],=f2.5)->(T6[4])");
}

TEST(Signature, Containers) {
  SourceProgram program(forwardOf("xs: List[Tensor]", "Dict[str, Tensor]", "return {\"first\": torch.neg(xs[0])}"));
  program.specialized({"list<2xf32,3xf32>"});
  EXPECT_EQ(program.entry().signature, "(l<Tensor>(T6[2],T6[3]))->(d<str,Tensor>(=s\"first\":T6[2]))");
}

TEST(Signature, DefaultsAndMissingArguments) {
  SourceProgram program(forwardOf("x: Tensor, n: int=3", "Tensor", "return torch.mul(x, n)"));
  EXPECT_FALSE(contains(program.specialized({"4xf32"}), "error:"));
  EXPECT_TRUE(contains(program.specialized({}), "error:"));
}

TEST(Signature, AMethodThatAlwaysRaises) {
  SourceProgram program(forwardOf("x: Tensor", "Tensor", "ops.prim.RaiseException(\"never\", \"builtins.RuntimeError\")\nreturn x"));
  program.specialized({"4xf32"});
  EXPECT_EQ(program.entry().report.alwaysRaises, "never");
}

TEST(Signature, ResultsHaveTheProgramsStrides) {
  SourceProgram program(forwardOf("x: Tensor", "Tuple[Tensor, Tensor, Tensor, Tensor]",
                                  "y = torch.mul(x, 2)\n"
                                  "every = torch.slice(y, 1, None, None, 2)\n"
                                  "wide = torch.expand(torch.slice(y, 0, 0, 1), [3, 4])\n"
                                  "return (torch.t(y), every, wide, torch.select(y, 0, 1))"));
  std::string text = program.specialized({"3x4xf32"});
  EXPECT_EQ(program.entry().signature, "(T6[3,4])->(t(T6[4,3]@1,4,T6[3,2]@4,2,T6[3,4]@0,1,T6[4]))") << text;
  // Strides of run-time extents have no place in a signature.
  program.specialized({"?x4xf32"});
  EXPECT_EQ(program.entry().signature.find('@'), std::string::npos) << program.entry().signature;
}
