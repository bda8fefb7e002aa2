#include "lib/Script/TypeExpression.h"
#include "lib/Script/Parser.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace sconce::script {

std::string dottedName(const Expr *expr) {
  SmallVector<StringRef, 8> parts;
  while (const auto *attribute = dyn_cast<AttributeExpr>(expr)) {
    parts.push_back(attribute->name);
    expr = attribute->object;
  }
  const auto *name = dyn_cast<NameExpr>(expr);
  if (!name)
    return "";
  std::string out = name->name.str();
  for (StringRef part : llvm::reverse(parts))
    out += "." + part.str();
  return out;
}

/// The word before the brackets of `Word[…]`, without a `typing.` or `torch.` before it.
static StringRef genericWord(const Expr *annotation) {
  const auto *subscript = dyn_cast<SubscriptExpr>(annotation);
  if (!subscript)
    return "";
  if (const auto *name = dyn_cast<NameExpr>(subscript->object))
    return name->name;
  if (const auto *attribute = dyn_cast<AttributeExpr>(subscript->object))
    return attribute->name;
  return "";
}

unsigned broadcastingSize(const Expr *annotation) {
  StringRef word = genericWord(annotation);
  unsigned size = 0;
  if (!word.consume_front("BroadcastingList") || word.getAsInteger(10, size))
    return 0;
  return size;
}

bool isFinal(const Expr *annotation) { return genericWord(annotation) == "Final"; }

static Type builtinType(TypeContext &context, StringRef name) {
  return StringSwitch<Type>(name)
      .Cases({"Tensor", "torch.Tensor"}, context.tensor)
      .Case("int", context.intType)
      .Case("float", context.floatType)
      .Case("bool", context.boolType)
      .Case("complex", context.complexType)
      .Case("str", context.str)
      .Cases({"number", "Scalar"}, context.number)
      .Cases({"Device", "torch.device"}, context.device)
      .Cases({"Generator", "torch.Generator"}, context.generator)
      .Cases({"Any", "typing.Any"}, context.any)
      .Default(Type());
}

/// Types known by name only.
static bool isOpaqueName(StringRef name) {
  return StringSwitch<bool>(name)
      .Cases({"Stream", "Storage", "Quantizer", "Capsule", "PyObject"}, true)
      .Cases({"AnyListType", "AnyTupleType", "AnyClassType", "AnyEnumType"}, true)
      .Default(false);
}

/// Types whose values are plain ints.
static bool isIntName(StringRef name) {
  return StringSwitch<bool>(name)
      .Cases({"Layout", "MemoryFormat", "ScalarType", "QScheme", "Dtype"}, true)
      .Cases({"torch.dtype", "torch.layout", "torch.memory_format", "torch.qscheme"}, true)
      .Default(false);
}

namespace {
class TypeBuilder {
public:
  TypeBuilder(TypeContext &context, const File &file, TypeResolver resolver)
      : context(context), file(file), resolver(resolver) {}

  Expected<Type> build(const Expr *expr);

private:
  Expected<Type> buildNamed(const Expr *expr);
  Expected<Type> buildGeneric(const SubscriptExpr *expr);
  Error buildEach(ArrayRef<Expr *> exprs, SmallVectorImpl<Type> &types);

  TypeContext &context;
  const File &file;
  TypeResolver resolver;
};
} // namespace

Expected<Type> TypeBuilder::build(const Expr *expr) {
  if (const auto *subscript = dyn_cast<SubscriptExpr>(expr))
    return buildGeneric(subscript);
  if (isa<NoneLiteral>(expr))
    return context.none;
  return buildNamed(expr);
}

Expected<Type> TypeBuilder::buildNamed(const Expr *expr) {
  std::string name = dottedName(expr);
  if (name.empty())
    return file.error(expr->range, "expected a type, got " + kindName(expr->kind));
  if (Type builtin = builtinType(context, name))
    return builtin;
  if (isIntName(name))
    return context.intType;
  if (isOpaqueName(name))
    return context.opaque(name);
  if (name == "list" || name == "List")
    return context.opaque("AnyListType");
  if (name == "tuple" || name == "Tuple")
    return context.opaque("AnyTupleType");
  if (name == "Future")
    return context.future(context.any);
  Expected<Type> type = resolver(name);
  if (type && !*type)
    return file.error(expr->range, "unknown type '" + Twine(name) + "'");
  return type;
}

Error TypeBuilder::buildEach(ArrayRef<Expr *> exprs, SmallVectorImpl<Type> &types) {
  for (const Expr *expr : exprs) {
    Expected<Type> type = build(expr);
    if (!type)
      return type.takeError();
    types.push_back(*type);
  }
  return Error::success();
}

Expected<Type> TypeBuilder::buildGeneric(const SubscriptExpr *expr) {
  StringRef word = genericWord(expr);
  bool isTuple = word == "Tuple" || word == "tuple";
  ArrayRef<Expr *> items = expr->items;
  // `Tuple[()]` is the empty tuple.
  if (isTuple && items.size() == 1)
    if (const auto *empty = dyn_cast<TupleExpr>(items[0]))
      items = empty->elements;
  SmallVector<Type, 8> types;
  if (Error error = buildEach(items, types))
    return std::move(error);
  if (isTuple)
    return context.tuple(types);
  if (word == "Union" && !types.empty())
    return context.unionOf(types);
  if ((word == "Dict" || word == "dict") && types.size() == 2)
    return context.dict(types[0], types[1]);
  if (types.size() == 1) {
    if (word == "List" || word == "list" || broadcastingSize(expr) != 0)
      return context.list(types[0]);
    if (word == "Optional")
      return context.optional(types[0]);
    if (word == "Future")
      return context.future(types[0]);
    if (word == "Await")
      return context.await(types[0]);
    if (word == "Final")
      return types[0];
    if (word == "RRef")
      return context.opaque("RRef");
  }
  return file.error(expr->range, "unknown type '" + word + "[…]' with " + Twine(types.size()) +
                                     " parameters");
}

Expected<Type> resolveType(TypeContext &context, const File &file, const Expr *annotation,
                           TypeResolver resolver) {
  return TypeBuilder(context, file, resolver).build(annotation);
}

Expected<Type> parseAnnotation(TypeContext &context, StringRef text, TypeResolver resolver) {
  Expected<ExprFile> parsed = parseExpression(text, "type annotation");
  if (!parsed)
    return parsed.takeError();
  return resolveType(context, *parsed->file, parsed->expr, resolver);
}

} // namespace sconce::script
