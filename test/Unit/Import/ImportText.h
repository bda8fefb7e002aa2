// Imports source text and gives the IR as text.
#ifndef SCONCE_TEST_UNIT_IMPORT_IMPORTTEXT_H
#define SCONCE_TEST_UNIT_IMPORT_IMPORTTEXT_H

#include "lib/Import/Importer.h"
#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>
#include <map>

namespace sconce::import {

/// A program of a few code files, in memory.
class TestProgram {
public:
  /// `code` is the text of code/__torch__.py.
  explicit TestProgram(llvm::StringRef code, int64_t version = 10);

  Program &get() { return *program; }
  /// Imports the function and gives its text, or `error: …`.
  std::string text(llvm::StringRef function);
  /// The names of the operators in the function, in order, separated by spaces, or `error: …`.
  std::string ops(llvm::StringRef function);
  /// The error of importing the function, empty if there is none.
  std::string error(llvm::StringRef function);

private:
  mlir::MLIRContext context;
  std::unique_ptr<Program> program;
};

/// The operators of `def f(<parameters>) -> <result>: return <expression>`, or the error.
std::string opsOf(llvm::StringRef parameters, llvm::StringRef result, llvm::StringRef expression,
                  int64_t version = 10);
/// As opsOf for a body of several lines; each is indented by two spaces.
std::string opsOfBody(llvm::StringRef parameters, llvm::StringRef result, llvm::StringRef body);
/// The IR of such a function.
std::string textOfBody(llvm::StringRef parameters, llvm::StringRef result, llvm::StringRef body);

} // namespace sconce::import

#endif // SCONCE_TEST_UNIT_IMPORT_IMPORTTEXT_H
