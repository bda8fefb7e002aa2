#include "lib/Script/Builtins.h"
#include "lib/Script/SchemaTable.h"
#include "lib/Script/TypeExpression.h"
#include <gtest/gtest.h>

using namespace sconce::script;

/// Every annotation of a file resolves without user classes.
static void expectTypes(const File &file) {
  TypeContext types;
  auto noClasses = [](llvm::StringRef) -> llvm::Expected<Type> { return Type(); };
  for (const Stmt *stmt : file.declarations()) {
    const auto *def = llvm::cast<DefStmt>(stmt);
    ASSERT_EQ(def->decorators.size(), 1u);
    ASSERT_TRUE(def->returnType);
    llvm::cantFail(resolveType(types, file, def->returnType, noClasses));
    for (const Param &param : def->params)
      llvm::cantFail(resolveType(types, file, param.annotation, noClasses));
  }
}

TEST(BuiltinsTest, listsFunctionsInOrder) {
  Builtins builtins;
  std::vector<std::string> names;
  for (const DefStmt *def : builtins.lookup("aten::mul"))
    names.push_back(def->name.str());
  EXPECT_EQ(names, (std::vector<std::string>{"mul_float", "mul_int", "mul_complex"}));
  EXPECT_EQ(builtins.lookup("aten::lt").size(), 2u);
  EXPECT_EQ(builtins.lookup("aten::_pair").size(), 2u);
  EXPECT_EQ(builtins.lookup("prim::shape").size(), 1u);
  EXPECT_TRUE(builtins.lookup("aten::nope").empty());
  EXPECT_EQ(broadcastingSize(builtins.lookup("aten::_triple")[0]->params[0].annotation), 3u);
  expectTypes(builtins.file());
}

TEST(UpgradersTest, applyUpToTheirVersion) {
  TypeContext types;
  Upgraders upgraders(types);
  ASSERT_TRUE(upgraders.find("aten::div.Tensor", 3));
  EXPECT_EQ(upgraders.find("aten::div.Tensor", 3)->function->name, "div_Tensor_0_3");
  EXPECT_FALSE(upgraders.find("aten::div.Tensor", 4));
  EXPECT_TRUE(upgraders.find("aten::gelu", 9));
  EXPECT_FALSE(upgraders.find("aten::gelu", 10));
  EXPECT_FALSE(upgraders.find("aten::add.Tensor", 1));
  EXPECT_EQ(upgraders.find("aten::linspace", 7)->oldSchema->arguments[2].type,
            types.optional(types.intType));
}

TEST(UpgradersTest, fitTheirSchemas) {
  TypeContext types;
  Upgraders upgraders(types);
  SchemaTable table(types);
  EXPECT_EQ(upgraders.all().size(), 18u);
  for (const Upgrader &upgrader : upgraders.all()) {
    const Schema &schema = *upgrader.oldSchema;
    EXPECT_TRUE(table.lookupFullName(schema.fullName())) << schema.fullName();
    ASSERT_EQ(schema.arguments.size(), upgrader.function->params.size()) << schema.fullName();
    for (auto [argument, param] : llvm::zip(schema.arguments, upgrader.function->params))
      EXPECT_EQ(argument.name, param.name.str());
  }
  expectTypes(upgraders.file());
}
