// Expected values are PyTorch 2.13's, through torch.ops.aten.
#include "runtime/Strings.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::rt;
using namespace sconce::rt::strings;

using Parts = std::vector<std::string>;
using Three = std::array<std::string, 3>;

TEST(Strings, Search) {
  EXPECT_EQ(*find("abcabc", "c"), 2);
  EXPECT_EQ(*rfind("abcabc", "c"), 5);
  EXPECT_EQ(*find("abcabc", "c", 3), 5);
  EXPECT_EQ(*find("abc", "x"), -1);
  EXPECT_EQ(*find("abc", ""), 0);
  EXPECT_EQ(*rfind("abc", ""), 3);
  EXPECT_EQ(find("abc", "c", 10, 20).status().message,
            "basic_string::substr: __pos (which is 10) > this->size() (which is 3)");
  EXPECT_EQ(strings::index("abc", "z").status().message, "ValueError: substring not found");
  EXPECT_EQ(*rindex("abca", "a"), 3);
  EXPECT_EQ(strings::count("aaa", "aa"), 1);
  EXPECT_EQ(strings::count("abc", ""), 4);
  EXPECT_EQ(strings::count("abc", "a", 7), 0);
  EXPECT_TRUE(*startsWith("abc", "c", 2));
  EXPECT_FALSE(startsWith("abc", "", 5).ok());
  EXPECT_TRUE(*endsWith("abc", "bc"));
}

TEST(Strings, Split) {
  EXPECT_EQ(*split("a  b\tc", std::nullopt, 1), (Parts{"a", "b", "c"}));
  EXPECT_EQ(*split(" a b ", " ", -1), (Parts{"", "a", "b", ""}));
  EXPECT_EQ(*split("a,b,c", ",", 1), (Parts{"a", "b,c"}));
  EXPECT_EQ(split("abc", "", -1).status().message, "ValueError: empty separator");
  EXPECT_EQ(*rsplit("a b c", " ", 1), (Parts{"a b", "c"}));
  EXPECT_EQ(*rsplit("abc", "x", -1), (Parts{"abc"}));
  EXPECT_EQ(splitLines("a\r\nb\n\nc", true),
            (Parts{"a", "\r", "", "\n", "b", "\n", "", "\n", "c"}));
  EXPECT_EQ(splitLines("a\r\nb\n\nc", false), (Parts{"a", "", "b", "", "c"}));
  EXPECT_EQ(partition("abc", "b"), (Three{"a", "b", "c"}));
  EXPECT_EQ(partition("abc", "x"), (Three{"abc", "", ""}));
  EXPECT_EQ(partition("abc", ""), (Three{"", "", "abc"}));
  EXPECT_EQ(rpartition("abcb", "b"), (Three{"abc", "b", ""}));
  EXPECT_EQ(rpartition("abc", "x"), (Three{"", "", "abc"}));
  EXPECT_EQ(join("-", {"a", "b"}), "a-b");
}

TEST(Strings, Change) {
  EXPECT_EQ(upper("aé1"), "Aé1");
  EXPECT_EQ(lower("AbC"), "abc");
  EXPECT_EQ(swapcase("aB1"), "Ab1");
  EXPECT_EQ(title("ab-cd e"), "Ab-Cd E");
  EXPECT_EQ(capitalize("aBC 1"), "Abc 1");
  EXPECT_EQ(strip("xxabx", "x"), "ab");
  EXPECT_EQ(lstrip("  ab ", " "), "ab ");
  EXPECT_EQ(rstrip("ab\r\n", " \n\t\f\v"), "ab\r");
  EXPECT_EQ(strip("   ", " "), "");
  EXPECT_EQ(*replace("aaa", "a", "b", 2), "bba");
  EXPECT_EQ(*replace("aaa", "a", "aa", -1), "aaaaaa");
  EXPECT_EQ(*replace("abc", "", "x", 2), "xxabc");
  EXPECT_EQ(*replace("abc", "", "x", -1), "xaxbxcx");
  EXPECT_EQ(*center("ab", 5, "*"), "**ab*");
  EXPECT_EQ(*center("abc", 6, "*"), "*abc**");
  EXPECT_EQ(*center("abc", 2, "*"), "abc");
  EXPECT_EQ(*ljust("ab", 4, "*"), "ab**");
  EXPECT_EQ(*rjust("ab", 4, "*"), "**ab");
  EXPECT_EQ(*zfill("-5", 5), "000-5");
  EXPECT_EQ(ljust("ab", 4, "xy").status().message,
            "TypeError: The fill character must be exactly one character long");
  EXPECT_EQ(*expandTabs("a\tb\nc\td", 4), "a   b\nc d");
  EXPECT_EQ(*expandTabs("a\tb", 0), "ab");
}

TEST(Strings, RefuseHugeResults) {
  EXPECT_EQ(ljust("a", INT64_MAX, " ").status().code, SC_OUT_OF_MEMORY);
  EXPECT_EQ(strings::repeat("abc", INT64_MAX).status().code, SC_OUT_OF_MEMORY);
  EXPECT_EQ(*strings::repeat("", INT64_MAX), "");
  EXPECT_EQ(expandTabs("\t", INT64_MAX).status().code, SC_OUT_OF_MEMORY);
}

TEST(Strings, SliceAndIndex) {
  EXPECT_EQ(*slice("abcdef", 1, 4, 2), "bd");
  EXPECT_EQ(*slice("abc", std::nullopt, std::nullopt, -1), "cba");
  EXPECT_EQ(*slice("abc", 5, std::nullopt, 1), "");
  EXPECT_EQ(*slice("abc", -2, INT64_MAX, 1), "bc");
  EXPECT_EQ(*slice("abc", INT64_MAX, INT64_MIN, INT64_MIN), "c");
  EXPECT_EQ(slice("abc", 0, 1, 0).status().message, "List slice should have non-zero step");
  EXPECT_EQ(*at("abc", -1), "c");
  EXPECT_EQ(at("abc", -9).status().message,
            "basic_string::at: __n (which is 18446744073709551610) >= this->size() (which is 3)");
}

TEST(Strings, Questions) {
  EXPECT_TRUE(isDigit("12") && !isDigit("1a") && !isDigit(""));
  EXPECT_TRUE(isAlpha("ab") && !isAlpha("") && isAlnum("a1") && isSpace(" \n") && !isSpace(""));
  EXPECT_TRUE(isPrintable("") && !isPrintable("a\n"));
  EXPECT_TRUE(isIdentifier("ab") && !isIdentifier("a_b") && !isIdentifier("1b") &&
              !isIdentifier(""));
  EXPECT_TRUE(isUpper("A1") && !isUpper("1") && isLower("a1") && !isLower(""));
  EXPECT_TRUE(isTitle("Ab Cd") && !isTitle("AbCd") && !isTitle("1"));
}

TEST(Strings, Numbers) {
  EXPECT_EQ(*ord("a"), 97);
  EXPECT_EQ(ord("ab").status().message, "String for ord() must be 1 character, found 2");
  EXPECT_EQ(*chr(65), "A");
  EXPECT_EQ(chr(-1).status().message, "chr() arg not in range(0x110000), found -1");
  EXPECT_EQ(hex(255), "0xff");
  EXPECT_EQ(hex(INT64_MIN), "-0x8000000000000000");
  EXPECT_EQ(oct(-8), "-0o10");
  EXPECT_EQ(bin(0), "0b0");
  EXPECT_EQ(*toInt(" 12"), 12);
  EXPECT_EQ(toInt("abc").status().message, "stoll");
  EXPECT_EQ(toInt("99999999999999999999").status().message, "stoll");
  EXPECT_EQ(toInt("12 ").status().message, "invalid literal for int() with base 10: '12 '");
  EXPECT_EQ(*toFloat("0x10"), 16);
  EXPECT_TRUE(std::isnan(*toFloat("nan")));
  EXPECT_EQ(toFloat("1e400").status().message, "stod");
  EXPECT_EQ(toFloat("x").status().message, "stod");
  EXPECT_EQ(toFloat("1e5x").status().message, "could not convert string to float: '1e5x'");
}
