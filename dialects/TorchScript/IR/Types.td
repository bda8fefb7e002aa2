// The types of generic IR, and the reference type of specialized IR.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_TYPES_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_TYPES_TD

include "dialects/TorchScript/IR/TorchScript.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"

class TS_Type<string cppName, string word, list<Trait> traits = []> : TypeDef<TorchScript_Dialect, cppName, traits> {
  let mnemonic = word;
}

/// A type without parameters; it is buildable, so formats leave it out.
class TS_PlainType<string cppName, string word, string what> : TS_Type<cppName, word>,
    BuildableType<"::sconce::ts::" # cppName # "Type::get($_builder.getContext())"> {
  let summary = what;
}

def TS_AnyType : TS_PlainType<"Any", "any", "A value of any type">;
def TS_BoolType : TS_PlainType<"Bool", "bool", "True or False; not a number">;
def TS_ComplexType : TS_PlainType<"Complex", "complex", "A complex number of two 64-bit floats">;
def TS_DeviceType : TS_PlainType<"Device", "device", "A device name such as cpu">;
def TS_FloatType : TS_PlainType<"Float", "float", "A 64-bit float">;
def TS_GeneratorType : TS_PlainType<"Generator", "generator", "A random number generator">;
def TS_IntType : TS_PlainType<"Int", "int", "A 64-bit signed integer; also dtypes, layouts and memory formats">;
def TS_NoneType : TS_PlainType<"None", "none", "The type of None">;
def TS_NumberType : TS_PlainType<"Number", "number", "An int, a float or a complex, known at run time (Scalar)">;
def TS_StrType : TS_PlainType<"Str", "str", "A string of bytes">;
def TS_TensorType : TS_PlainType<"Tensor", "tensor", "A tensor of any dtype and shape, by reference">;

def TS_ClassType : TS_Type<"Class", "class"> {
  let summary = "An object of a class, a module or an interface";
  let description = [{
    The qualified name is that of a `ts.class` with kind `class`, `module` or `interface`.

    Example: `!ts.class<"__torch__.Net">`
  }];
  let parameters = (ins StringRefParameter<"qualified name">:$name);
  let assemblyFormat = "`<` $name `>`";
}

def TS_DictType : TS_Type<"Dict", "dict"> {
  let summary = "A dictionary that keeps the order of insertion, by reference";
  let description = "Example: `!ts.dict<str, list<tensor>>`";
  let parameters = (ins "::mlir::Type":$keyType, "::mlir::Type":$valueType);
  let assemblyFormat = "`<` custom<NestedType>($keyType) `,` custom<NestedType>($valueType) `>`";
  let genVerifyDecl = 1;
}

def TS_EnumType : TS_Type<"Enum", "enum"> {
  let summary = "A member of an enumeration, whose values have the given type";
  let description = "Example: `!ts.enum<\"__torch__.Color\", int>`";
  let parameters = (ins StringRefParameter<"qualified name">:$name, "::mlir::Type":$valueType);
  let assemblyFormat = "`<` $name `,` custom<NestedType>($valueType) `>`";
  let genVerifyDecl = 1;
}

def TS_FunctionType : TS_Type<"Function", "function"> {
  let summary = "A function value";
  let description = [{
    With its signature where that is known, otherwise bare.

    Example: `!ts.function<(tensor, int) -> tensor>`, `!ts.function`
  }];
  let parameters = (ins OptionalArrayRefParameter<"::mlir::Type">:$inputs, OptionalParameter<"::mlir::Type">:$result);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def TS_FutureType : TS_Type<"Future", "future"> {
  let summary = "The result of a forked call";
  let description = "Example: `!ts.future<tensor>`";
  let parameters = (ins "::mlir::Type":$valueType);
  let assemblyFormat = "`<` custom<NestedType>($valueType) `>`";
  let genVerifyDecl = 1;
}

def TS_ListType : TS_Type<"List", "list"> {
  let summary = "A list, by reference";
  let description = "Example: `!ts.list<optional<tensor>>`";
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` custom<NestedType>($elementType) `>`";
  let genVerifyDecl = 1;
}

def TS_NamedTupleType : TS_Type<"NamedTuple", "named_tuple"> {
  let summary = "A tuple whose fields have names";
  let description = "Example: `!ts.named_tuple<\"__torch__.Pair\", [\"x\", \"n\"], [tensor, int]>`";
  let parameters = (ins StringRefParameter<"qualified name">:$name,
                        ArrayRefParameter<"::mlir::StringAttr">:$fieldNames,
                        ArrayRefParameter<"::mlir::Type">:$types);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def TS_OpaqueType : TS_Type<"Opaque", "opaque"> {
  let summary = "A builtin type that is only passed around";
  let description = "Example: `!ts.opaque<\"Stream\">`";
  let parameters = (ins StringRefParameter<"name">:$name);
  let assemblyFormat = "`<` $name `>`";
}

def TS_OptionalType : TS_Type<"Optional", "optional"> {
  let summary = "A value or None";
  let description = "Example: `!ts.optional<int>`";
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` custom<NestedType>($elementType) `>`";
  let genVerifyDecl = 1;
}

def TS_RefType : TS_PlainType<"Ref", "ref", "A run-time value with reference semantics (specialized IR)"> {
  let description = [{
    What only run time can know (a list that grows, a dictionary, an object made in a loop, a tensor held by one of
    them): an `sc_value` of the C ABI.
  }];
}

def TS_TupleType : TS_Type<"Tuple", "tuple"> {
  let summary = "A tuple, by value";
  let description = "Example: `!ts.tuple<tensor, int>`, `!ts.tuple<>`";
  let parameters = (ins OptionalArrayRefParameter<"::mlir::Type">:$types);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def TS_UnionType : TS_Type<"Union", "union"> {
  let summary = "A value of one of several types";
  let description = "Example: `!ts.union<int, none, str>`";
  let parameters = (ins ArrayRefParameter<"::mlir::Type">:$types);
  let assemblyFormat = "`<` custom<NestedTypes>($types) `>`";
  let genVerifyDecl = 1;
}

def TS_AnyTuple : AnyTypeOf<[TS_TupleType, TS_NamedTupleType], "tuple">;

/// Any type of generic IR.
def TS_GenericType : Type<CPred<"::llvm::isa<::sconce::ts::TorchScriptDialect>($_self.getDialect())">, "type of the ts dialect">;

#endif
