/// Strings and text for compiled code.
#include "runtime/CompiledValues.h"
#include "runtime/Format.h"
#include "runtime/StringCall.h"
#include "runtime/Strings.h"

using namespace sconce::rt;

/// Runs `action` on the text behind a reference.
template <typename Action>
static int32_t withText(sc_context *context, sc_rt_ref ref, Action action) {
  String *string = asString(context, ref);
  return string ? action(static_cast<const std::string &>(string->text))
                : static_cast<int32_t>(context->error.code);
}

/// The same on two texts.
template <typename Action>
static int32_t withTexts(sc_context *context, sc_rt_ref first, sc_rt_ref second, Action action) {
  return withText(context, first, [&](const std::string &a) {
    return withText(context, second, [&](const std::string &b) { return action(a, b); });
  });
}

extern "C" {

int32_t sc_rt_string_new(sc_context *context, const char *data, int64_t size, sc_rt_ref *result) {
  if (size < 0)
    return context->fail(Status::outOfMemory());
  return give(context, result, Value::ofString(std::string(data, static_cast<size_t>(size))));
}

int32_t sc_rt_string_call(sc_context *context, const char *name, int64_t size, sc_rt_ref arguments,
                          sc_rt_ref *result) {
  List *list = asList(context, arguments);
  if (!list)
    return context->error.code;
  return give(context, result,
              callString({name, static_cast<size_t>(size)}, list->elements));
}

int32_t sc_rt_str(sc_context *context, sc_rt_ref value, sc_rt_ref *result) {
  return give(context, result, Value::ofString(str(valueOf(value))));
}

int32_t sc_rt_format(sc_context *context, sc_rt_ref text, sc_rt_ref arguments, sc_rt_ref *result) {
  List *list = asList(context, arguments);
  if (!list)
    return context->error.code;
  return withText(context, text, [&](const std::string &pattern) {
    return give(context, result, format(pattern, list->elements));
  });
}

int32_t sc_rt_percent_format(sc_context *context, sc_rt_ref text, sc_rt_ref argument,
                             sc_rt_ref *result) {
  return withText(context, text, [&](const std::string &pattern) {
    return give(context, result, percentFormat(pattern, valueOf(argument)));
  });
}

int32_t sc_rt_print(sc_context *context, sc_rt_ref arguments) {
  List *list = asList(context, arguments);
  if (!list)
    return context->error.code;
  context->print(1, printText(list->elements));
  return SC_OK;
}

int32_t sc_rt_warn(sc_context *context, sc_rt_ref message) {
  context->print(2, "UserWarning: " + str(valueOf(message)) + "\n");
  return SC_OK;
}

} // extern "C"
