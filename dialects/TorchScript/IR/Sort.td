// Sorting.

include "dialects/TorchScript/IR/Primitive.td"

def TS_SortOp : TS_Primitive<"sort", "(Tensor x, int dim, bool descending) -> (Tensor, Tensor)", [Pure]> {
  let summary = "Sort along a dimension";
  let description = [{
    Stable in both orders; NaN is greater than every number. The second result holds where each element was.

    Example: `%v, %i = ts.sort %x dim 1 descending true : tensor<2x3xf32> -> tensor<2x3xf32>, tensor<2x3xi64>`
  }];
  let arguments = (ins TS_OrderedTensor:$x, I64Attr:$dim, BoolAttr:$descending);
  let results = (outs TS_OrderedTensor:$values, TS_IndexTensor:$indices);
  let assemblyFormat = "$x `dim` $dim `descending` $descending attr-dict `:` type($x) `->` type($values) `,` type($indices)";
}
