//===- Commands.h - What each verb does -----------------------------------===//
#pragma once

#include "tools/sconce/CommandLine.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace sconce::driver {
struct CodeCacheOptions;
struct CompileFileOptions;
}

namespace sconce::tools {

/// How a command ended: the exit code, and the text for standard error (empty when all is well).
struct Outcome {
  int code = 0;
  std::string message;
};

Outcome runModel(const RunOptions &options);
Outcome compileModel(const CompileOptions &options);
Outcome benchModel(const BenchOptions &options, llvm::raw_ostream &out);
Outcome showModel(const ShowOptions &options, llvm::raw_ostream &out);

/// The driver's options for what the command line says.
driver::CompileFileOptions compileFileOptions(const CompileOptions &options);

/// The cache that the command line or else the environment names. A folder that nobody asked for and that cannot be used
/// is none.
driver::CodeCacheOptions cacheOptions(const CacheChoice &choice);

/// Answers one JSON list of `run`'s arguments a line from standard input, until its end. Never stops for a command that
/// fails.
int serve();

/// An error as the outcome of a command: its exit code and its text.
Outcome failed(llvm::Error error);

} // namespace sconce::tools
