// Objects need the C library, libm and the runtime: nothing of a compiler's support library.

#include "test/Unit/Codegen/PrimitiveProgram.h"

#include "dialects/TorchScript/IR/Primitives.h"

#include "llvm/Object/ObjectFile.h"
#include <gtest/gtest.h>
#include <set>

using namespace sconce;
using namespace sconce::codegen;
using rt::Dtype;

namespace {

/// The functions of C's <math.h> that compiled code may call, without the f of float, and what LLVM makes of loops.
bool isKnown(llvm::StringRef name) {
  static const std::set<llvm::StringRef> functions = {
      "acos",  "acosh", "asin",  "asinh", "atan",  "atan2",  "atanh", "cbrt",  "ceil",     "copysign", "cos",   "cosh",      "erf",
      "erfc",  "exp",   "exp2",  "expm1", "fabs",  "floor",  "fma",   "fmax",  "fmin",     "fmod",     "hypot", "ldexp",     "lgamma",
      "log",   "log10", "log1p", "log2",  "pow",   "rint",   "round", "roundeven", "sin",  "sincos",   "sinh",  "sqrt",      "tan",
      "tanh",  "trunc", "nextafter", "nearbyint", "tgamma", "exp10"};
  if (name == "memcpy" || name == "memset" || name == "memmove" || name.starts_with("sc_"))
    return true;
  return functions.count(name) || (name.ends_with("f") && functions.count(name.drop_back()));
}

void checkObjects(const CompiledModule &code, const std::string &what) {
  for (const auto &buffer : code.objects) {
    auto object = llvm::object::ObjectFile::createObjectFile(buffer->getMemBufferRef());
    ASSERT_TRUE(bool(object)) << llvm::toString(object.takeError());
    for (const llvm::object::SymbolRef &symbol : (*object)->symbols()) {
      if (!(llvm::cantFail(symbol.getFlags()) & llvm::object::SymbolRef::SF_Undefined))
        continue;
      llvm::StringRef name = llvm::cantFail(symbol.getName());
      // A kernel may be in another object.
      bool isOurs = name.empty() || name.contains('.');
      EXPECT_TRUE(isOurs || isKnown(name)) << what << " needs '" << name.str() << "'";
    }
  }
}

constexpr Dtype dtypes[] = {Dtype::UInt8,    Dtype::Int8,    Dtype::Int64,   Dtype::Float16,  Dtype::BFloat16,
                            Dtype::Float32, Dtype::Float64, Dtype::Complex64, Dtype::Complex128};

/// Everything that could call a support library: conversions both ways, arithmetic, division and powers.
void checkTarget(void (*change)(PipelineOptions &), const std::string &what) {
  PrimitiveProgram program(change);
  for (Dtype dtype : dtypes) {
    rt::Tensor x = tensorOf(dtype, {37}, {1, 2, 3});
    for (Dtype to : dtypes)
      program.add({"convert", {x, static_cast<int64_t>(to)}});
    for (const char *name : {"add", "mul", "div", "floordiv", "remainder", "fmod", "pow", "maximum", "nextafter"})
      program.add({name, {x, x}});
    for (const char *name : {"exp", "sqrt", "tanh", "erf", "sin", "abs", "rsqrt", "log", "lgamma", "digamma", "round"})
      program.add({name, {x}});
    program.add({"reduce", {x, std::vector<int64_t>{0}, std::string("sum")}});
    program.add({"scan", {x, int64_t(0), std::string("sum")}});
    rt::Tensor a = tensorOf(dtype, {16, 16}, {1});
    program.add({"contract", {a, a, std::vector<int64_t>{}, std::vector<int64_t>{}, std::vector<int64_t>{1}, std::vector<int64_t>{0}}});
  }
  EXPECT_GT(program.cases().size(), 100u);
  ASSERT_EQ(program.compile(), "") << what;
  checkObjects(program.code(), what);
}

void setTarget(PipelineOptions &options, llvm::StringRef triple, llvm::StringRef cpu) {
  options.target = llvm::cantFail(TargetInfo::create(triple, cpu));
  options.target.isHost = false;
}

TEST(UndefinedSymbols, Host) { checkTarget(nullptr, "the host"); }
TEST(UndefinedSymbols, SSE2) {
  checkTarget([](PipelineOptions &options) { setTarget(options, "x86_64-unknown-linux-gnu", "x86-64"); }, "x86-64");
}
TEST(UndefinedSymbols, AVX2) {
  checkTarget([](PipelineOptions &options) { setTarget(options, "x86_64-unknown-linux-gnu", "haswell"); }, "haswell");
}
TEST(UndefinedSymbols, AVX512) {
  checkTarget([](PipelineOptions &options) { setTarget(options, "x86_64-unknown-linux-gnu", "skylake-avx512"); }, "skylake-avx512");
}
TEST(UndefinedSymbols, NEON) {
  checkTarget([](PipelineOptions &options) { setTarget(options, "aarch64-unknown-linux-gnu", "generic"); }, "aarch64");
}

} // namespace
