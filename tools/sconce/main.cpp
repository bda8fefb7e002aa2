//===- main.cpp - The sconce program --------------------------------------===//

#include "tools/sconce/Commands.h"

#include "llvm/Support/InitLLVM.h"

using namespace sconce::tools;

static Outcome runCommand(const CommandLine &line) {
  switch (line.verb) {
  case Verb::Run:
    return runModel(line.run);
  case Verb::Compile:
    return compileModel(line.compile);
  case Verb::Show:
    return showModel(line.show, llvm::outs());
  case Verb::Bench:
    return benchModel(line.bench, llvm::outs());
  case Verb::None:
    break;
  }
  return {2, "error: no command"};
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  std::string text;
  int code = 0;
  std::optional<CommandLine> line = parseCommandLine({argv + 1, argv + argc}, text, code);
  if (!line) {
    (code == 0 ? llvm::outs() : llvm::errs()) << text;
    return code;
  }
  if (line->verb == Verb::Run && line->run.serve)
    return serve();
  Outcome outcome = runCommand(*line);
  if (!outcome.message.empty())
    llvm::errs() << outcome.message << '\n';
  return outcome.code;
}
