#include "lib/Archive/Tensors.h"
#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

rt::Value attribute(const PickleBuilder &pickle, Records records = {}) {
  auto value = readAttribute(pickle, std::move(records));
  if (!value) {
    ADD_FAILURE() << toString(value.takeError());
    return {};
  }
  return *value;
}

const Records fourFloats = {{"data/0", bytesOf<float>({1, 2, 3, 4})}};

std::string refusal(const PickleBuilder &pickle, Records records = fourFloats) {
  return errorOf(readAttribute(pickle, std::move(records)));
}
std::string dataRefusal(const PickleBuilder &pickle, Records records = fourFloats) {
  return errorOf(readPickled(pickle, std::move(records)));
}

/// _rebuild_tensor_v2 with an eighth of its arguments replaced by text.
PickleBuilder tensorCall(const std::string &storage, const std::string &offset,
                         const std::string &sizes, const std::string &strides,
                         const std::string &grad, const std::string &rest) {
  return PickleBuilder().global("torch._utils", "_rebuild_tensor_v2")
      .raw("(" + storage + offset + sizes + strides + grad + rest + "tR");
}
std::string hooks() { return PickleBuilder().noHooks().bytes.substr(2); }
std::string storage(const std::string &type, int64_t numel, const std::string &key = "0",
                    const std::string &location = "cpu") {
  return PickleBuilder().storage(type, key, numel, location).bytes.substr(2);
}
std::string text(const std::string &string) {
  return PickleBuilder().string(string).bytes.substr(2);
}

TEST(Tensors, readsViewsOnOneStorage) {
  PickleBuilder pickle;
  pickle.mark().tensor("FloatStorage", "0", 4, 0, {2, 2}, {2, 1});
  pickle.raw(PickleBuilder().tensor("FloatStorage", "0", 4, 1, {2}, {2}).bytes.substr(2)).tuple();
  rt::Value pair = attribute(pickle, fourFloats);
  rt::Tensor whole = pair.asTuple().elements[0].asTensor();
  rt::Tensor column = pair.asTuple().elements[1].asTensor();
  EXPECT_EQ(whole.sizes(), (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(whole.storage(), column.storage());
  int64_t second[] = {1};
  EXPECT_EQ(column.loadDouble(second), 4);
  whole.dataAs<float>()[3] = 7;
  EXPECT_EQ(column.loadDouble(second), 7);
}

TEST(Tensors, readsEveryDtype) {
  struct Case {
    const char *type;
    rt::Dtype dtype;
  };
  for (auto [type, dtype] : std::initializer_list<Case>{
           {"ByteStorage", rt::Dtype::UInt8}, {"CharStorage", rt::Dtype::Int8},
           {"ShortStorage", rt::Dtype::Int16}, {"IntStorage", rt::Dtype::Int32},
           {"LongStorage", rt::Dtype::Int64}, {"HalfStorage", rt::Dtype::Float16},
           {"FloatStorage", rt::Dtype::Float32}, {"DoubleStorage", rt::Dtype::Float64},
           {"ComplexHalfStorage", rt::Dtype::Complex32},
           {"ComplexFloatStorage", rt::Dtype::Complex64},
           {"ComplexDoubleStorage", rt::Dtype::Complex128}, {"BoolStorage", rt::Dtype::Bool},
           {"BFloat16Storage", rt::Dtype::BFloat16},
           {"Float8_e5m2Storage", rt::Dtype::Float8E5M2},
           {"Float8_e4m3fnStorage", rt::Dtype::Float8E4M3FN},
           {"Float8_e5m2fnuzStorage", rt::Dtype::Float8E5M2FNUZ},
           {"Float8_e4m3fnuzStorage", rt::Dtype::Float8E4M3FNUZ},
           {"Float8_e8m0fnuStorage", rt::Dtype::Float8E8M0FNU},
           {"UInt16Storage", rt::Dtype::UInt16}, {"UInt32Storage", rt::Dtype::UInt32},
           {"UInt64Storage", rt::Dtype::UInt64}}) {
    std::string bytes(static_cast<size_t>(2 * itemSize(dtype)), '\1');
    rt::Value value = attribute(PickleBuilder().tensor(type, "0", 2, 0, {2}, {1}),
                                {{"data/0", bytes}});
    ASSERT_TRUE(value.isTensor()) << type;
    EXPECT_EQ(value.asTensor().dtype(), dtype);
    EXPECT_EQ(value.asTensor().storage()->size(), bytes.size());
  }
}

TEST(Tensors, usesTheFileInPlaceWhereItIsAligned) {
  for (bool aligns : {false, true}) {
    ZipBuilder zip;
    zip.aligns = aligns;
    zip.add("m/data/0", fourFloats.at("data/0"));
    zip.add("m/data.pkl", PickleBuilder().tensor("FloatStorage", "0", 4, 0, {4}, {1}).stop());
    auto source = sourceOf(zip.finish());
    auto value = readData(source);
    ASSERT_TRUE(static_cast<bool>(value));
    auto *data = value->asTensor().dataAs<uint8_t>();
    Expected<Bytes> bytes = source->read(0, source->size());
    ASSERT_TRUE(static_cast<bool>(bytes));
    bool isInside = data >= bytes->data && data < bytes->data + bytes->size;
    EXPECT_EQ(isInside, aligns);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0u);
    EXPECT_EQ(reinterpret_cast<float *>(data)[2], 3);
  }
}

TEST(Tensors, outliveTheirFile) {
  rt::Value value = attribute(PickleBuilder().tensor("FloatStorage", "0", 4, 0, {4}, {1}),
                              fourFloats);
  EXPECT_EQ(value.asTensor().dataAs<float>()[3], 4);
}

TEST(Tensors, readsEmptyScalarAndExpandedTensors) {
  EXPECT_EQ(attribute(PickleBuilder().tensor("FloatStorage", "7", 0, 0, {0, 3}, {3, 1})).asTensor()
                .numel(), 0) << "a storage without elements needs no record";
  EXPECT_EQ(attribute(PickleBuilder().tensor("FloatStorage", "7", 0, 1000, {0}, {1})).asTensor()
                .offset(), 0);
  EXPECT_EQ(attribute(PickleBuilder().tensor("FloatStorage", "0", 4, 2, {}, {}), fourFloats)
                .asTensor().loadDouble({}), 3);
  rt::Tensor expanded =
      attribute(PickleBuilder().tensor("FloatStorage", "0", 4, 3, {1000, 2}, {0, 0}), fourFloats)
          .asTensor();
  int64_t last[] = {999, 1};
  EXPECT_EQ(expanded.loadDouble(last), 4);
}

TEST(Tensors, readsGradientFlags) {
  EXPECT_TRUE(attribute(PickleBuilder().tensor("FloatStorage", "0", 4, 0, {4}, {1}, true),
                        fourFloats).asTensor().requiresGrad());
  PickleBuilder parameter;
  parameter.global("torch._utils", "_rebuild_parameter");
  parameter.raw(PickleBuilder().tensor("FloatStorage", "0", 4, 0, {4}, {1}).bytes.substr(2));
  parameter.boolean(true).noHooks().raw("\x87R");
  rt::Tensor tensor = attribute(parameter, fourFloats).asTensor();
  EXPECT_TRUE(tensor.isParameter());
  EXPECT_TRUE(tensor.requiresGrad());
}

TEST(Tensors, appliesLazyBitsToOneSharedCopy) {
  auto lazy = [](const std::string &bits, int64_t offset) {
    return tensorCall(storage("ComplexFloatStorage", 2),
                      PickleBuilder().integer(offset).bytes.substr(2), "K\1\x85", "K\1\x85",
                      "\x89", hooks() + "}" + bits)
        .bytes.substr(2);
  };
  PickleBuilder pickle;
  pickle.mark().raw(lazy(text("conj") + "\x88s", 0)).raw(lazy(text("conj") + "\x88s", 1));
  pickle.raw(lazy(text("neg") + "\x88s", 1)).raw(lazy(text("conj") + "\x89s", 0)).tuple();
  rt::Value value = attribute(pickle, fourFloats);
  auto &list = value.asTuple().elements;
  int64_t first[] = {0};
  using Complex = std::complex<double>;
  EXPECT_EQ(list[0].asTensor().loadComplex(first), Complex(1, -2));
  EXPECT_EQ(list[1].asTensor().loadComplex(first), Complex(3, -4));
  EXPECT_EQ(list[2].asTensor().loadComplex(first), Complex(-3, -4));
  EXPECT_EQ(list[3].asTensor().loadComplex(first), Complex(1, 2));
  EXPECT_EQ(list[0].asTensor().storage(), list[1].asTensor().storage());
}

TEST(Tensors, makesBoolsZeroOrOne) {
  rt::Tensor tensor = attribute(PickleBuilder().tensor("BoolStorage", "0", 4, 0, {4}, {1}),
                                {{"data/0", std::string("\0\1\2\xff", 4)}}).asTensor();
  EXPECT_EQ(std::memcmp(tensor.data(), "\0\1\1\1", 4), 0);
}

TEST(Tensors, readsOtherDevicesAsTheCpu) {
  std::string onGpu = storage("FloatStorage", 4, "0", "cuda:1");
  rt::Value value = attribute(
      tensorCall(onGpu, "K\1", "K\2\x85", "K\1\x85", "\x89", hooks()), fourFloats);
  EXPECT_EQ(value.asTensor().dataAs<float>()[0], 2);
}

TEST(Tensors, readsMetaTensorsAsZeros) {
  PickleBuilder root;
  root.object("__torch__", "M").emptyDict().mark().string("a");
  root.raw(tensorCall(storage("FloatStorage", 1000000, "9", "meta"), std::string("K\0", 2),
                      PickleBuilder().integers({1000000}).bytes.substr(2), "K\1\x85", "\x89",
                      hooks()).bytes.substr(2));
  root.string("b").raw(PickleBuilder().tensor("FloatStorage", "0", 4, 0, {4}, {1}).bytes.substr(2));
  root.setItems().build();
  Records records = fourFloats;
  records["data.pkl"] = root.stop();
  auto archive = openArchive(records);
  ASSERT_TRUE(static_cast<bool>(archive));
  rt::Tensor meta = (*archive)->root().asObject().find("a")->asTensor();
  EXPECT_TRUE((*archive)->isMeta(meta));
  EXPECT_FALSE((*archive)->isMeta((*archive)->root().asObject().find("b")->asTensor()));
  EXPECT_EQ(meta.dataAs<float>()[999999], 0);
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "0", int64_t(1) << 40, "meta")),
              "a meta tensor's storage of 4398046511104 bytes exceeds the limit");
  EXPECT_SAYS(dataRefusal(PickleBuilder().global("torch._utils", "_rebuild_meta_tensor_no_storage")
                              .emptyTuple().reduce()),
              "the file holds a tensor on the meta device, which has no data");
}

TEST(Tensors, readsTheDtypesThatTorchSaveHasNoStorageTypeFor) {
  auto v3 = [](const std::string &dtype) {
    return PickleBuilder().global("torch._utils", "_rebuild_tensor_v3")
        .raw("(" + storage("UntypedStorage", 16) + "K\1K\2\x85K\1\x85\x89" + hooks())
        .global("torch", dtype).raw("tR");
  };
  auto value = readPickled(v3("uint16"), fourFloats);
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(value->asTensor().dtype(), rt::Dtype::UInt16);
  EXPECT_EQ(value->asTensor().dataAs<uint16_t>()[0], 0x3f80);
  EXPECT_SAYS(dataRefusal(v3("bool")), "a bool tensor shares bytes other than 0 and 1");
  EXPECT_SAYS(dataRefusal(PickleBuilder().global("torch._utils", "_rebuild_tensor_v3")
                              .raw("(" + storage("UntypedStorage", 16) +
                                   "K\1K\2\x85K\1\x85\x89" + hooks() + "NtR")),
              "expected a dtype for a tensor");
  EXPECT_SAYS(dataRefusal(tensorCall(storage("UntypedStorage", 16), "K\1", "K\2\x85", "K\1\x85",
                                     "\x89", hooks())),
              "a tensor on an untyped storage has no dtype");
  Records big = fourFloats;
  big["byteorder"] = "big";
  EXPECT_SAYS(dataRefusal(v3("uint16"), big),
              "untyped storages in a big-endian archive are not supported");
}

TEST(Tensors, swapsThePartsOfComplexNumbers) {
  Records big = {{"byteorder", "big"}, {"data/0", std::string("\x3f\x80\0\0\x40\0\0\0", 8)}};
  rt::Tensor tensor =
      attribute(PickleBuilder().tensor("ComplexFloatStorage", "0", 1, 0, {}, {}), big).asTensor();
  EXPECT_EQ(tensor.loadComplex({}), std::complex<double>(1, 2));
}

TEST(TensorRefusal, storages) {
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "../x", 4)),
              "expected a storage key of decimal digits, got '../x'");
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "", 4)), "expected a storage key");
  for (std::string location : {"moon", "cuda:", "cuda:x", "cuda:000000"})
    EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "0", 4, location)),
                "unknown storage location '" + location + "'");
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "0", -1)),
              "storage '0' cannot have -1 elements");
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "0", INT64_MAX)),
              "cannot have 9223372036854775807 elements");
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "1", 4)),
              "the record 'data/1' of storage '1' is missing");
  EXPECT_SAYS(refusal(PickleBuilder().storage("FloatStorage", "0", 5)),
              "storage '0' needs 20 bytes, the record 'data/0' has 16");
  PickleBuilder twice;
  twice.mark().storage("FloatStorage", "0", 4).storage("IntStorage", "0", 4);
  EXPECT_SAYS(refusal(twice), "storage '0' was used before with another dtype or size");
  EXPECT_SAYS(refusal(PickleBuilder().raw("NQ")),
              "expected a tuple of 5 as a storage's persistent id");
  EXPECT_SAYS(refusal(PickleBuilder().raw("(NNNNNtQ")),
              "expected 'storage' and a storage type in a persistent id");
  PickleBuilder id;
  id.mark().string("storage").global("torch", "FloatStorage");
  EXPECT_SAYS(refusal(PickleBuilder(id).raw("NNNtQ")), "expected a string as the key of a storage");
  EXPECT_SAYS(refusal(PickleBuilder(id).string("0").raw("NNtQ")),
              "expected a string as the location of a storage");
  EXPECT_SAYS(refusal(PickleBuilder(id).string("0").string("cpu").raw("NtQ")),
              "expected an int as the size of a storage");
}

TEST(TensorRefusal, arguments) {
  std::string four = storage("FloatStorage", 4), zero("K\0", 2);
  EXPECT_SAYS(refusal(tensorCall("N", zero, "K\4\x85", "K\1\x85", "\x89", hooks())),
              "expected a storage as the first argument of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, "N", "K\4\x85", "K\1\x85", "\x89", hooks())),
              "expected an int as the offset of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "N", "K\1\x85", "\x89", hooks())),
              "expected a tuple of ints as the size of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "N\x85", "K\1\x85", "\x89", hooks())),
              "expected an int as the size of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "K\4\x85", "N", "\x89", hooks())),
              "expected a tuple of ints as the stride of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "K\4\x85", "K\1\x85", "N", hooks())),
              "expected a bool as requires_grad of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "K\4\x85", "K\1\x85", "\x89", "K\1")),
              "a tensor has backward hooks, which cannot be read");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "K\4\x85", "K\1\x85", "\x89", hooks() + "K\1")),
              "expected a dict as the metadata of a tensor");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "K\4\x85", "K\1\x85", "\x89", hooks() + "}K\1\x88s")),
              "the metadata of a tensor may be the bits 'conj' and 'neg' only");
  EXPECT_SAYS(refusal(tensorCall(four, zero, "K\4\x85", "K\1\x85", "\x89",
                                 hooks() + "}" + text("conj") + "\x88s")),
              "a tensor of float32 cannot have the conjugate bit");
  EXPECT_SAYS(refusal(tensorCall(storage("IntStorage", 4), zero, "K\4\x85", "K\1\x85", "\x89",
                                 hooks() + "}" + text("neg") + "\x88s")),
              "a tensor of int32 cannot have the negative bit");
}

TEST(TensorRefusal, geometry) {
  auto tensor = [](int64_t offset, std::vector<int64_t> sizes, std::vector<int64_t> strides) {
    return PickleBuilder().tensor("FloatStorage", "0", 4, offset, sizes, strides);
  };
  EXPECT_SAYS(refusal(tensor(0, {5}, {1})), "a tensor reaches element 4 of a storage of 4");
  EXPECT_SAYS(refusal(tensor(4, {}, {})), "a tensor reaches element 4 of a storage of 4");
  EXPECT_SAYS(refusal(tensor(0, {2, 2}, {3, 1})), "a tensor reaches element 4 of a storage of 4");
  EXPECT_SAYS(refusal(tensor(-1, {1}, {1})), "a tensor has the negative offset -1");
  EXPECT_SAYS(refusal(tensor(0, {-1}, {1})), "a tensor has the negative extent -1");
  EXPECT_SAYS(refusal(tensor(3, {2}, {-1})), "a tensor has the negative stride -1");
  EXPECT_SAYS(refusal(tensor(0, {2}, {1, 1})), "a tensor has 1 extents and 2 strides");
  EXPECT_SAYS(refusal(tensor(0, {INT64_MAX, 2}, {0, 0})),
              "a tensor's number of elements overflows");
  EXPECT_SAYS(refusal(tensor(0, {INT64_MAX}, {0})), "a tensor's number of elements overflows");
  EXPECT_SAYS(refusal(tensor(0, {3, 2}, {INT64_MAX, 1})),
              "a tensor's extents and strides overflow");
  EXPECT_SAYS(refusal(tensor(0, std::vector<int64_t>(65, 1), std::vector<int64_t>(65, 1))),
              "a tensor has at most 64 dimensions, got 65");
  EXPECT_SAYS(refusal(PickleBuilder().tensor("IntStorage", "0", 4, 0, {4}, {1}, true)),
              "a tensor of int32 cannot require a gradient");
}

TEST(TensorRefusal, parameters) {
  auto parameter = [](const std::string &arguments) {
    return PickleBuilder().global("torch._utils", "_rebuild_parameter").raw(arguments + "R");
  };
  EXPECT_SAYS(refusal(parameter(")")), "wrong arguments for 'torch._utils._rebuild_parameter'");
  EXPECT_SAYS(refusal(parameter("NNN\x87")), "expected a tensor as the data of a parameter");
  std::string ints = PickleBuilder().tensor("IntStorage", "0", 4, 0, {4}, {1}).bytes.substr(2);
  EXPECT_SAYS(refusal(parameter(ints + "\x88" + hooks() + "\x87")),
              "a tensor of int32 cannot require a gradient");
}

//===--- Quantized ----------------------------------------------------------------------------===//

PickleBuilder quantized(const std::string &type, const std::string &quantizer) {
  return PickleBuilder().global("torch._utils", "_rebuild_qtensor")
      .raw("(" + storage(type, 4) + std::string("K\0", 2) + "K\2K\2\x86K\2K\1\x86" + quantizer +
           "\x89" + hooks() + "tR");
}
std::string scheme(const std::string &name) {
  return PickleBuilder().global("torch", name).bytes.substr(2);
}
std::string number(double value) { return PickleBuilder().number(value).bytes.substr(2); }

const Records quantizedRecords = {{"data/0", std::string("\1\2\3\4")},
                                  {"data/1", bytesOf<double>({.5, .25})},
                                  {"data/2", bytesOf<int64_t>({3, 4})}};
const std::string scales =
    PickleBuilder().tensor("DoubleStorage", "1", 2, 0, {2}, {1}).bytes.substr(2);
const std::string zeroPoints =
    PickleBuilder().tensor("LongStorage", "2", 2, 0, {2}, {1}).bytes.substr(2);

TEST(Quantized, readsBothKinds) {
  rt::Tensor tensor =
      attribute(quantized("QInt8Storage",
                          scheme("per_tensor_affine") + number(0.5) + "K\3\x87"),
                quantizedRecords).asTensor();
  ASSERT_TRUE(tensor.isQuantized());
  EXPECT_EQ(tensor.dtype(), rt::Dtype::QInt8);
  EXPECT_EQ(tensor.get()->quantizer->scale, 0.5);
  EXPECT_EQ(tensor.get()->quantizer->zeroPoint, 3);
  tensor = attribute(quantized("QUInt8Storage", "(" + scheme("per_channel_affine") + scales +
                                                    zeroPoints + "K\1t"),
                     quantizedRecords).asTensor();
  ASSERT_TRUE(tensor.isQuantized());
  EXPECT_EQ(tensor.get()->quantizer->axis, 1);
  EXPECT_EQ(tensor.get()->quantizer->scales.dataAs<double>()[1], .25);
}

TEST(QuantizedRefusal, messages) {
  auto says = [](const std::string &type, const std::string &quantizer, const std::string &text) {
    EXPECT_SAYS(refusal(quantized(type, quantizer), quantizedRecords), text);
  };
  std::string perTensor = scheme("per_tensor_affine");
  std::string perChannel = "(" + scheme("per_channel_affine");
  says("QInt8Storage", "N", "expected a quantization scheme and its parameters");
  says("QInt8Storage", perTensor + "\x85", "expected a quantization scheme and its parameters");
  says("QInt8Storage", perTensor + "K\1K\1\x87",
       "expected a float as the scale of a quantized tensor");
  says("QInt8Storage", perTensor + number(1) + "N\x87",
       "expected an int as the zero point of a quantized tensor");
  says("ByteStorage", perTensor + number(1) + "K\1\x87", "a quantized tensor cannot be of uint8");
  says("QInt8Storage", perChannel + "NNNt", "expected a tensor as the scales");
  says("QInt8Storage", perChannel + scales + "NNt", "expected a tensor as the zero points");
  says("QInt8Storage", perChannel + scales + zeroPoints + "Nt", "expected an int as the axis");
  says("QInt8Storage", perChannel + scales + zeroPoints + "K\2t",
       "the quantization axis 2 is outside the 2 dimensions");
  says("QInt8Storage", perChannel + zeroPoints + zeroPoints + "K\1t",
       "scales of int64 and zero points of int64 do not fit the quantization scheme");
  std::string one = PickleBuilder().tensor("DoubleStorage", "1", 2, 0, {1}, {1}).bytes.substr(2);
  says("QInt8Storage", perChannel + one + zeroPoints + "K\1t",
       "expected one scale and one zero point for each of the 2 channels");
  EXPECT_SAYS(refusal(PickleBuilder().tensor("QInt8Storage", "0", 4, 0, {4}, {1}),
                      quantizedRecords),
              "a tensor of qint8 lacks its quantizer");
  EXPECT_SAYS(refusal(PickleBuilder().global("torch._utils", "_rebuild_qtensor").raw(")R")),
              "wrong arguments for 'torch._utils._rebuild_qtensor'");
}

//===--- Sparse -------------------------------------------------------------------------------===//

const Records sparseRecords = {{"data/0", bytesOf<int64_t>({0, 1, 1, 0})},
                               {"data/1", bytesOf<float>({5, 6})},
                               {"data/2", bytesOf<int64_t>({0, 1, 2})}};

std::string indices(std::vector<int64_t> sizes, std::vector<int64_t> strides) {
  return PickleBuilder().tensor("LongStorage", "0", 4, 0, sizes, strides).bytes.substr(2);
}
std::string values(int64_t count = 2) {
  return PickleBuilder().tensor("FloatStorage", "1", 2, 0, {count}, {1}).bytes.substr(2);
}
std::string rows() {
  return PickleBuilder().tensor("LongStorage", "2", 3, 0, {3}, {1}).bytes.substr(2);
}
PickleBuilder sparse(const std::string &layout, const std::string &size, const std::string &parts) {
  return PickleBuilder().global("torch._utils", "_rebuild_sparse_tensor")
      .raw("(" + layout + size + "\x89" + parts + hooks() + "tR");
}
const std::string twoByTwo = "K\2K\2\x86";

TEST(Sparse, readsCooAndCsr) {
  rt::Tensor coo = attribute(sparse("K\1", twoByTwo, indices({2, 2}, {2, 1}) + values()),
                             sparseRecords).asTensor();
  ASSERT_TRUE(coo.isSparse());
  EXPECT_EQ(coo.get()->sparse->layout, rt::Layout::SparseCoo);
  EXPECT_EQ(coo.sizes(), (std::vector<int64_t>{2, 2}));
  rt::Tensor csr = attribute(sparse("K\2", twoByTwo, rows() + indices({2}, {1}) + values()),
                             sparseRecords).asTensor();
  ASSERT_TRUE(csr.isSparse());
  EXPECT_EQ(csr.get()->sparse->layout, rt::Layout::SparseCsr);
}

TEST(Sparse, readsTheDataDialect) {
  auto read = [](const std::string &layout, const std::string &parts) {
    return readPickled(PickleBuilder().global("torch._utils", "_rebuild_sparse_tensor")
                           .global("torch.serialization", "_get_layout").string(layout)
                           .raw("\x85R(" + parts).global("torch", "Size")
                           .raw(twoByTwo + "\x85Rt\x86R"), sparseRecords);
  };
  auto coo = read("torch.sparse_coo", indices({2, 2}, {2, 1}) + values());
  ASSERT_TRUE(static_cast<bool>(coo)) << toString(coo.takeError());
  EXPECT_TRUE(coo->asTensor().isSparse());
  auto csr = read("torch.sparse_csr", rows() + indices({2}, {1}) + values());
  ASSERT_TRUE(static_cast<bool>(csr)) << toString(csr.takeError());
  EXPECT_EQ(csr->asTensor().get()->sparse->layout, rt::Layout::SparseCsr);
  EXPECT_ERROR(read("torch.sparse_bsr", ""), "sparse tensors of layout 5 are not supported");
  EXPECT_ERROR(read("torch.sparse_coo", values()), "wrong arguments for");
}

TEST(SparseRefusal, messages) {
  auto says = [](const PickleBuilder &pickle, const std::string &text) {
    EXPECT_SAYS(refusal(pickle, sparseRecords), text);
  };
  std::string square = indices({2, 2}, {2, 1});
  says(sparse("K\3", twoByTwo, square + values()), "sparse tensors of layout 3 are not supported");
  says(sparse("K\1", twoByTwo, values()), "wrong arguments for 'torch._utils._rebuild_sparse");
  says(PickleBuilder().global("torch._utils", "_rebuild_sparse_tensor").raw(")R"),
       "wrong arguments for 'torch._utils._rebuild_sparse_tensor'");
  says(sparse("N", twoByTwo, square + values()), "expected an int as the layout");
  says(sparse("K\1", twoByTwo, "N" + values()), "expected a tensor as a part of a sparse tensor");
  says(sparse("K\1", twoByTwo, values() + values()),
       "expected the indices of a sparse tensor to be a matrix of integers");
  says(sparse("K\1", twoByTwo, indices({2, 1000000}, {0, 0}) + values()),
       "expected the indices of a sparse tensor to be a matrix of integers");
  says(sparse("K\1", twoByTwo, square + values(1)),
       "the indices, values and extents of a sparse tensor do not fit together");
  says(sparse("K\1", "K\1K\2\x86", square + values()),
       "a sparse tensor's index 1 is outside the extent 1");
  says(sparse("K\2", "K\2\x85", rows() + indices({2}, {1}) + values()),
       "CSR tensors of other than 2 dimensions are not supported");
  says(sparse("K\2", twoByTwo, square + square + values()),
       "expected the indices of a sparse tensor to be vectors of integers");
  says(sparse("K\2", "K\3K\2\x86", rows() + indices({2}, {1}) + values()),
       "the indices, values and extents of a sparse tensor do not fit together");
  says(sparse("K\2", twoByTwo, indices({3}, {1}) + indices({2}, {1}) + values()),
       "a sparse tensor's row pointers do not rise from 0 to 2");
  says(sparse("K\2", "K\2K\1\x86", rows() + indices({2}, {1}) + values()),
       "a sparse tensor's index 1 is outside the extent 1");
  std::string nested = sparse("K\1", twoByTwo, square + values()).bytes.substr(2);
  says(sparse("K\1", twoByTwo, square + nested),
       "expected the values of a sparse tensor to be a dense tensor");
  says(sparse("K\1", twoByTwo,
              tensorCall(storage("LongStorage", 4, "9", "meta"), std::string("K\0", 2), twoByTwo,
                         "K\2K\1\x86", "\x89", hooks()).bytes.substr(2) + values()),
       "sparse tensors on the meta device are not supported");
}

} // namespace
} // namespace sconce::archive
