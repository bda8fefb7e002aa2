#include "lib/Archive/DataWriter.h"
#include "test/Unit/Archive/Fixture.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace sconce::archive {
namespace {

std::string written(const rt::Value &value) {
  std::string bytes;
  raw_string_ostream os(bytes);
  Error error = writeData(value, os);
  EXPECT_FALSE(static_cast<bool>(error));
  return bytes;
}

rt::Value roundTrip(const rt::Value &value) {
  auto read = readData(sourceOf(written(value)));
  if (!read) {
    ADD_FAILURE() << toString(read.takeError());
    return {};
  }
  return *read;
}

std::string refusal(const rt::Value &value) {
  std::string bytes;
  raw_string_ostream os(bytes);
  std::string message = errorOf(writeData(value, os));
  EXPECT_TRUE(bytes.empty()) << "nothing is written on failure";
  return message;
}

rt::Tensor floats(std::vector<int64_t> sizes) {
  rt::Tensor tensor = rt::Tensor::empty(rt::Dtype::Float32, std::move(sizes));
  for (int64_t i = 0; i < tensor.numel(); ++i)
    tensor.dataAs<float>()[i] = static_cast<float>(i);
  return tensor;
}

TEST(DataWriter, keepsScalarsStringsAndContainers) {
  std::vector<rt::Value> all = {
      rt::Value::none(), rt::Value::ofBool(true), rt::Value::ofBool(false),
      rt::Value::ofDouble(-1.5), rt::Value::ofComplex(1, -2), rt::Value::ofString("h\xc3\xa9\n"),
      rt::Value::ofDevice("cuda:1"), rt::Value::ofTuple(std::vector<rt::Value>{})};
  for (int64_t number : {int64_t(0), int64_t(255), int64_t(256), int64_t(65535), int64_t(65536),
                         int64_t(-1), INT64_MIN, INT64_MAX})
    all.push_back(rt::Value::ofInt(number));
  rt::Ref<rt::Dict> dict = rt::Dict::create("str", "int");
  dict->set(rt::Value::ofString("b"), rt::Value::ofInt(1));
  dict->set(rt::Value::ofString("a"), rt::Value::ofInt(2));
  all.push_back(rt::Value::ofDict(dict));
  all.push_back(rt::Value::ofDict(rt::Dict::create("", "")));
  all.push_back(rt::Value::ofList("int", {}));
  for (size_t size = 1; size <= 5; ++size)
    all.push_back(rt::Value::ofTuple(std::vector<rt::Value>(size, rt::Value::ofInt(7))));
  rt::Value list = rt::Value::ofList("Any", all);
  EXPECT_TRUE(rt::equal(roundTrip(list), list));
}

TEST(DataWriter, keepsTensorsWithTheirStridesAndSharing) {
  rt::Tensor base = floats({4, 6});
  int64_t order[] = {1, 0};
  rt::Value pair = rt::Value::ofTuple({rt::Value::ofTensor(base),
                                       rt::Value::ofTensor(base.permute(order)),
                                       rt::Value::ofTensor(base)});
  rt::Value read = roundTrip(pair);
  auto &list = read.asTuple().elements;
  EXPECT_EQ(list[1].asTensor().strides(), (std::vector<int64_t>{1, 6}));
  EXPECT_EQ(list[0].asTensor().storage(), list[1].asTensor().storage());
  EXPECT_TRUE(list[0].isSame(list[2]));
  EXPECT_TRUE(list[0].asTensor().equals(base));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(list[0].asTensor().data()) % 64, 0u);
}

TEST(DataWriter, writesOnlyThePartOfAStorageThatIsSeen) {
  rt::Tensor view = floats({100000}).slice(0, 50001, 3);
  std::string bytes = written(rt::Value::ofTensor(view));
  EXPECT_LT(bytes.size(), 5000u);
  auto read = readData(sourceOf(bytes));
  ASSERT_TRUE(static_cast<bool>(read));
  EXPECT_TRUE(read->asTensor().equals(view));
}

TEST(DataWriter, keepsDtypesWithoutAStorageTypeAndMixedOnes) {
  rt::Tensor wide = rt::Tensor::zeros(rt::Dtype::UInt64, {3});
  wide.dataAs<uint64_t>()[2] = UINT64_MAX;
  EXPECT_TRUE(roundTrip(rt::Value::ofTensor(wide)).asTensor().equals(wide));
  rt::Tensor mixed = floats({4});
  rt::Tensor bits = rt::Tensor::view(mixed.storage(), rt::Dtype::Int32, 1, {3}, {1});
  rt::Value read = roundTrip(rt::Value::ofTuple({rt::Value::ofTensor(mixed),
                                                 rt::Value::ofTensor(bits)}));
  auto &list = read.asTuple().elements;
  EXPECT_TRUE(list[1].asTensor().equals(bits));
  EXPECT_EQ(list[0].asTensor().storage(), list[1].asTensor().storage());
}

TEST(DataWriter, keepsEmptyScalarAndExpandedTensors) {
  rt::Tensor empty = floats({0, 3});
  EXPECT_EQ(roundTrip(rt::Value::ofTensor(empty)).asTensor().sizes(), empty.sizes());
  rt::Tensor scalar = rt::Tensor::scalar(rt::Value::ofDouble(2.5));
  EXPECT_TRUE(roundTrip(rt::Value::ofTensor(scalar)).asTensor().equals(scalar));
  rt::Tensor expanded = floats({2}).asStrided({1000, 2}, {0, 1}, 0);
  rt::Tensor read = roundTrip(rt::Value::ofTensor(expanded)).asTensor();
  EXPECT_EQ(read.strides(), expanded.strides());
  EXPECT_EQ(read.storage()->size(), 8u);
}

TEST(DataWriter, keepsGradientsAndParameters) {
  rt::Tensor tensor = floats({2});
  tensor.get()->requiresGrad = true;
  EXPECT_TRUE(roundTrip(rt::Value::ofTensor(tensor)).asTensor().requiresGrad());
  tensor.get()->isParameter = true;
  rt::Tensor read = roundTrip(rt::Value::ofTensor(tensor)).asTensor();
  EXPECT_TRUE(read.isParameter() && read.requiresGrad());
}

TEST(DataWriter, keepsQuantizedAndSparseTensors) {
  rt::Tensor quantized = rt::Tensor::zeros(rt::Dtype::QInt8, {2});
  auto quantizer = std::make_shared<rt::Quantizer>();
  quantizer->scale = 0.25;
  quantizer->zeroPoint = 3;
  quantized.get()->quantizer = quantizer;
  rt::Tensor read = roundTrip(rt::Value::ofTensor(quantized)).asTensor();
  ASSERT_TRUE(read.isQuantized());
  EXPECT_EQ(read.get()->quantizer->scale, 0.25);

  auto channels = std::make_shared<rt::Quantizer>();
  channels->scheme = rt::QScheme::PerChannelAffine;
  channels->scales = rt::Tensor::zeros(rt::Dtype::Float64, {2});
  channels->zeroPoints = rt::Tensor::zeros(rt::Dtype::Int64, {2});
  quantized.get()->quantizer = channels;
  read = roundTrip(rt::Value::ofTensor(quantized)).asTensor();
  ASSERT_TRUE(read.isQuantized());
  EXPECT_EQ(read.get()->quantizer->scheme, rt::QScheme::PerChannelAffine);

  for (rt::Layout layout : {rt::Layout::SparseCoo, rt::Layout::SparseCsr}) {
    auto payload = std::make_shared<rt::SparsePayload>();
    bool isCoo = layout == rt::Layout::SparseCoo;
    payload->layout = layout;
    payload->indices = isCoo ? rt::Tensor::zeros(rt::Dtype::Int64, {2, 1})
                             : rt::Tensor::zeros(rt::Dtype::Int64, {1});
    if (!isCoo) {
      payload->rowPointers = rt::Tensor::zeros(rt::Dtype::Int64, {3});
      payload->rowPointers.dataAs<int64_t>()[1] = payload->rowPointers.dataAs<int64_t>()[2] = 1;
    }
    payload->values = floats({1});
    auto object = rt::Ref<rt::TensorObject>::adopt(new rt::TensorObject);
    object->sizes = {2, 2};
    object->sparse = payload;
    read = roundTrip(rt::Value::ofTensor(rt::Tensor(object))).asTensor();
    ASSERT_TRUE(read.isSparse());
    EXPECT_EQ(read.get()->sparse->layout, layout);
    EXPECT_EQ(read.sizes(), object->sizes);
  }
}

TEST(DataWriter, keepsSharedContainers) {
  rt::Value inner = rt::Value::ofList("int", {rt::Value::ofInt(1)});
  rt::Value read = roundTrip(rt::Value::ofTuple({inner, inner}));
  EXPECT_TRUE(read.asTuple().elements[0].isSame(read.asTuple().elements[1]));
  // A value that is small only as long as it stays shared.
  rt::Value doubling = inner;
  for (int i = 0; i < 20; ++i)
    doubling = rt::Value::ofTuple({doubling, doubling});
  EXPECT_LT(written(doubling).size(), 5000u);
}

TEST(DataWriter, usesLongMemoSlots) {
  std::vector<rt::Value> many;
  for (int i = 0; i < 600; ++i)
    many.push_back(rt::Value::ofTuple({rt::Value::ofInt(i), rt::Value::ofInt(i)}));
  many.push_back(many[599]);
  rt::Value list = rt::Value::ofList("Any", many);
  EXPECT_TRUE(rt::equal(roundTrip(list), list));
}

TEST(DataWriter, refusesWhatIsNotData) {
  EXPECT_EQ(refusal(rt::Value::ofObject(rt::Object::create("__torch__.M"))),
            "an object of class '__torch__.M' cannot be saved as data");
  EXPECT_EQ(refusal(rt::Value::ofEnum(rt::EnumMember::create("__torch__.C", "R", {}))),
            "a member of the enum '__torch__.C' cannot be saved as data");
  EXPECT_EQ(refusal(rt::Value::ofFunction(
                rt::Ref<rt::Function>::adopt(new rt::Function("__torch__.f")))),
            "functions, futures and generators cannot be saved as data");
  EXPECT_EQ(refusal(rt::Value::ofString("\xff")), "a string that is not UTF-8 cannot be saved");
  rt::Ref<rt::List> list = rt::List::create("Any");
  list->elements.push_back(rt::Value::ofList(list));
  EXPECT_EQ(refusal(rt::Value::ofList(list)), "a value that contains itself cannot be saved");
  list->elements.clear();
  rt::Value deep;
  for (int i = 0; i < 600; ++i)
    deep = rt::Value::ofTuple(std::vector<rt::Value>{deep});
  EXPECT_EQ(refusal(deep), "a value that nests deeper than 500 levels cannot be saved");
  rt::Tensor quantized = rt::Tensor::zeros(rt::Dtype::QInt8, {2});
  quantized.get()->quantizer = std::make_shared<rt::Quantizer>();
  rt::Tensor bytes = rt::Tensor::view(quantized.storage(), rt::Dtype::Int8, 0, {2}, {1});
  rt::Value pair[] = {rt::Value::ofTensor(bytes), rt::Value::ofTensor(quantized)};
  for (int first : {0, 1})
    EXPECT_EQ(refusal(rt::Value::ofTuple({pair[first], pair[1 - first]})),
              "a quantized tensor that shares its storage with another dtype cannot be saved");
}

TEST(DataWriter, writesFilesWholeOrNotAtAll) {
  SmallString<128> path;
  ASSERT_FALSE(sys::fs::createTemporaryFile("sconce-data", "pt", path));
  EXPECT_EQ(errorOf(writeData(rt::Value::ofInt(3), path)), "success");
  auto read = readData(StringRef(path));
  ASSERT_TRUE(static_cast<bool>(read));
  EXPECT_EQ(read->asInt(), 3);
  EXPECT_ERROR(writeData(rt::Value::ofString("\xff"), path),
               std::string(path) + ": a string that is not UTF-8 cannot be saved");
  EXPECT_EQ(errorOf(readData(StringRef(path))), "success") << "the old file is still there";
  EXPECT_ERROR(writeData(rt::Value::ofInt(3), "/does/not/exist/x.pt"),
               "/does/not/exist/x.pt: cannot write the file: ");
  sys::fs::remove(path);
}

} // namespace
} // namespace sconce::archive
