#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

/// What opening a file of those bytes as an archive says.
std::string refusal(std::string bytes) {
  return errorOf(Archive::open(sourceOf(bytes + std::string(600, '\0'))));
}

std::string refusalOfZip(std::initializer_list<const char *> names) {
  ZipBuilder zip;
  for (const char *name : names)
    zip.add(std::string("m/") + name, "");
  return errorOf(Archive::open(sourceOf(zip.finish())));
}

TEST(FileKind, namesFormatsByTheirFirstBytes) {
  EXPECT_SAYS(refusal(std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19")),
              "x.pt: is a file of torch.save before PyTorch 1.6, not a TorchScript archive; load "
              "it in PyTorch, then write torch.jit.script(model)");
  EXPECT_SAYS(refusal(std::string(257, 'n') + "ustar"), "is a tar file");
  EXPECT_SAYS(refusal("PYTORCH1"), "is an archive of a preview of PyTorch 1.0");
  EXPECT_SAYS(refusal("....PTMF"), "is a flatbuffer for PyTorch Mobile");
  EXPECT_SAYS(refusal("\x93NUMPY\x01"), "is a NumPy array");
  EXPECT_SAYS(refusal("\x1f\x8b\x08"), "is compressed with gzip; unpack it first");
  EXPECT_SAYS(refusal("\x28\xb5\x2f\xfd"), "is compressed with zstd; unpack it first");
  EXPECT_SAYS(refusal("\xfd" "7zXZ"), "is compressed with xz; unpack it first");
  EXPECT_SAYS(refusal("BZh9"), "is compressed with bzip2; unpack it first");
  EXPECT_SAYS(refusal("\x89HDF\r\n"), "is an HDF5 file");
  EXPECT_SAYS(refusal("....TFL3"), "is a TensorFlow Lite model");
  EXPECT_SAYS(refusal("GGUF"), "is a GGUF file, which holds weights without a program");
  EXPECT_SAYS(refusal("\x7f" "ELF"), "is a compiled program");
  EXPECT_SAYS(refusal("ML\xefR"), "is MLIR bytecode");
  EXPECT_SAYS(refusal("BC\xc0\xde"), "is LLVM bitcode");
  EXPECT_SAYS(refusal("version https://git-lfs.github.com/spec/v1"), "is a Git LFS pointer");
  EXPECT_SAYS(refusal(std::string("\x40\0\0\0\0\0\0\0{\"a\":", 13)), "is a safetensors file");
  EXPECT_SAYS(refusal("\x08\x07\x12\x07pytorch"), "is an ONNX model");
  EXPECT_SAYS(refusal("\x80\x04\x95"), "is a plain pickle");
  EXPECT_SAYS(refusal("hello"), "is not a TorchScript archive: expected a zip file");
  EXPECT_SAYS(refusal("PK\x05\x06"), "the zip is empty");
  EXPECT_SAYS(errorOf(Archive::open(sourceOf(""))), "x.pt: the file is empty");
}

TEST(FileKind, namesFormatsByTheirRecords) {
  EXPECT_SAYS(refusalOfZip({"data.pkl", "version", ".format_version"}),
              "was written by torch.save: it holds values but no program");
  EXPECT_SAYS(refusalOfZip({"model.json", "tensors/0"}), "was saved by TorchScript 1.0 to 1.3");
  EXPECT_SAYS(refusalOfZip({".data/ts_code/0/data.pkl"}), "is a torch.package archive");
  EXPECT_SAYS(refusalOfZip({".data/extern_modules"}), "is a torch.package archive");
  EXPECT_SAYS(refusalOfZip({"models/model.json"}), "is a torch.export archive (.pt2)");
  EXPECT_SAYS(refusalOfZip({"archive_format"}), "is a torch.export archive (.pt2)");
  EXPECT_SAYS(refusalOfZip({"a.npy"}), "is a NumPy .npz file");
  EXPECT_SAYS(refusalOfZip({"bytecode.pkl", "data.pkl", "constants.pkl"}),
              "is a PyTorch Mobile archive with bytecode only");
  EXPECT_SAYS(refusalOfZip({"word/document.xml"}),
              "is a zip but not a TorchScript archive: it has no record 'data.pkl'");
  EXPECT_SAYS(refusalOfZip({"data.pkl", "code/__torch__.py"}),
              "the archive lacks the record 'constants.pkl'");
}

TEST(FileKind, acceptsExtraFilesOfAnyKind) {
  EXPECT_EQ(errorOf(openArchive({{"extra/mean.npy", "x"}, {"extra/model.json", "x"}})), "success");
}

TEST(FileKind, acceptsBytecodeBesideCode) {
  EXPECT_EQ(errorOf(openArchive({{"bytecode.pkl", "x"}, {"mobile_debug_handles.pkl", "x"}})),
            "success");
}

TEST(FileKind, refusesOtherKindsOfDataFile) {
  EXPECT_SAYS(errorOf(readData(sourceOf(packArchive({})))),
              "is a TorchScript archive; expected values written by torch.save");
  EXPECT_SAYS(errorOf(readData(sourceOf(ZipBuilder().add("m/a", "").finish()))),
              "is a zip but not a file of torch.save");
}

} // namespace
} // namespace sconce::archive
