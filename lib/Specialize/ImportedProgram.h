/// A program of Import, as the evaluator asks for it.
#ifndef SCONCE_LIB_SPECIALIZE_IMPORTEDPROGRAM_H
#define SCONCE_LIB_SPECIALIZE_IMPORTEDPROGRAM_H

#include "lib/Specialize/ProgramView.h"

namespace sconce::import {
class Program;
}

namespace sconce::specialize {

class ImportedProgram : public ProgramView {
public:
  explicit ImportedProgram(import::Program &program) : program(program) {}
  mlir::FailureOr<ts::FuncOp> function(llvm::StringRef name) override;
  mlir::FailureOr<ts::FuncOp> library(llvm::StringRef schema) override;
  bool hasLibrary(llvm::StringRef schema) override;
  ts::ClassOp findClass(llvm::StringRef name) override;
  std::optional<std::vector<SchemaArgument>> schemaArguments(llvm::StringRef schema) override;
  std::vector<std::string> overloads(llvm::StringRef name) override;
  rt::Value root() override;
  std::optional<rt::Value> constant(int64_t index) override;

private:
  import::Program &program;
};

} // namespace sconce::specialize

#endif
