// Sorting.

include "dialects/TorchScript/IR/Primitive.td"

def TS_SortOp : TS_Primitive<"sort", "(Tensor x, int dim, bool descending, str kind, int k) -> (Tensor, Tensor)", [Pure]> {
  let summary = "Sort along a dimension";
  let description = [{
    NaN is greater than every number. The second result holds where each element was. Kinds differ in the order of equal elements, which
    is that of PyTorch's kernel: `stable` in both directions; `sort` as the sort that is not stable leaves them; `topk` puts
    only the first k elements into their places (`topk_unsorted` in any order), `kthvalue` only the k-th (from 0), and the others anywhere.

    Example: `%v, %i = ts.sort stable [0] of %x dim 1 descending true : tensor<2x3xf32> -> tensor<2x3xf32>, tensor<2x3xi64>`
  }];
  let arguments = (ins TS_OrderedTensor:$x, I64Attr:$dim, BoolAttr:$descending, TS_SortKind:$kind, Variadic<I64>:$k, DenseI64ArrayAttr:$static_k);
  let results = (outs TS_OrderedTensor:$values, TS_IndexTensor:$indices);
  let assemblyFormat = [{
    $kind custom<DynamicIndexList>($k, $static_k) `of` $x `dim` $dim `descending` $descending attr-dict
    `:` type($x) `->` type($values) `,` type($indices)
  }];
}
