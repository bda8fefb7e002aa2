// Many elements to one, and running combinations.

include "dialects/TorchScript/IR/Primitive.td"

def TS_ArgReduceOp : TS_Primitive<"arg_reduce", "(Tensor x, int dim, str kind) -> Tensor", [Pure]> {
  let summary = "Where along a dimension the extreme is";
  let description = [{
    The first of equals; the first NaN if there is one. The dimension has at least one element (the library checks) and is removed.

    Example: `%r = ts.arg_reduce max %x dim 1 : tensor<2x3xf32> -> tensor<2xi64>`
  }];
  let arguments = (ins TS_OrderedTensor:$x, I64Attr:$dim, TS_ExtremumKind:$kind);
  let results = (outs TS_IndexTensor:$result);
  let assemblyFormat = "$kind $x `dim` $dim attr-dict `:` type($x) `->` type($result)";
}

def TS_ArgScanOp : TS_Primitive<"arg_scan", "(Tensor x, int dim, str kind) -> Tensor", [Pure]> {
  let summary = "Where along a dimension the extreme so far is";
  let description = [{
    The last of equals, as PyTorch's cummax; once a NaN was met, the last NaN.

    Example: `%r = ts.arg_scan max %x dim 1 : tensor<2x3xf32> -> tensor<2x3xi64>`
  }];
  let arguments = (ins TS_OrderedTensor:$x, I64Attr:$dim, TS_ExtremumKind:$kind);
  let results = (outs TS_IndexTensor:$result);
  let assemblyFormat = "$kind $x `dim` $dim attr-dict `:` type($x) `->` type($result)";
}

def TS_ReduceOp : TS_Primitive<"reduce", "(Tensor x, int[] dims, str kind) -> Tensor", [Pure]> {
  let summary = "Combine the elements along some dimensions";
  let description = [{
    The dimensions are removed. `sum` and `prod` keep the dtype (integers wrap), `max` and `min` propagate NaN, `and` and `or` are for bools.
    `max_number` is `max` for callers that do not mind what it gives where there is NaN: that costs a third of the time.
    Of no elements: 0, 1, the lowest, the highest value, true, false.

    Example: `%r = ts.reduce sum %x dims [1] : tensor<2x3xf32> -> tensor<2xf32>`
  }];
  let arguments = (ins TS_ComputeTensor:$x, DenseI64ArrayAttr:$dims, TS_ReductionKind:$kind);
  let results = (outs TS_ComputeTensor:$result);
  let assemblyFormat = "$kind $x `dims` $dims attr-dict `:` type($x) `->` type($result)";
  let hasFolder = 1;
}

def TS_ScanOp : TS_Primitive<"scan", "(Tensor x, int dim, str kind) -> Tensor", [Pure]> {
  let summary = "Combine each element with those before it";
  let description = [{
    `max` and `min` propagate NaN; `logsumexp` is for floats.

    Example: `%r = ts.scan sum %x dim 1 : tensor<2x3xf32>`
  }];
  let arguments = (ins TS_ComputeTensor:$x, I64Attr:$dim, TS_ScanKind:$kind);
  let results = (outs TS_ComputeTensor:$result);
  let assemblyFormat = "$kind $x `dim` $dim attr-dict `:` custom<UnaryTypes>(type($x), type($result))";
}
