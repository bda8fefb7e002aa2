// Types of an archive's code are claims: values that are not of them are refused, whatever is done with them.
#include "test/Unit/Specialize/SourceProgram.h"

using namespace sconce::specialize;
using sconce::rt::Value;

/// What becomes of a module whose attribute `x` is declared as `type`, holds `value`, and is used so.
static std::string used(const std::string &type, const Value &value, const std::string &use) {
  SourceProgram program("class B(Module):\n  v : int\nclass M(Module):\n  x : " + type +
                            "\n  def forward(self: __torch__.M, t: Tensor):\n    x = self.x\n    return " + use + "\n",
                        {{"x", value}});
  std::string compiled = program.specialized({"2xf32"});
  std::string interpreted = program.interpreted({floats({2}, {1, 2})});
  bool areAlike = contains(compiled, "error:") == contains(interpreted, "error:");
  return areAlike ? interpreted : "compiled: " + compiled + " interpreted: " + interpreted;
}

static Value object(const std::string &className, std::vector<std::pair<std::string, Value>> slots) {
  sconce::rt::Ref<sconce::rt::Object> made = sconce::rt::Object::create(className);
  for (auto &[name, value] : slots)
    made->set(name, value);
  return Value::ofObject(made);
}

static Value dictOf(const Value &key, const Value &value) {
  sconce::rt::Ref<sconce::rt::Dict> dict = sconce::rt::Dict::create("str", "int");
  dict->set(key, value);
  return Value::ofDict(dict);
}

TEST(TypeClaims, AttributesOfAnotherKindAreRefused) {
  Value number = Value::ofInt(1), text = Value::ofString("a"), tensor = floats({2}, {1, 2});
  struct Lie {
    const char *type;
    Value value;
    const char *use, *actual;
  };
  for (const Lie &lie : {Lie{"int", text, "[1, 2][x]", "str"}, Lie{"int", Value::ofDouble(2.5), "torch.select(t, 0, x)", "float"},
                         Lie{"float", tensor, "torch.mul(t, x)", "Tensor"}, Lie{"bool", Value::none(), "not x", "NoneType"},
                         Lie{"str", number, "torch.upper(x)", "int"}, Lie{"Tensor", number, "torch.add(t, x)", "int"},
                         Lie{"Tensor", object("__torch__.B", {{"v", number}}), "torch.add(t, x)", "__torch__.B"},
                         Lie{"Optional[Tensor]", text, "torch.linear(t, torch.zeros([2, 2]), x)", "str"},
                         Lie{"List[int]", dictOf(text, number), "torch.reshape(t, x)", "Dict[str, int]"},
                         Lie{"Dict[str, int]", Value::ofList("int", {number}), "torch.keys(x)", "List[int]"},
                         Lie{"Tuple[int, int]", Value::ofTuple({number}), "x[1]", "Tuple[int]"},
                         Lie{"__torch__.B", number, "x.v", "int"}, Lie{"__torch__.B", object("__torch__.M", {}), "x.v", "__torch__.M"}})
    EXPECT_EQ(used(lie.type, lie.value, lie.use), std::string("error: the archive's value of attribute 'x' is not of the type '") + lie.type +
                                                      "' that class '__torch__.M' declares: it is a '" + lie.actual + "'");
}

TEST(TypeClaims, ContainersAreLookedInto) {
  Value number = Value::ofInt(1), text = Value::ofString("a");
  Value lists = Value::ofList("List[int]", {Value::ofList("int", {text})});
  for (auto &[type, value, use] :
       {std::tuple{"List[int]", Value::ofList("int", {number, text}), "torch.reshape(t, x)"}, {"List[List[int]]", lists, "torch.tensor(x)"},
        {"Dict[str, int]", dictOf(number, number), "torch.items(x)"}, {"Dict[str, int]", dictOf(text, text), "torch.values(x)"}})
    EXPECT_EQ(used(type, value, use), std::string("error: the archive's value of attribute 'x' is not of the type '") + type +
                                          "' that class '__torch__.M' declares: it is a '" + type + "', but holds values of other types");
}

TEST(TypeClaims, ContainersAreOfTheDeclaredType) {
  // Old archives do not say what empty lists are lists of.
  EXPECT_EQ(used("List[int]", Value::ofList("", {}), "torch.add(x, [1])"), "[1]");
  EXPECT_EQ(used("List[int]", Value::ofList("Tensor", {Value::ofInt(2)}), "torch.add(x, [1])"), "[2, 1]");
  EXPECT_EQ(used("Optional[List[int]]", Value::none(), "x is None"), "True");
}

TEST(TypeClaims, AttributesOfObjectsInside) {
  Value inner = object("__torch__.B", {{"v", Value::ofString("a")}});
  EXPECT_EQ(used("__torch__.B", inner, "x.v"),
            "error: the archive's value of attribute 'v' is not of the type 'int' that class '__torch__.B' declares: it is a 'str'");
  EXPECT_EQ(used("__torch__.B", object("__torch__.B", {}), "x.v"),
            "raised RuntimeError: '__torch__.B' object has no attribute 'v'");
}

TEST(TypeClaims, CastsAreChecked) {
  Value number = Value::ofInt(1);
  EXPECT_EQ(used("Any", number, "unchecked_cast(int, x) + 1"), "2");
  EXPECT_EQ(used("Any", number, "unchecked_cast(float, x) * 2."), "error: 'unchecked_cast' got a int where the code says float");
  EXPECT_EQ(used("Any", number, "torch.append(unchecked_cast(List[int], x), 1)"),
            "error: 'unchecked_cast' got a int where the code says List[int]");
  EXPECT_EQ(used("Any", number, "unchecked_cast(__torch__.B, x).v"), "error: 'unchecked_cast' got a int where the code says __torch__.B");
  EXPECT_EQ(used("Optional[Tensor]", Value::none(), "torch.add(unchecked_cast(Tensor, x), 1)"),
            "error: 'unchecked_cast' got a NoneType where the code says Tensor");
}

TEST(TypeClaims, ConstantsHoldWhatTheySay) {
  std::string code = forwardOf("t: Tensor", "List[int]", "return CONSTANTS.c0");
  EXPECT_EQ(SourceProgram(code, {}, {Value::ofList("int", {Value::ofInt(5)})}).interpreted({floats({2}, {1, 2})}), "[5]");
  EXPECT_EQ(SourceProgram(code, {}, {Value::ofList("int", {Value::ofString("a")})}).interpreted({floats({2}, {1, 2})}),
            "error: the archive's constant 0 holds other values than 'List[int]' says");
}
