//===- Artifact.cpp - A compiled library, loaded --------------------------===//

#include "lib/Driver/Artifact.h"

#include "lib/Driver/Compiler.h"
#include "lib/Driver/ModelBuilder.h"
#include "lib/Driver/Session.h"

#include "llvm/Support/FileSystem.h"

#include <atomic>
#include <chrono>
#include <dlfcn.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

llvm::Expected<std::unique_ptr<Artifact>> Artifact::build(Session &session, StringRef method,
                                                          ArrayRef<std::vector<Value>> calls) {
  std::vector<MethodCall> all;
  for (const std::vector<Value> &arguments : calls)
    all.push_back({method.str(), arguments});
  return build(session, all);
}

/// A library in a folder of its own. It stays loaded: results may still refer to its constants.
struct Artifact::Library {
  ~Library() {
    if (!folder.empty())
      llvm::sys::fs::remove_directories(folder);
  }

  llvm::Error makeFolder() {
    llvm::SmallString<128> made;
    if (std::error_code code = llvm::sys::fs::createUniqueDirectory("sconce", made))
      return badInput("cannot make a temporary folder: " + code.message());
    folder = std::string(made);
    return llvm::Error::success();
  }

  std::string path() const { return folder + "/model" + std::to_string(number) + ".so"; }

  llvm::Error load() {
    handle = dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL);
    return handle ? llvm::Error::success() : badInput(std::string("cannot load the compiled library: ") + dlerror());
  }

  static inline std::atomic<uint64_t> count = 0;
  /// No two libraries of a process have one path: a folder that is gone may give its name to a later one, and the dynamic linker takes a
  /// file of the name of one that is loaded for that one.
  const uint64_t number = count++;
  std::string folder;
  void *handle = nullptr;
};

Artifact::Artifact(std::string file, std::shared_ptr<Library> library) : file(std::move(file)), library(std::move(library)) {}

/// The library has a runtime of its own, which makes the instance and the context; values are the same on both sides.
llvm::Error Artifact::open(StringRef prefix, int threads) {
  auto start = std::chrono::steady_clock::now();
  if (!library->handle)
    if (llvm::Error error = library->load())
      return error;
  auto symbol = [&](StringRef name) { return dlsym(library->handle, (prefix + name).str().c_str()); };
  auto getApi = reinterpret_cast<const sc_api *(*)()>(symbol("_api"));
  auto create = reinterpret_cast<sc_instance *(*)(sc_context *)>(symbol("_create"));
  callFunction = reinterpret_cast<decltype(callFunction)>(symbol("_call"));
  if (!getApi || !create || !callFunction)
    return badInput("the compiled library lacks its functions");
  api = getApi();
  context = api->context_create(threads);
  instance = context ? create(context) : nullptr;
  if (!instance)
    return badInput(std::string("the compiled library makes no instance: ") + (context ? api->context_message(context) : "no memory"));
  loadNanoseconds = std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
  return llvm::Error::success();
}

Artifact::~Artifact() {
  if (instance)
    api->instance_destroy(instance);
  if (context)
    api->context_destroy(context);
}

static std::vector<EntryRequest> requestsFor(ArrayRef<MethodCall> calls) {
  std::vector<EntryRequest> requests;
  for (const MethodCall &call : calls)
    requests.push_back(requestFor(call.method, call.arguments));
  return requests;
}

static llvm::Expected<SpecializedModel> describe(Session &session, ArrayRef<EntryRequest> requests, StringRef prefix) {
  // As many types of the state as one call of each can meet, and some more for when they are repeated.
  StateLimit limit{.versions = std::clamp<unsigned>(static_cast<unsigned>(requests.size()), 4, 16), .mustSettle = false};
  auto model = specializeAll(session, distinct(requests), prefix, limit);
  if (!model)
    return model;
  if (llvm::Error error = describeState(*model, session))
    return std::move(error);
  return model;
}

static codegen::PipelineOptions pipelineOf(const Session &session) {
  return {.target = hostTarget(),
          .optLevel = static_cast<unsigned>(session.options().optLevel),
          .winograd = session.options().winograd};
}

llvm::Expected<std::unique_ptr<Artifact>> Artifact::build(Session &session, ArrayRef<MethodCall> calls) {
  return build(session, requestsFor(calls));
}

llvm::Expected<std::unique_ptr<Artifact>> Artifact::build(Session &session, ArrayRef<EntryRequest> requests) {
  auto model = describe(session, requests, "model");
  if (!model)
    return model.takeError();
  auto library = std::make_shared<Library>();
  if (llvm::Error error = library->makeFolder())
    return std::move(error);
  if (llvm::Error error =
          writeModel(*model, library->path(), codegen::FileKind::SharedLibrary, pipelineOf(session), session.file()))
    return std::move(error);
  std::unique_ptr<Artifact> artifact(new Artifact(session.file(), library));
  if (llvm::Error error = artifact->open("model", session.options().threads))
    return std::move(error);
  return artifact;
}

std::vector<llvm::Expected<std::unique_ptr<Artifact>>> Artifact::buildAll(Session &session, ArrayRef<std::vector<MethodCall>> models) {
  auto library = std::make_shared<Library>();
  auto prefixOf = [](size_t number) { return "model" + std::to_string(number); };
  codegen::PipelineOptions pipeline = pipelineOf(session);
  codegen::FileContents contents;
  std::vector<SpecializedModel> described;
  std::vector<llvm::Error> errors;
  for (auto [number, calls] : llvm::enumerate(models)) {
    auto model = describe(session, requestsFor(calls), prefixOf(number));
    errors.push_back(model ? addToLibrary(*model, contents, pipeline, session.file()) : model.takeError());
    if (model)
      described.push_back(std::move(*model)); // their weights are written when all are linked
  }
  std::string broken;
  llvm::Error made = library->makeFolder();
  if (!made)
    made = writeLibrary(library->path(), contents, pipeline);
  if (made)
    broken = llvm::toString(std::move(made));
  std::vector<llvm::Expected<std::unique_ptr<Artifact>>> artifacts;
  for (auto [number, error] : llvm::enumerate(errors)) {
    if (!error && !broken.empty())
      error = badInput(broken);
    std::unique_ptr<Artifact> artifact(new Artifact(session.file(), library));
    if (!error)
      error = artifact->open(prefixOf(number), session.options().threads);
    if (error)
      artifacts.emplace_back(std::move(error));
    else
      artifacts.emplace_back(std::move(artifact));
  }
  return artifacts;
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
