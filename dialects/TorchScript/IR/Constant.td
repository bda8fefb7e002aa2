// Values that are in the code itself.

include "dialects/TorchScript/IR/Types.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def TS_ConstantOp : TS_Op<"constant", [Pure, ConstantLike]> {
  let summary = "A literal";
  let description = [{
    In generic IR an int, float, bool, str, device, complex or None; the attribute is an `i64`, `f64` or bool attribute, a
    string, an array of two floats, or `unit`. In specialized IR a small dense tensor (weights are `ts.weight`, scalars are
    `arith.constant`).

    Example:

    ```mlir
    %0 = ts.constant int 5
    %1 = ts.constant float 1.000000e-05
    %2 = ts.constant bool true
    %3 = ts.constant str "mean"
    %4 = ts.constant device "cpu"
    %5 = ts.constant complex 1.000000e+00, -2.000000e+00
    %6 = ts.constant none
    %7 = ts.constant dense<[1, 2]> : tensor<2xi64>
    ```
  }];
  let arguments = (ins AnyAttr:$value);
  let results = (outs AnyType:$result);
  let assemblyFormat = "custom<ConstantValue>($value, type($result)) attr-dict";
  let builders = [
    OpBuilder<(ins "int64_t":$value)>, OpBuilder<(ins "double":$value)>, OpBuilder<(ins "bool":$value)>,
    OpBuilder<(ins "llvm::StringRef":$value)>, OpBuilder<(ins "::mlir::DenseElementsAttr":$value)>
  ];
  let extraClassDeclaration = [{
    /// None, as a value of `type` (`!ts.none` or an optional).
    static ConstantOp createNone(mlir::OpBuilder &builder, mlir::Location loc);
    static ConstantOp createDevice(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name);
    static ConstantOp createComplex(mlir::OpBuilder &builder, mlir::Location loc, double real, double imag);
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def TS_EnumMemberOp : TS_Op<"enum_member", [Pure]> {
  let summary = "A member of an enumeration";
  let description = [{
    Example: `%0 = ts.enum_member "RED" : !ts.enum<"__torch__.Color", int>`
  }];
  let arguments = (ins StrAttr:$name);
  let results = (outs TS_EnumType:$result);
  let assemblyFormat = "$name attr-dict `:` qualified(type($result))";
}

def TS_PoolConstantOp : TS_Op<"pool_constant", [Pure]> {
  let summary = "An entry of the archive's constant pool";
  let description = [{
    `CONSTANTS.cN` of the archive's code: a tensor, a string, or an object.

    Example: `%0 = ts.pool_constant 3 : !ts.tensor`
  }];
  let arguments = (ins I64Attr:$index);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$index attr-dict `:` type($result)";
}

def TS_UninitializedOp : TS_Op<"uninitialized", [Pure]> {
  let summary = "A value that no path reads";
  let description = [{
    Stands where a branch that raises or has returned must give a value.

    Example: `%0 = ts.uninitialized : !ts.tensor`
  }];
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}
