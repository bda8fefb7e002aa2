// What a pickle must not do; one case for each message.
#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

std::string refusal(const PickleBuilder &pickle, Limits limits = {}) {
  return errorOf(readAttribute(pickle, {}, limits));
}
std::string refusal(const std::string &text) { return refusal(PickleBuilder().raw(text)); }
std::string dataRefusal(const PickleBuilder &pickle) { return errorOf(readPickled(pickle)); }
std::string rootRefusal(const std::string &pickle) {
  return errorOf(openArchive({{"data.pkl", pickle}}));
}

PickleBuilder call(const std::string &module, const std::string &name,
                   const std::string &argument) {
  return PickleBuilder().global(module, name).raw(argument + "R");
}

TEST(PickleRefusal, header) {
  EXPECT_SAYS(rootRefusal(""), "x.pt(data.pkl): byte 0: expected a pickle of protocol 2");
  EXPECT_SAYS(rootRefusal("N."), "expected a pickle of protocol 2, which starts with");
  EXPECT_SAYS(rootRefusal("\x80\x04N."), "expected a pickle of protocol 2, got protocol 4");
}

TEST(PickleRefusal, end) {
  EXPECT_SAYS(rootRefusal("\x80\x02N"), "byte 3: the pickle ends without a STOP instruction");
  EXPECT_SAYS(rootRefusal("\x80\x02NN."), "the pickle ends with 2 values on its stack");
  EXPECT_SAYS(rootRefusal("\x80\x02."), "the pickle ends with 0 values on its stack");
  EXPECT_SAYS(rootRefusal("\x80\x02N(."), "expected one");
}

TEST(PickleRefusal, instructionsThatPyTorchDoesNotWrite) {
  // POP, DUP, POP_MARK, INT, FLOAT, LONG, LONG4, UNICODE, STRING, BINSTRING, SHORT_BINSTRING, PUT,
  // GET, INST, OBJ, EXT1, BINBYTES, PERSID, a second PROTO, and the first of protocols 3 and 4.
  std::string codes = "021IFL\x8bVSTUpgio\x82" "BP\x80" "C\x95\x8c\x93\x94";
  for (char code : codes)
    EXPECT_SAYS(refusal(std::string(1, code) + "0\n"), "is not one that PyTorch writes") << code;
  EXPECT_SAYS(refusal("0"), "byte 25: the pickle instruction 0x30 is not one");
}

TEST(PickleRefusal, truncation) {
  EXPECT_SAYS(rootRefusal("\x80\x02J\1\2"),
              "byte 2: the pickle is truncated: expected 4 bytes, 2 are left");
  EXPECT_SAYS(rootRefusal("\x80\x02X\xff\xff\xff\x7f" "abc"), "the pickle is truncated");
  EXPECT_SAYS(rootRefusal("\x80\x02" "ctorch"), "the pickle is truncated inside a name");
  EXPECT_SAYS(rootRefusal("\x80\x02" "ctorch\ndev"), "the pickle is truncated inside a name");
}

TEST(PickleRefusal, stackUnderflow) {
  EXPECT_SAYS(rootRefusal("\x80\x02\x85."), "byte 2: the pickle's stack is empty");
  EXPECT_SAYS(rootRefusal("\x80\x02q\1."), "the pickle's stack is empty");
  EXPECT_SAYS(rootRefusal("\x80\x02K\1a."), "the pickle's stack is empty");
  EXPECT_SAYS(rootRefusal("\x80\x02N(\x85."), "the pickle's stack is empty") << "below the mark";
  EXPECT_SAYS(rootRefusal("\x80\x02t."), "the pickle closes a mark that it did not set");
}

TEST(PickleRefusal, memo) {
  EXPECT_SAYS(refusal(std::string("h\x09", 2)), "the pickle reads memo slot 9, which is empty");
  EXPECT_SAYS(refusal("j\xff\xff\xff\xff"), "the pickle reads memo slot 4294967295");
}

TEST(PickleRefusal, names) {
  EXPECT_SAYS(refusal(call("os", "system", "\x85")),
              "the pickle names 'os.system', which is not part of the TorchScript format; nothing "
              "was evaluated");
  EXPECT_SAYS(refusal(call("builtins", "eval", ")")), "the pickle names 'builtins.eval'");
  EXPECT_SAYS(refusal(PickleBuilder().global("__torch__evil", "x")), "'__torch__evil.x'");
  EXPECT_SAYS(refusal(PickleBuilder().global("torch", "float32")), "'torch.float32'");
  EXPECT_SAYS(refusal(PickleBuilder().global("a\x1b", "b")), "'a\\1B.b'");
  EXPECT_SAYS(refusal(PickleBuilder().global("\xff", "b")), "a name in the pickle is not UTF-8");
  EXPECT_SAYS(refusal(PickleBuilder().global("__torch__", std::string(5000, 'x'))),
              "a name in the pickle is longer than 4096 bytes");
  EXPECT_SAYS(refusal(PickleBuilder().global("torch", "QUInt4x2Storage")),
              "storages of the type 'torch.QUInt4x2Storage' are not supported");
  EXPECT_SAYS(refusal(PickleBuilder().global("__main__", "TensorID")),
              "the archive was written before TorchScript 1.1");
  EXPECT_SAYS(refusal(PickleBuilder().global("torch.distributed.rpc", "rref")),
              "remote references ('torch.distributed.rpc.rref') are not supported");
  EXPECT_SAYS(refusal(PickleBuilder().global("torch.jit._pickle", "build_tensor_from_id")),
              "remote references");
  EXPECT_SAYS(dataRefusal(PickleBuilder().global("mine", "Model")),
              "the file holds a Python object of 'mine.Model'; only tensors, numbers");
  EXPECT_SAYS(dataRefusal(PickleBuilder().global("__torch__", "M")), "a Python object of");
  EXPECT_SAYS(refusal(PickleBuilder().global("torch", "device")),
              "the name 'torch.device' is used as a value");
}

TEST(PickleRefusal, strings) {
  EXPECT_SAYS(refusal(PickleBuilder().string("\xff")), "a string in the pickle is not UTF-8");
  EXPECT_SAYS(refusal(PickleBuilder().string("\xed\xa0\x80")),
              "a string in the pickle is not UTF-8");
}

TEST(PickleRefusal, longIntegers) {
  EXPECT_SAYS(refusal("\x8a\1\1"), "expected an integer of 8 bytes, got 1");
  EXPECT_SAYS(dataRefusal(PickleBuilder().raw(std::string("\x8a\x09") + std::string(9, '\1'))),
              "an integer of 9 bytes does not fit into 64 bits");
}

TEST(PickleRefusal, selfReference) {
  std::string text = "changes after it became part of another value";
  EXPECT_SAYS(refusal("]q\5(h\5e"), text);
  EXPECT_SAYS(refusal("]q\5(](h\5ee"), text);
  EXPECT_SAYS(refusal("]q\5(h\5\x85" "e"), text);
  EXPECT_SAYS(refusal("}q\5(K\1h\5u"), text);
  EXPECT_SAYS(refusal("}q\5K\1h\5s"), text);
  PickleBuilder object;
  object.object("__torch__", "A").put(5).raw("](h\5e").build();
  EXPECT_SAYS(refusal(object), "an object is used before it has its state");
}

TEST(PickleRefusal, containers) {
  EXPECT_SAYS(refusal("K\1K\2a"), "expected a list on the pickle's stack");
  EXPECT_SAYS(refusal("K\1(K\2K\3u"), "expected a dict on the pickle's stack");
  EXPECT_SAYS(refusal("}(K\1u"), "a dict's last key has no value");
  EXPECT_SAYS(refusal("})K\1s"), "a dict's key must be a number, a string, a tensor or a device");
  EXPECT_SAYS(refusal("}NK\1s"), "a dict's key must be");
}

TEST(PickleRefusal, objects) {
  EXPECT_SAYS(refusal("K\1)\x81"), "expected a class and an empty tuple, to make an object");
  EXPECT_SAYS(refusal(PickleBuilder().global("__torch__", "A").raw("K\1\x85\x81")),
              "expected a class and an empty tuple");
  EXPECT_SAYS(refusal(PickleBuilder().object("__torch__", "A")),
              "an object is used before it has its state");
  EXPECT_SAYS(refusal(PickleBuilder().object("__torch__", "A").raw("}b}b")),
              "an object is given its state twice");
  EXPECT_SAYS(refusal("]}b"), "expected an object on the pickle's stack");
}

TEST(PickleRefusal, calls) {
  EXPECT_SAYS(refusal("K\1)R"), "the pickle calls a value that is not a name");
  EXPECT_SAYS(refusal(call("torch", "FloatStorage", ")")),
              "the pickle calls 'torch.FloatStorage', which is not a function");
  EXPECT_SAYS(refusal(call("torch", "device", "K\1")),
              "expected a tuple of arguments for 'torch.device'");
  EXPECT_SAYS(refusal(call("torch._utils", "_rebuild_tensor_v2", ")")),
              "wrong arguments for 'torch._utils._rebuild_tensor_v2'");
  EXPECT_SAYS(refusal(call("collections", "OrderedDict", "](e\x85")),
              "wrong arguments for 'collections.OrderedDict'");
  EXPECT_SAYS(dataRefusal(call("collections", "OrderedDict", "](K\1e\x85")),
              "expected pairs of a key and a value for 'collections.OrderedDict'");
  EXPECT_SAYS(refusal(call("builtins", "complex", "K\1K\2\x86")),
              "expected two floats for a complex number");
  EXPECT_SAYS(refusal(call("__torch__", "Color", ")")),
              "expected an int, a float or a string as the value of an enum member of "
              "'__torch__.Color'");
  EXPECT_SAYS(dataRefusal(call("torch.return_types", "max", ")")),
              "wrong arguments for 'torch.return_types.max'");
}

TEST(PickleRefusal, devices) {
  EXPECT_SAYS(refusal(call("torch", "device", ")")), "wrong arguments for 'torch.device'");
  EXPECT_SAYS(refusal(call("torch", "device", "K\1\x85")), "expected a string as a device");
  for (std::string text : {"", "cuda:", "cuda:x", "cu/da", "cpu:99999"})
    EXPECT_SAYS(refusal(PickleBuilder().global("torch", "device").string(text).raw("\x85R")),
                "expected a device such as 'cpu' or 'cuda:1', got '" + text + "'");
  EXPECT_SAYS(dataRefusal(PickleBuilder().global("torch", "device").string("cuda").raw("N\x86R")),
              "expected an int as the index of a device");
}

TEST(PickleRefusal, typeTags) {
  auto tag = [](const std::string &container, const std::string &type) {
    return PickleBuilder().global("torch.jit._pickle", "restore_type_tag").raw(container)
        .string(type).raw("\x86R");
  };
  for (std::string type : {"Foo", "List[int", "List[]", "List[int]]", "List[int, int]", "Dict[int]",
                           "Dict[int, ]", "List[a]b]"})
    EXPECT_SAYS(refusal(tag("](e", type)), "the container type '" + type + "' is neither");
  EXPECT_SAYS(refusal(tag("](e", "Dict[str, int]")), "does not fit its container");
  EXPECT_SAYS(refusal(tag("K\1", "List[int]")), "does not fit its container");
  EXPECT_SAYS(refusal(call("torch.jit._pickle", "restore_type_tag", ")")),
              "expected a container and its type");
  EXPECT_SAYS(refusal(call("torch.jit._pickle", "restore_type_tag", "](eK\1\x86")),
              "expected a string as the type of a container");
  EXPECT_SAYS(refusal(call("torch.jit._pickle", "build_intlist", ")")), "expected a list of int");
  for (auto [name, type] : {std::pair("build_intlist", "int"), {"build_doublelist", "float"},
                            {"build_boollist", "bool"}, {"build_tensorlist", "Tensor"}})
    EXPECT_SAYS(refusal(call("torch.jit._pickle", name, "]()e\x85")),
                std::string("expected every element of the list to be of type ") + type);
  PickleBuilder twice;
  twice.global("torch.jit._pickle", "build_intlist");
  twice.raw(tag("](e", "List[str]").bytes.substr(2) + "\x85R");
  EXPECT_SAYS(refusal(twice), "a container is given two types");
  PickleBuilder again;
  again.global("torch.jit._pickle", "restore_type_tag");
  again.raw(tag("](e", "List[str]").bytes.substr(2)).string("List[int]").raw("\x86R");
  EXPECT_SAYS(refusal(again), "a container is given two types");
}

TEST(PickleRefusal, layoutsAndSizes) {
  EXPECT_SAYS(dataRefusal(call("torch.serialization", "_get_layout", ")")),
              "wrong arguments for 'torch.serialization._get_layout'");
  EXPECT_SAYS(dataRefusal(call("torch.serialization", "_get_layout", "N\x85")),
              "expected a string as a layout");
  EXPECT_SAYS(dataRefusal(PickleBuilder().global("torch.serialization", "_get_layout")
                              .string("torch.cubist").raw("\x85R")),
              "unknown layout 'torch.cubist'");
  EXPECT_SAYS(dataRefusal(call("torch", "Size", ")")), "wrong arguments for 'torch.Size'");
  EXPECT_SAYS(dataRefusal(call("torch", "Size", "N\x85")), "expected a tuple of ints as a size");
  EXPECT_SAYS(dataRefusal(call("torch", "Size", "N\x85\x85")), "expected an int as a size");
}

TEST(PickleRefusal, limits) {
  Limits limits;
  limits.maxDepth = 10;
  EXPECT_SAYS(refusal(PickleBuilder().raw(")" + std::string(9, '\x85')), limits),
              "the pickle nests deeper than 10 levels");
  limits = {};
  limits.maxValues = 20;
  EXPECT_SAYS(refusal(PickleBuilder().raw("(" + std::string(30, 'N') + "t"), limits),
              "the pickle makes more than 20 values");
  EXPECT_SAYS(refusal(PickleBuilder().raw(std::string(30, '(')), limits),
              "the pickle makes more than 20 values");
  limits = {};
  limits.maxPickleBytes = 10;
  EXPECT_SAYS(refusal(PickleBuilder().none(), limits), "more than the limit of 10");
  // 2^40 values in 200 bytes.
  std::string doubling = ")";
  for (int i = 0; i < 40; ++i)
    doubling += "q\5h\5\x86";
  EXPECT_SAYS(refusal(doubling), "the pickle's shared values stand for more than 268435456 values");
  EXPECT_SAYS(refusal(std::string(100000, ']') + std::string(100000, 'a')),
              "the pickle nests deeper than 512 levels");
}

TEST(PickleRefusal, storagesAsValues) {
  EXPECT_SAYS(errorOf(readPickled(PickleBuilder().storage("FloatStorage", "0", 1),
                                  {{"data/0", std::string(4, '\0')}})),
              "a storage is used as a value; only tensors can be read");
}

} // namespace
} // namespace sconce::archive
