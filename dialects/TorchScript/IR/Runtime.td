// What specialized IR says to the runtime: weights, checks, and values with reference semantics.

include "dialects/TorchScript/IR/Primitive.td"

def TS_BoxOp : TS_Op<"box", [MemoryEffects<[MemAlloc, MemRead]>]> {
  let summary = "A tensor or scalar as a run-time value";
  let description = [{
    Of a tensor: a new tensor object that holds a copy.

    Example: `%r = ts.box %x : tensor<4xf32>`
  }];
  let arguments = (ins AnyTypeOf<[TS_AnyTensor, TS_AnyScalar]>:$value);
  let results = (outs TS_RefType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def TS_CheckOp : TS_Primitive<"check", "(bool cond, str msg, str cls, int[] values=[]) -> ()", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Raise at run time when a condition is false";
  let description = [{
    `cls` is the exception's class, such as `builtins.RuntimeError`. Where there are values, each `{}` of the message stands for the
    next of them.

    Example: `ts.check %c, "index out of range", "builtins.IndexError"`
    Example: `ts.check %c, "index {} is out of range", "builtins.IndexError"(%i)`
  }];
  let arguments = (ins I1:$cond, StrAttr:$msg, StrAttr:$cls, Variadic<I64>:$values);
  let assemblyFormat = "$cond `,` $msg `,` $cls (`(` $values^ `)`)? attr-dict";
}

def TS_LibraryCallOp : TS_Op<"library_call", [Pure]> {
  let summary = "Call a function of a numerical library";
  let description = [{
    Linear algebra and Fourier transforms: tensors in, new tensors out.

    Example: `%q, %r = ts.library_call "qr"(%x) : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>)`
  }];
  let arguments = (ins StrAttr:$callee, Variadic<AnyType>:$operands);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat = "$callee `(` $operands `)` attr-dict `:` functional-type($operands, $results)";
}

def TS_RuntimeCallOp : TS_Op<"runtime_call", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Call a function of the runtime";
  let description = [{
    By its name in the runtime's C ABI.

    Example: `%n = ts.runtime_call "sc_rt_list_size"(%l) : (!ts.ref) -> i64`
  }];
  let arguments = (ins StrAttr:$callee, Variadic<AnyType>:$operands);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat = "$callee `(` $operands `)` attr-dict `:` functional-type($operands, $results)";
}

def TS_UnboxOp : TS_Op<"unbox", [MemoryEffects<[MemRead]>]> {
  let summary = "A run-time value as a tensor or scalar";
  let description = [{
    Raises where the value's kind, dtype, rank or a known extent is not that of the result. A tensor is read as it is now.

    Example: `%x = ts.unbox %r : tensor<?x3xf32>`
  }];
  let arguments = (ins TS_RefType:$value);
  let results = (outs AnyTypeOf<[TS_AnyTensor, TS_AnyScalar]>:$result);
  let assemblyFormat = "$value attr-dict `:` type($result)";
}

def TS_WeightOp : TS_Op<"weight", [Pure]> {
  let summary = "A tensor in a storage of the model";
  let description = [{
    The storage's number in the model's table of weights, the offset of the first element, and the strides where the elements are not
    contiguous. Bytes never become attributes.

    Example: `%w = ts.weight 3 offset 16 strides [1, 4] : tensor<4x4xf32>`
  }];
  let arguments = (ins I64Attr:$storage, DefaultValuedAttr<I64Attr, "0">:$offset, OptionalAttr<DenseI64ArrayAttr>:$strides);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$storage (`offset` $offset^)? (`strides` $strides^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}
