// The base classes of primitives.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_PRIMITIVE_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_PRIMITIVE_TD

include "dialects/TorchScript/IR/Attributes.td"
include "dialects/TorchScript/IR/PrimitiveInterfaces.td"
include "dialects/TorchScript/IR/Types.td"

//===----------------------------------------------------------------------===//
// Operand types. `kinds` is a set of letters: B bool, I integers up to 64 bits that compute, F floats that compute,
// C complex numbers that compute, S types that only convert and move (ElementTypes.h).
//===----------------------------------------------------------------------===//

class TS_TensorOf<string kinds, string what>
    : Type<CPred<"::sconce::ts::isTensorOf($_self, \"" # kinds # "\")">, "tensor of " # what, "::mlir::RankedTensorType">;
class TS_ScalarOf<string kinds, string what>
    : Type<CPred<"::sconce::ts::isScalarOf($_self, \"" # kinds # "\")">, what # " scalar">;
class TS_ValueOf<string kinds, string what>
    : Type<CPred<"::sconce::ts::isTensorOf($_self, \"" # kinds # "\") || ::sconce::ts::isScalarOf($_self, \"" # kinds # "\")">,
           "tensor or scalar of " # what>;

def TS_AnyTensor : TS_TensorOf<"BIFCS", "any dtype">;
def TS_BoolTensor : TS_TensorOf<"B", "bool">;
def TS_ComputeTensor : TS_TensorOf<"BIFC", "a dtype that computes">;
def TS_ComplexTensor : TS_TensorOf<"C", "a complex dtype">;
def TS_FloatTensor : TS_TensorOf<"F", "a float dtype">;
def TS_IndexTensor : Type<CPred<"::sconce::ts::isIndexTensor($_self)">, "tensor of int64", "::mlir::RankedTensorType">;
def TS_OrderedTensor : TS_TensorOf<"BIF", "bool, an integer or a float dtype">;
def TS_AnyScalar : TS_ScalarOf<"BIFC", "i1, i64, f64 or complex<f64>">;

def TS_AnyValue : TS_ValueOf<"BIFCS", "any dtype">;
def TS_BitsValue : TS_ValueOf<"BI", "bool or an integer dtype">;
def TS_BoolValue : TS_ValueOf<"B", "bool">;
def TS_ComplexValue : TS_ValueOf<"C", "a complex dtype">;
def TS_FloatValue : TS_ValueOf<"F", "a float dtype">;
def TS_FloatOrComplexValue : TS_ValueOf<"FC", "a float or complex dtype">;
def TS_IntValue : TS_ValueOf<"I", "an integer dtype">;
def TS_NumberValue : TS_ValueOf<"IFC", "an integer, float or complex dtype">;
def TS_OrderedValue : TS_ValueOf<"BIF", "bool, an integer or a float dtype">;
def TS_RealValue : TS_ValueOf<"IF", "an integer or float dtype">;

//===----------------------------------------------------------------------===//
// Base classes
//===----------------------------------------------------------------------===//

/// `schema` is the library's, without namespace and name. Its arguments are, in its order, operands or attributes of the same name;
/// ints that may be run-time values are an attribute `static_<name>` with kDynamic entries and variadic i64 operands `<name>`.
/// An attribute `dtype` is a type here and a dtype code in the schema.
class TS_Primitive<string mnemonic, string schema, list<Trait> traits = []>
    : TS_Op<mnemonic, traits # [TS_PrimitiveOpInterface]> {
  string librarySchema = "ts::" # mnemonic # schema;
  code declaration = "";
  let extraClassDeclaration = [{
    static ::llvm::StringRef getLibrarySchema() { return "}] # librarySchema # [{"; }
    ::llvm::LogicalResult inferTypes(::llvm::SmallVectorImpl<::mlir::Type> &types);
  }] # declaration;
}

/// A primitive that computes each element from the elements at the same place; it also takes scalars.
class TS_Elementwise<string mnemonic, string schema, list<Trait> traits = []>
    : TS_Primitive<mnemonic, schema, [Pure, TS_ScalarBodyOpInterface] # traits> {
  let declaration = [{
    ::mlir::Value buildScalar(::mlir::OpBuilder &builder, ::mlir::Location loc, ::mlir::ValueRange scalars);
  }];
  /// The C++ function that gives the result's type.
  string infer = "inferSameType";
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferTypes(::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::sconce::ts::}] # infer # [{(getOperation(), types);
    }
    ::mlir::OpFoldResult $cppClass::fold(FoldAdaptor adaptor) {
      return ::sconce::ts::foldElementwise(getOperation(), adaptor.getOperands());
    }
  }];
  let hasFolder = 1;
}

class TS_Unary<string mnemonic, Type operand, string what, string sentence, Type result = operand>
    : TS_Elementwise<mnemonic, "(Tensor x) -> Tensor"> {
  let summary = what;
  let description = sentence # "\n\nExample: `%r = ts." # mnemonic # " %x : tensor<4xf32>`\n";
  let arguments = (ins operand:$x);
  let results = (outs result:$result);
  let assemblyFormat = "$x attr-dict `:` custom<UnaryTypes>(type($x), type($result))";
}

class TS_Binary<string mnemonic, Type operand, string what, string sentence, list<Trait> traits = [], Type result = operand>
    : TS_Elementwise<mnemonic, "(Tensor a, Tensor b) -> Tensor", traits> {
  let summary = what;
  let description = sentence # "\n\nExample: `%r = ts." # mnemonic # " %a, %b : tensor<4xf32>`\n";
  let arguments = (ins operand:$a, operand:$b);
  let results = (outs result:$result);
  let assemblyFormat = "$a `,` $b attr-dict `:` custom<BinaryTypes>(type($a), type($b), type($result))";
}

#endif
