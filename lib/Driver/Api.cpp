//===- Api.cpp - The public C++ API ---------------------------------------===//

#include "sconce/Module.h"

#include "lib/Archive/ByteSource.h"
#include "lib/Driver/Session.h"
#include "lib/Driver/Show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using driver::Session;

/// The first error as the public API gives it.
static sconce::Error publicError(llvm::Error error) {
  sconce::Error result;
  bool first = true;
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    if (!first)
      return;
    first = false;
    llvm::raw_string_ostream stream(result.message);
    if (info.isA<LocatedError>()) {
      const auto &located = static_cast<const LocatedError &>(info);
      result.code = static_cast<ErrorCode>(located.kind());
      result.location = located.location().str();
    }
    if (info.isA<driver::RaisedError>()) {
      const auto &raised = static_cast<const driver::RaisedError &>(info);
      result.exceptionClass = raised.exceptionClass();
      result.stack = raised.stack();
      stream << raised.text();
    } else {
      info.log(stream);
    }
  });
  return result;
}

template <typename T> static Result<T> publicResult(llvm::Expected<T> expected) {
  if (!expected)
    return publicError(expected.takeError());
  return std::move(*expected);
}

static driver::SessionOptions sessionOptions(const LoadOptions &options) {
  return {.threads = options.threads, .optLevel = options.optLevel, .cacheSize = options.cacheSize,
          .tiered = options.tiered, .disk = {.folder = options.cacheFolder, .maxBytes = options.cacheBytes}};
}

std::string sconce::default_cache_folder() { return driver::cacheFolderOfEnvironment(); }

static Result<Module> publicModule(llvm::Expected<std::shared_ptr<Session>> session) {
  if (!session)
    return publicError(session.takeError());
  return Module(std::move(*session));
}

Result<Module> sconce::load(const std::string &path, const LoadOptions &options) {
  return publicModule(Session::open(path, sessionOptions(options)));
}

Result<Module> sconce::load(const void *data, size_t size, const LoadOptions &options) {
  auto source = archive::ByteSource::fromMemory({static_cast<const uint8_t *>(data), size}, "archive in memory");
  return publicModule(Session::open(std::move(source), sessionOptions(options)));
}

Result<Module> sconce::load(uint64_t size, ReadFunction read, const LoadOptions &options) {
  auto source = archive::ByteSource::fromReader({size, std::move(read)}, "archive");
  return publicModule(Session::open(std::move(source), sessionOptions(options)));
}

static Result<Value> callMethod(Session &session, llvm::StringRef name, const std::vector<Value> &arguments) {
  llvm::SmallVector<rt::Value, 8> values;
  for (const Value &argument : arguments)
    values.push_back(rt::Value::share(argument.get()));
  llvm::Expected<rt::Value> result = session.call(name, values);
  if (!result)
    return publicError(result.takeError());
  return Value::adopt(result->take());
}

Result<Value> Module::Method::operator()(const std::vector<Value> &arguments) const {
  return callMethod(*session, name, arguments);
}

Result<Value> Module::forward(const std::vector<Value> &arguments) const {
  return callMethod(*session, "forward", arguments);
}

Result<Module::Method> Module::get_method(const std::string &name) const {
  llvm::Expected<std::vector<std::string>> names = session->methodNames();
  if (!names)
    return publicError(names.takeError());
  for (const std::string &known : *names)
    if (known == name)
      return Method(session, name);
  return sconce::Error{ErrorCode::BadInput,
                       fmt::format("the module has no method '{}'; its methods are {}", name, fmt::join(*names, ", ")),
                       {}, {}, {}};
}

std::vector<std::string> Module::method_names() const {
  llvm::Expected<std::vector<std::string>> names = session->methodNames();
  if (names)
    return std::move(*names);
  llvm::consumeError(names.takeError());
  return {};
}

Result<std::string> Module::code(const std::string &method) const {
  return publicResult(driver::showCode(*session, method));
}

Result<std::string> Module::graph(const std::string &method) const {
  return publicResult(driver::showGraph(*session, method));
}

Result<Value> Module::attribute(const std::string &path) const {
  llvm::Expected<rt::Value> value = session->attribute(path);
  if (!value)
    return publicError(value.takeError());
  return Value::adopt(value->take());
}

Counters Module::counters() const {
  driver::CallCounters counters = session->counters();
  return {counters.hits,        counters.compiles,  counters.loads,  counters.generalisations,
          counters.interpreted, counters.evictions, counters.entries};
}

void Module::reset() const { llvm::consumeError(session->reset()); }
