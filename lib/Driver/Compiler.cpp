//===- Compiler.cpp - From a program and a signature to native code -------===//

#include "lib/Driver/Compiler.h"

#include "codegen/Emit/JitSession.h"
#include "codegen/LLVM/ParallelContext.h"
#include "codegen/LLVM/ToLLVMIR.h"
#include "codegen/Lowering/Lowering.h"
#include "codegen/Pipelines/Pipelines.h"
#include "codegen/Pipelines/Registration.h"
#include "codegen/Transforms/HoistWeights.h"
#include "codegen/Transforms/KernelMarks.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Archive/Archive.h"
#include "lib/Aten/Sources.h"
#include "lib/Driver/Errors.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Support.h"
#include "runtime/Compiled.h"
#include "runtime/Preparation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Threading.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::StringRef;

/// The symbols of a just-in-time entry, and of what prepares its weights.
static constexpr llvm::StringLiteral entryName = "sconce_entry", prepareName = "sconce_prepare";

CompiledEntry::CompiledEntry() = default;
CompiledEntry::~CompiledEntry() = default;

std::unique_ptr<mlir::MLIRContext> driver::makeContext() {
  mlir::DialectRegistry registry;
  registry.insert<ts::TorchScriptDialect>();
  codegen::registerCodegenDialects(registry);
  codegen::registerLowerings(registry);
  codegen::registerLLVMTranslation(registry);
  auto context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadDialect<ts::TorchScriptDialect>();
  return context;
}

llvm::Expected<std::unique_ptr<import::Program>> driver::loadProgram(archive::Archive &archive,
                                                                     mlir::MLIRContext &context) {
  import::ImportOptions options;
  options.schemas = specialize::librarySchemas();
  auto program = import::importArchive(archive, context, options);
  if (!program)
    return program.takeError();
  for (const aten::LibrarySource &source : aten::librarySources())
    if (llvm::Error error = (*program)->addLibrary(source.name, source.text))
      return std::move(error);
  return program;
}

llvm::Expected<specialize::SpecializedEntry> driver::specializeEntry(import::Program &program, StringRef file,
                                                                     const CompileRequest &request) {
  DiagnosticCollector diagnostics(program.context());
  specialize::Options options;
  options.instance = request.instance;
  options.openExtents = request.openExtents;
  options.runTimeState = request.runTimeState;
  options.viewsOfArguments = request.viewsOfArguments;
  options.state.insert(request.statePaths.begin(), request.statePaths.end());
  mlir::FailureOr<specialize::SpecializedEntry> entry =
      specialize::specialize(program, request.method, request.arguments, options);
  if (failed(entry))
    return diagnostics.take(file);
  return std::move(*entry);
}

llvm::Error driver::lowerTo(codegen::Stage stage, mlir::ModuleOp module, const codegen::PipelineOptions &options,
                            StringRef file, codegen::Stage from) {
  DiagnosticCollector diagnostics(*module.getContext());
  mlir::PassManager passes(module.getContext());
#ifdef NDEBUG
  // To verify after each pass takes a third of the passes' time; once a stage finds what is wrong before it does harm.
  passes.enableVerifier(false);
#endif
  if (from < codegen::Stage::Linalg && stage >= codegen::Stage::Linalg)
    passes.addPass(codegen::createConvertTsToLinalgPass());
  codegen::buildPipeline(passes, std::max(from, codegen::Stage::Linalg), stage, options);
  // Enough functions make up for the locks.
  constexpr ptrdiff_t fewFunctions = 32;
  auto functions = module.getOps<mlir::func::FuncOp>();
  bool areMany = std::distance(functions.begin(), functions.end()) > fewFunctions;
  codegen::ParallelContext parallel(*module.getContext(), areMany && compileThreads() > 1);
  if (failed(passes.run(module)) || failed(mlir::verify(module)))
    return diagnostics.take(file);
  return llvm::Error::success();
}

llvm::Error driver::lowerByStages(mlir::ModuleOp module, const codegen::PipelineOptions &options, StringRef file, StageTimes *times,
                                  llvm::function_ref<void(codegen::Stage)> reached) {
  using codegen::Stage;
  Stage done = Stage::Specialized;
  for (Stage next : {Stage::Linalg, Stage::Kernels, Stage::Buffers, Stage::Vector, Stage::LLVM}) {
    if (llvm::Error error = lowerTo(next, module, options, file, std::exchange(done, next)))
      return error;
    reached(next);
    if (times)
      times->end(codegen::getStageName(next).str());
  }
  return llvm::Error::success();
}

void driver::nameEntry(mlir::ModuleOp module, StringRef name) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr("ts.signature"))
      function.setName(name);
}

const codegen::TargetInfo &driver::hostTarget() {
  static const codegen::TargetInfo target = llvm::cantFail(codegen::TargetInfo::create());
  return target;
}

unsigned driver::compileThreads() {
  static const unsigned count = std::max(1u, llvm::heavyweight_hardware_concurrency().compute_thread_count());
  return count;
}

static std::vector<KernelCall> markKernels(mlir::ModuleOp module) {
  std::vector<KernelCall> calls;
  for (codegen::KernelCall &call : codegen::markKernels(module)) {
    auto line = call.location->findInstanceOf<mlir::FileLineColLoc>();
    std::string place = line ? fmt::format("{}:{}:{}", line.getFilename().str(), line.getLine(), line.getColumn()) : "";
    calls.push_back({std::move(call.kernel), std::move(place), call.work.operations, call.work.bytes});
  }
  return calls;
}

std::string driver::describeReport(StringRef method, llvm::ArrayRef<specialize::ArgumentSpec> specs,
                                   const specialize::Report &report) {
  std::vector<std::string> types;
  for (const specialize::ArgumentSpec &spec : specs)
    types.push_back(specialize::spellArgumentSpec(spec));
  std::string text = fmt::format("{}({}): {} of {} steps, {} of {} versions, evaluated {} time{}\n", method.str(),
                                 fmt::join(types, ", "), report.steps, report.maxSteps, report.versions, report.maxVersions,
                                 report.evaluations, report.evaluations == 1 ? "" : "s");
  for (const specialize::Split &split : report.splits)
    text += fmt::format("  {}: what follows is compiled twice{}: {}\n", split.place,
                        split.times == 1 ? "" : fmt::format(", {} times", split.times), split.reason);
  if (report.alwaysRaises)
    text += fmt::format("  raises whatever it is given: {}\n", *report.alwaysRaises);
  return text;
}

void StageTimes::end(std::string what) {
  Clock::time_point now = Clock::now();
  seconds.emplace_back(std::move(what), std::chrono::duration<double>(now - begin).count());
  begin = now;
}

std::string StageTimes::text() const {
  std::vector<std::string> parts;
  for (const auto &[what, time] : seconds)
    parts.push_back(fmt::format("{} {:.3f} s", what, time));
  return fmt::format("{}", fmt::join(parts, ", "));
}

double StageTimes::total() const {
  double sum = 0;
  for (const auto &[what, time] : seconds)
    sum += time;
  return sum;
}

static std::vector<codegen::HostSymbol> runtimeSymbols() {
  std::vector<codegen::HostSymbol> symbols;
  for (const rt::CompiledSymbol &symbol : rt::compiledSymbols())
    symbols.push_back({symbol.name, symbol.address});
  return symbols;
}

void driver::countWeights(mlir::ModuleOp module, size_t count, StringRef prepareName) {
  module->setAttr(codegen::prepareNameAttrName, mlir::StringAttr::get(module.getContext(), prepareName));
  module->setAttr(codegen::weightCountAttrName, mlir::IntegerAttr::get(mlir::IntegerType::get(module.getContext(), 64), count));
}

std::vector<int64_t> driver::preparedWeights(mlir::ModuleOp module) {
  auto bytes = module->getAttrOfType<mlir::DenseI64ArrayAttr>(codegen::preparedAttrName);
  return bytes ? std::vector<int64_t>(bytes.asArrayRef().begin(), bytes.asArrayRef().end()) : std::vector<int64_t>();
}

/// Computes what follows from the weights alone.
static llvm::Error prepareWeights(CompiledEntry &entry, const std::vector<int64_t> &bytes) {
  if (bytes.empty())
    return llvm::Error::success();
  auto prepare = entry.code->lookup(prepareName);
  if (!prepare)
    return prepare.takeError();
  entry.prepared = rt::prepareWeights(prepare->function, prepare->workspace, bytes, entry.weights,
                                      static_cast<int32_t>(compileThreads()));
  if (!entry.prepared)
    return badInput("no memory for the model's weights in the order that the code reads");
  return llvm::Error::success();
}

llvm::Expected<EntryCode> driver::compileEntry(import::Program &program, StringRef file, const CompileRequest &request) {
  StageTimes times;
  auto specialized = specializeEntry(program, file, request);
  if (!specialized)
    return specialized.takeError();
  EntryCode code;
  code.times = std::move(times);
  code.times.end("evaluate");
  code.signature = specialized->signature;
  for (const specialize::StateSlot &slot : specialized->state) {
    code.statePaths.push_back(slot.path);
    if (slot.written)
      code.writtenPaths.push_back(slot.path);
  }
  code.report = std::move(specialized->report);
  code.storages = specialized->weights.storages();
  code.readStorages = specialized->weights.readStorages().vec();

  codegen::PipelineOptions pipeline{.target = hostTarget(), .optLevel = static_cast<unsigned>(request.optLevel),
                                    .winograd = request.winograd};
  nameEntry(*specialized->module, entryName);
  countWeights(*specialized->module, code.storages.size(), prepareName);
  auto mark = [&](codegen::Stage stage) {
    if (request.profile && stage == codegen::Stage::Buffers)
      code.kernels = markKernels(*specialized->module);
  };
  if (llvm::Error error = lowerByStages(*specialized->module, pipeline, file, &code.times, mark))
    return std::move(error);
  auto compiled = codegen::compile(*specialized->module, pipeline.target,
                                   {.optLevel = static_cast<unsigned>(request.optLevel), .threads = compileThreads()});
  if (!compiled)
    return inFile(compiled.takeError(), file);
  code.times.end(fmt::format("machine code ({} objects)", compiled->objects.size()));
  code.module = std::move(*compiled);
  code.preparedBytes = preparedWeights(*specialized->module);
  return code;
}

llvm::Expected<std::shared_ptr<CompiledEntry>> driver::linkEntry(EntryCode code, StringRef file) {
  auto entry = std::make_shared<CompiledEntry>();
  rt::Result<rt::Signature> signature = rt::Signature::parse(code.signature);
  if (!signature)
    return unsupported("the entry's signature is malformed: " + signature.status().message, {.file = file.str()});
  entry->signature = std::move(*signature);
  entry->plain = rt::PlainEntry(entry->signature);
  entry->statePaths = std::move(code.statePaths);
  entry->writtenPaths = std::move(code.writtenPaths);
  entry->report = std::move(code.report);
  entry->kernels = std::move(code.kernels);
  entry->times = std::move(code.times);
  entry->storages = std::move(code.storages);
  for (const rt::Ref<rt::Storage> &storage : entry->storages)
    entry->weights.push_back(storage->data());
  auto session = codegen::JitSession::create(runtimeSymbols());
  if (!session)
    return inFile(session.takeError(), file);
  entry->code = std::move(*session);
  if (llvm::Error error = entry->code->add(std::move(code.module)))
    return inFile(std::move(error), file);
  auto found = entry->code->lookup(entryName);
  if (!found)
    return inFile(found.takeError(), file);
  entry->function = found->function;
  entry->workspaceBytes = found->workspace;
  entry->times.end("link");
  if (llvm::Error error = prepareWeights(*entry, code.preparedBytes))
    return inFile(std::move(error), file);
  entry->times.end("weights");
  return entry;
}
