#include "lib/Specialize/InstanceObjects.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <functional>

using namespace sconce;
using namespace sconce::specialize;

namespace {
/// No name of an attribute has it.
constexpr char suffix = '@';
} // namespace

std::vector<rt::Value> specialize::objectsOf(const rt::Value &root) {
  std::vector<rt::Value> objects, open = {root};
  llvm::DenseSet<const void *> seen;
  while (!open.empty()) {
    rt::Value value = std::move(open.back());
    open.pop_back();
    if (!value.isObject() || !seen.insert(value.heap()).second)
      continue;
    for (const auto &[name, slot] : llvm::reverse(value.asObject().slots))
      open.push_back(slot);
    objects.push_back(std::move(value));
  }
  return objects;
}

std::string specialize::pointerTo(llvm::StringRef attribute) { return attribute.str() + suffix; }

bool specialize::isPointer(llvm::StringRef path) { return path.ends_with(suffix); }

llvm::StringRef specialize::attributeOfPointer(llvm::StringRef path) { return path.drop_back(); }

rt::Value *specialize::findAttribute(rt::Value &root, llvm::StringRef path) {
  rt::Value *value = &root;
  while (!path.empty()) {
    auto [name, rest] = path.split('.');
    if (!value->isObject())
      return nullptr;
    value = value->asObject().find(std::string_view(name.data(), name.size()));
    if (!value)
      return nullptr;
    path = rest;
  }
  return value;
}

std::optional<int64_t> specialize::numberBehind(rt::Value &root, llvm::StringRef pointer) {
  const rt::Value *held = findAttribute(root, attributeOfPointer(pointer));
  std::vector<rt::Value> objects = objectsOf(root);
  auto place = llvm::find_if(objects, [&](const rt::Value &object) { return held && held->isObject() && object.heap() == held->heap(); });
  return place == objects.end() ? std::nullopt : std::optional(place - objects.begin());
}

void specialize::addPointers(rt::Value &root, llvm::ArrayRef<std::string> paths) {
  for (const std::string &path : paths) {
    if (!isPointer(path) || findAttribute(root, path))
      continue;
    auto [owner, name] = llvm::StringRef(path).rsplit('.');
    rt::Value *object = name.empty() ? &root : findAttribute(root, owner);
    std::optional<int64_t> number = numberBehind(root, path);
    if (object && object->isObject() && number)
      object->asObject().set((name.empty() ? owner : name).str(), rt::Value::ofInt(*number));
  }
}

namespace {
using Containers = llvm::DenseSet<const void *>;
}

static void collectContainers(const rt::Value &value, Containers &found) {
  if (value.isTuple()) {
    for (const rt::Value &element : value.asTuple().elements)
      collectContainers(element, found);
    return;
  }
  if (!(value.isList() || value.isDict() || value.isObject()) || !found.insert(value.heap()).second)
    return;
  if (value.isList()) {
    for (const rt::Value &element : value.asList().elements)
      collectContainers(element, found);
  } else if (value.isDict()) {
    for (const auto &[key, element] : value.asDict().entries())
      collectContainers(element, found);
  } else {
    for (const auto &[name, slot] : value.asObject().slots)
      collectContainers(slot, found);
  }
}

static bool reaches(const rt::Value &value, const Containers &containers) {
  Containers found;
  collectContainers(value, found);
  return llvm::any_of(found, [&](const void *container) { return containers.contains(container); });
}

bool specialize::shareContainers(const rt::Value &a, const rt::Value &b) {
  Containers found;
  collectContainers(a, found);
  return reaches(b, found);
}

void specialize::addSharing(rt::Value &root, std::set<std::string> &paths) {
  Containers reached, visited;
  size_t before = 0;
  for (const std::string &path : paths)
    if (const rt::Value *value = isPointer(path) ? nullptr : findAttribute(root, path))
      collectContainers(*value, reached);
  // Objects are looked into under the first path that leads to them, as where they are named.
  std::function<void(const rt::Value &, const std::string &)> visit = [&](const rt::Value &object, const std::string &prefix) {
    for (const auto &[name, slot] : object.asObject().slots) {
      std::string path = prefix + name;
      bool isReached = slot.isObject() ? reached.contains(slot.heap())
                                       : (slot.isList() || slot.isDict() || slot.isTuple()) && reaches(slot, reached);
      if (isReached) {
        paths.insert(path);
        collectContainers(slot, reached);
      } else if (slot.isObject() && visited.insert(slot.heap()).second) {
        visit(slot, path + ".");
      }
    }
  };
  while (!reached.empty() && before != reached.size() + paths.size()) {
    before = reached.size() + paths.size();
    visited.clear();
    visit(root, "");
  }
}
