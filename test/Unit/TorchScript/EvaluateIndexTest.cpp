#include "test/Unit/TorchScript/Tensors.h"

using namespace sconce;
using namespace sconce::test;

namespace {

using Ints = std::vector<int64_t>;
using Tensors = std::vector<rt::Tensor>;

rt::Tensor sixNumbers() { return make(Dtype::Float32, {2, 3}, {1, 2, 3, 4, 5, 6}); }

TEST(EvaluateIndex, takesRowsColumnsAndElements) {
  rt::Tensor index = make(Dtype::Int64, {2}, {1, 0});
  expectNumbers(evaluate("index", sixNumbers(), Ints{0}, Tensors{index}), {4, 5, 6, 1, 2, 3});
  // The indexed dimension goes in front.
  rt::Tensor columns = evaluate("index", sixNumbers(), Ints{1}, Tensors{index});
  EXPECT_EQ(columns.sizes(), (Ints{2, 2}));
  expectNumbers(columns, {2, 5, 1, 4});
  rt::Tensor other = make(Dtype::Int64, {2}, {2, 1});
  expectNumbers(evaluate("index", sixNumbers(), Ints{0, 1}, Tensors{index, other}), {6, 2});
}

TEST(EvaluateIndex, scattersInEveryMode) {
  rt::Tensor index = make(Dtype::Int64, {2}, {1, 1}), updates = make(Dtype::Float32, {2, 2}, {10, 20, 30, 40});
  rt::Tensor x = sixNumbers();
  auto scatter = [&](const char *mode) { return evaluate("scatter", x, Ints{1}, Tensors{index}, updates, mode); };
  expectNumbers(scatter("set"), {1, 30, 3, 4, 40, 6});
  expectNumbers(scatter("add"), {1, 42, 3, 4, 65, 6});
  expectNumbers(scatter("mul"), {1, 600, 3, 4, 4000, 6});
  expectNumbers(scatter("amax"), {1, 30, 3, 4, 40, 6});
  expectNumbers(scatter("amin"), {1, 2, 3, 4, 5, 6});
  expectNumbers(x, {1, 2, 3, 4, 5, 6});
}

TEST(EvaluateIndex, nonzero) {
  rt::Tensor found = evaluate("nonzero", make(Dtype::Bool, {2, 2}, {0, 1, 1, 1}));
  EXPECT_EQ(found.sizes(), (Ints{3, 2}));
  expectNumbers(found, {0, 1, 1, 0, 1, 1});
  EXPECT_EQ(evaluate("nonzero", make(Dtype::Float32, {}, {3})).sizes(), (Ints{1, 0}));
}

TEST(EvaluateIndex, refusesWhatIsOutside) {
  rt::Tensor x = sixNumbers(), outside = make(Dtype::Int64, {1}, {2}), negative = make(Dtype::Int64, {1}, {-1});
  EXPECT_EQ(problemOf("index", x, Ints{0}, Tensors{outside}), "evaluating 'ts::index': index 2 is outside of dimension 0");
  EXPECT_EQ(problemOf("index", x, Ints{0}, Tensors{negative}), "evaluating 'ts::index': index -1 is outside of dimension 0");
  EXPECT_EQ(problemOf("index", x, Ints{0, 1}, Tensors{outside}), "evaluating 'ts::index': not one index for each dimension");
  EXPECT_EQ(problemOf("scatter", x, Ints{0}, Tensors{make(Dtype::Int64, {1}, {0})}, make(Dtype::Float32, {1, 2}, {0, 0}), "set"),
            "evaluating 'ts::scatter': updates of another shape or dtype");
  EXPECT_EQ(problemOf("scatter", x, Ints{0}, Tensors{make(Dtype::Int64, {1}, {0})}, make(Dtype::Float32, {1, 3}, {0, 0, 0}), "mean"),
            "evaluating 'ts::scatter': there is no mode 'mean'");
}

} // namespace
