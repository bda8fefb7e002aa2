/// Objects, members of enumerations and kinds of values for compiled code.
#include "runtime/CompiledValues.h"

using namespace sconce::rt;

static std::string textOf(const char *data, int64_t size) { return std::string(data, static_cast<size_t>(size)); }

/// The value behind a reference when it is of a kind; None with an error when it is not.
static Value expect(sc_context *context, sc_rt_ref ref, sc_tag tag, const char *name) {
  Value value = valueOf(ref);
  if (value.tag() == tag)
    return value;
  context->fail(Status::raise(std::string("expected a value of type ") + name));
  return {};
}

extern "C" {

int32_t sc_rt_object_new(sc_context *context, const char *class_name, int64_t size, sc_rt_ref *result) {
  return give(context, result, Value::ofObject(Object::create(textOf(class_name, size))));
}

int32_t sc_rt_object_get(sc_context *context, sc_rt_ref object, const char *slot, int64_t size, sc_rt_ref *result) {
  Value self = expect(context, object, SC_OBJECT, "object");
  if (self.isNone())
    return context->error.code;
  std::string name = textOf(slot, size);
  const Value *value = self.asObject().find(name);
  if (!value)
    return context->fail(Status::raise("'" + self.asObject().className + "' object has no attribute '" + name + "'", "AttributeError"));
  return give(context, result, *value);
}

int32_t sc_rt_object_set(sc_context *context, sc_rt_ref object, const char *slot, int64_t size, sc_rt_ref value) {
  Value self = expect(context, object, SC_OBJECT, "object");
  if (self.isNone())
    return context->error.code;
  self.asObject().set(textOf(slot, size), valueOf(value));
  return SC_OK;
}

int32_t sc_rt_enum_new(sc_context *context, const char *class_name, int64_t class_size, const char *name,
                       int64_t name_size, sc_rt_ref value, sc_rt_ref *result) {
  return give(context, result,
              Value::ofEnum(EnumMember::create(textOf(class_name, class_size), textOf(name, name_size), valueOf(value))));
}

int32_t sc_rt_enum_name(sc_context *context, sc_rt_ref member, sc_rt_ref *result) {
  Value self = expect(context, member, SC_ENUM, "Enum");
  return self.isNone() ? static_cast<int32_t>(context->error.code) : give(context, result, Value::ofString(self.asEnum().name));
}

int32_t sc_rt_enum_value(sc_context *context, sc_rt_ref member, sc_rt_ref *result) {
  Value self = expect(context, member, SC_ENUM, "Enum");
  return self.isNone() ? static_cast<int32_t>(context->error.code) : give(context, result, self.asEnum().value);
}

int32_t sc_rt_is_kind(sc_context *, sc_rt_ref value, int64_t kind, int64_t dtype, int64_t rank, int64_t *result) {
  Value held = valueOf(value);
  bool matches = held.tag() == static_cast<sc_tag>(kind);
  if (matches && held.isTensor()) {
    Tensor tensor = held.asTensor();
    matches = (dtype < 0 || static_cast<int64_t>(tensor.dtype()) == dtype) && (rank < 0 || tensor.rank() == rank);
  }
  *result = matches;
  return SC_OK;
}

int32_t sc_rt_is_class(sc_context *, sc_rt_ref value, const char *class_name, int64_t size, int64_t *result) {
  Value held = valueOf(value);
  std::string_view name(class_name, static_cast<size_t>(size));
  *result = (held.isObject() && held.asObject().className == name) || (held.isTuple() && held.asTuple().className == name) ||
            (held.isEnum() && held.asEnum().className == name);
  return SC_OK;
}

} // extern "C"
