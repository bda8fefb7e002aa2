// Specializes and interprets methods of a module that is given as source text.
#ifndef SCONCE_TEST_UNIT_SPECIALIZE_SOURCEPROGRAM_H
#define SCONCE_TEST_UNIT_SPECIALIZE_SOURCEPROGRAM_H

#include "lib/Import/Importer.h"
#include "lib/Specialize/Interpreter.h"
#include "lib/Specialize/Specializer.h"

#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>

namespace sconce::specialize {

/// A module `__torch__.M` with the operator library at hand.
class SourceProgram {
public:
  /// `code` is the text of code/__torch__.py; `slots` are the module's attributes, `constants` what CONSTANTS.c0 and so on are.
  explicit SourceProgram(const std::string &code, std::vector<std::pair<std::string, rt::Value>> slots = {},
                         std::vector<rt::Value> constants = {});

  /// Specializes a method for arguments in the spelling of the command line. The entry is kept; the IR as text, or
  /// `error: …`.
  std::string specialized(llvm::ArrayRef<llvm::StringRef> arguments, llvm::StringRef method = "forward", const Options &options = {});
  /// The entry that was specialized last.
  const SpecializedEntry &entry() const { return *last; }
  /// How many operations of that name (`ts.add`, `scf.for`) the entry has.
  int count(llvm::StringRef operation) const;
  /// How many calls of that runtime function it has.
  int countCalls(llvm::StringRef callee) const;

  /// What the interpreter gives, as `str` writes it; `raised class: message`, or `error: …`.
  std::string interpreted(std::vector<rt::Value> arguments, llvm::StringRef method = "forward");
  /// What was printed since the program was made.
  std::string printed;

  rt::Value root() const { return instance; }

private:
  std::string diagnosticsOf(llvm::function_ref<bool()> action);

  mlir::MLIRContext context;
  rt::Value instance;
  std::unique_ptr<import::Program> program;
  std::optional<SpecializedEntry> last;
};

/// `def forward(self, <parameters>) -> <result>:` with a body whose lines are not indented.
std::string forwardOf(llvm::StringRef parameters, llvm::StringRef result, llvm::StringRef body);

/// A tensor of f32 with these numbers.
rt::Value floats(std::vector<int64_t> sizes, const std::vector<double> &numbers);

inline bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace sconce::specialize

#endif
