#include "runtime/MathFunctions.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::rt;

TEST(MathFunctions, FactorialsWrap) {
  EXPECT_EQ(*math::factorial(0), 1);
  EXPECT_EQ(*math::factorial(20), 2432902008176640000);
  EXPECT_EQ(*math::factorial(21), -4249290049419214848);
  EXPECT_EQ(*math::factorial(66), 0);
  EXPECT_EQ(*math::factorial(INT64_MAX), 0);
  EXPECT_EQ(math::factorial(-1).status().message, "factorial() not defined for negative values");
}

TEST(MathFunctions, ExponentsHave32Bits) {
  EXPECT_EQ(math::ldexp(1.5, 3), 12.0);
  EXPECT_EQ(math::ldexp(1.5, (int64_t(1) << 40) + 3), 12.0);
  EXPECT_EQ(math::frexp(12.0), std::pair(0.75, int64_t(4)));
  EXPECT_EQ(math::modf(-2.25), std::pair(-0.25, -2.0));
}

TEST(MathFunctions, DivmodOfFloats) {
  EXPECT_EQ(math::divmod(7.5, -2.0), std::pair(-4.0, -0.5));
  EXPECT_EQ(math::divmod(0.0, -INFINITY), std::pair(-0.0, 0.0));
  EXPECT_TRUE(std::isnan(math::divmod(0.5, -INFINITY).first));
}

TEST(MathFunctions, DivmodOfIntAndFloatIsNarrow) {
  EXPECT_EQ(*math::divmod(0.3, int64_t(3)), std::pair(0.0, 0.30000001192092896));
  EXPECT_EQ(*math::divmod((int64_t(1) << 40) + 7, -2.5), std::pair(-3.0, -0.5));
  EXPECT_EQ(math::divmod(1.5, int64_t(1) << 40).status().message, "ZeroDivisionError: float divmod()");
  EXPECT_EQ(math::divmod(-INFINITY, int64_t(64)).status().message, "Cannot convert float -inf to integer");
}

TEST(MathFunctions, OnlyWhatFitsIsAnInteger) {
  EXPECT_EQ(*math::toInteger(-0x1p63), INT64_MIN);
  EXPECT_EQ(math::toInteger(0x1p63).status().message, "Cannot convert float 9223372036854775808.000000 to integer");
  EXPECT_EQ(math::toInteger(NAN).status().message, "Cannot convert float nan to integer");
}
