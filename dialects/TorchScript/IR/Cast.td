// Changes of dtype.

include "dialects/TorchScript/IR/Primitive.td"

def TS_BitcastOp : TS_Primitive<"bitcast", "(Tensor x, int dtype) -> Tensor", [Pure]> {
  let summary = "The same bytes under another dtype";
  let description = [{
    Between dtypes of different size the last dimension shrinks or grows with it.

    Example: `%r = ts.bitcast %x : tensor<4xf32> -> tensor<4xi32>`
  }];
  let arguments = (ins TS_AnyTensor:$x, TypeAttr:$dtype);
  let results = (outs TS_AnyTensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` custom<DtypeOf>($dtype, type($result))";
  let hasFolder = 1;
}

def TS_ConvertOp : TS_Elementwise<"convert", "(Tensor x, int dtype) -> Tensor"> {
  let summary = "The same numbers in another dtype";
  let description = [{
    As PyTorch converts: floats to integers truncate (out of range: the lowest 64-bit integer, then the low bits), integers keep their low
    bits, to bool is whether not zero, to complex adds a zero imaginary part, from complex keeps the real part.

    Example: `%r = ts.convert %x : tensor<4xi64> -> tensor<4xf32>`
  }];
  let arguments = (ins TS_AnyValue:$x, TypeAttr:$dtype);
  let results = (outs TS_AnyValue:$result);
  let infer = "inferConvertType";
  let assemblyFormat = "$x attr-dict `:` type($x) `->` custom<DtypeOf>($dtype, type($result))";
}
