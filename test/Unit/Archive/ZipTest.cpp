#include "lib/Archive/Zip.h"
#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

Expected<Zip> open(const std::string &bytes, Limits limits = {}) {
  return Zip::open(sourceOf(bytes), limits);
}

ZipBuilder twoFiles() {
  ZipBuilder zip;
  zip.add("m/a", "first").add("m/b", "second");
  return zip;
}

std::string contents(const Zip &zip, StringRef name) {
  Expected<Bytes> bytes = zip.read(*zip.find(name));
  return bytes ? bytes->text().str() : toString(bytes.takeError());
}

TEST(Zip, readsStoredAndDeflatedEntries) {
  ZipBuilder builder;
  std::string longText(5000, 'x');
  builder.add("my.model.v1/a", "first").add("my.model.v1/code/b.py", longText, true);
  builder.add("my.model.v1/empty", "");
  Expected<Zip> zip = open(builder.finish());
  ASSERT_TRUE(static_cast<bool>(zip));
  EXPECT_EQ(zip->folder(), "my.model.v1");
  EXPECT_EQ(zip->entries().size(), 3u);
  EXPECT_EQ(contents(*zip, "a"), "first");
  EXPECT_EQ(contents(*zip, "code/b.py"), longText);
  EXPECT_EQ(contents(*zip, "empty"), "");
  EXPECT_EQ(zip->find("c"), nullptr);
  EXPECT_EQ(zip->find("m/a"), nullptr);
}

TEST(Zip, takesSizesFromTheDirectoryWhenDescriptorsFollow) {
  ZipBuilder builder;
  builder.usesDescriptors = builder.aligns = true;
  builder.add("m/a", "first").add("m/b", "second");
  Expected<Zip> zip = open(builder.finish());
  ASSERT_TRUE(static_cast<bool>(zip));
  EXPECT_EQ(contents(*zip, "b"), "second");
  EXPECT_EQ(zip->find("b")->dataOffset % 64, 0u);
}

TEST(Zip, readsZip64) {
  ZipBuilder builder;
  builder.uses64 = true;
  builder.add("m/a", "first").add("m/b", "second");
  Expected<Zip> zip = open(builder.finish());
  ASSERT_TRUE(static_cast<bool>(zip));
  EXPECT_EQ(contents(*zip, "b"), "second");
}

TEST(Zip, readsInPlaceFromMemory) {
  auto source = sourceOf(twoFiles().finish());
  Expected<Zip> zip = Zip::open(source, {});
  ASSERT_TRUE(static_cast<bool>(zip));
  Expected<Bytes> whole = source->read(0, source->size());
  Expected<Bytes> entry = zip->read(*zip->find("a"));
  ASSERT_TRUE(whole && entry);
  EXPECT_EQ(entry->data, whole->data + zip->find("a")->dataOffset);
}

TEST(Zip, toleratesTrailingBytesAndFolderEntries) {
  ZipBuilder builder;
  builder.add("m/", "").add("m/a", "first");
  Expected<Zip> zip = open(builder.finish() + "junk");
  ASSERT_TRUE(static_cast<bool>(zip));
  EXPECT_EQ(zip->entries().size(), 1u);
  EXPECT_EQ(contents(*zip, "a"), "first");
}

TEST(Zip, refusesWhatIsTooShortOrHasNoEnd) {
  EXPECT_ERROR(open("PK\x03\x04"), "expected a zip, the file has only 4 bytes");
  EXPECT_ERROR(open(std::string(100, 'x')), "the zip has no end-of-directory record");
  std::string bytes = twoFiles().finish();
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(errorOf(open(bytes.substr(0, length))), "success") << length;
}

TEST(Zip, refusesDirectoriesThatDoNotFit) {
  ZipBuilder builder = twoFiles();
  std::string good = builder.finish(), bytes = good;
  patch(bytes, builder.endOffset + 16, 1u << 30, 4);
  EXPECT_ERROR(open(bytes), "does not lie before its end record");
  bytes = good;
  patch(bytes, builder.endOffset + 8, 1000, 2);
  patch(bytes, builder.endOffset + 10, 1000, 2);
  EXPECT_ERROR(open(bytes), "the zip directory is too small for 1000 entries");
  bytes = good;
  patch(bytes, builder.endOffset + 8, 0, 2);
  patch(bytes, builder.endOffset + 10, 0, 2);
  EXPECT_ERROR(open(bytes), "the zip is empty");
  bytes = good;
  patch(bytes, builder.centralOffsets[1], 0, 4);
  EXPECT_ERROR(open(bytes), "expected a zip directory entry");
  bytes = good;
  patch(bytes, builder.centralOffsets[1] + 28, 60000, 2);
  EXPECT_ERROR(open(bytes), "a zip directory entry reaches past the directory");
  Limits limits;
  limits.maxEntries = 1;
  EXPECT_ERROR(open(good, limits), "the zip has 2 entries, more than the limit of 1");
}

TEST(Zip, refusesSeveralDisks) {
  ZipBuilder builder = twoFiles();
  std::string good = builder.finish();
  for (auto [offset, width] : {std::pair(builder.endOffset + 4, 2), {builder.endOffset + 6, 2},
                               {builder.endOffset + 8, 2}, {builder.centralOffsets[0] + 34, 2}}) {
    std::string bytes = good;
    patch(bytes, offset, 1, static_cast<unsigned>(width));
    EXPECT_ERROR(open(bytes), "zips over several disks are not supported");
  }
}

TEST(Zip, refusesWrongZip64Records) {
  ZipBuilder builder;
  builder.uses64 = true;
  builder.add("m/a", "first");
  std::string good = builder.finish(), bytes = good;
  patch(bytes, builder.locatorOffset + 8, 1u << 30, 8);
  EXPECT_ERROR(open(bytes), "the zip64 record does not lie before its locator");
  bytes = good;
  patch(bytes, builder.locatorOffset + 8, 4, 8);
  EXPECT_ERROR(open(bytes), "expected a zip64 record");
  bytes = good;
  patch(bytes, builder.locatorOffset + 16, 2, 4);
  EXPECT_ERROR(open(bytes), "zips over several disks are not supported");
  bytes = good;
  patch(bytes, builder.end64Offset + 16, 1, 4);
  EXPECT_ERROR(open(bytes), "zips over several disks are not supported");
  bytes = good;
  patch(bytes, builder.endOffset + 12, 5, 4);
  EXPECT_ERROR(open(bytes), "the zip64 record contradicts the end-of-directory record");
  bytes = good;
  patch(bytes, builder.locatorOffset, 0, 4);
  EXPECT_ERROR(open(bytes), "the zip needs a zip64 record, and has none");
  bytes = good;
  patch(bytes, builder.centralOffsets[0] + 46 + 3, 2, 2); // the extra field's id
  EXPECT_ERROR(open(bytes), "lacks the 64-bit sizes that it announces");
  bytes = good;
  patch(bytes, builder.end64Offset + 48, UINT64_MAX, 8);
  EXPECT_ERROR(open(bytes), "does not lie before its end record");
}

TEST(Zip, refusesEncryptionPatchesAndOtherMethods) {
  ZipBuilder builder = twoFiles();
  std::string good = builder.finish(), bytes = good;
  for (unsigned flag : {1u << 0, 1u << 6, 1u << 13}) {
    bytes = good;
    patch(bytes, builder.centralOffsets[1] + 8, flag, 2);
    EXPECT_ERROR(open(bytes), "x.pt(m/b): byte " + std::to_string(builder.centralOffsets[1]) +
                                  ": encrypted entries are not supported");
  }
  bytes = good;
  patch(bytes, builder.centralOffsets[1] + 8, 1u << 5, 2);
  EXPECT_ERROR(open(bytes), "patch data is not supported");
  bytes = good;
  patch(bytes, builder.centralOffsets[1] + 10, 14, 2);
  EXPECT_ERROR(open(bytes), "compression method 14 is not supported");
}

TEST(Zip, refusesNamesThatAreNotPlainRelativePaths) {
  for (std::string name : {"/a", "m//a", "m/../a", "m/.", "..", "./a"})
    EXPECT_ERROR(open(ZipBuilder().add(name, "").finish()), "is not a plain relative path");
  for (std::string name : {std::string("m/a\0b", 5), std::string("m\\a"), std::string("m/\n")})
    EXPECT_ERROR(open(ZipBuilder().add(name, "").finish()), "a control character or a backslash");
  EXPECT_ERROR(open(ZipBuilder().add("m/\xff", "").finish()), "an entry's name is not UTF-8");
  EXPECT_ERROR(open(ZipBuilder().add("", "").finish()), "an entry has no name");
}

TEST(Zip, refusesEntriesOutsideTheFolder) {
  EXPECT_ERROR(open(ZipBuilder().add("a", "").finish()),
               "the first entry, 'a', does not lie in a folder");
  EXPECT_ERROR(open(ZipBuilder().add("m/a", "").add("n/a", "").finish()),
               "the entry 'n/a' does not lie in the folder 'm'");
  EXPECT_ERROR(open(ZipBuilder().add("m/a", "").add("m", "").finish()),
               "the entry 'm' does not lie in the folder 'm'");
  EXPECT_ERROR(open(ZipBuilder().add("m/a/", "x").finish()),
               "the folder entry 'm/a/' has contents");
}

TEST(Zip, refusesDuplicatesAndOverlaps) {
  EXPECT_ERROR(open(ZipBuilder().add("m/version", "3").add("m/version", "4").finish()),
               "x.pt(version): byte 135: two entries have this name");
  // The first entry's data, said to be longer, reaches into the second's header.
  ZipBuilder builder;
  builder.usesDescriptors = true;
  builder.add("m/a", "first").add("m/b", "second");
  std::string bytes = builder.finish();
  patch(bytes, builder.centralOffsets[0] + 20, 60, 4);
  patch(bytes, builder.centralOffsets[0] + 24, 60, 4);
  EXPECT_ERROR(open(bytes), "x.pt(b): byte " + std::to_string(builder.localOffsets[1]) +
                                ": the entry overlaps 'a'");
}

TEST(Zip, refusesSizesThatCannotBe) {
  ZipBuilder builder = twoFiles();
  std::string good = builder.finish(), bytes = good;
  patch(bytes, builder.centralOffsets[0] + 24, 6, 4);
  EXPECT_ERROR(open(bytes), "a stored entry has two sizes, 5 and 6");

  ZipBuilder bomb;
  bomb.add("m/a", std::string(100000, 'x'), true);
  bytes = bomb.finish();
  EXPECT_EQ(errorOf(open(bytes)), "success");
  patch(bytes, bomb.centralOffsets[0] + 24, 1u << 30, 4);
  EXPECT_ERROR(open(bytes), "deflated bytes cannot hold 1073741824 bytes");

  Limits limits;
  limits.maxInflatedBytes = 1000;
  limits.maxExpansion = 2;
  EXPECT_ERROR(open(ZipBuilder().add("m/a", std::string(100000, 'x'), true).finish(), limits),
               "the zip's deflated entries expand to more than the limit of 1000 bytes");
}

TEST(Zip, refusesLocalHeadersThatContradictTheDirectory) {
  ZipBuilder builder = twoFiles();
  std::string good = builder.finish(), bytes = good;
  size_t local = builder.localOffsets[0];
  patch(bytes, local, 0, 4);
  EXPECT_ERROR(open(bytes), "expected a local header");
  for (size_t field : {8, 14, 18, 22, 26, 30}) { // method, checksum, sizes, name's length, name
    bytes = good;
    patch(bytes, local + field, 77, 2);
    EXPECT_ERROR(open(bytes), "the local header contradicts the zip directory");
  }
  bytes = good;
  patch(bytes, local + 28, 60000, 2); // the extra field's length
  EXPECT_ERROR(open(bytes), "the contents reach into the zip directory");
  bytes = good;
  patch(bytes, builder.centralOffsets[0] + 42, builder.directoryOffset, 4);
  EXPECT_ERROR(open(bytes), "the local header does not lie before the zip directory");
}

TEST(Zip, refusesDamagedContents) {
  ZipBuilder builder;
  builder.add("m/a", "first").add("m/b", std::string(1000, 'x'), true);
  std::string bytes = builder.finish();
  bytes[builder.localOffsets[0] + 33] ^= 1;
  bytes[builder.localOffsets[1] + 33 + 2] ^= 0x55;
  Expected<Zip> zip = open(bytes);
  ASSERT_TRUE(static_cast<bool>(zip));
  EXPECT_EQ(contents(*zip, "a"),
            "x.pt(a): the contents do not match their checksum; the file is damaged");
  EXPECT_EQ(contents(*zip, "b"), "x.pt(b): the deflated contents are damaged");
}

TEST(Zip, refusesDeflatedContentsOfAnotherLength) {
  for (int difference : {-1, 1}) {
    ZipBuilder builder;
    builder.usesDescriptors = true;
    builder.add("m/b", std::string(1000, 'x'), true);
    std::string bytes = builder.finish();
    patch(bytes, builder.centralOffsets[0] + 24, static_cast<uint64_t>(1000 + difference), 4);
    Expected<Zip> zip = open(bytes);
    ASSERT_TRUE(static_cast<bool>(zip));
    EXPECT_EQ(contents(*zip, "b"), "x.pt(b): the deflated contents are damaged");
  }
}

} // namespace
} // namespace sconce::archive
