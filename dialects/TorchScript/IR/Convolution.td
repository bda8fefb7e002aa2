// Convolutions.

include "dialects/TorchScript/IR/Primitive.td"

def TS_ConvolveOp : TS_Primitive<"convolve",
    "(Tensor x, Tensor w, int[] stride, int[] pad_low, int[] pad_high, int[] dilation, int[] input_dilation, int groups) -> Tensor", [Pure]> {
  let summary = "Convolution (cross-correlation) over spatial dimensions";
  let description = [{
    `x` is [N, C, spatial...], `w` is [O, C / groups, kernel...], the result [N, O, spatial...]. The input is spread by `input_dilation` (zeros between
    elements: a transposed convolution), then padded with zeros (a negative padding crops), then the kernel, spread by `dilation`, moves by `stride`.

    Example:

    ```mlir
    %r = ts.convolve %x, %w stride [2, 2] pad [1, 1], [1, 1] dilation [1, 1] input_dilation [1, 1] groups 1
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32>
    ```
  }];
  let arguments = (ins TS_ComputeTensor:$x, TS_ComputeTensor:$w, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad_low,
                       DenseI64ArrayAttr:$pad_high, DenseI64ArrayAttr:$dilation, DenseI64ArrayAttr:$input_dilation, I64Attr:$groups);
  let results = (outs TS_ComputeTensor:$result);
  let assemblyFormat = [{
    $x `,` $w `stride` $stride `pad` $pad_low `,` $pad_high `dilation` $dilation `input_dilation` $input_dilation `groups` $groups
    attr-dict `:` functional-type(operands, $result)
  }];
}
