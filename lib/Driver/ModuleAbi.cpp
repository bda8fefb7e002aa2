//===- ModuleAbi.cpp - Just-in-time modules from C ------------------------===//

#include "sconce-c/Module.h"

#include "lib/Archive/ByteSource.h"
#include "lib/Driver/Session.h"
#include "lib/Driver/Show.h"
#include "runtime/Context.h"

using namespace sconce;
using driver::Session;

struct sc_module {
  std::shared_ptr<Session> session;
};

/// Puts the first error into the context; what the model raised is there already.
static sc_status fail(llvm::Error error, sc_context *context) {
  rt::Status status{SC_INTERNAL, "", "unknown error"};
  bool first = true, kept = false;
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    if (!std::exchange(first, false))
      return;
    if (info.isA<driver::RaisedError>()) {
      const auto &raised = static_cast<const driver::RaisedError &>(info);
      kept = context && sc_context_status(context) == SC_RAISED;
      status = {SC_RAISED, raised.exceptionClass(), raised.text()};
      return;
    }
    std::string text;
    llvm::raw_string_ostream(text) << info.message();
    status = {info.isA<LocatedError>() && static_cast<const LocatedError &>(info).kind() == ErrorKind::Unsupported
                  ? SC_UNSUPPORTED
                  : SC_INVALID_ARGUMENT,
              "", std::move(text)};
  });
  if (context && !kept) {
    context->clearError();
    context->fail(status);
  }
  return status.code;
}

static driver::SessionOptions sessionOptions(const sc_load_options *options) {
  driver::SessionOptions result;
  if (options) {
    result.optLevel = std::clamp(options->opt_level, 0, 3);
    result.cacheSize = static_cast<size_t>(options->cache_size);
    result.tiered = options->tiered != 0;
    if (options->cache_folder)
      result.disk.folder = options->cache_folder;
    if (options->cache_bytes != 0)
      result.disk.maxBytes = options->cache_bytes;
  }
  return result;
}

static sc_module *makeModule(llvm::Expected<std::shared_ptr<Session>> session, sc_context *context) {
  if (session)
    return new sc_module{std::move(*session)};
  (void)fail(session.takeError(), context);
  return nullptr;
}

static sc_status giveText(llvm::Expected<std::string> text, sc_context *context, sc_value *result) {
  if (!text)
    return fail(text.takeError(), context);
  *result = rt::Value::ofString(*text).take();
  return SC_OK;
}

extern "C" {

sc_module *sc_module_load(const char *path, const sc_load_options *options, sc_context *context) {
  return makeModule(Session::open(path, sessionOptions(options)), context);
}

sc_module *sc_module_load_memory(const void *data, size_t size, const sc_load_options *options, sc_context *context) {
  auto source = archive::ByteSource::fromMemory({static_cast<const uint8_t *>(data), size}, "archive in memory");
  return makeModule(Session::open(std::move(source), sessionOptions(options)), context);
}

sc_module *sc_module_load_reader(uint64_t size, sc_read_fn read, void *reader, const sc_load_options *options,
                                 sc_context *context) {
  auto callback = [read, reader](uint64_t offset, uint8_t *buffer, size_t count) {
    return read(reader, offset, buffer, count) != 0;
  };
  auto source = archive::ByteSource::fromReader({size, callback}, "archive");
  return makeModule(Session::open(std::move(source), sessionOptions(options)), context);
}

void sc_module_destroy(sc_module *module) { delete module; }

sc_status sc_module_call(sc_module *module, sc_context *context, const char *method, const sc_value *arguments,
                         int64_t argument_count, sc_value *result) {
  llvm::SmallVector<rt::Value, 8> values;
  for (int64_t i = 0; i < argument_count; ++i)
    values.push_back(rt::Value::share(arguments[i]));
  llvm::Expected<rt::Value> output = module->session->call(method, values, context);
  if (!output)
    return fail(output.takeError(), context);
  *result = output->take();
  return SC_OK;
}

sc_status sc_module_code(sc_module *module, sc_context *context, const char *method, sc_value *text) {
  return giveText(driver::showCode(*module->session, method), context, text);
}

sc_status sc_module_graph(sc_module *module, sc_context *context, const char *method, sc_value *text) {
  return giveText(driver::showGraph(*module->session, method), context, text);
}

sc_status sc_module_methods(sc_module *module, sc_context *context, sc_value *names) {
  llvm::Expected<std::vector<std::string>> known = module->session->methodNames();
  if (!known)
    return fail(known.takeError(), context);
  std::vector<rt::Value> elements;
  for (const std::string &name : *known)
    elements.push_back(rt::Value::ofString(name));
  *names = rt::Value::ofList("str", std::move(elements)).take();
  return SC_OK;
}

sc_status sc_module_attribute(sc_module *module, sc_context *context, const char *path, sc_value *value) {
  llvm::Expected<rt::Value> attribute = module->session->attribute(path);
  if (!attribute)
    return fail(attribute.takeError(), context);
  *value = attribute->take();
  return SC_OK;
}

void sc_module_counters(const sc_module *module, sc_counters *counters) {
  driver::CallCounters count = module->session->counters();
  *counters = {count.hits,        count.compiles,  count.loads,  count.generalisations,
               count.interpreted, count.evictions, count.entries};
}

sc_status sc_module_reset(sc_module *module, sc_context *context) {
  if (llvm::Error error = module->session->reset())
    return fail(std::move(error), context);
  return SC_OK;
}

} // extern "C"
