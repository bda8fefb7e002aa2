#include "lib/Archive/Npy.h"
#include "test/Unit/Archive/Fixture.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace sconce::archive {
namespace {

std::string npy(const std::string &header, const std::string &elements, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  putInt(bytes, header.size(), version == 1 ? 2 : 4);
  return bytes + header + elements;
}
std::string header(const std::string &descriptor, const std::string &shape,
                   const std::string &order = "False") {
  return "{'descr': '" + descriptor + "', 'fortran_order': " + order + ", 'shape': " + shape +
         ", }\n";
}
Expected<rt::Tensor> read(const std::string &bytes) { return readNpy(sourceOf(bytes)); }

std::string written(const rt::Tensor &tensor) {
  std::string bytes;
  raw_string_ostream os(bytes);
  EXPECT_EQ(errorOf(writeNpy(tensor, os)), "success");
  return bytes;
}

TEST(Npy, readsBothOrdersAndAllVersions) {
  std::string elements = bytesOf<float>({1, 2, 3, 4, 5, 6});
  for (int version : {1, 2, 3}) {
    auto tensor = read(npy(header("<f4", "(2, 3)"), elements, version));
    ASSERT_TRUE(static_cast<bool>(tensor));
    EXPECT_EQ(tensor->sizes(), (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(tensor->strides(), (std::vector<int64_t>{3, 1}));
    EXPECT_EQ(tensor->dataAs<float>()[5], 6);
  }
  auto fortran = read(npy(header("<f4", "(2, 3)", "True"), elements));
  ASSERT_TRUE(static_cast<bool>(fortran));
  EXPECT_EQ(fortran->strides(), (std::vector<int64_t>{1, 2}));
  auto big = read(npy(header(">i2", "(2,)"), "\1\2\3\4"));
  ASSERT_TRUE(static_cast<bool>(big));
  EXPECT_EQ(big->dataAs<int16_t>()[1], 0x0304);
  auto bools = read(npy(header("|b1", "(3,)"), std::string("\0\1\2", 3)));
  ASSERT_TRUE(static_cast<bool>(bools));
  EXPECT_EQ(bools->dataAs<uint8_t>()[2], 1);
  auto scalar = read(npy("{\"shape\":(),\"fortran_order\":False,\"descr\":\"<i8\"}",
                         std::string(8, '\1')));
  ASSERT_TRUE(static_cast<bool>(scalar));
  EXPECT_EQ(scalar->rank(), 0);
  EXPECT_EQ(errorOf(read(npy(header("<f4", "(0, 3)"), ""))), "success");
  EXPECT_EQ(errorOf(read(npy(header("<f4", "(1L,)"), "abcd"))), "success");
}

TEST(Npy, writesWhatItReads) {
  for (rt::Dtype dtype :
       {rt::Dtype::Bool, rt::Dtype::UInt8, rt::Dtype::Int8, rt::Dtype::Int16, rt::Dtype::Int32,
        rt::Dtype::Int64, rt::Dtype::UInt16, rt::Dtype::UInt32, rt::Dtype::UInt64,
        rt::Dtype::Float16, rt::Dtype::Float32, rt::Dtype::Float64, rt::Dtype::Complex64,
        rt::Dtype::Complex128})
    for (std::vector<int64_t> sizes : {std::vector<int64_t>{}, {3}, {2, 3}, {0}}) {
      rt::Tensor tensor = rt::Tensor::zeros(dtype, sizes);
      std::string bytes = written(tensor);
      auto again = read(bytes);
      ASSERT_TRUE(static_cast<bool>(again)) << toString(again.takeError());
      EXPECT_TRUE(again->equals(tensor)) << name(dtype);
      EXPECT_EQ((bytes.size() - tensor.storage()->size()) % 64, 0u);
    }
  rt::Tensor matrix = rt::Tensor::zeros(rt::Dtype::Int8, {2, 3});
  matrix.dataAs<int8_t>()[1] = 5;
  int64_t order[] = {1, 0};
  auto transposed = read(written(matrix.permute(order)));
  ASSERT_TRUE(static_cast<bool>(transposed));
  EXPECT_TRUE(transposed->equals(matrix.permute(order)));
  EXPECT_TRUE(transposed->isContiguous());
}

TEST(Npy, readsAndWritesFiles) {
  SmallString<128> path;
  ASSERT_FALSE(sys::fs::createTemporaryFile("sconce", "npy", path));
  rt::Tensor tensor = rt::Tensor::zeros(rt::Dtype::Float32, {5});
  EXPECT_EQ(errorOf(writeNpy(tensor, path)), "success");
  auto again = readNpy(path);
  ASSERT_TRUE(static_cast<bool>(again));
  EXPECT_TRUE(again->equals(tensor));
  sys::fs::remove(path);
}

TEST(NpyRefusal, files) {
  EXPECT_ERROR(read("hello, hello"), "x.pt: is not a NumPy array (.npy)");
  EXPECT_ERROR(read(""), "is not a NumPy array (.npy)");
  EXPECT_ERROR(read(npy("{}", "abcdefgh", 4)), "NumPy format version 4 is not supported");
  EXPECT_ERROR(read(npy("{}", "abcdefgh", 1).substr(0, 12)), "the header of the NumPy array is");
  std::string bytes = npy(header("<f4", "(2,)"), std::string(8, 'x'), 2);
  patch(bytes, 8, 1u << 20, 4);
  EXPECT_ERROR(read(bytes), "the header of the NumPy array is longer than 65536 bytes");
  patch(bytes, 8, 1000, 4);
  EXPECT_ERROR(read(bytes), "the file ends after");
  EXPECT_ERROR(read(npy(header("<f4", "(3,)"), std::string(8, 'x'))),
               "the NumPy array needs 12 bytes, the file has 8");
  EXPECT_ERROR(read(npy(header("<f4", "(4611686018427387904, 4)"), "")),
               "the NumPy array's number of elements overflows");
}

TEST(NpyRefusal, types) {
  EXPECT_ERROR(read(npy(header("|O", "(3,)"), "")), "arrays of Python objects cannot be read");
  EXPECT_ERROR(read(npy(header("|V2", "(3,)"), "")), "bfloat16 as NumPy sees it");
  for (std::string type : {"<U5", "|S3", "<M8[ns]", "<f16", "<c32", ""})
    EXPECT_ERROR(read(npy(header(type, "(3,)"), "")), "arrays of the NumPy type '");
  EXPECT_ERROR(read(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}", "")),
               "structured arrays cannot be read");
}

TEST(NpyRefusal, malformedHeaders) {
  for (std::string text :
       {"", "[]", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'shape': (3,)}",
        "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (3,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 3}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
        "{'descr' '<f4'}", "{'descr': 4}"})
    EXPECT_ERROR(read(npy(text, "            ")), "header of the NumPy array is malformed");
}

TEST(NpyRefusal, tensorsThatNumPyDoesNotHave) {
  std::string bytes;
  raw_string_ostream os(bytes);
  EXPECT_ERROR(writeNpy(rt::Tensor::zeros(rt::Dtype::BFloat16, {2}), os),
               "NumPy has no bfloat16; write the tensor as a .pt file, or convert it to float32");
  auto object = rt::Ref<rt::TensorObject>::adopt(new rt::TensorObject);
  object->sparse = std::make_shared<rt::SparsePayload>();
  EXPECT_ERROR(writeNpy(rt::Tensor(object), os),
               "a sparse tensor cannot be written as a NumPy array");
  EXPECT_TRUE(bytes.empty());
}

} // namespace
} // namespace sconce::archive
