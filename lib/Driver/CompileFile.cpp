//===- CompileFile.cpp - Models compiled ahead of time --------------------===//

#include "lib/Driver/CompileFile.h"

#include "lib/Archive/OutputFile.h"
#include "lib/Driver/CompileReport.h"
#include "lib/Driver/Compiler.h"
#include "lib/Driver/DataFiles.h"
#include "lib/Driver/Header.h"
#include "lib/Driver/ModelBuilder.h"
#include "lib/Driver/Session.h"
#include "lib/Import/Importer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <fmt/format.h>

using namespace sconce;
using namespace sconce::driver;
using codegen::FileKind;
using codegen::Stage;
using llvm::StringRef;

//===-- Options -------------------------------------------------------------------------------------===//

/// A method's entries for each of the example calls.
static llvm::Expected<std::vector<EntryRequest>> exampleRequests(const CompileFileOptions &options) {
  auto calls = readCalls({options.exampleInputs});
  if (!calls)
    return calls.takeError();
  std::vector<EntryRequest> requests;
  for (const MethodSpecs &method : options.methods) {
    if (!method.specs.empty())
      return badInput("give the types of the arguments by --input or by the examples of --inputs, not by both");
    for (const std::vector<rt::Value> &arguments : calls->arguments)
      requests.push_back(requestFor(method.method, arguments));
  }
  return distinct(std::move(requests));
}

static llvm::Expected<std::vector<EntryRequest>> entryRequests(Session &session, const CompileFileOptions &options) {
  std::vector<EntryRequest> requests;
  if (!options.exampleInputs.empty()) {
    auto examples = exampleRequests(options);
    if (!examples)
      return examples.takeError();
    requests = std::move(*examples);
  } else {
    for (const MethodSpecs &method : options.methods) {
      auto request = parseRequest(method.method, method.specs);
      if (!request)
        return request.takeError();
      requests.push_back(std::move(*request));
    }
  }
  for (const EntryRequest &request : requests)
    if (llvm::Error error = session.checkCall(
            request.method, request.arguments.size(),
            "give the type of each argument, as --input 1x3x224x224xf32 or --input int, or an example of all by --inputs "
            "inputs.pt"))
      return std::move(error);
  return requests;
}

static llvm::Expected<SpecializedModel> specializeEntries(Session &session, const CompileFileOptions &options, StringRef prefix) {
  auto requests = entryRequests(session, options);
  if (!requests)
    return requests.takeError();
  return specializeAll(session, *requests, prefix);
}

static llvm::Expected<codegen::PipelineOptions> pipelineOptions(const CompileFileOptions &options) {
  auto target = codegen::TargetInfo::create(options.triple, options.cpu, options.features);
  if (!target)
    return badInput(llvm::toString(target.takeError()));
  return codegen::PipelineOptions{.target = std::move(*target), .optLevel = static_cast<unsigned>(options.optLevel),
                                  .winograd = options.winograd};
}

/// Fails before anything is compiled where a file cannot be written later.
static llvm::Error checkWritable(StringRef path) {
  StringRef folder = llvm::sys::path::parent_path(path);
  if (folder.empty())
    folder = ".";
  if (!llvm::sys::fs::is_directory(folder))
    return badInput("there is no folder '" + folder + "' to write it to", {.file = path.str()});
  if (llvm::sys::fs::access(folder, llvm::sys::fs::AccessMode::Write))
    return badInput("the folder '" + folder + "' cannot be written to", {.file = path.str()});
  if (llvm::sys::fs::is_directory(path))
    return badInput("is a folder", {.file = path.str()});
  return llvm::Error::success();
}

/// What can be written for the target; the runtime that archives and libraries hold is this machine's.
static llvm::Error checkKind(FileKind kind, StringRef output, const CompileFileOptions &options) {
  bool isLinked = kind == FileKind::Archive || kind == FileKind::SharedLibrary;
  if (!options.header.empty() && !isLinked && kind != FileKind::Object)
    return badInput("a header goes with a .o, .a or .so", {.file = output.str()});
  llvm::Triple host(llvm::sys::getDefaultTargetTriple()), asked(llvm::Triple::normalize(options.triple));
  if (isLinked && !options.triple.empty() && (asked.getArch() != host.getArch() || asked.getOS() != host.getOS()))
    return badInput("the runtime at hand is for " + host.str() + ": for '" + options.triple +
                        "' write a .o, .s or .ll, and compile the runtime's sources (runtime/*.cpp) for that target",
                    {.file = output.str()});
  return llvm::Error::success();
}

static bool isIdentifier(StringRef text) {
  return !text.empty() && !llvm::isDigit(text[0]) &&
         llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// The prefix of all symbols: as given, or made from the output's name.
static llvm::Expected<std::string> prefixOf(StringRef output, const CompileFileOptions &options) {
  if (!options.prefix.empty()) {
    if (isIdentifier(options.prefix))
      return options.prefix;
    return badInput("--name: '" + options.prefix + "' cannot begin a C function's name; expected letters, digits and _, "
                                                   "such as --name digits");
  }
  std::string symbol;
  StringRef stem = llvm::sys::path::stem(output);
  if (output.ends_with(".a") || output.ends_with(".so"))
    stem.consume_front("lib");
  for (char c : stem)
    symbol += llvm::isAlnum(c) ? c : '_';
  return symbol.empty() || llvm::isDigit(symbol[0]) ? "model_" + symbol : symbol;
}

//===-- Text of stages ------------------------------------------------------------------------------===//

static std::string printModule(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, mlir::OpPrintingFlags().enableDebugInfo(false));
  stream << '\n';
  return text;
}

static llvm::Expected<Stage> stageOf(StringRef text) {
  std::optional<Stage> stage = codegen::parseStage(text);
  if (stage && *stage != Stage::Object)
    return *stage;
  return badInput("--emit: '" + text +
                  "' has no text; expected imported, specialized, linalg, kernels, buffers, vector or llvm");
}

llvm::Expected<std::string> driver::emitStage(Session &session, const CompileFileOptions &options) {
  auto stage = stageOf(options.stage);
  if (!stage)
    return stage.takeError();
  if (*stage == Stage::Imported) {
    if (llvm::Error error = session.program().importAll())
      return inFile(std::move(error), session.file());
    return printModule(session.program().module());
  }
  auto pipeline = pipelineOptions(options);
  if (!pipeline)
    return pipeline.takeError();
  auto model = specializeEntries(session, options, "model");
  if (!model)
    return model.takeError();
  countWeights(*model->module, model->weights.storages().size(), "model_prepare");
  if (*stage != Stage::Specialized)
    if (llvm::Error error = lowerTo(*stage, *model->module, *pipeline, session.file()))
      return std::move(error);
  return printModule(*model->module);
}

static llvm::Error writeStage(Session &session, StringRef output, CompileFileOptions options) {
  if (options.stage.empty())
    options.stage = "linalg";
  if (auto stage = stageOf(options.stage); !stage)
    return stage.takeError();
  if (!output.ends_with(".mlir"))
    return badInput("--emit=" + options.stage + " gives text that is named .mlir", {.file = output.str()});
  if (!options.header.empty())
    return badInput("a header goes with a .o, .a or .so", {.file = output.str()});
  auto text = emitStage(session, options);
  if (!text)
    return text.takeError();
  return archive::writeOutputFile(output, [&](llvm::raw_ostream &stream) {
    stream << *text;
    return llvm::Error::success();
  });
}

//===-- Files of code -------------------------------------------------------------------------------===//

llvm::Error driver::compileToFile(Session &session, StringRef output, const CompileFileOptions &options) {
  for (StringRef path : {output, StringRef(options.header)})
    if (!path.empty())
      if (llvm::Error error = checkWritable(path))
        return error;
  std::optional<FileKind> kind = codegen::getFileKind(output);
  bool isCode = options.stage.empty() || options.stage == "object" || (options.stage == "llvm" && kind == FileKind::LLVMIR);
  if (!isCode || output.ends_with(".mlir"))
    return writeStage(session, output, options);
  if (!kind)
    return badInput("the output's extension says what to write: expected .o, .a, .so, .s, .ll, .bc or .mlir, such as "
                    "-o model.so",
                    {.file = output.str()});
  if (llvm::Error error = checkKind(*kind, output, options))
    return error;
  auto prefix = prefixOf(output, options);
  if (!prefix)
    return prefix.takeError();
  auto pipeline = pipelineOptions(options);
  if (!pipeline)
    return pipeline.takeError();
  auto model = specializeEntries(session, options, *prefix);
  if (!model)
    return model.takeError();
  if (options.report)
    options.report->stageTimes().end("specialized");
  if (llvm::Error error = checkReturns(*model, session.file()))
    return error;
  if (llvm::Error error = describeFunctions(*model, session))
    return error;
  if (llvm::Error error = describeState(*model, session))
    return error;
  if (llvm::Error error = writeModel(*model, output, *kind, *pipeline, session.file(), options.report))
    return error;
  if (options.header.empty())
    return llvm::Error::success();
  return archive::writeOutputFile(options.header, [&](llvm::raw_ostream &stream) {
    stream << headerText(model->description);
    return llvm::Error::success();
  });
}
