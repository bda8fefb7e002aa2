// `object.name`: operators of tensors and containers, fields, attributes and methods, and qualified
// names.
#include "lib/Import/FunctionEmitter.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace sconce::import {

/// The operator that reads a property of tensors, or empty.
static StringRef tensorProperty(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Case("H", "prim::H")
      .Case("T", "prim::T")
      .Case("data", "prim::data")
      .Case("device", "prim::device")
      .Case("dtype", "prim::dtype")
      .Case("grad", "prim::grad")
      .Case("imag", "aten::imag")
      .Case("is_cpu", "prim::is_cpu")
      .Case("is_cuda", "prim::is_cuda")
      .Case("is_ipu", "prim::is_ipu")
      .Case("is_leaf", "aten::is_leaf")
      .Case("is_maia", "prim::is_maia")
      .Case("is_meta", "prim::is_meta")
      .Case("is_mkldnn", "prim::is_mkldnn")
      .Case("is_mps", "prim::is_mps")
      .Case("is_mtia", "prim::is_mtia")
      .Case("is_nested", "prim::is_nested")
      .Case("is_quantized", "prim::is_quantized")
      .Case("is_sparse", "prim::is_sparse")
      .Case("is_sparse_csr", "prim::is_sparse_csr")
      .Case("is_vulkan", "prim::is_vulkan")
      .Case("is_xla", "prim::is_xla")
      .Case("is_xpu", "prim::is_xpu")
      .Case("itemsize", "prim::itemsize")
      .Case("layout", "prim::layout")
      .Case("mH", "aten::mH")
      .Case("mT", "aten::mT")
      .Case("name", "prim::name")
      .Case("nbytes", "prim::nbytes")
      .Case("ndim", "prim::ndim")
      .Case("real", "aten::real")
      .Case("requires_grad", "prim::requires_grad")
      .Case("retains_grad", "aten::retains_grad")
      .Case("shape", "prim::shape")
      .Default("");
}

SugaredValue FunctionEmitter::attribute(Range range, const SugaredValue &base, StringRef name) {
  using Kind = SugaredValue::Kind;
  switch (base.kind) {
  case Kind::Simple:
  case Kind::Pack: {
    mlir::Value value = asValue(range, base);
    return value ? attributeOfValue(range, value, name) : SugaredValue();
  }
  case Kind::Namespace:
    // torch.autograd.grad and torch.autograd.backward are printed with the dot.
    if (base.name == "aten" && (name == "autograd" || name == "jit"))
      return base;
    return SugaredValue::builtin(base.name + "::" + name);
  case Kind::OperatorRoot:
    return SugaredValue::named(Kind::Namespace, name);
  case Kind::Constants: {
    uint64_t index;
    if (!name.starts_with("c") || name.drop_front().getAsInteger(10, index) ||
        index >= program.constants().size())
      return fail(range, "the archive has no constant '" + name + "'");
    Type type = orFail(program.typeOf(program.constants()[index]));
    if (!type)
      return {};
    return SugaredValue::simple(ts::PoolConstantOp::create(builder, loc(range), type, index));
  }
  case Kind::Scope:
    if (SugaredValue value = orFail(program.resolveQualified(base.name + "." + name.str())))
      return value;
    return hasFailed()
               ? SugaredValue()
               : SugaredValue(fail(range, "undefined name '" + base.name + "." + name + "'"));
  case Kind::Class:
    return attributeOfClass(range, base, name);
  default:
    return fail(range, "a " + base.describe() + " has no attribute '" + name + "'");
  }
}

SugaredValue FunctionEmitter::attributeOfClass(Range range, const SugaredValue &base,
                                               StringRef name) {
  const ClassInfo *info = orFail(program.classInfo(base.name));
  if (!info)
    return {};
  if (info->kind == ts::ClassKind::Enum) {
    if (!info->findAttribute(name))
      return fail(range, "enum '" + info->name + "' has no member '" + name + "'");
    return SugaredValue::simple(ts::EnumMemberOp::create(builder, loc(range), info->type, name));
  }
  if (name == "__new__") {
    SugaredValue value = SugaredValue::special(name);
    value.type = info->type;
    return value;
  }
  if (info->findMethod(name))
    return SugaredValue::named(SugaredValue::Kind::Function, info->name + "." + name);
  if (const ClassInfo::Attribute *constantInfo = info->findConstant(name))
    return SugaredValue::simple(constant(range, constantInfo->value, constantInfo->type));
  return fail(range, "class '" + info->name + "' has no attribute '" + name + "'");
}

SugaredValue FunctionEmitter::attributeOfValue(Range range, mlir::Value value, StringRef name) {
  Type type = value.getType();
  if (isa<ts::TensorType>(type)) {
    if (StringRef property = tensorProperty(name); !property.empty())
      return SugaredValue::simple(op(range, property, {value}));
    if (name == "tolist") {
      SugaredValue method = SugaredValue::special(name);
      method.value = value;
      return method;
    }
  }
  if (isa<ts::DeviceType>(type) && (name == "type" || name == "index"))
    return SugaredValue::simple(op(range, name == "type" ? "prim::type" : "prim::index", {value}));
  if (auto named = dyn_cast<ts::NamedTupleType>(type))
    for (auto [index, field] : llvm::enumerate(named.getFieldNames()))
      if (field == name)
        return SugaredValue::simple(emitTupleIndex(range, value, intConstant(range, index)));
  if (auto member = dyn_cast<ts::EnumType>(type)) {
    if (name == "name")
      return SugaredValue::simple(ts::EnumNameOp::create(builder, loc(range), strType(), value));
    if (name == "value")
      return SugaredValue::simple(
          ts::EnumValueOp::create(builder, loc(range), member.getValueType(), value));
  }
  if (isa<ts::ClassType>(type))
    return attributeOfObject(range, value, name);
  for (StringRef space : {"aten::", "prim::"})
    if (program.operators().contains((space + name).str()))
      return SugaredValue::builtin(space + name, value);
  return fail(range, "'" + spelling(type) + "' object has no attribute or method '" + name + "'");
}

SugaredValue FunctionEmitter::attributeOfObject(Range range, mlir::Value object, StringRef name) {
  const ClassInfo *info =
      orFail(program.classInfo(cast<ts::ClassType>(object.getType()).getName()));
  if (!info)
    return {};
  if (info->isNative)
    return fail(range,
                "method '" + name + "' of the native class '" + info->name + "' is not supported",
                ErrorKind::Unsupported);
  if (const ClassInfo::Attribute *attribute = info->findAttribute(name))
    return SugaredValue::simple(
        ts::GetAttrOp::create(builder, loc(range), attribute->type, object, name));
  if (info->findMethod(name)) {
    SugaredValue method = SugaredValue::named(SugaredValue::Kind::Method, name);
    method.value = object;
    return method;
  }
  if (const ClassInfo::Attribute *constantInfo = info->findConstant(name))
    return SugaredValue::simple(constant(range, constantInfo->value, constantInfo->type));
  return fail(range, "'" + info->name + "' object has no attribute or method '" + name + "'");
}

void FunctionEmitter::setAttribute(Range range, mlir::Value object, StringRef name,
                                   mlir::Value value) {
  auto type = dyn_cast<ts::ClassType>(object.getType());
  if (!type) {
    fail(range, "cannot set attribute '" + name + "' of a value of type '" +
                    spelling(object.getType()) + "'");
    return;
  }
  const ClassInfo *info = orFail(program.classInfo(type.getName()));
  if (!info)
    return;
  const ClassInfo::Attribute *attribute = info->findAttribute(name);
  if (!attribute) {
    fail(range, "'" + info->name + "' object has no attribute '" + name + "'");
    return;
  }
  value = convert(range, value, attribute->type,
                  "attribute '" + name + "' has type '" + spelling(attribute->type) + "'");
  if (value)
    ts::SetAttrOp::create(builder, loc(range), object, name, value);
}

bool FunctionEmitter::hasAttribute(const SugaredValue &base, StringRef name) {
  if (!base.is(SugaredValue::Kind::Simple))
    return false;
  Type type = base.value.getType();
  if (auto named = dyn_cast<ts::NamedTupleType>(type))
    return llvm::any_of(named.getFieldNames(), [&](StringAttr field) { return field == name; });
  if (isa<ts::TensorType>(type))
    return !tensorProperty(name).empty() || program.operators().contains(("aten::" + name).str());
  auto object = dyn_cast<ts::ClassType>(type);
  const ClassInfo *info = object ? orFail(program.classInfo(object.getName())) : nullptr;
  return info && (info->findAttribute(name) || info->findMethod(name) || info->findConstant(name));
}

} // namespace sconce::import
