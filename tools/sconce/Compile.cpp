//===- Compile.cpp - sconce compile ---------------------------------------===//

#include "tools/sconce/Commands.h"

#include "lib/Driver/Artifact.h"
#include "lib/Driver/Session.h"

using namespace sconce;
using namespace sconce::tools;

Outcome sconce::tools::compileModel(const CompileOptions &options) {
  auto session = driver::Session::open(options.model);
  if (!session)
    return failed(session.takeError());
  driver::ArtifactOptions artifact;
  if (!options.methods.empty())
    artifact.methods = options.methods;
  artifact.specs = options.specs;
  artifact.exampleInputs = options.inputs;
  artifact.triple = options.triple;
  artifact.cpu = options.cpu;
  artifact.features = options.features;
  artifact.prefix = options.name;
  artifact.header = options.header;
  artifact.optLevel = options.optLevel;
  artifact.stage = options.emit;
  if (llvm::Error error = driver::compileToFile(**session, options.output, artifact))
    return failed(std::move(error));
  return {};
}
