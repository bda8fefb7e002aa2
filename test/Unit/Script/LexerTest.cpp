#include "lib/Script/Lexer.h"
#include "lib/Script/Literal.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace sconce::script;
using llvm::StringRef;

/// The tokens' texts (or names where they have none), separated by blanks.
static std::string lexed(StringRef text) {
  Lexer lexer(text);
  std::string out;
  while (true) {
    Token token = lexer.next();
    if (token.kind == TokenKind::End)
      return out;
    out += out.empty() ? "" : " ";
    switch (token.kind) {
    case TokenKind::Error: return out + "error: " + lexer.errorMessage().str();
    case TokenKind::Newline: out += "NL"; break;
    case TokenKind::Indent: out += "IN"; break;
    case TokenKind::Dedent: out += "DE"; break;
    default: out += lexer.text(token); break;
    }
  }
}

static std::vector<TokenKind> kinds(StringRef text) {
  Lexer lexer(text);
  std::vector<TokenKind> out;
  for (Token token = lexer.next(); token.kind != TokenKind::End; token = lexer.next())
    out.push_back(token.kind);
  return out;
}

TEST(LexerTest, makesIndentationTokens) {
  EXPECT_EQ(lexed("a\n  b\n  c\nd\n"), "a IN b NL c NL DE d NL");
  EXPECT_EQ(lexed("a\n  b\n    c"), "a IN b IN c NL DE DE");
  EXPECT_EQ(lexed(""), "");
  EXPECT_EQ(lexed("\n\n  \n# only a comment"), "");
}

TEST(LexerTest, skipsBlankAndCommentLines) {
  EXPECT_EQ(lexed("a # one\n\n      # two\n  \n  b\n"), "a IN b NL DE");
  EXPECT_EQ(lexed("a\r\n  b\r\n"), "a IN b NL DE");
}

TEST(LexerTest, ignoresNewlinesInBracketsAndAfterBackslash) {
  EXPECT_EQ(lexed("f(a,\n b)\n"), "f ( a , b ) NL");
  EXPECT_EQ(lexed("a \\\n  + b\n"), "a + b NL");
  EXPECT_EQ(lexed("[{\n}\n]"), "[ { } ] NL");
}

TEST(LexerTest, refusesIndentationThatMatchesNoBlock) {
  EXPECT_EQ(lexed("a\n    b\n  c"), "a IN b error: indentation matches no block around this line");
  EXPECT_EQ(lexed("  a"), "error: unexpected indentation");
}

TEST(LexerTest, takesTheLongestOperator) {
  EXPECT_EQ(lexed("a**=b//c<<=d>>e!=f->g...h"), "a **= b // c <<= d >> e != f -> g ... h NL");
  EXPECT_EQ(lexed("a//=b"), "a // = b NL"); // No such operator in TorchScript.
  EXPECT_EQ(lexed("a@=b"), "a @ = b NL");
}

TEST(LexerTest, knowsKeywords) {
  using K = TokenKind;
  EXPECT_EQ(kinds("is not notin not  in isnot is"),
            (std::vector<K>{K::IsNot, K::Identifier, K::NotIn, K::Identifier, K::Is, K::Newline}));
  EXPECT_EQ(kinds("lambda try None NoneType Ellipsis"),
            (std::vector<K>{K::Identifier, K::Identifier, K::None, K::NoneType, K::EllipsisWord,
                            K::Newline}));
  EXPECT_EQ(kinds("not inner"), (std::vector<K>{K::Not, K::Identifier, K::Newline}));
}

TEST(LexerTest, delimitsNumbers) {
  EXPECT_EQ(lexed("1 1. .5 1e5 1e+5 0x1F 2j 1.5e-3j"), "1 1. .5 1e5 1e+5 0x1F 2j 1.5e-3j NL");
  EXPECT_EQ(lexed("1else 1e 1.e 1_0 0b1"), "1 else 1 e 1. e 1 _0 0 b1 NL");
  EXPECT_EQ(lexed("1..x"), "1. . x NL");
}

TEST(LexerTest, delimitsStrings) {
  EXPECT_EQ(lexed(R"('a' "b" '' "" 'it\'s')"), R"('a' "b" '' "" 'it\'s' NL)");
  EXPECT_EQ(lexed("'''a\n'b''' c"), "'''a\n'b''' c NL");
  EXPECT_EQ(lexed("'a"), "error: string is not closed");
  EXPECT_EQ(lexed("'a\n'"), "error: string is not closed before the end of the line");
  EXPECT_EQ(lexed("'''a''"), "error: string is not closed");
  EXPECT_EQ(lexed("'a\\"), "error: string is not closed");
}

TEST(LexerTest, refusesWhatIsNoToken) {
  EXPECT_EQ(lexed("a ; b"), "a error: unexpected character ';'");
  EXPECT_EQ(lexed("a ? b"), "a error: unexpected character '?'");
  EXPECT_EQ(lexed(StringRef("a\0b", 3)), "a error: unexpected byte 0x0");
  EXPECT_EQ(lexed("\xc3\xa9"), "error: unexpected byte 0xC3");
}

TEST(LexerTest, showsTypeCommentsAnywhere) {
  EXPECT_EQ(lexed("a # type: (int)"), "a # type: ( int ) NL");
  EXPECT_EQ(lexed("a # type: ignore[x]"), "a NL");
  EXPECT_EQ(lexed("a #type: (int)"), "a NL");
}

TEST(LexerTest, countsLinesAndColumns) {
  Lexer lexer("a\n  '''x\ny''' b");
  lexer.next();
  lexer.next();
  Token string = lexer.next();
  EXPECT_EQ(string.range.line, 2u);
  EXPECT_EQ(string.range.column, 3u);
  EXPECT_EQ(string.range.begin, 4u);
  Token b = lexer.next();
  EXPECT_EQ(b.range.line, 3u);
  EXPECT_EQ(b.range.column, 6u);
}

TEST(LiteralTest, readsIntegersInCNotation) {
  EXPECT_EQ(parseNumber("42")->integer, 42u);
  EXPECT_EQ(parseNumber("0x1F")->integer, 31u);
  EXPECT_EQ(parseNumber("010")->integer, 8u);
  EXPECT_EQ(parseNumber("9223372036854775808")->integer, uint64_t(1) << 63);
  EXPECT_FALSE(parseNumber("9223372036854775809"));
  EXPECT_FALSE(parseNumber("99999999999999999999999"));
  EXPECT_FALSE(parseNumber("09"));
}

TEST(LiteralTest, readsFloats) {
  EXPECT_EQ(parseNumber("1.")->real, 1.0);
  EXPECT_EQ(parseNumber("1.0000000000000001e-05")->real, 1e-5);
  EXPECT_EQ(parseNumber("1e400")->real, HUGE_VAL);
  EXPECT_EQ(parseNumber("1e-400")->real, 0.0);
  EXPECT_EQ(parseNumber("4.9406564584124654e-324")->real, 4.9406564584124654e-324);
  EXPECT_EQ(parseNumber("0x1.8")->real, 1.5);
  EXPECT_EQ(parseNumber("1E5")->kind, Number::Float);
  EXPECT_EQ(parseNumber("2.5j")->kind, Number::Complex);
  EXPECT_EQ(parseNumber("2.5j")->real, 2.5);
}
