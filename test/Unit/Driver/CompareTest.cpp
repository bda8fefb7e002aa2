#include "lib/Driver/Compare.h"

#include "runtime/Tensor.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce;
using rt::Value;

static Value tensorOf(std::vector<double> values, rt::Dtype dtype = rt::Dtype::Float32) {
  rt::Tensor tensor = rt::Tensor::empty(dtype, {static_cast<int64_t>(values.size())});
  for (size_t i = 0; i < values.size(); ++i) {
    int64_t index[] = {static_cast<int64_t>(i)};
    tensor.store(index, Value::ofDouble(values[i]));
  }
  return Value::ofTensor(tensor);
}

static std::string difference(const Value &actual, const Value &expected, double relative = 1e-5, double absolute = 1e-8) {
  return driver::findDifference(actual, expected, {relative, absolute}).value_or("");
}

TEST(Compare, NamesTheFirstElementThatDiffers) {
  EXPECT_EQ(difference(tensorOf({1, 2, 3}), tensorOf({1, 2, 3})), "");
  EXPECT_EQ(difference(tensorOf({1, 2.5, 4}), tensorOf({1, 2, 3})),
            "the result differs in 2 of 3 elements, first at [1]: 2.5 where 2 was expected, by 0.5; the largest difference is 1 "
            "(allowed are 1e-08 + 1e-05 times the expected value)");
  EXPECT_EQ(difference(tensorOf({1, 2.5}), tensorOf({1, 2}), 0, 0.5), "");
}

TEST(Compare, TakesNaNForEqualToNaNAndInfinityToItselfOnly) {
  EXPECT_EQ(difference(tensorOf({NAN, INFINITY}), tensorOf({NAN, INFINITY})), "");
  EXPECT_NE(difference(tensorOf({NAN}), tensorOf({1})), "");
  EXPECT_NE(difference(tensorOf({1}), tensorOf({NAN})), "");
  EXPECT_NE(difference(tensorOf({1e30}), tensorOf({INFINITY})), "");
  EXPECT_NE(difference(tensorOf({-INFINITY}), tensorOf({INFINITY})), "");
  EXPECT_EQ(difference(Value::ofDouble(NAN), Value::ofDouble(NAN)), "");
}

TEST(Compare, ComparesWholeNumbersExactly) {
  EXPECT_EQ(difference(tensorOf({100001}, rt::Dtype::Int64), tensorOf({100000}, rt::Dtype::Int64), 1, 1),
            "the result differs in 1 of 1 elements, first at [0]: 100001 where 100000 was expected, by 1; the largest difference "
            "is 1 (none is allowed)");
  EXPECT_EQ(difference(Value::ofInt(1), Value::ofInt(2)), "the result is 1, expected 2");
}

TEST(Compare, ComparesStructureDtypeAndShape) {
  EXPECT_EQ(difference(tensorOf({1}), tensorOf({1}, rt::Dtype::Float64)), "the result has dtype float32, expected float64");
  EXPECT_EQ(difference(tensorOf({1}), tensorOf({1, 2})), "the result has shape [1], expected [2]");
  EXPECT_EQ(difference(Value::ofTuple({Value::ofInt(1)}), Value::ofList("int", {Value::ofInt(1)})),
            "the result is a tuple, expected a list");
  rt::Ref<rt::Dict> one = rt::Dict::create("str", "Any"), two = rt::Dict::create("str", "Any");
  one->set(Value::ofString("p"), Value::ofTuple({Value::ofInt(1), tensorOf({1})}));
  two->set(Value::ofString("p"), Value::ofTuple({Value::ofInt(1), Value::ofInt(1)}));
  EXPECT_EQ(difference(Value::ofDict(one), Value::ofDict(two)), "result['p'][1] is a Tensor, expected an int");
  rt::Ref<rt::Dict> other = rt::Dict::create("str", "Any");
  other->set(Value::ofString("q"), Value());
  EXPECT_EQ(difference(Value::ofDict(one), Value::ofDict(other)), "the result lacks the key 'q'");
}
