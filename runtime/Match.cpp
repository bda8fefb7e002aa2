/// Whether values fit the slots of a signature, and if not, why not.
#include "runtime/Entry.h"

namespace sconce::rt {
namespace {

const char *kindName(const Value &value) {
  switch (value.tag()) {
  case SC_NONE:
    return "None";
  case SC_BOOL:
    return "bool";
  case SC_INT:
    return "int";
  case SC_DOUBLE:
    return "float";
  case SC_COMPLEX:
    return "complex";
  case SC_STRING:
    return "str";
  case SC_TENSOR:
    return "Tensor";
  case SC_LIST:
    return "list";
  case SC_TUPLE:
    return "tuple";
  case SC_DICT:
    return "dict";
  case SC_OBJECT:
    return "object";
  case SC_ENUM:
    return "enum member";
  case SC_DEVICE:
    return "device";
  case SC_GENERATOR:
    return "generator";
  case SC_FUTURE:
    return "future";
  case SC_FUNCTION:
    return "function";
  }
  return "unknown value";
}

Status unfit(const std::string &where, const std::string &expected, const std::string &got) {
  return Status::invalid(where + ": expected " + expected + ", got " + got);
}

std::string shapeText(const std::vector<int64_t> &sizes) {
  std::string text = "[";
  for (size_t i = 0; i < sizes.size(); ++i)
    text +=
        (i ? ", " : "") + (sizes[i] == Slot::dynamic ? std::string("?") : std::to_string(sizes[i]));
  return text + "]";
}

Status matchTensor(const Slot &slot, const Value &value, const std::string &where) {
  if (!value.isTensor())
    return unfit(where, "a tensor", kindName(value));
  Tensor tensor = value.asTensor();
  if (tensor.isSparse() || !tensor.storage())
    return unfit(where, "a dense tensor", "a sparse one");
  if (tensor.dtype() != slot.dtype)
    return unfit(where, std::string("dtype ") + name(slot.dtype), name(tensor.dtype()));
  bool fits = tensor.sizes().size() == slot.sizes.size();
  for (size_t dim = 0; fits && dim < slot.sizes.size(); ++dim)
    fits = slot.sizes[dim] == Slot::dynamic || slot.sizes[dim] == tensor.size(dim);
  if (!fits)
    return unfit(where, "shape " + shapeText(slot.sizes), shapeText(tensor.sizes()));
  return Status::success();
}

Status matchChildren(const Slot &slot, const std::vector<Value> &elements,
                     const std::string &where) {
  if (elements.size() != slot.children.size())
    return unfit(where, std::to_string(slot.children.size()) + " elements",
                 std::to_string(elements.size()));
  for (size_t i = 0; i < elements.size(); ++i)
    if (Status status =
            matchSlot(slot.children[i], elements[i], where + "[" + std::to_string(i) + "]");
        !status.ok())
      return status;
  return Status::success();
}

Status matchDict(const Slot &slot, const Value &value, const std::string &where) {
  const Dict &dict = value.asDict();
  if (dict.size() * 2 != slot.children.size())
    return unfit(where, std::to_string(slot.children.size() / 2) + " entries",
                 std::to_string(dict.size()));
  // The order of insertion can be observed, so it is part of the signature.
  auto entries = dict.entries();
  for (size_t i = 0; i < entries.size(); ++i) {
    std::string entryName = where + "{" + std::to_string(i) + "}";
    if (Status status = matchSlot(slot.children[2 * i], entries[i].first, entryName + " key");
        !status.ok())
      return status;
    if (Status status = matchSlot(slot.children[2 * i + 1], entries[i].second, entryName);
        !status.ok())
      return status;
  }
  return Status::success();
}

Status matchObject(const Slot &slot, const Value &value, const std::string &where) {
  const Object &object = value.asObject();
  if (object.className != slot.className)
    return unfit(where, "an object of " + slot.className, object.className);
  for (size_t i = 0; i < slot.children.size(); ++i) {
    const Value *attribute = object.find(slot.names[i]);
    if (!attribute)
      return unfit(where, "attribute '" + slot.names[i] + "'", "none of that name");
    if (Status status = matchSlot(slot.children[i], *attribute, where + "." + slot.names[i]);
        !status.ok())
      return status;
  }
  return Status::success();
}

Status matchAnyList(const Slot &slot, const Value &value, const std::string &where) {
  if (!value.isList())
    return unfit(where, "a list", kindName(value));
  for (const Value &element : value.asList().elements)
    if (slot.children.empty())
      return unfit(where, "an empty list", "one with elements");
    else if (Status status = matchSlot(slot.children[0], element, where); !status.ok())
      return status;
  return Status::success();
}

Status matchAnyDict(const Slot &slot, const Value &value, const std::string &where) {
  if (!value.isDict())
    return unfit(where, "a dict", kindName(value));
  for (const auto &[key, element] : value.asDict().entries()) {
    if (slot.children.empty())
      return unfit(where, "an empty dict", "one with entries");
    if (Status status = matchSlot(slot.children[0], key, where); !status.ok())
      return status;
    if (Status status = matchSlot(slot.children[1], element, where); !status.ok())
      return status;
  }
  return Status::success();
}

Status matchKind(bool fits, const char *expected, const Value &value, const std::string &where) {
  return fits ? Status::success() : unfit(where, expected, kindName(value));
}

} // namespace

Status matchSlot(const Slot &slot, const Value &value, const std::string &where) {
  using Kind = Slot::Kind;
  switch (slot.kind) {
  case Kind::None:
    return matchKind(value.isNone(), "None", value, where);
  case Kind::Tensor:
    return matchTensor(slot, value, where);
  case Kind::Int:
    return matchKind(value.isInt(), "an int", value, where);
  case Kind::Float:
    return matchKind(value.isDouble() || value.isInt(), "a float", value, where);
  case Kind::Bool:
    return matchKind(value.isBool(), "a bool", value, where);
  case Kind::Complex:
    return matchKind(value.isNumber() && !value.isBool(), "a complex", value, where);
  case Kind::Constant:
    if (value.tag() != slot.constant.tag() ||
        !(equal(value, slot.constant) || value.isSame(slot.constant)))
      return unfit(where, "the value " + printSlot(slot).substr(2), "another one");
    return Status::success();
  case Kind::List:
    if (!value.isList())
      return unfit(where, "a list", kindName(value));
    return matchChildren(slot, value.asList().elements, where);
  case Kind::Tuple:
    if (!value.isTuple())
      return unfit(where, "a tuple", kindName(value));
    return matchChildren(slot, value.asTuple().elements, where);
  case Kind::Dict:
    if (!value.isDict())
      return unfit(where, "a dict", kindName(value));
    return matchDict(slot, value, where);
  case Kind::Object:
    if (!value.isObject())
      return unfit(where, "an object of " + slot.className, kindName(value));
    return matchObject(slot, value, where);
  case Kind::Enum:
    if (!value.isEnum() || value.asEnum().className != slot.className ||
        value.asEnum().name != slot.names[0])
      return unfit(where, slot.className + "." + slot.names[0], kindName(value));
    return Status::success();
  case Kind::Runtime:
    return Status::success();
  case Kind::Alias:
  case Kind::Same:
    return Status::invalid(where + ": an alias cannot be an argument");
  case Kind::Text:
    return matchKind(value.isString(), "a str", value, where);
  case Kind::AnyList:
    return matchAnyList(slot, value, where);
  case Kind::AnyDict:
    return matchAnyDict(slot, value, where);
  case Kind::Union:
    for (const Slot &child : slot.children)
      if (matchSlot(child, value, where).ok())
        return Status::success();
    return unfit(where, printSlot(slot), kindName(value));
  }
  return Status::invalid(where + ": unknown kind of slot");
}

static bool hasSlotStrides(const Slot &slot, const Value &value) {
  if (slot.kind == Slot::Kind::Tensor) {
    Tensor tensor = value.asTensor();
    if (!slot.isStatic())
      return true;
    return slot.strides.empty() ? tensor.isContiguous() : tensor.strides() == slot.strides;
  }
  if (slot.kind != Slot::Kind::List && slot.kind != Slot::Kind::Tuple)
    return true;
  const auto &elements =
      slot.kind == Slot::Kind::List ? value.asList().elements : value.asTuple().elements;
  for (size_t i = 0; i < slot.children.size(); ++i)
    if (!hasSlotStrides(slot.children[i], elements[i]))
      return false;
  return true;
}

bool hasStrides(const std::vector<Slot> &slots, std::span<const Value> values) {
  for (size_t i = 0; i < values.size(); ++i)
    if (!hasSlotStrides(slots[i], values[i]))
      return false;
  return true;
}

Status match(const Signature &signature, std::span<const Value> inputs,
             std::span<const Value> state) {
  if (inputs.size() != signature.inputs.size())
    return Status::invalid("expected " + std::to_string(signature.inputs.size()) +
                           " arguments, got " + std::to_string(inputs.size()));
  if (state.size() != signature.stateIn.size())
    return Status::invalid("expected " + std::to_string(signature.stateIn.size()) +
                           " state values, got " + std::to_string(state.size()));
  for (size_t i = 0; i < inputs.size(); ++i)
    if (Status status = matchSlot(signature.inputs[i], inputs[i], "argument " + std::to_string(i));
        !status.ok())
      return status;
  for (size_t i = 0; i < state.size(); ++i)
    if (Status status = matchSlot(signature.stateIn[i], state[i], "state " + std::to_string(i));
        !status.ok())
      return status;
  return Status::success();
}

} // namespace sconce::rt
