// Subtypes, unification, unions.
#include "test/Unit/Import/ImportText.h"

using namespace sconce::import;

namespace {

struct TypeRulesTest : testing::Test {
  TestProgram program{""};
  TypeRules rules;
  mlir::Type type(llvm::StringRef text) { return llvm::cantFail(program.get().parseType(text)); }
  bool isSubtype(llvm::StringRef a, llvm::StringRef b) { return rules.isSubtype(type(a), type(b)); }
  std::string unify(llvm::StringRef a, llvm::StringRef b) {
    mlir::Type unified = rules.unify(type(a), type(b));
    return unified ? spelling(unified) : "none";
  }
};

} // namespace

TEST_F(TypeRulesTest, Subtypes) {
  EXPECT_TRUE(isSubtype("int", "number"));
  EXPECT_TRUE(isSubtype("complex", "number"));
  EXPECT_FALSE(isSubtype("bool", "number"));
  EXPECT_TRUE(isSubtype("NoneType", "Optional[int]"));
  EXPECT_TRUE(isSubtype("int", "Optional[int]"));
  EXPECT_FALSE(isSubtype("Optional[int]", "int"));
  EXPECT_TRUE(isSubtype("Tuple[int, int]", "Tuple[number, Optional[int]]"));
  EXPECT_FALSE(isSubtype("List[Tensor]", "List[Optional[Tensor]]"));
  EXPECT_TRUE(isSubtype("List[int]", "Any"));
  EXPECT_TRUE(isSubtype("Optional[int]", "Union[int, str, NoneType]"));
  EXPECT_FALSE(isSubtype("Union[int, str]", "int"));
}

TEST_F(TypeRulesTest, Unification) {
  EXPECT_EQ(unify("int", "NoneType"), "Optional[int]");
  EXPECT_EQ(unify("Optional[int]", "int"), "Optional[int]");
  EXPECT_EQ(unify("int", "float"), "none");
  EXPECT_EQ(unify("int", "bool"), "none");
  EXPECT_EQ(unify("Tensor", "int"), "none");
  EXPECT_EQ(unify("Tuple[int, NoneType]", "Tuple[int, str]"), "Tuple[int, Optional[str]]");
}

TEST_F(TypeRulesTest, UnionsAreCanonical) {
  EXPECT_EQ(type("Union[int, str]"), type("Union[str, int]"));
  EXPECT_EQ(type("Union[int, NoneType]"), type("Optional[int]"));
  EXPECT_EQ(withoutNone(type("Union[int, str, NoneType]")), type("Union[int, str]"));
}

TEST_F(TypeRulesTest, SpellingRoundTrips) {
  for (const char *text : {"Dict[str, List[Optional[Tensor]]]", "Tuple[()]", "Future[int]",
                           "Union[NoneType, int, str]", "Device", "Generator"})
    EXPECT_EQ(spelling(type(text)), text);
}
