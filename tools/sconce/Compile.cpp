//===- Compile.cpp - sconce compile ---------------------------------------===//

#include "tools/sconce/Commands.h"

#include "lib/Driver/CompileFile.h"
#include "lib/Driver/CompileReport.h"
#include "lib/Driver/Session.h"

using namespace sconce;
using namespace sconce::tools;

driver::CompileFileOptions sconce::tools::compileFileOptions(const CompileOptions &options) {
  driver::CompileFileOptions file;
  file.methods.clear();
  for (const MethodInputs &method : options.methods)
    file.methods.push_back({method.method, method.specs});
  file.exampleInputs = options.inputs;
  file.triple = options.triple;
  file.cpu = options.cpu;
  file.features = options.features;
  file.prefix = options.name;
  file.header = options.header;
  file.optLevel = options.optLevel;
  file.winograd = !options.direct;
  file.stage = options.emit;
  return file;
}

Outcome sconce::tools::compileModel(const CompileOptions &options) {
  driver::CompileReport report;
  auto session = driver::Session::open(options.model);
  if (!session)
    return failed(session.takeError());
  report.stageTimes().end("imported");
  driver::CompileFileOptions file = compileFileOptions(options);
  if (options.report) {
    (*session)->setReport([](const std::string &text) { llvm::errs() << text; });
    file.report = &report;
  }
  if (llvm::Error error = driver::compileToFile(**session, options.output, file))
    return failed(std::move(error));
  if (options.report)
    llvm::errs() << report.text();
  return {};
}
