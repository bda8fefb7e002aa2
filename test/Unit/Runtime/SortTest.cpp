#include "runtime/Sort.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::rt;

static Tensor floats(std::vector<int64_t> sizes, std::vector<float> values) {
  Tensor tensor = Tensor::empty(Dtype::Float32, std::move(sizes));
  std::copy(values.begin(), values.end(), tensor.dataAs<float>());
  return tensor;
}

struct Sorted {
  Tensor values, indices;
  Sorted(const Tensor &source, int64_t dim, bool descending, sc_context *context = nullptr)
      : values(Tensor::empty(source.dtype(), source.sizes())),
        indices(Tensor::empty(Dtype::Int64, source.sizes())) {
    EXPECT_TRUE(sortTensor(context, source, dim, descending, values, indices).ok());
  }
  std::vector<int64_t> places() const {
    return {indices.dataAs<int64_t>(), indices.dataAs<int64_t>() + indices.numel()};
  }
};

TEST(Sort, PutsNaNLastAndKeepsTheOrderOfEquals) {
  Tensor x = floats({6}, {2, NAN, 1, 2, 1, NAN});
  EXPECT_EQ(Sorted(x, 0, false).places(), (std::vector<int64_t>{2, 4, 0, 3, 1, 5}));
  EXPECT_EQ(Sorted(x, 0, true).places(), (std::vector<int64_t>{1, 5, 0, 3, 2, 4}));
}

TEST(Sort, SortsAnyDimension) {
  Tensor x = floats({2, 3}, {3, 1, 2, 0, 5, 4});
  EXPECT_EQ(Sorted(x, 0, false).places(), (std::vector<int64_t>{1, 0, 0, 0, 1, 1}));
  EXPECT_EQ(Sorted(x, 1, false).places(), (std::vector<int64_t>{1, 2, 0, 0, 2, 1}));
  Sorted sorted(x.permute(std::vector<int64_t>{1, 0}), 0, false);
  EXPECT_EQ(sorted.values.dataAs<float>()[0], 1);
}

TEST(Sort, TakesScalarsAndEmptyTensors) {
  EXPECT_EQ(Sorted(floats({}, {5}), 0, false).places(), std::vector<int64_t>{0});
  Sorted(floats({0, 3}, {}), 1, false);
}

TEST(Sort, ThreadsDoNotChangeTheResult) {
  sc_context context(2);
  std::vector<float> values;
  for (int i = 0; i < 64 * 200; ++i)
    values.push_back(static_cast<float>(i * 7919 % 101));
  Tensor x = floats({64, 200}, values);
  EXPECT_EQ(Sorted(x, 1, true, &context).places(), Sorted(x, 1, true).places());
}

TEST(Sort, RefusesComplex) {
  Tensor x = Tensor::zeros(Dtype::Complex64, {2});
  EXPECT_EQ(sortTensor(nullptr, x, 0, false, x, x).message,
            "Sort currently does not support complex dtypes");
}
