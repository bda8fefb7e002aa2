#include "runtime/Dtype.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

TEST(Dtype, NamesCodesAndSizesAgree) {
  EXPECT_EQ(dtypeFromCode(6), Dtype::Float32);
  EXPECT_EQ(dtypeFromCode(44), Dtype::Float8E8M0FNU);
  EXPECT_EQ(dtypeFromCode(16), std::nullopt);
  EXPECT_EQ(dtypeFromCode(-1), std::nullopt);
  EXPECT_EQ(dtypeFromName("bfloat16"), Dtype::BFloat16);
  EXPECT_EQ(dtypeFromName("torch.float32"), std::nullopt);
  EXPECT_STREQ(name(Dtype::Complex64), "complex64");
  EXPECT_EQ(itemSize(Dtype::Complex128), 16);
  EXPECT_EQ(itemSize(Dtype::Bool), 1);
}

TEST(Dtype, CategoriesAreDisjoint) {
  for (int code = 0; code < 128; ++code)
    if (std::optional<Dtype> dtype = dtypeFromCode(code)) {
      int categories =
          isComplex(*dtype) + isFloating(*dtype) + isIntegral(*dtype, true) + isQuantized(*dtype);
      EXPECT_EQ(categories, 1) << name(*dtype);
    }
  EXPECT_FALSE(isIntegral(Dtype::Bool));
  EXPECT_TRUE(isIntegral(Dtype::Bool, true));
}

// The rows are torch.promote_types of PyTorch 2.13, -1 where it raises.
TEST(Dtype, PromoteAgreesWithPyTorch) {
  const int codes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 23, 24, 25, 26, 27, 28, 29, 44};
  const int expected[][21] = {
      {0, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 15, -1, -1, -1, -1, -1, -1, -1, -1},
      {2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 15, -1, -1, -1, -1, -1, -1, -1, -1},
      {2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 15, -1, -1, -1, -1, -1, -1, -1, -1},
      {3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 3, 15, -1, -1, -1, -1, -1, -1, -1, -1},
      {4, 4, 4, 4, 4, 5, 6, 7, 8, 9, 10, 4, 15, -1, -1, -1, -1, -1, -1, -1, -1},
      {5, 5, 5, 5, 5, 5, 6, 7, 8, 9, 10, 5, 6, -1, -1, -1, -1, 5, 5, 5, -1},
      {6, 6, 6, 6, 6, 6, 6, 7, 9, 9, 10, 6, 6, -1, -1, -1, -1, 6, 6, 6, -1},
      {7, 7, 7, 7, 7, 7, 7, 7, 10, 10, 10, 7, 7, -1, -1, -1, -1, 7, 7, 7, -1},
      {8, 8, 8, 8, 8, 8, 9, 10, 8, 9, 10, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1},
      {9, 9, 9, 9, 9, 9, 9, 10, 9, 9, 10, 9, 9, -1, -1, -1, -1, -1, -1, -1, -1},
      {10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, -1, -1, -1, -1, -1, -1, -1, -1},
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, -1, -1, -1, -1, -1, -1, -1, -1},
      {15, 15, 15, 15, 15, 6, 6, 7, 9, 9, 10, 15, 15, -1, -1, -1, -1, 15, 15, 15, -1},
      {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 23, -1, -1, -1, -1, -1, -1, -1},
      {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 24, -1, -1, -1, -1, -1, -1},
      {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 25, -1, -1, -1, -1, -1},
      {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 26, -1, -1, -1, -1},
      {-1, -1, -1, -1, -1, 5, 6, 7, -1, -1, -1, -1, 15, -1, -1, -1, -1, 27, -1, -1, -1},
      {-1, -1, -1, -1, -1, 5, 6, 7, -1, -1, -1, -1, 15, -1, -1, -1, -1, -1, 28, -1, -1},
      {-1, -1, -1, -1, -1, 5, 6, 7, -1, -1, -1, -1, 15, -1, -1, -1, -1, -1, -1, 29, -1},
      {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 44},
  };
  for (size_t a = 0; a < 21; ++a)
    for (size_t b = 0; b < 21; ++b) {
      std::optional<Dtype> result = promote(*dtypeFromCode(codes[a]), *dtypeFromCode(codes[b]));
      EXPECT_EQ(result ? static_cast<int>(*result) : -1, expected[a][b])
          << codes[a] << " with " << codes[b];
    }
}
