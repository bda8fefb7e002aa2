// Tensors put together.

include "dialects/TorchScript/IR/Primitive.td"

def TS_ConcatenateOp : TS_Primitive<"concatenate", "(Tensor[] xs, int dim) -> Tensor", [Pure]> {
  let summary = "Tensors one after the other along a dimension";
  let description = [{
    At least one tensor; all of one dtype and rank, with equal extents in the other dimensions.

    Example: `%r = ts.concatenate %a, %b dim 0 : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<3x3xf32>`
  }];
  let arguments = (ins Variadic<TS_AnyTensor>:$xs, I64Attr:$dim);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$xs `dim` $dim attr-dict `:` functional-type($xs, $result)";
  let hasFolder = 1;
}

def TS_PadOp : TS_Primitive<"pad", "(Tensor x, int[] low, int[] high, Tensor value) -> Tensor",
                            [AttrSizedOperandSegments, Pure]> {
  let summary = "A border of one value";
  let description = [{
    `low` elements before and `high` after each dimension; neither is negative. `value` is 0-dimensional, of the dtype of `x`.

    Example: `%r = ts.pad %x low [0, 1] high [%n, 0] value %v : tensor<2x3xf32>, tensor<f32> -> tensor<?x4xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, Variadic<I64>:$low, Variadic<I64>:$high, TS_AnyTensor:$value,
                       DenseI64ArrayAttr:$static_low, DenseI64ArrayAttr:$static_high);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $x `low` custom<DynamicIndexList>($low, $static_low) `high` custom<DynamicIndexList>($high, $static_high)
    `value` $value attr-dict `:` type($x) `,` type($value) `->` type($result)
  }];
  let hasFolder = 1;
}

def TS_UpdateSliceOp : TS_Primitive<"update_slice", "(Tensor x, Tensor update, int dim, int start, int step) -> Tensor", [Pure]> {
  let summary = "A tensor with some elements along a dimension replaced";
  let description = [{
    The inverse of `ts.slice`: elements `start`, `start + step`, ... along `dim` are those of `update`.

    Example: `%r = ts.update_slice %x with %u dim 0 start [%s] step 1 : tensor<4x3xf32>, tensor<2x3xf32> -> tensor<4x3xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, TS_AnyTensor:$update, I64Attr:$dim, Variadic<I64>:$start, DenseI64ArrayAttr:$static_start,
                       I64Attr:$step);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $x `with` $update `dim` $dim `start` custom<DynamicIndexList>($start, $static_start) `step` $step attr-dict
    `:` type($x) `,` type($update) `->` type($result)
  }];
  let hasFolder = 1;
}
