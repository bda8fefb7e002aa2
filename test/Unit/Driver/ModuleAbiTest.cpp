/// include/sconce-c/Module.h: archives from C.
#include "sconce-c/Module.h"
#include "test/Unit/Driver/Fixtures.h"

#include <cstring>

namespace {

struct ModuleAbi : testing::Test {
  sc_context *context = sc_context_create(0);
  ~ModuleAbi() override { sc_context_destroy(context); }

  sc_value tensorOf(std::vector<float> &data) {
    int64_t size = static_cast<int64_t>(data.size());
    DLTensor tensor = {data.data(), {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &size, nullptr, 0};
    return sc_tensor_borrow(&tensor, nullptr, nullptr);
  }

  /// forward([1, 2, 3]) of branch_on_sum.
  void expectForward(sc_module *module) {
    ASSERT_NE(module, nullptr) << sc_context_message(context);
    std::vector<float> data = {1, 2, 3};
    sc_value x = tensorOf(data), y = sc_none();
    ASSERT_EQ(sc_module_call(module, context, "forward", &x, 1, &y), SC_OK) << sc_context_message(context);
    EXPECT_EQ(static_cast<float *>(sc_tensor_data(y))[2], 4);
    sc_value_release(y);
    sc_value_release(x);
    sc_module_destroy(module);
  }
};

TEST_F(ModuleAbi, LoadsFromEverywhere) {
  std::string path = modelPath("branch_on_sum"), bytes = readFile(path);
  sc_load_options options = {1, 4, 0, nullptr, 0};
  expectForward(sc_module_load(path.c_str(), nullptr, context));
  expectForward(sc_module_load_memory(bytes.data(), bytes.size(), &options, context));
  auto read = [](void *reader, uint64_t offset, uint8_t *buffer, size_t size) -> int32_t {
    std::memcpy(buffer, static_cast<std::string *>(reader)->data() + offset, size);
    return 1;
  };
  expectForward(sc_module_load_reader(bytes.size(), read, &bytes, &options, context));
}

TEST_F(ModuleAbi, TellsErrors) {
  EXPECT_EQ(sc_module_load("nothing.pt", nullptr, context), nullptr);
  EXPECT_EQ(sc_context_status(context), SC_INVALID_ARGUMENT);
  EXPECT_STREQ(sc_context_message(context), "nothing.pt: cannot open the file: No such file or directory");

  sc_module *module = sc_module_load(modelPath("raises_on_value").c_str(), nullptr, context);
  ASSERT_NE(module, nullptr);
  std::vector<float> data = {9, 9};
  sc_value x = tensorOf(data), y = sc_none();
  EXPECT_EQ(sc_module_call(module, context, "forward", &x, 1, &y), SC_RAISED);
  EXPECT_STREQ(sc_context_exception_class(context), "builtins.ValueError");
  EXPECT_STREQ(sc_context_message(context), "too large");
  EXPECT_NE(std::string(sc_context_location(context)).find("code/__torch__.py"), std::string::npos);
  EXPECT_EQ(sc_module_call(module, context, "backward", &x, 1, &y), SC_INVALID_ARGUMENT);
  sc_value_release(x);
  sc_module_destroy(module);
}

TEST_F(ModuleAbi, GivesTextAndState) {
  sc_module *module = sc_module_load(modelPath("running_mean").c_str(), nullptr, context);
  ASSERT_NE(module, nullptr);
  sc_value text = sc_none(), names = sc_none(), count = sc_none();
  ASSERT_EQ(sc_module_code(module, context, "forward", &text), SC_OK);
  EXPECT_EQ(sconce::Value::adopt(text).toString().substr(0, 12), "def forward(");
  ASSERT_EQ(sc_module_graph(module, context, "forward", &text), SC_OK);
  EXPECT_EQ(sconce::Value::adopt(text).toString().substr(0, 6), "graph(");
  ASSERT_EQ(sc_module_methods(module, context, &names), SC_OK);
  EXPECT_EQ(sconce::Value::adopt(names)[0].toString(), "forward");
  sconce::Value x = sconce::Value::tensor({1, 2, 3}, {1, 3});
  sc_value result = sc_none();
  ASSERT_EQ(sc_module_call(module, context, "forward", &x.get(), 1, &result), SC_OK) << sc_context_message(context);
  sc_value_release(result);
  ASSERT_EQ(sc_module_attribute(module, context, "count", &count), SC_OK);
  EXPECT_EQ(count.as.i, 1);
  EXPECT_EQ(sc_module_reset(module, context), SC_OK);
  ASSERT_EQ(sc_module_attribute(module, context, "count", &count), SC_OK);
  EXPECT_EQ(count.as.i, 0);
  EXPECT_EQ(sc_module_attribute(module, context, "nothing", &count), SC_INVALID_ARGUMENT);
  sc_module_destroy(module);
}

TEST(Api, ListsEveryFunctionOfTheRuntime) {
  const sc_api *api = sc_runtime_api();
  EXPECT_EQ(api->version, sc_abi_version());
  EXPECT_EQ(api->table_size, sizeof(sc_api));
  EXPECT_EQ(api->context_create, &sc_context_create);
  EXPECT_EQ(api->tensor_from_dlpack, &sc_tensor_from_dlpack);
  EXPECT_EQ(api->call_entry, &sc_call_entry);
}

} // namespace
