#include "lib/Archive/ByteSource.h"
#include "lib/Archive/Archive.h"
#include "test/Unit/Archive/Fixture.h"

#include "llvm/Support/FileSystem.h"

#include <fstream>

using namespace llvm;

namespace sconce::archive {
namespace {

std::string temporaryFile(const std::string &bytes) {
  SmallString<128> path;
  EXPECT_FALSE(sys::fs::createTemporaryFile("sconce-archive", "pt", path));
  std::ofstream(path.c_str(), std::ios::binary) << bytes;
  return std::string(path);
}

TEST(ByteSource, readsInsideOnly) {
  auto source = sourceOf("0123456789");
  Expected<Bytes> middle = source->read(3, 4);
  ASSERT_TRUE(static_cast<bool>(middle));
  EXPECT_EQ(middle->text(), "3456");
  EXPECT_ERROR(source->read(8, 3),
               "x.pt: byte 8: expected 3 bytes, the file ends after 2");
  EXPECT_ERROR(source->read(11, 0), "the file ends after 0");
  EXPECT_ERROR(source->read(UINT64_MAX, UINT64_MAX), "the file ends after 0");
}

TEST(ByteSource, keepsMemoryAliveThroughBytes) {
  Bytes bytes;
  {
    auto source = sourceOf("0123456789");
    Expected<Bytes> read = source->read(0, 10);
    ASSERT_TRUE(static_cast<bool>(read));
    bytes = *read;
  }
  EXPECT_EQ(bytes.text(), "0123456789");
}

TEST(ByteSource, mapsFiles) {
  std::string path = temporaryFile("contents");
  auto source = ByteSource::mapFile(path);
  ASSERT_TRUE(static_cast<bool>(source));
  EXPECT_EQ((*source)->name(), path);
  Expected<Bytes> bytes = (*source)->read(0, 8);
  ASSERT_TRUE(static_cast<bool>(bytes));
  EXPECT_EQ(bytes->text(), "contents");
  sys::fs::remove(path);
}

TEST(ByteSource, refusesFilesThatCannotBeMapped) {
  EXPECT_ERROR(ByteSource::mapFile("/does/not/exist.pt"),
               "/does/not/exist.pt: cannot open the file: No such file or directory");
  EXPECT_ERROR(ByteSource::mapFile("/dev/null"), "/dev/null: is not a regular file");
  std::string path = temporaryFile("");
  auto source = ByteSource::mapFile(path);
  ASSERT_TRUE(static_cast<bool>(source));
  EXPECT_EQ((*source)->size(), 0u);
  sys::fs::remove(path);
}

TEST(ByteSource, readsThroughACallback) {
  std::string bytes = packArchive({});
  size_t reads = 0;
  Reader reader{bytes.size(), [&](uint64_t offset, uint8_t *out, size_t length) {
                  ++reads;
                  std::memcpy(out, bytes.data() + offset, length);
                  return true;
                }};
  auto archive = Archive::open(ByteSource::fromReader(reader, "callback"));
  EXPECT_EQ(errorOf(std::move(archive)), "success");
  EXPECT_GT(reads, 4u);
}

TEST(ByteSource, reportsAReaderThatFails) {
  Reader reader{100, [](uint64_t, uint8_t *, size_t) { return false; }};
  auto source = ByteSource::fromReader(reader, "callback");
  EXPECT_ERROR(source->read(5, 7), "callback: byte 5: the reader could not give 7 bytes");
}

TEST(ByteSource, reportsAReaderThatPromisesTooMuch) {
  Reader reader{UINT64_MAX, [](uint64_t, uint8_t *, size_t) { return false; }};
  auto source = ByteSource::fromReader(reader, "callback");
  EXPECT_ERROR(source->read(0, UINT64_MAX), "callback: byte 0: not enough memory to read");
}

TEST(ByteSource, keepsTheFileOutOfReachOfWrites) {
  std::string path = temporaryFile(packArchive(
      {{"data.pkl", PickleBuilder().object("__torch__", "M").emptyDict().mark().string("w")
                        .raw(PickleBuilder().tensor("FloatStorage", "0", 2, 0, {2}, {1})
                                 .bytes.substr(2))
                        .setItems().build().stop()},
       {"data/0", bytesOf<float>({1, 2})}}));
  for (int pass = 0; pass < 2; ++pass) {
    auto archive = Archive::open(path);
    ASSERT_TRUE(static_cast<bool>(archive));
    rt::Tensor weight = (*archive)->root().asObject().find("w")->asTensor();
    EXPECT_EQ(weight.dataAs<float>()[0], 1) << "the write of the pass before reached the file";
    weight.dataAs<float>()[0] = 5;
  }
  sys::fs::remove(path);
}

} // namespace
} // namespace sconce::archive
