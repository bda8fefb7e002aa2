// Contractions and decompositions of matrices.

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

def TS_DecomposeOp : TS_Primitive<"decompose", "(Tensor x, str kind) -> (Tensor, Tensor, Tensor)", [Pure]> {
  let summary = "Eigenvalues or singular values of matrices, with their vectors";
  let description = [{
    Of each matrix of `x` [batch, m, n]: left [batch, m, m], values [batch, n], right [batch, n, n], all complex128.

    - `hermitian`: x = left diag(values) left^H with rising values, read from the lower triangle; m = n.
    - `hermitian_upper`: the same, read from the upper triangle.
    - `general`: x left = left diag(values); m = n.
    - `singular`: x = left[:, :n] diag(values) right^H with falling values; m >= n.
    - `ldl`, `ldl_hermitian`: left holds L and the blocks of D of the lower triangle's LDL^T or LDL^H as LAPACK packs them, values the pivots
      (from 1, negative for both rows of a block of two), right nothing; m = n.

    Signs and order are those that LAPACK's algorithms give. A matrix with values that are not finite raises.

    Example: `%u, %s, %v = ts.decompose singular %x : tensor<2x4x3xcomplex<f64>> -> tensor<2x4x4xcomplex<f64>>, tensor<2x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>`
  }];
  let arguments = (ins TS_ComplexTensor:$x, TS_DecompositionKind:$kind);
  let results = (outs TS_ComplexTensor:$left, TS_ComplexTensor:$values, TS_ComplexTensor:$right);
  let assemblyFormat = "$kind $x attr-dict `:` type($x) `->` type($left) `,` type($values) `,` type($right)";
}
