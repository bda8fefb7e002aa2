// Elements chosen by indices that run time knows.

include "dialects/TorchScript/IR/Primitive.td"

def TS_IndexOp : TS_Primitive<"index", "(Tensor x, int[] dims, Tensor[] indices) -> Tensor", [Pure]> {
  let summary = "Elements at given indices along some dimensions";
  let description = [{
    All indices have one shape S, are int64, not negative and inside. The result's dimensions are S, then the other dimensions of `x` in order:
    `result[s, r] = x[indices[s] at dims, r elsewhere]`.

    Example: `%r = ts.index %x dims [0] at (%i) : (tensor<5x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, DenseI64ArrayAttr:$dims, Variadic<TS_IndexTensor>:$indices);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$x `dims` $dims `at` `(` $indices `)` attr-dict `:` functional-type(operands, $result)";
}

def TS_NonzeroOp : TS_Primitive<"nonzero", "(Tensor x) -> Tensor", [Pure]> {
  let summary = "The indices of elements that are not zero";
  let description = [{
    One row for each, in row-major order; the number of rows is known at run time.

    Example: `%r = ts.nonzero %x : tensor<4x5xi1> -> tensor<?x2xi64>`
  }];
  let arguments = (ins TS_ComputeTensor:$x);
  let results = (outs TS_IndexTensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
}

def TS_ScatterOp : TS_Primitive<"scatter", "(Tensor x, int[] dims, Tensor[] indices, Tensor updates, str mode) -> Tensor", [Pure]> {
  let summary = "A tensor with elements at given indices updated";
  let description = [{
    Indices as for `ts.index`, updates of its result's shape and of the dtype of `x`. They are applied in row-major order of S, so the last of
    equal indices wins where the mode is `set`; `amin` and `amax` propagate NaN.

    Example: `%r = ts.scatter add %x dims [0] at (%i) of %u : (tensor<5x3xf32>, tensor<2xi64>, tensor<2x3xf32>) -> tensor<5x3xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, DenseI64ArrayAttr:$dims, Variadic<TS_IndexTensor>:$indices, TS_AnyTensor:$updates,
                       TS_ScatterMode:$mode);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $mode $x `dims` $dims `at` `(` $indices `)` `of` $updates attr-dict `:` functional-type(operands, $result)
  }];
}
