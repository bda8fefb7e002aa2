// Contractions.

include "dialects/TorchScript/IR/Primitive.td"

def TS_ContractOp : TS_Primitive<"contract",
    "(Tensor a, Tensor b, int[] a_batch, int[] b_batch, int[] a_contract, int[] b_contract) -> Tensor", [Pure]> {
  let summary = "Sum of products over common dimensions";
  let description = [{
    Batch dimensions go together pairwise and stay, contracted ones are summed over. The result's dimensions are the batch dimensions in the order
    given, then the other dimensions of `a`, then those of `b`. Of nothing to sum: 0.

    Example:

    ```mlir
    %r = ts.contract %a, %b batch [0], [0] over [2], [1] : (tensor<8x4x5xf32>, tensor<8x5x6xf32>) -> tensor<8x4x6xf32>
    ```
  }];
  let arguments = (ins TS_ComputeTensor:$a, TS_ComputeTensor:$b, DenseI64ArrayAttr:$a_batch, DenseI64ArrayAttr:$b_batch,
                       DenseI64ArrayAttr:$a_contract, DenseI64ArrayAttr:$b_contract);
  let results = (outs TS_ComputeTensor:$result);
  let assemblyFormat = [{
    $a `,` $b `batch` $a_batch `,` $b_batch `over` $a_contract `,` $b_contract attr-dict `:` functional-type(operands, $result)
  }];
}
