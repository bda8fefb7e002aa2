#include "lib/Script/Schema.h"
#include "lib/Script/Type.h"
#include <gtest/gtest.h>

using namespace sconce::script;

namespace {
struct OneInterface : ClassHierarchy {
  bool implements(Type classType, Type interfaceType) const override {
    return classType.name() == "A" && interfaceType.name() == "I";
  }
};

struct TypeTest : testing::Test {
  TypeContext types;
  OneInterface classes;

  Type of(llvm::StringRef text) { return llvm::cantFail(parseSchemaType(types, text)); }
  bool below(llvm::StringRef sub, llvm::StringRef super) { return isSubtype(of(sub), of(super)); }
  std::string unified(llvm::StringRef a, llvm::StringRef b, bool defaultToUnion = false) {
    Type type = unify(types, of(a), of(b), defaultToUnion);
    return type ? type.annotation() : "";
  }
};
} // namespace

TEST_F(TypeTest, equalTypesAreOne) {
  EXPECT_EQ(types.list(types.optional(types.intType)), types.list(types.optional(types.intType)));
  EXPECT_NE(types.list(types.intType), types.list(types.floatType));
  EXPECT_EQ(types.classType("a.B"), types.classType("a.B"));
  EXPECT_NE(types.classType("a.B"), types.interfaceType("a.B"));
}

TEST_F(TypeTest, printsBothSpellings) {
  struct Case {
    const char *schema, *annotation;
  } cases[] = {
      {"Tensor", "Tensor"},
      {"Scalar", "number"},
      {"int[]", "List[int]"},
      {"Tensor?[]", "List[Optional[Tensor]]"},
      {"int[]?", "Optional[List[int]]"},
      {"Dict(str, Tensor[])", "Dict[str, List[Tensor]]"},
      {"(int, str)", "Tuple[int, str]"},
      {"()", "Tuple[()]"},
      {"Future(Tensor)", "Future[Tensor]"},
      {"NoneType", "NoneType"},
      {"Union(int, NoneType, str)", "Union[int, NoneType, str]"},
      {"Device", "Device"},
      {"t[]", "List[t]"},
      {"__torch__.torch.classes.quantized.LinearPackedParamsBase",
       "__torch__.torch.classes.quantized.LinearPackedParamsBase"},
  };
  for (const Case &each : cases) {
    EXPECT_EQ(of(each.schema).schemaText(), each.schema);
    EXPECT_EQ(of(each.schema).annotation(), each.annotation);
  }
}

TEST_F(TypeTest, normalizesOptionals) {
  EXPECT_EQ(of("int??"), of("int?"));
  EXPECT_EQ(of("NoneType?"), types.none);
  EXPECT_EQ(types.optional(of("Union(int, str)")).annotation(), "Union[int, NoneType, str]");
}

TEST_F(TypeTest, normalizesUnions) {
  EXPECT_EQ(of("Union(str, int)"), of("Union(int, str)"));
  EXPECT_EQ(of("Union(int, int)"), types.intType);
  EXPECT_EQ(of("Union(int, Scalar)"), types.number);
  EXPECT_EQ(of("Union(int, NoneType)"), of("int?"));
  EXPECT_EQ(of("Union(int?, str)"), of("Union(int, NoneType, str)"));
  EXPECT_EQ(of("Union(int, Union(str, float))").annotation(), "Union[float, int, str]");
}

TEST_F(TypeTest, subtypes) {
  EXPECT_TRUE(below("int", "Scalar"));
  EXPECT_TRUE(below("float", "Scalar"));
  EXPECT_TRUE(below("complex", "Scalar"));
  EXPECT_FALSE(below("bool", "Scalar"));
  EXPECT_FALSE(below("int", "float"));
  EXPECT_TRUE(below("int", "Any"));
  EXPECT_TRUE(below("int", "int?"));
  EXPECT_TRUE(below("NoneType", "int?"));
  EXPECT_TRUE(below("int?", "Scalar?"));
  EXPECT_FALSE(below("int?", "int"));
  EXPECT_TRUE(below("(int, int)", "(Scalar, int?)"));
  EXPECT_FALSE(below("(int, int)", "(int, int, int)"));
  EXPECT_FALSE(below("Tensor[]", "Tensor?[]"));
  EXPECT_FALSE(below("Dict(str, int)", "Dict(str, Scalar)"));
  EXPECT_TRUE(below("Future(int)", "Future(Scalar)"));
  EXPECT_TRUE(below("int", "Union(int, str)"));
  EXPECT_TRUE(below("int?", "Union(int, NoneType, str)"));
  EXPECT_FALSE(below("int?", "Union(int, str)"));
  EXPECT_TRUE(below("Union(int, float)", "Scalar"));
  EXPECT_TRUE(below("Scalar", "Union(int, float, complex)"));
}

TEST_F(TypeTest, subtypesOfUserTypes) {
  Type point = types.namedTuple("P", {"x", "y"}, {types.intType, types.intType});
  EXPECT_TRUE(isSubtype(point, of("(int, Scalar)")));
  EXPECT_FALSE(isSubtype(of("(int, int)"), point));
  EXPECT_EQ(point.fieldIndex("y"), 1u);
  EXPECT_EQ(point.fieldIndex("z"), std::nullopt);
  EXPECT_TRUE(isSubtype(types.classType("A"), types.interfaceType("I"), &classes));
  EXPECT_FALSE(isSubtype(types.classType("A"), types.interfaceType("I")));
  EXPECT_FALSE(isSubtype(types.classType("B"), types.interfaceType("I"), &classes));
  EXPECT_TRUE(isSubtype(types.enumType("E", types.intType), types.opaque("AnyEnumType")));
}

TEST_F(TypeTest, unifies) {
  EXPECT_EQ(unified("int", "int"), "int");
  EXPECT_EQ(unified("int", "NoneType"), "Optional[int]");
  EXPECT_EQ(unified("NoneType", "Tensor[]"), "Optional[List[Tensor]]");
  EXPECT_EQ(unified("int?", "int"), "Optional[int]");
  EXPECT_EQ(unified("(int, NoneType)", "(NoneType, str)"), "Tuple[Optional[int], Optional[str]]");
  EXPECT_EQ(unified("(int, str)", "(int, str, str)"), "");
  EXPECT_EQ(unified("int", "float"), "");
  EXPECT_EQ(unified("int", "bool"), "");
  EXPECT_EQ(unified("Tensor", "int"), "");
  EXPECT_EQ(unified("Tensor[]", "Tensor?[]"), "");
  EXPECT_EQ(unified("int", "Scalar"), "number");
  EXPECT_EQ(unified("int", "str", true), "Union[int, str]");
}

TEST_F(TypeTest, knowsTypeVariables) {
  EXPECT_TRUE(of("Dict(tKey, int)").hasTypeVars());
  EXPECT_FALSE(of("Dict(str, int)").hasTypeVars());
}
