/// The nodes that abstract values refer to, and the journal that undoes what a
/// branch did to them.
///
/// Both sides of a run-time `if` start from the same heap: the evaluator opens
/// a mark, evaluates one side, takes its changes back with `rollback`, and does
/// the same with the other; `Merger` then joins the two sets of changes.
#ifndef SCONCE_LIB_SPECIALIZE_HEAP_H
#define SCONCE_LIB_SPECIALIZE_HEAP_H

#include "lib/Specialize/AbstractValue.h"
#include "runtime/Tensor.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/Types.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir {
class Operation;
}

namespace sconce::specialize {

struct View;

enum class NodeKind : uint8_t {
  Choice,
  String,
  Enum,
  Function,
  Opaque,
  Tuple,
  Reference,
  // What can change:
  Dict,
  Future,
  List,
  Object,
  Storage,
  Tensor,
};

struct Node {
  explicit Node(NodeKind kind) : nodeKind(kind) {}
  NodeKind nodeKind;
  /// The youngest mark at which this node is saved or was made.
  unsigned mark = 0;
  /// Nodes are numbered as they are made.
  uint64_t birth = 0;
  /// A run-time `if` whose sides disagree on what this node aliases: a write
  /// asks for that `if` to be split instead of merged.
  mlir::Operation *ambiguousAt = nullptr;
  /// The same in a loop that stays in the program: there the runtime holds what the sides disagree on.
  bool ambiguousInLoop = false;
};

struct StringNode : Node {
  StringNode(NodeKind kind, llvm::StringRef text) : Node(kind), text(text.str()) {}
  std::string text;
};

struct EnumNode : Node {
  EnumNode(llvm::StringRef className, llvm::StringRef name, AbstractValue value)
      : Node(NodeKind::Enum), className(className.str()), name(name.str()), value(value) {}
  std::string className; ///< qualified
  std::string name;
  AbstractValue value;
};

struct FunctionNode : Node {
  FunctionNode(llvm::StringRef name, AbstractValue self) : Node(NodeKind::Function), name(name.str()), self(self) {}
  std::string name;   ///< qualified
  AbstractValue self; ///< uninitialized for a free function
};

struct OpaqueNode : Node {
  OpaqueNode(llvm::StringRef what, rt::Value value) : Node(NodeKind::Opaque), what(what.str()), value(std::move(value)) {}
  std::string what;
  rt::Value value;
};

/// One of several modules: the first whose condition holds, and one does.
struct ChoiceNode : Node {
  ChoiceNode() : Node(NodeKind::Choice) {}
  /// Which of the instance's objects it is (ObjectNode::number), where that is an int already; else uninitialized.
  AbstractValue number;
  struct Option {
    AbstractValue condition; ///< a bool
    AbstractValue value;
  };
  llvm::SmallVector<Option> options;
};

struct TupleNode : Node {
  TupleNode() : Node(NodeKind::Tuple) {}
  llvm::SmallVector<AbstractValue, 4> elements;
  std::string className; ///< of a named tuple
  std::vector<std::string> fieldNames;
};

/// What is known of a value that a run-time container holds.
struct ElementShape {
  enum Kind : uint8_t {
    Unknown, ///< nothing so far
    None,
    Value, ///< a scalar or a tensor: `type` is its builtin type
    String,
    Enum,   ///< `type` is generic IR's
    List,   ///< `type` is generic IR's; parts: its elements
    Dict,   ///< `type` is generic IR's; parts: its keys, its values
    Tuple,  ///< `type` is generic IR's or null; parts: each element
    Object, ///< `type` is generic IR's; what its attributes hold is known of the class (Knowledge::slotShapes)
    Union,  ///< one of its parts, which run time can tell apart
    Numbered, ///< a submodule of the instance, as its number
    OtherTensor, ///< last in a union: a tensor of a dtype and rank of which no part is
  };
  Kind kind = Unknown;
  mlir::Type type;
  std::vector<ElementShape> parts;
  std::string className = {};               ///< of an object, an enumeration, a named tuple: qualified
  std::vector<std::string> fieldNames = {}; ///< of a named tuple
  std::vector<int64_t> numbers = {};        ///< those that a submodule may have, in order

  static ElementShape ofValue(mlir::Type type) { return {Value, type, {}}; }
  static ElementShape none() { return {None, {}, {}}; }
  /// Whether it is one alternative.
  bool admits(Kind alternative) const {
    return kind == alternative || (kind == Union && llvm::any_of(parts, [&](const auto &part) { return part.kind == alternative; }));
  }
  bool operator==(const ElementShape &other) const = default;
  /// The builtin type of a scalar or tensor, or null.
  mlir::Type valueType() const { return kind == Value ? type : mlir::Type(); }
};

/// A value that only run time knows: an SSA value of type !ts.ref.
struct ReferenceNode : Node {
  ReferenceNode(mlir::Value value, mlir::Type type, ElementShape shape = {})
      : Node(NodeKind::Reference), value(value), type(type), shape(std::move(shape)) {}
  mlir::Value value;
  mlir::Type type;      ///< the static type of generic IR
  ElementShape shape;   ///< of an enumeration's member, or of a value of several kinds
  AbstractValue isNone; ///< of one that may be None: a bool
};

struct ListNode : Node {
  explicit ListNode(mlir::Type elementType) : Node(NodeKind::List), elementType(elementType) {}
  mlir::Type elementType; ///< of generic IR
  llvm::SmallVector<AbstractValue, 4> elements;
  std::string attribute; ///< path of the instance's attribute that holds it
  int64_t argument = -1; ///< its number among the lists and dicts of the entry's arguments
  /// Set when only run time knows the length: the list is this !ts.ref.
  mlir::Value reference;
  ElementShape elementShape; ///< of a run-time list
  /// In the body of a loop that stays in the program and appends to it: `elements` are those of this iteration, and nothing may ask
  /// what came before them.
  bool grows = false;
  /// The run-time list, dict or object that it was read from, which is to know what its elements are.
  Node *owner = nullptr;
  std::string ownerSlot; ///< the owner's attribute
};

struct DictNode : Node {
  DictNode(mlir::Type keyType, mlir::Type valueType) : Node(NodeKind::Dict), keyType(keyType), valueType(valueType) {}
  mlir::Type keyType, valueType; ///< of generic IR
  std::string attribute;         ///< path of the instance's attribute that holds it
  int64_t argument = -1;         ///< as a list's
  std::vector<std::pair<AbstractValue, AbstractValue>> entries; ///< in insertion order
  /// Set when only run time knows the keys: the dict is this !ts.ref.
  mlir::Value reference;
  ElementShape keyShape, valueShape; ///< of a run-time dict
  Node *owner = nullptr;             ///< as a list's
  std::string ownerSlot;
};

struct ObjectNode : Node {
  explicit ObjectNode(llvm::StringRef className) : Node(NodeKind::Object), className(className.str()) {}
  /// The slot's value, or null when it was never set.
  AbstractValue *find(llvm::StringRef slot);
  std::string className; ///< qualified
  std::string path;      ///< of an object of the instance: "" for the root, "layer.0."; see isMade
  bool isMade = true;    ///< by the program; not part of the instance
  bool isInContainer = false; ///< an attribute's list or dict holds it; `path` is the attribute's
  int64_t number = -1; ///< among the instance's objects (InstanceObjects.h); -1 for others
  /// The path of the attribute of the instance that a write to a slot changes.
  std::string statePathOf(llvm::StringRef slot) const { return isInContainer ? path : path + slot.str(); }
  std::vector<std::pair<std::string, AbstractValue>> slots;
  /// Set when only run time knows which object it is: this !ts.ref, and no slots here.
  mlir::Value reference;
};

struct FutureNode : Node {
  explicit FutureNode(AbstractValue result) : Node(NodeKind::Future), result(result) {}
  AbstractValue result;
};

/// Memory that tensors view. Its content is a value of the *base* shape.
struct StorageNode : Node {
  StorageNode() : Node(NodeKind::Storage) {}
  rt::Dtype dtype = rt::Dtype::Float32;
  llvm::SmallVector<Extent, 4> sizes;
  llvm::SmallVector<Extent, 4> strides; ///< how the base lies in memory; empty: row-major
  rt::Tensor known;  ///< the content, when it is known
  mlir::Value value; ///< the content as an SSA value of base shape, otherwise
  AbstractValue scalar; ///< or the run-time scalar that this 0-dim storage holds
  /// Or a !ts.ref of a run-time tensor: its memory is the content, which others
  /// may write. Set once.
  mlir::Value handle;
  /// That memory in its own order, where the base does not lie in it row by row.
  mlir::Value memory;
  uint64_t version = 0;
  /// Where the content comes from, so that a write is stored back.
  int64_t input = -1;    ///< position of the entry's tensor input
  std::string attribute; ///< path of the instance's attribute
  bool written = false;
};

/// A tensor object: what Python's `is` compares.
/// What the integers of a quantized tensor stand for: (q - zeroPoint) * scale.
struct TensorQuantizer {
  AbstractValue scale, zeroPoint;
};

struct TensorNode : Node {
  TensorNode() : Node(NodeKind::Tensor) {}
  StorageNode *storage = nullptr;
  const View *view = nullptr; ///< null: the base itself
  rt::Dtype dtype = rt::Dtype::Float32;
  llvm::SmallVector<Extent, 4> sizes;
  llvm::SmallVector<Extent, 4> strides; ///< PyTorch's; empty: row-major
  Extent offset = Extent::ofInt(0);
  bool wrappedNumber = false;
  bool requiresGrad = false;
  bool isParameter = false;
  /// Of a quantized tensor; its dtype here is that of the integers.
  std::shared_ptr<const TensorQuantizer> quantizer;

  size_t rank() const { return sizes.size(); }
};

/// What one side of a branch did: each changed node with its content there.
using Changes = llvm::MapVector<Node *, std::shared_ptr<Node>>;

/// A copy of a node that can change.
std::shared_ptr<Node> snapshotOf(Node *node);

class Heap {
public:
  Heap() = default;
  Heap(const Heap &) = delete;
  Heap &operator=(const Heap &) = delete;

  template <typename T, typename... Args> T *create(Args &&...args) {
    auto owned = std::make_shared<T>(std::forward<Args>(args)...);
    T *node = owned.get();
    node->mark = currentMark();
    node->birth = ++lastBirth;
    nodes.push_back(std::move(owned));
    return node;
  }
  AbstractValue string(llvm::StringRef text);
  AbstractValue device(llvm::StringRef text);

  /// To be called before each change of a node that may be older than the
  /// current mark.
  template <typename T> T &mutate(T *node) {
    save(node);
    return *node;
  }

  /// Starts recording changes.
  void mark();
  /// Takes back what changed since the last mark, and gives it.
  Changes rollback();
  /// Forgets the last mark but keeps the changes (they belong to the one before).
  void commit();
  /// Applies changes that a rollback gave.
  void apply(const Changes &changes);
  /// The nodes changed since the last mark.
  Changes changed() const;
  /// The number of the youngest node.
  uint64_t youngest() const { return lastBirth; }

private:
  struct Mark {
    unsigned number;
    llvm::MapVector<Node *, std::shared_ptr<Node>> before;
  };
  unsigned currentMark() const { return marks.empty() ? 0 : marks.back().number; }
  void save(Node *node);

  std::vector<std::shared_ptr<Node>> nodes;
  std::vector<Mark> marks;
  unsigned lastMark = 0;
  uint64_t lastBirth = 0;
};

/// `node`'s content after `changes`.
template <typename T> const T &contentAfter(const T *node, const Changes *changes) {
  if (changes)
    if (auto it = changes->find(const_cast<T *>(node)); it != changes->end())
      return static_cast<const T &>(*it->second);
  return *node;
}

} // namespace sconce::specialize

#endif
