//===- Serve.cpp - sconce run --serve -------------------------------------===//
//
// One process for thousands of cases: each line of standard input is a JSON list of `sconce run`'s arguments, each
// answer one line of standard output. What a model prints goes to standard error, so that answers stay apart.
//
//===----------------------------------------------------------------------===//

#include "tools/sconce/Commands.h"
#include "tools/sconce/Json.h"

#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

using namespace sconce::tools;

static Outcome answer(const std::string &text) {
  std::optional<std::vector<std::string>> words = parseArgumentLine(text);
  if (!words)
    return {2, "error: expected a JSON list of strings, such as [\"model.pt\", \"--inputs\", \"in.pt\"]"};
  if (words->empty() || words->front() != "run")
    words->insert(words->begin(), "run");
  std::string usage;
  int code = 0;
  std::optional<CommandLine> line = parseCommandLine(*words, usage, code);
  if (!line)
    return {code, usage};
  if (line->run.serve)
    return {2, "error: --serve inside --serve"};
  return runModel(line->run);
}

int sconce::tools::serve() {
  // The answers keep the real standard output; whatever else writes there goes to standard error.
  FILE *answers = fdopen(dup(STDOUT_FILENO), "w");
  if (!answers || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    return 2;
  std::string text;
  while (std::getline(std::cin, text)) {
    Outcome outcome = answer(text);
    std::string firstLine = outcome.message.substr(0, outcome.message.find('\n'));
    std::string reply = answerLine(outcome.code, firstLine);
    fflush(stdout);
    fprintf(answers, "%s\n", reply.c_str());
    fflush(answers);
  }
  fclose(answers);
  return 0;
}
