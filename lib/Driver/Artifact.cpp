//===- Artifact.cpp - Models compiled ahead of time -----------------------===//

#include "lib/Driver/Artifact.h"

#include "codegen/Emit/EmitFile.h"
#include "codegen/Emit/ModelObject.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Archive/DataFile.h"
#include "lib/Archive/OutputFile.h"
#include "lib/Driver/Compiler.h"
#include "lib/Driver/Header.h"
#include "lib/Driver/Session.h"
#include "lib/Import/Importer.h"
#include "runtime/Entry.h"
#include "runtime/Tensor.h"
#include "sconce-c/Sconce.h"
#include "sconce-c/Model.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>
#include <fmt/format.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

namespace {

/// What is compiled: a method and the types of its arguments.
struct EntryRequest {
  std::string method;
  std::vector<specialize::ArgumentSpec> arguments;
};

/// Entries specialized into one module, with one table of weights.
struct SpecializedModel {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  specialize::WeightTable weights;
  std::vector<specialize::StateSlot> state;
  codegen::ModelDescription description;
};

std::string symbolOf(StringRef text) {
  std::string symbol;
  for (char c : text)
    symbol += llvm::isAlnum(c) ? c : '_';
  return symbol.empty() || llvm::isDigit(symbol[0]) ? "model_" + symbol : symbol;
}

/// Moves the functions of `entry` into the model's module; its weights get numbers of the model's table.
void mergeEntry(SpecializedModel &model, specialize::SpecializedEntry &entry, StringRef symbol) {
  nameEntry(*entry.module, symbol);
  const auto &storages = entry.weights.storages();
  entry.module->walk([&](ts::WeightOp weight) {
    weight.setStorage(model.weights.numberOf(storages[static_cast<size_t>(weight.getStorage())]));
  });
  if (!model.module) {
    model.module = std::move(entry.module);
    return;
  }
  mlir::Block *target = model.module->getBody();
  target->getOperations().splice(target->end(), entry.module->getBody()->getOperations());
}

/// Specializes all requests. What one method writes is state of all: found first, then everything is specialized with it.
llvm::Expected<SpecializedModel> specializeAll(Session &session, ArrayRef<EntryRequest> requests, StringRef prefix) {
  std::vector<std::string> statePaths;
  for (bool settled = false; !settled;) {
    settled = true;
    SpecializedModel model;
    model.description.prefix = prefix.str();
    for (auto [number, request] : llvm::enumerate(requests)) {
      auto entry = specializeEntry(session.program(), session.file(),
                                   {.method = request.method,
                                    .arguments = request.arguments,
                                    .instance = snapshot(session.instance()),
                                    .statePaths = statePaths});
      if (!entry)
        return entry.takeError();
      for (const specialize::StateSlot &slot : entry->state) {
        if (llvm::is_contained(statePaths, slot.path))
          continue;
        statePaths.push_back(slot.path);
        // With one entry there is nobody else to tell.
        settled &= requests.size() == 1;
      }
      model.state = entry->state;
      std::string symbol = fmt::format("{}_entry{}", prefix.str(), number);
      model.description.entries.push_back(
          {.method = request.method, .signature = entry->signature, .symbol = symbol, .function = {}, .parameters = {}});
      mergeEntry(model, *entry, symbol);
    }
    if (settled)
      return model;
  }
  llvm_unreachable("the loop ends when it is settled");
}

/// The names of a method's parameters after `self`.
std::vector<std::string> argumentNames(const import::ClassInfo &info, StringRef method) {
  std::vector<std::string> names;
  if (const script::DefStmt *definition = info.findMethod(method))
    for (const script::Param &parameter : definition->params.drop_front(definition->params.empty() ? 0 : 1))
      names.push_back(parameter.name.str());
  return names;
}

/// Gives the first static entry of each method a C function of its own.
llvm::Error describeFunctions(SpecializedModel &model, Session &session) {
  llvm::StringSet<> methods;
  StringRef file = session.file();
  auto info = session.program().classInfo(session.program().root().asObject().className);
  if (!info)
    return info.takeError();
  for (codegen::ModelEntry &entry : model.description.entries) {
    rt::Result<rt::Signature> signature = rt::Signature::parse(entry.signature);
    if (!signature)
      return unsupported("the entry's signature is malformed: " + signature.status().message, {.file = file.str()});
    if (methods.insert(entry.method).second)
      describeDirectCall(entry, *signature, argumentNames(**info, entry.method), model.description.prefix);
  }
  return llvm::Error::success();
}

/// The initial state: the words of a frame, and the blobs they point to.
llvm::Error describeState(SpecializedModel &model, const Value &instance, StringRef file) {
  std::vector<std::string> slots;
  Value root = instance;
  for (const specialize::StateSlot &slot : model.state) {
    Value *value = findAttribute(root, slot.path);
    if (!value)
      return unsupported("the state '" + slot.path + "' has no value", {.file = file.str()});
    model.description.stateNames.push_back(slot.path);
    rt::Slot described = rt::slotOf(*value);
    slots.push_back(rt::printSlot(described));
    auto addWords = [&](auto &&self, const Value &part) -> llvm::Error {
      if (part.isTensor()) {
        rt::Tensor tensor = part.asTensor().contiguous();
        int64_t number = model.weights.numberOf(tensor.storage());
        if (tensor.offset() != 0)
          number = model.weights.numberOf((tensor = tensor.clone()).storage());
        model.description.stateWords.emplace_back(fmt::format("{}_weight{}", model.description.prefix, number));
      } else if (part.isInt() || part.isBool() || part.isDouble()) {
        model.description.stateWords.emplace_back(part.raw().as.i);
      } else if (part.isTuple() || part.isList()) {
        for (const Value &element : part.isTuple() ? part.asTuple().elements : part.asList().elements)
          if (llvm::Error error = self(self, element))
            return error;
      } else if (!part.isNone() && !part.isString()) {
        return unsupported("the initial state '" + slot.path + "' is of a kind that is not stored ahead of time",
                           {.file = file.str()});
      }
      return llvm::Error::success();
    };
    if (llvm::Error error = addWords(addWords, *value))
      return error;
  }
  for (size_t i = 0; i < slots.size(); ++i)
    model.description.stateSignature += (i ? "," : "") + slots[i];
  return llvm::Error::success();
}

/// The archive of the runtime, beside the program that runs.
std::string runtimeArchive() {
  static int anchor;
  llvm::SmallString<256> path(llvm::sys::fs::getMainExecutable("sconce", &anchor));
  for (StringRef place : {"../lib/libsconce_rt.a", "../../lib/libsconce_rt.a"}) {
    llvm::SmallString<256> candidate(llvm::sys::path::parent_path(path));
    llvm::sys::path::append(candidate, place);
    if (llvm::sys::fs::exists(candidate))
      return std::string(candidate);
  }
  return "libsconce_rt.a";
}

llvm::Error writeModel(SpecializedModel &model, StringRef output, codegen::FileKind kind,
                       const codegen::PipelineOptions &pipeline, StringRef file) {
  if (llvm::Error error = lowerTo(codegen::Stage::LLVM, *model.module, pipeline, file))
    return error;
  for (codegen::ModelEntry &entry : model.description.entries)
    if (auto bytes = model.module->lookupSymbol<mlir::LLVM::GlobalOp>(entry.symbol + "_workspace"))
      if (auto value = llvm::dyn_cast_or_null<mlir::IntegerAttr>(bytes.getValueOrNull()))
        entry.workspace = value.getInt();

  codegen::FileContents contents;
  for (auto [number, storage] : llvm::enumerate(model.weights.storages())) {
    std::string symbol = fmt::format("{}_weight{}", model.description.prefix, number);
    model.description.weights.push_back(symbol);
    contents.weights.push_back(
        {symbol, llvm::ArrayRef<char>(reinterpret_cast<const char *>(storage->data()), storage->size())});
  }
  model.description.holdsRuntime = kind == codegen::FileKind::SharedLibrary;
  auto object = codegen::emitModelObject(model.description, pipeline.target);
  if (!object)
    return object.takeError();
  contents.objects.push_back(std::move(*object));
  contents.exports = model.description.exports();
  if (kind == codegen::FileKind::SharedLibrary || kind == codegen::FileKind::Archive)
    contents.archives.push_back(runtimeArchive());
  return codegen::emitFile(kind, output, *model.module, pipeline.target,
                           {.optLevel = pipeline.optLevel, .singleObject = kind == codegen::FileKind::Object}, contents);
}

/// The argument types that the options give.
llvm::Expected<std::vector<specialize::ArgumentSpec>> argumentSpecs(const ArtifactOptions &options) {
  std::vector<specialize::ArgumentSpec> specs;
  for (const std::string &text : options.specs) {
    auto spec = specialize::parseArgumentSpec(text);
    if (!spec)
      return spec.takeError();
    specs.push_back(std::move(*spec));
  }
  if (options.exampleInputs.empty())
    return specs;
  auto data = archive::readData(options.exampleInputs);
  if (!data)
    return data.takeError();
  const Value *example = &*data;
  if (example->isList() && !example->asList().elements.empty())
    example = &example->asList().elements.front();
  if (!example->isTuple())
    return badInput("expected a tuple of example arguments", {.file = options.exampleInputs});
  for (const Value &argument : example->asTuple().elements)
    specs.push_back(specialize::specFromValue(argument));
  return specs;
}

llvm::Expected<codegen::PipelineOptions> pipelineOptions(const ArtifactOptions &options) {
  auto target = codegen::TargetInfo::create(options.triple, options.cpu, options.features);
  if (!target)
    return badInput(llvm::toString(target.takeError()));
  return codegen::PipelineOptions{.target = std::move(*target), .optLevel = static_cast<unsigned>(options.optLevel)};
}

std::string printModule(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, mlir::OpPrintingFlags().enableDebugInfo(false));
  stream << '\n';
  return text;
}

llvm::Expected<std::vector<EntryRequest>> entryRequests(const ArtifactOptions &options) {
  auto specs = argumentSpecs(options);
  if (!specs)
    return specs.takeError();
  std::vector<EntryRequest> requests;
  for (const std::string &method : options.methods)
    requests.push_back({method, *specs});
  return requests;
}

} // namespace

llvm::Expected<std::string> driver::emitStage(Session &session, const ArtifactOptions &options) {
  std::optional<codegen::Stage> stage = codegen::parseStage(options.stage);
  if (!stage || *stage == codegen::Stage::Object)
    return badInput("unknown stage '" + options.stage +
                    "'; the stages are imported, specialized, linalg, kernels, buffers, vector and llvm");
  if (*stage == codegen::Stage::Imported) {
    if (llvm::Error error = session.program().importAll())
      return inFile(std::move(error), session.file());
    return printModule(session.program().module());
  }
  auto requests = entryRequests(options);
  if (!requests)
    return requests.takeError();
  auto model = specializeAll(session, *requests, "model");
  if (!model)
    return model.takeError();
  auto pipeline = pipelineOptions(options);
  if (!pipeline)
    return pipeline.takeError();
  if (*stage != codegen::Stage::Specialized)
    if (llvm::Error error = lowerTo(*stage, *model->module, *pipeline, session.file()))
      return std::move(error);
  return printModule(*model->module);
}

llvm::Error driver::compileToFile(Session &session, StringRef output, const ArtifactOptions &options) {
  if ((!options.stage.empty() && options.stage != "object") || output.ends_with(".mlir")) {
    ArtifactOptions staged = options;
    if (staged.stage.empty())
      staged.stage = "linalg";
    auto text = emitStage(session, staged);
    if (!text)
      return text.takeError();
    return archive::writeOutputFile(output, [&](llvm::raw_ostream &stream) {
      stream << *text;
      return llvm::Error::success();
    });
  }
  std::optional<codegen::FileKind> kind = codegen::getFileKind(output);
  if (!kind)
    return badInput("the output's extension says what to write: .o, .a, .so, .s, .ll or .mlir", {.file = output.str()});
  auto requests = entryRequests(options);
  if (!requests)
    return requests.takeError();
  std::string prefix = symbolOf(options.prefix.empty() ? llvm::sys::path::stem(output) : StringRef(options.prefix));
  auto model = specializeAll(session, *requests, prefix);
  if (!model)
    return model.takeError();
  if (llvm::Error error = describeFunctions(*model, session))
    return error;
  if (llvm::Error error = describeState(*model, session.instance(), session.file()))
    return error;
  auto pipeline = pipelineOptions(options);
  if (!pipeline)
    return pipeline.takeError();
  if (llvm::Error error = writeModel(*model, output, *kind, *pipeline, session.file()))
    return error;
  if (options.header.empty())
    return llvm::Error::success();
  return archive::writeOutputFile(options.header, [&](llvm::raw_ostream &stream) {
    stream << headerText(model->description);
    return llvm::Error::success();
  });
}

//===-- Loading what was compiled -------------------------------------------------------------------===//

llvm::Expected<std::unique_ptr<Artifact>> Artifact::build(Session &session, StringRef method,
                                                          ArrayRef<std::vector<Value>> calls) {
  std::vector<EntryRequest> requests;
  llvm::StringSet<> known;
  for (const std::vector<Value> &arguments : calls) {
    EntryRequest request{method.str(), {}};
    std::string key;
    for (const Value &argument : arguments) {
      request.arguments.push_back(specialize::specFromValue(argument));
      key += specialize::spellArgumentSpec(request.arguments.back()) + "\n";
    }
    if (known.insert(key).second)
      requests.push_back(std::move(request));
  }
  auto model = specializeAll(session, requests, "model");
  if (!model)
    return model.takeError();
  if (llvm::Error error = describeState(*model, session.instance(), session.file()))
    return std::move(error);

  std::unique_ptr<Artifact> artifact(new Artifact);
  artifact->file = session.file();
  llvm::SmallString<128> folder;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("sconce", folder))
    return badInput("cannot make a temporary folder: " + code.message());
  artifact->folder = std::string(folder);
  std::string path = artifact->folder + "/model.so";
  codegen::PipelineOptions pipeline{.target = hostTarget(),
                                    .optLevel = static_cast<unsigned>(session.options().optLevel)};
  if (llvm::Error error = writeModel(*model, path, codegen::FileKind::SharedLibrary, pipeline, session.file()))
    return std::move(error);
  artifact->library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!artifact->library)
    return badInput(std::string("cannot load the compiled library: ") + dlerror());
  // The library has a runtime of its own, which makes the instance and the context; values are the same on both sides.
  auto api = reinterpret_cast<const sc_api *(*)()>(dlsym(artifact->library, "model_api"));
  auto create = reinterpret_cast<sc_instance *(*)(sc_context *)>(dlsym(artifact->library, "model_create"));
  artifact->callFunction = reinterpret_cast<decltype(artifact->callFunction)>(dlsym(artifact->library, "model_call"));
  if (!api || !create || !artifact->callFunction)
    return badInput("the compiled library lacks its functions");
  artifact->api = api();
  artifact->context = artifact->api->context_create(session.options().threads);
  artifact->instance = artifact->context ? create(artifact->context) : nullptr;
  if (!artifact->instance)
    return badInput(std::string("the compiled library makes no instance: ") +
                    (artifact->context ? artifact->api->context_message(artifact->context) : "no memory"));
  return artifact;
}

Artifact::~Artifact() {
  // The library stays loaded: results may still refer to its constants.
  if (instance)
    api->instance_destroy(instance);
  if (context)
    api->context_destroy(context);
  if (!folder.empty())
    llvm::sys::fs::remove_directories(folder);
}

llvm::Expected<Value> Artifact::call(StringRef method, ArrayRef<Value> arguments) {
  std::vector<sc_value> raws;
  for (const Value &argument : arguments)
    raws.push_back(argument.raw());
  sc_value result = sc_none();
  sc_status status = callFunction(instance, context, method.str().c_str(), raws.data(), static_cast<int64_t>(raws.size()),
                            &result);
  if (status == SC_OK)
    return Value::adopt(result);
  std::string message = api->context_message(context);
  Location location = placeInCode(file, api->context_location(context));
  if (status == SC_RAISED)
    return llvm::make_error<RaisedError>(api->context_exception_class(context), std::move(message), std::move(location),
                                         api->context_stack(context));
  return makeError(status == SC_UNSUPPORTED ? ErrorKind::Unsupported : ErrorKind::BadInput, message, std::move(location));
}
