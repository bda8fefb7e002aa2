#include "test/Unit/TorchScript/Tensors.h"

using namespace sconce;
using namespace sconce::test;

namespace {

using Ints = std::vector<int64_t>;

rt::Tensor threeRows() { return make(Dtype::Float64, {3, 4}, {3, 1, kNan, 2, 5, 9, 5, 9, 0, -1, -2, -3}); }

TEST(EvaluateReduction, kinds) {
  expectNumbers(evaluate("reduce", threeRows(), Ints{1}, "max"), {kNan, 9, 0});
  expectNumbers(evaluate("reduce", threeRows(), Ints{1}, "max_number"), {kNan, 9, 0});
  expectNumbers(evaluate("reduce", threeRows(), Ints{1}, "sum"), {kNan, 28, -6});
  rt::Tensor x = make(Dtype::Int32, {2, 3}, {1, 2, 3, 4, 5, 6});
  expectNumbers(evaluate("reduce", x, Ints{0}, "prod"), {4, 10, 18});
  expectNumbers(evaluate("reduce", x, Ints{1, 0}, "sum"), {21});
  expectNumbers(evaluate("reduce", x, Ints{}, "sum"), {1, 2, 3, 4, 5, 6});
  rt::Tensor bools = make(Dtype::Bool, {2, 2}, {1, 0, 1, 1});
  expectNumbers(evaluate("reduce", bools, Ints{1}, "and"), {0, 1});
  expectNumbers(evaluate("reduce", bools, Ints{0}, "or"), {1, 1});
}

TEST(EvaluateReduction, ofNothing) {
  rt::Tensor none = rt::Tensor::zeros(Dtype::Float32, {2, 0});
  expectNumbers(evaluate("reduce", none, Ints{1}, "sum"), {0, 0});
  expectNumbers(evaluate("reduce", none, Ints{1}, "prod"), {1, 1});
  expectNumbers(evaluate("reduce", none, Ints{1}, "max"), {-kInf, -kInf});
  rt::Tensor bytes = rt::Tensor::zeros(Dtype::UInt8, {1, 0}), ints = rt::Tensor::zeros(Dtype::Int64, {1, 0});
  expectNumbers(evaluate("reduce", bytes, Ints{1}, "min"), {255});
  expectNumbers(evaluate("reduce", ints, Ints{1}, "max"), {-9223372036854775808.0});
  EXPECT_EQ(problemOf("arg_reduce", none, 1, "max"), "evaluating 'ts::arg_reduce': no elements along dimension 1");
}

TEST(EvaluateReduction, arguments) {
  expectNumbers(evaluate("arg_reduce", threeRows(), 1, "max"), {2, 1, 0});
  expectNumbers(evaluate("arg_reduce", threeRows(), 1, "min"), {2, 0, 3});
  expectNumbers(evaluate("arg_scan", threeRows(), 1, "max"), {0, 0, 2, 2, 0, 1, 1, 3, 0, 0, 0, 0});
}

TEST(EvaluateReduction, scans) {
  expectNumbers(evaluate("scan", threeRows(), 1, "max"), {3, 3, kNan, kNan, 5, 9, 9, 9, 0, 0, 0, 0});
  expectNumbers(evaluate("scan", make(Dtype::Int8, {2, 2}, {100, 1, 100, 2}), 0, "sum"), {100, 1, -56, 3});
  rt::Tensor last = threeRows().slice(0, 2, 1);
  expectNumbers(evaluate("scan", last, 1, "logsumexp"), {0, 0.3132616875182229, 0.40760596444438, 0.44018969856119544}, 1e-14);
  // The operand is left as it is.
  expectNumbers(last, {0, -1, -2, -3});
}

TEST(EvaluateReduction, sorts) {
  rt::Tensor x = make(Dtype::Float32, {5}, {3, kNan, 1, 3, 1});
  auto descending = evaluateAll("sort", x, 0, true, "stable", 0);
  expectNumbers(descending[0].asTensor(), {kNan, 3, 3, 1, 1});
  expectNumbers(descending[1].asTensor(), {1, 0, 3, 2, 4});
  auto ascending = evaluateAll("sort", make(Dtype::Bool, {2, 2}, {1, 1, 0, 1}), 0, false, "stable", 0);
  expectNumbers(ascending[0].asTensor(), {0, 1, 1, 1});
  expectNumbers(ascending[1].asTensor(), {1, 0, 0, 1});
}

TEST(EvaluateReduction, aMillionElements) {
  rt::Tensor x = evaluate("iota", 1000000, Dtype::Float32);
  rt::Tensor rows = evaluate("reshape", x, Ints{1000, 1000});
  EXPECT_EQ(numbers(evaluate("reduce", rows, Ints{0, 1}, "sum"))[0], static_cast<float>(499999500000.0));
}

TEST(EvaluateReduction, refuses) {
  EXPECT_EQ(problemOf("reduce", threeRows(), Ints{1}, "and"), "evaluating 'ts::reduce': no kind 'and' for float64");
  EXPECT_EQ(problemOf("reduce", threeRows(), Ints{2}, "sum"), "evaluating 'ts::reduce': 2 is no dimension of rank 2");
  EXPECT_EQ(problemOf("scan", threeRows(), 0, "median"), "evaluating 'ts::scan': no kind 'median' for float64");
}

} // namespace
