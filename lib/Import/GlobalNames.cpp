#include "lib/Import/GlobalNames.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "llvm/ADT/StringSwitch.h"
#include <limits>

using namespace mlir;

namespace sconce::import {

std::optional<double> floatName(StringRef name) {
  if (name == "inf")
    return std::numeric_limits<double>::infinity();
  if (name == "nan")
    return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

/// int(x) and its like: values of the type are taken as they are, classes may define `__int__`.
static SugaredValue castTo(Type type, StringRef name, StringRef magic) {
  SugaredValue cast = SugaredValue::named(SugaredValue::Kind::Cast, name);
  cast.type = type;
  cast.magic = magic.str();
  return cast;
}

static SugaredValue magicFunction(StringRef name, StringRef magic) {
  SugaredValue function = SugaredValue::named(SugaredValue::Kind::Magic, name);
  function.magic = magic.str();
  return function;
}

SugaredValue globalName(MLIRContext *context, StringRef name) {
  using Kind = SugaredValue::Kind;
  if (name == "torch")
    return SugaredValue::named(Kind::Namespace, "aten");
  if (name == "ops")
    return {Kind::OperatorRoot};
  if (name == "CONSTANTS")
    return {Kind::Constants};
  if (name == "__torch__")
    return SugaredValue::named(Kind::Scope, "__torch__");
  if (name == "int")
    return castTo(ts::IntType::get(context), "aten::Int", "__int__");
  if (name == "float")
    return castTo(ts::FloatType::get(context), "aten::Float", "__float__");
  if (name == "bool")
    return castTo(ts::BoolType::get(context), "aten::Bool", "__bool__");
  if (name == "complex")
    return castTo(ts::ComplexType::get(context), "aten::Complex", "__complex__");
  if (name == "str")
    return castTo(ts::StrType::get(context), "aten::str", "__str__");
  if (name == "AssertionError")
    return SugaredValue::named(Kind::ExceptionClass, name);

  for (StringRef word :
       {"annotate", "awaitable", "dict", "enumerate", "fork", "getattr", "hasattr", "isinstance",
        "list", "print", "range", "tuple", "unchecked_cast", "uninitialized", "zip"})
    if (name == word)
      return SugaredValue::special(word);

  StringRef magic = llvm::StringSwitch<StringRef>(name)
                        .Case("abs", "prim::abs")
                        .Case("hex", "aten::hex")
                        .Case("len", "aten::len")
                        .Case("oct", "aten::oct")
                        .Case("round", "aten::round")
                        .Default("");
  if (!magic.empty())
    return magicFunction(magic, ("__" + name + "__").str());
  StringRef builtin = llvm::StringSwitch<StringRef>(name)
                          .Case("_to_tensor", "prim::NumToTensor")
                          .Case("all", "aten::all")
                          .Case("any", "aten::any")
                          .Case("bin", "aten::bin")
                          .Case("chr", "aten::chr")
                          .Case("divmod", "aten::divmod")
                          .Case("hash", "aten::hash")
                          .Case("id", "prim::id")
                          .Case("max", "prim::max")
                          .Case("min", "prim::min")
                          .Case("ord", "aten::ord")
                          .Case("pow", "aten::pow")
                          .Case("rangelist", "prim::rangelist")
                          .Case("sorted", "aten::sorted")
                          .Case("sum", "aten::sum")
                          .Default("");
  return builtin.empty() ? SugaredValue() : SugaredValue::builtin(builtin);
}

} // namespace sconce::import
