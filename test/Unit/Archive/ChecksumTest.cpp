#include "lib/Archive/Checksum.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace sconce::archive {
namespace {

/// Bit by bit, as the standard defines it.
uint32_t reference(llvm::ArrayRef<uint8_t> bytes) {
  uint32_t crc = ~0u;
  for (uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

TEST(Checksum, isThatOfTheStandard) {
  std::string text = "123456789";
  EXPECT_EQ(zipChecksum({reinterpret_cast<const uint8_t *>(text.data()), text.size()}), 0xcbf43926u);
  EXPECT_EQ(zipChecksum({}), 0u);
}

TEST(Checksum, agreesForEveryLengthAndAlignment) {
  std::mt19937 random(0);
  std::vector<uint8_t> bytes(5000);
  for (uint8_t &byte : bytes)
    byte = static_cast<uint8_t>(random());
  for (size_t offset : {0, 1, 7, 16})
    for (size_t size = 0; size < 700; ++size) {
      llvm::ArrayRef<uint8_t> part(bytes.data() + offset, size);
      ASSERT_EQ(zipChecksum(part), reference(part)) << size << " bytes from " << offset;
    }
  EXPECT_EQ(zipChecksum(bytes), reference(bytes));
}

TEST(Checksum, findsEachBit) {
  std::vector<uint8_t> bytes(300, 0x5a);
  uint32_t whole = zipChecksum(bytes);
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_NE(zipChecksum(bytes), whole) << bit;
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
  }
}

} // namespace
} // namespace sconce::archive
