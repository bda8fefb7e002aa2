// Archives in memory, and what their errors say.
#ifndef SCONCE_TEST_UNIT_ARCHIVE_FIXTURE_H
#define SCONCE_TEST_UNIT_ARCHIVE_FIXTURE_H

#include "lib/Archive/Archive.h"
#include "lib/Archive/DataFile.h"
#include "test/Unit/Archive/PickleBuilder.h"
#include <gtest/gtest.h>
#include <map>

namespace sconce::archive {

/// A source that owns a copy of `bytes`, at an address that is a multiple of 64.
inline std::shared_ptr<ByteSource> sourceOf(const std::string &bytes) {
  OwnedBytes owned = allocateBytes(bytes.size());
  if (!bytes.empty())
    std::memcpy(owned.data.get(), bytes.data(), bytes.size());
  return ByteSource::fromMemory({owned.data.get(), bytes.size()}, "x.pt", owned.data);
}

template <typename T> std::string errorOf(llvm::Expected<T> result) {
  if (result)
    return "success";
  return llvm::toString(result.takeError());
}
inline std::string errorOf(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "success";
}

inline bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}
/// The text has the part; can be followed by `<<`.
#define EXPECT_SAYS(text, part) EXPECT_PRED2(contains, std::string(text), std::string(part))
/// The Expected or Error failed with a message that has the part.
#define EXPECT_ERROR(result, part) EXPECT_SAYS(errorOf(result), part)

/// Records below the folder "m", with what every archive has filled in.
using Records = std::map<std::string, std::string>;

inline std::string packArchive(Records records) {
  PickleBuilder root;
  root.object("__torch__", "M").emptyDict().build();
  records.emplace("data.pkl", root.stop());
  records.emplace("constants.pkl", PickleBuilder().emptyTuple().stop());
  records.emplace("code/__torch__.py", "class M(Module):\n  pass\n");
  records.emplace("version", "3\n");
  ZipBuilder zip;
  zip.aligns = true;
  for (auto &[name, contents] : records)
    if (contents != "absent")
      zip.add("m/" + name, contents);
  return zip.finish();
}

inline llvm::Expected<std::unique_ptr<Archive>> openArchive(Records records, Limits limits = {}) {
  return Archive::open(sourceOf(packArchive(std::move(records))), limits);
}

inline std::string packData(Records records) {
  ZipBuilder zip;
  zip.aligns = true;
  for (auto &[name, contents] : records)
    zip.add("m/" + name, contents);
  return zip.finish();
}

/// A file of torch.save with that pickle.
inline llvm::Expected<rt::Value> readPickled(const PickleBuilder &pickle, Records records = {},
                                             Limits limits = {}) {
  records["data.pkl"] = pickle.stop();
  return readData(sourceOf(packData(std::move(records))), limits);
}

/// The only attribute of an archive whose root is an object with that attribute.
inline llvm::Expected<rt::Value> readAttribute(const PickleBuilder &attribute,
                                               Records records = {}, Limits limits = {}) {
  PickleBuilder root;
  root.object("__torch__", "M").emptyDict().mark().string("a");
  root.raw(attribute.bytes.substr(2)).setItems().build();
  records["data.pkl"] = root.stop();
  auto archive = openArchive(std::move(records), limits);
  if (!archive)
    return archive.takeError();
  return *(*archive)->root().asObject().find("a");
}

/// The bytes of an array, as a record.
template <typename T> std::string bytesOf(const std::vector<T> &elements) {
  return {reinterpret_cast<const char *>(elements.data()), elements.size() * sizeof(T)};
}

} // namespace sconce::archive

#endif // SCONCE_TEST_UNIT_ARCHIVE_FIXTURE_H
