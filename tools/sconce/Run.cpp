//===- Run.cpp - sconce run -----------------------------------------------===//

#include "tools/sconce/Commands.h"

#include "lib/Archive/Npy.h"
#include "lib/Archive/DataFile.h"
#include "lib/Archive/DataWriter.h"
#include "lib/Driver/Artifact.h"
#include "lib/Driver/Compare.h"
#include "lib/Driver/Session.h"
#include "lib/Support/Error.h"

#include <fmt/format.h>

using namespace sconce;
using namespace sconce::tools;
using llvm::StringRef;
using rt::Value;

namespace {

/// The arguments of each call, and whether the file held several.
struct Calls {
  std::vector<std::vector<Value>> arguments;
  bool several = false;
};

llvm::Expected<Calls> readInputs(const std::vector<std::string> &files) {
  Calls calls;
  if (files.size() == 1 && !StringRef(files[0]).ends_with(".npy")) {
    llvm::Expected<Value> data = archive::readData(files[0]);
    if (!data)
      return data.takeError();
    if (data->isTuple()) {
      calls.arguments.push_back(data->asTuple().elements);
      return calls;
    }
    if (!data->isList())
      return badInput("expected a tuple of arguments, or a list of such tuples: torch.save((x,), \"inputs.pt\")",
                      {.file = files[0]});
    calls.several = true;
    for (const Value &call : data->asList().elements) {
      if (!call.isTuple())
        return badInput("expected every element of the list to be a tuple of arguments", {.file = files[0]});
      calls.arguments.push_back(call.asTuple().elements);
    }
    return calls;
  }
  calls.arguments.emplace_back();
  for (const std::string &file : files) {
    llvm::Expected<rt::Tensor> tensor = archive::readNpy(file);
    if (!tensor)
      return tensor.takeError();
    calls.arguments[0].push_back(Value::ofTensor(std::move(*tensor)));
  }
  return calls;
}

llvm::Error writeOutput(StringRef file, const Value &result) {
  if (!file.ends_with(".npy"))
    return archive::writeData(result, file);
  if (result.isTensor())
    return archive::writeNpy(result.asTensor(), file);
  return badInput("the result is not a single tensor: write it to a .pt", {.file = file.str()});
}

llvm::Expected<Value> readExpected(StringRef file) {
  if (!file.ends_with(".npy"))
    return archive::readData(file);
  llvm::Expected<rt::Tensor> tensor = archive::readNpy(file);
  if (!tensor)
    return tensor.takeError();
  return Value::ofTensor(std::move(*tensor));
}

/// Calls the method for each tuple of arguments; the result, or the list of results.
llvm::Expected<Value> callAll(const RunOptions &options, const Calls &calls) {
  llvm::Expected<std::shared_ptr<driver::Session>> session =
      driver::Session::open(options.model, {.threads = options.threads});
  if (!session)
    return session.takeError();
  std::unique_ptr<driver::Artifact> artifact;
  if (options.aot) {
    llvm::Expected<std::unique_ptr<driver::Artifact>> built =
        driver::Artifact::build(**session, options.method, calls.arguments);
    if (!built)
      return built.takeError();
    artifact = std::move(*built);
  }
  std::vector<Value> results;
  for (int repetition = 0; repetition < options.repeat; ++repetition) {
    results.clear();
    for (const std::vector<Value> &arguments : calls.arguments) {
      llvm::Expected<Value> result = artifact ? artifact->call(options.method, arguments)
                                              : (*session)->call(options.method, arguments);
      if (!result)
        return result.takeError();
      results.push_back(calls.several ? driver::snapshot(*result) : *result);
    }
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

Outcome sconce::tools::failed(llvm::Error error) {
  Outcome outcome;
  llvm::raw_string_ostream stream(outcome.message);
  outcome.code = reportErrors(std::move(error), stream);
  while (!outcome.message.empty() && outcome.message.back() == '\n')
    outcome.message.pop_back();
  return outcome;
}

Outcome sconce::tools::runModel(const RunOptions &options) {
  llvm::Expected<Calls> calls = readInputs(options.inputs);
  if (!calls)
    return failed(calls.takeError());
  std::optional<Value> expected;
  if (!options.expect.empty()) {
    llvm::Expected<Value> read = readExpected(options.expect);
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
    if (llvm::Error error = writeOutput(options.output, *result))
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
