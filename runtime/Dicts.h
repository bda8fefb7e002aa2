/// TorchScript's dict operators.
#ifndef SCONCE_RUNTIME_DICTS_H
#define SCONCE_RUNTIME_DICTS_H

#include "runtime/Status.h"
#include "runtime/Value.h"

namespace sconce::rt::dicts {

/// `d[key]`: raises KeyError.
Result<Value> get(const Dict &dict, const Value &key);
/// `d.get(key, fallback)`.
Value getOr(const Dict &dict, const Value &key, Value fallback);
/// `d.setdefault(key, value)`.
Value setDefault(Dict &dict, const Value &key, Value value);
Status erase(Dict &dict, const Value &key);
Result<Value> pop(Dict &dict, const Value &key);
Value popOr(Dict &dict, const Value &key, Value fallback);
/// Takes out the first entry, as PyTorch does (Python takes the last).
Result<Value> popItem(Dict &dict);
void update(Dict &dict, const Dict &other);

// New values.
Value copy(const Dict &dict);
Value keys(const Dict &dict);
Value values(const Dict &dict);
/// A list of (key, value) tuples.
Value items(const Dict &dict);
/// dict() of a list of (key, value) tuples.
Result<Value> fromItems(const List &items, std::string keyType, std::string valueType);

} // namespace sconce::rt::dicts

#endif
