/// Between sc_rt_ref, rt::Value and statuses: what the Compiled*.cpp share.
#ifndef SCONCE_RUNTIME_COMPILEDVALUES_H
#define SCONCE_RUNTIME_COMPILEDVALUES_H

#include "runtime/Compiled.h"
#include "runtime/Context.h"
#include "runtime/Tensor.h"

namespace sconce::rt {

/// The value behind a reference.
Value valueOf(sc_rt_ref ref);
/// A reference that lives until the call ends.
sc_rt_ref refOf(sc_context *context, Value value);

/// What a reference should be, or an error status: null where it is not.
List *asList(sc_context *context, sc_rt_ref ref);
Dict *asDict(sc_context *context, sc_rt_ref ref);
String *asString(sc_context *context, sc_rt_ref ref);

/// The annotation of an element kind (Compiled.h); null when unknown.
const char *kindName(int64_t kind);

/// Keeps a failure, or hands the value on.
inline int32_t finish(sc_context *context, const Status &status) {
  return status.ok() ? SC_OK : context->fail(status);
}
inline int32_t give(sc_context *context, sc_rt_ref *result, Value value) {
  *result = refOf(context, std::move(value));
  return SC_OK;
}
inline int32_t give(sc_context *context, sc_rt_ref *result, Result<Value> value) {
  return value ? give(context, result, std::move(*value)) : context->fail(value.status());
}
inline int32_t give(sc_context *context, sc_rt_ref *result, Result<std::string> text) {
  return text ? give(context, result, Value::ofString(std::move(*text)))
              : context->fail(text.status());
}
template <typename T, typename From>
int32_t giveNumber(sc_context *context, T *result, const Result<From> &number) {
  if (!number)
    return context->fail(number.status());
  *result = static_cast<T>(*number);
  return SC_OK;
}

} // namespace sconce::rt

#endif
