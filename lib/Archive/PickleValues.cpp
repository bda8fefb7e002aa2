// Containers of the pickle machine, and items as the values that an instruction expects.
#include "lib/Archive/PickleMachine.h"
#include "lib/Support/Error.h"

using namespace llvm;

namespace sconce::archive {

/// Counts `element` into `parent`, and closes it to change.
Error PickleMachine::addElement(uint32_t parent, const Item &element) {
  uint32_t depth = 0;
  uint64_t weight = 1;
  if (element.kind == Item::Kind::Node) {
    Node &child = nodes[element.index];
    child.isComplete = true;
    depth = child.depth;
    weight = child.weight;
  }
  Node &node = nodes[parent];
  node.depth = std::max(node.depth, depth + 1);
  if (node.depth > input.limits.maxDepth)
    return badInput("the pickle nests deeper than " + Twine(input.limits.maxDepth) + " levels");
  node.weight = node.weight + weight; // both at most the limit: no overflow
  if (node.weight > input.limits.maxExpandedValues)
    return badInput("the pickle's shared values stand for more than " +
                    Twine(input.limits.maxExpandedValues) + " values");
  return Error::success();
}

Expected<rt::Value> PickleMachine::toValue(const Item &item) {
  switch (item.kind) {
  case Item::Kind::Value:
    return item.value;
  case Item::Kind::Node: {
    const Node &node = nodes[item.index];
    if (node.kind == Node::Kind::Tuple)
      return tupleValue(item.index);
    if (node.kind == Node::Kind::Object && !node.isBuilt)
      return badInput("an object is used before it has its state");
    return node.value;
  }
  case Item::Kind::Global: {
    const Global &known = globals[item.index];
    bool isCode = known.kind == GlobalKind::DtypeValue || known.kind == GlobalKind::QScheme ||
                  known.kind == GlobalKind::MemoryFormat;
    if (input.dialect == Dialect::Data && isCode)
      return rt::Value::ofInt(known.code);
    return badInput("the name '" + known.text + "' is used as a value");
  }
  case Item::Kind::Storage:
    break;
  }
  return badInput("a storage is used as a value; only tensors can be read");
}

/// Made once, so that sharing a tuple shares the value. The depth limit bounds the recursion.
Expected<rt::Value> PickleMachine::tupleValue(uint32_t index) {
  if (!nodes[index].value.isNone())
    return nodes[index].value;
  std::vector<rt::Value> elements;
  elements.reserve(nodes[index].items.size());
  for (const Item &item : nodes[index].items) {
    Expected<rt::Value> element = toValue(item);
    if (!element)
      return element.takeError();
    elements.push_back(std::move(*element));
  }
  nodes[index].value = rt::Value::ofTuple(std::move(elements));
  return nodes[index].value;
}

const Node *PickleMachine::nodeOf(const Item &item, Node::Kind kind) const {
  if (item.kind != Item::Kind::Node || nodes[item.index].kind != kind)
    return nullptr;
  return &nodes[item.index];
}

const Global *PickleMachine::globalOf(const Item &item, GlobalKind kind) const {
  if (item.kind != Item::Kind::Global || globals[item.index].kind != kind)
    return nullptr;
  return &globals[item.index];
}

Expected<int64_t> PickleMachine::intOf(const Item &item, const char *what) {
  if (item.kind != Item::Kind::Value || !item.value.isInt())
    return badInput(Twine("expected an int as ") + what);
  return item.value.asInt();
}

Expected<bool> PickleMachine::boolOf(const Item &item, const char *what) {
  if (item.kind != Item::Kind::Value || !item.value.isBool())
    return badInput(Twine("expected a bool as ") + what);
  return item.value.asBool();
}

Expected<std::string> PickleMachine::stringOf(const Item &item, const char *what) {
  if (item.kind != Item::Kind::Value || !item.value.isString())
    return badInput(Twine("expected a string as ") + what);
  return item.value.asString();
}

/// A tuple of ints, or the list that torch.Size became.
Expected<std::vector<int64_t>> PickleMachine::intsOf(const Item &item, const char *what) {
  std::vector<int64_t> out;
  if (const Node *tuple = nodeOf(item, Node::Kind::Tuple)) {
    for (const Item &element : tuple->items) {
      Expected<int64_t> number = intOf(element, what);
      if (!number)
        return number.takeError();
      out.push_back(*number);
    }
    return out;
  }
  const Node *list = nodeOf(item, Node::Kind::List);
  if (!list)
    return badInput(Twine("expected a tuple of ints as ") + what);
  for (const rt::Value &element : list->value.asList().elements) {
    if (!element.isInt())
      return badInput(Twine("expected an int as ") + what);
    out.push_back(element.asInt());
  }
  return out;
}

Expected<rt::Tensor> PickleMachine::tensorOf(const Item &item, const char *what) {
  if (item.kind != Item::Kind::Value || !item.value.isTensor())
    return badInput(Twine("expected a tensor as ") + what);
  return item.value.asTensor();
}

} // namespace sconce::archive
