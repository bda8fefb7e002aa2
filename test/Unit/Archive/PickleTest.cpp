#include "lib/Archive/Pickle.h"
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

PickleBuilder raw(const std::string &text) { return PickleBuilder().raw(text); }

TEST(Pickle, readsNumbers) {
  EXPECT_TRUE(attribute(raw("N")).isNone());
  EXPECT_EQ(attribute(raw("\x88")).asBool(), true);
  EXPECT_EQ(attribute(raw("\x89")).asBool(), false);
  EXPECT_EQ(attribute(raw("K\xff")).asInt(), 255);
  EXPECT_EQ(attribute(raw("M\x2c\x01")).asInt(), 300);
  EXPECT_EQ(attribute(raw("J\xfb\xff\xff\xff")).asInt(), -5);
  EXPECT_EQ(attribute(PickleBuilder().integer(int64_t(1) << 40)).asInt(), int64_t(1) << 40);
  EXPECT_EQ(attribute(PickleBuilder().integer(INT64_MIN)).asInt(), INT64_MIN);
  EXPECT_EQ(attribute(PickleBuilder().number(1.5)).asDouble(), 1.5);
  PickleBuilder complex;
  complex.global("builtins", "complex").number(1).number(2).raw("\x86R");
  EXPECT_EQ(attribute(complex).asComplex(), std::complex<double>(1, 2));
}

TEST(Pickle, readsStringsAndDevices) {
  EXPECT_EQ(attribute(PickleBuilder().string("h\xc3\xa9")).asString(), "h\xc3\xa9");
  PickleBuilder device;
  device.global("torch", "device").string("cuda:1").raw("\x85R");
  EXPECT_EQ(attribute(device).asDevice().text(), "cuda:1");
}

TEST(Pickle, readsTuplesOfEverySize) {
  EXPECT_EQ(attribute(raw(")")).asTuple().elements.size(), 0u);
  EXPECT_EQ(attribute(raw("N\x85")).asTuple().elements.size(), 1u);
  EXPECT_EQ(attribute(raw("NN\x86")).asTuple().elements.size(), 2u);
  EXPECT_EQ(attribute(raw("K\1K\2K\3\x87")).asTuple().elements[0].asInt(), 1);
  EXPECT_EQ(attribute(raw("(NNNNt")).asTuple().elements.size(), 4u);
}

TEST(Pickle, readsListsAndDictsOfEitherForm) {
  EXPECT_EQ(attribute(raw("](K\1K\2e")).asList().elements[1].asInt(), 2);
  EXPECT_EQ(attribute(raw("](e")).asList().elements.size(), 0u);
  EXPECT_EQ(attribute(raw("]K\1a")).asList().elements[0].asInt(), 1);
  EXPECT_EQ(attribute(raw("(K\1K\2l")).asList().elements[1].asInt(), 2);
  rt::Value dict = attribute(raw("}(K\1K\2K\3K\4u"));
  EXPECT_EQ(dict.asDict().find(rt::Value::ofInt(3))->asInt(), 4);
  EXPECT_EQ(attribute(raw("}K\1K\2s")).asDict().size(), 1u);
  EXPECT_EQ(attribute(raw("(K\1K\2d")).asDict().size(), 1u);
  // Insertion order stays.
  auto entries = attribute(raw("}(K\3NK\1NK\2Nu")).asDict().entries();
  EXPECT_EQ(entries[0].first.asInt(), 3);
  EXPECT_EQ(entries[2].first.asInt(), 2);
}

TEST(Pickle, readsTypeTags) {
  PickleBuilder list;
  list.global("torch.jit._pickle", "build_intlist").raw("](K\1K\2e\x85R");
  EXPECT_EQ(attribute(list).asList().elementType, "int");
  PickleBuilder nested;
  nested.global("torch.jit._pickle", "restore_type_tag");
  nested.raw("](e").string("List[Tuple[int, Dict[str, List[float]]]]").raw("\x86R");
  EXPECT_EQ(attribute(nested).asList().elementType, "Tuple[int, Dict[str, List[float]]]");
  PickleBuilder dict;
  dict.global("torch.jit._pickle", "restore_type_tag");
  dict.raw("}(u").string("Dict[str, List[Tuple[int, int]]]").raw("\x86R");
  EXPECT_EQ(attribute(dict).asDict().keyType, "str");
  EXPECT_EQ(attribute(dict).asDict().valueType, "List[Tuple[int, int]]");
  EXPECT_EQ(attribute(raw("](e")).asList().elementType, "") << "as in versions 1 and 2";
}

TEST(Pickle, sharesWhatTheMemoShares) {
  rt::Value pair = attribute(raw("](K\1eq\x05h\x05\x86"));
  EXPECT_TRUE(pair.asTuple().elements[0].isSame(pair.asTuple().elements[1]));
  rt::Value tuples = attribute(raw(")q\x05h\x05\x86"));
  EXPECT_TRUE(tuples.asTuple().elements[0].isSame(tuples.asTuple().elements[1]));
  std::string slot("\xe8\x03\0\0", 4);
  EXPECT_EQ(attribute(raw("(K\7r" + slot + "j" + slot + "t")).asTuple().elements[1].asInt(), 7);
}

TEST(Pickle, makesOneMemberForEachEnumValue) {
  auto member = [](const std::string &value) {
    return PickleBuilder().global("__torch__", "Color").raw(value + "R").bytes.substr(2);
  };
  rt::Value members = attribute(raw("(" + member("K\1") + member("K\1") + member("K\2") +
                                    member(PickleBuilder().string("g").bytes.substr(2)) + "t"));
  auto &list = members.asTuple().elements;
  EXPECT_TRUE(list[0].isSame(list[1]));
  EXPECT_FALSE(list[0].isSame(list[2]));
  EXPECT_EQ(list[3].asEnum().className, "__torch__.Color");
  EXPECT_EQ(list[3].asEnum().name, "");
  EXPECT_EQ(list[3].asEnum().value.asString(), "g");
}

TEST(Pickle, ignoresBytesAfterStop) {
  PickleBuilder root;
  root.object("__torch__", "M").emptyDict().build();
  EXPECT_EQ(errorOf(openArchive({{"data.pkl", root.stop() + "junk"}})), "success");
}

TEST(Pickle, readsTheDataDialect) {
  auto read = [](const PickleBuilder &pickle) {
    auto value = readPickled(pickle);
    if (!value)
      ADD_FAILURE() << toString(value.takeError());
    return value ? *value : rt::Value();
  };
  EXPECT_EQ(read(raw(std::string("\x8a\0", 2))).asInt(), 0);
  EXPECT_EQ(read(raw("\x8a\1\xff")).asInt(), -1);
  EXPECT_EQ(read(raw("\x8a\3\1\2\3")).asInt(), 0x030201);
  EXPECT_EQ(read(PickleBuilder().global("torch", "float32")).asInt(), 6);
  EXPECT_EQ(read(PickleBuilder().global("torch", "channels_last")).asInt(), 2);
  EXPECT_EQ(read(PickleBuilder().global("torch", "per_channel_affine")).asInt(), 1);
  EXPECT_EQ(read(PickleBuilder().global("torch.serialization", "_get_layout")
                     .string("torch.sparse_csr").raw("\x85R")).asInt(), 2);
  rt::Value size = read(PickleBuilder().global("torch", "Size").raw("K\1K\2\x86\x85R"));
  EXPECT_EQ(size.asList().elementType, "int");
  EXPECT_EQ(size.asList().elements[1].asInt(), 2);
  EXPECT_EQ(read(PickleBuilder().global("__builtin__", "complex").number(1).number(2).raw("\x86R"))
                .asComplex(), std::complex<double>(1, 2));
  rt::Value named =
      read(PickleBuilder().global("torch.return_types", "max").raw("K\1K\2\x86}\x86R"));
  EXPECT_EQ(named.asTuple().elements[1].asInt(), 2);
  EXPECT_EQ(read(PickleBuilder().global("torch", "device").string("cuda").raw("K\1\x86R"))
                .asDevice().text(), "cuda:1");
}

TEST(Pickle, readsOrderedDicts) {
  PickleBuilder stateDict;
  stateDict.global("collections", "OrderedDict").raw(")R(").string("w").raw("K\1u}");
  stateDict.string("_metadata").raw("}sb");
  auto value = readPickled(stateDict);
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(value->asDict().size(), 1u);
  PickleBuilder pairs;
  pairs.global("collections", "OrderedDict").raw("](](").string("a").raw("K\1e](").string("b");
  pairs.raw("K\2ee\x85R");
  value = readPickled(pairs);
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(value->asDict().find(rt::Value::ofString("b"))->asInt(), 2);
}

} // namespace
} // namespace sconce::archive
