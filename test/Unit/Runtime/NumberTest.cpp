#include "runtime/Number.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace sconce::rt;

TEST(Number, ParsesIntegersWhole) {
  EXPECT_EQ(parseInt("42"), 42);
  EXPECT_EQ(parseInt("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(parseInt("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parseInt(""), std::nullopt);
  EXPECT_EQ(parseInt("-"), std::nullopt);
  EXPECT_EQ(parseInt(" 1"), std::nullopt);
  EXPECT_EQ(parseInt("1x"), std::nullopt);
}

TEST(Number, ParsesFloatsWhole) {
  EXPECT_EQ(parseDouble("1e-3"), 1e-3);
  EXPECT_EQ(parseDouble("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*parseDouble("nan")));
  EXPECT_EQ(parseDouble("1.5x"), std::nullopt);
  EXPECT_EQ(parseDouble(""), std::nullopt);
  EXPECT_EQ(parseDouble(std::string_view("1\0", 2)), std::nullopt);
}

TEST(Number, ShortestTextIsPythonsRepr) {
  EXPECT_EQ(printShortest(0.1), "0.1");
  EXPECT_EQ(printShortest(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(printShortest(5), "5.0");
  EXPECT_EQ(printShortest(1e15), "1000000000000000.0");
  EXPECT_EQ(printShortest(1e16), "1e+16");
  EXPECT_EQ(printShortest(1.5e-5), "1.5e-05");
  EXPECT_EQ(printShortest(0.0001), "0.0001");
  EXPECT_EQ(printShortest(-0.0), "-0.0");
  EXPECT_EQ(printShortest(5e-324), "5e-324");
  EXPECT_EQ(printShortest(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(printShortest(-std::numeric_limits<double>::infinity()), "-inf");
}
