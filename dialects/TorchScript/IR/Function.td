// Functions and calls of generic IR.

include "dialects/TorchScript/IR/Types.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"

/// What another function or an operator may do: anything.
defvar TS_AnyEffects = MemoryEffects<[MemRead, MemWrite]>;

def TS_CallOp : TS_Op<"call", [TS_AnyEffects]> {
  let summary = "Call a function by name";
  let description = [{
    All arguments are present, in the order of the parameters.

    Example: `%r = ts.call @__torch__.f(%x, %n) : (!ts.tensor, !ts.int) -> !ts.tensor`
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<TS_GenericType>:$operands);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$callee `(` $operands `)` attr-dict `:` functional-type($operands, $result)";
}

def TS_CallMethodOp : TS_Op<"call_method", [TS_AnyEffects]> {
  let summary = "Call a method of an object";
  let description = [{
    The method is looked up in the object's class, which for an interface only run time knows. All arguments are present.

    Example: `%r = ts.call_method %self "forward"(%x) : (!ts.class<"__torch__.Net">, !ts.tensor) -> !ts.tensor`
  }];
  let arguments = (ins TS_GenericType:$object, StrAttr:$method, Variadic<TS_GenericType>:$arguments);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$object $method `(` $arguments `)` attr-dict `:` functional-type(operands, $result)";
}

def TS_CallValueOp : TS_Op<"call_value", [TS_AnyEffects]> {
  let summary = "Call a function value";
  let description = [{
    Example: `%r = ts.call_value %f(%x) : (!ts.function, !ts.tensor) -> !ts.tensor`
  }];
  let arguments = (ins TS_FunctionType:$callee, Variadic<TS_GenericType>:$arguments);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$callee `(` $arguments `)` attr-dict `:` functional-type(operands, $result)";
}

def TS_ForkOp : TS_Op<"fork", [TS_AnyEffects]> {
  let summary = "Start a call whose result is waited for";
  let description = [{
    A closure's captured values are its first arguments. Sconce runs it at once.

    Example: `%f = ts.fork @__torch__.f.fork0(%x) : (!ts.tensor) -> !ts.future<tensor>`
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<TS_GenericType>:$operands);
  let results = (outs TS_FutureType:$result);
  let assemblyFormat = "$callee `(` $operands `)` attr-dict `:` functional-type($operands, $result)";
}

def TS_FuncOp : TS_Op<"func", [FunctionOpInterface, IsolatedFromAbove, OpAsmOpInterface]> {
  let summary = "A function or a method";
  let description = [{
    One block that ends in `ts.return`, and exactly one result (None where the source returns nothing). A method of class `q` is
    named `q.method` and takes the object first. An interface's methods are declarations without body.

    `arg_names` are the parameters' names; `arg_defaults` has one entry for each parameter: its default as an attribute in the form
    of `ts.constant`, `{pool_constant = 3}` for an entry of the archive's constant pool, or `unit` for none.

    Example:

    ```mlir
    ts.func @__torch__.f(%x: !ts.tensor) -> !ts.tensor attributes {arg_names = ["x"]} {
      ts.return %x : !ts.tensor
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, OptionalAttr<StrAttr>:$sym_visibility,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs,
                       OptionalAttr<StrArrayAttr>:$arg_names, OptionalAttr<ArrayAttr>:$arg_defaults);
  let regions = (region AnyRegion:$body);
  let builders = [OpBuilder<(ins "llvm::StringRef":$name, "::mlir::FunctionType":$type,
                                 CArg<"llvm::ArrayRef<llvm::StringRef>", "{}">:$argNames)>];
  let extraClassDeclaration = [{
    mlir::ArrayRef<mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    mlir::ArrayRef<mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    mlir::Region *getCallableRegion() { return isExternal() ? nullptr : &getBody(); }
    /// Block arguments print with the parameters' names.
    void getAsmBlockArgumentNames(mlir::Region &region, mlir::OpAsmSetValueNameFn setNameFn);
    static llvm::StringRef getDefaultDialect() { return ""; }
  }];
  let hasCustomAssemblyFormat = 1; // MLIR's function syntax, shared by all function-like operations.
  let hasVerifier = 1;
}

def TS_FunctionRefOp : TS_Op<"function_ref", [Pure]> {
  let summary = "A function as a value";
  let description = [{
    Example: `%f = ts.function_ref @__torch__.f : !ts.function`
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee);
  let results = (outs TS_FunctionType:$result);
  let assemblyFormat = "$callee attr-dict `:` qualified(type($result))";
}

def TS_OpOp : TS_Op<"op", [TS_AnyEffects]> {
  let summary = "Call an operator by its resolved schema";
  let description = [{
    The name is the schema's with its overload, verbatim. All arguments of the schema are present, in its order, defaults
    filled in; the arguments of a variadic schema follow. Primitives are called as `ts::name`.

    Example: `%c = ts.op "aten::add.Tensor"(%a, %b, %alpha) : (!ts.tensor, !ts.tensor, !ts.int) -> !ts.tensor`
  }];
  let arguments = (ins StrAttr:$name, Variadic<TS_GenericType>:$operands);
  let results = (outs Variadic<TS_GenericType>:$results);
  let assemblyFormat = "$name `(` $operands `)` attr-dict `:` functional-type($operands, $results)";
}

def TS_ReturnOp : TS_Op<"return", [Pure, HasParent<"FuncOp">, Terminator]> {
  let summary = "Give the function's result";
  let description = "Example: `ts.return %r : !ts.tensor`";
  let arguments = (ins TS_GenericType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
  let hasVerifier = 1;
}
