// Every message of the parser, with its place.
#include "test/Unit/Script/TreeText.h"
#include <gtest/gtest.h>

using namespace sconce::script;

/// The first line of the error: `error: m:line:column: message`.
static std::string exprError(llvm::StringRef text) {
  return llvm::StringRef(parsedExpr(text)).split('\n').first.str();
}
static std::string fileError(llvm::StringRef text) {
  return llvm::StringRef(parsedFile(text)).split('\n').first.str();
}
static std::string bodyError(llvm::StringRef text) {
  return llvm::StringRef(parsedBody(text)).split('\n').first.str();
}

TEST(SyntaxErrorTest, showsTheLineWithACaret) {
  EXPECT_EQ(parsedBody("a = (1,\n  2 +)"),
            "error: m:3:8: expected an expression, got ')'\n      2 +)\n         ^");
}

TEST(SyntaxErrorTest, expressions) {
  EXPECT_EQ(exprError(""), "error: m:1:1: expected an expression, got end of file");
  EXPECT_EQ(exprError("a b"), "error: m:1:3: expected end of text, got 'b'");
  EXPECT_EQ(exprError("f(a b)"), "error: m:1:5: expected ')' or ',' after an argument, got 'b'");
  EXPECT_EQ(exprError("f(a"),
            "error: m:1:4: expected ')' or ',' after an argument, got end of file");
  EXPECT_EQ(exprError("[a b]"), "error: m:1:4: expected ']' or ',' after a list element, got 'b'");
  EXPECT_EQ(exprError("x[a b]"), "error: m:1:5: expected ']' or ',' after a subscript, got 'b'");
  EXPECT_EQ(exprError("x[]"), "error: m:1:3: expected an expression, got ']'");
  EXPECT_EQ(exprError("(a b)"),
            "error: m:1:4: expected ')' after a parenthesized expression, got 'b'");
  EXPECT_EQ(exprError("a.1"), "error: m:1:2: expected end of text, got number .1");
  EXPECT_EQ(exprError("a.is"), "error: m:1:3: expected an attribute's name after '.', got 'is'");
  EXPECT_EQ(exprError("a if b"),
            "error: m:1:7: expected 'else' in a conditional expression, got end of line");
  EXPECT_EQ(exprError("{a: 1,}"), "error: m:1:7: expected an expression, got '}'");
  EXPECT_EQ(exprError("{a}"), "error: m:1:3: expected ':' after a dict key, got '}'");
  EXPECT_EQ(exprError("{a: 1 b}"), "error: m:1:7: expected '}' or ',' after a dict value, got 'b'");
  EXPECT_EQ(exprError("[a for b c]"), "error: m:1:10: expected 'in' in a comprehension, got 'c'");
  EXPECT_EQ(exprError("[a for b in c, d]"),
            "error: m:1:1: expected a single list comprehension within '[' and ']'");
  EXPECT_EQ(exprError("lambda x: x"), "error: m:1:8: expected end of text, got 'x'");
}

TEST(SyntaxErrorTest, literals) {
  EXPECT_EQ(exprError("9223372036854775808"), "error: m:1:1: integer does not fit 64 bits");
  EXPECT_EQ(exprError("-9223372036854775809"),
            "error: m:1:2: integer does not fit 64 bits or is no C integer");
  EXPECT_EQ(exprError("- -9223372036854775808"), "error: m:1:1: integer does not fit 64 bits");
  EXPECT_EQ(exprError("-9223372036854775808 ** 2"), "error: m:1:2: integer does not fit 64 bits");
  EXPECT_EQ(exprError("-(9223372036854775808)"), "error: m:1:3: integer does not fit 64 bits");
  EXPECT_EQ(exprError("09"), "error: m:1:1: integer does not fit 64 bits or is no C integer");
  EXPECT_EQ(exprError("'a\\x41'"),
            "error: m:1:3: hexadecimal and unicode escapes are not part of TorchScript");
  EXPECT_EQ(exprError("'\\q'").substr(0, 28), "error: m:1:2: unknown escape");
  EXPECT_EQ(exprError("'\\0'").substr(0, 28), "error: m:1:2: unknown escape");
  EXPECT_EQ(exprError("'\\400'").substr(0, 28), "error: m:1:2: unknown escape");
  EXPECT_EQ(exprError("f'a'"), "error: m:1:2: expected end of text, got a string");
  EXPECT_EQ(exprError("'a"), "error: m:1:1: string is not closed");
}

TEST(SyntaxErrorTest, statements) {
  EXPECT_EQ(bodyError("a b"), "error: m:2:5: expected end of line after a statement, got 'b'");
  EXPECT_EQ(bodyError("1 = a"), "error: m:2:3: cannot assign to integer");
  EXPECT_EQ(bodyError("[a, b] = c"), "error: m:2:3: cannot assign to list");
  EXPECT_EQ(bodyError("() = c"), "error: m:2:3: cannot assign to tuple");
  EXPECT_EQ(bodyError("f() : int = c"), "error: m:2:3: cannot assign to call");
  EXPECT_EQ(bodyError("*a, *b = c"),
            "error: m:2:7: only one target of an assignment can be starred");
  EXPECT_EQ(bodyError("*a"), "error: m:2:3: a starred expression is no statement");
  EXPECT_EQ(bodyError("a : int = b = c"), "error: m:2:7: a chained assignment cannot have a type");
  EXPECT_EQ(bodyError("a, b += c"),
            "error: m:2:3: the target of '+=' must be a variable, an attribute or a subscript");
  EXPECT_EQ(bodyError("a //= b"), "error: m:2:7: expected an expression, got '='");
  EXPECT_EQ(bodyError("if a: b"),
            "error: m:2:9: expected indentation of a block on its own lines, got 'b'");
  EXPECT_EQ(bodyError("if a\n  b"), "error: m:2:7: expected ':' before a block, got indentation");
  EXPECT_EQ(bodyError("while a:\nb"),
            "error: m:2:11: expected indentation of a block on its own lines, got end of line");
  EXPECT_EQ(bodyError("for 1 in a:\n  b"), "error: m:2:7: cannot assign to integer");
  EXPECT_EQ(bodyError("for a of b:\n  c"),
            "error: m:2:9: expected 'in' after the targets of 'for', got 'of'");
  EXPECT_EQ(bodyError("with a as 1:\n  b"),
            "error: m:2:13: expected a name after 'as', got number 1");
  EXPECT_EQ(bodyError("del a,"), "error: m:2:9: expected an expression, got end of line");
  EXPECT_EQ(bodyError("global 1"), "error: m:2:10: expected a name after 'global', got number 1");
  EXPECT_EQ(bodyError("a\n  b"),
            "error: m:2:4: the next line is indented without a block to stand in");
  EXPECT_EQ(bodyError("a\n# type: (int)"),
            "error: m:3:3: a type comment stands only on the first line of a function's body");
  EXPECT_EQ(bodyError("try:\n  a"), "error: m:2:7: expected an expression, got indentation");
}

TEST(SyntaxErrorTest, declarations) {
  EXPECT_EQ(fileError("x = 1"), "error: m:1:1: expected 'class' or 'def', got 'x'");
  EXPECT_EQ(fileError("op_version_set = x"),
            "error: m:1:18: expected an integer for 'op_version_set'");
  EXPECT_EQ(fileError("class 1:"), "error: m:1:7: expected a name for a class, got number 1");
  EXPECT_EQ(fileError("class A(B, C):\n  pass"),
            "error: m:1:10: expected ')' after the superclass, got ','");
  EXPECT_EQ(fileError("class A:\n"),
            "error: m:1:9: expected indentation of a block on its own lines, got end of line");
  EXPECT_EQ(fileError("def f:\n  pass"),
            "error: m:1:6: expected '(' after a function's name, got ':'");
  EXPECT_EQ(fileError("def f(a b):\n  pass"),
            "error: m:1:9: expected ')' or ',' after a parameter, got 'b'");
  EXPECT_EQ(fileError("def f(*, *):\n  pass"), "error: m:1:10: a second '*' among the parameters");
  EXPECT_EQ(fileError("def f(*a):\n  pass"),
            "error: m:1:7: TorchScript functions take no '*' parameter");
  EXPECT_EQ(fileError("def f(a=1):\n  pass"),
            "error: m:1:8: a parameter with a default value needs a type");
  EXPECT_EQ(fileError("def f():\n"), "error: m:1:9: expected an indented block, got end of line");
  EXPECT_EQ(fileError("def f(a):\n  # type: (int, int) -> int\n  pass"),
            "error: m:2:3: type comment has 2 types for 1 parameters");
  EXPECT_EQ(fileError("def f():\n    a\n  b"),
            "error: m:3:3: indentation matches no block around this line");
  EXPECT_EQ(fileError("  def f():\n    a"), "error: m:1:3: unexpected indentation");
}
