/// rt::Value: an owned sc_value, and the heap objects that values refer to.
#ifndef SCONCE_RUNTIME_VALUE_H
#define SCONCE_RUNTIME_VALUE_H

#include "runtime/Ref.h"
#include "sconce-c/Value.h"

#include <atomic>
#include <complex>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sconce::rt {

class Tensor;
class TensorObject;
class Generator;
struct String;
struct List;
struct Tuple;
struct Dict;
struct Object;
struct EnumMember;
struct Device;
struct Future;
struct Function;

/// What every heap value starts with. Freed by its kind when the last
/// reference goes, without recursion however deep the value is nested.
struct HeapObject {
  explicit HeapObject(sc_tag tag) : tag(tag) {}
  HeapObject(const HeapObject &) = delete;
  HeapObject &operator=(const HeapObject &) = delete;

  void retain() const { references.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1)
      destroy(const_cast<HeapObject *>(this));
  }
  /// True while exactly one reference exists.
  bool isUnique() const { return references.load(std::memory_order_acquire) == 1; }

  mutable std::atomic<uint32_t> references{1};
  const sc_tag tag;

private:
  static void destroy(HeapObject *object);
  static void free(HeapObject *object);

  HeapObject *nextToFree = nullptr;
};

/// One TorchScript value. Copies share heap objects (reference semantics).
class Value {
public:
  /// None.
  Value() : value{SC_NONE, 0, {0}} {}
  Value(const Value &other) : value(other.value) { retain(); }
  Value(Value &&other) noexcept : value(std::exchange(other.value, sc_value{SC_NONE, 0, {0}})) {}
  ~Value() { release(); }
  Value &operator=(Value other) noexcept {
    std::swap(value, other.value);
    return *this;
  }

  static Value none() { return Value(); }
  static Value ofBool(bool b) { return Value(sc_value{SC_BOOL, 0, {b}}); }
  static Value ofInt(int64_t i) { return Value(sc_value{SC_INT, 0, {i}}); }
  static Value ofDouble(double d);
  static Value ofComplex(double real, double imag);
  static Value ofString(std::string text);
  /// None for an undefined tensor.
  static Value ofTensor(Tensor tensor);
  static Value ofList(Ref<List> list);
  /// A new list; `elementType` in annotation syntax ("int", "Optional[Tensor]").
  static Value ofList(std::string elementType, std::vector<Value> elements);
  static Value ofTuple(Ref<Tuple> tuple);
  static Value ofTuple(std::vector<Value> elements);
  static Value ofDict(Ref<Dict> dict);
  static Value ofObject(Ref<Object> object);
  static Value ofEnum(Ref<EnumMember> member);
  /// `text` is "cpu" or "cuda:1".
  static Value ofDevice(std::string_view text);
  static Value ofGenerator(Ref<Generator> generator);
  static Value ofFuture(Ref<Future> future);
  static Value ofFunction(Ref<Function> function);

  /// Takes over the caller's reference.
  static Value adopt(sc_value raw) { return Value(raw); }
  /// Adds a reference.
  static Value share(sc_value raw) {
    Value shared(raw);
    shared.retain();
    return shared;
  }
  /// The value without a change of its count.
  const sc_value &raw() const { return value; }
  /// Gives the reference to the caller.
  [[nodiscard]] sc_value take() { return std::exchange(value, sc_value{SC_NONE, 0, {0}}); }

  sc_tag tag() const { return static_cast<sc_tag>(value.tag); }
  bool isNone() const { return value.tag == SC_NONE; }
  bool isBool() const { return value.tag == SC_BOOL; }
  bool isInt() const { return value.tag == SC_INT; }
  bool isDouble() const { return value.tag == SC_DOUBLE; }
  bool isComplex() const { return value.tag == SC_COMPLEX; }
  bool isString() const { return value.tag == SC_STRING; }
  bool isTensor() const { return value.tag == SC_TENSOR; }
  bool isList() const { return value.tag == SC_LIST; }
  bool isTuple() const { return value.tag == SC_TUPLE; }
  bool isDict() const { return value.tag == SC_DICT; }
  bool isObject() const { return value.tag == SC_OBJECT; }
  bool isEnum() const { return value.tag == SC_ENUM; }
  bool isDevice() const { return value.tag == SC_DEVICE; }
  bool isGenerator() const { return value.tag == SC_GENERATOR; }
  bool isFuture() const { return value.tag == SC_FUTURE; }
  bool isFunction() const { return value.tag == SC_FUNCTION; }
  /// bool, int, double or complex.
  bool isNumber() const { return value.tag >= SC_BOOL && value.tag <= SC_COMPLEX; }
  bool isHeap() const { return value.tag >= SC_COMPLEX; }

  // The payload; the tag must be the matching one.
  bool asBool() const { return value.as.i != 0; }
  int64_t asInt() const { return value.as.i; }
  double asDouble() const { return value.as.d; }
  std::complex<double> asComplex() const;
  std::string &asString() const;
  Tensor asTensor() const;
  List &asList() const;
  Tuple &asTuple() const;
  Dict &asDict() const;
  Object &asObject() const;
  EnumMember &asEnum() const;
  Device &asDevice() const;
  Generator &asGenerator() const;
  Future &asFuture() const;
  Function &asFunction() const;
  HeapObject *heap() const { return static_cast<HeapObject *>(value.as.ref); }

  /// A bool, int or double as a double (a complex gives its real part).
  double toDouble() const;
  /// A bool, int or double as an int (a double truncates; saturates out of range).
  int64_t toInt() const;
  /// A number as a complex.
  std::complex<double> toComplex() const;

  /// The `is` of Python: same tag, same payload, for heap kinds the same object.
  bool isSame(const Value &other) const;

private:
  explicit Value(sc_value raw) : value(raw) {}
  void retain() const {
    if (isHeap())
      heap()->retain();
  }
  void release() const {
    if (isHeap())
      heap()->release();
  }

  sc_value value;
};

/// A bool, int or float on the heap, with its tag: what a reference of compiled
/// code points to. A Value never refers to one.
struct Box : HeapObject {
  explicit Box(const Value &number) : HeapObject(number.tag()), number(number) {}
  Value number;
};

struct Complex : HeapObject {
  Complex(double real, double imag) : HeapObject(SC_COMPLEX), number(real, imag) {}
  std::complex<double> number;
};

/// Bytes of UTF-8; never changed while shared.
struct String : HeapObject {
  explicit String(std::string text) : HeapObject(SC_STRING), text(std::move(text)) {}
  std::string text;
};

struct List : HeapObject {
  explicit List(std::string elementType)
      : HeapObject(SC_LIST), elementType(std::move(elementType)) {}
  static Ref<List> create(std::string elementType, std::vector<Value> elements = {});
  std::string elementType; ///< annotation syntax
  std::vector<Value> elements;
};

/// A tuple; a named tuple has a class name and one field name for each element.
struct Tuple : HeapObject {
  Tuple() : HeapObject(SC_TUPLE) {}
  static Ref<Tuple> create(std::vector<Value> elements, std::string className = {},
                           std::vector<std::string> fieldNames = {});
  bool isNamed() const { return !className.empty(); }
  std::vector<Value> elements;
  std::string className;
  std::vector<std::string> fieldNames;
};

/// A dict in insertion order. Keys: str, int, float, bool, complex, device by
/// value, tensors and enum members by identity.
struct Dict : HeapObject {
  struct Entry {
    Value key;
    Value value;
    bool live = true;
  };

  Dict(std::string keyType, std::string valueType)
      : HeapObject(SC_DICT), keyType(std::move(keyType)), valueType(std::move(valueType)) {}
  static Ref<Dict> create(std::string keyType, std::string valueType);

  size_t size() const { return liveCount; }
  /// The value stored under `key`, or null. Valid until the next change.
  Value *find(const Value &key);
  const Value *find(const Value &key) const { return const_cast<Dict *>(this)->find(key); }
  /// Adds an entry, or replaces the value of an equal key (which keeps its place).
  void set(Value key, Value value);
  /// False when there was no such key.
  bool erase(const Value &key);
  void clear();
  /// The first entry; the dict must not be empty.
  std::pair<Value, Value> front();
  /// The entries in insertion order (copies that share).
  std::vector<std::pair<Value, Value>> entries() const;

  std::string keyType;   ///< annotation syntax
  std::string valueType; ///< annotation syntax

private:
  size_t findSlot(const Value &key) const;
  void rebuildIndex();

  std::vector<Entry> table;    // insertion order, erased ones not live
  std::vector<uint32_t> index; // open addressing: position in table + 1, or 0
  size_t liveCount = 0;
  size_t firstLive = 0; // no live entry stands before it
};

/// An instance of a class or module: named slots in declaration order.
struct Object : HeapObject {
  explicit Object(std::string className) : HeapObject(SC_OBJECT), className(std::move(className)) {}
  static Ref<Object> create(std::string className);

  /// The slot's value, or null.
  Value *find(std::string_view slot);
  const Value *find(std::string_view slot) const { return const_cast<Object *>(this)->find(slot); }
  /// Sets a slot, adding it at the end when it is new.
  void set(std::string_view slot, Value value);

  std::string className; ///< qualified, "__torch__.Model"
  std::vector<std::pair<std::string, Value>> slots;
};

struct EnumMember : HeapObject {
  EnumMember(std::string className, std::string name, Value value)
      : HeapObject(SC_ENUM), className(std::move(className)), name(std::move(name)),
        value(std::move(value)) {}
  static Ref<EnumMember> create(std::string className, std::string name, Value value);
  std::string className; ///< qualified
  std::string name;
  Value value;
};

struct Device : HeapObject {
  Device(std::string type, int64_t index)
      : HeapObject(SC_DEVICE), type(std::move(type)), index(index) {}
  std::string type;   ///< "cpu"
  int64_t index = -1; ///< -1 when not given
  /// "cuda:1", or "cpu" when there is no index.
  std::string text() const;
};

/// A fork's result: calls run at the fork, so it is always there.
struct Future : HeapObject {
  explicit Future(Value result) : HeapObject(SC_FUTURE), result(std::move(result)) {}
  Value result;
};

/// A function or bound method, by qualified name.
struct Function : HeapObject {
  explicit Function(std::string name, Value self = {})
      : HeapObject(SC_FUNCTION), name(std::move(name)), self(std::move(self)) {}
  std::string name;
  Value self; ///< none for a free function
};

/// TorchScript's `==` on everything but tensors, which compare by identity:
/// numbers by value across kinds, strings, lists, tuples, dicts and devices by
/// content, enum members and objects by identity.
bool equal(const Value &a, const Value &b);
/// A hash that agrees with `equal` on keys of dicts.
uint64_t hash(const Value &key);

} // namespace sconce::rt

#endif
