#include "test/Unit/Import/ImportText.h"

#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace sconce::import {

TestProgram::TestProgram(StringRef code, int64_t version) {
  context.loadDialect<ts::TorchScriptDialect>();
  ProgramInput input;
  std::string text = code.str();
  input.readCode = [text](StringRef member) -> llvm::Expected<std::optional<std::string>> {
    if (member != "code/__torch__.py")
      return std::nullopt;
    return text;
  };
  input.codeMembers = {"code/__torch__.py"};
  input.constants = {rt::Value::ofInt(7), rt::Value::ofString("text")};
  input.version = version;
  program = llvm::cantFail(Program::create(context, std::move(input)));
}

std::string TestProgram::error(StringRef function) {
  auto imported = program->importFunction(function);
  if (imported) {
    EXPECT_TRUE(succeeded(verify(imported->getOperation())));
    return "";
  }
  return llvm::toString(imported.takeError());
}

std::string TestProgram::text(StringRef function) {
  std::string failed = error(function);
  if (!failed.empty())
    return "error: " + failed;
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::cantFail(program->importFunction(function))->print(os);
  return text;
}

std::string TestProgram::ops(StringRef function) {
  std::string failed = error(function);
  if (!failed.empty())
    return "error: " + failed;
  std::string names;
  llvm::cantFail(program->importFunction(function))->walk<WalkOrder::PreOrder>([&](Operation *op) {
    std::string name;
    if (auto called = dyn_cast<ts::OpOp>(op))
      name = called.getName().str();
    else if (auto call = dyn_cast<ts::CallOp>(op))
      name = "@" + call.getCallee().str();
    else if (isa<ts::IfOp, ts::LoopOp, ts::RaiseOp, ts::ListOp, ts::TupleOp, ts::CallMethodOp,
                 ts::ToListOp>(op))
      name = op->getName().stripDialect().str();
    if (!name.empty())
      names += (names.empty() ? "" : " ") + name;
  });
  return names;
}

static std::string functionOf(StringRef parameters, StringRef result, StringRef body) {
  std::string code = ("def f(" + parameters + ") -> " + result + ":\n").str();
  SmallVector<StringRef> lines;
  body.split(lines, '\n');
  for (StringRef line : lines)
    code += "  " + line.str() + "\n";
  return code;
}

std::string opsOf(StringRef parameters, StringRef result, StringRef expression, int64_t version) {
  return TestProgram(functionOf(parameters, result, ("return " + expression).str()), version)
      .ops("__torch__.f");
}

std::string opsOfBody(StringRef parameters, StringRef result, StringRef body) {
  return TestProgram(functionOf(parameters, result, body)).ops("__torch__.f");
}

std::string textOfBody(StringRef parameters, StringRef result, StringRef body) {
  return TestProgram(functionOf(parameters, result, body)).text("__torch__.f");
}

} // namespace sconce::import
