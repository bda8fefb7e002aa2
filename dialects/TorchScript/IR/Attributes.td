// Enumerations that generic operations carry.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_ATTRIBUTES_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_ATTRIBUTES_TD

include "mlir/IR/EnumAttr.td"

def TS_ClassKind : I32EnumAttr<"ClassKind", "what a ts.class declares", [
  I32EnumAttrCase<"Class", 0, "class">,
  I32EnumAttrCase<"Module", 1, "module">,
  I32EnumAttrCase<"Interface", 2, "interface">,
  I32EnumAttrCase<"NamedTuple", 3, "named_tuple">,
  I32EnumAttrCase<"Enum", 4, "enum">
]> {
  let cppNamespace = "::sconce::ts";
}

#endif
