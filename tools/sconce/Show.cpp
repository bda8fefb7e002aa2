//===- Show.cpp - sconce show ---------------------------------------------===//

#include "tools/sconce/Commands.h"

#include "lib/Driver/CompileFile.h"
#include "lib/Driver/Session.h"
#include "lib/Driver/Show.h"

using namespace sconce;
using namespace sconce::tools;

Outcome sconce::tools::showModel(const ShowOptions &options, llvm::raw_ostream &out) {
  auto session = driver::Session::open(options.model);
  if (!session)
    return failed(session.takeError());
  std::string method = options.method.empty() ? "forward" : options.method;
  std::string text;
  auto add = [&](llvm::Expected<std::string> part) -> llvm::Error {
    if (!part)
      return part.takeError();
    text += *part;
    return llvm::Error::success();
  };
  bool nothing = !options.code && !options.graph && !options.tree && !options.weights && !options.ops && options.emit.empty();
  if (options.code || nothing)
    if (llvm::Error error = add(driver::showCode(**session, method)))
      return failed(std::move(error));
  if (options.graph)
    if (llvm::Error error = add(driver::showGraph(**session, method)))
      return failed(std::move(error));
  if (options.tree)
    if (llvm::Error error = add(driver::showTree(**session, options.method)))
      return failed(std::move(error));
  if (options.weights)
    if (llvm::Error error = add(driver::showWeights(**session, options.method)))
      return failed(std::move(error));
  if (options.ops)
    if (llvm::Error error = add(driver::showOperators(**session, options.method)))
      return failed(std::move(error));
  if (!options.emit.empty())
    if (llvm::Error error = add(driver::emitStage(
            **session, {.methods = {{method, options.specs}}, .exampleInputs = options.inputs, .stage = options.emit})))
      return failed(std::move(error));
  out << text;
  return {};
}
