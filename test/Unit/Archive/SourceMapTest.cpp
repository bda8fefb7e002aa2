#include "lib/Archive/SourceMap.h"
#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

/// ('FORMAT_WITH_STRING_TABLE', strings, ranges)
std::string record(const std::string &ranges) {
  PickleBuilder pickle;
  pickle.mark().string("FORMAT_WITH_STRING_TABLE").mark().string("").string("def f(x):\n");
  pickle.string("  return x + 1\n").string("/home/me/f.py").tuple();
  return pickle.raw("(" + ranges + "tt").stop();
}
/// (offset, (([1, 2], file, first line), start, end), tag)
std::string range(uint8_t offset, const std::string &lines, uint8_t file, uint8_t start) {
  std::string text = "(K";
  text += static_cast<char>(offset);
  text += "((" + lines + "K";
  text += static_cast<char>(file);
  text += "K\x0atK";
  text += static_cast<char>(start);
  return text + "K\x63tK\1t";
}

const std::string member = "code/__torch__.py";

Expected<std::unique_ptr<Archive>> open(const std::string &pickle) {
  return openArchive({{member + ".debug_pkl", pickle}});
}

TEST(SourceMap, findsTheUsersLine) {
  auto archive = open(record(range(5, "](K\1K\2e", 3, 0) + range(20, "](K\1K\2e", 3, 19) +
                             range(40, "](e", 0, 0)));
  ASSERT_TRUE(static_cast<bool>(archive));
  for (int pass = 0; pass < 2; ++pass) {
    auto map = (*archive)->sourceMap(member);
    ASSERT_TRUE(map && *map) << toString(map.takeError());
    EXPECT_FALSE((*map)->find(4));
    auto first = (*map)->find(19);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->file, "/home/me/f.py");
    EXPECT_EQ(first->line, 10u);
    EXPECT_EQ(first->column, 1u);
    EXPECT_EQ(first->text, "def f(x):");
    auto second = (*map)->find(39);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->line, 11u);
    EXPECT_EQ(second->column, 10u);
    EXPECT_FALSE((*map)->find(100));
  }
}

TEST(SourceMap, isEmptyForOldRecordsAndAbsentForNone) {
  auto archive = open(PickleBuilder().mark().integer(1).tuple().stop());
  ASSERT_TRUE(static_cast<bool>(archive));
  auto map = (*archive)->sourceMap(member);
  ASSERT_TRUE(map && *map);
  EXPECT_FALSE((*map)->find(0));
  map = (*archive)->sourceMap("code/other.py");
  ASSERT_TRUE(static_cast<bool>(map));
  EXPECT_EQ(*map, nullptr);
}

TEST(SourceMap, survivesIndicesThatPointNowhere) {
  auto archive = open(record(range(0, "](K\xff" "Ne", 3, 0) + range(9, "](K\1e", 77, 0)));
  ASSERT_TRUE(static_cast<bool>(archive));
  auto map = (*archive)->sourceMap(member);
  ASSERT_TRUE(map && *map);
  EXPECT_FALSE((*map)->find(1));
  EXPECT_FALSE((*map)->find(10));
}

TEST(SourceMap, refusesMalformedRecords) {
  for (std::string pickle :
       {PickleBuilder().none().stop(), record("N"), record("(NNt"), record("(K\1(NK\1K\1tt"),
        record(range(9, "](e", 0, 0) + range(5, "](e", 0, 0)), record(range(9, ")", 0, 0))}) {
    auto archive = open(pickle);
    ASSERT_TRUE(static_cast<bool>(archive));
    EXPECT_ERROR((*archive)->sourceMap(member),
                 "x.pt(code/__torch__.py.debug_pkl): the record of source locations is malformed");
  }
  auto archive = open("junk");
  ASSERT_TRUE(static_cast<bool>(archive));
  EXPECT_ERROR((*archive)->sourceMap(member), "byte 0: expected a pickle of protocol 2");
}

} // namespace
} // namespace sconce::archive
