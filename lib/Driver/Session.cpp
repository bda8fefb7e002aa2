//===- Session.cpp - A loaded model whose methods are compiled as called --===//

#include "lib/Driver/Session.h"

#include "lib/Archive/Archive.h"
#include "lib/Driver/Compiler.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Interpreter.h"
#include "lib/Specialize/Specializer.h"
#include "runtime/Context.h"
#include "runtime/Entry.h"
#include "runtime/Format.h"
#include "runtime/Instance.h"
#include "sconce-c/Sconce.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

rt::Value driver::snapshot(const Value &value) {
  rt::Result<Value> copy = rt::deepCopy(value);
  return copy ? *copy : value;
}

std::string driver::printValue(const Value &value) { return rt::str(value); }

Value *driver::findAttribute(Value &object, StringRef path) {
  Value *current = &object;
  while (!path.empty()) {
    auto [name, rest] = path.split('.');
    if (!current->isObject())
      return nullptr;
    current = current->asObject().find(name);
    if (!current)
      return nullptr;
    path = rest;
  }
  return current;
}

Session::Session(const SessionOptions &options) : sessionOptions(options), mlirContext(makeContext()) {}

Session::~Session() {
  for (sc_context *context : contexts)
    sc_context_destroy(context);
}

llvm::Expected<std::shared_ptr<Session>> Session::open(StringRef path, const SessionOptions &options) {
  auto archive = archive::Archive::open(path);
  if (!archive)
    return archive.takeError();
  std::shared_ptr<Session> session(new Session(options));
  if (llvm::Error error = session->load(std::move(*archive)))
    return std::move(error);
  return session;
}

llvm::Expected<std::shared_ptr<Session>> Session::open(std::shared_ptr<archive::ByteSource> source,
                                                       const SessionOptions &options) {
  auto archive = archive::Archive::open(std::move(source));
  if (!archive)
    return archive.takeError();
  std::shared_ptr<Session> session(new Session(options));
  if (llvm::Error error = session->load(std::move(*archive)))
    return std::move(error);
  return session;
}

llvm::Error Session::load(std::unique_ptr<archive::Archive> archive) {
  fileName = archive->name();
  modelArchive = std::move(archive);
  auto program = loadProgram(*modelArchive, *mlirContext);
  if (!program)
    return inFile(program.takeError(), fileName);
  modelProgram = std::move(*program);
  initialInstance = modelProgram->root();
  return reset();
}

//===-- Calls ---------------------------------------------------------------------------------------===//

/// The state that an entry takes, read from the instance.
static std::vector<Value> readState(Value &instance, const CompiledEntry &entry) {
  std::vector<Value> state;
  for (const std::string &path : entry.statePaths) {
    Value *slot = findAttribute(instance, path);
    state.push_back(slot ? *slot : Value());
  }
  return state;
}

llvm::Expected<Value> Session::call(StringRef method, ArrayRef<Value> arguments, sc_context *context) {
  auto entry = find(method, arguments);
  if (!entry)
    return entry.takeError();
  if (context)
    return run(**entry, arguments, context);
  sc_context *own = takeContext();
  if (!own)
    return badInput("no memory for a context", {.file = fileName});
  llvm::Expected<Value> result = run(**entry, arguments, own);
  giveContext(own);
  return result;
}

llvm::Expected<Value> Session::run(const CompiledEntry &entry, ArrayRef<Value> arguments, sc_context *context) {
  std::unique_lock<std::mutex> lock(stateLock, std::defer_lock);
  if (!entry.statePaths.empty())
    lock.lock();
  std::vector<Value> state = readState(instanceValue, entry), outputs;
  rt::EntryPoint point{entry.function, &entry.signature, entry.workspaceBytes, entry.weights.data()};
  rt::Status status = rt::callEntry(*context, point, {arguments.data(), arguments.size()}, state, outputs);
  if (!status.ok())
    return errorOf(context);
  for (auto [path, value] : llvm::zip_equal(entry.statePaths, state))
    if (Value *slot = findAttribute(instanceValue, path))
      *slot = value;
  return outputs.empty() ? Value() : outputs.front();
}

llvm::Expected<Value> Session::interpret(StringRef method, ArrayRef<Value> arguments) {
  std::lock_guard<std::mutex> compiling(compileLock);
  std::lock_guard<std::mutex> lock(stateLock);
  sc_context *context = takeContext();
  if (!context)
    return badInput("no memory for a context", {.file = fileName});
  context->clearError();
  // The evaluator writes to tensors in place.
  if (!std::exchange(ownsTensors, true))
    instanceValue = snapshot(instanceValue);
  specialize::InterpreterHooks hooks{.generator = &context->generator(), .print = print};
  if (!print)
    hooks.print = [](int stream, StringRef text) { (stream == 2 ? llvm::errs() : llvm::outs()) << text; };
  DiagnosticCollector diagnostics(*mlirContext);
  auto outcome = specialize::interpret(*modelProgram, method, arguments, instanceValue, hooks);
  giveContext(context);
  if (failed(outcome))
    return diagnostics.take(fileName);
  if (outcome->raised)
    return llvm::make_error<RaisedError>(outcome->exceptionClass, outcome->message, Location{.file = fileName}, "");
  return outcome->result;
}

llvm::Error Session::errorOf(sc_context *context) {
  std::string message = sc_context_message(context);
  Location location = placeInCode(fileName, sc_context_location(context));
  switch (sc_context_status(context)) {
  case SC_RAISED:
    return llvm::make_error<RaisedError>(sc_context_exception_class(context), std::move(message), std::move(location),
                                         sc_context_stack(context));
  case SC_UNSUPPORTED:
    return unsupported(message, std::move(location));
  default:
    return badInput(message, std::move(location));
  }
}

//===-- The cache -----------------------------------------------------------------------------------===//

llvm::Expected<std::shared_ptr<CompiledEntry>> Session::find(StringRef method, ArrayRef<Value> arguments) {
  std::string key = method.str();
  for (const Value &argument : arguments)
    key += "\n" + specialize::spellArgumentSpec(specialize::specFromValue(argument));
  auto search = [&]() -> std::shared_ptr<CompiledEntry> {
    std::lock_guard<std::mutex> lock(cacheLock);
    for (auto it = cache.begin(); it != cache.end(); ++it) {
      if (it->key != key)
        continue;
      std::vector<Value> state;
      {
        std::lock_guard<std::mutex> stateGuard(stateLock);
        state = readState(instanceValue, *it->entry);
      }
      if (!rt::match(it->entry->signature, {arguments.data(), arguments.size()}, state).ok())
        continue;
      cache.splice(cache.begin(), cache, it);
      return it->entry;
    }
    return nullptr;
  };
  if (auto entry = search())
    return entry;
  std::lock_guard<std::mutex> compiling(compileLock);
  if (auto entry = search()) // another thread compiled it while this one waited
    return entry;
  auto entry = compile(method, arguments);
  if (!entry)
    return entry.takeError();
  std::lock_guard<std::mutex> lock(cacheLock);
  cache.push_front({std::move(key), *entry});
  if (cache.size() > sessionOptions.cacheSize)
    cache.pop_back();
  return entry;
}

llvm::Expected<std::shared_ptr<CompiledEntry>> Session::compile(StringRef method, ArrayRef<Value> arguments) {
  if (llvm::Error error = checkArguments(method, arguments.size(), ""))
    return std::move(error);
  CompileRequest request;
  request.method = method.str();
  for (const Value &argument : arguments)
    request.arguments.push_back(specialize::specFromValue(argument));
  auto object = instance();
  if (!object)
    return object.takeError();
  request.instance = std::move(*object);
  request.statePaths = statePaths;
  request.runTimeState = runTimeState;
  request.optLevel = sessionOptions.optLevel;
  request.profile = sessionOptions.profile;
  auto entry = compileJustInTime(*modelProgram, fileName, request);
  if (!entry)
    return entry.takeError();
  // Once a list has grown, a version for each of its lengths would never end.
  for (auto [path, slot] : llvm::zip((*entry)->statePaths, (*entry)->signature.stateIn))
    if (slot.isHeld())
      runTimeState.insert(path);
  // What this method writes, others must no longer take for constant.
  std::vector<std::string> found;
  llvm::copy_if((*entry)->writtenPaths, std::back_inserter(found),
                [&](const std::string &path) { return !llvm::is_contained(statePaths, path); });
  if (found.empty())
    return entry;
  {
    std::lock_guard<std::mutex> lock(stateLock);
    if (llvm::Error error = copyState(found))
      return std::move(error);
  }
  llvm::append_range(statePaths, found);
  std::lock_guard<std::mutex> lock(cacheLock);
  cache.clear();
  return entry;
}

llvm::Expected<std::vector<KernelCall>> Session::kernels(StringRef method, ArrayRef<Value> arguments) {
  auto entry = find(method, arguments);
  if (!entry)
    return entry.takeError();
  return (*entry)->kernels;
}

//===-- Contexts ------------------------------------------------------------------------------------===//

static void forwardPrint(void *sink, int32_t stream, const char *text, size_t size) {
  (*static_cast<std::function<void(int, StringRef)> *>(sink))(stream, StringRef(text, size));
}

sc_context *Session::takeContext() {
  {
    std::lock_guard<std::mutex> lock(contextLock);
    if (!contexts.empty()) {
      sc_context *context = contexts.back();
      contexts.pop_back();
      return context;
    }
  }
  sc_context *context = sc_context_create(sessionOptions.threads);
  if (context && print)
    sc_context_set_print(context, forwardPrint, &print);
  return context;
}

void Session::giveContext(sc_context *context) {
  std::lock_guard<std::mutex> lock(contextLock);
  contexts.push_back(context);
}

void Session::setPrint(std::function<void(int, StringRef)> write) { print = std::move(write); }

//===-- Checks --------------------------------------------------------------------------------------===//

/// "forward(x: Tensor, scale: float=1.)" without self, as the source spells it.
static std::string spellMethod(const script::DefStmt &method, StringRef source) {
  std::vector<std::string> parameters;
  for (const script::Param &parameter : method.params.drop_front(method.params.empty() ? 0 : 1)) {
    std::string text;
    for (StringRef word : llvm::split(source.slice(parameter.range.begin, parameter.range.end), '\n'))
      text += (text.empty() ? "" : " ") + word.trim().str();
    parameters.push_back(std::move(text));
  }
  return fmt::format("{}({})", method.name.str(), fmt::join(parameters, ", "));
}

llvm::Error Session::checkCall(StringRef method, size_t argumentCount, StringRef hint) {
  std::lock_guard<std::mutex> lock(compileLock);
  return checkArguments(method, argumentCount, hint);
}

/// The same, for who holds the lock.
llvm::Error Session::checkArguments(StringRef method, size_t argumentCount, StringRef hint) {
  const Value &root = modelProgram->root();
  auto info = modelProgram->classInfo(root.asObject().className);
  if (!info)
    return info.takeError();
  const script::DefStmt *definition = (*info)->findMethod(method);
  if (!definition) {
    std::vector<std::string> names;
    for (const auto &[name, known] : (*info)->methods)
      if (!name.starts_with("__"))
        names.push_back(name.str());
    return badInput(fmt::format("the module has no method '{}'; its methods are {}", method.str(), fmt::join(names, ", ")),
                    {.file = fileName});
  }
  auto parameters = definition->params.drop_front(definition->params.empty() ? 0 : 1);
  size_t required =
      llvm::count_if(parameters, [](const script::Param &parameter) { return !parameter.defaultValue; });
  if (argumentCount >= required && argumentCount <= parameters.size())
    return llvm::Error::success();
  auto source = modelArchive->code(archive::Archive::codeMemberOf((*info)->name));
  if (!source)
    return source.takeError();
  std::string count = required == parameters.size() ? std::to_string(required)
                                                    : fmt::format("{} to {}", required, parameters.size());
  llvm::Error error = badInput(fmt::format("{} takes {} argument{}, got {}", spellMethod(*definition, *source), count,
                                           count == "1" ? "" : "s", argumentCount),
                               {.file = fileName});
  return hint.empty() ? std::move(error) : withNote(std::move(error), hint);
}

//===-- Facts ---------------------------------------------------------------------------------------===//

llvm::Expected<std::vector<std::string>> Session::methodNames() {
  std::lock_guard<std::mutex> lock(compileLock);
  auto info = modelProgram->classInfo(modelProgram->root().asObject().className);
  if (!info)
    return info.takeError();
  std::vector<std::string> names;
  for (const auto &[name, definition] : (*info)->methods)
    names.push_back(name.str());
  return names;
}

llvm::Expected<Value> Session::attribute(StringRef path) {
  std::lock_guard<std::mutex> lock(stateLock);
  if (Value *value = findAttribute(instanceValue, path))
    return *value;
  return badInput(fmt::format("the module has no attribute '{}'", path.str()), {.file = fileName});
}

llvm::Expected<Value> Session::instance() {
  std::lock_guard<std::mutex> lock(stateLock);
  rt::Result<Value> copy = rt::copyStructure(instanceValue);
  if (!copy)
    return badInput(copy.status().message, {.file = fileName});
  return std::move(*copy);
}

/// Gives the attributes memory of their own; what they share with each other they go on sharing.
llvm::Error Session::copyState(ArrayRef<std::string> paths) {
  std::vector<Value *> slots;
  std::vector<Value> values;
  for (const std::string &path : paths)
    if (Value *slot = findAttribute(instanceValue, path)) {
      slots.push_back(slot);
      values.push_back(*slot);
    }
  rt::Result<std::vector<Value>> copies = rt::deepCopy(values);
  if (!copies)
    return badInput(copies.status().message, {.file = fileName});
  for (auto [slot, copy] : llvm::zip_equal(slots, *copies))
    *slot = copy;
  return llvm::Error::success();
}

llvm::Error Session::reset() {
  std::lock_guard<std::mutex> compiling(compileLock);
  std::lock_guard<std::mutex> lock(stateLock);
  rt::Result<Value> copy = rt::copyStructure(initialInstance);
  if (!copy)
    return badInput(copy.status().message, {.file = fileName});
  instanceValue = std::move(*copy);
  ownsTensors = false;
  return copyState(statePaths);
}
