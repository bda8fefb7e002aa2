#include "runtime/Dicts.h"

#include "runtime/Format.h"

namespace sconce::rt::dicts {

static Status keyError(const Value &key) { return Status::raise("KeyError: " + str(key)); }

Result<Value> get(const Dict &dict, const Value &key) {
  if (const Value *value = dict.find(key))
    return *value;
  return keyError(key);
}

Value getOr(const Dict &dict, const Value &key, Value fallback) {
  const Value *value = dict.find(key);
  return value ? *value : fallback;
}

Value setDefault(Dict &dict, const Value &key, Value value) {
  if (const Value *existing = dict.find(key))
    return *existing;
  dict.set(key, value);
  return value;
}

Status erase(Dict &dict, const Value &key) {
  return dict.erase(key) ? Status::success() : keyError(key);
}

Result<Value> pop(Dict &dict, const Value &key) {
  Result<Value> value = get(dict, key);
  if (value)
    dict.erase(key);
  return value;
}

Value popOr(Dict &dict, const Value &key, Value fallback) {
  Value value = getOr(dict, key, std::move(fallback));
  dict.erase(key);
  return value;
}

Result<Value> popItem(Dict &dict) {
  if (dict.size() == 0)
    return Status::raise("popitem(): dictionary is empty");
  auto [key, value] = dict.front();
  dict.erase(key);
  return Value::ofTuple({key, value});
}

void update(Dict &dict, const Dict &other) {
  for (auto &[key, value] : other.entries())
    dict.set(key, value);
}

Value copy(const Dict &dict) {
  Ref<Dict> twin = Dict::create(dict.keyType, dict.valueType);
  update(*twin, dict);
  return Value::ofDict(std::move(twin));
}

Value keys(const Dict &dict) {
  std::vector<Value> elements;
  for (auto &[key, value] : dict.entries())
    elements.push_back(key);
  return Value::ofList(dict.keyType, std::move(elements));
}

Value values(const Dict &dict) {
  std::vector<Value> elements;
  for (auto &[key, value] : dict.entries())
    elements.push_back(value);
  return Value::ofList(dict.valueType, std::move(elements));
}

Value items(const Dict &dict) {
  std::vector<Value> elements;
  for (auto &[key, value] : dict.entries())
    elements.push_back(Value::ofTuple({key, value}));
  return Value::ofList("Tuple[" + dict.keyType + ", " + dict.valueType + "]", std::move(elements));
}

Result<Value> fromItems(const List &items, std::string keyType, std::string valueType) {
  Ref<Dict> dict = Dict::create(std::move(keyType), std::move(valueType));
  for (const Value &item : items.elements) {
    if (!item.isTuple() || item.asTuple().elements.size() != 2)
      return Status::invalid("dict() expects a list of pairs");
    dict->set(item.asTuple().elements[0], item.asTuple().elements[1]);
  }
  return Value::ofDict(std::move(dict));
}

} // namespace sconce::rt::dicts
