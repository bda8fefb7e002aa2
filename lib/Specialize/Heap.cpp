#include "lib/Specialize/Heap.h"

using namespace sconce;
using namespace sconce::specialize;

AbstractValue *ObjectNode::find(llvm::StringRef slot) {
  for (auto &[name, value] : slots)
    if (slot == name)
      return &value;
  return nullptr;
}

AbstractValue Heap::string(llvm::StringRef text) {
  return AbstractValue::ofNode(ValueKind::String, create<StringNode>(NodeKind::String, text));
}

AbstractValue Heap::device(llvm::StringRef text) {
  return AbstractValue::ofNode(ValueKind::Device, create<StringNode>(NodeKind::String, text));
}

/// Calls `visit` with the node as its own type. Only kinds that can change.
template <typename Visit> static auto visitMutable(Node *node, Visit &&visit) {
  switch (node->nodeKind) {
  case NodeKind::Dict:
    return visit(static_cast<DictNode *>(node));
  case NodeKind::Future:
    return visit(static_cast<FutureNode *>(node));
  case NodeKind::List:
    return visit(static_cast<ListNode *>(node));
  case NodeKind::Object:
    return visit(static_cast<ObjectNode *>(node));
  case NodeKind::Storage:
    return visit(static_cast<StorageNode *>(node));
  default:
    assert(node->nodeKind == NodeKind::Tensor && "this kind of node never changes");
    return visit(static_cast<TensorNode *>(node));
  }
}

std::shared_ptr<Node> specialize::snapshotOf(Node *node) {
  return visitMutable(node, [](auto *concrete) -> std::shared_ptr<Node> {
    return std::make_shared<std::remove_pointer_t<decltype(concrete)>>(*concrete);
  });
}

/// Gives `node` the content of `from`, which is of its kind.
static void assignContent(Node *node, const Node &from) {
  visitMutable(node, [&](auto *concrete) {
    *concrete = static_cast<const std::remove_pointer_t<decltype(concrete)> &>(from);
  });
}

void Heap::save(Node *node) {
  if (marks.empty() || node->mark >= marks.back().number)
    return;
  marks.back().before.insert({node, snapshotOf(node)});
  node->mark = marks.back().number;
}

void Heap::mark() { marks.push_back({++lastMark, {}}); }

Changes Heap::rollback() {
  assert(!marks.empty() && "rollback without a mark");
  Mark last = std::move(marks.back());
  marks.pop_back();
  Changes changes;
  for (auto &[node, before] : last.before) {
    changes.insert({node, snapshotOf(node)});
    assignContent(node, *before);
  }
  return changes;
}

void Heap::commit() {
  assert(!marks.empty() && "commit without a mark");
  Mark last = std::move(marks.back());
  marks.pop_back();
  if (marks.empty())
    return;
  for (auto &[node, before] : last.before)
    if (before->mark < marks.back().number)
      marks.back().before.insert({node, before});
}

void Heap::apply(const Changes &changes) {
  for (const auto &[node, after] : changes) {
    save(node);
    unsigned mark = node->mark;
    assignContent(node, *after);
    node->mark = mark;
  }
}

Changes Heap::changed() const {
  Changes changes;
  if (!marks.empty())
    for (const auto &[node, before] : marks.back().before)
      changes.insert({node, snapshotOf(node)});
  return changes;
}
