#include "lib/Script/Schema.h"
#include <gtest/gtest.h>

using namespace sconce::script;

static std::unique_ptr<Schema> parsed(TypeContext &types, llvm::StringRef text) {
  return llvm::cantFail(parseSchema(types, text));
}

/// The schema's normal form, or the error's first line.
static std::string normal(llvm::StringRef text) {
  TypeContext types;
  auto schema = parseSchema(types, text);
  if (!schema)
    return llvm::StringRef(llvm::toString(schema.takeError())).split('\n').first.str();
  return (*schema)->str();
}

TEST(SchemaTest, readsNamesAndArguments) {
  TypeContext types;
  auto schema =
      parsed(types, "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor");
  EXPECT_EQ(schema->name, "aten::add");
  EXPECT_EQ(schema->overload, "Tensor");
  EXPECT_EQ(schema->fullName(), "aten::add.Tensor");
  ASSERT_EQ(schema->arguments.size(), 3u);
  EXPECT_EQ(schema->arguments[1].name, "other");
  EXPECT_FALSE(schema->arguments[1].keywordOnly);
  EXPECT_TRUE(schema->arguments[2].keywordOnly);
  EXPECT_EQ(schema->arguments[2].type, types.number);
  EXPECT_EQ(schema->arguments[2].defaultValue->integer, 1);
  EXPECT_EQ(schema->argumentIndex("alpha"), 2u);
  EXPECT_EQ(schema->argumentIndex("beta"), std::nullopt);
  EXPECT_FALSE(schema->isMutating());
}

TEST(SchemaTest, readsAliases) {
  TypeContext types;
  auto add = parsed(types, "aten::add_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)");
  EXPECT_TRUE(add->isMutating());
  EXPECT_TRUE(add->arguments[0].alias.isWrite);
  EXPECT_TRUE(add->arguments[1].alias.empty());
  EXPECT_TRUE(add->arguments[0].alias.intersects(add->returns[0].alias));
  auto append = parsed(types, "aten::append.t(t[](a!) self, t(c -> *) el) -> t[](a!)");
  EXPECT_TRUE(append->arguments[0].alias.isWrite);
  EXPECT_TRUE(append->arguments[0].elementAlias.empty());
  EXPECT_EQ(append->arguments[1].alias.after[0], "*");
  auto split = parsed(types, "aten::split(Tensor(a -> *) self, int n) -> Tensor(a)[]");
  EXPECT_TRUE(split->returns[0].alias.empty());
  EXPECT_EQ(split->returns[0].elementAlias.before[0], "a");
  EXPECT_FALSE(split->isMutating());
  auto either = parsed(types, "aten::cpu(Tensor(a) self) -> Tensor(b|a)");
  EXPECT_TRUE(either->returns[0].alias.intersects(either->arguments[0].alias));
}

TEST(SchemaTest, readsSizedAndOptionalLists) {
  TypeContext types;
  auto schema = parsed(types, "a::f(SymInt[2] x, int[1]? y=None, float[]? z=None) -> ()");
  EXPECT_EQ(schema->arguments[0].fixedSize, 2u);
  EXPECT_EQ(schema->arguments[0].type, types.list(types.intType));
  EXPECT_EQ(schema->arguments[1].fixedSize, 1u);
  EXPECT_EQ(schema->arguments[1].type, types.optional(types.list(types.intType)));
  EXPECT_EQ(schema->arguments[2].fixedSize, 0u);
  EXPECT_TRUE(schema->returns.empty());
}

TEST(SchemaTest, readsDefaults) {
  for (llvm::StringRef same :
       {"None", "True", "False", "7", "-1", "1.", "-0.5", "1.0000000000000001e-05", "\"linear\"",
        "[]", "[1, 2]", "[0.5]", "[True, False]", "\" \\n\\t\\f\\v\"", "\"\\\"\\'\\\\\""})
    EXPECT_EQ(normal(("a::f(Any x=" + same + ") -> ()").str()),
              ("a::f(Any x=" + same + ") -> ()").str());
  EXPECT_EQ(normal("a::f(int m=contiguous_format, int r=Mean, ScalarType d=float32) -> ()"),
            "a::f(int m=0, int r=1, int d=6) -> ()");
  EXPECT_EQ(normal("a::f(float x=inf, int y=-9223372036854775808) -> ()"),
            "a::f(float x=inf, int y=-9223372036854775808) -> ()");
}

TEST(SchemaTest, readsReturns) {
  TypeContext types;
  EXPECT_FALSE(parsed(types, "a::f() -> (Tensor, Tensor)")->hasNamedReturns());
  EXPECT_TRUE(parsed(types, "a::f() -> (Tensor values, Tensor indices)")->hasNamedReturns());
  EXPECT_FALSE(parsed(types, "a::f() -> Tensor values")->hasNamedReturns());
  EXPECT_EQ(parsed(types, "a::f() -> (int, int)[]")->returns.size(), 1u);
  EXPECT_TRUE(parsed(types, "a::f(...) -> ...")->hasVariadicReturns);
  EXPECT_TRUE(parsed(types, "a::f(str self, ...) -> str")->isVariadic);
}

TEST(SchemaTest, refusesBrokenText) {
  EXPECT_EQ(normal(""), "schema:1:1: expected the name of an operator");
  EXPECT_EQ(normal("a::"), "schema:1:4: expected a name behind the namespace");
  EXPECT_EQ(normal("f.("), "schema:1:3: expected the name of an overload");
  EXPECT_EQ(normal("f"), "schema:1:2: expected '('");
  EXPECT_EQ(normal("f(1"), "schema:1:4: expected ')'");
  EXPECT_EQ(normal("f(=)"), "schema:1:3: expected a type");
  EXPECT_EQ(normal("f()"), "schema:1:4: expected '->'");
  EXPECT_EQ(normal("f() -> int x y"), "schema:1:14: unexpected text behind the end");
  EXPECT_EQ(normal("f(*, *) -> ()"), "schema:1:7: a second '*' among the arguments");
  EXPECT_EQ(normal("f(int[x] a) -> ()"), "schema:1:8: expected a list size");
  EXPECT_EQ(normal("f(int a=) -> ()"), "schema:1:9: expected a default value");
  EXPECT_EQ(normal("f(int a=-) -> ()"), "schema:1:10: expected a number");
  EXPECT_EQ(normal("f(str a=\"x) -> ()"), "schema:1:9: string is not closed");
  EXPECT_EQ(normal("f(Dict(int) a) -> ()"), "schema:1:12: wrong number of parameters of 'Dict'");
  EXPECT_EQ(normal("f(Tensor() a) -> ()"), "schema:1:10: expected an alias set");
}

TEST(SchemaTest, boundsNesting) {
  std::string open = "f(";
  for (int i = 0; i < 100000; ++i)
    open += "(";
  EXPECT_NE(normal(open).find("nested more than 32 levels deep"), std::string::npos);
  std::string lists = "f(int";
  for (int i = 0; i < 1000; ++i)
    lists += "[]";
  EXPECT_NE(normal(lists).find("nested more than 32 levels deep"), std::string::npos);
  std::string value = "f(int x=";
  for (int i = 0; i < 100000; ++i)
    value += "[";
  EXPECT_NE(normal(value).find("nested more than 32 levels deep"), std::string::npos);
}
