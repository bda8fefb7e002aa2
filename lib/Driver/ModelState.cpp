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

/// Gives attributes' tensors memory of their own, which attributes that shared the old one share.
static llvm::Error copyTensors(Value &object, ArrayRef<std::string> paths, rt::TensorCopies &copies) {
  for (const std::string &path : paths)
    if (Value *slot = findAttribute(object, path))
      if (rt::Status status = copies.copyWithin(*slot); !status.ok())
        return badInput(status.message);
  if (paths.empty())
    return llvm::Error::success();
  for (Value &owner : specialize::objectsOf(object))
    for (auto &[name, slot] : owner.asObject().slots)
      if (slot.isTensor() && copies.hasOriginal(slot.asTensor()))
        if (rt::Status status = copies.copyWithin(slot); !status.ok())
          return badInput(status.message);
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
  copies = {};
  return copyTensors(instance, statePaths, copies);
}

llvm::Expected<bool> ModelState::learn(ArrayRef<std::string> paths) {
  std::set<std::string> all(statePaths.begin(), statePaths.end());
  all.insert(paths.begin(), paths.end());
  specialize::addSharing(instance, all);
  std::vector<std::string> found;
  llvm::copy_if(all, std::back_inserter(found), [&](const std::string &path) { return !llvm::is_contained(statePaths, path); });
  if (found.empty())
    return false;
  specialize::addPointers(instance, found);
  if (llvm::Error error = copyTensors(instance, found, copies))
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

llvm::Expected<bool> ModelState::replace(Value written) {
  instance = std::move(written);
  return learn({});
}

llvm::Expected<Value> ModelState::share() const { return copyOf(instance); }

llvm::Expected<Value> ModelState::copy() const {
  auto result = copyOf(instance);
  if (!result)
    return result;
  rt::TensorCopies fresh;
  if (llvm::Error error = copyTensors(*result, statePaths, fresh))
    return std::move(error);
  return result;
}
