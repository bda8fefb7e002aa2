// Files of compiled code: written, linked and loaded.

#include "codegen/Emit/EmitFile.h"
#include "codegen/Emit/Linker.h"
#include "codegen/Pipelines/Pipelines.h"
#include "codegen/Pipelines/Registration.h"
#include "sconce-c/Entry.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <dlfcn.h>
#include <gtest/gtest.h>

using namespace sconce::codegen;

namespace {

class EmitTest : public ::testing::Test {
protected:
  void SetUp() override {
    registerCodegenDialects(registry);
    context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
    module = mlir::parseSourceString<mlir::ModuleOp>(R"(
      func.func @m_f(%a: tensor<4x8xf32>, %b: tensor<8x16xf32>) -> tensor<4x16xf32> {
        %zero = arith.constant 0.0 : f32
        %e = tensor.empty() : tensor<4x16xf32>
        %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
        %m = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x16xf32>) outs(%z : tensor<4x16xf32>) -> tensor<4x16xf32>
        return %m : tensor<4x16xf32>
      })", context.get());
    options.target = llvm::cantFail(TargetInfo::create());
    mlir::PassManager passes(context.get());
    buildPipeline(passes, Stage::Linalg, Stage::LLVM, options);
    ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("sconce-emit", folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string path(llvm::StringRef name) { return (folder + "/" + name).str(); }

  void emit(FileKind kind, llvm::StringRef name, FileContents contents = {}) {
    llvm::Error error = emitFile(kind, path(name), *module, options.target, {}, contents);
    EXPECT_EQ(llvm::toString(std::move(error)), "");
  }

  void callEntry(const std::string &library) {
    void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(handle, nullptr) << dlerror();
    auto entry = reinterpret_cast<sc_entry_fn>(dlsym(handle, "m_f"));
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(dlsym(handle, "m_f.0.fill"), nullptr);
    std::vector<float> a(32, 2), b(128, 3), out(64);
    void *args[] = {a.data(), b.data()}, *results[] = {out.data()};
    sc_frame frame{nullptr, nullptr, nullptr, args, results};
    EXPECT_EQ(entry(&frame), 0);
    EXPECT_EQ(out[17], 48);
    dlclose(handle);
  }

  std::vector<std::string> listFiles() {
    std::vector<std::string> names;
    std::error_code code;
    for (llvm::sys::fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code))
      names.push_back(llvm::sys::path::filename(it->path()).str());
    llvm::sort(names);
    return names;
  }

  mlir::DialectRegistry registry;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  PipelineOptions options;
  llvm::SmallString<128> folder;
};

TEST_F(EmitTest, SharedLibraryIsLoadable) {
  FileContents contents;
  contents.exports = {"m_f", "m_f_workspace"};
  emit(FileKind::SharedLibrary, "m.so", std::move(contents));
  callEntry(path("m.so"));
  EXPECT_EQ(listFiles(), std::vector<std::string>{"m.so"});
}

TEST_F(EmitTest, ArchiveLinks) {
  emit(FileKind::Archive, "m.a");
  LinkJob job;
  job.output = path("m.so");
  job.inputs = {path("m.a")};
  job.exports = {"m_f"};
  EXPECT_EQ(llvm::toString(link(job, options.target)), "");
  callEntry(path("m.so"));
}

TEST_F(EmitTest, ObjectHoldsWeights) {
  std::vector<char> one(1000, 'a'), two(5, 'b');
  FileContents contents;
  contents.weights = {{"m_weight0", one}, {"m_weight1", two}, {"m_weight0_again", one}};
  emit(FileKind::Object, "m.o", std::move(contents));
  auto object = llvm::object::ObjectFile::createObjectFile(path("m.o"));
  ASSERT_TRUE(static_cast<bool>(object)) << llvm::toString(object.takeError());
  std::map<std::string, uint64_t> values;
  for (const llvm::object::SymbolRef &symbol : object->getBinary()->symbols())
    values[llvm::cantFail(symbol.getName()).str()] = llvm::cantFail(symbol.getValue());
  ASSERT_TRUE(values.count("m_weight1") && values.count("m_f"));
  EXPECT_EQ(values["m_weight0"], values["m_weight0_again"]);
  EXPECT_EQ(values["m_weight1"] % 64, 0u);
  emit(FileKind::Object, "n.o");
}

TEST_F(EmitTest, EmissionIsDeterministic) {
  emit(FileKind::Object, "a.o");
  emit(FileKind::Object, "b.o");
  auto a = llvm::MemoryBuffer::getFile(path("a.o")), b = llvm::MemoryBuffer::getFile(path("b.o"));
  EXPECT_EQ((*a)->getBuffer(), (*b)->getBuffer());
}

TEST_F(EmitTest, Text) {
  emit(FileKind::LLVMIR, "m.ll");
  emit(FileKind::Assembly, "m.s");
  emit(FileKind::Bitcode, "m.bc");
  EXPECT_NE((*llvm::MemoryBuffer::getFile(path("m.ll")))->getBuffer().find("@m_f("), llvm::StringRef::npos);
}

TEST_F(EmitTest, UnwritableFolderIsAnError) {
  llvm::Error error = emitFile(FileKind::SharedLibrary, path("none/m.so"), *module, options.target, {}, {});
  EXPECT_NE(llvm::toString(std::move(error)).find("cannot write"), std::string::npos);
}

TEST(TargetInfo, NamesWhatItDoesNotKnow) {
  auto fail = [](llvm::StringRef triple, llvm::StringRef cpu, llvm::StringRef features) {
    auto target = TargetInfo::create(triple, cpu, features);
    return target ? std::string() : llvm::toString(target.takeError());
  };
  EXPECT_NE(fail("nonsense-a-b", "", "").find("unknown target triple"), std::string::npos);
  EXPECT_EQ(fail("x86_64-linux-gnu", "pentium99", ""), "unknown CPU 'pentium99' for target 'x86_64-unknown-linux-gnu'");
  EXPECT_EQ(fail("x86_64-linux-gnu", "", "+avx99"), "unknown CPU feature 'avx99' for target 'x86_64-unknown-linux-gnu'");
}

TEST(TargetInfo, KnowsVectors) {
  EXPECT_EQ(llvm::cantFail(TargetInfo::create("x86_64-linux-gnu", "znver4")).vectorBits, 512u);
  EXPECT_EQ(llvm::cantFail(TargetInfo::create("x86_64-linux-gnu", "haswell")).vectorBits, 256u);
  EXPECT_EQ(llvm::cantFail(TargetInfo::create("x86_64-linux-gnu", "x86-64")).vectorBits, 128u);
  EXPECT_EQ(llvm::cantFail(TargetInfo::create("aarch64-linux-gnu")).vectorRegisters, 32u);
}

} // namespace
