//===- Errors.h - Errors of calling and compiling models ------------------===//
#pragma once

#include "lib/Support/Error.h"

#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sconce::driver {

/// The model itself raised.
class RaisedError : public llvm::ErrorInfo<RaisedError, LocatedError> {
public:
  static char ID;

  RaisedError(std::string exceptionClass, std::string text, Location location, std::string stack)
      : ErrorInfo(ErrorKind::Raised, std::move(text), std::move(location)), raisedClass(std::move(exceptionClass)),
        callStack(std::move(stack)) {}

  /// "builtins.ValueError".
  const std::string &exceptionClass() const { return raisedClass; }
  /// The TorchScript call stack, one frame a line.
  const std::string &stack() const { return callStack; }
  /// Writes `place: class: message`, the stack and the notes.
  void log(llvm::raw_ostream &os) const override;

private:
  std::string raisedClass, callStack;
};

/// The location in `file` that a context gives as "code/__torch__/model.py:12:4".
Location placeInCode(llvm::StringRef file, llvm::StringRef place);

/// Collects the diagnostics that a context emits while it lives, as one error.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext &context);
  ~DiagnosticCollector();

  /// What was emitted, with `file` named, as an error: the input's fault where the diagnostic says so, else Unsupported.
  llvm::Error take(llvm::StringRef file);

private:
  struct Handler;
  std::unique_ptr<Handler> handler;
};

} // namespace sconce::driver
