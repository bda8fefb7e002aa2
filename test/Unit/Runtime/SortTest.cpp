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
  Sorted(const Tensor &source, int64_t dim, SortOrder order, sc_context *context = nullptr)
      : values(Tensor::empty(source.dtype(), source.sizes())),
        indices(Tensor::empty(Dtype::Int64, source.sizes())) {
    EXPECT_TRUE(sortTensor(context, source, dim, order, values, indices).ok());
  }
  std::vector<int64_t> places() const {
    return {indices.dataAs<int64_t>(), indices.dataAs<int64_t>() + indices.numel()};
  }
};

static const SortOrder up{SortKind::Stable, false, 0}, down{SortKind::Stable, true, 0};

TEST(Sort, PutsNaNLastAndKeepsTheOrderOfEquals) {
  Tensor x = floats({6}, {2, NAN, 1, 2, 1, NAN});
  EXPECT_EQ(Sorted(x, 0, up).places(), (std::vector<int64_t>{2, 4, 0, 3, 1, 5}));
  EXPECT_EQ(Sorted(x, 0, down).places(), (std::vector<int64_t>{1, 5, 0, 3, 2, 4}));
}

TEST(Sort, SortsAnyDimension) {
  Tensor x = floats({2, 3}, {3, 1, 2, 0, 5, 4});
  EXPECT_EQ(Sorted(x, 0, up).places(), (std::vector<int64_t>{1, 0, 0, 0, 1, 1}));
  EXPECT_EQ(Sorted(x, 1, up).places(), (std::vector<int64_t>{1, 2, 0, 0, 2, 1}));
  Sorted sorted(x.permute(std::vector<int64_t>{1, 0}), 0, up);
  EXPECT_EQ(sorted.values.dataAs<float>()[0], 1);
}

TEST(Sort, TakesScalarsAndEmptyTensors) {
  EXPECT_EQ(Sorted(floats({}, {5}), 0, up).places(), std::vector<int64_t>{0});
  Sorted(floats({0, 3}, {}), 1, up);
}

TEST(Sort, ThreadsDoNotChangeTheResult) {
  sc_context context(2);
  std::vector<float> values;
  for (int i = 0; i < 64 * 200; ++i)
    values.push_back(static_cast<float>(i * 7919 % 101));
  Tensor x = floats({64, 200}, values);
  EXPECT_EQ(Sorted(x, 1, down, &context).places(), Sorted(x, 1, down).places());
}

TEST(Sort, RefusesComplex) {
  Tensor x = Tensor::zeros(Dtype::Complex64, {2});
  EXPECT_EQ(sortTensor(nullptr, x, 0, up, x, x).message,
            "Sort currently does not support complex dtypes");
}

// What PyTorch 2.13 gives for x = torch.arange(40) % 3.
TEST(Sort, LeavesEqualsWherePyTorchDoes) {
  std::vector<float> values;
  for (int i = 0; i < 40; ++i)
    values.push_back(static_cast<float>(i % 3));
  Tensor x = floats({40}, values);
  auto first = [&](SortOrder order, size_t count) {
    std::vector<int64_t> places = Sorted(x, 0, order).places();
    places.resize(count);
    return places;
  };
  EXPECT_EQ(first({SortKind::Sort, false, 0}, 4), (std::vector<int64_t>{0, 21, 18, 24}));
  EXPECT_EQ(first({SortKind::Top, true, 4}, 4), (std::vector<int64_t>{11, 26, 14, 8}));
  EXPECT_EQ(first({SortKind::TopUnsorted, true, 4}, 4), (std::vector<int64_t>{11, 26, 14, 8}));
  EXPECT_EQ(Sorted(x, 0, {SortKind::Kth, false, 5}).places()[5], 27);
}
