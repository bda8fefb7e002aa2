// What is known of the values that run-time containers hold.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/TypeNames.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;

namespace {
/// Kinds that one value is told apart by; more are a program's mistake rather than its types.
constexpr size_t maxAlternatives = 8;
/// Deeper containers are cyclic.
constexpr unsigned maxDepth = 32;
} // namespace

//===----------------------------------------------------------------------===//
// Joining
//===----------------------------------------------------------------------===//

/// Whether run time tells values of the two shapes apart only by looking into them, so that they must be one alternative.
static bool areOfOneKind(const ElementShape &a, const ElementShape &b) {
  if (a.kind != b.kind || a.className != b.className)
    return false;
  if (a.kind != ElementShape::Value)
    return true;
  auto x = llvm::dyn_cast<mlir::RankedTensorType>(a.type), y = llvm::dyn_cast<mlir::RankedTensorType>(b.type);
  return x && y ? x.getElementType() == y.getElementType() && x.getRank() == y.getRank() : a.type == b.type;
}

static std::optional<ElementShape> joinOneKind(const ElementShape &a, const ElementShape &b) {
  if (a == b)
    return a;
  if (a.kind == ElementShape::Numbered) {
    ElementShape joined = a;
    joined.numbers.clear();
    std::set_union(a.numbers.begin(), a.numbers.end(), b.numbers.begin(), b.numbers.end(), std::back_inserter(joined.numbers));
    return joined;
  }
  if (a.parts.size() != b.parts.size())
    return std::nullopt;
  if (a.kind == ElementShape::Value) {
    auto x = llvm::cast<mlir::RankedTensorType>(a.type), y = llvm::cast<mlir::RankedTensorType>(b.type);
    llvm::SmallVector<int64_t> sizes;
    for (auto [p, q] : llvm::zip(x.getShape(), y.getShape()))
      sizes.push_back(p == q ? p : mlir::ShapedType::kDynamic);
    return ElementShape::ofValue(x.clone(sizes));
  }
  ElementShape joined = a;
  for (auto [part, other] : llvm::zip(joined.parts, b.parts)) {
    std::optional<ElementShape> both = joinShapes(part, other);
    if (!both)
      return std::nullopt;
    part = *both;
  }
  return joined;
}

/// The rank of a tensor; of anything else less than any.
static int64_t rankOf(const ElementShape &shape) {
  auto tensor = llvm::dyn_cast_or_null<mlir::RankedTensorType>(shape.valueType());
  return tensor ? tensor.getRank() : -1;
}

/// In a union of too many: tensors of the greatest ranks become others, of which no part says more. The runtime holds such tensors all
/// the same, and a program that looks into one raises. What a loop makes greater with each iteration settles so.
static void boundTensors(ElementShape &joined) {
  auto isOther = [](const ElementShape &part) { return part.kind == ElementShape::OtherTensor; };
  bool hasOthers = llvm::any_of(joined.parts, isOther);
  if (joined.parts.size() <= maxAlternatives && !hasOthers)
    return;
  llvm::erase_if(joined.parts, isOther);
  while (joined.parts.size() >= maxAlternatives) {
    auto greatest = std::max_element(joined.parts.rbegin(), joined.parts.rend(), [](const auto &a, const auto &b) { return rankOf(a) < rankOf(b); });
    if (rankOf(*greatest) < 0)
      break;
    joined.parts.erase(std::next(greatest).base());
    hasOthers = true;
  }
  if (hasOthers)
    joined.parts.push_back({ElementShape::OtherTensor, {}, {}});
}

std::optional<ElementShape> specialize::joinShapes(const ElementShape &a, const ElementShape &b) {
  if (a.kind == ElementShape::Unknown || b.kind == ElementShape::Unknown || a == b)
    return a.kind == ElementShape::Unknown ? b : a;
  if (a.kind != ElementShape::Union && b.kind != ElementShape::Union && areOfOneKind(a, b))
    return joinOneKind(a, b);
  ElementShape joined = a.kind == ElementShape::Union ? a : ElementShape{ElementShape::Union, {}, {a}};
  for (const ElementShape &next : b.kind == ElementShape::Union ? llvm::ArrayRef<ElementShape>(b.parts) : llvm::ArrayRef<ElementShape>(b)) {
    auto same = llvm::find_if(joined.parts, [&](const ElementShape &part) { return areOfOneKind(part, next); });
    if (same == joined.parts.end()) {
      joined.parts.push_back(next);
      continue;
    }
    std::optional<ElementShape> both = joinOneKind(*same, next);
    if (!both)
      return std::nullopt;
    *same = *both;
  }
  // None comes first, because it is the cheapest to ask for.
  auto none = llvm::find_if(joined.parts, [](const ElementShape &part) { return part.kind == ElementShape::None; });
  if (none != joined.parts.end())
    std::rotate(joined.parts.begin(), none, none + 1);
  boundTensors(joined);
  // A number is a number whatever it stands for.
  auto isInt = [](const ElementShape &part) { return part.valueType() && part.valueType().isInteger(64); };
  if (joined.admits(ElementShape::Numbered) && llvm::any_of(joined.parts, isInt))
    return std::nullopt;
  return joined.parts.size() > maxAlternatives ? std::nullopt : std::optional(joined);
}

//===----------------------------------------------------------------------===//
// Of values and types
//===----------------------------------------------------------------------===//

static std::optional<ElementShape> shapeAt(Evaluator &eval, const AbstractValue &value, const Changes *changes, unsigned depth);

static std::optional<ElementShape> shapeOfAll(Evaluator &eval, llvm::ArrayRef<AbstractValue> values, const Changes *changes, unsigned depth) {
  std::optional<ElementShape> shape = ElementShape();
  for (const AbstractValue &value : values) {
    std::optional<ElementShape> next = shapeAt(eval, value, changes, depth);
    shape = next ? joinShapes(*shape, *next) : std::nullopt;
    if (!shape)
      break;
  }
  return shape;
}

static std::optional<std::pair<ElementShape, ElementShape>> shapesOfEntriesAt(Evaluator &eval, const DictNode &dict, const Changes *changes,
                                                                              unsigned depth) {
  if (dict.reference)
    return std::pair(dict.keyShape, dict.valueShape);
  llvm::SmallVector<AbstractValue> keys, values;
  for (const auto &[key, value] : dict.entries) {
    keys.push_back(key);
    values.push_back(value);
  }
  std::optional<ElementShape> k = shapeOfAll(eval, keys, changes, depth), v = shapeOfAll(eval, values, changes, depth);
  if (!k || !v)
    return std::nullopt;
  return std::pair(*k, *v);
}

static std::optional<ElementShape> shapeOfTuple(Evaluator &eval, const TupleNode &tuple, const Changes *changes, unsigned depth) {
  ElementShape shape{ElementShape::Tuple, {}, {}, tuple.className, tuple.fieldNames};
  for (const AbstractValue &element : tuple.elements) {
    std::optional<ElementShape> part = shapeAt(eval, element, changes, depth);
    if (!part)
      return std::nullopt;
    shape.parts.push_back(*part);
  }
  return shape;
}

/// Of what an object of the program holds nothing is said here: its attributes are joined with the class's when it is handed over.
static std::optional<ElementShape> shapeOfObject(Evaluator &eval, const ObjectNode &object, const Changes *changes, unsigned depth) {
  for (const auto &[name, value] : object.slots)
    if (!shapeAt(eval, value, changes, depth))
      return std::nullopt;
  return ElementShape{ElementShape::Object, ts::ClassType::get(eval.emitter.context(), object.className), {}, object.className};
}

static std::optional<ElementShape> shapeAt(Evaluator &eval, const AbstractValue &value, const Changes *changes, unsigned depth) {
  mlir::MLIRContext *context = eval.emitter.context();
  if (depth > maxDepth)
    return std::nullopt;
  if (isModule(eval, value)) {
    llvm::SmallVector<int64_t> numbers = eval.numbersOf(value);
    if (numbers.empty())
      return std::nullopt;
    ElementShape shape{ElementShape::Numbered, {}, {}};
    shape.numbers.assign(numbers.begin(), numbers.end());
    return shape;
  }
  if (value.isScalar())
    return ElementShape::ofValue(scalarTypeOf(context, value.kind()));
  switch (value.kind()) {
  case ValueKind::None:
    return ElementShape::none();
  case ValueKind::Tensor: {
    const TensorNode &tensor = contentAfter(value.asTensor(), changes);
    return ElementShape::ofValue(tensorTypeOf(context, tensor.dtype, tensor.sizes));
  }
  case ValueKind::String:
    return ElementShape{ElementShape::String, {}, {}};
  case ValueKind::Enum:
    return ElementShape{ElementShape::Enum, typeOf(context, value), {}, value.asEnum()->className};
  case ValueKind::Reference:
    if (llvm::isa<ts::StrType>(value.asReference()->type))
      return ElementShape{ElementShape::String, {}, {}};
    return value.asReference()->shape.kind == ElementShape::Unknown ? std::nullopt : std::optional(value.asReference()->shape);
  case ValueKind::List: {
    const ListNode &list = contentAfter(value.asList(), changes);
    std::optional<ElementShape> elements = list.reference ? list.elementShape : shapeOfAll(eval, list.elements, changes, depth + 1);
    if (!elements)
      return std::nullopt;
    return ElementShape{ElementShape::List, ts::ListType::get(context, list.elementType), {*elements}};
  }
  case ValueKind::Dict: {
    const DictNode &dict = contentAfter(value.asDict(), changes);
    auto entries = shapesOfEntriesAt(eval, dict, changes, depth + 1);
    if (!entries)
      return std::nullopt;
    return ElementShape{ElementShape::Dict, ts::DictType::get(context, dict.keyType, dict.valueType), {entries->first, entries->second}};
  }
  case ValueKind::Tuple:
    return shapeOfTuple(eval, *value.asTuple(), changes, depth + 1);
  case ValueKind::Object:
    return shapeOfObject(eval, contentAfter(value.asObject(), changes), changes, depth + 1);
  default:
    return std::nullopt;
  }
}

std::optional<ElementShape> specialize::shapeOf(Evaluator &eval, const AbstractValue &value, const Changes *changes) {
  return shapeAt(eval, value, changes, 0);
}

std::optional<ElementShape> specialize::shapeOfElements(Evaluator &eval, const ListNode &list, const Changes *changes) {
  return list.reference ? list.elementShape : shapeOfAll(eval, list.elements, changes, 0);
}

std::optional<std::pair<ElementShape, ElementShape>> specialize::shapesOfEntries(Evaluator &eval, const DictNode &dict,
                                                                                 const Changes *changes) {
  return shapesOfEntriesAt(eval, dict, changes, 0);
}

ElementShape specialize::shapeOfType(mlir::Type type) {
  mlir::MLIRContext *context = type.getContext();
  auto tupleOf = [&](llvm::ArrayRef<mlir::Type> types) {
    ElementShape shape{ElementShape::Tuple, type, {}};
    for (mlir::Type part : types)
      shape.parts.push_back(shapeOfType(part));
    return shape;
  };
  return llvm::TypeSwitch<mlir::Type, ElementShape>(type)
      .Case<ts::IntType>([&](auto) { return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Int)); })
      .Case<ts::FloatType>([&](auto) { return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Float)); })
      .Case<ts::BoolType>([&](auto) { return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Bool)); })
      .Case<ts::ComplexType>([&](auto) { return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Complex)); })
      .Case<ts::StrType>([](auto) { return ElementShape{ElementShape::String, {}, {}}; })
      .Case<ts::NoneType>([](auto) { return ElementShape::none(); })
      .Case<ts::EnumType>([&](auto t) { return ElementShape{ElementShape::Enum, type, {}, t.getName().str()}; })
      .Case<ts::ClassType>([&](auto t) { return ElementShape{ElementShape::Object, type, {}, t.getName().str()}; })
      .Case<ts::OptionalType>([&](auto t) {
        ElementShape inner = shapeOfType(t.getElementType());
        // None alone would claim that no value is there.
        return inner.kind == ElementShape::Unknown ? inner : joinShapes(ElementShape::none(), inner).value_or(ElementShape());
      })
      .Case<ts::ListType>([&](auto t) { return ElementShape{ElementShape::List, type, {shapeOfType(t.getElementType())}}; })
      .Case<ts::DictType>([&](auto t) {
        return ElementShape{ElementShape::Dict, type, {shapeOfType(t.getKeyType()), shapeOfType(t.getValueType())}};
      })
      .Case<ts::TupleType>([&](auto t) { return tupleOf(t.getTypes()); })
      .Case<ts::NamedTupleType>([&](auto t) {
        ElementShape shape = tupleOf(t.getTypes());
        shape.className = t.getName().str();
        for (mlir::StringAttr field : t.getFieldNames())
          shape.fieldNames.push_back(field.str());
        return shape;
      })
      .Default([](mlir::Type) { return ElementShape(); });
}

bool specialize::isShapeOfType(const ElementShape &shape, mlir::Type type) {
  auto isAnyOf = [&](llvm::ArrayRef<mlir::Type> types) {
    return llvm::any_of(types, [&](mlir::Type member) { return isShapeOfType(shape, member); });
  };
  if (llvm::isa<ts::AnyType>(type))
    return true;
  if (auto optional = llvm::dyn_cast<ts::OptionalType>(type))
    return shape.kind == ElementShape::None || isShapeOfType(shape, optional.getElementType());
  if (auto sum = llvm::dyn_cast<ts::UnionType>(type))
    return isAnyOf(sum.getTypes());
  switch (shape.kind) {
  case ElementShape::None:
    return llvm::isa<ts::NoneType>(type);
  case ElementShape::Value: {
    if (llvm::isa<mlir::RankedTensorType>(shape.type))
      return llvm::isa<ts::TensorType>(type);
    mlir::MLIRContext *context = type.getContext();
    ValueKind kind = llvm::isa<ts::IntType>(type)     ? ValueKind::Int
                     : llvm::isa<ts::FloatType>(type) ? ValueKind::Float
                     : llvm::isa<ts::BoolType>(type)  ? ValueKind::Bool
                                                      : ValueKind::Complex;
    if (llvm::isa<ts::NumberType>(type))
      return shape.type != scalarTypeOf(context, ValueKind::Bool);
    return llvm::isa<ts::IntType, ts::FloatType, ts::BoolType, ts::ComplexType>(type) && shape.type == scalarTypeOf(context, kind);
  }
  case ElementShape::OtherTensor:
    return llvm::isa<ts::TensorType>(type);
  case ElementShape::Numbered:
    return llvm::isa<ts::ClassType>(type);
  case ElementShape::String:
    return llvm::isa<ts::StrType>(type);
  case ElementShape::Tuple: {
    if (auto named = llvm::dyn_cast<ts::NamedTupleType>(type))
      return shape.className == named.getName();
    auto plain = llvm::dyn_cast<ts::TupleType>(type);
    return plain && plain.getTypes().size() == shape.parts.size() &&
           llvm::all_of(llvm::zip(shape.parts, plain.getTypes()),
                        [](const auto &pair) { return isShapeOfType(std::get<0>(pair), std::get<1>(pair)); });
  }
  default:
    return shape.type == type;
  }
}

//===----------------------------------------------------------------------===//
// At the boundary of an entry
//===----------------------------------------------------------------------===//

static std::optional<ElementShape> shapeOfValues(Evaluator &eval, llvm::ArrayRef<rt::Value> values) {
  std::optional<ElementShape> shape = ElementShape();
  for (const rt::Value &value : values) {
    std::optional<ElementShape> next = shapeOf(eval, value);
    shape = next ? joinShapes(*shape, *next) : std::nullopt;
    if (!shape)
      break;
  }
  return shape;
}

static std::optional<ElementShape> shapeOfDict(Evaluator &eval, const rt::Dict &dict) {
  mlir::MLIRContext *context = eval.emitter.context();
  std::vector<rt::Value> keys, values;
  for (const auto &[key, value] : dict.entries()) {
    keys.push_back(key);
    values.push_back(value);
  }
  std::optional<ElementShape> k = shapeOfValues(eval, keys), v = shapeOfValues(eval, values);
  if (!k || !v)
    return std::nullopt;
  return ElementShape{ElementShape::Dict,
                      ts::DictType::get(context, typeFromAnnotation(context, dict.keyType), typeFromAnnotation(context, dict.valueType)),
                      {*k, *v}};
}

/// The same with extents that only run time knows: other entries may give an object of the instance tensors of others.
static void openExtents(ElementShape &shape) {
  if (auto tensor = llvm::dyn_cast_or_null<mlir::RankedTensorType>(shape.valueType()))
    shape.type = tensor.clone(llvm::SmallVector<int64_t>(tensor.getRank(), mlir::ShapedType::kDynamic));
  for (ElementShape &part : shape.parts)
    openExtents(part);
}

static std::optional<ElementShape> shapeOfObject(Evaluator &eval, const rt::Object &object) {
  for (const auto &[name, value] : object.slots) {
    std::optional<ElementShape> shape = shapeOf(eval, value);
    if (shape)
      openExtents(*shape);
    ElementShape &known = eval.knowledge.slotShapes[object.className + "." + name];
    std::optional<ElementShape> joined = shape ? joinShapes(known, *shape) : std::nullopt;
    if (!joined)
      return std::nullopt;
    known = *joined;
  }
  return ElementShape{ElementShape::Object, ts::ClassType::get(eval.emitter.context(), object.className), {}, object.className};
}

std::optional<ElementShape> specialize::shapeOf(Evaluator &eval, const rt::Value &value) {
  mlir::MLIRContext *context = eval.emitter.context();
  switch (value.tag()) {
  case SC_NONE:
    return ElementShape::none();
  case SC_BOOL:
    return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Bool));
  case SC_INT:
    return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Int));
  case SC_DOUBLE:
    return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Float));
  case SC_COMPLEX:
    return ElementShape::ofValue(scalarTypeOf(context, ValueKind::Complex));
  case SC_STRING:
    return ElementShape{ElementShape::String, {}, {}};
  case SC_TENSOR: {
    rt::Tensor tensor = value.asTensor();
    mlir::Type elementType = tensor.storage() ? elementTypeOf(context, tensor.dtype()) : mlir::Type();
    if (!elementType)
      return std::nullopt;
    return ElementShape::ofValue(mlir::RankedTensorType::get(tensor.sizes(), elementType));
  }
  case SC_LIST: {
    std::optional<ElementShape> elements = shapeOfValues(eval, value.asList().elements);
    if (!elements)
      return std::nullopt;
    return ElementShape{ElementShape::List, ts::ListType::get(context, typeFromAnnotation(context, value.asList().elementType)), {*elements}};
  }
  case SC_DICT:
    return shapeOfDict(eval, value.asDict());
  case SC_TUPLE: {
    ElementShape shape{ElementShape::Tuple, {}, {}, value.asTuple().className, value.asTuple().fieldNames};
    for (const rt::Value &element : value.asTuple().elements) {
      std::optional<ElementShape> part = shapeOf(eval, element);
      if (!part)
        return std::nullopt;
      shape.parts.push_back(*part);
    }
    return shape;
  }
  case SC_OBJECT:
    return shapeOfObject(eval, value.asObject());
  default:
    return std::nullopt;
  }
}

rt::Slot specialize::slotOfShape(const ElementShape &shape) {
  using Kind = rt::Slot::Kind;
  rt::Slot slot;
  switch (shape.kind) {
  case ElementShape::None:
    return slot;
  case ElementShape::Value: {
    auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(shape.type);
    slot.kind = tensor                     ? Kind::Tensor
                : shape.type.isInteger(1)  ? Kind::Bool
                : shape.type.isInteger(64) ? Kind::Int
                : shape.type.isF64()       ? Kind::Float
                                           : Kind::Complex;
    if (tensor) {
      slot.dtype = *dtypeOf(tensor.getElementType());
      for (int64_t size : tensor.getShape())
        slot.sizes.push_back(mlir::ShapedType::isDynamic(size) ? rt::Slot::dynamic : size);
    }
    return slot;
  }
  case ElementShape::String:
    slot.kind = Kind::Text;
    return slot;
  case ElementShape::List:
    slot.kind = Kind::AnyList;
    slot.typeText = annotationOf(llvm::cast<ts::ListType>(shape.type).getElementType());
    break;
  case ElementShape::Dict:
    slot.kind = Kind::AnyDict;
    slot.typeText = annotationOf(llvm::cast<ts::DictType>(shape.type).getKeyType());
    slot.valueType = annotationOf(llvm::cast<ts::DictType>(shape.type).getValueType());
    break;
  case ElementShape::Tuple:
    slot.kind = Kind::Tuple;
    slot.className = shape.className;
    slot.names = shape.fieldNames;
    break;
  case ElementShape::Union:
    slot.kind = Kind::Union;
    break;
  default: // Of an object or member the class says what it holds.
    slot.kind = Kind::Runtime;
    return slot;
  }
  for (const ElementShape &part : shape.parts)
    if (part.kind != ElementShape::Unknown) // An empty list's, as nothing is ever in it.
      slot.children.push_back(slotOfShape(part));
  return slot;
}
