// Reductions over moving windows.

include "dialects/TorchScript/IR/Primitive.td"

defvar TS_PoolSchema = "(Tensor x, int[] window, int[] stride, int[] pad_low, int[] pad_high, int[] dilation, str kind) -> Tensor";

class TS_Pool<string mnemonic> : TS_Primitive<mnemonic, TS_PoolSchema, [Pure]> {
  let arguments = (ins TS_OrderedTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad_low,
                       DenseI64ArrayAttr:$pad_high, DenseI64ArrayAttr:$dilation, TS_PoolKind:$kind);
  let assemblyFormat = [{
    $kind $x `window` $window `stride` $stride `pad` $pad_low `,` $pad_high `dilation` $dilation attr-dict `:` type($x) `->` type($result)
  }];
}

def TS_ArgPoolOp : TS_Pool<"arg_pool"> {
  let summary = "Where in its plane the largest element of each window is";
  let description = [{
    The row-major index over those dimensions alone whose window is wider than 1, has a stride other than 1, or is padded; the others do not
    count. The first of equals, the last NaN if there is one. Only kind `max`.

    Example:

    ```mlir
    %r = ts.arg_pool max %x window [1, 1, 2, 2] stride [1, 1, 2, 2] pad [0, 0, 0, 0], [0, 0, 0, 0] dilation [1, 1, 1, 1]
      : tensor<1x3x8x8xf32> -> tensor<1x3x4x4xi64>
    ```
  }];
  let results = (outs TS_IndexTensor:$result);
}

def TS_PoolOp : TS_Pool<"pool"> {
  let summary = "Combine the elements of a window that moves over all dimensions";
  let description = [{
    All lists have one entry for each dimension. Padding counts as the lowest value for `max`, as 0 for `sum`; `max` propagates NaN.

    Example:

    ```mlir
    %r = ts.pool sum %x window [1, 1, 2, 2] stride [1, 1, 2, 2] pad [0, 0, 0, 0], [0, 0, 0, 0] dilation [1, 1, 1, 1]
      : tensor<1x3x8x8xf32> -> tensor<1x3x4x4xf32>
    ```
  }];
  let results = (outs TS_OrderedTensor:$result);
}
