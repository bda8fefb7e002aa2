#include "test/Unit/Script/TreeText.h"
#include <gtest/gtest.h>

using namespace sconce::script;

TEST(StatementTest, readsAssignments) {
  EXPECT_EQ(parsedBody("a = 1"), "(= a <- 1)");
  EXPECT_EQ(parsedBody("a = b = c"), "(= a b <- c)");
  EXPECT_EQ(parsedBody("a, b = b, a"), "(= (tuple a b) <- (tuple b a))");
  EXPECT_EQ(parsedBody("a, b, = x"), "(= (tuple a b) <- x)");
  EXPECT_EQ(parsedBody("a, = x,"), "(= (tuple a) <- (tuple x))");
  EXPECT_EQ(parsedBody("a, *b = x"), "(= (tuple a (* b)) <- x)");
  EXPECT_EQ(parsedBody("(a, (b, c)), d = x"), "(= (tuple (tuple a (tuple b c)) d) <- x)");
  EXPECT_EQ(parsedBody("a.b = 1"), "(= (. a b) <- 1)");
  EXPECT_EQ(parsedBody("a[0:1] = 1"), "(= ([] a (: 0 1 _)) <- 1)");
  EXPECT_EQ(parsedBody("a : Optional[int] = None"), "(= a : ([] Optional int) <- None)");
  EXPECT_EQ(parsedBody("a : int"), "(= a : int)");
}

TEST(StatementTest, readsAugmentedAssignments) {
  EXPECT_EQ(parsedBody("a += 1\na.b -= 1\na[i] *= 1\na /= 1\na %= 1"),
            "(+= a 1)\n(-= (. a b) 1)\n(*= ([] a i) 1)\n(/= a 1)\n(%= a 1)");
  EXPECT_EQ(parsedBody("a |= b\na &= b\na ^= b\na <<= b\na >>= b\na **= b"),
            "(|= a b)\n(&= a b)\n(^= a b)\n(<<= a b)\n(>>= a b)\n(**= a b)");
}

TEST(StatementTest, readsSimpleStatements) {
  EXPECT_EQ(parsedBody("return\nreturn a\nreturn a, b\nreturn (a,)"),
            "(return _)\n(return a)\n(return (tuple a b))\n(return (tuple a))");
  EXPECT_EQ(parsedBody("raise E('m')"), "(raise (call E 'm'))");
  EXPECT_EQ(parsedBody("assert a\nassert a, 'm'"), "(assert a _)\n(assert a 'm')");
  EXPECT_EQ(parsedBody("break\ncontinue\npass"), "(break)\n(continue)\n(pass)");
  EXPECT_EQ(parsedBody("del a[0], b"), "(del ([] a 0) b)");
  EXPECT_EQ(parsedBody("global a, b"), "(global a b)");
  EXPECT_EQ(parsedBody("f(x)\na, b"), "(call f x)\n(tuple a b)");
}

TEST(StatementTest, readsIf) {
  EXPECT_EQ(parsedBody("if a:\n  b\nelif c:\n  d\nelif e:\n  g\nelse:\n  h\ni"),
            "(if a { b } c { d } e { g } else { h })\ni");
  EXPECT_EQ(parsedBody("if a:\n  if b:\n    c\nelse:\n  d"), "(if a { (if b { c }) } else { d })");
}

TEST(StatementTest, readsLoops) {
  EXPECT_EQ(parsedBody("while a:\n  b\n  c"), "(while a { b c })");
  EXPECT_EQ(parsedBody("for i in range(n):\n  b"), "(for i (call range n) { b })");
  EXPECT_EQ(parsedBody("for i, x in y:\n  b"), "(for (tuple i x) y { b })");
  EXPECT_EQ(parsedBody("for (i, x) in y:\n  b"), "(for (tuple i x) y { b })");
  EXPECT_EQ(parsedBody("for i, in y:\n  b"), "(for (tuple i) y { b })");
  EXPECT_EQ(parsedBody("for self.i in y:\n  b"), "(for (. self i) y { b })");
}

TEST(StatementTest, readsWith) {
  EXPECT_EQ(parsedBody("with _0 as q:\n  b"), "(with _0 as q { b })");
  EXPECT_EQ(parsedBody("with a, f(b) as c:\n  d"), "(with a (call f b) as c { d })");
}

TEST(StatementTest, readsClosures) {
  EXPECT_EQ(parsedBody("def g():\n  return x\nf = fork(g)"),
            "(def g ( ) { (return x) })\n(= f <- (call fork g))");
}
