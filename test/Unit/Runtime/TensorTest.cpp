#include "runtime/LargeMemory.h"
#include "runtime/Tensor.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

static Tensor iota(std::vector<int64_t> sizes, Dtype dtype = Dtype::Float32) {
  Tensor tensor = Tensor::empty(dtype, std::move(sizes));
  int64_t next = 0;
  forEachIndex(tensor.sizes(), [&](Index index) { tensor.store(index, Value::ofInt(next++)); });
  return tensor;
}

TEST(Storage, RefusesWhatCannotBeAllocated) {
  EXPECT_FALSE(Storage::allocate(SIZE_MAX));
  EXPECT_TRUE(Storage::allocate(0));
}

TEST(Storage, TakesLargeMemoryThatWasGivenBack) {
  if (!keepsLargeMemory)
    GTEST_SKIP();
  constexpr size_t bytes = leastLargeBytes + 5;
  Ref<Storage> first = Storage::allocate(bytes), second = Storage::allocate(bytes);
  uint8_t *memory = first->data();
  EXPECT_NE(second->data(), memory);
  first = nullptr;
  // Too much of it would lie idle, or it is too small.
  Ref<Storage> larger = Storage::allocate(bytes + 4096), same = Storage::allocate(bytes);
  EXPECT_NE(larger->data(), memory);
  EXPECT_EQ(same->data(), memory);
  EXPECT_EQ(same->size(), bytes);
}

TEST(Storage, KeepsLittleMemory) {
  // More than is kept, twice as often as blocks are kept: what is oldest is freed, and nothing twice.
  for (int round = 0; round < 2; ++round) {
    std::vector<Ref<Storage>> storages;
    for (int i = 0; i < 32; ++i) {
      storages.push_back(Storage::allocate(leastLargeBytes + static_cast<size_t>(i) * 4096));
      ASSERT_TRUE(storages.back());
      storages.back()->data()[leastLargeBytes - 1] = 1;
    }
  }
}

TEST(Storage, ReleasesBorrowedMemoryOnce) {
  int released = 0;
  {
    float data[4] = {1, 2, 3, 4};
    Ref<Storage> storage = Storage::borrow(
        data, sizeof data, [](void *owner) { ++*static_cast<int *>(owner); }, &released);
    Tensor tensor = Tensor::view(storage, Dtype::Float32, 1, {3}, {1});
    EXPECT_EQ(tensor.loadDouble({{0}}), 2.0);
    storage = nullptr;
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(Tensor, ChecksSizes) {
  EXPECT_FALSE(Tensor::empty(Dtype::Float32, {-1}));
  EXPECT_FALSE(Tensor::empty(Dtype::Float32, {INT64_MAX, 2}));
  EXPECT_FALSE(Tensor::empty(Dtype::Float32, {INT64_MAX / 2}));
  EXPECT_TRUE(Tensor::empty(Dtype::Float32, {0, 5}));
  EXPECT_EQ(Tensor::empty(Dtype::Float32, {}).numel(), 1);
}

TEST(Tensor, ChecksThatViewsStayInside) {
  Ref<Storage> storage = Storage::allocate(24);
  EXPECT_TRUE(Tensor::view(storage, Dtype::Float32, 0, {2, 3}, {3, 1}));
  EXPECT_TRUE(Tensor::view(storage, Dtype::Float32, 5, {100}, {0}));
  EXPECT_TRUE(Tensor::view(storage, Dtype::Float32, 100, {0}, {1}));
  EXPECT_FALSE(Tensor::view(storage, Dtype::Float32, 1, {2, 3}, {3, 1}));
  EXPECT_FALSE(Tensor::view(storage, Dtype::Float32, 0, {2}, {-1}));
  EXPECT_FALSE(Tensor::view(storage, Dtype::Float32, 0, {3}, {INT64_MAX}));
  EXPECT_FALSE(Tensor::view(storage, Dtype::Float32, -1, {1}, {1}));
  EXPECT_FALSE(Tensor::view(storage, Dtype::Float32, 0, {1}, {}));
}

TEST(Tensor, ViewsAliasTheStorage) {
  Tensor base = iota({3, 4});
  Tensor column = base.slice(1, 2, 1);
  Tensor turned = base.permute(std::vector<int64_t>{1, 0});
  EXPECT_EQ(column.loadInt({{1, 0}}), 6);
  EXPECT_EQ(turned.loadInt({{2, 1}}), 6);
  EXPECT_FALSE(turned.isContiguous());
  column.store({{1, 0}}, Value::ofInt(60));
  EXPECT_EQ(base.loadInt({{1, 2}}), 60);
  EXPECT_EQ(turned.loadInt({{2, 1}}), 60);
  EXPECT_FALSE(base.asStrided({5}, {3}, 0));
  EXPECT_EQ(base.slice(0, 0, 2, 2).loadInt({{1, 0}}), 8);
  EXPECT_EQ(base.slice(0, 1, 1, INT64_MAX).loadInt({{0, 0}}), base.loadInt({{1, 0}})) << "a step past the end is none";
}

TEST(Tensor, ContiguousCopiesOnlyWhenNeeded) {
  Tensor base = iota({2, 3});
  EXPECT_TRUE(base.contiguous().isSame(base));
  Tensor copy = base.permute(std::vector<int64_t>{1, 0}).contiguous();
  EXPECT_EQ(copy.sizes(), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(copy.dataAs<float>()[1], 3.0f);
  EXPECT_FALSE(copy.storage() == base.storage());
}

TEST(Tensor, ConvertsBetweenDtypesAsPyTorch) {
  Tensor floats = Tensor::empty(Dtype::Float32, {4});
  float values[] = {300.0f, -1.5f, 0.0f, 2.7f};
  std::copy(values, values + 4, floats.dataAs<float>());
  Tensor bytes = floats.convert(Dtype::UInt8);
  EXPECT_EQ(bytes.loadInt({{0}}), 44);
  EXPECT_EQ(bytes.loadInt({{1}}), 255);
  Tensor bools = floats.convert(Dtype::Bool);
  EXPECT_EQ(bools.loadInt({{1}}), 1);
  EXPECT_EQ(bools.loadInt({{2}}), 0);
  EXPECT_EQ(floats.convert(Dtype::Int64).loadInt({{3}}), 2);
  EXPECT_EQ(floats.convert(Dtype::Complex64).loadComplex({{3}}), std::complex<double>(2.7f, 0));
  EXPECT_EQ(floats.convert(Dtype::BFloat16).loadDouble({{3}}), 2.703125);
}

TEST(Tensor, EveryDtypeStoresAndLoads) {
  for (int code = 0; code < 64; ++code)
    if (std::optional<Dtype> dtype = dtypeFromCode(code)) {
      Tensor tensor = Tensor::scalar(Value::ofInt(1), *dtype);
      EXPECT_EQ(tensor.loadDouble({}), 1.0) << name(*dtype);
      EXPECT_EQ(tensor.loadNumber({}).toDouble(), 1.0) << name(*dtype);
    }
}

TEST(Tensor, EqualsComparesElements) {
  Tensor a = iota({2, 3}), b = iota({2, 3});
  EXPECT_TRUE(a.equals(b));
  EXPECT_FALSE(a.equals(iota({2, 3}, Dtype::Int64)));
  EXPECT_FALSE(a.equals(iota({3, 2})));
  b.store({{1, 1}}, Value::ofInt(9));
  EXPECT_FALSE(a.equals(b));
}
