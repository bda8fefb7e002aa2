//===- CompileFile.h - Models compiled ahead of time ----------------------===//
#pragma once

#include "lib/Driver/Errors.h"

#include <string>
#include <vector>

namespace sconce::driver {

class CompileReport;
class Session;

/// A method and the types of its arguments, in the command line's spelling ("1x3x?x?xf32").
struct MethodSpecs {
  std::string method = "forward";
  std::vector<std::string> specs;
};

struct CompileFileOptions {
  std::vector<MethodSpecs> methods = {MethodSpecs()};
  /// A file of example arguments, a tuple or a list of tuples, for all methods instead of their specs.
  std::string exampleInputs;
  std::string triple, cpu, features;
  /// Prefix of the exported symbols; empty: from the output's name.
  std::string prefix;
  /// Where to write the C header; empty: nowhere.
  std::string header;
  int optLevel = 3;
  bool winograd = true; ///< see SessionOptions
  /// Stop at this stage and write its text; empty: what the output's extension says.
  std::string stage;
  /// Gets what became of the model, where files of code are written.
  CompileReport *report = nullptr;
};

/// Compiles methods of a session's program and writes the file that the name's extension asks for (.o .a .so .s .ll .bc
/// .mlir), and the header. Nothing is left half-written.
llvm::Error compileToFile(Session &session, llvm::StringRef output, const CompileFileOptions &options);

/// The text of the methods at a stage.
llvm::Expected<std::string> emitStage(Session &session, const CompileFileOptions &options);

} // namespace sconce::driver
