#include "lib/Specialize/ImportedProgram.h"
#include "lib/Import/Importer.h"

using namespace sconce;
using namespace sconce::specialize;

mlir::FailureOr<ts::FuncOp> ImportedProgram::function(llvm::StringRef name) { return program.function(name); }

mlir::FailureOr<ts::FuncOp> ImportedProgram::library(llvm::StringRef schema) {
  if (!program.hasLibraryFunction(schema))
    return ts::FuncOp();
  return program.libraryFunction(schema);
}

bool ImportedProgram::hasLibrary(llvm::StringRef schema) { return program.hasLibraryFunction(schema); }

ts::ClassOp ImportedProgram::findClass(llvm::StringRef name) {
  llvm::Expected<const import::ClassInfo *> info = program.classInfo(name);
  if (!info) {
    llvm::consumeError(info.takeError());
    return {};
  }
  return program.module().lookupSymbol<ts::ClassOp>(name);
}

std::optional<std::vector<SchemaArgument>> ImportedProgram::schemaArguments(llvm::StringRef schema) {
  const import::Signature *signature = program.operators().find(schema);
  if (!signature)
    return std::nullopt;
  std::vector<SchemaArgument> arguments;
  for (const import::Parameter &parameter : signature->parameters)
    arguments.push_back({parameter.name, parameter.type, parameter.keywordOnly && parameter.isWritten});
  return arguments;
}

std::vector<std::string> ImportedProgram::overloads(llvm::StringRef name) {
  auto candidates = program.operators().candidates(name, import::OperatorTable::currentVersion);
  std::vector<std::string> names;
  if (!candidates) {
    llvm::consumeError(candidates.takeError());
    return names;
  }
  for (const import::Candidate &candidate : *candidates)
    if (candidate.function.empty())
      names.push_back(candidate.signature->name);
  return names;
}

rt::Value ImportedProgram::root() { return program.root(); }

std::optional<rt::Value> ImportedProgram::constant(int64_t index) {
  if (index < 0 || index >= static_cast<int64_t>(program.constants().size()))
    return std::nullopt;
  return program.constants()[index];
}
