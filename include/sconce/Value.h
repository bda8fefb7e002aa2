/// Value: one TorchScript value: what a model's methods take and return.
#ifndef SCONCE_VALUE_H
#define SCONCE_VALUE_H

#include "sconce-c/Sconce.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sconce {

/// An owned sc_value. Copies share what they refer to, as names do in Python: two Values of one list see each other's
/// changes. One Value is not to be changed from two threads; distinct Values may be used from any thread.
class Value {
public:
  /// None.
  Value() : raw{} {}
  Value(bool value) : raw(sc_bool(value)) {}
  Value(int value) : raw(sc_int(value)) {}
  Value(int64_t value) : raw(sc_int(value)) {}
  Value(double value) : raw(sc_double(value)) {}
  Value(std::string_view text) : raw(sc_string(text.data(), text.size())) {}
  Value(const char *text) : Value(std::string_view(text)) {}
  Value(const Value &other) : raw(other.raw) { sc_value_retain(raw); }
  Value(Value &&other) noexcept : raw(std::exchange(other.raw, sc_none())) {}
  ~Value() { sc_value_release(raw); }
  Value &operator=(Value other) noexcept {
    std::swap(raw, other.raw);
    return *this;
  }

  /// A tensor on its own uninitialized memory, contiguous; none where `sizes` are not representable.
  static Value tensor(sc_dtype dtype, const std::vector<int64_t> &sizes) {
    return adopt(sc_tensor_empty(dtype, static_cast<int32_t>(sizes.size()), sizes.data()));
  }
  /// A tensor that copies `values`, row-major.
  static Value tensor(const std::vector<float> &values, const std::vector<int64_t> &sizes);
  /// A tensor on the caller's memory, strides honoured; `release(owner)` is called when nothing refers to it any more.
  static Value tensor(const DLTensor &tensor, sc_release_fn release = nullptr, void *owner = nullptr) {
    return adopt(sc_tensor_borrow(&tensor, release, owner));
  }
  /// Takes over a tensor of another library, with its memory.
  static Value fromDLPack(DLManagedTensor *tensor) { return adopt(sc_tensor_from_dlpack(tensor)); }
  /// The tensor for another library, which shares the memory and calls `deleter`; null where DLPack has no such tensor.
  DLManagedTensor *toDLPack() const { return sc_tensor_to_dlpack(raw); }

  /// A list; `elementType` is a TorchScript annotation such as "Tensor" or "Optional[int]".
  static Value list(const char *elementType, std::initializer_list<Value> elements = {});
  static Value tuple(std::initializer_list<Value> elements);
  static Value dict(const char *keyType, const char *valueType) { return adopt(sc_dict(keyType, valueType)); }

  /// Takes over the caller's reference.
  static Value adopt(sc_value value) {
    Value result;
    result.raw = value;
    return result;
  }
  /// The value without a change of its count.
  const sc_value &get() const { return raw; }
  /// Gives the reference to the caller.
  [[nodiscard]] sc_value take() { return std::exchange(raw, sc_none()); }

  sc_tag tag() const { return static_cast<sc_tag>(raw.tag); }
  bool isNone() const { return raw.tag == SC_NONE; }
  bool isTensor() const { return raw.tag == SC_TENSOR; }
  /// The payload of a bool or int; of a double. The tag must match.
  int64_t toInt() const { return raw.as.i; }
  double toDouble() const { return raw.as.d; }
  /// The text of a string; borrowed.
  std::string_view toString() const {
    size_t size = 0;
    const char *data = sc_string_data(raw, &size);
    return data ? std::string_view(data, size) : std::string_view();
  }
  /// The elements of a tensor of float32; null for any other value. Borrowed; see `view` for strides.
  float *floats() const {
    return sc_tensor_dtype(raw) == SC_FLOAT32 ? static_cast<float *>(sc_tensor_data(raw)) : nullptr;
  }
  std::vector<int64_t> sizes() const;
  /// Describes a tensor's memory; valid while this value lives.
  sc_status view(DLTensor &tensor) const { return sc_tensor_view(raw, &tensor); }
  /// Number of elements of a list, tuple or dict; -1 for any other kind.
  int64_t size() const { return sc_size(raw); }
  /// Element of a list or tuple; none where there is no such element.
  Value operator[](int64_t index) const { return adopt(sc_get(raw, index)); }
  /// An attribute of an object or a field of a named tuple; none where there is none.
  Value attribute(const char *name) const;
  /// What Python's str() gives.
  std::string str() const { return std::string(adopt(sc_str(raw)).toString()); }

private:
  sc_value raw;
};

inline Value Value::tensor(const std::vector<float> &values, const std::vector<int64_t> &sizes) {
  Value result = tensor(SC_FLOAT32, sizes);
  int64_t numel = 1;
  for (int64_t size : sizes)
    numel *= size;
  if (!result.isTensor() || numel != static_cast<int64_t>(values.size()))
    return {};
  for (size_t i = 0; i < values.size(); ++i)
    result.floats()[i] = values[i];
  return result;
}

inline Value Value::list(const char *elementType, std::initializer_list<Value> elements) {
  Value result = adopt(sc_list(elementType));
  for (const Value &element : elements)
    if (sc_append(result.raw, element.raw) != SC_OK)
      return {};
  return result;
}

inline Value Value::tuple(std::initializer_list<Value> elements) {
  std::vector<sc_value> raws;
  for (const Value &element : elements)
    raws.push_back(element.raw);
  return adopt(sc_tuple(raws.data(), raws.size()));
}

inline std::vector<int64_t> Value::sizes() const {
  int32_t rank = sc_tensor_rank(raw);
  if (rank <= 0)
    return {};
  const int64_t *sizes = sc_tensor_sizes(raw);
  return {sizes, sizes + rank};
}

inline Value Value::attribute(const char *name) const {
  sc_value value = sc_none();
  if (sc_attribute(raw, name, &value) != SC_OK)
    return {};
  return adopt(value);
}

} // namespace sconce

#endif
