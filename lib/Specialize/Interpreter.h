/// The evaluator with everything known: a plain interpreter of TorchScript, the
/// reference that compiled code is tested against.
#ifndef SCONCE_LIB_SPECIALIZE_INTERPRETER_H
#define SCONCE_LIB_SPECIALIZE_INTERPRETER_H

#include "lib/Specialize/Specializer.h"
#include "runtime/Random.h"

#include <functional>

namespace sconce::specialize {

struct Interpretation {
  rt::Value result;
  /// The program raised: the class as written ("builtins.ValueError"), the message.
  bool raised = false;
  std::string exceptionClass, message;
  /// Where, as "code/__torch__.py:12:2", and the calls that led there, a line for each, innermost last.
  std::string place, stack;
  /// It would have taken too long, or its writes were refused: nothing but prints and random numbers has happened.
  bool abandoned = false;
  /// The estimated time that was spent, in nanoseconds.
  uint64_t nanoseconds = 0;
};

struct InterpreterHooks {
  rt::Generator *generator = nullptr;
  /// Text of print() (stream 1) and warnings (2); dropped when not set.
  std::function<void(int stream, llvm::StringRef text)> print;
  /// Asked before anything is written back: whether the attributes at these paths may be.
  std::function<bool(const std::set<std::string> &paths)> mayWrite;
};

/// Calls a method of `instance` (the archive's root when it is none). What the
/// program writes to arguments and to the instance is written to them. Fails
/// after a diagnostic where the program uses something unsupported.
mlir::FailureOr<Interpretation> interpret(import::Program &program, llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments,
                                          const rt::Value &instance = {}, const InterpreterHooks &hooks = {},
                                          const Options &options = {});

} // namespace sconce::specialize

#endif
