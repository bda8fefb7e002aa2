/// Dicts and objects for compiled code.
#include "runtime/CompiledValues.h"
#include "runtime/Dicts.h"

using namespace sconce::rt;

/// Runs `action` on the dict behind a reference.
template <typename Action>
static int32_t withDict(sc_context *context, sc_rt_ref ref, Action action) {
  Dict *dict = asDict(context, ref);
  return dict ? action(*dict) : static_cast<int32_t>(context->error.code);
}

extern "C" {

int32_t sc_rt_dict_new(sc_context *context, int64_t key_kind, int64_t value_kind,
                       sc_rt_ref *result) {
  const char *keyName = kindName(key_kind), *valueName = kindName(value_kind);
  if (!keyName || !valueName)
    return context->fail({SC_INTERNAL, "", "unknown kind of dict entries"});
  return give(context, result, Value::ofDict(Dict::create(keyName, valueName)));
}

int32_t sc_rt_dict_of(sc_context *context, const char *key_type, int64_t key_size, const char *value_type,
                      int64_t value_size, sc_rt_ref *result) {
  return give(context, result,
              Value::ofDict(Dict::create(std::string(key_type, static_cast<size_t>(key_size)),
                                         std::string(value_type, static_cast<size_t>(value_size)))));
}

int32_t sc_rt_dict_size(sc_context *context, sc_rt_ref dict, int64_t *result) {
  return withDict(context, dict, [&](Dict &source) -> int32_t {
    *result = static_cast<int64_t>(source.size());
    return SC_OK;
  });
}

int32_t sc_rt_dict_set(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref value) {
  return withDict(context, dict, [&](Dict &target) -> int32_t {
    target.set(valueOf(key), valueOf(value));
    return SC_OK;
  });
}

int32_t sc_rt_dict_get(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref *result) {
  return withDict(context, dict, [&](Dict &source) {
    return give(context, result, dicts::get(source, valueOf(key)));
  });
}

int32_t sc_rt_dict_set_default(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref value,
                               sc_rt_ref *result) {
  return withDict(context, dict, [&](Dict &target) {
    return give(context, result, dicts::setDefault(target, valueOf(key), valueOf(value)));
  });
}

int32_t sc_rt_dict_contains(sc_context *context, sc_rt_ref dict, sc_rt_ref key, int64_t *result) {
  return withDict(context, dict, [&](Dict &source) -> int32_t {
    *result = source.find(valueOf(key)) != nullptr;
    return SC_OK;
  });
}

int32_t sc_rt_dict_erase(sc_context *context, sc_rt_ref dict, sc_rt_ref key) {
  return withDict(context, dict, [&](Dict &target) {
    return finish(context, dicts::erase(target, valueOf(key)));
  });
}

int32_t sc_rt_dict_pop(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref *result) {
  return withDict(context, dict, [&](Dict &target) {
    return give(context, result, dicts::pop(target, valueOf(key)));
  });
}

int32_t sc_rt_dict_pop_or(sc_context *context, sc_rt_ref dict, sc_rt_ref key, sc_rt_ref fallback,
                          sc_rt_ref *result) {
  return withDict(context, dict, [&](Dict &target) {
    return give(context, result, dicts::popOr(target, valueOf(key), valueOf(fallback)));
  });
}

int32_t sc_rt_dict_pop_item(sc_context *context, sc_rt_ref dict, sc_rt_ref *result) {
  return withDict(context, dict,
                  [&](Dict &target) { return give(context, result, dicts::popItem(target)); });
}

int32_t sc_rt_dict_clear(sc_context *context, sc_rt_ref dict) {
  return withDict(context, dict, [](Dict &target) -> int32_t {
    target.clear();
    return SC_OK;
  });
}

int32_t sc_rt_dict_update(sc_context *context, sc_rt_ref dict, sc_rt_ref other) {
  return withDict(context, dict, [&](Dict &target) {
    return withDict(context, other, [&](Dict &source) -> int32_t {
      dicts::update(target, source);
      return SC_OK;
    });
  });
}

int32_t sc_rt_dict_copy(sc_context *context, sc_rt_ref dict, sc_rt_ref *result) {
  return withDict(context, dict,
                  [&](Dict &source) { return give(context, result, dicts::copy(source)); });
}
int32_t sc_rt_dict_keys(sc_context *context, sc_rt_ref dict, sc_rt_ref *result) {
  return withDict(context, dict,
                  [&](Dict &source) { return give(context, result, dicts::keys(source)); });
}
int32_t sc_rt_dict_values(sc_context *context, sc_rt_ref dict, sc_rt_ref *result) {
  return withDict(context, dict,
                  [&](Dict &source) { return give(context, result, dicts::values(source)); });
}
int32_t sc_rt_dict_items(sc_context *context, sc_rt_ref dict, sc_rt_ref *result) {
  return withDict(context, dict,
                  [&](Dict &source) { return give(context, result, dicts::items(source)); });
}

} // extern "C"
