//===- CommandLine.h - The verbs of sconce and their options --------------===//
//
// The one place that knows the option parser (CLI11 throws, so this folder's
// CommandLine.cpp is built with exceptions and lets none out).
//
//===----------------------------------------------------------------------===//
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sconce::tools {

/// Where compiled code is kept between processes.
struct CacheChoice {
  bool none = false;
  std::string folder; ///< empty: the environment's
};

/// `sconce run`.
struct RunOptions {
  std::string model;
  std::string method = "forward";
  /// One `.pt` of a tuple (or a list of tuples), or one `.npy` for each argument.
  std::vector<std::string> inputs;
  std::string expect;
  double rtol = 1e-5;
  double atol = 1e-8;
  std::string output;
  int repeat = 1;
  int threads = 0;
  /// Convolutions are summed directly, not by Winograd's algorithm.
  bool direct = false;
  bool aot = false;
  /// Ahead of time: the types to compile for, one SPEC for each argument, instead of those of the inputs.
  std::vector<std::string> specs;
  bool interpret = false;
  bool serve = false;
  bool tiered = false;
  CacheChoice cache;
  bool counters = false;
  bool report = false;
  std::optional<std::string> raises;
};

/// A method to compile, and one SPEC for each of its arguments.
struct MethodInputs {
  std::string method;
  std::vector<std::string> specs;
};

/// `sconce compile`.
struct CompileOptions {
  std::string model;
  std::string output;
  std::vector<MethodInputs> methods;
  /// A file of example arguments instead of specs.
  std::string inputs;
  std::string triple, cpu, features;
  std::string name;
  std::string header;
  std::string emit;
  int optLevel = 3;
  bool direct = false; ///< see RunOptions
  bool report = false;
};

/// `sconce show`.
struct ShowOptions {
  std::string model;
  std::string method;
  bool code = false, graph = false, tree = false, weights = false, ops = false;
  std::string emit;
  std::vector<std::string> specs;
  std::string inputs;
};

/// `sconce bench`.
struct BenchOptions {
  std::string model;
  std::string method = "forward";
  std::vector<std::string> inputs;
  int threads = 0;
  /// Convolutions are summed directly, not by Winograd's algorithm.
  bool direct = false;
  double seconds = 2;
  CacheChoice cache;
  bool aot = false, profile = false, json = false;
  std::string save;
};

enum class Verb { None, Run, Compile, Show, Bench };

struct CommandLine {
  Verb verb = Verb::None;
  RunOptions run;
  CompileOptions compile;
  ShowOptions show;
  BenchOptions bench;
};

/// Parses `arguments` (without the program's name). On a mistake or a call for help returns none, with the
/// text to print in `text` and the exit code (0 for help, 2 for a mistake) in `code`.
std::optional<CommandLine> parseCommandLine(const std::vector<std::string> &arguments, std::string &text, int &code);

} // namespace sconce::tools
