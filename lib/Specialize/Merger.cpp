#include "lib/Specialize/Merger.h"
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/RuntimeValues.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::succeeded;
using mlir::success;

LogicalResult specialize::handOverAll(Evaluator &eval, llvm::ArrayRef<Escape> escapes) {
  for (const Escape &escape : escapes) {
    if (escape.node->nodeKind == NodeKind::Storage) {
      if (failed(shareTensor(eval, eval.tensors.baseOf(static_cast<StorageNode *>(escape.node)))))
        return failure();
      continue;
    }
    if (escape.node->nodeKind == NodeKind::Object) {
      if (failed(referenceOf(eval, static_cast<ObjectNode *>(escape.node))))
        return failure();
      continue;
    }
    if (escape.node->nodeKind == NodeKind::Dict) {
      auto *dict = static_cast<DictNode *>(escape.node);
      if (failed(referenceOf(eval, dict)))
        return failure();
      DictNode &changed = eval.heap.mutate(dict);
      changed.keyShape = escape.keys;
      changed.valueShape = escape.elements;
      continue;
    }
    auto *list = static_cast<ListNode *>(escape.node);
    if (failed(referenceOf(eval, list)))
      return failure();
    eval.heap.mutate(list).elementShape = escape.elements;
  }
  return success();
}

Merger::Merger(Evaluator &eval, mlir::Operation *at, const Changes &left, const Changes &right, uint64_t start, bool isLoop)
    : eval(eval), at(at), leftChanges(left), rightChanges(right), start(start), isLoop(isLoop) {
  // The heap changes while the joined state is built, so what a side left alone is kept too.
  for (const auto &entry : right)
    if (!left.count(entry.first))
      leftChanges.insert({entry.first, snapshotOf(entry.first)});
  for (const auto &entry : leftChanges)
    if (!right.count(entry.first))
      rightChanges.insert({entry.first, snapshotOf(entry.first)});
}

bool Merger::isInside(mlir::Value value) const {
  if (!inside || !value)
    return false;
  for (mlir::Block *block = value.getParentBlock(); block;) {
    if (block == inside)
      return true;
    mlir::Operation *parent = block->getParentOp();
    block = parent ? parent->getBlock() : nullptr;
  }
  return false;
}

bool Merger::isSame(const AbstractValue &left, const AbstractValue &right) const {
  if (!left.isIdentical(right))
    return false;
  return !left.isRunTime() || !isInside(left.asRunTime());
}

/// While planning a leaf has no value yet.
mlir::Value Merger::addLeaf(Leaf leaf) {
  if (!building) {
    found.push_back(std::move(leaf));
    return {};
  }
  return results[nextLeaf++];
}

LogicalResult Merger::walk(llvm::ArrayRef<AbstractValue> left, llvm::ArrayRef<AbstractValue> right,
                           llvm::SmallVectorImpl<AbstractValue> &joined) {
  for (auto [l, r] : llvm::zip_equal(left, right)) {
    FailureOr<AbstractValue> value = join(l, r);
    if (failed(value))
      return failure();
    joined.push_back(*value);
  }
  // Nodes that were there before: what either side changed. All that the runtime
  // could hold instead are found at once.
  for (const auto &entry : leftChanges)
    if (failed(joinNode(entry.first)) && (escaping.empty() || eval.stop() != Stop::Unmergeable))
      return failure();
  if (escaping.empty())
    return success();
  return eval.unmergeable("the runtime is to hold a value of before the sides part"); // whatever was boxed since
}

LogicalResult Merger::plan(llvm::ArrayRef<AbstractValue> left, llvm::ArrayRef<AbstractValue> right) {
  llvm::SmallVector<AbstractValue> joined;
  leftRoots.assign(left.begin(), left.end());
  rightRoots.assign(right.begin(), right.end());
  building = false;
  return walk(left, right, joined);
}

llvm::SmallVector<AbstractValue> Merger::build(mlir::ValueRange values) {
  results.assign(values.begin(), values.end());
  building = true;
  nextLeaf = 0;
  pairs.clear();
  joinedOf.clear();
  llvm::SmallVector<AbstractValue> joined;
  LogicalResult walked = walk(leftRoots, rightRoots, joined);
  (void)walked;
  assert(mlir::succeeded(walked) && "what was planned can be built");
  return joined;
}

FailureOr<AbstractValue> Merger::join(const AbstractValue &left, const AbstractValue &right) {
  Walk walk(eval);
  if (walk.isTooDeep())
    return walk.refuse();
  // What was found to need a box when it was planned is not tried again: its parts have no results.
  bool isBoxed = building && llvm::any_of(boxed, [&](const auto &pair) {
    return pair.first.isIdentical(left) && pair.second.isIdentical(right);
  });
  if (!isBoxed) {
    size_t leavesBefore = found.size(), boxedBefore = boxed.size(), escapesBefore = escaping.size();
    auto pairsBefore = boxes ? pairs : decltype(pairs)();
    FailureOr<AbstractValue> joined = joinAlike(left, right);
    if (succeeded(joined) || !boxes || eval.stop() != Stop::Unmergeable)
      return joined;
    eval.clearStop();
    found.resize(leavesBefore);
    boxed.resize(boxedBefore);
    escaping.truncate(escapesBefore);
    boxed.emplace_back(left, right);
    pairs = std::move(pairsBefore);
  }
  Leaf leaf{left, right};
  leaf.type = ts::RefType::get(eval.emitter.context());
  mlir::Value value = addLeaf(leaf);
  if (!value)
    return left;
  // An enclosing branch may have to hand it to the runtime, which is to know what it can be.
  std::optional<ElementShape> a = shapeOf(eval, left, &leftChanges), b = shapeOf(eval, right, &rightChanges);
  std::optional<ElementShape> shape = a && b ? joinShapes(*a, *b) : std::nullopt;
  auto *node = eval.heap.create<ReferenceNode>(value, ts::AnyType::get(eval.emitter.context()), shape.value_or(ElementShape()));
  return AbstractValue::ofNode(ValueKind::Reference, node);
}

static bool isText(const AbstractValue &value) {
  return value.isString() || (value.isReference() && llvm::isa<ts::StrType>(value.asReference()->type));
}

FailureOr<AbstractValue> Merger::joinAlike(const AbstractValue &left, const AbstractValue &right) {
  if (left.isUninitialized() && !right.isUninitialized())
    return joinUninitialized(right, /*isLeft=*/false);
  if (right.isUninitialized() && !left.isUninitialized())
    return joinUninitialized(left, /*isLeft=*/true);
  if (isText(left) && isText(right) && !isSameText(left, right))
    return joinTexts(left, right);
  llvm::SmallVector<int64_t> numbers = eval.numbersOf(left), others = eval.numbersOf(right);
  if (!numbers.empty() && !others.empty()) {
    for (int64_t other : others)
      if (!llvm::is_contained(numbers, other))
        numbers.push_back(other);
    llvm::sort(numbers);
    return joinChoices(left, right, numbers);
  }
  if (left.kind() != right.kind() || (left.isReference() && !isText(left) && !isSameText(left, right)))
    return joinUnlike(left, right, "one side gives a " + kindName(left) + ", the other a " + kindName(right));
  if (left.isScalar())
    return joinScalars(left, right);
  switch (left.kind()) {
  case ValueKind::Tensor:
    return joinTensors(left.asTensor(), right.asTensor());
  case ValueKind::List:
    return joinLists(left.asList(), right.asList());
  case ValueKind::Dict:
    return joinDicts(left.asDict(), right.asDict());
  case ValueKind::Object:
    return joinObjects(left.asObject(), right.asObject());
  case ValueKind::Tuple:
    return joinTuples(left.asTuple(), right.asTuple());
  default:
    if (left.isIdentical(right))
      return left;
    return joinUnlike(left, right, "the sides give different values of type " + kindName(left));
  }
}

/// Whether two values may become one that run time tells apart.
bool Merger::mayUnite(const AbstractValue &left, const AbstractValue &right) const {
  return unites || left.isReference() || right.isReference();
}

/// Values of different kinds (a None and a tensor, tensors of different ranks) become one that the runtime holds.
FailureOr<AbstractValue> Merger::joinUnlike(const AbstractValue &left, const AbstractValue &right, const llvm::Twine &why) {
  std::optional<ElementShape> a, b, shape;
  if (mayUnite(left, right)) {
    a = shapeOf(eval, left, &leftChanges);
    b = shapeOf(eval, right, &rightChanges);
    shape = a && b ? joinShapes(*a, *b) : std::nullopt;
  }
  return shape ? joinAtRunTime(left, right, *shape) : FailureOr<AbstractValue>(eval.unmergeable(why));
}

/// A container or object from before the sides part has other names: the runtime is to hold it from there on, so that all of them go
/// on meaning the same one.
LogicalResult Merger::requireMoved(const AbstractValue &value, const Changes &changes, const ElementShape *elements,
                                   const ElementShape *keys) {
  if (value.isTuple()) {
    for (const AbstractValue &element : value.asTuple()->elements)
      if (failed(requireMoved(element, changes)))
        return failure();
    return success();
  }
  if (!(value.isList() || value.isDict() || value.isObject()) || value.node()->birth > start || isModule(eval, value))
    return success();
  Escape escape{value.node()};
  if (value.isList()) {
    const ListNode &list = contentAfter(value.asList(), &changes);
    if (list.reference)
      return success();
    escape.elements = elements ? *elements : shapeOfElements(eval, list, &changes).value_or(ElementShape());
  } else if (value.isDict()) {
    const DictNode &dict = contentAfter(value.asDict(), &changes);
    if (dict.reference)
      return success();
    auto shapes = shapesOfEntries(eval, dict, &changes).value_or(std::pair<ElementShape, ElementShape>());
    escape.keys = keys ? *keys : shapes.first;
    escape.elements = elements ? *elements : shapes.second;
  } else if (contentAfter(value.asObject(), &changes).reference) {
    return success();
  }
  escaping.push_back(std::move(escape));
  return eval.unmergeable("a " + kindName(value) + " of before becomes one of several");
}

/// A tensor from before the sides part that a value has goes to the runtime there, not on one side only, where the value is to share
/// memory with it.
LogicalResult Merger::requireShared(const AbstractValue &value, const Changes &changes) {
  Walk walk(eval);
  if (walk.isTooDeep())
    return walk.refuse();
  auto requireAll = [&](llvm::ArrayRef<AbstractValue> values) {
    return success(llvm::all_of(values, [&](const AbstractValue &part) { return succeeded(requireShared(part, changes)); }));
  };
  if (value.isTuple())
    return requireAll(value.asTuple()->elements);
  if (value.isList())
    return requireAll(contentAfter(value.asList(), &changes).elements);
  if (value.isDict()) {
    for (const auto &[key, element] : contentAfter(value.asDict(), &changes).entries)
      if (failed(requireShared(element, changes)))
        return failure();
    return success();
  }
  if (value.isObject()) {
    if (isModule(eval, value))
      return success();
    for (const auto &[name, slot] : contentAfter(value.asObject(), &changes).slots)
      if (failed(requireShared(slot, changes)))
        return failure();
    return success();
  }
  if (!value.isTensor())
    return success();
  StorageNode *storage = contentAfter(value.asTensor(), &changes).storage;
  if (storage->birth > start || contentAfter(storage, &changes).handle)
    return success();
  escaping.push_back({storage});
  return eval.unmergeable("a tensor of before becomes one of several");
}

/// The same of both sides of what the runtime will hold.
LogicalResult Merger::requireShared(const Leaf &leaf) {
  return success(succeeded(requireShared(leaf.left, leftChanges)) && succeeded(requireShared(leaf.right, rightChanges)));
}

/// Two values become one that the runtime holds, of a shape that stands for both.
FailureOr<AbstractValue> Merger::joinAtRunTime(const AbstractValue &left, const AbstractValue &right, const ElementShape &shape) {
  if (failed(requireMoved(left, leftChanges)) || failed(requireMoved(right, rightChanges)))
    return failure();
  Leaf leaf{left, right};
  if (eval.knowledge.sharesTensors && failed(requireShared(leaf)))
    return failure();
  leaf.type = ts::RefType::get(eval.emitter.context());
  leaf.isShared = true;
  leaf.elements = shape.kind == ElementShape::List ? shape.parts[0] : shape.kind == ElementShape::Dict ? shape.parts[1] : shape;
  if (shape.kind == ElementShape::Dict)
    leaf.keys = shape.parts[0];
  mlir::Value value = addLeaf(leaf);
  return value ? valueBehind(eval, value, shape, {}) : left;
}

/// Objects of the instance, each known to be one of some.
FailureOr<AbstractValue> Merger::joinChoices(const AbstractValue &left, const AbstractValue &right, llvm::ArrayRef<int64_t> numbers) {
  bool isArgument = left.is(ValueKind::Choice) && left.asChoice()->number.isRunTime() && isInside(left.asChoice()->number.asRunTime());
  if (left.isIdentical(right) && !isArgument)
    return left;
  Leaf leaf{left, right};
  leaf.type = scalarTypeOf(eval.emitter.context(), ValueKind::Int);
  leaf.numbers.assign(numbers.begin(), numbers.end());
  mlir::Value value = addLeaf(leaf);
  return value ? eval.choice(AbstractValue::ofRunTime(value), numbers) : left;
}

FailureOr<AbstractValue> Merger::joinScalars(const AbstractValue &left, const AbstractValue &right) {
  if (isSame(left, right))
    return left;
  if (left.isKnownBool() && right.isKnownBool() && !condition.isUninitialized()) {
    if (!building)
      return left;
    return left.asBool() ? condition : eval.emitter.logicalNot(condition);
  }
  Leaf leaf{left, right};
  leaf.type = scalarTypeOf(eval.emitter.context(), left.kind());
  mlir::Value value = addLeaf(leaf);
  return value ? AbstractValue::ofRunTime(value) : left;
}

/// Strings that differ become one that the runtime holds.
FailureOr<AbstractValue> Merger::joinTexts(const AbstractValue &left, const AbstractValue &right) {
  Leaf leaf{left, right};
  leaf.type = ts::RefType::get(eval.emitter.context());
  mlir::Value value = addLeaf(leaf);
  if (!value)
    return left;
  auto *node = eval.heap.create<ReferenceNode>(value, ts::StrType::get(eval.emitter.context()));
  return AbstractValue::ofNode(ValueKind::Reference, node);
}

bool Merger::isSameText(const AbstractValue &left, const AbstractValue &right) const {
  if (left.isReference() && right.isReference())
    return left.asReference()->value == right.asReference()->value && !isInside(left.asReference()->value);
  return left.isIdentical(right);
}

/// A value that one side never made: any will do there, so it is the other's
/// shape.
FailureOr<AbstractValue> Merger::joinUninitialized(const AbstractValue &value, bool isLeft) {
  Walk walk(eval);
  if (walk.isTooDeep())
    return walk.refuse();
  AbstractValue nothing = AbstractValue::uninitialized();
  // What is visible on both sides can be given on both.
  bool isKnown = value.isKnown() || value.isNone() || value.isString() || value.is(ValueKind::Device) ||
                 value.is(ValueKind::Enum) || value.is(ValueKind::Function);
  if (isKnown && !isLoop)
    return value;
  if (llvm::SmallVector<int64_t> numbers = eval.numbersOf(value); !numbers.empty()) {
    if (value.isObject())
      return value;
    Leaf leaf{isLeft ? value : nothing, isLeft ? nothing : value};
    leaf.type = scalarTypeOf(eval.emitter.context(), ValueKind::Int);
    leaf.numbers = numbers;
    mlir::Value number = addLeaf(leaf);
    return number ? eval.choice(AbstractValue::ofRunTime(number), numbers) : value;
  }
  if (value.isScalar()) {
    Leaf leaf{isLeft ? value : nothing, isLeft ? nothing : value};
    leaf.type = scalarTypeOf(eval.emitter.context(), value.kind());
    mlir::Value result = addLeaf(leaf);
    return result ? AbstractValue::ofRunTime(result) : value;
  }
  if (value.isTensor()) {
    TensorNode *tensor = value.asTensor();
    Leaf leaf{isLeft ? value : nothing, isLeft ? nothing : value};
    const TensorNode &content = contentAfter(tensor, isLeft ? &leftChanges : &rightChanges);
    const Changes *changes = isLeft ? &leftChanges : &rightChanges;
    if (contentAfter(content.storage, changes).handle)
      return eval.unmergeable("a tensor that a list of run-time length holds is made on one side only");
    leaf.type = tensorTypeOf(eval.emitter.context(), content.dtype, content.sizes);
    mlir::Value result = addLeaf(leaf);
    return result ? AbstractValue::ofTensor(eval.tensors.fresh(result)) : value;
  }
  if (value.isTuple()) {
    auto *tuple = value.asTuple();
    auto *joined = eval.heap.create<TupleNode>();
    joined->className = tuple->className;
    joined->fieldNames = tuple->fieldNames;
    for (const AbstractValue &element : tuple->elements) {
      FailureOr<AbstractValue> part = joinUninitialized(element, isLeft);
      if (failed(part))
        return failure();
      joined->elements.push_back(*part);
    }
    return AbstractValue::ofTuple(joined);
  }
  if (value.isList()) {
    const ListNode &list = contentAfter(value.asList(), isLeft ? &leftChanges : &rightChanges);
    if (list.reference)
      return joinAtRunTime(isLeft ? value : nothing, isLeft ? nothing : value,
                           {ElementShape::List, ts::ListType::get(eval.emitter.context(), list.elementType), {list.elementShape}});
    auto *joined = eval.heap.create<ListNode>(list.elementType);
    for (const AbstractValue &element : list.elements) {
      FailureOr<AbstractValue> part = joinUninitialized(element, isLeft);
      if (failed(part))
        return failure();
      joined->elements.push_back(*part);
    }
    return AbstractValue::ofList(joined);
  }
  if (std::optional<ElementShape> shape = shapeOf(eval, value, isLeft ? &leftChanges : &rightChanges))
    return joinAtRunTime(isLeft ? value : nothing, isLeft ? nothing : value, *shape);
  return eval.unmergeable("a " + kindName(value) + " is made on one side only");
}

/// Marks nodes whose aliasing differs between the sides, so that a write to one
/// asks for the sides to be kept apart. What a side made, and what only one
/// joined value stands for, is not shared.
void Merger::blame(Node *left, Node *right, Node *joined) {
  if (!building || boxes) // Nothing is written after the program's end.
    return;
  if (isLoop) { // What is older than the iteration may have other names; what its body made is a new one each time.
    for (Node *node : {left, right, joined}) {
      if (node == right && right->birth > start)
        continue;
      node->ambiguousAt = at;
      node->ambiguousInLoop = true;
    }
    return;
  }
  // A version for each side would double with each iteration of an unrolled loop.
  bool repeats = at && at->getParentOfType<ts::LoopOp>();
  bool inLoop = (repeats || eval.mayEscape(at)) && joined->nodeKind != NodeKind::Storage;
  // What one of several became inside a side has their names there.
  bool isShared = left->birth <= start || right->birth <= start || left->ambiguousAt || right->ambiguousAt;
  for (Node *side : {left, right})
    if (auto [it, isNew] = joinedOf.insert({side, joined}); !isNew) {
      isShared = true;
      it->second->ambiguousAt = at;
      it->second->ambiguousInLoop = inLoop;
    }
  if (isShared)
    for (Node *node : {left, right, joined}) {
      node->ambiguousAt = at;
      node->ambiguousInLoop = inLoop;
    }
}

/// The joined node of two; null when they have not met. Nodes that meet more
/// than one partner alias differently on the two sides.
Node *Merger::merged(Node *left, Node *right) {
  auto it = pairs.find({left, right});
  return it == pairs.end() ? nullptr : it->second;
}

static bool areIdentical(llvm::ArrayRef<Extent> a, llvm::ArrayRef<Extent> b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](const Extent &x, const Extent &y) { return x.isIdentical(y); });
}

FailureOr<AbstractValue> Merger::joinTensors(TensorNode *left, TensorNode *right) {
  const TensorNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  // A tensor that stands for a loop's argument is carried even where the body does not change it.
  const StorageNode &ls = contentAfter(l.storage, &leftChanges), &rs = contentAfter(r.storage, &rightChanges);
  bool isArgument = inside && (isInside(ls.value) || isInside(ls.handle));
  if (left == right && l.storage == r.storage && l.view == r.view && !isArgument)
    return AbstractValue::ofTensor(left);
  if (Node *node = merged(left, right))
    return AbstractValue::ofTensor(static_cast<TensorNode *>(node));
  if (left->quantizer != right->quantizer)
    return eval.unmergeable("quantized tensors differ");
  if (l.dtype != r.dtype)
    return joinUnlike(AbstractValue::ofTensor(left), AbstractValue::ofTensor(right),
                      "one side gives a tensor of " + llvm::Twine(rt::name(l.dtype)) + ", the other of " + rt::name(r.dtype));
  if (l.rank() != r.rank())
    return joinUnlike(AbstractValue::ofTensor(left), AbstractValue::ofTensor(right),
                      "one side gives a tensor of rank " + llvm::Twine(l.rank()) + ", the other of rank " + llvm::Twine(r.rank()));
  // The same view of the same storage: the content is joined with the storage.
  bool sameView = l.storage == r.storage && l.view == r.view && !isArgument;
  if (sameView) {
    pairs[{left, right}] = left;
    return AbstractValue::ofTensor(left);
  }
  // At the program's end nobody writes any more, so the elements are enough.
  if (!boxes && (ls.handle || rs.handle || isSharing()))
    return joinSharedTensors(left, right);
  llvm::SmallVector<Extent> sizes;
  llvm::SmallVector<int64_t> shape;
  for (auto [a, b] : llvm::zip(l.sizes, r.sizes)) {
    bool same = isSame(a, b);
    shape.push_back(same && a.isKnownInt() ? a.asInt() : mlir::ShapedType::kDynamic);
    sizes.push_back(same ? a : Extent::uninitialized());
  }
  Leaf leaf{AbstractValue::ofTensor(left), AbstractValue::ofTensor(right)};
  leaf.type = mlir::RankedTensorType::get(shape, elementTypeOf(eval.emitter.context(), l.dtype));
  mlir::Value value = addLeaf(leaf);
  if (!value) { // The same two that meet again are one leaf.
    pairs[{left, right}] = left;
    return AbstractValue::ofTensor(left);
  }
  for (auto [i, size] : llvm::enumerate(sizes))
    if (size.isUninitialized())
      size = eval.emitter.extentOf(value, i);
  bool sameStrides = areIdentical(l.sizes, r.sizes) && areIdentical(l.strides, r.strides) && !l.storage->strides.empty() &&
                     areIdentical(l.storage->strides, r.storage->strides) && !l.view && !r.view;
  TensorNode *joined = eval.tensors.fresh(value, l.dtype, sizes, sameStrides ? l.strides : llvm::ArrayRef<Extent>());
  joined->wrappedNumber = l.wrappedNumber && r.wrappedNumber;
  if (eval.handed.contains(l.storage) || eval.handed.contains(r.storage))
    eval.handed.insert(joined->storage);
  pairs[{left, right}] = joined;
  blame(l.storage, r.storage, joined->storage);
  return AbstractValue::ofTensor(joined);
}

/// Of two tensors of which one is in the runtime's memory the other goes there,
/// too: the joined one is a reference to either.
FailureOr<AbstractValue> Merger::joinSharedTensors(TensorNode *left, TensorNode *right) {
  const TensorNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  Leaf leaf{AbstractValue::ofTensor(left), AbstractValue::ofTensor(right)};
  if (failed(requireShared(leaf)))
    return failure();
  leaf.type = ts::RefType::get(eval.emitter.context());
  leaf.isShared = true;
  mlir::Value value = addLeaf(leaf);
  if (!value) { // The same two that meet again are one leaf.
    pairs[{left, right}] = left;
    return AbstractValue::ofTensor(left);
  }
  llvm::SmallVector<Extent> sizes;
  for (auto [dim, extents] : llvm::enumerate(llvm::zip(l.sizes, r.sizes))) {
    auto [a, b] = extents;
    sizes.push_back(isSame(a, b) ? a : extentBehind(eval, value, dim));
  }
  TensorNode *joined = tensorBehind(eval, value, l.dtype, sizes);
  pairs[{left, right}] = joined;
  return AbstractValue::ofTensor(joined);
}

LogicalResult Merger::joinElements(ListNode *target, const ListNode &left, const ListNode &right) {
  llvm::SmallVector<AbstractValue> joined;
  for (auto [l, r] : llvm::zip_equal(left.elements, right.elements)) {
    FailureOr<AbstractValue> element = join(l, r);
    if (failed(element))
      return failure();
    joined.push_back(*element);
  }
  if (building) {
    eval.heap.mutate(target).elements.assign(joined.begin(), joined.end());
    target->reference = left.reference;
    if (left.reference)
      target->elementShape = joinShapes(left.elementShape, right.elementShape).value_or(left.elementShape);
  }
  return success();
}

FailureOr<AbstractValue> Merger::joinLists(ListNode *left, ListNode *right) {
  const ListNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  bool isArgument = inside && isInside(l.reference);
  if (left == right && !isArgument)
    return AbstractValue::ofList(left); // Its content is joined with the changed nodes.
  if (Node *node = merged(left, right))
    return AbstractValue::ofList(static_cast<ListNode *>(node));
  if (l.reference && l.reference == r.reference && !isArgument)
    return AbstractValue::ofList(left);
  bool differ = l.elements.size() != r.elements.size();
  if (l.reference || r.reference || (differ && eval.mayEscape(at)) || isRebound())
    return joinListsAtRunTime(left, right);
  if (differ)
    return eval.unmergeable("one side gives a list of " + llvm::Twine(l.elements.size()) + " elements, the other of " +
                            llvm::Twine(r.elements.size()));
  auto *joined = eval.heap.create<ListNode>(l.elementType);
  pairs[{left, right}] = joined;
  if (failed(joinElements(joined, l, r)))
    return failure();
  blame(left, right, joined);
  return AbstractValue::ofList(joined);
}

/// Two lists of different length become one that the runtime holds.
FailureOr<AbstractValue> Merger::joinListsAtRunTime(ListNode *left, ListNode *right) {
  const ListNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  std::optional<ElementShape> a = shapeOfElements(eval, l, &leftChanges), b = shapeOfElements(eval, r, &rightChanges);
  std::optional<ElementShape> shape = a && b ? joinShapes(*a, *b) : std::nullopt;
  if (!shape)
    return eval.unmergeable("the sides give lists of different length and of unlike elements");
  if (failed(requireMoved(AbstractValue::ofList(left), leftChanges, &*shape)) ||
      failed(requireMoved(AbstractValue::ofList(right), rightChanges, &*shape)))
    return failure();
  Leaf leaf{AbstractValue::ofList(left), AbstractValue::ofList(right)};
  if (eval.knowledge.sharesTensors && failed(requireShared(leaf)))
    return failure();
  leaf.type = ts::RefType::get(eval.emitter.context());
  leaf.isShared = true;
  leaf.elements = *shape;
  mlir::Value value = addLeaf(leaf);
  if (!value) {
    pairs[{left, right}] = left;
    return AbstractValue::ofList(left);
  }
  auto *joined = eval.heap.create<ListNode>(l.elementType);
  joined->reference = value;
  joined->elementShape = *shape;
  pairs[{left, right}] = joined;
  return AbstractValue::ofList(joined);
}

static bool haveSameKeys(const DictNode &l, const DictNode &r) {
  return l.entries.size() == r.entries.size() &&
         std::equal(l.entries.begin(), l.entries.end(), r.entries.begin(),
                    [](const auto &a, const auto &b) { return a.first.isIdentical(b.first); });
}

FailureOr<AbstractValue> Merger::joinDicts(DictNode *left, DictNode *right) {
  const DictNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  bool isArgument = inside && isInside(l.reference);
  if (left == right && !isArgument)
    return AbstractValue::ofNode(ValueKind::Dict, left);
  if (Node *node = merged(left, right))
    return AbstractValue::ofNode(ValueKind::Dict, node);
  if (l.reference && l.reference == r.reference && !isArgument)
    return AbstractValue::ofNode(ValueKind::Dict, left);
  if (l.reference || r.reference || (!haveSameKeys(l, r) && eval.mayEscape(at)) || isRebound())
    return joinDictsAtRunTime(left, right);
  if (l.entries.size() != r.entries.size())
    return eval.unmergeable("the sides give dicts of different sizes");
  auto *joined = eval.heap.create<DictNode>(l.keyType, l.valueType);
  for (auto [a, b] : llvm::zip_equal(l.entries, r.entries)) {
    FailureOr<AbstractValue> key = join(a.first, b.first), value = failed(key) ? key : join(a.second, b.second);
    if (failed(value))
      return failure();
    if (!a.first.isIdentical(b.first))
      return eval.unmergeable("the sides give dicts of different keys");
    joined->entries.emplace_back(*key, *value);
  }
  blame(left, right, joined);
  return AbstractValue::ofNode(ValueKind::Dict, joined);
}

/// Two dicts of different keys become one that the runtime holds.
FailureOr<AbstractValue> Merger::joinDictsAtRunTime(DictNode *left, DictNode *right) {
  const DictNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  std::optional<std::pair<ElementShape, ElementShape>> shapes = joinEntryShapes(l, r);
  if (!shapes)
    return eval.unmergeable("the sides give dicts of different keys and of unlike values");
  if (failed(requireMoved(AbstractValue::ofNode(ValueKind::Dict, left), leftChanges, &shapes->second, &shapes->first)) ||
      failed(requireMoved(AbstractValue::ofNode(ValueKind::Dict, right), rightChanges, &shapes->second, &shapes->first)))
    return failure();
  Leaf leaf{AbstractValue::ofNode(ValueKind::Dict, left), AbstractValue::ofNode(ValueKind::Dict, right)};
  if (eval.knowledge.sharesTensors && failed(requireShared(leaf)))
    return failure();
  leaf.type = ts::RefType::get(eval.emitter.context());
  leaf.isShared = true;
  leaf.keys = shapes->first;
  leaf.elements = shapes->second;
  mlir::Value value = addLeaf(leaf);
  if (!value) { // The same two that meet again are one leaf.
    pairs[{left, right}] = left;
    return AbstractValue::ofNode(ValueKind::Dict, left);
  }
  auto *joined = eval.heap.create<DictNode>(l.keyType, l.valueType);
  joined->reference = value;
  joined->keyShape = shapes->first;
  joined->valueShape = shapes->second;
  pairs[{left, right}] = joined;
  return AbstractValue::ofNode(ValueKind::Dict, joined);
}

std::optional<std::pair<ElementShape, ElementShape>> Merger::joinEntryShapes(const DictNode &l, const DictNode &r) {
  auto a = shapesOfEntries(eval, l, &leftChanges), b = shapesOfEntries(eval, r, &rightChanges);
  if (!a || !b)
    return std::nullopt;
  std::optional<ElementShape> keys = joinShapes(a->first, b->first), values = joinShapes(a->second, b->second);
  if (!keys || !values)
    return std::nullopt;
  return std::pair(*keys, *values);
}

FailureOr<AbstractValue> Merger::joinObjects(ObjectNode *left, ObjectNode *right) {
  const ObjectNode &l = contentAfter(left, &leftChanges), &r = contentAfter(right, &rightChanges);
  bool isArgument = inside && isInside(l.reference);
  if (left == right && !isArgument)
    return AbstractValue::ofNode(ValueKind::Object, left);
  if (Node *node = merged(left, right))
    return AbstractValue::ofNode(ValueKind::Object, node);
  AbstractValue a = AbstractValue::ofNode(ValueKind::Object, left), b = AbstractValue::ofNode(ValueKind::Object, right);
  if (l.className != r.className)
    return joinUnlike(a, b, "one side gives an object of '" + l.className + "', the other of '" + r.className + "'");
  if (l.reference && l.reference == r.reference && !isArgument)
    return a;
  if (l.reference || r.reference || isRebound()) {
    std::optional<ElementShape> shape = shapeOf(eval, a, &leftChanges), other = shapeOf(eval, b, &rightChanges);
    if (!shape || !other)
      return eval.unmergeable("one side gives an object that only run time knows, the other one that it cannot hold");
    FailureOr<AbstractValue> joined = joinAtRunTime(a, b, *shape);
    if (succeeded(joined))
      pairs[{left, right}] = joined->asObject();
    return joined;
  }
  if (l.slots.size() != r.slots.size())
    return eval.unmergeable("the sides give objects with different attributes");
  auto *joined = eval.heap.create<ObjectNode>(l.className);
  pairs[{left, right}] = joined;
  for (const auto &[name, value] : l.slots) {
    AbstractValue *other = const_cast<ObjectNode &>(r).find(name);
    if (!other)
      return eval.unmergeable("the sides give objects with different attributes");
    FailureOr<AbstractValue> slot = join(value, *other);
    if (failed(slot))
      return failure();
    joined->slots.emplace_back(name, *slot);
  }
  blame(left, right, joined);
  return AbstractValue::ofNode(ValueKind::Object, joined);
}

FailureOr<AbstractValue> Merger::joinTuples(TupleNode *left, TupleNode *right) {
  if (left == right)
    return AbstractValue::ofTuple(left);
  if (left->elements.size() != right->elements.size())
    return eval.unmergeable("the sides give tuples of different sizes");
  auto *joined = eval.heap.create<TupleNode>();
  joined->className = left->className;
  joined->fieldNames = left->fieldNames;
  for (auto [l, r] : llvm::zip_equal(left->elements, right->elements)) {
    FailureOr<AbstractValue> element = join(l, r);
    if (failed(element))
      return failure();
    joined->elements.push_back(*element);
  }
  return AbstractValue::ofTuple(joined);
}

//===----------------------------------------------------------------------===//
// Nodes that both sides know
//===----------------------------------------------------------------------===//

static bool sameContent(Tensors &tensors, const StorageNode &l, const StorageNode &r) {
  if (l.version == r.version || (l.value && l.value == r.value))
    return true;
  if (!l.known || !r.known || l.known.numel() > 4096)
    return false;
  tensors.noteRead(l.known);
  tensors.noteRead(r.known);
  return l.known.equals(r.known);
}

LogicalResult Merger::joinStorage(StorageNode *storage) {
  const StorageNode &l = contentAfter(storage, &leftChanges), &r = contentAfter(storage, &rightChanges);
  bool isElsewhere = l.handle != r.handle;
  if (isElsewhere && !boxes) {
    escaping.push_back({storage});
    return eval.unmergeable("a tensor is given to a list of run-time length on one side only");
  }
  if (!isElsewhere && (l.handle || sameContent(eval.tensors, l, r)) && !isInside(l.value)) {
    if (building)
      eval.heap.mutate(storage) = l;
    return success();
  }
  Leaf leaf;
  leaf.storage = storage;
  leaf.type = tensorTypeOf(eval.emitter.context(), l.dtype, l.sizes);
  mlir::Value value = addLeaf(leaf);
  if (building)
    eval.tensors.setBase(storage, value);
  return success();
}

static void forgetStructure(ListNode &list) {
  list.elements.clear();
  list.elementShape = {};
}

static void forgetStructure(DictNode &dict) {
  dict.entries.clear();
  dict.keyShape = dict.valueShape = {};
}

/// At the program's end, a list or dict of which nothing can be said that holds on both sides is what each side's is.
template <typename Container> LogicalResult Merger::joinAsBox(Container *container) {
  auto value = AbstractValue::ofNode(container->nodeKind == NodeKind::List ? ValueKind::List : ValueKind::Dict, container);
  Leaf leaf{value, value};
  leaf.type = ts::RefType::get(eval.emitter.context());
  mlir::Value reference = addLeaf(leaf);
  if (!building)
    return success();
  Container &joined = eval.heap.mutate(container);
  joined = Container(contentAfter(container, &leftChanges));
  forgetStructure(joined);
  joined.reference = reference;
  return success();
}

LogicalResult Merger::joinListNode(ListNode *list) {
  if (growing && growing->contains(list))
    return success();
  const ListNode &l = contentAfter(list, &leftChanges), &r = contentAfter(list, &rightChanges);
  bool differ = l.reference != r.reference || l.elements.size() != r.elements.size();
  // What a loop appends is of a shape that its top must know.
  bool widens = isLoop && l.reference && !(l.elementShape == r.elementShape);
  if (!differ && !widens)
    return joinElements(list, l, r);
  std::optional<ElementShape> a = shapeOfElements(eval, l, &leftChanges), b = shapeOfElements(eval, r, &rightChanges);
  std::optional<ElementShape> shape = a && b ? joinShapes(*a, *b) : std::nullopt;
  if (shape)
    escaping.push_back({list, *shape});
  else if (boxes)
    return joinAsBox(list);
  return eval.unmergeable("a list has " + llvm::Twine(l.elements.size()) + " elements after one side and " +
                          llvm::Twine(r.elements.size()) + " after the other");
}

LogicalResult Merger::joinDictNode(DictNode *dict) {
  DictNode l = contentAfter(dict, &leftChanges), r = contentAfter(dict, &rightChanges);
  bool widens = isLoop && l.reference && !(l.keyShape == r.keyShape && l.valueShape == r.valueShape);
  if (l.reference != r.reference || !haveSameKeys(l, r) || widens) {
    auto shapes = joinEntryShapes(l, r);
    if (shapes)
      escaping.push_back({dict, shapes->second, shapes->first});
    else if (boxes)
      return joinAsBox(dict);
    return eval.unmergeable("a dict has different keys after the two sides");
  }
  for (auto [a, b] : llvm::zip_equal(l.entries, r.entries)) {
    FailureOr<AbstractValue> value = join(a.second, b.second);
    if (failed(value))
      return failure();
    a.second = *value;
  }
  if (!building)
    return success();
  DictNode &joined = eval.heap.mutate(dict);
  joined.entries = l.entries;
  joined.reference = l.reference;
  if (l.reference)
    std::tie(joined.keyShape, joined.valueShape) = *joinEntryShapes(l, r);
  return success();
}

LogicalResult Merger::joinObjectNode(ObjectNode *object) {
  ObjectNode l = contentAfter(object, &leftChanges), r = contentAfter(object, &rightChanges);
  if (l.reference != r.reference) {
    if (shapeOf(eval, AbstractValue::ofNode(ValueKind::Object, object), &leftChanges))
      escaping.push_back({object});
    return eval.unmergeable("an object goes to the runtime on one side only");
  }
  if (l.slots.size() != r.slots.size())
    return eval.unmergeable("an object has different attributes after the two sides");
  ObjectNode joined = l;
  for (auto &[name, value] : joined.slots) {
    AbstractValue *other = r.find(name);
    FailureOr<AbstractValue> slot = other ? join(value, *other) : FailureOr<AbstractValue>(failure());
    if (failed(slot))
      return failure();
    value = *slot;
  }
  if (building) {
    ObjectNode &target = eval.heap.mutate(object);
    target.slots = joined.slots;
    target.reference = joined.reference;
  }
  return success();
}

LogicalResult Merger::joinNode(Node *node) {
  switch (node->nodeKind) {
  case NodeKind::Storage:
    return joinStorage(static_cast<StorageNode *>(node));
  case NodeKind::List:
    return joinListNode(static_cast<ListNode *>(node));
  case NodeKind::Object:
    return joinObjectNode(static_cast<ObjectNode *>(node));
  case NodeKind::Dict:
    return joinDictNode(static_cast<DictNode *>(node));
  case NodeKind::Tensor: {
    auto *tensor = static_cast<TensorNode *>(node);
    const TensorNode &l = contentAfter(tensor, &leftChanges), &r = contentAfter(tensor, &rightChanges);
    if (l.storage == r.storage && l.view == r.view) {
      if (building)
        eval.heap.mutate(tensor) = l;
      return success();
    }
    FailureOr<AbstractValue> joined = joinTensors(tensor, tensor);
    if (failed(joined))
      return failure();
    if (building && joined->asTensor() != tensor)
      eval.tensors.become(tensor, joined->asTensor());
    return success();
  }
  default:
    return success();
  }
}

//===----------------------------------------------------------------------===//
// Leaves as SSA values
//===----------------------------------------------------------------------===//

/// A value of a type, where none is ever read.
static mlir::Value anyValue(Evaluator &eval, mlir::Type type) {
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
  if (!tensor) {
    ValueKind kind = type.isInteger(1) ? ValueKind::Bool : type.isInteger(64) ? ValueKind::Int : type.isF64() ? ValueKind::Float : ValueKind::Complex;
    return eval.emitter.materialize(eval.emitter.convert(AbstractValue::ofInt(0), kind));
  }
  llvm::SmallVector<Extent> sizes;
  for (int64_t size : tensor.getShape())
    sizes.push_back(Extent::ofInt(mlir::ShapedType::isDynamic(size) ? 0 : size));
  rt::Dtype dtype = *dtypeOf(tensor.getElementType());
  ValueKind kind = scalarKindOf(dtype);
  AbstractValue zero = eval.emitter.convert(AbstractValue::ofInt(0), kind);
  mlir::Value value = eval.emitter.one("full", {llvm::ArrayRef<Extent>(sizes), zero, static_cast<int64_t>(dtype)});
  return value ? eval.emitter.cast(value, type) : value;
}

FailureOr<mlir::Value> Merger::materialize(const Leaf &leaf, bool isLeft) {
  const AbstractValue &value = isLeft ? leaf.left : leaf.right;
  mlir::Value result;
  if (leaf.isShared && value.isTensor() && leaf.elements.kind == ElementShape::Unknown)
    return shareTensor(eval, value.asTensor());
  if (leaf.isShared)
    return handOver(eval, value);
  if (llvm::isa<ts::RefType>(leaf.type))
    return box(eval, value);
  if (leaf.storage)
    result = eval.tensors.readBase(leaf.storage);
  else if (value.isUninitialized())
    result = anyValue(eval, leaf.type);
  else if (!leaf.numbers.empty())
    result = eval.emitter.materialize(eval.numberOf(value));
  else if (value.isTensor())
    result = eval.tensors.read(value.asTensor());
  else
    result = eval.emitter.materialize(value);
  if (!result)
    return failure();
  return llvm::isa<mlir::RankedTensorType>(leaf.type) ? eval.emitter.cast(result, leaf.type) : result;
}
