#include "lib/Support/Error.h"
#include <gtest/gtest.h>

using namespace sconce;

static Location somewhere() {
  Location place;
  place.member = "code/__torch__.py";
  place.line = 12;
  place.column = 4;
  place.sourceLine = "ab\tcd";
  return place;
}

static std::string textOf(llvm::Error error) { return llvm::toString(std::move(error)); }

TEST(LocationTest, showsWhatIsKnown) {
  Location place;
  EXPECT_EQ(place.str(), "");
  place.offset = 17;
  EXPECT_EQ(place.str(), "byte 17");
  place.member = "data.pkl";
  EXPECT_EQ(place.str(), "data.pkl: byte 17");
  place.file = "model.pt";
  EXPECT_EQ(place.str(), "model.pt(data.pkl): byte 17");
  place.line = 3;
  EXPECT_EQ(place.str(), "model.pt(data.pkl):3");
}

TEST(LocatedErrorTest, showsThePlaceAndACaret) {
  EXPECT_EQ(textOf(badInput("no such thing", somewhere())),
            "code/__torch__.py:12:4: no such thing\n  ab\tcd\n    \t^");
}

TEST(LocatedErrorTest, cutsLongLinesAroundTheColumn) {
  Location place = somewhere();
  place.sourceLine = std::string(5000, 'x');
  place.column = 3000;
  std::string text = textOf(badInput("m", place));
  EXPECT_LT(text.size(), 500u);
  EXPECT_EQ(text.back(), '^');
}

TEST(LocatedErrorTest, leavesACaretBehindTheLineOut) {
  Location place = somewhere();
  place.column = 90;
  EXPECT_EQ(textOf(badInput("m", place)), "code/__torch__.py:12:90: m");
}

TEST(LocatedErrorTest, namesTheFileOnce) {
  EXPECT_EQ(textOf(inFile(badInput("m"), "a.pt")), "a.pt: m");
  EXPECT_EQ(textOf(inFile(inFile(badInput("m"), "a.pt"), "b.pt")), "a.pt: m");
  EXPECT_FALSE(inFile(llvm::Error::success(), "a.pt"));
}

TEST(LocatedErrorTest, carriesNotes) {
  EXPECT_EQ(textOf(withNote(badInput("m"), "because", somewhere())),
            "m\nnote: code/__torch__.py:12:4: because\n  ab\tcd\n    \t^");
}

TEST(LocatedErrorTest, reportsWithTheExitCodeOfItsKind) {
  std::string text;
  llvm::raw_string_ostream os(text);
  EXPECT_EQ(reportErrors(badInput("a"), os), 2);
  EXPECT_EQ(reportErrors(unsupported("b"), os), 3);
  EXPECT_EQ(reportErrors(makeError(ErrorKind::Raised, "c"), os), 4);
  EXPECT_EQ(reportErrors(llvm::Error::success(), os), 0);
  EXPECT_EQ(reportErrors(llvm::createStringError("d"), os), 2);
  EXPECT_EQ(text, "error: a\nerror: b\nerror: c\nerror: d\n");
}
