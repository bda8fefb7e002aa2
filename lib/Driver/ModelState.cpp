//===- ModelState.cpp - What methods of a session write -------------------===//

#include "lib/Driver/ModelState.h"

#include "lib/Support/Error.h"
#include "runtime/Instance.h"

#include "llvm/ADT/STLExtras.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

/// Gives attributes memory of their own; what they share with each other they go on sharing.
static llvm::Error copyAttributes(Value &object, ArrayRef<std::string> paths) {
  std::vector<Value *> slots;
  std::vector<Value> values;
  // What an object that is copied as a whole holds is copied with it.
  auto isPart = [&](StringRef path) {
    return llvm::any_of(paths, [&](const std::string &whole) { return path.starts_with(whole + "."); });
  };
  for (const std::string &path : paths)
    if (Value *slot = isPart(path) ? nullptr : findAttribute(object, path)) {
      slots.push_back(slot);
      values.push_back(*slot);
    }
  rt::Result<std::vector<Value>> copies = rt::deepCopy(values);
  if (!copies)
    return badInput(copies.status().message);
  for (auto [slot, copy] : llvm::zip_equal(slots, *copies))
    *slot = copy;
  return llvm::Error::success();
}

static llvm::Expected<Value> copyOf(const Value &object) {
  rt::Result<Value> copy = rt::copyStructure(object);
  if (!copy)
    return badInput(copy.status().message);
  return std::move(*copy);
}

llvm::Error ModelState::begin(const Value &root) {
  initial = root;
  return reset();
}

llvm::Error ModelState::reset() {
  auto fresh = copyOf(initial);
  if (!fresh)
    return fresh.takeError();
  instance = std::move(*fresh);
  specialize::addPointers(instance, statePaths);
  return copyAttributes(instance, statePaths);
}

llvm::Expected<bool> ModelState::learn(ArrayRef<std::string> paths) {
  std::vector<std::string> found;
  llvm::copy_if(paths, std::back_inserter(found), [&](const std::string &path) { return !llvm::is_contained(statePaths, path); });
  if (found.empty())
    return false;
  specialize::addPointers(instance, found);
  if (llvm::Error error = copyAttributes(instance, found))
    return std::move(error);
  llvm::append_range(statePaths, found);
  return true;
}

std::vector<Value> ModelState::read(ArrayRef<std::string> paths) {
  std::vector<Value> values;
  for (const std::string &path : paths) {
    Value *slot = find(path);
    values.push_back(slot ? *slot : Value());
    // An entry from the disk may take a pointer of which this session has not learned yet: the attribute is as it was.
    if (auto number = slot || !specialize::isPointer(path) ? std::nullopt : specialize::numberBehind(instance, path))
      values.back() = Value::ofInt(*number);
  }
  return values;
}

void ModelState::write(ArrayRef<std::string> paths, ArrayRef<Value> values) {
  for (auto [path, value] : llvm::zip_equal(paths, values))
    if (Value *slot = find(path))
      *slot = value;
}

llvm::Expected<Value> ModelState::share() const { return copyOf(instance); }

llvm::Expected<Value> ModelState::copy() const {
  auto result = copyOf(instance);
  if (!result)
    return result;
  if (llvm::Error error = copyAttributes(*result, statePaths))
    return std::move(error);
  return result;
}
