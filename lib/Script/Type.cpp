#include "lib/Script/Type.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>

using namespace llvm;

namespace sconce::script {

//===-- Nodes -------------------------------------------------------------===//

static void profile(FoldingSetNodeID &id, TypeKind kind, StringRef name, ArrayRef<Type> elements,
                    ArrayRef<StringRef> fieldNames) {
  id.AddInteger(static_cast<unsigned>(kind));
  id.AddString(name);
  id.AddInteger(elements.size());
  for (Type element : elements)
    id.AddPointer(element.asPointer());
  for (StringRef field : fieldNames)
    id.AddString(field);
}

void detail::TypeNode::Profile(FoldingSetNodeID &id) const {
  profile(id, kind, name, elements, fieldNames);
}

template <typename T> static ArrayRef<T> copyInto(BumpPtrAllocator &arena, ArrayRef<T> from) {
  if (from.empty())
    return {};
  T *to = arena.Allocate<T>(from.size());
  std::uninitialized_copy(from.begin(), from.end(), to);
  return ArrayRef<T>(to, from.size());
}

Type TypeContext::get(TypeKind kind, StringRef name, ArrayRef<Type> elements,
                      ArrayRef<StringRef> fieldNames) {
  FoldingSetNodeID id;
  profile(id, kind, name, elements, fieldNames);
  void *place = nullptr;
  if (detail::TypeNode *found = nodes.FindNodeOrInsertPos(id, place))
    return Type(found);
  SmallVector<StringRef, 8> ownedFields;
  for (StringRef field : fieldNames)
    ownedFields.push_back(field.copy(arena));
  auto *node = new (arena.Allocate<detail::TypeNode>()) detail::TypeNode;
  node->kind = kind;
  node->hasTypeVars = kind == TypeKind::TypeVar ||
                      llvm::any_of(elements, [](Type element) { return element.hasTypeVars(); });
  node->name = name.copy(arena);
  node->elements = copyInto(arena, elements);
  node->fieldNames = copyInto(arena, ArrayRef<StringRef>(ownedFields));
  nodes.InsertNode(node, place);
  return Type(node);
}

TypeContext::TypeContext() {
  any = get(TypeKind::Any);
  tensor = get(TypeKind::Tensor);
  number = get(TypeKind::Number);
  floatType = get(TypeKind::Float);
  complexType = get(TypeKind::Complex);
  intType = get(TypeKind::Int);
  none = get(TypeKind::None);
  str = get(TypeKind::Str);
  generator = get(TypeKind::Generator);
  boolType = get(TypeKind::Bool);
  device = get(TypeKind::Device);
}

Type TypeContext::list(Type element) { return get(TypeKind::List, "", element); }
Type TypeContext::dict(Type key, Type value) { return get(TypeKind::Dict, "", {key, value}); }
Type TypeContext::tuple(ArrayRef<Type> elements) { return get(TypeKind::Tuple, "", elements); }
Type TypeContext::future(Type element) { return get(TypeKind::Future, "", element); }
Type TypeContext::await(Type element) { return get(TypeKind::Await, "", element); }
Type TypeContext::classType(StringRef name) { return get(TypeKind::Class, name); }
Type TypeContext::interfaceType(StringRef name) { return get(TypeKind::Interface, name); }
Type TypeContext::function(StringRef name) { return get(TypeKind::Function, name); }
Type TypeContext::typeVar(StringRef name) { return get(TypeKind::TypeVar, name); }
Type TypeContext::opaque(StringRef name) { return get(TypeKind::Opaque, name); }

Type TypeContext::enumType(StringRef name, Type valueType) {
  return get(TypeKind::Enum, name, valueType);
}

Type TypeContext::namedTuple(StringRef name, ArrayRef<StringRef> fieldNames,
                             ArrayRef<Type> fieldTypes) {
  return get(TypeKind::NamedTuple, name, fieldTypes, fieldNames);
}

Type TypeContext::optional(Type element) {
  switch (element.kind()) {
  case TypeKind::None:
  case TypeKind::Optional: return element;
  case TypeKind::Union: return unionOf({element, none});
  default: return get(TypeKind::Optional, "", element);
  }
}

static void flatten(ArrayRef<Type> members, Type none, SmallVectorImpl<Type> &flat) {
  for (Type member : members) {
    if (member.is(TypeKind::Union)) {
      flatten(member.elements(), none, flat);
    } else if (member.is(TypeKind::Optional)) {
      flatten(member.elements(), none, flat);
      flat.push_back(none);
    } else {
      flat.push_back(member);
    }
  }
}

Type TypeContext::unionOf(ArrayRef<Type> members, const ClassHierarchy *classes) {
  SmallVector<Type, 8> flat, kept;
  flatten(members, none, flat);
  for (auto [index, member] : llvm::enumerate(flat)) {
    // Of equal members the first stays; of two with one below the other, the upper.
    bool covered = false;
    for (auto [otherIndex, other] : llvm::enumerate(flat))
      covered |= otherIndex != index && isSubtype(member, other, classes) &&
                 (member != other || otherIndex < index);
    if (!covered)
      kept.push_back(member);
  }
  if (kept.size() == 1)
    return kept[0];
  if (kept.size() == 2 && llvm::is_contained(kept, none))
    return optional(kept[0] == none ? kept[1] : kept[0]);
  SmallVector<std::pair<std::string, Type>, 8> sorted;
  for (Type member : kept)
    sorted.emplace_back(member.schemaText(), member);
  llvm::sort(sorted, [](const auto &a, const auto &b) {
    return std::pair(a.second.kind(), StringRef(a.first)) <
           std::pair(b.second.kind(), StringRef(b.first));
  });
  kept.clear();
  for (const auto &[text, member] : sorted)
    kept.push_back(member);
  return get(TypeKind::Union, "", kept);
}

bool Type::isNumeric() const {
  return is(TypeKind::Int) || is(TypeKind::Float) || is(TypeKind::Complex) || is(TypeKind::Number);
}

std::optional<unsigned> Type::fieldIndex(StringRef field) const {
  for (auto [index, each] : llvm::enumerate(fieldNames()))
    if (each == field)
      return index;
  return std::nullopt;
}

//===-- Text --------------------------------------------------------------===//

static StringRef plainAnnotation(TypeKind kind) {
  switch (kind) {
  case TypeKind::Any: return "Any";
  case TypeKind::Tensor: return "Tensor";
  case TypeKind::Number: return "number";
  case TypeKind::Float: return "float";
  case TypeKind::Complex: return "complex";
  case TypeKind::Int: return "int";
  case TypeKind::None: return "NoneType";
  case TypeKind::Str: return "str";
  case TypeKind::Generator: return "Generator";
  case TypeKind::Bool: return "bool";
  case TypeKind::Device: return "Device";
  case TypeKind::Tuple: return "Tuple";
  case TypeKind::List: return "List";
  case TypeKind::Dict: return "Dict";
  case TypeKind::Future: return "Future";
  case TypeKind::Await: return "Await";
  case TypeKind::Optional: return "Optional";
  case TypeKind::Union: return "Union";
  case TypeKind::Function: return "Function";
  default: return "";
  }
}

static void joinTypes(std::string &out, ArrayRef<Type> types,
                      function_ref<void(std::string &, Type)> print) {
  for (auto [index, type] : llvm::enumerate(types)) {
    out += index == 0 ? "" : ", ";
    print(out, type);
  }
}

static void printAnnotation(std::string &out, Type type) {
  if (!type.name().empty() && !type.is(TypeKind::Function)) {
    out += type.name();
    return;
  }
  out += plainAnnotation(type.kind());
  if (type.is(TypeKind::Tuple) && type.elements().empty()) {
    out += "[()]";
  } else if (!type.elements().empty()) {
    out += '[';
    joinTypes(out, type.elements(), printAnnotation);
    out += ']';
  }
}

static void printSchema(std::string &out, Type type) {
  auto enclose = [&](StringRef open, char close) {
    out += open;
    joinTypes(out, type.elements(), printSchema);
    out += close;
  };
  switch (type.kind()) {
  case TypeKind::Number: out += "Scalar"; return;
  case TypeKind::Tuple: enclose("(", ')'); return;
  case TypeKind::Dict: enclose("Dict(", ')'); return;
  case TypeKind::Future: enclose("Future(", ')'); return;
  case TypeKind::Await: enclose("Await(", ')'); return;
  case TypeKind::Union: enclose("Union(", ')'); return;
  case TypeKind::List:
  case TypeKind::Optional:
    printSchema(out, type.element());
    out += type.is(TypeKind::List) ? "[]" : "?";
    return;
  default: printAnnotation(out, type); return;
  }
}

std::string Type::annotation() const {
  std::string out;
  printAnnotation(out, *this);
  return out;
}

std::string Type::schemaText() const {
  std::string out;
  printSchema(out, *this);
  return out;
}

//===-- Relations ---------------------------------------------------------===//

static bool areSubtypes(ArrayRef<Type> subs, ArrayRef<Type> supers, const ClassHierarchy *classes) {
  return subs.size() == supers.size() && llvm::all_of(llvm::zip(subs, supers), [&](auto pair) {
           return isSubtype(std::get<0>(pair), std::get<1>(pair), classes);
         });
}

static bool isBelowUnion(Type sub, Type super, const ClassHierarchy *classes) {
  auto contains = [&](TypeKind kind) {
    return llvm::any_of(super.elements(), [&](Type member) { return member.is(kind); });
  };
  if (sub.is(TypeKind::Number) && contains(TypeKind::Int) && contains(TypeKind::Float) &&
      contains(TypeKind::Complex))
    return true;
  return llvm::any_of(super.elements(),
                      [&](Type member) { return isSubtype(sub, member, classes); });
}

/// Subtyping where neither side is a union or optional and the types differ.
static bool isBelow(Type sub, Type super, const ClassHierarchy *classes) {
  switch (super.kind()) {
  case TypeKind::Number: return sub.isNumeric();
  case TypeKind::Tuple:
    return (sub.is(TypeKind::Tuple) || sub.is(TypeKind::NamedTuple)) &&
           areSubtypes(sub.elements(), super.elements(), classes);
  case TypeKind::Future:
  case TypeKind::Await:
    return sub.kind() == super.kind() && isSubtype(sub.element(), super.element(), classes);
  case TypeKind::Interface:
    return (sub.is(TypeKind::Class) || sub.is(TypeKind::Interface)) && classes &&
           classes->implements(sub, super);
  case TypeKind::Function: return sub.is(TypeKind::Function) && super.name().empty();
  case TypeKind::Opaque:
    return (super.name() == "AnyListType" && sub.is(TypeKind::List)) ||
           (super.name() == "AnyTupleType" &&
            (sub.is(TypeKind::Tuple) || sub.is(TypeKind::NamedTuple))) ||
           (super.name() == "AnyClassType" && sub.is(TypeKind::Class)) ||
           (super.name() == "AnyEnumType" && sub.is(TypeKind::Enum));
  default: return false;
  }
}

bool isSubtype(Type sub, Type super, const ClassHierarchy *classes) {
  if (sub == super || super.is(TypeKind::Any))
    return true;
  if (sub.is(TypeKind::Union))
    return llvm::all_of(sub.elements(),
                        [&](Type member) { return isSubtype(member, super, classes); });
  if (super.is(TypeKind::Optional)) {
    if (sub.is(TypeKind::None))
      return true;
    return isSubtype(sub.is(TypeKind::Optional) ? sub.element() : sub, super.element(), classes);
  }
  if (super.is(TypeKind::Union)) {
    if (!sub.is(TypeKind::Optional))
      return isBelowUnion(sub, super, classes);
    bool hasNone =
        llvm::any_of(super.elements(), [](Type type) { return type.is(TypeKind::None); });
    return hasNone && isBelowUnion(sub.element(), super, classes);
  }
  return isBelow(sub, super, classes);
}

/// Unification of different types neither of which is below the other; null if there is none.
static Type unifyDistinct(TypeContext &context, Type a, Type b, const ClassHierarchy *classes) {
  if (a.is(TypeKind::None) || b.is(TypeKind::None))
    return context.optional(a.is(TypeKind::None) ? b : a);
  if (a.is(TypeKind::Optional) || b.is(TypeKind::Optional)) {
    Type inner = unify(context, a.is(TypeKind::Optional) ? a.element() : a,
                       b.is(TypeKind::Optional) ? b.element() : b, false, classes);
    return inner ? context.optional(inner) : Type();
  }
  bool tuples = (a.is(TypeKind::Tuple) || a.is(TypeKind::NamedTuple)) &&
                (b.is(TypeKind::Tuple) || b.is(TypeKind::NamedTuple));
  if (tuples && a.elements().size() == b.elements().size()) {
    SmallVector<Type, 8> members;
    for (auto [first, second] : llvm::zip(a.elements(), b.elements())) {
      members.push_back(unify(context, first, second, false, classes));
      if (!members.back())
        return {};
    }
    return context.tuple(members);
  }
  if (a.kind() == b.kind() && (a.is(TypeKind::Future) || a.is(TypeKind::Await))) {
    Type inner = unify(context, a.element(), b.element(), false, classes);
    if (!inner)
      return {};
    return a.is(TypeKind::Future) ? context.future(inner) : context.await(inner);
  }
  return {};
}

Type unify(TypeContext &context, Type a, Type b, bool defaultToUnion,
           const ClassHierarchy *classes) {
  if (isSubtype(a, b, classes))
    return b;
  if (isSubtype(b, a, classes))
    return a;
  if (Type unified = unifyDistinct(context, a, b, classes))
    return unified;
  return defaultToUnion ? context.unionOf({a, b}, classes) : Type();
}

} // namespace sconce::script
