//===- Run.cpp - sconce run -----------------------------------------------===//

#include "tools/sconce/Commands.h"

#include "lib/Driver/Artifact.h"
#include "lib/Driver/Compare.h"
#include "lib/Driver/DataFiles.h"
#include "lib/Driver/ModelBuilder.h"
#include "lib/Driver/Session.h"
#include "lib/Support/Error.h"

#include <fmt/format.h>

using namespace sconce;
using namespace sconce::tools;
using llvm::StringRef;
using rt::Value;

namespace {

llvm::Expected<std::unique_ptr<driver::Artifact>> buildArtifact(driver::Session &session, const RunOptions &options,
                                                                const driver::Calls &calls) {
  if (options.specs.empty())
    return driver::Artifact::build(session, options.method, calls.arguments);
  auto request = driver::parseRequest(options.method, options.specs);
  if (!request)
    return request.takeError();
  if (llvm::Error error = session.checkCall(options.method, options.specs.size(), "give the type of each argument by --input"))
    return std::move(error);
  return driver::Artifact::build(session, *request);
}

/// Calls the method for each tuple of arguments; the result, or the list of results.
llvm::Expected<Value> callAll(const RunOptions &options, const driver::Calls &calls) {
  auto session = driver::Session::open(options.model, {.threads = options.threads, .winograd = !options.direct, .tiered = options.tiered,
                                                        // What is not compiled just in time needs the program.
                                                        .disk = options.aot || options.interpret ? driver::CodeCacheOptions() : cacheOptions(options.cache)});
  if (!session)
    return session.takeError();
  if (options.report)
    (*session)->setReport([](const std::string &text) { llvm::errs() << text; });
  if (llvm::Error error = (*session)->checkInputs(options.method, calls.arguments))
    return std::move(error);
  std::unique_ptr<driver::Artifact> artifact;
  if (options.aot) {
    auto built = buildArtifact(**session, options, calls);
    if (!built)
      return built.takeError();
    artifact = std::move(*built);
  }
  auto call = [&](const std::vector<Value> &arguments) {
    return options.interpret ? (*session)->interpret(options.method, arguments)
           : artifact        ? artifact->call(options.method, arguments)
                             : (*session)->call(options.method, arguments);
  };
  std::vector<Value> results;
  for (int repetition = 0; repetition < options.repeat; ++repetition) {
    results.clear();
    for (const std::vector<Value> &arguments : calls.arguments) {
      llvm::Expected<Value> result = call(arguments);
      if (!result)
        return result.takeError();
      // What a call returned may be changed by the next one.
      results.push_back(calls.several ? driver::snapshot(*result) : *result);
    }
  }
  if (options.counters) {
    driver::CallCounters counters = (*session)->counters();
    llvm::errs() << fmt::format("hits {}, compiles {}, loads {}, generalisations {}, interpreted {}, evictions {}, entries {}\n",
                                counters.hits, counters.compiles, counters.loads, counters.generalisations, counters.interpreted,
                                counters.evictions, counters.entries);
  }
  if (!calls.several)
    return results.front();
  return Value::ofList("Any", std::move(results));
}

/// `--raises`: the error that the model raised must contain the text.
Outcome expectRaise(const RunOptions &options, llvm::Expected<Value> result) {
  if (result)
    return {1, "error: the model returned, but was expected to raise '" + *options.raises + "'"};
  Outcome outcome;
  llvm::handleAllErrors(
      result.takeError(),
      [&](const driver::RaisedError &raised) {
        std::string text = raised.exceptionClass() + ": " + raised.text();
        if (!StringRef(text).contains(*options.raises))
          outcome = {1, fmt::format("error: the model raised '{}', expected '{}'", text, *options.raises)};
      },
      [&](std::unique_ptr<llvm::ErrorInfoBase> other) { outcome = failed(llvm::Error(std::move(other))); });
  return outcome;
}

} // namespace

driver::CodeCacheOptions sconce::tools::cacheOptions(const CacheChoice &choice) {
  driver::CodeCacheOptions options;
  if (choice.none)
    return options;
  options.folder = choice.folder;
  if (!options.folder.empty())
    return options;
  options.folder = driver::cacheFolderOfEnvironment();
  if (options.folder.empty())
    return options;
  auto usable = driver::CodeStore::open(options.folder, options.maxBytes);
  if (usable)
    return options;
  llvm::consumeError(usable.takeError());
  return {};
}

Outcome sconce::tools::failed(llvm::Error error) {
  Outcome outcome;
  llvm::raw_string_ostream stream(outcome.message);
  outcome.code = reportErrors(std::move(error), stream);
  while (!outcome.message.empty() && outcome.message.back() == '\n')
    outcome.message.pop_back();
  return outcome;
}

Outcome sconce::tools::runModel(const RunOptions &options) {
  if (!options.output.empty())
    if (llvm::Error error = driver::checkValueFile(options.output))
      return failed(std::move(error));
  llvm::Expected<driver::Calls> calls = driver::readCalls(options.inputs);
  if (!calls)
    return failed(calls.takeError());
  std::optional<Value> expected;
  if (!options.expect.empty()) {
    llvm::Expected<Value> read = driver::readValue(options.expect);
    if (!read)
      return failed(read.takeError());
    expected = std::move(*read);
  }
  llvm::Expected<Value> result = callAll(options, *calls);
  if (options.raises)
    return expectRaise(options, std::move(result));
  if (!result)
    return failed(result.takeError());
  if (!options.output.empty())
    if (llvm::Error error = driver::writeValue(*result, options.output))
      return failed(std::move(error));
  if (expected) {
    if (auto difference = driver::findDifference(*result, *expected, {options.rtol, options.atol}))
      return {1, "error: " + *difference};
    return {};
  }
  if (options.output.empty() && !options.serve)
    llvm::outs() << driver::printValue(*result) << '\n';
  return {};
}
