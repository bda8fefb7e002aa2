#include "runtime/SmallFloat.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace sconce::rt;

TEST(SmallFloat, EveryHalfReadsBackAsItself) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float value = floatFromHalf(static_cast<uint16_t>(bits));
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(floatFromHalf(halfFromFloat(value))));
    else
      EXPECT_EQ(halfFromFloat(value), bits);
  }
}

TEST(SmallFloat, HalfRoundsToNearestEven) {
  EXPECT_EQ(halfFromFloat(1.0f), 0x3C00);
  EXPECT_EQ(halfFromFloat(65504.0f), 0x7BFF);
  EXPECT_EQ(halfFromFloat(65519.0f), 0x7BFF);
  EXPECT_EQ(halfFromFloat(65520.0f), 0x7C00);
  EXPECT_EQ(halfFromFloat(-65520.0f), 0xFC00);
  EXPECT_EQ(halfFromFloat(2049.0f), 0x6800); // tie, down to even
  EXPECT_EQ(halfFromFloat(2051.0f), 0x6802); // tie, up to even
  EXPECT_EQ(halfFromFloat(std::ldexp(1.0f, -25)), 0x0000);
  EXPECT_EQ(halfFromFloat(std::ldexp(1.5f, -25)), 0x0001);
  EXPECT_EQ(halfFromFloat(-0.0f), 0x8000);
}

TEST(SmallFloat, EveryBfloatReadsBackAsItself) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float value = floatFromBfloat(static_cast<uint16_t>(bits));
    if (!std::isnan(value))
      EXPECT_EQ(bfloatFromFloat(value), bits);
  }
  EXPECT_EQ(bfloatFromFloat(std::numeric_limits<float>::quiet_NaN()), 0x7FC0);
  EXPECT_EQ(bfloatFromFloat(std::numeric_limits<float>::max()), 0x7F80);
}

TEST(SmallFloat, EveryFloat8ReadsBackAsItself) {
  for (Dtype dtype : {Dtype::Float8E5M2, Dtype::Float8E4M3FN, Dtype::Float8E5M2FNUZ,
                      Dtype::Float8E4M3FNUZ, Dtype::Float8E8M0FNU})
    for (uint32_t bits = 0; bits < 256; ++bits) {
      float value = floatFromFloat8(dtype, static_cast<uint8_t>(bits));
      if (std::isnan(value))
        EXPECT_TRUE(std::isnan(floatFromFloat8(dtype, float8FromFloat(dtype, value))));
      else
        EXPECT_EQ(float8FromFloat(dtype, value), bits) << name(dtype);
    }
}

// Values of torch.tensor(x).to(dtype).view(torch.uint8), PyTorch 2.13.
TEST(SmallFloat, Float8LimitsAgreeWithPyTorch) {
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(float8FromFloat(Dtype::Float8E4M3FN, 448.0f), 0x7E);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E4M3FN, 464.0f), 0x7E);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E4M3FN, 465.0f), 0x7E);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E4M3FN, infinity), 0x7E);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E5M2, 61440.0f), 0x7C);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E5M2, infinity), 0x7C);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E5M2FNUZ, infinity), 0x80);
  EXPECT_EQ(float8FromFloat(Dtype::Float8E4M3FNUZ, -0.0f), 0x00);
  EXPECT_EQ(floatFromFloat8(Dtype::Float8E4M3FN, 0x7E), 448.0f);
  EXPECT_EQ(floatFromFloat8(Dtype::Float8E4M3FNUZ, 0x7F), 240.0f);
  EXPECT_TRUE(std::isinf(floatFromFloat8(Dtype::Float8E5M2, 0xFC)));
  EXPECT_EQ(floatFromFloat8(Dtype::Float8E8M0FNU, 127), 1.0f);
}
