// REDUCE and BINPERSID: the few calls that a pickle may make, none of which runs anything.
#include "lib/Archive/PickleMachine.h"
#include "lib/Archive/QuoteText.h"
#include "lib/Support/Error.h"

using namespace llvm;

namespace sconce::archive {

Error PickleMachine::reduce() {
  Item argument, callee;
  if (Error error = pop(argument))
    return error;
  if (Error error = pop(callee))
    return error;
  if (callee.kind != Item::Kind::Global)
    return badInput("the pickle calls a value that is not a name");
  return call(globals[callee.index], argument);
}

Error PickleMachine::call(const Global &callee, const Item &argument) {
  if (callee.kind == GlobalKind::Class)
    return callEnum(callee, argument);
  const Node *tuple = nodeOf(argument, Node::Kind::Tuple);
  if (!tuple)
    return badInput("expected a tuple of arguments for '" + callee.text + "'");
  Arguments arguments = tuple->items; // stays in place while nodes are added
  switch (callee.kind) {
  case GlobalKind::BuildList:
    return callBuildList(callee, arguments);
  case GlobalKind::RestoreTypeTag:
    return callRestoreTypeTag(arguments);
  case GlobalKind::OrderedDict:
    return callOrderedDict(arguments);
  case GlobalKind::Complex:
    return callComplex(arguments);
  case GlobalKind::Device:
    return callDevice(arguments);
  case GlobalKind::Size:
    return callSize(arguments);
  case GlobalKind::GetLayout:
    return callLayout(arguments);
  case GlobalKind::ReturnType:
    if (arguments.size() != 2 || !nodeOf(arguments[0], Node::Kind::Tuple))
      return wrongArguments(callee);
    return push(arguments[0]);
  case GlobalKind::RebuildMetaTensor:
  case GlobalKind::RebuildParameter:
  case GlobalKind::RebuildQTensor:
  case GlobalKind::RebuildSparseTensor:
  case GlobalKind::RebuildTensorV2:
  case GlobalKind::RebuildTensorV3:
    return callTensor(callee, arguments);
  case GlobalKind::Class:
  case GlobalKind::DtypeValue:
  case GlobalKind::MemoryFormat:
  case GlobalKind::QScheme:
  case GlobalKind::StorageType:
  case GlobalKind::UntypedStorage:
    break;
  }
  return badInput("the pickle calls '" + callee.text + "', which is not a function");
}

Error PickleMachine::wrongArguments(const Global &callee) {
  return badInput("wrong arguments for '" + callee.text + "'");
}

static bool isOfType(const rt::Value &value, StringRef type) {
  if (type == "int")
    return value.isInt();
  if (type == "float")
    return value.isDouble();
  if (type == "bool")
    return value.isBool();
  return value.isTensor() || value.isNone(); // an undefined tensor is pickled as None
}

Error PickleMachine::callBuildList(const Global &callee, Arguments arguments) {
  if (arguments.size() != 1 || !nodeOf(arguments[0], Node::Kind::List))
    return badInput("expected a list of " + callee.text);
  rt::List &list = nodes[arguments[0].index].value.asList();
  if (list.elementType == callee.text) // checked before, and complete since
    return push(arguments[0]);
  if (!list.elementType.empty())
    return badInput("a container is given two types");
  for (const rt::Value &element : list.elements)
    if (!isOfType(element, callee.text))
      return badInput("expected every element of the list to be of type " + callee.text);
  list.elementType = callee.text;
  return push(arguments[0]);
}

/// Splits "K, V" at the comma outside of brackets. False when the brackets do not match.
static bool splitTypes(StringRef text, SmallVectorImpl<StringRef> &out) {
  size_t depth = 0, start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[')
      ++depth;
    else if (text[i] == ']' && depth-- == 0)
      return false;
    else if (text[i] == ',' && depth == 0) {
      out.push_back(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  out.push_back(text.drop_front(start).trim());
  return depth == 0 && none_of(out, [](StringRef part) { return part.empty(); });
}

/// False when there is another type already.
static bool setType(std::string &slot, StringRef type) {
  if (slot.empty())
    slot = type.str();
  return slot == type;
}

Error PickleMachine::callRestoreTypeTag(Arguments arguments) {
  if (arguments.size() != 2)
    return badInput("expected a container and its type");
  Expected<std::string> text = stringOf(arguments[1], "the type of a container");
  if (!text)
    return text.takeError();
  if (Error error = chargeText(*text))
    return error;
  StringRef type = *text;
  SmallVector<StringRef> parts;
  bool isList = type.consume_front("List[");
  bool isDict = !isList && type.consume_front("Dict[");
  bool isWellFormed = (isList || isDict) && type.consume_back("]") && splitTypes(type, parts) &&
                      parts.size() == (isList ? 1 : 2);
  if (!isWellFormed)
    return badInput("the container type " + quoteText(*text) + " is neither a list's nor a dict's");
  if (!nodeOf(arguments[0], isList ? Node::Kind::List : Node::Kind::Dict))
    return badInput("the type " + quoteText(*text) + " does not fit its container");
  rt::Value &value = nodes[arguments[0].index].value;
  if (isList && setType(value.asList().elementType, parts[0]))
    return push(arguments[0]);
  if (isDict && setType(value.asDict().keyType, parts[0]) &&
      setType(value.asDict().valueType, parts[1]))
    return push(arguments[0]);
  return badInput("a container is given two types");
}

/// OrderedDict(), or with a list of pairs, as Python 2 wrote it.
Error PickleMachine::callOrderedDict(Arguments arguments) {
  Node dict;
  dict.kind = Node::Kind::Dict;
  dict.value = rt::Value::ofDict(rt::Dict::create("", ""));
  if (arguments.empty())
    return pushNode(std::move(dict));
  bool hasPairs = input.dialect == Dialect::Data && arguments.size() == 1 &&
                  nodeOf(arguments[0], Node::Kind::List);
  if (!hasPairs)
    return badInput("wrong arguments for 'collections.OrderedDict'");
  const Node &list = nodes[arguments[0].index];
  if (Error error = charge(list.value.asList().elements.size()))
    return error;
  dict.depth = list.depth;
  dict.weight = list.weight;
  for (const rt::Value &pair : list.value.asList().elements) {
    const std::vector<rt::Value> *parts = pair.isTuple()  ? &pair.asTuple().elements
                                          : pair.isList() ? &pair.asList().elements
                                                          : nullptr;
    if (!parts || parts->size() != 2 || !((*parts)[0].isNumber() || (*parts)[0].isString()))
      return badInput("expected pairs of a key and a value for 'collections.OrderedDict'");
    if ((*parts)[0].isString())
      if (Error error = chargeText((*parts)[0].asString()))
        return error;
    dict.value.asDict().set((*parts)[0], (*parts)[1]);
  }
  return pushNode(std::move(dict));
}

/// `Class(value)` without a tuple around the value: a member of an enum.
Error PickleMachine::callEnum(const Global &callee, const Item &argument) {
  const rt::Value &value = argument.value;
  if (argument.kind != Item::Kind::Value ||
      !(value.isInt() || value.isDouble() || value.isString()))
    return badInput("expected an int, a float or a string as the value of an enum member of '" +
                    callee.text + "'");
  if (Error error = chargeText(value.isString() ? value.asString() : callee.text))
    return error;
  std::string key = callee.text + "\n";
  if (value.isString())
    key += "s" + value.asString();
  else
    key += (value.isInt() ? "i" : "f") + std::to_string(value.raw().as.i);
  rt::Value &member = input.objects.enumMembers[key];
  if (member.isNone())
    member = rt::Value::ofEnum(rt::EnumMember::create(callee.text, "", value));
  return pushValue(member);
}

Error PickleMachine::callComplex(Arguments arguments) {
  if (arguments.size() != 2 || !arguments[0].value.isDouble() || !arguments[1].value.isDouble())
    return badInput("expected two floats for a complex number");
  return pushValue(
      rt::Value::ofComplex(arguments[0].value.asDouble(), arguments[1].value.asDouble()));
}

/// A device by its text, or (from CPython) type and index.
Error PickleMachine::callDevice(Arguments arguments) {
  if (arguments.empty() || arguments.size() > 2)
    return badInput("wrong arguments for 'torch.device'");
  Expected<std::string> text = stringOf(arguments[0], "a device");
  if (!text)
    return text.takeError();
  if (arguments.size() == 2) {
    Expected<int64_t> index = intOf(arguments[1], "the index of a device");
    if (!index)
      return index.takeError();
    *text += ":" + std::to_string(*index);
  }
  auto [type, index] = StringRef(*text).split(':');
  uint16_t number = 0;
  bool hasIndex = StringRef(*text).contains(':');
  if (type.empty() || text->size() > 32 || !all_of(type, isAlpha) ||
      (hasIndex && index.getAsInteger(10, number)))
    return badInput("expected a device such as 'cpu' or 'cuda:1', got " + quoteText(*text));
  return pushValue(rt::Value::ofDevice(*text));
}

Error PickleMachine::callSize(Arguments arguments) {
  if (arguments.size() != 1)
    return badInput("wrong arguments for 'torch.Size'");
  Expected<std::vector<int64_t>> sizes = intsOf(arguments[0], "a size");
  if (!sizes)
    return sizes.takeError();
  if (Error error = charge(sizes->size()))
    return error;
  Node list;
  list.kind = Node::Kind::List;
  list.weight = sizes->size() + 1;
  list.value = rt::Value::ofList("int", {});
  for (int64_t size : *sizes)
    list.value.asList().elements.push_back(rt::Value::ofInt(size));
  return pushNode(std::move(list));
}

Error PickleMachine::callLayout(Arguments arguments) {
  if (arguments.size() != 1)
    return badInput("wrong arguments for 'torch.serialization._get_layout'");
  Expected<std::string> text = stringOf(arguments[0], "a layout");
  if (!text)
    return text.takeError();
  static constexpr StringLiteral layouts[] = {
      "torch.strided",    "torch.sparse_coo", "torch.sparse_csr", "torch._mkldnn",
      "torch.sparse_csc", "torch.sparse_bsr", "torch.sparse_bsc", "torch.jagged"};
  for (auto [code, name] : enumerate(layouts))
    if (name == *text)
      return pushValue(rt::Value::ofInt(static_cast<int64_t>(code)));
  return badInput("unknown layout " + quoteText(*text));
}

/// ('storage', type, key, location, number of elements)
Error PickleMachine::loadStorage() {
  Item id;
  if (Error error = pop(id))
    return error;
  const Node *tuple = nodeOf(id, Node::Kind::Tuple);
  if (!tuple || tuple->items.size() != 5)
    return badInput("expected a tuple of 5 as a storage's persistent id");
  const std::vector<Item> &parts = tuple->items;
  const Global *type = globalOf(parts[1], GlobalKind::StorageType);
  bool isUntyped = globalOf(parts[1], GlobalKind::UntypedStorage) != nullptr;
  if (parts[0].kind != Item::Kind::Value || !parts[0].value.isString() ||
      parts[0].value.asString() != "storage" || (!type && !isUntyped))
    return badInput("expected 'storage' and a storage type in a persistent id");
  Expected<std::string> key = stringOf(parts[2], "the key of a storage");
  if (!key)
    return key.takeError();
  Expected<std::string> location = stringOf(parts[3], "the location of a storage");
  if (!location)
    return location.takeError();
  Expected<int64_t> numel = intOf(parts[4], "the size of a storage");
  if (!numel)
    return numel.takeError();
  StorageId storage{*key, {}, *location, *numel};
  if (type)
    storage.dtype = static_cast<rt::Dtype>(type->code);
  Expected<uint32_t> index = input.storages.find(storage);
  if (!index)
    return index.takeError();
  return push({Item::Kind::Storage, *index, {}});
}

} // namespace sconce::archive
