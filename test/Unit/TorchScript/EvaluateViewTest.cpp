#include "test/Unit/TorchScript/Tensors.h"

using namespace sconce;
using namespace sconce::test;

namespace {

using Ints = std::vector<int64_t>;

rt::Tensor sixNumbers() { return make(Dtype::Float32, {2, 3}, {1, 2, 3, 4, 5, 6}); }

TEST(EvaluateView, viewsAlias) {
  rt::Tensor x = sixNumbers();
  rt::Tensor views[] = {
      evaluate("slice", x, 1, 1, 1, 1),
      evaluate("permute", x, Ints{1, 0}),
      evaluate("broadcast", x, Ints{4, 2, 3}, Ints{1, 2}),
      evaluate("reshape", x, Ints{3, 2}),
      evaluate("as_strided", x, Ints{2, 2}, Ints{1, 2}, 1),
      evaluate("bitcast", x, Dtype::Int32),
  };
  for (const rt::Tensor &view : views)
    EXPECT_EQ(view.storage().get(), x.storage().get());
  expectNumbers(views[0], {2, 5});
  expectNumbers(views[1], {1, 4, 2, 5, 3, 6});
  expectNumbers(views[3], {1, 2, 3, 4, 5, 6});
  expectNumbers(views[4], {2, 4, 3, 5});
  EXPECT_NE(evaluate("copy", x).storage().get(), x.storage().get());
}

TEST(EvaluateView, reshapeKeepsWhatLiesTogether) {
  rt::Tensor x = make(Dtype::Float32, {2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  rt::Tensor part = x.slice(2, 0, 2);
  rt::Tensor merged = evaluate("reshape", part, Ints{4, 2});
  EXPECT_EQ(merged.storage().get(), x.storage().get());
  expectNumbers(merged, {1, 2, 4, 5, 7, 8, 10, 11});
  // These do not lie together: a copy.
  rt::Tensor flat = evaluate("reshape", part, Ints{8});
  EXPECT_NE(flat.storage().get(), x.storage().get());
  expectNumbers(flat, {1, 2, 4, 5, 7, 8, 10, 11});
  expectNumbers(evaluate("reshape", part, Ints{2, 1, 2, 2, 1}), {1, 2, 4, 5, 7, 8, 10, 11});
  expectNumbers(evaluate("reshape", make(Dtype::Float32, {}, {7}), Ints{1, 1}), {7});
  EXPECT_EQ(evaluate("reshape", rt::Tensor::zeros(Dtype::Float32, {0, 3}), Ints{3, 0, 2}).numel(), 0);
}

TEST(EvaluateView, complexPairs) {
  rt::Tensor pairs = make(Dtype::Float32, {2, 2}, {1, 2, 3, 4});
  rt::Tensor z = evaluate("view_as_complex", pairs);
  EXPECT_EQ(z.dtype(), Dtype::Complex64);
  EXPECT_EQ(z.loadComplex(Ints{1}), std::complex<double>(3, 4));
  expectNumbers(evaluate("view_as_real", z), {1, 2, 3, 4});
}

TEST(EvaluateView, bitcastToOtherSizes) {
  rt::Tensor x = make(Dtype::Int32, {2}, {1, 0x01020304});
  expectNumbers(evaluate("bitcast", x, Dtype::UInt8), {1, 0, 0, 0, 4, 3, 2, 1});
  EXPECT_EQ(evaluate("bitcast", x, Dtype::Int64).sizes(), Ints{1});
  EXPECT_EQ(problemOf("bitcast", make(Dtype::Int32, {3}, {1, 2, 3}), Dtype::Int64),
            "evaluating 'ts::bitcast': sizes or strides are no multiple of the new element");
}

TEST(EvaluateView, reverse) {
  expectNumbers(evaluate("reverse", sixNumbers(), Ints{1}), {3, 2, 1, 6, 5, 4});
  expectNumbers(evaluate("reverse", sixNumbers(), Ints{0, 1}), {6, 5, 4, 3, 2, 1});
}

TEST(EvaluateView, refusesWhatIsOutside) {
  rt::Tensor x = sixNumbers();
  EXPECT_EQ(problemOf("slice", x, 1, 1, 2, 2), "evaluating 'ts::slice': elements outside of dimension 1");
  EXPECT_EQ(problemOf("slice", x, 2, 0, 0, 1), "evaluating 'ts::slice': 2 is no dimension of rank 2");
  EXPECT_EQ(problemOf("slice", x, 0, 0, std::numeric_limits<int64_t>::max(), 1), "evaluating 'ts::slice': elements outside of dimension 0");
  EXPECT_EQ(problemOf("permute", x, Ints{0, 0}), "evaluating 'ts::permute': dimension 0 is given twice");
  EXPECT_EQ(problemOf("broadcast", x, Ints{2, 4}, Ints{0, 1}), "evaluating 'ts::broadcast': an extent that is not 1 would stretch");
  EXPECT_EQ(problemOf("reshape", x, Ints{4}), "evaluating 'ts::reshape': the number of elements changes");
  EXPECT_EQ(problemOf("reshape", x, Ints{-1}), "evaluating 'ts::reshape': sizes are negative or too large");
  EXPECT_EQ(problemOf("as_strided", x, Ints{2}, Ints{6}, 0),
            "evaluating 'ts::as_strided': not enough memory, or elements outside of the storage");
}

TEST(EvaluateJoin, concatenatePadUpdate) {
  rt::Tensor x = sixNumbers(), one = make(Dtype::Float32, {1, 3}, {7, 8, 9}), zero = make(Dtype::Float32, {}, {0});
  expectNumbers(evaluate("concatenate", std::vector<rt::Tensor>{x, one}, 0), {1, 2, 3, 4, 5, 6, 7, 8, 9});
  expectNumbers(evaluate("pad", one, Ints{1, 0}, Ints{0, 2}, zero), {0, 0, 0, 0, 0, 7, 8, 9, 0, 0});
  expectNumbers(evaluate("update_slice", x, one, 0, 1, 1), {1, 2, 3, 7, 8, 9});
  expectNumbers(evaluate("update_slice", x, make(Dtype::Float32, {2, 2}, {0, 0, 0, 0}), 1, 0, 2), {0, 2, 0, 0, 5, 0});
  expectNumbers(x, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(problemOf("update_slice", x, one, 0, 2, 1), "evaluating 'ts::update_slice': elements outside of dimension 0");
  EXPECT_EQ(problemOf("concatenate", std::vector<rt::Tensor>{x, one}, 1),
            "evaluating 'ts::concatenate': tensors differ in more than one dimension");
}

TEST(EvaluateCreate, fullIotaItem) {
  expectNumbers(evaluate("full", Ints{2, 2}, 1.5, Dtype::Int32), {1, 1, 1, 1});
  expectNumbers(evaluate("iota", 3, Dtype::Float16), {0, 1, 2});
  EXPECT_EQ(evaluate("tensor_of", 3).dtype(), Dtype::Int64);
  EXPECT_EQ(evaluateAll("item", make(Dtype::Float16, {}, {0.5}))[0].asDouble(), 0.5);
  EXPECT_EQ(evaluateAll("first_outside", make(Dtype::Int64, {2, 2}, {0, 3, -1, 9}).permute(std::vector<int64_t>{1, 0}), 0, 3)[0].asInt(), -1);
  EXPECT_EQ(evaluateAll("first_outside", make(Dtype::Int64, {2}, {0, 2}), 0, 3)[0].asInt(), 0);
  EXPECT_EQ(evaluateAll("dim", sixNumbers(), 1)[0].asInt(), 3);
  EXPECT_EQ(problemOf("full", Ints{-2}, 1.5, Dtype::Int32), "evaluating 'ts::full': not enough memory, or negative sizes");
  EXPECT_EQ(problemOf("full", Ints{1}, 1.5, 99), "evaluating 'ts::full': expected a dtype as argument 2");
}

} // namespace
