// Classes, modules, enumerations, and their objects, in generic IR.

include "dialects/TorchScript/IR/Attributes.td"
include "dialects/TorchScript/IR/Types.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"

def TS_AttributeOp : TS_Op<"attribute", [HasParent<"ClassOp">]> {
  let summary = "An attribute, constant, field or member of a class";
  let description = [{
    In the order of the object's slots. A value is given for class constants, for the defaults of a named tuple's fields and for the
    members of an enumeration, in the form of `ts.constant`'s attribute.

    Example: `ts.attribute "weight" : !ts.tensor {parameter}`, `ts.attribute "RED" : !ts.int = 1`
  }];
  let arguments = (ins StrAttr:$name, TypeAttr:$type, OptionalAttr<AnyAttr>:$value, UnitAttr:$parameter, UnitAttr:$buffer,
                       UnitAttr:$constant);
  let assemblyFormat = "$name `:` $type (`=` $value^)? attr-dict";
}

def TS_ClassOp : TS_Op<"class", [IsolatedFromAbove, NoRegionArguments, NoTerminator, SingleBlock, Symbol]> {
  let summary = "A class, module, interface, named tuple or enumeration";
  let description = [{
    Its methods are functions named `<class>.<method>` beside it.

    Example:

    ```mlir
    ts.class @__torch__.Linear module {
      ts.attribute "weight" : !ts.tensor {parameter}
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$sym_visibility, TS_ClassKind:$kind);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name $kind $body attr-dict";
  let builders = [OpBuilder<(ins "llvm::StringRef":$name, "ClassKind":$kind)>];
  let extraClassDeclaration = [{
    auto getAttributes() { return getBody().getOps<AttributeOp>(); }
    /// The attribute of that name, or null.
    AttributeOp findAttribute(llvm::StringRef name);
  }];
  let hasVerifier = 1;
}

def TS_CreateObjectOp : TS_Op<"create_object", [MemoryEffects<[MemAlloc]>]> {
  let summary = "Make an object whose attributes are not set yet";
  let description = [{
    Example: `%o = ts.create_object : !ts.class<"__torch__.Acc">`
  }];
  let results = (outs TS_ClassType:$result);
  let assemblyFormat = "attr-dict `:` qualified(type($result))";
}

def TS_EnumNameOp : TS_Op<"enum_name", [Pure]> {
  let summary = "The name of an enumeration's member";
  let description = "Example: `%s = ts.enum_name %e : !ts.enum<\"__torch__.Color\", int>`";
  let arguments = (ins TS_EnumType:$member);
  let results = (outs TS_StrType:$result);
  let assemblyFormat = "$member attr-dict `:` qualified(type($member))";
}

def TS_EnumValueOp : TS_Op<"enum_value", [Pure]> {
  let summary = "The value of an enumeration's member";
  let description = "Example: `%v = ts.enum_value %e : !ts.enum<\"__torch__.Color\", int> -> !ts.int`";
  let arguments = (ins TS_EnumType:$member);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$member attr-dict `:` qualified(type($member)) `->` type($result)";
}

def TS_GetAttrOp : TS_Op<"get_attr", [MemoryEffects<[MemRead]>]> {
  let summary = "Read an attribute of an object, or a field of a named tuple";
  let description = [{
    Example: `%w = ts.get_attr %self["weight"] : !ts.class<"__torch__.Linear"> -> !ts.tensor`
  }];
  let arguments = (ins TS_GenericType:$object, StrAttr:$name);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$object `[` $name `]` attr-dict `:` type($object) `->` type($result)";
}

def TS_SetAttrOp : TS_Op<"set_attr", [MemoryEffects<[MemWrite]>]> {
  let summary = "Write an attribute of an object";
  let description = [{
    Example: `ts.set_attr %self["count"] = %n : !ts.class<"__torch__.Net">, !ts.int`
  }];
  let arguments = (ins TS_GenericType:$object, StrAttr:$name, TS_GenericType:$value);
  let assemblyFormat = "$object `[` $name `]` `=` $value attr-dict `:` type($object) `,` type($value)";
}
