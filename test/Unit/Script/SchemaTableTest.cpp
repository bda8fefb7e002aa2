#include "lib/Script/SchemaTable.h"
#include "llvm/ADT/StringSet.h"
#include <gtest/gtest.h>
#include <regex>

using namespace sconce::script;
using llvm::StringRef;

static std::vector<std::string> overloads(SchemaTable &table, StringRef name) {
  std::vector<std::string> out;
  for (const Schema *schema : table.lookup(name))
    out.push_back(schema->overload);
  return out;
}

/// The types whose values are ints, bools or strings in TorchScript, by those names.
static std::string withPlainTypes(StringRef text) {
  static const std::regex ints("\\b(SymInt|ScalarType|Layout|MemoryFormat|QScheme|DeviceIndex)\\b");
  static const std::regex bools("\\bSymBool\\b");
  std::string out = std::regex_replace(text.str(), ints, "int");
  out = std::regex_replace(out, bools, "bool");
  return out;
}

TEST(SchemaTableTest, everyLineParsesAndPrintsAsItWas) {
  TypeContext types;
  std::string previous;
  llvm::StringSet<> seen;
  unsigned count = 0;
  SchemaTable::forEachText([&](StringRef line) {
    ++count;
    auto schema = parseSchema(types, line);
    if (!schema) {
      ADD_FAILURE() << line.str() << "\n" << llvm::toString(schema.takeError());
      return;
    }
    EXPECT_LE(previous, (*schema)->name) << "not sorted";
    previous = (*schema)->name;
    EXPECT_TRUE(seen.insert((*schema)->fullName()).second) << line.str();
    if (!line.contains("RRef(")) // A name only: what it refers to is dropped.
      EXPECT_EQ((*schema)->str(), withPlainTypes(line));
  });
  EXPECT_GT(count, 4000u);
}

TEST(SchemaTableTest, findsEveryName) {
  TypeContext types;
  SchemaTable table(types);
  SchemaTable::forEachText([&](StringRef line) {
    StringRef full = line.split('(').first;
    EXPECT_TRUE(table.contains(full.split('.').first)) << full.str();
    const Schema *schema = table.lookupFullName(full);
    ASSERT_TRUE(schema) << full.str();
    EXPECT_EQ(schema->fullName(), full);
  });
}

TEST(SchemaTableTest, keepsTheOrderOfRegistration) {
  TypeContext types;
  SchemaTable table(types);
  EXPECT_EQ(overloads(table, "aten::__getitem__"),
            (std::vector<std::string>{"t", "str", "Dict_str", "Dict_int", "Dict_bool", "Dict_float",
                                      "Dict_complex", "Dict_Tensor"}));
  EXPECT_EQ(overloads(table, "aten::__interpolate"),
            (std::vector<std::string>{"scale_list", "size_list_scale_list", "", "size_list"}));
}

TEST(SchemaTableTest, knowsOperatorsOfOtherNamespaces) {
  TypeContext types;
  SchemaTable table(types);
  EXPECT_TRUE(table.lookup("torchvision::nms", ""));
  EXPECT_TRUE(table.lookup("quantized_decomposed::dequantize_per_tensor", "tensor"));
  EXPECT_TRUE(table.contains("prims::convert_element_type"));
  EXPECT_TRUE(table.contains("profiler::_record_function_enter_new"));
}

TEST(SchemaTableTest, doesNotFindWhatIsNotThere) {
  TypeContext types;
  SchemaTable table(types);
  for (StringRef name : {"", "aten", "aten::", "aten::addx", "aten::ad", "zzz::z", "a",
                         "aten::add.Tensor"}) {
    EXPECT_FALSE(table.contains(name)) << name.str();
    EXPECT_TRUE(table.lookup(name).empty()) << name.str();
  }
  EXPECT_FALSE(table.lookup("aten::add", "nope"));
}

TEST(SchemaTableTest, takesMoreSchemas) {
  TypeContext types;
  SchemaTable table(types);
  const Schema *reduce =
      llvm::cantFail(table.add("ts::reduce(Tensor x, int[] dims, str kind) -> Tensor"));
  EXPECT_EQ(table.lookup("ts::reduce", ""), reduce);
  EXPECT_TRUE(table.contains("ts::reduce"));
  llvm::cantFail(table.add("aten::add.mine(Tensor x) -> Tensor"));
  EXPECT_EQ(overloads(table, "aten::add").back(), "mine");
  EXPECT_EQ(overloads(table, "aten::add").front(), "Tensor");
  EXPECT_EQ(llvm::toString(table.add("aten::add.mine(int x) -> int").takeError()),
            "schema 'aten::add.mine' exists already");
  EXPECT_TRUE(llvm::StringRef(llvm::toString(table.add("nonsense").takeError()))
                  .starts_with("schema:1:9: expected '('"));
}
