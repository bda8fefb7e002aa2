// Rearrangements: other shapes of the same elements.

include "dialects/TorchScript/IR/Primitive.td"

def TS_AsStridedOp : TS_Primitive<"as_strided", "(Tensor x, int[] sizes, int[] strides, int offset) -> Tensor",
                                  [AttrSizedOperandSegments, Pure]> {
  let summary = "Elements of a storage by sizes, strides and offset";
  let description = [{
    `x` stands for its storage: its elements in row-major order from the storage's first. The element at index i of the result is number
    `offset + sum(i * strides)`; all of them are inside.

    Example: `%r = ts.as_strided %x sizes [2, 2] strides [1, 2] offset [%o] : tensor<8xf32> -> tensor<2x2xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, Variadic<I64>:$sizes, Variadic<I64>:$strides, Variadic<I64>:$offset,
                       DenseI64ArrayAttr:$static_sizes, DenseI64ArrayAttr:$static_strides, DenseI64ArrayAttr:$static_offset);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $x `sizes` custom<DynamicIndexList>($sizes, $static_sizes) `strides` custom<DynamicIndexList>($strides, $static_strides)
    `offset` custom<DynamicIndexList>($offset, $static_offset) attr-dict `:` type($x) `->` type($result)
  }];
}

def TS_BroadcastOp : TS_Primitive<"broadcast", "(Tensor x, int[] sizes, int[] dims) -> Tensor", [Pure]> {
  let summary = "Repeat elements along new dimensions and those of extent 1";
  let description = [{
    `dims` says which dimension of the result each dimension of `x` becomes, ascending. An extent 1 is stretched, another is kept.

    Example: `%r = ts.broadcast %x sizes [2, %n] dims [1] : tensor<1xf32> -> tensor<2x?xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, Variadic<I64>:$sizes, DenseI64ArrayAttr:$static_sizes, DenseI64ArrayAttr:$dims);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $x `sizes` custom<DynamicIndexList>($sizes, $static_sizes) `dims` $dims attr-dict `:` type($x) `->` type($result)
  }];
  let hasFolder = 1;
}

def TS_CopyOp : TS_Primitive<"copy", "(Tensor x) -> Tensor", [Pure]> {
  let summary = "A fresh storage with the same elements";
  let description = [{
    To the evaluator it is a new storage; of pure values it is the identity, so it folds away.

    Example: `%r = ts.copy %x : tensor<4xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$x attr-dict `:` custom<UnaryTypes>(type($x), type($result))";
  let hasFolder = 1;
}

def TS_PermuteOp : TS_Primitive<"permute", "(Tensor x, int[] dims) -> Tensor", [Pure]> {
  let summary = "Dimensions in another order";
  let description = [{
    Dimension i of the result is dimension `dims[i]` of `x`.

    Example: `%r = ts.permute %x [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, DenseI64ArrayAttr:$dims);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$x $dims attr-dict `:` type($x) `->` type($result)";
  let hasFolder = 1;
}

def TS_ReshapeOp : TS_Primitive<"reshape", "(Tensor x, int[] sizes) -> Tensor", [Pure]> {
  let summary = "The elements in row-major order under other extents";
  let description = [{
    The number of elements stays the same; no extent is left to be found.

    Example: `%r = ts.reshape %x sizes [%n, 2] : tensor<?xf32> -> tensor<?x2xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, Variadic<I64>:$sizes, DenseI64ArrayAttr:$static_sizes);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $x `sizes` custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($x) `->` type($result)
  }];
  let hasFolder = 1;
}

def TS_ReverseOp : TS_Primitive<"reverse", "(Tensor x, int[] dims) -> Tensor", [Pure]> {
  let summary = "Elements in reverse order along some dimensions";
  let description = [{
    A copy, as PyTorch's flip.

    Example: `%r = ts.reverse %x [1] : tensor<2x3xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, DenseI64ArrayAttr:$dims);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$x $dims attr-dict `:` custom<UnaryTypes>(type($x), type($result))";
  let hasFolder = 1;
}

def TS_SliceOp : TS_Primitive<"slice", "(Tensor x, int dim, int start, int size, int step) -> Tensor",
                              [AttrSizedOperandSegments, Pure]> {
  let summary = "Some elements along a dimension";
  let description = [{
    Elements `start`, `start + step`, ...: `size` of them, all inside; `step` is positive.

    Example: `%r = ts.slice %x dim 1 start [%s] size [4] step 2 : tensor<2x?xf32> -> tensor<2x4xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, I64Attr:$dim, Variadic<I64>:$start, Variadic<I64>:$size,
                       DenseI64ArrayAttr:$static_start, DenseI64ArrayAttr:$static_size, I64Attr:$step);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $x `dim` $dim `start` custom<DynamicIndexList>($start, $static_start) `size` custom<DynamicIndexList>($size, $static_size)
    `step` $step attr-dict `:` type($x) `->` type($result)
  }];
  let hasFolder = 1;
}

def TS_ViewAsComplexOp : TS_Primitive<"view_as_complex", "(Tensor x) -> Tensor", [Pure]> {
  let summary = "Pairs of floats in the last dimension as complex numbers";
  let description = [{
    Example: `%r = ts.view_as_complex %x : tensor<4x2xf32> -> tensor<4xcomplex<f32>>`
  }];
  let arguments = (ins TS_TensorOf<"FS", "a float dtype with a complex one">:$x);
  let results = (outs TS_TensorOf<"CS", "a complex dtype">:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
}

def TS_ViewAsRealOp : TS_Primitive<"view_as_real", "(Tensor x) -> Tensor", [Pure]> {
  let summary = "Complex numbers as pairs of floats in a new last dimension";
  let description = [{
    Example: `%r = ts.view_as_real %x : tensor<4xcomplex<f32>> -> tensor<4x2xf32>`
  }];
  let arguments = (ins TS_TensorOf<"CS", "a complex dtype">:$x);
  let results = (outs TS_TensorOf<"FS", "a float dtype">:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
}
