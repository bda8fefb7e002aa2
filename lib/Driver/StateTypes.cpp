//===- StateTypes.cpp - The types that a model's state goes through -------===//

#include "lib/Driver/StateTypes.h"

#include "lib/Driver/Session.h"
#include "runtime/Entry.h"
#include "runtime/Format.h"
#include "runtime/Tensor.h"

#include "llvm/ADT/STLExtras.h"

using namespace sconce;
using namespace sconce::driver;
using rt::Slot;
using rt::Value;
using Kind = Slot::Kind;

/// The tensors below a slot, depth first: what `a<k>` counts.
static void collectTensors(const Slot &slot, std::vector<const Slot *> &tensors) {
  if (slot.kind == Kind::Tensor)
    tensors.push_back(&slot);
  for (const Slot &child : slot.children)
    collectTensors(child, tensors);
}

static void resolveAliases(Slot &slot, const std::vector<const Slot *> &tensors) {
  if (slot.kind == Kind::Alias && static_cast<size_t>(slot.alias) < tensors.size())
    slot = *tensors[static_cast<size_t>(slot.alias)];
  for (Slot &child : slot.children)
    resolveAliases(child, tensors);
}

std::vector<StateTypes> driver::typesAfter(const rt::Signature &signature) {
  // An entry that raises whatever it is given leaves nothing.
  if (signature.stateOut.size() != signature.stateIn.size())
    return {};
  std::vector<const Slot *> tensors;
  for (const auto *slots : {&signature.inputs, &signature.stateIn})
    for (const Slot &slot : *slots)
      collectTensors(slot, tensors);
  std::vector<StateTypes> all = {signature.stateOut};
  for (Slot &slot : all.front())
    resolveAliases(slot, tensors);
  for (size_t i = 0; i < signature.stateOut.size(); ++i) {
    if (all.front()[i].kind != Kind::Bool)
      continue;
    std::vector<StateTypes> both;
    for (StateTypes &types : all)
      for (bool value : {false, true}) {
        both.push_back(types);
        both.back()[i].kind = Kind::Constant;
        both.back()[i].constant = Value::ofBool(value);
      }
    all = std::move(both);
  }
  return all;
}

static bool acceptsSlot(const Slot &taken, const Slot &given) {
  if (taken.kind == Kind::Runtime)
    return true;
  if (taken.kind != given.kind)
    return false;
  if (taken.kind == Kind::Tensor)
    return taken.dtype == given.dtype && taken.sizes.size() == given.sizes.size() &&
           llvm::all_of(llvm::zip(taken.sizes, given.sizes), [](auto pair) {
             return std::get<0>(pair) == Slot::dynamic || std::get<0>(pair) == std::get<1>(pair);
           });
  if (taken.kind == Kind::Constant)
    return rt::equal(taken.constant, given.constant);
  return taken.className == given.className && taken.names == given.names &&
         taken.children.size() == given.children.size() &&
         llvm::all_of(llvm::zip(taken.children, given.children),
                      [](auto pair) { return acceptsSlot(std::get<0>(pair), std::get<1>(pair)); });
}

bool driver::accepts(const StateTypes &taken, const StateTypes &given) {
  // An entry that only raises has no state.
  return taken.empty() || (taken.size() == given.size() && llvm::all_of(llvm::zip(taken, given), [](auto pair) {
                             return acceptsSlot(std::get<0>(pair), std::get<1>(pair));
                           }));
}

/// Some value of a slot's type.
static std::optional<Value> valueOf(const Slot &slot) {
  switch (slot.kind) {
  case Kind::None:
    return Value();
  case Kind::Int:
    return Value::ofInt(0);
  case Kind::Float:
    return Value::ofDouble(0);
  case Kind::Bool:
    return Value::ofBool(false);
  case Kind::Complex:
    return Value::ofComplex(0, 0);
  case Kind::Constant:
    return slot.constant;
  case Kind::Enum:
    return Value::ofEnum(rt::EnumMember::create(slot.className, slot.names[0], Value()));
  case Kind::Runtime:
  case Kind::Alias:
    return std::nullopt;
  case Kind::Tensor: {
    std::vector<int64_t> sizes = slot.sizes;
    // Which number stands for an extent of run time is not looked at.
    std::replace(sizes.begin(), sizes.end(), Slot::dynamic, int64_t(2));
    rt::Tensor tensor = rt::Tensor::empty(slot.dtype, sizes);
    return tensor ? std::optional(Value::ofTensor(std::move(tensor))) : std::nullopt;
  }
  default:
    break;
  }
  std::vector<Value> elements;
  for (const Slot &child : slot.children) {
    std::optional<Value> element = valueOf(child);
    if (!element)
      return std::nullopt;
    elements.push_back(std::move(*element));
  }
  return rt::buildAggregate(slot, std::move(elements));
}

std::optional<Value> driver::instanceOf(const StateTypes &types, const std::vector<std::string> &paths, Value instance,
                                        std::map<std::string, std::vector<bool>> &open) {
  for (auto [path, slot] : llvm::zip_equal(paths, types)) {
    std::optional<Value> value = valueOf(slot);
    Value *place = findAttribute(instance, path);
    if (!value || !place)
      return std::nullopt;
    *place = std::move(*value);
    if (slot.kind == Kind::Tensor)
      for (int64_t size : slot.sizes)
        open[path].push_back(size == Slot::dynamic);
  }
  return instance;
}
