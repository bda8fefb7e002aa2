#include "lib/Archive/Archive.h"
#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

TEST(Archive, readsRootConstantsCodeAndExtraFiles) {
  PickleBuilder root;
  root.object("__torch__.a", "Net").emptyDict().mark().string("training").boolean(false);
  root.string("layer").object("__torch__.a", "Layer").emptyDict().mark().string("n").integer(7);
  root.setItems().build().setItems().build();
  auto opened = openArchive(
      {{"data.pkl", root.stop()},
       {"constants.pkl", PickleBuilder().mark().integer(1).string("two").tuple().stop()},
       {"code/__torch__.py", "absent"},
       {"code/__torch__/a.py", "class Net(Module):\n  pass\n"},
       {"extra/labels/en.txt", "cat\ndog"}});
  ASSERT_TRUE(static_cast<bool>(opened)) << toString(opened.takeError());
  Archive &archive = **opened;
  EXPECT_EQ(archive.name(), "x.pt");
  EXPECT_EQ(archive.folder(), "m");
  EXPECT_EQ(archive.version(), 3);
  rt::Object &net = archive.root().asObject();
  EXPECT_EQ(net.className, "__torch__.a.Net");
  ASSERT_EQ(net.slots.size(), 2u);
  EXPECT_EQ(net.slots[0].first, "training");
  EXPECT_EQ(net.find("layer")->asObject().find("n")->asInt(), 7);
  ASSERT_EQ(archive.constants().size(), 2u);
  EXPECT_EQ(archive.constants()[1].asString(), "two");

  EXPECT_EQ(archive.codeMembers(), ArrayRef<std::string>({"code/__torch__/a.py"}));
  EXPECT_EQ(Archive::codeMemberOf("__torch__.a.Net"), "code/__torch__/a.py");
  EXPECT_EQ(Archive::codeMemberOf("__torch__.Net"), "code/__torch__.py");
  EXPECT_TRUE(archive.hasCode("code/__torch__/a.py"));
  EXPECT_FALSE(archive.hasCode("code/__torch__/b.py"));
  for (int pass = 0; pass < 2; ++pass) {
    auto text = archive.code("code/__torch__/a.py");
    ASSERT_TRUE(static_cast<bool>(text));
    EXPECT_EQ(*text, "class Net(Module):\n  pass\n");
  }

  EXPECT_EQ(archive.extraFiles(), std::vector<std::string>{"labels/en.txt"});
  auto extra = archive.extraFile("labels/en.txt");
  ASSERT_TRUE(static_cast<bool>(extra));
  EXPECT_EQ(extra->text(), "cat\ndog");
  EXPECT_ERROR(archive.extraFile("fr.txt"), "the archive has no extra file 'fr.txt'");
}

TEST(Archive, hashesItsStructure) {
  auto hashOf = [](Records records) {
    auto opened = openArchive(std::move(records));
    EXPECT_TRUE(static_cast<bool>(opened));
    auto hash = (*opened)->structureHash();
    EXPECT_TRUE(static_cast<bool>(hash));
    return *hash;
  };
  auto hash = hashOf({{"data/0", "elements"}});
  // Neither elements, nor what nobody compiles, but everything else.
  EXPECT_EQ(hash, hashOf({{"data/0", "ELEMENTS"}, {"extra/a.txt", "a"}, {".data/serialization_id", "1"}}));
  EXPECT_EQ(hash, hashOf({{"data/0", "elements"}, {"code/__torch__.py.debug_pkl", "b"}}));
  EXPECT_NE(hash, hashOf({{"data/0", "more elements"}}));
  EXPECT_NE(hash, hashOf({{"data/1", "elements"}}));
  EXPECT_NE(hash, hashOf({{"data/0", "elements"}, {"version", "4\n"}}));
  EXPECT_NE(hash, hashOf({{"data/0", "elements"}, {"code/__torch__.py", "class M(Module):\n  pass\n\n"}}));
  EXPECT_NE(hash, hashOf({{"data/0", "elements"}, {"constants.pkl", PickleBuilder().mark().integer(1).tuple().stop()}}));
}

TEST(Archive, keepsTheStateOfObjectsForSetstate) {
  PickleBuilder attribute;
  attribute.object("__torch__.torch.classes.quantized", "LinearPackedParamsBase");
  attribute.mark().integer(1).none().tuple().build();
  PickleBuilder root;
  root.object("__torch__", "M").emptyDict().mark().string("a").raw(attribute.bytes.substr(2));
  root.setItems().build();
  auto archive = openArchive({{"data.pkl", root.stop()}});
  ASSERT_TRUE(static_cast<bool>(archive));
  rt::Object &packed = (*archive)->root().asObject().find("a")->asObject();
  EXPECT_TRUE(packed.slots.empty());
  const rt::Value *state = (*archive)->state(packed);
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->asTuple().elements.size(), 2u);
  EXPECT_TRUE((*archive)->state((*archive)->root().asObject())->isDict());
  EXPECT_EQ((*archive)->state(*rt::Object::create("x")), nullptr);
}

TEST(Archive, readsTheVersionFromEitherRecord) {
  auto archive = openArchive({{"version", "absent"}, {".data/version", "10\n"}});
  ASSERT_TRUE(static_cast<bool>(archive));
  EXPECT_EQ((*archive)->version(), 10);
  archive = openArchive({{"version", "3\n"}, {".data/version", "8\n"}});
  ASSERT_TRUE(static_cast<bool>(archive));
  EXPECT_EQ((*archive)->version(), 8);
}

TEST(Archive, refusesOtherVersions) {
  EXPECT_ERROR(openArchive({{"version", "absent"}}), "the archive lacks the record 'version'");
  EXPECT_ERROR(openArchive({{"version", "0\n"}}),
               "x.pt(version): the archive has version 0; versions 1 to 10 can be read");
  EXPECT_ERROR(openArchive({{"version", "11\n"}}), "the archive has version 11");
  EXPECT_ERROR(openArchive({{"version", "three"}}), "expected a version number");
  EXPECT_ERROR(openArchive({{"version", std::string(100, '1')}}), "expected at most 64 bytes");
}

TEST(Archive, readsByteOrder) {
  PickleBuilder tensor;
  tensor.tensor("ShortStorage", "0", 2, 0, {2}, {1});
  auto value = readAttribute(tensor, {{"byteorder", "big"}, {"data/0", std::string("\1\2\3\4")}});
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(value->asTensor().dataAs<int16_t>()[0], 0x0102);
  EXPECT_EQ(value->asTensor().dataAs<int16_t>()[1], 0x0304);
  value = readAttribute(tensor, {{"byteorder", "little"}, {"data/0", std::string("\1\2\3\4")}});
  ASSERT_TRUE(static_cast<bool>(value));
  EXPECT_EQ(value->asTensor().dataAs<int16_t>()[0], 0x0201);
  EXPECT_ERROR(openArchive({{"byteorder", "middle"}}),
               "x.pt(byteorder): expected the byte order 'little' or 'big'");
}

TEST(Archive, refusesWrongValues) {
  EXPECT_ERROR(openArchive({{"data.pkl", PickleBuilder().integer(1).stop()}}),
               "x.pt(data.pkl): expected a module as the archive's value");
  EXPECT_ERROR(openArchive({{"constants.pkl", PickleBuilder().emptyList().stop()}}),
               "x.pt(constants.pkl): expected a tuple of constants");
}

TEST(Archive, refusesCodeThatCannotBeRead) {
  for (std::string name : {"ops.prim.ConstantMKLDNNTensor", "ops.mkldnn.x", "ops.tensorrt.x"}) {
    auto archive = openArchive({{"code/__torch__.py", "  _0 = " + name + "()\n"}});
    ASSERT_TRUE(static_cast<bool>(archive));
    EXPECT_ERROR((*archive)->code("code/__torch__.py"),
                 "x.pt(code/__torch__.py): the model was optimized for one device");
  }
  auto archive = openArchive({{"code/__torch__.py", "x = \xff"}});
  ASSERT_TRUE(static_cast<bool>(archive));
  EXPECT_ERROR((*archive)->code("code/__torch__.py"),
               "x.pt(code/__torch__.py): byte 4: the code is not UTF-8");
  EXPECT_ERROR((*archive)->code("code/other.py"), "the archive has no record 'code/other.py'");
  EXPECT_ERROR((*archive)->code("version"), "the archive has no record 'version'");
}

TEST(Archive, survivesEveryTruncationAndBitFlip) {
  PickleBuilder root;
  root.object("__torch__", "M").emptyDict().mark().string("w");
  root.raw(PickleBuilder().tensor("FloatStorage", "0", 4, 0, {2, 2}, {2, 1}).bytes.substr(2));
  root.setItems().build();
  std::string good = packArchive({{"data.pkl", root.stop()}, {"data/0", std::string(16, 'x')}});
  EXPECT_EQ(errorOf(Archive::open(sourceOf(good))), "success");
  for (size_t length = 0; length < good.size(); length += 3)
    EXPECT_NE(errorOf(Archive::open(sourceOf(good.substr(0, length)))), "success") << length;
  for (size_t bit = 0; bit < good.size() * 8; bit += 5) {
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    (void)errorOf(Archive::open(sourceOf(bytes)));
  }
}

} // namespace
} // namespace sconce::archive
