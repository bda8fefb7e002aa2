/// Equality and hashing of values, and the insertion-ordered dict on them.
#include "runtime/Value.h"

#include <bit>
#include <functional>

namespace sconce::rt {

//===--- Equality -----------------------------------------------------------===//

static bool equalElements(const std::vector<Value> &a, const std::vector<Value> &b) {
  if (a.size() != b.size())
    return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!equal(a[i], b[i]))
      return false;
  return true;
}

static bool equalDicts(const Dict &a, const Dict &b) {
  if (a.size() != b.size())
    return false;
  for (auto &[key, value] : a.entries()) {
    const Value *other = b.find(key);
    if (!other || !equal(value, *other))
      return false;
  }
  return true;
}

bool equal(const Value &a, const Value &b) {
  if (a.isNumber() && b.isNumber()) {
    if (a.isComplex() || b.isComplex())
      return a.toComplex() == b.toComplex();
    if (a.isDouble() || b.isDouble())
      return a.toDouble() == b.toDouble();
    return a.asInt() == b.asInt();
  }
  if (a.tag() != b.tag())
    return false;
  switch (a.tag()) {
  case SC_NONE:
    return true;
  case SC_STRING:
    return a.asString() == b.asString();
  case SC_LIST:
    return equalElements(a.asList().elements, b.asList().elements);
  case SC_TUPLE:
    return equalElements(a.asTuple().elements, b.asTuple().elements);
  case SC_DICT:
    return equalDicts(a.asDict(), b.asDict());
  case SC_DEVICE:
    return a.asDevice().type == b.asDevice().type && a.asDevice().index == b.asDevice().index;
  case SC_ENUM:
    return a.asEnum().className == b.asEnum().className && a.asEnum().name == b.asEnum().name;
  default:
    return a.isSame(b);
  }
}

//===--- Hashing ------------------------------------------------------------===//

/// The finalizer of splitmix64.
static uint64_t mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

static uint64_t hashText(std::string_view text) {
  uint64_t bits = 0xCBF29CE484222325;
  for (unsigned char c : text)
    bits = (bits ^ c) * 0x100000001B3;
  return mix(bits);
}

/// Equal numbers of different kinds hash alike, and 0.0 as -0.0.
static uint64_t hashDouble(double number) { return mix(std::bit_cast<uint64_t>(number + 0.0)); }

uint64_t hash(const Value &key) {
  switch (key.tag()) {
  case SC_NONE:
    return 0;
  case SC_BOOL:
  case SC_INT:
  case SC_DOUBLE:
  case SC_COMPLEX:
    return hashDouble(key.toDouble());
  case SC_STRING:
    return hashText(key.asString());
  case SC_DEVICE:
    return hashText(key.asDevice().type) + static_cast<uint64_t>(key.asDevice().index);
  case SC_ENUM:
    return hashText(key.asEnum().name);
  case SC_TUPLE: {
    uint64_t bits = key.asTuple().elements.size();
    for (const Value &element : key.asTuple().elements)
      bits = mix(bits + hash(element));
    return bits;
  }
  case SC_LIST:
  case SC_DICT:
    return key.tag();
  default:
    return mix(std::bit_cast<uintptr_t>(key.raw().as.ref));
  }
}

//===--- Dict ---------------------------------------------------------------===//

Ref<Dict> Dict::create(std::string keyType, std::string valueType) {
  return Ref<Dict>::adopt(new Dict(std::move(keyType), std::move(valueType)));
}

/// The slot of `index` that holds the key, or the empty one where it belongs.
size_t Dict::findSlot(const Value &key) const {
  size_t mask = index.size() - 1, slot = hash(key) & mask;
  while (index[slot] != 0) {
    const Entry &entry = table[index[slot] - 1];
    if (entry.live && equal(entry.key, key))
      return slot;
    slot = (slot + 1) & mask;
  }
  return slot;
}

/// Drops erased entries and sizes the index for twice what is left.
void Dict::rebuildIndex() {
  std::erase_if(table, [](const Entry &entry) { return !entry.live; });
  firstLive = 0;
  index.assign(std::bit_ceil(std::max<size_t>(16, 4 * table.size())), 0);
  for (size_t i = 0; i < table.size(); ++i)
    index[findSlot(table[i].key)] = static_cast<uint32_t>(i + 1);
}

Value *Dict::find(const Value &key) {
  if (liveCount == 0)
    return nullptr;
  uint32_t position = index[findSlot(key)];
  return position ? &table[position - 1].value : nullptr;
}

void Dict::set(Value key, Value value) {
  if (2 * (table.size() + 1) > index.size())
    rebuildIndex();
  size_t slot = findSlot(key);
  if (index[slot]) {
    table[index[slot] - 1].value = std::move(value);
    return;
  }
  table.push_back({std::move(key), std::move(value), true});
  index[slot] = static_cast<uint32_t>(table.size());
  ++liveCount;
}

bool Dict::erase(const Value &key) {
  if (liveCount == 0)
    return false;
  uint32_t position = index[findSlot(key)];
  if (!position)
    return false;
  // The entry stays in place, not live, so that probing goes on past it. What
  // it held is released last: releasing may run into this dict again.
  Entry &entry = table[position - 1];
  Value oldKey = std::move(entry.key), oldValue = std::move(entry.value);
  entry.live = false;
  --liveCount;
  return true;
}

void Dict::clear() {
  std::vector<Entry> old = std::move(table);
  table.clear();
  index.clear();
  liveCount = 0;
  firstLive = 0;
}

std::pair<Value, Value> Dict::front() {
  while (!table[firstLive].live)
    ++firstLive;
  return {table[firstLive].key, table[firstLive].value};
}

std::vector<std::pair<Value, Value>> Dict::entries() const {
  std::vector<std::pair<Value, Value>> live;
  live.reserve(liveCount);
  for (const Entry &entry : table)
    if (entry.live)
      live.emplace_back(entry.key, entry.value);
  return live;
}

} // namespace sconce::rt
