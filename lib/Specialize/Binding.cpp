#include "lib/Specialize/Binding.h"
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TypeNames.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;
using Kind = ArgumentSpec::Kind;

mlir::Value Binding::addArgument(mlir::Type type) {
  mlir::func::FuncOp function = eval.emitter.function();
  return function.getBody().front().addArgument(type, function.getLoc());
}

AbstractValue Binding::bindScalar(ValueKind kind, rt::Slot &slot) {
  slot.kind = kind == ValueKind::Int     ? rt::Slot::Kind::Int
              : kind == ValueKind::Float ? rt::Slot::Kind::Float
              : kind == ValueKind::Bool  ? rt::Slot::Kind::Bool
                                         : rt::Slot::Kind::Complex;
  return AbstractValue::ofRunTime(addArgument(scalarTypeOf(eval.emitter.context(), kind)));
}

FailureOr<AbstractValue> Binding::bindTensor(const ArgumentSpec &spec, rt::Slot &slot) {
  slot.kind = rt::Slot::Kind::Tensor;
  slot.dtype = spec.dtype;
  slot.strides = spec.strides;
  mlir::Type elementType = elementTypeOf(eval.emitter.context(), spec.dtype);
  if (!elementType)
    return eval.unsupported(llvm::Twine("an argument of dtype ") + rt::name(spec.dtype));
  llvm::SmallVector<int64_t> shape;
  for (int64_t size : spec.sizes) {
    slot.sizes.push_back(size == ArgumentSpec::dynamic ? rt::Slot::dynamic : size);
    shape.push_back(size == ArgumentSpec::dynamic ? mlir::ShapedType::kDynamic : size);
  }
  mlir::Value argument = addArgument(mlir::RankedTensorType::get(shape, elementType));
  llvm::SmallVector<Extent> sizes, strides;
  for (size_t i = 0; i < shape.size(); ++i)
    sizes.push_back(eval.emitter.extentOf(argument, i));
  for (int64_t stride : spec.strides)
    strides.push_back(Extent::ofInt(stride));
  TensorNode *tensor = eval.tensors.fresh(argument, spec.dtype, sizes, strides);
  tensor->storage->input = inputs.size();
  inputs.push_back(tensor);
  return AbstractValue::ofTensor(tensor);
}

FailureOr<AbstractValue> Binding::bindKnown(const rt::Value &value, rt::Slot &slot) {
  if (value.isEnum()) {
    slot.kind = rt::Slot::Kind::Enum;
    slot.className = value.asEnum().className;
    slot.names = {value.asEnum().name};
  } else if (!value.isNone()) {
    bool isPlain = value.isNumber() || value.isString() || value.isDevice();
    if (!isPlain)
      return eval.unsupported("an argument that is neither a tensor, a number, a string nor a container of them");
    slot.kind = rt::Slot::Kind::Constant;
    slot.constant = value;
  }
  return eval.fromRuntime(value, "");
}

/// The number of the next list or dict of the arguments.
int64_t Binding::reserveContainer() {
  if (isState)
    return -1;
  arguments.emplace_back();
  return static_cast<int64_t>(arguments.size()) - 1;
}

FailureOr<AbstractValue> Binding::bindDict(const ArgumentSpec &spec, rt::Slot &slot) {
  mlir::MLIRContext *context = eval.emitter.context();
  int64_t number = reserveContainer();
  slot.kind = rt::Slot::Kind::Dict;
  slot.typeText = spec.elementType;
  slot.valueType = spec.className;
  auto *node = eval.heap.create<DictNode>(typeFromAnnotation(context, spec.elementType), typeFromAnnotation(context, spec.className));
  for (const auto &[key, element] : llvm::zip_equal(spec.keys, spec.elements)) {
    rt::Slot keySlot, valueSlot;
    FailureOr<AbstractValue> k = bindKnown(key, keySlot), v = failed(k) ? k : bind(element, valueSlot);
    if (failed(v))
      return failure();
    node->entries.emplace_back(*k, *v);
    slot.children.push_back(std::move(keySlot));
    slot.children.push_back(std::move(valueSlot));
  }
  node->argument = number;
  AbstractValue dict = AbstractValue::ofNode(ValueKind::Dict, node);
  if (number >= 0)
    arguments[number] = dict;
  return dict;
}

FailureOr<AbstractValue> Binding::bind(const ArgumentSpec &spec, rt::Slot &slot) {
  Walk walk(eval);
  if (eval.walkDepth > static_cast<unsigned>(rt::Signature::maxDepth))
    return eval.unsupported("an argument that nests deeper than " + llvm::Twine(rt::Signature::maxDepth) + " levels");
  switch (spec.kind) {
  case Kind::Tensor:
    return bindTensor(spec, slot);
  case Kind::Int:
    return bindScalar(ValueKind::Int, slot);
  case Kind::Float:
    return bindScalar(ValueKind::Float, slot);
  case Kind::Bool:
    return bindScalar(ValueKind::Bool, slot);
  case Kind::Complex:
    return bindScalar(ValueKind::Complex, slot);
  case Kind::Known:
    return bindKnown(spec.value, slot);
  case Kind::Dict:
    return bindDict(spec, slot);
  case Kind::RunTime:
    return eval.unsupported("an argument of which nothing is known");
  case Kind::List:
  case Kind::Tuple:
    break;
  }
  int64_t number = spec.kind == Kind::List ? reserveContainer() : -1;
  llvm::SmallVector<AbstractValue> elements;
  for (const ArgumentSpec &element : spec.elements) {
    rt::Slot child;
    FailureOr<AbstractValue> value = bind(element, child);
    if (failed(value))
      return failure();
    elements.push_back(*value);
    slot.children.push_back(std::move(child));
  }
  if (spec.kind == Kind::List) {
    slot.kind = rt::Slot::Kind::List;
    slot.typeText = spec.elementType;
    AbstractValue list = eval.list(typeFromAnnotation(eval.emitter.context(), spec.elementType), elements);
    list.asList()->argument = number;
    if (number >= 0)
      arguments[number] = list;
    return list;
  }
  slot.kind = rt::Slot::Kind::Tuple;
  slot.className = spec.className;
  slot.names = spec.fieldNames;
  AbstractValue tuple = eval.tuple(elements);
  tuple.asTuple()->className = spec.className;
  tuple.asTuple()->fieldNames = spec.fieldNames;
  return tuple;
}

//===----------------------------------------------------------------------===//
// State
//===----------------------------------------------------------------------===//

static ArgumentSpec specOfState(const rt::Value &value) {
  SpecOptions options;
  options.knownScalars = false;
  ArgumentSpec spec = specFromValue(value, options);
  if (spec.kind == Kind::Bool) { // What a flag decides is structure: a version for each value.
    spec.kind = Kind::Known;
    spec.value = value;
  }
  return spec;
}

AbstractValue Binding::bindRunTimeState(const rt::Value &value, const std::string &path, const ElementShape &shape, rt::Slot &slot) {
  slot = slotOfShape(shape);
  mlir::Value argument = addArgument(ts::RefType::get(eval.emitter.context()));
  FailureOr<AbstractValue> bound = valueBehind(eval, argument, shape, shape.type);
  assert(mlir::succeeded(bound) && "a list, dict, str or object can be behind a reference");
  if (bound->isReference()) // Text cannot be written, so other names of it are of no matter.
    return *bound;
  if (bound->isList())
    bound->asList()->attribute = path;
  else if (bound->isDict())
    bound->asDict()->attribute = path;
  eval.bindRuntime(value, *bound);
  return *bound;
}

AbstractValue Binding::bindPointer(int64_t number, const std::string &path, rt::Slot &slot) {
  auto constant = [](int64_t value) {
    rt::Slot slot;
    slot.kind = rt::Slot::Kind::Constant;
    slot.constant = rt::Value::ofInt(value);
    return slot;
  };
  auto known = eval.knowledge.runTimePointers.find(path);
  if (known == eval.knowledge.runTimePointers.end()) {
    slot = constant(number);
    return AbstractValue::ofInt(number);
  }
  known->second.insert(number);
  slot.kind = rt::Slot::Kind::Union;
  for (int64_t one : known->second)
    slot.children.push_back(constant(one));
  mlir::Value argument = addArgument(ts::RefType::get(eval.emitter.context()));
  mlir::Type type = scalarTypeOf(eval.emitter.context(), ValueKind::Int);
  return AbstractValue::ofRunTime(ts::UnboxOp::create(eval.emitter.ops(), eval.emitter.location(), type, argument));
}

/// Other attributes that share memory with a tensor in a list, tuple or dict see what is written to it, where it is all of the memory.
void Binding::bindElements(const rt::Value &value, size_t &next) {
  if (value.isTensor()) {
    rt::Tensor tensor = value.asTensor();
    TensorNode *bound = next < inputs.size() ? inputs[next] : nullptr;
    ++next;
    bool isWhole = tensor.storage() && tensor.offset() == 0 && tensor.isContiguous() &&
                   tensor.numel() * rt::itemSize(tensor.dtype()) == static_cast<int64_t>(tensor.storage()->size());
    if (bound && isWhole)
      eval.tensors.bindStorage(tensor, bound->storage);
  } else if (value.isList()) {
    for (const rt::Value &element : value.asList().elements)
      bindElements(element, next);
  } else if (value.isTuple()) {
    for (const rt::Value &element : value.asTuple().elements)
      bindElements(element, next);
  } else if (value.isDict()) {
    for (const auto &[key, element] : value.asDict().entries())
      bindElements(element, next);
  }
}

FailureOr<AbstractValue> Binding::bindState(const rt::Value &value, const std::string &path, const OpenExtents &open, rt::Slot &slot) {
  ArgumentSpec spec = specOfState(value);
  if (spec.kind == Kind::Tensor) {
    if (auto it = open.find({path, 0}); it != open.end())
      for (size_t i = 0; i < spec.sizes.size() && i < it->second.size(); ++i)
        if (it->second[i])
          spec.sizes[i] = ArgumentSpec::dynamic;
    if (llvm::is_contained(spec.sizes, ArgumentSpec::dynamic))
      spec.strides.clear();
  }
  size_t firstTensor = inputs.size();
  isState = true;
  FailureOr<AbstractValue> bound = bind(spec, slot);
  isState = false;
  if (failed(bound))
    return failure();
  for (TensorNode *tensor : llvm::ArrayRef<TensorNode *>(inputs).drop_front(firstTensor))
    tensor->storage->attribute = path;
  if (bound->isTensor()) {
    eval.stateByMemory[value.asTensor().storage().get()].push_back(bound->asTensor()->storage);
    eval.tensors.bindStorage(value.asTensor(), bound->asTensor()->storage);
  } else
    bindElements(value, firstTensor);
  if (bound->isList())
    bound->asList()->attribute = path;
  if (bound->isDict())
    bound->asDict()->attribute = path;
  eval.bindRuntime(value, *bound);
  return bound;
}
