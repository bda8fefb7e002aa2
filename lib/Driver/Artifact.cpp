//===- Artifact.cpp - A compiled library, loaded --------------------------===//

#include "lib/Driver/Artifact.h"

#include "lib/Driver/Compiler.h"
#include "lib/Driver/ModelBuilder.h"
#include "lib/Driver/Session.h"

#include "llvm/Support/FileSystem.h"

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

llvm::Expected<std::unique_ptr<Artifact>> Artifact::build(Session &session, ArrayRef<MethodCall> calls) {
  std::vector<EntryRequest> requests;
  for (const MethodCall &call : calls) {
    requests.push_back({call.method, {}});
    for (const Value &argument : call.arguments)
      requests.back().arguments.push_back(specialize::specFromValue(argument));
  }
  // As many types of the state as these calls can meet, and some more for when they are repeated.
  StateLimit limit{.versions = std::clamp<unsigned>(static_cast<unsigned>(calls.size()), 4, 16), .mustSettle = false};
  auto model = specializeAll(session, distinct(std::move(requests)), "model", limit);
  if (!model)
    return model.takeError();
  if (llvm::Error error = describeState(*model, session))
    return std::move(error);

  std::unique_ptr<Artifact> artifact(new Artifact);
  artifact->file = session.file();
  llvm::SmallString<128> folder;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("sconce", folder))
    return badInput("cannot make a temporary folder: " + code.message());
  artifact->folder = std::string(folder);
  std::string path = artifact->folder + "/model.so";
  codegen::PipelineOptions pipeline{.target = hostTarget(),
                                    .optLevel = static_cast<unsigned>(session.options().optLevel),
                                    .winograd = session.options().winograd};
  if (llvm::Error error = writeModel(*model, path, codegen::FileKind::SharedLibrary, pipeline, session.file()))
    return std::move(error);
  auto start = std::chrono::steady_clock::now();
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
  artifact->loadNanoseconds = std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
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
