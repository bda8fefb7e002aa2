#include "test/Unit/Specialize/SourceProgram.h"

#include "lib/Aten/Sources.h"
#include "lib/Specialize/Support.h"
#include "runtime/Format.h"

#include "mlir/IR/Diagnostics.h"

using namespace sconce;
using namespace sconce::specialize;

SourceProgram::SourceProgram(const std::string &code, std::vector<std::pair<std::string, rt::Value>> slots,
                             std::vector<rt::Value> constants) {
  context.loadDialect<ts::TorchScriptDialect>();
  rt::Ref<rt::Object> object = rt::Object::create("__torch__.M");
  for (auto &[name, value] : slots)
    object->set(name, value);
  instance = rt::Value::ofObject(std::move(object));
  import::ProgramInput input;
  input.readCode = [code](llvm::StringRef member) -> llvm::Expected<std::optional<std::string>> {
    if (member != "code/__torch__.py")
      return std::nullopt;
    return code;
  };
  input.codeMembers = {"code/__torch__.py"};
  input.root = instance;
  input.constants = std::move(constants);
  import::ImportOptions options;
  options.schemas = librarySchemas();
  program = llvm::cantFail(import::Program::create(context, std::move(input), options));
  for (const aten::LibrarySource &source : aten::librarySources())
    llvm::cantFail(program->addLibrary(source.name, source.text));
}

/// The diagnostics of an action that fails, as `error: …`; empty when it succeeds.
std::string SourceProgram::diagnosticsOf(llvm::function_ref<bool()> action) {
  std::string text;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    text += diagnostic.str();
    return mlir::success();
  });
  return action() ? "" : "error: " + text;
}

std::string SourceProgram::specialized(llvm::ArrayRef<llvm::StringRef> arguments, llvm::StringRef method, const Options &options) {
  last.reset();
  std::vector<ArgumentSpec> specs;
  for (llvm::StringRef argument : arguments)
    specs.push_back(llvm::cantFail(parseArgumentSpec(argument)));
  std::string failed = diagnosticsOf([&] {
    mlir::FailureOr<SpecializedEntry> made = specialize::specialize(*program, method, specs, options);
    if (mlir::failed(made))
      return false;
    last = std::move(*made);
    return true;
  });
  if (!failed.empty())
    return failed;
  std::string text;
  llvm::raw_string_ostream os(text);
  last->module->print(os);
  return text;
}

int SourceProgram::count(llvm::StringRef operation) const {
  int found = 0;
  last->module.get()->walk([&](mlir::Operation *op) { found += op->getName().getStringRef() == operation; });
  return found;
}

int SourceProgram::countCalls(llvm::StringRef callee) const {
  int found = 0;
  last->module.get()->walk([&](ts::RuntimeCallOp call) { found += call.getCallee() == callee; });
  return found;
}

std::string SourceProgram::interpreted(std::vector<rt::Value> arguments, llvm::StringRef method) {
  std::string text;
  InterpreterHooks hooks;
  hooks.print = [this](int, llvm::StringRef line) { printed += line.str(); };
  std::string failed = diagnosticsOf([&] {
    mlir::FailureOr<Interpretation> made = interpret(*program, method, arguments, instance, hooks);
    if (mlir::failed(made))
      return false;
    text = made->raised ? "raised " + made->exceptionClass + ": " + made->message : rt::str(made->result);
    return true;
  });
  return failed.empty() ? text : failed;
}

std::string specialize::forwardOf(llvm::StringRef parameters, llvm::StringRef result, llvm::StringRef body) {
  std::string code = ("class M(Module):\n  def forward(self: __torch__.M" + (parameters.empty() ? "" : ", " + parameters) + ") -> " + result + ":\n").str();
  llvm::SmallVector<llvm::StringRef> lines;
  body.split(lines, '\n');
  for (llvm::StringRef line : lines)
    code += "    " + line.str() + "\n";
  return code;
}

rt::Value specialize::floats(std::vector<int64_t> sizes, const std::vector<double> &numbers) {
  rt::Tensor tensor = rt::Tensor::empty(rt::Dtype::Float32, sizes);
  for (size_t i = 0; i < numbers.size(); ++i)
    tensor.dataAs<float>()[i] = static_cast<float>(numbers[i]);
  return rt::Value::ofTensor(tensor);
}
