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
  if (slot.isHeld())
    return;
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
    const Slot slot = all.front()[i];
    std::vector<Value> constants;
    if (slot.kind == Kind::Bool)
      constants = {Value::ofBool(false), Value::ofBool(true)};
    else if (slot.kind == Kind::Union && llvm::all_of(slot.children, [](const Slot &child) { return child.kind == Kind::Constant; }))
      for (const Slot &child : slot.children)
        constants.push_back(child.constant);
    if (constants.empty())
      continue;
    std::vector<StateTypes> each;
    for (StateTypes &types : all)
      for (const Value &value : constants) {
        each.push_back(types);
        each.back()[i] = Slot();
        each.back()[i].kind = Kind::Constant;
        each.back()[i].constant = value;
      }
    all = std::move(each);
  }
  return all;
}

static bool acceptsSlot(const Slot &taken, const Slot &given) {
  if (taken.kind == Kind::Runtime)
    return true;
  auto takesAll = [](const Slot &element, llvm::ArrayRef<Slot> children) {
    return llvm::all_of(children, [&](const Slot &child) { return acceptsSlot(element, child); });
  };
  if (given.kind == Kind::Union)
    return takesAll(taken, given.children);
  if (taken.kind == Kind::Union)
    return llvm::any_of(taken.children, [&](const Slot &child) { return acceptsSlot(child, given); });
  if (taken.kind == Kind::Text && given.kind == Kind::Constant)
    return given.constant.isString();
  if (taken.kind == Kind::AnyList && given.kind == Kind::List)
    return given.children.empty() || (!taken.children.empty() && takesAll(taken.children[0], given.children));
  if (taken.kind == Kind::AnyDict && given.kind == Kind::Dict) {
    for (size_t i = 0; i < given.children.size(); ++i)
      if (taken.children.empty() || !acceptsSlot(taken.children[i % 2], given.children[i]))
        return false;
    return true;
  }
  if (taken.kind == given.kind && (taken.kind == Kind::AnyList || taken.kind == Kind::AnyDict) && given.children.empty())
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

static std::optional<Value> valueOf(const Slot &slot);

/// A value of each kind that an element may be of.
static std::optional<std::vector<Value>> samplesOf(llvm::ArrayRef<Slot> elements) {
  std::vector<Value> samples;
  for (const Slot &element : elements)
    for (const Slot &kind : element.kind == Kind::Union ? llvm::ArrayRef<Slot>(element.children) : llvm::ArrayRef<Slot>(element)) {
      std::optional<Value> value = valueOf(kind);
      if (!value)
        return std::nullopt;
      samples.push_back(std::move(*value));
    }
  return samples;
}

/// A dict with a value of each kind.
static std::optional<Value> dictOf(const Slot &slot) {
  rt::Ref<rt::Dict> dict = rt::Dict::create(slot.typeText, slot.valueType);
  if (slot.children.empty())
    return Value::ofDict(std::move(dict));
  std::optional<std::vector<Value>> values = samplesOf(llvm::ArrayRef<Slot>(slot.children).drop_front());
  if (!values)
    return std::nullopt;
  for (auto [i, value] : llvm::enumerate(*values)) {
    if (slot.children[0].kind == Kind::Text)
      dict->set(Value::ofString(std::to_string(i)), value);
    else if (slot.children[0].kind == Kind::Int)
      dict->set(Value::ofInt(static_cast<int64_t>(i)), value);
    else
      return std::nullopt;
  }
  return Value::ofDict(std::move(dict));
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
  case Kind::Text:
    return Value::ofString("");
  case Kind::AnyList: {
    std::optional<std::vector<Value>> samples = samplesOf(slot.children);
    return samples ? std::optional(Value::ofList(slot.typeText, *samples)) : std::nullopt;
  }
  case Kind::AnyDict:
    return dictOf(slot);
  case Kind::Runtime:
  case Kind::Alias:
  case Kind::Same:
  case Kind::Union:
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
                                        std::map<std::string, std::vector<bool>> &open, std::set<std::string> &atRunTime) {
  for (auto [path, slot] : llvm::zip_equal(paths, types)) {
    Value *place = findAttribute(instance, path);
    // Of an object the class says what it holds, whichever it is.
    if (slot.kind == Kind::Runtime && place && place->isObject())
      continue;
    std::optional<Value> value = valueOf(slot);
    if (!value || !place)
      return std::nullopt;
    *place = std::move(*value);
    if (slot.isHeld())
      atRunTime.insert(path);
    if (slot.kind == Kind::Tensor)
      for (int64_t size : slot.sizes)
        open[path].push_back(size == Slot::dynamic);
  }
  return instance;
}
