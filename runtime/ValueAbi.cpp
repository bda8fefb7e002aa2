/// include/sconce-c/Value.h and Version.h, over rt::Value.
#include "runtime/Format.h"
#include "runtime/Lists.h"
#include "runtime/Value.h"
#include "sconce-c/Version.h"

using namespace sconce::rt;

/// The value without a change of its count, for the length of a call.
static Value borrow(sc_value raw) { return Value::share(raw); }

/// The elements of a list or tuple, or null.
static const std::vector<Value> *elementsOf(const Value &container) {
  if (container.isList())
    return &container.asList().elements;
  return container.isTuple() ? &container.asTuple().elements : nullptr;
}

extern "C" {

uint32_t sc_abi_version(void) { return SC_ABI_MAJOR << 16 | SC_ABI_MINOR; }

void sc_value_retain(sc_value value) {
  if (value.tag >= SC_COMPLEX && value.as.ref)
    static_cast<HeapObject *>(value.as.ref)->retain();
}

void sc_value_release(sc_value value) {
  if (value.tag >= SC_COMPLEX && value.as.ref)
    static_cast<HeapObject *>(value.as.ref)->release();
}

sc_value sc_none(void) { return Value().take(); }
sc_value sc_bool(int value) { return Value::ofBool(value != 0).take(); }
sc_value sc_int(int64_t value) { return Value::ofInt(value).take(); }
sc_value sc_double(double value) { return Value::ofDouble(value).take(); }
sc_value sc_complex(double real, double imag) { return Value::ofComplex(real, imag).take(); }
sc_value sc_string(const char *data, size_t size) {
  return Value::ofString(std::string(data, size)).take();
}
sc_value sc_list(const char *element_type) { return Value::ofList(element_type, {}).take(); }
sc_value sc_device(const char *text) { return Value::ofDevice(text).take(); }

sc_value sc_tuple(const sc_value *elements, size_t size) {
  std::vector<Value> values;
  for (size_t i = 0; i < size; ++i)
    values.push_back(borrow(elements[i]));
  return Value::ofTuple(std::move(values)).take();
}

sc_value sc_dict(const char *key_type, const char *value_type) {
  return Value::ofDict(Dict::create(key_type, value_type)).take();
}

const char *sc_string_data(sc_value string, size_t *size) {
  if (string.tag != SC_STRING)
    return nullptr;
  const std::string &text = static_cast<String *>(static_cast<HeapObject *>(string.as.ref))->text;
  if (size)
    *size = text.size();
  return text.data();
}

sc_status sc_complex_get(sc_value complex, double *real, double *imag) {
  if (complex.tag != SC_COMPLEX)
    return SC_INVALID_ARGUMENT;
  std::complex<double> number = borrow(complex).asComplex();
  *real = number.real();
  *imag = number.imag();
  return SC_OK;
}

int64_t sc_size(sc_value container) {
  Value value = borrow(container);
  if (value.isDict())
    return static_cast<int64_t>(value.asDict().size());
  const std::vector<Value> *elements = elementsOf(value);
  return elements ? static_cast<int64_t>(elements->size()) : -1;
}

sc_value sc_get(sc_value container, int64_t index) {
  Value value = borrow(container);
  const std::vector<Value> *elements = elementsOf(value);
  if (!elements || index < 0 || static_cast<size_t>(index) >= elements->size())
    return sc_none();
  return Value((*elements)[static_cast<size_t>(index)]).take();
}

sc_status sc_append(sc_value list, sc_value element) {
  Value value = borrow(list);
  if (!value.isList())
    return SC_INVALID_ARGUMENT;
  value.asList().elements.push_back(borrow(element));
  return SC_OK;
}

sc_status sc_dict_set(sc_value dict, sc_value key, sc_value value) {
  Value target = borrow(dict);
  if (!target.isDict())
    return SC_INVALID_ARGUMENT;
  target.asDict().set(borrow(key), borrow(value));
  return SC_OK;
}

sc_status sc_dict_get(sc_value dict, sc_value key, sc_value *value) {
  Value source = borrow(dict);
  const Value *found = source.isDict() ? source.asDict().find(borrow(key)) : nullptr;
  if (!found)
    return SC_INVALID_ARGUMENT;
  *value = Value(*found).take();
  return SC_OK;
}

sc_status sc_dict_entry(sc_value dict, int64_t index, sc_value *key, sc_value *value) {
  Value source = borrow(dict);
  if (!source.isDict() || index < 0 || static_cast<size_t>(index) >= source.asDict().size())
    return SC_INVALID_ARGUMENT;
  auto entry = source.asDict().entries()[static_cast<size_t>(index)];
  *key = entry.first.take();
  *value = entry.second.take();
  return SC_OK;
}

sc_status sc_attribute(sc_value object, const char *name, sc_value *value) {
  Value source = borrow(object);
  if (source.isObject()) {
    if (const Value *slot = source.asObject().find(name)) {
      *value = Value(*slot).take();
      return SC_OK;
    }
  } else if (source.isTuple()) {
    const Tuple &tuple = source.asTuple();
    for (size_t i = 0; i < tuple.fieldNames.size() && i < tuple.elements.size(); ++i)
      if (tuple.fieldNames[i] == name) {
        *value = Value(tuple.elements[i]).take();
        return SC_OK;
      }
  }
  return SC_INVALID_ARGUMENT;
}

sc_value sc_str(sc_value value) { return Value::ofString(str(borrow(value))).take(); }

} // extern "C"
