// Code and graph beside what PyTorch prints of the same archives, letter by letter: `printed.json` of the fixtures.
#include "lib/Driver/Session.h"
#include "lib/Driver/Show.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace sconce;

namespace {

class Printed : public testing::TestWithParam<const char *> {};

std::string textOf(llvm::Expected<std::string> text) {
  return text ? *text : "error: " + llvm::toString(text.takeError());
}

TEST_P(Printed, IsWhatPyTorchPrints) {
  std::string folder = SCONCE_FIXTURES + std::string(GetParam()) + "/";
  std::string archive = GetParam() == std::string("digits") ? "digits.pt" : "model.pt";
  auto session = driver::Session::open(folder + archive);
  ASSERT_TRUE(bool(session)) << llvm::toString(session.takeError());
  auto file = llvm::MemoryBuffer::getFile(folder + "printed.json");
  ASSERT_TRUE(bool(file));
  llvm::Expected<llvm::json::Value> recorded = llvm::json::parse((*file)->getBuffer());
  ASSERT_TRUE(bool(recorded)) << llvm::toString(recorded.takeError());
  ASSERT_FALSE(recorded->getAsObject()->empty());
  for (const auto &entry : *recorded->getAsObject()) {
    llvm::StringRef method = entry.first;
    const llvm::json::Array &codeAndGraph = *entry.second.getAsArray();
    EXPECT_EQ(textOf(driver::showCode(**session, method)), codeAndGraph[0].getAsString()->str()) << method.str();
    EXPECT_EQ(textOf(driver::showGraph(**session, method)), codeAndGraph[1].getAsString()->str()) << method.str();
  }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, Printed,
                         testing::Values("attention", "branch_on_sum", "containers", "conv_bn_relu", "digits", "growing_list",
                                         "linear_relu_traced", "lstm_cell_loop", "maximum_by_loop", "run_time_dict",
                                         "run_time_order", "running_mean", "streaming", "traced_in_scripted", "two_methods"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
