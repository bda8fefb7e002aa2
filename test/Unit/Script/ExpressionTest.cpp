#include "test/Unit/Script/TreeText.h"
#include <gtest/gtest.h>

using namespace sconce::script;

TEST(ExpressionTest, readsAtoms) {
  EXPECT_EQ(parsedExpr("x"), "x");
  EXPECT_EQ(parsedExpr("True"), "True");
  EXPECT_EQ(parsedExpr("None"), "None");
  EXPECT_EQ(parsedExpr("NoneType"), "NoneType");
  EXPECT_EQ(parsedExpr("..."), "...");
  EXPECT_EQ(parsedExpr("Ellipsis"), "...");
  EXPECT_EQ(parsedExpr("()"), "(tuple)");
  EXPECT_EQ(parsedExpr("(a)"), "a");
  EXPECT_EQ(parsedExpr("(a,)"), "(tuple a)");
  EXPECT_EQ(parsedExpr("(a, b)"), "(tuple a b)");
  EXPECT_EQ(parsedExpr("[]"), "[list]");
  EXPECT_EQ(parsedExpr("[1, 2, ]"), "[list 1 2]");
  EXPECT_EQ(parsedExpr("{}"), "{ }");
  EXPECT_EQ(parsedExpr("{'a': 1, 'b': 2}"), "{ 'a':1 'b':2 }");
}

TEST(ExpressionTest, foldsAMinusIntoALiteral) {
  EXPECT_EQ(parsedExpr("-5"), "-5");
  EXPECT_EQ(parsedExpr("- -5"), "5");
  EXPECT_EQ(parsedExpr("-1.5"), "-1.5f");
  EXPECT_EQ(parsedExpr("-0."), "-0.0f");
  EXPECT_EQ(parsedExpr("-2.j"), "-2j");
  EXPECT_EQ(parsedExpr("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(parsedExpr("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(parsedExpr("-x"), "(- x)");
  EXPECT_EQ(parsedExpr("-inf"), "(- inf)");
}

TEST(ExpressionTest, groupsAsPyTorchDoes) {
  // Shared with Python.
  EXPECT_EQ(parsedExpr("a + b * c"), "(+ a (* b c))");
  EXPECT_EQ(parsedExpr("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(parsedExpr("2 ** 3 ** 2"), "(** 2 (** 3 2))");
  EXPECT_EQ(parsedExpr("-x ** 2"), "(- (** x 2))");
  EXPECT_EQ(parsedExpr("-5 ** 2"), "(- (** 5 2))");
  EXPECT_EQ(parsedExpr("2 ** -x"), "(** 2 (- x))");
  EXPECT_EQ(parsedExpr("-a * b"), "(* (- a) b)");
  EXPECT_EQ(parsedExpr("1 + 2 << 1"), "(<< (+ 1 2) 1)");
  EXPECT_EQ(parsedExpr("a | b ^ c & d << e"), "(| a (^ b (& c (<< d e))))");
  EXPECT_EQ(parsedExpr("a @ b / c // d % e"), "(% (// (/ (@ a b) c) d) e)");
  EXPECT_EQ(parsedExpr("not a == b"), "(not (== a b))");
  EXPECT_EQ(parsedExpr("a if b else c if d else e"), "(? b a (? d c e))");
  EXPECT_EQ(parsedExpr("a or b if c else d and e"), "(? c (or a b) (and d e))");
  // Unlike Python.
  EXPECT_EQ(parsedExpr("a or b and c"), "(and (or a b) c)");
  EXPECT_EQ(parsedExpr("~x & y"), "(~ (& x y))");
  EXPECT_EQ(parsedExpr("~x == y"), "(~ (== x y))");
  EXPECT_EQ(parsedExpr("0 < i < 5"), "(< (< 0 i) 5)");
  EXPECT_EQ(parsedExpr("a * ~b + c"), "(* a (~ (+ b c)))");
}

TEST(ExpressionTest, readsComparisons) {
  EXPECT_EQ(parsedExpr("a is not None"), "(is not a None)");
  EXPECT_EQ(parsedExpr("a not in b"), "(not in a b)");
  EXPECT_EQ(parsedExpr("a in b"), "(in a b)");
  EXPECT_EQ(parsedExpr("not a in b"), "(not (in a b))");
  EXPECT_EQ(parsedExpr("a is None and b is not None"), "(and (is a None) (is not b None))");
}

TEST(ExpressionTest, readsPostfixes) {
  EXPECT_EQ(parsedExpr("(self.conv).forward(x, )"), "(call (. (. self conv) forward) x)");
  EXPECT_EQ(parsedExpr("f(a, *b, k=1, m=c if d else e)"),
            "(call f a (* b) k=1 m=(? d c e))");
  EXPECT_EQ(parsedExpr("f(k=1, a)"), "(call f a k=1)");
  EXPECT_EQ(parsedExpr("f()[0].g"), "(. ([] (call f) 0) g)");
  EXPECT_EQ(parsedExpr("'a'.b"), "(. 'a' b)");
  EXPECT_EQ(parsedExpr("f(a == b)"), "(call f (== a b))");
}

TEST(ExpressionTest, readsSubscripts) {
  EXPECT_EQ(parsedExpr("x[1]"), "([] x 1)");
  EXPECT_EQ(parsedExpr("x[1, ..., None]"), "([] x 1 ... None)");
  EXPECT_EQ(parsedExpr("x[:]"), "([] x (: _ _ _))");
  EXPECT_EQ(parsedExpr("x[a:]"), "([] x (: a _ _))");
  EXPECT_EQ(parsedExpr("x[:b]"), "([] x (: _ b _))");
  EXPECT_EQ(parsedExpr("x[::c]"), "([] x (: _ _ c))");
  EXPECT_EQ(parsedExpr("x[a:b:c, ::, ]"), "([] x (: a b c) (: _ _ _))");
  EXPECT_EQ(parsedExpr("x[(a, b)]"), "([] x (tuple a b))");
  EXPECT_EQ(parsedExpr("Tuple[()]"), "([] Tuple (tuple))");
}

TEST(ExpressionTest, readsComprehensions) {
  EXPECT_EQ(parsedExpr("[x + 1 for x in y]"), "(listcomp (+ x 1) x y)");
  EXPECT_EQ(parsedExpr("[x for (x, i) in y]"), "(listcomp x (tuple x i) y)");
  EXPECT_EQ(parsedExpr("{k: v for k in y}"), "(dictcomp k v k y)");
  EXPECT_EQ(parsedExpr("{k: [v for v in y]}"), "{ k:(listcomp v v y) }");
  EXPECT_EQ(parsedExpr("{k: [a][0] for k in y}"), "(dictcomp k ([] [list a] 0) k y)");
  EXPECT_EQ(parsedExpr("sum(x for x in y)"), "(call sum (listcomp x x y))");
  EXPECT_EQ(parsedExpr("[[x for x in y]]"), "[list (listcomp x x y)]");
}

TEST(ExpressionTest, resolvesEscapesAndJoinsStrings) {
  EXPECT_EQ(parsedExpr(R"("a" 'b'  """c""")"), "'abc'");
  EXPECT_EQ(parsedExpr(R"('\\\'\"\a\b\f\n\r\t\v')"), "'\\'\"\a\b\f\n\r\t\v'");
  EXPECT_EQ(parsedExpr(R"('\001\377')"), "'\001\377'");
  EXPECT_EQ(parsedExpr("'a\\\nb'"), "'ab'");
  EXPECT_EQ(parsedExpr("'''a\nb'''"), "'a\nb'");
  EXPECT_EQ(parsedExpr("''"), "''");
}

TEST(ExpressionTest, keepsPlacesOfNodes) {
  ExprFile parsed = llvm::cantFail(parseExpression("f(a.b, -1) + c", "m"));
  auto *sum = llvm::cast<BinaryExpr>(parsed.expr);
  auto *call = llvm::cast<CallExpr>(sum->left);
  auto text = [&](SourceRange range) {
    return parsed.file->text().slice(range.begin, range.end).str();
  };
  EXPECT_EQ(text(sum->range), "f(a.b, -1) + c");
  EXPECT_EQ(text(sum->opRange), "+");
  EXPECT_EQ(text(call->range), "f(a.b, -1)");
  EXPECT_EQ(text(call->arguments[0]->range), "a.b");
  EXPECT_EQ(text(call->arguments[1]->range), "-1");
  EXPECT_EQ(call->arguments[1]->range.column, 8u);
}
