#include "runtime/Signature.h"

#include "runtime/Number.h"
#include "runtime/Tensor.h"

#include <algorithm>

namespace sconce::rt {

//===--- Sizes --------------------------------------------------------------===//

bool Slot::isStatic() const {
  for (int64_t size : sizes)
    if (size == dynamic)
      return false;
  return true;
}

bool Slot::isPermuted() const {
  std::vector<size_t> order;
  for (size_t dim = 0; dim < sizes.size(); ++dim)
    if (sizes[dim] != 1)
      order.push_back(dim);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return strides[a] < strides[b]; });
  int64_t next = 1;
  for (size_t dim : order) {
    if (strides[dim] != next)
      return false;
    next *= sizes[dim];
  }
  return true;
}

static size_t dynamicExtents(const Slot &slot) {
  size_t count = 0;
  for (int64_t size : slot.sizes)
    count += size == Slot::dynamic;
  return count;
}

size_t Slot::argumentWords() const {
  switch (kind) {
  case Kind::Tensor:
    return 1 + dynamicExtents(*this);
  case Kind::Int:
  case Kind::Float:
  case Kind::Bool:
    return 1;
  case Kind::Complex:
  case Kind::Runtime:
  case Kind::Text:
  case Kind::AnyList:
  case Kind::AnyDict:
  case Kind::Union:
    return 2;
  default: {
    size_t words = 0;
    for (const Slot &child : children)
      words += child.argumentWords();
    return words;
  }
  }
}

// Results take the same words: a static tensor its destination, any other one
// what the callee fills in.
size_t Slot::resultWords() const { return argumentWords(); }

static size_t countWords(const std::vector<Slot> &slots) {
  size_t words = 0;
  for (const Slot &slot : slots)
    words += slot.argumentWords();
  return words;
}

size_t Signature::argumentWords() const { return countWords(inputs) + countWords(stateIn); }
size_t Signature::resultWords() const { return countWords(outputs) + countWords(stateOut); }

//===--- Printing -----------------------------------------------------------===//

static std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 32) {
      constexpr char digits[] = "0123456789abcdef";
      quoted += "\\x";
      quoted += digits[c >> 4];
      quoted += digits[c & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

static std::string printSlots(const std::vector<Slot> &slots, std::string_view brackets) {
  std::string text(1, brackets[0]);
  for (size_t i = 0; i < slots.size(); ++i)
    text += (i ? "," : "") + printSlot(slots[i]);
  return text + brackets[1];
}

static std::string joinInts(const std::vector<int64_t> &numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size(); ++i)
    text += (i ? "," : "") +
            (numbers[i] == Slot::dynamic ? std::string("?") : std::to_string(numbers[i]));
  return text;
}

static std::string printTensor(const Slot &slot) {
  std::string text =
      "T" + std::to_string(static_cast<int>(slot.dtype)) + "[" + joinInts(slot.sizes) + "]";
  if (!slot.strides.empty())
    text += "@" + joinInts(slot.strides);
  return slot.written ? text + "!" : text;
}

static std::string printConstant(const Value &value) {
  switch (value.tag()) {
  case SC_BOOL:
    return value.asBool() ? "=b1" : "=b0";
  case SC_INT:
    return "=i" + std::to_string(value.asInt());
  case SC_DOUBLE:
    return "=f" + printShortest(value.asDouble());
  case SC_COMPLEX:
    return "=c" + printShortest(value.asComplex().real()) + ":" +
           printShortest(value.asComplex().imag());
  case SC_STRING:
    return "=s" + quote(value.asString());
  case SC_DEVICE:
    return "=d" + value.asDevice().text();
  default:
    return "n";
  }
}

/// `(name:slot, …)` of an object or `(key:slot, …)` of a dict.
static std::string printEntries(const Slot &slot) {
  std::string text = "(";
  bool isDict = slot.kind == Slot::Kind::Dict;
  for (size_t i = 0; i < slot.children.size(); i += isDict ? 2 : 1) {
    text += i ? "," : "";
    text += isDict ? printSlot(slot.children[i]) : slot.names[i];
    text += ":" + printSlot(slot.children[isDict ? i + 1 : i]);
  }
  return text + ")";
}

std::string printSlot(const Slot &slot) {
  using Kind = Slot::Kind;
  switch (slot.kind) {
  case Kind::None:
    return "n";
  case Kind::Tensor:
    return printTensor(slot);
  case Kind::Int:
    return "i";
  case Kind::Float:
    return "f";
  case Kind::Bool:
    return "b";
  case Kind::Complex:
    return "c";
  case Kind::Constant:
    return printConstant(slot.constant);
  case Kind::List:
    return "l<" + slot.typeText + ">" + printSlots(slot.children, "()") + (slot.written ? "!" : "");
  case Kind::Tuple: {
    if (slot.className.empty())
      return "t" + printSlots(slot.children, "()");
    std::string names;
    for (const std::string &name : slot.names)
      names += (names.empty() ? "" : ",") + name;
    return "m" + quote(slot.className) + "[" + names + "]" + printSlots(slot.children, "()");
  }
  case Kind::Dict:
    return "d<" + slot.typeText + "," + slot.valueType + ">" + printEntries(slot) + (slot.written ? "!" : "");
  case Kind::Object:
    return "o" + quote(slot.className) + printEntries(slot);
  case Kind::Enum:
    return "e" + quote(slot.className) + "." + quote(slot.names[0]);
  case Kind::Runtime:
    return "R";
  case Kind::Alias:
    return "a" + std::to_string(slot.alias) +
           (slot.view ? "[" + joinInts(slot.view->sizes) + "]@" + joinInts(slot.view->strides) + "+" + std::to_string(slot.view->offset) : "");
  case Kind::Same:
    return "A" + std::to_string(slot.alias);
  case Kind::Text:
    return "s";
  case Kind::AnyList:
    return "L<" + slot.typeText + ">" + printSlots(slot.children, "()");
  case Kind::AnyDict:
    return "D<" + slot.typeText + "," + slot.valueType + ">" + printSlots(slot.children, "()");
  case Kind::Union:
    return "u" + printSlots(slot.children, "()");
  }
  return "n";
}

std::string Signature::print() const {
  std::string text = printSlots(inputs, "()");
  if (!stateIn.empty())
    text += printSlots(stateIn, "{}");
  text += "->" + printSlots(outputs, "()");
  if (!stateOut.empty())
    text += printSlots(stateOut, "{}");
  return text;
}

//===--- Containers among arguments -----------------------------------------===//

void collectContainers(const Slot &slot, const Value &value, std::vector<std::pair<const Slot *, Value>> &containers) {
  bool isDict = slot.kind == Slot::Kind::Dict;
  if (isDict || slot.kind == Slot::Kind::List)
    containers.emplace_back(&slot, value);
  if (isDict) {
    auto entries = value.asDict().entries();
    for (size_t i = 0; i < entries.size(); ++i)
      collectContainers(slot.children[2 * i + 1], entries[i].second, containers);
  } else if (slot.kind == Slot::Kind::List || slot.kind == Slot::Kind::Tuple) {
    const auto &elements = slot.kind == Slot::Kind::List ? value.asList().elements : value.asTuple().elements;
    for (size_t i = 0; i < slot.children.size(); ++i)
      collectContainers(slot.children[i], elements[i], containers);
  }
}

//===--- Describing values --------------------------------------------------===//

static Slot slotOfDict(const Dict &dict) {
  Slot slot;
  slot.kind = Slot::Kind::Dict;
  slot.typeText = dict.keyType;
  slot.valueType = dict.valueType;
  for (auto &[key, value] : dict.entries()) {
    Slot known;
    known.kind = Slot::Kind::Constant;
    known.constant = key;
    slot.children.push_back(std::move(known));
    slot.children.push_back(slotOf(value));
  }
  return slot;
}

static Slot slotOfObject(const Object &object) {
  Slot slot;
  slot.kind = Slot::Kind::Object;
  slot.className = object.className;
  for (auto &[name, value] : object.slots) {
    slot.names.push_back(name);
    slot.children.push_back(slotOf(value));
  }
  return slot;
}

Slot slotOf(const Value &value) {
  using Kind = Slot::Kind;
  Slot slot;
  switch (value.tag()) {
  case SC_NONE:
    return slot;
  case SC_BOOL:
    slot.kind = Kind::Bool;
    return slot;
  case SC_INT:
    slot.kind = Kind::Int;
    return slot;
  case SC_DOUBLE:
    slot.kind = Kind::Float;
    return slot;
  case SC_COMPLEX:
    slot.kind = Kind::Complex;
    return slot;
  case SC_STRING:
  case SC_DEVICE:
    slot.kind = Kind::Constant;
    slot.constant = value;
    return slot;
  case SC_TENSOR:
    slot.kind = Kind::Tensor;
    slot.dtype = value.asTensor().dtype();
    slot.sizes = value.asTensor().sizes();
    return slot;
  case SC_LIST:
    slot.kind = Kind::List;
    slot.typeText = value.asList().elementType;
    for (const Value &element : value.asList().elements)
      slot.children.push_back(slotOf(element));
    return slot;
  case SC_TUPLE:
    slot.kind = Kind::Tuple;
    slot.className = value.asTuple().className;
    slot.names = value.asTuple().fieldNames;
    for (const Value &element : value.asTuple().elements)
      slot.children.push_back(slotOf(element));
    return slot;
  case SC_DICT:
    return slotOfDict(value.asDict());
  case SC_OBJECT:
    return slotOfObject(value.asObject());
  case SC_ENUM:
    slot.kind = Kind::Enum;
    slot.className = value.asEnum().className;
    slot.names = {value.asEnum().name};
    return slot;
  default:
    slot.kind = Kind::Runtime;
    return slot;
  }
}

} // namespace sconce::rt
