// Subtyping as TorchScript has it: lists and dicts are invariant, tuples covariant, None and T
// below Optional[T], int, float and complex below number; bool is not a number.
#include "lib/Import/TypeRules.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace sconce::import {

Type typeVariable(MLIRContext *context, StringRef name) {
  return ts::OpaqueType::get(context, ("$" + name).str());
}

static StringRef variableName(Type type) {
  auto opaque = dyn_cast<ts::OpaqueType>(type);
  if (!opaque || !opaque.getName().starts_with("$"))
    return {};
  return opaque.getName().drop_front();
}

/// The types directly inside `type`.
static SmallVector<Type> componentsOf(Type type) {
  if (auto list = dyn_cast<ts::ListType>(type))
    return {list.getElementType()};
  if (auto optional = dyn_cast<ts::OptionalType>(type))
    return {optional.getElementType()};
  if (auto future = dyn_cast<ts::FutureType>(type))
    return {future.getValueType()};
  if (auto dict = dyn_cast<ts::DictType>(type))
    return {dict.getKeyType(), dict.getValueType()};
  if (auto types = tupleTypes(type))
    return SmallVector<Type>(*types);
  if (auto sum = dyn_cast<ts::UnionType>(type))
    return SmallVector<Type>(sum.getTypes());
  return {};
}

bool hasTypeVariables(Type type) {
  if (!variableName(type).empty())
    return true;
  return llvm::any_of(componentsOf(type), hasTypeVariables);
}

std::optional<ArrayRef<Type>> tupleTypes(Type type) {
  if (auto tuple = dyn_cast<ts::TupleType>(type))
    return tuple.getTypes();
  if (auto named = dyn_cast<ts::NamedTupleType>(type))
    return named.getTypes();
  return std::nullopt;
}

SmallVector<Type> membersOf(Type type) {
  if (auto optional = dyn_cast<ts::OptionalType>(type)) {
    SmallVector<Type> members = membersOf(optional.getElementType());
    members.push_back(ts::NoneType::get(type.getContext()));
    return members;
  }
  if (auto sum = dyn_cast<ts::UnionType>(type)) {
    SmallVector<Type> members;
    for (Type member : sum.getTypes())
      llvm::append_range(members, membersOf(member));
    return members;
  }
  return {type};
}

Type unionOf(MLIRContext *context, ArrayRef<Type> types) {
  SmallVector<Type> members;
  bool hasNone = false;
  for (Type type : types)
    for (Type member : membersOf(type)) {
      if (isa<ts::AnyType>(member))
        return member;
      if (isa<ts::NoneType>(member))
        hasNone = true;
      else if (!llvm::is_contained(members, member))
        members.push_back(member);
    }
  TypeRules rules;
  SmallVector<Type> kept;
  for (Type member : members)
    if (llvm::none_of(
            members, [&](Type other) { return other != member && rules.isSubtype(member, other); }))
      kept.push_back(member);
  if (kept.empty())
    return ts::NoneType::get(context);
  if (kept.size() == 1)
    return hasNone ? Type(ts::OptionalType::get(context, kept.front())) : kept.front();
  if (hasNone)
    kept.push_back(ts::NoneType::get(context));
  llvm::sort(kept, [](Type a, Type b) { return spelling(a) < spelling(b); });
  return ts::UnionType::get(context, kept);
}

Type optionalOf(Type type) {
  if (isa<ts::NoneType, ts::OptionalType>(type))
    return type;
  if (isa<ts::UnionType>(type))
    return unionOf(type.getContext(), {type, ts::NoneType::get(type.getContext())});
  return ts::OptionalType::get(type.getContext(), type);
}

Type withoutNone(Type type) {
  if (auto optional = dyn_cast<ts::OptionalType>(type))
    return optional.getElementType();
  if (isa<ts::NoneType>(type))
    return {};
  if (!isa<ts::UnionType>(type))
    return type;
  SmallVector<Type> rest;
  for (Type member : membersOf(type))
    if (!isa<ts::NoneType>(member))
      rest.push_back(member);
  return unionOf(type.getContext(), rest);
}

Type unwrapOptional(Type type) {
  auto optional = dyn_cast<ts::OptionalType>(type);
  return optional ? optional.getElementType() : type;
}

bool includesNone(Type type) {
  return llvm::any_of(membersOf(type), [](Type member) { return isa<ts::NoneType>(member); });
}

bool TypeRules::isTupleSubtype(Type type, Type super) const {
  auto types = tupleTypes(type);
  auto superTypes = tupleTypes(super);
  if (!types || !superTypes || types->size() != superTypes->size())
    return false;
  if (auto named = dyn_cast<ts::NamedTupleType>(super)) {
    auto own = dyn_cast<ts::NamedTupleType>(type);
    if (!own || own.getFieldNames() != named.getFieldNames() || own.getName() != named.getName())
      return false;
  }
  return llvm::all_of(llvm::zip(*types, *superTypes),
                      [&](auto pair) { return isSubtype(std::get<0>(pair), std::get<1>(pair)); });
}

bool TypeRules::isSubtype(Type type, Type super) const {
  if (type == super || isa<ts::AnyType>(super))
    return true;
  if (isa<ts::OptionalType, ts::UnionType>(type))
    return llvm::all_of(membersOf(type), [&](Type member) { return isSubtype(member, super); });
  if (isa<ts::OptionalType, ts::UnionType>(super))
    return llvm::any_of(membersOf(super), [&](Type member) { return isSubtype(type, member); });
  if (isa<ts::NumberType>(super))
    return isa<ts::IntType, ts::FloatType, ts::ComplexType>(type);
  if (tupleTypes(type) && tupleTypes(super))
    return isTupleSubtype(type, super);
  if (auto future = dyn_cast<ts::FutureType>(type)) {
    auto other = dyn_cast<ts::FutureType>(super);
    return other && isSubtype(future.getValueType(), other.getValueType());
  }
  if (auto own = dyn_cast<ts::ClassType>(type))
    if (auto other = dyn_cast<ts::ClassType>(super))
      return implements && implements(own.getName(), other.getName());
  if (auto opaque = dyn_cast<ts::OpaqueType>(super)) {
    if (opaque.getName() == "AnyEnumType")
      return isa<ts::EnumType>(type);
    if (opaque.getName() == "AnyClassType")
      return isa<ts::ClassType>(type);
    if (opaque.getName() == "AnyListType")
      return isa<ts::ListType>(type);
    if (opaque.getName() == "AnyTupleType")
      return tupleTypes(type).has_value();
  }
  if (auto function = dyn_cast<ts::FunctionType>(super))
    return isa<ts::FunctionType>(type) && !function.getResult();
  return false;
}

unsigned typeSize(Type type, llvm::DenseMap<Type, unsigned> &known) {
  if (auto found = known.find(type); found != known.end())
    return found->second;
  unsigned size = 1;
  for (Type component : componentsOf(type))
    size = std::min(size + typeSize(component, known), 1u << 30);
  return known[type] = size;
}

Type TypeRules::unify(Type a, Type b, bool orUnion) const {
  if (isSubtype(a, b))
    return b;
  if (isSubtype(b, a))
    return a;
  MLIRContext *context = a.getContext();
  Type result;
  if (isa<ts::NoneType>(a) || isa<ts::NoneType>(b)) {
    result = optionalOf(isa<ts::NoneType>(a) ? b : a);
  } else if (isa<ts::OptionalType>(a) || isa<ts::OptionalType>(b)) {
    Type element = unify(unwrapOptional(a), unwrapOptional(b));
    result = element ? optionalOf(element) : Type();
  } else if (tupleTypes(a) && tupleTypes(b) && tupleTypes(a)->size() == tupleTypes(b)->size()) {
    SmallVector<Type> elements;
    for (auto [x, y] : llvm::zip(*tupleTypes(a), *tupleTypes(b)))
      elements.push_back(unify(x, y, orUnion));
    if (llvm::all_of(elements, [](Type element) { return bool(element); }))
      result = ts::TupleType::get(context, elements);
  } else if (isa<ts::FutureType>(a) && isa<ts::FutureType>(b)) {
    Type value =
        unify(cast<ts::FutureType>(a).getValueType(), cast<ts::FutureType>(b).getValueType());
    result = value ? Type(ts::FutureType::get(context, value)) : Type();
  }
  if (!result && orUnion)
    result = unionOf(context, {a, b});
  return result;
}

Type TypeRules::unifyAll(ArrayRef<Type> types) const {
  Type result;
  for (Type type : types) {
    result = result ? unify(result, type) : type;
    if (!result)
      return {};
  }
  return result;
}

bool TypeRules::bindVariables(Type formal, Type actual, TypeVariables &variables) const {
  if (StringRef name = variableName(formal); !name.empty()) {
    auto [bound, isNew] = variables.try_emplace(name, actual);
    return isNew || unify(bound->second, actual);
  }
  if (!hasTypeVariables(formal))
    return true;
  if (auto list = dyn_cast<ts::ListType>(formal)) {
    if (auto actualList = dyn_cast<ts::ListType>(actual))
      return bindVariables(list.getElementType(), actualList.getElementType(), variables);
    auto elements = tupleTypes(actual);
    Type unified = elements ? unifyAll(*elements) : Type();
    return unified && bindVariables(list.getElementType(), unified, variables);
  }
  if (auto optional = dyn_cast<ts::OptionalType>(formal)) {
    if (isa<ts::NoneType>(actual))
      return false;
    return bindVariables(optional.getElementType(), unwrapOptional(actual), variables);
  }
  if (formal.getTypeID() != actual.getTypeID() && !(tupleTypes(formal) && tupleTypes(actual)))
    return false;
  SmallVector<Type> formals = componentsOf(formal), actuals = componentsOf(actual);
  if (formals.size() != actuals.size())
    return false;
  return llvm::all_of(llvm::zip(formals, actuals), [&](auto pair) {
    return bindVariables(std::get<0>(pair), std::get<1>(pair), variables);
  });
}

bool TypeRules::isConvertibleToList(Type type, Type list) const {
  auto wanted = dyn_cast<ts::ListType>(list);
  if (!wanted)
    return false;
  if (isSubtype(type, list))
    return true;
  auto elements = tupleTypes(type);
  return elements && llvm::all_of(*elements, [&](Type element) {
           return isSubtype(element, wanted.getElementType());
         });
}

Type substitute(Type formal, const TypeVariables &variables) {
  if (StringRef name = variableName(formal); !name.empty())
    return variables.lookup(name);
  if (!hasTypeVariables(formal))
    return formal;
  SmallVector<Type> parts;
  for (Type part : componentsOf(formal)) {
    parts.push_back(substitute(part, variables));
    if (!parts.back())
      return {};
  }
  MLIRContext *context = formal.getContext();
  if (isa<ts::ListType>(formal))
    return ts::ListType::get(context, parts[0]);
  if (isa<ts::OptionalType>(formal))
    return optionalOf(parts[0]);
  if (isa<ts::FutureType>(formal))
    return ts::FutureType::get(context, parts[0]);
  if (isa<ts::DictType>(formal))
    return ts::DictType::get(context, parts[0], parts[1]);
  if (isa<ts::UnionType>(formal))
    return unionOf(context, parts);
  return ts::TupleType::get(context, parts);
}

static std::string spellAll(ArrayRef<Type> types) {
  return llvm::join(llvm::map_range(types, spelling), ", ");
}

std::string spelling(Type type) {
  if (isa<ts::AnyType>(type))
    return "Any";
  if (isa<ts::NoneType>(type))
    return "NoneType";
  if (isa<ts::BoolType>(type))
    return "bool";
  if (isa<ts::IntType>(type))
    return "int";
  if (isa<ts::FloatType>(type))
    return "float";
  if (isa<ts::ComplexType>(type))
    return "complex";
  if (isa<ts::NumberType>(type))
    return "number";
  if (isa<ts::StrType>(type))
    return "str";
  if (isa<ts::DeviceType>(type))
    return "Device";
  if (isa<ts::GeneratorType>(type))
    return "Generator";
  if (isa<ts::TensorType>(type))
    return "Tensor";
  if (isa<ts::FunctionType>(type))
    return "Function";
  if (StringRef variable = variableName(type); !variable.empty())
    return variable.str();
  if (auto opaque = dyn_cast<ts::OpaqueType>(type))
    return opaque.getName().str();
  if (auto list = dyn_cast<ts::ListType>(type))
    return "List[" + spelling(list.getElementType()) + "]";
  if (auto dict = dyn_cast<ts::DictType>(type))
    return "Dict[" + spelling(dict.getKeyType()) + ", " + spelling(dict.getValueType()) + "]";
  if (auto optional = dyn_cast<ts::OptionalType>(type))
    return "Optional[" + spelling(optional.getElementType()) + "]";
  if (auto sum = dyn_cast<ts::UnionType>(type))
    return "Union[" + spellAll(sum.getTypes()) + "]";
  if (auto future = dyn_cast<ts::FutureType>(type))
    return "Future[" + spelling(future.getValueType()) + "]";
  if (auto tuple = dyn_cast<ts::TupleType>(type))
    return tuple.getTypes().empty() ? "Tuple[()]" : "Tuple[" + spellAll(tuple.getTypes()) + "]";
  if (auto named = dyn_cast<ts::NamedTupleType>(type))
    return named.getName().str();
  if (auto object = dyn_cast<ts::ClassType>(type))
    return object.getName().str();
  if (auto member = dyn_cast<ts::EnumType>(type))
    return member.getName().str();
  return "?";
}

} // namespace sconce::import
