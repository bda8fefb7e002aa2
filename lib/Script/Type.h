// The static types of TorchScript: immutable nodes, one for each distinct type of a context, so
// that equal types are the same pointer.
#ifndef SCONCE_SCRIPT_TYPE_H
#define SCONCE_SCRIPT_TYPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMapInfo.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include <optional>
#include <string>
#include <utility>

namespace sconce::script {

/// In the order by which PyTorch sorts the members of a union.
enum class TypeKind : uint8_t {
  Any,
  Enum,   ///< A user's enumeration: name, type of the values.
  Tensor,
  Tuple,
  NamedTuple, ///< name, field names and types.
  List,
  Dict,
  Number, ///< `number`, in schemas `Scalar`: an int, float or complex.
  Float,
  Complex,
  Future,
  Await,
  Int,
  None,
  Str,
  Generator,
  Bool,
  Optional,
  TypeVar, ///< A lower-case word of a schema: `t`, `tVal`.
  Device,
  Function,  ///< A function value; the name of the function.
  Class,     ///< A user's class or module, or a native class; qualified name.
  Interface, ///< A user's interface; qualified name.
  Opaque,    ///< A type with a name only: Stream, Storage, Quantizer, Capsule, AnyListType, RRef…
  Union,
};

class Type;

namespace detail {
struct TypeNode : llvm::FoldingSetNode {
  TypeKind kind;
  bool hasTypeVars;
  llvm::StringRef name;
  llvm::ArrayRef<Type> elements;
  llvm::ArrayRef<llvm::StringRef> fieldNames;

  void Profile(llvm::FoldingSetNodeID &id) const;
};
} // namespace detail

/// A handle, cheap to copy; may be null. Valid for as long as its `TypeContext`.
class Type {
public:
  Type() = default;
  explicit Type(const detail::TypeNode *node) : node(node) {}

  explicit operator bool() const { return node != nullptr; }
  bool operator==(Type other) const { return node == other.node; }
  bool operator!=(Type other) const { return node != other.node; }
  const void *asPointer() const { return node; }

  TypeKind kind() const { return node->kind; }
  bool is(TypeKind kind) const { return node && node->kind == kind; }
  /// int, float, complex or number.
  bool isNumeric() const;
  /// Whether the type mentions a type variable.
  bool hasTypeVars() const { return node->hasTypeVars; }

  /// The name of a class, interface, enum, named tuple, function, opaque type or type variable.
  llvm::StringRef name() const { return node->name; }
  /// Parameters: element of list, optional, future, await; key and value of dict; members of tuple,
  /// named tuple and union; type of an enum's values.
  llvm::ArrayRef<Type> elements() const { return node->elements; }
  Type element(size_t index = 0) const { return node->elements[index]; }
  /// The fields of a named tuple.
  llvm::ArrayRef<llvm::StringRef> fieldNames() const { return node->fieldNames; }
  std::optional<unsigned> fieldIndex(llvm::StringRef field) const;

  /// As annotations in archives: `List[Optional[int]]`, `number`, `NoneType`.
  std::string annotation() const;
  /// As schemas: `int?[]`, `Scalar`, `Dict(str, Tensor)`.
  std::string schemaText() const;

private:
  const detail::TypeNode *node = nullptr;
};

/// What subtyping needs to know about user classes.
class ClassHierarchy {
public:
  virtual ~ClassHierarchy() = default;
  /// Whether the class (or interface) has every method of the interface with a fitting signature.
  virtual bool implements(Type classType, Type interfaceType) const = 0;
};

/// Makes and owns types. Not for several threads at once.
class TypeContext {
public:
  TypeContext();
  TypeContext(const TypeContext &) = delete;
  TypeContext &operator=(const TypeContext &) = delete;

  Type any, tensor, number, floatType, complexType, intType, none, str, generator, boolType, device;

  Type list(Type element);
  Type dict(Type key, Type value);
  Type tuple(llvm::ArrayRef<Type> elements);
  Type namedTuple(llvm::StringRef qualifiedName, llvm::ArrayRef<llvm::StringRef> fieldNames,
                  llvm::ArrayRef<Type> fieldTypes);
  /// Flat: the optional of an optional is itself, that of a union a union with None, that of None
  /// None.
  Type optional(Type element);
  /// Canonical: flattened, without members that are subtypes of others, in PyTorch's order; one
  /// member is that member, a member with None an optional. `members` must not be empty.
  Type unionOf(llvm::ArrayRef<Type> members, const ClassHierarchy *classes = nullptr);
  Type future(Type element);
  Type await(Type element);
  Type classType(llvm::StringRef qualifiedName);
  Type interfaceType(llvm::StringRef qualifiedName);
  Type enumType(llvm::StringRef qualifiedName, Type valueType);
  Type function(llvm::StringRef qualifiedName = "");
  Type typeVar(llvm::StringRef name);
  Type opaque(llvm::StringRef name);

private:
  Type get(TypeKind kind, llvm::StringRef name = "", llvm::ArrayRef<Type> elements = {},
           llvm::ArrayRef<llvm::StringRef> fieldNames = {});

  llvm::BumpPtrAllocator arena;
  llvm::FoldingSet<detail::TypeNode> nodes;
};

/// Whether every value of `sub` is a value of `super`.
bool isSubtype(Type sub, Type super, const ClassHierarchy *classes = nullptr);

/// The type of a variable that holds either: equal types, a supertype, T and None, tuples member by
/// member. Otherwise a union if `defaultToUnion`, else a null type.
Type unify(TypeContext &context, Type a, Type b, bool defaultToUnion = false,
           const ClassHierarchy *classes = nullptr);

} // namespace sconce::script

template <> struct llvm::DenseMapInfo<sconce::script::Type> {
  using Node = const sconce::script::detail::TypeNode *;
  static sconce::script::Type getEmptyKey() {
    return sconce::script::Type(llvm::DenseMapInfo<Node>::getEmptyKey());
  }
  static sconce::script::Type getTombstoneKey() {
    return sconce::script::Type(llvm::DenseMapInfo<Node>::getTombstoneKey());
  }
  static unsigned getHashValue(sconce::script::Type type) {
    return llvm::DenseMapInfo<const void *>::getHashValue(type.asPointer());
  }
  static bool isEqual(sconce::script::Type a, sconce::script::Type b) { return a == b; }
};

#endif // SCONCE_SCRIPT_TYPE_H
