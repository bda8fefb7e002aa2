// The whole operator library is parsed, agrees with its schemas, and type-checks.
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Aten/Sources.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Support.h"
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
  EXPECT_EQ(llvm::toString(program->checkLibrary()), "");
  EXPECT_TRUE(program->hasLibraryFunction("aten::add.Tensor"));
  EXPECT_GT(program->librarySchemas().size(), 1000u);
}

TEST_F(Library, TypeChecks) {
  for (const std::string &schema : program->librarySchemas()) {
    auto function = program->importFunction(schema);
    EXPECT_TRUE(bool(function)) << schema << ": " << llvm::toString(function.takeError());
  }
}

TEST_F(Library, DerivesOperators) {
  for (const char *name : {
           "aten::add_.Tensor",       // of the overload of the same name
           "aten::pow_.Tensor",       // of the overload with the same arguments
           "aten::floor_divide_.Tensor",
           "aten::add_.Scalar",
           "aten::ldexp_",            // not of the operator of that name on two numbers
           "aten::__iand__.Tensor",
           "aten::add.out",
           "aten::max.dim_max",       // outputs whatever the overload is called
           "aten::sort.values_stable",
           "aten::ones.out",          // a factory's arguments follow the output
           "aten::empty.out",
           "aten::rand.generator_out",
           "aten::unbind_copy.int_out",
           "prims::abs",
           "prims::bitwise_and",
       })
    EXPECT_TRUE(specialize::isSupported(*program, name)) << name;
  for (const char *name : {"aten::_foobar", "aten::_foobar.out", "aten::miopen_rnn.out", "prims::_make_token", "aten::no_such_"})
    EXPECT_FALSE(specialize::isSupported(*program, name)) << name;
}

} // namespace
