// The instructions of a pickle.
#include "lib/Archive/PickleMachine.h"
#include "lib/Archive/Place.h"
#include "lib/Archive/QuoteText.h"

#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"

#include <bit>

using namespace llvm;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;
using llvm::support::endian::read64be;

namespace sconce::archive {

/// The instructions that the two writers emit, by their byte.
namespace op {
constexpr uint8_t Proto = 0x80, Stop = '.', Mark = '(', Global = 'c', Reduce = 'R', Build = 'b',
                  NewObj = 0x81, BinPersId = 'Q', BinPut = 'q', LongBinPut = 'r', BinGet = 'h',
                  LongBinGet = 'j', None = 'N', NewTrue = 0x88, NewFalse = 0x89, BinInt = 'J',
                  BinInt1 = 'K', BinInt2 = 'M', Long1 = 0x8a, BinFloat = 'G', BinUnicode = 'X',
                  EmptyTuple = ')', Tuple1 = 0x85, Tuple2 = 0x86, Tuple3 = 0x87, Tuple = 't',
                  EmptyList = ']', List = 'l', Append = 'a', Appends = 'e', EmptyDict = '}',
                  Dict = 'd', SetItem = 's', SetItems = 'u';
} // namespace op

Expected<rt::Value> unpickle(ArrayRef<uint8_t> bytes, const PickleInput &input) {
  return PickleMachine(bytes, input).run();
}

Expected<rt::Value> PickleMachine::run() {
  if (Error error = runHeader())
    return std::move(error);
  while (true) {
    Expected<bool> isDone = step();
    if (!isDone)
      return locate(isDone.takeError());
    if (*isDone)
      break;
  }
  if (stack.size() != 1 || !marks.empty())
    return locate(badInput("the pickle ends with " + Twine(stack.size()) +
                           " values on its stack, expected one"));
  Expected<rt::Value> value = toValue(stack.back());
  if (!value)
    return locate(value.takeError());
  return value;
}

/// Names the current instruction in errors that have no place yet.
Error PickleMachine::locate(Error error) const {
  return handleErrors(std::move(error), [&](std::unique_ptr<LocatedError> located) -> Error {
    if (located->location().file.empty())
      located->location() = place(input.file, input.member, instruction);
    return Error(std::move(located));
  });
}

Error PickleMachine::runHeader() {
  if (bytes.size() > input.limits.maxPickleBytes)
    return locate(badInput("the pickle has " + Twine(bytes.size()) +
                           " bytes, more than the limit of " + Twine(input.limits.maxPickleBytes)));
  if (bytes.size() < 2 || bytes[0] != op::Proto)
    return locate(badInput("expected a pickle of protocol 2, which starts with the bytes 80 02"));
  if (bytes[1] != 2)
    return locate(
        badInput("expected a pickle of protocol 2, got protocol " + Twine(unsigned(bytes[1]))));
  cursor = 2;
  return Error::success();
}

Expected<bool> PickleMachine::step() {
  instruction = cursor;
  if (cursor == bytes.size())
    return badInput("the pickle ends without a STOP instruction");
  uint8_t code = bytes[cursor++];
  switch (code) {
  case op::Stop:
    return true;
  case op::Mark:
    marks.push_back(stack.size());
    if (Error error = charge(1)) // costs memory as a value does
      return std::move(error);
    return false;
  case op::None:
  case op::NewTrue:
  case op::NewFalse:
  case op::BinInt:
  case op::BinInt1:
  case op::BinInt2:
  case op::Long1:
  case op::BinFloat:
    if (Error error = stepNumber(code))
      return std::move(error);
    return false;
  case op::BinPut:
  case op::LongBinPut:
  case op::BinGet:
  case op::LongBinGet:
    if (Error error = stepMemo(code))
      return std::move(error);
    return false;
  default:
    if (Error error = stepContainer(code))
      return std::move(error);
    return false;
  }
}

Error PickleMachine::stepNumber(uint8_t code) {
  const uint8_t *p = nullptr;
  size_t width = code == op::BinInt1 ? 1 : code == op::BinInt2 ? 2 : code == op::BinInt ? 4
                 : code == op::BinFloat ? 8 : 0;
  if (Error error = take(width, p))
    return error;
  switch (code) {
  case op::None:
    return pushValue(rt::Value::none());
  case op::NewTrue:
  case op::NewFalse:
    return pushValue(rt::Value::ofBool(code == op::NewTrue));
  case op::BinInt1:
    return pushValue(rt::Value::ofInt(*p));
  case op::BinInt2:
    return pushValue(rt::Value::ofInt(read16le(p)));
  case op::BinInt:
    return pushValue(rt::Value::ofInt(static_cast<int32_t>(read32le(p))));
  case op::BinFloat:
    return pushValue(rt::Value::ofDouble(std::bit_cast<double>(read64be(p))));
  default:
    return longInteger();
  }
}

Error PickleMachine::stepContainer(uint8_t code) {
  std::vector<Item> items;
  switch (code) {
  case op::Global:
    return global();
  case op::BinUnicode:
    return string();
  case op::Reduce:
    return reduce();
  case op::Build:
    return build();
  case op::NewObj:
    return newObject();
  case op::BinPersId:
    return loadStorage();
  case op::EmptyTuple:
    return makeTuple({});
  case op::Tuple1:
  case op::Tuple2:
  case op::Tuple3:
    items.resize(code - op::Tuple1 + 1);
    for (size_t i = items.size(); i-- > 0;)
      if (Error error = pop(items[i]))
        return error;
    return makeTuple(std::move(items));
  case op::Tuple:
    if (Error error = popMark(items))
      return error;
    return makeTuple(std::move(items));
  case op::EmptyList:
  case op::List:
  case op::EmptyDict:
  case op::Dict: {
    bool isList = code == op::EmptyList || code == op::List;
    if (code == op::List || code == op::Dict)
      if (Error error = popMark(items))
        return error;
    Node node;
    node.kind = isList ? Node::Kind::List : Node::Kind::Dict;
    node.value = isList ? rt::Value::ofList("", {}) : rt::Value::ofDict(rt::Dict::create("", ""));
    if (Error error = pushNode(std::move(node)))
      return error;
    return isList ? append(std::move(items)) : setItems(std::move(items));
  }
  case op::Append:
    items.resize(1);
    if (Error error = pop(items[0]))
      return error;
    return append(std::move(items));
  case op::Appends:
    if (Error error = popMark(items))
      return error;
    return append(std::move(items));
  case op::SetItem:
    items.resize(2);
    if (Error error = pop(items[1]))
      return error;
    if (Error error = pop(items[0]))
      return error;
    return setItems(std::move(items));
  case op::SetItems:
    if (Error error = popMark(items))
      return error;
    return setItems(std::move(items));
  default:
    return badInput("the pickle instruction 0x" + utohexstr(code, true, 2) +
                    " is not one that PyTorch writes");
  }
}

Error PickleMachine::stepMemo(uint8_t code) {
  bool isLong = code == op::LongBinPut || code == op::LongBinGet;
  const uint8_t *p = nullptr;
  if (Error error = take(isLong ? 4 : 1, p))
    return error;
  uint64_t slot = isLong ? read32le(p) : *p;
  if (code == op::BinGet || code == op::LongBinGet) {
    auto found = memo.find(slot);
    if (found == memo.end())
      return badInput("the pickle reads memo slot " + Twine(slot) + ", which is empty");
    return push(found->second);
  }
  if (stack.size() <= (marks.empty() ? 0 : marks.back()))
    return badInput("the pickle's stack is empty");
  memo[slot] = stack.back();
  return Error::success();
}

//===--- Bytes and stack ----------------------------------------------------------------------===//

Error PickleMachine::take(size_t count, const uint8_t *&out) {
  if (count > bytes.size() - cursor)
    return badInput("the pickle is truncated: expected " + Twine(count) + " bytes, " +
                    Twine(bytes.size() - cursor) + " are left");
  out = bytes.data() + cursor;
  cursor += count;
  return Error::success();
}

/// Counts values made, and work in proportion to something that the memo can repeat with few bytes.
Error PickleMachine::charge(uint64_t count) {
  valueCount += count;
  if (valueCount > input.limits.maxValues)
    return badInput("the pickle makes more than " + Twine(input.limits.maxValues) + " values");
  return Error::success();
}

Error PickleMachine::push(Item item) {
  if (Error error = charge(1))
    return error;
  stack.push_back(std::move(item));
  return Error::success();
}

Error PickleMachine::pushValue(rt::Value value) {
  return push({Item::Kind::Value, 0, std::move(value)});
}

Error PickleMachine::pushNode(Node node) {
  nodes.push_back(std::move(node));
  return push({Item::Kind::Node, static_cast<uint32_t>(nodes.size() - 1), {}});
}

/// Values below a mark belong to whatever the mark began.
Error PickleMachine::pop(Item &out) {
  if (stack.size() <= (marks.empty() ? 0 : marks.back()))
    return badInput("the pickle's stack is empty");
  out = std::move(stack.back());
  stack.pop_back();
  return Error::success();
}

Error PickleMachine::popMark(std::vector<Item> &out) {
  if (marks.empty())
    return badInput("the pickle closes a mark that it did not set");
  size_t height = marks.back();
  marks.pop_back();
  out.assign(std::make_move_iterator(stack.begin() + static_cast<ptrdiff_t>(height)),
             std::make_move_iterator(stack.end()));
  stack.resize(height);
  return Error::success();
}

//===--- Names, strings, integers -------------------------------------------------------------===//

Error PickleMachine::line(StringRef &out) {
  StringRef rest(reinterpret_cast<const char *>(bytes.data()) + cursor, bytes.size() - cursor);
  size_t length = rest.find('\n');
  if (length == StringRef::npos)
    return badInput("the pickle is truncated inside a name");
  out = rest.take_front(length);
  cursor += length + 1;
  return Error::success();
}

static bool isUtf8(StringRef text) {
  const auto *begin = reinterpret_cast<const UTF8 *>(text.begin());
  return isLegalUTF8String(&begin, reinterpret_cast<const UTF8 *>(text.end()));
}

Error PickleMachine::global() {
  StringRef module, name;
  if (Error error = line(module))
    return error;
  if (Error error = line(name))
    return error;
  if (!isUtf8(module) || !isUtf8(name))
    return badInput("a name in the pickle is not UTF-8");
  constexpr size_t maxName = 4096;
  if (module.size() > maxName || name.size() > maxName)
    return badInput("a name in the pickle is longer than " + Twine(maxName) + " bytes");
  Expected<Global> known = resolveGlobal(module, name, input.dialect);
  if (!known)
    return known.takeError();
  globals.push_back(std::move(*known));
  return push({Item::Kind::Global, static_cast<uint32_t>(globals.size() - 1), {}});
}

Error PickleMachine::string() {
  const uint8_t *p = nullptr;
  if (Error error = take(4, p))
    return error;
  size_t length = read32le(p);
  if (Error error = take(length, p))
    return error;
  StringRef text(reinterpret_cast<const char *>(p), length);
  if (!isUtf8(text))
    return badInput("a string in the pickle is not UTF-8");
  return pushValue(rt::Value::ofString(text.str()));
}

/// A little-endian two's complement number. TorchScript always writes 8 bytes.
Error PickleMachine::longInteger() {
  const uint8_t *p = nullptr;
  if (Error error = take(1, p))
    return error;
  size_t length = *p;
  if (input.dialect == Dialect::TorchScript && length != 8)
    return badInput("expected an integer of 8 bytes, got " + Twine(length));
  if (Error error = take(length, p))
    return error;
  if (length > 8)
    return badInput("an integer of " + Twine(length) + " bytes does not fit into 64 bits");
  uint64_t bits = length != 0 && (p[length - 1] & 0x80) ? ~uint64_t(0) : 0;
  for (size_t i = length; i-- > 0;)
    bits = bits << 8 | p[i];
  return pushValue(rt::Value::ofInt(static_cast<int64_t>(bits)));
}

//===--- Containers ---------------------------------------------------------------------------===//

Error PickleMachine::makeTuple(std::vector<Item> items) {
  if (Error error = pushNode({}))
    return error;
  uint32_t tuple = stack.back().index;
  for (const Item &item : items)
    if (Error error = addElement(tuple, item))
      return error;
  nodes[tuple].items = std::move(items);
  return Error::success();
}

/// The container on top of the stack, which must still be open to change.
Error PickleMachine::topNode(Node::Kind kind, const char *what, uint32_t &out) {
  if (stack.size() <= (marks.empty() ? 0 : marks.back()))
    return badInput("the pickle's stack is empty");
  const Item &top = stack.back();
  if (!nodeOf(top, kind))
    return badInput(Twine("expected ") + what + " on the pickle's stack");
  out = top.index;
  return checkOpen(out, what);
}

Error PickleMachine::checkOpen(uint32_t node, const char *what) const {
  if (!nodes[node].isComplete)
    return Error::success();
  return badInput(Twine(what) + " changes after it became part of another value; values that "
                                "contain themselves are refused");
}

Error PickleMachine::append(std::vector<Item> items) {
  uint32_t list;
  if (Error error = topNode(Node::Kind::List, "a list", list))
    return error;
  for (const Item &item : items) {
    Expected<rt::Value> value = toValue(item);
    if (!value)
      return value.takeError();
    if (Error error = addElement(list, item))
      return error;
    if (Error error = checkOpen(list, "a list")) // the element was the list
      return error;
    nodes[list].value.asList().elements.push_back(std::move(*value));
  }
  return Error::success();
}

Error PickleMachine::setItems(std::vector<Item> items) {
  uint32_t dict;
  if (Error error = topNode(Node::Kind::Dict, "a dict", dict))
    return error;
  if (items.size() % 2 != 0)
    return badInput("a dict's last key has no value");
  for (size_t i = 0; i < items.size(); i += 2)
    if (Error error = setItem(dict, items[i], items[i + 1]))
      return error;
  return Error::success();
}

Error PickleMachine::setItem(uint32_t dict, const Item &key, const Item &value) {
  const rt::Value &k = key.value;
  if (key.kind != Item::Kind::Value ||
      !(k.isNumber() || k.isString() || k.isTensor() || k.isDevice()))
    return badInput("a dict's key must be a number, a string, a tensor or a device");
  if (k.isString())
    if (Error error = chargeText(k.asString()))
      return error;
  Expected<rt::Value> converted = toValue(value);
  if (!converted)
    return converted.takeError();
  for (const Item *part : {&key, &value})
    if (Error error = addElement(dict, *part))
      return error;
  if (Error error = checkOpen(dict, "a dict")) // the value was the dict
    return error;
  nodes[dict].value.asDict().set(k, std::move(*converted));
  return Error::success();
}

Error PickleMachine::newObject() {
  Item arguments, callee;
  if (Error error = pop(arguments))
    return error;
  if (Error error = pop(callee))
    return error;
  const Global *known = globalOf(callee, GlobalKind::Class);
  const Node *tuple = nodeOf(arguments, Node::Kind::Tuple);
  if (!known || !tuple || !tuple->items.empty())
    return badInput("expected a class and an empty tuple, to make an object");
  if (Error error = chargeText(known->text))
    return error;
  Node object;
  object.kind = Node::Kind::Object;
  object.value = rt::Value::ofObject(rt::Object::create(known->text));
  return pushNode(std::move(object));
}

Error PickleMachine::build() {
  Item state;
  if (Error error = pop(state))
    return error;
  // state_dict() hangs its _metadata on its OrderedDict; it says nothing about the values.
  if (input.dialect == Dialect::Data && !stack.empty() && nodeOf(stack.back(), Node::Kind::Dict))
    return Error::success();
  uint32_t index;
  if (Error error = topNode(Node::Kind::Object, "an object", index))
    return error;
  if (nodes[index].isBuilt)
    return badInput("an object is given its state twice");
  Expected<rt::Value> value = toValue(state);
  if (!value)
    return value.takeError();
  if (Error error = addElement(index, state))
    return error;
  nodes[index].isBuilt = true;
  rt::Object &object = nodes[index].value.asObject();
  if (value->isDict()) {
    if (Error error = charge(value->asDict().size()))
      return error;
    auto entries = value->asDict().entries();
    if (all_of(entries, [](const auto &entry) { return entry.first.isString(); }))
      for (auto &[key, slot] : entries)
        object.slots.emplace_back(key.asString(), std::move(slot));
  }
  input.objects.states[&object] = std::move(*value);
  input.objects.objects.push_back(nodes[index].value);
  return Error::success();
}

} // namespace sconce::archive
