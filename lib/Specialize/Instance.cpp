// Values of the archive and the runtime as abstract values, and back; and the
// rule that writing to what belongs to the instance makes it state.
#include "lib/Specialize/Evaluator.h"
#include "lib/Specialize/InstanceObjects.h"
#include "lib/Specialize/TypeNames.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

namespace {
/// Converts a value of the runtime, with everything it refers to.
class Importing {
public:
  Importing(Evaluator &eval, llvm::DenseMap<const void *, AbstractValue> &known) : eval(eval), known(known) {}

  AbstractValue convert(const rt::Value &value, const std::string &path) {
    if (!value.isHeap() || value.isComplex() || value.isString())
      return scalar(value);
    if (auto it = known.find(value.heap()); it != known.end())
      return it->second;
    return aggregate(value, path);
  }

private:
  AbstractValue scalar(const rt::Value &value) {
    if (value.isBool())
      return AbstractValue::ofBool(value.asBool());
    if (value.isInt())
      return AbstractValue::ofInt(value.asInt());
    if (value.isDouble())
      return AbstractValue::ofFloat(value.asDouble());
    if (value.isComplex())
      return AbstractValue::ofComplex(value.asComplex());
    return value.isString() ? eval.heap.string(value.asString()) : AbstractValue::none();
  }

  AbstractValue aggregate(const rt::Value &value, const std::string &path) {
    if (value.isTensor())
      return remember(value, tensor(value.asTensor(), path));
    if (value.isList())
      return list(value, path);
    if (value.isDict())
      return dict(value, path);
    if (value.isObject())
      return object(value, path);
    if (value.isTuple())
      return tuple(value.asTuple(), path);
    if (value.isEnum()) {
      const rt::EnumMember &member = value.asEnum();
      return AbstractValue::ofNode(ValueKind::Enum,
                                   eval.heap.create<EnumNode>(member.className, member.name, convert(member.value, path)));
    }
    if (value.isDevice())
      return eval.heap.device(value.asDevice().text());
    if (value.isFunction())
      return AbstractValue::ofNode(ValueKind::Function,
                                   eval.heap.create<FunctionNode>(value.asFunction().name, AbstractValue::uninitialized()));
    if (value.isFuture())
      return AbstractValue::ofNode(ValueKind::Future, eval.heap.create<FutureNode>(convert(value.asFuture().result, path)));
    return AbstractValue::ofNode(ValueKind::Opaque, eval.heap.create<OpaqueNode>("Generator", value));
  }

  AbstractValue tensor(const rt::Tensor &tensor, const std::string &path) {
    if (!tensor.storage()) // Sparse: only passed around.
      return AbstractValue::ofNode(ValueKind::Opaque, eval.heap.create<OpaqueNode>("sparse tensor", rt::Value::ofTensor(tensor)));
    TensorNode *node = eval.tensors.fromProgram(tensor);
    if (node->storage->attribute.empty() && node->storage->input < 0)
      node->storage->attribute = path;
    return AbstractValue::ofTensor(node);
  }

  // What a list, dict or tuple of an attribute holds belongs to the attribute as a whole.

  AbstractValue list(const rt::Value &value, const std::string &path) {
    ++containers;
    const rt::List &from = value.asList();
    auto *node = eval.heap.create<ListNode>(typeFromAnnotation(eval.emitter.context(), from.elementType));
    node->attribute = path;
    AbstractValue result = remember(value, AbstractValue::ofList(node));
    for (size_t i = 0; i < from.elements.size(); ++i)
      node->elements.push_back(convert(from.elements[i], path));
    --containers;
    return result;
  }

  AbstractValue dict(const rt::Value &value, const std::string &path) {
    ++containers;
    const rt::Dict &from = value.asDict();
    mlir::MLIRContext *context = eval.emitter.context();
    auto *node = eval.heap.create<DictNode>(typeFromAnnotation(context, from.keyType), typeFromAnnotation(context, from.valueType));
    node->attribute = path;
    AbstractValue result = remember(value, AbstractValue::ofNode(ValueKind::Dict, node));
    for (const auto &[key, element] : from.entries())
      node->entries.emplace_back(convert(key, path), convert(element, path));
    --containers;
    return result;
  }

  AbstractValue tuple(const rt::Tuple &from, const std::string &path) {
    ++containers;
    auto *node = eval.heap.create<TupleNode>();
    node->className = from.className;
    node->fieldNames = from.fieldNames;
    for (size_t i = 0; i < from.elements.size(); ++i)
      node->elements.push_back(convert(from.elements[i], path));
    --containers;
    return AbstractValue::ofTuple(node);
  }

  AbstractValue object(const rt::Value &value, const std::string &path) {
    const rt::Object &from = value.asObject();
    auto *node = eval.heap.create<ObjectNode>(from.className);
    node->path = containers || path.empty() ? path : path + ".";
    node->isInContainer = containers > 0;
    node->isMade = false;
    AbstractValue result = remember(value, AbstractValue::ofNode(ValueKind::Object, node));
    for (const auto &[name, slot] : from.slots) {
      std::string slotPath = node->statePathOf(name);
      auto state = eval.stateValues.find(slotPath);
      bool isState = !containers && state != eval.stateValues.end();
      node->slots.emplace_back(name, isState ? state->second : convert(slot, slotPath));
    }
    return result;
  }

  AbstractValue remember(const rt::Value &value, AbstractValue result) {
    eval.bindRuntime(value, result);
    return result;
  }

  Evaluator &eval;
  llvm::DenseMap<const void *, AbstractValue> &known;
  int containers = 0; ///< lists, dicts and tuples around the value
};
} // namespace

AbstractValue Evaluator::fromRuntime(const rt::Value &value, llvm::StringRef path) {
  return Importing(*this, runtimeObjects).convert(value, path.str());
}

AbstractValue Evaluator::bindInstance(const rt::Value &root) {
  instanceRoot = fromRuntime(root, "");
  for (const rt::Value &value : objectsOf(root)) {
    AbstractValue bound = runtimeObjects.lookup(value.heap());
    bool isHeld = bound.isObject() && bound.asObject()->reference;
    ObjectNode *object = bound.isObject() && !isHeld && !bound.asObject()->isInContainer ? bound.asObject() : nullptr;
    instanceObjects.push_back(object);
    if (!object)
      continue;
    object->number = static_cast<int64_t>(instanceObjects.size()) - 1;
    objectsByPath[object->path] = object;
  }
  for (ObjectNode *object : instanceObjects) {
    if (!object)
      continue;
    for (const auto &[name, value] : object->slots) {
      ObjectNode *held = isPointer(name) && value.isKnownInt() ? numbered(value.asInt()) : nullptr;
      if (AbstractValue *slot = held ? object->find(attributeOfPointer(name)) : nullptr)
        *slot = AbstractValue::ofNode(ValueKind::Object, held);
    }
    llvm::erase_if(object->slots, [](const auto &slot) { return isPointer(slot.first); });
  }
  for (const auto &[path, number] : stateValues) {
    ObjectNode *owner = isPointer(path) ? ownerOf(path) : nullptr;
    AbstractValue *slot = owner ? owner->find(attributeOfPointer(path.substr(path.rfind('.') + 1))) : nullptr;
    if (!slot || (number.isKnown() && !numbered(number.asInt())))
      continue;
    auto range = knowledge.runTimePointers.find(path);
    llvm::SmallVector<int64_t> numbers;
    if (range != knowledge.runTimePointers.end())
      numbers.assign(range->second.begin(), range->second.end());
    *slot = choice(number, numbers);
  }
  return instanceRoot;
}

void Evaluator::separateState(const StorageNode *storage) {
  if (storage->attribute.empty())
    return;
  for (const ObjectNode *object : instanceObjects) {
    if (!object)
      continue;
    for (const auto &[name, value] : object->slots)
      if (value.isTensor() && value.asTensor()->storage == storage)
        knowledge.state.insert(object->statePathOf(name));
  }
}

ObjectNode *Evaluator::ownerOf(llvm::StringRef path) const {
  size_t end = path.rfind('.');
  return objectsByPath.lookup(end == llvm::StringRef::npos ? llvm::StringRef() : path.take_front(end + 1));
}

const AbstractValue *Evaluator::attributeAt(llvm::StringRef path) const {
  ObjectNode *owner = ownerOf(path);
  llvm::StringRef name = path.substr(path.rfind('.') + 1);
  return owner ? owner->find(isPointer(name) ? attributeOfPointer(name) : name) : nullptr;
}

llvm::SmallVector<int64_t> Evaluator::numbersOf(const AbstractValue &value) const {
  llvm::SmallVector<int64_t> numbers;
  auto add = [&](const AbstractValue &object) {
    bool isNumbered = object.isObject() && object.asObject()->number >= 0 && !object.asObject()->reference;
    if (isNumbered && !llvm::is_contained(numbers, object.asObject()->number))
      numbers.push_back(object.asObject()->number);
    return isNumbered;
  };
  if (value.is(ValueKind::Choice)) {
    if (!llvm::all_of(value.asChoice()->options, [&](const ChoiceNode::Option &option) { return add(option.value); }))
      return {};
  } else {
    add(value);
  }
  llvm::sort(numbers);
  return numbers;
}

AbstractValue Evaluator::numberOf(const AbstractValue &value) {
  if (value.isObject())
    return AbstractValue::ofInt(value.asObject()->number);
  ChoiceNode *choice = value.asChoice();
  if (!choice->number.isUninitialized())
    return choice->number;
  AbstractValue number = AbstractValue::ofInt(choice->options.back().value.asObject()->number);
  for (const auto &[condition, object] : llvm::reverse(llvm::drop_end(choice->options)))
    number = emitter.select(condition, AbstractValue::ofInt(object.asObject()->number), number);
  return number;
}

AbstractValue Evaluator::choice(const AbstractValue &number, llvm::ArrayRef<int64_t> numbers) {
  if (number.isKnownInt())
    return AbstractValue::ofNode(ValueKind::Object, numbered(number.asInt()));
  auto *node = heap.create<ChoiceNode>();
  node->number = number;
  for (int64_t one : numbers)
    node->options.push_back({emitter.compare("eq", number, AbstractValue::ofInt(one)), AbstractValue::ofNode(ValueKind::Object, numbered(one))});
  return AbstractValue::ofNode(ValueKind::Choice, node);
}

static std::optional<std::vector<rt::Value>> allToRuntime(Evaluator &eval, llvm::ArrayRef<AbstractValue> values) {
  std::vector<rt::Value> result;
  for (const AbstractValue &value : values) {
    std::optional<rt::Value> converted = eval.toRuntime(value);
    if (!converted)
      return std::nullopt;
    result.push_back(std::move(*converted));
  }
  return result;
}

static std::optional<rt::Value> scalarToRuntime(const AbstractValue &value) {
  if (value.isRunTime())
    return std::nullopt;
  switch (value.kind()) {
  case ValueKind::Bool:
    return rt::Value::ofBool(value.asBool());
  case ValueKind::Int:
    return rt::Value::ofInt(value.asInt());
  case ValueKind::Float:
    return rt::Value::ofDouble(value.asFloat());
  default:
    return rt::Value::ofComplex(value.asComplex().real(), value.asComplex().imag());
  }
}

static std::optional<rt::Value> dictToRuntime(Evaluator &eval, const DictNode &dict) {
  rt::Ref<rt::Dict> result = rt::Dict::create(annotationOf(dict.keyType), annotationOf(dict.valueType));
  for (const auto &[key, value] : dict.entries) {
    std::optional<rt::Value> k = eval.toRuntime(key), v = eval.toRuntime(value);
    if (!k || !v)
      return std::nullopt;
    result->set(*k, *v);
  }
  return rt::Value::ofDict(result);
}

std::optional<rt::Value> Evaluator::toRuntime(const AbstractValue &value) {
  if (value.isScalar())
    return scalarToRuntime(value);
  Walk walk(*this);
  if (walk.isTooDeep())
    return std::nullopt;
  switch (value.kind()) {
  case ValueKind::None:
    return rt::Value::none();
  case ValueKind::String:
    return rt::Value::ofString(value.asString().str());
  case ValueKind::Device:
    return rt::Value::ofDevice(value.asString().str());
  case ValueKind::Opaque:
    return value.asOpaque()->value;
  case ValueKind::Enum: {
    std::optional<rt::Value> inner = toRuntime(value.asEnum()->value);
    return rt::Value::ofEnum(rt::EnumMember::create(value.asEnum()->className, value.asEnum()->name, inner.value_or(rt::Value())));
  }
  case ValueKind::Tensor: {
    rt::Tensor known = tensors.known(value.asTensor());
    return known ? std::optional(rt::Value::ofTensor(known)) : std::nullopt;
  }
  case ValueKind::Tuple: {
    auto elements = allToRuntime(*this, value.asTuple()->elements);
    if (!elements)
      return std::nullopt;
    return rt::Value::ofTuple(rt::Tuple::create(std::move(*elements), value.asTuple()->className, value.asTuple()->fieldNames));
  }
  case ValueKind::List: {
    auto elements = value.asList()->reference ? std::nullopt : allToRuntime(*this, value.asList()->elements);
    if (!elements)
      return std::nullopt;
    return rt::Value::ofList(annotationOf(value.asList()->elementType), std::move(*elements));
  }
  case ValueKind::Dict:
    return dictToRuntime(*this, *value.asDict());
  default:
    return std::nullopt;
  }
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

/// Notes that a list or dict of the arguments is written, or one that may be any of them.
static void noteWrittenArgument(const Node *node, Knowledge &knowledge) {
  auto note = [&](int64_t argument, mlir::Value reference) {
    if (argument >= 0)
      knowledge.writtenArguments.insert(argument);
    else
      knowledge.writesHeld |= bool(reference);
  };
  if (node->nodeKind == NodeKind::List)
    note(static_cast<const ListNode *>(node)->argument, static_cast<const ListNode *>(node)->reference);
  else if (node->nodeKind == NodeKind::Dict)
    note(static_cast<const DictNode *>(node)->argument, static_cast<const DictNode *>(node)->reference);
}

static llvm::StringRef attributeOf(const Node *node) {
  if (node->nodeKind == NodeKind::List)
    return static_cast<const ListNode *>(node)->attribute;
  if (node->nodeKind == NodeKind::Dict)
    return static_cast<const DictNode *>(node)->attribute;
  if (node->nodeKind == NodeKind::Storage)
    return static_cast<const StorageNode *>(node)->attribute;
  return {};
}

LogicalResult Evaluator::prepareMove(Node *node) {
  if (!node->ambiguousAt)
    return success();
  bool isTensor = node->nodeKind == NodeKind::Storage;
  // Both sides of that `if` must be followed to their ends instead, or, where that was not enough, the runtime holds what it may be.
  auto &held = isTensor ? knowledge.sharing : knowledge.rebinding;
  bool splits = !node->ambiguousInLoop && !knowledge.splitIfs.contains(node->ambiguousAt) && !held.contains(node->ambiguousAt);
  (splits ? knowledge.splitIfs : held).insert(node->ambiguousAt);
  // A container would hold a copy of a tensor that the runtime holds.
  knowledge.sharesTensors |= isTensor && !splits;
  return restart();
}

LogicalResult Evaluator::prepareWrite(Node *node) {
  if (failed(prepareMove(node)))
    return failure();
  if (node->nodeKind == NodeKind::Storage && handed.contains(static_cast<StorageNode *>(node)) && !knowledge.sharesTensors) {
    knowledge.sharesTensors = true;
    return restart();
  }
  llvm::StringRef attribute = attributeOf(node);
  if (!attribute.empty())
    knowledge.state.insert(attribute.str());
  // Where the program has assigned to neither of two that shared memory, the write may show in the other one.
  for (const auto &[memory, shared] : stateByMemory) {
    if (!llvm::is_contained(shared, node))
      continue;
    for (const StorageNode *other : shared)
      if (const AbstractValue *held = attributeAt(other->attribute); other != node && held && held->isTensor() && held->asTensor()->storage == other)
        return unsupported("attribute '" + attribute + "' is written in place, and another tensor is assigned to it or to '" + other->attribute +
                           "', which shares its memory in the archive; give one of them a copy (clone), or assign to both");
  }
  noteWrittenArgument(node, knowledge);
  heap.mutate(node);
  return success();
}

LogicalResult Evaluator::writeTensor(TensorNode *target, TensorNode *source, bool mayOverlap) {
  AbstractValue one = AbstractValue::ofInt(1), overlaps = AbstractValue::ofBool(false);
  for (auto [size, stride] : llvm::zip(target->sizes, target->strides))
    if (stride.isKnownInt(0) && !mayOverlap)
      overlaps = emitter.logicalNot(emitter.logicalAnd(emitter.logicalNot(overlaps), emitter.compare("le", size, one)));
  // A tensor without elements may be written whatever its strides.
  if (!overlaps.isKnown() || overlaps.asBool()) {
    AbstractValue isEmpty = emitter.compare("eq", tensors.numel(target), AbstractValue::ofInt(0));
    AbstractValue refused = emitter.logicalAnd(overlaps, emitter.logicalNot(isEmpty));
    if (failed(require(emitter.logicalNot(refused), "builtins.RuntimeError",
                       "unsupported operation: more than one element of the written-to tensor refers to a "
                       "single memory location. Please clone() the tensor before performing the operation.")))
      return failure();
  }
  if (failed(prepareWrite(target->storage)))
    return failure();
  if (failed(tensors.write(target, source)))
    return error("the tensor cannot be written");
  return success();
}
