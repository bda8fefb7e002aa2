#include "runtime/Value.h"

#include "runtime/Element.h"
#include "runtime/Random.h"
#include "runtime/Tensor.h"

#include <bit>
#include <charconv>

namespace sconce::rt {

//===--- Heap objects -------------------------------------------------------===//

void HeapObject::destroy(HeapObject *object) {
  // Freeing a node releases its children, which lands here again: queue them
  // instead, so that a long linked list cannot overflow the stack.
  static thread_local HeapObject *queue = nullptr;
  static thread_local bool isFreeing = false;
  object->nextToFree = queue;
  queue = object;
  if (isFreeing)
    return;
  isFreeing = true;
  while (HeapObject *next = queue) {
    queue = next->nextToFree;
    free(next);
  }
  isFreeing = false;
}

void HeapObject::free(HeapObject *object) {
  switch (object->tag) {
  case SC_COMPLEX:
    delete static_cast<Complex *>(object);
    return;
  case SC_STRING:
    delete static_cast<String *>(object);
    return;
  case SC_TENSOR:
    delete static_cast<TensorObject *>(object);
    return;
  case SC_LIST:
    delete static_cast<List *>(object);
    return;
  case SC_TUPLE:
    delete static_cast<Tuple *>(object);
    return;
  case SC_DICT:
    delete static_cast<Dict *>(object);
    return;
  case SC_OBJECT:
    delete static_cast<Object *>(object);
    return;
  case SC_ENUM:
    delete static_cast<EnumMember *>(object);
    return;
  case SC_DEVICE:
    delete static_cast<Device *>(object);
    return;
  case SC_GENERATOR:
    delete static_cast<Generator *>(object);
    return;
  case SC_FUTURE:
    delete static_cast<Future *>(object);
    return;
  case SC_FUNCTION:
    delete static_cast<Function *>(object);
    return;
  case SC_BOOL:
  case SC_INT:
  case SC_DOUBLE:
    delete static_cast<Box *>(object);
    return;
  case SC_NONE:
    return;
  }
}

Ref<List> List::create(std::string elementType, std::vector<Value> elements) {
  auto *list = new List(std::move(elementType));
  list->elements = std::move(elements);
  return Ref<List>::adopt(list);
}

Ref<Tuple> Tuple::create(std::vector<Value> elements, std::string className,
                         std::vector<std::string> fieldNames) {
  auto *tuple = new Tuple;
  tuple->elements = std::move(elements);
  tuple->className = std::move(className);
  tuple->fieldNames = std::move(fieldNames);
  return Ref<Tuple>::adopt(tuple);
}

Ref<Object> Object::create(std::string className) {
  return Ref<Object>::adopt(new Object(std::move(className)));
}

Value *Object::find(std::string_view slot) {
  for (auto &[name, value] : slots)
    if (name == slot)
      return &value;
  return nullptr;
}

void Object::set(std::string_view slot, Value value) {
  if (Value *existing = find(slot))
    *existing = std::move(value);
  else
    slots.emplace_back(std::string(slot), std::move(value));
}

Ref<EnumMember> EnumMember::create(std::string className, std::string name, Value value) {
  return Ref<EnumMember>::adopt(
      new EnumMember(std::move(className), std::move(name), std::move(value)));
}

std::string Device::text() const { return index < 0 ? type : type + ":" + std::to_string(index); }

//===--- Making values ------------------------------------------------------===//

static Value adoptHeap(HeapObject *object) {
  sc_value raw{static_cast<uint32_t>(object->tag), 0, {0}};
  raw.as.ref = object;
  return Value::adopt(raw);
}

template <typename T> static Value adoptRef(Ref<T> ref) {
  return ref ? adoptHeap(ref.take()) : Value();
}

Value Value::ofDouble(double d) {
  sc_value raw{SC_DOUBLE, 0, {0}};
  raw.as.d = d;
  return Value(raw);
}
Value Value::ofComplex(double real, double imag) { return adoptHeap(new Complex(real, imag)); }
Value Value::ofString(std::string text) { return adoptHeap(new String(std::move(text))); }
Value Value::ofTensor(Tensor tensor) { return adoptRef(tensor.ref()); }
Value Value::ofList(Ref<List> list) { return adoptRef(std::move(list)); }
Value Value::ofList(std::string elementType, std::vector<Value> elements) {
  return adoptRef(List::create(std::move(elementType), std::move(elements)));
}
Value Value::ofTuple(Ref<Tuple> tuple) { return adoptRef(std::move(tuple)); }
Value Value::ofTuple(std::vector<Value> elements) {
  return adoptRef(Tuple::create(std::move(elements)));
}
Value Value::ofDict(Ref<Dict> dict) { return adoptRef(std::move(dict)); }
Value Value::ofObject(Ref<Object> object) { return adoptRef(std::move(object)); }
Value Value::ofEnum(Ref<EnumMember> member) { return adoptRef(std::move(member)); }
Value Value::ofGenerator(Ref<Generator> generator) { return adoptRef(std::move(generator)); }
Value Value::ofFuture(Ref<Future> future) { return adoptRef(std::move(future)); }
Value Value::ofFunction(Ref<Function> function) { return adoptRef(std::move(function)); }

Value Value::ofDevice(std::string_view text) {
  size_t colon = text.find(':');
  int64_t index = -1;
  if (colon != std::string_view::npos)
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), index);
  return adoptHeap(new Device(std::string(text.substr(0, colon)), index));
}

//===--- Reading values -----------------------------------------------------===//

std::complex<double> Value::asComplex() const { return static_cast<Complex *>(heap())->number; }
std::string &Value::asString() const { return static_cast<String *>(heap())->text; }
Tensor Value::asTensor() const {
  return Tensor(Ref<TensorObject>::share(static_cast<TensorObject *>(heap())));
}
List &Value::asList() const { return *static_cast<List *>(heap()); }
Tuple &Value::asTuple() const { return *static_cast<Tuple *>(heap()); }
Dict &Value::asDict() const { return *static_cast<Dict *>(heap()); }
Object &Value::asObject() const { return *static_cast<Object *>(heap()); }
EnumMember &Value::asEnum() const { return *static_cast<EnumMember *>(heap()); }
Device &Value::asDevice() const { return *static_cast<Device *>(heap()); }
Generator &Value::asGenerator() const { return *static_cast<Generator *>(heap()); }
Future &Value::asFuture() const { return *static_cast<Future *>(heap()); }
Function &Value::asFunction() const { return *static_cast<Function *>(heap()); }

double Value::toDouble() const {
  if (isDouble())
    return value.as.d;
  return isComplex() ? asComplex().real() : static_cast<double>(value.as.i);
}

int64_t Value::toInt() const {
  if (isDouble())
    return truncateToInt64(value.as.d);
  return isComplex() ? truncateToInt64(asComplex().real()) : value.as.i;
}

std::complex<double> Value::toComplex() const {
  return isComplex() ? asComplex() : std::complex<double>(toDouble(), 0);
}

bool Value::isSame(const Value &other) const {
  if (tag() != other.tag())
    return false;
  if (isNone())
    return true;
  if (isDouble())
    return std::bit_cast<int64_t>(value.as.d) == std::bit_cast<int64_t>(other.value.as.d);
  return isHeap() ? value.as.ref == other.value.as.ref : value.as.i == other.value.as.i;
}

} // namespace sconce::rt
