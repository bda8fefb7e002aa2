// The whole operator library is parsed, agrees with its schemas, and type-checks.
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Aten/Sources.h"
#include "lib/Import/Importer.h"
#include "gtest/gtest.h"

using namespace sconce;

namespace {

class Library : public testing::Test {
protected:
  void SetUp() override {
    context.loadDialect<ts::TorchScriptDialect>();
    import::ProgramInput input;
    input.readCode = [](llvm::StringRef) { return std::optional<std::string>(); };
    import::ImportOptions options;
    for (llvm::StringRef schema : aten::helperSchemas())
      options.schemas.push_back(schema.str());
    auto made = import::Program::create(context, std::move(input), options);
    ASSERT_TRUE(bool(made)) << llvm::toString(made.takeError());
    program = std::move(*made);
    for (const aten::LibrarySource &source : aten::librarySources()) {
      llvm::Error error = program->addLibrary(source.name, source.text);
      EXPECT_FALSE(bool(error)) << source.name.str() << ": " << llvm::toString(std::move(error));
    }
  }

  mlir::MLIRContext context;
  std::unique_ptr<import::Program> program;
};

TEST_F(Library, HasUniqueNamesAndTheParametersOfItsSchemas) {
  EXPECT_TRUE(program->hasLibraryFunction("aten::add.Tensor"));
  EXPECT_GT(program->librarySchemas().size(), 1000u);
}

TEST_F(Library, TypeChecks) {
  for (const std::string &schema : program->librarySchemas()) {
    auto function = program->importFunction(schema);
    EXPECT_TRUE(bool(function)) << schema << ": " << llvm::toString(function.takeError());
  }
}

} // namespace
