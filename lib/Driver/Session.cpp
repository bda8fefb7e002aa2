//===- Session.cpp - A loaded model whose methods are compiled as called --===//

#include "lib/Driver/Session.h"

#include "lib/Archive/Archive.h"
#include "lib/Driver/Compiler.h"
#include "lib/Driver/Tiers.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Interpreter.h"
#include "lib/Specialize/Specializer.h"
#include "runtime/Context.h"
#include "runtime/Entry.h"
#include "runtime/Format.h"
#include "runtime/Instance.h"
#include "runtime/Random.h"
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

/// MLIR's context grows with each compile and each interpreted call; importing the program again takes about as long as
/// compiling it once.
static constexpr unsigned compilesPerWorkshop = 64;

/// How often an entry is looked for again because another call has changed the state's types.
static constexpr int maxAttempts = 16;

Session::Session(const SessionOptions &options)
    : sessionOptions(options), workshop(compilesPerWorkshop), cache(std::max<size_t>(options.cacheSize, 1)) {}

Session::~Session() {
  tiers.reset();
  memories.push_back(nextMemory.load());
  for (CallMemory *memory : memories) {
    if (memory && memory->context)
      sc_context_destroy(memory->context);
    delete memory;
  }
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
  if (!sessionOptions.disk.folder.empty()) {
    auto opened = CodeCache::open(sessionOptions.disk, *modelArchive);
    if (!opened)
      return opened.takeError();
    disk = std::move(*opened);
  }
  // An archive that was opened before is known to hold a program, which is imported when something is compiled.
  if (auto known = disk ? disk->readMethods() : std::nullopt) {
    methods = std::move(*known);
  } else {
    if (llvm::Error error = openProgram())
      return error;
    auto found = findMethods();
    if (!found)
      return found.takeError();
    methods = std::move(*found);
    if (disk)
      disk->writeMethods(methods);
  }
  if (llvm::Error error = setStates())
    return error;
  if (sessionOptions.tiered)
    tiers = std::make_unique<Tiers>(*this);
  auto guard = state.hold();
  return inFile(state.begin(modelArchive->root()), fileName);
}

/// Has the objects whose class says how (`__setstate__`) take over what the archive holds of them.
llvm::Error Session::setStates() {
  // The text is searched, as nothing may have to be imported: compiled code on disk needs no program.
  bool anyDefines = false;
  for (const std::string &member : modelArchive->codeMembers()) {
    llvm::Expected<StringRef> code = modelArchive->code(member);
    if (!code)
      return code.takeError();
    anyDefines |= code->contains("def __setstate__");
  }
  if (!anyDefines)
    return llvm::Error::success();
  if (llvm::Error error = openProgram())
    return error;
  for (const Value &object : modelArchive->stateOrder()) {
    auto info = workshop.program().classInfo(object.asObject().className);
    if (!info)
      return inFile(info.takeError(), fileName);
    if (!(*info)->needsSetState())
      continue;
    Value given = *modelArchive->state(object.asObject());
    object.asObject().slots.clear();
    DiagnosticCollector diagnostics(workshop.context());
    auto outcome = specialize::interpret(workshop.program(), "__setstate__", given, object);
    if (failed(outcome))
      return diagnostics.take(fileName);
    if (outcome->raised)
      return badInput(fmt::format("'{}.__setstate__' raised: {}", object.asObject().className, outcome->message), {.file = fileName});
  }
  return llvm::Error::success();
}

llvm::Error Session::openProgram() {
  return workshop.isOpen() ? llvm::Error::success() : inFile(workshop.open(*modelArchive), fileName);
}

llvm::Expected<std::unique_lock<std::mutex>> Session::lockProgram() {
  std::unique_lock<std::mutex> lock(compileLock);
  if (llvm::Error error = openProgram())
    return std::move(error);
  return lock;
}

//===-- Calls ---------------------------------------------------------------------------------------===//

llvm::Expected<Value> Session::call(StringRef method, ArrayRef<Value> arguments, sc_context *context) {
  CallMemory *memory = takeMemory();
  if (!context)
    context = contextOf(*memory);
  llvm::Expected<Value> result = context ? call(method, arguments, *context, *memory)
                                         : badInput("no memory for a context", {.file = fileName});
  giveMemory(memory);
  return result;
}

llvm::Expected<Value> Session::call(StringRef method, ArrayRef<Value> arguments, sc_context &context, CallMemory &memory) {
  if (tiers)
    return tiers->call(method, arguments, context);
  if (memory.entry && memory.generation == cache.generation() && isCompiledFor(*memory.entry, method, arguments)) {
    cache.touch(*memory.entry);
    auto result = run(*memory.entry, arguments, context, /*mayRefuse=*/true);
    if (!result || *result) {
      ++count.hits;
      return result ? llvm::Expected<Value>(std::move(**result)) : result.takeError();
    }
  }
  for (int attempt = 0;; ++attempt) {
    bool isCompiled = false;
    memory.generation = cache.generation();
    memory.entry = cache.find(method, arguments, [&](const CompiledEntry &entry) { return fitsState(entry, arguments); });
    if (!memory.entry) {
      Specs specs;
      for (const Value &argument : arguments)
        specs.push_back(specialize::specFromValue(argument));
      std::string key = entryKey(method, specs);
      memory.entry = findCompiled(key, arguments);
      if (!memory.entry) {
        auto compiled = compile(key, method, specs, arguments);
        if (!compiled)
          return compiled.takeError();
        memory.generation = cache.generation();
        memory.entry = std::move(*compiled);
        isCompiled = true;
      }
    }
    if (!isCompiled)
      ++count.hits;
    auto result = run(*memory.entry, arguments, context, /*mayRefuse=*/attempt < maxAttempts);
    if (!result)
      return result.takeError();
    if (*result)
      return std::move(**result);
  }
}

llvm::Expected<std::optional<Value>> Session::run(const CompiledEntry &entry, ArrayRef<Value> arguments, sc_context &context,
                                                    bool mayRefuse) {
  rt::EntryPoint point{entry.function, &entry.signature, entry.workspaceBytes, entry.weights.data()};
  std::span<const Value> inputs(arguments.data(), arguments.size());
  Value result;
  if (sc_status code; entry.plain.isPlain() && entry.plain.call(context, point, inputs, result, code)) {
    if (code != SC_OK)
      return errorOf(context);
    return std::move(result);
  }
  std::vector<Value> values, outputs;
  std::unique_lock<std::mutex> guard;
  if (!entry.statePaths.empty()) {
    guard = state.hold();
    values = state.read(entry.statePaths);
    // Another call may have left other types since the entry was chosen.
    if (mayRefuse && !rt::match(entry.signature, inputs, values).ok())
      return std::nullopt;
  }
  rt::Status status = rt::callEntry(context, point, inputs, values, outputs);
  // Of a call that raises the state has what it wrote until then.
  if (!entry.statePaths.empty())
    state.write(entry.statePaths, values);
  if (!status.ok())
    return errorOf(context);
  return outputs.empty() ? Value() : outputs.front();
}

//===-- Interpreting --------------------------------------------------------------------------------===//

llvm::Expected<Value> Session::interpret(StringRef method, ArrayRef<Value> arguments) {
  auto compiling = lockProgram();
  if (!compiling)
    return compiling.takeError();
  CallMemory *memory = takeMemory();
  sc_context *context = contextOf(*memory);
  auto result = context ? interpretIn(workshop, method, arguments, *context)
                        : badInput("no memory for a context", {.file = fileName});
  giveMemory(memory);
  if (!result)
    return result.takeError();
  return std::move(**result);
}

llvm::Expected<std::optional<Value>> Session::interpretIn(Workshop &place, StringRef method, ArrayRef<Value> arguments,
                                                          sc_context &context, uint64_t maxNanoseconds) {
  if (llvm::Error error = place.use())
    return inFile(std::move(error), fileName);
  context.clearError();
  auto guard = state.hold();
  rt::Ref<rt::Generator> generator = context.generator().clone();
  std::vector<std::pair<int, std::string>> printed;
  while (true) {
    // The call writes to a copy, which becomes the state when it has succeeded.
    auto object = state.copy();
    if (!object)
      return inFile(object.takeError(), fileName);
    std::vector<std::string> written;
    specialize::InterpreterHooks hooks;
    hooks.generator = generator.get();
    hooks.print = [&](int stream, StringRef text) { printed.emplace_back(stream, text.str()); };
    hooks.mayWrite = [&](const std::set<std::string> &paths) {
      written.assign(paths.begin(), paths.end());
      return llvm::all_of(written, [&](const std::string &path) { return llvm::is_contained(state.paths(), path); });
    };
    DiagnosticCollector diagnostics(place.context());
    auto outcome = specialize::interpret(place.program(), method, arguments, *object, hooks, {.maxNanoseconds = maxNanoseconds});
    if (failed(outcome))
      return diagnostics.take(fileName);
    if (outcome->abandoned) {
      auto isNew = state.learn(written);
      if (!isNew)
        return inFile(isNew.takeError(), fileName);
      if (!*isNew)
        return std::nullopt;
      // Compiled code takes for constant what is not. Now that the copy will have it, once more.
      cache.clear();
      generator = context.generator().clone();
      printed.clear();
      continue;
    }
    ++count.interpreted;
    context.generator().continueAs(*generator);
    for (const auto &[stream, text] : printed)
      context.print(stream, text);
    auto sharesMore = state.replace(*object);
    if (!sharesMore)
      return inFile(sharesMore.takeError(), fileName);
    if (*sharesMore)
      cache.clear();
    if (outcome->raised) {
      context.fail(rt::Status{SC_RAISED, outcome->exceptionClass, outcome->message}, outcome->place, outcome->stack);
      return errorOf(context);
    }
    return outcome->result;
  }
}

llvm::Error Session::errorOf(sc_context &given) {
  sc_context *context = &given;
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

//===-- Compiling -----------------------------------------------------------------------------------===//

std::shared_ptr<CompiledEntry> Session::findCompiled(StringRef key, ArrayRef<Value> arguments) {
  return cache.find(key, [&](const CompiledEntry &entry) { return fitsState(entry, arguments); });
}

bool Session::fitsState(const CompiledEntry &entry, ArrayRef<Value> arguments) {
  std::vector<Value> values;
  if (!entry.statePaths.empty()) {
    auto guard = state.hold();
    values = state.read(entry.statePaths);
  }
  return rt::match(entry.signature, {arguments.data(), arguments.size()}, values).ok() &&
         rt::hasStrides(entry.signature.stateIn, values);
}

Session::EntryOrError Session::compile(StringRef key, StringRef method, const Specs &specs, ArrayRef<Value> arguments) {
  std::lock_guard<std::mutex> compiling(compileLock);
  if (auto entry = findCompiled(key, arguments)) // another thread compiled it while this one waited
    return entry;
  while (true) {
    auto entry = compileOnce(method, specs, arguments);
    if (!entry)
      return entry.takeError();
    auto guard = state.hold();
    // What another call wrote meanwhile, this entry must not take for constant,
    if ((*entry)->knownState != state.paths().size())
      continue;
    // and what this one writes, others must not.
    auto isNew = state.learn((*entry)->writtenPaths);
    if (!isNew)
      return inFile(isNew.takeError(), fileName);
    if (*isNew)
      cache.clear();
    cache.add(key, arguments, *entry);
    return entry;
  }
}

Session::EntryOrError Session::compileOnce(StringRef method, const Specs &specs, ArrayRef<Value> arguments) {
  if (llvm::Error error = checkArguments(method, specs.size(), ""))
    return std::move(error);
  CompileRequest request;
  request.method = method.str();
  request.arguments = specs;
  request.runTimeState = runTimeState;
  request.viewsOfArguments = true;
  request.optLevel = sessionOptions.optLevel;
  request.winograd = sessionOptions.winograd;
  request.profile = sessionOptions.profile;
  {
    auto guard = state.hold();
    auto object = state.share();
    if (!object)
      return inFile(object.takeError(), fileName);
    request.instance = std::move(*object);
    request.statePaths = state.paths();
  }
  std::shared_ptr<CompiledEntry> entry = disk ? loadEntry(request, arguments) : nullptr;
  if (entry) {
    ++count.loads;
  } else {
    if (llvm::Error error = openProgram())
      return std::move(error);
    if (llvm::Error error = workshop.use())
      return inFile(std::move(error), fileName);
    auto code = compileEntry(program(), fileName, request);
    if (!code)
      return code.takeError();
    if (disk)
      disk->write(request, *code);
    auto linked = linkEntry(std::move(*code), fileName);
    if (!linked)
      return linked;
    entry = std::move(*linked);
    ++count.compiles;
  }
  // Once a list has grown, a version for each of its lengths would never end.
  for (auto [path, slot] : llvm::zip(entry->statePaths, entry->signature.stateIn))
    if (slot.isHeld())
      runTimeState.insert(path);
  entry->knownState = request.statePaths.size();
  entry->method = method.str();
  entry->arguments = specs;
  report(method, specs, entry->report, entry->times.text());
  return entry;
}

std::shared_ptr<CompiledEntry> Session::loadEntry(const CompileRequest &request, ArrayRef<Value> arguments) {
  std::optional<EntryCode> code = disk->read(request);
  if (!code)
    return nullptr;
  auto entry = linkEntry(std::move(*code), fileName);
  if (!entry) {
    // Whatever is wrong with it, compiling puts it right.
    llvm::consumeError(entry.takeError());
    return nullptr;
  }
  return fitsState(**entry, arguments) ? std::move(*entry) : nullptr;
}

void Session::report(StringRef method, ArrayRef<specialize::ArgumentSpec> specs, const specialize::Report &report,
                     const std::string &times) {
  if (writeReport)
    writeReport(describeReport(method, specs, report) + (times.empty() ? "" : "  time: " + times + "\n"));
}

CallCounters Session::counters() const {
  return {count.hits, count.compiles, count.loads, count.generalisations, count.interpreted, cache.evictions(), cache.size()};
}

llvm::Expected<std::vector<KernelCall>> Session::kernels(StringRef method, ArrayRef<Value> arguments) {
  Specs specs;
  for (const Value &argument : arguments)
    specs.push_back(specialize::specFromValue(argument));
  auto entry = compile(entryKey(method, specs), method, specs, arguments);
  if (!entry)
    return entry.takeError();
  return (*entry)->kernels;
}

//===-- Contexts ------------------------------------------------------------------------------------===//

static void forwardPrint(void *sink, int32_t stream, const char *text, size_t size) {
  (*static_cast<std::function<void(int, StringRef)> *>(sink))(stream, StringRef(text, size));
}

Session::CallMemory *Session::takeMemory() {
  if (CallMemory *memory = nextMemory.exchange(nullptr, std::memory_order_acquire))
    return memory;
  std::lock_guard<std::mutex> lock(memoryLock);
  if (memories.empty())
    return new CallMemory;
  CallMemory *memory = memories.back();
  memories.pop_back();
  return memory;
}

void Session::giveMemory(CallMemory *memory) {
  CallMemory *none = nullptr;
  if (nextMemory.compare_exchange_strong(none, memory, std::memory_order_release, std::memory_order_relaxed))
    return;
  std::lock_guard<std::mutex> lock(memoryLock);
  memories.push_back(memory);
}

sc_context *Session::contextOf(CallMemory &memory) {
  if (memory.context)
    return memory.context;
  memory.context = sc_context_create(sessionOptions.threads);
  if (memory.context && print)
    sc_context_set_print(memory.context, forwardPrint, &print);
  return memory.context;
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

static size_t requiredArguments(ArrayRef<script::Param> parameters) {
  return static_cast<size_t>(llvm::count_if(parameters, [](const script::Param &parameter) { return !parameter.defaultValue; }));
}

llvm::Expected<std::vector<MethodFacts>> Session::findMethods() {
  auto info = program().classInfo(program().root().asObject().className);
  if (!info)
    return inFile(info.takeError(), fileName);
  std::vector<MethodFacts> found;
  for (const auto &[name, definition] : (*info)->methods) {
    auto parameters = definition->params.drop_front(definition->params.empty() ? 0 : 1);
    found.push_back({name.str(), requiredArguments(parameters), parameters.size()});
  }
  return found;
}

llvm::Error Session::checkCall(StringRef method, size_t argumentCount, StringRef hint) {
  std::lock_guard<std::mutex> lock(compileLock);
  return checkArguments(method, argumentCount, hint);
}

llvm::Error Session::checkInputs(StringRef method, llvm::ArrayRef<std::vector<Value>> calls) {
  for (const std::vector<Value> &arguments : calls)
    if (llvm::Error error = checkCall(method, arguments.size(), "the arguments come from --inputs: a .pt of a tuple, or one .npy for each"))
      return error;
  return llvm::Error::success();
}

/// checkCall for who holds the lock.
llvm::Error Session::checkArguments(StringRef method, size_t argumentCount, StringRef hint) {
  for (const MethodFacts &known : methods)
    if (known.name == method && argumentCount >= known.requiredArguments && argumentCount <= known.maxArguments)
      return llvm::Error::success();
  if (llvm::Error error = openProgram())
    return error;
  const Value &root = program().root();
  auto info = program().classInfo(root.asObject().className);
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
  size_t required = requiredArguments(parameters);
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
  std::vector<std::string> names;
  for (const MethodFacts &method : methods)
    names.push_back(method.name);
  return names;
}

llvm::Expected<Value> Session::attribute(StringRef path) {
  auto guard = state.hold();
  if (Value *value = state.find(path))
    return *value;
  return badInput(fmt::format("the module has no attribute '{}'", path.str()), {.file = fileName});
}

llvm::Expected<Value> Session::instance() {
  auto guard = state.hold();
  auto copy = state.share();
  if (!copy)
    return inFile(copy.takeError(), fileName);
  return copy;
}

llvm::Error Session::reset() {
  auto guard = state.hold();
  return inFile(state.reset(), fileName);
}
