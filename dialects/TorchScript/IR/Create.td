// Tensors from scalars, and scalars from tensors.

include "dialects/TorchScript/IR/Primitive.td"

def TS_DimOp : TS_Primitive<"dim", "(Tensor x, int dim) -> int", [Pure]> {
  let summary = "The extent of a dimension";
  let description = [{
    Example: `%n = ts.dim %x, 0 : tensor<?x3xf32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, I64Attr:$dim);
  let results = (outs I64:$result);
  let assemblyFormat = "$x `,` $dim attr-dict `:` type($x)";
  let hasFolder = 1;
}

def TS_FirstOutsideOp : TS_Primitive<"first_outside", "(Tensor x, Scalar low, Scalar high) -> int", [Pure]> {
  let summary = "The first element that is less than one bound or not less than another";
  let description = [{
    For messages about indices: a call of the runtime, in the order of the elements. 0 where there is none.

    Example: `%k = ts.first_outside %i, %low, %high : tensor<4xi64>`
  }];
  let arguments = (ins TS_IndexTensor:$x, I64:$low, I64:$high);
  let results = (outs I64:$result);
  let assemblyFormat = "$x `,` $low `,` $high attr-dict `:` type($x)";
}

def TS_FullOp : TS_Primitive<"full", "(int[] sizes, Scalar value, int dtype) -> Tensor", [Pure]> {
  let summary = "A tensor of one value";
  let description = [{
    The value is converted to the dtype as `ts.convert` does.

    Example: `%r = ts.full %v sizes [2, %n] : f64 -> tensor<2x?xf32>`
  }];
  let arguments = (ins Variadic<I64>:$sizes, TS_AnyScalar:$value, DenseI64ArrayAttr:$static_sizes, TypeAttr:$dtype);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = [{
    $value `sizes` custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($value) `->` custom<DtypeOf>($dtype, type($result))
  }];
}

def TS_IotaOp : TS_Primitive<"iota", "(int size, int dtype) -> Tensor", [Pure]> {
  let summary = "The numbers 0, 1, 2, ...";
  let description = [{
    Example: `%r = ts.iota size [%n] : tensor<?xi64>`
  }];
  let arguments = (ins Variadic<I64>:$size, DenseI64ArrayAttr:$static_size, TypeAttr:$dtype);
  let results = (outs TS_TensorOf<"IF", "an integer or float dtype">:$result);
  let assemblyFormat = "`size` custom<DynamicIndexList>($size, $static_size) attr-dict `:` custom<DtypeOf>($dtype, type($result))";
}

def TS_ItemOp : TS_Primitive<"item", "(Tensor x) -> Scalar", [Pure]> {
  let summary = "The element of a 0-dimensional tensor as a scalar";
  let description = [{
    Bools give i1, integers i64, floats f64, complex numbers complex<f64>.

    Example: `%s = ts.item %x : tensor<f32> -> f64`
  }];
  let arguments = (ins TS_AnyTensor:$x);
  let results = (outs TS_AnyScalar:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
  let hasFolder = 1;
}

def TS_TensorOfOp : TS_Primitive<"tensor_of", "(Scalar value) -> Tensor", [Pure]> {
  let summary = "A scalar as a 0-dimensional tensor";
  let description = [{
    Its dtype is bool, int64, float64 or complex128.

    Example: `%x = ts.tensor_of %s : i64 -> tensor<i64>`
  }];
  let arguments = (ins TS_AnyScalar:$value);
  let results = (outs TS_ComputeTensor:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasFolder = 1;
}
