/// include/sconce: loading, calling, values and errors.
#include "test/Unit/Driver/Fixtures.h"

#include <cstring>
#include <filesystem>
#include <thread>
#include <unistd.h>

using sconce::ErrorCode;
using sconce::Module;
using sconce::Result;
using sconce::Value;
using Floats = std::vector<float>;

TEST(Module, LoadsFromAPathFromMemoryAndThroughAReader) {
  std::string bytes = readFile(modelPath("branch_on_sum"));
  auto read = [&](uint64_t offset, uint8_t *buffer, size_t size) {
    if (offset + size > bytes.size())
      return false;
    std::memcpy(buffer, bytes.data() + offset, size);
    return true;
  };
  Value x = Value::tensor({1, 2, 3}, {3});
  for (Result<Module> module : {sconce::load(modelPath("branch_on_sum")), sconce::load(bytes.data(), bytes.size()),
                                sconce::load(bytes.size(), read)}) {
    ASSERT_TRUE(module) << module.error().message;
    Result<Value> y = module->forward({x});
    ASSERT_TRUE(y) << y.error().message;
    EXPECT_EQ(elements(*y), Floats({2, 3, 4}));
  }
}

TEST(Module, TakesTheBranchOfTheValues) {
  Module module = loadFixture("branch_on_sum");
  EXPECT_EQ(elements(module.forward({Value::tensor({1, 2}, {2})}).value()), Floats({2, 3}));
  EXPECT_EQ(elements(module.forward({Value::tensor({-1, -2}, {2})}).value()), Floats({-2, -4}));
  // Another shape is another signature of the same module.
  Value y = module.forward({Value::tensor({1, 2, 3, 4}, {2, 2})}).value();
  EXPECT_EQ(y.sizes(), std::vector<int64_t>({2, 2}));
  EXPECT_EQ(elements(y), Floats({2, 3, 4, 5}));
}

TEST(Module, FindsMethodsByName) {
  Module module = loadFixture("two_methods");
  EXPECT_EQ(module.method_names(), std::vector<std::string>({"forward", "decode"}));
  Result<Module::Method> decode = module.get_method("decode");
  ASSERT_TRUE(decode);
  EXPECT_EQ((*decode)({Value::tensor(SC_FLOAT32, {2, 3})}).value().sizes(), std::vector<int64_t>({2, 4}));
  Result<Module::Method> missing = module.get_method("encode");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::BadInput);
  EXPECT_EQ(missing.error().message, "the module has no method 'encode'; its methods are forward, decode");
}

TEST(Module, ResultsThatAreViewsShareTheArgumentsMemory) {
  Module module = loadFixture("views_of_arguments");
  Value x = Value::tensor({1, 2, 3, 4, 5, 6}, {2, 3});
  Value results = module.forward({x}).value();
  ASSERT_EQ(results.size(), 4);
  // The row is of the argument, which the call wrote after it was taken.
  EXPECT_EQ(elements(results[0]), Floats({5, 6, 7}));
  const_cast<float *>(results[0].floats())[0] = 9;
  EXPECT_EQ(x.floats()[3], 9);
  EXPECT_EQ(results[1].floats(), x.floats());
  EXPECT_NE(results[3].floats(), x.floats());
}

TEST(Module, WritesTheCallersListsAndDicts) {
  Module module = loadFixture("list_arguments");
  for (float sign : {1.0f, -1.0f}) {
    Value numbers = Value::list("int", {Value(1), Value(2)});
    Value named = Value::dict("str", "int");
    ASSERT_EQ(sc_dict_set(named.get(), Value("a").get(), Value(5).get()), SC_OK);
    Value first = Value::tensor({0, 0}, {2}), x = Value::tensor({sign, sign}, {2});
    Value parts = Value::list("Tensor", {first});
    Result<Value> result = module.forward({numbers, named, parts, x});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(numbers.str(), sign > 0 ? "[2, 5]" : "[1, 2, 5]");
    EXPECT_EQ(named.str(), "{a: 5, b: 3}");
    ASSERT_EQ(parts.size(), 3);
    EXPECT_EQ(elements(parts[0]), Floats({sign + 1, sign + 1}));
    // Tensors that the caller has are in it, not copies of them; and a result that is an argument is that argument.
    EXPECT_EQ(parts[1].floats(), first.floats());
    EXPECT_EQ(parts[2].floats(), x.floats());
    ASSERT_EQ(sc_append((*result)[0].get(), Value(9).get()), SC_OK);
    EXPECT_EQ(numbers[numbers.size() - 1].toInt(), 9);
  }
}

TEST(Module, KeepsAndResetsState) {
  Module module = loadFixture("running_mean");
  Value x = Value::tensor({1, 2, 3, 3, 4, 5}, {2, 3});
  Value first = module.forward({x}).value(), second = module.forward({x}).value();
  EXPECT_EQ(elements(first[0]), Floats({2, 3, 4}));
  EXPECT_EQ(first[1].toInt(), 1);
  EXPECT_EQ(second[1].toInt(), 2);
  EXPECT_EQ(module.attribute("count").value().toInt(), 2);
  EXPECT_EQ(elements(module.attribute("mean").value()), Floats({2, 3, 4}));
  module.reset();
  EXPECT_EQ(module.attribute("count").value().toInt(), 0);
  EXPECT_EQ(elements(module.attribute("mean").value()), Floats({0, 0, 0}));
  EXPECT_EQ(module.forward({x}).value()[1].toInt(), 1);
  EXPECT_FALSE(module.attribute("nothing"));
}

TEST(Module, ShowsCodeAndGraph) {
  Module module = loadFixture("branch_on_sum");
  EXPECT_EQ(module.code().value(), "def forward(self,\n    x: Tensor) -> Tensor:\n"
                                   "  if bool(torch.gt(torch.sum(x), 0)):\n    y = torch.add(x, 1)\n"
                                   "  else:\n    y = torch.mul(x, 2)\n  return y\n");
  std::string graph = module.graph().value();
  EXPECT_EQ(graph.substr(0, graph.find('\n')), "graph(%self : __torch__.BranchOnSum,");
  EXPECT_NE(graph.find(" : Tensor = aten::sum(%x.1, "), std::string::npos) << graph;
  EXPECT_NE(graph.find("    block1():\n"), std::string::npos) << graph;
  EXPECT_FALSE(module.code("nothing"));
}

TEST(Module, HonoursStridesAndBorrowsMemory) {
  Module module = loadFixture("branch_on_sum");
  float data[] = {1, 4, 2, 5, 3, 6};
  int64_t shape[] = {2, 3}, strides[] = {1, 2};
  DLTensor transposed = {data, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, strides, 0};
  bool released = false;
  auto release = [](void *flag) { *static_cast<bool *>(flag) = true; };
  {
    Value x = Value::tensor(transposed, release, &released);
    Value y = module.forward({x}).value();
    DLTensor view;
    ASSERT_EQ(y.view(view), SC_OK);
    for (int64_t i = 0; i < 2; ++i)
      for (int64_t j = 0; j < 3; ++j)
        EXPECT_EQ(static_cast<float *>(view.data)[i * view.strides[0] + j * view.strides[1]], float(3 * i + j + 2));
    EXPECT_FALSE(released);
  }
  EXPECT_TRUE(released);
}

TEST(Module, HandsTensorsOnByDLPack) {
  Module module = loadFixture("branch_on_sum");
  DLManagedTensor *managed = module.forward({Value::tensor({1, 2}, {2})}).value().toDLPack();
  ASSERT_NE(managed, nullptr);
  EXPECT_EQ(managed->dl_tensor.ndim, 1);
  EXPECT_EQ(static_cast<float *>(managed->dl_tensor.data)[1], 3);
  // What came out goes in again; its owner is told when the last use is over.
  static int deleted;
  deleted = 0;
  static void (*ownDeleter)(DLManagedTensor *);
  ownDeleter = managed->deleter;
  managed->deleter = [](DLManagedTensor *self) {
    ++deleted;
    ownDeleter(self);
  };
  {
    Value x = Value::fromDLPack(managed);
    EXPECT_EQ(elements(module.forward({x}).value()), Floats({3, 4}));
    EXPECT_EQ(deleted, 0);
  }
  EXPECT_EQ(deleted, 1);
  EXPECT_EQ(Value(3).toDLPack(), nullptr);
}

TEST(Module, PassesContainers) {
  Module module = loadFixture("containers");
  Value tensors = Value::dict("str", "Tensor");
  ASSERT_EQ(sc_dict_set(tensors.get(), Value("a").get(), Value::tensor({1, 2}, {2}).get()), SC_OK);
  Result<Value> result = module.forward({tensors, Value::list("float", {2.0, 3.0})});
  ASSERT_TRUE(result) << result.error().message;
  Value pair;
  sc_value found = sc_none();
  ASSERT_EQ(sc_dict_get((*result)[0].get(), Value("a!").get(), &found), SC_OK);
  pair = Value::adopt(found);
  EXPECT_EQ(elements(pair.attribute("low")), Floats({2, 4}));
  EXPECT_EQ(elements(pair.attribute("high")), Floats({3, 6}));
}

TEST(Module, SaysWhatIsWrong) {
  Result<Module> missing = sconce::load("nothing.pt");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::BadInput);
  EXPECT_EQ(missing.error().message, "nothing.pt: cannot open the file: No such file or directory");

  Module module = loadFixture("raises_on_value");
  Result<Value> raised = module.forward({Value::tensor({9, 9}, {2})});
  ASSERT_FALSE(raised);
  EXPECT_EQ(raised.error().code, ErrorCode::Raised);
  EXPECT_EQ(raised.error().exceptionClass, "builtins.ValueError");
  EXPECT_EQ(raised.error().message, "too large");
  EXPECT_NE(raised.error().location.find("code/__torch__.py"), std::string::npos) << raised.error().location;
  // The module goes on.
  EXPECT_TRUE(module.forward({Value::tensor({1, 2}, {2})}));

  Result<Value> wrong = module.forward({});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::BadInput);
  EXPECT_EQ(std::move(wrong).andThen([](Value) -> Result<Value> { return Value(1); }).error().code, ErrorCode::BadInput);
}

TEST(Module, CompilesAgainWhatItForgot) {
  // Two entries are kept: the third takes the place of the one that was not used for longest.
  Module module = loadFixture("branch_on_sum", {.cacheSize = 2});
  for (int round = 0; round < 3; ++round)
    for (int64_t size = 1; size <= 3; ++size)
      EXPECT_EQ(elements(module.forward({Value::tensor(Floats(static_cast<size_t>(size), 1), {size})}).value()),
                Floats(static_cast<size_t>(size), 2));
}

TEST(Module, KeepsWhatIsCalledAgainAndAgain) {
  // What one thread goes on calling without looking for it must not count as unused.
  Module module = loadFixture("branch_on_sum", {.cacheSize = 2});
  auto call = [&](int64_t size) { return module.forward({Value::tensor(Floats(static_cast<size_t>(size), 1), {size})}); };
  for (int64_t other = 2; other <= 5; ++other) {
    EXPECT_TRUE(call(1));
    EXPECT_TRUE(call(1));
    std::thread([&] { EXPECT_TRUE(call(other)); }).join();
  }
  EXPECT_EQ(module.counters().compiles, 5u);
  EXPECT_EQ(module.counters().evictions, 3u);
  EXPECT_EQ(module.counters().hits, 7u);
}

TEST(Module, FindsOnDiskWhatAnotherHasCompiled) {
  std::string folder = testing::TempDir() + "sconce-" + std::to_string(getpid());
  sconce::LoadOptions options = {.cacheFolder = folder};
  Module first = loadFixture("branch_on_sum", options), second = loadFixture("branch_on_sum", options);
  Value x = Value::tensor({1, 2, 3}, {3});
  EXPECT_EQ(elements(first.forward({x}).value()), elements(second.forward({x}).value()));
  EXPECT_EQ(first.counters().compiles, 1u);
  EXPECT_EQ(second.counters().compiles, 0u);
  EXPECT_EQ(second.counters().loads, 1u);
  EXPECT_EQ(second.method_names(), std::vector<std::string>({"forward"}));
  EXPECT_NE(second.code().value().find("def forward"), std::string::npos);
  // A library keeps nothing on disk unasked.
  Module third = loadFixture("branch_on_sum");
  EXPECT_TRUE(third.forward({x}));
  EXPECT_EQ(third.counters().loads, 0u);
  std::filesystem::remove_all(folder);
  options.cacheFolder = modelPath("branch_on_sum");
  Result<Module> refused = sconce::load(modelPath("branch_on_sum"), options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("cannot keep compiled code in this folder"), std::string::npos);
}
