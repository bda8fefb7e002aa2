/// Joining two states of the program: the two sides of an `if`, or a loop's
/// entry and the end of its body.
#ifndef SCONCE_LIB_SPECIALIZE_MERGER_H
#define SCONCE_LIB_SPECIALIZE_MERGER_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// A place where the two states differ: an SSA value carries either.
struct Leaf {
  AbstractValue left, right;      ///< scalars, tensors, or uninitialized
  StorageNode *storage = nullptr; ///< the content of a storage that both know, otherwise
  /// A list of run-time length or a tensor in the runtime's memory: both sides
  /// give a !ts.ref of their own, not of a copy.
  bool isShared = false;
  ElementShape elements = {}; ///< of such a list, or of the values of such a dict
  ElementShape keys = {};
  mlir::Type type = {};
  /// One of these objects of the instance, of which the value is the number.
  llvm::SmallVector<int64_t> numbers = {};
};

/// A list or storage from before the sides part that the runtime can hold.
struct Escape {
  Node *node;
  ElementShape elements = {}; ///< of a list, or of a dict's values, on either side
  ElementShape keys = {};
};

/// Hands them to the runtime where the machine emits now.
mlir::LogicalResult handOverAll(Evaluator &eval, llvm::ArrayRef<Escape> escapes);

/// Walks both states side by side. `plan` finds the leaves; `build` walks
/// again, with a value for each, and makes the joined state in the heap.
class Merger {
public:
  /// The sides of the `if` at `at`, which started when the heap's youngest node
  /// was `start`; or with `isLoop` a loop's entry (left) and its body's end.
  Merger(Evaluator &eval, mlir::Operation *at, const Changes &left, const Changes &right, uint64_t start, bool isLoop = false);

  /// The condition that chose: a bool that is true on the left and false on the
  /// right is this condition.
  AbstractValue condition;
  /// Values that cannot be one become a run-time value: at the program's end,
  /// where nothing asks what they are.
  bool boxes = false;
  /// The block of a loop's body: what is defined in it means something else in
  /// each iteration, so it is never the same on both sides.
  mlir::Block *inside = nullptr;

  /// Lists to which each iteration of the loop appends; who builds the loop joins them.
  const llvm::SetVector<ListNode *> *growing = nullptr;

  /// Whether values of different kinds may become one that run time tells apart: it is slower than a version for each.
  bool unites = false;

  /// Fails with Stop::Unmergeable where the two cannot be one value.
  mlir::LogicalResult plan(llvm::ArrayRef<AbstractValue> left, llvm::ArrayRef<AbstractValue> right);
  llvm::ArrayRef<Leaf> leaves() const { return found; }
  /// After a failed plan: what can be one on both sides when the runtime holds it
  /// from before they part.
  llvm::ArrayRef<Escape> escapes() const { return escaping; }
  /// A leaf's value as the leaf's type, while the heap is in the state of that side.
  mlir::FailureOr<mlir::Value> materialize(const Leaf &leaf, bool isLeft);
  /// The joined values; nodes that both sides know get their joined content.
  llvm::SmallVector<AbstractValue> build(mlir::ValueRange results);

private:
  mlir::LogicalResult walk(llvm::ArrayRef<AbstractValue> left, llvm::ArrayRef<AbstractValue> right,
                           llvm::SmallVectorImpl<AbstractValue> &joined);
  mlir::FailureOr<AbstractValue> join(const AbstractValue &left, const AbstractValue &right);
  mlir::FailureOr<AbstractValue> joinAlike(const AbstractValue &left, const AbstractValue &right);
  mlir::FailureOr<AbstractValue> joinScalars(const AbstractValue &left, const AbstractValue &right);
  mlir::FailureOr<AbstractValue> joinTensors(TensorNode *left, TensorNode *right);
  mlir::FailureOr<AbstractValue> joinLists(ListNode *left, ListNode *right);
  mlir::FailureOr<AbstractValue> joinDicts(DictNode *left, DictNode *right);
  mlir::FailureOr<AbstractValue> joinObjects(ObjectNode *left, ObjectNode *right);
  mlir::FailureOr<AbstractValue> joinChoices(const AbstractValue &left, const AbstractValue &right, llvm::ArrayRef<int64_t> numbers);
  mlir::FailureOr<AbstractValue> joinUnlike(const AbstractValue &left, const AbstractValue &right, const llvm::Twine &why);
  mlir::FailureOr<AbstractValue> joinAtRunTime(const AbstractValue &left, const AbstractValue &right, const ElementShape &shape);
  mlir::LogicalResult requireMoved(const AbstractValue &value, const Changes &changes, const ElementShape *elements = nullptr,
                                   const ElementShape *keys = nullptr);
  mlir::LogicalResult requireShared(const AbstractValue &value, const Changes &changes);
  mlir::LogicalResult requireShared(const Leaf &leaf);
  bool mayUnite(const AbstractValue &left, const AbstractValue &right) const;
  /// Whether the program writes to a list, dict or object that may be one of several after this.
  bool isRebound() const { return eval.knowledge.rebinding.contains(at); }
  /// The same of a tensor.
  bool isSharing() const { return eval.knowledge.sharing.contains(at); }
  mlir::FailureOr<AbstractValue> joinTuples(TupleNode *left, TupleNode *right);
  mlir::FailureOr<AbstractValue> joinUninitialized(const AbstractValue &value, bool isLeft);
  mlir::LogicalResult joinStorage(StorageNode *storage);
  mlir::LogicalResult joinNode(Node *node);
  mlir::LogicalResult joinElements(ListNode *target, const ListNode &left, const ListNode &right);
  mlir::FailureOr<AbstractValue> joinListsAtRunTime(ListNode *left, ListNode *right);
  mlir::FailureOr<AbstractValue> joinSharedTensors(TensorNode *left, TensorNode *right);
  template <typename Container> mlir::LogicalResult joinAsBox(Container *container);
  mlir::LogicalResult joinListNode(ListNode *list);
  mlir::LogicalResult joinDictNode(DictNode *dict);
  mlir::LogicalResult joinObjectNode(ObjectNode *object);
  mlir::FailureOr<AbstractValue> joinDictsAtRunTime(DictNode *left, DictNode *right);
  std::optional<std::pair<ElementShape, ElementShape>> joinEntryShapes(const DictNode &left, const DictNode &right);
  mlir::FailureOr<AbstractValue> joinTexts(const AbstractValue &left, const AbstractValue &right);
  bool isSameText(const AbstractValue &left, const AbstractValue &right) const;
  mlir::Value addLeaf(Leaf leaf);
  Node *merged(Node *left, Node *right);
  bool isInside(mlir::Value value) const;
  bool isSame(const AbstractValue &left, const AbstractValue &right) const;
  void blame(Node *left, Node *right, Node *joined);

  Evaluator &eval;
  mlir::Operation *at;
  Changes leftChanges, rightChanges; ///< both with every node that either has
  uint64_t start;
  bool isLoop;
  bool building = false;
  llvm::SmallVector<AbstractValue> leftRoots, rightRoots;
  std::vector<Leaf> found;
  /// What becomes one value of the runtime, as nothing else can hold it.
  std::vector<std::pair<AbstractValue, AbstractValue>> boxed;
  llvm::SmallVector<Escape> escaping;
  llvm::SmallVector<mlir::Value> results;
  size_t nextLeaf = 0;
  llvm::DenseMap<std::pair<Node *, Node *>, Node *> pairs;
  llvm::DenseMap<Node *, Node *> joinedOf;
};

} // namespace sconce::specialize

#endif
