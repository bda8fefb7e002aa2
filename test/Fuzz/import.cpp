// Code of strangers: whatever an archive's code says, it is imported as valid IR or refused. Starts
// well from functions and classes of real archives (script.dict has the words).
#include "lib/Import/Importer.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

using namespace sconce;

/// Made once: types are kept for the whole run, and there are only so many.
static mlir::MLIRContext &fuzzContext() {
  static mlir::MLIRContext *context = [] {
    auto *made = new mlir::MLIRContext(mlir::MLIRContext::Threading::DISABLED);
    made->loadDialect<ts::TorchScriptDialect>();
    return made;
  }();
  return *context;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  import::ProgramInput input;
  input.readCode = [&](llvm::StringRef member) -> llvm::Expected<std::optional<std::string>> {
    if (member != "code/__torch__.py")
      return std::nullopt;
    return text;
  };
  input.codeMembers = {"code/__torch__.py"};
  input.constants = {rt::Value::ofInt(7), rt::Value::ofString("text")};
  input.version = size % 10 + 1;
  import::ImportOptions options;
  options.maxUnrolled = 100;
  auto program = llvm::cantFail(import::Program::create(fuzzContext(), std::move(input), options));
  llvm::consumeError(program->importAll());
  if (failed(mlir::verify(program->module())))
    __builtin_trap();
  return 0;
}
