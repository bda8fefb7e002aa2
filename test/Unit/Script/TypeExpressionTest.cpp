#include "lib/Script/TypeExpression.h"
#include "lib/Script/Parser.h"
#include <gtest/gtest.h>

using namespace sconce::script;

/// The type of an annotation as text, or the error's first line. `__torch__.A` is the one class.
static std::string resolved(llvm::StringRef text) {
  TypeContext types;
  auto resolver = [&](llvm::StringRef name) -> llvm::Expected<Type> {
    return name == "__torch__.A" ? types.classType(name) : Type();
  };
  llvm::Expected<Type> type = parseAnnotation(types, text, resolver);
  if (!type)
    return llvm::StringRef(llvm::toString(type.takeError())).split('\n').first.str();
  return type->annotation();
}

TEST(TypeExpressionTest, readsAnnotations) {
  for (llvm::StringRef same :
       {"Tensor", "int", "float", "bool", "str", "complex", "number", "NoneType", "Device", "Any",
        "Generator", "Stream", "Storage", "List[int]", "Dict[str, List[Optional[Tensor]]]",
        "Tuple[int, str]", "Tuple[()]", "Optional[__torch__.A]", "Union[int, NoneType, str]",
        "Future[Tensor]", "Await[int]", "__torch__.A"})
    EXPECT_EQ(resolved(same), same.str());
}

TEST(TypeExpressionTest, knowsOtherSpellings) {
  EXPECT_EQ(resolved("None"), "NoneType");
  EXPECT_EQ(resolved("torch.Tensor"), "Tensor");
  EXPECT_EQ(resolved("torch.dtype"), "int");
  EXPECT_EQ(resolved("Layout"), "int");
  EXPECT_EQ(resolved("Final[int]"), "int");
  EXPECT_EQ(resolved("BroadcastingList2[int]"), "List[int]");
  EXPECT_EQ(resolved("typing.List[int]"), "List[int]");
}

TEST(TypeExpressionTest, refusesWhatIsNoType) {
  EXPECT_EQ(resolved("__torch__.B"), "type annotation:1:1: unknown type '__torch__.B'");
  EXPECT_EQ(resolved("List[nope]"), "type annotation:1:6: unknown type 'nope'");
  EXPECT_EQ(resolved("1"), "type annotation:1:1: expected a type, got integer");
  EXPECT_EQ(resolved("List[int, str]"),
            "type annotation:1:1: unknown type 'List[…]' with 2 parameters");
  EXPECT_EQ(resolved("Dict[int]"), "type annotation:1:1: unknown type 'Dict[…]' with 1 parameters");
  EXPECT_EQ(resolved("Union[()]"), "type annotation:1:7: expected a type, got tuple");
  EXPECT_EQ(resolved("List["), "type annotation:1:6: expected an expression, got end of file");
}

TEST(TypeExpressionTest, seesMarks) {
  auto final = llvm::cantFail(parseExpression("Final[int]", "m"));
  auto broadcast = llvm::cantFail(parseExpression("BroadcastingList3[float]", "m"));
  EXPECT_TRUE(isFinal(final.expr));
  EXPECT_FALSE(isFinal(broadcast.expr));
  EXPECT_EQ(broadcastingSize(broadcast.expr), 3u);
  EXPECT_EQ(broadcastingSize(final.expr), 0u);
}

TEST(TypeExpressionTest, joinsDottedNames) {
  EXPECT_EQ(dottedName(llvm::cantFail(parseExpression("a.b.c", "m")).expr), "a.b.c");
  EXPECT_EQ(dottedName(llvm::cantFail(parseExpression("a().c", "m")).expr), "");
}
